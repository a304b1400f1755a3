"""Critical values against complete enumeration, and in numbers that cannot be enumerated."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest

from symcrit.errors import InputError, LimitError
from symcrit.exact.algebraic import Algebraic
from symcrit.exact.entries import fraction
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import spectrum
from symcrit.exact.sums import AlgebraicSum
from symcrit.networks.points import Data
from symcrit.networks.values import values
from tests.networks.instances import random_data


def enumerated(data):
    """List (loss as a ball's midpoint, p) for every p with p_i <= m_i and a sum of at most min(d1, d2)."""
    pairs = spectrum(data.X, data.Y).positive()
    room = min(data.widths[1:])
    found = []
    for p in itertools.product(*(range(pair.multiplicity + 1) for pair in pairs)):
        if sum(p) <= room:
            loss = fraction(data.yy) / 2 - sum((count * fraction(pair.value.ball().mid().fmpq()) / 2
                                                for count, pair in zip(p, pairs, strict=True)), Fraction(0))
            found.append((loss, p))
    return sorted(found)


def diagonal(entries, hidden=None):
    """Make data whose Sigma has the squares of the entries as eigenvalues."""
    size = len(entries)
    unit = RationalMatrix.of([]).identity(size)
    target = RationalMatrix.of([[entry if i == j else 0 for j in range(size)] for i, entry in enumerate(entries)])
    return Data(unit, target, (size, size if hidden is None else hidden, size))


@pytest.mark.parametrize("seed", range(120))
def test_all_values(seed):
    data = random_data(random.Random(seed), 5)
    found, expected = values(data, limit=1000), enumerated(data)
    assert found.count == len(expected) == len(found.values)
    assert {value.p for value in found.values} == {p for _, p in expected}
    by_p = {p: loss for loss, p in expected}
    losses = [by_p[value.p] for value in found.values]
    assert all(first <= second + Fraction(1, 10**12) for first, second in itertools.pairwise(losses))
    for value in found.values:
        assert abs(Fraction(value.loss.approx()) - by_p[value.p]) < Fraction(1, 10**10)
        assert value.rank == sum(value.p) and value.null == 0
        assert value.null_up_to == min(found.spectrum.zero, min(data.widths[1:]) - sum(value.p))
    assert [value.is_global for value in found.values] == [True] + [False] * (found.count - 1)
    assert not any(value.unseparated for value in found.values)


@pytest.mark.parametrize("seed", range(80))
@pytest.mark.parametrize("limit", [1, 3])
def test_nearest(seed, limit):
    source = random.Random(seed)
    data = random_data(source, 5)
    expected = enumerated(data)
    near = Fraction(source.randint(-4, 40), source.randint(1, 8))
    found = values(data, near=near, limit=limit)
    distances = sorted(abs(loss - near) for loss, _ in expected)[:limit]
    assert len(found.values) == min(limit, len(expected)) and found.count == len(expected)
    for value, distance in zip(found.values, distances, strict=True):
        assert abs(Fraction(value.distance.approx()) - distance) < Fraction(1, 10**10)
        assert abs(abs(Fraction(value.loss.approx()) - near) - distance) < Fraction(1, 10**10)


def test_equal_values_are_not_called_unseparated():
    """25 = 9 + 16: two p-vectors with one value, which is proved."""
    found = values(diagonal([5, 4, 3])).values
    losses = [value.loss for value in found]
    twins = [value.p for value in found if value.loss.relation(AlgebraicSum([("25/2", Algebraic.rational(1))])) == "equal"]
    assert sorted(twins) == [(0, 1, 1), (1, 0, 0)] and not any(value.unseparated for value in found)
    assert all(first.relation(second) in ("less", "equal") for first, second in itertools.pairwise(losses))


def test_close_values_are_separated():
    """Two eigenvalues that differ by about 10^-300."""
    tiny = Fraction(1, 10**300)
    found = values(diagonal([1, 1 + tiny])).values
    assert [value.p for value in found] == [(1, 1), (1, 0), (0, 1), (0, 0)] and not any(value.unseparated for value in found)
    assert [value.p for value in values(diagonal([1, 1 + tiny]), near=Fraction(1, 2), limit=2).values] == [(1, 0), (0, 1)]


def test_first_of_very_many():
    """1^2, ..., 30^2: the smallest losses are half the sums of different squares, which are enumerated up to 80."""
    found = values(diagonal(range(1, 31)))
    assert found.count == 2**30 and len(found.values) == 100
    small = sorted(sum(choice) for count in range(9) for choice in itertools.combinations([k * k for k in range(1, 13)], count))
    assert [fraction(value.loss.constant) for value in found.values] == [Fraction(total, 2) for total in small[:100]]


def test_nearest_of_very_many():
    """The distance from 1/3 to a multiple of 1/2 is 1/6 at least; all sums of squares around occur."""
    found = values(diagonal(range(1, 31)), near="1000.3", limit=3)
    assert {value.loss.approx() for value in found.values} == {"1000.5"}
    assert all(value.distance.approx() == "0.2" for value in found.values)
    for value in found.values:
        kept = sum(k * k * (1 - count) for k, count in zip(range(30, 0, -1), value.p, strict=True))
        assert kept == 2001


def test_nearest_where_halves_are_too_many():
    data = diagonal(range(1, 61))
    assert values(data).count == 2**60
    assert values(data, near=2, limit=1).values[0].loss.approx() == "2"
    with pytest.raises(LimitError, match="too many to find the nearest"):
        values(data, near=20000)


@pytest.mark.parametrize(("most", "hidden"), [([3, 2, 4], 5), ([1] * 12, 4), ([2] * 6, 12), ([5], 0)])
def test_count(most, hidden):
    entries = [k + 1 for k, count in enumerate(most) for _ in range(count)]
    expected = sum(1 for p in itertools.product(*(range(count + 1) for count in most)) if sum(p) <= hidden)
    assert values(diagonal(entries, hidden), limit=0).count == expected


@pytest.mark.parametrize(("options", "message"), [
    ({"limit": -1}, "-1 values"), ({"near": 0.73}, 'write the string "0.73"'), ({"near": "x"}, "not an exact number")])
def test_refused(options, message):
    with pytest.raises(InputError, match=message):
        values(diagonal([1]), **options)
    assert values(diagonal([1]), near="0.73").values[0].p == (0,)
