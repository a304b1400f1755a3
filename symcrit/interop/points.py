"""DATA and POINT files: read strictly, with the place of what is wrong.

A file that is not exactly what it should be gives one InputError: the JSON path of the smallest part at fault, what
was expected and found, and one suggestion. Nothing in a file is evaluated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from flint import fmpq_mat

from symcrit.errors import InputError, LimitError
from symcrit.exact.entries import MAX_DIGITS, number
from symcrit.exact.rational import RationalMatrix
from symcrit.files import read_json
from symcrit.networks.points import LINEAR, RELU, Data, Point

SCHEMA_VERSION = 1
MAX_BYTES = 64_000_000
MAX_WIDTH = 1_000_000_000
MAX_LAYERS = 100
DATA_KEYS = ("X", "Y", "widths")
POINT_KEYS = (*DATA_KEYS, "weights")
OPTIONAL_KEYS = ("activation", "field")
HEAD_KEYS = ("schema_version", "tool_version")  # of what `build --json` prints
_KINDS = {dict: "an object", list: "a list", type(None): "null", int: "a number"}
Read = Callable[[Any], Any]
Made = TypeVar("Made")


def read_data(path: str | Path, *, exact_floats: bool = False) -> Data:
    """Read a DATA file (`.json`, or `.npz` with arrays of the same names); raises InputError.

    `exact_floats` takes the floats of an `.npz` file at their exact binary value instead of refusing them.
    """
    return _in_file(path, exact_floats, data_from_json)


def read_point(path: str | Path, *, exact_floats: bool = False) -> Point:
    """Read a POINT file (`.json`, or `.npz` with arrays of the same names and A1, A2, ...); raises InputError."""
    return _in_file(path, exact_floats, point_from_json)


def _in_file(path: str | Path, exact_floats: bool, made: Callable[[object], Made]) -> Made:
    if str(path).endswith(".npz"):
        from symcrit.interop.npz import read_npz

        tree = read_npz(path, exact_floats=exact_floats)
    else:
        tree = read_json(path, MAX_BYTES, number=Spelled)
    try:
        return made(tree)
    except InputError as error:
        raise error.at(str(path)) from None


def data_from_json(tree: object) -> Data:
    """Make data of what a DATA file holds.

    >>> data_from_json({"X": [[1, "1/2"]], "Y": [["0.5", -3]], "widths": [1, 2, 1]}).Y
    RationalMatrix.of([['1/2', '-3']])
    >>> data_from_json({"X": [[1, 2]], "Y": [[1]], "widths": [1, 2, 1]})
    Traceback (most recent call last):
    symcrit.errors.InputError: Y[0]: expected 2 entries, one a sample as in X, found 1
    """
    return _data(_object(tree, "", DATA_KEYS, HEAD_KEYS))


def point_from_json(tree: object) -> Point:
    """Make a point of what a POINT file holds.

    >>> tree = {"X": [[1]], "Y": [[1]], "widths": [1, 1, 1], "weights": [[[0]], [["1/2"]]]}
    >>> point_from_json(tree).weights[1].entry(0, 0)
    1/2
    >>> point_from_json({**tree, "weights": [[[0.5]], [[0]]]})
    Traceback (most recent call last):
    symcrit.errors.InputError: weights[0][0][0]: 0.5 is a float, which is not exact
      suggestion: write the string "0.5"
    """
    keys = _object(tree, "", POINT_KEYS, (*OPTIONAL_KEYS, *HEAD_KEYS))
    data = _data(keys)
    activation = keys.get("activation", LINEAR)
    if activation not in (LINEAR, RELU):
        raise _wrong("activation", '"linear" or "relu"', activation)
    make = _field(keys["field"]) if "field" in keys else _rational
    weights = keys["weights"]
    if not isinstance(weights, list):
        raise _wrong("weights", "a list of matrices, the input side first", weights)
    widths = data.widths
    if len(weights) != len(widths) - 1:
        raise InputError(f"weights: expected {len(widths) - 1} matrices for {len(widths)} widths, found {len(weights)}")
    read = [_matrix(matrix, f"weights[{k}]", make,
                    (widths[k + 1], f"widths[{k + 1}] = {widths[k + 1]}"), (widths[k], f"widths[{k}] = {widths[k]}"))
            for k, matrix in enumerate(weights)]
    return Point(data.X, data.Y, tuple(read), activation)


def plain(given: Mapping[str, object], *, exact_floats: bool = False) -> dict[str, object]:
    """Turn arrays in a mapping into lists, and floats into the text of their exact binary values if that is asked for.

    >>> plain({"X": [[0.5]]}, exact_floats=True), plain({"X": [[0.5]]})
    ({'X': [['1/2']]}, {'X': [[0.5]]})
    >>> data_from_json(plain({"X": [[float("nan")]], "Y": [[1]], "widths": [1, 1, 1]}, exact_floats=True))
    Traceback (most recent call last):
    symcrit.errors.InputError: X[0][0]: nan is not a number
    """
    def turned(value: object) -> object:
        value = value.tolist() if hasattr(value, "tolist") else value
        if isinstance(value, list | tuple):
            return list(map(turned, value))
        return str(Fraction(value)) if exact_floats and isinstance(value, float) and math.isfinite(value) else value

    return {key: turned(value) for key, value in given.items()}


# ---- the parts ---------------------------------------------------------------------------------


class Spelled:
    """A number of a JSON file that is not exact, or too long: what it looks like in the file."""

    def __init__(self, text: str) -> None:
        self.text = text


def _data(keys: dict[str, Any]) -> Data:
    if keys.get("schema_version", SCHEMA_VERSION) != SCHEMA_VERSION:
        raise _wrong("schema_version", str(SCHEMA_VERSION), keys["schema_version"])
    widths = _widths(keys["widths"])
    first, last = len(widths) - 1, widths[-1]
    x = _matrix(keys["X"], "X", _rational, (widths[0], f"widths[0] = {widths[0]}"), None)
    wanted = (x.cols, "one a sample as in X") if x.rows else None
    y = _matrix(keys["Y"], "Y", _rational, (last, f"widths[{first}] = {last}"), wanted)
    if not x.rows:
        x = RationalMatrix.of([], (0, y.cols))
    elif not y.rows:
        y = RationalMatrix.of([], (0, x.cols))
    return Data(x, y, widths)


def _widths(value: object) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise _wrong("widths", "a list of integers, from input to output", value)
    if len(value) < 3:
        raise InputError(f"widths: expected at least 3 widths, found {len(value)}",
                         "a network has an input, one or more hidden layers and an output: [d0, d1, d2]")
    if len(value) > MAX_LAYERS + 1:
        raise LimitError(f"widths: {len(value) - 1} layers; the limit is {MAX_LAYERS}")
    for k, width in enumerate(value):
        if isinstance(width, bool) or not isinstance(width, int) or not 0 <= width <= MAX_WIDTH:
            raise _wrong(f"widths[{k}]", f"an integer from 0 to {MAX_WIDTH}", width)
    return tuple(value)


def _field(value: object) -> Callable[[list[Any], int, int, str], Any]:
    """Read a number field; return what makes matrices over it."""
    from symcrit.exact.field import NumberField
    from symcrit.exact.field_matrix import FieldMatrix

    keys = _object(value, "field", ("name", "minpoly", "root_from_top"), ())
    minpoly = keys["minpoly"]
    if not isinstance(minpoly, list):
        raise _wrong("field.minpoly", "a list of integers, low to high", minpoly)
    coefficients = [_entry(c, f"field.minpoly[{k}]", number) for k, c in enumerate(minpoly)]
    try:
        field = NumberField.of(coefficients, keys["root_from_top"], keys["name"])
    except InputError as error:
        raise _placed(error, "field") from None

    def made(lines: list[Any], rows: int, columns: int, path: str) -> Any:
        entries = _entries(lines, path, field)
        matrix = FieldMatrix.of(field, [entries[i * columns : (i + 1) * columns] for i in range(rows)], (rows, columns))
        rational = matrix.rational()
        return matrix if rational is None else rational

    return made


def _rational(lines: list[Any], rows: int, columns: int, path: str) -> RationalMatrix:
    return RationalMatrix(fmpq_mat(rows, columns, _entries(lines, path, number)))


def _matrix(value: object, path: str, made: Callable[[list[Any], int, int, str], Any], rows: tuple[int, str],
            columns: tuple[int, str] | None) -> Any:
    """Read a matrix; `rows` and `columns` are the sizes it must have, with the reason."""
    if not isinstance(value, list):
        raise _wrong(path, "a list of rows", value)
    if len(value) != rows[0]:
        raise InputError(f"{path}: expected {rows[0]} rows ({rows[1]}), found {len(value)}")
    for i, line in enumerate(value):
        if not isinstance(line, list):
            raise _wrong(f"{path}[{i}]", "a row, a list of numbers", line)
        if columns is None:
            columns = len(line), f"as in {path}[0]"
        if len(line) != columns[0]:
            raise InputError(f"{path}[{i}]: expected {columns[0]} entries, {columns[1]}, found {len(line)}")
    return made(value, rows[0], columns[0] if columns else 0, path)


def _entries(lines: list[Any], path: str, read: Read) -> list[Any]:
    return [_entry(entry, f"{path}[{i}][{j}]", read) for i, line in enumerate(lines) for j, entry in enumerate(line)]


def _entry(value: object, path: str, read: Read) -> Any:
    if isinstance(value, Spelled):
        raise _placed(_inexact(value.text), path)
    if value is None or isinstance(value, bool | list | dict):
        raise _wrong(path, 'an integer or a string such as "2/3"', value)
    try:
        return read(value)
    except InputError as error:
        raise _placed(error, path) from None


def _inexact(text: str) -> InputError:
    """Refuse a number as it is spelled in the file, with the exact spelling to use instead."""
    if text in ("NaN", "Infinity", "-Infinity"):
        return InputError(f"{text} is not a number")
    if len(text) > MAX_DIGITS:
        return LimitError(f"a number of {len(text)} characters; the limit is {MAX_DIGITS} digits")
    shown = text if len(text) <= 40 else text[:40] + "..."
    try:
        number(text)
    except InputError:
        try:
            decimal = Decimal(text)
        except InvalidOperation:  # an exponent of more digits than decimal arithmetic has
            decimal = None
        if decimal is None or abs(decimal.adjusted()) > 50:
            return InputError(f"{shown} is a float, which is not exact", 'write it as a string "p/q" without exponent')
        text = format(decimal, "f")
    else:
        if "." not in text:
            return InputError(f"{shown} is too long for a number of JSON", "write it as a string, in quotes")
    return InputError(f"{shown} is a float, which is not exact", f'write the string "{text}"')


def _object(value: object, path: str, required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(path, f"an object with the keys {', '.join(required)}", value)
    for key in required:
        if key not in value:
            raise InputError(f"{path + ': ' if path else ''}the key {key} is missing",
                             f"an object with the keys {', '.join(required)} is needed")
    for key in value:
        if key not in required + optional:
            shown = str(key) if len(str(key)) <= 40 else str(key)[:40] + "..."
            close = get_close_matches(shown, required + optional, 1)
            suggestion = f"write {close[0]}" if close else f"the keys are {', '.join(required + optional)}"
            if shown == "weights":
                suggestion = "this is a point; data are the same without weights, activation and field"
            raise InputError(f"{path + ': ' if path else ''}unknown key {shown}", suggestion)
    return value


def _wrong(path: str, expected: str, found: object) -> InputError:
    place = f"{path}: " if path else ""
    shown = _KINDS.get(type(found), f"a {type(found).__name__}")
    if isinstance(found, Spelled):
        shown = found.text[:40]
    elif isinstance(found, bool):
        shown = str(found).lower()
    elif isinstance(found, int) and abs(found) < 10**20:
        shown = str(found)
    elif isinstance(found, str):
        shown = repr(found if len(found) <= 40 else found[:40] + "...")
    return InputError(f"{place}expected {expected}, found {shown}")


def _placed(error: InputError, path: str) -> InputError:
    """Add the path inside the file to an error."""
    error.message = f"{path}: {error.message}"
    error.args = (error.message,)
    return error
