"""The faces of arrangements of hyperplanes: against the signs of points, and against counts."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from flint import fmpq

from symcrit.exact.cones import strictly
from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.faces import Arrangement
from tests.networks.instances import table


def signs(x, row):
    heights = [sum(a * x.entry(i, j) for i, a in enumerate(row)) for j in range(x.cols)]
    return tuple((h > 0) - (h < 0) for h in heights)


@pytest.mark.parametrize("seed", range(30))
def test_faces_are_the_sign_vectors_of_points(seed):
    source = random.Random(seed)
    x = table(source, source.randint(1, 3), source.randint(1, 5), source.choice(["integers", "sparse"]))
    found = Arrangement(x)
    listed = {}
    for face in found.faces:
        row = [0] * x.rows
        for ray in face.rays:
            for k, i in enumerate(found.kept):
                row[i] += ray[k]
        listed[signs(x, row)] = face
        positive = tuple(j for j, side in enumerate(signs(x, row)) if side > 0)
        zero = tuple(j for j, side in enumerate(signs(x, row)) if side == 0 and j not in found.zero_columns)
        assert (face.positive, face.zero) == (positive, zero) and face.open == (not zero)
    assert len(listed) == len(found.faces)
    assert {signs(x, row) for row in itertools.product(range(-4, 5), repeat=x.rows)} <= set(listed)


@pytest.mark.parametrize(("size", "count"), [(1, 4), (2, 5), (3, 6), (4, 6)])
def test_counts_in_general_position(size, count):
    """There are 2 sum of C(n - 1, i), i < d, open cones (Schlaefli); columns (1, t, t^2, ...) are in general position."""
    x = RationalMatrix.of([[(t + 2) ** k for t in range(count)] for k in range(size)])
    planes = 1 if size == 1 else count
    wanted = 2 * sum(math.comb(planes - 1, i) for i in range(size))
    found = Arrangement(x)
    assert sum(face.open for face in found.faces) == wanted and len(found.faces) <= found.most_faces


def test_zero_parallel_and_opposite_columns():
    found = Arrangement(RationalMatrix.of([[1, 2, -3, 0, 0], [0, 0, 0, 0, 1]]))
    assert found.zero_columns == (3,) and len(found.planes) == 2
    assert [face.positive for face in found.faces if face.open] == [(0, 1, 4), (0, 1), (2, 4), (2,)]


@pytest.mark.parametrize("x", [RationalMatrix.of([[0, 0]]), RationalMatrix.of([], (0, 3)), RationalMatrix.of([[]], (1, 0))])
def test_no_hyperplane_at_all(x):
    (face,) = Arrangement(x).faces
    assert face.open and face.positive == face.zero == ()


@pytest.mark.parametrize("chunk", range(8))
def test_open_cones_by_trying_every_pattern(chunk):
    """Of 200 small degenerate sets of at most 8 samples: a pattern is a cone if and only if its inequalities have a solution."""
    for seed in range(25 * chunk, 25 * chunk + 25):
        source = random.Random(seed)
        size, count = source.randint(1, 3), source.choice([1, 2, 3, 4, 5, 6, 8])
        columns = [[source.randint(-1, 1) for _ in range(size)] for _ in range(count)]
        x = RationalMatrix.of([[column[i] for column in columns] for i in range(size)], (size, count))
        found = {face.positive for face in Arrangement(x).faces if face.open}
        used = [j for j, column in enumerate(columns) if any(column)]
        for pattern in itertools.product((1, -1), repeat=len(used)):
            rows = [[fmpq(side * entry) for entry in columns[j]] for side, j in zip(pattern, used, strict=True)]
            feasible = strictly(rows, size, []) is not None if rows else True
            assert feasible == (tuple(j for side, j in zip(pattern, used, strict=True) if side > 0) in found), (seed, pattern)
