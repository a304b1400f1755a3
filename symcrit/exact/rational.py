"""Rational matrices, on FLINT."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from flint import arb_mat, fmpq, fmpq_mat, fmpz, fmpz_mat

from symcrit.errors import InputError
from symcrit.exact import modular
from symcrit.exact.entries import number, table
from symcrit.exact.matrix import Matrix, square
from symcrit.exact.pseudoinverse import SQUARE_CROSSING, integer_pinv


class RationalMatrix(Matrix):
    """A matrix with rational entries; `flint` holds it for code that works on FLINT's matrices directly.

    >>> A = RationalMatrix.of([[1, "1/2"], [2, 1]])
    >>> A.rank(), A.trace(), (A @ A.T).entry(0, 0)
    (1, 2, 5/4)
    >>> A.pinv()
    RationalMatrix.of([['4/25', '8/25'], ['2/25', '4/25']])
    >>> A.inverse()
    Traceback (most recent call last):
    symcrit.errors.InputError: a singular matrix has no inverse
    """

    __slots__ = ("_flint", "_integers")
    level = 0

    def __init__(self, value: fmpq_mat | fmpz_mat | tuple[fmpz_mat, fmpz]) -> None:
        """Wrap a matrix of FLINT, or an integer matrix over a denominator, whose entries are reduced when needed."""
        self._flint: fmpq_mat | None = value if isinstance(value, fmpq_mat) else None
        self._integers: tuple[fmpz_mat, fmpz] | None = value if isinstance(value, tuple) else None
        if isinstance(value, fmpz_mat):
            self._integers = value, fmpz(1)

    @property
    def flint(self) -> fmpq_mat:
        """The matrix as FLINT holds it, every entry reduced."""
        if self._flint is None:
            numerators, denominator = self.integers()
            self._flint = fmpq_mat(numerators) / denominator
        return self._flint

    def integers(self) -> tuple[fmpz_mat, fmpz]:
        """Write the matrix as integers over one common denominator, which need not be the least."""
        if self._integers is None:
            self._integers = self.flint.numer_denom()
        return self._integers

    @classmethod
    def of(cls, rows: object, shape: tuple[int, int] | None = None) -> RationalMatrix:
        """Read a matrix from a list of rows; entries are integers, fractions or strings.

        `shape` states the size that is needed; only with it can a matrix have columns but no rows.
        Raises InputError for what is not an exact number, SizeError for ragged rows or another size.

        >>> RationalMatrix.of([["0.5", -2]]), RationalMatrix.of([], (0, 3)).shape
        (RationalMatrix.of([['1/2', '-2']]), (0, 3))
        >>> RationalMatrix.of([[1, float("nan")]])
        Traceback (most recent call last):
        symcrit.errors.InputError: row 1, column 2: nan is not a number
        """
        return cls(fmpq_mat(*table(rows, number, shape)))

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        return self.flint.nrows(), self.flint.ncols()

    @property
    def T(self) -> RationalMatrix:
        """The transpose."""
        return RationalMatrix(self.flint.transpose())

    def lift(self, other: Matrix) -> Matrix:
        """Write a matrix over a smaller ring as one over this ring; QQ is the smallest."""
        return other

    def _plus(self, other: RationalMatrix) -> RationalMatrix:
        return RationalMatrix(self.flint + other.flint)

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, RationalMatrix) and self.shape == other.shape:
            return RationalMatrix(self.flint - other.flint)
        return super().__sub__(other)

    def _times(self, other: RationalMatrix) -> RationalMatrix:
        return RationalMatrix(self.flint * other.flint)

    def scale(self, factor: Any) -> RationalMatrix:
        """Multiply every entry by a rational number."""
        return RationalMatrix(self.flint * number(factor))

    def trace(self) -> fmpq:
        """Add up the diagonal; raises SizeError if the matrix is not square."""
        return sum((self.flint[i, i] for i in range(square(self))), fmpq(0))

    def is_zero(self) -> bool:
        """Tell whether every entry is 0."""
        return self.flint == fmpq_mat(*self.shape)

    def entry(self, row: int, column: int) -> fmpq:
        """Read one entry, counted from 0."""
        return self.flint[row, column]

    def block(self, rows: Sequence[int], columns: Sequence[int]) -> RationalMatrix:
        """Take the submatrix of the given rows and columns, in the given order."""
        return self.make(len(rows), len(columns), [self.flint[i, j] for i in rows for j in columns])

    def make(self, rows: int, columns: int, entries: Sequence[Any]) -> RationalMatrix:
        """Make a rational matrix from its entries, row by row."""
        return RationalMatrix(fmpq_mat(rows, columns, list(entries)))

    def pivots(self) -> tuple[list[int], list[int]]:
        """Find rank-many independent rows and columns; the block they cut out is invertible."""
        return modular.pivots(self.integers()[0])

    def kernel(self) -> RationalMatrix:
        """Find a basis of the kernel, as columns of coprime integers, the first of them that is not 0 positive."""
        basis, nullity = self.integers()[0].nullspace()
        columns = [_coprime(column) for column in basis.transpose().tolist()[:nullity]]
        return RationalMatrix(fmpz_mat(nullity, self.cols, [x for column in columns for x in column]).transpose())

    def charpoly(self) -> list[fmpq]:
        """Compute the characteristic polynomial det(x I - A), coefficients low to high, the last 1."""
        square(self)
        return self.flint.charpoly().coeffs()

    def inverse(self) -> RationalMatrix:
        """Invert; raises SizeError if the matrix is not square, InputError if it is singular."""
        square(self)
        try:
            return RationalMatrix(self.flint.inv())
        except ZeroDivisionError:
            raise InputError("a singular matrix has no inverse", "use the pseudoinverse") from None

    def pinv(self) -> RationalMatrix:
        """Compute the Moore-Penrose inverse."""
        if self.rows == self.cols < SQUARE_CROSSING:  # one call, which also notices that the matrix is singular
            try:
                return RationalMatrix(self.flint.inv())
            except ZeroDivisionError:
                pass
        numerators, denominator = self.integers()
        top, below = integer_pinv(numerators)
        return RationalMatrix((top * denominator, below))

    def det(self) -> fmpq:
        """Compute the determinant; raises SizeError if the matrix is not square."""
        square(self)
        return self.flint.det()

    def balls(self) -> arb_mat:
        """Enclose every entry at FLINT's working precision."""
        return arb_mat(self.flint)

    def to_strings(self) -> list[list[str]]:
        """List the entries row by row as strings "p/q"."""
        return [[str(entry) for entry in row] for row in self.flint.tolist()]

    def __repr__(self) -> str:
        shape = "" if self.rows else f", {self.shape}"
        return f"RationalMatrix.of({self.to_strings()}{shape})"


def _coprime(column: Sequence[fmpz]) -> list[fmpz]:
    content = fmpz(math.gcd(*map(int, column)))
    first = next(entry for entry in column if entry != 0)
    return [entry // (content if first > 0 else -content) for entry in column]
