"""Searching for what is not stored: one statement at a time, in this process or in several.

Statements travel as plain data, and what is found is plain data too: it is replayed like anything stored.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import Any

from symcrit.errors import CertificateError, InputError
from symcrit.kernel.data import statement_from_data, statement_to_data, terms_from_data, terms_to_data
from symcrit.kernel.replay import replay
from symcrit.kernel.statement import Statement
from symcrit.kernel.theorems import Theorem
from symcrit.report.result import instance_to_json

PROVE, REFUTE, MODEL = "prove", "refute", "model"
MODEL_EFFORT = 20_000


@dataclass(frozen=True)
class Task:
    """Something to be found for a statement: a proof or a counterexample, a counterexample first, or a model."""

    kind: str
    statement: Statement
    what: str  # shown while it is searched for


@dataclass(frozen=True)
class Found:
    """The outcome of a search, as plain data."""

    certificate: dict[str, Any] | None = None
    witness: dict[str, Any] | None = None
    violated: tuple[int, ...] = ()
    reason: str = ""
    bug: bool = False


def search(task: Task, budget: float) -> Found:
    """Search for what a task asks for."""
    from symcrit.prover.counterexample import find_model
    from symcrit.prover.decide import RefusedCertificate, decide

    deadline = time.monotonic() + budget
    if task.kind == MODEL:
        model = find_model(task.statement, MODEL_EFFORT, deadline)
        return Found() if model is None else Found(witness=instance_to_json(model.instance))
    try:
        decision = decide(task.statement, deadline, refute_first=task.kind == REFUTE)
    except RefusedCertificate as error:
        return Found(reason=f"a bug in symcrit, please report it: {error}", bug=True)
    if decision.witness is not None:
        return Found(witness=instance_to_json(decision.witness), violated=decision.violated)
    if decision.theorem is None or decision.certificate is None:
        return Found(reason=decision.reason)
    return Found(certificate=without_unused(decision.certificate, decision.theorem))


def without_unused(certificate: dict[str, Any], theorem: Theorem) -> dict[str, Any]:
    """Drop the hypotheses that a proof does not use, so that the step rests on no more than it needs."""
    statement = theorem.statement
    numbers = [number for number in range(1, len(statement.hypotheses) + 1) if f"assume {number}" in theorem.uses]
    if len(numbers) == len(statement.hypotheses):
        return certificate
    fewer = replace(statement, hypotheses=tuple(statement.hypotheses[number - 1] for number in numbers))
    renamed = {f"assume {number}": f"assume {place}" for place, number in enumerate(numbers, 1)}
    steps = [["assume", renamed.get(step[1], step[1])] if step[0] == "assume" else step
             for step in certificate["steps"]]
    shorter = {**certificate, "hash": fewer.hash, "statement": statement_to_data(fewer), "steps": steps}
    try:
        replay(shorter)
    except (CertificateError, InputError):
        return certificate  # a hypothesis that is not used may still grant a guard
    return shorter


def search_all(tasks: Iterable[Task], budget: float, jobs: int, done: Callable[[Task, Found], None],
               executor: Executor | None = None) -> None:
    """Search for everything, calling `done` as results come in; what has come in is kept if this is interrupted."""
    tasks = list(tasks)
    if jobs == 1 and executor is None:
        for task in tasks:
            done(task, search(task, budget))
        return
    pool = executor or ProcessPoolExecutor(max_workers=min(jobs, len(tasks)) or 1)
    pending: dict[Future[Found], Task] = {pool.submit(_search_data, _to_data(task), budget): task for task in tasks}
    try:
        while pending:
            finished, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                done(pending.pop(future), future.result())
    finally:
        pool.shutdown(wait=not pending, cancel_futures=True)


def _to_data(task: Task) -> dict[str, Any]:
    statement = task.statement
    nodes, roots = terms_to_data([term for _, term in statement.lets])
    return {"kind": task.kind, "statement": statement_to_data(statement), "name": statement.name,
            "lets": [[name, root] for (name, _), root in zip(statement.lets, roots, strict=True)], "nodes": nodes}


def _search_data(data: Mapping[str, Any], budget: float) -> Found:
    made = terms_from_data(data["nodes"])
    lets = tuple((name, made[root]) for name, root in data["lets"])
    statement = replace(statement_from_data(data["statement"]), name=data["name"], lets=lets)
    return search(Task(data["kind"], statement, ""), budget)
