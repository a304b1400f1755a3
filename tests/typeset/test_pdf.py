"""PDF: made where a tool is installed; a clear message where none is, or where the tool fails."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from symcrit.cli import main
from symcrit.errors import InputError
from symcrit.typeset import pdf

GOOD = "\\documentclass{article}\\begin{document}a\\end{document}"
installed = pytest.mark.skipif(not any(map(shutil.which, pdf.TOOLS)), reason="no LaTeX is installed")


def test_without_a_tool(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    (tmp_path / "t.thm").write_text("theorem t\nmatrix A : n x n\nstep s: A*pinv(A)*A = A\n")
    assert main(["tex", str(tmp_path / "t.thm"), "--pdf", "-o", str(tmp_path / "a.pdf")]) == 4
    assert "none of latexmk, tectonic, pdflatex is installed" in capsys.readouterr().err
    assert not (tmp_path / "a.pdf").exists()


def test_a_tool_that_takes_too_long(monkeypatch):
    def run(*arguments, **options):
        raise subprocess.TimeoutExpired("latexmk", 1)

    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(InputError, match="latexmk took more than"):
        pdf.compiled(GOOD)


@installed
def test_a_document_that_does_not_compile():
    with pytest.raises(InputError, match="(?s)failed: .*Undefined control sequence"):
        pdf.compiled(GOOD.replace("a\\end", "\\nosuchmacro\\end"))


@installed
def test_the_command_makes_a_pdf(tmp_path, capsys):
    (tmp_path / "t.thm").write_text("theorem t\nmatrix A : n x n\nstep s: A*pinv(A)*A = A\n")
    assert main(["tex", str(tmp_path / "t.thm"), "--pdf", "-o", str(tmp_path / "a.pdf")]) == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert capsys.readouterr().out == ""
