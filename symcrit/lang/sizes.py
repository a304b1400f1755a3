"""Expressions while their sizes are still being found.

`I` and `0` take their sizes by unification, so an expression is first a row of nodes whose sizes may be
variables. Nodes are created arguments first; when all lines are read, `Builder.term` turns the row into
kernel terms in one pass, without recursion.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symcrit.errors import InputError, LimitError, SizeError
from symcrit.kernel import terms, walk
from symcrit.kernel.terms import Size, Term
from symcrit.lang.tokens import Token


@dataclass(eq=False, slots=True)
class SizeVariable:
    """A size not known yet: of an `I` (whose two sizes are one variable) or of a `0`."""

    of_identity: bool
    value: Size | SizeVariable | None = None


AnySize = Size | SizeVariable
Sort = tuple[AnySize, AnySize] | None  # None: a scalar


@dataclass(eq=False, slots=True)
class Node:
    """An expression with its sort, and the token where it starts."""

    op: str
    data: str | int | None
    args: tuple[Node, ...]
    sort: Sort
    token: Token


def find(size: AnySize) -> AnySize:
    """Follow a size variable to what it stands for so far."""
    while isinstance(size, SizeVariable) and size.value is not None:
        size = size.value
    return size


def show_sort(sort: Sort) -> str:
    """Print a sort, unknown sizes as `?`."""
    if sort is None:
        return "scalar"
    return " x ".join("?" if isinstance(size, SizeVariable) else str(size) for size in map(find, sort))


def unify(first: AnySize, second: AnySize) -> bool:
    """Make two sizes the same; tell whether they can be."""
    first, second = find(first), find(second)
    if first is second or first == second:
        return True
    if isinstance(first, SizeVariable) and (not isinstance(second, SizeVariable) or second.of_identity):
        first.value = second
        return True
    if isinstance(second, SizeVariable):
        second.value = first
        return True
    return False


def is_free_zero(sort: Sort) -> bool:
    """Tell whether a sort is that of a `0` whose size is still open, so that it may be a scalar."""
    return sort is not None and all(
        isinstance(size, SizeVariable) and not size.of_identity or size == 1 for size in map(find, sort))


def as_scalar(sort: Sort) -> bool:
    """Make a sort that of a scalar if it can be: scalar, 1 x 1, or an open zero."""
    if sort is None:
        return True
    return is_free_zero(sort) and unify(sort[0], 1) and unify(sort[1], 1)


def join(first: Sort, second: Sort, what: str, token: Token) -> Sort:
    """Return the common sort of the parts of a sum or the sides of an equation."""
    if first is None or second is None:
        other = second if first is None else first
        open_zero = other is not None and other != (1, 1) and is_free_zero(other)
        if not as_scalar(other):
            raise token.error(f"{what} of {show_sort(first)} and {show_sort(second)}",
                              "a number is a scalar; write a multiple of I", SizeError)
        return None if open_zero else other
    if not (unify(first[0], second[0]) and unify(first[1], second[1])):
        raise token.error(f"{what} of {show_sort(first)} and {show_sort(second)}", kind=SizeError)
    return first


def product_sort(first: Sort, second: Sort, token: Token) -> Sort:
    """Return the sort of a product of two factors."""
    if first is None or second is None:
        return second if first is None else first
    if not unify(first[1], second[0]):
        raise token.error(f"product of {show_sort(first)} and {show_sort(second)}: "
                          f"{find(first[1])} is not {find(second[0])}", kind=SizeError)
    return first[0], second[1]


def square(sort: Sort, what: str, token: Token) -> None:
    """Make a sort square, or raise."""
    if sort is not None and not unify(sort[0], sort[1]):
        raise token.error(f"{what} of a matrix of size {show_sort(sort)}: "
                          f"{find(sort[0])} is not {find(sort[1])}", kind=SizeError)


@dataclass
class Builder:
    """All nodes of a file in the order they were made, and the terms they become."""

    nodes: list[Node] = field(default_factory=list)
    places: dict[bytes, Token] = field(default_factory=dict)
    _terms: dict[int, Term] = field(default_factory=dict)

    def make(self, op: str, data: str | int | None, args: tuple[Node, ...], sort: Sort, token: Token) -> Node:
        """Append a node."""
        node = Node(op, data, args, sort, token)
        self.nodes.append(node)
        return node

    def finish(self) -> None:
        """Turn every node into a term, now that all sizes are known."""
        for node in self.nodes:
            if node.op == "zero" and node.sort is not None:
                unify(*node.sort)  # 0*A: as if 0 were square, unless something has fixed both its sizes
        for node in self.nodes:
            try:
                term = self._term(node)
            except InputError as error:
                raise error.at("", node.token.line, node.token.column) from None
            self._terms[id(node)] = term
            self.places.setdefault(term.digest, node.token)

    def term(self, node: Node) -> Term:
        """Return the term of a node, after `finish`."""
        return self._terms[id(node)]

    def _term(self, node: Node) -> Term:
        sizes = [find(size) for size in node.sort or ()]
        known = [size for size in sizes if not isinstance(size, SizeVariable)]
        match node.op:
            case "matrix":
                return terms.matrix(str(node.data), *known)
            case "scalar":
                return terms.scalar(str(node.data))
            case "number":
                return terms.number(int(node.data or 0))
            case "identity":
                if len(known) < 2:
                    raise InputError("nothing fixes the size of this I", "write I(n)")
                return terms.identity(known[0])
            case "zero":
                return terms.number(0) if len(known) < 2 or known == [1, 1] else terms.zero(*known)
        if node.op == "mul" and len(node.args) > terms.MAX_DEPTH * 10:
            raise LimitError(f"a product of more than {terms.MAX_DEPTH * 10} factors", "abbreviate parts of it")
        return walk.rebuild(node.op, node.data, tuple(self._terms[id(arg)] for arg in node.args))
