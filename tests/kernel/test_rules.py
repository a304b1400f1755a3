"""Every rule: one success, one refusal, with the exact class of the error."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from symcrit.errors import CertificateError, NotGranted, SizeError
from symcrit.kernel.letters import Evidence
from symcrit.kernel.poly import Poly
from symcrit.kernel.rules import (
    ANTISYMMETRY,
    ASSUME,
    COMBINE,
    DEFINITION,
    PENROSE,
    POSITIVE,
    PRODUCT,
    RECIPROCAL,
    SQUARE,
    TRACE,
    TRANSPOSE,
    UNITS,
    VANISH,
)
from symcrit.kernel.theory import Theory
from symcrit.lang.parser import parse

TEXT = """matrix A : m x n
matrix S : n x n symmetric
scalar s t
assume A*S = 0
assume s = t
assume tr(A'*A) = 0
show S*A' = 0"""


@pytest.fixture
def theory() -> Theory:
    return Theory(parse(TEXT))


def refused(error: type[Exception], message: str, rule: Callable[..., Any], *operands: Any) -> None:
    """Check that a rule refuses its operands with exactly this class of error."""
    with pytest.raises(error, match=message) as caught:
        rule(*operands)
    assert type(caught.value) is error


def letters(theory: Theory, text: str) -> Poly:
    """Multiply letters given by their names."""
    first, *rest = text.split()
    product = theory.algebra.letter(first)
    for letter in rest:
        product = theory.algebra.mul(product, theory.algebra.letter(letter))
    return product


def test_assume(theory: Theory) -> None:
    fact = ASSUME(theory, "assume 1")
    assert (fact.relation, fact.poly, fact.uses, fact.rests_on) == ("=", letters(theory, "A S"), {"assume 1"}, set())
    assert ASSUME(theory, "S symmetric 1").uses == {"S symmetric 1"}
    refused(CertificateError, "does not grant", ASSUME, theory, "assume 4")


def test_penrose(theory: Theory) -> None:
    theory.pinv(letters(theory, "A"))
    fact = PENROSE(theory, "pinv(A)", 1)
    expected = theory.algebra.add(letters(theory, "A pinv(A) A"), theory.algebra.scale(-1, letters(theory, "A")))
    assert (fact.relation, fact.poly, fact.uses) == ("=", expected, set())
    refused(CertificateError, "no Penrose equation 5", PENROSE, theory, "pinv(A)", 5)
    refused(CertificateError, "no Penrose equation 1", PENROSE, theory, "A", 1)


def test_definition(theory: Theory) -> None:
    theory.define("let.B", letters(theory, "A S"))
    fact = DEFINITION(theory, "let.B")
    assert fact.poly.terms == {((), ("let.B",)): 1, ((), ("A", "S")): -1}
    refused(CertificateError, "not a defined letter", DEFINITION, theory, "A")


def test_square(theory: Theory) -> None:
    fact = SQUARE(theory, letters(theory, "A"))
    assert (fact.relation, fact.poly) == (">=", theory.algebra.trace(letters(theory, "A' A")))
    s = theory.algebra.scalar("s")
    assert SQUARE(theory, s).poly == theory.algebra.mul(s, s)


def test_combine(theory: Theory) -> None:
    zero = ASSUME(theory, "assume 1")
    s = ((("s",), 1),)
    fact = COMBINE(theory, "m", "n", "=", [(2, s, (), zero, ("S",)), (-1, (), ("A", "A'"), zero, ())])
    assert fact.poly.terms == {(s, ("A", "S", "S")): 2, ((), ("A", "A'", "A", "S")): -1}
    assert fact.uses == {"assume 1"}
    assert COMBINE(theory, "m", "n", "=", []).poly == Poly("m", "n", {})
    refused(SizeError, "does not fit", COMBINE, theory, "m", "n", "=", [(1, (), ("S",), zero, ())])
    refused(SizeError, "is not", COMBINE, theory, "n", "n", "=", [(1, (), (), zero, ())])


def test_combine_a_scalar_equation_multiplies_a_word(theory: Theory) -> None:
    equal = ASSUME(theory, "assume 2")
    fact = COMBINE(theory, "m", "n", "=", [(1, (), ("A",), equal, ("S",))])
    assert fact.poly.terms == {(((("s",), 1),), ("A", "S")): 1, (((("t",), 1),), ("A", "S")): -1}
    assert COMBINE(theory, "n", "n", "=", [(1, (), (), equal, ())]).poly.shape == ("n", "n")


def test_combine_inequalities(theory: Theory) -> None:
    square = SQUARE(theory, theory.algebra.scalar("s"))
    equal = ASSUME(theory, "assume 2")
    s = ((("s",), 1),)
    fact = COMBINE(theory, 1, 1, ">=", [(3, (), (), square, ()), (-2, s, (), equal, ())])
    assert fact.relation == ">="
    assert fact.poly.terms == {(((("s",), 2),), ()): 1, (((("s",), 1), (("t",), 1)), ()): 2}
    for summand in [(-1, (), (), square, ()), (1, s, (), square, ())]:
        refused(CertificateError, "non-negative number", COMBINE, theory, 1, 1, ">=", [summand])
    refused(CertificateError, "non-negative number", COMBINE, theory, "n", "n", ">=", [(1, (), ("S",), square, ())])
    refused(CertificateError, "non-negative number", COMBINE, theory, 1, 1, "=", [(1, (), (), square, ())])
    refused(CertificateError, "between scalars", COMBINE, theory, "n", "n", ">=", [])
    for relation in ("<", "<=", ">>", "!=", ""):
        refused(CertificateError, "between scalars", COMBINE, theory, 1, 1, relation, [])


ORDER = """scalar s t
assume s = t
assume 0 <= s
assume 0 < t
show 0 = 0"""


def test_assume_an_inequality() -> None:
    theory = Theory(parse("scalar s t\nassume s <= 2*t\nassume s < t\nassume s = t\nshow s = t"))
    weak, strict, equal = (ASSUME(theory, f"assume {k}") for k in (1, 2, 3))
    s, t = ((("s",), 1),), ((("t",), 1),)
    assert (weak.relation, weak.poly.terms, weak.uses) == (">=", {(s, ()): -1, (t, ()): 2}, {"assume 1"})
    assert (strict.relation, strict.poly.terms) == (">", {(s, ()): -1, (t, ()): 1})
    assert (equal.relation, equal.poly.terms) == ("=", {(s, ()): 1, (t, ()): -1})


def test_positive(theory: Theory) -> None:
    fact = POSITIVE(theory, Fraction(2, 3))
    assert (fact.relation, fact.poly.terms, fact.uses) == (">", {((), ()): Fraction(2, 3)}, set())
    for value in (0, -1, Fraction(-1, 2), 0.5, True, float("nan")):
        refused(CertificateError, "not a positive number", POSITIVE, theory, value)


def test_combine_strict_inequalities() -> None:
    theory = Theory(parse(ORDER))
    equal, weak, strict = (ASSUME(theory, f"assume {k}") for k in (1, 2, 3))
    s, t = ((("s",), 1),), ((("t",), 1),)
    fact = COMBINE(theory, 1, 1, ">", [(2, (), (), weak, ()), (Fraction(1, 2), (), (), strict, ()), (-1, s, (), equal, ())])
    assert (fact.relation, fact.uses) == (">", {"assume 1", "assume 2", "assume 3"})
    assert fact.poly.terms == {(s, ()): 2, (t, ()): Fraction(1, 2), (((("s",), 2),), ()): -1, ((*s, *t), ()): 1}
    assert COMBINE(theory, 1, 1, ">=", [(1, (), (), strict, ()), (0, (), (), strict, ())]).relation == ">="
    assert COMBINE(theory, 1, 1, ">", [(1, (), (), POSITIVE(theory, 1), ()), (0, (), (), strict, ())]).relation == ">"
    for summands in ([], [(1, (), (), weak, ())], [(0, (), (), strict, ())], [(3, (), (), equal, ())],
                     [(0, (), (), strict, ()), (1, (), (), weak, ())]):
        refused(CertificateError, "no strict inequality", COMBINE, theory, 1, 1, ">", summands)
    for summand in [(-1, (), (), strict, ()), (1, s, (), strict, ()), (1, t, (), strict, ())]:
        refused(CertificateError, "non-negative number", COMBINE, theory, 1, 1, ">", [(1, (), (), strict, ()), summand])
    refused(CertificateError, "non-negative number", COMBINE, theory, 1, 1, "=", [(1, (), (), strict, ())])


def test_combine_takes_rational_numbers_only(theory: Theory) -> None:
    """With floats 10^-200 * 10^-200 is 0, so that 0 > 0 would follow; the certificate's reader makes none."""
    one = POSITIVE(theory, 1)
    for value in (1e-200, 1.0, True, float("nan"), "1", None, 1j):
        refused(CertificateError, "not a rational number", COMBINE, theory, 1, 1, ">", [(value, (), (), one, ())])


@pytest.mark.parametrize("number", [2, 3])
def test_inequalities_are_no_equations(number: int) -> None:
    fact = ASSUME(Theory(parse(ORDER)), f"assume {number}")
    for rule in (TRANSPOSE, TRACE):
        refused(CertificateError, "equations", rule, fact)
    refused(CertificateError, "not tr", VANISH, fact, fact.theory.algebra.scalar("s"))


def test_antisymmetry_of_inequalities() -> None:
    theory = Theory(parse("scalar s t\nassume s <= t\nassume t <= s\nassume t < s\nassume s <= 2*t\nshow s = t"))
    below, above, strict, other = (ASSUME(theory, f"assume {k}") for k in (1, 2, 3, 4))
    fact = ANTISYMMETRY(below, above)
    assert (fact.relation, fact.poly, fact.uses) == ("=", below.poly, {"assume 1", "assume 2"})
    assert ANTISYMMETRY(below, strict).relation == "="  # what contradicts itself gives anything
    refused(CertificateError, "not opposite", ANTISYMMETRY, below, below)
    refused(CertificateError, "not opposite", ANTISYMMETRY, other, above)


@pytest.mark.parametrize(("first", "second", "relation"), [(1, 1, ">="), (1, 2, ">="), (2, 1, ">="), (2, 2, ">")])
def test_product_of_inequalities(first: int, second: int, relation: str) -> None:
    theory = Theory(parse("scalar s t\nassume 0 <= s\nassume 0 < t\nassume s = t\nshow s = t"))
    facts = {k: ASSUME(theory, f"assume {k}") for k in (1, 2, 3)}
    fact = PRODUCT(facts[first], facts[second])
    assert fact.relation == relation and fact.uses == {f"assume {first}", f"assume {second}"}
    assert fact.poly == theory.algebra.mul(facts[first].poly, facts[second].poly)
    refused(CertificateError, "only inequalities are multiplied", PRODUCT, facts[first], facts[3])
    refused(CertificateError, "only inequalities are multiplied", PRODUCT, facts[3], facts[second])
    other = ASSUME(Theory(parse("scalar s\nassume 0 <= s\nshow s = s")), "assume 1")
    refused(CertificateError, "different theories", PRODUCT, facts[first], other)


def test_reciprocal_of_what_is_positive() -> None:
    theory = Theory(parse(ORDER))
    ring, (_, weak, strict) = theory.algebra, (ASSUME(theory, f"assume {k}") for k in (1, 2, 3))
    refused(CertificateError, "not a positive number", RECIPROCAL, weak, 0)
    fact = RECIPROCAL(strict, 0)
    t = ring.scalar("t")
    inverse_of_t = theory.proved_reciprocal(t, Evidence(frozenset(), frozenset()))
    assert (fact.relation, fact.uses) == ("=", {"assume 3"})
    assert fact.poly == ring.add(ring.mul(t, inverse_of_t), ring.constant(1, -1))
    assert RECIPROCAL(strict, Fraction(1, 2)).relation == "="
    assert RECIPROCAL(weak, 1).relation == "="
    for bound in (-1, Fraction(-1, 10**9), 0.5, 1e-300, True):
        refused(CertificateError, "not a positive number", RECIPROCAL, strict, bound)


def test_transpose(theory: Theory) -> None:
    assert TRANSPOSE(ASSUME(theory, "assume 1")).poly == letters(theory, "S' A'")
    refused(CertificateError, "only equations", TRANSPOSE, SQUARE(theory, letters(theory, "A")))


def test_trace(theory: Theory) -> None:
    zero = COMBINE(theory, "n", "n", "=", [(1, (), ("A'",), ASSUME(theory, "assume 1"), ())])
    assert TRACE(zero).poly == theory.algebra.trace(letters(theory, "A' A S"))
    refused(CertificateError, "of equations", TRACE, SQUARE(theory, letters(theory, "A")))
    refused(SizeError, "trace of m x n", TRACE, ASSUME(theory, "assume 1"))


def test_antisymmetry(theory: Theory) -> None:
    square, zero = SQUARE(theory, letters(theory, "A")), ASSUME(theory, "assume 3")
    below = COMBINE(theory, 1, 1, ">=", [(-1, (), (), zero, ())])
    fact = ANTISYMMETRY(square, below)
    assert (fact.relation, fact.poly, fact.uses) == ("=", zero.poly, {"assume 3"})
    refused(CertificateError, "not opposite", ANTISYMMETRY, square, square)


def test_vanish(theory: Theory) -> None:
    zero = ASSUME(theory, "assume 3")
    fact = VANISH(zero, letters(theory, "A"))
    assert (fact.relation, fact.poly, fact.uses) == ("=", letters(theory, "A"), {"assume 3"})
    assert VANISH(zero, letters(theory, "A'")).poly == letters(theory, "A'")
    refused(CertificateError, "not tr", VANISH, zero, letters(theory, "S"))
    refused(CertificateError, "not tr", VANISH, SQUARE(theory, letters(theory, "A")), letters(theory, "A"))


def test_reciprocal(theory: Theory) -> None:
    ring = theory.algebra
    s = ring.scalar("s")
    square = SQUARE(theory, s)
    fact = RECIPROCAL(square, Fraction(2))
    d = ring.add(ring.mul(s, s), ring.constant(1, 2))
    inverse_of_d = theory.proved_reciprocal(d, Evidence(frozenset(), frozenset()))
    assert (fact.relation, fact.poly) == ("=", ring.add(ring.mul(d, inverse_of_d), ring.constant(1, -1)))
    for bound in (0, -1):
        refused(CertificateError, "not a positive number", RECIPROCAL, square, Fraction(bound))
    refused(CertificateError, "not a positive number", RECIPROCAL, ASSUME(theory, "assume 1"), Fraction(1))


def test_a_reciprocal_is_not_granted_before_the_rule(theory: Theory) -> None:
    s = parse("scalar s\nshow 1 + s^2 = 0").claims[0].equation.left
    with pytest.raises(NotGranted):
        theory.lower(1 / s)
    RECIPROCAL(SQUARE(theory, theory.algebra.scalar("s")), Fraction(1))
    assert theory.lower(1 / s).shape == (1, 1)


def test_units() -> None:
    theory = Theory(parse("matrix A : 2 x 2\nshow A = A"))
    first, second = "unit.2.1", "unit.2.2"
    one, other = UNITS(theory, 2, 1, 1), UNITS(theory, 2, 1, 2)
    assert one.poly.terms == {(((("tr", "", first, first + "'"), 1),), ()): 1, ((), ()): -1}
    assert other.poly.terms == {(((("tr", "", first, second + "'"), 1),), ()): 1}
    assert UNITS(theory, 2, 2, 1).poly == other.poly
    assert UNITS(theory, 2, 0, 0).poly.terms == {((), ()): 1, ((), (first, first + "'")): -1, ((), (second, second + "'")): -1}
    assert one.uses == one.rests_on == set()
    for size, i, j in [(2, 0, 1), (2, 1, 0), (2, 3, 1), (2, 1, 3), (2, -1, -1), (1, 1, 1), (1, 0, 0), (0, 0, 0), (-1, 0, 0), (21, 1, 1), (21, 0, 0)]:
        refused(CertificateError, "no unit vector", UNITS, theory, size, i, j)


def test_facts_of_different_theories_do_not_combine(theory: Theory) -> None:
    foreign = ASSUME(Theory(parse(TEXT)), "assume 1")
    refused(CertificateError, "different theories", COMBINE, theory, "m", "n", "=", [(1, (), (), foreign, ())])
    square = SQUARE(theory, letters(theory, "A"))
    below = COMBINE(theory, 1, 1, ">=", [(-1, (), (), ASSUME(theory, "assume 3"), ())])
    assert ANTISYMMETRY(square, below).relation == "="
    other = Theory(parse(TEXT))
    refused(CertificateError, "different theories", ANTISYMMETRY, SQUARE(other, letters(other, "A")), below)


def test_certificates_of_facts_are_nested_data(theory: Theory) -> None:
    assert TRANSPOSE(ASSUME(theory, "assume 1")).certificate == ("transpose", ("assume", "assume 1"))
    assert TRACE(ASSUME(theory, "assume 2")).certificate == ("trace", ("assume", "assume 2"))
