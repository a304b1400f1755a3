"""Breaking formulas into lines: an estimate of printed widths, and the choice of places.

While a formula is made, the places where it may be broken are marked by characters that never print:
RELATION before `=` and inequalities, SIGN before `+` and `-`, FACTOR between factors. `solid` takes the marks out.
"""

from __future__ import annotations

import re

RELATION, SIGN, FACTOR = "\x02", "\x00", "\x01"
WIDTH = 322.0  # points; the text of a plain article is 345 points wide
INDENT = 12.0
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
_NO_WIDTH = {"\\mathbf", "\\boldsymbol", "\\mathrm", "\\mathit", "\\mathtt", "\\operatorname", "\\left", "\\right",
             "\\bigl", "\\bigr", " ", SIGN, FACTOR, RELATION, "&"}
_WIDTHS = {"(": 4.2, ")": 4.2, ",": 5.0, "+": 12.5, "-": 12.5, "=": 13.5, "/": 5.0, "\\cdot": 7.5, "\\neq": 13.5,
           "\\le": 13.5, "<": 13.5, "M": 11.0, "W": 12.0, "\\,": 1.8, "\\top": 8.0, "\\dagger": 5.0}


def solid(latex: str) -> str:
    """Take out the marks of places where a formula may be broken."""
    return latex.replace(RELATION, "").replace(SIGN, "").replace(FACTOR, "")


def width(latex: str) -> float:
    r"""Estimate the printed width of a formula, in points.

    >>> width(r"\frac{1}{2}") < width("12")
    True
    >>> width(r"\mathbf{A}^{\top} + B") > width("A + B") > width("A")
    True
    """
    return _measure([token for token in _TOKEN.findall(latex) if token not in _NO_WIDTH])


def _measure(tokens: list[str]) -> float:
    """Add up widths; scripts count 0.75 (one above the other where both stand), fractions their wider half."""
    widths: list[float] = [0.0]
    kinds: list[str] = [""]  # what every open group is: "", "script" or "frac"
    total_of_frac: list[float] = []
    pending = ""
    for token in tokens:
        if token in ("^", "_"):
            pending = "script"
        elif token == "\\frac":
            pending = "frac"
        elif token == "{":
            kinds.append(pending)
            widths.append(0.0)
            pending = ""
        elif token == "}":
            kind, inner = kinds.pop(), widths.pop()
            if kind == "frac":
                total_of_frac.append(inner)
                pending = "denominator"
            elif kind == "denominator":
                widths[-1] += max(inner, total_of_frac.pop()) + 2.4
            else:
                widths[-1] += 0.75 * inner if kind == "script" else inner
        else:
            widths[-1] += _character(token)
            pending = ""
    return sum(widths)


def _character(token: str) -> float:
    if token in _WIDTHS:
        return _WIDTHS[token]
    if token.isupper() or token[0] == "\\":
        return 8.8
    return 5.2 if token.isdigit() else 6.2


def broken(latex: str, limit: float = WIDTH) -> list[str]:
    r"""Break a formula into lines of at most `limit` points where its marks allow that.

    Places outside parentheses are preferred, then relations before signs, and signs before factors.

    >>> broken("a" + SIGN + " + b", 40)
    ['a + b']
    >>> broken("a" + SIGN + " + b", 10)
    ['a', '{}+ b']
    """
    pieces = re.split(f"[{RELATION}{SIGN}{FACTOR}]", latex)
    marks = re.findall(f"[{RELATION}{SIGN}{FACTOR}]", latex)
    costs = _costs(pieces, marks)
    sizes = [width(piece) for piece in pieces]
    lines: list[str] = []
    start = 0
    while start < len(pieces):
        stop = _stop(sizes, costs, start, limit - (INDENT if start else 0.0))
        line = "".join(pieces[start:stop]).strip()
        if start:
            mark = marks[start - 1]
            line = "{}" + (r"\cdot " if mark == FACTOR and not line.startswith(r"\cdot") else "") + line
        lines.append(line)
        start = stop
    return lines


def _costs(pieces: list[str], marks: list[str]) -> list[int]:
    """Say how unwelcome a break before every piece is (the first has none)."""
    costs, depth = [0], 0
    for piece, mark in zip(pieces, marks, strict=False):
        depth += piece.count("(") - piece.count(")")
        costs.append(2 * depth + {RELATION: -1, SIGN: 0, FACTOR: 5}[mark])
    return costs


def _stop(sizes: list[float], costs: list[int], start: int, limit: float) -> int:
    """Choose where the line that starts with a piece ends."""
    total, stop = sizes[start], start + 1
    places: list[tuple[int, int]] = []
    while stop < len(sizes) and total + sizes[stop] <= limit:
        total += sizes[stop]
        stop += 1
        if stop < len(sizes) and total >= limit / 3:
            places.append((costs[stop], -stop))
    if stop == len(sizes):
        return stop
    if start + 1 < len(sizes) and sizes[start] >= limit / 3:
        places.append((costs[start + 1], -start - 1))
    return -min(places)[1] if places else stop
