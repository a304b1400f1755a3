"""The perturbations of Proposition 3: exact change against the loss at numbers, orders, ranks, and every kind of point."""

from __future__ import annotations

import pytest
from flint import fmpq

from symcrit.errors import InputError
from symcrit.exact.field import sign
from symcrit.exact.functions import Function, Radical
from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.classify import GLOBAL_MINIMUM, classify
from symcrit.landscape.curve import Bottom, reach
from symcrit.landscape.perturbation import CHAIN, STEEPEST, descend, perturbations
from symcrit.networks.linear import loss
from symcrit.networks.points import RELU, Data, Point
from symcrit.networks.theorem_1 import build
from tests.networks.instances import random_point

ITEM_1, ITEM_2, ITEM_3 = (f"Zhou & Liang 2018, Proposition 3, item {k}" for k in (1, 2, 3))
UNIT = RationalMatrix.of([[1, 0], [0, 1]])
DIAGONAL = RationalMatrix.of([[2, 0], [0, 1]])  # sigma = 4, 1
E = Function.letter()


def test_item_1_has_the_factor_one_half():
    # captured 1 instead of 4: -1/2 e^2/(1 + e^2) (4 - 1), in the paper's normalised form and in the rational one
    curves = perturbations(build(Data(UNIT, DIAGONAL, (2, 1, 2)), (0, 1)))
    assert [(curve.theorem, curve.normalised) for curve in curves[:2]] == [(ITEM_1, False), (ITEM_1, True)]
    for curve in curves[:2]:
        assert curve.change == -3 * E * E / (2 * (1 + E * E))
        assert curve.change.series(5) == [0, 0, fmpq(-3, 2), 0, fmpq(3, 2)]
        assert (curve.order, curve.rank_after) == (2, 1)
    root = Radical(Function.of(0), Function.of(1), fmpq(1))
    assert curves[1].weights()[1].to_rows() == [[E / root], [1 / root]]  # (u + e v)/sqrt(1 + e^2)


def test_item_2_with_both_choices_of_the_parameters():
    # nothing captured: e1 = e2 = e gives -4 e^2 + 2 e^4, e2 = e1^2 gives -4 e^3 + 2 e^6; the rank rises by 1
    point = build(Data(UNIT, DIAGONAL, (2, 1, 2)), (0, 0))
    first, second = (curve for curve in perturbations(point) if curve.theorem == ITEM_2)
    assert first.change == -4 * E * E + 2 * E * E * E * E
    assert second.change == -4 * E * E * E + 2 * E * E * E * E * E * E
    assert [(curve.order, curve.rank_after) for curve in (first, second)] == [(2, 1), (3, 1)]
    assert descend(point) == first


def test_a_captured_zero_gives_way():
    # A2 = (0, 1)' captures 0 and skips 1: the paper has no perturbation for it
    point = Point(RationalMatrix.of([[1]]), RationalMatrix.of([[1], [0]]),
                  (RationalMatrix.of([[0]]), RationalMatrix.of([[0], [1]])))
    assert classify(point).category == "zero_capturing"
    assert descend(point).change == -E * E / (2 * (1 + E * E))


def test_item_3_rises():
    curve = perturbations(build(Data(UNIT, DIAGONAL, (2, 1, 2)), (1, 0)))[-1]
    assert (curve.theorem, curve.change) == (ITEM_3, 2 * E * E)  # 1/2 |A2 A1 X|^2 = 1/2 4


def test_irrational_singular_vectors():
    # sigma = (3 ± sqrt 5)/2; the change is -1/2 (difference = sqrt 5) e^2/(1 + e^2) once u and v have one length
    point = build(Data(UNIT, RationalMatrix.of([[1, 1], [0, 1]]), (2, 1, 2)), (0, 1))
    curve = descend(point)
    limit = curve.change.series(3)[2]
    ratio = curve.change.den[2]
    assert (limit / ratio).algebraic().minpoly.coeffs() == [-5, 0, 4]  # -sqrt(5)/2
    assert reach(curve.change).end is None


def test_every_point_has_what_its_category_promises():
    for seed in range(120):
        point, _ = random_point(seed, 4)
        found = classify(point, inertia=False)
        down = descend(point)
        assert isinstance(down, Bottom) == (found.kind == GLOBAL_MINIMUM)
        for curve in perturbations(point):
            leading = curve.change.series(curve.order + 1)[curve.order]
            assert sign(leading) == (1 if curve.theorem == ITEM_3 else -1)
            assert curve.rank_after == point.weights[1].rank() + (curve.theorem == ITEM_2)
            if curve.normalised:
                continue
            for value in (fmpq(1, 9), fmpq(-2, 3)):
                assert loss(curve.at(value)) - loss(point) == curve.change.at(value)
        if not isinstance(down, Bottom):
            end = reach(down.change).end
            inside = fmpq(1, 100) if end is None else fmpq(str(end.ball().lower().fmpq())) / 2
            assert sign(loss(down.at(inside)) - loss(point)) == -1


def test_the_normalised_form_is_the_other_one_on_a_circle():
    for seed in range(60):
        point, _ = random_point(seed, 4)
        curves = [curve for curve in perturbations(point) if curve.theorem == ITEM_1]
        if curves:
            plain, normalised = curves
            assert plain.change == normalised.change
            # sqrt(1 + c e^2) is rational at e = 2t/(1 - c t^2)
            ratio = next(f.c for f, _ in normalised.terms[1] if isinstance(f, Radical))
            t = fmpq(1, 97)
            below = 1 - ratio * (t * t)
            moved = normalised.at(2 * t / below, (1 + ratio * (t * t)) / below)
            assert loss(moved) - loss(point) == normalised.change.at(2 * t / below)


