"""What there is on one face of the arrangement: its critical points and local minima, for one hidden unit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flint import fmpq

from symcrit.exact.algebraic import Algebraic
from symcrit.exact.cones import strictly
from symcrit.exact.field import sign
from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.faces import Arrangement, Face
from symcrit.landscape.relu_face import Family, Surroundings
from symcrit.networks.points import RELU, Data, Point

ZERO = Algebraic.rational(0)


@dataclass(frozen=True)
class Row:
    """One set of points of a face that are critical points or local minima, with one of them.

    `value` is the eigenvalue that is captured: the loss is 1/2 tr YY' - 1/2 `value`. `minimum` tells whether they are
    local minima of the loss, `silent` whether the hidden unit is 0 on all samples, `flat` whether the loss is constant
    around them.
    """

    face: Face
    value: Algebraic
    witness: Point
    critical: bool
    differentiable: bool
    minimum: bool
    silent: bool = False
    flat: bool = False


@dataclass(frozen=True)
class Found:
    """The rows of one face: families of stationary points, points where A2 = 0 or the unit is silent, and the rest.

    `bound` are points that are best on the face but not around it: they bound nothing but the search.
    """

    families: tuple[Row, ...] = ()
    quiet: tuple[Row, ...] = ()
    bound: tuple[Row, ...] = field(default=())

    def __iter__(self) -> Iterator[Row]:
        return iter((*self.families, *self.quiet, *self.bound))


def rows_of(data: Data, arrangement: Arrangement, face: Face) -> Found:
    """Find the rows of one face."""
    around = Surroundings(data, arrangement, face)
    families = around.families()
    quiet = tuple(_quiet(around))
    if face.open:
        return Found(tuple(_inner(around, family) for family in families), quiet)
    edges = tuple(row for family in families for row in _edge(around, family))
    return Found(edges, quiet, tuple(_stationary(around, family) for family in families if family.top))


def _inner(around: Surroundings, family: Family) -> Row:
    """Describe a family in an open cone: critical, and a local minimum if it captures the largest eigenvalue."""
    return Row(around.face, family.value, witness(around, family.point), critical=True, differentiable=True,
               minimum=family.top)


def _stationary(around: Surroundings, family: Family) -> Row:
    point = family.point
    slopes = around.slopes(around.hidden(point), family.exact)
    return Row(around.face, family.value, witness(around, point), critical=slopes.is_zero(),
               differentiable=around.differentiable(around.data.Y @ around.hidden(point)), minimum=False)


def _edge(around: Surroundings, family: Family) -> list[Row]:
    """Find the critical points, and the local minima, among the stationary points of a lower face.

    All conditions are linear in the point, and the relative interior of the points without a way down of first order
    has the fewest rays along which the second order decides: if it is no local minimum, none is.
    """
    slopes = around.slopes(around.hidden(family.basis), family.exact)
    rows = []
    point = around.inside(family.basis @ slopes.kernel()) if slopes.rank() < slopes.cols else None
    if point is not None:
        everything = list(range(len(around.rays)))
        rows.append(Row(around.face, family.value, witness(around, point), critical=True, differentiable=True,
                        minimum=family.top and around.higher(everything, family.exact) is None))
    if not family.top or (rows and rows[0].minimum):
        return rows
    point = around.inside(family.basis, -slopes)
    if point is not None:
        hidden = around.hidden(point)
        along = around.slopes(hidden, family.exact)
        level = [k for k in range(along.rows) if not along.entry(k, 0)]
        descending = any(sign(along.entry(k, 0)) > 0 for k in range(along.rows))
        if not descending and around.higher(level, family.exact) is None:
            rows.append(Row(around.face, family.value, witness(around, point), critical=False, minimum=True,
                            differentiable=around.differentiable(around.data.Y @ hidden)))
    return rows


def _quiet(around: Surroundings) -> list[Row]:
    """Find the points of a face where the loss is 1/2 tr YY': with A2 = 0 and Yh = 0, or with h = 0."""
    face, data = around.face, around.data
    if face.positive:
        point = around.silent()
        return [] if point is None else [Row(face, ZERO, _with(around, point, _zeros(data)), critical=True,
                                             differentiable=True, minimum=around.mute())]
    point = _middle(around)
    if not face.zero:
        return [Row(face, ZERO, _with(around, point, _zeros(data)), critical=True, differentiable=True, minimum=True,
                    silent=True, flat=True)]
    rows = [Row(face, ZERO, _with(around, point, _zeros(data)), critical=True, differentiable=True,
                minimum=around.mute(), silent=True)]
    output = None if rows[0].minimum else _resting(around)
    if output is not None:
        rows.append(Row(face, ZERO, _with(around, point, output), critical=False, minimum=True, silent=True,
                        differentiable=around.differentiable(output)))
    return rows


def _resting(around: Surroundings) -> Any:
    """Find A2 at which a point with h = 0 on a boundary is a local minimum, as a column; None if there is none."""
    lines = around.outputs.to_rows()
    column = strictly([], around.data.Y.rows, [[-x for x in line] for line in lines])
    if column is None:
        return None
    output = RationalMatrix.of([], (0, 0)).make(len(column), 1, column)
    slopes = (around.outputs @ output).to_rows()
    still = all(slope < 0 or not any(line) for (slope,), line in zip(slopes, lines, strict=True))
    return output if still else None


def _middle(around: Surroundings) -> RationalMatrix:
    size = around.arrangement.size
    return RationalMatrix.of([[sum(ray[k] for ray in around.face.rays)] for k in range(size)], (size, 1))


def _zeros(data: Data) -> RationalMatrix:
    return RationalMatrix.of([], (0, 0)).make(data.Y.rows, 1, [0] * data.Y.rows)


def witness(around: Surroundings, point: Any) -> Point:
    """Make the point with this A1, a column in the coordinates of the arrangement, and the best A2 for it."""
    point = _coprime(point)
    hidden = around.hidden(point)
    length = (hidden.T @ hidden).entry(0, 0)
    return _with(around, point, (around.data.Y @ hidden).scale(1 / length))


def _with(around: Surroundings, point: Any, output: Any) -> Point:
    weights = (around.arrangement.lifted(point.T), output)
    return Point(around.data.X, around.data.Y, tuple(_simplest(weight) for weight in weights), RELU)


def _simplest(weight: Any) -> Any:
    """Write a matrix over QQ if it is rational."""
    rational = weight.rational() if weight.level else None
    return weight if rational is None else rational


def _coprime(point: Any) -> Any:
    """Scale a rational column to coprime integers."""
    if not isinstance(point, RationalMatrix):
        return point
    entries = point.flint.entries()
    below = math.lcm(*(int(entry.q) for entry in entries))
    content = math.gcd(*(int(entry.p) * (below // int(entry.q)) for entry in entries))
    return point.scale(fmpq(below, content)) if content else point
