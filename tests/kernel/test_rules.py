"""Every rule: one success, one refusal, with the exact class of the error."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from symcrit.errors import CertificateError, InputError, NotGranted, SizeError
from symcrit.kernel import rules
from symcrit.kernel.letters import Evidence
from symcrit.kernel.named_facts import NAMED_FACTS
from symcrit.kernel.poly import Poly
from symcrit.kernel.rules import (
    ANTISYMMETRY,
    ASSUME,
    COMBINE,
    DEFINITION,
    INSTANCE,
    NAMED,
    PENROSE,
    QED,
    RECIPROCAL,
    SQUARE,
    TRACE,
    TRANSPOSE,
    UNITS,
    VANISH,
    Fact,
    Theorem,
)
from symcrit.kernel.terms import identity, inverse, matrix, number, zero
from symcrit.kernel.theory import Theory
from symcrit.lang.parser import parse

TEXT = """matrix A : m x n
matrix S : n x n symmetric
scalar s t
assume A*S = 0
assume s = t
assume tr(A'*A) = 0
show S*A' = 0"""
A, S = matrix("A", "m", "n"), matrix("S", "n", "n")


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
    theory.pinv(theory.lower(A))
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
    refused(CertificateError, "between scalars", COMBINE, theory, 1, 1, "<", [])


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


def test_qed(theory: Theory) -> None:
    steps = TRANSPOSE(ASSUME(theory, "assume 1"))
    symmetric = ASSUME(theory, "S symmetric 1")
    fact = COMBINE(theory, "n", "m", "=", [(1, (), (), steps, ()), (-1, (), (), symmetric, ("A'",))])
    theorem = QED(theory, [(fact, None)])
    assert (theorem.statement, theorem.uses, theorem.rests_on) == (parse(TEXT), {"assume 1", "S symmetric 1"}, set())
    refused(CertificateError, "shows something else", QED, theory, [(steps, None)])
    refused(CertificateError, "0 proofs for 1 claims", QED, theory, [])
    refused(CertificateError, "2 proofs for 1 claims", QED, theory, [(fact, None), (fact, None)])
    refused(CertificateError, "not shown by an equation", QED, theory, [(SQUARE(theory, letters(theory, "A")), None)])
    refused(CertificateError, "not shown by an equation", QED, Theory(parse(TEXT)), [(fact, None)])


def test_qed_of_existence() -> None:
    theory = Theory(parse("matrix S : n x n\nshow exists W : n x n. W*S = S"))
    fact = COMBINE(theory, "n", "n", "=", [])
    assert QED(theory, [(fact, identity("n"))]).guards == ()
    refused(CertificateError, "needs a witness", QED, theory, [(fact, None)])
    refused(CertificateError, "needs a witness", QED, theory, [(fact, number(1))])
    refused(CertificateError, "shows something else", QED, theory, [(fact, S)])
    refused(NotGranted, "no line of the statement", QED, theory, [(fact, inverse(S))])


def theorem(text: str, *proofs: Callable[[Theory], Fact]) -> Theorem:
    """Prove a statement with one rule per claim."""
    theory = Theory(parse(text))
    return QED(theory, [(proof(theory), None) for proof in proofs])


def lemma() -> Theorem:
    return theorem("matrix P : k x k symmetric\nscalar c\nassume c*P = 0\nassume c != 1\nshow c*P' = 0",
                   lambda t: TRANSPOSE(ASSUME(t, "assume 1")))


def test_instance() -> None:
    theory = Theory(parse("matrix S : n x n symmetric\nscalar s\nassume s*S = 0\nassume s != 1\nshow s*S' = 0"))
    facts = [ASSUME(theory, "assume 1"), ASSUME(theory, "S symmetric 1")]
    put, sizes = {"P": S, "c": parse("scalar s\nshow s = s").claims[0].equation.left}, {"k": "n"}
    fact = INSTANCE(theory, lemma(), put, sizes, facts, 0)
    assert (fact.relation, fact.poly.terms) == ("=", {(((("s",), 1),), ("S'",)): 1})
    assert fact.uses >= {"assume 1", "S symmetric 1"}
    for missing in (facts[:1], facts[1:], []):
        refused(CertificateError, "obligation", INSTANCE, theory, lemma(), put, sizes, missing, 0)
    refused(CertificateError, "another shape", INSTANCE, theory, lemma(), put, {"k": "m"}, facts, 0)
    refused(CertificateError, "another shape", INSTANCE, theory, lemma(), {**put, "c": S}, sizes, facts, 0)
    refused(CertificateError, "no term is given for c", INSTANCE, theory, lemma(), {"P": S}, sizes, facts, 0)
    refused(CertificateError, "no claim 1", INSTANCE, theory, lemma(), put, sizes, facts, 1)
    refused(CertificateError, "no claim -1", INSTANCE, theory, lemma(), put, sizes, facts, -1)
    other = Theory(theory.statement)
    refused(CertificateError, "obligation", INSTANCE, other, lemma(), put, sizes, facts, 0)


def test_instance_needs_the_guards_of_the_theorem() -> None:
    theory = Theory(parse("matrix S : n x n symmetric\nscalar s\nassume s*S = 0\nshow s*S' = 0"))
    facts = [ASSUME(theory, "assume 1"), ASSUME(theory, "S symmetric 1")]
    put = {"P": S, "c": parse("scalar s\nshow s = s").claims[0].equation.left}
    refused(NotGranted, "no line of the statement", INSTANCE, theory, lemma(), put, {"k": "n"}, facts, 0)
    refused(InputError, "identically 0", INSTANCE, theory, lemma(), {"P": S - S, "c": number(1)}, {"k": "n"}, [], 0)
    assert INSTANCE(theory, lemma(), {"P": S - S, "c": number(2)}, {"k": "n"}, [], 0).poly == Poly("n", "n", {})


def test_instance_uses_the_guards_it_meets() -> None:
    """Whatever makes t nonzero here must be among what the instance uses."""
    quotient = theorem("scalar c\nshow c/c = 1", lambda t: ASSUME(t, "1/(c) 1"))
    theory = Theory(parse("scalar t\nassume t != 0\nshow t/t = 1"))
    t = parse("scalar t\nshow t = t").claims[0].equation.left
    assert "1/(t) 1" in INSTANCE(theory, quotient, {"c": t}, {}, [], 0).uses


@pytest.mark.parametrize("property_", ["symmetric", "orthogonal", "projector", "idempotent"])
def test_every_property_is_an_obligation(property_: str) -> None:
    proved = theorem(f"matrix P : k x k {property_}\nshow P = P", lambda t: COMBINE(t, "k", "k", "=", []))
    plain = Theory(parse("matrix S : n x n\nshow S = S"))
    refused(CertificateError, "obligation", INSTANCE, plain, proved, {"P": S}, {"k": "n"}, [], 0)
    theory = Theory(parse(f"matrix S : n x n {property_}\nshow S = S"))
    facts = [ASSUME(theory, name) for name in theory.granted]
    assert INSTANCE(theory, proved, {"P": S}, {"k": "n"}, facts, 0).relation == "="
    refused(CertificateError, "obligation", INSTANCE, theory, proved, {"P": S}, {"k": "n"}, facts[:-1], 0)


def test_named() -> None:
    two = matrix("A", 2, 2)
    theory = Theory(parse("matrix A : 2 x 2 symmetric\nassume A*A*A = 0\nshow A = 0"))
    facts = [ASSUME(theory, "assume 1"), ASSUME(theory, "A symmetric 1")]
    put = {"A": two, "B": zero(2, 2)}
    fact = NAMED(theory, "symmetric_cube_root", put, {"n": 2}, facts, 0)
    assert (fact.rests_on, fact.uses) == ({"symmetric_cube_root"}, {"assume 1", "A symmetric 1"})
    assert fact.poly.terms == {((), ("A",)): 1}
    refused(CertificateError, "no named fact", NAMED, theory, "choice", {}, {}, [], 0)
    refused(CertificateError, "another shape", NAMED, theory, "symmetric_cube_root", put, {"n": 3}, facts, 0)
    for missing in (facts[:1], facts[1:]):
        refused(CertificateError, "obligation", NAMED, theory, "symmetric_cube_root", put, {"n": 2}, missing, 0)


def test_named_facts_are_the_listed_ones_and_cannot_be_added_to() -> None:
    assert set(NAMED_FACTS) == {"symmetric_cube_root"}
    with pytest.raises(TypeError):
        NAMED_FACTS["false"] = parse("show 1 = 0")  # type: ignore[index]


def test_the_named_fact_is_what_its_name_says() -> None:
    expected = parse("matrix A : n x n symmetric\nmatrix B : n x n symmetric\nassume (A*A)*A = (B*B)*B\nshow A = B")
    assert NAMED_FACTS["symmetric_cube_root"].hash == expected.hash


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


def test_facts_and_theorems_are_sealed(theory: Theory) -> None:
    fact = ASSUME(theory, "assume 1")
    refused(CertificateError, "made by rules only", Fact, object(), theory, "=", fact.poly, frozenset(), frozenset(), ())
    refused(CertificateError, "made by QED only", Theorem, object(), theory.statement, (), [])
    refused(CertificateError, "no subclasses", type, "Forged", (Fact,), {})
    refused(CertificateError, "no subclasses", type, "Forged", (Theorem,), {})
    for slot in Fact.__slots__:
        refused(AttributeError, "immutable", setattr, fact, slot, None)
    proved = theorem("show 1 = 1", lambda t: COMBINE(t, 1, 1, "=", []))
    for slot in Theorem.__slots__:
        refused(AttributeError, "immutable", setattr, proved, slot, None)


def test_certificates_of_facts_are_nested_data(theory: Theory) -> None:
    assert TRANSPOSE(ASSUME(theory, "assume 1")).certificate == ("transpose", ("assume", "assume 1"))
    assert rules.TRACE(ASSUME(theory, "assume 2")).certificate == ("trace", ("assume", "assume 2"))
