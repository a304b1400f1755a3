"""One good proof file; for each kind of fault a copy with a single thing broken, which fails at exactly that step.

Each case names the steps that fail, with verdict and code; all other steps succeed with the verdict they have in the
good file.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.checker.files import certificate_of, edit_store, parts_of, run, verdicts, write

GOOD = '''theorem good "One step of each kind"
matrix A : n x n
matrix B : n x n symmetric
matrix C : m x n
matrix D : n x n invertible
scalar s t
assume idem: A*A = A
assume comm: A*B = B*A
assume s != 0
assume fact symmetric_cube_root
lemma square from "::facts::twice"
lemma gram from "lib.thm::lib::gram"
lemma cancel from "lib.thm::lib_cancel::cancel"

step cube: A*A*A = A by idem
step chain: A*A*A*B = A*B by cube
  = B*A by comm
use twice_a: square with P = A by idem
use gram_c: gram with V = C
use cancelled: cancel with V = D, W = A - A*A, c = s by idem
use root: symmetric_cube_root with A = B, B = B by nothing
refute not_symmetric: A' = A
refute not_zero: A = 0 by idem at A = [1 0; 0 1]
step sum: 0 <= tr(A'*A) + tr(B*B') by nothing
gap missing: B*B = B by nothing
step uses_gap: B*B*B = B by missing
step solution: exists W : n x m. C*W*C = C by nothing
step last: A*A*A*A = A*A by cube

theorem facts
matrix P : n x n
assume p: P*P = P
step twice: P*P*P = P by p
'''
LIB = '''theorem lib
matrix V : k x n
step gram: pinv(V)*V*V' = V' by nothing
step spare: V*pinv(V)*V = V by nothing

theorem lib_cancel
matrix V : n x n invertible
matrix W : n x n
scalar c
assume c != 0
assume z: c*V*W = 0
step cancel: W = 0 by z
'''
REFUTED, PROVED, GAP, NO = "refuted", "proved", "gap", "not_established"
EXPECTED = {"cube": PROVED, "chain": PROVED, "twice_a": PROVED, "gram_c": PROVED, "cancelled": PROVED, "root": PROVED, "not_symmetric": REFUTED,
            "not_zero": REFUTED, "sum": PROVED, "missing": GAP, "uses_gap": GAP, "solution": PROVED, "last": PROVED, "twice": PROVED}
ALLOW = {"facts": ["symmetric_cube_root"], "gaps": ["good.thm::good::missing"]}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The good files with their stores and pins, as texts by name."""
    folder = write(tmp_path_factory.mktemp("good"), {"good.thm": GOOD, "lib.thm": LIB})
    run(folder, update=True)
    pins = json.loads((folder / "pins.json").read_text())
    (folder / "pins.json").write_text(json.dumps(pins | {"allow": ALLOW}))
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


@pytest.fixture
def folder(good: dict[str, str], tmp_path: Path) -> Path:
    return write(tmp_path, good)


def assert_fails(folder: Path, failing: dict[str, tuple[str, str]], **options: Any) -> None:
    """Check `good.thm`: these steps fail with this verdict and code, and no other step."""
    report = run(folder / "good.thm", **options)
    expected = {label: (verdict, True, "") for label, verdict in EXPECTED.items()}
    found = verdicts(report)
    expected = {label: entry for label, entry in expected.items() if label in found}
    expected |= {label: (verdict, False, code) for label, (verdict, code) in failing.items()}
    assert found == expected
    assert report.exit_code == (1 if failing else 0)


@pytest.mark.parametrize("options", [{}, {"search": True}], ids=["replay", "search"])
def test_the_good_file(folder: Path, options: dict[str, Any]) -> None:
    assert_fails(folder, {}, **options)
    assert run(folder / "lib.thm", **options).exit_code == 0


