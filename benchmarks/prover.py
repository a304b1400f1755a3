"""What the prover's performance targets are measured with: `python benchmarks/prover.py`.

Prints S-polynomials a second while the basis has about 50 and 400 rules, and for the facts that other provers
were measured on: seconds for search, certificate and check together, and the length of the certificate.
Times are of this machine; compare ratios of one run.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path

from symcrit.kernel.replay import replay
from symcrit.kernel.theory import Theory
from symcrit.lang.parser import read_statement
from symcrit.prover.problem import Problem
from symcrit.prover.search import LADDER, Prover, by_transpose
from symcrit.report.result import summary

CORPUS = Path(__file__).parent.parent / "tests" / "corpus"
PEERS = {  # published lengths of the certificates of operator_gb
    "Gram pseudoinverse (F24)": ("hard/f24.thm", 226),
    "reverse order law 8 => 1": ("hard/rol_8_1.thm", 279),
    "Hartwig (ii) => (i)": ("hard/hartwig_ii_i.thm", 178),
    "Hartwig (iv) => (i)": ("hard/hartwig_iv_i.thm", 525),
    "Hartwig (v) => (iv)": ("hard/hartwig_v_iv.thm", 545),
}


def rate(name: str, low: int, high: int, orders: int = 5) -> float:
    """Measure S-polynomials a second while the number of rules lies between two bounds (best of several runs)."""
    best = 0.0
    for _ in range(orders):
        completion = Problem(Theory(read_statement(CORPUS / name)), by_transpose, {}).completion
        while len(completion.rules) < low and completion.queue:
            completion.step()
        start, before = time.perf_counter(), completion.spolys
        while len(completion.rules) < high and completion.queue:
            completion.step()
        best = max(best, (completion.spolys - before) / (time.perf_counter() - start))
    return best


def peer(name: str) -> tuple[float, float, dict[str, object]]:
    """Prove a statement and check the certificate; return both times and the summary."""
    statement = read_statement(CORPUS / name)
    start = time.perf_counter()
    prover = Prover(statement)
    if not any(prover.climb(rung) for rung in range(len(LADDER))):
        raise SystemExit(f"{name} was not proved")
    certificate = prover.certificate()
    middle = time.perf_counter()
    replay(certificate)
    return middle - start, time.perf_counter() - middle, summary(certificate)


def main() -> None:
    print(f"S-polynomials a second, 40 to 60 rules    {rate('hard/hartwig_v_iv.thm', 40, 60):8.0f}   (target 10000)")
    print(f"S-polynomials a second, 350 to 450 rules  {rate('hard/hartwig_v_iv.thm', 350, 450):8.0f}   (target 3000)")
    for label, (name, published) in PEERS.items():
        search, check, numbers = peer(name)
        print(f"{label:27} search {search:.3f} s, check {check:.3f} s, {numbers['terms']} terms "
              f"(published {published})")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (target below 100)")


if __name__ == "__main__":
    main()
