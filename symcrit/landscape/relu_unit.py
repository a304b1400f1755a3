"""What a point is as a point of one hidden unit of a ReLU network, the others fixed: decided, with a way down.

The other units only change what is to be reached, from Y to Y minus their outputs. The conditions are those of
`relu_face`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq

from symcrit.exact.field import sign
from symcrit.exact.field_matrix import scaled
from symcrit.exact.matrix import Matrix
from symcrit.landscape.relu_face import Surroundings

Step = tuple[Any, Any]  # changes of the row of A1 (in the coordinates of the arrangement) and of the column of A2


@dataclass(frozen=True)
class Unit:
    """One hidden unit: the surroundings of its face, what it should produce, its outputs h, its column of A2.

    *Shapes*: `target` is d2 x m, `hidden` m x 1, `output` d2 x 1.
    """

    around: Surroundings
    target: Matrix
    hidden: Any
    output: Any

    @property
    def dead(self) -> bool:
        """Whether the unit is 0 on all samples in a neighbourhood."""
        return not self.around.face.positive and not self.around.face.zero

    @cached_property
    def error(self) -> Any:
        """The error, target minus output with the sign of the loss: A2 h - target."""
        return self.output @ self.hidden.T - self.target

    @cached_property
    def slopes(self) -> list[Any]:
        """The one-sided derivative of the loss along every ray."""
        changes = self.around.changes
        column = changes @ (self.error.T @ self.output)
        return [row[0] for row in column.to_rows()]

    @cached_property
    def differentiable(self) -> bool:
        """Whether the loss has a derivative with respect to the row of A1."""
        around = self.around
        weights = (self.output.T @ self.error).to_rows()[0]
        return not any(sum((weights[j] * distance for j, distance in around.arrangement.distances(i)), fmpq(0))
                       for i in around.face.on)

    def level_kinks(self) -> bool:
        """Tell whether some ray that leaves the face changes the outputs, but not the loss at first order."""
        count = len(self.around.rays) - 2 * self.around.span.cols
        lines = self.around.changes.to_rows()
        return any(not self.slopes[k] and any(lines[k]) for k in range(count))

    def first_order(self) -> Step | None:
        """Find a way down of first order, by the row of A1 alone."""
        found = [k for k, slope in enumerate(self.slopes) if sign(slope) < 0]
        if not found:
            return None
        return self._ray(found[0]), self.output.scale(0)

    def second_order(self) -> Step | None:
        """Find a way down from a point without one of first order; None if it is a local minimum."""
        level = [k for k, slope in enumerate(self.slopes) if not slope]
        if not self.around.face.positive:
            return self._wake(level)
        size = (self.hidden.T @ self.hidden).entry(0, 0)
        gain = self.target @ self.hidden
        value = (gain.T @ gain).entry(0, 0) / size
        found = self._higher(level, value)
        if found is None:
            return None
        weights, rays = found
        row = self._ray(0).scale(0)
        change = self.around.changes.block([0], range(self.around.changes.cols)).scale(0)
        for weight, k in zip(weights, rays, strict=True):
            row = row + scaled(self._ray(k), weight)
            change = change + scaled(self.around.changes.block([k], range(self.around.changes.cols)), weight)
        bent = self.output.scale((change @ self.hidden).entry(0, 0)) + self.error @ change.T
        return row, bent.scale(-1 / size)

    def _higher(self, level: list[int], value: Any) -> tuple[Any, list[int]] | None:
        return self.around.higher(level, value, self.around.changes @ self.target.T)

    def _wake(self, level: list[int]) -> Step | None:
        """From h = 0: let the unit become active along a ray, and its output follow the target."""
        outputs = self.around.changes @ self.target.T
        for k in level:
            wanted = outputs.block([k], range(outputs.cols)).T
            if wanted.is_zero():
                continue
            change = self.around.changes.block([k], range(self.around.changes.cols))
            cost = (self.output.T @ self.output).entry(0, 0) * (change @ change.T).entry(0, 0)
            length = (wanted.T @ wanted).entry(0, 0) / cost if cost else 1
            return scaled(self._ray(k), length), wanted
        return None

    def highest(self) -> bool:
        """Tell whether a point with h = 0 is a local maximum: the loss falls wherever the unit becomes active."""
        lines = self.around.changes.to_rows()
        return all(sign(slope) < 0 or not any(line) for slope, line in zip(self.slopes, lines, strict=True))

    def _ray(self, number: int) -> Any:
        rays = self.around.rays
        return self.around.span.make(1, self.around.arrangement.size, [fmpq(x) for x in rays[number]])
