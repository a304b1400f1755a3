"""Landscapes of ReLU networks with one hidden unit: the paper's example, kinks, and brute force on random data."""

from __future__ import annotations

import itertools
import json
import math
import random
from collections import Counter
from pathlib import Path

import pytest
from flint import fmpq

from symcrit.errors import InputError, LimitError
from symcrit.exact.field import sign
from symcrit.exact.rational import RationalMatrix
from symcrit.interop.points import data_from_json, read_point
from symcrit.landscape.classify import classify
from symcrit.landscape.relu import relu
from symcrit.networks import relu as network
from symcrit.networks.points import Data, Point

CASES = sorted(Path(__file__).parent.parent.joinpath("cases").glob("r??.json"))
EXAMPLE_1 = {"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "widths": [2, 1, 2]}
KINDS = {"global_minimum": {"global_minimum"}, "local_minimum": {"local_minimum"},
         "saddle": {"saddle", "strict_saddle", "local_maximum"},
         "degenerate_extremum": {"degenerate_extremum", "global_minimum"}}


def loss_of(document):
    return document["loss"]["exact"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_worked_answers(path):
    expected, found = json.loads(path.with_suffix(".expect.json").read_text()), classify(read_point(path))
    assert (found.critical, found.differentiable, found.on_boundary) == tuple(
        expected[key] for key in ("critical", "differentiable", "on_boundary"))
    assert str(found.loss) == expected["loss"]
    assert (found.kind in ("local_minimum", "global_minimum")) == expected["local_minimum"]
    assert (found.kind == "global_minimum") == expected.get("global_minimum", False)


def test_example_1_with_its_fourth_cone():
    """By hand: on J = {1} Sigma_J = diag(4, 0), on {2} diag(0, 1), on {1,2} Y'Y: no stationary point inside."""
    found = relu(data_from_json(EXAMPLE_1)).to_json()
    rows = {tuple(cone["J"]): [(family["sigma"]["exact"], loss_of(family), family["kind"]) for family in cone["families"]]
            for cone in found["cones"]}
    assert rows == {(1, 2): [], (1,): [("4", "1/2", "global_minimum")], (2,): [("1", "2", "local_minimum")], (): []}
    assert [(row["J"], loss_of(row), row["kind"]) for row in found["zero_output"]] == [([], "5/2", "degenerate_extremum")]
    assert loss_of(found["global_minimum"]) == "1/2" and found["global_minimum"]["interior"]
    assert [(row["J"], loss_of(row), row["flat"]) for row in found["spurious_local_minima"]] == [
        ([2], "2", False), ([], "5/2", True)]
    edges = {(tuple(row["J_positive"]), tuple(row["J_zero"])): (loss_of(row), row["kind"]) for row in found["boundary"]}
    assert edges[(1,), (2,)] == ("1/2", "global_minimum") and edges[(2,), (1,)] == ("2", "saddle")


def test_a_global_minimum_at_a_kink():
    """At A1 = (-1, 0), A2 = -3/5 the units are (1, 0, 2): the loss is 1/2 (4/25 + 1 + 1/25) = 3/5."""
    found = relu(data_from_json({"X": [[-1, 0, -2], [0, -1, 1]], "Y": [[-1, 1, -1]], "widths": [2, 1, 1]})).to_json()
    best = found["global_minimum"]
    assert (loss_of(best), best["interior"], best["differentiable"]) == ("3/5", False, False)
    assert best["witness"]["weights"] == [[["-1", "0"]], [["-3/5"]]]


def test_zero_columns_take_no_part():
    found = relu(data_from_json({"X": [[0, 1]], "Y": [[3, 1]], "widths": [1, 1, 1]})).to_json()
    assert found["zero_columns"] == [1] and loss_of(found["global_minimum"]) == "9/2"
    assert [cone["J"] for cone in found["cones"]] == [[2], []]


def test_irrational_eigenvalues():
    """On the cone where both are active Sigma_J is [[2, 1], [1, 1]]."""
    found = relu(data_from_json({"X": [[1, 0], [0, 1]], "Y": [[1, 1], [0, 1]], "widths": [2, 1, 2]})).to_json()
    best = found["global_minimum"]
    assert best["loss"] == {"minpoly": [1, -6, 4], "root_from_top": 2, "approx": "0.19098300562505257590"}
    assert best["witness"]["field"]["minpoly"] == [1, -3, 1] and best["interior"]


def test_more_units_are_refused():
    with pytest.raises(InputError, match="one hidden unit"):
        relu(data_from_json({**EXAMPLE_1, "widths": [2, 2, 2]}))


def test_progress_and_too_many_faces():
    seen = []
    relu(data_from_json(EXAMPLE_1), progress=lambda number, total: seen.append((number, total)))
    assert seen == [(k, 9) for k in range(9)]
    wide = RationalMatrix.of([[(j + 2) ** i for j in range(40)] for i in range(6)])
    with pytest.raises(LimitError, match="40 hyperplanes in 6 dimensions may have 319791889 faces; the limit is 1000000"):
        relu(Data(wide, RationalMatrix.of([[1] * 40]), (6, 1, 1)))


# ---- brute force ---------------------------------------------------------------------------------


def random_case(seed):
    """Make small integer data, now and then with equal, opposite, parallel or zero columns."""
    source = random.Random(seed)
    d0, d2, m = source.choice([1, 2, 2, 3]), source.choice([1, 1, 2]), source.randint(1, 4)
    x = [[source.randint(-2, 2) for _ in range(m)] for _ in range(d0)]
    if source.random() < 0.4 and m > 1:
        factor = source.choice([1, -1, 2, 0])
        for row in x:
            row[1] = factor * row[0]
    y = [[source.randint(-2, 2) for _ in range(m)] for _ in range(d2)]
    return source, Data(RationalMatrix.of(x, (d0, m)), RationalMatrix.of(y, (d2, m)), (d0, 1, d2))


@pytest.mark.parametrize("chunk", range(6))
def test_gradient_descent_ends_no_lower_than_the_global_minimum(chunk):
    """300 runs in floats from random starts; a run that converges does so to one of the losses that are listed."""
    for seed in range(10 * chunk, 10 * chunk + 10):
        source, data = random_case(1_000 + seed)
        found = relu(data)
        least = float(found.loss(found.best).approx())
        for _ in range(5):
            assert descended(source, data) > least - 1e-9, seed


def descended(source, data, steps=400, rate=0.02):
    """Run plain gradient descent in A1 and A2 and return the last loss."""
    x, y = ([[float(e.p) / float(e.q) for e in line] for line in matrix.to_rows()] for matrix in (data.X, data.Y))
    inner = [source.gauss(0, 1) for _ in x]
    outer = [source.gauss(0, 1) for _ in y]
    for _ in range(steps):
        hidden = [max(0.0, sum(a * line[j] for a, line in zip(inner, x, strict=True))) for j in range(data.X.cols)]
        error = [[b * h - e for h, e in zip(hidden, line, strict=True)] for b, line in zip(outer, y, strict=True)]
        back = [sum(b * line[j] for b, line in zip(outer, error, strict=True)) if hidden[j] else 0.0 for j in range(data.X.cols)]
        inner = [a - rate * sum(g * e for g, e in zip(back, line, strict=True)) for a, line in zip(inner, x, strict=True)]
        outer = [b - rate * sum(e * h for e, h in zip(line, hidden, strict=True)) for b, line in zip(outer, error, strict=True)]
    return sum(e * e for line in error for e in line) / 2


def best_loss(data, row):
    """Compute the loss with the best A2 for a row A1, in floats."""
    x, y = ([[float(e.p) / float(e.q) for e in line] for line in matrix.to_rows()] for matrix in (data.X, data.Y))
    hidden = [max(0.0, sum(a * line[j] for a, line in zip(row, x, strict=True))) for j in range(data.X.cols)]
    size, total = sum(h * h for h in hidden), sum(e * e for line in y for e in line)
    return (total - sum(sum(e * h for e, h in zip(line, hidden, strict=True)) ** 2 for line in y) / size) / 2 if size else total / 2


def directions(source, size):
    if size == 1:
        return [[1.0], [-1.0]]
    if size == 2:
        return [[math.cos(k * math.pi / 360), math.sin(k * math.pi / 360)] for k in range(720)]
    return [[source.gauss(0, 1) for _ in range(size)] for _ in range(400)]


@pytest.mark.parametrize("chunk", range(8))
def test_landscapes_by_brute_force(chunk):
    """No row A1 of a scan does better; every witness has its loss, its kind by `classify`, and neighbours to match."""
    kinds = Counter()
    for seed in range(25 * chunk, 25 * chunk + 25):
        source, data = random_case(seed)
        found = relu(data)
        least = float(found.loss(found.best).approx())
        scan = [best_loss(data, row) for row in directions(source, data.X.rows)]
        assert min(scan) > least - 1e-9, seed
        if data.X.rows == 2:  # every dip of the scan belongs to a local minimum that is listed
            listed = [float(found.loss(row).approx()) for row in (found.best, *found.spurious)]
            dips = [value for k, value in enumerate(scan) if value < min(scan[k - 1], scan[(k + 1) % len(scan)]) - 1e-12]
            assert all(min(abs(value - one) for one in listed) < 1e-2 for value in dips), seed
        for row in [*(row for _, rows in found.cones for row in rows), *found.zero_output, *found.boundary]:
            point, kind = row.witness, found.kind(row)
            stated = classify(point)
            assert stated.kind in KINDS[kind], seed
            assert stated.critical == (row.critical and stated.differentiable), seed
            changes = (sign(network.loss(near) - network.loss(point)) for near in neighbours(source, point))
            if kind != "saddle":
                assert -1 not in itertools.islice(changes, 12), seed
            elif stated.kind != "local_maximum":  # both signs: the way down expanded, and some way up
                lead = next(value for k, value in enumerate(stated.descent.loss) if k and value)
                assert sign(lead) < 0 and 1 in itertools.islice(changes, 400), seed
            kinds[kind] += 1
    assert len(kinds) == 4


def neighbours(source, point):
    while True:
        step = fmpq(1, source.choice([50, 1000]))
        moved = [weight + weight.make(weight.rows, weight.cols, [source.randint(-3, 3) * step for _ in range(weight.rows * weight.cols)])
                 for weight in point.weights]
        yield Point(point.X, point.Y, tuple(moved), "relu")
