"""The outcome of `check` as JUnit XML, the format that build servers read."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from symcrit.report.outcome import CheckReport
from symcrit.report.table import failure

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: CheckReport) -> str:
    """Write one test suite per theorem and one test case per step; a file that is not well formed is an error."""
    root = ElementTree.Element("testsuites", name="symcrit check")
    for theorem in report.theorems:
        failed = sum(not step.success for step in theorem.steps)
        suite = ElementTree.SubElement(
            root, "testsuite", name=_clean(f"{theorem.file}::{theorem.name}"), tests=str(len(theorem.steps)),
            failures=str(failed), errors="0", skipped="0", time=f"{sum(step.seconds for step in theorem.steps):.3f}")
        for step in theorem.steps:
            case = ElementTree.SubElement(
                suite, "testcase", classname=_clean(f"{theorem.file}::{theorem.name}"), name=_clean(step.label),
                file=_clean(step.file), line=str(step.line), time=f"{step.seconds:.3f}")
            if not step.success:
                message = f"{step.verdict}: {step.code}: {step.reason}"
                ElementTree.SubElement(case, "failure", message=_clean(message),
                                       type=step.code).text = _clean("\n".join(failure(step)))
    for error in report.errors:
        suite = ElementTree.SubElement(root, "testsuite", name=_clean(error.file), tests="1", failures="0", errors="1",
                                       skipped="0", time="0.000")
        case = ElementTree.SubElement(suite, "testcase", classname=_clean(error.file), name="file", time="0.000")
        detail = ElementTree.SubElement(case, "error", message=_clean(error.message), type="ill_formed")
        detail.text = _clean(str(error))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _clean(text: str) -> str:
    """Leave out characters that XML cannot hold."""
    return _NOT_XML.sub("?", text)