TEXT: list[tuple[str, str, str, dict[str, tuple[str, str]]]] = [  # what, old, new text, failing steps
    ("a wrong claim", "step cube: A*A*A = A by", "step cube: A*A*A = A' by", {"cube": (REFUTED, "refuted"), "chain": (NO, "insufficient_by"), "last": (NO, "insufficient_by")}),
    ("a wrong claim that nothing cites", "last: A*A*A*A = A*A by", "last: A*A*A*A = A*B by", {"last": (REFUTED, "refuted")}),
    ("by too little", "chain: A*A*A*B = A*B by cube", "chain: A*A*A*B = A*B by comm", {"chain": (NO, "insufficient_by")}),
    ("by nothing", "twice_a: square with P = A by idem", "twice_a: square with P = A by nothing", {"twice_a": (NO, "unmet_obligation")}),
    ("by an unknown label", "last: A*A*A*A = A*A by cube", "last: A*A*A*A = A*A by cube, idm", {"last": (NO, "unknown_label")}),
    ("by a later step", "step sum: 0 <= tr(A'*A) + tr(B*B') by nothing", "step sum: 0 <= tr(A'*A) + tr(B*B') by last", {"sum": (NO, "unknown_label")}),
    ("by itself", "last: A*A*A*A = A*A by cube", "last: A*A*A*A = A*A by last", {"last": (NO, "unknown_label")}),
    ("by a label of another theorem", "twice: P*P*P = P by p", "twice: P*P*P = P by idem", {"twice": (NO, "unknown_label"), "twice_a": (NO, "rests_on_failed")}),
    ("by a refute step", "last: A*A*A*A = A*A by cube", "last: A*A*A*A = A*A by not_zero", {"last": (NO, "unknown_label")}),
    ("by an exists step", "last: A*A*A*A = A*A by cube", "last: A*A*A*A = A*A by solution", {"last": (NO, "unknown_label")}),
    ("an unmet hypothesis", "square with P = A by idem", "square with P = B by idem", {"twice_a": (NO, "unmet_obligation")}),
    ("an unmet property", "symmetric_cube_root with A = B, B = B", "symmetric_cube_root with A = A*B, B = A*B", {"root": (NO, "unmet_obligation")}),
    ("a guard that is not granted", "cancel with V = D, W = A - A*A, c = s", "cancel with V = D, W = A - A*A, c = t", {"cancelled": (NO, "unmet_obligation")}),
    ("an inverse that is not granted", "cancel with V = D, W = A - A*A, c = s", "cancel with V = B, W = A - A*A, c = s", {"cancelled": (NO, "unmet_obligation")}),
    ("a size misfit", "square with P = A by idem", "square with P = C by idem", {"twice_a": (NO, "unmet_obligation")}),
    ("a size that clashes", "cancel with V = D, W = A - A*A, c = s", "cancel with V = D, W = C*C', c = s", {"cancelled": (NO, "unmet_obligation")}),
    ("a matrix for a scalar", "W = A - A*A, c = s", "W = A - A*A, c = D", {"cancelled": (NO, "unmet_obligation")}),
    ("a letter that the lemma does not have", "use gram_c: gram with V = C", "use gram_c: gram with V = C, Z = A", {"gram_c": (NO, "unmet_obligation")}),
    ("a letter for which nothing is put", "use gram_c: gram with V = C", "use gram_c: gram", {"gram_c": (NO, "unmet_obligation")}),
    ("a lemma nobody named", "use gram_c: gram", "use gram_c: grm", {"gram_c": (NO, "unknown_lemma")}),
    ("a lemma below", "use gram_c: gram with V = C", "use gram_c: later with V = C\nlemma later from \"lib.thm::lib::gram\"", {"gram_c": (NO, "unknown_lemma")}),
    ("a lemma's file that is missing", "\"lib.thm::lib::gram\"", "\"nil.thm::lib::gram\"", {"gram_c": (NO, "unknown_lemma")}),
    ("a lemma's theorem that is missing", "\"lib.thm::lib::gram\"", "\"lib.thm::lip::gram\"", {"gram_c": (NO, "unknown_lemma")}),
    ("a lemma's step that is missing", "\"lib.thm::lib::gram\"", "\"lib.thm::lib::grm\"", {"gram_c": (NO, "unknown_lemma")}),
    ("a lemma that is a refute step", "\"lib.thm::lib::gram\"", "\"::good::not_zero\"", {"gram_c": (NO, "unknown_lemma")}),
    ("a lemma that says something exists", "\"lib.thm::lib::gram\"", "\"::good::solution\"", {"gram_c": (NO, "unknown_lemma")}),
    ("an unknown fact", "fact symmetric_cube_root", "fact symmetric_square_root", {"root": (NO, "unknown_lemma")}),
    ("an unknown fact that is used", "symmetric_cube_root", "symmetric_square_root", {"root": (NO, "unknown_fact")}),
    ("a refute step that is true", "refute not_symmetric: A' = A", "refute not_symmetric: A*A = A", {"not_symmetric": (PROVED, "true_claim")}),
    ("a witness that does not refute", "A = 0 by idem at A = [1 0; 0 1]", "A = 0 by idem at A = [0 0; 0 0]", {"not_zero": (NO, "bad_witness")}),
    ("a witness that misses a hypothesis", "A = 0 by idem at A = [1 0; 0 1]", "A = 0 by idem at A = [1 0; 0 2]", {"not_zero": (NO, "bad_witness")}),
    ("a witness with wrong sizes", "A = 0 by idem at A = [1 0; 0 1]", "A = 0 by idem at A = [1 0]", {"not_zero": (NO, "bad_witness")}),
    ("a witness that leaves a letter out", "A = 0 by idem at A = [1 0; 0 1]", "A = 0 by idem at B = [1 0; 0 1]", {"not_zero": (NO, "bad_witness")}),
    ("a strict relation", "sum: 0 <= tr", "sum: 0 < tr", {"sum": (REFUTED, "refuted")}),
]


