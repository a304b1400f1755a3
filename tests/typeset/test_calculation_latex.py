"""Calculations in typeset proofs: lemmas with their tags, reasons, sentences for what is short or too long."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symcrit.checker.run import Options
from symcrit.checker.typeset import typeset
from symcrit.typeset import derivation

HEAD = "theorem t\nmatrix A : m x n\nmatrix S : n x n symmetric\nmatrix B : m x n\nscalar s\n"


def step(tmp_path: Path, *lines: str) -> str:
    """Print the last step of a theorem."""
    path = tmp_path / "t.thm"
    path.write_text(HEAD + "\n".join(lines) + "\n")
    made = typeset([path], Options(jobs=1))
    assert made.report.exit_code == 0
    return made.pages[0].pieces[-1].latex


def test_one_rewriting_a_line_with_its_reason_at_the_right(tmp_path: Path) -> None:
    latex = step(tmp_path, "assume h: A*S = A", "step s: A*S*S' = A by h")
    assert "In detail,\n\\begin{align*}\n" in latex
    assert latex.count(r"&& \text{by \eqref{t:h}}") == 2 and r"&& \text{as S is symmetric}" in latex


def test_what_is_one_move_is_a_sentence(tmp_path: Path) -> None:
    assert "It holds by Penrose 1 for $\\mathbf{A}$.\n" in step(tmp_path, "step s: A*pinv(A)*A = A")
    assert "It holds as S is symmetric.\n" in step(tmp_path, "step s: A*S' = A*S")
    assert "It holds as squares are not negative.\n" in step(tmp_path, "step s: 0 <= tr(A'*A)")
    assert "Multiplied out, both sides are the same.\n" in step(tmp_path, "step s: (A + B)*S = A*S + B*S")
    assert "It holds" not in step(tmp_path, "assume h: A = B", "step s: A*S = B*S by h")


def test_lemmas_have_tags_that_later_lines_refer_to(tmp_path: Path) -> None:
    latex = step(tmp_path, "assume h: A*A'*A = 0", "step s: A = 0 by h")
    first, _, last = latex.partition("Hence,")
    assert "In detail, first,\n" in first and r"\tag{s.1}\label{t:s:1}" in first
    assert "so that, all matrices being real,\n" in first and r"\text{by \eqref{t:s:1}}" in last
    assert last.endswith("Proved for all sizes (statement " + last.partition("(statement ")[2])
    assert "which shows the claim, as all matrices are real.\n" in last


def test_without_labels_lemmas_are_named_in_words(tmp_path: Path) -> None:
    """Two theorems of one name have no labels, so their lemmas have none either."""
    path = tmp_path / "t.thm"
    path.write_text(HEAD + "assume h: A*A'*A = 0\nstep s: A = 0 by h\n")
    other = tmp_path / "u.thm"
    other.write_text(path.read_text())
    latex = typeset([path, other], Options(jobs=1)).pages[0].latex
    assert r"\tag{s.1}" in latex and r"\text{by (s.1)}" in latex and r"\label" not in latex


def test_inequalities_end_in_what_is_not_negative(tmp_path: Path) -> None:
    latex = step(tmp_path, "assume h: tr(A'*B) = s", "step t: 2*s <= tr(A'*A) + tr(B'*B) by h")
    assert r"\ge 0 && \text{as squares are not negative}" in latex and r"\text{by \eqref{t:h}}" in latex


def test_a_witness_is_put_in(tmp_path: Path) -> None:
    latex = step(tmp_path, "assume h: A = A*S", "step s: exists W : m x n. A = W*S*S by h")
    assert latex.index("For instance, ") < latex.index("In detail,") < latex.index("Proved")


def test_relations_of_a_chain_are_told_apart(tmp_path: Path) -> None:
    latex = step(tmp_path, "assume h: A*S = A", "step s: A*S*S*S = A by h", "  = A*S' by h")
    assert "For relation 1 in detail,\n" in latex and "For relation 2 in detail,\n" in latex


def test_too_much_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derivation, "MOST_LETTERS", 1)
    latex = step(tmp_path, "assume h: A*S = A", "step s: A*S*S = A by h")
    assert "The certificate, of 2 terms, has no short calculation and is not written out.\n" in latex


def test_long_lines_are_broken_and_keep_their_reasons(tmp_path: Path) -> None:
    wide = "*".join(["S"] * 37)
    latex = step(tmp_path, "assume short: A*S = B", "assume long: B*S = B", f"step s: A*S*{wide}*A' = B*A' by short, long")
    calculation = latex.partition("In detail")[2]
    assert calculation.count("{}") >= 1 and r"\qquad \text{by \eqref{t:short}}" in calculation


def test_lemmas_of_two_relations_have_two_names(tmp_path: Path) -> None:
    latex = step(tmp_path, "assume a: A*A'*A = 0", "assume b: B*B'*B = 0", "step two: A = 0 by a", "  = B by b")
    labels = re.findall(r"\\label\{([^}]*)\}", latex)
    assert len(labels) == len(set(labels)) and {r"t:two:1:1", r"t:two:2:1"} <= set(labels)


def test_what_cannot_be_written_costs_no_verdict(tmp_path: Path) -> None:
    latex = step(tmp_path, "scalar t", "assume h: s*t = 1", "step z: s^64*s^2*t*t*s = s^64*s*s*t by h")
    assert "Proved for all sizes" in latex
    assert "Proved for all sizes" in step(tmp_path, "assume h: s = 0", "step z: s*I(n) = 0 by h")
