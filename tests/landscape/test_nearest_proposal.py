"""Proposals are critical up to rounding, and change no more than they say."""

from __future__ import annotations

import random

import pytest
from flint import fmpq

from symcrit.exact.entries import fraction
from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.nearest_proposal import Basis, Frame, Proposal, proposals
from symcrit.landscape.nearest_subspace import Subspaces
from symcrit.landscape.rounding import squared_norm
from symcrit.networks.linear import gradients
from symcrit.networks.points import Point
from tests.networks.instances import random_deep_data, table

BITS = 160
UNIT = RationalMatrix.of([[1, 0], [0, 1]])
NONE = UNIT.block([0, 1], [])


def proposed(seed: int) -> tuple[Point, list[Proposal]]:
    """Make all proposals for random weights that fill everything, for one of the p-vectors that are tried."""
    source = random.Random(seed)
    data = random_deep_data(source, 4)
    weights = tuple(table(source, rows, columns, "fractions")
                    for columns, rows in zip(data.widths, data.widths[1:], strict=False))
    point = Point(data.X, data.Y, weights)
    spaces = Subspaces(point, BITS)
    counts = source.choice(spaces.candidates())
    return point, list(proposals(point, Frame.of(data, spaces.sigma, spaces.proposed(counts), BITS)))


@pytest.mark.parametrize("seed", range(80))
def test_gradients_are_zero_up_to_rounding(seed):
    point, found = proposed(seed)
    for one in found:
        near = point.moved(one.weights)
        size = max(squared_norm(weight) for weight in one.weights) + squared_norm(point.X) + squared_norm(point.Y) + 1
        scale = float(fraction(size))**(2 * point.depth + 2)
        for gradient in gradients(near):
            assert float(fraction(squared_norm(gradient))) <= 1e-40 * scale


@pytest.mark.parametrize("seed", range(80))
def test_the_distance_is_that_of_the_weights(seed):
    point, found = proposed(seed)
    for one in found:
        exact = sum(squared_norm(new - old) for new, old in zip(one.weights, point.weights, strict=True))
        assert abs(exact - one.squared) <= exact / 10**9 + fmpq(1, 10**20)


def test_all_pairs_of_layers_are_tried():
    point = Point(UNIT, UNIT, (UNIT, UNIT, UNIT, UNIT))
    found = list(proposals(point, Frame.of(point.data, UNIT, Basis(NONE, NONE), BITS)))
    assert {(one.stop, one.start) for one in found} == {(i, j) for j in range(2, 5) for i in range(1, j)}
    assert all(one.squared >= 4 for one in found)  # two layers vanish


def test_nothing_is_proposed_where_the_captured_part_is_empty():
    e1 = RationalMatrix.of([[1], [0]])
    point = Point(UNIT, UNIT, (UNIT, RationalMatrix.of([[0, 0], [0, 1]])))
    assert list(proposals(point, Frame.of(point.data, UNIT, Basis(e1, NONE), BITS))) == []


def test_directions_are_stopped_where_it_takes_less():
    # the first layer is small in one direction, the second in the other, and so are the fourth and the third
    small, large = "1/1000", 1
    first, second = RationalMatrix.of([[small, 0], [0, large]]), RationalMatrix.of([[large, 0], [0, small]])
    point = Point(UNIT, UNIT, (first, second, second, first))
    found = min(proposals(point, Frame.of(point.data, UNIT, Basis(NONE, NONE), BITS)), key=lambda one: one.squared)
    assert found.squared < fmpq(4, 10**6) + fmpq(1, 10**20)  # one layer can be 0 in no direction for less than 1


def test_a_change_is_spread_over_the_layers():
    # (a b c - 1) = 0 is met by three changes of about a third each: 0.21^2 * 3 and not 0.6^2
    one, weight = RationalMatrix.of([[1]]), RationalMatrix.of([["0.8"]])
    point = Point(one, one, (weight, weight, weight))
    frame = Frame.of(point.data, one, Basis(one, one.block([0], [])), BITS)
    found = [float(fraction(one.squared)) for one in proposals(point, frame)]
    assert min(found) == pytest.approx(3 * 0.2**2, rel=0.1)
    assert max(found) == pytest.approx((1 / 0.64 - 0.8)**2, rel=1e-9)