def test_away_from_critical_points():
    one, zero = RationalMatrix.of([[1]]), RationalMatrix.of([[0]])
    curve = descend(Point(one, one, (one, zero)))
    assert (curve.theorem, curve.order, curve.change) == (STEEPEST, 1, -E + E * E / 2)
    with pytest.raises(InputError, match="a gradient is not 0"):
        perturbations(Point(one, one, (one, zero)))
    with pytest.raises(InputError, match="2 layers"):
        descend(Point(one, one, (one, one), RELU))


@pytest.mark.parametrize(("change", "end", "both"), [
    (-E * E + E * E * E * E / 4, "2", True),
    (-E * E * E + 4 * E * E * E * E, "0.25", False),
    (E / (2 - E), "2", False),
    (-E * E / (1 + E * E), None, True),
    (-E * E * (1 + E), None, False),
])
def test_reach(change, end, both):
    found = reach(change)
    assert (None if found.end is None else found.end.approx(), found.both, found.sharp) == (end, both, True)


def test_a_wrong_limit_is_a_bug():
    point = build(Data(UNIT, DIAGONAL, (2, 1, 2)), (0, 1))
    curve = descend(point)
    with pytest.raises(AssertionError, match="tends to the point"):
        type(curve)(point, (curve.terms[0], ((Function.of(2), point.weights[1]),)), ITEM_1)


# ---- Theorem 4 -----------------------------------------------------------------------------------

UNIT, TWO = RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[2, 0], [0, 1]])
THEOREM_4 = [f"Zhou & Liang 2018, Theorem 4, item {k}" for k in (1, 2, 3)]


def test_deep_exchange_in_every_layer():
    """Sigma_0 = Sigma_1 has 4 and 1, of which 1 is captured twice over: -1/2 (4 - 1) e^2/(1 + e^2) by either layer."""
    point = Point(UNIT, TWO, (UNIT, RationalMatrix.of([[0, 1]]), RationalMatrix.of([[0], [1]])))
    curves = perturbations(point)
    assert [(curve.theorem, curve.normalised) for curve in curves] == [
        (THEOREM_4[0], False), (THEOREM_4[0], True), (THEOREM_4[0], False), (THEOREM_4[0], True), (THEOREM_4[2], False)]
    for curve in curves[:4]:
        assert curve.change == -(E * E) / (1 + E * E) * 3 / 2
        assert (curve.point.weights[-1].rank(), curve.rank_after) == (1, 1)
    first, second = (curve.at(fmpq(1, 2)).weights for curve in (curves[0], curves[2]))
    assert first[1] == point.weights[1] and first[0] != point.weights[0]
    assert second[0] == point.weights[0] and second[1] != point.weights[1]


def test_deep_addition():
    """A_3 captures 4 and has room: 1 is added, by A_2 and A_3 with A_1 fixed; the rank of A_3 grows."""
    first = RationalMatrix.of([[1, 0], [0, 0]])
    point = Point(UNIT, TWO, (UNIT, first, first.scale(2)))
    falling = [curve for curve in perturbations(point) if curve.theorem == THEOREM_4[1]]
    assert [curve.change for curve in falling] == [E * E * E * E / 2 - E * E, E * E * E * E * E * E / 2 - E * E * E]
    assert [curve.order for curve in falling] == [2, 3]
    for curve in falling:
        assert (curve.point.weights[-1].rank(), curve.rank_after) == (1, 2)
        assert curve.at(fmpq(1, 3)).weights[0] == UNIT


def test_points_that_theorem_4_leaves_open():
    first = RationalMatrix.of([[1, 0], [0, 0]])
    point = Point(UNIT, TWO, (first, first, first.scale(2)))
    assert [curve.theorem for curve in perturbations(point)] == [THEOREM_4[2]]
    down = descend(point)
    assert (down.order, down.theorem, down.rank_after) == (3, CHAIN, 2)
    assert down.change.series(4)[3] == -1


def test_deep_global_minima_have_no_way_down():
    document = descend(Point(UNIT, TWO, (UNIT, UNIT, TWO))).to_json()
    assert document["curve"] is None and document["theorem"] == "Zhou & Liang 2018, Proposition 5"


@pytest.mark.parametrize("depth", [6, 20])
def test_many_layers(depth):
    """With all weights 0 every layer changes by e: 1/2 (e^l - 1)^2 - 1/2; the product is not multiplied out term by term."""
    zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    down = descend(Point(one, one, (zero,) * depth))
    assert down.change.series(2 * depth + 2) == [*[0] * depth, -1, *[0] * (depth - 1), fmpq(1, 2), 0]


@pytest.mark.parametrize(("change", "text"), [
    ((0, 0, -3, 0, 1), "0 < |ε| < 1.7320508075688772935"),  # the root of 3 is 1.73205080756887729352...: rounded down as it is
    ((0, 0, -2, 0, 5), "0 < |ε| < 0.63245553203367586639"),  # the root of 2/5 is ...58663997...: to the nearest would be too much
    ((0, 0, -1, 9), "0 < ε < 1/9"),
])
def test_the_end_of_a_range_is_never_rounded_up(change, text):
    assert reach(Function(tuple(map(fmpq, change)))).to_json()["interval"] == text
