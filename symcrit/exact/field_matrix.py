"""Matrices over a number field QQ(s), held as M0 + s M1 + s^2 M2 + ... with rational matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from flint import arb_mat, fmpq, fmpq_mat, fmpq_poly, fmpz_mat

from symcrit.errors import InputError
from symcrit.exact import elimination, modular
from symcrit.exact.entries import table
from symcrit.exact.field import FieldElement, NumberField
from symcrit.exact.matrix import Matrix, square
from symcrit.exact.rational import RationalMatrix

CROSSING = 10  # rows or columns from which a rank is found modulo primes


class FieldMatrix(Matrix):
    """A matrix with entries in a number field.

    Products multiply the rational parts, which FLINT does fast; ranks and inverses are found by plain elimination, the
    ranks of large matrices modulo primes.

    >>> K = NumberField.of([-2, 0, 1], 1)
    >>> A = FieldMatrix.of(K, [["s", 1], [2, "s"]])
    >>> A.rank(), A.trace(), (A @ A).to_strings()
    (1, 2*s, [['4', '2*s'], ['4*s', '4']])
    >>> A.inverse()
    Traceback (most recent call last):
    symcrit.errors.InputError: a singular matrix has no inverse
    """

    __slots__ = ("field", "parts")
    level = 1

    def __init__(self, field: NumberField, parts: Sequence[fmpq_mat]) -> None:
        """Take the rational matrices of the powers of s, as many as the degree of the field."""
        self.field = field
        self.parts = tuple(parts)

    @classmethod
    def of(cls, field: NumberField, rows: object, shape: tuple[int, int] | None = None) -> FieldMatrix:
        """Read a matrix from a list of rows; entries are numbers or strings in the name of s.

        Raises InputError for what is not in the field, SizeError for ragged rows or another size.

        >>> FieldMatrix.of(NumberField.of([-2, 0, 1], 1), [["t"]])
        Traceback (most recent call last):
        symcrit.errors.InputError: row 1, column 1: 't' is not an element of QQ(s): unexpected 't'
          suggestion: write sums such as "1/2*s^2 - 3"
        """
        return cls._from(field, *table(rows, field, shape))

    @classmethod
    def _from(cls, field: NumberField, rows: int, columns: int, entries: Sequence[FieldElement]) -> FieldMatrix:
        return cls(field, [fmpq_mat(rows, columns, [entry.poly[k] for entry in entries]) for k in range(field.degree)])

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        return self.parts[0].nrows(), self.parts[0].ncols()

    @property
    def T(self) -> FieldMatrix:
        """The transpose."""
        return FieldMatrix(self.field, [part.transpose() for part in self.parts])

    def lift(self, other: Matrix) -> Matrix:
        """Write a rational matrix as one over this field; raises InputError for a matrix over another field."""
        if isinstance(other, RationalMatrix):
            return over(self.field, other)
        if isinstance(other, FieldMatrix) and other.field != self.field:
            raise InputError(f"matrices over two fields {self.field!r} and {other.field!r} do not combine",
                             "write both over one field")
        return other

    def _plus(self, other: FieldMatrix) -> FieldMatrix:
        return FieldMatrix(self.field, [x + y for x, y in zip(self.parts, other.parts, strict=True)])

    def _times(self, other: FieldMatrix) -> FieldMatrix:
        (left, below), (right, under) = self._integers(), other._integers()
        powers = [fmpz_mat(self.rows, other.cols) for _ in range(2 * self.field.degree - 1)]
        for i, first in left:
            for j, second in right:
                powers[i + j] += first * second
        return _reduced(self.field, powers, below * under)

    def scale(self, factor: Any) -> FieldMatrix:
        """Multiply every entry by an element of the field."""
        element = self.field(factor)
        if element.rational is not None:
            return FieldMatrix(self.field, [part * element.poly[0] for part in self.parts])
        parts, below = self._integers()
        powers = [fmpz_mat(*self.shape) for _ in range(2 * self.field.degree - 1)]
        for i, part in parts:
            for j, coefficient in enumerate(element.poly.numer().coeffs()):
                powers[i + j] += part * coefficient
        return _reduced(self.field, powers, below * int(element.poly.denom()))

    def _integers(self) -> tuple[list[tuple[int, fmpz_mat]], int]:
        """Write the parts that are not 0, with their powers of s, as integers over one denominator."""
        zero = fmpq_mat(*self.shape)
        parts = [(k, part.numer_denom()) for k, part in enumerate(self.parts) if part != zero]
        common = math.lcm(*(int(below) for _, (_, below) in parts))
        return [(k, part * (common // int(below))) for k, (part, below) in parts], common

    def trace(self) -> FieldElement:
        """Add up the diagonal; raises SizeError if the matrix is not square."""
        size = square(self)
        sums = [sum((part[i, i] for i in range(size)), fmpq(0)) for part in self.parts]
        return FieldElement(self.field, fmpq_poly(sums))

    def is_zero(self) -> bool:
        """Tell whether every entry is 0."""
        zero = fmpq_mat(*self.shape)
        return all(part == zero for part in self.parts)

    def entry(self, row: int, column: int) -> FieldElement:
        """Read one entry, counted from 0."""
        return FieldElement(self.field, fmpq_poly([part[row, column] for part in self.parts]))

    def block(self, rows: Sequence[int], columns: Sequence[int]) -> FieldMatrix:
        """Take the submatrix of the given rows and columns, in the given order."""
        places = [(i, j) for i in rows for j in columns]
        return FieldMatrix(self.field, [fmpq_mat(len(rows), len(columns), [part[place] for place in places])
                                        for part in self.parts])

    def make(self, rows: int, columns: int, entries: Sequence[Any]) -> FieldMatrix:
        """Make a matrix over the same field from its entries, row by row."""
        return self._from(self.field, rows, columns, [self.field(entry) for entry in entries])

    def pivots(self) -> tuple[list[int], list[int]]:
        """Find rank-many independent rows and columns; the block they cut out is invertible."""
        if min(self.shape) < CROSSING:
            return elimination.pivots(self.to_rows())
        integers = dict(self._integers()[0])
        return modular.field_pivots([integers.get(k, fmpz_mat(*self.shape)) for k in range(self.field.degree)],
                                    self.field.root.minpoly)

    def inverse(self) -> FieldMatrix:
        """Invert; raises SizeError if the matrix is not square, InputError if it is singular."""
        size = square(self)
        rows = elimination.inverse(self.to_rows())
        if rows is None:
            raise InputError("a singular matrix has no inverse", "use the pseudoinverse")
        return self.make(size, size, [entry for row in rows for entry in row])

    def rational(self) -> RationalMatrix | None:
        """Return the matrix over QQ if all entries are rational, else None."""
        zero = fmpq_mat(*self.shape)
        if self.field.degree == 1 or all(part == zero for part in self.parts[1:]):
            return RationalMatrix(self.parts[0])
        return None

    def balls(self) -> arb_mat:
        """Enclose every entry at FLINT's working precision."""
        root = self.field.root.ball()
        return sum((arb_mat(part) * root**k for k, part in enumerate(self.parts)), arb_mat(*self.shape))

    def to_strings(self) -> list[list[str]]:
        """List the entries row by row as they are read."""
        return [[str(entry) for entry in row] for row in self.to_rows()]

    def __repr__(self) -> str:
        return f"FieldMatrix.of({self.field!r}, {self.to_strings()}{'' if self.rows else f', {self.shape}'})"


