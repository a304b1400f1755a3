"""What may be said of the steps of a theorem: verdicts follow from evidence, and evidence is checked here.

A step counts as proved only with a theorem of the kernel that says just this: its claim, over the letters of the
setting, from assumptions (and gaps) that stand above it. Nobody who asks for a page can choose its verdicts.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field

from symcrit.errors import InputError
from symcrit.kernel import Instance, Theorem, walk
from symcrit.kernel.statement import Claim, Equation, Statement
from symcrit.kernel.terms import Term
from symcrit.lang.proof import CHECK, GAP, OPEN, REFUTE, UNUSABLE, Assumption, Line, ProofTheorem, Step
from symcrit.typeset.derivation import Passage
from symcrit.typeset.latex import VerdictLine, verdict_line

UNPROVED = (GAP, OPEN)


@dataclass(frozen=True)
class Evidence:
    """What checking found for one step.

    `statement` is what the step says from the assumptions that it reaches (of `refute`: what is refuted), `found`
    the kernel's theorem of it, or an instance that violates it. `witness` comes with the theorem that it is one,
    `holds` looks at the point of an `instance` step again and says what is wrong with it, `surveyed` evaluates the
    claim of a `check` step again and says on how many instances. `calculations` show the relations of a step one by
    one, and are empty where they would be too long; the certificates have so many `terms`.

    >>> Evidence(found="proved")
    Traceback (most recent call last):
    symcrit.errors.InputError: 'proved' is no evidence
    """

    statement: Statement | None = None
    found: Theorem | Instance | None = None
    witness: tuple[Term, Theorem] | None = None
    uses: tuple[str, ...] = ()  # labels; `line 7` for an assumption that has none
    lemma: str = ""  # of `use`: the title of the lemma
    reason: str = ""  # why there is no proof, or why the check fails all the same
    holds: Callable[[], str] | None = None
    surveyed: Callable[[], str] | None = None
    calculations: tuple[tuple[Passage, ...], ...] = ()
    terms: int = 0

    def __post_init__(self) -> None:
        if self.found is not None and (self.statement is None or not isinstance(self.found, (Theorem, Instance))):
            raise InputError(f"{self.found!r} is no evidence", "give a theorem or an instance, and its statement")


@dataclass(frozen=True)
class Standing:
    """What may be said of a step: a verdict if there is one, the gaps it needs, a witness that will do."""

    verdict: VerdictLine | None = None
    gaps: tuple[str, ...] = ()
    witness: Term | None = None

    @property
    def proved(self) -> bool:
        """Tell whether the kernel's theorem for this step is at hand."""
        return self.verdict is not None and isinstance(self.verdict.evidence, Theorem)

    @property
    def counterexample(self) -> Instance | None:
        """The instance that refutes the claim of this step."""
        found = self.verdict.evidence if self.verdict is not None else None
        return found if isinstance(found, Instance) else None


def standings(theorem: ProofTheorem, evidence: Mapping[str, Evidence]) -> dict[str, Standing]:
    """Judge every step by its evidence; raises InputError where that is about something else than the step.

    >>> from symcrit.kernel import Theory, rules, theorems
    >>> from symcrit.lang.parser import parse
    >>> from symcrit.lang.proof_parser import parse_proofs
    >>> statement = parse("matrix A : n x n\\nshow A = A")
    >>> theory = Theory(statement)
    >>> proved = theorems.QED(theory, [(rules.COMBINE(theory, "n", "n", "=", []), None)])
    >>> theorem = parse_proofs("matrix A : n x n\\nstep s: A = A\\nstep t: A = A'").theorems[0]
    >>> standings(theorem, {"s": Evidence(statement, proved)})["s"].proved
    True
    >>> standings(theorem, {"t": Evidence(statement, proved)})
    Traceback (most recent call last):
    symcrit.errors.InputError: the evidence for t is about something else
    """
    shown: dict[str, Equation] = {}  # claims of steps that are proved
    judged: dict[str, Standing] = {}
    for step in theorem.steps:
        known = evidence.get(step.label, Evidence())
        standing = _Check(theorem, step, evidence, shown).standing(known)
        if standing.proved and known.statement is not None and known.statement.claims[0].unknown is None:
            shown[step.label] = known.statement.claims[0].equation
        judged[step.label] = standing
    return judged


