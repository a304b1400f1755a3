"""Real algebraic numbers: reading, order, rounding; expected digits are Python's own decimals or published values."""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from fractions import Fraction

import pytest
from flint import fmpq, fmpz_poly
from hypothesis import given
from hypothesis import strategies as st

from symcrit.errors import InputError, LimitError
from symcrit.exact.algebraic import Algebraic, compare, decimal, factors, primitive, rounded, sorted_roots
from tests.exact.instances import fractions


def square_root(n: int) -> Algebraic:
    return Algebraic.root([-n, 0, 1], 1)


@pytest.mark.parametrize(("coefficients", "place", "part"), [
    ([-4, 0, 1], 1, "reducible"), ([0, 1, 1], 1, "reducible"), ([1, -2, 1], 1, "reducible"), ([-4, 0, 2], 1, "not primitive"),
    ([1, 0, 1], 1, "no real root"), ([-2, 0, 1], 3, "2 real roots"), ([-2, 0, 1], 0, "2 real roots"), ([-2, 0, 1], -1, "2 real roots"),
    ([5], 1, "degree"), ([], 1, "degree"), ([0], 1, "degree"), ([1, 0], 1, "degree"), ([2, 0, -1], 1, "positive"), (["1/2", 1], 1, "integers"),
    ("-2,0,1", 1, "list"), (None, 1, "list"), ([-2, 0, 1], "1", "place"), ([-2, 0, 1], True, "place"), ([-2, 0, 1], None, "place"),
    ([-2.0, 0, 1], 1, "float"), ([None, 1], 1, "exact"), ([-2, 0, 0, 0, 1], 3, "2 real roots"),
])
def test_what_is_no_root_is_refused(coefficients: object, place: object, part: str) -> None:
    with pytest.raises(InputError, match=part):
        Algebraic.root(coefficients, place)


@pytest.mark.parametrize(("coefficients", "place", "suggestion"), [
    ([-4, 0, 1], 2, '"minpoly": [2, 1], "root_from_top": 1'), ([0, -2, 0, 1], 3, '"minpoly": [-2, 0, 1], "root_from_top": 2'),
    ([-4, 0, 2], 1, '"minpoly": [-2, 0, 1], "root_from_top": 1'),
])
def test_a_reducible_polynomial_is_corrected(coefficients: object, place: object, suggestion: str) -> None:
    with pytest.raises(InputError) as caught:
        Algebraic.root(coefficients, place)
    assert suggestion in caught.value.suggestion


@pytest.mark.parametrize("coefficients", [[1] * 66, [-(10**1100), 0, 1], [0] * 10**6])
def test_limits(coefficients: list[int]) -> None:
    with pytest.raises(LimitError):
        Algebraic.root(coefficients, 1)


def test_order_of_all_roots() -> None:
    poly = fmpz_poly([0, 1]) * fmpz_poly([-2, 0, 1]) * fmpz_poly([-3, 2]) * fmpz_poly([-1, -1, 1]) * fmpz_poly([1, 0, 1])
    values = [float(root.approx()) for root in sorted_roots(poly)]
    assert values == [1.618033988749895, 1.5, 1.4142135623730951, 0.0, -0.6180339887498949, -1.4142135623730951]


def test_numbers_that_nearly_agree_are_told_apart() -> None:
    near = Algebraic.rational(Fraction(141421356237309504880168872420969807856967187537694807317667973799, 10**65))
    assert compare(square_root(2), near) == 1
    assert compare(near, square_root(2)) == -1
    assert compare(near, near) == 0


@given(st.lists(fractions, min_size=2, max_size=6))
def test_rational_order_is_that_of_fractions(values: list[Fraction]) -> None:
    assert [Algebraic.rational(x) for x in sorted(values)] == sorted(Algebraic.rational(x) for x in values)


@pytest.mark.parametrize("n", [2, 3, 5, 7, 99, 10**20 + 1])
def test_digits_of_square_roots(n: int) -> None:
    with localcontext(Context(prec=20)):
        assert Decimal(square_root(n).approx()) == Decimal(n).sqrt()


@pytest.mark.parametrize(("value", "expected"), [
    (Fraction(0), "0"), (Fraction(4), "4"), (Fraction(-1, 8), "-0.125"), (Fraction(1, 3), "0.33333333333333333333"), (Fraction(10**19), "1" + "0" * 19),
    (Fraction(2 * 10**20), "2e+20"), (Fraction(1, 10**8), "1e-8"), (Fraction(100000000000000000001, 10**20), "1.0000000000000000000"),
    (Fraction(100000000000000000005, 10**20), "1.0000000000000000000"), (Fraction(100000000000000000015, 10**20), "1.0000000000000000002"),
    (Fraction(-200000000000000000001, 3), "-66666666666666666667"), (Fraction(1, 10**3000), "1e-3000"), (Fraction(10**4000, 7), "1.4285714285714285714e+3999"),
])
def test_rational_decimals(value: Fraction, expected: str) -> None:
    assert decimal(fmpq(value.numerator, value.denominator)) == expected


def test_rounding_reports_what_it_could_not_decide() -> None:
    from flint import arb
    text, decided = rounded(lambda: arb(2).sqrt() ** 2 + arb("1e-19") / 2, 500)
    assert (text[:8], decided) == ("2.000000", False)


@pytest.mark.parametrize(("slope", "offset", "expected"), [("1", "0", "1.4142135623730950488"), ("-1", "0", "-1.4142135623730950488"),
                                                            ("1/2", "3", "3.7071067811865475244"), ("-2/3", "1", "0.057190958417936634132")])
def test_affine(slope: str, offset: str, expected: str) -> None:
    moved = square_root(2).affine(fmpq(*map(int, (slope + "/1").split("/")[:2])), fmpq(int(offset)))
    assert moved.approx() == expected
    assert Algebraic.root([int(c) for c in moved.minpoly.coeffs()], moved.root_from_top) == moved


def test_golden_ratio() -> None:
    golden = Algebraic.root([-1, -1, 1], 1)
    assert golden.approx() == "1.6180339887498948482"
    assert golden.to_json() == {"minpoly": [-1, -1, 1], "root_from_top": 1, "approx": "1.6180339887498948482"}
    assert Algebraic.rational("2/4").to_json() == {"exact": "1/2", "approx": "0.5"}
    assert golden.sign() == 1 and Algebraic.root([-1, -1, 1], 2).sign() == -1 and Algebraic.rational(0).sign() == 0


def test_factors_are_primitive_and_ordered() -> None:
    assert factors(fmpz_poly([-12, 0, 3]) * fmpz_poly([1, 1]) ** 2) == [
        (fmpz_poly([-2, 1]), 1), (fmpz_poly([1, 1]), 2), (fmpz_poly([2, 1]), 1)]
    from flint import fmpq_poly
    assert primitive(fmpq_poly([fmpq(1, 2), fmpq(-3, 4)])) == fmpz_poly([-2, 3])


def test_a_hostile_polynomial_is_answered_in_time() -> None:
    """Swinnerton-Dyer polynomials are irreducible but split into quadratics modulo every prime."""
    coefficients = [int(c) for c in fmpz_poly.swinnerton_dyer(5).coeffs()]
    assert Algebraic.root(coefficients, 1).approx()[:5] == "11.34"  # the sum of the square roots of 2, 3, 5, 7, 11
