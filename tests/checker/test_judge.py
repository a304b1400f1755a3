"""What is said of each step: verdict, what it rests on, where and why it fails, and on which instance."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from symcrit.checker.judge import Judge
from symcrit.kernel.evaluate import Instance
from symcrit.lang.parser import parse
from symcrit.report.outcome import StepOutcome
from tests.checker.files import outcomes, run, write

HEAD = "theorem t\nmatrix A : n x n\nmatrix B : n x n\nscalar s\nassume idem: A*A = A\nassume sym: A' = A\n"
LINES = HEAD.count("\n")


def judged(tmp_path: Path, text: str, **options: Any) -> dict[str, StepOutcome]:
    return outcomes(run(write(tmp_path, {"t.thm": HEAD + text}) / "t.thm", **options))


# ---- what a step that succeeds rests on


def test_the_weakest_of_what_a_step_rests_on(tmp_path: Path) -> None:
    found = judged(tmp_path, "step p: A*A*A = A by idem\ngap g: A*B = B by nothing\nopen o: B*A = B by nothing\n"
                             "step on_p: A*A*A*A = A*A by p\nstep on_g: A*A*B = B by p, g\nstep on_o: A*B*A = A*B by o\n"
                             "step on_both: A*B*A = B by on_o, on_g, g\nstep unused: A*A*A*A = A*A by p, g\n", allow_gaps=True)
    gap, open_ = f"gap {tmp_path}/t.thm::t::g", f"open {tmp_path}/t.thm::t::o"
    assert {label: (step.verdict, step.rests_on) for label, step in found.items()} == {
        "p": ("proved", ()), "g": ("gap", (gap,)), "o": ("open", (open_,)), "on_p": ("proved", ()), "on_g": ("gap", (gap,)),
        "on_o": ("open", (open_,)), "on_both": ("open", (gap, open_)), "unused": ("proved", ())}
    assert all(step.success for step in found.values())


def test_a_named_fact_is_rested_on_transitively(tmp_path: Path) -> None:
    found = judged(tmp_path, "assume fact symmetric_cube_root\nuse root: symmetric_cube_root with A = A*A', B = A'*A by sym\n"
                             "step on: A*A'*B = A'*A*B by root\nstep off: A*A*A = A by idem\n", permit=("symmetric_cube_root",))
    assert {label: step.rests_on for label, step in found.items()} == {"root": ("fact symmetric_cube_root",), "on": ("fact symmetric_cube_root",), "off": ()}
    assert {step.success for step in found.values()} == {True}


def test_uses_are_what_the_proof_uses_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = judged(tmp_path, "step p: A*A*A = A by sym, idem\nstep q: A'*A = A by p, sym, idem\nstep all: A*A*A = A\n")
    assert found["p"].uses == ("idem",)
    assert found["p"].by == ("sym", "idem")
    assert found["q"].uses == ("idem", "sym")
    assert found["all"].by is None and set(found["all"].uses) <= {"idem", "sym", "p", "q"}


def test_an_assumption_without_a_label_is_named_by_its_line(tmp_path: Path) -> None:
    found = judged(tmp_path, "assume A*B = 0\nstep p: A*B*A = 0\n")
    assert found["p"].uses == (f"line {LINES + 1}",)


def test_a_claim_that_is_an_assumption_says_so(tmp_path: Path) -> None:
    found = judged(tmp_path, "step p: A*A = A by idem\nstep q: A*A*A = A by idem\n")
    assert (found["p"].verdict, found["p"].success, found["p"].reason) == ("proved", True, "its claim is one of the assumptions it reaches")
    assert found["q"].reason == ""


def test_guards_are_listed(tmp_path: Path) -> None:
    found = judged(tmp_path, "assume s != 0\nstep p: s/s*A = A by nothing\nstep q: A*pinv(A)*A = A by nothing\n")
    assert (found["p"].guards, found["q"].guards) == (("s",), ())


def test_claims_print_with_their_abbreviations(tmp_path: Path) -> None:
    found = judged(tmp_path, "let P = proj(A)\nstep p: P*A = A by nothing settles x.one, x.two\nstep e: exists W : n x n. A*W*A = A by nothing\n"
                             'instance i: "p.json" is not critical\ninstance r: "p.json" has rank = 1/2\n')
    assert {label: step.claim for label, step in found.items()} == {
        "p": "P*A = A", "e": "exists W : n x n. A*W*A = A", "i": '"p.json" is not critical', "r": '"p.json" has rank = 1/2'}
    assert found["p"].settles == ("x.one", "x.two")


def test_the_hash_is_that_of_the_statement(tmp_path: Path) -> None:
    found = judged(tmp_path, "step p: A*A*A = A by idem\nrefute r: A = 0 by idem\n")
    head = "matrix A : n x n\nassume A*A = A\n"
    assert found["p"].statement_hash == parse(head + "show A*A*A = A").hash
    assert found["r"].statement_hash == parse(head + "show A = 0").hash


# ---- where and why a step fails


def violates(step: StepOutcome, text: str) -> bool:
    """Tell by hand evaluation whether the witness meets a statement's hypotheses and violates its claim."""
    assert step.witness is not None
    return Judge.refutes(parse(text), step.witness)


