"""Writing results: one document on stdout or in a file, everything else on stderr."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from symcrit.errors import InputError

if TYPE_CHECKING:
    from rich.status import Status

LISTED = ".symcrit-report"  # the file that lists what was written into a folder
_COLOURS = {"PROVED": "32", "REPLAYED": "32", "REFUTED": "31", "NOT ESTABLISHED": "33", "ILL FORMED": "35",
            "REFUSED": "31"}


def write(text: str, path: str | None) -> None:
    """Write the data of a command: to stdout, or to a file that appears whole or not at all."""
    if path is None:
        sys.stdout.write(text.rstrip("\n") + "\n")
        sys.stdout.flush()
        return
    write_bytes((text.rstrip("\n") + "\n").encode("utf-8", errors="backslashreplace"), path)


def write_bytes(content: bytes, path: str) -> None:
    """Write a file that appears whole or not at all."""
    target = Path(path)
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent or Path(), prefix=f".{target.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}", "choose another file with -o") from None


def write_folder(files: Mapping[str, str], folder: str) -> None:
    """Write texts by their place in a folder, which is made if it is not there, and list them in it.

    Raises InputError if that would overwrite what was not written before; what was, and is none of them now, goes.
    """
    ours = Path(folder, LISTED)
    before = ours.read_text(encoding="utf-8").split("\n") if ours.is_file() else []
    foreign = next((place for place in files if place not in before and Path(folder, place).exists()), None)
    if foreign is not None:
        raise InputError(f"{Path(folder, foreign)} is there already, and not from symcrit",
                         "choose another folder with -o")
    for place in set(before) - set(files):
        if ".." not in Path(place).parts and not Path(place).is_absolute() and place.endswith(".html"):
            Path(folder, place).unlink(missing_ok=True)
    for place, text in files.items():
        path = Path(folder, place)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"cannot write {path.parent}: {error.strerror or error}",
                             "choose another folder with -o") from None
        write(text, str(path))
    write("\n".join(files), str(ours))


def use_colour(choice: str, to_file: bool) -> bool:
    """Decide on colour: asked for, or a terminal that wants it (NO_COLOR and TERM=dumb say no)."""
    if choice != "auto":
        return choice == "always"
    return not to_file and sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: bool) -> str:
    """Colour the verdict in the first line of a result."""
    if not colour:
        return text
    first, newline, rest = text.partition("\n")
    for word, code in _COLOURS.items():
        if f": {word}" in first:
            first = first.replace(f": {word}", f": \x1b[{code}m{word}\x1b[0m", 1)
            break
    return first + newline + rest


_STEP_COLOURS = {"proved": "32", "checked": "32", "refuted (meant)": "32", "refuted": "31", "not established": "33",
                 "gap": "33", "open": "33"}


def paint_table(text: str, colour: bool) -> str:
    """Colour the verdicts in a table of steps: words that stand between two pairs of spaces."""
    if not colour:
        return text
    words = "|".join(map(re.escape, _STEP_COLOURS))
    return re.sub(rf"(?m)(?<=  )({words})(?=  |$)",
                  lambda match: f"\x1b[{_STEP_COLOURS[match.group()]}m{match.group()}\x1b[0m", text)


class Progress:
    """One line on stderr that says what is going on; silent unless stderr is a terminal."""

    def __init__(self, total: int, quiet: bool) -> None:
        self.total = total
        self._status: Status | None = None
        if not quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            from rich.console import Console

            self._status = Console(stderr=True).status("")
            self._status.start()

    def at(self, number: int, what: str) -> None:
        """Show that item `number` is being worked on."""
        if self._status is not None:
            from rich.text import Text

            self._status.update(Text(f"{number}/{self.total} {what[-60:]}"))

    def of(self, number: int, total: int, what: str) -> None:
        """Show that `number` items of `total` are done."""
        self.total = total
        self.at(number, what)

    def done(self) -> None:
        """Take the line away."""
        if self._status is not None:
            self._status.stop()
