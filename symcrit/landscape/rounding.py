"""Long floats as rational matrices: rounded entries and bases that are about orthonormal, for proposals only.

Nothing here is exact, and nothing exact may depend on it: what is proposed is built again with exact arithmetic.
"""

from __future__ import annotations

import math
from typing import Any

from flint import ctx, fmpq, fmpq_mat, fmpz, fmpz_mat

from symcrit.exact.rational import RationalMatrix

GUARD = 64  # bits of balls beyond those asked for


def rounded(matrix: RationalMatrix, bits: int) -> RationalMatrix:
    """Round every entry to a multiple of 2^-bits.

    >>> rounded(RationalMatrix.of([["1/3", "-0.9"]]), 2)
    RationalMatrix.of([['1/4', '-1']])
    >>> rounded(RationalMatrix.of([[5, -7]]), -2)
    RationalMatrix.of([['4', '-8']])
    """
    whole, shift = fmpz_mat(*matrix.shape, _multiples(matrix, bits)), fmpz(1 << abs(bits))
    return RationalMatrix(whole * shift) if bits < 0 else RationalMatrix((whole, shift))


def _multiples(matrix: RationalMatrix, bits: int) -> list[int]:
    """Count, row by row, the multiples of 2^-bits nearest to the entries."""
    numerators, denominator = matrix.integers()
    scale, below = 2 << max(bits, 0), int(denominator) << max(-bits, 0)
    return [(int(entry) * scale + below) // (2 * below) for entry in numerators.entries()]


def floated(matrix: Any, bits: int) -> RationalMatrix:
    """Approximate a matrix over QQ or a number field by rational numbers, `bits` long next to the largest entry.

    >>> floated(RationalMatrix.of([["1/3", 1000]]), 10)
    RationalMatrix.of([['0', '1000']])
    """
    if not isinstance(matrix, RationalMatrix):
        with ctx.workprec(bits + GUARD):
            entries = [entry.mid().fmpq() for entry in matrix.balls().entries()]
        matrix = RationalMatrix(fmpq_mat(matrix.rows, matrix.cols, entries))
    return rounded(matrix, bits - magnitude(matrix))


def scaled(columns: Any) -> Any:
    """Multiply every column by a power of 2 such that its largest entry is about 1.

    >>> scaled(RationalMatrix.of([[3, 0], ["20", "1/8"]]))
    RationalMatrix.of([['3/16', '0'], ['5/4', '1']])
    """
    parts = [columns.block(range(columns.rows), [j]) for j in range(columns.cols)]
    found = columns.block(range(columns.rows), [])
    for part in parts:
        found = found.beside(part.scale(fmpq(2) ** -magnitude(floated(part, GUARD))))
    return found


def magnitude(matrix: RationalMatrix) -> int:
    """Return about the binary logarithm of the largest entry; 0 for a matrix of zeros."""
    numerators, below = matrix.integers()
    largest = max((abs(int(entry)) for entry in numerators.entries()), default=0)
    return largest.bit_length() - int(below).bit_length() if largest else 0


def length(matrix: RationalMatrix) -> int:
    """Count the bits of the longest number in a matrix of integers over one denominator.

    >>> length(RationalMatrix.of([["1/2", "1/3"]])), length(RationalMatrix.of([[0, -8]]))
    (3, 4)
    """
    numerators, below = matrix.integers()
    return max(int(entry).bit_length() for entry in (below, *numerators.entries()))


def squared_norm(matrix: Any) -> Any:
    """Add up the squares of all entries, exactly.

    >>> squared_norm(RationalMatrix.of([[1, 2], [0, "1/2"]]))
    21/4
    """
    return (matrix @ matrix.T).trace() if matrix.rows else fmpq(0)


def orthonormal(columns: RationalMatrix, bits: int, *, most: int | None = None, beside: RationalMatrix | None = None,
                ) -> RationalMatrix:
    """Span about the same as some columns by orthonormal ones: each the longest of what is left of the columns.

    There are at most `most`; what is left is dropped when it is 2^(bits/2) times smaller than the largest entry of
    `beside` (else of the columns), which is what rounding may have left of zeros.

    >>> orthonormal(RationalMatrix.of([[3, 6], [0, 0]]), 60)
    RationalMatrix.of([['1'], ['0']])
    """
    scale = bits - magnitude(columns)
    flat, found = _multiples(columns.T, scale), list[list[int]]()
    left = [flat[k:k + columns.rows] for k in range(0, len(flat), columns.rows)]
    least = 2 * (scale + magnitude(columns if beside is None else beside)) - bits
    while left and (most is None or len(found) < most):
        longest = max(left, key=_squared)
        if not any(longest) or _squared(longest) <= 1 << max(least, 0):
            break
        column = _unit(longest, bits)
        for other in found:  # once more, for what rounding left
            column = _without(column, other, bits)
        found.append(_unit(column, bits))
        left = [_without(one, found[-1], bits) for one in left]
    entries = fmpz_mat(len(found), columns.rows, [entry for column in found for entry in column])
    return RationalMatrix((entries.transpose(), fmpz(1 << bits)))


def _squared(column: list[int]) -> int:
    return sum(entry * entry for entry in column)


def _unit(column: list[int], bits: int) -> list[int]:
    """Divide a column by its length; the result counts multiples of 2^-bits."""
    length = math.isqrt(_squared(column))
    return [(entry << bits) // length for entry in column]


def _without(column: list[int], unit: list[int], bits: int) -> list[int]:
    """Take away the part along a unit column."""
    along = sum(x * y for x, y in zip(column, unit, strict=True)) >> bits
    return [x - (y * along >> bits) for x, y in zip(column, unit, strict=True)]


def squared_lengths(columns: RationalMatrix) -> list[fmpq]:
    """Compute the square of the length of every column, exactly.

    >>> squared_lengths(RationalMatrix.of([[1, 2], [0, "1/2"]]))
    [1, 17/4]
    """
    return [sum((entry * entry for entry in column), fmpq(0)) for column in columns.T.to_rows()]
