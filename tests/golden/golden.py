"""Golden files: what a reader sees of a proof file or of a failing check, held against what was accepted.

A new or changed text fails the run; with `--accept` it is written and fails all the same, so that only the next
run passes, on a text that somebody has seen. Nothing is ever deleted.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from symcrit.checker.run import Options, check
from symcrit.checker.typeset import Page, typeset
from symcrit.report.outcome import StepOutcome
from symcrit.report.table import table, verdict_word


def hold(golden: Path, text: str, accept: bool) -> None:
    """Compare a text with its golden file, to the letter; write it if it is to be accepted, and fail then too."""
    accepted = golden.read_text(encoding="utf-8") if golden.exists() else None
    if text == accepted:
        return
    what = "is new" if accepted is None else "has changed"
    if accept:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
        pytest.fail(f"{golden.name} {what} and was written: read it, commit it; the next run passes", pytrace=False)
    lines = difflib.unified_diff((accepted or "").splitlines(), text.splitlines(), "accepted", "now", lineterm="")
    pytest.fail(f"{golden.name} {what}; pytest tests/golden --accept writes it\n" + "\n".join(lines), pytrace=False)


def proof_texts(path: str) -> tuple[str, str]:
    """Print the theorems of a proof file: of every step the verdict, what it rests on, its statement; and its LaTeX."""
    made = typeset([path], Options(jobs=1))
    steps = {(step.theorem, step.label): step for step in made.report.steps}
    lines = [path, *map(str, made.report.errors)]
    for page in made.pages:
        lines += ["", f"theorem {page.theorem}", *_steps(page, steps)]
    return "\n".join(lines) + "\n", "\n".join(page.latex for page in made.pages)


def _steps(page: Page, steps: dict[tuple[str, str], StepOutcome]) -> Iterator[str]:
    for label, _ in page.pieces:
        if label:
            step = steps[page.theorem, label]
            yield from ("", f"{step.kind} {label}", *_facts(step))


def _facts(step: StepOutcome) -> Iterator[str]:
    yield f"  verdict    {verdict_word(step)}"
    yield f"  uses       {'; '.join(step.uses) or 'nothing'}"
    yield f"  rests on   {'; '.join(step.rests_on) or 'nothing but assumptions and guards'}"
    yield from (f"  guard      {guard}" for guard in step.guards)
    yield from (f"  settles    {claim}" for claim in step.settles)
    yield f"  statement  {step.statement_hash}"


def check_text(paths: Sequence[str]) -> str:
    """Print what `symcrit check` says, without the seconds."""
    lines = table(check(paths, Options(jobs=1)), verbose=True)
    return re.sub(r"\(\d+\.\d s\)", "(... s)", "\n".join(lines)) + "\n"
