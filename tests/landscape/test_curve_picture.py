"""The loss along a curve as drawn: its heights against exact values, and what is marked."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from flint import fmpq

import symcrit as sc
from symcrit import cli
from symcrit.errors import InputError
from symcrit.exact.functions import Function
from symcrit.interop.points import point_from_json
from symcrit.landscape.curve import Curve, along, reach
from symcrit.landscape.curve_picture import STEPS, loss_at, window
from symcrit.landscape.perturbation import perturbations

UNIT = {"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "widths": [2, 1, 2]}  # Sigma = diag(4, 1)
ZERO = {"X": [[1]], "Y": [[1]], "widths": [1, 1, 1], "weights": [[[0]], [[0]]]}  # the loss is 1/2 (e^2 - 1)^2
SWAP = {**UNIT, "weights": [[[0, 1]], [[0], [1]]]}  # 1 is captured, 4 is not: the loss is 2 - 3/2 e^2/(1 + e^2)
DEEP = {"X": [[1]], "Y": [[1]], "widths": [1, 1, 1, 1], "weights": [[[0]], [[0]], [[0]]]}  # 1/2 (e^3 - 1)^2
DATA = {"X": [[1, 2, -1, 0], [0, 1, 0, 2], [1, -1, 1, 1]], "Y": [[0, 2, -1, 0], [-1, -1, 1, 1]], "widths": [3, 2, 2]}
e = Function.letter()


class Drawn:
    """What stands in the axes of a picture of a curve."""

    def __init__(self, curve: Any) -> None:
        made = curve.plot()
        axes, = made.axes
        self.title, self.limits = made.get_suptitle(), axes.get_ylim()
        self.names = [text.get_text() for text in made.legends[0].get_texts()]
        self.loss = axes.lines[0].get_xydata()
        self.leading = next((line.get_xydata() for line in axes.lines if line.get_linestyle() == "--"), None)
        self.least = axes.lines[-1].get_ydata()[0]
        self.start = tuple(axes.collections[0].get_offsets()[0])
        self.shaded = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in axes.patches]


def test_a_saddle_on_both_sides():
    """1/2 (e^2 - 1)^2 = 1/2 - e^2 + 1/2 e^4 is less than 1/2 exactly for 0 < |e| < sqrt 2; its least value is 0."""
    drawn = Drawn(sc.descend(ZERO))
    assert len(drawn.loss) == STEPS + 1
    for x, y in drawn.loss:
        assert y == pytest.approx(0.5 * (x * x - 1) ** 2, rel=1e-13, abs=1e-15)
    for x, y in drawn.leading:
        assert y == pytest.approx(0.5 - x * x, rel=1e-13, abs=1e-15)
    assert drawn.shaded == [(pytest.approx(-math.sqrt(2)), pytest.approx(math.sqrt(2)))]
    assert (drawn.start, drawn.least) == ((0, 0.5), 0)
    assert drawn.names == ["loss", "leading term -ε$^{2}$", "proved lower for 0 < |ε| < r ≈ 1.41421", "the point, loss 1/2",
                           "least loss 0"]


def test_one_side_and_order_three():
    """1/2 (e^3 - 1)^2 is less than 1/2 exactly for 0 < e < 2^(1/3)."""
    drawn = Drawn(sc.descend(DEEP))
    assert all(y == pytest.approx(0.5 * (x**3 - 1) ** 2, rel=1e-13, abs=1e-15) for x, y in drawn.loss)
    assert drawn.shaded == [(0, pytest.approx(2 ** (1 / 3)))]
    assert drawn.names[1:3] == ["leading term -ε$^{3}$", "proved lower for 0 < ε < r ≈ 1.25992"]
    assert drawn.loss[0][0] < 0 < 2 ** (1 / 3) < drawn.loss[-1][0]


def test_lower_for_all():
    """A curve with a limit: everything that is drawn is shaded."""
    drawn = Drawn(sc.descend(SWAP))
    assert all(y == pytest.approx(2 - 1.5 * x * x / (1 + x * x)) for x, y in drawn.loss)
    assert drawn.shaded == [(drawn.loss[0][0], drawn.loss[-1][0])]
    assert drawn.names[1:] == ["leading term -3/2 ε$^{2}$", "proved lower for 0 < |ε|", "the point, loss 2",
                               "least loss 1/2"]
    assert drawn.title == "loss along the curve: Zhou & Liang 2018, Proposition 3, item 1"


def test_a_number_field():
    """Sigma has the roots of 70 s^2 - 625 s + 734 as eigenvalues; heights against the loss of exact points."""
    curve = sc.descend(sc.build(DATA, [1, 0]))
    drawn = Drawn(curve)
    for x, y in drawn.loss[::100]:
        moved = curve.at(fmpq(*x.as_integer_ratio()))
        assert y == pytest.approx(float(sc.classify(moved, inertia=False).to_json()["loss"]["approx"]), rel=1e-14)
    assert drawn.start[1] == pytest.approx(9 / 2 - (625 + math.sqrt(625**2 - 4 * 70 * 734)) / 280)
    assert drawn.least == pytest.approx(1 / 28)


def test_a_curve_that_rises():
    """Item 3 for SWAP: scaling a row of A2 by 1 + e adds 1/2 e^2; the least loss 1/2 is in sight below 2."""
    curve = perturbations(point_from_json(SWAP))[-1]
    drawn = Drawn(curve)
    assert all(y == pytest.approx(2 + x * x / 2) for x, y in drawn.loss)
    assert drawn.names[2] == "proved higher for 0 < |ε|"
    assert drawn.names[-1] == "least loss 1/2, below"
    assert drawn.limits[0] > 0.5


def test_a_constant_loss():
    """Weights that output nothing may move in the other layer without any change."""
    point = point_from_json(ZERO)
    one = point.weights[0].make(1, 1, [1])
    constant = Curve(point, (((Function.of(1), point.weights[0]), (e, one)), ((Function.of(1), point.weights[1]),)), "a line")
    drawn = Drawn(constant)
    assert {y for _, y in drawn.loss} == {0.5}
    assert (drawn.leading, drawn.shaded, drawn.limits) == (None, [], (0, 1))
    assert drawn.names == ["loss", "the point, loss 1/2", "least loss 0"]


def test_the_way_down_of_classify():
    """Read off the direction, so the same polynomial as `classify` prints."""
    found = sc.classify(sc.build(UNIT, [0, 1]))
    curve = along(found.point, found.descent, "a direction")
    whole = curve.change + found.loss
    assert whole.num == tuple(found.descent.loss)
    assert Drawn(curve).title == "loss along the curve: a direction"


def test_cancellation_does_not_show():
    """(1 - e)^40, written with coefficients of up to 12 digits: floats alone would draw noise."""
    power = Function.of(1)
    for _ in range(40):
        power = power * (1 - e)
    heights = loss_at(power - 1, fmpq(1), [0.5, 1.0, 1.5])
    assert heights == [0.5**40, 0.0, 0.5**40]


def test_poles_have_no_height():
    pole, regular = loss_at(1 / (1 - e), fmpq(0), [1.0, 0.0])
    assert math.isnan(pole) and regular == 1


@pytest.mark.parametrize(("change", "left", "right"), [
    (-e * e + e * e * e * e / 2, -1.2 * math.sqrt(2), 1.2 * math.sqrt(2)),
    (e * e * e - 4 * e * e, -1.6, 4.8),
    (-e * e, -1.5, 1.5),  # the leading term is all of it
    (-e * e / (1 + 10**12 * e * e), -1.5e-6, 1.5e-6),  # half the leading term at 1e-6, or the next that is tried
])
def test_windows(change, left, right):
    assert window(change, reach(change)) == (pytest.approx(left, rel=0.2), pytest.approx(right, rel=0.2))


def test_a_global_minimum_has_no_picture(tmp_path):
    with pytest.raises(InputError, match="the point is a global minimum, so there is no way down to draw"):
        sc.descend({**ZERO, "weights": [[[1]], [[1]]]}).plot(tmp_path / "a.png")


def test_the_command_draws(tmp_path, capsys):
    trees = {"point": SWAP, "minimum": {**ZERO, "weights": [[[1]], [[1]]]}}
    for name, tree in trees.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(tree))
    point, minimum, picture = str(tmp_path / "point.json"), str(tmp_path / "minimum.json"), tmp_path / "a.svg"
    assert cli.main(["descend", point, "-q", "--picture", str(picture)]) == 0
    assert picture.read_text().startswith("<?xml")
    assert cli.main(["descend", point, "--picture", str(tmp_path / "no" / "a.svg")]) == 4
    assert "cannot write" in capsys.readouterr().err
    assert cli.main(["descend", minimum, "--picture", str(picture)]) == 4
    assert "no way down to draw" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="4"):
        cli.main(["descend", point, "--picture", "a.gif"])


def test_the_way_down_of_a_classification_is_drawn() -> None:
    tree = {"X": [[1]], "Y": [[1]], "widths": [1, 1, 1], "weights": [[[0]], [[0]]]}
    figure = sc.classify(tree).plot()
    assert figure.axes[0].get_xlabel()
    with pytest.raises(InputError, match="the point is a global minimum: there is no way down"):
        sc.classify({**tree, "weights": [[[1]], [[1]]]}).plot()
