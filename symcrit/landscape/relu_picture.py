"""A picture of the landscape of one hidden unit with two inputs: the plane of A1, and the loss by its direction.

Floats are for drawing only; kinds, losses and places are those of the exact landscape.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symcrit.errors import InputError
from symcrit.exact.field import number_to_json
from symcrit.landscape.relu import FLAT, GLOBAL, LOCAL, SADDLE, Landscape
from symcrit.landscape.relu_cones import Cones
from symcrit.landscape.relu_rows import Row
from symcrit.networks.picture import BLUE, FILL, GREY, LIGHT, PURPLE, RED, figure, legend, saved

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEPS = 1440  # of the curve
SAMPLE_NAMES = 12  # beyond which hyperplanes carry no names
MARKS = {GLOBAL: ("*", RED, "global minimum"), LOCAL: ("v", BLUE, "local minimum"),
         SADDLE: ("x", PURPLE, "saddle"), FLAT: ("s", GREY, "constant nearby")}
Losses = Callable[[float], float]
Mark = tuple[float, float, str, bool]  # the direction of A1, the loss, the kind, whether the loss has a derivative


def draw(found: Landscape | Cones, path: str | Path | None = None) -> Figure:
    """Draw a landscape with two inputs: the plane of A1, and the loss by its direction.

    Raises InputError for other data, for a file that cannot be written, and if matplotlib is not installed.

    >>> from symcrit.api import relu
    >>> draw(relu({"X": [[1]], "Y": [[1]], "widths": [1, 1, 1]}))
    Traceback (most recent call last):
    symcrit.errors.InputError: a picture needs two inputs that are independent, not 1
    """
    if not isinstance(found, Landscape):
        raise InputError("a picture is drawn of one hidden unit")
    size = found.arrangement.size
    if size != 2 or found.data.widths[0] != 2:
        raise InputError(f"a picture needs two inputs that are independent, not {size}")
    made = figure(11, 5)
    plane, curve = made.subplots(1, 2)
    marks, loss = list(_marks(found)), _losses(found)
    _plane(plane, found, marks, loss)
    _curve(curve, found, marks, loss)
    _legend(made, plane, marks)
    return saved(made, path)


def _marks(found: Landscape) -> Iterator[Mark]:
    rows: list[Row] = [row for _, family in found.cones for row in family]
    rows += [*found.zero_output, *found.boundary]
    for row in rows if any(row is found.best for row in rows) else [*rows, found.best]:
        first, second = (_float(entry) for entry in row.witness.weights[0].to_rows()[0])
        if first or second:
            yield math.atan2(second, first), float(found.loss(row).approx()), found.kind(row), row.differentiable


def _float(value: Any) -> float:
    return float(number_to_json(value)["approx"])


def _plane(axes: Any, found: Landscape, marks: list[Mark], loss: Losses) -> None:
    """Draw the cones, darker where the least loss is lower, the hyperplanes, and the points by their direction."""
    from matplotlib.patches import Wedge

    curve = [loss(math.tau * k / STEPS) for k in range(STEPS)]
    low, high = min(curve), max(curve)
    for face in found.arrangement.faces:
        if not face.open:
            continue
        first, second = sorted(math.degrees(math.atan2(ray[1], ray[0])) for ray in face.rays)
        start, end = (first, second) if second - first <= 180 else (second, first + 360)
        inside = [curve[k % STEPS] for k in range(round(start * STEPS / 360), round(end * STEPS / 360) + 1)]
        depth = (high - min(inside, default=high)) / (high - low) if high > low else 0.0
        axes.add_patch(Wedge((0, 0), 1, start, end, facecolor=FILL, alpha=0.06 + 0.4 * depth, edgecolor="none"))
        if len(found.arrangement.planes) <= SAMPLE_NAMES:
            middle = math.radians((start + end) / 2)
            active = ",".join(str(j + 1) for j in face.positive)
            axes.text(0.62 * math.cos(middle), 0.62 * math.sin(middle), f"{{{active}}}", ha="center", va="center")
    for i, (a, b) in enumerate(found.arrangement.planes):
        length = math.hypot(a, b)
        x, y = -b / length, a / length
        axes.plot((-x, x), (-y, y), color="black", linewidth=0.8)
        if len(found.arrangement.planes) <= SAMPLE_NAMES:
            names = ",".join(str(j + 1) for j, _ in found.arrangement.members[i])
            axes.text(1.14 * x, 1.14 * y, f"$x_{{{names}}}$", ha="center", va="center", fontsize=9)
    for angle, _, kind, smooth in marks:
        _mark(axes, math.cos(angle), math.sin(angle), kind, smooth)
    axes.set(xlim=(-1.3, 1.3), ylim=(-1.3, 1.3), aspect="equal", title="directions of A1, with the active samples")
    axes.axis("off")


def _curve(axes: Any, found: Landscape, marks: list[Mark], loss: Losses) -> None:
    """Draw the loss with the best A2 against the direction of A1."""
    angles = [math.tau * k / STEPS - math.pi for k in range(STEPS + 1)]
    axes.plot([math.degrees(angle) for angle in angles], list(map(loss, angles)), color="black",
              linewidth=1)
    for a, b in found.arrangement.planes:
        for turn in (1, -1):
            axes.axvline(math.degrees(math.atan2(turn * a, -turn * b)), color=LIGHT, linewidth=0.6, zorder=0)
    for angle, height, kind, smooth in marks:
        _mark(axes, math.degrees(angle), height, kind, smooth)
    axes.set(xlabel="direction of A1 in degrees", ylabel="loss with the best A2", xlim=(-180, 180))
    axes.set_xticks(range(-180, 181, 90))


def _legend(made: Figure, axes: Any, marks: list[Mark]) -> None:
    """Name the marks that occur, below the picture."""
    kinds = [kind for kind in MARKS if any(mark[2] == kind for mark in marks)]
    named = {MARKS[kind][2]: axes.scatter([], [], marker=MARKS[kind][0], s=70, c=[MARKS[kind][1]]) for kind in kinds}
    if not all(mark[3] for mark in marks):
        named["hollow: a kink"] = axes.scatter([], [], marker="o", s=50, facecolors="white", edgecolors="black")
    legend(made, named, len(named))


def _mark(axes: Any, x: float, y: float, kind: str, smooth: bool) -> None:
    shape, colour, _ = MARKS[kind]
    inside = {} if shape == "x" else {"edgecolors": colour}
    axes.scatter([x], [y], marker=shape, s=90, zorder=3, linewidths=1.5, clip_on=False,
                 c=[colour if smooth or shape == "x" else "white"], **inside)


def _losses(found: Landscape) -> Losses:
    """Make the function that computes 1/2 tr YY' - 1/2 |Yh|^2/|h|^2 for a direction of A1."""
    data = found.data
    inputs = [[_float(entry) for entry in row] for row in data.X.to_rows()]
    outputs = [[_float(entry) for entry in row] for row in data.Y.to_rows()]
    total = sum(entry * entry for row in outputs for entry in row)

    def loss(angle: float) -> float:
        hidden = [max(0.0, math.cos(angle) * p + math.sin(angle) * q) for p, q in zip(*inputs, strict=True)]
        size = sum(h * h for h in hidden)
        gain = sum(sum(y * h for y, h in zip(row, hidden, strict=True)) ** 2 for row in outputs)
        return (total - (gain / size if size else 0.0)) / 2

    return loss
