"""What comes after the proofs of a document: certificates, what all of it rests on, the errata."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symcrit.report.errata import errata
from symcrit.report.outcome import CheckReport, StepOutcome, TheoremOutcome
from symcrit.typeset.document import Section, from_markdown
from symcrit.typeset.notation import prose
from symcrit.typeset.words import breakable

_DIGITS = 12  # of a hash


def appendices(report: CheckReport) -> list[Section]:
    r"""Print the hashes of all certificates, the facts and gaps that proofs rest on, and the errata of a paper.

    >>> appendices(CheckReport(()))
    []
    """
    found = [("Certificates", _certificates(report.theorems)), ("What this rests on", _rests_on(report.theorems))]
    if report.claims:
        found.append(("Errata", from_markdown(errata(report))))
    return [(title, body) for title, body in found if body]


def _certificates(theorems: Sequence[TheoremOutcome]) -> str:
    """List for every proved step the hash of its statement, and of the certificates that prove it."""
    lines = []
    for theorem in theorems:
        proved = [step for step in theorem.steps if step.proofs]
        if proved:
            lines.append(rf"\paragraph{{{breakable(prose(theorem.name))}.}}")
            lines += map(_certificate, proved)
    return "\n".join([r"\small\raggedright", *lines, r"\par\normalsize"]) + "\n" if lines else ""


def _certificate(step: StepOutcome) -> str:
    hashes = ", ".join(rf"\texttt{{{proof.hash[:_DIGITS]}}}" for proof in step.proofs)
    terms = sum(proof.terms for proof in step.proofs)
    return (rf"\texttt{{{prose(step.label)}}}: statement \texttt{{{step.statement_hash[:_DIGITS]}}}, by {hashes} "
            f"({terms} term{'s' * (terms != 1)}).")


def _rests_on(theorems: Sequence[TheoremOutcome]) -> str:
    """List the named facts and gaps, with the steps that rest on them."""
    steps = [step for theorem in theorems for step in theorem.steps]
    if not any(step.proofs for step in steps):
        return ""
    facts = dict.fromkeys(fact for step in steps for fact in step.rests_on)
    if not facts:
        return "Nothing but what each theorem supposes.\n"
    lines = [rf"\item[--] \emph{{{breakable(prose(fact))}}}: "
             + _listed(prose(f"{step.theorem}::{step.label}") for step in steps if fact in step.rests_on)
             for fact in facts]
    return "\n".join([r"\begin{itemize}\raggedright", *lines, r"\end{itemize}"]) + "\n"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) + "."
