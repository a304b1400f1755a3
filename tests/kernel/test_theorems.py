"""Theorems and their instances: one success, one refusal, with the exact class of the error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from symcrit.errors import CertificateError, InputError, NotGranted
from symcrit.kernel.facts import Fact
from symcrit.kernel.named_facts import EXISTENCES, NAMED_FACTS, REFERENCES
from symcrit.kernel.poly import Poly
from symcrit.kernel.rules import ANTISYMMETRY, ASSUME, COMBINE, POSITIVE, SQUARE, TRANSPOSE
from symcrit.kernel.statement import Declaration, Equation
from symcrit.kernel.terms import identity, inverse, matrix, number, pinv, proj, scalar, zero
from symcrit.kernel.theorems import INSTANCE, NAMED, QED, Theorem
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
    expected = parse("matrix A : n x n symmetric\nmatrix B : n x n symmetric\nassume A*A*A = B*B*B\nshow A = B")
    assert NAMED_FACTS["symmetric_cube_root"].hash == expected.hash


def test_existences_are_the_listed_ones() -> None:
    """Fewer than ten facts in all, each with a reference; what they give is what their names say."""
    assert set(EXISTENCES) == {"spectral_theorem", "partial_isometry"}
    assert set(REFERENCES) == {*NAMED_FACTS, *EXISTENCES} and len(REFERENCES) < 10
    A, U, D = (matrix(name, "k", "k") for name in "BUD")
    letters = Declaration("U", ("k", "k"), ("orthogonal",)), Declaration("D", ("k", "k"), ("diagonal",))
    assert EXISTENCES["spectral_theorem"].instance(A, letters) == (Equation(A + A.T, U * D * U.T),)
    B, V = matrix("B", "p", 3), matrix("V", "p", 3)
    expected = Equation(V.T * V, pinv(B) * B), Equation(V * V.T, proj(B))
    assert EXISTENCES["partial_isometry"].instance(B, (Declaration("V", ("p", 3)),)) == expected


@pytest.mark.parametrize(("name", "shape", "letters", "message"), [
    ("spectral_theorem", ("n", "n"), [("U", ("n", "n"), ("orthogonal",))], "1 letters for the 2"),
    ("spectral_theorem", ("n", "m"), [("U", ("n", "n"), ()), ("D", ("n", "n"), ())], "n x m is put for A, which is n x n"),
    ("spectral_theorem", ("n", "n"), [("U", ("n", "n"), ("orthogonal", "symmetric")), ("D", ("n", "n"), ())],
     "does not give U the property symmetric"),
    ("spectral_theorem", ("n", "n"), [("U", ("n", "n"), ()), ("D", ("n", "n"), ("projector",))], "the property projector"),
    ("spectral_theorem", ("n", "n"), [("U", ("n", "n"), ()), ("U", ("n", "n"), ())], "U is not new"),
    ("spectral_theorem", ("n", "n"), [("A", ("n", "n"), ()), ("D", ("n", "n"), ())], "A is not new"),
    ("partial_isometry", ("m", "n"), [("V", ("n", "m"), ())], "V must be m x n"),
    ("partial_isometry", ("m", "n"), [("V", ("m", "n"), ("orthogonal",))], "needs a square matrix"),
    ("partial_isometry", ("m", "n"), [("A", ("m", "n"), ())], "A is not new"),
])
def test_what_a_fact_does_not_give(name: str, shape: tuple[str, str], letters: list[Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        EXISTENCES[name].instance(matrix("A", *shape), tuple(Declaration(*letter) for letter in letters))


def test_diagonal_letters_commute_and_take_diagonal_terms() -> None:
    lemma = theorem("matrix D : n x n diagonal\nmatrix E : n x n diagonal\nshow D*E = E*D",
                    lambda t: ASSUME(t, "D E diagonal"))
    assert lemma.uses == {"D E diagonal"}
    theory = Theory(parse("matrix A : n x n diagonal\nmatrix S : n x n symmetric\nshow A = A"))
    A, S = matrix("A", "n", "n"), matrix("S", "n", "n")
    symmetric = [ASSUME(theory, "A diagonal 1"), ASSUME(theory, "S symmetric 1")]
    for term in (A, identity("n"), zero("n", "n")):
        INSTANCE(theory, lemma, {"D": A, "E": term}, {}, symmetric, 0)
    for term in (S, A * A, A + A):
        refused(CertificateError, "no letter that is declared diagonal", INSTANCE, theory, lemma, {"D": A, "E": term}, {}, symmetric, 0)
    other = Theory(parse("matrix D : n x n diagonal\nmatrix E : k x k diagonal\nshow D = D"))
    assert set(other.granted) == {"D diagonal 1", "E diagonal 1"}


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


# ---- inequalities ------------------------------------------------------------------------------------

GIVEN = """scalar s t
assume s <= t
assume s < t
assume s = t
show {}"""


@pytest.mark.parametrize(("claim", "shown"), [
    ("s <= t", (1, 2)), ("s < t", (2,)), ("s = t", (3,)), ("t <= s", (3,)), ("t < s", ()), ("t = s", ()),
    ("0 <= t - s", (1, 2)), ("0 < t - s", (2,)), ("2*s <= 2*t", ()),
])
def test_qed_of_inequalities(claim: str, shown: tuple[int, ...]) -> None:
    for k in (1, 2, 3):
        theory = Theory(parse(GIVEN.format(claim)))
        fact = ASSUME(theory, f"assume {k}")
        if k in shown:
            assert QED(theory, [(fact, None)]).uses == {f"assume {k}"}
        else:
            refused(CertificateError, "is not shown by|shows something else", QED, theory, [(fact, None)])


def test_an_equation_shows_an_inequality_the_right_way_round() -> None:
    theory = Theory(parse("scalar s t\nassume t = s\nshow s <= t"))
    assert QED(theory, [(ASSUME(theory, "assume 1"), None)]).uses == {"assume 1"}
    theory = Theory(parse("scalar s t\nassume t = s\nshow s < t"))
    refused(CertificateError, "by a strict inequality", QED, theory, [(ASSUME(theory, "assume 1"), None)])


def transitive() -> Theorem:
    """a <= b and b < c give a < c."""
    theory = Theory(parse("scalar a b c\nassume a <= b\nassume b < c\nshow a < c"))
    summands = [(1, (), (), ASSUME(theory, f"assume {k}"), ()) for k in (1, 2)]
    return QED(theory, [(COMBINE(theory, 1, 1, ">", summands), None)])


def test_obligations_of_an_instance_that_are_inequalities() -> None:
    s, t, zero_ = scalar("s"), scalar("t"), number(0)
    theory = Theory(parse("scalar s t\nassume s <= t\nassume s < t\nassume t = s\nassume t <= s\nshow s < t"))
    weak, strict, equal, back = (ASSUME(theory, f"assume {k}") for k in (1, 2, 3, 4))
    put = {"a": s, "b": s, "c": t}
    fact = INSTANCE(theory, transitive(), put, {}, [strict], 0)  # s <= s needs no fact
    assert (fact.relation, fact.poly, fact.uses) == (">", strict.poly, {"assume 2"})
    for given in ([], [weak], [equal], [back], [weak, equal, back]):
        refused(CertificateError, "obligation", INSTANCE, theory, transitive(), put, {}, given, 0)
    put = {"a": s, "b": t, "c": t + 1}
    one = POSITIVE(theory, 1)
    for first in (weak, strict, equal):  # a weak obligation is met by anything as strong
        assert INSTANCE(theory, transitive(), put, {}, [first, one], 0).relation == ">"
        refused(CertificateError, "obligation", INSTANCE, theory, transitive(), put, {}, [first], 0)
    refused(CertificateError, "obligation", INSTANCE, theory, transitive(), put, {}, [back, one], 0)
    # 0 < 0 is no obligation that vanishes
    refused(CertificateError, "obligation", INSTANCE, theory, transitive(), {"a": s, "b": s, "c": s}, {}, [], 0)
    refused(CertificateError, "obligation", INSTANCE, theory, transitive(), {"a": s, "b": zero_, "c": zero_}, {}, [], 0)


def test_an_instance_has_the_relation_of_its_claim() -> None:
    lemma = theorem("scalar s\nshow 0 = 0", lambda t: COMBINE(t, 1, 1, "=", []))
    theory = Theory(parse("matrix A : m x n\nshow 0 <= tr(A'*A)"))
    square = SQUARE(theory, letters(theory, "A"))
    assert INSTANCE(theory, lemma, {"s": number(1)}, {}, [], 0).relation == "="
    weak = QED(theory, [(square, None)])
    other = Theory(parse("matrix A : p x q\nshow 0 < tr(A*A')"))
    fact = INSTANCE(other, weak, {"A": matrix("A", "p", "q").T}, {"m": "q", "n": "p"}, [], 0)
    assert (fact.relation, fact.poly) == (">=", SQUARE(other, letters(other, "A'")).poly)
    refused(CertificateError, "by a strict inequality", QED, other, [(fact, None)])


def test_obligations_belong_to_the_theory() -> None:
    text = "scalar s t\nassume s < t\nshow s < t"
    theory, twin = Theory(parse(text)), Theory(parse(text))
    s, t = scalar("s"), scalar("t")
    refused(CertificateError, "obligation", INSTANCE, theory, transitive(), {"a": s, "b": s, "c": t}, {},
            [ASSUME(twin, "assume 1")], 0)


def test_antisymmetry_shows_an_equation() -> None:
    theory = Theory(parse("scalar s t\nassume s <= t\nassume t <= s\nshow t = s"))
    fact = ANTISYMMETRY(ASSUME(theory, "assume 1"), ASSUME(theory, "assume 2"))
    assert QED(theory, [(fact, None)]).uses == {"assume 1", "assume 2"}
