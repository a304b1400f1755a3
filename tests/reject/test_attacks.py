"""Attacks that once went through, or were tried: each is refused, and named facts are never laundered."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from symcrit.errors import CertificateError, InputError, SizeError, SymcritError
from symcrit.kernel import replay, rules, terms, theorems
from symcrit.kernel.data import terms_to_data
from symcrit.kernel.letters import Evidence
from symcrit.kernel.terms import matrix
from symcrit.kernel.theory import Theory
from symcrit.lang.parser import parse
from tests.certificates import certificate, combine, outcome, poly
from tests.reject.test_reject import A_POLY, COMMUTE, CUBES, HALF, NOTHING, SQUARES, TRIVIAL, about_q, cube_root, fact

#
# Each certificate below "proves" something false (or hides what it rests on). Which class of error refuses it
# is left open; that it is refused is not.

X = [["tr", "", "let.x"], 1]
Y = [["tr", "", "pinv(tr(let.x))"], 1]
X2, Y2 = [X[0], 2], [Y[0], 2]
Q_OF_X = [["1/(1-tr(let.x)+tr(let.x)^2)"], 1]  # 1/(x^2 - x + 1), which is never 0


def scalar_poly(*monomials: Any) -> list[Any]:
    return poly(1, 1, *monomials)


def contradiction(first: int, shown: list[Any]) -> list[Any]:
    """From x + y = 1 (step `first`), x^2 y = x and x y^2 = y (the next two) conclude x^2 - x + 1 = 0, then 1 = 0."""
    a, b, c, n = first, first + 1, first + 2, len(shown)
    return [*shown,
            combine(1, 1, fact(b), fact(a, "-1", central=[X2])),
            combine(1, 1, fact(c), fact(a, "-1", central=[X, Y]), fact(a, "-1", central=[X]), fact(a, central=[X2]), fact(a)),
            combine(1, 1, fact(n, "-1"), fact(n + 1, "-1")),
            ["square", scalar_poly(["1", [X], ""], ["-1/2", [], ""])],
            ["reciprocal", n + 3, "3/4"],
            combine(1, 1, fact(n + 2, central=[Q_OF_X]), fact(n + 4, "-1"))]


def by_itself() -> dict[str, Any]:
    """let x := tr(x) + 1, the trace written before x exists: 1 = 0."""
    return certificate("show 1 = 0", [["definition", "let.x"], combine(1, 1, fact(0, "-1"))], [[1]],
                       letters=[["let", "let.x", scalar_poly(["1", [X], ""], ["1", [], ""])]])


def by_a_later_pinv() -> dict[str, Any]:
    """let x := 1 - pinv(x), the pseudoinverse written before it exists: x^2 - x + 1 = 0."""
    steps = contradiction(0, [["definition", "let.x"], ["penrose", "pinv(tr(let.x))", 1], ["penrose", "pinv(tr(let.x))", 2]])
    return certificate("show 1 = 0", steps, [[len(steps) - 1]],
                       letters=[["let", "let.x", scalar_poly(["1", [], ""], ["-1", [Y], ""])],
                                ["pinv", scalar_poly(["1", [X], ""])]])


def by_a_later_reciprocal() -> dict[str, Any]:
    """let x := 1/(1 + pinv(x)^2), the reciprocal written before it is shown to exist: again x + pinv(x) = 1."""
    reciprocal = "1/(1+tr(pinv(tr(let.x)))^2)"
    given = [["square", scalar_poly(["1", [Y], ""])], ["reciprocal", 0, "1"], ["definition", "let.x"],
             ["penrose", "pinv(tr(let.x))", 2],
             combine(1, 1, fact(1), fact(2), fact(2, central=[Y2]), fact(3, "-1")),
             ["penrose", "pinv(tr(let.x))", 1], ["penrose", "pinv(tr(let.x))", 2]]
    steps = contradiction(4, given)
    return certificate("show 1 = 0", steps, [[len(steps) - 1]],
                       letters=[["let", "let.x", scalar_poly(["1", [[[reciprocal], 1]], ""])],
                                ["pinv", scalar_poly(["1", [X], ""])]])


def by_one_name_for_two_reciprocals() -> dict[str, Any]:
    """A letter called `let.a*let.b` prints like a product, so 1/(1 + tr(ab)^2) and 1/(1 + c^2) share an atom: A = 0."""
    ab, c = ["tr", "", "let.a", "let.b"], ["tr", "", "let.a*let.b"]
    steps = [["square", scalar_poly(["1", [[ab, 1]], ""])], ["reciprocal", 0, "1"],
             ["square", scalar_poly(["1", [[c, 1]], ""])], ["reciprocal", 2, "1"],
             ["definition", "let.a"], ["definition", "let.b"], ["definition", "let.a*let.b"],
             combine(1, 1, fact(3), fact(3, central=[[ab, 2]]), fact(1, "-1"), fact(1, "-1", central=[[c, 2]])),
             ["trace", 6],
             combine(1, 1, fact(7, "-1"), fact(8, central=[[c, 1]])),
             ["vanish", 9, scalar_poly(["1", [[ab, 1]], ""])],
             combine("n", "n", fact(4, right="let.b"), fact(5, left="A")),
             ["trace", 11],
             combine(1, 1, fact(10), fact(12, "-1")),
             ["vanish", 13, poly("n", "n", ["1", [], "A'"])],
             ["transpose", 14]]
    return certificate("matrix A : n x n\nshow A = 0", steps, [[15]],
                       letters=[["let", "let.a", A_POLY], ["let", "let.b", poly("n", "n", ["1", [], "A'"])],
                                ["let", "let.a*let.b", poly("n", "n")]])


def by_a_letter_of_another_shape_in_an_instance() -> dict[str, Any]:
    """The term for a 1 x 1 letter calls the n x n matrix A a 1 x 1 matrix: AB = BA."""
    return certificate(SQUARES.format("n"), [["instance", 0, [["matrix", "A", 1, 1], ["matrix", "B", 1, 1]],
                                              {"A": 0, "B": 1}, {}, [], 0]], [[0]], lemmas=[COMMUTE])


def by_a_letter_of_another_shape_as_witness() -> dict[str, Any]:
    """The witness calls the 2 x 2 matrix A a 1 x 1 matrix: a real number with square -2."""
    return certificate("matrix A : 2 x 2\nassume A*A = -I\nshow exists W : 1 x 1. tr(W*W) = -2",
                       [["assume", "assume 1"], ["trace", 0]], [[1, [["matrix", "A", 1, 1]]]])


def by_a_foreign_letter_as_witness() -> dict[str, Any]:
    """The witness is a letter that nothing declares."""
    return certificate(TRIVIAL.format(""), [NOTHING], [[0, [["matrix", "Q", "n", "n"]]]])


def by_the_unknown_as_witness() -> dict[str, Any]:
    """The witness is the unknown itself."""
    return certificate("matrix A : n x n\nshow exists W : n x n. W = W", [NOTHING], [[0, [["matrix", "W", "n", "n"]]]])


def by_a_foreign_letter_in_an_instance() -> dict[str, Any]:
    """The instance is about a letter that nothing declares."""
    return about_q(" symmetric", [0], [["matrix", "R", "k", "k"]])


def by_a_basis_of_negative_size() -> dict[str, Any]:
    """The basis of size -1 has no vectors, so I(-1) = 0, and its trace says -1 = 0."""
    return certificate("show 1 = 0", [["units", -1, 0, 0], ["trace", 0], combine(1, 1, fact(1, "-1"))], [[2]])


def test_the_attacks_speak_of_the_names_that_the_kernel_gives() -> None:
    """If this fails, names have changed: bring the attacks up to date, lest they be refused for a wrong reason."""
    theory = Theory(parse("matrix A : n x n\nshow A = A"))
    ring = theory.algebra
    theory.define("let.x", ring.constant(1, 1))
    x = ring.letter("let.x")
    assert list(x.terms) == [(((tuple(X[0]), 1),), ())]
    y = theory.pinv(x)
    assert list(y.terms) == [(((tuple(Y[0]), 1),), ())]
    i = rules.RECIPROCAL(rules.SQUARE(theory, y), Fraction(1))
    assert {atom for central, _ in i.poly.terms for atom, _ in central} == {
        ("1/(1+tr(pinv(tr(let.x)))^2)",), tuple(Y[0])}


ATTACKS = [by_itself, by_a_later_pinv, by_a_later_reciprocal, by_one_name_for_two_reciprocals,
           by_a_letter_of_another_shape_in_an_instance, by_a_letter_of_another_shape_as_witness,
           by_a_foreign_letter_as_witness, by_the_unknown_as_witness, by_a_foreign_letter_in_an_instance,
           by_a_basis_of_negative_size]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_attack_is_refused(attack: Any) -> None:
    assert outcome(attack()) in (InputError, CertificateError)


def test_a_literal_size_is_rigid_for_callers_of_the_rules_too() -> None:
    theory = Theory(parse(SQUARES.format("n")))
    with pytest.raises((InputError, CertificateError)):
        theorems.INSTANCE(theory, replay(COMMUTE), {"A": matrix("A", "n", "n"), "B": matrix("B", "n", "n")}, {"1": "n"}, [], 0)


NO_EVIDENCE = Evidence(frozenset(), frozenset())


def laundered() -> tuple[str, list[Any]]:
    """1 + tr((A - B)A) = 0 is absurd, but only by the named fact (A = B); hide that behind the guard of a lemma."""
    a, b = matrix("A", "n", "n"), matrix("B", "n", "n")
    d = 1 + terms.trace((a - b) * a)
    table, (root,) = terms_to_data([a, b, d])[0], terms_to_data([a, b, d])[1][2:]
    text = ("matrix A : n x n symmetric\nmatrix B : n x n symmetric\nassume A*A*A = B*B*B\n"
            "assume 1 + tr((A - B)*A) = 0\nshow 1 = 0")
    theory = Theory(parse(text))
    atoms = [atom for central, _ in theory.proved_reciprocal(theory.lower(d), NO_EVIDENCE).terms for atom, _ in central]
    steps = [*cube_root()["steps"], combine("n", "n", fact(3, right="A")), ["trace", 4], ["reciprocal", 5, "1"],
             ["instance", 0, table, {"s": root}, {}, [], 0], ["assume", "assume 2"],
             combine(1, 1, fact(7, "-1"), fact(8, central=[[list(atoms[0]), 1]], coefficient=str(lead(theory, d))))]
    return text, steps


def lead(theory: Theory, d: terms.Term) -> Fraction:
    """Return c, where 1/d is c times the atom: the kernel makes denominators monic."""
    (value,) = theory.proved_reciprocal(theory.lower(d), NO_EVIDENCE).terms.values()
    return Fraction(value)


def test_a_named_fact_is_not_laundered_through_the_guard_of_a_lemma() -> None:
    text, steps = laundered()
    data = certificate(text, steps, [[9]], lemmas=[certificate("scalar s\nassume s != 0\nshow s/s = 1",
                                                               [["assume", "1/(s) 1"]], [[0]])])
    try:
        theorem = replay(data)
    except SymcritError as error:
        assert type(error) in (CertificateError, InputError)
    else:
        assert theorem.rests_on == {"symmetric_cube_root"}


def test_what_a_named_fact_proves_says_so() -> None:
    assert replay(cube_root()).rests_on == {"symmetric_cube_root"}
    assert replay(HALF).rests_on == set()


def test_what_rests_on_a_lemma_rests_on_what_the_lemma_does() -> None:
    steps = cube_root()["steps"]
    data = certificate(CUBES.format("n", "A*A*A", "B*B*B"),
                       [*steps[:3], ["instance", 0, steps[3][2], {"A": 0, "B": 1}, {}, [0, 1, 2], 0]], [[3]], lemmas=[cube_root()])
    assert replay(data).rests_on == {"symmetric_cube_root"}


def test_two_long_denominators_never_share_an_atom(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long names are cut to 64 bits of a hash: a collision takes 2**32 tries. Play one by cutting the hash to nothing."""
    from symcrit.kernel import letters as module

    class Weak:
        def __init__(self, data: bytes) -> None:
            del data

        def hexdigest(self) -> str:
            return "0" * 64

    monkeypatch.setattr(module, "sha256", Weak)
    names = "s", "t"
    steps: list[Any] = []
    for name in names:
        e = [[[name], 1]]
        steps += [["square", scalar_poly(["1", e, ""], *([str(10**30), [[["r" * 40], 1]], ""],))],
                  ["reciprocal", len(steps), "1"]]
    theory = Theory(parse(f"scalar s t {'r' * 40}\nshow s = s"))
    ring = theory.algebra
    polys = []
    for name in names:
        e = ring.add(ring.scalar(name), ring.scale(10**30, ring.scalar("r" * 40)))
        square = rules.SQUARE(theory, e)
        polys.append(square)
    first = rules.RECIPROCAL(polys[0], Fraction(1))
    try:
        second = rules.RECIPROCAL(polys[1], Fraction(1))
    except SymcritError as error:
        assert type(error) in (CertificateError, InputError, SizeError)
        return
    atoms = [{atom for (central, _) in f.poly.terms for atom, _ in central if atom[0].startswith("1/")} for f in (first, second)]
    assert not atoms[0] & atoms[1]
