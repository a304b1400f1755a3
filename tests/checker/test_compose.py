"""Theorems of steps from hand-written certificates: what the kernel makes of them, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from symcrit.checker.compose import Composer, NotShown, certified, specialised
from symcrit.checker.library import Home
from symcrit.checker.statements import Statements
from symcrit.errors import CertificateError
from symcrit.kernel.statement import Statement
from symcrit.kernel.terms import Term, matrix, pinv
from symcrit.lang.parser import parse
from symcrit.lang.proof import GAP, Assumption
from tests.certificates import certificate, combine, nodes, poly
from tests.checker.files import certificate_of, homes_of

A = "matrix A : n x n\n"
IDEM = A + "assume A*A = A\n"
# A*A*A - A = (A*A - A)*A + (A*A - A)
CUBE = [["assume", "assume 1"], combine("n", "n", ["1", [], "", 0, "A"], ["1", [], "", 0, ""])]
CHAIN = """theorem t
matrix A : n x n
assume idem: A*A = A
assume other: A' = A
step cube: A*A*A = A by idem
step four: A*A*A*A = A*A by cube, other
"""


def cube(letters: str = A, claim: str = "A*A*A = A") -> dict[str, Any]:
    return certificate(f"{letters}assume A*A = A\nshow {claim}", CUBE, [[1]])


def composer(path: Path, text: str, *stored: dict[str, Any]) -> tuple[Composer, dict[str, Home]]:
    """A composer that knows some certificates by their statement, wherever they stand."""
    path.write_text(text)
    statements, steps = homes_of(path)
    known = {one["hash"]: one for one in stored}
    return Composer(statements, lambda home, statement: known.get(statement.hash)), steps


def found(statements: Statements, home: Home) -> list[dict[str, Any]]:
    return [certificate_of(part.statement) for part in statements.links(home)]


def searched(path: Path, text: str) -> tuple[Composer, dict[str, Home]]:
    """A composer with certificates of the prover for all links."""
    path.write_text(text)
    statements, steps = homes_of(path)
    known = {part.statement.hash: certificate_of(part.statement) for home in steps.values()
             if home.step.kind != GAP for part in statements.links(home)}
    return Composer(statements, lambda home, statement: known.get(statement.hash)), steps


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.thm"


# ---- certified: the theorem of a certificate is the statement asked for, with fewer hypotheses at most


def test_a_certificate_of_the_statement() -> None:
    assert certified(parse(IDEM + "show A*A*A = A"), cube()).statement == parse(IDEM + "show A*A*A = A")


def test_fewer_hypotheses_are_fine() -> None:
    more = parse(IDEM + "assume A' = A\nshow A*A*A = A")
    assert certified(more, cube()).statement == parse(IDEM + "show A*A*A = A")


WRONG = [
    (IDEM + "show A*A*A = A*A", "proves something else"),
    (IDEM + "show A = A*A*A", "proves something else"),
    (IDEM + "show A*A*A = A\nshow A = A", "proves something else"),
    (A + "show A*A*A = A", "uses what this step does not cite"),
    (A + "assume A = A*A\nshow A*A*A = A", "uses what this step does not cite"),
    ("matrix A : n x n symmetric\nassume A*A = A\nshow A*A*A = A", "is about other letters, properties or guards"),
    (A + "matrix B : n x n\nassume A*A = A\nshow A*A*A = A", "is about other letters, properties or guards"),
    (A + "scalar s\nassume s != 0\nassume A*A = A\nshow A*A*A = A", "is about other letters, properties or guards"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_certificate_of_another_statement(text: str, message: str) -> None:
    with pytest.raises(CertificateError, match=message):
        certified(parse(text), cube())


def test_a_certificate_that_the_kernel_refuses() -> None:
    broken = cube()
    broken["steps"] = [CUBE[0], combine("n", "n", ["1", [], "", 0, "A"])]
    for data in (broken, None, [], {"kind": "symcrit certificate"}):
        with pytest.raises(CertificateError, match="is refused"):
            certified(parse(IDEM + "show A*A*A = A"), data)


# ---- theorems of steps


BOTH = "assume A' = A\nassume A*A*A = A\n"  # what the step `four` cites, in the order of the file


def four(hypotheses: str) -> dict[str, Any]:
    steps = [["assume", f"assume {hypotheses.count('assume')}"], combine("n", "n", ["1", [], "", 0, "A"])]
    return certificate(f"{A}{hypotheses}show A*A*A*A = A*A", steps, [[1]])


def test_all_hypotheses_of_a_certificate_count_as_used(path: Path) -> None:
    made, steps = composer(path, CHAIN, cube(), four(BOTH))
    shown = made.shown(steps["four"])
    assert shown.theorem.statement == parse(A + "assume A*A = A\nassume A' = A\nshow A*A*A*A = A*A")
    assert steps["cube"] in shown.uses
    assert {use.label for use in shown.uses if isinstance(use, Assumption)} == {"other"}


def test_a_step_that_uses_less_than_it_cites(path: Path) -> None:
    """The certificate in the store has fewer hypotheses than the link: what is left out is not among the uses."""
    path.write_text(CHAIN)
    statements, steps = homes_of(path)
    known = {statements.links(steps["cube"])[0].statement.hash: cube(),
             statements.links(steps["four"])[0].statement.hash: four("assume A*A*A = A\n")}
    shown = Composer(statements, lambda home, statement: known.get(statement.hash)).shown(steps["four"])
    assert shown.uses == {steps["cube"]}


def test_no_certificate(path: Path) -> None:
    made, steps = composer(path, CHAIN, cube())
    with pytest.raises(NotShown) as caught:
        made.shown(steps["four"])
    assert caught.value.code == "no_certificate"
    assert caught.value.part == made.statements.links(steps["four"])[0]


def test_the_culprit_is_the_step_at_fault(path: Path) -> None:
    text = CHAIN + "step five: A*A*A*A = A*A by four\n"
    path.write_text(text)
    statements, steps = homes_of(path)
    made, steps = composer(path, text, four(BOTH), *found(statements, steps["five"]))
    for label, reason in (("four", "rests on cube"), ("five", "rests on four")):
        with pytest.raises(NotShown) as caught:
            made.shown(steps[label])
        assert (caught.value.code, caught.value.culprit) == ("rests_on_failed", steps["cube"])
        assert caught.value.reason.startswith(reason)


def test_a_step_is_made_once(path: Path) -> None:
    asked: list[str] = []

    def certificates(home: Home, statement: Statement) -> dict[str, Any] | None:
        asked.append(home.step.label)
        return cube() if home.step.label == "cube" else four(BOTH)

    path.write_text(CHAIN)
    statements, steps = homes_of(path)
    made = Composer(statements, certificates)
    assert made.shown(steps["four"]) is made.shown(steps["four"])
    made.shown(steps["cube"])
    assert asked == ["cube", "four"]


def test_a_gap_is_a_hypothesis_of_what_uses_it(path: Path) -> None:
    text = A.join(["theorem t\n", "assume idem: A*A = A\ngap g: A' = A by idem\nstep s: A'*A = A*A by g\n"])
    made, steps = searched(path, text)
    shown = made.shown(steps["s"])
    assert shown.theorem.statement == parse(A + "assume A' = A\nshow A'*A = A*A")
    assert shown.uses == {steps["g"]}


@pytest.mark.parametrize(("chain", "whole"), [
    ("A = A*A by h\n  = A*A*A by h", "A = A*A*A"),
    ("0 <= tr(A*A') by nothing\n  = tr(A'*A) by nothing", "0 <= tr(A'*A)"),
    ("tr(A) = tr(A*A) by h\n  <= tr(A*A) + tr(A*A') by nothing\n  < tr(A*A) + tr(A*A') + 1 by nothing", "tr(A) < tr(A*A) + tr(A*A') + 1"),
])
def test_chains_add_up(chain: str, whole: str, path: Path) -> None:
    made, steps = searched(path, f"theorem t\n{A}assume h: A*A = A\nstep s: {chain}\n")
    theorem = made.shown(steps["s"]).theorem
    hypotheses = "assume A*A = A\n" if "by h" in chain else ""
    assert theorem.statement == parse(f"{A}{hypotheses}show {whole}")


EXISTS = f"{A}show exists W : n x n. A*W*A = A"


def exists(witness: Term) -> dict[str, Any]:
    return certificate(EXISTS, [["penrose", "pinv(A)", 1]], [[0, nodes(witness)]],
                       [["pinv", poly("n", "n", ["1", [], "A"])]])


def test_a_witness_for_what_exists(path: Path) -> None:
    made, steps = composer(path, f"theorem t\n{A}step s: exists W : n x n. A*W*A = A by nothing\n", exists(pinv(matrix("A", "n", "n"))))
    shown = made.shown(steps["s"])
    assert shown.theorem.statement == parse(EXISTS)
    assert shown.uses == frozenset()


def test_a_witness_that_does_not_do(path: Path) -> None:
    made, steps = composer(path, f"theorem t\n{A}step s: exists W : n x n. A*W*A = A by nothing\n", exists(matrix("A", "n", "n")))
    with pytest.raises(NotShown) as caught:
        made.shown(steps["s"])
    assert caught.value.code == "stale_certificate"


def test_specialised() -> None:
    """The theorem about the witness itself."""
    theorem, witness = specialised(exists(pinv(matrix("A", "n", "n"))))
    assert theorem.statement == parse(f"{A}show A*pinv(A)*A = A")
    assert witness == pinv(matrix("A", "n", "n"))


# ---- use


USE = """theorem t
matrix B : m x m
assume h: B*B = B
lemma l from "::u::cube"
use s: l with A = {} by h
theorem u
matrix A : n x n
assume idem: A*A = A
step cube: A*A*A = A by idem
"""


def test_use_puts_a_lemma_to_work(path: Path) -> None:
    made, steps = searched(path, USE.format("B"))
    shown = made.shown(steps["s"])
    assert shown.theorem.statement == parse("matrix B : m x m\nassume B*B = B\nshow B*B*B = B")
    assert {use.step.label if isinstance(use, Home) else use.label for use in shown.uses} == {"h", "cube"}


def test_use_of_a_lemma_without_a_proof(path: Path) -> None:
    path.write_text(USE.format("B"))
    statements, steps = homes_of(path)
    made, steps = composer(path, USE.format("B"), *found(statements, steps["s"]))
    with pytest.raises(NotShown) as caught:
        made.shown(steps["s"])
    assert (caught.value.code, caught.value.culprit) == ("rests_on_failed", steps["cube"])


def test_use_with_an_obligation_that_is_not_shown(path: Path) -> None:
    made, steps = composer(path, USE.format("B + B"), cube())
    with pytest.raises(NotShown) as caught:
        made.shown(steps["s"])
    assert caught.value.code == "no_certificate" and caught.value.part is not None


def test_a_named_fact_is_rested_on(path: Path) -> None:
    made, steps = searched(path, "theorem t\nmatrix B : m x m symmetric\nassume fact symmetric_cube_root\n"
                                 "use s: symmetric_cube_root with A = B, B = B by nothing\n")
    theorem = made.shown(steps["s"]).theorem
    assert set(theorem.rests_on) == {"symmetric_cube_root"}
