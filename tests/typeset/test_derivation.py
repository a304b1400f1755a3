"""Calculations from certificates: what is shown, why, and that every line is equal to the next on instances."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symcrit.kernel.data import statement_from_data
from symcrit.kernel.evaluate import value_of
from symcrit.kernel.text import text
from symcrit.lang.parser import parse
from symcrit.prover.counterexample import find_model
from symcrit.prover.decide import decide
from symcrit.typeset import derivation as module
from symcrit.typeset.derivation import derivation

STORES = sorted(Path("proofs").rglob("*.cert.json"))


def certificate(statement: str):
    return decide(parse(statement), float("inf")).certificate


def shown(statement: str, *lets: str) -> list[str]:
    given = parse(statement)
    return [text(line.term) for line in derivation(certificate(statement), [term for name, term in given.lets if name in lets])]


def test_one_rewriting_a_line():
    assert shown("matrix A : n x n\nassume A*A = A\nshow A*A*A*A = A") == ["A*A*A*A", "A*A*A", "A*A", "A"]
    lines = derivation(certificate("matrix A : m x n\nshow A*pinv(A)*A*pinv(A) = A*pinv(A)"))
    assert [text(line.term) for line in lines] == ["A*pinv(A)*A*pinv(A)", "A*pinv(A)"]
    (reason,) = lines[1].reasons
    assert reason.penrose in (1, 2) and text(reason.argument) == "A"


def test_reasons_name_hypotheses_properties_and_inverses():
    lines = derivation(certificate("matrix S : n x n symmetric\nmatrix A : n x n invertible\nassume h: S*A = A\nshow S'*A*inv(A) = I"))
    reasons = [reason for line in lines for reason in line.reasons]
    assert {reason.said for reason in reasons} == {"", "S is symmetric"}
    assert any(reason.hypothesis is not None for reason in reasons)
    assert any(reason.argument is not None and not reason.penrose and text(reason.argument) == "A" for reason in reasons)


def test_abbreviations_are_used():
    source = "matrix A : m x n\nmatrix B : m x k\nlet P = proj(A)\nassume h: P*B = B\nshow P*P*B = B"
    assert "P" not in "".join(shown(source)) and len(shown(source, "P")) == len(shown(source))


@pytest.mark.parametrize("statement", [
    "matrix A : m x n\nshow 0 <= tr(A'*A)",
    "matrix A : m x n\nmatrix B : m x k\nassume B = A*A'*B\nshow exists W : n x k. A*W = B",
    "matrix A : m x n\nassume A'*A = 0\nshow A = 0",
])
def test_what_has_no_calculation(statement):
    assert derivation(certificate(statement)) == []


def test_long_certificates_have_none(monkeypatch):
    made = certificate("matrix A : n x n\nassume A*A = A\nshow A*A*A = A")
    assert len(derivation(made)) == 3
    monkeypatch.setattr(module, "MOST_SUMMANDS", 1)
    assert derivation(made) == []


@pytest.mark.parametrize("path", STORES, ids=lambda path: path.name)
def test_lines_are_equal_on_a_model(path):
    """Evaluated by the kernel's evaluator, which shares no code with the polynomials that the lines come from."""
    count = 0
    for made in json.loads(path.read_text())["certificates"].values():
        lines = derivation(made)
        if len(lines) < 3 or count >= 6:
            continue
        statement = statement_from_data(made["statement"])
        model = find_model(statement, 300)
        if model is not None:
            count += 1
            assert len({value_of(statement, model.instance, line.term) for line in lines}) == 1
