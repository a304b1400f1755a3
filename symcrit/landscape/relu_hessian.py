"""The second order of the loss of a ReLU network where every hidden unit stays on its face: there it is a polynomial.

With V_i a basis of the span of the face of unit i, P_i = V_i'X with 0 for samples that are not active, h_i its outputs,
b_i its column of A2 and E the error, the form is |sum of c_i h_i' + b_i t_i'P_i|^2 + 2 <E, sum of c_i t_i'P_i>.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from symcrit.exact.inertia import Inertia, inertia
from symcrit.landscape.relu_unit import Step, Unit


class FaceHessian:
    """The Hessian in the coordinates t_1, t_2, ..., c_1, c_2, ... of several units."""

    def __init__(self, units: Sequence[Unit], error: Any) -> None:
        self.units = units
        self.error = error
        self.inputs = [_masked_inputs(unit) for unit in units]
        self.inner = [part.rows for part in self.inputs]
        self.outputs = error.rows

    @cached_property
    def matrix(self) -> Any:
        """The matrix of second derivatives."""
        starts = [sum(self.inner[:i]) for i in range(len(self.units))]
        below = sum(self.inner)
        size = below + self.outputs * len(self.units)
        rows: list[list[Any]] = [[0] * size for _ in range(size)]
        for i, left in enumerate(self.units):
            for j, right in enumerate(self.units):
                both = (left.output.T @ right.output).entry(0, 0)
                shared = (self.inputs[i] @ self.inputs[j].T).to_rows()
                for a, line in enumerate(shared):
                    for b, entry in enumerate(line):
                        rows[starts[i] + a][starts[j] + b] = both * entry
                seen = self.inputs[i] @ right.hidden @ left.output.T
                if i == j:
                    seen = seen + self.inputs[i] @ self.error.T
                for a, line in enumerate(seen.to_rows()):
                    for c, entry in enumerate(line):
                        place = below + j * self.outputs + c
                        rows[starts[i] + a][place] = rows[place][starts[i] + a] = entry
                product = (left.hidden.T @ right.hidden).entry(0, 0)
                for c in range(self.outputs):
                    rows[below + i * self.outputs + c][below + j * self.outputs + c] = product
        ring = max((self.error, *(part for unit in self.units for part in (unit.hidden, unit.output))),
                   key=lambda part: part.level)
        return ring.make(size, size, [entry for row in rows for entry in row])

    @cached_property
    def inertia(self) -> Inertia:
        """The signs of its eigenvalues."""
        return inertia(self.matrix)

    def steps(self, direction: Any) -> list[Step]:
        """Split a direction, a column, into the changes of every unit."""
        found, start, below = [], 0, sum(self.inner)
        for i, unit in enumerate(self.units):
            inner = direction.block(range(start, start + self.inner[i]), [0])
            outer = direction.block(range(below + i * self.outputs, below + (i + 1) * self.outputs), [0])
            found.append(((unit.around.span @ inner).T, outer))
            start += self.inner[i]
        return found

    def separate(self) -> bool:
        """Tell whether units that differ in their face have no active sample in common."""
        faces = [unit.around.face for unit in self.units]
        return all(left.signs == right.signs or not set(left.positive) & set(right.positive)
                   for left in faces for right in faces)

    def constant(self) -> int:
        """Count the directions in which the loss is constant.

        They mix units of the same face, A2 C and C^-1 A1, and change inputs that no active sample sees.
        """
        below = sum(self.inner)
        size = below + self.outputs * len(self.units)
        starts = [sum(self.inner[:i]) for i in range(len(self.units))]
        rows: list[list[Any]] = []
        for i, unit in enumerate(self.units):
            for line in self.inputs[i].T.kernel().T.to_rows():
                rows.append([0] * size)
                rows[-1][starts[i]: starts[i] + self.inner[i]] = line
            for j, other in enumerate(self.units):
                if unit.around.face.signs != other.around.face.signs:
                    continue
                rows.append([0] * size)  # t_i falls by what c_j gains: c_j = b_i, t_i = -t_j
                rows[-1][starts[i]: starts[i] + self.inner[i]] = [-x for x in self._coordinates(j)]
                rows[-1][below + j * self.outputs: below + (j + 1) * self.outputs] = _column(self.units[i].output)
        ring = self.matrix
        return int(ring.make(len(rows), size, [entry for row in rows for entry in row]).rank())

    def _coordinates(self, number: int) -> list[Any]:
        """Write the row of a unit in the basis of the span of its face, up to inputs that no active sample sees."""
        unit = self.units[number]
        return _column(self.inputs[number].T.solve(unit.hidden))


def _column(matrix: Any) -> list[Any]:
    return [entry for (entry,) in matrix.to_rows()]


def _masked_inputs(unit: Unit) -> Any:
    around = unit.around
    chosen = (around.span.T @ around.x).to_rows()
    place = {j: k for k, j in enumerate(around.face.positive)}
    columns = range(around.data.X.cols)
    return around.span.make(around.span.cols, around.data.X.cols,
                            [row[place[j]] if j in place else 0 for row in chosen for j in columns])
