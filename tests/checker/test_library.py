"""What names in proof files stand for: files by path, lemmas, named facts, cited labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from symcrit.checker.library import Home, Library, Unresolved, homes
from symcrit.errors import InputError
from symcrit.kernel.named_facts import NAMED_FACTS
from symcrit.kernel.statement import Statement
from symcrit.lang.proof import Assumption
from tests.checker.files import write

MAIN = '''theorem main
matrix A : n x n
assume idem: A*A = A
assume A' = A
lemma local from "::other::q"
lemma far from "sub/far.thm::far::one"
lemma last from "sub/far.thm::far"
assume fact symmetric_cube_root
step a: A*A*A = A by idem
refute r: A = 0
step e: exists W : n x n. A*W = A by idem
step b: A*A = A' by a
use u: local with P = A
use v: far with Q = A
use w: last with Q = A
use x: symmetric_cube_root with A = A, B = A
step c: A = A by nothing

theorem other
matrix P : n x n
step q: P*pinv(P)*P = P by nothing
'''
FAR = "theorem far\nmatrix Q : n x n\nstep one: Q = Q by nothing\nstep two: Q*Q = Q*Q by nothing\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, {"main.thm": MAIN, "sub/far.thm": FAR})


def steps_of(folder: Path, text: str = MAIN) -> tuple[Library, dict[str, Home]]:
    (folder / "main.thm").write_text(text)
    library = Library()
    return library, {home.step.label: home for home in homes(library.read(folder / "main.thm"))}


def names(library: Library, home: Home) -> list[str]:
    """Name all that a step cites: labels, or the line of an assumption that has none."""
    return [line.label or f"line {line.line}" for line in library.cited(home, home.step.by)]


def test_homes_run_through_the_file_in_order(folder: Path) -> None:
    library, steps = steps_of(folder)
    assert list(steps) == ["a", "r", "e", "b", "u", "v", "w", "x", "c", "q"]
    assert steps["q"].id == f"{folder / 'main.thm'}::other::q"


def test_a_file_is_read_once_whatever_its_path(folder: Path) -> None:
    library = Library()
    first = library.read(folder / "main.thm")
    (folder / "main.thm").write_text("not a proof")
    assert library.read(folder / "sub" / ".." / "main.thm") is first
    assert library.read(str(folder / "main.thm")) is first
    with pytest.raises(InputError):
        Library().read(folder / "main.thm")


def test_homes_are_the_same_if_their_place_is(folder: Path) -> None:
    _, first = steps_of(folder)
    _, second = steps_of(folder)  # read by another library
    assert first["a"] == second["a"] and hash(first["a"]) == hash(second["a"])
    assert first["a"] != first["b"] and first["a"] != "a"


def test_citations(folder: Path) -> None:
    library, steps = steps_of(folder)
    assert names(library, steps["a"]) == ["idem"]
    assert names(library, steps["c"]) == []  # by nothing
    # Without by: all above but for refute and exists steps; the assumption on line 4 has no label.
    assert names(library, steps["u"]) == ["idem", "line 4", "a", "b"]
    assert names(library, steps["x"]) == ["idem", "line 4", "a", "b", "u", "v", "w"]


def test_citations_come_in_the_order_of_the_file(folder: Path) -> None:
    library, steps = steps_of(folder, MAIN.replace("A*A = A' by a", "A*A = A' by a, idem"))
    assert names(library, steps["b"]) == ["idem", "a"]
    first, second = library.cited(steps["b"], steps["b"].step.by)
    assert isinstance(first, Assumption) and second is steps["a"].step


CITED_WRONGLY = [
    ("by ide", "no assumption or step above is called ide", "did you mean idem?"),
    ("by zzz", "no assumption or step above is called zzz", ""),
    ("by c", "c does not stand above this step", ""),
    ("by b", "b does not stand above this step", ""),
    ("by r", "r is a refute step: it shows nothing to be used", ""),
    ("by e", "e says that something exists: it cannot be used", "state it for an explicit witness"),
    ("by q", "no assumption or step above is called q", ""),
]


@pytest.mark.parametrize(("by", "message", "suggestion"), CITED_WRONGLY)
def test_a_citation_of_nothing(by: str, message: str, suggestion: str, folder: Path) -> None:
    library, steps = steps_of(folder, MAIN.replace("A*A = A' by a", f"A*A = A' {by}"))
    with pytest.raises(Unresolved) as caught:
        library.cited(steps["b"], steps["b"].step.by)
    error = caught.value
    assert (error.code, error.message, error.suggestion) == ("unknown_label", message, suggestion)
    assert (error.line, error.column) == (12, len("step b: A*A = A' by ") + 1)


def test_lemmas(folder: Path) -> None:
    library, steps = steps_of(folder)
    found = {label: library.lemma(steps[label]) for label in "uvwx"}
    assert found["u"] == steps["q"]
    far, last = found["v"], found["w"]
    assert isinstance(far, Home) and isinstance(last, Home)
    assert far.id == f"{folder}/sub/far.thm::far::one"
    assert last.step.label == "two"  # without a step, the last one of the theorem
    assert far.file is last.file
    fact = found["x"]
    assert isinstance(fact, Statement) and fact is NAMED_FACTS["symmetric_cube_root"]
    with pytest.raises(Unresolved, match="uses no lemma"):
        library.lemma(steps["a"])


LEMMAS = [
    ('from "sub/far.thm::far::one"', 'from "sub/fra.thm::far::one"', "v", "unknown_lemma", "the lemma's file sub/fra.thm: cannot read the file"),
    ('from "sub/far.thm::far::one"', 'from "sub/far.thm::fra::one"', "v", "unknown_lemma", "there is no theorem fra"),
    ('from "sub/far.thm::far::one"', 'from "sub/far.thm::far::on"', "v", "unknown_lemma", "there is no step on"),
    ('from "sub/far.thm::far::one"', 'from "::main::r"', "v", "unknown_lemma", "r is a refute step: it shows nothing to be used"),
    ('from "sub/far.thm::far::one"', 'from "::main::e"', "v", "unknown_lemma", "e says that something exists: it cannot be used"),
    ("use v: far", "use v: fra", "v", "unknown_lemma", "no lemma or fact above is called fra"),
    ("fact symmetric_cube_root", "fact cube_root", "x", "unknown_lemma", "no lemma or fact above is called symmetric_cube_root"),
    ("symmetric_cube_root", "symmetric_cube", "x", "unknown_fact", "there is no named fact symmetric_cube"),
]


@pytest.mark.parametrize(("old", "new", "label", "code", "message"), LEMMAS)
def test_a_lemma_that_is_not_there(old: str, new: str, label: str, code: str, message: str, folder: Path) -> None:
    assert old in MAIN
    library, steps = steps_of(folder, MAIN.replace(old, new))
    with pytest.raises(Unresolved) as caught:
        library.lemma(steps[label])
    assert caught.value.code == code
    assert caught.value.message.startswith(message)


def test_a_lemma_in_a_malformed_file_says_where(folder: Path) -> None:
    library, steps = steps_of(folder)
    (folder / "sub" / "far.thm").write_text("theorem far\nmatrix Q : n x m\nstep one: Q*Q = Q\n")
    with pytest.raises(Unresolved) as caught:
        library.lemma(steps["v"])
    assert f"{folder}/sub/far.thm:3:12" in caught.value.message
    assert caught.value.line == 6  # of the lemma line


def test_a_lemma_below_its_use_is_unknown(folder: Path) -> None:
    line = 'lemma far from "sub/far.thm::far::one"\n'
    library, steps = steps_of(folder, MAIN.replace(line, "").replace("step c:", f"{line}step c:"))
    with pytest.raises(Unresolved, match="no lemma or fact above is called far"):
        library.lemma(steps["v"])