@pytest.mark.parametrize(("old", "new", "failing"), [row[1:] for row in TEXT], ids=[row[0] for row in TEXT])
def test_one_thing_broken(old: str, new: str, failing: dict[str, tuple[str, str]], folder: Path) -> None:
    assert old in GOOD
    (folder / "good.thm").write_text(GOOD.replace(old, new))
    assert_fails(folder, failing)


# ---- claims changed after pinning: however good their proof

CHANGED = [
    ("last", "last: A*A*A*A = A*A by", "last: A*A*A*A*A = A*A*A by"), ("last", "last: A*A*A*A = A*A by", "last: A*A = A*A*A*A by"), ("last", "last: A*A*A*A = A*A by cube", "last: A = A by nothing"),
    ("chain", "  = B*A by comm", "  = A*B by nothing"), ("sum", "+ tr(B*B') by", "+ tr(A*A') by"), ("gram_c", "with V = C", "with V = C*A"), ("not_zero", "A = 0 by idem at", "A*A = 0 by idem at"),
    ("not_symmetric", "A' = A\n", "A' = A by idem\n"), ("missing", "missing: B*B = B by", "missing: B*B = B*B*B*B by"), ("solution", "C*W*C = C", "C*W*C*C' = C*C'"),
]


@pytest.mark.parametrize("options", [{}, {"search": True}], ids=["replay", "search"])
@pytest.mark.parametrize(("label", "old", "new"), CHANGED)
def test_a_claim_changed_after_pinning(label: str, old: str, new: str, options: dict[str, Any], folder: Path) -> None:
    assert old in GOOD
    path = folder / "good.thm"
    path.write_text(GOOD.replace(old, new))
    pins = (folder / "pins.json").read_text()
    (folder / "pins.json").unlink()
    run(path, update=True)  # a store as good as can be
    (folder / "pins.json").write_text(pins)
    found = verdicts(run(path, **options))
    changed = {name for name, (_, success, code) in found.items() if not success and code == "changed"}
    assert label in changed
    assert changed <= {label, "uses_gap"}  # what reaches the gap says that it follows from the gap
    assert changed == {name for name, (_, success, _) in found.items() if not success}


def test_an_unpinned_step(folder: Path) -> None:
    (folder / "good.thm").write_text(GOOD.replace("step last:", "step more: A = A by nothing\nstep last:"))
    run_ = run(folder / "good.thm", search=True)
    assert {label: entry for label, entry in verdicts(run_).items() if not entry[1]} == {"more": (PROVED, False, "unpinned")}


def test_a_pin_that_is_gone(folder: Path) -> None:
    pins = json.loads((folder / "pins.json").read_text())
    del pins["pins"]["good.thm::good::last"]
    (folder / "pins.json").write_text(json.dumps(pins))
    assert_fails(folder, {"last": (PROVED, "unpinned")})


def test_a_pin_of_another_kind(folder: Path) -> None:
    pins = json.loads((folder / "pins.json").read_text())
    pins["pins"]["good.thm::good::last"] = pins["pins"]["good.thm::good::last"].replace("step ", "gap ")
    (folder / "pins.json").write_text(json.dumps(pins))
    assert_fails(folder, {"last": (PROVED, "changed")})


