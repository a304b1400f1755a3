"""Sheets: the same rows as text and as HTML, well formed and with nothing of the input unescaped."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

import symcrit as sc
from symcrit.sheets.points import classification_sheet
from symcrit.sheets.sheet import Entry, Formula, Sheet, line

SQUARE = {"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]]}
ONE, SEVERAL = {**SQUARE, "widths": [2, 1, 2]}, {**SQUARE, "widths": [2, 2, 2]}
IRRATIONAL = {"X": [[1, 2, -1, 0], [0, 1, 0, 2], [1, -1, 1, 1]], "Y": [[0, 2, -1, 0], [-1, -1, 1, 1]], "widths": [3, 2, 2]}
SADDLE = {**ONE, "weights": [[[0, 1]], [[0], [1]]]}


def cells(html: str) -> list[str]:
    """All texts of a page, in their order."""
    return [text for text in (part.strip() for part in ElementTree.fromstring(html.replace("<br>", "<br/>")).itertext()) if text]


@pytest.mark.parametrize(("shown", "expected"), [
    (lambda: sc.classify(SADDLE), ["STRICT SADDLE", "critical", "loss", "2", "least loss", "1/2", "spectrum", "multiplicity", "4", "way down"]),
    (lambda: sc.classify({**SADDLE, "activation": "relu"}), ["critical", "loss", "2", "A1 X", "0+", "on a boundary of cones, differentiable"]),
    (lambda: sc.values(ONE), ["3 critical values of p-vectors, widths 2-1-2", "1/2", "global minimum", "2", "5/2"]),
    (lambda: sc.descend(SADDLE), ["DESCENDS", "A1(ε)", "A2(ε)", "change", "leading", "series", "rank"]),
    (lambda: sc.descend({**ONE, "weights": [[[1, 0]], [[2], [0]]]}), ["NO WAY DOWN", "reason"]),
    (lambda: sc.relu(ONE), ["LEAST LOSS 1/2", "{1}", "global minimum", "kink", "local minima that are not global"]),
    (lambda: sc.relu(SEVERAL), ["3 FAMILIES of critical points in open cones", "{1,2}", "{1}"]),
], ids=["classify", "relu point", "values", "descend", "bottom", "landscape", "cones"])
def test_what_notebooks_show(shown, expected: list[str]) -> None:
    """Every answer about data and points shows what the command line prints."""
    html = shown()._repr_html_()
    found = iter(cells(html))
    assert all(text in found for text in expected), cells(html)
    assert "<script" not in html and "<style" not in html


def test_matrices_are_formulas() -> None:
    """Entries stand in a table of MathML, also those in a number field."""
    html = sc.descend(sc.build(IRRATIONAL, [1, 0]))._repr_html_()
    tree = ElementTree.fromstring(html.replace("<br>", "<br/>"))
    sizes = [(len(table), {len(row) for row in table}) for table in tree.iter("mtable")]
    assert sizes == [(2, {3}), (2, {2})]


def test_a_report() -> None:
    """A failed step is marked, and the first line counts."""
    found = cells(sc.check("proofs/zhou_liang_2018/lemma_1.thm::lemma_1::eq27", jobs=1)._repr_html_())
    assert found[0].startswith("1 step: 1 proved") and "eq27" in found and "proved" in found


def test_nothing_is_markup() -> None:
    """Reasons and names are text, whatever they hold."""
    sheet = Sheet("<b>", "a & b", (line("<i>", "<script>"), Entry("t", [["<", Formula("<", [["&"]])]], headed=True, under=True)))
    assert cells(sheet.html()) == ["<b>", "a & b", "<i>", "<script>", "t", "<", "<", "[", "&", "]"]


@pytest.mark.parametrize(("rows", "is_math"), [([["1"] * 20] * 20, True), ([["1"] * 21] * 20, False), ([], False), ([[], []], False)])
def test_large_and_empty_matrices_are_text(rows: list[list[str]], is_math: bool) -> None:
    """A matrix of more than 400 entries, or of none, prints as the command line prints it."""
    formula = Formula("A = ", rows)
    assert formula.html().startswith("<math>") == is_math
    assert is_math or formula.html() == str(formula)


def test_rows_that_are_left_out_are_counted() -> None:
    """As text and as HTML."""
    entry = Entry("", [("loss", "p"), ("1", "2")], headed=True, under=True, left=7)
    assert entry.lines() == ["  loss  p", "  1     2", "  (7 more)"]
    assert "(7 more)" in entry.html()


def test_text_and_document() -> None:
    """The first line names the file; an unknown kind prints as it is."""
    document = sc.classify(SADDLE).to_json()
    assert classification_sheet(document).text("p.json").splitlines()[0] == (
        "p.json: STRICT SADDLE  linear network with 2 layers, category non_optimal_order")
