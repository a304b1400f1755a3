"""Theorem 3 there and back: what every layer captures, against ranks; what is built, and what is refused."""

from __future__ import annotations

import random

import pytest
from flint import fmpq

from symcrit.errors import InputError, LimitError
from symcrit.exact.rational import RationalMatrix
from symcrit.interop.points import point_from_json
from symcrit.networks.linear import gradients_zero, loss
from symcrit.networks.points import Data
from symcrit.networks.theorem_3 import build, data_of, layers
from tests.networks.instances import random_capture, random_deep_data, sparse_deep_point

UNIT, TWO = RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[2, 0], [0, 1]])


def by_ranks(point, layer):
    """Count how often the column space of A_(l,k+2) meets each eigenspace: rational eigenvalues only."""
    x = point.product(layer.k, 1) @ point.X
    sigma = point.Y @ x.pinv() @ x @ point.Y.T
    above = point.product(point.depth, layer.k + 2)
    counts = []
    for pair in layer.spectrum.eigenvalues:
        space = (sigma - sigma.identity(sigma.rows).scale(pair.value.exact)).kernel()
        assert space.cols == pair.multiplicity
        counts.append(above.rank() + space.cols - above.beside(space).rank())
    assert sum(pair.multiplicity for pair in layer.spectrum.eigenvalues) == sigma.rows
    return tuple(counts)


def test_what_layers_capture_by_ranks():
    seen = 0
    for seed in range(1500):
        point = sparse_deep_point(seed)
        if point is None:
            continue
        for layer in layers(point, critical=True):
            if all(pair.value.exact is not None for pair in layer.spectrum.eigenvalues):
                assert layer.captured == by_ranks(point, layer), (seed, layer.k)
                assert layer.rank == sum(layer.captured)
                # Proposition 4 with every k in place of 0
                total = sum((count * pair.value.exact for pair, count in
                             zip(layer.spectrum.eigenvalues, layer.captured, strict=True)), fmpq(0))
                assert loss(point) == (point.data.yy - total) / 2, (seed, layer.k)
                seen += 1
    assert seen > 800


@pytest.mark.parametrize("chunk", range(4))
def test_random_layers_by_ranks(chunk):
    for seed in range(100 * chunk, 100 * chunk + 100):
        source = random.Random(seed)
        data = random_deep_data(source, 4)
        counts, null = random_capture(source, data)
        try:
            point = build(data, counts, null, c="random", l1="random", seed=seed)
        except LimitError:
            continue
        assert all(gradients_zero(point)), seed
        found = layers(point, critical=True)
        assert (*found[0].p, found[0].null)[:len(counts)] == tuple(counts)
        rational = [layer for layer in found if all(pair.value.exact is not None for pair in layer.spectrum.eigenvalues)]
        if all(weight.level == 0 for weight in point.weights):
            assert all(layer.captured == by_ranks(point, layer) for layer in rational), seed


def test_the_canonical_point():
    """With nothing in the other units every layer captures the same eigenvalues, and Sigma_k has no others but 0."""
    data = Data(UNIT, TWO, (2, 2, 3, 2))
    point = build(data, (0, 1))
    bottom, top = layers(point, critical=True)
    assert [(pair.value.exact, pair.multiplicity) for pair in bottom.spectrum.eigenvalues] == [(4, 1), (1, 1)]
    assert [(pair.value.exact, pair.multiplicity) for pair in top.spectrum.eigenvalues] == [(1, 1), (0, 1)]
    assert (bottom.captured, top.captured) == ((0, 1), (1, 0))
    assert bottom.out_of_order and not top.out_of_order and bottom.skipped == 0 and top.skipped is None
    assert point.product(3, 1) == RationalMatrix.of([[0, 0], [0, 1]])


def test_irrational_layers():
    """Sigma_1 over QQ(s) has the rational eigenvalue 0 and the captured one, whose conjugate is not an eigenvalue."""
    data = Data(UNIT, RationalMatrix.of([[1, 1], [0, 1]]), (2, 2, 2, 2))
    for capture, first in (((1, 0), "2.6180339887498948482"), ((0, 1), "0.38196601125010515180")):
        point = build(data, capture, c="random", seed=1)
        bottom, top = layers(point, critical=True)
        assert bottom.captured == capture
        assert [pair.value.approx() for pair in top.spectrum.eigenvalues] == [first, "0"]
        assert [pair.value.degree for pair in top.spectrum.eigenvalues] == [2, 1] and top.captured == (1, 0)
        assert top.spectrum.factors == ()


def test_rational_rows_of_an_irrational_layer():
    """A_1 has irrational entries but the row space of all of QQ^2, so Sigma_1 is Sigma."""
    field = {"name": "s", "minpoly": [-2, 0, 1], "root_from_top": 1}
    tree = {"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "widths": [2, 2, 2, 2], "field": field,
            "weights": [[["s", 0], [0, 1]], [["1/2*s", 0], [0, 1]], [[2, 0], [0, 1]]]}
    point = point_from_json(tree)
    assert all(gradients_zero(point)) and isinstance(data_of(point, 1), RationalMatrix)
    assert [layer.captured for layer in layers(point, critical=True)] == [(1, 1), (1, 1)]


def test_points_that_are_not_critical():
    point = point_from_json({"X": [[1]], "Y": [[1]], "widths": [1, 1, 1, 1], "weights": [[[2]], [[1]], [[1]]]})
    found = layers(point, critical=False)
    assert [layer.to_json()["spectrum"][0]["captured"] for layer in found] == [None, None]
    with pytest.raises(InputError, match="captures no singular values"):
        _ = found[0].p


@pytest.mark.parametrize(("capture", "options", "message"), [
    ((1, 1, 1), {}, "3 counts are given"),
    ((2, 0), {}, "p_1 = 2, but singular value 1"),
    ((1, 1), {}, "A_\\(3,2\\) is 2 x 1 and has rank 1 at most, but 2"),
    ((1, 0), {"null": 1}, "0 has multiplicity 0"),
    ((1, 0), {"l1": "some"}, "L1 is zero or random, not some"),
    ((1, 0), {"c": "some"}, "C is identity or random, not some"),
])
def test_what_cannot_be_built(capture, options, message):
    with pytest.raises(InputError, match=message):
        build(Data(UNIT, TWO, (2, 1, 2, 2)), capture, **options)
    assert build(Data(UNIT, TWO, (2, 1, 2, 2)), (1, 0)).widths == (2, 1, 2, 2)


def test_layers_too_large_to_be_built():
    with pytest.raises(LimitError, match="A2 is 20000 x 20000, which is too large to be built"):
        build(Data(UNIT, TWO, (2, 20000, 20000, 2)), (1, 0))
