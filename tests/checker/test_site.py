"""The folder of pages: complete, linked, well formed, with nothing from a network and nothing that is executed."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

import pytest

from symcrit.checker.run import Options
from symcrit.checker.site import site
from symcrit.cli import main
from tests.checker.test_ledger import CLAIMS, PROOF

VOID = {"meta", "link", "br", "input"}


class Reader(HTMLParser):
    """Collects ids and links, and checks that elements are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.add(tag)
        if "id" in given:
            self.ids.append(given["id"])
        self.links += [given[name] for name in ("href", "src") if name in given]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def shipped() -> dict[str, str]:
    pages, report = site(["proofs"], Options(jobs=1))
    assert report.exit_code == 0
    return pages


def test_every_link_leads_somewhere(shipped):
    """To a page of the folder and, behind #, to an id on it; ids are there once."""
    readers = {place: read(text) for place, text in shipped.items()}
    for place, reader in readers.items():
        assert len(set(reader.ids)) == len(reader.ids), place
        for link in reader.links:
            if link == "data:,":
                continue
            page, _, anchor = link.partition("#")
            parts: list[str] = []
            for part in (PurePosixPath(place).parent / page).parts if page else PurePosixPath(place).parts:
                parts = parts[:-1] if part == ".." else [*parts, part]
            target = readers["/".join(parts)]
            assert not anchor or anchor in target.ids, (place, link)


def test_nothing_is_fetched_or_executed(shipped):
    for text in shipped.values():
        assert "script" not in read(text).tags and "http" not in text and "@import" not in text


def test_every_claim_and_step_is_there(shipped):
    ids = {one for text in shipped.values() for one in read(text).ids}
    assert {"thm1.nec", "prop3p.change1", "lemma_1::eq27", "existence::eq3"} <= ids
    assert sum("." in one for one in read(shipped["index.html"]).ids) + ("notation" in ids) == 136


def test_formulas_are_mathematics(shipped):
    page = shipped["files/proofs_zhou_liang_2018_lemma_1.html"]
    assert "<msub><mi>𝐀</mi><mn>2</mn></msub>" in page and "<mo>†</mo>" in page and "𝚺" in page


def made(tmp_path: Path, proof: str, claims: str = CLAIMS) -> dict[str, str]:
    (tmp_path / "t.thm").write_text(proof)
    (tmp_path / "claims.toml").write_text(claims)
    return site([tmp_path], Options(jobs=1))[0]


def test_the_ledger_shows_counterexample_correction_and_argument(tmp_path):
    index = made(tmp_path, PROOF)["index.html"]
    assert "<mo>=</mo><mrow><mo>(</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr></mtable>" in index
    assert "is-refuted is-argued" in index and "true instead" in index and "a slip" in index


def test_what_authors_write_is_text(tmp_path):
    proof = 'theorem t "<script>x</script>"\nmatrix A : n x n\ntext "<b>&amp;"\nstep s: A*pinv(A)*A = A\nill_formed r: A*A = 1\n'
    pages = made(tmp_path, proof, '["a"]\nwhere = "<i>"\nprinted = "<u>"\n')
    for text in pages.values():
        assert not {"script", "b", "i", "u"} & read(text).tags
    assert "&lt;script&gt;x" in "".join(pages.values())


def test_failing_steps_and_files_are_shown(tmp_path):
    (tmp_path / "bad.thm").write_text("matrix A : n x n\nstep s A = A")
    pages = made(tmp_path, "matrix A : n x n\nstep wrong: A*A = A\n")
    assert 'class="badge failed">refuted, but fails' in "".join(pages.values())
    assert "bad.thm:2:8" in pages["index.html"]


def test_the_command_writes_the_folder(tmp_path, capsys):
    (tmp_path / "t.thm").write_text("matrix A : n x n\nstep s: A*pinv(A)*A = A\n")
    assert main(["report", str(tmp_path / "t.thm"), "-o", str(tmp_path / "site")]) == 0
    assert (tmp_path / "site" / "index.html").is_file() and "4 pages" in capsys.readouterr().err
    assert main(["report", str(tmp_path / "t.thm")]) == 4
    assert "symcrit report -o site" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["report", str(tmp_path / "t.thm"), "-o", str(tmp_path / "file")]) == 4
    assert main(["report", str(tmp_path / "none"), "-o", str(tmp_path / "site")]) in (4, 5)


def test_calculations_have_lemmas_reasons_and_witnesses(tmp_path):
    path = tmp_path / "t.thm"
    path.write_text("theorem t\nmatrix A : m x n\nassume h: A*A'*A = 0\nstep zero: A = 0 by h\n"
                    "step range: exists W : m x n. A = A*A'*W\n")
    pages, report = site([path], Options(jobs=1))
    text = next(page for place, page in pages.items() if place.startswith("files/"))
    assert report.exit_code == 0 and "<summary>In detail</summary>" in text
    assert "by h" in text and "(zero.1)" in text and "by (zero.1)" in text
    assert re.search(r", with <math><mrow><mi>𝐖</mi><mo>=</mo>", text)


def test_nothing_foreign_is_overwritten_and_own_old_pages_go(tmp_path, capsys):
    for name in ("a", "b"):
        (tmp_path / f"{name}.thm").write_text("theorem t\nmatrix A : n x n\nstep s: A = A\n")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.html").write_text("MINE")
    assert main(["report", "-q", "-o", str(tmp_path / "mine"), str(tmp_path / "a.thm")]) == 4
    assert (tmp_path / "mine" / "index.html").read_text() == "MINE" and "not from symcrit" in capsys.readouterr().err
    for name in ("a", "b"):
        assert main(["report", "-q", "-o", str(tmp_path / "ours"), str(tmp_path / f"{name}.thm")]) == 0
    assert [path.name[-6:] for path in (tmp_path / "ours" / "files").iterdir()] == ["b.html"]


def test_pages_do_not_say_where_the_proofs_are(tmp_path):
    (tmp_path / "proofs").mkdir()
    (tmp_path / "proofs" / "a.thm").write_text("theorem t\nmatrix A : n x n\ngap s: A = A\n")
    pages, _ = site([tmp_path / "proofs"], Options(jobs=1, allow_gaps=True))
    assert "files/proofs_a.html" in pages and not any(str(tmp_path) in page for page in pages.values())


def test_names_of_files_and_letters_are_told_apart(tmp_path):
    (tmp_path / "x").mkdir()
    text = "theorem t\nmatrix A1 : n x n\nmatrix A_1 : n x n\nstep s: 3*2*A1*A_1 = 6*A_1*A1\n"
    for name in ("x/y", "x_y", 'q" onmouseover="alert(1)'):
        (tmp_path / f"{name}.thm").write_text(text)
    pages, _ = site([tmp_path], Options(jobs=1))
    assert sum(place.startswith("files/") for place in pages) == 3
    for page in pages.values():
        assert "onmouseover" not in re.sub(r'href="[^"]*"|>[^<]*<', "", page)
    shown = next(page for place, page in pages.items() if place.endswith("x_y.html"))
    assert "<mn>3</mn><mo>·</mo><mn>2</mn>" in shown and "<mtext>A_1</mtext>" in shown
