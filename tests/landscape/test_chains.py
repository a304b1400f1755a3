"""The way down from deep critical points: what docs/deep.md proves, against Hessian, cubic and quartic forms."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from flint import fmpq

from symcrit.exact.rational import RationalMatrix
from symcrit.landscape import chains
from symcrit.landscape.classify import classify
from symcrit.landscape.perturbation import descend
from symcrit.networks.linear import hessian, loss_along
from symcrit.networks.points import Point
from tests.networks.instances import sparse_deep_point

UNIT = RationalMatrix.of([[1, 0], [0, 1]])


def split(point, vector):
    """Cut a column of all parameters into changes of the layers, as the Hessian orders them."""
    parts, start = [], 0
    for weight in point.weights:
        end = start + weight.rows * weight.cols
        parts.append(weight.make(weight.rows, weight.cols, [vector.entry(i, 0) for i in range(start, end)]))
        start = end
    return parts


def along(point, *changes):
    return loss_along(point, [list(parts) for parts in zip(point.weights, *changes, strict=True)])


def random_kernel_vector(source, kernel):
    chosen = [source.randint(-3, 3) if source.random() < 0.7 else 0 for _ in range(kernel.cols)]
    return kernel @ RationalMatrix.of([[x] for x in chosen], (kernel.cols, 1))


def cubic_is_zero(point, kernel, source):
    """Tell whether the cubic form vanishes at 60 vectors of the kernel of the Hessian."""
    for _ in range(60):
        coefficients = along(point, split(point, random_kernel_vector(source, kernel)))
        assert coefficients[1] == coefficients[2] == 0
        if coefficients[3]:
            return False
    return True


def least_quartic(point, second, direction):
    """Compute the coefficient of t^4 along W + tD + t^2 E, at the best E: it is c + b'E + 1/2 E'HE."""
    size, parts = second.rows, split(point, direction)
    constant = along(point, parts)[4]
    slopes = []
    for k in range(size):
        bend = split(point, second.make(size, 1, [int(i == k) for i in range(size)]))
        slopes.append(along(point, parts, bend)[4] - constant - second.entry(k, k) / 2)
    b, inverse = second.make(size, 1, slopes), second.pinv()
    assert second @ inverse @ b == b  # bounded below
    return constant - (b.T @ inverse @ b).entry(0, 0) / 2


@pytest.mark.parametrize("chunk", range(6))
def test_orders(chunk):
    """Strict if and only if the Hessian says so; order 3 if and only if the cubic form does; 5 only if no quartic falls."""
    seen = Counter()
    for seed in range(500 * chunk, 500 * chunk + 500):
        point = sparse_deep_point(seed)
        if point is None:
            continue
        source, found = random.Random(seed), classify(point)
        assert (found.kind == "strict_saddle") == (found.hessian_inertia.negative > 0), seed
        assert (found.kind == "global_minimum") == (found.loss == fmpq(found.global_minimum.to_json().get("exact"))), seed
        if found.kind != "non_strict_saddle":
            continue
        order = found.descent.order
        seen[order] += 1
        second = hessian(point)
        kernel = second.kernel()
        assert cubic_is_zero(point, kernel, source) == (order > 3), seed
        if order > 4:
            assert all(least_quartic(point, second, random_kernel_vector(source, kernel)) >= 0 for _ in range(3)), seed
    assert seen[3] > 20 and seen[4] > 2


@pytest.mark.parametrize("depth", range(2, 8))
def test_zero_points_have_the_order_of_the_depth(depth):
    zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    found = classify(Point(one, one, (zero,) * depth))
    assert found.descent.order == depth and found.descent.minimal
    assert list(found.descent.loss) == [fmpq(1, 2), *[0] * (depth - 1), -1, *[0] * (depth - 1), fmpq(1, 2)]
    assert found.kind == ("strict_saddle" if depth == 2 else "non_strict_saddle")


def test_the_middle_that_is_heard():
    """A chain of three where each change of the middle is of first order in the output: order 4, along a curve.

    With A1 = (a, 1), A2 = b, A3 = (c, 1)' the loss is 1/2 ((abc - 1)^2 + (bc)^2 + (ab)^2 + b^2): b must be of order 2.
    """
    point = Point(UNIT, RationalMatrix.of([[1, 0], [0, 0]]),
                  (RationalMatrix.of([[0, 1]]), RationalMatrix.of([[0]]), RationalMatrix.of([[0], [1]])))
    found = classify(point)
    assert (found.kind, found.category, found.descent.order) == ("non_strict_saddle", "uncovered", 4)
    document = found.descent.to_json()
    assert document["curve"] == [[["t", "1"]], [["t^2"]], [["t"], ["1"]]] and "direction" not in document
    assert document["loss"] == ["1/2", "0", "0", "0", "-1/2", "0", "1", "0", "1/2"]
    assert repr(descend(point).change) == "-1/2*ε^4 + ε^6 + 1/2*ε^8"


def test_the_split():
    """The layers of what is left multiply to 0, and the projections undo the inclusions."""
    checked = 0
    for seed in range(600):
        point = sparse_deep_point(seed)
        if point is None or classify(point, inertia=False).category not in ("uncovered", "deep_optimal_order"):
            continue
        rest = chains.Rest.of(point)
        assert (rest.layers.product(point.depth, 1) @ point.X).is_zero(), seed
        for k, inclusion in rest.inclusions.items():
            assert rest.projections[k] @ inclusion == inclusion.identity(inclusion.cols)
            assert inclusion.cols == point.widths[k] - point.product(point.depth, 1).rank()
        checked += 1
    assert checked > 30


def test_changes_of_what_is_left_change_the_loss_as_stated():
    """<Z, G> + 1/2 ||Z X||^2 for the product Z of the changed layers."""
    for seed in range(300):
        point = sparse_deep_point(seed)
        if point is None or classify(point, inertia=False).category not in ("uncovered", "deep_optimal_order"):
            continue
        rest, source = chains.Rest.of(point), random.Random(seed)
        changes = {k: weight.make(weight.rows, weight.cols, [source.randint(-2, 2) for _ in range(weight.rows * weight.cols)])
                   for k, weight in enumerate(rest.layers.weights, 1)}
        product = rest.layers.moved(tuple(weight + changes[k] for k, weight in enumerate(rest.layers.weights, 1))).product(point.depth, 1)
        expected = (product @ rest.error.T).trace() + ((product @ point.data.xx) @ product.T).trace() / 2
        found = along(point, rest.lifted(changes))
        assert sum(found[1:], fmpq(0)) == expected, seed
