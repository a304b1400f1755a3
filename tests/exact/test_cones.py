"""Polyhedral cones and forms on them: generators against points, copositivity against values, in QQ and QQ(s)."""

from __future__ import annotations

import itertools
import random

import pytest
from flint import fmpq

from symcrit.exact.cones import dot, generators, not_copositive, strictly
from symcrit.exact.field import NumberField, sign

ROOT2 = NumberField.of([-2, 0, 1], 1)


def vectors(source, count, size):
    return [[fmpq(source.randint(-3, 3)) for _ in range(size)] for _ in range(count)]


@pytest.mark.parametrize("seed", range(40))
def test_generators_generate_the_cone(seed):
    """All of them satisfy the inequalities, and a point that does is separated from no generator by a plane."""
    source = random.Random(seed)
    size = source.randint(1, 4)
    rows = vectors(source, source.randint(1, 6), size)
    found = generators(rows, size)
    assert all(not dot(row, line) for row in rows for line in found.lines)
    assert all(dot(row, ray) >= 0 for row in rows for ray in found.rays)
    # the polar cone: y'x <= 0 for all generators implies y'x <= 0 for all points of the cone, on a grid
    for point in itertools.product(range(-2, 3), repeat=size):
        column = [fmpq(x) for x in point]
        inside = all(dot(row, column) >= 0 for row in rows)
        outside = [y for y in vectors(source, 20, size)
                   if all(dot(y, ray) <= 0 for ray in found.rays) and not any(dot(y, line) for line in found.lines)]
        assert not inside or all(dot(y, column) <= 0 for y in outside)


@pytest.mark.parametrize("seed", range(40))
def test_strict_inequalities(seed):
    source = random.Random(seed)
    size = source.randint(1, 3)
    rows = vectors(source, source.randint(1, 5), size)
    found = strictly(rows, size)
    points = itertools.product([fmpq(k, 2) for k in range(-6, 7)], repeat=size)
    if found is None:
        assert not any(all(dot(row, point) > 0 for row in rows) for point in points)
    else:
        assert all(dot(row, found) > 0 for row in rows)


def test_strict_inequalities_in_a_field():
    s, one = ROOT2("s"), ROOT2(1)
    zero = 0 * one
    found = strictly([[one, -s], [-one, one * 3 / 2]], 2)  # s y < x < 3/2 y, so y > 0
    assert found is not None and sign(found[0] - s * found[1]) > 0 and sign(3 * found[1] / 2 - found[0]) > 0
    assert strictly([[one, -s], [-one, one * 7 / 5], [zero, one]], 2) is None  # 7/5 is less than the root of 2


@pytest.mark.parametrize("seed", range(60))
def test_copositivity(seed):
    source = random.Random(seed)
    size = source.randint(1, 4)
    form = [[fmpq(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            form[i][j] = form[j][i] = fmpq(source.randint(-2, 3))
    found = not_copositive(form, size)

    def value(x):
        return sum((form[i][j] * x[i] * x[j] for i in range(size) for j in range(size)), fmpq(0))

    if found is None:
        assert all(value(x) >= 0 for x in itertools.product(range(6), repeat=size))
    else:
        assert all(x >= 0 for x in found) and value(found) < 0
