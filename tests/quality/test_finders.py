"""The corpus: what is true is proved, what is false refuted, what is malformed is said to be so.

About 60 files of each kind on every run; all of them with SYMCRIT_FULL=1.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from symcrit.api import prove_file
from symcrit.errors import InputError
from symcrit.kernel.evaluate import violated
from symcrit.kernel.replay import replay
from symcrit.lang.parser import read_statement
from symcrit.prover.counterexample import find_counterexample
from symcrit.prover.search import Prover

CORPUS = Path(__file__).parent.parent / "corpus"
FULL = bool(os.environ.get("SYMCRIT_FULL"))
EVERY = {"true": 4, "false": 2, "malformed": 3, "hard": 3}  # this many files stand for one that runs always
OPEN = {"cube_root"}  # true, and not proved yet
SLOW = {"left_inverse_square", "prop31_loss", "thm41", "putnam"}  # more than a second


def chosen(kind: str) -> list[Path]:
    """List the files of a kind that run now."""
    files = sorted((CORPUS / kind).glob("*.thm"))
    return files if FULL else [path for path in files[:: EVERY[kind]] if path.stem not in SLOW | OPEN]


def files(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", chosen(kind), ids=lambda path: path.stem)


def assert_proved(path: Path) -> None:
    """The kernel accepts the certificate for this statement; the model meets everything assumed."""
    result = prove_file(path)
    assert result.verdict == "proved", str(result)
    statement = read_statement(path)
    assert result.certificate is not None
    theorem = replay(result.certificate)
    assert theorem.statement.hash == statement.hash
    assert theorem.guards == result.guards
    assert tuple(sorted(theorem.rests_on)) == result.rests_on == ()
    assert not result.vacuous
    assert result.model is not None
    assert violated(statement, result.model) == []


@files("true")
def test_true(path: Path) -> None:
    assert_proved(path)


@files("hard")
def test_hard(path: Path) -> None:
    if path.stem in OPEN:
        assert prove_file(path).verdict != "refuted"
    else:
        assert_proved(path)


@pytest.mark.parametrize("stem", sorted(OPEN))
def test_what_is_not_proved_yet_is_not_refuted_either(stem: str) -> None:
    statement = read_statement(CORPUS / "hard" / f"{stem}.thm")
    assert Prover(statement).climb(0) is False, "proved: take it off the list"
    assert find_counterexample(statement, 2_000) is None


@files("false")
def test_false(path: Path) -> None:
    """The kernel confirms the witness: it meets everything assumed and violates the claims named."""
    result = prove_file(path)
    assert result.verdict == "refuted", str(result)
    assert result.witness is not None
    assert result.certificate is None
    assert violated(read_statement(path), result.witness) == list(result.violated)
    assert result.violated
    assert result.exit_code == 1


@files("malformed")
def test_malformed(path: Path) -> None:
    """The place is given: line and column lie within the file, or just behind it."""
    result = prove_file(path)
    assert result.verdict == "ill_formed", str(result)
    error = result.error
    assert isinstance(error, InputError)
    assert error.message
    assert 1 <= error.line <= path.read_bytes().replace(b"\r\n", b"\n").count(b"\n") + 2
    assert error.column >= 1
    assert result.exit_code == 4


def test_enough_files() -> None:
    assert len(chosen("true")) >= 60
    assert len(chosen("false")) >= 60
    assert len(chosen("malformed")) >= 60
