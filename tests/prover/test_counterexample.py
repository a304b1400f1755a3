"""Tests of the search for counterexamples and models: found, exact, small, repeatable, and never out of thin air."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from symcrit.kernel import terms
from symcrit.kernel.evaluate import violated
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement
from symcrit.lang.parser import parse
from symcrit.prover.counterexample import find_counterexample, find_model

PAPER = """
matrix A1 : d1 x d0
matrix A2 : d2 x d1
matrix X : d0 x m
matrix Y : d2 x m
assume A2'*(A2*A1*X - Y)*X' = 0
"""
PERTURBED = PAPER + """
scalar si sj
vector ui : d2
vector uj : d2
let Sigma = Y*pinv(X)*X*Y'
let P = A2*pinv(A2)
assume ui'*ui = 1
assume uj'*uj = 1
assume ui'*uj = 0
assume Sigma*ui = si*ui
assume Sigma*uj = sj*uj
assume P*uj = uj
assume P*ui = 0
"""

FALSE = {
    "no hypotheses": "matrix A : n x n\nmatrix B : n x n\nshow A*B = B*A",
    "needs size 3": "matrix A : n x n\nassume A^3 = 0\nshow A^2 = 0",
    "needs size 4": "matrix P : n x n projector\nassume tr(P) = 3\nshow P = I",
    "literal sizes": "matrix A : 3 x 3\nshow tr(A + I) = tr(A) + 2",
    "sizes alone": "matrix A : m x n\nshow tr(I(m)) = tr(I(n))",
    "normal equations": PAPER + "show A2*A1*X = proj(A2)*Y",
    "eigenvectors": PERTURBED + "show si = sj",
    "Penrose equations": "matrix A : m x n\nmatrix B : n x m\nassume A*B*A = A\nassume B*A*B = B\n"
                         "assume (A*B)' = A*B\nassume (B*A)' = B*A\nshow B = A'",
    "partial isometry": "matrix V : p x q\nassume V*V'*V = V\nshow V'*V = I",
    "orthogonal": "matrix U : n x n orthogonal\nmatrix W : n x n orthogonal\nshow U*W = W*U",
    "idempotent": "matrix E : n x n idempotent\nshow E' = E",
    "isometry": "matrix U : m x n\nassume U'*U = I\nshow U*U' = I",
    "roots on a line": "scalar s\nassume s^2 = 1002001\nshow s = 1001",
    "no unit vector of length 1": "vector u : n\nassume u'*u = 7\nshow u = 0",
    "guard": "scalar s t\nassume s != 0\nassume t != 0\nshow 1/(s + t) = 1/s + 1/t",
    "exists": "matrix A : m x n\nvector b : m\nshow exists w : n x 1. A*w = b",
    "exists, never": "matrix A : n x n\nshow exists W : n x n. A*W - W*A = I",
    "second claim": "matrix A : m x n\nshow exists W : n x m. A*W*A = A\nshow exists W : n x m. A*W = I",
}
TRUE = {
    "Lemma 1": PAPER + "show A2*A1*X = A2*pinv(A2)*Y*pinv(X)*X",
    "Gram": "matrix A : m x n\nassume A'*A = 0\nshow A = 0",
    "reverse order": "matrix A : n x n invertible\nmatrix B : n x n invertible\nshow inv(A*B) = inv(B)*inv(A)",
    "literal size": "matrix A : 2 x 2\nshow A^2 - tr(A)*A + 1/2*(tr(A)^2 - tr(A^2))*I = 0",
    "exists": "matrix A : m x n\nvector b : m\nshow exists w : n x 1. A'*A*w = A'*b",
    "not linear in the unknown": "matrix A : n x n\nshow exists W : n x n. W*W = A",  # false, but not refutable
}


@pytest.mark.parametrize("text", FALSE.values(), ids=FALSE)
def test_refutes(text: str) -> None:
    """A false statement gets an instance on which the kernel sees a claim fail."""
    statement = parse(text)
    found = find_counterexample(statement, 3000)
    assert found is not None
    instance, claims = found
    assert claims
    assert claims == violated(statement, instance)


@pytest.mark.parametrize("text", TRUE.values(), ids=TRUE)
def test_does_not_refute(text: str) -> None:
    """Nothing is returned for what cannot be refuted."""
    assert find_counterexample(parse(text), 300) is None


def test_names_the_claims_violated() -> None:
    """The list says which claims fail, counted from 1."""
    found = find_counterexample(parse(FALSE["second claim"]), 1000)
    assert found is not None
    assert found[1] == [2]


def test_is_small() -> None:
    """What users see has the least sizes and entries 0 and 1 where that is possible."""
    found = find_counterexample(parse(FALSE["needs size 3"]), 1000)
    assert found is not None
    assert found[0].sizes == {"n": 3}
    entries = sorted(x for row in found[0].matrices["A"] for x in row)
    assert entries == [0] * 7 + [1] * 2


def test_respects_guards() -> None:
    """A guard, and the guards of inverses and denominators in claims, hold on what is returned."""
    statement = parse("scalar s\nmatrix A : n x n\nassume s != 1\nshow 1/s*inv(A) = inv(A)")
    found = find_counterexample(statement, 1000)
    assert found is not None
    assert found[0].scalars["s"] not in (0, 1)
    assert find_counterexample(parse("scalar s\nassume s != 0\nassume s^2 = 0\nshow s = 5"), 300) is None


@pytest.mark.parametrize("text", [
    "scalar s\nassume s = 1\nassume s = 2\nshow s = 0",
    "matrix A : n x n\nassume A*A' = -I\nshow A = 0",
    "matrix A : n x n\nassume tr(I(n)) = 1/2\nshow A = 0",
    "matrix A : 2 x 2\nassume tr(I(2)) = 3\nshow A = 0",
    "matrix Z : n x n\nassume Z = 0\nshow inv(Z) = Z",
])
def test_contradictory_hypotheses(text: str) -> None:
    """Hypotheses (or guards) that nothing meets give neither counterexample nor model."""
    assert find_counterexample(parse(text), 200) is None
    assert find_model(parse(text), 200) is None


@pytest.mark.parametrize("text", [*FALSE.values(), TRUE["Lemma 1"]], ids=[*FALSE, "Lemma 1"])
def test_model(text: str) -> None:
    """A model meets everything assumed, and is not trivial where that can be avoided."""
    statement = parse(text)
    model = find_model(statement, 1000)
    assert model is not None
    assert not model.trivial
    violated(statement, model.instance)  # raises if the instance meets not all it should


def test_model_has_unequal_sizes_and_nonzero_letters() -> None:
    """Different size symbols get different sizes, and no matrix is zero, if the hypotheses allow it."""
    model = find_model(parse(TRUE["Lemma 1"]), 1000)
    assert model is not None
    sizes = list(model.instance.sizes.values())
    assert len(dict.fromkeys(sizes)) == 4
    assert all(any(x for row in value for x in row) for value in model.instance.matrices.values())


def test_trivial_model_is_flagged() -> None:
    """Where all matrices must be zero, the model says so; one nonzero matrix is enough not to."""
    model = find_model(parse(TRUE["Gram"]), 200)
    assert model is not None
    assert model.trivial
    model = find_model(parse("matrix A : m x n\nmatrix B : m x n\nassume A = 0\nshow A = 0*B"), 200)
    assert model is not None
    assert not model.trivial


def test_effort_and_deadline_are_limits() -> None:
    """No effort gives nothing, and a deadline that has passed stops the search at once."""
    statement = parse(FALSE["no hypotheses"])
    assert find_counterexample(statement, 0) is None
    assert find_model(statement, 0) is None
    start = time.monotonic()
    assert find_counterexample(parse(TRUE["Gram"]), 10**9, start + 0.2) is None
    assert time.monotonic() - start < 2


@pytest.mark.parametrize("text", [
    "matrix A : 900000000 x 900000000\nshow A = 0",
    "matrix A : n x n\nshow tr(I(900000000)) = tr(A)",
    "matrix A : n x n\nshow exists W : n x 900000000. A*W = 0",
])
def test_huge_literal_sizes_are_left_alone(text: str) -> None:
    """What does not fit into memory is not tried."""
    assert find_counterexample(parse(text), 100) is None
    assert find_model(parse(text), 100) is None


def test_huge_powers_are_left_alone() -> None:
    """Values with thousands of digits are given up, not computed."""
    base = terms.matrix("A", "n", "n")
    tower = base
    for _ in range(10):
        tower = tower**64
    statement = Statement((Declaration("A", ("n", "n")),), (), (), (Claim(Equation(tower, base)),))
    found = find_counterexample(statement, 300)
    assert found is not None
    assert found[1] == violated(statement, found[0]) == [1]


def test_same_answer_under_any_hash_seed() -> None:
    """The answer depends on the statement and the effort alone."""
    code = ("from symcrit.lang.parser import parse\n"
            "from symcrit.prover.counterexample import find_counterexample, find_model\n"
            f"s = parse({FALSE['eigenvectors']!r})\n"
            "print(find_counterexample(s, 2000), find_model(s, 500))")
    answers = [subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed},
                              capture_output=True, text=True, check=True).stdout for seed in ("1", "2")]
    assert answers[0] == answers[1]
    assert "None" not in answers[0]