@pytest.mark.parametrize("options", [{}, {"search": True}], ids=["replay", "search"])
def test_a_pinned_step_that_is_deleted(folder: Path, options: dict[str, Any]) -> None:
    (folder / "good.thm").write_text(GOOD.replace("step last: A*A*A*A = A*A by cube\n", ""))
    assert_fails(folder, {"last": (NO, "missing")}, **options)


def test_a_pinned_step_that_is_renamed(folder: Path) -> None:
    (folder / "good.thm").write_text(GOOD.replace("step last:", "step final:"))
    assert_fails(folder, {"last": (NO, "missing"), "final": (PROVED, "unpinned")})


# ---- what is not allowed


def allow(folder: Path, **changes: list[str]) -> None:
    pins = json.loads((folder / "pins.json").read_text())
    (folder / "pins.json").write_text(json.dumps(pins | {"allow": ALLOW | changes}))


def test_a_fact_that_is_not_allowed(folder: Path) -> None:
    allow(folder, facts=[])
    assert_fails(folder, {"root": (PROVED, "fact_not_allowed")})
    assert_fails(folder, {}, permit=("symmetric_cube_root",))
    assert_fails(folder, {"root": (PROVED, "fact_not_allowed")}, permit=("symmetric_cube", "root"), allow_gaps=True)


@pytest.mark.parametrize("gaps", [[], ["good.thm::good::uses_gap"], ["other.thm::good::missing"], ["missing"], ["good::missing"]])
def test_a_gap_that_is_not_allowed(gaps: list[str], folder: Path) -> None:
    allow(folder, gaps=gaps)
    assert_fails(folder, {"missing": (GAP, "gap_not_allowed"), "uses_gap": (GAP, "gap_not_allowed")})
    assert_fails(folder, {}, allow_gaps=True)


# ---- stores: nothing in them is trusted


def certificates(path: Path, label: str, number: int = 0) -> str:
    return parts_of(path, label)[number].statement.hash


def one_coefficient(certificate: dict[str, Any]) -> None:
    summand = next(step for step in reversed(certificate["steps"]) if step[0] == "combine")[4][0]
    summand[0] = "2" if summand[0] != "2" else "3"


def position_beyond(certificate: dict[str, Any]) -> None:
    certificate["claims"][0][0] = len(certificate["steps"])


def another_hash(certificate: dict[str, Any]) -> None:
    certificate["hash"] = "0" * 64


def garbage(certificate: dict[str, Any]) -> None:
    certificate.clear()
    certificate["a"] = [1, {"b": None}]


def one_more_field(certificate: dict[str, Any]) -> None:
    certificate["verdict"] = "proved"


CHANGES: list[Callable[[dict[str, Any]], None]] = [one_coefficient, position_beyond, another_hash, garbage, one_more_field]


