"""Every proof file, and messages of failing checks, read as they did when somebody accepted them."""

from __future__ import annotations

from pathlib import Path

import pytest

from .golden import check_text, hold, proof_texts

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PROOFS = sorted(path.relative_to(ROOT) for path in (ROOT / "proofs").rglob("*.thm"))
FIXTURES = sorted((HERE / "fixtures").glob("*.thm"))


def golden_of(proof: Path) -> Path:
    """Name the golden file of a proof file."""
    return (HERE / proof).with_suffix(".golden")


@pytest.mark.parametrize("proof", PROOFS, ids=str)
def test_proof_files(proof: Path, accept: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    facts, latex = proof_texts(proof.as_posix())
    differs = [error for name, text in ((golden_of(proof), facts), (golden_of(proof).with_suffix(".tex"), latex))
               for error in held(name, text, accept)]
    if differs:
        pytest.fail("\n".join(differs), pytrace=False)


def held(golden: Path, text: str, accept: bool) -> list[str]:
    """Compare one of several golden files of one test."""
    try:
        hold(golden, text, accept)
    except pytest.fail.Exception as error:
        return [str(error)]
    return []


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_failing_checks(fixture: Path, accept: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fixture.parent)
    hold(fixture.with_suffix(".golden"), check_text([fixture.name]), accept)


def test_every_golden_file_has_its_proof_file() -> None:
    goldens = {golden.relative_to(HERE) for folder in ("proofs", "fixtures") for suffix in ("golden", "tex")
               for golden in (HERE / folder).rglob(f"*.{suffix}")}
    expected = {golden_of(proof).relative_to(HERE).with_suffix(suffix) for proof in PROOFS for suffix in (".golden", ".tex")}
    expected |= {fixture.with_suffix(".golden").relative_to(HERE) for fixture in FIXTURES}
    assert sorted(map(str, goldens - expected)) == []


# ---- the rule of acceptance --------------------------------------------------------------------


def test_a_new_text_fails_and_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"a.golden is new; .*--accept"):
        hold(tmp_path / "a.golden", "text\n", accept=False)
    assert not (tmp_path / "a.golden").exists()


def test_an_accepted_text_is_written_and_fails_once(tmp_path: Path) -> None:
    golden = tmp_path / "folder" / "a.golden"
    with pytest.raises(pytest.fail.Exception, match="is new and was written"):
        hold(golden, "text\n", accept=True)
    hold(golden, "text\n", accept=False)
    hold(golden, "text\n", accept=True)
    with pytest.raises(pytest.fail.Exception, match=r"(?s)has changed; .*-text\n\+other"):
        hold(golden, "other\n", accept=False)
    assert golden.read_text() == "text\n"
    with pytest.raises(pytest.fail.Exception, match="has changed and was written"):
        hold(golden, "other\n", accept=True)
    assert golden.read_text() == "other\n"
