"""Numbers and tables as people write them, read strictly: integers, fractions and strings; never floats."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from flint import fmpq, fmpz

from symcrit.errors import InputError, LimitError, SizeError

MAX_DIGITS = 10_000  # of one number: arithmetic on longer ones is slow enough to look like a hang
MAX_ENTRIES = 1_000_000  # of one matrix
_NUMBER = re.compile(r"(-?)([0-9]+)(?:/([0-9]+)|\.([0-9]+))?")
Entry = TypeVar("Entry")


def number(value: object) -> fmpq:
    """Read one exact number: an integer, a fraction, or a string such as "-3", "2/7" or "0.125".

    Raises InputError for floats (with the string to write instead), for anything that is not a number and for a
    denominator 0; LimitError beyond 10,000 digits.

    >>> number("0.125"), number(-3), number("4/6")
    (1/8, -3, 2/3)
    >>> number(0.1)
    Traceback (most recent call last):
    symcrit.errors.InputError: 0.1 is a float, which is not exact
      suggestion: write the string "0.1"
    """
    if isinstance(value, fmpq):
        return value
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, float):
        raise _float_error(value)
    if isinstance(value, Fraction):
        return fmpq(_bounded(value.numerator), _bounded(value.denominator))
    if isinstance(value, fmpz):
        return fmpq(value)
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise InputError(f"{_shown(value)} is not an exact number", 'write an integer or a string such as "2/3"')
    return fmpq(_bounded(operator.index(value)))


def table(rows: object, read: Callable[[Any], Entry], shape: tuple[int, int] | None = None) -> tuple[
        int, int, list[Entry]]:
    """Read a rectangular table row by row; return its two sizes and the entries, each read by `read`.

    A list without rows has no columns unless `shape` says so.
    Raises InputError for anything but a list of lists, SizeError if rows differ in length.

    >>> table([[1, "1/2"]], number)
    (1, 2, [1, 1/2])
    >>> table([[1, 2], [3]], number)
    Traceback (most recent call last):
    symcrit.errors.SizeError: row 1 has 2 entries, but row 2 has 1
    """
    if not isinstance(rows, list | tuple) or not all(isinstance(row, list | tuple) for row in rows):
        raise InputError("a matrix is written as a list of rows, each a list", "write [[1, 2], [3, 4]]")
    found = (len(rows), len(rows[0]) if rows else shape[1] if shape else 0)
    for position, row in enumerate(rows, 1):
        if len(row) != found[1]:
            raise SizeError(f"row 1 has {found[1]} entries, but row {position} has {len(row)}")
    if shape is not None and found != shape:
        raise SizeError(f"a matrix of size {found[0]} x {found[1]} was given where {shape[0]} x {shape[1]} is needed")
    if found[0] * found[1] > MAX_ENTRIES:
        raise LimitError(f"a matrix has {found[0] * found[1]} entries; the limit is {MAX_ENTRIES}")
    return *found, [_read_at(read, entry, i, j) for i, row in enumerate(rows, 1) for j, entry in enumerate(row, 1)]


def fraction(value: fmpq) -> Fraction:
    """Turn a number into one of the standard library.

    >>> fraction(number("2/6"))
    Fraction(1, 3)
    >>> fraction("2/6")
    Traceback (most recent call last):
    AttributeError: 'str' object has no attribute 'p'
    """
    return Fraction(int(value.p), int(value.q))


def _read_at(read: Callable[[Any], Entry], entry: object, row: int, column: int) -> Entry:
    try:
        return read(entry)
    except InputError as error:
        error.message = f"row {row}, column {column}: {error.message}"
        error.args = (error.message,)
        raise


def _from_text(text: str) -> fmpq:
    if len(text) > 3 * MAX_DIGITS:
        raise LimitError(f"a number of {len(text)} characters; the limit is {MAX_DIGITS} digits")
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise InputError(f"{_shown(text)} is not an exact number", 'write "-3", "2/7" or "0.125"')
    sign, whole, bottom, decimals = match.groups()
    if max(len(whole) + len(decimals or ""), len(bottom or "")) > MAX_DIGITS:
        raise LimitError(f"a number of {len(text)} characters; the limit is {MAX_DIGITS} digits")
    below = fmpz(10) ** len(decimals) if decimals else fmpz(bottom or 1)
    if not below:
        raise InputError(f"{_shown(text)} divides by 0")
    value = fmpq(fmpz(whole + (decimals or "")), below)
    return -value if sign else value


def _bounded(value: int) -> int:
    if value.bit_length() > MAX_DIGITS * 3.33:
        raise LimitError(f"a number of about {int(value.bit_length() * 0.301)} digits; the limit is {MAX_DIGITS}")
    return value


def _float_error(value: float) -> InputError:
    if not math.isfinite(value):
        return InputError(f"{value} is not a number")
    return InputError(f"{value!r} is a float, which is not exact",
                      f'write the string "{format(Decimal(repr(value)), "f")}"')


def _shown(value: object) -> str:
    """Show a value, cut short: what is refused may be huge or nested."""
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:40] + "...")
    kind = type(value).__name__
    return f"a {kind}" if isinstance(value, Sequence | dict) else f"{kind} {value!s:.40}"
