"""What weights capture, or nearly, is tried first; bases are exact."""

from __future__ import annotations

import random

import pytest
from flint import fmpq

from symcrit.exact.rational import RationalMatrix
from symcrit.landscape import nearest_subspace
from symcrit.landscape.nearest_subspace import Subspaces
from symcrit.landscape.rounding import floated, squared_norm
from symcrit.networks.points import Point
from symcrit.networks.theorem_3 import build
from tests.networks.instances import random_capture, random_deep_data

BITS = 120
UNIT3 = RationalMatrix.of([[1, 0, 0], [0, 1, 0], [0, 0, 1]])


def built(seed: int) -> tuple[Subspaces, tuple[int, ...]]:
    """Build a critical point and round its weights; return the subspaces it is near to, and its p-vector."""
    source = random.Random(seed)
    data = random_deep_data(source, 3)
    counts, null = random_capture(source, data)
    point = build(data, counts, null, l1="random", seed=seed)
    return Subspaces(point.moved(tuple(floated(weight, 60) for weight in point.weights)), BITS), tuple(counts)


@pytest.mark.parametrize("seed", range(60))
def test_what_a_critical_point_captures_is_tried(seed):
    spaces, counts = built(seed)
    assert counts in {tried[:len(counts)] for tried in spaces.candidates()}


def test_what_is_captured_is_found_without_the_loss(monkeypatch):
    monkeypatch.setattr(nearest_subspace, "BY_LOSS", 0)
    for seed in range(60):
        spaces, counts = built(seed)
        assert counts in {tried[:len(counts)] for tried in spaces.candidates()}


@pytest.mark.parametrize("seed", range(60))
def test_bases_are_invariant_and_near_what_is_proposed(seed):
    spaces, _ = built(seed)
    for tried in spaces.candidates():
        basis, proposed = spaces.basis(tried, 60), spaces.proposed(tried)
        sigma, columns = spaces.sigma, basis.positive
        assert (columns.beside(sigma @ columns)).rank() == columns.cols == sum(tried[:len(spaces.pairs)])
        assert (sigma @ basis.null).is_zero()
        irrational = [k for k, pair in enumerate(spaces.pairs) if tried[k] and pair.value.exact is None]
        if not irrational and not columns.level:
            distance = columns.projector() - proposed.positive @ proposed.positive.T
            assert squared_norm(distance) < fmpq(1, 10**20)


def test_the_fullest_part_of_an_eigenspace():
    # the output is 0.9 along (0.6, 0.8, 0) and 0.1 along the third axis
    w = RationalMatrix.of([["0.324", "0.432", 0], ["0.432", "0.576", 0], [0, 0, "0.1"]])
    spaces = Subspaces(Point(UNIT3, UNIT3, (UNIT3, w)), BITS)
    assert spaces.candidates() == [(0,), (1,), (2,), (3,)]
    basis = spaces.basis((1,), 40).positive
    assert abs(basis.entry(0, 0) / basis.entry(1, 0) - fmpq(3, 4)) < fmpq(1, 10**10)
    assert abs(basis.entry(2, 0)) < fmpq(1, 10**9)


def test_an_empty_part_of_an_eigenspace_is_filled():
    zero = UNIT3 - UNIT3
    spaces = Subspaces(Point(UNIT3, UNIT3, (zero, UNIT3)), BITS)
    assert spaces.basis((2,), 10).positive.rank() == 2


def test_zeros_are_counted_only_where_it_matters():
    y = RationalMatrix.of([[1, 0, 0], [0, 0, 0]])
    unseen = Point(UNIT3, y, (UNIT3, RationalMatrix.of([[1, 0, 0], [0, 1, 0]])))
    assert (1, 1) in Subspaces(unseen, BITS).candidates()
    column = RationalMatrix.of([[1], [0], [0]])
    assert all(tried[-1] == 0 for tried in Subspaces(Point(column, y @ column, unseen.weights), BITS).candidates())
