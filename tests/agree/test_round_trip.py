"""Theorem 1 there and back: what a point was built to capture is what it is found to capture. 1,000 points."""

from __future__ import annotations

import pytest

from symcrit.exact.field import number_to_json
from symcrit.landscape.classify import classify
from symcrit.networks.linear import gradients_zero
from symcrit.networks.theorem_1 import recover
from symcrit.networks.values import critical_value
from tests.networks.instances import random_point

CHUNK, MOST_WIDTH = 50, 6


@pytest.mark.parametrize("chunk", range(20))
def test_what_is_built_is_recovered(chunk):
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        point, expected = random_point(seed, MOST_WIDTH)
        assert gradients_zero(point) == (True, True), seed
        found = classify(point)
        assert found.captured == expected, seed
        pairs = [(pair.value, count) for pair, count in zip(found.spectrum.positive(), expected, strict=False)]
        assert number_to_json(found.loss)["approx"] == critical_value(point.data, pairs).approx(), seed  # Proposition 1
        form = recover(point)
        assert form.captured == expected and form.residual.is_zero(), seed
        assert form.basis @ form.C == point.weights[1], seed
        assert form.C.rank() == point.widths[1], seed
