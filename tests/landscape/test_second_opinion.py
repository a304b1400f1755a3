"""Second opinions: they agree on what is true, disagree with every lie, and say what they skipped and why."""

from __future__ import annotations

import dataclasses
import json
import random
from pathlib import Path

import pytest
from flint import fmpq

from symcrit.exact.algebraic import Algebraic
from symcrit.exact.inertia import Inertia
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import spectrum
from symcrit.interop.points import point_from_json, read_point
from symcrit.landscape import classify as classifier
from symcrit.landscape import second_opinion as module
from symcrit.landscape.classify import classify
from symcrit.landscape.perturbation import Curve
from symcrit.landscape.second_opinion import Check, Opinion, second_opinion
from symcrit.landscape.sympy_loss import SympyLoss
from symcrit.networks import linear
from symcrit.networks.points import Data, Point
from symcrit.networks.theorem_1 import build
from tests.landscape.test_classify import ODD
from tests.networks.instances import table

CASES = sorted(Path(__file__).parent.parent.joinpath("cases").glob("s??.json"))
NAMES = ["loss", "gradients", "descent", "perturbations", "pseudoinverse", "spectrum", "kind", "hessian"]
FIELD = {"name": "s", "minpoly": [1, -3, 1], "root_from_top": 1}
# Sigma = [[2, 1], [1, 1]]; the eigenvector of the smaller eigenvalue s is captured, so the point is a saddle
SADDLE = {"X": [[1, 0], [0, 1]], "Y": [[1, 1], [0, 1]], "widths": [2, 1, 2], "field": {**FIELD, "root_from_top": 2},
          "weights": [[["2/5*s - 3/5", "1/5*s + 1/5"]], [["s - 1"], ["1"]]]}


def verdicts(opinion):
    return {check.name: check.agrees for check in opinion.checks}


def saddle():
    """Make a rational saddle that captures 1 and skips 4."""
    data = Data(RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[2, 0], [0, 1]]), (2, 1, 2))
    return build(data, (0, 1))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_worked_answers(path):
    opinion = second_opinion(read_point(path))
    assert list(verdicts(opinion)) == NAMES
    assert opinion.agrees and not opinion.disagreements
    assert verdicts(opinion)["hessian"] is True


@pytest.mark.parametrize("tree", [case[1] for case in ODD], ids=[case[0] for case in ODD])
def test_odd_points(tree):
    opinion = second_opinion(point_from_json(tree))
    assert opinion.agrees
    assert {check.name for check in opinion.checks if check.agrees is None} <= {"descent", "perturbations"}


def test_over_a_number_field():
    point = point_from_json(SADDLE)
    found = classify(point)
    assert (found.kind, found.captured) == ("strict_saddle", (0, 1))
    assert set(verdicts(second_opinion(point, found)).values()) == {True}


def test_a_field_whose_polynomial_is_not_monic():
    """2 s^2 = 1: the numbers are those of SADDLE's kind, in another spelling."""
    tree = {"X": [[1]], "Y": [["1/2"]], "widths": [1, 1, 1], "field": {"name": "r", "minpoly": [-1, 0, 2], "root_from_top": 2},
            "weights": [[["r"]], [["r"]]]}
    opinion = second_opinion(point_from_json(tree))
    assert verdicts(opinion) == {**dict.fromkeys(NAMES, True), "descent": None}
    assert opinion.checks[2].detail == "there is no way down"


def test_relu_networks_in_open_cones_and_on_boundaries():
    """One unit: at A1 = A2 = 1 the loss 1/2 (a b - 1)^2 has the Hessian [[1, 1], [1, 1]]; at A1 = 0 there is a kink."""
    one, zero = RationalMatrix.of([[1]]), RationalMatrix.of([[0]])
    opinion = second_opinion(Point(one, one, (one, one), "relu"))
    assert verdicts(opinion) == {"loss": True, "gradients": True, "descent": None, "hessian": True}
    assert opinion.checks[-1].detail == "mpmath: 1 positive, 1 zero, 0 negative"
    opinion = second_opinion(Point(one, one, (zero, one), "relu"))
    assert verdicts(opinion) == {"loss": True, "gradients": None, "descent": True, "hessian": None}


