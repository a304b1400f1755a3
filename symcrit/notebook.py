"""Terms and statements as formulas in notebooks: `%load_ext symcrit`.

What functions return shows itself. Terms and statements belong to the kernel, which knows nothing of typesetting, so
they are registered from outside.
"""

from __future__ import annotations

from typing import Any

from symcrit.kernel.statement import Claim, Equation, Statement
from symcrit.kernel.terms import Term
from symcrit.typeset.latex import term_latex
from symcrit.typeset.statement_latex import displayed


def load_ipython_extension(shell: Any) -> None:
    """Register how terms, equations and statements print."""
    formatter = shell.display_formatter.formatters["text/latex"]
    formatter.for_type(Term, lambda term: f"$${term_latex(term)}$$")
    formatter.for_type(Equation, lambda equation: displayed([Claim(equation)]))
    formatter.for_type(Statement, lambda statement: displayed(statement.claims, statement.hypotheses))
