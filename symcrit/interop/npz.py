"""NumPy's `.npz` files, read without NumPy: a zip of arrays of numbers; nothing in them is executed.

The names are those of the JSON files; the weights are `A1`, `A2`, ... (they differ in shape) or one array `weights`.
"""

from __future__ import annotations

import ast
import lzma
import math
import struct
import zipfile
import zlib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from symcrit.errors import InputError, LimitError

MAX_ENTRIES = 4_000_000  # of all arrays of a file together
MAX_ARRAYS = 1_000
_SIZES = {"i": "bhiq", "u": "BHIQ", "f": "-efd"}  # codes of `struct` for 1, 2, 4 and 8 bytes


def read_npz(path: str | Path, *, exact_floats: bool = False) -> dict[str, Any]:
    """Read the arrays of a file as nested lists of integers and fractions; raises InputError."""
    try:
        with zipfile.ZipFile(path) as archive:
            items = archive.infolist()
            _bounded(items)
            arrays = {item.filename.removesuffix(".npy"): _array(archive, item, exact_floats) for item in items}
    except OSError as error:
        raise InputError(f"cannot read the file: {error.strerror or error}").at(str(path)) from None
    except InputError as error:
        raise error.at(str(path)) from None
    # what zipfile, the decompressors, struct and literal_eval raise on damaged or foreign files; NotImplementedError is
    # for a compression that zipfile does not know, RuntimeError for an encrypted file
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, TypeError, SyntaxError,
            MemoryError, RecursionError, struct.error, zlib.error, lzma.LZMAError) as error:
        raise InputError(f"the file is not an .npz file of arrays of numbers: {error or type(error).__name__}",
                         "write it with numpy.savez").at(str(path)) from None
    layers = sorted((name for name in arrays if name[:1] == "A" and name[1:].isdecimal() and len(name) < 6),
                    key=lambda name: int(name[1:]))
    if layers and "weights" not in arrays:
        if layers != [f"A{k}" for k in range(1, len(layers) + 1)]:
            raise InputError(f"the weights are A1, A2, ... without gaps; found {', '.join(layers[:10])}").at(str(path))
        arrays["weights"] = [arrays.pop(name) for name in layers]
    return arrays


def _bounded(items: list[zipfile.ZipInfo]) -> None:
    """Refuse, before anything is unpacked, files that hold too much or one name twice."""
    if len(items) > MAX_ARRAYS:
        raise LimitError(f"the file holds {len(items)} arrays; the limit is {MAX_ARRAYS}")
    size = sum(item.file_size for item in items)
    if size > 8 * MAX_ENTRIES + 100_000:
        raise LimitError(f"the file unpacks to {size} bytes; the limit is {MAX_ENTRIES} entries")
    names = [item.filename.removesuffix(".npy") for item in items]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise InputError(f"the array {twice[0][:40]} occurs twice")


def _array(archive: zipfile.ZipFile, item: zipfile.ZipInfo, exact_floats: bool) -> Any:
    name = item.filename.removesuffix(".npy")
    with archive.open(item) as stream:
        data = stream.read(item.file_size)
    if data[:6] != b"\x93NUMPY" or len(data) < 12:
        raise InputError(f"{name}: not an array of NumPy")
    start, form = (10, "<H") if data[6] == 1 else (12, "<I")
    (length,) = struct.unpack_from(form, data, 8)
    if length > 100_000:
        raise InputError(f"{name}: not an array of NumPy")
    header = ast.literal_eval(data[start : start + length].decode("latin-1").strip())
    if not isinstance(header, dict) or set(header) != {"descr", "fortran_order", "shape"}:
        raise InputError(f"{name}: not an array of NumPy")
    return _nested(name, header, data[start + length :], exact_floats)


def _nested(name: str, header: dict[str, Any], data: bytes, exact_floats: bool) -> Any:
    """Unpack an array into nested lists."""
    kind, shape = header["descr"], header["shape"]
    if not isinstance(kind, str) or not isinstance(shape, tuple) or not all(isinstance(n, int) for n in shape):
        raise InputError(f"{name}: an array of numbers is needed", "store each weight as an array of its own, A1, A2")
    order, letter, size = kind[:1], kind[1:2], kind[2:]
    if letter == "U" and shape == ():
        return data.decode("utf-32-le" if order == "<" else "utf-32-be").rstrip("\0")
    if letter not in _SIZES or size not in ("1", "2", "4", "8") or (letter, size) == ("f", "1"):
        raise InputError(f"{name}: an array of integers or floats is needed, not of type {kind[:20]}",
                         "store each weight as an array of its own, A1, A2" if letter == "O" else "")
    count = math.prod(shape)
    nested = math.prod(max(n, 1) for n in shape)  # an axis of length 0 must not hide the others
    if not all(0 <= n <= MAX_ENTRIES for n in shape) or nested > MAX_ENTRIES or len(shape) > 3:
        raise LimitError(f"{name}: an array of shape {str(shape)[:60]}; the limit is {MAX_ENTRIES} entries")
    code = _SIZES[letter][("1", "2", "4", "8").index(size)]
    flat = list(struct.unpack(f"{'>' if order == '>' else '<'}{count}{code}", data[: count * int(size)]))
    if header["fortran_order"] and len(shape) > 1:
        if len(shape) > 2:
            raise InputError(f"{name}: an array in Fortran order has at most two axes", "store it in C order")
        flat = [flat[i + j * shape[0]] for i in range(shape[0]) for j in range(shape[1])]
    if letter == "f":
        flat = [_exact(value, f"{name}{_place(k, shape)}", exact_floats) for k, value in enumerate(flat)]
    return _split(flat, shape)


def _split(flat: list[Any], shape: tuple[int, ...]) -> Any:
    if not shape:
        return flat[0]
    step = math.prod(shape[1:])
    return [_split(flat[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]


def _place(position: int, shape: tuple[int, ...]) -> str:
    text = ""
    for length in reversed(shape):
        position, index = divmod(position, length)
        text = f"[{index}]{text}"
    return text


def _exact(value: float, place: str, allowed: bool) -> Any:
    if not math.isfinite(value):
        raise InputError(f"{place}: {value} is not a number")
    if not allowed:
        spelled = format(Decimal(repr(value)), "f")
        raise InputError(f"{place}: {value!r} is a float, which is not exact",
                         f'--exact-floats takes the binary value; or write "{spelled}" in a JSON file')
    return Fraction(value)
