"""Cones of several hidden units: every witness is what is said of it, and what the cones leave out is counted."""

from __future__ import annotations

import itertools
import random

import pytest
from flint import fmpq

from symcrit.errors import LimitError
from symcrit.exact.rational import RationalMatrix
from symcrit.interop.points import data_from_json
from symcrit.landscape import relu_cones
from symcrit.landscape.classify import classify
from symcrit.landscape.relu import relu
from symcrit.landscape.relu_cones import cones
from symcrit.networks.points import Data


def random_data(seed, units=None):
    """Make small data, now and then with equal, opposite or zero columns."""
    source = random.Random(seed)
    d0, d1, d2, m = source.choice([1, 2, 2, 3]), units or source.choice([1, 2, 2, 3]), source.choice([1, 2, 3]), source.randint(1, 4)
    x = [[source.randint(-2, 2) for _ in range(m)] for _ in range(d0)]
    if m > 1 and source.random() < 0.3:
        factor = source.choice([0, 1, -1])
        for row in x:
            row[1] = factor * row[0]
    y = [[source.randint(-2, 2) for _ in range(m)] for _ in range(d2)]
    return Data(RationalMatrix.of(x, (d0, m)), RationalMatrix.of(y, (d2, m)), (d0, d1, d2))


@pytest.mark.parametrize("chunk", range(4))
def test_witnesses_are_what_is_said_of_them(chunk):
    """Classification, which knows nothing of cones, agrees: critical, in an open cone, the loss, a minimum or a saddle."""
    for seed in range(25 * chunk, 25 * chunk + 25):
        found = cones(random_data(seed))
        for family in (family for cone in found.cones for family in cone.families):
            stated = classify(family.witness)
            assert stated.critical and not stated.on_boundary, seed
            assert (stated.kind in ("local_minimum", "global_minimum")) == bool(family.minima), (seed, stated.kind)
            assert stated.to_json()["loss"]["approx"] == found.loss(family).approx(), seed
            assert len(family.values) <= min(family.units)


def test_one_unit_is_the_landscape():
    for seed in range(100, 140):
        data = random_data(seed, units=1)
        ours = {(cone.face.positive, *family.values): bool(family.minima) for cone in cones(data).cones for family in cone.families}
        theirs = {(face.positive, row.value): row.minimum for face, rows in relu(data).cones for row in rows}
        assert ours == theirs, seed


@pytest.mark.parametrize("units", [1, 2, 3])
def test_patterns_by_counting(units):
    """All choices of a cone for every unit, and those in which the active entries are a rectangle."""
    for seed in range(200, 212):
        data = random_data(seed, units)
        found = cones(data)
        rows = [frozenset(cone.face.positive) for cone in found.cones]
        every = list(itertools.product(rows, repeat=units))
        rectangles = [pattern for pattern in every if len({row for row in pattern if row}) <= 1]
        assert found.patterns == (len(every), len(rectangles)), seed


def test_repeated_values_and_one_of_two_conjugates():
    """X = I, Y = 2 I: on J = {1, 2} the value 4 is there twice. Y'Y = [[2, 1], [1, 1]]: the values are (3 +- sqrt 5)/2."""
    found = cones(data_from_json({"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 2]], "widths": [2, 2, 2]}))
    both = next(cone for cone in found.cones if cone.face.positive == (0, 1))
    assert [([value.exact for value in family.values], family.minima) for family in both.families] == [([4], (1,)), ([4, 4], (2,))]
    assert not both.partial
    found = cones(data_from_json({"X": [[1, 0], [0, 1]], "Y": [[1, 1], [0, 1]], "widths": [2, 2, 2]}))
    both = next(cone for cone in found.cones if cone.face.positive == (0, 1))
    assert [(len(family.values), family.units, family.minima) for family in both.families] == [(2, (2,), (2,)), (1, (1, 2), (1,))]


def test_no_unit_can_rest_without_a_dead_cone():
    """For x = 1 and x = -1 some sample is always active: all units must be, and the network is never dead."""
    found = cones(data_from_json({"X": [[1, -1]], "Y": [[1, 2]], "widths": [1, 2, 1]}))
    assert [(cone.face.positive, [family.units for family in cone.families]) for cone in found.cones] == [((0,), [(2,)]), ((1,), [(2,)])]
    assert found.patterns == (4, 2)


def test_too_many_families(monkeypatch):
    monkeypatch.setattr(relu_cones, "MOST_FAMILIES", 1)
    with pytest.raises(LimitError, match="more than 1 families"):
        cones(data_from_json({"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "widths": [2, 2, 2]}))


def test_the_document_has_what_the_text_needs():
    found = cones(data_from_json({"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "widths": [2, 2, 2]})).to_json()
    assert found["coverage"]["patterns"] == 16 and found["coverage"]["gaps"] == 6
    family = found["cones"][0]["families"][0]
    assert [value["exact"] for value in family["captured"]] == ["4", "1"] and family["loss"]["exact"] == "0"
    assert fmpq(0) == fmpq(int(family["loss"]["exact"]))
