"""The faces of a landscape one after another or in several processes, kept in a file while they are looked at.

What travels between processes, and what the file holds, is plain data: exact numbers as text. The file has one line
of JSON for the data it belongs to, then one line for every finished lot of faces, so that nothing of it is lost when a
run is interrupted.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from hashlib import sha256
from pathlib import Path
from typing import Any

from symcrit import __version__
from symcrit.errors import InputError
from symcrit.exact.algebraic import Algebraic
from symcrit.exact.field import NumberField
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.faces import Arrangement, Face
from symcrit.landscape.relu_rows import Found, Row, rows_of
from symcrit.networks.points import RELU, Data, Point

LOT = 64  # faces that are looked at together
KIND, SCHEMA_VERSION = "symcrit landscape", 1
PARTS = ("families", "quiet", "bound")
FLAGS = ("critical", "differentiable", "minimum", "silent", "flat")
Progress = Callable[[int, int], None]
Lot = list[dict[str, Any]]  # one entry a face


def faces_of(data: Data, arrangement: Arrangement, *, executor: Executor | None = None,
             resume: str | Path | None = None, progress: Progress | None = None) -> list[Found]:
    """Find the rows of all faces, in their order; raises InputError for a file that belongs to other data."""
    told = progress or (lambda done, total: None)
    total = len(arrangement.faces)
    if executor is None and resume is None:
        found = []
        for number, face in enumerate(arrangement.faces):
            told(number, total)
            found.append(rows_of(data, arrangement, face))
        return found
    text = json.dumps(data.to_json())
    kept = _Kept(Path(resume), text, total) if resume is not None else None
    lots: dict[int, Lot] = dict(kept.lots) if kept is not None else {}
    wanted = [start for start in range(0, total, LOT) if start not in lots]
    told(LOT * len(lots), total)
    for start, lot in _made(text, wanted, executor):
        lots[start] = lot
        if kept is not None:
            kept.add(start, lot)
        told(min(LOT * len(lots), total), total)
    entries = [entry for start in range(0, total, LOT) for entry in lots[start]]
    return [_read(entry, data, face) for entry, face in zip(entries, arrangement.faces, strict=True)]


def _made(text: str, wanted: list[int], executor: Executor | None) -> Iterator[tuple[int, Lot]]:
    """Look at lots of faces as they come; what is not begun yet is given up if this is interrupted."""
    if executor is None:
        for start in wanted:
            yield start, look(text, start)
        return
    pending: dict[Future[Lot], int] = {executor.submit(look, text, start): start for start in wanted}
    try:
        while pending:
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                yield pending.pop(future), future.result()
    finally:
        for future in pending:
            future.cancel()


def look(text: str, start: int) -> Lot:
    """Find the rows of one lot of faces; the work of one process, from plain data to plain data."""
    data, arrangement = _arrangement(text)
    return [_written(rows_of(data, arrangement, face)) for face in arrangement.faces[start : start + LOT]]


@functools.lru_cache(1)
def _arrangement(text: str) -> tuple[Data, Arrangement]:
    tree = json.loads(text)
    x, y = (RationalMatrix.of(tree[name], shape) for name, shape in zip("XY", _shapes(tree), strict=True))
    data = Data(x, y, tuple(tree["widths"]))
    return data, Arrangement(data.X)


def _shapes(tree: dict[str, Any]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Give the sizes of X and Y, which may have no rows."""
    widths, count = tree["widths"], len((tree["X"] or tree["Y"] or [[]])[0])
    return (widths[0], count), (widths[-1], count)


class _Kept:
    """The file of a run: what it has, and what is added to it."""

    def __init__(self, path: Path, text: str, total: int) -> None:
        self.path = path
        self.lots: dict[int, Lot] = {}
        head = {"kind": KIND, "schema_version": SCHEMA_VERSION, "tool_version": __version__,
                "data": sha256(text.encode()).hexdigest(), "faces": total}
        lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
        whole = lines[:-1]  # a line that was cut off has no end
        if whole and _tree(whole[0]) != head:
            raise InputError("this file belongs to other data, or to another version of symcrit",
                             "take another file, or delete it").at(str(path), 1)
        for number, line in enumerate(whole[1:], 2):
            entry = _tree(line)
            if not isinstance(entry, dict) or not isinstance(entry.get("start"), int) or not isinstance(
                    entry.get("faces"), list) or len(entry["faces"]) != min(LOT, total - entry["start"]):
                raise InputError("this line is not a lot of faces", "delete the file").at(str(path), number)
            self.lots[entry["start"]] = entry["faces"]
        self._write("w", "".join(f"{line}\n" for line in whole or [json.dumps(head)]))

    def add(self, start: int, lot: Lot) -> None:
        """Append one lot of faces."""
        self._write("a", json.dumps({"start": start, "faces": lot}, separators=(",", ":")) + "\n")

    def _write(self, mode: str, text: str) -> None:
        try:
            with self.path.open(mode, encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise InputError(f"cannot write {self.path}: {error.strerror or error}", "choose another file") from None


def _tree(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


# ---- rows as plain data ----------------------------------------------------------------------------


def _written(found: Found) -> dict[str, Any]:
    """Write the rows of a face; a part without rows is left out."""
    return {part: [_row(row) for row in getattr(found, part)] for part in PARTS if getattr(found, part)}


def _row(row: Row) -> dict[str, Any]:
    point = row.witness.to_json()
    entry = {"value": row.value.to_json(), "weights": point["weights"], "flags": [getattr(row, flag) for flag in FLAGS]}
    return {**entry, "field": point["field"]} if "field" in point else entry


def _read(entry: dict[str, Any], data: Data, face: Face) -> Found:
    """Read the rows of a face; raises InputError if they are not what was written."""
    try:
        return Found(*(tuple(_row_of(row, data, face) for row in entry.get(part, [])) for part in PARTS))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError("a face in this file is not what symcrit wrote", "delete the file") from error


def _row_of(row: dict[str, Any], data: Data, face: Face) -> Row:
    value, field = row["value"], row.get("field")
    number = Algebraic.rational(value["exact"]) if "exact" in value else Algebraic.root(
        value["minpoly"], value["root_from_top"])
    over = field and NumberField.of(field["minpoly"], field["root_from_top"], field["name"])
    shapes = (1, data.widths[0]), (data.widths[2], 1)
    weights = tuple(_weight(lines, over, shape) for lines, shape in zip(row["weights"], shapes, strict=True))
    return Row(face, number, Point(data.X, data.Y, weights, RELU), *map(bool, row["flags"]))


def _weight(lines: Any, field: NumberField | None, shape: tuple[int, int]) -> Any:
    if field is None:
        return RationalMatrix.of(lines, shape)
    matrix = FieldMatrix.of(field, lines, shape)
    rational = matrix.rational()
    return matrix if rational is None else rational
