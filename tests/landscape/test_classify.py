"""What points are: worked answers, degenerate data, number fields, and the global minimum by other means."""

from __future__ import annotations

import json
import random
from pathlib import Path
from types import SimpleNamespace

import pytest

from symcrit.errors import InputError
from symcrit.exact.field import number_to_json
from symcrit.exact.rational import RationalMatrix
from symcrit.interop.points import point_from_json, read_point
from symcrit.landscape import classify as module
from symcrit.landscape.classify import classify
from symcrit.landscape.predicates import PREDICATES
from symcrit.networks.linear import loss
from symcrit.networks.points import Point
from symcrit.networks.theorem_1 import build
from symcrit.networks.values import values
from tests.networks.instances import random_data, random_point, table

CASES = sorted(Path(__file__).parent.parent.joinpath("cases").glob("[sd]??.json"))


def test_there_are_cases():
    assert len(CASES) >= 10


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_worked_answers(path):
    expected = json.loads(path.with_suffix(".expect.json").read_text())
    found = classify(read_point(path)).to_json()
    for key in ("critical", "category", "gradients_zero", "kind", "hessian_inertia"):
        assert found[key] == expected[key], key
    assert found["loss"]["exact"] == expected["loss"]
    assert (found["descent"] or {"order": None})["order"] == expected["descent_order"]
    if "layers" in expected:
        assert [(layer["k"], layer["rank"]) for layer in found["layers"]] == [(layer["k"], layer["rank"]) for layer in expected["layers"]]
    for layer, other in zip(found.get("layers", [found]), expected.get("layers", [expected]), strict=True):
        assert_spectrum(layer["spectrum"], other["spectrum"])


def assert_spectrum(found, expected):
    for line, wanted in zip(found, expected, strict=True):
        assert (line["multiplicity"], line["captured"]) == (wanted["multiplicity"], wanted["captured"])
        assert line["value"]["approx"].startswith(wanted["approx"][:10])
        if len(wanted["minpoly"]) == 2:
            assert line["value"]["exact"] == str(-wanted["minpoly"][0])
        else:
            assert (line["value"]["minpoly"], line["value"]["root_from_top"]) == (wanted["minpoly"], wanted["root_from_top"])


FIELD = {"name": "s", "minpoly": [1, -3, 1], "root_from_top": 1}
GOLDEN = {"X": [[1, 0], [0, 1]], "Y": [[1, 1], [0, 1]], "widths": [2, 1, 2], "field": FIELD}
# name, point, kind, category, rank, captured, inertia (+, 0, -); each worked out by hand
ODD = [
    ("no hidden unit", {"X": [[1]], "Y": [[1]], "widths": [1, 0, 1], "weights": [[], [[]]]},
     "global_minimum", "global", 0, [0], (0, 0, 0)),
    ("no sample", {"X": [[]], "Y": [[]], "widths": [1, 1, 1], "weights": [[[2]], [[3]]]},
     "global_minimum", "global", 1, [1], (0, 2, 0)),
    ("no input", {"X": [], "Y": [[1]], "widths": [0, 1, 1], "weights": [[[]], [[5]]]},
     "global_minimum", "global", 1, [1], (0, 1, 0)),
    ("no output", {"X": [[1]], "Y": [], "widths": [1, 1, 0], "weights": [[[1]], []]},
     "global_minimum", "global", 0, [], (0, 1, 0)),
    ("X = 0", {"X": [[0, 0]], "Y": [[1, 2]], "widths": [1, 1, 1], "weights": [[[2]], [[3]]]},
     "global_minimum", "global", 1, [1], (0, 2, 0)),
    ("Y = 0, everything 0", {"X": [[1]], "Y": [[0]], "widths": [1, 1, 1], "weights": [[[0]], [[0]]]},
     "global_minimum", "global", 0, [0], (0, 2, 0)),
    ("Y = 0, A2 = 0", {"X": [[1]], "Y": [[0]], "widths": [1, 1, 1], "weights": [[[3]], [[0]]]},
     "global_minimum", "global", 0, [0], (1, 1, 0)),
    ("one sample, more hidden units than outputs",
     {"X": [[1], [2]], "Y": [[5]], "widths": [2, 2, 1], "weights": [[[5, 0], [0, 0]], [[1, 0]]]},
     "global_minimum", "global", 1, [1], (1, 5, 0)),
    ("a zero eigenvalue captured and sigma skipped", {"X": [[1]], "Y": [[1], [0]], "widths": [1, 1, 2],
     "weights": [[[0]], [[0], [1]]]}, "strict_saddle", "zero_capturing", 1, [0, 1], (1, 1, 1)),
    # capturing 0 and 1 while skipping 4: non-optimal order goes before zero capturing
    ("both", {"X": [[1, 0], [0, 1], [0, 0]], "Y": [[2, 0], [0, 1], [0, 0]], "widths": [3, 2, 3],
     "weights": [[[0, 1, 0], [0, 0, 0]], [[0, 0], [1, 0], [0, 1]]]},
     "strict_saddle", "non_optimal_order", 2, [0, 1, 1], (4, 6, 2)),
    # 4 twice, one of them captured
    ("a repeated eigenvalue in part", {"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 2]], "widths": [2, 1, 2],
     "weights": [[[2, 0]], [[1], [0]]]}, "global_minimum", "global", 1, [1], (2, 2, 0)),
    ("not critical", {"X": [[1]], "Y": [[1]], "widths": [1, 1, 1], "weights": [[[1]], [[0]]]},
     "not_critical", None, 0, [None], (1, 0, 1)),
]


