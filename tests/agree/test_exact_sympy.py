"""The exact core against SymPy, and its pseudoinverse against mpmath at 50 digits, on small degenerate instances."""

from __future__ import annotations

import random
from fractions import Fraction

import mpmath
import pytest
import sympy
from flint import fmpq_mat
from sympy.polys.matrices import DomainMatrix

from symcrit.exact.field import NumberField
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.exact.inertia import inertia
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import spectrum

SEEDS = range(100)


def instance(seed: int, symmetric: bool = False) -> RationalMatrix:
    """Make a matrix of any shape and rank up to 4 x 5, with small entries and zero blocks."""
    source = random.Random(seed)
    m, n, r = source.randint(1, 4), source.randint(1, 5), source.randint(0, 4)

    def table(rows: int, columns: int) -> RationalMatrix:
        return RationalMatrix.of([[Fraction(source.randint(-3, 3), source.randint(1, 3)) for _ in range(columns)]
                                  for _ in range(rows)], (rows, columns))

    left = table(m, r)
    if symmetric:
        middle = table(r, r)
        return left @ (middle + middle.T) @ left.T
    return left @ table(r, n)


def to_sympy(matrix: RationalMatrix) -> sympy.Matrix:
    return sympy.Matrix(matrix.rows, matrix.cols, [sympy.Rational(int(x.p), int(x.q)) for row in matrix.to_rows() for x in row])


def from_sympy(matrix: sympy.Matrix) -> RationalMatrix:
    return RationalMatrix.of([[str(x) for x in row] for row in matrix.tolist()], matrix.shape)


@pytest.mark.parametrize("seed", SEEDS)
def test_rank_kernel_and_pseudoinverse(seed: int) -> None:
    matrix = instance(seed)
    theirs = to_sympy(matrix)
    assert matrix.rank() == theirs.rank()
    assert matrix.pinv() == from_sympy(theirs.pinv())
    kernel, columns = matrix.kernel(), theirs.nullspace()
    assert (matrix @ kernel).is_zero()
    assert kernel.rank() == kernel.cols == len(columns)
    assert len(matrix.column_space().to_rows()[0]) == theirs.rank()


@pytest.mark.parametrize("seed", SEEDS)
def test_characteristic_polynomial_and_inertia(seed: int) -> None:
    matrix = instance(seed, symmetric=True)
    theirs = sympy.Poly(to_sympy(matrix).charpoly().as_expr(), sympy.Symbol("lambda"))
    ours = matrix.flint.charpoly().coeffs()
    assert [str(x) for x in reversed(ours)] == [str(x) for x in theirs.all_coeffs()]
    counted = inertia(matrix)
    assert counted.positive == sum(k for root, k in sympy.real_roots(theirs, multiple=False) if root > 0)
    assert counted.zero == matrix.rows - to_sympy(matrix).rank()


@pytest.mark.parametrize("seed", SEEDS)
def test_pseudoinverse_at_fifty_digits(seed: int) -> None:
    matrix = instance(seed)
    with mpmath.workdps(60):
        theirs = mpmath.matrix([[mpmath.mpf(int(x.p)) / int(x.q) for x in row] for row in matrix.to_rows()])
        u, s, v = mpmath.svd_r(theirs)
        kept = sum(x > mpmath.mpf(10) ** -30 for x in s)
        assert kept == matrix.rank()
        found = matrix.pinv()
        for i in range(matrix.cols):
            for j in range(matrix.rows):
                near = mpmath.fsum(v[k, i] * u[j, k] / s[k] for k in range(kept))
                exact = found.entry(i, j)
                assert abs(near - mpmath.mpf(int(exact.p)) / int(exact.q)) < mpmath.mpf(10) ** -50


@pytest.mark.parametrize("shape", [(0, 0), (0, 2), (2, 0)])
def test_empty_matrices(shape: tuple[int, int]) -> None:
    matrix = RationalMatrix(fmpq_mat(*shape))
    theirs = sympy.zeros(*shape)
    assert (matrix.rank(), matrix.pinv().shape) == (theirs.rank(), theirs.pinv().shape)
    assert matrix.kernel() == RationalMatrix(fmpq_mat(shape[1], shape[1], [int(i == j) for i in range(shape[1]) for j in range(shape[1])]))


@pytest.mark.parametrize("seed", range(40))
def test_spectrum(seed: int) -> None:
    x, source = instance(seed), random.Random(seed)
    y = RationalMatrix.of([[source.randint(-2, 2) for _ in range(x.cols)] for _ in range(source.randint(1, 3))])
    theirs = to_sympy(y) * to_sympy(x).pinv() * to_sympy(x) * to_sympy(y).T
    roots = sympy.real_roots(sympy.Poly(theirs.charpoly().as_expr(), sympy.Symbol("lambda")), multiple=False)
    ours = spectrum(x, y).eigenvalues
    assert [pair.multiplicity for pair in ours] == [k for _, k in reversed(roots)]
    for pair, (root, _) in zip(ours, reversed(roots), strict=True):
        assert abs(sympy.Float(pair.value.approx(), 25) - root.evalf(25)) <= sympy.Float(10, 25) ** -18 * (1 + root.evalf(25))


@pytest.mark.parametrize("seed", range(30))
def test_number_fields(seed: int) -> None:
    field, source = NumberField.of([-2, 0, 1], 1), random.Random(seed)
    m, n, r = source.randint(1, 3), source.randint(1, 3), source.randint(1, 2)
    left, right = (FieldMatrix.of(field, [[f"{source.randint(-2, 2)}*s + {source.randint(0, 2)}" for _ in range(b)] for _ in range(a)])
                   for a, b in ((m, r), (r, n)))
    ours = left @ right
    theirs = sympy.Matrix(m, n, [sympy.sympify(str(x).replace("s", "sqrt(2)").replace("^", "**")) for row in ours.to_rows() for x in row])
    domain = DomainMatrix.from_Matrix(theirs, extension=True).to_field()
    assert ours.rank() == domain.rank()
    assert ours.kernel().cols == domain.nullspace().shape[0]
    if m == n == ours.rank():
        inverse = domain.inv().to_Matrix()
        for i in range(m):
            for j in range(m):
                text = str(ours.inverse().entry(i, j)).replace("s", "sqrt(2)").replace("^", "**")
                assert sympy.expand(sympy.sympify(text) - inverse[i, j]) == 0
