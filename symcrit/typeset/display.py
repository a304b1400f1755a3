"""Displays: relations one a line, aligned or broken, with tags and with reasons at the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from symcrit.typeset.lines import INDENT, RELATION, WIDTH, broken, solid, width

RELATIONS = {"=": "=", "<=": r"\le", "<": "<", "!=": r"\neq", ">=": r"\ge", ">": ">"}
_SIGN = 20.0  # points that a relation and the space around it take
_BEFORE = 14.0  # points between a formula and its reason or tag


class Row(NamedTuple):
    r"""One relation, its sides with places to break them; the tag is LaTeX, the anchor names a `\label`.

    >>> Row("a", "b", "<=", "eq1", "t:eq1").end
    ' \\tag{eq1}\\label{t:eq1}'
    """

    left: str
    right: str
    relation: str = "="
    tag: str = ""
    anchor: str = ""

    @property
    def sign(self) -> str:
        """The relation as LaTeX."""
        return RELATIONS[self.relation]

    @property
    def end(self) -> str:
        """What closes the last line of the relation."""
        return (rf" \tag{{{self.tag}}}" if self.tag else "") + (rf"\label{{{self.anchor}}}" if self.anchor else "")

    @property
    def free(self) -> float:
        """The points that the tag leaves for the formula."""
        return WIDTH - (width(f"({self.tag})") + _BEFORE if self.tag else 0.0)


def block(rows: Sequence[Row]) -> list[str]:
    r"""Print relations aligned at their signs, or flush left with lines broken if one is too long.

    A tag keeps its own width free on both sides.

    >>> block([Row("a", "b")])
    ['\\begin{align*}', 'a &= b', '\\end{align*}']
    """
    widest = max(width(row.tag) for row in rows)
    limit = WIDTH - 2 * (widest + 20.0) if widest else WIDTH
    left, right = max(width(row.left) for row in rows), max(width(row.right) for row in rows)
    lines = []
    for row in rows:
        if left + right + _SIGN <= limit:
            lines.append(f"{solid(row.left)} &{row.sign} {solid(row.right)}{row.end}")
        else:
            parts = broken(f"{row.left} {RELATION}{row.sign} {row.right}", max(limit, WIDTH / 2))
            lines.append("& " + " \\\\\n&\\quad ".join(map(solid, parts)) + row.end)
    return _display(lines)


def listed(rows: Sequence[Row]) -> list[str]:
    r"""Print relations that stand by themselves, aligned at their signs if there is room for that.

    >>> listed([Row("a", "b", tag="h")])
    ['\\begin{align*}', 'a &= b \\tag{h}', '\\end{align*}']
    """
    return _aligned(rows) or _display([_broken(row) for row in rows])


def chained(rows: Sequence[Row], reasons: Sequence[str], room: float) -> tuple[list[str], bool]:
    r"""Print a chain (rows after the first have no left side), and say whether its reasons stand in the display.

    `room` is the width of the widest reason. Where there is no room, the first side has a line of its own, the
    reasons are left out, or lines are broken.

    >>> chained([Row("a", "b"), Row("", "c", tag="h")], ["by x", ""], 20.0)[0]
    ['\\begin{align*}', 'a &= b && \\text{by x} \\\\\n&= c \\tag{h}', '\\end{align*}']
    >>> chained([Row("a", "b"), Row("", "c")], ["by x", ""], 400.0)
    (['\\begin{align*}', 'a &= b \\\\\n&= c', '\\end{align*}'], False)
    """
    lines = _aligned(rows, reasons, room) or _hanging(rows, reasons, room)
    if lines:
        return lines, True
    none = [""] * len(rows)
    return _aligned(rows) or _hanging(rows, none, 0.0) or _display([_broken(row) for row in rows]), False


def explained(rows: Sequence[Row], reasons: Sequence[str], rooms: Sequence[float]) -> list[str]:
    r"""Print a chain with all its reasons, of given widths; a long line is broken, its reason at its end or below.

    >>> print(explained([Row("a", "b"), Row("", "c")], ["by x", ""], [400.0, 0.0])[1])
    & a = b \\
    &\qquad\qquad \parbox[t]{274pt}{\raggedright by x} \\
    &\quad = c
    """
    room = max(rooms)
    lines = _aligned(rows, reasons, room) or _hanging(rows, reasons, room)
    if lines:
        return lines
    first = [f"& {solid(part)}" for part in broken(rows[0].left)] if width(rows[0].left) > WIDTH / 3 else []
    rows = [rows[0]._replace(left="") if first else rows[0], *rows[1:]]
    return _display([*first, *(_broken(*one) for one in zip(rows, reasons, rooms, strict=True))])


def _aligned(rows: Sequence[Row], reasons: Sequence[str] = (), room: float = 0.0) -> list[str]:
    """Align relations at their signs, reasons at the right; return nothing if there is no room."""
    reasons = reasons or [""] * len(rows)
    if not _fits(rows, max(width(row.left) for row in rows), reasons, room):
        return []
    return _display([f"{solid(row.left)} &{row.sign} {solid(row.right)}{_told(reason)}{row.end}".lstrip()
                     for row, reason in zip(rows, reasons, strict=True)])


def _hanging(rows: Sequence[Row], reasons: Sequence[str], room: float) -> list[str]:
    """Put the first side on a line of its own; return nothing if there is no room."""
    told = _BEFORE + room if any(reasons) else 0.0
    if width(rows[0].left) + told > WIDTH or not _fits(rows, INDENT, reasons, room):
        return []
    return _display([f"& {solid(rows[0].left)}",
                     *(rf"&\quad {row.sign} {solid(row.right)}{_told(reason)}{row.end}"
                       for row, reason in zip(rows, reasons, strict=True))])


def _fits(rows: Sequence[Row], before: float, reasons: Sequence[str], room: float) -> bool:
    widest = max(width(row.right) for row in rows) + _BEFORE + room  # of all columns, if there are reasons
    return all(before + _SIGN + (widest if any(reasons) else width(row.right)) <= row.free for row in rows)


def _broken(row: Row, reason: str = "", room: float = 0.0) -> str:
    """Break one relation into lines, flush left or (in a chain) indented; its reason, if any, comes last."""
    start = f"{row.left} {RELATION}" if row.left else ""
    parts = broken(f"{start}{row.sign} {row.right}", max(row.free - INDENT, WIDTH / 2))
    first, later = ("& ", r"&\quad ") if row.left else (r"&\quad ", r"&\qquad ")
    lines = [first + solid(parts[0]), *(later + solid(part) for part in parts[1:])]
    if reason and width(parts[-1]) + 2 * INDENT + _BEFORE + room <= row.free:
        lines[-1] += rf" \qquad \text{{{reason}}}"
    elif reason and 4 * INDENT + room <= row.free:
        lines.append(rf"&\qquad\qquad \text{{{reason}}}")
    elif reason:  # of many labels: a paragraph
        lines.append(rf"&\qquad\qquad \parbox[t]{{{row.free - 4 * INDENT:.0f}pt}}{{\raggedright {reason}}}")
    return " \\\\\n".join(lines) + row.end


def _told(reason: str) -> str:
    return rf" && \text{{{reason}}}" if reason else ""


def _display(lines: Sequence[str]) -> list[str]:
    return [r"\begin{align*}", " \\\\\n".join(lines), r"\end{align*}"]
