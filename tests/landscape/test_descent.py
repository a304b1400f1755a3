"""Directions of descent: against the Hessian's own quadratic form, and rational where the point is."""

from __future__ import annotations

import random

import pytest

from symcrit.exact.field import sign
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import spectrum
from symcrit.landscape.classify import classify
from symcrit.landscape.descent import steepest
from symcrit.networks.linear import gradients, hessian, loss
from symcrit.networks.points import Data, Point
from symcrit.networks.theorem_1 import build
from tests.networks.instances import random_point, table


@pytest.mark.parametrize("seed", range(150))
def test_negative_curvature(seed):
    point, _ = random_point(9000 + seed, 4)
    found = classify(point)
    if found.descent is None:
        return
    entries = [entry for part in found.descent.direction for row in part.to_rows() for entry in row]
    form = hessian(point)
    column = max(found.descent.direction, key=lambda part: part.level).make(form.rows, 1, entries)
    curvature = (column.T @ form @ column).entry(0, 0)
    assert sign(curvature) < 0
    assert found.descent.loss[2] == curvature / 2 and found.descent.loss[0] == loss(point) and found.descent.loss[1] == 0
    assert (found.descent.order, found.descent.minimal) == (2, True)
    if not any(weight.level for weight in point.weights):
        assert not any(part.level for part in found.descent.direction)


@pytest.mark.parametrize("seed", range(30))
def test_steepest(seed):
    source = random.Random(seed)
    widths = [source.randint(1, 3) for _ in range(3)]
    x, y = table(source, widths[0], 2, "fractions"), table(source, widths[2], 2, "fractions")
    weights = (table(source, widths[1], widths[0], "integers"), table(source, widths[2], widths[1], "integers"))
    point = Point(x, y, weights)
    slopes = [entry for gradient in gradients(point) for row in gradient.to_rows() for entry in row]
    if any(slopes):
        assert steepest(point).loss[1] == -sum(slope * slope for slope in slopes)


def test_close_eigenvalues():
    """p = (0, 1) with eigenvalues 1 + 10^-6 and 1 in a basis that hides them: the quotients must be told apart."""
    turn = RationalMatrix.of([["3/5", "4/5", 0], ["-4/5", "3/5", 0], [0, 0, 1]])
    target = turn @ RationalMatrix.of([["1000001/1000000", 0, 0], [0, 1, 0], [0, 0, 3]]) @ turn.T
    data = Data(turn.identity(3), target, (3, 2, 3))
    found = classify(build(data, [1, 0, 1], c="random", seed=5))
    assert found.category == "non_optimal_order" and sign(found.descent.loss[2]) < 0


@pytest.mark.parametrize("seed", range(4))
def test_wide_points_of_full_column_rank(seed):
    """Blocks of 8 whose characteristic polynomials are irreducible: no basis vector is an eigenvector."""
    source = random.Random(seed)

    def blocks() -> RationalMatrix:
        first, second = (table(source, 8, 8, "fractions") for _ in range(2))
        zero = first.zeros(8, 8)
        return first.beside(zero).above(zero.beside(second))

    data = Data(blocks(), blocks(), (16, 8, 16))
    found = spectrum(data.X, data.Y)
    capture = [int(pair.value.minpoly == found.factors[0][0]) for pair in found.positive()]
    result = classify(build(data, capture, c="random", l1="random", seed=seed))
    assert result.captured == tuple(capture) and result.kind == "strict_saddle"
    assert not any(part.level for part in result.descent.direction)
