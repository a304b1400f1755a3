"""A picture of the loss along a curve: how it starts, where it is proved to be lower, and the least loss of all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flint import arb, ctx

from symcrit.exact.field import FieldElement, number_to_json, sign
from symcrit.exact.functions import Function
from symcrit.exact.spectrum import spectrum
from symcrit.landscape.classify import global_minimum
from symcrit.landscape.curve import Curve, Reach, reach
from symcrit.networks import linear
from symcrit.networks.picture import BLUE, FILL, RED, figure, legend, number_label, power, saved

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEPS = 400
BITS = 256  # of the balls in which the loss is computed, so that what cancels leaves more digits than a float has
BEYOND = 1.2  # how much more is drawn than where the loss is lower
SMALL = 8  # how many times deeper than the curve the least loss may lie, to be drawn


def draw(curve: Curve, path: str | Path | None = None) -> Figure:
    """Draw the exact loss along a curve of a linear network against e, with its leading term.

    Raises InputError for a file that cannot be written, and if matplotlib is not installed.

    >>> from symcrit.api import descend
    >>> curve = descend({"X": [[1]], "Y": [[1]], "widths": [1, 1, 1], "weights": [[[0]], [[0]]]})
    >>> draw(curve).axes[0].get_ylabel()
    'loss'
    >>> draw(curve, "a.xyz")
    Traceback (most recent call last):
    symcrit.errors.InputError: cannot write a.xyz: Format 'xyz' is not supported
    """
    made = figure(7.5, 5)
    axes = made.subplots()
    change, start = curve.change, linear.loss(curve.point)
    least = global_minimum(curve.point.data, spectrum(curve.point.X, curve.point.Y))
    found = reach(change) if change else None
    left, right = window(change, found)
    places = [left + (right - left) * k / STEPS for k in range(STEPS + 1)]
    heights = loss_at(change, start, places)
    base, bottom = _float(start), float(least.approx())
    low, high = _limits(base, [height for height in heights if not math.isnan(height)], bottom)
    handles: dict[str, Any] = {"loss": axes.plot(places, heights, color="black", linewidth=1.5)[0]}
    if found is not None:
        order = change.order
        term = (0,) * order + (change.series(order + 1)[order],)
        handles[f"leading term {_coefficient(term[-1])}ε{power(order)}"] = axes.plot(
            places, loss_at(Function(term), start, places), color=BLUE, linestyle="--", linewidth=1.2)[0]
        handles[_range(found, lower=sign(term[-1]) < 0)] = _shade(axes, found, left, right)
    handles[f"the point, loss {number_label(number_to_json(start))}"] = axes.scatter(
        [0], [base], color="black", zorder=3)
    below = "" if bottom >= low else ", below"
    handles[f"least loss {number_label(least.to_json())}{below}"] = axes.axhline(bottom, color=RED, linewidth=1.5)
    axes.set(xlim=(left, right), ylim=(low, high), xlabel="ε", ylabel="loss")
    made.suptitle(f"loss along the curve: {curve.theorem}", fontsize=11)
    legend(made, handles, 2)
    return saved(made, path)


def loss_at(change: Function, start: Any, places: Sequence[float]) -> list[float]:
    """Compute start + change at numbers, each to the nearest float or the next; poles give no height."""
    with ctx.workprec(BITS):
        top, bottom = ([_ball(value) for value in poly] for poly in (change.num, change.den))
        base = _ball(start)
        found = []
        for place in places:
            below = _horner(bottom, arb(place))
            found.append(math.nan if 0 in below else float(base + _horner(top, arb(place)) / below))
    return found


def window(change: Function, found: Reach | None) -> tuple[float, float]:
    """Choose the numbers e that are drawn: some more than where the loss is lower, or where the leading term holds."""
    if found is None:
        return -1.0, 1.0
    right = 0.0 if found.end is None else BEYOND * float(found.end.approx())
    if found.end is None or not found.sharp:
        right = max(right, 1.5 * _scale(change))
    return (-right if found.both else -right / 3), right


def _scale(change: Function) -> float:
    """Find about the first e > 0 where a function is half or twice its leading term; 1 if there is none."""
    order = change.order
    with ctx.workprec(BITS):
        top, bottom = ([_ball(value) for value in poly] for poly in (change.num, change.den))
        for k in range(-240, 240):
            e = arb(2.0 ** (k / 4))
            ratio = float(_horner(top[order:], e) / _horner(bottom, e) / top[order])
            if not 0.5 < ratio < 2:
                return float(e)
    return 1.0


def _limits(base: float, heights: Sequence[float], least: float) -> tuple[float, float]:
    """Choose the losses that are drawn: the way down and the least loss, and as much again of where it rises."""
    depth = base - min(heights)
    low = least if base - least <= SMALL * depth else base - depth
    high = min(max(heights), base + (base - low) / 2) if depth else max(heights)
    room = 0.06 * (high - low) or max(abs(base), 1) / 2
    return low - room, high + room


def _coefficient(value: Any) -> str:
    """Print what stands before a power."""
    if value in (1, -1):
        return "" if value == 1 else "-"
    return number_label(number_to_json(value)) + " "


def _range(found: Reach, *, lower: bool) -> str:
    text = f"proved {'lower' if lower else 'higher'} for 0 < {'|ε|' if found.both else 'ε'}"
    if found.end is None:
        return text
    end = number_label(found.end.to_json())
    return f"{text} < r {end}" if end.startswith("≈") else f"{text} < {end}"


def _shade(axes: Any, found: Reach, left: float, right: float) -> Any:
    """Shade where the loss is proved to be lower, or higher."""
    end = right if found.end is None else float(found.end.approx())
    return axes.axvspan(max(-end, left) if found.both else 0, min(end, right), color=FILL, alpha=0.15, linewidth=0)


def _ball(value: Any) -> arb:
    return value.ball() if isinstance(value, FieldElement) else arb(value)


def _float(value: Any) -> float:
    return float(number_to_json(value)["approx"])


def _horner(poly: Sequence[arb], value: arb) -> arb:
    total = arb(0)
    for coefficient in reversed(poly):
        total = total * value + coefficient
    return total
