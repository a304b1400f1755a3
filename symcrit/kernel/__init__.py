"""The trusted kernel: it checks, it never searches. Standard library only.

What is trusted: `terms` and `statement` (what a statement is), `poly` and `theory` (its normal form and
what it grants), `rules` and `replay` (what follows), `evaluate` (exact instances), `text` (how it prints).

Every rule, and every way to assume something, is listed here; a test holds the list against the code.
"""

from __future__ import annotations

from symcrit.errors import Fails
from symcrit.kernel.evaluate import Instance, violated
from symcrit.kernel.facts import Fact
from symcrit.kernel.replay import replay
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement
from symcrit.kernel.terms import Term
from symcrit.kernel.theorems import Theorem
from symcrit.kernel.theory import Theory

ASSUMPTIONS = ("ASSUME", "NAMED")
RULES = (
    "PENROSE", "DEFINITION", "UNITS", "SQUARE", "POSITIVE",
    "COMBINE", "PRODUCT", "TRANSPOSE", "TRACE", "ANTISYMMETRY", "VANISH", "RECIPROCAL",
    "QED", "INSTANCE",
)

__all__ = ["ASSUMPTIONS", "RULES", "Claim", "Declaration", "Equation", "Fact", "Fails", "Instance", "Statement",
           "Term", "Theorem", "Theory", "replay", "violated"]
