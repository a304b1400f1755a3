"""Proofs as data: a file is a list of theorems, a theorem a list of lines in the author's order.

Nothing here says whether a step holds; names that a step cites are resolved by whoever checks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symcrit.kernel.matrices import Value
from symcrit.kernel.statement import Claim, Declaration, Equation
from symcrit.kernel.terms import Term

COUNTEREXAMPLE = "counterexample"
ROLES = ("corrected", "argument", COUNTEREXAMPLE)  # in which a step settles a claim otherwise than as printed
STEP, USE, REFUTE, GAP, OPEN, INSTANCE, SHOW = "step", "use", "refute", "gap", "open", "instance", "show"
CHECK, ILL_FORMED = "check", "ill_formed"
UNUSABLE = (REFUTE, INSTANCE, CHECK, ILL_FORMED)  # steps that show nothing that others could use


@dataclass(frozen=True)
class Reference:
    """A name that stands for something elsewhere, with its place."""

    name: str
    line: int
    column: int


@dataclass(frozen=True)
class Assumption:
    """An `assume` line: an equation or inequality, or a guard that two scalars differ.

    With a `fact` it is one equation of an `obtain` line: its letters exist by that named fact.
    """

    label: str
    equation: Equation
    line: int
    guard: bool = False
    fact: str = ""


@dataclass(frozen=True)
class Prose:
    """A `text` line."""

    words: str
    line: int


@dataclass(frozen=True)
class Abbreviation:
    """A `let` line."""

    name: str
    term: Term
    line: int


@dataclass(frozen=True)
class Lemma:
    """A `lemma` line: a name for a step of this or another file."""

    name: str
    file: str  # relative to the folder of the proof file; empty for the same file
    theorem: str
    step: str  # empty: the last step of that theorem
    line: int
    column: int


@dataclass(frozen=True)
class NamedFact:
    """An `assume fact` line: a standard fact of the kernel's list, assumed by name."""

    name: str
    line: int
    column: int


@dataclass(frozen=True)
class Link:
    """One relation of a calculation chain, what it may use (None: everything above), and the reason as written."""

    claim: Claim
    by: tuple[Reference, ...] | None
    line: int
    reason: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Step:
    """A labelled line that is checked.

    `claim` is what it says (None for `use`, `instance` and `ill_formed`, which say it in other words), `links` the
    chain that shows it, `by` what it may use: None means everything above. `settles` has ids of claims, some with a
    role.
    """

    kind: str
    label: str
    line: int
    column: int
    claim: Claim | None = None
    by: tuple[Reference, ...] | None = None
    settles: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    lemma: Reference | None = None
    values: Mapping[str, Term] = field(default_factory=dict)  # of `use`: what is put for the letters of the lemma
    witness: Mapping[str, Value | Fraction] | None = None  # of `refute`: the author's counterexample
    file: str = ""  # of `instance`: a point file, relative to the folder of the proof file
    predicate: str = ""
    expected: bool | Fraction = True
    words: str = ""  # of `ill_formed`: the claim as it is written
    clash: str = ""  # of `ill_formed`: the sizes that do not fit; empty if they do


Line = Assumption | Prose | Abbreviation | Lemma | NamedFact | Step


@dataclass(frozen=True)
class ProofTheorem:
    """A setting, and steps in it."""

    name: str
    title: str
    source: str
    line: int
    declarations: tuple[Declaration, ...]
    lines: tuple[Line, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps in their order."""
        return tuple(line for line in self.lines if isinstance(line, Step))

    @property
    def lets(self) -> tuple[tuple[str, Term], ...]:
        """The abbreviations in their order."""
        return tuple((line.name, line.term) for line in self.lines if isinstance(line, Abbreviation))

    @property
    def names(self) -> dict[Term, str]:
        """The names by which abbreviated terms print."""
        return {term: name for name, term in reversed(self.lets) if term.args}

    def above(self, step: Step) -> Iterator[Line]:
        """Run through the lines above a step."""
        for line in self.lines:
            if line is step:
                return
            yield line


@dataclass(frozen=True)
class ProofFile:
    """The theorems of one file."""

    path: str
    theorems: tuple[ProofTheorem, ...]
