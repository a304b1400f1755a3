"""Ways down from a point of a shallow linear network, each verified by expanding the loss along it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpz_mat

from symcrit.exact.algebraic import between
from symcrit.exact.field import sign
from symcrit.exact.inertia import negative_direction
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import sigma_matrix
from symcrit.networks.linear import error_moment, gradients, line, loss_along
from symcrit.networks.points import Point
from symcrit.networks.theorem_1 import Form


@dataclass(frozen=True)
class Descent:
    """A direction along which the loss falls: its change is c t^order + ... with c < 0.

    `loss` are the coefficients of the loss along weights + t * direction, low to high; `minimal` tells whether no
    curve falls with a lower order, and is None where that is not known.
    """

    order: int
    minimal: bool | None
    direction: tuple[Any, ...]
    loss: tuple[Any, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the entry of `classify --json`."""
        return {"order": self.order, "minimal": self.minimal,
                "direction": [part.to_strings() for part in self.direction],
                "loss": [str(coefficient) for coefficient in self.loss]}


def along(point: Point, direction: Sequence[Any], minimal: bool | None) -> Descent | None:
    """Expand the loss along a direction; None if it does not fall.

    >>> zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    >>> along(Point(one, one, (zero, zero)), (one, one), True).loss
    (1/2, 0, -1, 0, 1/2)
    >>> along(Point(one, one, (one, one)), (one, one), True) is None
    True
    """
    coefficients = loss_along(point, line(point, direction))
    order = next((k for k, c in enumerate(coefficients) if k and sign(c)), None)
    if order is None or sign(coefficients[order]) > 0:
        return None
    while not sign(coefficients[-1]):
        coefficients.pop()
    return Descent(order, minimal, tuple(direction), tuple(coefficients))


def steepest(point: Point) -> Descent:
    """Go down from a point that is not critical: along minus the gradient, scaled to small numbers."""
    slope = tuple(-gradient for gradient in gradients(point))
    found = along(point, _simple(slope), True)
    if found is None:
        raise AssertionError("the loss falls along minus the gradient")
    return found


def second_order(point: Point, form: Form) -> Descent:
    """Go down from a critical point that is no global minimum: in a direction of negative curvature.

    *Source*: with N = (Y - A2 A1 X) X', changes D of the weights change the loss by
    1/2 ||(D2 A1 + A2 D1) X||^2 - <N, D2 D1> to second order; N is not 0 where some positive singular value is skipped.
    """
    found = along(point, _into_kernel(point) if form.rank < point.widths[1] else _exchange(point, form), True)
    if found is None or found.order != 2:
        raise AssertionError("a critical point that is no global minimum has a direction of negative curvature")
    return found


def _into_kernel(point: Point) -> tuple[Any, Any]:
    """Use a hidden unit that A2 ignores: D2 = s u w', D1 = w v' / s with A2 w = 0 and v = N'u.

    The change is 1/2 s^2 |u|^2 ||w'A1 X||^2 - |w|^2 u'N v, and s is chosen small enough.
    """
    a1, a2 = point.weights
    slope = -error_moment(point)
    row = next(i for i, entries in enumerate(slope.to_rows()) if any(sign(entry) for entry in entries))
    gain = _simple((slope.block([row], range(slope.cols)),))[0]
    unit = _unit(a2.rows, row)
    silent = _simple((a2.kernel().block(range(a2.cols), [0]),))[0]
    profit = (silent.T @ silent).trace() * (slope.block([row], range(slope.cols)) @ gain.T).trace()
    cost = (silent.T @ a1 @ point.data.xx @ a1.T @ silent).trace()
    scale = fmpq(1)
    while sign(cost * (scale * scale / 2) - profit) >= 0:
        scale /= 2
    return (silent @ gain).scale(1 / scale), (unit @ silent.T).scale(scale)


def _exchange(point: Point, form: Form) -> tuple[Any, Any]:
    """Turn a captured direction y towards a skipped u with u'Su/u'u > y'Sy/y'y (the rotation of Proposition 3.1).

    With g = A2'y / y'y, D2 = u g' and D1 = (A2^+ y) v' / y'y, v = X'^+ Y'u, the change is
    1/2 (u'u / y'y) (y'Sy / y'y - u'Su / u'u). The vectors are rational combinations of bases of col(A2) and of its
    orthogonal complement: a number between the two singular values separates the quotients.
    """
    a2 = point.weights[1]
    pairs = list(zip(form.spectrum.eigenvalues, form.captured, strict=True))
    skipped = next(pair.value for pair, count in pairs if count < pair.multiplicity)
    taken = next(pair.value for pair, count in reversed(pairs) if count)
    level = between(taken, skipped)
    sigma = sigma_matrix(point.X, point.Y)
    low, high = _simple((a2.column_space(),))[0], _simple((a2.T.kernel(),))[0]
    inside, outside = low.T @ sigma @ low - (low.T @ low).scale(level), (high.T @ high).scale(level) - (
        high.T @ sigma @ high)
    captured, free = negative_direction(inside), negative_direction(outside)
    if captured is None or free is None:
        raise AssertionError("the quotients are separated")
    y, u = low @ captured, high @ free
    length = (y.T @ y).trace()
    back = (a2.T @ a2).inverse() @ (a2.T @ y)
    v = point.X.pinv().T @ (point.Y.T @ u)
    return (back @ v.T).scale(1 / length), (u @ (a2.T @ y).T).scale(1 / length)


def _unit(size: int, place: int) -> RationalMatrix:
    return RationalMatrix(fmpz_mat(size, 1, [int(i == place) for i in range(size)]))


def _simple(matrices: Sequence[Any]) -> tuple[Any, ...]:
    """Scale rational matrices together to coprime integers; leave others as they are."""
    if not all(isinstance(matrix, RationalMatrix) for matrix in matrices):
        return tuple(matrices)
    entries = [entry for matrix in matrices for entry in matrix.flint.entries()]
    content = math.gcd(*(int(entry.p) for entry in entries))
    common = fmpq(math.lcm(*(int(entry.q) for entry in entries)), content or 1)
    return tuple(matrix.scale(common) for matrix in matrices)
