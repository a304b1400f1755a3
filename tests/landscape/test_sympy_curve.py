"""SymPy along curves: it agrees with every perturbation, and notices every change made to one."""

from __future__ import annotations

import dataclasses

import pytest
from flint import fmpq

from symcrit.exact.functions import Function
from symcrit.landscape.perturbation import Curve, perturbations
from symcrit.landscape.sympy_curve import SympyCurve
from tests.landscape.test_second_opinion import SADDLE, saddle
from tests.networks.instances import random_point

ITEM_1, ITEM_2, ITEM_3 = (f"Zhou & Liang 2018, Proposition 3, item {k}" for k in (1, 2, 3))

@pytest.mark.parametrize("start", range(0, 120, 20))
def test_random_points(start):
    for seed in range(start, start + 20):
        point, _ = random_point(9000 + seed, 3)
        for curve in perturbations(point):
            assert SympyCurve(curve).faults() == [], (seed, curve.theorem, curve.normalised)


def test_a_root_over_a_number_field():
    from symcrit.interop.points import point_from_json

    curves = perturbations(point_from_json(SADDLE))
    assert [(curve.theorem, curve.normalised) for curve in curves] == [(ITEM_1, False), (ITEM_1, True), (ITEM_3, False)]
    assert [SympyCurve(curve).faults() for curve in curves] == [[], [], []]
    assert SympyCurve(curves[1]).degree == 2


def stating(curve, **stated):
    """Make a curve that states another change."""
    return type("Stating", (Curve,), stated)(curve.point, curve.terms, curve.theorem, curve.normalised)


e = Function.letter()


@pytest.mark.parametrize(("stated", "faults"), [
    ({"change": -3 * e * e / (1 + e * e)}, ["the change of the loss", "the series"]),  # the paper's
    ({"change": -e * e * 3 / 2}, ["the change of the loss", "the series"]),
    ({"change": -e * e * 3 / 2 / (1 + e * e), "order": 3}, ["the order"]),
    ({"change": e * e * 3 / 2 / (1 + e * e)}, ["the change of the loss", "the series"]),
])
def test_a_wrong_change_is_noticed(stated, faults):
    curve = perturbations(saddle())[0]
    assert curve.change == -e * e * 3 / 2 / (1 + e * e)
    assert SympyCurve(stating(curve, **stated)).faults() == faults


def test_a_wrong_sign_is_noticed():
    """A rising curve that is called falling, and the reverse."""
    falling, _, rising = perturbations(saddle())
    assert SympyCurve(dataclasses.replace(rising, theorem=ITEM_2)).faults() == ["the sign"]
    assert SympyCurve(dataclasses.replace(falling, theorem=ITEM_3)).faults() == ["the sign"]


def test_a_curve_that_starts_elsewhere_is_noticed():
    curve = perturbations(saddle())[0]
    moved = tuple(((terms[0][0] + fmpq(1, 10**30), terms[0][1]), *terms[1:]) for terms in curve.terms)
    elsewhere = object.__new__(Curve)  # without the check of its own
    for name, value in (("point", curve.point), ("terms", moved), ("theorem", curve.theorem), ("normalised", False)):
        object.__setattr__(elsewhere, name, value)
    assert "the curve does not start at the point" in SympyCurve(elsewhere).faults()
