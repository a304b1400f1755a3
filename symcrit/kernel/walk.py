"""Walking over terms without recursion: every distinct subterm once, and rebuilding with all checks."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping

from symcrit.kernel import terms
from symcrit.kernel.terms import Size, Term

BUILDERS: Mapping[str, Callable[..., Term]] = {
    "add": terms.add, "neg": terms.neg, "mul": terms.mul, "div": terms.div, "transpose": terms.transpose,
    "inv": terms.inverse, "pinv": terms.pinv, "proj": terms.proj, "tr": terms.trace,
}


def postorder(roots: Iterable[Term], known: Container[bytes] = ()) -> list[Term]:
    """List every distinct subterm once, arguments before what uses them; leave out what is below known digests."""
    seen: set[bytes] = set()
    order: list[Term] = []
    stack = [(root, False) for root in reversed(list(roots))]
    while stack:
        term, ready = stack.pop()
        if ready:
            order.append(term)
        elif term.digest not in seen and term.digest not in known:
            seen.add(term.digest)
            stack.append((term, True))
            stack.extend((arg, False) for arg in reversed(term.args))
    return order


def rebuild(op: str, data: str | int | None, args: tuple[Term, ...]) -> Term:
    """Make a compound term again from its parts, with all checks."""
    if op == "pow":
        return terms.power(args[0], data if isinstance(data, int) else 0)
    return BUILDERS[op](*args)


def substitute(term: Term, letters: Mapping[str, Term], sizes: Mapping[str, Size]) -> Term:
    """Replace letters by terms and size symbols by sizes, everywhere at once, with all checks.

    >>> A, B = terms.matrix("A", "n", "n"), terms.matrix("B", "k", "k")
    >>> substitute(A * A, {"A": B}, {"n": "k"}) == B * B
    True
    """
    done: dict[bytes, Term] = {}
    for node in postorder([term]):
        if node.op in ("matrix", "scalar"):
            new = letters.get(str(node.data), node)
        elif node.op == "identity":
            new = terms.identity(resize(node.data or 1, sizes))
        elif node.op == "zero" and node.shape is not None:
            new = terms.zero(resize(node.shape[0], sizes), resize(node.shape[1], sizes))
        elif node.op == "number":
            new = node
        else:
            new = rebuild(node.op, node.data, tuple(done[arg.digest] for arg in node.args))
        done[node.digest] = new
    return done[term.digest]


def resize(size: Size, sizes: Mapping[str, Size]) -> Size:
    """Replace a size symbol; an integer stays as it is."""
    return sizes.get(size, size) if isinstance(size, str) else size
