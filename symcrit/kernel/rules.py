"""The rules that make facts. Nothing else makes a fact, but for the instances of theorems in `theorems.py`.

In this order: what a statement grants (ASSUME), what always holds (PENROSE ... POSITIVE), what follows
from facts (COMBINE ... RECIPROCAL).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symcrit.kernel.facts import Fact, derive, require
from symcrit.kernel.letters import Evidence
from symcrit.kernel.poly import Central, Number, Poly, Word
from symcrit.kernel.terms import Size
from symcrit.kernel.theory import Theory

Summand = tuple[Number, Central, Word, Fact, Word]


def ASSUME(theory: Theory, name: str) -> Fact:
    """A hypothesis, property or guard of the statement, by its name in `theory.granted`."""
    require(name in theory.granted or name in theory.inequalities, f"the statement does not grant {name!r}")
    relation, poly = ("=", theory.granted[name]) if name in theory.granted else theory.inequalities[name]
    return derive(theory, relation, poly, ("assume", name), uses=frozenset([name]))


def PENROSE(theory: Theory, letter: str, number: int) -> Fact:
    """Equation 1..4 of a Moore-Penrose letter X of A: AXA = A, XAX = X, (AX)' = AX, (XA)' = XA."""
    require(letter in theory.penrose and number in (1, 2, 3, 4), f"there is no Penrose equation {number} of {letter}")
    return derive(theory, "=", theory.penrose_equation(letter, number), ("penrose", letter, number))


def DEFINITION(theory: Theory, letter: str) -> Fact:
    """The equation of a letter that was introduced, fresh, as an abbreviation."""
    require(letter in theory.definitions, f"{letter} is not a defined letter")
    ring = theory.algebra
    poly = ring.add(ring.letter(letter), ring.scale(-1, theory.definitions[letter]))
    return derive(theory, "=", poly, ("definition", letter))


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
    return derive(theory, "=", poly, ("units", size, first, second))


def SQUARE(theory: Theory, poly: Poly) -> Fact:
    """tr(E'E) >= 0 for any real matrix E."""
    ring = theory.algebra
    return derive(theory, ">=", ring.trace(ring.mul(ring.transpose(poly), poly)), ("square", poly))


def POSITIVE(theory: Theory, value: Number) -> Fact:
    """A positive rational number is > 0."""
    require(_exact(value) and value > 0, "not a positive number")
    return derive(theory, ">", theory.algebra.constant(1, value), ("positive", value))


def COMBINE(theory: Theory, rows: Size, cols: Size, relation: str, summands: Sequence[Summand]) -> Fact:
    """Sum of c * central * l * f * r, where an inequality enters with a number c >= 0 and nothing around it.

    The sum of equations is zero, with inequalities it is >= 0, and > 0 if one that is strict enters with c > 0.
    """
    ring = theory.algebra
    parts = [Poly(rows, cols, {})]
    strict = False
    for value, central, left, fact, right in summands:
        require(_exact(value), "a coefficient is not a rational number")
        if fact.relation != "=":
            require(relation in (">=", ">") and value >= 0 and not (central or left or right),
                    "an inequality may only be multiplied by a non-negative number")
            strict = strict or (fact.relation == ">" and value > 0)
        if fact.poly.is_scalar:  # a scalar equation multiplies a whole word
            around = ring.word(left + right, rows, cols, value, central)
            parts.append(ring.mul(fact.poly, around))
        else:
            before = ring.word(left, rows, fact.poly.rows, value, central)
            parts.append(ring.mul(ring.mul(before, fact.poly), ring.word(right, fact.poly.cols, cols)))
    require(relation == "=" or (relation in (">=", ">") and (rows, cols) == (1, 1)), "inequalities are between scalars")
    require(relation != ">" or strict, "no strict inequality enters with a positive number")
    plain = tuple((value, central, left, fact.certificate, right) for value, central, left, fact, right in summands)
    return derive(theory, relation, ring.add(*parts), ("combine", rows, cols, relation, plain),
                  *(summand[3] for summand in summands))


def TRANSPOSE(fact: Fact) -> Fact:
    """E = 0 gives E' = 0."""
    require(fact.relation == "=", "only equations are transposed")
    return derive(fact.theory, "=", fact.theory.algebra.transpose(fact.poly), ("transpose", fact.certificate), fact)


def TRACE(fact: Fact) -> Fact:
    """E = 0 gives tr(E) = 0."""
    require(fact.relation == "=", "the trace is taken of equations")
    return derive(fact.theory, "=", fact.theory.algebra.trace(fact.poly), ("trace", fact.certificate), fact)


def PRODUCT(first: Fact, second: Fact) -> Fact:
    """s >= 0 and t >= 0 give s*t >= 0; both strict give s*t > 0."""
    require("=" not in (first.relation, second.relation), "only inequalities are multiplied")
    relation = ">" if first.relation == second.relation == ">" else ">="
    poly = first.theory.algebra.mul(first.poly, second.poly)
    return derive(first.theory, relation, poly, ("product", first.certificate, second.certificate), first, second)


def ANTISYMMETRY(first: Fact, second: Fact) -> Fact:
    """s >= 0 and -s >= 0 give s = 0 (if one of them is strict they contradict each other, and give it too)."""
    ring = first.theory.algebra
    require(first.poly == ring.scale(-1, second.poly), "the two inequalities are not opposite")
    return derive(first.theory, "=", first.poly, ("antisymmetry", first.certificate, second.certificate), first, second)


def VANISH(fact: Fact, poly: Poly) -> Fact:
    """tr(E'E) = 0 gives E = 0 (real matrices)."""
    ring = fact.theory.algebra
    require(fact.relation == "=" and fact.poly == ring.trace(ring.mul(ring.transpose(poly), poly)),
            "the fact is not tr(E'E) = 0 for this E")
    return derive(fact.theory, "=", poly, ("vanish", fact.certificate, poly), fact)


def RECIPROCAL(fact: Fact, bound: Number) -> Fact:
    """d - c >= 0 with a number c > 0, or d - c > 0 with c >= 0: d is not 0, it has a reciprocal i; d*i - 1 = 0."""
    theory, ring = fact.theory, fact.theory.algebra
    require(fact.poly.is_scalar and _exact(bound) and (bound > 0 or (bound == 0 and fact.relation == ">")),
            "the bound is not a positive number")
    nonzero = ring.add(fact.poly, ring.constant(1, bound))
    atom = theory.proved_reciprocal(nonzero, Evidence(fact.uses, fact.rests_on))
    poly = ring.add(ring.mul(nonzero, atom), ring.constant(1, -1))
    return derive(theory, "=", poly, ("reciprocal", fact.certificate, bound), fact)


def _exact(value: Number) -> bool:
    return type(value) in (int, Fraction)
