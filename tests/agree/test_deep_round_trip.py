"""Theorem 3 there and back, and the way down: 1,000 points of 2 to 5 layers, exact and by other means."""

from __future__ import annotations

import random

import pytest

from symcrit.errors import LimitError
from symcrit.exact.field import number_to_json, sign
from symcrit.landscape.classify import classify
from symcrit.landscape.curve import Bottom
from symcrit.landscape.perturbation import descend
from symcrit.networks.linear import gradients_zero
from symcrit.networks.theorem_3 import build
from symcrit.networks.values import critical_value
from tests.networks.instances import random_capture, random_deep_data

CHUNK = 50
LARGE_FIELD = 6  # a degree from which conjugates of layers are left to other tests


def built(seed):
    """Build a point and return it with what A_(l,2) captures; None where the field is too large."""
    source = random.Random(seed)
    data = random_deep_data(source, 5)
    counts, null = random_capture(source, data)
    options = {"c": source.choice(["identity", "random"]), "l1": source.choice(["zero", "random"]), "seed": source.choice([None, seed])}
    try:
        point = build(data, counts, null, **options)
    except LimitError:
        return None
    degree = max((weight.field.degree for weight in point.weights if weight.level), default=1)
    return None if degree > LARGE_FIELD else (point, tuple(counts), null, options["l1"] == "zero")


@pytest.mark.parametrize("chunk", range(20))
def test_what_is_built_is_recovered_and_left(chunk):
    seen = 0
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        made = built(seed)
        if made is None:
            continue
        point, counts, null, plain = made
        assert all(gradients_zero(point)), seed
        found = classify(point, inertia=False)
        bottom = found.layers[0]
        assert (bottom.p, bottom.null) == (counts, null), seed
        if plain:  # Sigma_k has the eigenvalues that are captured, and 0
            captured = [(pair.value, count) for pair, count in zip(bottom.spectrum.positive(), counts, strict=True) if count]
            for layer in found.layers[1:]:
                assert [(pair.value, pair.multiplicity) for pair in layer.spectrum.positive()] == captured, (seed, layer.k)
                assert (layer.p, layer.null) == (tuple(count for _, count in captured), null), (seed, layer.k)
        for layer in found.layers:  # Proposition 4 with any k in place of 0
            pairs = [(pair.value, count) for pair, count in zip(layer.spectrum.positive(), layer.p, strict=True)]
            assert critical_value(point.data, pairs).approx() == number_to_json(found.loss)["approx"], (seed, layer.k)
        down = descend(point)
        assert isinstance(down, Bottom) == (found.kind == "global_minimum"), seed
        if not isinstance(down, Bottom):
            order = down.order
            assert sign(down.change.series(order + 1)[order]) < 0 and order == found.descent.order, seed
        seen += 1
    assert seen >= CHUNK // 2
