"""Spectral projectors of a symmetric rational matrix: rational for a whole factor, over QQ(s) for one root."""

from __future__ import annotations

from flint import fmpq, fmpq_mat, fmpq_poly, fmpz, fmpz_mat, fmpz_poly

from symcrit.errors import InputError
from symcrit.exact.algebraic import Algebraic
from symcrit.exact.field import NumberField
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.exact.matrix import square
from symcrit.exact.rational import RationalMatrix


def factor_space(matrix: RationalMatrix, factor: fmpz_poly) -> RationalMatrix:
    """Find a basis of the kernel of f(A): the sum of the eigenspaces of all roots of the factor f.

    Raises InputError if f does not divide the characteristic polynomial of A.

    >>> A = RationalMatrix.of([[2, 1, 0], [1, 1, 0], [0, 0, 5]])
    >>> factor_space(A, fmpz_poly([1, -3, 1]))
    RationalMatrix.of([['1', '0'], ['0', '1'], ['0', '0']])
    >>> factor_space(A, fmpz_poly([1, 1]))
    Traceback (most recent call last):
    symcrit.errors.InputError: no eigenvalue is a root of x + 1
    """
    size = square(matrix)
    numerators, denominator = matrix.integers()
    total, unit, power = fmpz_mat(size, size), matrix.identity(size).integers()[0], fmpz(1)
    for coefficient in reversed(factor.coeffs()):  # Horner, multiplied by the denominator once for every power
        total = total * numerators + unit * (coefficient * power)
        power = power * denominator
    kernel = RationalMatrix(total).kernel()
    if not kernel.cols:
        raise InputError(f"no eigenvalue is a root of {factor}")
    return kernel


def factor_projector(matrix: RationalMatrix, factor: fmpz_poly) -> RationalMatrix:
    """Compute the rational projector onto the sum of the eigenspaces of all roots of an irreducible factor.

    >>> factor_projector(RationalMatrix.of([[1, 1], [1, 1]]), fmpz_poly([-2, 1]))
    RationalMatrix.of([['1/2', '1/2'], ['1/2', '1/2']])
    >>> factor_projector(RationalMatrix.of([[1, 1], [1, 1]]), fmpz_poly([-3, 1]))
    Traceback (most recent call last):
    symcrit.errors.InputError: no eigenvalue is a root of x + (-3)
    """
    found: RationalMatrix = factor_space(matrix, factor).projector()
    return found


def spectral_projector(matrix: RationalMatrix, value: Algebraic, name: str = "s") -> FieldMatrix:
    """Compute the projector onto the eigenspace of one eigenvalue s, over QQ(s): sum of s^j M_j with rational M_j.

    Raises InputError if the value is not an eigenvalue.

    >>> A = RationalMatrix.of([[0, 1], [1, 0]])
    >>> spectral_projector(A, Algebraic.rational(1)).rational()
    RationalMatrix.of([['1/2', '1/2'], ['1/2', '1/2']])
    >>> spectral_projector(A, Algebraic.rational(2))
    Traceback (most recent call last):
    symcrit.errors.InputError: no eigenvalue is a root of x + (-2)
    """
    space, left, inside = _inside(matrix, value, name)
    found: FieldMatrix = space @ inside @ left
    return found


def eigenspace(matrix: RationalMatrix, value: Algebraic, name: str = "s") -> FieldMatrix:
    """Find a basis of the eigenspace of one eigenvalue s, with entries in QQ(s).

    >>> eigenspace(RationalMatrix.of([[2, 1], [1, 1]]), Algebraic.root([1, -3, 1], 1)).to_strings()
    [['1/5*s + 1/5'], ['2/5*s - 3/5']]
    >>> eigenspace(RationalMatrix.of([[1]]), Algebraic.rational(2))
    Traceback (most recent call last):
    symcrit.errors.InputError: no eigenvalue is a root of x + (-2)
    """
    space, _, inside = _inside(matrix, value, name)
    found: FieldMatrix = space @ inside.column_space()
    return found


def _inside(matrix: RationalMatrix, value: Algebraic, name: str) -> tuple[RationalMatrix, RationalMatrix, FieldMatrix]:
    """Return a basis K of the factor's space, K^+, and the projector inside that basis.

    Source: with T = K^+ A K and f(T) = 0 it is f(x)/(x - s) at x = T, divided by f'(s) (Lagrange).
    """
    space = factor_space(matrix, value.minpoly)
    left = space.pinv()
    block = left @ matrix @ space
    field = NumberField(value, name)
    slope = field(fmpq_poly(value.minpoly.derivative())).inverse()
    coefficients = value.minpoly.coeffs()
    parts = [fmpq_mat(block.rows, block.rows) for _ in range(field.degree)]
    power = block.identity(block.rows).flint
    for k in range(field.degree):
        weight = (field(fmpq_poly(coefficients[k + 1:])) * slope).poly
        for j in range(field.degree):
            parts[j] += power * fmpq(weight[j])
        power = power * block.flint
    return space, left, FieldMatrix(field, parts)
