"""The ladder of attempts at a proof: letter orders, further pseudoinverse letters, growing effort."""

from __future__ import annotations

from symcrit.kernel.poly import Poly
from symcrit.kernel.theory import Theory
from symcrit.prover.problem import Problem


def by_transpose(theory: Theory) -> list[str]:
    """Order letters, largest first: transposes, then inverses and pseudoinverses, then the declared ones."""
    return sorted(theory.algebra.types, key=lambda letter: (letter.endswith("'"), "(" in letter, letter), reverse=True)


def run(problem: Problem, effort: int) -> bool:
    """Complete until all targets are won or the effort (in S-polynomials) is spent."""
    completion = problem.completion
    if problem.check() or problem.check_traces():
        return True
    checkpoint = 25
    while completion.queue and completion.spolys < effort:
        rule = completion.step()
        if rule is not None and problem.check(rule):
            return True
        if completion.spolys >= checkpoint:
            checkpoint *= 2
            if problem.check_traces():
                return True
    problem.traces.overlap(completion.rules)
    return problem.check_traces()


def claims_of(theory: Theory) -> list[Poly]:
    """Lower the claims of a statement without unknowns."""
    return [theory.difference(claim.equation) for claim in theory.statement.claims]
