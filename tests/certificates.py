"""Hand-written certificates, for tests that must not trust the prover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symcrit.errors import SymcritError
from symcrit.kernel import replay
from symcrit.kernel.data import statement_to_data, terms_to_data
from symcrit.kernel.terms import Term
from symcrit.lang.parser import parse


def certificate(text: str, steps: Sequence[Any], claims: Sequence[Any], letters: Sequence[Any] = (),
                lemmas: Sequence[Any] = ()) -> dict[str, Any]:
    """Put a certificate together for a statement in the language of `.thm` files."""
    statement = parse(text)
    return {"kind": "symcrit certificate", "schema_version": 1, "hash": statement.hash,
            "statement": statement_to_data(statement), "lemmas": list(lemmas), "letters": list(letters),
            "steps": list(steps), "claims": list(claims)}


def combine(rows: Any, cols: Any, *summands: Sequence[Any], relation: str = "=") -> list[Any]:
    """Write a step: the sum of c * central * left * fact * right."""
    return ["combine", rows, cols, relation, [list(summand) for summand in summands]]


def poly(rows: Any, cols: Any, *monomials: Sequence[Any]) -> list[Any]:
    """Write a polynomial as data: monomials [coefficient, central, word]."""
    return [rows, cols, [list(monomial) for monomial in monomials]]


def nodes(term: Term) -> list[Any]:
    """Write one term as data; its root is the last node."""
    return terms_to_data([term])[0]


def outcome(data: Any) -> type[SymcritError] | str:
    """Replay a certificate: "accepted", or the exact class of the error raised on purpose."""
    try:
        replay(data)
    except SymcritError as error:
        return type(error)
    return "accepted"