def test_a_false_claim_has_a_witness_that_meets_every_assumption_above(tmp_path: Path) -> None:
    step = judged(tmp_path, "step bad: A*B = B*A by idem\n")["bad"]
    assert (step.verdict, step.code, step.line) == ("refuted", "refuted", LINES + 1)
    assert step.reason == "the claim is false: a counterexample meets every assumption above"
    assert violates(step, "matrix A : n x n\nmatrix B : n x n\nassume A*A = A\nassume A' = A\nshow A*B = B*A")
    assert [value.split(" = ")[0] for value in step.values] == ["A*B", "B*A"]
    assert step.values[0].split(" = ")[1] != step.values[1].split(" = ")[1]


def test_a_claim_that_does_not_follow_from_what_is_cited(tmp_path: Path) -> None:
    step = judged(tmp_path, "step bad: A*A*A = A by sym\n")["bad"]
    assert (step.verdict, step.code, step.suggestion) == ("not_established", "insufficient_by", "cite what it needs")
    assert violates(step, "matrix A : n x n\nassume A' = A\nshow A*A*A = A")


def test_the_relation_of_a_chain_that_fails_is_named_by_its_line(tmp_path: Path) -> None:
    step = judged(tmp_path, "step c: A*A*A = A*A by idem\n  = A by idem\n  = A*B by idem\n  = A*B*A by nothing\n")["c"]
    assert (step.line, step.verdict) == (LINES + 3, "refuted")
    assert [value.split(" = ")[0] for value in step.values] == ["A", "A*B"]


def test_an_unmet_obligation_is_named_with_an_instance(tmp_path: Path) -> None:
    lib = "theorem u\nmatrix V : k x k\nassume one: V*V = V\nassume two: V' = V\nstep end: V'*V = V by one, two\n"
    write(tmp_path, {"u.thm": lib})
    found = judged(tmp_path, 'lemma l from "u.thm::u::end"\nuse good: l with V = A by idem, sym\nuse bad: l with V = A*A by idem\n')
    assert found["good"].success and found["good"].verdict == "proved"
    bad = found["bad"]
    assert (bad.verdict, bad.code) == ("not_established", "unmet_obligation")
    assert bad.reason.startswith("the lemma asks for (A*A)' = A*A")  # not for V*V = V, which is met
    assert bad.witness is not None and not Judge.refutes(parse("matrix A : n x n\nshow A*A = A"), bad.witness)


def test_rests_on_failed_names_the_step_below(tmp_path: Path) -> None:
    found = judged(tmp_path, "step bad: A*B = B*A by idem\nstep on: A*A*B = A*B*A by bad\n")
    assert (found["on"].code, found["on"].reason, found["on"].witness) == ("rests_on_failed", "rests on bad, which is not established", None)


def test_a_step_that_cites_a_step_that_stands_for_nothing(tmp_path: Path) -> None:
    found = judged(tmp_path, "step bad: A*A = A by idm\nstep on: A*A*A = A by bad\n")
    assert (found["bad"].code, found["bad"].suggestion, found["bad"].column) == ("unknown_label", "did you mean idem?", len("step bad: A*A = A by ") + 1)
    assert (found["on"].code, found["on"].reason) == ("rests_on_failed", "rests on bad, which is not established")


def test_a_gap_on_a_label_that_is_not_there_lends_nothing(tmp_path: Path) -> None:
    found = judged(tmp_path, "gap g: A*B = B by idm\nstep on: A*A*B = B by g\n", allow_gaps=True)
    assert {label: (step.success, step.code) for label, step in found.items()} == {"g": (False, "unknown_label"), "on": (False, "rests_on_failed")}


# ---- refute


@pytest.mark.parametrize("value", ["[1 0; 0 0]", "1", "[1/2 1/2; 1/2 1/2]"])
def test_a_given_witness(value: str, tmp_path: Path) -> None:
    step = judged(tmp_path, f"refute r: A = 0 by idem, sym at A = {value}\n")["r"]
    assert (step.verdict, step.success) == ("refuted", True)
    assert step.witness is not None and step.witness.sizes == {"n": 1 if value == "1" else 2}


BAD = [
    ("A = 0 by idem at A = [0 0; 0 0]", "the given witness satisfies the claim"),
    ("A = 0 by idem at A = [1 1; 1 1]", "the given witness does not do: "),
    ("A = B by idem at A = 1", "the given witness does not do: no value is given for B"),
    ("A = B by idem at A = 1, B = [1 0; 0 1]", "the given witness does not do: B makes n = 2, but it is 1"),
    ("A = B by idem at A = [1 0], B = [1 0]", "the given witness does not do: A makes n = 2, but it is 1"),
    ("s*A = 0 by idem at A = 1, s = [1 0]", "the given witness does not do: s is a scalar"),
]


