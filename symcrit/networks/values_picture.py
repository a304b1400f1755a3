"""A picture of critical values: a ladder with one rung for each, and its p-vector beside it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symcrit.errors import InputError
from symcrit.exact.algebraic import Algebraic
from symcrit.networks.picture import BLUE, RED, figure, legend, number_label, power, saved
from symcrit.networks.values import P, Value, Values

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LOWEST, HIGHEST, STEP = 4.0, 9.0, 0.12  # inches: the height of the picture, which grows with every rung
FRAME, LINE = 1.4, 0.18  # inches: what is not ladder, and what a line of text needs
LONG = 10  # counts, from which on a p-vector is shortened


def draw(found: Values, path: str | Path | None = None) -> Figure:
    """Draw critical values as the rungs of a ladder; labels that would overlap are put together.

    Raises InputError if there is none, if the file cannot be written, and if matplotlib is not installed.

    >>> from symcrit.api import values
    >>> draw(values({"X": [[1]], "Y": [[1]], "widths": [1, 1, 1]}, limit=0))
    Traceback (most recent call last):
    symcrit.errors.InputError: no critical value is listed, so there is nothing to draw
    """
    if not found.values:
        raise InputError("no critical value is listed, so there is nothing to draw", "ask for one or more values")
    height = min(LOWEST + STEP * len(found.values), HIGHEST)
    made = figure(7, height)
    axes = made.subplots()
    losses = [float(value.loss.approx()) for value in found.values]
    marked = losses if found.near is None else [*losses, _near(found)]
    bottom, top = _limits(min(marked), max(marked))
    handles: dict[str, Any] = {}
    for value, loss in zip(found.values, losses, strict=True):
        rung, = axes.plot((0, 1), (loss, loss), color=RED if value.is_global else "black",
                          linewidth=2.5 if value.is_global else 1)
        name = "global minimum" if value.is_global else "critical value"
        handles.setdefault(f"{name} {number_label(value.loss.to_json())}" if value.is_global else name, rung)
    if found.near is not None:
        near = _near(found)
        handles[f"near {near:.6g}"] = axes.axhline(near, color=BLUE, linestyle="--", linewidth=1.5)
    for text, loss in labels(found.values, losses, (top - bottom) * LINE / (height - FRAME)):
        axes.annotate(text, (1, loss), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9,
                      annotation_clip=False)
    made.suptitle(_title(found), fontsize=11)
    axes.set(xlim=(0, 1), ylim=(bottom, top), xticks=[], ylabel="loss")
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    legend(made, handles, 3)
    return saved(made, path)


def labels(values: Sequence[Value], losses: Sequence[float], room: float) -> list[tuple[str, float]]:
    """Choose labels that are further apart than `room`; each says how many rungs near it have none.

    The global minimum comes first, then the values in the order in which they are listed.
    """
    order = sorted(range(len(values)), key=lambda k: not values[k].is_global)
    chosen: list[int] = []
    left: dict[int, int] = {}
    for k in order:
        closest = min(chosen, key=lambda other: abs(losses[other] - losses[k]), default=None)
        if closest is None or abs(losses[closest] - losses[k]) >= room:
            chosen.append(k)
        else:
            left[closest] = left.get(closest, 0) + 1
    return [(p_text(values[k].p) + (f"  and {left[k]} more" if k in left else ""), losses[k]) for k in chosen]


def p_text(p: P) -> str:
    """Print a p-vector, a long one with powers for what is repeated, as a formula of matplotlib.

    >>> p_text((1, 0, 2)), p_text((1,) * 3 + (0,) * 20), p_text(())
    ('p = 1 0 2', 'p = 1$^{3}$ 0$^{20}$', 'p = -')
    """
    if len(p) < LONG:
        return f"p = {' '.join(map(str, p)) or '-'}"
    runs = [(count, len(list(same))) for count, same in itertools.groupby(p)]
    return "p = " + " ".join(str(count) + power(length) for count, length in runs)


def _near(found: Values) -> float:
    return float(Algebraic.rational(found.near).approx())


def _limits(low: float, high: float) -> tuple[float, float]:
    """Leave room around the rungs, and some around a single one."""
    room = 0.04 * (high - low) or max(abs(high), 1) / 2
    return low - room, high + room


def _title(found: Values) -> str:
    shown, widths = len(found.values), "-".join(map(str, found.data.widths))
    which = "" if shown == found.count else f"{shown} of " if found.near is not None else f"the best {shown} of "
    return f"{which}{found.count} critical value{'s' * (found.count != 1)} of p-vectors, widths {widths}"
