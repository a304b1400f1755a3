"""Facts and the rules that make them. Nothing else makes a fact.

A fact is a sequent: under the grants it names in `uses` (hypotheses, properties, guards) and the named
facts in `rests_on`, its polynomial is zero (relation "=") or, for scalars, non-negative (">=").
Every fact carries its certificate: the rule and its operands, as nested plain data.

In this order: what may be assumed (ASSUME, NAMED), what always holds (PENROSE ... SQUARE), what follows from
facts (COMBINE ... RECIPROCAL), theorems and their instances (QED, INSTANCE).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from symcrit.errors import CertificateError
from symcrit.kernel import walk
from symcrit.kernel.letters import Evidence
from symcrit.kernel.named_facts import NAMED_FACTS
from symcrit.kernel.poly import Central, Number, Poly, Word
from symcrit.kernel.statement import Equation, Statement, guarded_terms, obligations_of
from symcrit.kernel.terms import Size, Term
from symcrit.kernel.theory import Theory

_SEAL: Final = object()
Summand = tuple[Number, Central, Word, "Fact", Word]


class Fact:
    """Something a rule has shown in a theory; sealed: only this module makes facts."""

    __slots__ = ("certificate", "poly", "relation", "rests_on", "theory", "uses")
    theory: Theory
    relation: str
    poly: Poly
    uses: frozenset[str]
    rests_on: frozenset[str]
    certificate: tuple[Any, ...]

    def __init__(self, seal: object, theory: Theory, relation: str, poly: Poly, uses: frozenset[str],
                 rests_on: frozenset[str], certificate: tuple[Any, ...]) -> None:
        if seal is not _SEAL:
            raise CertificateError("facts are made by rules only")
        for slot, value in zip(("theory", "relation", "poly", "uses", "rests_on", "certificate"),
                               (theory, relation, poly, uses, rests_on, certificate), strict=True):
            object.__setattr__(self, slot, value)

    def __init_subclass__(cls) -> None:
        raise CertificateError("Fact has no subclasses")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("facts are immutable")


def _fact(theory: Theory, relation: str, poly: Poly, certificate: tuple[Any, ...], *premises: Fact,
          uses: frozenset[str] = frozenset(), rests_on: frozenset[str] = frozenset()) -> Fact:
    for premise in premises:
        if premise.theory is not theory:
            raise CertificateError("facts of different theories do not combine")
        uses |= premise.uses
        rests_on |= premise.rests_on
    return Fact(_SEAL, theory, relation, poly, uses, rests_on, certificate)


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise CertificateError(message)


def ASSUME(theory: Theory, name: str) -> Fact:
    """A hypothesis, property or guard of the statement, by its name in `theory.granted`."""
    _require(name in theory.granted, f"the statement does not grant {name!r}")
    return _fact(theory, "=", theory.granted[name], ("assume", name), uses=frozenset([name]))


def NAMED(theory: Theory, name: str, letters: Mapping[str, Term], sizes: Mapping[str, Size],
          obligations: Sequence[Fact], claim: int) -> Fact:
    """An instance of a named standard fact, which is not proved here; its name goes into `rests_on`."""
    _require(name in NAMED_FACTS, f"there is no named fact {name!r}")
    return _instance(theory, ("named", name), NAMED_FACTS[name], frozenset([name]), letters, sizes, obligations, claim)


def PENROSE(theory: Theory, letter: str, number: int) -> Fact:
    """Equation 1..4 of a Moore-Penrose letter X of A: AXA = A, XAX = X, (AX)' = AX, (XA)' = XA."""
    _require(letter in theory.penrose and number in (1, 2, 3, 4), f"there is no Penrose equation {number} of {letter}")
    return _fact(theory, "=", theory.penrose_equation(letter, number), ("penrose", letter, number))


def DEFINITION(theory: Theory, letter: str) -> Fact:
    """The equation of a letter that was introduced, fresh, as an abbreviation."""
    _require(letter in theory.definitions, f"{letter} is not a defined letter")
    ring = theory.algebra
    poly = ring.add(ring.letter(letter), ring.scale(-1, theory.definitions[letter]))
    return _fact(theory, "=", poly, ("definition", letter))


def UNITS(theory: Theory, size: int, first: int, second: int) -> Fact:
    """Standard basis of a literal size: e_i'e_j is 1 or 0; with i = j = 0, I is the sum of all e_k e_k'."""
    ring = theory.algebra
    theory.unit(size, 1)  # refuses a size that is none
    if first or second:
        left, right = (ring.letter(theory.unit(size, number)) for number in (first, second))
        poly = ring.add(ring.mul(ring.transpose(left), right), ring.constant(1, -1 if first == second else 0))
    else:
        vectors = [ring.letter(theory.unit(size, k)) for k in range(1, size + 1)]
        poly = ring.add(ring.constant(size, 1), *(ring.scale(-1, ring.mul(e, ring.transpose(e))) for e in vectors))
    return _fact(theory, "=", poly, ("units", size, first, second))


def SQUARE(theory: Theory, poly: Poly) -> Fact:
    """tr(E'E) >= 0 for any real matrix E."""
    ring = theory.algebra
    return _fact(theory, ">=", ring.trace(ring.mul(ring.transpose(poly), poly)), ("square", poly))


def COMBINE(theory: Theory, rows: Size, cols: Size, relation: str, summands: Sequence[Summand]) -> Fact:
    """Sum of c * central * l * f * r; for ">=" every f >= 0 enters with c >= 0 and nothing around it."""
    ring = theory.algebra
    parts = [Poly(rows, cols, {})]
    for value, central, left, fact, right in summands:
        if fact.relation != "=":
            _require(relation == ">=" and value >= 0 and not (central or left or right),
                     "an inequality may only be multiplied by a non-negative number")
        if fact.poly.is_scalar:  # a scalar equation multiplies a whole word
            around = ring.word(left + right, rows, cols, value, central)
            parts.append(ring.mul(fact.poly, around))
        else:
            before = ring.word(left, rows, fact.poly.rows, value, central)
            parts.append(ring.mul(ring.mul(before, fact.poly), ring.word(right, fact.poly.cols, cols)))
    _require(relation == "=" or (relation == ">=" and (rows, cols) == (1, 1)), "inequalities are between scalars")
    plain = tuple((value, central, left, fact.certificate, right) for value, central, left, fact, right in summands)
    return _fact(theory, relation, ring.add(*parts), ("combine", rows, cols, relation, plain),
                 *(summand[3] for summand in summands))


def TRANSPOSE(fact: Fact) -> Fact:
    """E = 0 gives E' = 0."""
    _require(fact.relation == "=", "only equations are transposed")
    return _fact(fact.theory, "=", fact.theory.algebra.transpose(fact.poly), ("transpose", fact.certificate), fact)


def TRACE(fact: Fact) -> Fact:
    """E = 0 gives tr(E) = 0."""
    _require(fact.relation == "=", "the trace is taken of equations")
    return _fact(fact.theory, "=", fact.theory.algebra.trace(fact.poly), ("trace", fact.certificate), fact)


def ANTISYMMETRY(first: Fact, second: Fact) -> Fact:
    """s >= 0 and -s >= 0 give s = 0."""
    ring = first.theory.algebra
    _require(first.poly == ring.scale(-1, second.poly), "the two inequalities are not opposite")
    return _fact(first.theory, "=", first.poly, ("antisymmetry", first.certificate, second.certificate), first, second)


def VANISH(fact: Fact, poly: Poly) -> Fact:
    """tr(E'E) = 0 gives E = 0 (real matrices)."""
    ring = fact.theory.algebra
    _require(fact.relation == "=" and fact.poly == ring.trace(ring.mul(ring.transpose(poly), poly)),
             "the fact is not tr(E'E) = 0 for this E")
    return _fact(fact.theory, "=", poly, ("vanish", fact.certificate, poly), fact)


def RECIPROCAL(fact: Fact, bound: Fraction) -> Fact:
    """d - c >= 0 with a number c > 0: d is not 0, so it has a reciprocal i; returns d*i - 1 = 0."""
    theory, ring = fact.theory, fact.theory.algebra
    _require(bound > 0 and fact.poly.is_scalar and fact.relation in ("=", ">="), "the bound is not a positive number")
    nonzero = ring.add(fact.poly, ring.constant(1, bound))
    atom = theory.proved_reciprocal(nonzero, Evidence(fact.uses, fact.rests_on))
    poly = ring.add(ring.mul(nonzero, atom), ring.constant(1, -1))
    return _fact(theory, "=", poly, ("reciprocal", fact.certificate, bound), fact)


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
    """One fact per claim: left - right, a witness put in for an unknown; it brings no guard, the theory is closed."""
    claims = theory.statement.claims
    found: list[Fact | Evidence] = [fact for fact, _ in proofs]
    _require(len(proofs) == len(claims), f"{len(proofs)} proofs for {len(claims)} claims")
    for number, (claim, (fact, witness)) in enumerate(zip(claims, proofs, strict=True), 1):
        equation = claim.equation
        if claim.unknown is not None:
            _require(witness is not None and witness.shape == claim.unknown.shape, f"claim {number} needs a witness")
            put = {claim.unknown.name: witness} if witness is not None else {}
            equation = Equation(walk.substitute(equation.left, put, {}), walk.substitute(equation.right, put, {}))
            found += theory.evidence_for(equation.left) + theory.evidence_for(equation.right)
        _require(fact.theory is theory and fact.relation == "=", f"claim {number} is not shown by an equation")
        _require(theory.difference(equation) == fact.poly, f"the proof of claim {number} shows something else")
    return Theorem(_SEAL, theory.statement, tuple(theory.guards), found)


def INSTANCE(theory: Theory, theorem: Theorem, letters: Mapping[str, Term], sizes: Mapping[str, Size],
             obligations: Sequence[Fact], claim: int) -> Fact:
    """A claim of a theorem with terms for its letters and sizes for its size symbols.

    Its hypotheses and properties are obligations, each given as a fact; its guards must be granted here.
    """
    return _instance(theory, ("instance", theorem.statement.hash), theorem.statement, theorem.rests_on,
                     letters, sizes, obligations, claim)


def _instance(theory: Theory, source: tuple[str, str], statement: Statement, rests_on: frozenset[str],
              letters: Mapping[str, Term], sizes: Mapping[str, Size], obligations: Sequence[Fact], claim: int) -> Fact:
    def instance(equation: Equation) -> Poly:
        left = walk.substitute(equation.left, letters, sizes)
        return theory.difference(Equation(left, walk.substitute(equation.right, letters, sizes)))

    for declaration in statement.declarations:
        value, shape = letters.get(declaration.name), declaration.shape
        shape = shape and (walk.resize(shape[0], sizes), walk.resize(shape[1], sizes))
        _require(value is not None, f"no term is given for {declaration.name}")
        _require(value is None or value.shape == shape, f"the term for {declaration.name} has another shape")
    theory.algebra.spend(len(obligations) * len(statement.hypotheses))
    for poly in [instance(equation) for equation in obligations_of(statement)]:
        _require(not poly.terms or any(fact.theory is theory and fact.relation == "=" and fact.poly == poly
                                       for fact in obligations), "an obligation of the instance is not given")
    uses: frozenset[str] = frozenset()
    for term in guarded_terms(statement):  # raises NotGranted unless the instance of each guard holds here
        for evidence in theory.evidence_for(walk.substitute(term, letters, sizes)):
            uses, rests_on = uses | evidence.uses, rests_on | evidence.rests_on
    _require(0 <= claim < len(statement.claims) and statement.claims[claim].unknown is None, f"no claim {claim}")
    conclusion = instance(statement.claims[claim].equation)
    certificate = (*source, dict(letters), dict(sizes), tuple(fact.certificate for fact in obligations), claim)
    return _fact(theory, "=", conclusion, certificate, *obligations, uses=uses, rests_on=rests_on)
