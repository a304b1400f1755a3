"""The loss of a ReLU network with one hidden layer, L = 1/2 ||A2 max(A1 X, 0) - Y||^2, and its one-sided derivatives.

On each cone of the parameter space the active entries of A1 X are the same and the loss is a polynomial (eqs. 7 to 9).
On boundaries between cones, where entries of A1 X are 0, there is a derivative for every direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from symcrit.exact.field import sign
from symcrit.networks.points import Point

HALF = fmpq(1, 2)
Signs = tuple[tuple[int, ...], ...]


def pattern(point: Point) -> Signs:
    """Return the signs of A1 X: one row for every hidden unit, one entry for every sample.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> eye, row = RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[2, -1]])
    >>> pattern(Point(eye, eye, (row, row.T), "relu"))
    ((1, -1),)
    """
    return tuple(tuple(map(sign, row)) for row in (point.weights[0] @ point.X).to_rows())


def hidden(point: Point) -> Any:
    """Compute max(A1 X, 0). *Shapes*: d1 x m."""
    return _masked(point.weights[0] @ point.X, [[side > 0 for side in row] for row in pattern(point)])


def error(point: Point) -> Any:
    """Compute the error A2 max(A1 X, 0) - Y. *Shapes*: d2 x m."""
    return point.weights[1] @ hidden(point) - point.Y


def loss(point: Point) -> Any:
    """Compute the loss, a number of the ring of the weights.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> one = RationalMatrix.of([[1]])
    >>> loss(Point(one, one, (one, one.scale(3)), "relu")), loss(Point(one, one, (-one, one), "relu"))
    (2, 1/2)
    """
    missed = error(point)
    return (missed @ missed.T).trace() * HALF


def gradients(point: Point) -> tuple[Any, Any]:
    """Compute the gradient in both layers, for the cone in which samples with a_i x_j = 0 are not active.

    This is the gradient of the loss where it has one. *Shapes*: those of A1 and A2.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> one = RationalMatrix.of([[1]])
    >>> gradients(Point(one, one, (one, one.scale(3)), "relu"))
    (RationalMatrix.of([['6']]), RationalMatrix.of([['2']]))
    """
    missed = error(point)
    first = _masked(point.weights[1].T @ missed, [[side > 0 for side in row] for row in pattern(point)])
    return first @ point.X.T, missed @ hidden(point).T


def loss_along(point: Point, direction: Sequence[Any]) -> list[Any]:
    """Expand the loss along weights + t D in powers of t, from the lowest, for small t >= 0.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> one, zero = RationalMatrix.of([[1]]), RationalMatrix.of([[0]])
    >>> loss_along(Point(one, one, (zero, one), "relu"), [one, zero])  # 1/2 (t - 1)^2
    [1/2, -1, 1/2]
    >>> loss_along(Point(one, one, (zero, one), "relu"), [-one, zero])
    [1/2]
    """
    (first, second), (inner, outer) = point.weights, direction
    change = inner @ point.X
    active = [[side > 0 or (side == 0 and sign(entry) > 0) for side, entry in zip(sides, row, strict=True)]
              for sides, row in zip(pattern(point), change.to_rows(), strict=True)]
    start, step = _masked(first @ point.X, active), _masked(change, active)
    terms = [second @ start - point.Y, second @ step + outer @ start, outer @ step]
    found: list[Any] = [fmpq(0)] * 5
    for i, left in enumerate(terms):
        for j, right in enumerate(terms):
            found[i + j] = (left @ right.T).trace() * HALF + found[i + j]
    while len(found) > 1 and not found[-1]:
        found.pop()
    return found


def _masked(matrix: Any, active: Sequence[Sequence[bool]]) -> Any:
    """Put 0 in the place of what is not active."""
    entries = [entry if kept else 0 for row, flags in zip(matrix.to_rows(), active, strict=True)
               for entry, kept in zip(row, flags, strict=True)]
    return matrix.make(matrix.rows, matrix.cols, entries)