def test_a_wrong_answer_on_a_relu_network_is_found():
    one = RationalMatrix.of([[1]])
    point = Point(one, one, (one, one.scale(3)), "relu")
    found = classify(point)
    for wrong, name in ((dataclasses.replace(found, loss=fmpq(1)), "loss"), (dataclasses.replace(found, gradients_zero=(True, False)), "gradients"),
                        (dataclasses.replace(found, hessian_inertia=Inertia(2, 0, 0)), "hessian")):
        assert [check.name for check in second_opinion(point, wrong).disagreements] == [name]


def test_json():
    opinion = Opinion((Check("loss", "the loss", False, "1 and 2"), Check("kind", "it", None, "too large")))
    assert json.loads(json.dumps(opinion.to_json())) == {"agrees": False, "checks": [
        {"name": "loss", "compared": "the loss", "agrees": False, "detail": "1 and 2"},
        {"name": "kind", "compared": "it", "agrees": None, "detail": "too large"}]}
    assert [check.name for check in opinion.disagreements] == ["loss"]


# ---- lies ----------------------------------------------------------------------------------------

LIES = [
    ("loss", {"loss": fmpq(1)}),
    ("gradients", {"gradients_zero": (True, False)}),
    ("gradients", {"gradients_zero": (False, False)}),
    ("kind", {"kind": "global_minimum"}),
    ("hessian", {"hessian_inertia": Inertia(3, 0, 1)}),
    ("hessian", {"hessian_inertia": Inertia(2, 2, 0)}),
]


@pytest.mark.parametrize(("name", "changes"), LIES)
def test_a_wrong_statement_is_noticed(name, changes):
    found = classify(saddle())
    assert second_opinion(found.point, found).agrees
    opinion = second_opinion(found.point, dataclasses.replace(found, **changes))
    assert not opinion.agrees
    assert name in [check.name for check in opinion.disagreements]


@pytest.mark.parametrize("changes", [{"order": 3}, {"order": 1}, {"loss": (fmpq(2), 0, fmpq(-1))}, {"loss": (fmpq(2), 0, fmpq(1, 2))}])
def test_a_wrong_way_down_is_noticed(changes):
    found = classify(saddle())
    down = dataclasses.replace(found.descent, **changes)
    opinion = second_opinion(found.point, dataclasses.replace(found, descent=down))
    assert [check.name for check in opinion.disagreements] == ["descent"]


@pytest.mark.parametrize("tree", [SADDLE, {**SADDLE, "field": FIELD}], ids=["the smaller root", "the larger root"])
def test_a_way_up_is_noticed(tree):
    """The loss along the direction is right, but it rises: what falls for one root of the field rises for the other."""
    point = point_from_json(tree)
    found = classify(point)
    element = point.weights[1].field
    zero = point.weights[1].zeros(1, 2)
    direction = (zero, point.weights[1].make(2, 1, [element(1), element(1)]))
    loss = tuple(linear.loss_along(point, linear.line(point, direction)))
    risen = classifier.Descent(2, True, direction, loss, linear.line(point, direction))
    assert "descent" in [check.name for check in second_opinion(point, dataclasses.replace(found, descent=risen)).disagreements]


def test_a_wrong_spectrum_and_a_wrong_least_loss_are_noticed():
    found = classify(saddle())
    other = spectrum(found.point.X, RationalMatrix.of([[2, 0], [0, "1.000000000000000000000000000000000000000000000001"]]))
    assert "spectrum" in [check.name for check in second_opinion(found.point, dataclasses.replace(found, layers=(dataclasses.replace(found.layers[0], spectrum=other),))).disagreements]
    fewer = spectrum(RationalMatrix.of([[1]]), RationalMatrix.of([[2]]))
    assert "spectrum" in [check.name for check in second_opinion(found.point, dataclasses.replace(found, layers=(dataclasses.replace(found.layers[0], spectrum=fewer),))).disagreements]
    for shift in (1, -1):
        wrong = found.global_minimum + type(found.global_minimum)([(fmpq(shift, 10**40), Algebraic.rational(1))])
        assert "kind" in [check.name for check in second_opinion(found.point, dataclasses.replace(found, global_minimum=wrong)).disagreements]


