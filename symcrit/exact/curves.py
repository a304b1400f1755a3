"""Matrices whose entries are functions of e, so that rank, kernel and pseudoinverse are those at a generic e."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from flint import fmpq_poly

from symcrit.errors import InputError
from symcrit.exact import elimination
from symcrit.exact.algebraic import Algebraic, primitive, sorted_roots
from symcrit.exact.field import FieldElement
from symcrit.exact.functions import Function, Radical
from symcrit.exact.matrix import Matrix, square


class CurveMatrix(Matrix):
    """A matrix over K(e) or K(e, sqrt(1 + c e^2)), with K the rational numbers or a number field.

    >>> e = Function.letter()
    >>> A = CurveMatrix([[e, e], [1, 1]])
    >>> A.rank(), CurveMatrix([[e, 0], [0, 1]]).pinv()
    (1, CurveMatrix([[1/ε, 0], [0, 1]]))
    >>> CurveMatrix([[e, 0], [0, 1]]).exceptional()
    (Algebraic([0, 1], 1),)
    >>> A.inverse()
    Traceback (most recent call last):
    symcrit.errors.InputError: a singular matrix has no inverse
    """

    __slots__ = ("_cols", "_rows")
    level = 2

    def __init__(self, rows: Sequence[Sequence[Any]], cols: int | None = None) -> None:
        """Take the entries row by row: functions, or numbers; `cols` is needed if there is no row."""
        self._rows = [[entry if isinstance(entry, Radical) else Function.of(entry) for entry in row] for row in rows]
        self._cols = len(rows[0]) if cols is None else cols

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        return len(self._rows), self._cols

    @property
    def T(self) -> CurveMatrix:
        """The transpose."""
        return CurveMatrix([[row[j] for row in self._rows] for j in range(self.cols)], self.rows)

    def lift(self, other: Matrix) -> Matrix:
        """Write a constant matrix as one over this ring."""
        return other if isinstance(other, CurveMatrix) else CurveMatrix(other.to_rows(), other.cols)

    def _plus(self, other: CurveMatrix) -> CurveMatrix:
        return CurveMatrix([[x + y for x, y in zip(first, second, strict=True)]
                            for first, second in zip(self._rows, other._rows, strict=True)], self.cols)

    def _times(self, other: CurveMatrix) -> CurveMatrix:
        columns = other.T._rows
        return CurveMatrix([[_dot(row, column) for column in columns] for row in self._rows], other.cols)

    def scale(self, factor: Any) -> CurveMatrix:
        """Multiply every entry by a function or a number."""
        return CurveMatrix([[entry * factor for entry in row] for row in self._rows], self.cols)

    def trace(self) -> Any:
        """Add up the diagonal; raises SizeError if the matrix is not square."""
        return sum((self._rows[k][k] for k in range(square(self))), Function.of(0))

    def is_zero(self) -> bool:
        """Tell whether every entry is 0, at every e."""
        return not any(entry for row in self._rows for entry in row)

    def entry(self, row: int, column: int) -> Any:
        """Read one entry, counted from 0."""
        return self._rows[row][column]

    def block(self, rows: Sequence[int], columns: Sequence[int]) -> CurveMatrix:
        """Take the submatrix of the given rows and columns, in the given order."""
        return CurveMatrix([[self._rows[i][j] for j in columns] for i in rows], len(columns))

    def make(self, rows: int, columns: int, entries: Sequence[Any]) -> CurveMatrix:
        """Make a matrix over the same ring from its entries, row by row."""
        return CurveMatrix([entries[i * columns:(i + 1) * columns] for i in range(rows)], columns)

    def pivots(self) -> tuple[list[int], list[int]]:
        """Find rank-many rows and columns that are independent at a generic e."""
        return elimination.pivots(self._rows)

    def inverse(self) -> CurveMatrix:
        """Invert; raises SizeError if the matrix is not square, InputError if it is singular at every e."""
        rows = elimination.inverse(self._rows) if square(self) else []
        if rows is None:
            raise InputError("a singular matrix has no inverse", "use the pseudoinverse")
        return CurveMatrix(rows, self.cols)

    def balls(self) -> NoReturn:
        """Functions have no balls; evaluate first."""
        raise InputError("a matrix of functions has no numerical value", "evaluate it with at(...)")

    def at(self, value: Any, root: Any = None) -> list[list[Any]]:
        """Evaluate every entry, given the value of the square root if there is one.

        Raises ZeroDivisionError at a pole.
        """
        return [[entry.at(value, root) if isinstance(entry, Radical) else entry.at(value) for entry in row]
                for row in self._rows]

    def exceptional(self) -> tuple[Algebraic, ...]:
        """List the real e at which an entry has a pole or the rank is not the generic one, or may not be.

        They are the roots of the denominators and of one largest minor that is not 0 at a generic e; at some roots of
        the minor another one may keep the rank. Raises InputError for irrational coefficients.

        >>> CurveMatrix([[1 / (Function.letter() - 2)]]).exceptional()
        (Algebraic([-2, 1], 1),)
        """
        polynomials = [entry.den for row in self._parts() for entry in row]
        minor = _determinant(self.block(*self.pivots()))
        polynomials += [part for value in _parted(minor) for part in (value.num, value.den)] if self.rank() else []
        found: set[Algebraic] = set()
        for poly in polynomials:
            if any(isinstance(value, FieldElement) for value in poly):
                raise InputError("exceptional values are listed for rational coefficients")
            if len(poly) > 1:
                found.update(sorted_roots(primitive(fmpq_poly(list(poly)))))
        return tuple(sorted(found))

    def _parts(self) -> list[list[Function]]:
        return [[part for entry in row for part in _parted(entry)] for row in self._rows]

    def to_strings(self) -> list[list[str]]:
        """List the entries row by row as text."""
        return [[repr(entry) for entry in row] for row in self._rows]

    def __repr__(self) -> str:
        return f"CurveMatrix([{', '.join('[' + ', '.join(row) + ']' for row in self.to_strings())}])"


def _dot(row: Sequence[Any], column: Sequence[Any]) -> Any:
    total: Any = Function.of(0)
    for x, y in zip(row, column, strict=True):
        if x and y:
            total = total + x * y
    return total


def _parted(entry: Any) -> tuple[Function, ...]:
    """Split an entry into what stands without and with the root; a norm decides where it vanishes."""
    return (entry.a * entry.a - entry.b * entry.b * entry.square,) if isinstance(entry, Radical) else (entry,)


def _determinant(matrix: CurveMatrix) -> Any:
    """Compute the determinant by elimination with the first pivot that is not 0."""
    rows = [list(row) for row in matrix._rows]
    found: Any = Function.of(1)
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k]), None)
        if pivot is None:
            return Function.of(0)
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], rows[k]
            found = -found
        found = found * rows[k][k]
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / rows[k][k]
            rows[i] = [x - factor * y for x, y in zip(rows[i], rows[k], strict=True)]
    return found
