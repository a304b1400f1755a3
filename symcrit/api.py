"""What the command line does, as functions.

`prove` searches for a proof and for a counterexample in turn; the kernel has the last word on both.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symcrit.errors import CertificateError, InputError, LimitError, TooLarge
from symcrit.kernel.replay import SCHEMA_VERSION, replay
from symcrit.kernel.statement import Declaration, Equation, Statement
from symcrit.kernel.text import text
from symcrit.kernel.theory import Theory
from symcrit.lang.build import Differ, statement_of
from symcrit.lang.parser import read_statement
from symcrit.lang.tokens import read_bytes
from symcrit.report.result import ILL_FORMED, NOT_ESTABLISHED, PROVED, REFUTED, Result

if TYPE_CHECKING:
    from symcrit.prover.search import Prover

BUDGET = 60.0
REFUTATION_EFFORT = (300, 4_000, 40_000)  # candidate instances, after each rung of the prover's ladder
MODEL_EFFORT = 1_000


class RefusedCertificate(CertificateError):
    """The kernel refused a certificate that the prover wrote: a bug in symcrit."""


def prove(claim: Statement | Equation | Sequence[Equation], given: Sequence[Equation | Differ | Declaration] = (), *,
          budget: float = BUDGET) -> Result:
    """Prove or refute a claim for all sizes.

    `claim` is a statement, an equation or several; `given` holds equations, guards (`Ne`) and declarations
    with properties. `budget` is an outer cap in seconds; the search itself counts its effort in S-polynomials,
    so that the same input gets the same answer everywhere.

    >>> from symcrit.lang.build import Eq, matrix, pinv
    >>> A = matrix("A", "m", "n")
    >>> prove(Eq(A * pinv(A) * A, A)).verdict
    'proved'
    >>> result = prove(Eq(pinv(A) * A, A.T * A))
    >>> result.verdict, result.violated
    ('refuted', (1,))
    """
    statement = claim if isinstance(claim, Statement) else statement_of(claim, given)
    started = time.monotonic()
    result = _prove(statement, started + budget)
    return replace(result, seconds=time.monotonic() - started)


def prove_file(path: str | Path, *, budget: float = BUDGET) -> Result:
    """Prove or refute a statement file; a file that is not well formed gives a result that says so."""
    started = time.monotonic()
    try:
        statement = read_statement(path)
    except InputError as error:
        return Result(ILL_FORMED, file=str(path), error=error, seconds=time.monotonic() - started)
    except MemoryError:
        return Result(NOT_ESTABLISHED, file=str(path), reason="out of memory", seconds=time.monotonic() - started)
    try:
        result = prove(statement, budget=budget)
    except InputError as error:  # what reading left aside because another part was too large
        result = Result(ILL_FORMED, statement, error=error)
    except RefusedCertificate as error:
        result = Result(NOT_ESTABLISHED, statement, reason=f"a bug in symcrit, please report it: {error}", bug=True)
    return replace(result, file=str(path), seconds=time.monotonic() - started)


def _prove(statement: Statement, deadline: float) -> Result:
    from symcrit.prover.counterexample import find_counterexample
    from symcrit.prover.search import LADDER, Prover

    prover = Prover(statement, deadline)
    guards: tuple[str, ...] = ()
    reason = ""
    for rung, effort in zip(range(len(LADDER)), REFUTATION_EFFORT, strict=True):
        if not reason:
            try:
                guards = guards or tuple(Theory(statement).guards)
                if prover.climb(rung):
                    return _proved(statement, prover, deadline)
            except (TooLarge, LimitError) as error:
                reason = str(error)
            except MemoryError:
                reason = "out of memory"
        refuted = find_counterexample(statement, effort, deadline)
        if refuted is not None:
            witness, violated = refuted
            return Result(REFUTED, statement, witness=witness, violated=tuple(violated), guards=guards)
        if time.monotonic() > deadline:
            reason = "out of budget: neither a proof nor a counterexample was found in time"
            break
    reason = reason or (f"neither a proof (within {prover.spolys} S-polynomials) nor a counterexample "
                        f"(among {sum(REFUTATION_EFFORT)} candidates) was found")
    return Result(NOT_ESTABLISHED, statement, guards=guards, reason=reason)


def _proved(statement: Statement, prover: Prover, deadline: float) -> Result:
    """Replay what the prover wrote, as plain data, and look for a model of the hypotheses."""
    from symcrit.prover.counterexample import find_model

    certificate = json.loads(json.dumps(prover.certificate()))
    try:
        theorem = replay(certificate)
    except (CertificateError, InputError) as error:
        if isinstance(error.__cause__, TooLarge):
            raise TooLarge(f"a proof was found, but it is too long for the kernel: {error}") from error
        raise RefusedCertificate(f"the kernel refused the certificate of {statement.name or 'a statement'}: "
                                 f"{error}") from error
    if theorem.statement.hash != statement.hash:
        raise RefusedCertificate("the certificate proves another statement")
    model = find_model(statement, MODEL_EFFORT, deadline)
    vacuous = model is None and prover.contradicts()
    reason = ""
    if model is None:
        reason = ("vacuous: the hypotheses contradict each other" if vacuous
                  else f"no instance of the hypotheses among {MODEL_EFFORT} candidates")
    return Result(PROVED, statement, certificate=certificate, model=model.instance if model else None,
                  trivial=model.trivial if model else False, vacuous=vacuous, guards=theorem.guards,
                  rests_on=tuple(sorted(theorem.rests_on)), found=_found(statement, prover), reason=reason)


def _found(statement: Statement, prover: Prover) -> tuple[tuple[int, str, str], ...]:
    return tuple((number + 1, claim.unknown.name, text(prover.witnesses[number]))
                 for number, claim in enumerate(statement.claims)
                 if claim.unknown is not None and number in prover.witnesses)


# ---- certificates and files ------------------------------------------------------------------------

MAX_CERTIFICATE_BYTES = 16_000_000


def read_certificates(path: str | Path) -> list[Any]:
    """Read a certificate file (as `prove --certificate` writes it, or one bare certificate)."""
    try:
        data = json.loads(read_bytes(path, MAX_CERTIFICATE_BYTES), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        what = "a number too long" if "4300" in str(error) else str(error)
        what = "nested too deep" if isinstance(error, RecursionError) else what
        raise InputError(f"the file is not JSON: {what}", "write it with symcrit prove --certificate FILE") from None
    if isinstance(data, dict) and "certificates" in data:
        fields = {"schema_version", "tool_version", "certificates"}
        if set(data) != fields or not isinstance(data["certificates"], list):
            raise InputError("expected the fields schema_version, tool_version and a list of certificates")
        if data["schema_version"] != SCHEMA_VERSION:
            raise InputError(f"expected schema_version {SCHEMA_VERSION}, found {str(data['schema_version'])[:40]}")
        if not data["certificates"]:
            raise InputError("the file holds no certificate")
        return list(data["certificates"])
    return [data]


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError("a key occurs twice in one object")
    return data


def statement_files(paths: Sequence[str]) -> list[str]:
    """List the statement files under paths, in order; a folder stands for its .thm files."""
    files: list[str] = []
    for path in paths:
        place = Path(path)
        if place.is_dir():
            files += sorted(str(file) for file in place.rglob("*.thm"))
        elif place.exists() or path != "proofs":
            files.append(path)
    return files
