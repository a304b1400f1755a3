"""Inequalities: what is proved, with certificates replayed; what is not; forms of two scalars by their discriminant."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

import pytest

from symcrit.kernel.evaluate import Instance, violated
from symcrit.kernel.replay import replay
from symcrit.lang.parser import parse
from symcrit.prover.counterexample import find_counterexample, find_model
from symcrit.prover.search import Prover

DEEP = "matrix A2 : dy x d1\nmatrix A1 : d1 x dx\nmatrix X : dx x m\nmatrix Y : dy x m\n"
LEAST = "matrix Z : dy x dx\nmatrix X : dx x m\nmatrix Y : dy x m\nmatrix W : dy x dx\nassume Z*X*X' = Y*X'\n"
TWO = "matrix A : m x n\nmatrix B : m x n\n"
TRUE = {
    "Sigma is positive semidefinite": "matrix X : d0 x m\nmatrix Y : d2 x m\nshow psd(Y*pinv(X)*X*Y')",
    "sums and congruences": "matrix A : n x n\nmatrix B : n x n\nmatrix C : m x n\nassume psd(A)\nassume psd(B)\nshow psd(A + B)\nshow psd(C*A*C')",
    "the trace of a product": "matrix A : n x n\nmatrix B : n x n\nassume psd(A)\nassume psd(B)\nshow tr(A*B) >= 0",
    "an order of matrices": "matrix A : n x n\nmatrix S : n x n symmetric\nmatrix P : n x n projector\nassume psd(S - A)\nassume psd(A)\n"
                            "show psd(S)\nshow tr(P*A) <= tr(P*S)",
    "a complement": "matrix P : n x n projector\nmatrix Q : n x n projector\nassume P*Q = Q\nshow psd(P - Q)\nshow psd(I - P)",
    "a product of two": "scalar s t\nassume 0 < s\nassume t >= 0\nshow 0 <= s*t",
    "a strict product": "scalar s t u\nassume 0 < s\nassume s < t\nassume 0 < u\nshow s*u < t*u",
    "a positive multiple": "matrix A : m x n\nscalar s\nassume 0 < s\nshow 0 <= s*tr(A'*A)",
    "a square": "matrix A : m x n\nshow 0 <= tr(A'*A)",
    "minus a square": "matrix A : m x n\nshow -tr(A'*A) <= 0",
    "Young": TWO + "show tr(A'*B) <= 1/2*tr(A'*A) + 1/2*tr(B'*B)",
    "Young with other weights": TWO + "show tr(A'*B) <= 3*tr(A'*A) + 1/12*tr(B'*B)",
    "Young with a parameter": TWO + "scalar e\nassume e != 0\nshow 2*tr(A'*B) <= e^2*tr(A'*A) + 1/e^2*tr(B'*B)",
    "three matrices": TWO + "matrix C : m x n\nshow tr((A + B + C)'*(A + B + C)) <= 3*(tr(A'*A) + tr(B'*B) + tr(C'*C))",
    "a triangle": TWO + "matrix C : m x n\nshow tr((A - C)'*(A - C)) <= 2*tr((A - B)'*(A - B)) + 2*tr((B - C)'*(B - C))",
    "a projection of a Gram matrix": "matrix A : m x n\nmatrix Y : m x k\nshow 0 <= tr(proj(A)*Y*Y')",
    "the trace of a projector": "matrix A : m x n\nshow 0 <= tr(proj(A))\nshow tr(proj(A)) <= tr(I(m))",
    "a projection of Sigma": "matrix A2 : dy x d1\nmatrix X : dx x m\nmatrix Y : dy x m\nlet S = Y*pinv(X)*X*Y'\n"
                             "show tr(proj(A2)*S) <= tr(S)\nshow 0 <= tr(proj(A2)*S)",
    "the loss": DEEP + "show 0 <= 1/2*tr((A2*A1*X - Y)*(A2*A1*X - Y)')",
    "the loss from below": DEEP + "show tr(Y*(I - pinv(X)*X)*Y') <= tr((A2*A1*X - Y)*(A2*A1*X - Y)')",
    "a critical point of a convex loss": LEAST + "show 1/2*tr((Z*X - Y)*(Z*X - Y)') <= 1/2*tr((W*X - Y)*(W*X - Y)')",
    "is the only one in its range": LEAST + "assume tr((W*X - Y)*(W*X - Y)') <= tr((Z*X - Y)*(Z*X - Y)')\nshow W*X = Z*X",
    "nested projectors": "matrix P : n x n projector\nmatrix Q : n x n projector\nmatrix A : n x k\nassume P*Q = P\n"
                         "show tr(P*A*A') <= tr(Q*A*A')",
    "two projectors": "matrix P : n x n projector\nmatrix Q : n x n projector\nshow 0 <= tr(P*Q)\nshow tr(P*Q) <= tr(Q)",
    "a factor given by an equation": "matrix U : n x k\nmatrix S : n x n symmetric\nmatrix B : m x n\nassume S = B'*B\nshow 0 <= tr(U'*S*U)",
    "an isometry": "matrix U : n x k\nmatrix P : n x n projector\nassume U'*U = I\nshow tr(U'*P*U) <= tr(P)",
    "symmetric matrices": "matrix A : n x n symmetric\nmatrix B : n x n symmetric\nshow tr(A*B*A*B) <= tr(A^2*B^2)",
    "a matrix and the identity": "matrix A : n x n\nshow 2*tr(A) <= tr(A'*A) + tr(I(n))",
    "a trace and a literal size": "matrix A : 2 x 2\nshow tr(A)^2 <= 2*tr(A'*A)",
    "a unit vector": "vector u : n\nvector v : n\nassume u'*u = 1\nshow (u'*v)^2 <= v'*v",
    "Cauchy and Schwarz": "vector u : n\nvector v : n\nshow (u'*v)^2 <= u'*u*(v'*v)",
    "Cauchy and Schwarz, divided": TWO + "assume tr(B'*B) != 0\nshow tr(A'*B)^2/tr(B'*B) <= tr(A'*A)",
    "two scalars": "scalar s t\nshow 2*s*t <= s^2 + t^2\nshow s*t <= s^2 + t^2",
    "three scalars": "scalar a b c\nshow a*b + b*c + c*a <= a^2 + b^2 + c^2",
    "Lagrange": "scalar a b c d\nshow (a*c + b*d)^2 <= (a^2 + b^2)*(c^2 + d^2)",
    "a quartic": "scalar a b\nshow a^3*b <= a^4 + b^4",
    "a positive scalar": "scalar s\nshow 0 < 1 + s^2\nshow 0 < s^2 + s + 1\nshow s <= s^2 + 1/4",
    "a number": "scalar s\nshow 0 < 1\nshow -1/2 < 1/3\nshow 2 <= 2",
    "a positive trace": "matrix A : 3 x n\nshow 0 < tr(I(3)) + tr(A*A')",
    "transitivity": "scalar a b c\nassume a <= b\nassume b < c\nshow a < c\nshow a <= c",
    "antisymmetry": "scalar a b\nassume a <= b\nassume b <= a\nshow a = b\nshow b = a",
    "a multiple": "scalar s t\nassume s <= t\nshow 1/3*s - 2 <= 1/3*t - 1\nshow 2*s < 2*t + 1",
    "a strict multiple": "scalar s t\nassume s < t\nshow 1/3*s - 2 < 1/3*t - 2",
    "a sum": "scalar a b\nassume 0 < a\nassume a < b\nshow 0 < a + b\nshow 0 <= b",
    "an equation": "scalar s t\nassume t = s + 1\nshow s < t",
    "a product known to be 1": "scalar s t\nassume s*t = 1\nshow 2 <= s^2 + t^2",
    "a ball is convex": TWO + "assume tr(A'*A) <= 1\nassume tr(B'*B) < 1\nshow tr(A'*B) < 1",
    "no room for a matrix": "matrix A : m x n\nmatrix B : n x k\nassume tr(A'*A) <= 0\nshow A = 0\nshow A*B = 0\nshow 0 <= tr(B'*B)",
    "no room for a difference": TWO + "assume tr(A'*A) + tr(B'*B) <= 2*tr(A'*B)\nshow A = B",
    "no room outside a range": "matrix P : n x n projector\nmatrix B : n x k\nassume tr(B'*B) <= tr(B'*P*B)\nshow P*B = B",
    "no room for a scalar": "scalar s\nassume 1 <= s\nassume s <= 1\nshow s^2 = 1",
    "a positive factor cancels": "scalar s\nmatrix A : m x n\nassume 0 < s\nassume s*A = 0\nshow A = 0",
    "a difference cancels": "scalar s t\nmatrix A : m x n\nassume s < t\nassume s*A = t*A\nshow A = 0",
    "a factor of at least 2 cancels": "scalar s\nmatrix A : m x n\nassume 2 <= s\nassume s*A = 0\nshow A = 0",
    "an eigenvalue": "matrix A : n x n symmetric\nvector u : n\nassume 0 <= u'*A*u\nassume A*u = -u\nshow u = 0",
    "1 x 1 matrices": "vector u : n\nmatrix D : 1 x 1\nassume D <= u'*u\nassume 0 < D\nshow 0 < u'*u",
}
CONTRADICTORY = {
    "a number": "scalar s\nassume 1 <= 0\nshow s = 5\nshow s < 0\nshow 7 <= s",
    "a gap": "scalar s t\nassume s < 0\nassume 1 <= s\nshow s = t\nshow t < s",
}
OPEN = {  # false, or beyond these rules: never proved
    "the wrong way round": "matrix A : m x n\nshow tr(A'*A) <= 0",
    "strict without reason": "matrix A : m x n\nshow 0 < tr(A'*A)",
    "no square": "matrix A : n x n\nshow 0 <= tr(A*A)",
    "an inner product": TWO + "show 0 <= tr(A'*B)",
    "too small a weight": TWO + "show tr(A'*B) <= 3*tr(A'*A) + 1/13*tr(B'*B)",
    "a projection the wrong way": "matrix P : n x n projector\nmatrix A : n x k\nshow tr(A*A') <= tr(P*A*A')",
    "idempotent is not enough": "matrix P : n x n idempotent\nmatrix A : n x k\nshow tr(P*A*A') <= tr(A*A')",
    "a product of projectors": "matrix P : n x n projector\nmatrix Q : n x n projector\nmatrix R : n x n projector\nshow 0 <= tr(P*Q*R)",
    "strict from weak": "scalar s t\nassume s <= t\nshow s < t",
    "from the other side": "scalar s t\nassume s <= t\nshow t <= s",
    "a negative multiple": "scalar s t\nassume s <= t\nshow -s <= -t",
    "a product": "scalar s t\nassume s <= t\nshow s^2 <= t^2",
    "one bound": "scalar s\nassume s <= 1\nshow s = 1",
    "a factor that may be 0": "scalar s\nmatrix A : m x n\nassume 0 <= s\nassume s*A = 0\nshow A = 0",
    "a square and its root": "scalar s\nshow s <= s^2",
}
BEYOND = {  # true, but no combination of this kind shows it
    "a reciprocal": "scalar s\nassume 0 < s\nshow 0 < 1/s",
    "a product of three": "scalar s t u\nassume 0 <= s\nassume 0 <= t\nassume 0 <= u\nshow 0 <= s*t*u",
}


def prover_of(text: str) -> Prover:
    prover = Prover(parse(text))
    assert not prover.done
    return prover


@pytest.mark.parametrize("name", TRUE)
def test_proved_and_replayed(name):
    statement = parse(TRUE[name])
    prover = Prover(statement)
    assert prover.climb(0)
    theorem = replay(json.loads(json.dumps(prover.certificate())))
    assert theorem.statement.hash == statement.hash
    assert theorem.rests_on == frozenset()
    assert find_counterexample(statement, 100) is None
    assert find_model(statement, 1_000) is not None


@pytest.mark.parametrize("name", CONTRADICTORY)
def test_contradictory_hypotheses_prove_anything_and_are_noticed(name):
    statement = parse(CONTRADICTORY[name])
    prover = Prover(statement)
    assert prover.climb(0)
    assert replay(json.loads(json.dumps(prover.certificate()))).statement.hash == statement.hash
    assert prover.contradicts()
    assert find_model(statement, 1_000) is None


def test_strict_inequalities_that_leave_nothing_are_noticed():
    assert Prover(parse("scalar s t\nassume s < t\nassume t < s\nshow s = 0")).contradicts()
    assert Prover(parse("scalar s\nassume s^2 < 0\nshow s = 0")).contradicts()
    assert not Prover(parse("scalar s t\nassume s <= t\nassume t <= s\nshow s = 0")).contradicts()


@pytest.mark.parametrize("name", {**OPEN, **BEYOND})
def test_not_proved(name):
    prover = prover_of({**OPEN, **BEYOND}[name])
    assert not prover.climb(0)
    assert not prover.climb(1)


@pytest.mark.parametrize("name", OPEN)
def test_what_is_false_is_refuted(name):
    statement = parse(OPEN[name])
    found = find_counterexample(statement, 4_000)
    assert found is not None
    assert violated(statement, found[0]) == found[1] == [1]


GRID = list(product((-1, 0, 1, 2), (-3, -2, 0, 1, 2), (-1, 0, 1, 2)))


@pytest.mark.parametrize(("a", "b", "c"), GRID)
def test_forms_of_two_scalars_are_proved_if_they_are_semidefinite(a, b, c):
    """a s^2 + b s t + c t^2 >= 0 for all s, t if and only if a, c >= 0 and b^2 <= 4 a c."""
    expected = a >= 0 and c >= 0 and b * b <= 4 * a * c
    prover = Prover(parse(f"scalar s t\nshow ({-b})*s*t <= ({a})*s^2 + ({c})*t^2"))
    assert prover.climb(0) == expected
    if expected:
        replay(json.loads(json.dumps(prover.certificate())))


@pytest.mark.parametrize(("a", "b", "c"), GRID)
def test_strict_quadratics_are_proved_if_they_are_positive(a, b, c):
    """a s^2 + b s + c > 0 for all s if and only if a > 0 and b^2 < 4 a c, or a = b = 0 < c."""
    expected = (a > 0 and b * b < 4 * a * c) or (a == b == 0 < c)
    prover = Prover(parse(f"scalar s\nshow 0 < ({a})*s^2 + ({b})*s + ({c})"))
    assert prover.climb(0) == expected
    if expected:
        replay(json.loads(json.dumps(prover.certificate())))


LINES = ["0 <= s", "s < 2", "s + t <= 1", "t < s", "0 < t", "2*s <= 3*t + 1", "s = 2*t", "-1 < t - s"]
POINTS = [(Fraction(a, 2), Fraction(b, 2)) for a in range(-5, 6) for b in range(-5, 6)]


@pytest.mark.parametrize("first", range(len(LINES)))
def test_what_follows_from_two_lines_holds_at_every_point(first):
    """Whatever is proved of a third line holds at every point of a grid that meets the first two."""
    for second, third in product(range(first), range(len(LINES))):
        statement = parse(f"scalar s t\nassume {LINES[first]}\nassume {LINES[second]}\nshow {LINES[third]}")
        prover = Prover(statement)
        if prover.climb(0):
            replay(json.loads(json.dumps(prover.certificate())))
            meets = parse(f"scalar s t\nshow {LINES[first]}\nshow {LINES[second]}\nshow {LINES[third]}")
            for s, t in POINTS:
                failed = violated(meets, Instance({}, {"s": s, "t": t}, {}))
                assert failed != [3]
        else:
            assert third not in (first, second)
