"""The pytest plugin: every step of every proof file (`.thm`) is a test, file -> theorem -> step.

Nothing of symcrit but this file is imported before a proof file is collected. A file is checked once, as
`symcrit check` does: stored certificates are replayed, pins compared; so both agree on every step.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from symcrit.report.outcome import StepOutcome


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ProofFileNode | None:
    """Collect proof files."""
    return ProofFileNode.from_parent(parent, path=file_path) if file_path.suffix == ".thm" else None


class IllFormed(Exception):
    """A proof file that is not well formed."""


class StepFailed(Exception):
    """A step that did not succeed."""


class ProofFileNode(pytest.File):
    """A proof file; its steps are checked when the first of them runs."""

    _outcomes: dict[tuple[str, str], StepOutcome] | None = None

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Read the file: one collector per theorem."""
        from symcrit.checker.pins import find_pins
        from symcrit.errors import InputError
        from symcrit.lang.proof_parser import read_proofs

        try:
            file = read_proofs(self._shown())
            pins = find_pins(self.path)
        except InputError as error:
            raise IllFormed(str(error)) from None
        for theorem in file.theorems:
            steps = [(step.label, step.line) for step in theorem.steps]
            yield TheoremNode.from_parent(self, name=theorem.name, steps=steps)
        here = [f"{theorem.name}::{step.label}" for theorem in file.theorems for step in theorem.steps]
        for gone in pins.gone(self.path, here):  # pinned, but not in the file any more: it fails
            theorem_name, _, label = gone.partition("::")
            yield TheoremNode.from_parent(self, name=theorem_name, steps=[(label, 1)])

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the message of a file that is not well formed, without a traceback."""
        if isinstance(excinfo.value, IllFormed):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def outcome(self, theorem: str, label: str) -> StepOutcome:
        """Return the outcome of a step, checking the whole file once."""
        if self._outcomes is None:
            from symcrit.checker.run import Options, check

            report = check([self._shown()], Options(jobs=1))
            self._outcomes = {(step.theorem, step.label): step for step in report.steps}
        return self._outcomes[theorem, label]

    def _shown(self) -> str:
        """Name the file as messages do: relative to where pytest was started, if it is below."""
        name = os.path.relpath(self.path)
        return str(self.path) if name.startswith("..") else name


class TheoremNode(pytest.Collector):
    """A theorem: one item per step."""

    def __init__(self, steps: list[tuple[str, int]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.steps = steps

    def collect(self) -> Iterator[pytest.Item]:
        """List the steps."""
        for label, line in self.steps:
            yield StepItem.from_parent(self, name=label, line=line)


class StepItem(pytest.Item):
    """A step: it passes if `symcrit check` says that it succeeds."""

    def __init__(self, line: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.line = line

    def runtest(self) -> None:
        """Look up the outcome of the step."""
        assert self.parent is not None
        file = self.getparent(ProofFileNode)
        assert file is not None
        outcome = file.outcome(self.parent.name, self.name)
        self.user_properties += [("verdict", outcome.verdict), ("statement_hash", outcome.statement_hash)]
        if not outcome.success:
            from symcrit.report.table import failure

            raise StepFailed("\n".join(failure(outcome)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show where and why a step fails, without a traceback of symcrit."""
        if isinstance(excinfo.value, StepFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Point at the line of the step."""
        assert self.parent is not None
        return self.path, self.line - 1, f"{self.parent.name}::{self.name}"
