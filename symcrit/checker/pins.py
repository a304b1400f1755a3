"""Pins: the hash of every step's statement, kept outside the proof files, with what may be assumed.

`pins.json` stands in a folder and covers the proof files below it. A step whose statement is not the one that
was pinned fails, whatever its proof; so nobody changes a claim to fit its proof without saying so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from symcrit.errors import InputError
from symcrit.files import read_json
from symcrit.report.output import write

NAME = "pins.json"
MAX_BYTES = 16_000_000


@dataclass
class Pins:
    """The pins of one folder: `FILE::THEOREM::STEP` to `KIND HASH`, and the allowed facts and gaps."""

    folder: Path
    steps: dict[str, str] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    exists: bool = False

    def key(self, path: str | Path, rest: str = "") -> str:
        """Name a file (or a step of it) as the pins do: relative to their folder."""
        name = os.path.relpath(Path(path).resolve(), self.folder.resolve())
        return Path(name).as_posix() + (f"::{rest}" if rest else "")

    def files(self) -> list[Path]:
        """List the files that are pinned."""
        names = dict.fromkeys(key.split("::")[0] for key in self.steps)
        return [Path(os.path.normpath(self.folder.resolve() / name)) for name in names]

    def gone(self, path: str | Path, steps: Iterable[str]) -> list[str]:
        """List what is pinned of a file, as THEOREM::STEP, but is not among its steps."""
        prefix = self.key(path) + "::"
        pinned = [key.removeprefix(prefix) for key in self.steps if key.startswith(prefix)]
        return sorted(set(pinned) - set(steps))

    def update(self, files: Iterable[str | Path], steps: Mapping[str, str]) -> None:
        """Replace the pins of some files."""
        prefixes = tuple(f"{self.key(file)}::" for file in files)
        kept = {key: pin for key, pin in self.steps.items() if not key.startswith(prefixes)}
        self.steps = dict(sorted((kept | dict(steps)).items()))

    def save(self) -> None:
        """Write the file."""
        data = {"schema_version": 1, "allow": {"facts": list(self.facts), "gaps": list(self.gaps)}, "pins": self.steps}
        write(json.dumps(data, indent=1, ensure_ascii=False), str(self.folder / NAME))
        self.exists = True


def find_pins(path: str | Path, top: Path | None = None) -> Pins:
    """Find the pins that cover a proof file: the nearest `pins.json` above it, else none yet, to stand in `top`."""
    folder = Path(path).resolve().parent
    for candidate in (folder, *folder.parents):
        if (candidate / NAME).is_file():
            return _read(candidate)
    return Pins(top.resolve() if top else folder)


def _read(folder: Path) -> Pins:
    path = folder / NAME
    data = read_json(path, MAX_BYTES)
    try:
        allow, steps = data["allow"], data["pins"]
        fits = data["schema_version"] == 1 and set(data) == {"schema_version", "allow", "pins"}
        words = [*allow["facts"], *allow["gaps"], *steps, *steps.values()]
        fits = fits and set(allow) == {"facts", "gaps"} and all(isinstance(word, str) for word in words)
    except (TypeError, KeyError, AttributeError):
        fits = False
    if not fits:
        raise InputError("not a file of pins: expected schema_version 1, allow (facts, gaps) and pins",
                         "symcrit check --update writes one").at(str(path))
    return Pins(folder, dict(steps), tuple(allow["facts"]), tuple(allow["gaps"]), True)
