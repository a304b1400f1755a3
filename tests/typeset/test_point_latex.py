"""Points as a page of LaTeX: what is printed is what the point file says, and it fits the page."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import symcrit as sc
from symcrit.api import tex
from symcrit.cli import main

SQUARE = {"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]]}
SADDLE = {**SQUARE, "widths": [2, 1, 2], "weights": [[[0, 1]], [[0], [1]]]}
IRRATIONAL = {"X": [[1, 2, -1, 0], [0, 1, 0, 2], [1, -1, 1, 1]], "Y": [[0, 2, -1, 0], [-1, -1, 1, 1]], "widths": [3, 2, 2]}


def written(folder: Path, point: object) -> str:
    """The fragment for a point."""
    tree = point if isinstance(point, dict) else point.to_json()
    (folder / "p.json").write_text(json.dumps(tree))
    made = tex([str(folder / "p.json")])
    assert made.errors == ()
    return made.fragment


def matrix(fragment: str, head: str) -> list[list[str]]:
    """Read a matrix back from what is printed."""
    found = re.search(re.escape(head) + r" &= \\begin\{bmatrix\} (.*?) \\end\{bmatrix\}(\^\{\\top\})?", fragment)
    assert found is not None, head
    rows = [[entry.replace(r"\,", "*") for entry in row.split(" & ")] for row in found[1].split(r" \\ ")]
    return [list(row) for row in zip(*rows, strict=True)] if found[2] else rows


def test_a_saddle(tmp_path: Path) -> None:
    """Example 1's second point: sigma = (4, 1), the weaker one captured, so Proposition 3, item 1 leads down."""
    shown = written(tmp_path, SADDLE)
    for part in ("linear network of widths $2, 1, 2$", r"$4$ & 1 & 0 \\", r"$1$ & 1 & 1 \\", r"\nabla_{\mathbf{A}_{2}} L = \mathbf{0}",
                 r"The loss is $2$; the least loss is $\frac{1}{2}$.", r"\textbf{strict saddle}", "Proposition 3, item 1",
                 r"L(\varepsilon) - L = -3/2\,\varepsilon^{2}/(1 + \varepsilon^{2})",  # -1/2 (sigma_i - sigma_j) e^2/(1+e^2)
                 r"-3/2\,\varepsilon^{2} + 3/2\,\varepsilon^{4} - 3/2\,\varepsilon^{6} + O(\varepsilon^{8})"):
        assert part in shown, part


@pytest.mark.parametrize("point", [SADDLE, sc.build(IRRATIONAL, [1, 0]), sc.build(IRRATIONAL, [1, 1], c="random", seed=3)],
                         ids=["rational", "irrational", "global"])
def test_the_matrices_are_those_of_the_file(point: object, tmp_path: Path) -> None:
    """Data and weights read back, entry by entry."""
    shown = written(tmp_path, point)
    tree = json.loads((tmp_path / "p.json").read_text())
    for head, rows in (("X", tree["X"]), ("Y", tree["Y"]), *((f"A{k}", rows) for k, rows in enumerate(tree["weights"], 1))):
        printed = matrix(shown, rf"\mathbf{{{head[0]}}}" + (f"_{{{head[1:]}}}" if head[1:] else ""))
        assert printed == [[str(entry) for entry in row] for row in rows]


def test_a_global_minimum_has_no_curve(tmp_path: Path) -> None:
    """Nor has a point that is not critical."""
    least = written(tmp_path, {**SADDLE, "weights": [[[1, 0]], [[2], [0]]]})
    assert r"the \textbf{global minimum}" in least and "Along the curve" not in least
    other = written(tmp_path, {**SADDLE, "weights": [[[1, 1]], [[2], [0]]]})
    assert r"\neq \mathbf{0}" in other and r"is \textbf{not critical}" in other and "Along the curve" not in other


def test_relu(tmp_path: Path) -> None:
    """Signs instead of a spectrum."""
    shown = written(tmp_path, {**SADDLE, "activation": "relu"})
    assert r"\begin{bmatrix} 0 & + \end{bmatrix}" in shown and r"a \textbf{saddle}" in shown and "Sigma" not in shown
    assert "on a boundary of the cones, and the loss has a derivative there" in shown


def test_a_matrix_that_is_too_large_is_described(tmp_path: Path) -> None:
    """It does not run over the page."""
    data = {"X": [[k == j for j in range(12)] for k in range(12)], "Y": [[k == j for j in range(12)] for k in range(12)], "widths": [12, 1, 12]}
    data |= {name: [[int(entry) for entry in row] for row in data[name]] for name in ("X", "Y")}
    assert r"\mathbf{X} &= \text{a $12 \times 12$ matrix, entries of up to 1 characters}" in written(tmp_path, sc.build(data, [1]))


def test_no_samples_and_no_units(tmp_path: Path) -> None:
    """Matrices without entries are said to be so."""
    shown = written(tmp_path, {"X": [[], []], "Y": [[]], "widths": [2, 1, 1], "weights": [[[0, 0]], [[0]]]})
    assert r"\mathbf{X} &= \text{a matrix without entries (2 rows)}" in shown
    shown = written(tmp_path, {"X": [[1]], "Y": [], "widths": [1, 1, 0], "weights": [[[0]], []]})
    assert r"\mathbf{A}_{2} &= \text{a matrix without entries (0 rows)}" in shown and "tabular" not in shown


def test_a_malformed_point_spoils_no_other_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One error, exit 4, and the rest is printed."""
    (tmp_path / "bad.json").write_text(json.dumps({**SADDLE, "weights": [[[0, 1]]]}))
    (tmp_path / "good.json").write_text(json.dumps(SADDLE))
    assert main(["tex", str(tmp_path / "bad.json"), str(tmp_path / "good.json")]) == 4
    out, err = capsys.readouterr()
    assert out.count(r"\paragraph") == 1 and "bad.json: weights: expected 2 matrices" in err


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex")
def test_pages_compile_without_overfull_lines(tmp_path: Path) -> None:
    """Random points of all kinds, irrational ones and those of deep networks too."""
    source, files = random.Random(5), []
    for k in range(12):
        widths = [source.randint(1, 4) for _ in range(source.randint(3, 4))]
        m = source.randint(1, 4)
        data = {"widths": widths, "X": [[source.randint(-9, 9) for _ in range(m)] for _ in range(widths[0])],
                "Y": [[source.randint(-9, 9) for _ in range(m)] for _ in range(widths[-1])]}
        spectrum = sc.values(data).spectrum.positive()
        point = sc.build(data, [0] * len(spectrum), c="random", l1="random", seed=k)
        files.append(tmp_path / f"p_{k}.json")
        files[-1].write_text(json.dumps(point.to_json()))
    files.append(tmp_path / "irrational.json")
    files[-1].write_text(json.dumps(sc.build(IRRATIONAL, [1, 0], c="random", l1="random", seed=1).to_json()))
    (tmp_path / "all.tex").write_text(tex([str(file) for file in files]).document)
    done = subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"], cwd=tmp_path,
                          capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    log = (tmp_path / "all.log").read_text(errors="replace")
    assert [size for size in re.findall(r"Overfull \\hbox \(([0-9.]+)pt", log) if float(size) > 5] == []