@dataclass
class _Check:
    """One step, held against its evidence."""

    theorem: ProofTheorem
    step: Step
    evidence: Mapping[str, Evidence]
    shown: Mapping[str, Equation]
    above: Sequence[Line] = field(init=False)

    def __post_init__(self) -> None:
        self.above = list(self.theorem.above(self.step))

    def standing(self, known: Evidence) -> Standing:
        statement, found = known.statement, known.found
        if statement is None or found is None or self.step.kind in UNPROVED:
            return Standing()
        verdict = verdict_line(statement, found)
        if isinstance(found, Instance):
            self._refuted(statement)
            return Standing(verdict)
        claim = self.step.claim
        self._require(self.step.kind not in UNUSABLE and claim in (None, *statement.claims))
        self._require(found.statement.claims == statement.claims and len(statement.claims) == 1)
        self._require(found.statement.hypotheses == statement.hypotheses)
        gaps = self._supposed(statement, (), found.uses)
        witness = known.witness[0] if known.witness is not None else None
        if known.witness is not None:
            self._witnessed(claim, *known.witness)
        return Standing(verdict, tuple(gaps), witness)

    def _require(self, condition: bool) -> None:
        if not condition:
            raise InputError(f"the evidence for {self.step.label} is about something else")

    def _supposed(self, statement: Statement, shown: Sequence[Equation], uses: Container[str]) -> list[str]:
        """Hold what a theorem supposes against what stands above; return the gaps that its proof uses."""
        self._require(set(statement.declarations) <= set(self.theorem.declarations))
        self._require(set(statement.guards) <= {line.equation for line in self._assumptions() if line.guard})
        assumed = {line.equation for line in self._assumptions() if not line.guard}
        gaps = {line.claim.equation: line.label for line in self.above if isinstance(line, Step)
                and line.kind in UNPROVED and line.claim is not None and line.claim.unknown is None}
        needed = []
        for number, hypothesis in enumerate(statement.hypotheses, 1):
            plain = hypothesis.left == hypothesis.right and hypothesis.relation == "="  # only that it is defined
            if hypothesis not in assumed and hypothesis not in shown and not plain:
                self._require(hypothesis in gaps)
                needed += [gaps[hypothesis]] if f"assume {number}" in uses else []
        return needed

    def _assumptions(self) -> list[Assumption]:
        return [line for line in self.above if isinstance(line, Assumption)]

    def _witnessed(self, claim: Claim | None, witness: Term, theorem: Theorem) -> None:
        """The theorem must say of this very matrix that it will do."""
        unknown = claim.unknown if claim is not None else None
        self._require(isinstance(theorem, Theorem) and unknown is not None)
        if claim is not None and unknown is not None:
            put = {unknown.name: witness}
            left, right = (walk.substitute(side, put, {}) for side in (claim.equation.left, claim.equation.right))
            self._require(theorem.statement.claims == (Claim(Equation(left, right)),))
            self._supposed(theorem.statement, list(self.shown.values()), theorem.uses)

    def _refuted(self, statement: Statement) -> None:
        """A counterexample must meet all that is supposed: what is cited by `refute`, else everything above."""
        step = self.step
        links = [link.claim for link in step.links]
        self._require(step.claim is not None and len(statement.claims) == 1)
        self._require(statement.claims[0] in (step.claim, *links))
        self._require(set(statement.declarations) <= set(self.theorem.declarations))
        supposed = [line.equation for line in self._assumptions() if not line.guard]
        if step.kind in (REFUTE, CHECK) and step.by is not None:
            supposed = self._cited([reference.name for reference in step.by])
        self._require(set(supposed) <= set(statement.hypotheses))
        letters = {declaration.name for declaration in statement.declarations}
        guards = [line.equation for line in self._assumptions() if line.guard]
        self._require({guard for guard in guards if _names(guard) <= letters} <= set(statement.guards))

    def _cited(self, names: Sequence[str]) -> list[Equation]:
        """List the equations that labels stand for; of a `use` step, what its evidence is about."""
        equations = []
        for line in self.above:
            if isinstance(line, Assumption) and line.label in names and not line.guard:
                equations.append(line.equation)
            elif isinstance(line, Step) and line.label in names:
                known = self.evidence.get(line.label, Evidence()).statement
                claim = line.claim or (known.claims[0] if known is not None else None)
                self._require(claim is not None)
                equations += [claim.equation] if claim is not None else []
        return equations


def _names(equation: Equation) -> set[str]:
    nodes = walk.postorder([equation.left, equation.right])
    return {str(node.data) for node in nodes if node.op in ("matrix", "scalar")}