def over(field: NumberField, matrix: RationalMatrix) -> FieldMatrix:
    """Write a rational matrix over a field."""
    return FieldMatrix(field, [matrix.flint, *[fmpq_mat(*matrix.shape)] * (field.degree - 1)])


def scaled(matrix: Any, factor: Any) -> Any:
    """Multiply a matrix by a number, which may lie in a larger field than the matrix.

    >>> K = NumberField.of([-2, 0, 1], 1)
    >>> scaled(RationalMatrix.of([[3]]), K("s")).to_strings(), scaled(RationalMatrix.of([[3]]), K("2"))
    ([['3*s']], RationalMatrix.of([['6']]))
    """
    if matrix.level or not isinstance(factor, FieldElement):
        return matrix.scale(factor)
    if factor.rational is not None:
        return matrix.scale(factor.rational)
    return over(factor.field, matrix).scale(factor)


def _reduced(field: NumberField, powers: Sequence[fmpz_mat], denominator: int) -> FieldMatrix:
    """Replace high powers of s, the highest first, by the lower ones that the minimal polynomial gives."""
    parts, degree = list(powers), field.degree
    *lower, lead = (int(c) for c in field.root.minpoly.coeffs())
    zero = fmpz_mat(parts[0].nrows(), parts[0].ncols())
    for k in range(len(parts) - 1, degree - 1, -1):
        top = parts.pop()
        if top == zero:
            continue
        if lead != 1:
            parts = [part * lead for part in parts]
            denominator *= lead
        for j, coefficient in enumerate(lower):
            if coefficient:
                parts[k - degree + j] -= top * coefficient
    return FieldMatrix(field, [fmpq_mat(part) / denominator for part in parts])
