"""Points over number fields that have nothing to do with the spectrum: the answers must be those of the rational point."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from symcrit.exact.field import NumberField, sign
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.exact.rational import RationalMatrix
from symcrit.interop.points import point_from_json
from symcrit.landscape.classify import classify
from symcrit.networks.linear import gradients_zero
from symcrit.networks.points import Data, Point
from symcrit.networks.theorem_1 import recover
from tests.networks.instances import random_point

FIELDS = [NumberField.of([-2, 0, 1], 1), NumberField.of([-2, 0, 0, 1], 1), NumberField.of([1, -6, 4], 2),
          NumberField.of([-1, -2, 1, 3], 1)]


def invertible(source, field, size):
    """Make a random invertible matrix over a field."""
    while True:
        found = FieldMatrix.of(field, [[f"{source.randint(-2, 2)}*s + {source.randint(0, 2)}" for _ in range(size)]
                                       for _ in range(size)], (size, size))
        if found.rank() == size:
            return found


@pytest.mark.parametrize("seed", range(60))
def test_change_of_hidden_units(seed):
    """A2 C, C^-1 A1 with C over a field: the same loss, spectrum, category and inertia."""
    point, captured = random_point(2000 + seed, 4)
    if any(weight.level for weight in point.weights) or not point.widths[1]:
        return
    change = invertible(random.Random(seed), FIELDS[seed % len(FIELDS)], point.widths[1])
    moved = point.moved((change.inverse() @ point.weights[0], point.weights[1] @ change))
    before, after = classify(point), classify(point_from_json(moved.to_json()))
    assert after.critical and after.captured == captured
    assert (after.kind, after.category, after.loss, after.rank) == (before.kind, before.category, before.loss, before.rank)
    assert after.hessian_inertia == before.hessian_inertia
    assert recover(moved).residual.is_zero()


def test_irrational_line_in_a_rational_eigenspace():
    """Sigma = diag(4, 4, 1, 0), A2 spans (1, sqrt 2, 0, 0): p = (1, 0), p-bar = 0."""
    unit = RationalMatrix.of([]).identity(4)
    target = RationalMatrix.of([[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]])
    second = FieldMatrix.of(FIELDS[0], [[1], ["s"], [0], [0]])
    found = classify(Point(unit, target, (FieldMatrix.of(FIELDS[0], [["2/3", "2/3*s", 0, 0]]), second)))
    assert (found.kind, found.captured, found.loss) == ("global_minimum", (1, 0, 0), Fraction(5, 2))
    # one column in the zero space, turned by 45 degrees towards nothing else: still p-bar
    third = FieldMatrix.of(FIELDS[0], [[1, 0], ["s", 0], [0, 0], [0, "s"]])
    first = FieldMatrix.of(FIELDS[0], [["2/3", "2/3*s", 0, 0], [0, 0, 0, 0]])
    found = classify(Point(unit, target, (first, third)))
    assert (found.category, found.captured) == ("zero_capturing", (1, 0, 1))
    assert sign(found.descent.loss[2]) < 0


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: str(field.degree))
def test_not_critical(field):
    data = Data(RationalMatrix.of([[1, 2], [0, 1]]), RationalMatrix.of([[1, 1], [3, 0]]), (2, 2, 2))
    weights = (FieldMatrix.of(field, [["s", 1], [0, "s + 1"]]), FieldMatrix.of(field, [[1, "s"], ["s^2", 2]]))
    found = classify(Point(data.X, data.Y, weights))
    assert gradients_zero(found.point) != (True, True)
    assert (found.kind, found.category, found.captured, found.descent.order) == ("not_critical", None, None, 1)
    assert sum(vars(found.hessian_inertia).values()) == 8