@pytest.mark.parametrize("label", ["cube", "chain", "sum", "solution", "uses_gap", "twice_a"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_stale_certificate(change: Callable[[dict[str, Any]], None], label: str, folder: Path) -> None:
    path = folder / "good.thm"
    key = certificates(path, label)
    edit_store(path, lambda data: change(data["certificates"][key]))
    dependent = {"cube": ["chain", "last"]}.get(label, [])
    assert_fails(folder, {label: (NO, "stale_certificate")} | {name: (NO, "rests_on_failed") for name in dependent})
    assert_fails(folder, {}, search=True)  # which does not look at it
    allow(folder)
    run(path, update=True)
    assert_fails(folder, {})


def test_a_certificate_of_another_statement(folder: Path) -> None:
    path = folder / "good.thm"
    last, gram = certificates(path, "last"), certificates(path, "sum")
    edit_store(path, lambda data: data["certificates"].update({last: copy.deepcopy(data["certificates"][gram])}))
    assert_fails(folder, {"last": (NO, "stale_certificate")})


@pytest.mark.parametrize("junk", [None, [], "proved", 1, True, {}, [[]]])
def test_a_store_of_junk(junk: Any, folder: Path) -> None:
    path = folder / "good.thm"
    key = certificates(path, "last")
    edit_store(path, lambda data: data["certificates"].update({key: junk}))
    assert_fails(folder, {"last": (NO, "no_certificate" if junk is None else "stale_certificate")})


def test_a_missing_certificate(folder: Path) -> None:
    path = folder / "good.thm"
    key = certificates(path, "last")
    edit_store(path, lambda data: data["certificates"].pop(key))
    assert_fails(folder, {"last": (NO, "no_certificate")})


def test_a_certificate_of_the_lemma_is_stale(folder: Path) -> None:
    key = certificates(folder / "lib.thm", "gram")
    edit_store(folder / "lib.thm", lambda data: one_coefficient(data["certificates"][key]))
    assert_fails(folder, {"gram_c": (NO, "rests_on_failed")})
    assert {label for label, entry in verdicts(run(folder / "lib.thm")).items() if not entry[1]} == {"gram"}


def counterexample(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    def edit(data: dict[str, Any]) -> None:
        (instance,) = data["counterexamples"].values()
        change(instance)

    edit_store(folder / "good.thm", edit)


@pytest.mark.parametrize("rows", [[["0", "0"], ["0", "0"]], [["1", "0"], ["0", "1"]], [["0", "1"], ["1", "0"]], [["0", "1"], ["0", "0"]], [["1", "1"]], [["1", "2"], ["3"]], []],
                         ids=["satisfies", "symmetric", "not idempotent", "nilpotent", "not square", "ragged", "empty"])
def test_a_counterexample_that_does_not_do(rows: list[list[str]], folder: Path) -> None:
    """A has to be idempotent, to commute with B, and not symmetric."""
    counterexample(folder, lambda instance: instance["matrices"].update({"A": rows}))
    assert_fails(folder, {"not_symmetric": (NO, "no_counterexample")})


def test_a_counterexample_without_a_letter(folder: Path) -> None:
    counterexample(folder, lambda instance: instance["matrices"].pop("A"))
    assert_fails(folder, {"not_symmetric": (NO, "no_counterexample")})


def test_a_counterexample_with_another_property(folder: Path) -> None:
    counterexample(folder, lambda instance: instance["matrices"].update({"A": [["1", "1"], ["0", "0"]], "B": [["0", "0"], ["1", "0"]]}))
    assert_fails(folder, {"not_symmetric": (NO, "no_counterexample")})
    counterexample(folder, lambda instance: instance["matrices"].update({"A": [["1", "1"], ["0", "0"]], "B": [["0", "0"], ["0", "0"]]}))
    assert_fails(folder, {})


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"kind": "symcrit proofs"}', "not json", '{"a": 1, "a": 2}', "[" * 100_000])
def test_a_store_that_is_not_well_formed(text: str, folder: Path) -> None:
    (folder / "good.cert.json").write_text(text)
    report = run(folder / "good.thm")
    assert (report.exit_code, report.steps) == (4, [])
    assert report.errors[0].file.endswith("good.cert.json")
    report = run(folder, update=True)  # it is not overwritten
    assert report.exit_code == 4 and (folder / "good.cert.json").read_text() == text


@pytest.mark.parametrize("value", [1e999, float("nan"), 1.5, "2", True, None, [1]])
def test_a_size_that_is_no_integer(value: Any, folder: Path) -> None:
    counterexample(folder, lambda instance: instance["sizes"].update({"n": value}))
    report = run(folder / "good.thm")
    assert (report.exit_code, report.steps) == (4, [])
    assert report.errors[0].file.endswith("good.cert.json")


# ---- lemmas in other files


@pytest.mark.parametrize("text", ["theorem lib\nmatrix V : k x n\nstep gram: V*V = V", "\x00", "", "theorem lib\nstep gram: 1 = 1\nstep gram: 1 = 1"])
def test_a_lemma_in_a_malformed_file(text: str, folder: Path) -> None:
    (folder / "lib.thm").write_text(text)
    assert_fails(folder, {"gram_c": (NO, "unknown_lemma"), "cancelled": (NO, "unknown_lemma")})


def test_a_lemma_that_is_false(folder: Path) -> None:
    (folder / "lib.thm").write_text(LIB.replace("pinv(V)*V*V' = V'", "pinv(V)*V*V' = V' + V'"))
    assert_fails(folder, {"gram_c": (NO, "rests_on_failed")})
    assert verdicts(run(folder / "lib.thm"))["gram"] == (REFUTED, False, "refuted")


def test_a_lemma_with_one_more_assumption(folder: Path) -> None:
    (folder / "lib.thm").write_text(LIB.replace("step gram: pinv(V)*V*V' = V' by nothing", "assume z: V = 0\nstep gram: pinv(V)*V*V' = V' by z"))
    run(folder / "lib.thm", update=True)
    assert_fails(folder, {"gram_c": (NO, "unmet_obligation")})


def test_circular_lemmas(folder: Path) -> None:
    (folder / "lib.thm").write_text(LIB.replace("step gram: pinv(V)*V*V' = V' by nothing", 'lemma back from "good.thm::good::gram_c"\nuse gram: back with C = V by nothing'))
    assert_fails(folder, {"gram_c": (NO, "unknown_lemma")})
    report = run(folder / "lib.thm")
    assert {label: entry for label, entry in verdicts(report).items() if not entry[1]} == {"gram": (NO, False, "unknown_lemma")}


def test_a_step_on_a_step_that_fails(folder: Path) -> None:
    """Each says what it rests on; nothing that rests on a failed step is proved."""
    (folder / "good.thm").write_text(GOOD.replace("step chain:", "step wrong: A = B by idem, comm\nstep on_wrong: A*A = B*A by wrong\nstep chain:").replace(
        "step last: A*A*A*A = A*A by cube", "step last: A*A*A*A = A*A by cube\nstep on_on: A*A*A = B*A*A by on_wrong"))
    found = verdicts(run(folder / "good.thm", search=True))
    assert {label: entry for label, entry in found.items() if not entry[1]} == {
        "wrong": (REFUTED, False, "refuted"), "on_wrong": (NO, False, "rests_on_failed"), "on_on": (NO, False, "rests_on_failed")}


# ---- laundering: what a step rests on is decided by its file and the kernel, never by the store


def replace_certificate(folder: Path, label: str, **changes: Any) -> None:
    """Store a true certificate of a statement that differs from the step's."""
    from dataclasses import replace

    path = folder / "good.thm"
    statement = parts_of(path, label)[0].statement
    made = certificate_of(replace(statement, **changes))
    edit_store(path, lambda data: data["certificates"].update({statement.hash: made}))


def test_a_property_in_place_of_a_gap(folder: Path) -> None:
    """The claim follows from a property of B that the gap states: no hypothesis would name the gap."""
    from dataclasses import replace

    declarations = parts_of(folder / "good.thm", "uses_gap")[0].statement.declarations
    idempotent = tuple(replace(d, properties=("symmetric", "idempotent")) for d in declarations)
    replace_certificate(folder, "uses_gap", hypotheses=(), declarations=idempotent)
    assert_fails(folder, {"uses_gap": (NO, "stale_certificate")})


def test_a_property_in_place_of_a_hypothesis(folder: Path) -> None:
    from dataclasses import replace

    declarations = parts_of(folder / "good.thm", "cube")[0].statement.declarations
    replace_certificate(folder, "cube", hypotheses=(), declarations=tuple(replace(d, properties=("idempotent",)) for d in declarations))
    assert_fails(folder, {"cube": (NO, "stale_certificate"), "chain": (NO, "rests_on_failed"), "last": (NO, "rests_on_failed")})


def test_a_hypothesis_that_is_not_cited(folder: Path) -> None:
    from symcrit.kernel.statement import Equation
    from symcrit.kernel.terms import matrix

    a = matrix("A", "n", "n")
    replace_certificate(folder, "cube", hypotheses=(Equation(a * a * a, a),))
    assert_fails(folder, {"cube": (NO, "stale_certificate"), "chain": (NO, "rests_on_failed"), "last": (NO, "rests_on_failed")})


def test_one_more_guard(folder: Path) -> None:
    from symcrit.kernel.statement import Declaration, Equation
    from symcrit.kernel.terms import number, scalar

    declarations = (*parts_of(folder / "good.thm", "cube")[0].statement.declarations, Declaration("s", None))
    replace_certificate(folder, "cube", declarations=declarations, guards=(Equation(scalar("s"), number(0)),))
    assert_fails(folder, {"cube": (NO, "stale_certificate"), "chain": (NO, "rests_on_failed"), "last": (NO, "rests_on_failed")})


def test_fewer_hypotheses_are_fine(folder: Path) -> None:
    """A step cites two lines; a proof from one of them alone is no worse, and the table names that one."""
    path = folder / "good.thm"
    path.write_text(GOOD.replace("A*A*A*A = A*A by cube", "A*A*A*A = A*A by idem, cube"))
    run(path, update=True)
    allow(folder)
    statement = parts_of(path, "last")[0].statement
    assert len(statement.hypotheses) == 2
    replace_certificate(folder, "last", hypotheses=statement.hypotheses[:1])
    assert_fails(folder, {})
    assert [step.uses for step in run(path).steps if step.label == "last"] == [("idem",)]
