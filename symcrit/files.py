"""Reading files of other people: bounded, strict, with one clear error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from symcrit.errors import InputError, LimitError


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


def read_json(path: str | Path, limit: int, suggestion: str = "") -> Any:
    """Read a JSON file strictly: no key twice in an object, no number too long, no deep nesting; raises InputError."""
    try:
        return json.loads(read_bytes(path, limit), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        what = "a number too long" if "4300" in str(error) else str(error)
        what = "nested too deep" if isinstance(error, RecursionError) else what
        raise InputError(f"the file is not JSON: {what}", suggestion).at(str(path)) from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError("a key occurs twice in one object")
    return data
