"""What the tutorial shows is what happens: its files are written, its commands and code run, in their order."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

TUTORIAL = Path(__file__).parent.parent / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
PROGRAMS = {"symcrit": ["-m", "symcrit"], "pytest": ["-m", "pytest", "-p", "no:cacheprovider"], "python": []}


def run(folder: Path, arguments: list[str]) -> str:
    """Run Python in a folder, as somebody who types."""
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_tutorial(tmp_path: Path) -> None:
    """Three full stops in what is shown stand for anything."""
    code, compared = "", 0
    for language, name, text in BLOCK.findall(TUTORIAL.read_text()):
        if name:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)
        elif language == "python":
            code = text
        else:
            assert language == "console"
            first, _, shown = text.partition("\n")
            if first.startswith("$ "):
                program, *arguments = shlex.split(first[2:])
                found = run(tmp_path, [*PROGRAMS[program], *arguments])
            else:
                found, shown = run(tmp_path, ["-c", code]), text
            assert doctest.OutputChecker().check_output(shown, found, doctest.ELLIPSIS), f"{first}\n{found}"
            compared += 1
    assert compared == 10
