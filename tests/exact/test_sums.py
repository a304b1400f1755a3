"""Sums of algebraic numbers: normal form, order, equality proven by size, and what is left unseparated."""

from __future__ import annotations

import pytest
from flint import fmpq, fmpz_poly

from symcrit.exact import sums
from symcrit.exact.algebraic import Algebraic, sorted_roots
from symcrit.exact.sums import AlgebraicSum


def root(n: int, place: int = 1) -> Algebraic:
    return Algebraic.root([-n, 0, 1], place)


ONE = Algebraic.rational(1)
CUBIC = sorted_roots(fmpz_poly([-1, -2, 1, 1]))  # 2 cos(2 pi k / 7): three real roots with sum -1


@pytest.mark.parametrize(("terms", "expected"), [
    ([], "0"), ([(2, ONE)], "2"), ([(1, root(2)), (1, root(2, 2))], "0"), ([(1, root(2)), (-1, root(2))], "0"), ([(1, x) for x in CUBIC], "-1"),
    ([(2, CUBIC[0]), (2, CUBIC[1]), (2, CUBIC[2]), (5, ONE)], "3"), ([(0, root(2)), ("1/2", ONE)], "1/2"),
])
def test_sums_that_are_rational(terms: list[tuple[object, Algebraic]], expected: str) -> None:
    single = AlgebraicSum(terms).single()
    assert single is not None and str(single.exact) == expected


def test_one_term_and_a_constant_make_one_number() -> None:
    single = AlgebraicSum([("-1/2", root(2)), (1, ONE)]).single()
    assert single == Algebraic.root([1, -4, 2], 2)


def test_two_terms_stay_a_sum() -> None:
    value = AlgebraicSum([(1, root(2)), ("-1/2", root(3)), (1, ONE)])
    assert value.single() is None
    assert value.to_json() == {"sum": [["-1/2", root(3).to_json()], ["1", root(2).to_json()], ["1", ONE.to_json()]], "approx": "1.5481881585886564020"}


@pytest.mark.parametrize(("left", "right", "expected"), [
    ([(1, root(2)), (1, root(3))], [(1, root(5))], "greater"),
    ([(1, root(2)), (1, root(3))], [(1, root(10))], "less"),
    ([(1, root(8))], [(2, root(2))], "equal"),
    ([(1, root(2)), (1, root(8))], [(1, root(18))], "equal"),
    ([(1, root(2)), (1, root(8)), (1, root(50))], [(1, root(128))], "equal"),
    ([(1, root(2)), (1, root(3))], [(1, Algebraic.root([1, 0, -10, 0, 1], 1))], "equal"),
    ([(1, CUBIC[0]), (1, CUBIC[1])], [(-1, CUBIC[2]), (-1, ONE)], "equal"),
    ([(1, CUBIC[0])], [(1, CUBIC[1])], "greater"),
])
def test_relations(left: list[tuple[object, Algebraic]], right: list[tuple[object, Algebraic]], expected: str) -> None:
    opposite = {"greater": "less", "less": "greater", "equal": "equal"}[expected]
    assert AlgebraicSum(left).relation(AlgebraicSum(right)) == expected
    assert AlgebraicSum(right).relation(AlgebraicSum(left)) == opposite


def test_a_difference_of_a_hundred_digits_is_seen() -> None:
    near = Algebraic.root([-(8 * 10**400 + 1), 0, 10**400], 1)
    assert AlgebraicSum([(2, root(2))]).relation(AlgebraicSum([(1, near)])) == "less"


def test_an_equality_that_is_too_dear_is_unseparated(monkeypatch: pytest.MonkeyPatch) -> None:
    difference = AlgebraicSum([(1, root(2)), (1, root(8)), (-1, root(18))])
    assert difference.sign() == 0
    monkeypatch.setattr(sums, "MOST_BITS", 128)
    far = AlgebraicSum([(1, root(k * k * 2)) for k in range(1, 5)] + [(-1, root(200))])
    assert far.sign() is None
    assert far.relation(AlgebraicSum([])) == "unseparated"


def test_a_zero_in_disguise_prints_as_zero() -> None:
    assert AlgebraicSum([(1, root(2)), (1, root(8)), (-1, root(18))]).approx() == "0"


def test_arithmetic() -> None:
    total = AlgebraicSum([(1, root(2))]) + AlgebraicSum([(1, root(3)), (2, ONE)]).scaled("1/2")
    assert total.constant == fmpq(1)
    assert (total - total).single() == Algebraic.rational(0)
