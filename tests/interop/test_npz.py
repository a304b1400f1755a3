"""`.npz` files, written by hand here: NumPy is not needed to read them."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest
from flint import fmpq

from symcrit.errors import InputError
from symcrit.interop.npz import read_npz
from symcrit.interop.points import read_point
from tests.interop.refusals import assert_refused

ONE = struct.pack("<q", 1)


def array(kind: str, shape: tuple[int, ...], data: bytes, *, fortran: bool = False, header: str = "") -> bytes:
    """Write an array as numpy.save does, version 1.0."""
    text = (header or repr({"descr": kind, "fortran_order": fortran, "shape": shape})).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def integers(*values: int, shape: tuple[int, ...]) -> bytes:
    """Write an array of integers."""
    return array("<i8", shape, struct.pack(f"<{len(values)}q", *values))


GOOD = {"X": integers(1, shape=(1, 1)), "Y": integers(-3, shape=(1, 1)), "widths": integers(1, 1, 1, shape=(3,)),
        "A1": integers(0, shape=(1, 1)), "A2": integers(2, shape=(1, 1))}


def archive(arrays: dict[str, bytes]) -> bytes:
    """Put arrays in a zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in arrays.items():
            opened.writestr(f"{name}.npy", data)
    return stream.getvalue()


def written(folder: Path, content: bytes) -> Path:
    """Write a file."""
    path = folder / "p.npz"
    path.write_bytes(content)
    return path


def spoiled() -> bytes:
    """Spoil the compressed bytes of the first array."""
    data = bytearray(archive(GOOD))
    data[40:60] = b"\xff" * 20
    return bytes(data)


def floats(value: float) -> bytes:
    """Write an X of one float."""
    return archive({**GOOD, "X": array("<f8", (1, 1), struct.pack("<d", value))})


def with_x(data: bytes) -> bytes:
    """Put another X in the good file."""
    return archive({**GOOD, "X": data})


def test_integers_of_both_byte_orders_and_axis_orders(tmp_path: Path) -> None:
    point = read_point(written(tmp_path, archive(GOOD)))
    assert [point.Y.entry(0, 0), point.weights[1].entry(0, 0)] == [-3, 2]
    big = array(">i2", (2, 3), struct.pack(">6h", 1, 4, 2, 5, 3, 6), fortran=True)
    assert read_npz(written(tmp_path, archive({"X": big}))) == {"X": [[1, 2, 3], [4, 5, 6]]}


def test_floats_only_when_asked(tmp_path: Path) -> None:
    path = written(tmp_path, floats(0.1))
    with pytest.raises(InputError, match=r'X\[0\]\[0\]: 0.1 is a float(.|\n)*write "0.1"'):
        read_point(path)
    assert read_point(path, exact_floats=True).X.entry(0, 0) == fmpq(3602879701896397, 2**55)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_floats_that_are_no_numbers(tmp_path: Path, value: float) -> None:
    with pytest.raises(InputError, match=r"X\[0\]\[0\]: .* is not a number"):
        read_point(written(tmp_path, floats(value)), exact_floats=True)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "not an .npz file"),
    "text": (b"hello", "not an .npz file"),
    "truncated": (archive(GOOD)[:-30], "not an .npz file"),
    "spoiled": (spoiled(), "not an .npz file"),
    "no arrays": (archive({}), "X is missing"),
    "not an array": (with_x(b"hello"), "X: not an array"),
    "short": (with_x(array("<i8", (2, 2), ONE)), "not an .npz file"),
    "objects": (with_x(array("|O", (1, 1), b"cos\nsystem\n(S'exit'\ntR.")), "X: an array of integers or floats"),
    "complex": (with_x(array("<c16", (1, 1), bytes(16))), "X: an array of integers or floats"),
    "strings": (with_x(array("<U1", (1, 1), b"1\0\0\0")), "X: an array of integers or floats"),
    "booleans": (with_x(array("|b1", (1, 1), b"\1")), "X: an array of integers or floats"),
    "structures": (with_x(array("", (), b"", header="{'descr': [('a', '<i8')], 'fortran_order': False, 'shape': ()}")),
                   "X: an array of numbers"),
    "code": (with_x(array("", (), b"", header="__import__('os').system('exit')")), "not an .npz file"),
    "keys that are lists": (with_x(array("", (), b"", header="{[]: 1}")), "not an .npz file"),
    "deep header": (with_x(array("", (), b"", header="(" * 60_000)), "not an .npz file"),
    "three axes": (with_x(integers(1, shape=(1, 1, 1))), "X[0][0]"),
    "one axis": (with_x(integers(1, shape=(1,))), "X[0]: expected a row"),
    "no axis": (with_x(integers(1, shape=())), "X: expected a list of rows"),
    "negative axis": (with_x(array("<i8", (-1, 1), b"")), "X: an array of shape"),
    "huge axes": (with_x(array("<i8", (10**9, 10**9), b"")), "X: an array of shape"),
    "axes hidden by a 0": (with_x(array("<i8", (4_000_000, 4_000_000, 0), b"")), "X: an array of shape"),
    "other names": (archive({**GOOD, "x": ONE}), "x: not an array"),
    "unknown name": (archive({**GOOD, "Z": GOOD["X"]}), "unknown key Z"),
    "a gap in the weights": (archive({**{k: v for k, v in GOOD.items() if k != "A1"}, "A3": GOOD["A2"]}), "without gaps"),
    "wrong shape": (archive({**GOOD, "A1": integers(1, 2, shape=(1, 2))}), "weights[0][0]: expected 1 entries"),
    "bomb": (with_x(b"\0" * 10**8), "unpacks to"),
    "many arrays of 16 MB": (archive({f"A{k}": b"\0" * 16_000_000 for k in range(1, 4)}), "unpacks to"),
    "10,000 arrays": (archive({f"A{k}": b"" for k in range(10_000)}), "10000 arrays"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    content, expected = HOSTILE[name]
    assert_refused(written(tmp_path, content), expected, capsys)


def test_a_name_twice(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened, pytest.warns(UserWarning, match="Duplicate"):
        opened.writestr("X.npy", GOOD["X"])
        opened.writestr("X.npy", GOOD["Y"])
    with pytest.raises(InputError, match="the array X occurs twice"):
        read_npz(written(tmp_path, stream.getvalue()))
