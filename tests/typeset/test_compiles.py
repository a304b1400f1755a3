"""Every theorem of the proof files compiles on its own: amsmath, amssymb, and nothing else.

Long calculations break over pages, and sentences with long formulas fit into the lines of a plain article.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.typeset.page_comparison import Printed, printed_proofs

ROOT = Path(__file__).parent.parent.parent
PREAMBLE = "\\documentclass{article}\n\\usepackage{amsmath}\n\\usepackage{amssymb}\n"
MOST = 5.0  # points that a line may stand out
pytestmark = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")


@pytest.fixture(scope="module")
def proofs() -> Sequence[Printed]:
    return printed_proofs(ROOT / "proofs")


def run(folder: Path, *command: str) -> None:
    """Run TeX, which must find no error."""
    done = subprocess.run([command[0], "-interaction=nonstopmode", "-halt-on-error", *command[1:]], cwd=folder,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode("ascii", errors="replace")[-2000:]


def log_of(folder: Path, name: str) -> str:
    return (folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")


def too_wide(log: str) -> list[str]:
    """List what stands out of its line."""
    return [found[0] for found in re.finditer(r"Overfull \\hbox \(([0-9.]+)pt.*\n.*", log) if float(found[1]) > MOST]


def references(latex: str) -> str:
    """Write down the tags of labels, as a first run would: so that one run is enough."""
    labels = re.findall(r"\\tag\{((?:[^{}]|\{[^{}]*\})*)\}\\label\{([^}]*)\}", latex)
    return "\\relax\n" + "".join(f"\\newlabel{{{label}}}{{{{{tag}}}{{1}}}}\n" for tag, label in labels)


def test_every_theorem_compiles_alone(proofs: Sequence[Printed], tmp_path: Path) -> None:
    (tmp_path / "bare.tex").write_text(f"{PREAMBLE}\\dump\n", encoding="ascii")
    run(tmp_path, "pdflatex", "-ini", "-jobname=bare", "&pdflatex", "bare.tex")  # the preamble is read once

    def compiled(number: int) -> str:
        latex, name = proofs[number].latex, f"fragment{number}"
        (tmp_path / f"{name}.tex").write_text(f"\\begin{{document}}\n{latex}\\end{{document}}\n", encoding="ascii")
        (tmp_path / f"{name}.aux").write_text(references(latex), encoding="ascii")
        run(tmp_path, "pdflatex", "-fmt=bare", "-draftmode", name)
        return log_of(tmp_path, name)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        logs = list(pool.map(compiled, range(len(proofs))))
    assert len(logs) > 150
    for printed, log in zip(proofs, logs, strict=True):
        assert not re.search("undefined|multiply", log), printed.place
        displays = [found for found in too_wide(log) if "in paragraph" not in found]
        assert displays == [], printed.place


def test_no_line_is_too_wide_and_no_display_too_high(proofs: Sequence[Printed], tmp_path: Path) -> None:
    parts = []
    for number, printed in enumerate(proofs):  # labels of two theorems with one name are made different
        latex = re.sub(r"\\(label|eqref)\{", rf"\\\1{{{number}:", printed.latex)
        parts.append(f"\\typeout{{{printed.theorem.name}}}\n\\begingroup\n{latex}\\par\\endgroup\\clearpage\n")
    body = "".join(parts)
    document = f"{PREAMBLE}\\begin{{document}}\n{body}\\end{{document}}\n"
    (tmp_path / "all.tex").write_text(document, encoding="ascii")
    for _ in range(2):  # references need a second run
        run(tmp_path, "pdflatex", "-draftmode", "all.tex")
    log = log_of(tmp_path, "all")
    assert too_wide(log) == []
    assert "Overfull \\vbox" not in log and "undefined" not in log and "multiply" not in log
