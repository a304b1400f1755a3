"""Polynomials in typed words: normal forms, traces, 1 x 1 pieces, limits."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symcrit.errors import LimitError, SizeError, TooLarge
from symcrit.kernel import poly as module
from symcrit.kernel.poly import Algebra, Poly, flip, flip_word, merge
from symcrit.kernel.text import poly_text


def ring() -> Algebra:
    """Make an algebra with letters of every kind."""
    made = Algebra()
    for letter, rows, cols in [("A", "m", "n"), ("B", "n", "m"), ("S", "n", "n"), ("T", "n", "n"), ("u", "n", 1), ("v", "n", 1),
                               ("k", 1, 1), ("C", 2, 2), ("w", 1, "m")]:
        made.declare(letter, rows, cols)
    return made


def word(made: Algebra, text: str) -> Poly:
    """Multiply letters, given by their names in a row."""
    product = made.letter(text.split()[0])
    for letter in text.split()[1:]:
        product = made.mul(product, made.letter(letter))
    return product


def trace_of(*letters: str) -> tuple[str, ...]:
    return ("tr", "", *letters)


def test_flip() -> None:
    assert [flip("A"), flip("A'")] == ["A'", "A"]
    assert flip_word(("A", "B'", "S")) == ("S'", "B", "A'")


def test_merge() -> None:
    s, t = ("s",), ("t",)
    assert merge(((s, 1),), ((t, 2), (s, 3))) == ((s, 4), (t, 2))
    assert merge((), ((s, 1),)) == ((s, 1),)


def test_letters_are_declared_once() -> None:
    made = ring()
    for letter in ("A", "A'", "B'"):
        with pytest.raises(SizeError, match="not new"):
            made.declare(letter, "n", "n")


def test_a_word_carries_its_sizes() -> None:
    made = ring()
    assert made.word(("A", "B"), "m", "m") == word(made, "A B")
    for letters, rows, cols in [(("A", "A"), "m", "n"), (("A", "B"), "m", "n"), (("A", "B"), "n", "m"), ((), "m", "n"),
                                ((), 1, "n"), ((), 1, 2), (("Z",), "n", "n"), (("",), "n", "n")]:
        with pytest.raises(SizeError):
            made.word(letters, rows, cols)


def test_empty_words_of_different_sizes_differ() -> None:
    made = ring()
    ones = [made.constant(size, 1) for size in ("m", "n", 1, 2)]
    assert [first == second for first in ones for second in ones] == [i == j for i in range(4) for j in range(4)]
    with pytest.raises(SizeError, match="sum of m x m and n x n"):
        made.add(ones[0], ones[1])


def test_zeros_of_different_shapes_differ() -> None:
    assert Poly("m", "n", {}) != Poly("n", "m", {})
    assert Poly("m", "n", {}) == Poly("m", "n", {})
    assert Poly(1, 1, {}) != 0


def test_addition_cancels() -> None:
    made = ring()
    a = made.letter("A")
    assert made.add(a, made.scale(-1, a)) == Poly("m", "n", {})
    assert made.add(a, a).terms == {((), ("A",)): 2}
    assert made.scale(0, a) == Poly("m", "n", {})
    assert made.constant("n", 0) == Poly("n", "n", {})


def test_addition_checks_shapes() -> None:
    made = ring()
    with pytest.raises(SizeError, match="sum of m x n and n x m"):
        made.add(made.letter("A"), made.letter("B"))
    with pytest.raises(SizeError, match="sum of n x n and 1 x 1"):
        made.add(made.letter("S"), made.constant(1, 1))


def test_multiplication_checks_sizes() -> None:
    made = ring()
    with pytest.raises(SizeError, match="product of m x n and m x n"):
        made.mul(made.letter("A"), made.letter("A"))
    with pytest.raises(SizeError, match="product of 2 x 2 and n x n"):
        made.mul(made.letter("C"), made.letter("S"))


def test_matrices_do_not_commute_scalars_do() -> None:
    made = ring()
    s, t, a = made.scalar("s"), made.scalar("t"), made.letter("A")
    assert word(made, "S T") != word(made, "T S")
    assert word(made, "C C'") != word(made, "C' C")
    assert made.mul(s, t) == made.mul(t, s)
    assert made.mul(s, a) == made.mul(a, s)
    assert made.mul(made.letter("k"), a) == made.mul(a, made.letter("k"))


def test_transposition_reverses() -> None:
    made = ring()
    product = word(made, "A S B")
    assert made.transpose(product) == word(made, "B' S' A'")
    assert made.transpose(made.transpose(product)) == product
    assert made.transpose(product).shape == ("m", "m")


@pytest.mark.parametrize(("first", "second"), [
    ("A B", "B A"), ("A B", "B' A'"), ("A B", "A' B'"), ("S T S", "S S T"), ("S T S", "S' S' T'"), ("S", "S'"),
    ("S T S'", "T"),
])
def test_traces_up_to_rotation_and_transposition(first: str, second: str) -> None:
    made = ring()
    same = (first, second) != ("S T S'", "T")
    assert (made.trace(word(made, first)) == made.trace(word(made, second))) is same


@pytest.mark.parametrize(("first", "second"), [("S T", "S T'"), ("S S T T", "S T S T"), ("S S", "S S'"), ("S", "T")])
def test_different_traces(first: str, second: str) -> None:
    made = ring()
    assert made.trace(word(made, first)) != made.trace(word(made, second))


def test_trace_of_the_identity() -> None:
    made = ring()
    assert made.trace(made.constant(2, 1)) == made.constant(1, 2)
    assert made.trace(made.constant(1, 5)) == made.constant(1, 5)
    assert made.trace(made.constant("n", 3)).terms == {(((("tr", "n"), 1),), ()): 3}
    assert made.trace(made.constant("n", 1)) != made.trace(made.constant("m", 1))
    with pytest.raises(SizeError, match="trace of m x n"):
        made.trace(made.letter("A"))


def test_one_by_one_pieces_move_out() -> None:
    made = ring()
    inner = made.mul(made.letter("u'"), made.letter("v"))
    assert inner.terms == {(((trace_of("u", "v'"), 1),), ()): 1}
    assert inner.shape == (1, 1)
    assert made.mul(made.letter("u"), inner) == made.mul(inner, made.letter("u"))
    assert word(made, "u v' u v'").terms == {(((trace_of("u", "v'"), 1),), ("u", "v'")): 1}
    assert word(made, "u' S v") == word(made, "v' S' u")
    assert word(made, "S u v' T").terms == {((), ("S", "u", "v'", "T")): 1}


def test_one_by_one_letters_are_scalars() -> None:
    made = ring()
    k = made.letter("k")
    assert k == made.transpose(k) == made.trace(k)
    assert k.terms == {(((trace_of("k"), 1),), ()): 1}
    assert made.mul(k, k).terms == {(((trace_of("k"), 2),), ()): 1}


def test_traces_of_words_through_one() -> None:
    made = ring()
    assert made.trace(word(made, "u v'")) == word(made, "v' u")
    assert made.trace(word(made, "S u v'")) == word(made, "v' S u")
    assert made.trace(word(made, "u v' S v u'")) == made.mul(word(made, "u' u"), word(made, "v' S v"))


def test_a_later_letter_of_size_one_changes_nothing_before_it() -> None:
    made = Algebra()
    made.declare("S", "n", "n")
    before = made.trace(word(made, "S S'"))
    made.declare("u", "n", 1)
    assert made.trace(word(made, "S S'")) == before
    assert word(made, "u' S u").shape == (1, 1)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ring()
    s = made.scalar("s")
    with pytest.raises(LimitError, match="digits"):
        made.add(made.constant(1, 2**13_000))
    with pytest.raises(LimitError, match="digits"):
        made.mul(made.constant(1, Fraction(1, 2**7_000)), made.constant(1, 2**6_999 + Fraction(1, 3)))
    with pytest.raises(LimitError, match="factors"):
        made.mul(made.word(("S",) * 5_000, "n", "n"), made.letter("S"))
    with pytest.raises(LimitError, match="factors"):
        made.mul(Poly(1, 1, {(((("s",), 5_000),), ()): 1}), s)
    monkeypatch.setattr(module, "MAX_TERMS", 3)
    total = made.add(s, made.scalar("t"))
    with pytest.raises(TooLarge, match="more than 3 terms"):
        made.mul(made.mul(total, total), total)


def test_work_is_bounded() -> None:
    made = Algebra(module.MAX_WORK)
    s = made.scalar("s")
    with pytest.raises(TooLarge, match="more work than"):
        made.mul(s, s)


def test_text() -> None:
    made = ring()
    u = made.letter("u")
    total = made.add(made.scale(Fraction(-1, 2), word(made, "S T'")), made.constant("n", 1),
                     made.mul(made.trace(made.letter("S")), word(made, "u u'")), made.mul(made.mul(made.transpose(u), u), word(made, "S")))
    assert poly_text(total) == "I(n)+tr(u*u')*S-1/2*S*T'+tr(S)*u*u'"
    assert poly_text(made.trace(made.constant("n", -1))) == "-tr(I(n))"
    assert poly_text(Poly("n", "n", {})) == "0"
    assert poly_text(made.constant(1, -1)) == "-1"


def test_different_polynomials_print_differently() -> None:
    """Letters of inverses are named after their arguments, so a text must stand for one polynomial."""
    made = ring()
    s = made.scalar("s")
    polys = [made.constant(size, value) for size in ("m", "n", 1, 2) for value in (1, -1, 2)]
    polys += [made.mul(s, made.constant(size, 1)) for size in ("m", "n", 1, 2)] + [made.mul(s, s), made.add(s, s)]
    polys += [made.trace(made.constant("n", 1)), made.trace(made.constant("m", 1)), made.trace(made.letter("S")), made.letter("S")]
    polys += [made.trace(word(made, "S T")), made.mul(made.trace(made.letter("S")), made.trace(made.letter("T"))), word(made, "S T")]
    assert len({poly_text(poly) for poly in polys}) == len(polys)


def test_polynomials_are_not_hashable() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Poly(1, 1, {}))


def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_TERMS", 8)
    made = Algebra()
    for name in "AB":
        made.declare(name, "n", "n")
    total = made.add(made.letter("A"), made.letter("B"))
    power = made.mul(total, made.mul(total, total))
    assert len(power.terms) == 8
    with pytest.raises(TooLarge, match="more than 8 terms"):
        made.mul(power, total)
    with pytest.raises(TooLarge, match="more than 8 terms"):
        made.add(power, total)


def test_degree_is_bounded() -> None:
    made = Algebra()
    made.declare("A", "n", "n")
    assert made.word(("A",) * module.MAX_DEGREE, "n", "n").terms
    with pytest.raises(LimitError, match="factors"):
        made.word(("A",) * (module.MAX_DEGREE + 1), "n", "n")
    half = made.word(("A",) * (module.MAX_DEGREE // 2 + 1), "n", "n")
    with pytest.raises(LimitError, match="factors"):
        made.mul(half, half)
