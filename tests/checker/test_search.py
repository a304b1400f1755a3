"""Searching for what is not stored: what is found is plain data, the same in every process."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest

from symcrit.checker import search as module
from symcrit.checker.search import MODEL, PROVE, REFUTE, Found, Task, search, search_all, without_unused
from symcrit.checker.store import instance_from_json
from symcrit.kernel.evaluate import violated
from symcrit.kernel.replay import replay
from symcrit.lang.parser import parse
from tests.certificates import certificate, combine

A = "matrix A : n x n\n"
TRUE = parse(A + "assume A*A = A\nassume A' = A\nshow A*A*A = A")
FALSE = parse(A + "show A*A = A")
OPEN = parse("matrix A : n x n symmetric\nmatrix B : n x n symmetric\nassume A^3 = B^3\nshow A = B\n")
NONE = parse(A + "assume A*A = I\nassume A = 0\nshow A = A")
BUDGET = 30.0


def test_a_proof_is_found_and_names_only_what_it_uses() -> None:
    found = search(Task(PROVE, TRUE, ""), BUDGET)
    assert found.witness is None and found.certificate is not None
    assert replay(found.certificate).statement == parse(A + "assume A*A = A\nshow A*A*A = A")
    json.dumps(found.certificate)


@pytest.mark.parametrize("kind", [PROVE, REFUTE])
def test_a_counterexample_is_found(kind: str) -> None:
    found = search(Task(kind, FALSE, ""), BUDGET)
    assert found.certificate is None and found.violated == (1,)
    ((entry,),) = json.loads(json.dumps(found.witness))["matrices"]["A"]
    assert Fraction(entry) ** 2 != Fraction(entry)  # a 1 x 1 instance that is not idempotent


def test_refuting_a_true_claim_finds_the_proof() -> None:
    found = search(Task(REFUTE, TRUE, ""), BUDGET)
    assert found.witness is None and found.certificate is not None


def test_nothing_is_found() -> None:
    found = search(Task(PROVE, OPEN, ""), 0.3)
    assert (found.certificate, found.witness, found.bug) == (None, None, False)
    assert found.reason


def test_a_model_meets_every_hypothesis() -> None:
    found = search(Task(MODEL, TRUE, ""), BUDGET)
    assert found.witness is not None and found.certificate is None
    assert violated(TRUE, instance_from_json(found.witness)) == []  # raises if a hypothesis fails


def test_there_is_no_model_of_a_contradiction() -> None:
    assert search(Task(MODEL, NONE, ""), 5.0) == Found()


def test_a_refused_certificate_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    from symcrit.prover import decide

    def refused(*arguments: object, **options: object) -> None:
        raise decide.RefusedCertificate("step 3")

    monkeypatch.setattr(decide, "decide", refused)
    found = search(Task(PROVE, TRUE, ""), BUDGET)
    assert found.bug and "a bug in symcrit, please report it: step 3" in found.reason


# ---- dropping hypotheses that are not used

TEXT = A + "assume A' = A\nassume A*A = A\nassume A*A*A*A = 0\nshow A*A*A = A"
CUBE = [["assume", "assume 2"], combine("n", "n", ["1", [], "", 0, "A"], ["1", [], "", 0, ""])]


def test_what_is_not_used_is_dropped_and_the_rest_renumbered() -> None:
    given = certificate(TEXT, CUBE, [[1]])
    shorter = without_unused(given, replay(given))
    assert shorter["steps"][0] == ["assume", "assume 1"]
    assert replay(shorter).statement == parse(A + "assume A*A = A\nshow A*A*A = A")


def test_what_is_used_stays() -> None:
    given = certificate(A + "assume A*A = A\nshow A*A*A = A", [["assume", "assume 1"], *CUBE[1:]], [[1]])
    assert without_unused(given, replay(given)) is given


def test_a_hypothesis_that_grants_a_guard_stays() -> None:
    """No step uses `inv(A) = inv(A)`, but without it nothing says that A is invertible."""
    statement = parse(A + "assume inv(A) = inv(A)\nassume A' = A\nshow pinv(A)*A = I")
    found = search(Task(PROVE, statement, ""), BUDGET)
    assert found.certificate is not None
    assert statement.hypotheses[0] in replay(found.certificate).statement.hypotheses


# ---- several tasks

TASKS = [Task(PROVE, TRUE, "a"), Task(PROVE, FALSE, "b"), Task(MODEL, TRUE, "c"), Task(REFUTE, FALSE, "d")]


def collect(jobs: int, tasks: list[Task] = TASKS, **options: ThreadPoolExecutor) -> dict[str, Found]:
    found: dict[str, Found] = {}
    search_all(tasks, BUDGET, jobs, lambda task, one: found.update({task.what: one}), **options)
    return found


def test_processes_find_the_same() -> None:
    alone = collect(1)
    assert set(alone) == {"a", "b", "c", "d"}
    assert alone == {task.what: search(task, BUDGET) for task in TASKS}
    assert collect(2) == alone


def test_an_executor_of_the_caller_is_used() -> None:
    with ThreadPoolExecutor(2) as pool:
        assert collect(1, executor=pool) == collect(1)


def test_no_task() -> None:
    assert collect(1, []) == {} and collect(2, []) == {}


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_came_in_before_an_interruption_is_kept(jobs: int) -> None:
    came: list[str] = []

    def done(task: Task, found: Found) -> None:
        came.append(task.what)
        if len(came) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search_all(TASKS, BUDGET, jobs, done)
    assert len(came) == 2


def test_a_statement_travels_with_its_name_and_abbreviations() -> None:
    statement = parse('name "the name"\n' + A + "let P = proj(A)\nshow P*A = A")
    received: list[Task] = []
    data = json.loads(json.dumps(module._to_data(Task(PROVE, statement, "x"))))

    def look(task: Task, budget: float) -> Found:
        received.append(task)
        return Found()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "search", look)
        module._search_data(data, BUDGET)
    ((task),) = received
    assert task.statement == statement and task.statement.name == "the name"
    assert task.statement.lets == statement.lets and task.statement.lets
