"""Terms as text: the author's order and grouping, and every text parses back to the same term."""

from __future__ import annotations

from pathlib import Path

import pytest

from symcrit.kernel.statement import Claim, Equation, Statement
from symcrit.kernel.text import difference_text, text
from symcrit.lang.parser import parse, read_statement
from symcrit.lang.tokens import decode

CORPUS = Path(__file__).parent.parent / "corpus"
FILES = sorted(path for kind in ("true", "hard", "false") for path in (CORPUS / kind).glob("*.thm"))
LETTERS = "matrix A : n x n\nmatrix B : n x n\nmatrix C : n x n\nscalar s t\n"

EXACT = [
    "A", "A'", "A''", "A^2", "A^2'", "A'^2", "A^2^3", "-A", "-A*B", "-A^2", "(-A)^2", "(-A)*B", "-(-A)", "A + B", "A - B", "-A + B",
    "A + B + C", "A + (B + C)", "(A + B) + C", "A - (B - C)", "A - B - C", "(A - B) - C", "A + (-B)", "A - (-B)", "A*B*C", "A*(B*C)",
    "(A*B)*C", "(A + B)*C", "A*(B + C)", "(A*B)'", "(A + B)'", "A*B'", "inv(A)", "pinv(A*B)", "proj(A + B)", "inv(A)'", "tr(A)*B",
    "A/s", "A*B/s", "A/s*B", "A*(B/s)", "A/(s*t)", "A/s/t", "A/(s/t)", "(-A)/s", "-A/s", "(A + B)/s", "A/(s + t)", "A/(-s)", "A/s^2",
    "(A/s)^2", "1/2*A", "-1/2*A", "(-1/2)*A", "2*A - 1/3*B", "s*A", "A*s", "A + I(n)", "I(n)*A", "2*I(n)", "I(n)'", "0*A + B", "s/t*A",
    "(s + t)*A", "(s - t)^2*A", "A*B - (C - A)*B", "1*A", "tr(I(n))*A", "(A - B) - (A - C)", "A*(-B)", "(A^2 + B)^3", "((A'))",
]


@pytest.mark.parametrize("written", EXACT)
def test_text_is_what_was_written(written: str) -> None:
    term = parse(f"{LETTERS}show {written} = A").claims[0].equation.left
    printed = text(term)
    expected = {"((A'))": "A'", "A + (-B)": "A - B"}.get(written, written)
    assert parse(f"{LETTERS}show {printed} = A").claims[0].equation.left == term
    if written not in ("A + (-B)", "A - (-B)"):
        assert printed == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_line_of_the_corpus_parses_back(path: Path) -> None:
    statement = read_statement(path)
    lines = [line for line in decode(path.read_bytes()).replace("\r\n", "\n").split("\n")
             if line.split("#")[0].split()[:1] in (["matrix"], ["vector"], ["scalar"])]

    def written(equation: Equation, relation: str = "=") -> str:
        return f"{text(equation.left)} {relation} {text(equation.right)}"

    lines += [f"assume {written(equation)}" for equation in statement.hypotheses]
    lines += [f"assume {written(guard, '!=')}" for guard in statement.guards]
    for claim in statement.claims:
        unknown = claim.unknown
        exists = f"exists {unknown.name} : {unknown.shape[0]} x {unknown.shape[1]}. " if unknown and unknown.shape else ""
        lines.append(f"show {exists}{written(claim.equation)}")
    assert parse("\n".join(lines)).hash == statement.hash


@pytest.mark.parametrize(("guard", "expected"), [
    ("s != t", "s - t"), ("s != 0", "s"), ("s != -t", "s - (-t)"), ("s != t + 1", "s - (t + 1)"), ("s + t != 1", "s + t - 1"),
    ("s != 2*t", "s - 2*t"), ("0 != s", "0 - s"), ("s != 1/2", "s - 1/2"),
])
def test_difference(guard: str, expected: str) -> None:
    statement = parse(f"scalar s t\nassume {guard}\nshow s = s")
    assert difference_text(statement.guards[0]) == expected


def test_a_term_that_is_huge_when_written_out_is_cut() -> None:
    term = parse("matrix A : n x n\nshow A = A").claims[0].equation.left
    for _ in range(200):
        term = term + term
    assert text(term) == "..."


def test_claims_keep_the_order_of_their_author() -> None:
    statement = parse(f"{LETTERS}show B*A + A*B = A*B + B*A")
    assert isinstance(statement, Statement)
    assert statement.claims == (Claim(Equation(statement.claims[0].equation.left, statement.claims[0].equation.right)),)
    assert text(statement.claims[0].equation.left) == "B*A + A*B"
