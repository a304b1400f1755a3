"""What each technique of the prover is for, with certificates replayed; and what must never be proved."""

from __future__ import annotations

import json

import pytest

from symcrit.errors import CertificateError
from symcrit.kernel.poly import Algebra, Poly
from symcrit.kernel.replay import replay
from symcrit.kernel.theory import Theory
from symcrit.lang.parser import parse
from symcrit.prover.problem import Problem
from symcrit.prover.script import Script
from symcrit.prover.search import LADDER, Prover, by_transpose
from symcrit.prover.squares import sum_of_squares

TRUE = {
    "nothing to do": "matrix A : m x n\nshow A + A = 2*A",
    "one Penrose equation": "matrix A : m x n\nshow pinv(A)*A*pinv(A) = pinv(A)",
    "cancellation": "matrix A : m x n\nmatrix B : n x p\nmatrix C : n x p\nassume A'*A*B = A'*A*C\nshow A*B = A*C",
    "square of the claim": "matrix A : m x n\nassume A'*A = 0\nshow A = 0",
    "square of a square": "matrix A : n x n symmetric\nassume A^4 = 0\nshow A = 0",
    "sum of squares": "matrix A : m x n\nmatrix B : k x n\nassume A'*A + B'*B = 0\nshow A = 0\nshow B = 0",
    "completed squares": "scalar a b\nassume a^2 - 2*a*b + 2*b^2 = 0\nshow a = 0",
    "positive scalar": "scalar e\nmatrix A : m x n\nassume (1 + e^2)*A = 0\nshow A = 0",
    "trace of a square": "matrix A : m x n\nassume tr(A'*A) = 0\nshow A = 0",
    "cyclic trace": "matrix A : n x n\nmatrix B : n x n\nassume A*B - B*A = A\nshow tr(A^2) = 0",
    "skew and symmetric": "matrix S : n x n symmetric\nmatrix K : n x n\nassume K' = -K\nshow tr(S*K) = 0",
    "rank of a claim": "matrix A : n x n\nmatrix B : n x n\nassume A*B = I\nshow B*A = I",
    "guard": "scalar s t\nmatrix A : n x n\nassume s != t\nassume s*A = t*A\nshow A = 0",
    "denominator": "scalar s t\nshow 1/(s - t) + 1/(t - s) = 0",
    "1 x 1 commutes": "vector u : n\nvector v : n\nmatrix A : n x n\nshow u*(v'*A*u)*(u'*v) = u*(v'*u)*(u'*A'*v)",
    "1 x 1 in front": "vector u : n\nvector v : n\nmatrix A : n x n\nshow tr(u'*v)*A/(u'*v) = A",
    "witness": "matrix A : m x n\nshow exists W : n x m. A'*A*W = A'",
    "witness, sum": "matrix A : n x n\nassume A^3 - 2*A = I\nshow exists W : n x n. A*W = I",
    "witness, not linear": "matrix A : m x n\nshow exists W : n x m. W*A*W = pinv(A)",
    "literal size": "matrix A : 2 x 2\nassume tr(A) = 0\nshow A^4 = 1/2*tr(A^2)*A^2",
    "abbreviation": "matrix A : m x n\nlet P = A*pinv(A)\nshow P*P = P\nshow P' = P",
    "contradiction": "matrix A : n x n\nmatrix B : n x n\nassume A*A = I\nassume A = 0\nshow B = A",
}
OPEN = {  # false or beyond these rules: never proved
    "sizes of the identity": "matrix A : m x n\nshow tr(A*A') - tr(A'*A) = tr(I(m)) - tr(I(n))",
    "commutation at symbolic size": "matrix A : n x n\nmatrix B : n x n\nshow A*B = B*A",
    "no guard": "scalar s t\nmatrix A : n x n\nassume s*A = t*A\nshow A = 0",
    "guard of an unused let": "scalar s\nmatrix A : n x n\nlet B = A/s\nassume s*A = 0\nshow A = 0",
    "inverse as a witness": "matrix A : n x n\nshow exists W : n x n. W*A = I",
    "division in a witness": "scalar s\nshow exists W : 1 x 1. s*W = 1",
    "rectangular one-sided inverse": "matrix A : m x n\nmatrix B : n x m\nassume A*B = I\nshow B*A = I",
    "sign": "scalar a b\nassume a^2 - b^2 = 0\nshow a = 0",
    "cube root": "matrix A : n x n symmetric\nmatrix B : n x n symmetric\nassume A^3 = B^3\nshow A = B",
}


@pytest.mark.parametrize("name", TRUE)
def test_proved_and_replayed(name):
    statement = parse(TRUE[name])
    prover = Prover(statement)
    assert prover.climb(0) or prover.climb(1)
    theorem = replay(json.loads(json.dumps(prover.certificate())))
    assert theorem.statement.hash == statement.hash
    assert theorem.rests_on == frozenset()


@pytest.mark.parametrize("name", OPEN)
def test_not_proved(name):
    prover = Prover(parse(OPEN[name]))
    assert not prover.climb(0)
    assert not prover.climb(1)


def test_the_ladder_grows():
    efforts = [sum(attempt.effort for attempt in rung) for rung in LADDER]
    assert efforts == sorted(efforts)


def test_contradictory_hypotheses_are_noticed():
    assert Prover(parse(TRUE["contradiction"])).contradicts()
    assert not Prover(parse(TRUE["guard"])).contradicts()


def test_same_certificate_every_time():
    first, second = (Prover(parse(TRUE["cyclic trace"])) for _ in range(2))
    for prover in (first, second):
        assert prover.climb(0) or prover.climb(1)
    assert first.certificate() == second.certificate()


@pytest.mark.parametrize(("terms", "expected"), [
    ({"aa": 1, "bb": 2}, [1, 2]),
    ({"aa": 1, "ab": -2, "bb": 2}, [1, 1]),  # (a - b)^2 + b^2
    ({"aa": 1, "ab": -2, "bb": 1}, [1]),  # (a - b)^2
    ({"aa": 1, "ab": 3, "bb": 1}, None),  # indefinite
    ({"aa": 1, "bb": -1}, None),
    ({"a": 1}, None),
])
def test_sum_of_squares(terms, expected):
    ring = Algebra()

    def monomial(names: str) -> Poly:
        result = ring.constant(1, 1)
        for name in names:
            result = ring.mul(result, ring.scalar(name))
        return result

    poly = ring.add(*(ring.scale(value, monomial(names)) for names, value in terms.items()))
    squares = sum_of_squares(ring, poly)
    assert (squares and [value for value, _ in squares]) == expected


def test_every_fact_the_problem_derives_is_accepted_by_the_kernel():
    """Facts from squares and Gram matrices may stay unused; each must still have steps that the kernel accepts."""
    statement = parse("matrix A : m x n\nmatrix B : m x p\nscalar e\nassume A'*B = 0\nlet G = A*A' + B*B'\n"
                      "assume (1 + e^2)*tr(A) = 0\nshow pinv(G)*A = pinv(A)'\nshow G*pinv(G) = proj(A) + proj(B)"
                      .replace("tr(A)", "tr(A*A')"))
    problem = Problem(Theory(statement), by_transpose, {})
    for source in problem.sources.values():
        script = Script()
        step = source(script)
        data = script.certificate(statement, [], [(step, None)] * 2)
        with pytest.raises(CertificateError, match="shows something else"):  # all steps pass; the claims are others
            replay(data)
