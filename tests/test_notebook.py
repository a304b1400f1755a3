"""Terms, statements and results in a real IPython shell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import symcrit as sc

A, B = sc.matrix("A", "n", "k"), sc.matrix("B", "k", "n")


@pytest.fixture(scope="module")
def shell() -> Iterator[Any]:
    """A shell with the extension, as `%load_ext symcrit` leaves it."""
    made = InteractiveShell.instance()
    made.run_line_magic("load_ext", "symcrit")
    yield made
    InteractiveShell.clear_instance()


def latex(shell: Any, value: object) -> str:
    """What a notebook gets as LaTeX."""
    return str(shell.display_formatter.format(value)[0].get("text/latex"))


@pytest.mark.parametrize(("value", "expected"), [
    (A * B, r"$$\mathbf{A} \mathbf{B}$$"),
    (sc.Eq(A.T.T, A), r"$$\begin{aligned}(\mathbf{A}^{\top})^{\top} &= \mathbf{A}\end{aligned}$$"),
    (sc.parse("matrix A : n x n\nshow 0 <= tr(A'*A)\nshow A = A"),
     r"$$\begin{aligned}0 &\le \operatorname{tr}(\mathbf{A}^{\top} \mathbf{A}) \\ \mathbf{A} &= \mathbf{A}\end{aligned}$$"),
], ids=["term", "equation", "statement"])
def test_what_belongs_to_the_kernel(shell: Any, value: object, expected: str) -> None:
    """Terms, equations and statements are formulas, with delimiters and no macros."""
    assert latex(shell, value) == expected


def test_a_proof(shell: Any) -> None:
    """A result shows the claim with its verdict."""
    shown = latex(shell, sc.prove(sc.Eq(A * sc.pinv(A) * A, A)))
    assert shown.endswith(r"&= \mathbf{A}\end{aligned} \qquad \text{(proved)}$$")


def test_a_counterexample(shell: Any) -> None:
    """A refuted claim shows the matrices below."""
    shown = latex(shell, sc.prove(sc.Eq(A, 2 * A)))
    assert r"\text{(refuted)} \\ \text{at } n = 1,\ k = 1,\ \mathbf{A} = \left(\begin{smallmatrix} " in shown


def test_a_result_without_a_statement_shows_nothing(tmp_path: Any) -> None:
    """What is not well formed has no formula."""
    (tmp_path / "a.thm").write_text("show")
    from symcrit.api import prove_file

    assert prove_file(tmp_path / "a.thm")._repr_latex_() == ""
