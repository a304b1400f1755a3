"""The whole landscape of a ReLU network with one hidden unit, exactly: every cone, every face between them.

The global minimum is found over all faces: on each the loss is that of a linear network, whose stationary points lie in
the face or not, which is decided. A face where a stationary point lies is then looked at from all sides: whether it is
a critical point of the loss itself, a local minimum, possibly at a kink, or none of these.

*Source*: Propositions 6 and 7, for faces of any dimension; Proposition 8 and Example 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flint import fmpq

from symcrit.errors import InputError, LimitError
from symcrit.exact.algebraic import Algebraic
from symcrit.landscape.faces import Arrangement, Face
from symcrit.landscape.relu_rows import Row
from symcrit.landscape.relu_runs import Progress, faces_of
from symcrit.networks.points import Data

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GLOBAL, LOCAL, SADDLE, FLAT = "global_minimum", "local_minimum", "saddle", "degenerate_extremum"
MOST_FACES = 1_000_000


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

    def plot(self, path: str | Path | None = None) -> Figure:
        """Draw a landscape of two inputs; a figure of matplotlib, also written to a file if one is given."""
        from symcrit.landscape.relu_picture import draw

        return draw(self, path)

    def _repr_html_(self) -> str:
        from symcrit.sheets.relu import landscape_sheet

        return landscape_sheet(self.to_json()).html()

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


def relu(data: Data, *, executor: Executor | None = None, resume: str | Path | None = None,
         progress: Progress | None = None) -> Landscape:
    """Find the whole landscape of the loss of a ReLU network with one hidden unit.

    Faces are looked at one by one, or by any `concurrent.futures` executor. What is found is kept in the file `resume`,
    if one is given, and taken from it by the next run on the same data. Raises InputError for other networks and for
    a file of other data, LimitError if there may be too many faces.

    >>> from symcrit.exact.rational import RationalMatrix
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
    every = faces_of(data, arrangement, executor=executor, resume=resume, progress=progress)
    pairs = list(zip(arrangement.faces, every, strict=True))
    stationary = [row for _, found in pairs for row in found]
    best = max(stationary, key=lambda row: (row.value, row.minimum, row.face.open, row.differentiable))
    return Landscape(
        data, arrangement, tuple((face, found.families) for face, found in pairs if face.open),
        tuple(row for face, found in pairs if face.open for row in found.quiet),
        tuple(row for face, found in pairs if not face.open for row in (*found.families, *found.quiet)), best,
        _spurious([row for row in stationary if row.minimum and row.value != best.value]))


def _spurious(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Order local minima by their loss; those where the unit is silent belong together, and stand there once."""
    silent = max((row for row in rows if row.silent), key=lambda row: row.face.open, default=None)
    kept = [row for row in rows if not row.silent or row is silent]
    return tuple(sorted(kept, key=lambda row: row.value, reverse=True))
