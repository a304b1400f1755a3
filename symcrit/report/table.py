"""The outcome of `check` as text: a table of every step, and what failed, at length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from symcrit.kernel.evaluate import Instance
from symcrit.lang.proof import ILL_FORMED, REFUTE
from symcrit.report.outcome import CheckReport, StepOutcome, TheoremOutcome
from symcrit.report.result import PROVED, REFUTED, matrix_text
from symcrit.sheets.sheet import Entry, Sheet, columns, line

WIDTH = 100


def table(report: CheckReport, *, quiet: bool = False, verbose: bool = False) -> list[str]:
    """Print every step under its theorem and file, then the failures, then one line of summary."""
    lines: list[str] = []
    file = ""
    for theorem in () if quiet else report.theorems:
        if theorem.file != file:
            file = theorem.file
            lines += [file]
        lines += _theorem(theorem, verbose)
    if lines:
        lines.append("")
    for error in report.errors:
        lines += [f"{error}", ""]
    for step in report.failed:
        lines += [*failure(step), ""]
    return [*lines, *([] if quiet else claim_lines(report)), *summary_lines(report)]


def sheet(report: CheckReport) -> Sheet:
    """Show every step under its theorem, for notebooks."""
    entries = [Entry(theorem.name, [(step.label, ("" if step.success else "x ") + verdict_word(step),
                                     " ".join(_details(step))) for step in theorem.steps])
               for theorem in report.theorems]
    errors = [line("malformed", str(error)) for error in report.errors]
    claims = [Entry("claims", [[row] for row in claim_lines(report)[:-1]])] if report.claims else []
    counts, rests_on, *_ = summary_lines(report)
    return Sheet(counts, rests_on, (*errors, *entries, *claims))


def claim_lines(report: CheckReport) -> list[str]:
    """Count the claims of the ledger by verdict, and list all that are not proved as printed, or have another argument.

    An argument that does not hold stands beside a claim that may be true all the same.
    """
    lines = []
    for claim in report.claims:
        if claim.verdict == PROVED and claim.argument in (None, PROVED):
            continue
        notes = [f"corrected: {claim.corrected_verdict.replace('_', ' ')}"] if claim.corrected_verdict else []
        if claim.counterexample is not None:
            sizes = ", ".join(f"{name} = {size}" for name, size in claim.counterexample.sizes.items())
            notes.insert(0, f"at {sizes or 'a point'}")
        notes = [*(f"as {said}" for said in claim.points), *([claim.clash] if claim.clash else []), *notes]
        notes += [f"argument: {claim.argument.replace('_', ' ')}"] if claim.argument else []
        lines.append((claim.id, claim.verdict.replace("_", " "), claim.where, "; ".join(notes)))
    if not report.claims:
        return []
    counts = Counter(claim.verdict.replace("_", " ") for claim in report.claims)
    words = ", ".join(f"{number} {verdict}" for verdict, number in counts.most_common())
    head = ["claims that are not proved as printed, or not by the argument of the paper"] if lines else []
    return [*head, *("  " + row for row in columns(lines)), f"{len(report.claims)} claims: {words}", ""]


def _theorem(theorem: TheoremOutcome, verbose: bool) -> list[str]:
    title = f"  {theorem.title}" if theorem.title else ""
    lines = [f"  {theorem.name}{title}"]
    width = max(len(step.label) for step in theorem.steps)
    for step in theorem.steps:
        mark = " " if step.success else "x"
        row = f"  {mark} {step.label:<{width}}  {verdict_word(step):<15}  {' '.join(_details(step))}"
        lines.append(row.rstrip())
        if verbose:
            lines += [f"      {line}" for line in (step.claim, *(f"guard: {guard}" for guard in step.guards)) if line]
    return lines


def verdict_word(step: StepOutcome) -> str:
    """Name the verdict of a step; a `refute` step that succeeds says so."""
    word = step.verdict.replace("_", " ")
    return f"{word} (meant)" if step.kind in (REFUTE, ILL_FORMED) and step.verdict == REFUTED else word


def _details(step: StepOutcome) -> Iterable[str]:
    terms = sum(proof.terms for proof in step.proofs)
    if step.proofs:
        yield f"{terms} term{'s' * (terms != 1)}"
    if step.uses:
        yield f"by {', '.join(step.uses)}"
    if step.witness is not None and step.success:
        yield f"at {', '.join(f'{name} = {size}' for name, size in step.witness.sizes.items()) or 'a point'}"
    if step.guards:
        yield f"given {'; '.join(step.guards)[:60]}"
    if step.rests_on:
        yield f"rests on {', '.join(step.rests_on)}"
    if step.success and step.reason:
        yield f"({step.reason})"
    if step.settles:
        yield f"[{', '.join(step.settles)}]"


def failure(step: StepOutcome) -> list[str]:
    """Say at length why a step failed: where, what, on which instance, what to do."""
    place = ":".join(str(part) for part in (step.file, step.line) if part)
    lines = [f"{place}: step {step.label!r} of {step.theorem}: {step.verdict.replace('_', ' ').upper()}  ({step.code})"]
    if step.claim:
        lines.append(f"  claimed   {_cut(step.claim)}")
    if step.reason:
        lines.append(f"  reason    {step.reason}")
    if step.witness is not None:
        lines += _instance(step.witness)
    if step.values:
        lines.append(f"  gives     {_cut(step.values[0])}")
        lines += [f"  but       {_cut(value)}" for value in step.values[1:]]
    if step.suggestion:
        lines.append(f"  try       {step.suggestion}")
    return lines


def _instance(instance: Instance) -> list[str]:
    parts = [f"{name} = {value}" for name, value in {**instance.sizes, **instance.scalars}.items()]
    parts += [f"{name} = {matrix_text(value)}" for name, value in instance.matrices.items()]
    return [f"  {'witness' if number == 0 else '':<9} {_cut(part)}" for number, part in enumerate(parts)]


def _cut(text: str) -> str:
    return text if len(text) <= 3 * WIDTH else text[: 3 * WIDTH - 4] + " ..."


def summary_lines(report: CheckReport) -> list[str]:
    """Count the verdicts, and name all that is rested on."""
    counts = report.counts()
    failed = counts.pop("failed")
    words = [f"{number} {verdict.replace('_', ' ')}" for verdict, number in counts.most_common()]
    number = len(report.steps)
    line = f"{number} step{'s' * (number != 1)}: {', '.join(words) or 'none'}"
    tail = f"{failed} failed" if failed else "all as they should be"
    lines = [f"{line}; {tail if report.steps else 'nothing to check'}  ({report.seconds:.1f} s)"]
    lines.append("rests on: " + ("; ".join(report.rests_on()) or "nothing but assumptions and guards"))
    return [*lines, *report.notes]
