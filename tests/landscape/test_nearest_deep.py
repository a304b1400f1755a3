"""Deep networks: back from noise to every kind of critical point, and from where gradient descent rests."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

import symcrit as sc
from symcrit.exact.entries import fraction
from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.classify import classify
from symcrit.landscape.nearest import Nearest, nearest
from symcrit.landscape.rounding import floated, magnitude
from symcrit.networks.linear import gradients, is_critical
from symcrit.networks.points import Data, Point
from symcrit.networks.theorem_3 import build, layers
from symcrit.networks.values import values
from tests.networks.instances import random_capture, random_deep_data, sparse_deep_point, table

UNIT = RationalMatrix.of([[1, 0], [0, 1]])
NOISE = fmpq(1, 10**8)


def noisy(point: Point, source: random.Random) -> Point:
    """Round the weights and add noise: of about 10^-8 where they are small, less where some are large."""
    long = [floated(weight, 100) for weight in point.weights]
    size = NOISE / 9 / 4**max(0, *map(magnitude, long))
    return point.moved(tuple(weight + table(source, weight.rows, weight.cols, "fractions").scale(size)
                             for weight in long))


def assert_found(found: Nearest, captured: tuple[int, ...]) -> None:
    assert all(gradient.is_zero() for gradient in gradients(found.point))
    assert layers(found.point, critical=True)[0].p == captured


@pytest.mark.parametrize("seed", range(150))
def test_back_to_built_points(seed):
    source = random.Random(seed)
    data = random_deep_data(source, 4)
    counts, null = random_capture(source, data)
    point = build(data, counts, null, l1=source.choice(["zero", "random"]), seed=source.choice([None, seed]))
    found = nearest(noisy(point, source))
    assert_found(found, tuple(counts))
    assert float(fraction(found.size)) < 1e-8


CASES = {
    "rank-deficient X": ([[1, 1, 2], [1, 1, 2], [0, 1, 1]], [[1, 0, 2], [2, 1, 0]], (3, 3, 3, 2), (1, 0), 0),
    "irrational, one of two": ([[1, 0], [0, 1]], [[1, 1], [0, 1]], (2, 3, 2, 2), (0, 1), 0),
    "irrational, both": ([[1, 0], [0, 1]], [[1, 1], [0, 1]], (2, 3, 3, 3, 2), (1, 1), 0),
    "one of a repeated value": ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[2, 0, 0], [0, 2, 0], [0, 0, 1]],
                                (3, 3, 3, 3), (1, 0), 0),
    "two of three": ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[2, 0, 0], [0, 2, 0], [0, 0, 2]], (3, 4, 3, 4, 3), (2,), 0),
    "zeros captured": ([[1, 0], [0, 1]], [[2, 0], [0, 0], [0, 0]], (2, 3, 3, 3), (1,), 1),
    "zeros only": ([[1, 0], [0, 1]], [[2, 0], [0, 0], [0, 0]], (2, 3, 3, 3), (0,), 2),
    "wide in the middle": ([[1, 0], [0, 1]], [[2, 0], [0, 1]], (2, 5, 6, 5, 2), (0, 1), 0),
    "one sample": ([[1], [2]], [[3], [1]], (2, 3, 2, 2), (0,), 0),
    "one sample, learnt": ([[1], [2]], [[3], [1]], (2, 3, 2, 2), (1,), 0),
    "a bottleneck": ([[1, 0], [0, 1]], [[2, 1], [0, 1]], (2, 3, 1, 3, 2), (1, 0), 0),
    "a bottleneck, nothing learnt": ([[1, 0], [0, 1]], [[2, 1], [0, 1]], (2, 1, 3, 1, 2), (0, 0), 0),
    "nothing to learn": ([[1, 2], [0, 1]], [[0, 0], [0, 0]], (2, 2, 3, 2), (), 1),
    "six layers": ([[1, 0], [0, 1]], [[2, 0], [0, 1]], (2, 2, 3, 2, 3, 2, 2), (1, 0), 0),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("c", ["identity", "random"])
@pytest.mark.parametrize("seed", range(3))
def test_degenerate_cases(name, c, seed):
    x, y, widths, capture, null = CASES[name]
    point = build(Data(RationalMatrix.of(x), RationalMatrix.of(y), widths), capture, null, c=c, l1="random", seed=seed)
    found = nearest(noisy(point, random.Random(seed)))
    assert_found(found, capture)
    assert float(fraction(found.size)) < 1e-8


@given(st.integers(0, 10**6))
def test_zeros_in_products_only(seed):
    point = sparse_deep_point(seed)
    if point is not None:
        assert is_critical(nearest(noisy(point, random.Random(seed))).point)


@given(st.integers(0, 10**6))
def test_from_anywhere(seed):
    source = random.Random(seed)
    data = random_deep_data(source, 3)
    weights = tuple(table(source, rows, columns, source.choice(["integers", "fractions", "sparse"]))
                    for columns, rows in zip(data.widths, data.widths[1:], strict=False))
    point = Point(data.X, data.Y, weights)
    found = nearest(point)
    assert all(gradient.is_zero() for gradient in gradients(found.point))
    assert (found.squared == 0) == is_critical(point)
    exact = sum((float(entry.ball().mid() if weight.level else fraction(entry)) - float(fraction(old)))**2
                for weight, given_ in zip(found.point.weights, weights, strict=True)
                for row, line in zip(weight.to_rows(), given_.to_rows(), strict=True)
                for entry, old in zip(row, line, strict=True))
    assert float(fraction(found.size)) == pytest.approx(exact, rel=1e-6, abs=1e-12)
    assert exact <= 1.02 * sum(float(fraction(x))**2 for w in weights for row in w.to_rows() for x in row) + 1e-12


@pytest.mark.parametrize("seed", range(40))
def test_a_critical_point_is_its_own(seed):
    point = sparse_deep_point(seed)
    if point is not None:
        found = nearest(point)
        assert found.squared == 0
        assert found.point.weights == point.weights


# ---- gradient descent ------------------------------------------------------------------------------


def times(a: list[list[float]], b: list[list[float]]) -> list[list[float]]:
    columns = list(zip(*b, strict=True))
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in columns] for row in a]


def transposed(a: list[list[float]]) -> list[list[float]]:
    return [list(row) for row in zip(*a, strict=True)]


def slopes(weights, x, y):
    """Compute the gradients in floats, and the loss."""
    forward = [x]
    for weight in weights:
        forward.append(times(weight, forward[-1]))
    error = [[a - b for a, b in zip(row, line, strict=True)] for row, line in zip(forward[-1], y, strict=True)]
    back, found = error, []
    for weight, arriving in zip(reversed(weights), reversed(forward[:-1]), strict=True):
        found.append(times(back, transposed(arriving)))
        back = times(transposed(weight), back)
    return found[::-1], sum(e * e for row in error for e in row) / 2


def resting_places(widths, x, y, scale, seed, rate, steps):
    """Run gradient descent from small weights; list weights and loss wherever the gradient was least."""
    source = random.Random(seed)
    weights = [[[source.gauss(0, scale) for _ in range(columns)] for _ in range(rows)]
               for columns, rows in zip(widths, widths[1:], strict=False)]
    path = []
    for _ in range(steps):
        found, loss = slopes(weights, x, y)
        path.append((sum(g * g for part in found for row in part for g in row), loss, weights))
        weights = [[[w - rate * g for w, g in zip(row, line, strict=True)] for row, line in zip(a, b, strict=True)]
                   for a, b in zip(weights, found, strict=True)]
    return [path[t][1:] for t in range(1, steps - 1) if path[t - 1][0] > path[t][0] < path[t + 1][0]], path[0][2]


RUNS = {
    "rational": ((2, 3, 3, 2), [[1, 0], [0, 1]], [[3, 0], [0, 1]], 0.1),
    "irrational": ((2, 3, 3, 2), [[1, 0], [0, 1]], [[3, 1], [0, 1]], 0.1),
    "four layers": ((2, 3, 3, 3, 2), [[1, 0], [0, 1]], [[3, 0], [0, 1]], 0.25),
    "rank-deficient": ((3, 3, 3, 2), [[1, 0, 1], [0, 1, 1], [1, 1, 2]], [[4, 0, 4], [0, -1, 1]], 0.1),
}


@pytest.mark.parametrize("name", RUNS)
def test_where_gradient_descent_rests(name):
    widths, x, y, scale = RUNS[name]
    rests, first = resting_places(widths, x, y, scale, 2, 0.02, 1500)
    start = sum(w * w for weight in first for row in weight for w in row)
    near = [values(Data(RationalMatrix.of(x), RationalMatrix.of(y), widths), near=Fraction(loss), limit=1).values[0]
            for loss, _ in rests]
    assert (1, 0) in [value.p for value in near]
    for (_, weights), value in zip(rests, near, strict=True):
        if value.p != (1, 0):
            continue
        exact = [[[str(Fraction(w)) for w in row] for row in weight] for weight in weights]
        given_ = {"X": x, "Y": y, "widths": list(widths), "weights": exact}
        found = sc.classify(given_, nearest=True)
        assert found.critical
        assert found.layers[0].p == (1, 0)
        assert found.kind == "strict_saddle"
        assert found.to_json()["loss"]["approx"] == value.loss.approx()
        assert float(fraction(found.nearest.size)) < start  # no farther than the start from 0


def test_the_command(tmp_path):
    zero = [["0.01", 0], [0, "0.02"]]
    tree = {"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "widths": [2, 2, 2, 2],
            "weights": [[["1.26", 0], [0, "0.01"]], [["1.26", 0], [0, "0.02"]], [["1.26", 0], [0, "0.03"]]]}
    found = sc.classify(tree, nearest=True)
    # the product 2 of three equal entries is met by exact ones near 2^(1/3); two of the three small ones vanish
    assert found.layers[0].p == (1, 0)
    size = float(fraction(found.nearest.size))
    assert size == pytest.approx(0.01**2 + 0.02**2, abs=1e-5)
    nothing = sc.classify({**tree, "weights": [zero, zero, zero]}, nearest=True)
    assert nothing.layers[0].p == (0, 0)
    assert float(fraction(nothing.nearest.size)) == pytest.approx(2 * (0.01**2 + 0.02**2), rel=1e-4)


def test_what_is_found_is_classified():
    point = build(Data(UNIT, RationalMatrix.of([[2, 0], [0, 1]]), (2, 3, 3, 2)), (0, 1), c="random", l1="random", seed=1)
    found = nearest(noisy(point, random.Random(1)))
    assert classify(found.point).kind == "strict_saddle"  # a larger singular value is skipped


def test_very_different_singular_values():
    tiny = "0." + "0" * 59 + "1"
    y = RationalMatrix.of([[1, 0], [0, tiny]])
    point = build(Data(UNIT, y, (2, 3, 3, 2)), (1, 1), l1="random", seed=3)
    moved = (point.weights[0] + RationalMatrix.of([[0, 0], [0, 0], [tiny, tiny]]), *point.weights[1:])
    found = nearest(point.moved(moved))
    assert_found(found, (1, 1))
    assert found.size < fmpq(1, 10**100)