def test_sabotaged_gradients(monkeypatch):
    """A point that is not critical passes for a global minimum if the gradients are taken to be 0: SymPy objects."""
    one = RationalMatrix.of([[1]])
    point = Point(one, one, (one.scale(2), one))
    monkeypatch.setattr(classifier, "gradients_zero", lambda point: (True, True))
    found = classify(point)
    assert found.kind == "global_minimum"
    assert [check.name for check in second_opinion(point, found).disagreements] == ["gradients", "perturbations", "kind", "hessian"]


def test_sabotaged_loss(monkeypatch):
    honest = classifier.loss
    monkeypatch.setattr(classifier, "loss", lambda point: honest(point) + 1)
    assert {"loss"} <= {check.name for check in second_opinion(saddle()).disagreements}


def test_sabotaged_hessian(monkeypatch):
    honest = linear.hessian
    monkeypatch.setattr(linear, "hessian", lambda point: honest(point).scale(2))
    assert [check.name for check in second_opinion(saddle()).disagreements] == ["hessian"]


def test_sabotaged_pseudoinverse(monkeypatch):
    found = classify(saddle())
    monkeypatch.setattr(RationalMatrix, "pinv", lambda matrix: matrix.T.scale("1.0000000000000000000000000000000000000001"))
    monkeypatch.setattr(module, "perturbations", lambda point: [])  # they are made with it
    assert [check.name for check in second_opinion(found.point, found).disagreements] == ["pseudoinverse"]


def test_sabotaged_series(monkeypatch):
    """The loss change without the factor 1/2, as the paper prints it."""
    found, honest = classify(saddle()), Curve.change.func
    monkeypatch.setattr(Curve, "change", property(lambda curve: honest(curve) * 2))
    opinion = second_opinion(found.point, found)
    assert [check.name for check in opinion.disagreements] == ["perturbations"]
    assert opinion.checks[3].detail.startswith("item 1: the change of the loss; item 1: the series; item 1, normalised: the change")


# ---- what is not compared ------------------------------------------------------------------------

@pytest.mark.parametrize(("limit", "names"), [
    ("MOST_LINE", ["loss", "gradients", "descent", "hessian"]), ("MOST_CURVE", ["perturbations"]), ("MOST_PRODUCTS", ["gradients", "hessian"]), ("MOST_HESSIAN", ["hessian"]),
    ("MOST_DECOMPOSED", ["pseudoinverse", "spectrum", "kind"]), ("MOST_DEGREE", ["loss", "gradients", "descent", "hessian"]),
])
def test_what_is_skipped_is_listed_with_its_limit(monkeypatch, limit, names):
    monkeypatch.setattr(module, limit, 0)
    opinion = second_opinion(saddle())
    skipped = [check for check in opinion.checks if check.agrees is None]
    assert [check.name for check in skipped] == names
    assert all(check.detail.endswith("the limit is 0") for check in skipped)
    assert opinion.agrees


def test_an_inertia_that_was_not_asked_for():
    opinion = second_opinion(saddle(), classify(saddle(), inertia=False))
    assert opinion.checks[-1].agrees and opinion.checks[-1].detail.endswith("not asked for")


