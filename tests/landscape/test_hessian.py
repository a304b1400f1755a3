"""The closed form of the inertia against the Hessian's own entries."""

from __future__ import annotations

import pytest

from symcrit.exact.spectrum import spectrum
from symcrit.landscape.hessian import critical_inertia, hessian_inertia
from tests.networks.instances import random_point


@pytest.mark.parametrize("chunk", range(8))
def test_closed_form(chunk):
    for seed in range(5000 + 40 * chunk, 5040 + 40 * chunk):
        point, captured = random_point(seed, 4)
        if sum(weight.field.degree for weight in point.weights if weight.level) <= 8:
            assert critical_inertia(point, spectrum(point.X, point.Y), captured) == hessian_inertia(point), seed
