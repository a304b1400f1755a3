"""The published interface of the kernel, held against its code; and what the kernel's code may contain."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from symcrit import kernel
from symcrit.kernel import rules, theorems

FOLDER = Path(kernel.__file__).parent
FILES = sorted(FOLDER.glob("*.py"))
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def test_every_rule_and_every_way_to_assume_is_listed() -> None:
    shouted = {name for module in (rules, theorems) for name, value in vars(module).items() if name.isupper() and callable(value)}
    assert shouted == set(kernel.RULES) | set(kernel.ASSUMPTIONS)
    assert len(kernel.RULES + kernel.ASSUMPTIONS) == len(shouted)


def test_the_list_itself() -> None:
    assert set(kernel.ASSUMPTIONS) == {"ASSUME", "NAMED"}
    assert set(kernel.RULES) == {"PENROSE", "DEFINITION", "UNITS", "SQUARE", "POSITIVE", "COMBINE", "PRODUCT", "TRANSPOSE", "TRACE", "ANTISYMMETRY",
                                 "VANISH", "RECIPROCAL", "QED", "INSTANCE"}


def test_every_public_name_exists() -> None:
    assert [name for name in kernel.__all__ if not hasattr(kernel, name)] == []


@each_file
def test_imports(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [str(node.module)]
            assert all(alias.name != "*" for alias in node.names)
        for name in names:
            ours = name == "symcrit.errors" or name == "symcrit.kernel" or name.startswith("symcrit.kernel.")
            assert ours or name.split(".")[0] in sys.stdlib_module_names


@each_file
def test_no_assert_no_float_no_simplify_no_evaluation(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not isinstance(node, ast.Assert)
        if isinstance(node, ast.Constant):
            assert not isinstance(node.value, (float, complex))
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        assert name not in {"simplify", "eval", "exec", "float", "random", "time", "__import__", "import_module"}


@each_file
def test_no_error_is_caught_broadly(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            names = {name.id for name in caught if isinstance(name, ast.Name)}
            assert len(names) == len(caught)  # no bare except
            assert not names & {"Exception", "BaseException", "SymcritError", "AssertionError", "RecursionError"}


@each_file
def test_size_of_files(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_the_kernel_works_without_asserts() -> None:
    code = ("from symcrit.kernel import replay\nfrom symcrit.errors import InputError\n"
            "try:\n    replay({})\nexcept InputError:\n    print('refused')")
    done = subprocess.run([sys.executable, "-O", "-c", code], cwd=FOLDER.parent.parent, capture_output=True, text=True,
                          check=True)
    assert done.stdout == "refused\n"