@pytest.mark.parametrize(("tree", "kind", "category", "rank", "captured", "signs"), [case[1:] for case in ODD],
                         ids=[case[0] for case in ODD])
def test_odd_points(tree, kind, category, rank, captured, signs):
    found = classify(point_from_json(tree)).to_json()
    assert (found["kind"], found["category"], found["rank"]) == (kind, category, rank)
    assert [line["captured"] for line in found["spectrum"]] == captured
    assert tuple(found["hessian_inertia"][name] for name in ("positive", "zero", "negative")) == signs
    assert found["critical"] is (kind != "not_critical")


@pytest.mark.parametrize(("root", "kind", "signs"), [(1, "global_minimum", (3, 1, 0)), (2, "strict_saddle", (2, 1, 1))])
def test_one_of_two_conjugates(root, kind, signs):
    """Sigma = [[2, 1], [1, 1]] has the eigenvectors a = (s - 1, 1), and a'Y/a'a = (s - 1, s)/(s + 1) for A1."""
    tree = {**GOLDEN, "field": {**FIELD, "root_from_top": root}, "weights": [[["2/5*s - 1/5", "-1/5*s + 3/5"]], [["s - 1"], ["1"]]]}
    inverse = "-1/5*s + 4/5"  # of s + 1, as (s + 1)(4 - s) = -s^2 + 3 s + 4 = 5
    field = point_from_json(tree).weights[1].field
    assert field(inverse) * field("s + 1") == 1
    tree["weights"][0] = [[str(field(inverse) * field(entry)) for entry in ("s - 1", "s")]]
    found = classify(point_from_json(tree))
    assert (found.kind, found.captured) == (kind, (2 - root, root - 1))
    assert found.hessian_inertia is not None
    assert tuple(vars(found.hessian_inertia).values()) == signs
    assert number_to_json(found.loss)["approx"][:12] == ("0.1909830056" if root == 1 else "1.3090169943")


@pytest.mark.parametrize("seed", range(60))
def test_global_minimum_is_the_least_value(seed):
    """Against all values listed, and no point of the network lies below it."""
    source = random.Random(seed)
    data = random_data(source, 4)
    weights = (table(source, data.widths[1], data.widths[0], "fractions"), table(source, data.widths[2], data.widths[1], "fractions"))
    found = classify(Point(data.X, data.Y, weights))
    listed = values(data, limit=1).values[0]
    assert listed.is_global and listed.loss.relation(found.global_minimum) == "equal"
    assert not found.loss < 0 and (found.global_minimum.ball() <= found.loss or found.critical)


@pytest.mark.parametrize("seed", range(40))
def test_kind_is_decided_by_the_loss(seed):
    """A critical point is a global minimum if and only if its loss is the least."""
    point, _ = random_point(7000 + seed, 4)
    found = classify(point)
    least = number_to_json(loss(point))["approx"] == found.global_minimum.approx()
    assert (found.kind == "global_minimum") is least
    assert (found.descent is None) is least
    assert PREDICATES["global_minimum"](point) is least
    assert PREDICATES["strict_saddle"](point) is not least


def test_inertia_on_demand():
    data = random_data(random.Random(3), 3)
    point = build(data, [0] * len(values(data).spectrum.positive()))
    assert classify(point, inertia=False).hessian_inertia is None
    wide = Point(RationalMatrix.of([]).zeros(21, 1), RationalMatrix.of([[0]]),
                 (RationalMatrix.of([]).zeros(20, 21), RationalMatrix.of([]).zeros(1, 20)))
    assert classify(wide).hessian_inertia is None
    assert vars(classify(wide, inertia=True).hessian_inertia) == {"positive": 0, "zero": 440, "negative": 0}


@pytest.mark.parametrize(("weights", "activation", "message"), [
    (1, "linear", "2 layers or more are classified, not with 1"), (3, "relu", "2 layers are classified, not with 3")])
def test_other_networks_are_refused(weights, activation, message):
    one = RationalMatrix.of([[1]])
    with pytest.raises(InputError, match=message):
        classify(Point(one, one, (one,) * weights, activation))


def test_predicates_of_relu_points():
    data = {"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "widths": [2, 1, 2], "activation": "relu"}
    second = point_from_json({**data, "weights": [[[-1, 1]], [[0], [1]]]})
    dead = point_from_json({**data, "weights": [[[-1, -1]], [[3], [4]]]})
    best = point_from_json({**data, "weights": [[[2, -1]], [[1], [0]]]})
    for name, expected in (("critical", (True, True, True)), ("local_minimum", (True, True, True)), ("saddle", (False,) * 3),
                           ("global_minimum", (False, False, True)), ("degenerate_extremum", (False, True, False))):
        assert tuple(PREDICATES[name](point) for point in (second, dead, best)) == expected, name
    assert PREDICATES["local_maximum"](dead) and not PREDICATES["local_maximum"](second)
    with pytest.raises(InputError, match="not looked at"):
        PREDICATES["local_maximum"](best)


@pytest.mark.parametrize(("degree", "parameters", "depth", "critical", "expected"), [
    (1, 400, 3, True, True), (1, 401, 3, True, False),  # the limit
    (2, 200, 3, True, True), (2, 201, 3, True, False),  # a field counts
    (2, 400, 2, True, True), (2, 400, 2, False, False),  # but not where there is a closed form
])
def test_the_inertia_is_computed_unasked_up_to_400_rational_parameters(degree, parameters, depth, critical, expected):
    weight = SimpleNamespace(level=int(degree > 1), field=SimpleNamespace(degree=degree))
    point = SimpleNamespace(weights=[weight], parameters=parameters, depth=depth)
    assert module._affordable(point, critical) == expected
