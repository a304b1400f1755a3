"""The whole landscape of a ReLU network with one hidden unit, exactly: every cone, every face between them.

The global minimum is found over all faces: on each the loss is that of a linear network, whose stationary points lie in
the face or not, which is decided. A face where a stationary point lies is then looked at from all sides: whether it is
a critical point of the loss itself, a local minimum, possibly at a kink, or none of these.

*Source*: Propositions 6 and 7, for faces of any dimension; Proposition 8 and Example 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flint import fmpq

from symcrit.errors import InputError, LimitError
from symcrit.exact.algebraic import Algebraic
from symcrit.exact.cones import strictly
from symcrit.exact.field import sign
from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.faces import Arrangement, Face
from symcrit.landscape.relu_face import Family, Surroundings
from symcrit.networks.points import RELU, Data, Point

GLOBAL, LOCAL, SADDLE, FLAT = "global_minimum", "local_minimum", "saddle", "degenerate_extremum"
ZERO = Algebraic.rational(0)
MOST_FACES = 1_000_000
Progress = Callable[[int, int], None]


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
class Landscape:
    """All critical points and local minima of the loss with one hidden unit; the sections of `relu --json`.

    `stationary` are the points of a face that are best on it but not around it: they bound nothing but the search.
    """

    data: Data
    arrangement: Arrangement
    cones: tuple[tuple[Face, tuple[Row, ...]], ...]
    zero_output: tuple[Row, ...]
    boundary: tuple[Row, ...]
    best: Row
    spurious: tuple[Row, ...] = field(default=())

    def loss(self, row: Row) -> Algebraic:
        """Compute the loss at the points of a row."""
        return row.value.affine(fmpq(-1, 2), self.data.yy / 2)

    def kind(self, row: Row) -> str:
        """Name what the points of a row are."""
        if row.value == self.best.value:
            return GLOBAL
        return FLAT if row.flat else LOCAL if row.minimum else SADDLE

    def to_json(self) -> dict[str, Any]:
        """Return the document of `relu --json`, without its head."""
        best = self.best
        return {
            "widths": list(self.data.widths), "zero_columns": _numbers(self.arrangement.zero_columns),
            "cones": [{"J": _numbers(face.positive), "nonempty": True, "families": [
                {"sigma": row.value.to_json(), **self._common(row), "exists": True, "interior": True} for row in rows]}
                for face, rows in self.cones],
            "zero_output": [{"J": _numbers(row.face.positive), **self._common(row)} for row in self.zero_output],
            "boundary": [{"J_positive": _numbers(row.face.positive), "J_zero": _numbers(row.face.zero),
                          "critical": row.critical, "differentiable": row.differentiable, **self._common(row)}
                         for row in self.boundary],
            "global_minimum": {"loss": self.loss(best).to_json(), "interior": best.face.open,
                               "differentiable": best.differentiable, "J_positive": _numbers(best.face.positive),
                               "J_zero": _numbers(best.face.zero), "witness": best.witness.to_json()},
            "spurious_local_minima": [
                {"loss": self.loss(row).to_json(), "J": _numbers(row.face.positive), "interior": row.face.open,
                 "flat": row.silent, "witness": row.witness.to_json()} for row in self.spurious]}

    def _common(self, row: Row) -> dict[str, Any]:
        return {"loss": self.loss(row).to_json(), "kind": self.kind(row), "witness": row.witness.to_json()}


def _numbers(places: Iterable[int]) -> list[int]:
    return [j + 1 for j in places]


def relu(data: Data, *, progress: Progress | None = None) -> Landscape:
    """Find the whole landscape of the loss of a ReLU network with one hidden unit.

    Raises InputError for other networks, LimitError if there may be too many faces.

    >>> data = Data(RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[2, 0], [0, 1]]), (2, 1, 2))
    >>> found = relu(data)
    >>> [(face.positive, [(found.loss(row).approx(), found.kind(row)) for row in rows]) for face, rows in found.cones]
    [((0, 1), []), ((0,), [('0.5', 'global_minimum')]), ((1,), [('2', 'local_minimum')]), ((), [])]
    >>> relu(Data(data.X, data.Y, (2, 2, 2)))
    Traceback (most recent call last):
    symcrit.errors.InputError: the whole landscape is found for one hidden unit, widths [d0, 1, d2], not [2, 2, 2]
      suggestion: symcrit classify says what a given point of any ReLU network with one hidden layer is
    """
    if data.depth != 2 or data.widths[1] != 1:
        raise InputError(f"the whole landscape is found for one hidden unit, widths [d0, 1, d2], not "
                         f"{list(data.widths)}", "symcrit classify says what a given point of any ReLU network with "
                         "one hidden layer is")
    arrangement = Arrangement(data.X)
    if (most := arrangement.most_faces) > MOST_FACES:
        raise LimitError(f"{len(arrangement.planes)} hyperplanes in {arrangement.size} dimensions may have {most} "
                         f"faces; the limit is {MOST_FACES}", "take fewer samples")
    cones: list[tuple[Face, tuple[Row, ...]]] = []
    zero_output: list[Row] = []
    boundary: list[Row] = []
    stationary: list[Row] = []
    for number, face in enumerate(arrangement.faces):
        if progress is not None:
            progress(number, len(arrangement.faces))
        around = Surroundings(data, arrangement, face)
        families = around.families()
        quiet = _quiet(around)
        if face.open:
            rows = tuple(_inner(around, family) for family in families)
            cones.append((face, rows))
            zero_output += quiet
            stationary += [*rows, *quiet]
        else:
            rows = tuple(row for family in families for row in _edge(around, family))
            boundary += [*rows, *quiet]
            stationary += [*rows, *quiet]
            stationary += [_stationary(around, family) for family in families if family.top]
    best = max(stationary, key=lambda row: (row.value, row.minimum, row.face.open, row.differentiable))
    return Landscape(data, arrangement, tuple(cones), tuple(zero_output), tuple(boundary), best,
                     _spurious([row for row in stationary if row.minimum and row.value != best.value]))


def _spurious(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Order local minima by their loss; those where the unit is silent belong together, and stand there once."""
    silent = max((row for row in rows if row.silent), key=lambda row: row.face.open, default=None)
    kept = [row for row in rows if not row.silent or row is silent]
    return tuple(sorted(kept, key=lambda row: row.value, reverse=True))


# ---- the rows of one face ------------------------------------------------------------------------


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
