"""Errata of a paper, written from the ledger: what is wrong as printed, and what is right with another argument."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symcrit.kernel.evaluate import Instance
from symcrit.report.outcome import CHECKED, CheckReport, ClaimOutcome
from symcrit.report.result import PROVED, REFUTED, matrix_text


def errata(report: CheckReport) -> str:
    """Write the errata as Markdown; nothing in them is typed by hand but the claims as printed and their notes.

    >>> print(errata(CheckReport(())), end="")
    # Errata
    <BLANKLINE>
    Written by `symcrit check --errata` from the ledger. 0 claims: none to correct.
    """
    wrong = [claim for claim in report.claims if claim.verdict == REFUTED]
    argued = [claim for claim in report.claims if claim.verdict in (PROVED, CHECKED)
              and claim.argument not in (None, PROVED, CHECKED)]
    rest = [claim for claim in report.claims if claim.verdict not in (PROVED, CHECKED, REFUTED)]
    counts = [(len(wrong), "wrong as printed"), (len(argued), "true, but not by the argument of the paper"),
              (len(rest), "not settled")]
    told = ", ".join(f"{number} {words}" for number, words in counts if number) or "none to correct"
    papers = "; ".join(dict.fromkeys(claim.paper for claim in report.claims if claim.paper))
    lines = ["# Errata" + (f" to {papers}" if papers else ""), "",
             f"Written by `symcrit check --errata` from the ledger. {len(report.claims)} claims: {told}."]
    for head, claims in (("Wrong as printed", wrong), ("True, but not by the argument of the paper", argued),
                         ("Not settled", rest)):
        if claims:
            lines += ["", f"## {head}"]
            lines += [line for claim in claims for line in ("", *_entry(claim, report.claims))]
    return "\n".join(lines) + "\n"


def _entry(claim: ClaimOutcome, claims: Sequence[ClaimOutcome]) -> Iterable[str]:
    yield f"### {claim.where}: `{claim.id}`"
    yield ""
    yield f"- Printed: {_code(claim.printed)}"
    if claim.formal and claim.verdict == REFUTED:
        yield f"- Formally: {_code(claim.formal)}"
    if claim.clash:
        yield f"- It is not well formed: {claim.clash}."
    for said in claim.points:
        yield f"- But: {said}."
    if claim.counterexample is not None:
        yield f"- False for {_instance(claim.counterexample)}."
    if claim.corrected:
        yield f"- True instead ({_word(claim.corrected_verdict)}): {_code(claim.corrected)}"
    if claim.argument is not None and claim.verdict != REFUTED:
        parts = [part.id for part in claims if claim.id in part.enclosing and part.verdict == claim.argument]
        yield f"- Its argument: {_word(claim.argument)}" + (f", at {', '.join(map(_code, parts))}." if parts else ".")
        yield f"- The claim itself: {_word(claim.verdict)}."
    if claim.verdict == REFUTED and claim.enclosing_survives is not None and claim.enclosing:
        stands = "stand" if claim.enclosing_survives else "do not stand"
        yield f"- What it is part of ({', '.join(map(_code, claim.enclosing))}): {stands}, as printed or corrected."
    if claim.note:
        yield f"- {claim.note}"
    theorems = list(dict.fromkeys(step.rpartition("::")[0] for step in claim.steps))
    if theorems:
        yield f"- See {', '.join(map(_code, theorems))}."


def _word(verdict: str | None) -> str:
    return (verdict or "open").replace("_", " ")


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}"


def _instance(instance: Instance) -> str:
    parts = [f"{name} = {value}" for name, value in {**instance.sizes, **instance.scalars}.items()]
    parts += [f"{name} = {matrix_text(value)}" for name, value in instance.matrices.items()]
    return ", ".join(map(_code, parts))
