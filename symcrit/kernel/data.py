"""Terms and statements as plain data (lists, strings, small integers), and back with every check."""

from __future__ import annotations

import re
import reprlib
from typing import Any

from symcrit.errors import InputError
from symcrit.kernel import terms, walk
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement
from symcrit.kernel.terms import Shape, Size, Term

MAX_NODES = 100_000
MAX_ROWS = 10_000  # declarations, hypotheses, guards or claims


def terms_to_data(roots: list[Term]) -> tuple[list[list[Any]], list[int]]:
    """Write terms as a table of nodes, each naming earlier nodes by position."""
    index: dict[bytes, int] = {}
    nodes: list[list[Any]] = []
    for term in walk.postorder(roots):
        if term.op in ("matrix", "zero") and term.shape is not None:
            extra: list[Any] = [*([term.data] if term.data else []), *term.shape]
        else:
            extra = [] if term.data is None else [str(term.data) if term.op == "number" else term.data]
        index[term.digest] = len(nodes)
        nodes.append([term.op, *extra, *(index[arg.digest] for arg in term.args)])
    return nodes, [index[root.digest] for root in roots]


def terms_from_data(nodes: Any) -> list[Term]:
    """Read a table of nodes back into terms, with every check of their construction."""
    if not isinstance(nodes, list) or len(nodes) > MAX_NODES:
        raise InputError(f"expected a list of at most {MAX_NODES} nodes")
    made: list[Term] = []
    for position, node in enumerate(nodes):
        try:
            made.append(_node_from_data(_lists([node])[0], made))
        except (TypeError, ValueError, IndexError, KeyError) as error:
            raise InputError(f"node {position} is not a term: {show(node)}") from error
    return made


def _node_from_data(node: Any, made: list[Term]) -> Term:
    op, *rest = node
    match op:
        case "matrix":
            name, rows, cols = rest
            return terms.matrix(name_from_data(name), size_from_data(rows), size_from_data(cols))
        case "scalar":
            (name,) = rest
            return terms.scalar(name_from_data(name))
        case "number":
            (digits,) = rest
            if not (isinstance(digits, str) and re.fullmatch(f"[0-9]{{1,{terms.MAX_DIGITS}}}", digits)):
                raise ValueError(digits)
            return terms.number(int(digits))
        case "identity":
            (size,) = rest
            return terms.identity(size_from_data(size))
        case "zero":
            rows, cols = rest
            return terms.zero(size_from_data(rows), size_from_data(cols))
        case "pow":
            exponent, base = rest
            return terms.power(made[_position(base)], exponent)
    if op in ("add", "mul") and len(rest) < 1:
        raise ValueError(op)
    return walk.BUILDERS[op](*(made[_position(arg)] for arg in rest))


def _position(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(value)
    return value


def show(value: Any) -> str:
    """Show a piece of foreign data, cut in depth and length."""
    return reprlib.repr(value)[:80]


def name_from_data(value: Any) -> str:
    """Read a name; raises InputError if it is none."""
    if not (isinstance(value, str) and value.isidentifier() and value.isascii() and len(value) <= 100):
        raise InputError(f"not a name: {show(value)}")
    return value


def size_from_data(value: Any) -> Size:
    """Read a size, a symbol or a positive integer below a billion; raises InputError if it is none."""
    if type(value) is int and 1 <= value < 10**9:
        return value
    return name_from_data(value)


def _lists(value: Any) -> list[list[Any]]:
    if not isinstance(value, list) or len(value) > MAX_ROWS or not all(isinstance(row, list) for row in value):
        raise ValueError("not a list of lists")
    return value


def _words(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ValueError(value)
    return tuple(value)


def _shape_from_data(value: Any) -> Shape:
    if not isinstance(value, list):
        raise ValueError(value)
    rows, cols = value
    return size_from_data(rows), size_from_data(cols)


def statement_to_data(statement: Statement) -> dict[str, Any]:
    """Write a statement as plain data (lists, strings, small integers)."""
    claims = statement.claims
    equations = [*statement.hypotheses, *statement.guards, *(claim.equation for claim in claims)]
    nodes, roots = terms_to_data([side for e in equations for side in (e.left, e.right)])
    pairs = [[roots[2 * i], roots[2 * i + 1], *([] if e.relation == "=" else [e.relation])]
             for i, e in enumerate(equations)]
    cut, end = len(statement.hypotheses), len(statement.hypotheses) + len(statement.guards)
    return {
        "declarations": [[d.name, list(d.shape or ()), list(d.properties)] for d in statement.declarations],
        "nodes": nodes,
        "hypotheses": pairs[:cut],
        "guards": pairs[cut:end],
        "claims": [pair + ([c.unknown.name, *(c.unknown.shape or ())] if c.unknown else [])
                   for pair, c in zip(pairs[end:], claims, strict=True)],
    }


def _equation_from_data(row: list[Any], made: list[Term]) -> Equation:
    """Read a pair of nodes, or a pair and the relation of an inequality."""
    left, right, *rest = row
    if rest and rest not in (["<="], ["<"]):
        raise ValueError(row)
    return Equation(made[_position(left)], made[_position(right)], relation="".join(rest) or "=")


def statement_from_data(data: Any) -> Statement:
    """Read a statement from plain data; raises InputError on anything unexpected."""
    fields = {"declarations", "nodes", "hypotheses", "guards", "claims"}
    if not isinstance(data, dict) or set(data) != fields:
        raise InputError(f"a statement has exactly the fields {', '.join(sorted(fields))}")
    made = terms_from_data(data["nodes"])
    try:
        declarations = tuple(
            Declaration(name_from_data(name), None if shape == [] else _shape_from_data(shape), _words(properties))
            for name, shape, properties in _lists(data["declarations"]))
        pairs = [[_equation_from_data(row, made) for row in _lists(data[kind])] for kind in ("hypotheses", "guards")]
        claims = tuple(Claim(_equation_from_data(row[:2] if len(row) == 5 else row, made),
                             Declaration(name_from_data(row[2]), _shape_from_data(row[3:])) if len(row) == 5 else None)
                       for row in _lists(data["claims"]))
    except (TypeError, ValueError, IndexError) as error:
        raise InputError("the statement in the certificate is not well formed") from error
    return Statement(declarations, tuple(pairs[0]), tuple(pairs[1]), claims)
