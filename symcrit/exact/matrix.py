"""The vocabulary that matrices over QQ, QQ(s) and QQ(e) share, so that theory is written once for all of them.

A representation supplies sums, products and entries, `pivots` and `inverse`; everything else follows here.
A matrix is never changed after it is made. Operands of different rings meet in the larger one: QQ in QQ(s) in QQ(s)(e).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from symcrit.errors import InputError, SizeError


class Matrix(ABC):
    """A matrix over one of the rings; see `RationalMatrix`, `FieldMatrix` and `CurveMatrix`."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]  # equal matrices over different rings would have to agree
    level: int  # of the ring: operands of a lower level are lifted

    # ---- what a representation supplies ------------------------------------------------------------

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""

    @property
    @abstractmethod
    def T(self) -> Any:
        """The transpose."""

    @abstractmethod
    def lift(self, other: Matrix) -> Any:
        """Write a matrix over a smaller ring as one over this ring."""

    @abstractmethod
    def _plus(self, other: Any) -> Any:
        """Add a matrix of the same ring and size."""

    @abstractmethod
    def _times(self, other: Any) -> Any:
        """Multiply by a matrix of the same ring that fits."""

    @abstractmethod
    def scale(self, factor: Any) -> Any:
        """Multiply every entry by a scalar of the ring."""

    @abstractmethod
    def trace(self) -> Any:
        """Add up the diagonal; raises SizeError if the matrix is not square."""

    @abstractmethod
    def is_zero(self) -> bool:
        """Tell whether every entry is exactly 0."""

    @abstractmethod
    def entry(self, row: int, column: int) -> Any:
        """Read one entry, counted from 0."""

    @abstractmethod
    def block(self, rows: Sequence[int], columns: Sequence[int]) -> Any:
        """Take the submatrix of the given rows and columns, in the given order."""

    @abstractmethod
    def make(self, rows: int, columns: int, entries: Sequence[Any]) -> Any:
        """Make a matrix over the same ring from its entries, row by row."""

    @abstractmethod
    def pivots(self) -> tuple[list[int], list[int]]:
        """Find rank-many independent rows and columns; the block they cut out is invertible."""

    @abstractmethod
    def balls(self) -> Any:
        """Enclose every entry at FLINT's working precision."""

    @abstractmethod
    def inverse(self) -> Any:
        """Invert; raises SizeError if the matrix is not square, InputError if it is singular."""

    # ---- what follows ------------------------------------------------------------------------------

    @property
    def rows(self) -> int:
        """The number of rows."""
        return self.shape[0]

    @property
    def cols(self) -> int:
        """The number of columns."""
        return self.shape[1]

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, Matrix):
            return NotImplemented
        left, right = together(self, other)
        _same(left, right, "added")
        return left._plus(right)

    def __sub__(self, other: Any) -> Any:
        return self + -other if isinstance(other, Matrix) else NotImplemented

    def __neg__(self) -> Any:
        return self.scale(-1)

    def __matmul__(self, other: Any) -> Any:
        if not isinstance(other, Matrix):
            return NotImplemented
        left, right = together(self, other)
        if left.cols != right.rows:
            sizes = f"{left.rows} x {left.cols} and {right.rows} x {right.cols}"
            raise SizeError(f"matrices of {sizes} cannot be multiplied")
        return left._times(right)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Matrix):
            return NotImplemented
        return self.shape == other.shape and (self - other).is_zero()

    def to_rows(self) -> list[list[Any]]:
        """List the entries row by row."""
        return [[self.entry(i, j) for j in range(self.cols)] for i in range(self.rows)]

    def zeros(self, rows: int, columns: int) -> Any:
        """Make a zero matrix over the same ring."""
        return self.make(rows, columns, [0] * (rows * columns))

    def identity(self, size: int) -> Any:
        """Make an identity matrix over the same ring."""
        return self.make(size, size, [int(i == j) for i in range(size) for j in range(size)])

    def beside(self, other: Any) -> Any:
        """Put another matrix to the right of this one."""
        left, right = together(self, other)
        if left.rows != right.rows:
            raise SizeError(f"matrices with {left.rows} and {right.rows} rows cannot stand side by side")
        rows = [[*first, *second] for first, second in zip(left.to_rows(), right.to_rows(), strict=True)]
        return left.make(left.rows, left.cols + right.cols, [entry for row in rows for entry in row])

    def above(self, other: Any) -> Any:
        """Put another matrix below this one."""
        return self.T.beside(other.T).T

    def rank(self) -> int:
        """Compute the rank (over QQ(e): at all e but finitely many)."""
        return len(self.pivots()[0])

    def column_space(self) -> Any:
        """Select columns that are a basis of the column space."""
        return self.block(range(self.rows), self.pivots()[1])

    def factors(self) -> tuple[Any, Any]:
        """Write A = F G with F of full column rank and G of full row rank."""
        rows, columns = self.pivots()
        above = self.block(rows, range(self.cols))
        return self.block(range(self.rows), columns), self.block(rows, columns).inverse() @ above

    def kernel(self) -> Any:
        """Find a basis of the kernel, as columns."""
        rows, columns = self.pivots()
        free = [j for j in range(self.cols) if j not in set(columns)]
        bound = self.block(rows, columns).inverse() @ self.block(rows, free)
        entries = {(j, k): -bound.entry(i, k) for i, j in enumerate(columns) for k in range(len(free))}
        entries |= {(j, k): 1 for k, j in enumerate(free)}
        return self.make(self.cols, len(free),
                         [entries.get((j, k), 0) for j in range(self.cols) for k in range(len(free))])

    def solve(self, right: Any) -> Any:
        """Find one X with A X = B; raises InputError if there is none."""
        if self.rows != right.rows:
            raise SizeError(f"an equation A X = B needs as many rows in A ({self.rows}) as in B ({right.rows})")
        rows, columns = self.pivots()
        part = self.block(rows, columns).inverse() @ right.block(rows, range(right.cols))
        place = {j: i for i, j in enumerate(columns)}
        solution = part.make(self.cols, right.cols, [part.entry(place[j], k) if j in place else 0
                                                     for j in range(self.cols) for k in range(right.cols)])
        if not (self @ solution - right).is_zero():
            raise InputError("the equation A X = B has no solution: B leaves the column space of A")
        return solution

    def pinv(self) -> Any:
        """Compute the Moore-Penrose inverse, G'(F'A G')^-1 F' for any bases F of columns and G of rows.

        Source: A^+ = G'(GG')^-1 (F'F)^-1 F' for A = F G, where F'(F G)G' = (F'F)(GG').
        """
        rows, columns = self.pivots()
        f, g = self.block(range(self.rows), columns), self.block(rows, range(self.cols))
        return g.T @ (f.T @ self @ g.T).inverse() @ f.T

    def charpoly(self) -> list[Any]:
        """Compute the characteristic polynomial det(x I - A), coefficients low to high, the last 1.

        Source: Faddeev and LeVerrier: M_1 = A, c_k = -tr(M_k) / k, M_(k+1) = A (M_k + c_k I).
        """
        size, power, unit = square(self), self, self.identity(self.rows)
        coefficients: list[Any] = [unit.block([0], [0]).trace() if size else 1]
        for k in range(1, size + 1):
            coefficients.append(power.trace() / -k)
            power = self @ (power + unit.scale(coefficients[-1]))
        return coefficients[::-1]

    def projector(self) -> Any:
        """Compute the orthogonal projector onto the column space."""
        f = self.column_space()
        return f @ (f.T @ f).inverse() @ f.T


def together(left: Matrix, right: Matrix) -> tuple[Any, Any]:
    """Write two matrices over one ring, the larger of their two."""
    if left.level < right.level:
        return right.lift(left), right
    lifted = left.lift(right)
    return (left, lifted) if lifted.level == left.level else (lifted.lift(left), lifted)


def square(matrix: Matrix) -> int:
    """Return the size of a square matrix; raises SizeError for another."""
    if matrix.rows != matrix.cols:
        raise SizeError(f"a square matrix is needed, not one of {matrix.rows} x {matrix.cols}")
    return matrix.rows


def _same(left: Matrix, right: Matrix, done: str) -> None:
    if left.shape != right.shape:
        raise SizeError(f"matrices of {left.rows} x {left.cols} and {right.rows} x {right.cols} cannot be {done}")
