"""Nothing is timed here: only what a command imports, which is what makes it fast or slow to start."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from symcrit.api import prove_file

ROOT = Path(__file__).parent.parent.parent
HEAVY = {"sympy", "mpmath", "numpy", "flint", "scipy", "torch", "rich"}


def imported(*arguments: str) -> tuple[int, set[str]]:
    """Run the command line in a fresh interpreter; return its exit code and all top-level modules imported."""
    done = subprocess.run([sys.executable, "-X", "importtime", "-m", "symcrit", *arguments], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return done.returncode, {line.rsplit("|", 1)[1].strip().split(".")[0] for line in lines}


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("prove", "--help"), ("replay", "--help")],
                         ids=" ".join)
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    code, modules = imported(*arguments)
    assert code == 0
    assert "symcrit" in modules  # the list is not empty
    assert modules & HEAVY == set()


def test_a_usage_error_imports_nothing_heavy() -> None:
    code, modules = imported("prove", "--no-such-option")
    assert code == 4
    assert modules & HEAVY == set()


def test_replay_imports_nothing_heavy(tmp_path: Path) -> None:
    """The kernel alone replays: no finder and no computer algebra system takes part."""
    result = prove_file(ROOT / "tests/corpus/true/penrose.thm")
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(result.certificate), encoding="utf-8")
    code, modules = imported("replay", "--json", str(file))
    assert code == 0
    assert modules & HEAVY == set()
