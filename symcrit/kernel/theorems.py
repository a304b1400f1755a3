"""Theorems: statements all of whose claims have been shown, and their instances as facts elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from symcrit.errors import CertificateError
from symcrit.kernel import walk
from symcrit.kernel.facts import AT_LEAST, Fact, derive, require
from symcrit.kernel.letters import Evidence
from symcrit.kernel.named_facts import NAMED_FACTS
from symcrit.kernel.poly import Poly
from symcrit.kernel.statement import Equation, Statement, guarded_terms, obligations_of
from symcrit.kernel.terms import Size, Term
from symcrit.kernel.theory import Theory

_SEAL: Final = object()
_KIND: Final = {"=": "an equation", ">=": "an inequality", ">": "a strict inequality"}


class Theorem:
    """A statement all of whose claims have been shown in its own theory; made only by `QED`."""

    __slots__ = ("guards", "rests_on", "statement", "uses")
    statement: Statement
    guards: tuple[str, ...]
    uses: frozenset[str]
    rests_on: frozenset[str]

    def __init__(self, seal: object, statement: Statement, guards: tuple[str, ...],
                 facts: Sequence[Fact | Evidence]) -> None:
        if seal is not _SEAL:
            raise CertificateError("theorems are made by QED only")
        uses = frozenset[str]().union(*(fact.uses for fact in facts))
        rests_on = frozenset[str]().union(*(fact.rests_on for fact in facts))
        for slot, value in zip(("statement", "guards", "uses", "rests_on"),
                               (statement, guards, uses, rests_on), strict=True):
            object.__setattr__(self, slot, value)

    def __init_subclass__(cls) -> None:
        raise CertificateError("Theorem has no subclasses")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("theorems are immutable")


def QED(theory: Theory, proofs: Sequence[tuple[Fact, Term | None]]) -> Theorem:
    """One fact per claim: left - right = 0, or right - left >= 0 or > 0, a witness put in for an unknown.

    The witness brings no guard: the theory is closed.
    """
    claims = theory.statement.claims
    found: list[Fact | Evidence] = [fact for fact, _ in proofs]
    require(len(proofs) == len(claims), f"{len(proofs)} proofs for {len(claims)} claims")
    for number, (claim, (fact, witness)) in enumerate(zip(claims, proofs, strict=True), 1):
        equation = claim.equation
        if claim.unknown is not None:
            require(witness is not None and witness.shape == claim.unknown.shape, f"claim {number} needs a witness")
            put = {claim.unknown.name: witness} if witness is not None else {}
            equation = Equation(walk.substitute(equation.left, put, {}), walk.substitute(equation.right, put, {}))
            found += theory.evidence_for(equation.left) + theory.evidence_for(equation.right)
        relation, poly = theory.meaning(equation)
        require(fact.theory is theory and fact.relation in AT_LEAST[relation],
                f"claim {number} is not shown by {_KIND[relation]}")
        require(fact.poly == poly, f"the proof of claim {number} shows something else")
    return Theorem(_SEAL, theory.statement, tuple(theory.guards), found)


def INSTANCE(theory: Theory, theorem: Theorem, letters: Mapping[str, Term], sizes: Mapping[str, Size],
             obligations: Sequence[Fact], claim: int) -> Fact:
    """A claim of a theorem with terms for its letters and sizes for its size symbols.

    Its hypotheses and properties are obligations, each given as a fact; its guards must be granted here.
    """
    return _instance(theory, ("instance", theorem.statement.hash), theorem.statement, theorem.rests_on,
                     letters, sizes, obligations, claim)


def NAMED(theory: Theory, name: str, letters: Mapping[str, Term], sizes: Mapping[str, Size],
          obligations: Sequence[Fact], claim: int) -> Fact:
    """An instance of a named standard fact, which is not proved here; its name goes into `rests_on`."""
    require(name in NAMED_FACTS, f"there is no named fact {name!r}")
    return _instance(theory, ("named", name), NAMED_FACTS[name], frozenset([name]), letters, sizes, obligations, claim)


def _is_diagonal(theory: Theory, term: Term) -> bool:
    """Tell whether a term is plainly diagonal: a letter that is declared so, I or 0."""
    return term.op in ("identity", "zero") or (term.op == "matrix" and str(term.data) in theory.diagonal)


def _instance(theory: Theory, source: tuple[str, str], statement: Statement, rests_on: frozenset[str],
              letters: Mapping[str, Term], sizes: Mapping[str, Size], obligations: Sequence[Fact], claim: int) -> Fact:
    def instance(equation: Equation) -> tuple[str, Poly]:
        left, right = (walk.substitute(side, letters, sizes) for side in (equation.left, equation.right))
        return theory.meaning(Equation(left, right, relation=equation.relation))

    for declaration in statement.declarations:
        value, shape = letters.get(declaration.name), declaration.shape
        shape = shape and (walk.resize(shape[0], sizes), walk.resize(shape[1], sizes))
        require(value is not None, f"no term is given for {declaration.name}")
        require(value is None or value.shape == shape, f"the term for {declaration.name} has another shape")
        require("diagonal" not in declaration.properties or value is None or _is_diagonal(theory, value),
                f"the term for {declaration.name} is no letter that is declared diagonal")
    theory.algebra.spend(len(obligations) * len(statement.hypotheses))
    for relation, poly in [instance(equation) for equation in obligations_of(statement)]:
        nothing = not poly.terms and relation != ">"  # 0 = 0 and 0 >= 0 need no fact
        require(nothing or any(fact.theory is theory and fact.shows(relation, poly) for fact in obligations),
                "an obligation of the instance is not given")
    uses: frozenset[str] = frozenset()
    for term in guarded_terms(statement):  # raises NotGranted unless the instance of each guard holds here
        for evidence in theory.evidence_for(walk.substitute(term, letters, sizes)):
            uses, rests_on = uses | evidence.uses, rests_on | evidence.rests_on
    require(0 <= claim < len(statement.claims) and statement.claims[claim].unknown is None, f"no claim {claim}")
    relation, poly = instance(statement.claims[claim].equation)
    certificate = (*source, dict(letters), dict(sizes), tuple(fact.certificate for fact in obligations), claim)
    return derive(theory, relation, poly, certificate, *obligations, uses=uses, rests_on=rests_on)
