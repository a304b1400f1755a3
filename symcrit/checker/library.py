"""Proof files by path, and what the names in them stand for: labels, lemmas of other files, named facts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from symcrit.errors import InputError
from symcrit.kernel.named_facts import NAMED_FACTS
from symcrit.kernel.statement import Statement
from symcrit.lang.proof import (
    UNUSABLE,
    Assumption,
    Lemma,
    NamedFact,
    ProofFile,
    ProofTheorem,
    Reference,
    Step,
)
from symcrit.lang.proof_parser import read_proofs
from symcrit.lang.tokens import shorten

Cited = Assumption | Step
_T = TypeVar("_T")


@dataclass(frozen=True)
class Home:
    """A step with the theorem and the file it stands in."""

    file: ProofFile
    theorem: ProofTheorem
    step: Step

    @property
    def id(self) -> str:
        """The step as pytest and the report name it."""
        return f"{self.file.path}::{self.theorem.name}::{self.step.label}"

    @property
    def place(self) -> tuple[str, str, str]:
        """What makes two homes the same; an id may read alike for files with odd names."""
        return self.file.path, self.theorem.name, self.step.label

    def __hash__(self) -> int:
        return hash(self.place)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Home) and self.place == other.place


class Unresolved(InputError):
    """A name in a step stands for nothing; `code` is the kind of name."""

    def __init__(self, code: str, message: str, suggestion: str = "") -> None:
        super().__init__(message, suggestion)
        self.code = code


class Circular(Unresolved):
    """A step rests on itself, through lemmas."""

    def __init__(self) -> None:
        super().__init__("unknown_lemma", "this step rests on itself, through lemmas")


@dataclass
class Library:
    """All files of a run, each read once."""

    files: dict[Path, ProofFile] = field(default_factory=dict)

    def read(self, path: str | Path) -> ProofFile:
        """Read a file, or return it if it was read before; raises InputError."""
        key = Path(path).resolve()
        if key not in self.files:
            self.files[key] = read_proofs(path)
        return self.files[key]

    def lemma(self, home: Home) -> Home | Statement:
        """Find what a `use` step uses: a step of another place, or the statement of a named fact."""
        name = home.step.lemma
        if name is None:
            raise Unresolved("unknown_lemma", "this step uses no lemma")
        for line in home.theorem.above(home.step):
            if isinstance(line, Lemma) and line.name == name.name:
                return self._step_of(home, line)
            if isinstance(line, NamedFact) and line.name == name.name:
                return _fact(line)
        known = [line.name for line in home.theorem.lines if isinstance(line, (Lemma, NamedFact))]
        raise _unknown("unknown_lemma", name, "no lemma or fact above is called", known,
                       'name it first: lemma gram from "facts.thm::f18::gram"')

    def _step_of(self, home: Home, lemma: Lemma) -> Home:
        path = os.path.normpath(Path(home.file.path).parent / lemma.file)
        try:
            file = self.read(path) if lemma.file else home.file
        except InputError as error:
            inner = str(error) if error.line else error.message
            raise _placed("unknown_lemma", lemma, f"the lemma's file {lemma.file}: {inner}") from None
        theorem = _named(lemma, "theorem", lemma.theorem, {theorem.name: theorem for theorem in file.theorems})
        steps = {step.label: step for step in theorem.steps}
        step = _named(lemma, "step", lemma.step, steps) if lemma.step else theorem.steps[-1]
        if step.kind in UNUSABLE:
            raise _placed("unknown_lemma", lemma, f"{step.label} is a {step.kind} step: it shows nothing to be used")
        if step.claim is not None and step.claim.unknown is not None:
            raise _placed("unknown_lemma", lemma, f"{step.label} says that something exists: it cannot be used",
                          "state it for an explicit witness")
        return Home(file, theorem, step)

    def cited(self, home: Home, by: tuple[Reference, ...] | None) -> list[Cited]:
        """List the assumptions and steps that may be used, in the order of the file; raises Unresolved."""
        usable: dict[str, list[Cited]] = {}
        everything: list[Cited] = []
        for line in home.theorem.above(home.step):
            if isinstance(line, Assumption) or (isinstance(line, Step) and line.kind not in UNUSABLE):
                if line.label:
                    usable.setdefault(line.label, []).append(line)
                if not (isinstance(line, Step) and line.claim is not None and line.claim.unknown is not None):
                    everything.append(line)
        if by is None:
            return everything
        chosen = [line for reference in by for line in self._citation(home, reference, usable)]
        return sorted(chosen, key=lambda line: line.line)

    def _citation(self, home: Home, reference: Reference, usable: dict[str, list[Cited]]) -> list[Cited]:
        lines = usable.get(reference.name, [])
        if not lines:
            for step in home.theorem.steps:
                if step.label == reference.name and step.kind in UNUSABLE:
                    raise _placed("unknown_label", reference,
                                  f"{step.label} is a {step.kind} step: it shows nothing to be used")
                if step.label == reference.name:
                    raise _placed("unknown_label", reference, f"{step.label} does not stand above this step")
            raise _unknown("unknown_label", reference, "no assumption or step above is called", usable)
        for line in lines:
            if isinstance(line, Step) and line.claim is not None and line.claim.unknown is not None:
                raise _placed("unknown_label", reference, f"{line.label} says that something exists: it cannot be used",
                              "state it for an explicit witness")
        return lines


def _fact(line: NamedFact) -> Statement:
    if line.name not in NAMED_FACTS:
        raise _unknown("unknown_fact", line, "there is no named fact", NAMED_FACTS)
    return NAMED_FACTS[line.name]


def _named(place: Lemma, what: str, name: str, known: dict[str, _T]) -> _T:
    if name not in known:
        raise _unknown("unknown_lemma", Reference(name, place.line, place.column), f"there is no {what}", known)
    return known[name]


def _unknown(code: str, name: Reference | NamedFact, what: str, known: Iterable[str], hint: str = "") -> Unresolved:
    near = get_close_matches(name.name, list(known), 1)
    return _placed(code, name, f"{what} {shorten(name.name)}", f"did you mean {near[0]}?" if near else hint)


def _placed(code: str, place: Reference | Lemma | NamedFact, message: str, suggestion: str = "") -> Unresolved:
    error = Unresolved(code, message, suggestion)
    error.at("", place.line, place.column)
    return error


def homes(file: ProofFile) -> Sequence[Home]:
    """List the steps of a file."""
    return [Home(file, theorem, step) for theorem in file.theorems for step in theorem.steps]

