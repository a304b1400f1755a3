"""What all pictures have in common: a figure that shows itself in notebooks, a legend below it, colours, and files.

Pictures need matplotlib, the extra `plot`, which is imported when the first one is drawn. Floats are for drawing only.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symcrit.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RED, BLUE, PURPLE, GREY, LIGHT = "#b2182b", "#2166ac", "#5e3c99", "#878787", "#bbbbbb"  # told apart by everybody
FILL = "#2c7fb8"
DOTS = 150  # an inch, in files
MAX_TEXT = 12  # characters of an exact number


def figure(width: float, height: float) -> Figure:
    """Make an empty figure, its size in inches; raises InputError if matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise InputError("pictures are drawn by matplotlib, which is not installed",
                         "pip install matplotlib") from None

    class Picture(Figure):
        """A figure that notebooks show; those of matplotlib are shown only where pyplot was imported."""

        def _repr_png_(self) -> bytes:
            from io import BytesIO

            stream = BytesIO()
            self.savefig(stream, format="png")
            return stream.getvalue()

    return Picture(figsize=(width, height), layout="constrained")


def legend(made: Figure, handles: Mapping[str, Any], columns: int) -> None:
    """Name what is drawn, below the picture."""
    if handles:
        made.legend(list(handles.values()), list(handles), loc="outside lower center", ncols=columns, frameon=False)


def saved(made: Figure, path: str | Path | None) -> Figure:
    """Write a figure into a file (.pdf, .png or .svg), if one is given; raises InputError if that fails."""
    if path is not None:
        try:
            made.savefig(path, dpi=DOTS)
        except (OSError, ValueError) as error:
            raise InputError(f"cannot write {path}: {error}") from None
    return made


def number_label(value: Mapping[str, Any]) -> str:
    """Print an exact number, given as `--json` prints it: short ones whole, others rounded.

    >>> number_label({"exact": "-3/2", "approx": "-1.5"}), number_label({"approx": "1.4142135623730950488"})
    ('-3/2', '≈ 1.41421')
    """
    exact: str = value.get("exact", "")
    return exact if 0 < len(exact) <= MAX_TEXT else f"≈ {float(value['approx']):.6g}"


def power(exponent: int) -> str:
    """Print an exponent as matplotlib reads it, none if it is 1.

    >>> power(3), power(1)
    ('$^{3}$', '')
    """
    return "" if exponent == 1 else f"$^{{{exponent}}}$"
