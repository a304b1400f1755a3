"""Which way is down: a direction D along which the loss falls, and the loss along weights + t D, exactly.

At a shallow critical point the second-order coefficient along D is 1/2 ||(A2 D1 + D2 A1) X||^2 + <E X', D2 D1>, where
E = A2 A1 X - Y.
Two kinds of directions are enough to make it negative at every point that is not a global minimum:

*A hidden unit that is not used*, if A2 w = 0 for some w: D1 = w a', D2 = b w' keep the first-order change of the output
at b w'A1, while <E X', D2 D1> = |w|^2 b'E X'a is as negative as the length of a makes it.

*A rotation of the column space*, if A2 has full column rank: with u = A2 h, a vector v orthogonal to the columns of A2
and X X'a = X Y'v, D1 = h a' and D2 = v u'A2 give 1/2 (|v|^2 u'Sigma u - |u|^2 v'Sigma v). This is the first-order part
of the perturbation in item 1 of Proposition 3, for vectors that need not be singular vectors: a smaller Rayleigh
quotient in the column space than orthogonal to it is enough, and rational vectors have one. In deeper networks A_(l,2)
takes the place of A2, and D_l = v u'A_l.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import ctx, fmpq

from symcrit.exact.algebraic import between
from symcrit.exact.entries import fraction
from symcrit.exact.field import FieldElement, sign
from symcrit.exact.functions import poly_text, trimmed
from symcrit.exact.inertia import negative_direction
from symcrit.exact.matrix import Matrix
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import Spectrum, sigma_matrix
from symcrit.networks import linear
from symcrit.networks.points import Point


@dataclass(frozen=True)
class Descent:
    """A curve along which the loss falls: weights + t `direction` + t^2 `bend`, with the loss as a polynomial in t.

    `order` is the least power of t in the change of the loss; `minimal` tells that no curve has a smaller one. The
    curve is a straight line where `bend` is None.
    """

    order: int
    minimal: bool
    direction: tuple[Any, ...]
    loss: tuple[Any, ...]  # coefficients, low to high
    curve: linear.Curve
    bend: tuple[Any, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """Write the direction as programs read it; entries in a number field as they stand in points."""
        fields = [part.field for part in self.direction if part.level]
        found: dict[str, Any] = {"order": self.order, "minimal": self.minimal}
        if self.bend is None:
            found["direction"] = [part.to_strings() for part in self.direction]
        else:
            found["curve"] = [_polynomials(parts) for parts in self.curve]
        found["loss"] = [_coefficient(value) for value in self.loss]
        return {**found, "field": fields[0].to_json()} if fields else found


def _coefficient(value: Any) -> Any:
    if isinstance(value, FieldElement):
        return value.to_json() if value.rational is None else str(value.rational)
    return str(value)


def _polynomials(parts: Sequence[Any]) -> list[list[str]]:
    """Write a weight along a curve entry by entry, as polynomials in t."""
    rows = zip(*(part.to_rows() for part in parts), strict=True)
    return [[poly_text(trimmed(entries), "t") for entries in zip(*row, strict=True)] for row in rows]


def curve(point: Point, parts: Sequence[Any], bend: Sequence[Any] | None = None) -> linear.Curve:
    """Make the curve weights + t `parts` + t^2 `bend`."""
    line = linear.line(point, parts)
    return line if bend is None else [[*both, second] for both, second in zip(line, bend, strict=True)]


def downhill(point: Point, order: int, parts: Sequence[Any], bend: Sequence[Any] | None = None) -> Descent:
    """Take a curve and check exactly that the loss falls along it, with the order stated, which is the least possible.

    Raises AssertionError if it does not: a bug, never a verdict.
    """
    along = curve(point, parts, bend)
    loss = linear.loss_along(point, along)
    if any(sign(value) for value in loss[1:order]) or sign(loss[order]) >= 0:
        raise AssertionError(f"the loss does not fall along a direction of order {order}")
    while not loss[-1]:
        loss.pop()
    return Descent(order, True, tuple(parts), tuple(loss), along, None if bend is None else tuple(bend))


def steepest(point: Point) -> Descent:
    """Go against the gradient, from a point that is not critical.

    >>> one, zero = RationalMatrix.of([[1]]), RationalMatrix.of([[0]])
    >>> steepest(Point(one, one, (one, zero))).loss
    (1/2, -1, 1/2)
    >>> steepest(Point(one, one, (zero, zero)))
    Traceback (most recent call last):
    AssertionError: the loss does not fall along a direction of order 1
    """
    return downhill(point, 1, tuple(-gradient for gradient in linear.gradients(point)))


def second_order(point: Point, found: Spectrum, captured: Sequence[int]) -> Descent:
    """Find a direction of negative curvature at a shallow critical point that is not a global minimum.

    Its entries are rational if the point is. A critical point has no direction of order 1, so order 2 is minimal.

    >>> from symcrit.exact.spectrum import spectrum
    >>> one, zero = RationalMatrix.of([[1]]), RationalMatrix.of([[0]])
    >>> down = second_order(Point(one, one, (zero, zero)), spectrum(one, one), (0,))
    >>> down.direction, down.loss
    ((RationalMatrix.of([['1']]), RationalMatrix.of([['1']])), (1/2, 0, -1, 0, 1/2))
    """
    if sum(captured) < point.weights[1].cols:
        return downhill(point, 2, _unused(point))
    return rotation(point, found, captured)


# ---- a hidden unit that is not used --------------------------------------------------------------


def _unused(point: Point) -> tuple[Any, Any]:
    first, second = point.weights
    error = linear.error_moment(point)
    unit = _shortest(second.kernel())
    row, column = largest(error)
    output = unit.T @ first
    cost = (output @ point.data.xx @ output.T).entry(0, 0) * fmpq(1, 2)
    gain = (unit.T @ unit).entry(0, 0) * error.entry(row, column)
    length = -sign(gain) * (whole(cost / gain) + 1)
    zero = RationalMatrix.of([], (0, 0))
    inward = zero.make(1, error.cols, [int(j == column) for j in range(error.cols)])
    outward = zero.make(error.rows, 1, [int(i == row) for i in range(error.rows)])
    return unit.scale(length) @ inward, outward @ unit.T


def _shortest(basis: Matrix) -> Any:
    """Choose a column of a basis: over QQ the one with the smallest entries."""
    place = 0
    if isinstance(basis, RationalMatrix):
        columns = basis.T.to_rows()
        place = min(range(basis.cols), key=lambda j: sum(map(abs, columns[j]), fmpq(0)))
    return basis.block(range(basis.rows), [place])


def largest(matrix: Matrix) -> tuple[int, int]:
    """Find the largest entry, over a field any that is not 0."""
    places = [(i, j) for i in range(matrix.rows) for j in range(matrix.cols)]
    if isinstance(matrix, RationalMatrix):
        return max(places, key=lambda place: abs(matrix.entry(*place)))
    return next(place for place in places if matrix.entry(*place))


def whole(value: Any) -> int:
    """Bound the size of a number: an integer n with |value| < n + 1, the least one if the number is rational."""
    if isinstance(value, FieldElement):
        if value.rational is None:
            with ctx.workprec(64):
                return math.ceil(fraction(abs(value.ball()).upper().fmpq()))
        value = value.rational
    return math.floor(abs(fraction(value)))


# ---- a rotation of the column space --------------------------------------------------------------


def separated(sigma: Any, second: Any, found: Spectrum, captured: Sequence[int]) -> tuple[Any, Any]:
    """Find u in the column space of a matrix and v orthogonal to it, where the Rayleigh quotient of Sigma is larger.

    There must be a captured eigenvalue below one that is left over. Rational if the matrices are.
    """
    basis, across = second.column_space(), second.T.kernel()
    inner, outer = _apart(_Quadratic.on(sigma, basis), _Quadratic.on(sigma, across), _level(found, captured))
    return basis @ inner, across @ outer


def rotation(point: Point, found: Spectrum, captured: Sequence[int]) -> Descent:
    """Find the direction that rotates the column space of A_(l,2) towards a larger eigenvalue that it skips.

    The spectrum is that of Sigma, and a captured eigenvalue must lie below one that is skipped.
    """
    second, data = point.product(point.depth, 2), point.data
    u, v = separated(sigma_matrix(point.X, point.Y), second, found, captured)
    inner = second.solve(u)
    inputs = data.xx.solve(data.yx.T @ v) if isinstance(v, RationalMatrix) else data.xx.pinv() @ (data.yx.T @ v)
    first, last = _simplified(inner @ inputs.T, v @ (u.T @ point.weights[-1]))
    between = [weight.zeros(*weight.shape) for weight in point.weights[1:-1]]
    return downhill(point, 2, (first, *between, last))


@dataclass(frozen=True)
class _Quadratic:
    """Sigma and the inner product in the coordinates of a basis."""

    form: Any
    metric: Any

    @classmethod
    def on(cls, sigma: RationalMatrix, basis: Any) -> _Quadratic:
        return cls(basis.T @ (sigma @ basis), basis.T @ basis)

    def quotients(self) -> list[Any]:
        """List the Rayleigh quotients of the basis vectors."""
        return [self.form.entry(k, k) / self.metric.entry(k, k) for k in range(self.form.rows)]

    def unit(self, place: int) -> Any:
        return self.form.make(self.form.rows, 1, [int(k == place) for k in range(self.form.rows)])


def _apart(inside: _Quadratic, outside: _Quadratic, level: fmpq) -> tuple[Any, Any]:
    """Find vectors whose Rayleigh quotient is smaller inside than outside: of the bases, else around `level`."""
    small, large = inside.quotients(), outside.quotients()
    low, high = _extreme(small, -1), _extreme(large, 1)
    if sign(large[high] - small[low]) > 0:
        return inside.unit(low), outside.unit(high)
    return (_negative(inside.form - inside.metric.scale(level)),
            _negative(outside.metric.scale(level) - outside.form))


def _extreme(values: Sequence[Any], direction: int) -> int:
    best = 0
    for place, value in enumerate(values):
        if sign(value - values[best]) == direction:
            best = place
    return best


def _level(found: Spectrum, captured: Sequence[int]) -> fmpq:
    """Find a rational number between the smallest captured eigenvalue and the largest that is left over."""
    pairs = list(zip(found.eigenvalues, captured, strict=True))
    return between(next(pair.value for pair, count in reversed(pairs) if count),
                   next(pair.value for pair, count in pairs if count < pair.multiplicity))


def _negative(matrix: Any) -> RationalMatrix:
    """Find a column v with v'Mv < 0, which exists."""
    found = negative_direction(matrix)
    if found is None:
        raise AssertionError("an eigenvalue on the other side of the level gives a negative direction")
    return found


def _simplified(first: Any, second: Any) -> tuple[Any, Any]:
    """Scale a rational direction to coprime integers."""
    if not (isinstance(first, RationalMatrix) and isinstance(second, RationalMatrix)):
        return first, second
    entries = [*first.flint.entries(), *second.flint.entries()]
    below = math.lcm(*(int(entry.q) for entry in entries))
    content = math.gcd(*(int(entry.p) * (below // int(entry.q)) for entry in entries))
    return first.scale(fmpq(below, content)), second.scale(fmpq(below, content))
