"""Theorem 1 from left to right and back: what is refused, what is sampled, and over which field."""

from __future__ import annotations

import random

import pytest

from symcrit.errors import InputError, LimitError, SizeError
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import sigma_matrix, spectrum
from symcrit.interop.points import data_from_json, point_from_json
from symcrit.landscape.classify import classify
from symcrit.networks.linear import gradients_zero
from symcrit.networks.points import Data, Point
from symcrit.networks.theorem_1 import build, captured_on, recover
from tests.networks.instances import random_data, random_point, table

ONE, TWO = RationalMatrix.of([[1]]), RationalMatrix.of([[1, 0], [0, 1]])
DIAGONAL = Data(TWO, RationalMatrix.of([[2, 0], [0, 1]]), (2, 1, 2))
GOLDEN = Data(TWO, RationalMatrix.of([[1, 1], [0, 1]]), (2, 2, 2))

IMPOSSIBLE = [
    (DIAGONAL, [1], 0, "1 counts are given, but Sigma has 2 different positive eigenvalues: 4"),
    (DIAGONAL, [1, 0, 0], 0, "3 counts are given"),
    (DIAGONAL, [2, 0], 0, r"p_1 = 2, but singular value 1 \(4\) has multiplicity 1"),
    (DIAGONAL, [-1, 0], 0, "p_1 = -1"),
    (DIAGONAL, [1, 1], 0, "has rank 1 at most, but 2 singular values"),
    (DIAGONAL, [0, 0], 1, "1 zero singular values are to be captured, but 0 has multiplicity 0"),
    (DIAGONAL, [0, 0], -1, "-1 zero singular values"),
    (DIAGONAL, [True, 0], 0, "integers"),
    (DIAGONAL, ["1", 0], 0, "integers"),
    (Data(ONE, ONE, (1, 0, 1)), [1], 0, "has rank 0 at most"),
    (Data(TWO, TWO, (2, 2, 2, 2)), [0], 0, "Theorem 1 is about 2 layers"),
    (Data(ONE, ONE, (1, 10**9, 1)), [0], 0, "too large"),
]


@pytest.mark.parametrize(("data", "capture", "null", "message"), IMPOSSIBLE)
def test_what_cannot_be_captured(data, capture, null, message):
    with pytest.raises(InputError, match=message):
        build(data, capture, null)


@pytest.mark.parametrize(("options", "error", "message"), [
    ({"c": RationalMatrix.of([[0]])}, SizeError, "C is an invertible 1 x 1 matrix"),
    ({"c": TWO}, SizeError, "C is an invertible 1 x 1 matrix"),
    ({"c": "diagonal"}, InputError, "C is identity or random"),
    ({"l1": "one"}, InputError, "L1 is zero or random"),
    ({"l1": ONE}, SizeError, "L1 is 1 x 2, not 1 x 1")])
def test_c_and_l1_that_do_not_fit(options, error, message):
    with pytest.raises(error, match=message):
        build(DIAGONAL, [1, 0], **options)


def test_l1_must_satisfy_equation_3():
    """At rank 0 of A2 with d1 = 1, eq. (3) is Y L1' = 0, so only L1 = 0 remains."""
    with pytest.raises(InputError, match=r"does not satisfy eq. \(3\)"):
        build(DIAGONAL, [0, 0], l1=RationalMatrix.of([[1, 0]]))
    wide = Data(TWO, DIAGONAL.Y, (2, 2, 2))
    fits, misfits = RationalMatrix.of([[0, 0], [3, 0]]), RationalMatrix.of([[0, 0], [0, 3]])
    assert gradients_zero(build(wide, [1, 0], l1=fits)) == (True, True)  # 3 in the direction that is captured
    with pytest.raises(InputError, match=r"eq. \(3\)"):
        build(wide, [1, 0], l1=misfits)


def test_residual_shows_whether_equation_3_holds():
    """A2 of rank 1 with an idle hidden unit: any row of A1 there that meets the missed direction breaks (3)."""
    second = RationalMatrix.of([[1, 0], [0, 0]])
    for row, holds in (([5, 0], True), ([0, 5], False)):
        form = recover(Point(TWO, DIAGONAL.Y, (RationalMatrix.of([[2, 0], row]), second)))
        assert form.residual.is_zero() is holds
        assert (form.p, form.null, form.rank) == ((1, 0), 0, 1)


def test_recover_refuses_what_is_not_invariant():
    with pytest.raises(InputError, match="not invariant"):
        recover(Point(TWO, DIAGONAL.Y, (RationalMatrix.of([[0, 0]]), RationalMatrix.of([[1], [1]]))))
    with pytest.raises(InputError, match="3"):
        recover(Point(ONE, ONE, (ONE, ONE, ONE)))


