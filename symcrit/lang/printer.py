"""Statements as `.thm` files: what is printed reads back as the same statement, or is refused.

The language has no way to write some terms that can be built in Python: a zero matrix whose size nothing
on its line fixes, the number 0 times a matrix, a 1 x 1 zero matrix, a sum or product with one part, names
that are reserved. So every file is read back before it is handed out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from symcrit.errors import InputError, LimitError
from symcrit.kernel import terms, walk
from symcrit.kernel.statement import Declaration, Equation, Statement
from symcrit.kernel.terms import Term
from symcrit.kernel.text import equation_text, text
from symcrit.lang.parser import parse
from symcrit.lang.scope import RESERVED
from symcrit.lang.tokens import shorten

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}", re.ASCII)
Names = dict[Term, str]


def statement_text(statement: Statement) -> str:
    """Print a statement as the text of a `.thm` file that parses back to the same `statement.hash`.

    Declarations come first, then abbreviations, hypotheses, guards and claims, each kind in its order.
    A subterm equal to an abbreviated compound term prints by its name. Raises InputError, naming the
    smallest part at fault, if the language cannot express the statement.

    >>> print(statement_text(parse("matrix A : n x n symmetric\\nlet G = A*A\\nassume G = A\\nshow G*A = A")), end="")
    matrix A : n x n symmetric
    let G = A*A
    assume G = A
    show G*A = A
    >>> A, O = terms.matrix("A", "m", "n"), terms.number(0)
    >>> from symcrit.kernel.statement import Claim
    >>> statement_text(Statement((Declaration("A", ("m", "n")),), (), (), (Claim(Equation(O * A, A)),)))
    Traceback (most recent call last):
    symcrit.errors.InputError: 0 as a scalar cannot be written here: it reads back as a zero matrix of size m x m
      suggestion: leave the zero out, or give the zero matrix a letter and assume that it is 0
    """
    _check_strings(statement)
    lets = usable_lets(statement)
    versions = [_lines(statement, lets, compound=True)]
    if lets:  # a 0 may have its size only from the other uses of its abbreviation
        versions += [_lines(statement, lets, compound=False), _lines(statement, (), compound=True)]
    faults: list[InputError] = []
    for lines in versions:
        printed = "\n".join(lines) + "\n"
        fault = _fault(statement, printed)
        if fault is None:
            return printed
        faults.append(fault)
    raise faults[-1]


# ---- lines -------------------------------------------------------------------------------------


def _lines(statement: Statement, lets: Iterable[tuple[str, Term]], compound: bool) -> list[str]:
    """Print all lines; with `compound`, only abbreviations of compound terms are used."""
    names: Names = {}
    lines = [f'name "{statement.name}"'] if statement.name else []
    lines += _declarations(statement.declarations)
    for name, term in lets:
        lines.append(f"let {name} = {text(term, names)}")
        if term.args or (term.op == "zero" and not compound):
            names.setdefault(term, name)
    for hypothesis in statement.hypotheses:
        lines.append(f"assume {_label(hypothesis)}{equation_text(hypothesis, names)}")
    for guard in statement.guards:
        lines.append(f"assume {_label(guard)}{equation_text(guard, names, relation='!=')}")
    for claim in statement.claims:
        unknown = claim.unknown
        exists = f"exists {unknown.name} : {terms.show_shape(unknown.shape)}. " if unknown else ""
        lines.append(f"show {exists}{equation_text(claim.equation, names)}")
    return lines


def _declarations(declarations: Iterable[Declaration]) -> Iterator[str]:
    scalars: list[str] = []
    for declaration in declarations:
        if declaration.shape is None:
            scalars.append(declaration.name)
            continue
        if scalars:
            yield "scalar " + " ".join(scalars)
            scalars = []
        rows, cols = declaration.shape
        if cols == 1 and rows != 1 and not declaration.properties:
            yield f"vector {declaration.name} : {rows}"
        else:
            words = "".join(" " + word for word in declaration.properties)
            yield f"matrix {declaration.name} : {rows} x {cols}{words}"
    if scalars:
        yield "scalar " + " ".join(scalars)


def _label(equation: Equation) -> str:
    return f"{equation.label}: " if equation.label else ""


def usable_lets(statement: Statement) -> list[tuple[str, Term]]:
    """List the abbreviations that can stand right after the declarations.

    Left out are names that are also a size or the unknown of a claim, and terms with undeclared letters.
    """
    letters = {declaration.letter for declaration in statement.declarations}
    taken = {declaration.name for declaration in statement.declarations}
    taken |= {claim.unknown.name for claim in statement.claims if claim.unknown}
    taken |= {str(size) for declaration in statement.declarations for size in declaration.shape or ()}
    lets = []
    for name, term in statement.lets:
        known = all(node in letters for node in walk.postorder([term]) if node.op in ("matrix", "scalar"))
        if known and name not in taken and name not in RESERVED and _NAME.fullmatch(name):
            lets.append((name, term))
            taken.add(name)
    return lets


# ---- what cannot be printed --------------------------------------------------------------------


def _check_strings(statement: Statement) -> None:
    """Refuse names and labels that the language has no way to spell."""
    if '"' in statement.name or "\n" in statement.name:
        raise InputError(f"the name {statement.name!r} cannot be written", "leave out quotes and line breaks")
    unknowns = [claim.unknown for claim in statement.claims if claim.unknown]
    for declaration in (*statement.declarations, *unknowns):
        for name in (declaration.name, *(size for size in declaration.shape or () if isinstance(size, str))):
            if not _NAME.fullmatch(name) or name in RESERVED:
                raise InputError(f"{name} cannot be a name in a statement file", "choose another name")
    for equation in (*statement.hypotheses, *statement.guards):
        if equation.label and not _NAME.fullmatch(equation.label):
            raise InputError(f"the label {equation.label!r} cannot be written", "labels are names, such as eq27")


def _fault(statement: Statement, printed: str) -> InputError | None:
    """Read a file back; if it is not the statement, say why in terms of its smallest part at fault."""
    try:
        read = parse(printed)
    except InputError as error:
        line = shorten(printed.split("\n")[error.line - 1], 60) if error.line else "the statement"
        kind = LimitError if isinstance(error, LimitError) else InputError
        return kind(f"{line!r} cannot be read: {error.message}", error.suggestion)
    if read.hash == statement.hash:
        return None
    pairs = [_smallest_difference(*pair) for pair in zip(_roots(statement), _roots(read), strict=True)]
    mine, its = next((pair for pair in pairs if pair), (None, None))
    if mine is None or its is None:
        return InputError("the declarations do not read back as they are")
    return _difference(mine, its)


def _roots(statement: Statement) -> list[Term]:
    equations = (*statement.hypotheses, *statement.guards, *(claim.equation for claim in statement.claims))
    return [side for equation in equations for side in (equation.left, equation.right)]


def _smallest_difference(first: Term, second: Term) -> tuple[Term, Term] | None:
    if first == second:
        return None
    while first.op == second.op and len(first.args) == len(second.args):
        below = [pair for pair in zip(first.args, second.args, strict=True) if pair[0] != pair[1]]
        if not below:
            break
        first, second = below[0]
    return first, second


def _difference(mine: Term, its: Term) -> InputError:
    def describe(term: Term) -> str:
        if term.op == "zero":
            return f"a zero matrix of size {terms.show_shape(term.shape)}"
        size = " as a scalar" if term.shape is None else f" of size {terms.show_shape(term.shape)}"
        return shorten(text(term)) + size

    zeros = "zero" in (mine.op, its.op)
    hint = "leave the zero out, or give the zero matrix a letter and assume that it is 0" if zeros else ""
    return InputError(f"{describe(mine)} cannot be written here: it reads back as {describe(its)}", hint)
