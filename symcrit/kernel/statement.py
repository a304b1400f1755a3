"""Statements: what is declared, what is assumed, what is claimed; and their plain-data form.

A statement says: for all sizes, all real matrices and scalars of the declared shapes and properties
that meet every hypothesis and every guard, every claim holds. Its hash covers sizes, properties,
hypotheses, guards and claims; names of the statement, of its lines and abbreviations are not part of it.
"""

from __future__ import annotations

import re
import reprlib
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from symcrit.errors import InputError, SizeError
from symcrit.kernel import terms
from symcrit.kernel.terms import Shape, Size, Term

PROPERTIES = ("symmetric", "orthogonal", "invertible", "projector", "idempotent")
MAX_NODES = 100_000


@dataclass(frozen=True)
class Declaration:
    """A declared letter: a matrix with its shape and properties, or a scalar (shape None)."""

    name: str
    shape: Shape | None
    properties: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for word in self.properties:
            if word not in PROPERTIES:
                raise InputError(f"unknown property {word}", f"known are {', '.join(PROPERTIES)}")
            if self.shape is None or self.shape[0] != self.shape[1]:
                raise SizeError(f"{word} needs a square matrix, but {self.name} is {terms.show_shape(self.shape)}")

    @property
    def letter(self) -> Term:
        """The term that is this letter."""
        return terms.scalar(self.name) if self.shape is None else terms.matrix(self.name, *self.shape)


@dataclass(frozen=True)
class Equation:
    """Two terms of one shape; as a hypothesis or claim that they are equal, as a guard that they differ."""

    left: Term
    right: Term
    label: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.left.shape != self.right.shape and not (terms.is_scalar(self.left) and terms.is_scalar(self.right)):
            raise SizeError(f"the sides are {terms.show_shape(self.left.shape)} and "
                            f"{terms.show_shape(self.right.shape)}")


@dataclass(frozen=True)
class Claim:
    """An equation to be shown, or (with `unknown`) the existence of a matrix that makes it true."""

    equation: Equation
    unknown: Declaration | None = None


@dataclass(frozen=True)
class Statement:
    """Declarations, hypotheses, guards (pairs that differ) and claims.

    >>> A = terms.matrix("A", "m", "n")
    >>> statement = Statement((Declaration("A", ("m", "n")),), (), (), (Claim(Equation(A, A)),))
    >>> statement.hash == Statement(statement.declarations, (), (), statement.claims, name="a title").hash
    True
    >>> Statement((), (), (), (Claim(Equation(A, A)),))
    Traceback (most recent call last):
    symcrit.errors.InputError: A is not declared as m x n
    """

    declarations: tuple[Declaration, ...]
    hypotheses: tuple[Equation, ...]
    guards: tuple[Equation, ...]
    claims: tuple[Claim, ...]
    name: str = field(default="", compare=False)
    lets: tuple[tuple[str, Term], ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        letters = {declaration.name: declaration.letter for declaration in self.declarations}
        if len(letters) < len(self.declarations):
            raise InputError("a name is declared twice")
        if not self.claims:
            raise InputError("nothing to show", "add a line such as: show A = B")
        for equation in self.hypotheses + self.guards:
            _check_letters(equation, letters)
        for guard in self.guards:
            if not terms.is_scalar(guard.left):
                raise SizeError(f"!= between matrices of size {terms.show_shape(guard.left.shape)}",
                                "guards compare scalars")
        for claim in self.claims:
            unknown = claim.unknown
            if unknown is not None and (unknown.name in letters or unknown.shape is None or unknown.properties):
                raise InputError(f"the unknown {unknown.name} must be a new matrix", "choose another name")
            _check_letters(claim.equation, letters | ({unknown.name: unknown.letter} if unknown else {}))

    @property
    def hash(self) -> str:
        """The pinned identity of the statement (hexadecimal)."""
        parts = [repr([(d.name, d.shape, sorted(d.properties)) for d in self.declarations])]
        for kind, equations in (("assume", self.hypotheses), ("differ", self.guards)):
            parts += [f"{kind} {e.left.digest.hex()} {e.right.digest.hex()}" for e in equations]
        for claim in self.claims:
            unknown = (claim.unknown.name, claim.unknown.shape) if claim.unknown else None
            parts.append(f"show {unknown!r} {claim.equation.left.digest.hex()} {claim.equation.right.digest.hex()}")
        return sha256("\n".join(parts).encode()).hexdigest()


def _check_letters(equation: Equation, letters: dict[str, Term]) -> None:
    for term in terms.postorder((equation.left, equation.right)):
        if term.op in ("matrix", "scalar") and letters.get(str(term.data)) != term:
            raise InputError(f"{term.data} is not declared as {terms.show_shape(term.shape)}")


def guarded_terms(statement: Statement) -> list[Term]:
    """List terms that together carry every guard of a statement.

    Of an `exists` claim only the parts that do not depend on the unknown count: a guard on the witness
    is for the proof to discharge.
    """
    found = [side for e in statement.hypotheses for side in (e.left, e.right)]
    found += [terms.div(terms.number(1), guard.left - guard.right) for guard in statement.guards]
    found += [terms.inverse(d.letter) for d in statement.declarations if "invertible" in d.properties]
    for claim in statement.claims:
        sides = (claim.equation.left, claim.equation.right)
        if claim.unknown is None:
            found += sides
            continue
        free: set[bytes] = set()
        for node in terms.postorder(sides):
            if node != claim.unknown.letter and all(arg.digest in free for arg in node.args):
                free.add(node.digest)
                found.append(node)
    return found


# ---- plain data ------------------------------------------------------------------------------


def terms_to_data(roots: list[Term]) -> tuple[list[list[Any]], list[int]]:
    """Write terms as a table of nodes, each naming earlier nodes by position."""
    index: dict[bytes, int] = {}
    nodes: list[list[Any]] = []
    for term in terms.postorder(roots):
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
            made.append(_node_from_data(node, made))
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
    return terms.BUILDERS[op](*(made[_position(arg)] for arg in rest))


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
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise ValueError(value)
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
    pairs = [[roots[2 * i], roots[2 * i + 1]] for i in range(len(equations))]
    cut, end = len(statement.hypotheses), len(statement.hypotheses) + len(statement.guards)
    return {
        "declarations": [[d.name, list(d.shape or ()), list(d.properties)] for d in statement.declarations],
        "nodes": nodes,
        "hypotheses": pairs[:cut],
        "guards": pairs[cut:end],
        "claims": [pair + ([c.unknown.name, *(c.unknown.shape or ())] if c.unknown else [])
                   for pair, c in zip(pairs[end:], claims, strict=True)],
    }


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
        pairs = [[Equation(made[_position(left)], made[_position(right)]) for left, right in _lists(data[kind])]
                 for kind in ("hypotheses", "guards")]
        claims = tuple(
            Claim(Equation(made[_position(left)], made[_position(right)]),
                  Declaration(name_from_data(rest[0]), _shape_from_data(rest[1:])) if rest else None)
            for left, right, *rest in _lists(data["claims"]))
    except (TypeError, ValueError, IndexError) as error:
        raise InputError("the statement in the certificate is not well formed") from error
    return Statement(declarations, tuple(pairs[0]), tuple(pairs[1]), claims)
