"""Reading files of other people: bounded, strict, with one clear error."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from symcrit.errors import InputError, LimitError

MAX_INTEGER = 4000  # digits of an integer in JSON; Python reads at most 4,300


def read_bytes(path: str | Path, limit: int) -> bytes:
    """Read a file of at most `limit` bytes; raises InputError with the file's name."""
    try:
        with open(path, "rb") as stream:
            data = stream.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"cannot read the file: {reason}").at(str(path)) from None
    if len(data) > limit:
        raise LimitError(f"the file has more than {limit} bytes").at(str(path))
    return data


def read_json(path: str | Path, limit: int, suggestion: str = "", number: Callable[[str], Any] | None = None) -> Any:
    """Read a JSON file strictly: UTF-8, no key twice in an object, no number too long, no deep nesting.

    `number` is given the spelling of every float, NaN and Infinity, and of integers too long to be read, and returns
    what to put in its place. Raises InputError.
    """
    floats: dict[str, Any] = {}
    if number is not None:
        floats = {"parse_float": number, "parse_constant": number,
                  "parse_int": lambda text: int(text) if len(text) <= MAX_INTEGER else number(text)}
    try:
        return json.loads(_decoded(read_bytes(path, limit)), object_pairs_hook=_without_duplicates, **floats)
    except json.JSONDecodeError as error:
        raise InputError(f"the file is not JSON: {error.msg}", suggestion).at(str(path), error.lineno,
                                                                              error.colno) from None
    except (ValueError, RecursionError) as error:
        what = "a number too long" if "4300" in str(error) else str(error)
        what = "nested too deep" if isinstance(error, RecursionError) else what
        raise InputError(f"the file is not JSON: {what}", suggestion).at(str(path)) from None


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("it starts with a byte order mark; save it as UTF-8 without one")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8") from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice[:40]!r} occurs twice in one object")
    return data
