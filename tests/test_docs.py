"""What tutorial, how-to and comparison show is what happens: files are written, commands and code run, in order."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
PROGRAMS = {"symcrit": ["-m", "symcrit"], "pytest": ["-m", "pytest", "-p", "no:cacheprovider"], "python": []}


def run(folder: Path, arguments: list[str]) -> str:
    """Run Python in a folder, as somebody who types."""
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize(("page", "outputs"), [("tutorial.md", 10), ("howto.md", 9), ("comparison.md", 1)])
def test_what_is_shown_happens(page: str, outputs: int, tmp_path: Path) -> None:
    """Three full stops in what is shown stand for anything; what needs other software (`yaml`, `py`) is not run."""
    code, compared = "", 0
    for language, name, text in BLOCK.findall((DOCS / page).read_text()):
        if name:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)
        elif language == "python":
            code = text
        elif language not in ("yaml", "py"):
            assert language == "console"
            first, _, shown = text.partition("\n")
            if first.startswith("$ "):
                program, *arguments = shlex.split(first[2:])
                found = run(tmp_path, [*PROGRAMS[program], *arguments])
            else:
                found, shown = run(tmp_path, ["-c", code]), text
            assert doctest.OutputChecker().check_output(shown, found, doctest.ELLIPSIS), f"{first}\n{found}"
            compared += 1
    assert compared == outputs


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Links between pages, and to pictures."""
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (DOCS / target).exists(), target
