"""The arrows between packages (DESIGN section 3), read off the source; and what importing costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "symcrit"
HEAVY = ("sympy", "mpmath", "flint", "numpy", "torch", "scipy")

# Which parts of symcrit a part may import; a part that is not listed here is on top and may import all.
ARROWS = {
    "errors": set(),
    "files": {"errors"},
    "kernel": {"errors", "kernel"},
    "exact": {"errors", "exact"},
    "lang": {"errors", "files", "kernel", "lang"},
    "prover": {"errors", "kernel", "lang", "exact", "prover"},
    "sheets": {"sheets"},
    "networks": {"errors", "exact", "sheets", "networks"},
    "landscape": {"errors", "exact", "sheets", "networks", "landscape"},
    "interop": {"errors", "files", "exact", "networks", "interop"},
    "typeset": {"errors", "kernel", "lang", "sheets", "typeset"},
    "report": {"errors", "kernel", "lang", "typeset", "sheets", "report"},
    "checker": {"errors", "files", "kernel", "lang", "prover", "networks", "landscape", "interop", "typeset",
              "report", "checker"},
}
TOP = {"cli", "pytest_plugin", "__main__"}  # nothing but the top imports these


def part(path: Path) -> str:
    """Name the part of the house that a file belongs to."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """List every module that a file imports, anywhere in it, as an absolute dotted name."""
    found: set[str] = set()
    package = ["symcrit", *path.relative_to(ROOT).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{module}.{alias.name}" for alias in node.names} if module == "symcrit" else {module}
    return found


def parts_imported(path: Path) -> set[str]:
    """List the parts of symcrit that a file imports."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("symcrit.")}


FILES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_point_one_way(path: Path) -> None:
    allowed = ARROWS.get(part(path))
    if allowed is not None:
        assert parts_imported(path) - allowed - {"__version__"} == set()
    if part(path) not in TOP | {"__init__"}:
        assert parts_imported(path) & TOP == set()


@pytest.mark.parametrize("path", [path for path in FILES if part(path) == "kernel"], ids=lambda path: path.name)
def test_the_kernel_needs_only_the_standard_library(path: Path) -> None:
    outside = {name.split(".")[0] for name in imported(path)} - set(sys.stdlib_module_names) - {"symcrit"}
    assert outside == set()


@pytest.mark.parametrize("statement", ["import symcrit", "import symcrit.kernel", "import symcrit.lang.parser",
                                       "import symcrit.errors"])
def test_importing_is_cheap(statement: str) -> None:
    code = f"import sys; {statement}; print(' '.join(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.skipif(not (ROOT / "cli.py").exists(), reason="the command line is not written yet")
def test_help_imports_nothing_heavy() -> None:
    code = ("import sys\nfrom symcrit import cli\ntry:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
            f"print('\\nHEAVY', *[name for name in {HEAVY!r} if name in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].split() == ["HEAVY"]
