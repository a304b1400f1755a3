"""What points of ReLU networks are: one-sided derivatives, kinks, several hidden units, and what is undetermined."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from flint import fmpq

from symcrit.api import classify
from symcrit.errors import InputError
from symcrit.exact.field import sign
from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.classify import classify as classified
from symcrit.landscape.hessian import hessian_inertia
from symcrit.networks import linear
from symcrit.networks import relu as network
from symcrit.networks.points import Point
from tests.networks.instances import table

EXAMPLE_1 = {"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "activation": "relu"}


def point_of(seed):
    """Make a point with small entries, so that many samples lie on hyperplanes of units."""
    source = random.Random(seed)
    d0, d1, d2, m = (source.randint(1, 3) for _ in range(4))
    kind = source.choice(["sparse", "integers"])
    return source, Point(table(source, d0, m, "integers"), table(source, d2, m, "integers"),
                         (table(source, d1, d0, kind), table(source, d2, d1, kind)), "relu")


def moved(point, direction, step):
    return point.moved(tuple(weight + part.scale(step) for weight, part in zip(point.weights, direction, strict=True)))


def test_derivatives_and_ways_down():
    """One-sided expansions are the loss at small steps; a critical point has no slope; a way down goes down."""
    kinds = Counter()
    for seed in range(400):
        source, point = point_of(seed)
        found = classified(point)
        base, slopes = network.loss(point), []
        for _ in range(6):
            direction = [table(source, w.rows, w.cols, "integers") for w in point.weights]
            along = network.loss_along(point, direction)
            slopes.append((along[1] if len(along) > 1 else fmpq(0),
                           network.loss_along(point, [-part for part in direction])))
            step = fmpq(1, 10**6)
            assert network.loss(moved(point, direction, step)) == sum((c * step**k for k, c in enumerate(along)), fmpq(0)), seed
        backward = [other[1] if len(other) > 1 else fmpq(0) for _, other in slopes]
        if found.critical:
            assert not any(slope for slope, _ in slopes) and not any(backward), seed
        if found.differentiable:
            assert all(slope == -back for (slope, _), back in zip(slopes, backward, strict=True)), seed
        if found.descent is not None:
            down = network.loss_along(point, found.descent.direction)
            assert sign(down[found.descent.order]) < 0 and not any(down[1:found.descent.order]), seed
            assert network.loss(moved(point, found.descent.direction, fmpq(1, 10**9))) < base, seed
        elif found.kind != "undetermined":
            near = [moved(point, [table(source, w.rows, w.cols, "integers") for w in point.weights], fmpq(1, 1000)) for _ in range(20)]
            assert not any(network.loss(other) < base for other in near), seed
        kinds[found.kind] += 1
    assert kinds["not_critical"] > 100 and kinds["strict_saddle"] + kinds["saddle"] > 10 and kinds["global_minimum"] > 5


def test_all_active_is_the_linear_network():
    """With positive X and A1 the loss is that of the linear network: gradients, Hessian and critical points agree."""
    for seed in range(40):
        source = random.Random(seed)
        d0, d1, d2, m = (source.randint(1, 3) for _ in range(4))
        x, first = (RationalMatrix.of([[source.randint(1, 4) for _ in range(c)] for _ in range(r)]) for r, c in ((d0, m), (d1, d0)))
        weights = (first, table(source, d2, d1, "fractions"))
        y = table(source, d2, m, "integers")
        straight, bent = Point(x, y, weights), Point(x, y, weights, "relu")
        assert network.gradients(bent) == linear.gradients(straight) and network.loss(bent) == linear.loss(straight)
        found = classified(bent)
        assert found.hessian_inertia == hessian_inertia(straight), seed
        assert found.critical == all(linear.gradients_zero(straight)), seed


@pytest.mark.parametrize(("weights", "widths", "kind", "critical", "boundary"), [
    ([[[2, -1]], [[1], [0]]], [2, 1, 2], "global_minimum", True, False),
    ([[[-1, 1]], [[0], [1]]], [2, 1, 2], "local_minimum", True, False),
    ([[[-1, -1]], [[3], [4]]], [2, 1, 2], "degenerate_extremum", True, False),
    ([[[0, 1]], [[0], [1]]], [2, 1, 2], "saddle", True, True),
    ([[[1, 1]], [[0], [0]]], [2, 1, 2], "not_critical", False, False),
    ([[[0, 0]], [[1], [1]]], [2, 1, 2], "local_maximum", False, True),
    ([[[1, -1], [-1, 1]], [[2, 0], [0, 1]]], [2, 2, 2], "global_minimum", True, False),
    ([[[2, -1], [-1, -1]], [[1, 3], [0, 4]]], [2, 2, 2], "local_minimum", True, False),
])
def test_points_of_example_1(weights, widths, kind, critical, boundary):
    found = classify({**EXAMPLE_1, "weights": weights, "widths": widths})
    assert (found.kind, found.critical, found.on_boundary) == (kind, critical, boundary)
    assert found.exit_code == (0 if critical else 1)


def test_what_is_not_decided_says_why():
    found = classify({"X": [[-2, -2], [1, -2], [2, -1]], "Y": [[0, -1]], "widths": [3, 2, 1],
                      "weights": [[[2, 2, 1], [2, 0, 2]], [[1, 1]]], "activation": "relu"})
    assert (found.kind, found.descent, found.critical) == ("undetermined", None, True)
    assert "each unit by itself is at a minimum" in found.to_json()["reason"]


def test_what_is_refused():
    tree = {**EXAMPLE_1, "widths": [2, 1, 2], "weights": [[[2, -1]], [[1], [0]]]}
    assert classify(tree, second_opinion=True).opinion.agrees
    with pytest.raises(InputError, match="with 2 layers are classified, not with 3"):
        classify({**EXAMPLE_1, "widths": [2, 1, 1, 2], "weights": [[[2, -1]], [[1]], [[1], [0]]]})
    with pytest.raises(InputError):
        classify(tree, nearest=True)
