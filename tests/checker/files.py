"""Proof files for tests: written into a folder, checked in one process, outcomes by label."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from symcrit.checker.library import Home, Library, homes
from symcrit.checker.run import Options, check
from symcrit.checker.statements import Part, Statements
from symcrit.prover.decide import decide
from symcrit.report.outcome import CheckReport, StepOutcome


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write proof files into a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(*paths: str | Path, **options: Any) -> CheckReport:
    """Check in this process."""
    return check(paths, Options(**{"jobs": 1, **options}))


def outcomes(report: CheckReport) -> dict[str, StepOutcome]:
    """Map labels to outcomes; labels of different theorems must differ."""
    found = {step.label: step for step in report.steps}
    assert len(found) == len(report.steps)
    return found


def verdicts(report: CheckReport) -> dict[str, tuple[str, bool, str]]:
    """Map labels to verdict, success and code."""
    return {label: (step.verdict, step.success, step.code) for label, step in outcomes(report).items()}


def homes_of(path: Path) -> tuple[Statements, dict[str, Home]]:
    """Read a file; return its statements, and its steps by label."""
    statements = Statements(Library())
    return statements, {home.step.label: home for home in homes(statements.library.read(path))}


def parts_of(path: Path, label: str) -> list[Part]:
    """List what must be shown for a step."""
    statements, steps = homes_of(path)
    return statements.links(steps[label])


def certificate_of(statement: Any) -> dict[str, Any]:
    """Search for a certificate."""
    certificate = decide(statement, float("inf")).certificate
    assert certificate is not None
    return certificate


def edit_store(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the store beside a proof file."""
    store = path.with_suffix(".cert.json")
    data = json.loads(store.read_text())
    change(data)
    store.write_text(json.dumps(data))
