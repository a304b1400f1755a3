"""DATA and POINT files: what is accepted, and one clear error in bounded time for everything else."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq

from symcrit.cli import main
from symcrit.errors import InputError
from symcrit.interop.points import read_data, read_point
from tests.interop.hostile.table import FIELD, GOOD, GOOD_BYTES, HOSTILE
from tests.interop.refusals import assert_refused

SECONDS = 2


def written(folder: Path, content: bytes | dict[str, Any], name: str = "p.json") -> Path:
    """Write a file."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_numbers(tmp_path: Path) -> None:
    point = read_point(written(tmp_path, GOOD_BYTES))
    assert [point.X.entry(0, 1), point.Y.entry(0, 0), point.Y.entry(0, 1)] == [fmpq(1, 2), fmpq(1, 2), -3]
    assert point.weights[1].entry(0, 0) == fmpq(1, 2)


def test_field_entries_of_a_polynomial_that_is_not_monic(tmp_path: Path) -> None:
    field = {**FIELD, "minpoly": [-1, 0, 2]}
    point = read_point(written(tmp_path, {**GOOD, "field": field, "weights": [[["2*s^2 - 3"]], [["1/2*s"]]]}))
    assert point.weights[0].entry(0, 0) == -2  # s^2 = 1/2: the entry is rational


def test_field_of_degree_1(tmp_path: Path) -> None:
    field = {**FIELD, "minpoly": [-3, 2]}
    point = read_point(written(tmp_path, {**GOOD, "field": field, "weights": [[["s"]], [["1"]]]}))
    assert point.weights[0].entry(0, 0) == fmpq(3, 2)


@pytest.mark.parametrize("tree", [
    {"X": [[]], "Y": [[]], "widths": [1, 1, 1], "weights": [[[1]], [[1]]]},
    {"X": [[1]], "Y": [[1]], "widths": [1, 0, 1], "weights": [[], [[]]]},
    {"X": [], "Y": [[1]], "widths": [0, 1, 1], "weights": [[[]], [[1]]]},
], ids=["m = 0", "d1 = 0", "d0 = 0"])
def test_empty_sizes_are_answered(tmp_path: Path, tree: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", str(written(tmp_path, tree)), "--json"]) in (0, 1, 2)
    assert json.loads(capsys.readouterr().out)


def test_200_by_200_is_read_fast(tmp_path: Path) -> None:
    square = [[f"{i + 1}/{j + 1}" for j in range(200)] for i in range(200)]
    path = written(tmp_path, {"X": square, "Y": square, "widths": [200] * 3, "weights": [square, square]})
    start = time.perf_counter()
    assert read_point(path).X.rows == 200
    assert time.perf_counter() - start < SECONDS


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    content, expected = HOSTILE[name]
    assert_refused(written(tmp_path, content), expected, capsys)


@pytest.mark.parametrize("name", ["", "missing.json", "missing.npz"])
def test_a_folder_and_missing_files(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        read_data(tmp_path / name)
