"""Points snapped from perturbed weights are critical, and as near as the perturbation allows."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import fmpq

from symcrit.errors import InputError, LimitError
from symcrit.exact.entries import fraction
from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.nearest import Nearest, nearest
from symcrit.networks.linear import gradients_zero
from symcrit.networks.points import RELU, Data, Point
from symcrit.networks.theorem_1 import build, column_basis, recover

UNIT = RationalMatrix.of([[1, 0], [0, 1]])


def noisy(point: Point, size: float, seed: int) -> Point:
    """Take the weights as floats, and add noise: what a training run leaves."""
    source = random.Random(seed)
    moved = []
    for weight in point.weights:
        rows = [[str(Fraction(float(x.ball() if weight.level else fraction(x)) + size * source.uniform(-1, 1)))
                 for x in row] for row in weight.to_rows()]
        moved.append(RationalMatrix.of(rows, weight.shape))
    return point.moved(tuple(moved))


def squared_distance(first: Point, second: Point) -> float:
    return sum((float(a.ball() if first.weights[k].level else fraction(a)) - float(fraction(b)))**2
               for k in range(2) for line, other in zip(first.weights[k].to_rows(), second.weights[k].to_rows(), strict=True)
               for a, b in zip(line, other, strict=True))


CASES = {
    "rational": (UNIT, RationalMatrix.of([[2, 0], [0, 1]]), 1, (0, 1), 0),
    "irrational": (UNIT, RationalMatrix.of([[1, 1], [0, 1]]), 1, (1, 0), 0),
    "rank-deficient X, wide": (RationalMatrix.of([[1, 1], [1, 1]]), RationalMatrix.of([[1, 2], [2, 0]]), 4, (1,), 0),
    "nothing captured": (UNIT, RationalMatrix.of([[2, 0], [0, 1]]), 2, (0, 0), 0),
    "repeated, in part": (UNIT, UNIT, 2, (1,), 0),
    "a zero captured": (UNIT, RationalMatrix.of([[2, 0], [0, 0]]), 2, (1,), 1),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_back_from_noise(name, seed):
    x, y, width, capture, null = CASES[name]
    point = build(Data(x, y, (2, width, 2)), capture, null, c="random", l1="random", seed=seed)
    given = noisy(point, 1e-5, seed)
    assert not all(gradients_zero(given))
    found = nearest(given)
    assert all(gradients_zero(found.point))
    assert recover(found.point).p == capture
    assert float(found.to_json()["distance"]["approx"]) < 1e-3
    assert float(found.to_json()["distance"]["approx"])**2 == pytest.approx(squared_distance(found.point, given), rel=1e-5)


def test_a_critical_point_is_its_own():
    point = build(Data(UNIT, RationalMatrix.of([[2, 0], [0, 1]]), (2, 2, 2)), (0, 1), c="random", l1="random", seed=4)
    found = nearest(point)
    assert found.point.weights == point.weights
    assert found.to_json()["distance"]["approx"] == "0"


def test_nothing_to_capture():
    zero = RationalMatrix.of([[0, 0], [0, 0]])
    point = Point(UNIT, zero, (RationalMatrix.of([["0.001", 0]]), RationalMatrix.of([[0], [0]])))
    assert nearest(point).squared == 0  # A2 = 0 and Y = 0: critical whatever A1 is


def test_what_is_refused():
    one = RationalMatrix.of([[1]])
    with pytest.raises(InputError, match="for linear networks, not for relu"):
        nearest(Point(one, one, (one, one), RELU))
    with pytest.raises(InputError, match="not for those of a number field"):
        nearest(build(Data(UNIT, RationalMatrix.of([[1, 1], [0, 1]]), (2, 1, 2)), (1, 0)))


def test_no_farther_than_the_formula():
    # with A2 moved to P A2, Theorem 1 and eq. (3) leave this nearest A1; moving both layers may be better
    x, y = RationalMatrix.of([[1, 2, 0], [0, 1, 1]]), RationalMatrix.of([[3, 0, 1], [1, -1, 2]])
    a1, a2 = RationalMatrix.of([["0.3", "-0.2"], ["0.9", "0.4"]]), RationalMatrix.of([["0.7", "0.8"], ["-0.2", "0.1"]])
    given = Point(x, y, (a1, a2))
    found = nearest(given)
    basis = column_basis(found.point.weights[1])
    projector = basis @ (basis.T @ basis).inverse() @ basis.T
    moved, missed = projector @ a2, given.data.yx - projector @ given.data.yx
    back = moved.pinv()
    free = a1 - a1 @ (x @ x.pinv())
    kept = a1 - (a1 @ missed.pinv()) @ missed
    first = back @ (y @ x.pinv()) + back @ moved @ free + (kept - back @ moved @ kept)
    formula = Nearest.of(given, (first, moved))
    assert all(gradients_zero(formula.point))
    assert recover(formula.point).captured == recover(found.point).captured
    assert found.size <= formula.size


def test_part_of_an_irrational_eigenspace():
    # (3 + 5^1/2) / 2 twice; the field is that of one of them, the direction is the one of the weights
    y = RationalMatrix.of([[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]])
    phi = 1.618033988749895
    first = [0.6 * x for x in (1, phi, 0, 0)] + [0.8 * x for x in (0, 0, 1, phi)]
    second = [0.6 * x for x in (phi, 1, 0, 0)] + [0.8 * x for x in (0, 0, phi, 1)]
    a1 = [sum(first[k::4]) / (1 + phi**2)**0.5 for k in range(4)]
    a2 = [sum(second[k::4]) * phi / (1 + phi**2)**0.5 for k in range(4)]
    weights = RationalMatrix.of([[str(Fraction(x)) for x in a1]]), RationalMatrix.of([[str(Fraction(x))] for x in a2])
    found = nearest(Point(y.identity(4), y, weights))
    assert all(gradients_zero(found.point))
    assert recover(found.point).p == (1, 0)
    assert found.size < fmpq(1, 10**25)


def test_a_field_too_large_is_passed_over():
    # 2 of 12 conjugates need degree 66; what needs no field is left
    size = 12
    unit, y = ([[int(i == j) for j in range(size)] for i in range(size)],
               [[int(abs(i - j) == 1 or i == j == 0) + 3 * (i == j) for j in range(size)] for i in range(size)])
    weights = [RationalMatrix.of([[(i * j) % 5 - 2 for j in range(c)] for i in range(r)])
               for r, c in ((2, size), (size, 2))]
    data = Data(RationalMatrix.of(unit), RationalMatrix.of(y), (size, 2, size))
    with pytest.raises(LimitError):
        build(data, (1, 1, *[0] * 10))
    assert all(gradients_zero(nearest(Point(data.X, data.Y, tuple(weights))).point))