@pytest.mark.parametrize("seed", range(40))
def test_form_reproduces_the_point(seed):
    """Eqs. (1) and (2) with G = C^-1 [B^+; 0], a {1,2,3}-inverse of A2, and L1 = A1."""
    point, _ = random_point(300 + seed, 4)
    form, (a1, a2) = recover(point), point.weights
    back = form.C.inverse()
    basis = form.basis.block(range(form.basis.rows), range(form.rank))
    g = back.block(range(back.rows), range(form.rank)) @ basis.pinv()
    assert a2 @ g @ a2 == a2 and g @ a2 @ g == g and a2 @ g == (a2 @ g).T
    pinv_x = point.X.pinv()
    assert g @ point.Y @ pinv_x + form.L1 - g @ a2 @ form.L1 @ point.X @ pinv_x == a1


@pytest.mark.parametrize("seed", range(40))
def test_invariant_subspaces(seed):
    """Every part of col(A2) has the dimension that is captured, and f(Sigma) is 0 on it."""
    point, captured = random_point(600 + seed, 4)
    form, sigma = recover(point), sigma_matrix(point.X, point.Y)
    for factor, _ in form.spectrum.factors:
        part = form.subspace(factor)
        assert part.rank() == part.cols == sum(count for pair, count in zip(form.spectrum.eigenvalues, captured, strict=True)
                                               if pair.value.minpoly == factor)
        value = part.zeros(*part.shape)
        for coefficient in reversed(factor.coeffs()):
            value = sigma @ value + part.scale(coefficient)
        assert value.is_zero()


def test_whole_factors_stay_rational():
    assert not any(weight.level for weight in build(GOLDEN, [1, 1], c="random", l1="random", seed=1).weights)
    assert not any(weight.level for weight in build(GOLDEN, [0, 0], c="random", l1="random", seed=1).weights)
    assert {weight.field.degree for weight in build(GOLDEN, [0, 1]).weights} == {2}


def blocks(first, second):
    """Make data whose Sigma has the blocks F F' and S S'."""
    rows = [[*row, 0, 0] for row in first] + [[0, 0, *row] for row in second]
    return Data(RationalMatrix.of([]).identity(4), RationalMatrix.of(rows), (4, 2, 4))


@pytest.mark.parametrize(("second", "capture", "degree"), [
    ([[1, 2], [0, 1]], [1, 1, 0, 0], 4),  # 3 + 2 sqrt 2 and (3 + sqrt 5)/2
    ([[1, 1], [0, 2]], [1, 1, 0, 0], 2),  # 3 + sqrt 5 and (3 + sqrt 5)/2: one field has both
    ([[1, 1], [0, 2]], [1, 0, 1, 0], 1),  # both conjugates of one factor
    ([[1, 1], [1, 0]], [1, 1], 1), ([[1, 1], [1, 0]], [2, 0], 2)])  # every eigenvalue twice
def test_fields_of_two_blocks(second, capture, degree):
    point = build(blocks([[1, 1], [0, 1]], second), capture, c="random", l1="random", seed=1)
    assert {weight.field.degree if weight.level else 1 for weight in point.weights} == {degree}
    read = point_from_json(point.to_json())
    assert classify(read).captured == classify(point).captured == tuple(capture)


def test_too_many_conjugates():
    source = random.Random(1)
    data = Data(RationalMatrix.of([]).identity(8), table(source, 8, 8, "integers"), (8, 8, 8))
    assert [factor.degree() for factor, _ in spectrum(data.X, data.Y).factors] == [8]
    with pytest.raises(LimitError, match="4 of 8 conjugates needs a field of degree 70"):
        build(data, [1, 1, 1, 1, 0, 0, 0, 0])
    assert classify(build(data, [1, 1, 1, 1, 0, 1, 1, 1])).captured == (1, 1, 1, 1, 0, 1, 1, 1)


def test_field_that_is_not_monic():
    """Sigma with eigenvalues that are no algebraic integers."""
    data = data_from_json({"X": [["1/2", 0], [0, 1]], "Y": [[1, "1/3"], ["1/2", 1]], "widths": [2, 1, 2]})
    assert int(spectrum(data.X, data.Y).factors[0][0].coeffs()[-1]) != 1
    for capture in ([1, 0], [0, 1]):
        point = point_from_json(build(data, capture, c="random", l1="random", seed=2).to_json())
        assert classify(point).captured == tuple(capture)


def test_the_same_seed_gives_the_same_point():
    data = random_data(random.Random(11), 5)
    capture = [0] * len(spectrum(data.X, data.Y).positive())
    made = [build(data, capture, c="random", l1="random", seed=7).to_json() for _ in range(2)]
    assert made[0] == made[1]


def test_captured_on_subspaces():
    """The multiplicities in invariant spans against the trace of Sigma on them."""
    data = Data(TWO, RationalMatrix.of([[1, 0], [0, 1]]), (2, 1, 2))
    found = spectrum(data.X, data.Y)
    assert captured_on(data.X, data.Y, found, RationalMatrix.of([[3], [4]])) == (1,)
    assert captured_on(data.X, data.Y, found, RationalMatrix.of([[0], [0]])) == (0,)
    assert sigma_matrix(data.X, data.Y).trace() == 2
