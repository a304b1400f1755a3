"""`instance` steps of proof files: what holds, what does not, and files and names that are not there."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from symcrit import cli
from symcrit.checker.instances import holds
from symcrit.checker.library import Unresolved
from symcrit.lang.proof import INSTANCE, Step

ZERO = {"X": [["1"]], "Y": [["1"]], "widths": [1, 1, 1], "weights": [[["0"]], [["0"]]]}  # saddle of 1/2 (a b - 1)^2
POINTS = {
    "zero.json": ZERO,
    "slope.json": {**ZERO, "weights": [[["0"]], [["1/2"]]]},  # gradient (-1/2, 0), loss 1/2
    "minimum.json": {**ZERO, "weights": [[["3"]], [["1/3"]]]},
    "kink.json": {**ZERO, "activation": "relu"},
    "float.json": {**ZERO, "weights": [[[0.5]], [["0"]]]},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, tree in POINTS.items():
        (tmp_path / name).write_text(json.dumps(tree))
    return tmp_path


def step(predicate: str, expected: bool | Fraction = True) -> Step:
    return Step(INSTANCE, "s", 1, 1, predicate=predicate, expected=expected)


HOLDS = [("zero.json", "critical", True), ("slope.json", "critical", False), ("minimum.json", "critical", True),
         ("zero.json", "full_rank", False), ("minimum.json", "full_rank", True), ("zero.json", "loss", Fraction(1, 2)),
         ("minimum.json", "loss", Fraction(0)), ("zero.json", "rank", Fraction(0)), ("slope.json", "rank", Fraction(1))]
FAILS = [("slope.json", "critical", True, "the point is not critical"),
         ("zero.json", "critical", False, "the point is critical"),
         ("slope.json", "loss", Fraction(1, 3), "the loss is 1/2"), ("zero.json", "rank", Fraction(1, 2), "the rank is 0")]


@pytest.mark.parametrize(("file", "predicate", "expected"), HOLDS)
def test_what_holds_has_no_reason_against_it(folder, file, predicate, expected):
    assert holds(folder / file, step(predicate, expected)) == ""


@pytest.mark.parametrize(("file", "predicate", "expected", "reason"), FAILS)
def test_what_does_not_hold_says_what_does(folder, file, predicate, expected, reason):
    assert holds(folder / file, step(predicate, expected)) == reason


UNRESOLVED = [
    ("zero.json", step("critcal"), "unknown_predicate", "there is no predicate critcal", "did you mean critical?"),
    ("zero.json", step("loss"), "unknown_predicate", "there is no predicate loss", "write has loss = ..."),
    ("zero.json", step("critical", Fraction(1)), "unknown_predicate", "there is no quantity critical", "write is critical"),
    ("gone.json", step("critical"), "bad_point", "cannot read the file", ""),
    ("float.json", step("critical"), "bad_point", "weights[0][0][0]: 0.5 is a float", 'write the string "0.5"'),
    ("kink.json", step("full_rank"), "bad_point", "known for linear networks", ""),
]


@pytest.mark.parametrize(("file", "asked", "code", "message", "suggestion"), UNRESOLVED)
def test_what_cannot_be_asked(folder, file, asked, code, message, suggestion):
    with pytest.raises(Unresolved) as caught:
        holds(folder / file, asked)
    assert (caught.value.code, caught.value.suggestion) == (code, suggestion)
    assert message in caught.value.message


PROOF = """theorem t "saddles"
  matrix A : n x n
  instance zero: "zero.json" is critical
  instance slope: "slope.json" is not critical
  instance value: "slope.json" has loss = 1/2
"""


@pytest.mark.parametrize(("old", "new", "code"), [
    ("", "", 0), ("slope.json\" is not critical", "slope.json\" is critical", 1), ("= 1/2", "= 1/3", 1),
    ("zero.json", "gone.json", 1), ("is critical", "is critcal", 1)])
def test_in_a_proof_file(folder, old, new, code, capsys):
    (folder / "t.thm").write_text(PROOF.replace(old, new) if old else PROOF)
    assert cli.main(["check", str(folder / "t.thm"), "--json"]) == code
    assert '"checked"' in capsys.readouterr().out