@pytest.mark.parametrize(("text", "reason"), BAD)
def test_a_given_witness_that_does_not_do(text: str, reason: str, tmp_path: Path) -> None:
    step = judged(tmp_path, f"refute r: {text}\n")["r"]
    assert (step.verdict, step.success, step.code) == ("not_established", False, "bad_witness")
    assert step.reason.startswith(reason)


def test_refuting_without_by_meets_every_assumption_above_and_none_below(tmp_path: Path) -> None:
    found = judged(tmp_path, "refute r: A = I\nassume late: A = I\nrefute q: A*B = B\n")
    head = "matrix A : n x n\nassume A*A = A\nassume A' = A\n"
    assert found["r"].success and violates(found["r"], head + "show A = I")
    assert (found["q"].verdict, found["q"].success, found["q"].code) == ("proved", False, "true_claim")


# ---- instances of statements

STATEMENT = parse("matrix A : n x n symmetric\nscalar s\nassume s != 0\nassume A*A = A\nshow s*A = A")


@pytest.mark.parametrize(("entries", "scalar", "meets", "refutes"), [
    (((1, 0), (0, 0)), 2, True, True), (((1, 0), (0, 0)), 1, True, False), (((0, 0), (0, 0)), 2, True, False),
    (((1, 1), (0, 0)), 2, False, False),  # idempotent, not symmetric
    (((1, 0), (0, 2)), 2, False, False), (((1, 0), (0, 0)), 0, False, False)])
def test_meets_and_refutes(entries: Any, scalar: int, meets: bool, refutes: bool) -> None:
    matrix = tuple(tuple(map(Fraction, row)) for row in entries)
    instance = Instance({"n": 2}, {"s": Fraction(scalar)}, {"A": matrix})
    assert (Judge.meets(STATEMENT, instance), Judge.refutes(STATEMENT, instance)) == (meets, refutes)


# ---- letters that facts give, claims on instances, claims that do not fit together

OBTAIN = "matrix V : n x n\nobtain polar: V from partial_isometry with A = A*B\n"


def test_what_uses_an_obtained_letter_rests_on_the_fact(tmp_path: Path) -> None:
    found = judged(tmp_path, OBTAIN + "step on: V*V'*A*B = A*B by polar\nstep further: V*V'*A*B*A = A*B*A by on\n"
                                      "step off: A*A*A = A by idem\n", permit=("partial_isometry",))
    assert {label: (step.verdict, step.rests_on) for label, step in found.items()} == {
        "on": ("proved", ("fact partial_isometry",)), "further": ("proved", ("fact partial_isometry",)), "off": ("proved", ())}
    assert all(step.success for step in found.values())
    found = judged(tmp_path, OBTAIN + "step on: V*V'*A*B = A*B by polar\n")
    assert (found["on"].success, found["on"].code) == (False, "fact_not_allowed")


def test_an_obtained_letter_has_no_more_than_the_fact_gives(tmp_path: Path) -> None:
    found = judged(tmp_path, OBTAIN + "step too_much: V'*V = I by polar\n", permit=("partial_isometry",))
    assert (found["too_much"].verdict, found["too_much"].success) == ("refuted", False)


def test_check_steps(tmp_path: Path) -> None:
    found = judged(tmp_path, "check c: A*A*A = A by idem\ncheck wrong: A = I by idem\ncheck wide: A*B = B*A\n"
                             "assume never: s < s\ncheck none: A = 0 by never\n")
    assert (found["c"].verdict, found["c"].success, found["c"].rests_on) == ("checked", True, ())
    assert found["c"].reason.startswith("checked on 200 instances of sizes up to ")
    for label in ("wrong", "wide"):
        assert (found[label].verdict, found[label].code, found[label].success) == ("refuted", "refuted", False)
        assert found[label].witness is not None
    assert (found["none"].verdict, found["none"].code) == ("not_established", "too_few_instances")


def test_ill_formed_steps(tmp_path: Path) -> None:
    found = judged(tmp_path, "vector u : n\nill_formed a: A*u = A\nill_formed b: A*u = u\n")
    assert (found["a"].verdict, found["a"].success, found["a"].claim) == ("refuted", True, "A*u = A")
    assert (found["b"].verdict, found["b"].code, found["b"].success) == ("not_established", "well_formed", False)


@pytest.mark.parametrize("line", ["check c: A*A*A = A", "ill_formed c: A*u = A"])
def test_what_shows_nothing_is_not_cited(tmp_path: Path, line: str) -> None:
    found = judged(tmp_path, f"vector u : n\n{line}\nstep s: A*A = A by c\n")
    assert (found["s"].code, found["s"].success) == ("unknown_label", False)
    assert "it shows nothing to be used" in found["s"].reason
