"""A single statement as LaTeX: what is supposed, what is claimed, the verdict, and the calculation that shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symcrit.errors import InputError
from symcrit.kernel import Instance, Theorem
from symcrit.kernel.data import terms_from_data
from symcrit.kernel.statement import Claim, Equation, Statement
from symcrit.lang.printer import usable_lets
from symcrit.typeset.calculation_latex import CalculationPrinter
from symcrit.typeset.derivation import Passage, derivation, is_brief
from symcrit.typeset.display import RELATIONS, Row, block
from symcrit.typeset.latex import (
    Printer,
    VerdictLine,
    belongs,
    conditions,
    declared,
    joined,
    matrix_latex,
    sides_of,
    supposed,
    symbols_of,
    values_latex,
)
from symcrit.typeset.lines import width
from symcrit.typeset.notation import prose, symbol
from symcrit.typeset.words import at_the_right, fragment


def statement_latex(statement: Statement, verdict_line: VerdictLine,
                    certificate: Mapping[str, Any] | None = None) -> str:
    r"""Print a statement and its verdict as a fragment to be included: declarations, definitions, hypotheses, claims.

    With its certificate a proved statement gets its witnesses and its calculations.

    >>> from symcrit.lang.parser import parse
    >>> from symcrit.typeset.latex import verdict_line
    >>> statement = parse('name "fix"\nmatrix A : n x n\nassume fix: A*A = A\nshow A*A*A = A')
    >>> print(statement_latex(statement, verdict_line(statement, None)), end="")
    \begingroup\sloppy\allowdisplaybreaks
    \paragraph{fix.}
    Let $\mathbf{A} \in \mathbb{R}^{n \times n}$.
    Suppose that
    \begin{align*}
    \mathbf{A} \mathbf{A} &= \mathbf{A} \tag{fix}
    \end{align*}
    Then
    \begin{align*}
    \mathbf{A} \mathbf{A} \mathbf{A} &= \mathbf{A}
    \end{align*}
    \emph{Not established.}
    \par\endgroup
    >>> other = parse("matrix A : n x n\nshow A = A")
    >>> statement_latex(other, verdict_line(statement, None))
    Traceback (most recent call last):
    symcrit.errors.InputError: the verdict is that of another statement
    """
    if not isinstance(verdict_line, VerdictLine) or verdict_line.statement.hash != statement.hash:
        raise InputError("the verdict is that of another statement")
    if not isinstance(verdict_line.evidence, Theorem) or (certificate and certificate["hash"] != statement.hash):
        certificate = None
    lets = [(name, term) for name, term in usable_lets(statement) if term.args]
    labels = [equation.label or f"assumption {k}" for k, equation in enumerate(statement.hypotheses, 1)]
    names = dict(zip(statement.hypotheses, labels, strict=True))
    found = [] if certificate is None else [
        derivation(certificate, [term for _, term in lets], names, k) for k in range(len(statement.claims))]
    tags = _tags(labels, found)
    witnesses = [terms_from_data(proof[1])[-1] for proof in (certificate or {"claims": []})["claims"] if len(proof) > 1]
    roots = [*sides_of(statement), *witnesses]
    printer = Printer(symbols_of(roots, statement.declarations, statement.claims, lets))
    title = [rf"\paragraph{{{prose(statement.name)}.}}"] if statement.name else [r"\medskip\noindent"]
    lines = [*title, *declared(statement.declarations, printer)]
    if lets:
        lines += ["Write", *block([printer.definition(name, term) for name, term in lets])]
    if statement.hypotheses:
        rows = [printer.equation(equation, tags.get(label, ""))
                for equation, label in zip(statement.hypotheses, labels, strict=True)]
        lines += ["Suppose that", *block(rows)]
    lines += supposed(conditions(statement, printer))
    lines += _claims(statement.claims, printer)
    lines += _witnesses(statement, certificate, printer) + _calculations(found, printer, tags)
    lines.append(verdict_line.latex(printer.symbols))
    if isinstance(verdict_line.evidence, Instance):
        lines += values_latex(statement, verdict_line.evidence, printer)
    return fragment(at_the_right(lines))


def displayed(claims: Sequence[Claim], hypotheses: Sequence[Equation] = (), verdict: str = "",
              instance: Instance | None = None) -> str:
    r"""Print claims, below what is assumed, with a verdict and a counterexample, as one formula for a notebook.

    >>> from symcrit.kernel.terms import matrix
    >>> A = matrix("A", "n", "n")
    >>> print(displayed([Claim(Equation(A.T, A))], verdict="refuted"))
    $$\begin{aligned}\mathbf{A}^{\top} &= \mathbf{A}\end{aligned} \qquad \text{(refuted)}$$
    """
    equations = [*hypotheses, *(claim.equation for claim in claims)]
    printer = Printer(symbols_of([side for one in equations for side in (one.left, one.right)], [], claims))
    rows = [rf"{_row(printer, one)} && \text{{assumed}}" for one in hypotheses]
    for claim in claims:
        some = ""
        if claim.unknown is not None:
            some = rf" && \text{{for some }} {belongs(claim.unknown, printer).strip('$')}"
        rows.append(_row(printer, claim.equation) + some)
    shown = r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"
    shown += rf" \qquad \text{{({verdict})}}" if verdict else ""
    if instance is not None:
        numbers = {**instance.sizes, **instance.scalars}
        parts = [f"{printer.symbols.get((name, False), symbol(name))} = {value}" for name, value in numbers.items()]
        parts += [f"{printer.symbols.get((name, True), symbol(name, True))} = {matrix_latex(rows)}"
                  for name, rows in instance.matrices.items()]
        at = r",\ ".join(parts)
        shown = rf"\begin{{gathered}}{shown} \\ \text{{at }} {at}\end{{gathered}}"
    return f"$${shown}$$"


def _row(printer: Printer, equation: Equation) -> str:
    return rf"{printer.line(equation.left)} &{RELATIONS[equation.relation]} {printer.line(equation.right)}"


def _tags(labels: Sequence[str], found: Sequence[Sequence[Passage]]) -> dict[str, str]:
    """Choose what stands in parentheses: labels, and stars for assumptions without one that are used."""
    used = {reason.label for passages in found for passage in passages
            for reason in (*passage.by, *(why for line in passage.lines for why in line.reasons))}
    starred = [label for label in labels if " " in label and label in used]
    tags = {label: prose(label) for label in labels if " " not in label}
    return tags | {name: r"$\ast$" if len(starred) == 1 else rf"$\ast_{{{k}}}$" for k, name in enumerate(starred, 1)}


def _claims(claims: Sequence[Claim], printer: Printer) -> list[str]:
    lines: list[str] = []
    plain: list[Row] = []
    for claim in claims:
        if claim.unknown is None:
            plain.append(printer.equation(claim.equation))
            continue
        lines += _then(plain, lines)
        plain = []
        unknown = claim.unknown
        start = "Then there is" if not lines else "and there is"
        lines += [f"{start} {belongs(unknown, printer)} such that", *block([printer.equation(claim.equation)])]
    return lines + _then(plain, lines)


def _then(equations: list[Row], before: list[str]) -> list[str]:
    return ["and" if before else "Then", *block(equations)] if equations else []


def _witnesses(statement: Statement, certificate: Mapping[str, Any] | None, printer: Printer) -> list[str]:
    """Say which matrices will do."""
    if certificate is None:
        return []
    lines = []
    for claim, (_, *witness) in zip(statement.claims, certificate["claims"], strict=True):
        if claim.unknown is not None:
            term = terms_from_data(witness[0])[-1]
            row = Row(printer.symbols[claim.unknown.name, True], printer.latex(term))
            lines += ["For instance, one may take", *block([row])]
    return lines


def _calculations(found: Sequence[Sequence[Passage]], printer: Printer, tags: Mapping[str, str]) -> list[str]:
    """Print the calculations, those of one step as a sentence."""
    lines = []
    for number, passages in enumerate(found, 1):
        if not passages:
            continue
        made = CalculationPrinter(
            printer, lambda names: joined([f"({tags.get(name, prose(name))})" for name in names]),
            lambda names: width("by " + " and ".join(f"({name})" for name in names)), str(number))
        if not is_brief(passages):
            lines += made.lines(passages, "In detail" if len(found) == 1 else f"For claim {number} in detail")
        elif len(found) == 1 and (said := made.briefly(passages[0], told=False)):
            lines.append(said)
    return lines
