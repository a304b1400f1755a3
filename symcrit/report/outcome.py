"""What checking proof files found: one object that prints, becomes JSON or JUnit, and decides the exit code."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from symcrit.errors import InputError
from symcrit.kernel.evaluate import Instance
from symcrit.report.result import ILL_FORMED, NOT_ESTABLISHED, PROVED, REFUTED, instance_to_json

CHECKED, GAP, OPEN = "checked", "gap", "open"
WEAKER = (PROVED, CHECKED, GAP, OPEN, NOT_ESTABLISHED, REFUTED, ILL_FORMED)  # from strong to weak
DEPENDENCIES = ("sympy", "mpmath", "python-flint")


@dataclass(frozen=True)
class Proof:
    """The numbers of a certificate."""

    hash: str
    terms: int
    max_degree: int


@dataclass(frozen=True)
class StepOutcome:
    """The verdict of one step, with what it rests on; `code` is a stable word for what went wrong."""

    file: str
    theorem: str
    label: str
    kind: str
    line: int
    verdict: str
    success: bool
    claim: str = ""
    code: str = ""
    reason: str = ""
    suggestion: str = ""
    column: int = 0
    statement_hash: str = ""
    proofs: tuple[Proof, ...] = ()
    by: tuple[str, ...] | None = None
    uses: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()
    witness: Instance | None = None
    values: tuple[str, ...] = ()  # the sides of the failing claim on the witness, as text
    seconds: float = 0.0
    bug: bool = False

    @property
    def id(self) -> str:
        """The step as pytest names it."""
        return f"{self.file}::{self.theorem}::{self.label}"

    def to_json(self) -> dict[str, Any]:
        """Return the entry of `check --json`."""
        entry: dict[str, Any] = {
            "id": self.id, "label": self.label, "line": self.line, "rule": self.kind, "verdict": self.verdict,
            "success": self.success, "code": self.code, "claim": self.claim, "statement_hash": self.statement_hash,
            "certificates": [{"hash": p.hash, "terms": p.terms, "max_degree": p.max_degree} for p in self.proofs],
            "by": None if self.by is None else list(self.by), "uses": list(self.uses),
            "rests_on": list(self.rests_on), "guards": list(self.guards), "settles": list(self.settles)}
        if self.reason:
            entry |= {"reason": self.reason, "suggestion": self.suggestion}
        if self.witness is not None:
            entry["witness"] = instance_to_json(self.witness)
        return entry | {"seconds": round(self.seconds, 3)}


@dataclass(frozen=True)
class TheoremOutcome:
    """The steps of one theorem, and a model of its assumptions if one is known."""

    file: str
    name: str
    title: str
    source: str
    line: int
    steps: tuple[StepOutcome, ...]
    assumptions: tuple[str, ...] = ()
    model: Instance | None = None

    @property
    def verdict(self) -> str:
        """The weakest verdict of its steps; a refuted claim that was to be refuted does not weaken it."""
        weak = [step.verdict for step in self.steps if not (step.success and step.verdict == REFUTED)]
        return max(weak, key=WEAKER.index, default=PROVED)

    def to_json(self) -> dict[str, Any]:
        """Return the entry of `check --json`."""
        hashes = [step.statement_hash for step in self.steps]
        rests_on = sorted({name for step in self.steps for name in step.rests_on})
        return {"id": f"{self.file}::{self.name}", "file": self.file, "line": self.line, "title": self.title,
                "source": self.source, "statement_hash": hashes[-1] if hashes else "", "verdict": self.verdict,
                "success": all(step.success for step in self.steps), "assumptions": list(self.assumptions),
                "rests_on": rests_on, "gaps": [step.id for step in self.steps if step.kind in (GAP, OPEN)],
                "model": None if self.model is None else instance_to_json(self.model),
                "steps": [step.to_json() for step in self.steps],
                "seconds": round(sum(step.seconds for step in self.steps), 3)}


@dataclass(frozen=True)
class ClaimOutcome:
    """One row of the ledger: a claim of the paper, and what the steps that settle it found.

    `verdict` is that of the claim as printed. `argument` is the weakest verdict of the parts of the argument for it,
    None where nothing is about that.
    """

    id: str
    where: str
    printed: str
    formal: str
    verdict: str
    argument: str | None
    counterexample: Instance | None
    corrected: str
    corrected_verdict: str | None
    enclosing_survives: bool | None
    steps: tuple[str, ...]
    rests_on: tuple[str, ...]
    note: str = ""
    points: tuple[str, ...] = ()  # what `instance` steps say of points that the claim does not hold for
    clash: str = ""  # the sizes that do not fit in the claim as it is printed
    enclosing: tuple[str, ...] = ()  # the claims that it is part of the argument for
    paper: str = ""

    def enclosed(self, survives: bool) -> ClaimOutcome:
        """Say whether what the claim is part of stands."""
        return replace(self, enclosing_survives=survives)

    def to_json(self) -> dict[str, Any]:
        """Return the entry of `check --json`."""
        witness = None if self.counterexample is None else instance_to_json(self.counterexample)
        if self.points:
            witness = {"points": list(self.points)}
        elif self.clash:
            witness = {"sizes": self.clash}
        entry = {"id": self.id, "where": self.where, "printed": self.printed, "formal": self.formal,
                 "verdict": self.verdict, "argument": self.argument, "counterexample": witness,
                 "corrected": self.corrected or None, "corrected_verdict": self.corrected_verdict,
                 "enclosing_survives": self.enclosing_survives, "steps": list(self.steps),
                 "rests_on": list(self.rests_on)}
        return {**entry, "note": self.note} if self.note else entry


@dataclass(frozen=True)
class CheckReport:
    """Everything that one run of `check` found; `errors` are files that are not well formed."""

    theorems: tuple[TheoremOutcome, ...]
    errors: tuple[InputError, ...] = ()
    interrupted: bool = False
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    claims: tuple[ClaimOutcome, ...] = ()

    @property
    def steps(self) -> list[StepOutcome]:
        """All steps in their order."""
        return [step for theorem in self.theorems for step in theorem.steps]

    @property
    def failed(self) -> list[StepOutcome]:
        """The steps that did not succeed."""
        return [step for step in self.steps if not step.success]

    @property
    def exit_code(self) -> int:
        """0 all steps succeeded, 1 a step failed, 2 interrupted, 3 a bug, 4 a file is not well formed, 5 no step."""
        if self.interrupted:
            return 2
        codes = [3 if step.bug else 1 for step in self.failed] + [4 for _ in self.errors]
        return max(codes, default=0 if self.steps else 5)

    @property
    def verdict(self) -> str:
        """The weakest verdict of its theorems."""
        if self.errors:
            return ILL_FORMED
        return max((theorem.verdict for theorem in self.theorems), key=WEAKER.index, default=NOT_ESTABLISHED)

    def _repr_html_(self) -> str:
        from symcrit.report.table import sheet

        return sheet(self).html()

    def to_json(self) -> dict[str, Any]:
        """Return the document of `check --json`, without its head."""
        return {"python": platform.python_version(), "dependencies": dict(_versions(DEPENDENCIES)),
                "verdict": self.verdict, "exit_code": self.exit_code, "summary": dict(self.counts()),
                "theorems": [theorem.to_json() for theorem in self.theorems],
                "claims": [claim.to_json() for claim in self.claims],
                "errors": [{"file": error.file, "line": error.line, "column": error.column, "message": error.message,
                            "suggestion": error.suggestion} for error in self.errors],
                "interrupted": self.interrupted, "notes": list(self.notes), "seconds": round(self.seconds, 3)}

    def counts(self) -> Counter[str]:
        """Count verdicts, and failures."""
        counts = Counter(step.verdict for step in self.steps)
        counts["failed"] = len(self.failed)
        return counts

    def rests_on(self) -> list[str]:
        """List the named facts and gaps that any step rests on."""
        return sorted({name for step in self.steps for name in step.rests_on})


def _versions(names: Iterable[str]) -> Sequence[tuple[str, str]]:
    found = []
    for name in names:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return found