def test_losses_closer_than_the_digits_are_left_open():
    """10^-120 above the least loss: nothing that 50 digits can tell."""
    turned = RationalMatrix.of([["3/5", "4/5"], ["-4/5", "3/5"]]) @ RationalMatrix.of([[1, 0], [0, "1/1" + "0" * 60]])
    data = Data(RationalMatrix.of([[1, 0], [0, 1]]), turned, (2, 2, 2))
    found = classify(build(data, (1, 0)))
    assert found.kind == "strict_saddle"
    opinion = second_opinion(found.point, found)
    assert opinion.agrees
    assert verdicts(opinion)["kind"] is None
    best = classify(build(data, (1, 1)))
    lie = dataclasses.replace(best, kind="strict_saddle")
    assert verdicts(second_opinion(best.point, lie))["kind"] is False


def test_large_points_are_answered():
    source = random.Random(1)
    data = Data(table(source, 12, 12, "integers"), table(source, 12, 12, "integers"), (12, 12, 12))
    opinion = second_opinion(build(data, [0] * len(spectrum(data.X, data.Y).positive())))
    assert {name for name, agrees in verdicts(opinion).items() if agrees is None} == {"gradients", "hessian"}
    assert opinion.agrees


# ---- SymPy's loss --------------------------------------------------------------------------------

@pytest.mark.parametrize("widths", [(1, 1, 1, 1), (2, 1, 2, 1), (1, 2, 2, 1, 2), (2, 2, 2, 2), (2, 2)])
def test_deep_networks(widths):
    """Loss, gradients, lines and Hessian at any depth, against the rules of symcrit."""
    source = random.Random(str(widths))
    weights = tuple(table(source, rows, columns, "fractions") for columns, rows in zip(widths, widths[1:], strict=False))
    point = Point(table(source, widths[0], 2, "fractions"), table(source, widths[-1], 2, "integers"), weights)
    here = SympyLoss(point)
    assert here.value() == here.number(linear.loss(point))
    assert here.gradients() == [[entry for row in here.rows(gradient) for entry in row] for gradient in linear.gradients(point)]
    assert here.hessian() == here.rows(linear.hessian(point))
    direction = [table(source, weight.rows, weight.cols, "integers") for weight in weights]
    curve = linear.line(point, direction)
    assert here.along([[here.rows(part) for part in parts] for parts in curve]) == [here.number(c) for c in linear.loss_along(point, curve)]


@pytest.mark.parametrize("widths", [(2, 2, 2, 2), (1, 2, 1, 2, 1), (3, 1, 2, 2)])
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_second_opinions_on_deep_points(widths, layer):
    """Of a saddle where two layers are 0 and the others are not."""
    source = random.Random(str((widths, layer)))
    weights = [table(source, rows, columns, "fractions") for columns, rows in zip(widths, widths[1:], strict=False)]
    for k in range(len(weights)):
        if k != layer:
            weights[k] = weights[k].zeros(*weights[k].shape)
    x, y = table(source, widths[0], 3, "integers"), table(source, widths[-1], 3, "integers")
    point = Point(x, y, tuple(weights))
    found = classify(point)
    opinion = second_opinion(point, found)
    assert found.critical and opinion.agrees and all(value is not None for value in verdicts(opinion).values())
    assert verdicts(second_opinion(point, dataclasses.replace(found, kind="global_minimum")))["kind"] is False


def test_long_numbers():
    """The Hessian of numbers of 3,000 digits has longer ones than may be written in files."""
    long = RationalMatrix.of([["7/" + "3" * 3000]])
    opinion = second_opinion(Point(long, long, (long, long)))
    assert verdicts(opinion) == {**dict.fromkeys(NAMES, True), "perturbations": None}  # the point is not critical
    assert max(len(check.detail) for check in opinion.checks) < 400


def test_signs():
    here = SympyLoss(point_from_json(SADDLE))
    assert [here.sign(here.number(value)) for value in (0, 1, -2)] == [0, 1, -1]
    assert [here.sign(here.s - here.number(fmpq(38, 100))), here.sign(here.s - here.number(fmpq(39, 100)))] == [1, -1]
    assert here.sign(here.s - here.number(here.field("s - 1/1" + "0" * 60))) is None
    rational = SympyLoss(saddle())
    assert [rational.sign(rational.number(fmpq(value, 3))) for value in (0, 1, -2)] == [0, 1, -1]
