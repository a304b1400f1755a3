"""Pseudoinverses and singular values at 50 digits, by mpmath with proved bounds, against the exact ones and SymPy's.

130 instances without full rank, rational and over number fields, small and tall entries.
"""

from __future__ import annotations

import random
from fractions import Fraction

import mpmath
import pytest
import sympy
from flint import arb, ctx

from symcrit.exact.field import NumberField
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.exact.precision import exact, pseudoinverse, singular_values
from symcrit.exact.rational import RationalMatrix

FIELDS = [NumberField.of([-2, 0, 1], 1), NumberField.of([1, -3, 1], 2), NumberField.of([-1, -2, 0, 2], 1)]


def product(source, entry, shape, rank):
    """Multiply two random factors, so that the rank is at most the one given."""
    m, n = shape
    return table(source, entry, m, rank) @ table(source, entry, rank, n)


def table(source, entry, rows, columns):
    field, make = entry
    entries = [[make(source) for _ in range(columns)] for _ in range(rows)]
    if field is None:
        return RationalMatrix.of(entries, (rows, columns))
    return FieldMatrix.of(field, entries, (rows, columns))


def deficient(source, entry, most):
    """Make a matrix whose rank is below both sizes."""
    m, n = source.randint(2, most), source.randint(2, most)
    return product(source, entry, (m, n), source.randint(0, min(m, n) - 1))


def small(source):
    return Fraction(source.randint(-3, 3), source.randint(1, 3))


def tall(source):
    return Fraction(source.randint(-9, 9)) * Fraction(10) ** source.randint(-20, 20)


def over(field):
    return field, lambda source: f"{source.randint(-2, 2)}*s + {source.randint(0, 2)}"


def agree(matrix, digits=50):
    """Compare with the exact pseudoinverse; return what was found."""
    found = pseudoinverse(matrix, digits)
    with ctx.workdps(6 * digits):
        balls = matrix.pinv().balls()
        squared = sum(((balls[i, j] - exact(found.value[i, j])) ** 2 for i in range(matrix.cols) for j in range(matrix.rows)), arb(0))
        assert squared.upper() <= arb(exact(found.bound)) ** 2
    return found


@pytest.mark.parametrize("seed", range(50))
def test_rational(seed):
    """SymPy's exact pseudoinverse lies within the bound as well."""
    matrix = deficient(random.Random(seed), (None, small), 4)
    found = agree(matrix)
    theirs = sympy.Matrix(matrix.rows, matrix.cols, [sympy.Rational(str(x)) for row in matrix.to_rows() for x in row])
    assert theirs.rank() == matrix.rank() < min(matrix.shape)
    wanted = theirs.pinv()
    with mpmath.workdps(80):
        for i in range(matrix.cols):
            for j in range(matrix.rows):
                assert abs(found.value[i, j] - mpmath.mpf(int(wanted[i, j].p)) / int(wanted[i, j].q)) <= found.bound + mpmath.mpf(10) ** -70


@pytest.mark.parametrize("seed", range(30))
def test_entries_of_very_different_size(seed):
    """Where a tolerance would cut off small singular values; the rank is 1 or 2 because exact arithmetic says so."""
    agree(deficient(random.Random(seed), (None, tall), 3))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: str(field.root))
@pytest.mark.parametrize("seed", range(10))
def test_number_fields(field, seed):
    """mpmath's approximations of a matrix over a field have full rank; the matrix itself has not."""
    agree(deficient(random.Random(seed), over(field), 3))


@pytest.mark.parametrize("seed", range(20))
def test_singular_values(seed):
    """The product of the positive ones, squared, is the sum of the squares of all minors of size rank (Cauchy, Binet)."""
    matrix = deficient(random.Random(seed), (None, small), 4)
    found, rank = singular_values(matrix), matrix.rank()
    gram = sympy.Matrix(matrix.rows, matrix.cols, [sympy.Rational(str(x)) for row in matrix.to_rows() for x in row])
    gram = gram * gram.T
    coefficients = gram.charpoly().all_coeffs()
    assert sum(value > 0 for value in found.value) == rank
    for k in range(rank + 1):  # all elementary symmetric functions of the squares
        with mpmath.workdps(60):
            squares = [value**2 for value in found.value]
            theirs = elementary(squares, k)
            wanted = sympy.Rational((-1) ** k) * coefficients[k]
            assert abs(theirs - mpmath.mpf(int(wanted.p)) / int(wanted.q)) < mpmath.mpf(10) ** -40 * (1 + abs(theirs))
    assert all(value == 0 for value in coefficients[rank + 1:])


def elementary(values, k):
    row = [mpmath.mpf(1)] + [mpmath.mpf(0)] * k
    for value in values:
        for j in range(k, 0, -1):
            row[j] += value * row[j - 1]
    return row[k]
