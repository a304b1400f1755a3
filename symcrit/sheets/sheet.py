"""A sheet: what was found about data or a point, row by row; the command line prints it, notebooks show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from symcrit.sheets.numbers import coefficient, matrix_text

MAX_CELLS = 400  # entries of a matrix that a notebook shows as one


@dataclass(frozen=True)
class Formula:
    """A matrix and what stands before it: `A1 = [1 0]` in text, a table of entries in a notebook."""

    before: str
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        return self.before + matrix_text(self.rows)

    def html(self) -> str:
        """Print it as MathML, unless it is empty or too large to be read."""
        if not self.rows or not self.rows[0] or len(self.rows) * len(self.rows[0]) > MAX_CELLS:
            return escape(str(self))
        rows = "".join("<mtr>" + "".join(f"<mtd><mtext>{escape(coefficient(entry))}</mtext></mtd>" for entry in row)
                       + "</mtr>" for row in self.rows)
        return (f"<math><mrow><mtext>{escape(self.before)}</mtext><mo>[</mo><mtable>{rows}</mtable><mo>]</mo></mrow>"
                "</math>")


Cell = str | Formula


@dataclass(frozen=True)
class Entry:
    """A label with rows of cells beside it or, with `under`, below it; `headed` if the first row names the columns."""

    label: str
    rows: Sequence[Sequence[Cell]]
    headed: bool = False
    under: bool = False
    left: int = 0  # rows that are not shown

    def lines(self) -> list[str]:
        """Print it as text, its columns aligned."""
        shown = columns([[str(cell) for cell in row] for row in self.rows])
        if not self.under:
            return [f"  {self.label if k == 0 else '':<11} {row}".rstrip() for k, row in enumerate(shown)]
        indent = "    " if self.label else "  "
        more = [f"({self.left} more)"] if self.left else []
        return [*([f"  {self.label}"] if self.label else []), *(indent + row for row in (*shown, *more))]

    def html(self) -> str:
        """Print it as a row of a table."""
        rows = [[_cell(cell) for cell in row] for row in self.rows]
        inside = _table(rows, self.headed) if max(map(len, rows), default=0) > 1 else "<br>".join(c for c, in rows)
        if self.left:
            inside += f"({self.left} more)"
        head = f"<b>{escape(self.label)}</b>"
        if self.under:
            return f'<tr><td colspan="2" style="text-align:left">{head}{inside}</td></tr>'
        return f'<tr style="vertical-align:top"><td>{head}</td><td style="text-align:left">{inside}</td></tr>'


@dataclass(frozen=True)
class Sheet:
    """A verdict, what it is about, and the entries.

    >>> sheet = Sheet("STRICT SADDLE", "linear network", (line("loss", "1/2"), line("", Formula("A1 = ", [["1"]]))))
    >>> print(sheet.text("p.json"))
    p.json: STRICT SADDLE  linear network
      loss        1/2
                  A1 = [1]
    >>> "<b>STRICT SADDLE</b> linear network" in sheet.html()
    True
    """

    verdict: str
    about: str
    entries: tuple[Entry, ...]

    def text(self, name: str) -> str:
        """Print it for a terminal, with the name of the file first."""
        head = f"{name}: {self.verdict}  {self.about}".rstrip()
        return "\n".join([head, *(line for entry in self.entries for line in entry.lines())])

    def html(self) -> str:
        """Print it for a notebook: tables and MathML, no script and no style of its own."""
        rows = "".join(entry.html() for entry in self.entries)
        return f"<div><b>{escape(self.verdict)}</b> {escape(self.about)}<table>{rows}</table></div>"


def line(label: str, text: Cell) -> Entry:
    """Make an entry of one cell."""
    return Entry(label, [[text]])


def weights(found: Mapping[str, Any], mark: str = " = ") -> list[Formula]:
    """Name the weights of a point."""
    return [Formula(f"A{k}{mark}", weight) for k, weight in enumerate(found["weights"], 1)]


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align rows of cells.

    >>> columns([("a", "bb"), ("ccc", "d")])
    ['a    bb', 'ccc  d']
    """
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))] if rows else []
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _cell(cell: Cell) -> str:
    return cell.html() if isinstance(cell, Formula) else escape(cell)


def _table(rows: Sequence[Sequence[str]], headed: bool) -> str:
    lines = []
    for k, row in enumerate(rows):
        tag = "th" if headed and k == 0 else "td"
        lines.append("<tr>" + "".join(f'<{tag} style="text-align:left">{cell}</{tag}>' for cell in row) + "</tr>")
    return f"<table>{''.join(lines)}</table>"
