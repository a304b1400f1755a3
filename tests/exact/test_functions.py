"""Functions of e and matrices of them, against fractions at numbers and against SymPy."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy
from flint import fmpq

from symcrit.errors import InputError
from symcrit.exact.curves import CurveMatrix
from symcrit.exact.field import NumberField
from symcrit.exact.functions import Function, Radical
from symcrit.exact.rational import RationalMatrix

E = Function.letter()
LETTER = sympy.Symbol("e")


def random_function(source: random.Random) -> tuple[Function, sympy.Expr]:
    top, bottom = ([source.randint(-2, 2) for _ in range(3)] for _ in range(2))
    if not any(bottom):
        bottom[0] = 1
    quotient = [sympy.Add(*(value * LETTER**k for k, value in enumerate(part))) for part in (top, bottom)]
    return Function([fmpq(x) for x in top], [fmpq(x) for x in bottom]), quotient[0] / quotient[1]


@pytest.mark.parametrize("seed", range(40))
def test_arithmetic_is_that_of_sympy(seed):
    source = random.Random(seed)
    (f, x), (g, y) = random_function(source), random_function(source)
    pairs = [(f + g, x + y), (f - g, x - y), (f * g, x * y), (-f, -x)] + ([(f / g, x / y)] if g else [])
    for ours, theirs in pairs:
        top, bottom = sympy.fraction(sympy.cancel(theirs))
        num, den = (sum((int_(c) * LETTER**k for k, c in enumerate(part)), sympy.Integer(0))
                    for part in (ours.num, ours.den))
        assert sympy.expand(top * den - bottom * num) == 0
        assert len(ours.num) + len(ours.den) == sum(len(sympy.Poly(part, LETTER).all_coeffs()) * bool(part != 0)
                                                    for part in (top, bottom))  # in lowest terms


def int_(value: fmpq) -> sympy.Rational:
    return sympy.Rational(int(value.p), int(value.q))


@pytest.mark.parametrize("seed", range(12))
def test_series_are_those_of_sympy(seed):
    f, x = random_function(random.Random(seed + 100))
    if not f.den[0]:
        with pytest.raises(InputError, match="pole at 0"):
            f.series(3)
        return
    theirs = sympy.series(x, LETTER, 0, 6).removeO()
    assert [int_(c) for c in f.series(6)] == [theirs.coeff(LETTER, k) for k in range(6)]


def test_radicals():
    root = Radical(Function.of(0), Function.of(1), fmpq(3))
    assert root * root == 1 + 3 * E * E
    assert 1 / (1 + root) * (1 + root) == 1
    theirs = sympy.series(1 / (1 + sympy.sqrt(1 + 3 * LETTER**2)), LETTER, 0, 7).removeO()
    assert [int_(c) for c in (1 / (1 + root)).series(7)] == [theirs.coeff(LETTER, k) for k in range(7)]
    assert (E * root).at(fmpq(4), fmpq(7)) == 28  # 1 + 3 16 = 7^2
    with pytest.raises(InputError, match="not the square root"):
        root.at(fmpq(4), fmpq(-7))
    with pytest.raises(InputError, match="pole at 0"):
        (root / E).series(2)


def test_functions_over_a_field():
    field = NumberField.of([-2, 0, 1], 1)
    f = (E * field("s") + 1) * (E * field("s") - 1)
    assert f == 2 * E * E - 1
    assert (f / (E * field("s") - 1)).den == (1,)


@pytest.mark.parametrize("seed", range(20))
def test_matrices_at_a_generic_number(seed):
    source = random.Random(seed)
    rows, columns, rank = source.randint(1, 3), source.randint(1, 2), source.randint(0, 2)
    left = CurveMatrix([[random_function(source)[0] for _ in range(rank)] for _ in range(rows)], rank)
    right = CurveMatrix([[random_function(source)[0] for _ in range(columns)] for _ in range(rank)], columns)
    matrix = left @ right
    value = fmpq(97, 1013)  # no root of the small polynomials above
    number = RationalMatrix.of([[Fraction(int(x.p), int(x.q)) for x in row] for row in matrix.at(value)], matrix.shape)
    assert matrix.rank() == number.rank()
    pinv = matrix.pinv()
    assert pinv.at(value) == number.pinv().to_rows()
    assert (matrix @ pinv @ matrix - matrix).is_zero()


def test_exceptional_values():
    matrix = CurveMatrix([[E, 1], [0, E - 3]])
    assert [value.approx() for value in matrix.exceptional()] == ["0", "3"]
    assert [value.approx() for value in CurveMatrix([[1 / (E * E - 2)]]).exceptional()] == [
        "-1.4142135623730950488", "1.4142135623730950488"]
    field = NumberField.of([-2, 0, 1], 1)
    with pytest.raises(InputError, match="rational coefficients"):
        CurveMatrix([[E - field("s")]]).exceptional()
    assert CurveMatrix([], 2).exceptional() == ()
    with pytest.raises(InputError, match="no numerical value"):
        matrix.balls()
