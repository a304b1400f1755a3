"""Exact numbers, polynomials and matrices as short text, from the documents that `--json` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MAX_SHOWN = 6  # rows and columns of a matrix, and degrees of a polynomial
MAX_TEXT = 28  # characters of an exact number
Document = Mapping[str, Any]


def number_text(value: Document) -> str:
    """Print an exact number: short ones whole, others rounded, with what they are.

    >>> number_text({"exact": "-3/2", "approx": "-1.5"})
    '-3/2'
    >>> number_text({"minpoly": [-2, 0, 1], "root_from_top": 1, "approx": "1.4142135623730950488"})
    '1.4142135624 (root 1 of s^2 - 2)'
    """
    if "exact" in value:
        exact: str = value["exact"]
        return exact if len(exact) <= MAX_TEXT else f"{short(value['approx'])} (a fraction of {len(exact)} characters)"
    if "sum" in value:
        return f"{short(value['approx'])} (a sum of {len(value['sum'])} numbers)"
    polynomial = polynomial_text(value["minpoly"], "s", downwards=True)
    if len(polynomial) > MAX_TEXT + 12:
        polynomial = f"a polynomial of degree {len(value['minpoly']) - 1}"
    return f"{short(value['approx'])} (root {value['root_from_top']} of {polynomial})"


def short(approx: str) -> str:
    """Round a decimal of 20 digits to 11, for display only."""
    return f"{float(approx):.11g}" if abs(float(approx)) < 1e300 else approx


def polynomial_text(coefficients: Sequence[Any], letter: str, *, downwards: bool = False) -> str:
    """Print a polynomial given by its coefficients, low to high.

    >>> polynomial_text(["1/2", "0", "-1"], "t")
    '1/2 - t^2'
    >>> polynomial_text([1, -3, 1], "s", downwards=True)
    's^2 - 3*s + 1'
    """
    terms = [(k, coefficient(value)) for k, value in enumerate(coefficients)]
    terms = [(k, value) for k, value in terms if value != "0"]
    text = ""
    for k, value in reversed(terms) if downwards else terms:
        power = "" if k == 0 else letter if k == 1 else f"{letter}^{k}"
        sign, size = ("-", value[1:]) if value.startswith("-") else ("+", value)
        shown = size if not power else power if size == "1" else f"{size}*{power}"
        text += f" {sign} {shown}" if text else f"{'-' * (sign == '-')}{shown}"
    return text or "0"


def coefficient(value: Any) -> str:
    """Print a coefficient or entry, a long one by its length."""
    if isinstance(value, Mapping):
        return short(value["approx"]) if "exact" not in value else value["exact"]
    text = str(value)
    return text if len(text) <= 3 * MAX_TEXT else f"({len(text)} characters)"


def matrix_text(rows: Sequence[Sequence[str]]) -> str:
    """Print a matrix by rows, a large one cut."""
    if not rows or not rows[0]:
        return f"[] ({len(rows)} rows)" if rows else "[] (0 rows)"
    shown = [" ".join(coefficient(x.replace(" ", "")) for x in row[:MAX_SHOWN]) + " ..." * (len(row) > MAX_SHOWN)
             for row in rows[:MAX_SHOWN]]
    return "[" + "; ".join(shown) + "; ..." * (len(rows) > MAX_SHOWN) + "]"


def field_text(field: Document) -> str:
    """Say which number the letter of a number field stands for."""
    polynomial = polynomial_text(field["minpoly"], field["name"], downwards=True)
    return f"{field['name']} is root {field['root_from_top']}, from the top, of {polynomial}"
