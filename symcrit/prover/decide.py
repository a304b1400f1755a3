"""Search for a proof and for a counterexample in turn, with growing effort; the kernel has the last word on both."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from symcrit.errors import CertificateError, InputError, LimitError, TooLarge
from symcrit.kernel.evaluate import Instance
from symcrit.kernel.replay import replay
from symcrit.kernel.statement import Statement
from symcrit.kernel.theorems import Theorem
from symcrit.kernel.theory import Theory
from symcrit.prover.counterexample import find_counterexample
from symcrit.prover.search import LADDER, Prover

REFUTATION_EFFORT = (300, 4_000, 40_000)  # candidate instances, after each rung of the prover's ladder


class RefusedCertificate(CertificateError):
    """The kernel refused a certificate that the prover wrote: a bug in symcrit."""


@dataclass(frozen=True)
class Decision:
    """What was found: a theorem with its certificate, or an instance and the claims it violates, or neither."""

    prover: Prover
    theorem: Theorem | None = None
    certificate: dict[str, Any] | None = None
    witness: Instance | None = None
    violated: tuple[int, ...] = ()
    guards: tuple[str, ...] = ()
    reason: str = ""


def decide(statement: Statement, deadline: float, rungs: int = len(LADDER), *, refute_first: bool = False) -> Decision:
    """Climb the first rungs of the ladder; after (or before) each, look for a counterexample.

    Raises RefusedCertificate if the kernel refuses what the prover wrote.

    >>> from symcrit.lang.parser import parse
    >>> decide(parse("matrix A : m x n\\nshow A*pinv(A)*A = A"), float("inf")).theorem is not None
    True
    >>> decide(parse("matrix A : n x n\\nshow A*A = A"), float("inf")).violated
    (1,)
    """
    prover = Prover(statement, deadline)
    guards: tuple[str, ...] = ()
    reason = ""
    for rung, effort in zip(range(rungs), REFUTATION_EFFORT, strict=False):
        for refuting in (True, False) if refute_first else (False, True):
            if refuting:
                refuted = find_counterexample(statement, effort, deadline)
                if refuted is not None:
                    witness, violated = refuted
                    return Decision(prover, witness=witness, violated=tuple(violated), guards=guards)
            elif not reason:
                try:
                    guards = guards or tuple(Theory(statement).guards)
                    if prover.climb(rung):
                        theorem, certificate = _checked(statement, prover)
                        return Decision(prover, theorem, certificate, guards=theorem.guards)
                except (TooLarge, LimitError) as error:
                    reason = str(error)
                except MemoryError:
                    reason = "out of memory"
        if time.monotonic() > deadline:
            reason = "out of budget: neither a proof nor a counterexample was found in time"
            break
    reason = reason or (f"neither a proof (within {prover.spolys} S-polynomials) nor a counterexample "
                        f"(among {sum(REFUTATION_EFFORT[:rungs])} candidates) was found")
    return Decision(prover, guards=guards, reason=reason)


def _checked(statement: Statement, prover: Prover) -> tuple[Theorem, dict[str, Any]]:
    """Replay what the prover wrote, as plain data."""
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
    return theorem, certificate
