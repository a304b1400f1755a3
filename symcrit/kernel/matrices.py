"""Exact rational matrices: what evaluation needs, on tuples of fractions."""

from __future__ import annotations

from fractions import Fraction

from symcrit.errors import CertificateError, Fails

Value = tuple[tuple[Fraction, ...], ...]  # a matrix by rows; a scalar is 1 x 1
_ZERO, _ONE = Fraction(0), Fraction(1)


def identity(size: int) -> Value:
    """Make the identity matrix."""
    return tuple(tuple(_ONE if i == j else _ZERO for j in range(size)) for i in range(size))


def scale(factor: Fraction, value: Value) -> Value:
    """Multiply every entry by a number."""
    return tuple(tuple(factor * x for x in row) for row in value)


def subtract(left: Value, right: Value) -> Value:
    """Subtract entry by entry."""
    return tuple(tuple(map(Fraction.__sub__, x, y)) for x, y in zip(left, right, strict=True))


def multiply(left: Value, right: Value) -> Value:
    """Multiply two matrices."""
    columns = list(zip(*right, strict=True))
    return tuple(tuple(sum((x * y for x, y in zip(row, column, strict=True)), _ZERO) for column in columns)
                 for row in left)


def reduce_rows(value: Value) -> tuple[Value, list[int]]:
    """Bring to reduced row echelon form; return its nonzero rows and the pivot columns."""
    rows = [list(row) for row in value]
    pivots: list[int] = []
    for column in range(len(rows[0]) if rows else 0):
        rank = len(pivots)
        pivot = next((k for k in range(rank, len(rows)) if rows[k][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        rows[rank] = [x / rows[rank][column] for x in rows[rank]]
        for k, row in enumerate(rows):
            if k != rank and row[column]:
                rows[k] = [x - row[column] * y for x, y in zip(row, rows[rank], strict=True)]
        pivots.append(column)
    return tuple(map(tuple, rows[: len(pivots)])), pivots


def invert(value: Value) -> Value:
    """Invert a square matrix; raises Fails if it is singular."""
    size = len(value)
    rows, pivots = reduce_rows(tuple(row + unit for row, unit in zip(value, identity(size), strict=True)))
    if pivots != list(range(size)):
        raise Fails("a matrix that must be invertible is singular")
    return tuple(row[size:] for row in rows)


def pseudoinverse(value: Value) -> Value:
    """Compute the Moore-Penrose inverse by a rank factorisation A = F G, and check Penrose's equations."""
    g, pivots = reduce_rows(value)
    if not pivots:
        return ((_ZERO,) * len(value),) * len(value[0])
    f = tuple(tuple(row[column] for column in pivots) for row in value)
    gt, ft = tuple(zip(*g, strict=True)), tuple(zip(*f, strict=True))
    x = multiply(multiply(gt, invert(multiply(g, gt))), multiply(invert(multiply(ft, f)), ft))
    ax, xa = multiply(value, x), multiply(x, value)
    if (multiply(ax, value), multiply(xa, x), tuple(zip(*ax, strict=True)), tuple(zip(*xa, strict=True))) != (
            value, x, ax, xa):
        raise CertificateError("a pseudoinverse does not satisfy Penrose's equations")
    return x
