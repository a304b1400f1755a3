"""Plain Gaussian elimination, for entries of any exact field: they divide, and are true when they are not 0."""

from __future__ import annotations

from typing import Any

Rows = list[list[Any]]


def pivots(rows: Rows) -> tuple[list[int], list[int]]:
    """Find rank-many independent rows and columns; the block they cut out is invertible.

    >>> from fractions import Fraction
    >>> pivots([[Fraction(0), Fraction(0)], [Fraction(0), Fraction(3)]])
    ([1], [1])
    >>> pivots([[Fraction(1)], [1, 2]])
    Traceback (most recent call last):
    ValueError: zip() argument 2 is longer than argument 1
    """
    rows = [list(row) for row in rows]
    order = list(range(len(rows)))
    columns: list[int] = []
    for column in range(len(rows[0]) if rows else 0):
        rank = len(columns)
        pivot = next((i for i in range(rank, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        order[rank], order[pivot] = order[pivot], order[rank]
        scale = None
        for i in range(rank + 1, len(rows)):
            if rows[i][column]:
                scale = scale or 1 / rows[rank][column]
                rows[i] = _cleared(rows[i], rows[rank], rows[i][column] * scale)
        columns.append(column)
    return order[: len(columns)], columns


def inverse(rows: Rows) -> Rows | None:
    """Invert a square matrix; None if it is singular.

    >>> from fractions import Fraction
    >>> inverse([[Fraction(2)]]), inverse([[Fraction(0)]])
    ([[Fraction(1, 2)]], None)
    """
    size = len(rows)
    work = [[*row, *(int(i == j) for j in range(size))] for i, row in enumerate(rows)]
    for column in range(size):
        pivot = next((i for i in range(column, size) if work[i][column]), None)
        if pivot is None:
            return None
        work[column], work[pivot] = work[pivot], work[column]
        scale = 1 / work[column][column]
        work[column] = [entry * scale if entry else entry for entry in work[column]]
        for i in range(size):
            if i != column:
                work[i] = _cleared(work[i], work[column], work[i][column])
    return [row[size:] for row in work]


def _cleared(row: list[Any], pivot: list[Any], factor: Any) -> list[Any]:
    """Subtract a multiple of the pivot row."""
    if not factor:
        return row
    return [x - factor * y if y else x for x, y in zip(row, pivot, strict=True)]
