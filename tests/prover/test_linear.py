"""Non-negative solutions: by hand, at random against solutions known beforehand, and none where a sign forbids it."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from symcrit.prover.linear import nonnegative, partly_positive

X, Y = {"x": 1}, {"y": 1}


@pytest.mark.parametrize(("columns", "target", "expected"), [
    ([], {}, {}), ([], X, None), ([X], {}, {}), ([X], X, {0: 1}), ([X], {"x": -1}, None), ([X], {"x": Fraction(2, 3)}, {0: Fraction(2, 3)}),
    ([{}], X, None), ([X, Y], {"x": 2, "y": 3}, {0: 2, 1: 3}), ([{"x": 1, "y": -1}, Y], X, {0: 1, 1: 1}),
    ([{"x": 1, "y": -1}], X, None), ([{"x": -1}, {"x": -2, "y": 1}], {"x": -4, "y": 1}, {0: 2, 1: 1}),
    ([X, {"x": -1}], {}, {}), ([X, {"x": 1, "z": 1}], {"x": 1, "z": 1}, {1: 1}),
])
def test_nonnegative(columns, target, expected):
    assert nonnegative(columns, target) == expected


@pytest.mark.parametrize(("columns", "target", "positive", "expected"), [
    ([X], X, [0], {0: 1}), ([X, Y], X, [1], None), ([X, X], X, [1], {1: 1}), ([X], {}, [0], None), ([X], X, [], None),
    ([{}], {}, [0], {0: 1}), ([X, {"x": -1}, Y], {"y": 2}, [0], {0: 1, 1: 1, 2: 2}), ([X, {"x": -1}], Y, [0], None),
])
def test_partly_positive(columns, target, positive, expected):
    assert partly_positive(columns, target, positive) == expected


def total(columns, factors):
    result = {}
    for k, factor in factors.items():
        for name, value in columns[k].items():
            result[name] = result.get(name, 0) + factor * value
    return {name: value for name, value in result.items() if value}


@pytest.mark.parametrize("seed", range(40))
def test_solutions_that_exist_are_found_and_are_solutions(seed):
    rng = Random(seed)
    columns = [{name: Fraction(rng.choice((-2, -1, 1, 3)), rng.choice((1, 2))) for name in "abcdef" if rng.random() < 0.5}
               for _ in range(rng.randint(1, 12))]
    known = {k: Fraction(rng.randint(0, 3)) for k in range(len(columns)) if rng.random() < 0.5}
    target = total(columns, known)
    found = nonnegative(columns, target)
    assert found is not None
    assert min(found.values(), default=0) >= 0
    assert total(columns, found) == target
    positive = [k for k, value in known.items() if value][:1]
    found = partly_positive(columns, target, positive)
    assert (found is not None) == bool(positive)
    if found is not None:
        assert min(found.values()) >= 0
        assert total(columns, found) == target
        assert found[positive[0]] > 0


@pytest.mark.parametrize("seed", range(40))
def test_no_solution_where_a_plane_separates(seed):
    """Every column has a product >= 0 with a vector, and the target one < 0."""
    rng = Random(seed)
    normal = {name: rng.randint(-3, 3) for name in "abcd"}
    drawn = [{name: rng.randint(-3, 3) for name in "abcd"} for _ in range(30)]

    def product(vector):
        return sum(normal[name] * value for name, value in vector.items())

    columns = [vector for vector in drawn if product(vector) >= 0]
    below = [vector for vector in drawn if product(vector) < 0]
    for target in below:
        assert nonnegative(columns, target) is None
        assert partly_positive(columns, target, range(len(columns))) is None
    flat = [k for k, vector in enumerate(columns) if product(vector) == 0]
    strict = [k for k, vector in enumerate(columns) if product(vector) > 0]
    for k in flat:  # a vector in the plane needs nothing above it
        assert nonnegative(columns, columns[k]) is not None
        assert partly_positive(columns, columns[k], strict) is None


def test_zero_entries_do_no_harm():
    assert nonnegative([{"x": 1, "y": 0}], {"x": 1, "z": 0}) == {0: 1}
