"""Statements built in Python: letters, functions, equations, inequalities and guards under the names users expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symcrit.errors import InputError
from symcrit.kernel import terms, walk
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement
from symcrit.kernel.terms import Size, Term, identity, inverse, matrix, pinv, proj, scalar, trace, zero

inv, tr = inverse, trace


@dataclass(frozen=True)
class Differ:
    """A guard: two scalars that are assumed to be different."""

    left: Term
    right: Term


def vector(name: str, size: Size) -> Term:
    """Make the letter of a column vector."""
    return matrix(name, size, 1)


def Eq(left: Term | int, right: Term | int) -> Equation:
    """Make an equation; 0 takes the shape of the other side.

    >>> A = matrix("A", "m", "n")
    >>> Eq(A, 0).right.shape
    ('m', 'n')
    >>> Eq(A, A.T)
    Traceback (most recent call last):
    symcrit.errors.SizeError: the sides are m x n and n x m
    """
    return Equation(_like(left, right), _like(right, left))


def Le(left: Term | int, right: Term | int) -> Equation:
    """Make the inequality left <= right between scalars, such as traces.

    >>> A, s = matrix("A", "m", "n"), scalar("s")
    >>> Le(0, tr(A.T * A)).relation
    '<='
    >>> Le(0, A)
    Traceback (most recent call last):
    symcrit.errors.SizeError: <= between matrices of size m x n
      suggestion: inequalities compare scalars, such as traces
    """
    return Equation(_like(left, right), _like(right, left), relation="<=")


def Lt(left: Term | int, right: Term | int) -> Equation:
    """Make the strict inequality left < right between scalars.

    >>> s = scalar("s")
    >>> Lt(s, s + 1).relation
    '<'
    >>> Lt(matrix("A", "m", "n"), 0)
    Traceback (most recent call last):
    symcrit.errors.SizeError: < between matrices of size m x n
      suggestion: inequalities compare scalars, such as traces
    """
    return Equation(_like(left, right), _like(right, left), relation="<")


def Ne(left: Term | int, right: Term | int) -> Differ:
    """Make a guard: the two scalars differ.

    >>> s, t = scalar("s"), scalar("t")
    >>> statement_of(Eq(s / (s - t), s / (s - t)), [Ne(s, t)]).guards[0].left == s
    True
    >>> A = matrix("A", "n", "n")
    >>> statement_of(Eq(A, A), [Ne(A, 0)])
    Traceback (most recent call last):
    symcrit.errors.SizeError: != between matrices of size n x n
    """
    return Differ(_like(left, right), _like(right, left))


def declare(letter: Term, *properties: str) -> Declaration:
    """Give a matrix properties: symmetric, orthogonal, invertible, projector, idempotent, diagonal.

    >>> declare(matrix("A", "n", "n"), "symmetric").properties
    ('symmetric',)
    >>> declare(matrix("A", "m", "n"), "symmetric")
    Traceback (most recent call last):
    symcrit.errors.SizeError: symmetric needs a square matrix, but A is m x n
    """
    if letter.op not in ("matrix", "scalar"):
        raise InputError("only a letter has properties", "assume an equation instead")
    return Declaration(str(letter.data), letter.shape, properties)


def _like(value: Term | int, other: Term | int) -> Term:
    if isinstance(value, Term):
        return value
    if value == 0 and isinstance(other, Term) and other.shape is not None:
        return zero(*other.shape)
    return terms.number(0) + value if value < 0 else terms.number(value)


def statement_of(claim: Equation | Sequence[Equation], given: Sequence[Equation | Differ | Declaration] = (), *,
                 name: str = "") -> Statement:
    """Make a statement of claims and what is given; letters are declared as they occur."""
    claims = (claim,) if isinstance(claim, Equation) else tuple(claim)
    hypotheses = tuple(item for item in given if isinstance(item, Equation))
    guards = tuple(Equation(item.left, item.right) for item in given if isinstance(item, Differ))
    declared = {item.name: item for item in given if isinstance(item, Declaration)}
    unknown = [item for item in [*given, *claims] if not isinstance(item, (Equation, Differ, Declaration))]
    if unknown:
        raise InputError(f"{unknown[0]!r} is not an equation, guard or declaration", "write Eq(left, right)")
    sides = [side for e in (*hypotheses, *guards, *claims) for side in (e.left, e.right)]
    for term in walk.postorder(sides):
        if term.op in ("matrix", "scalar") and str(term.data) not in declared:
            declared[str(term.data)] = Declaration(str(term.data), term.shape)
    return Statement(tuple(declared.values()), hypotheses, guards, tuple(Claim(equation) for equation in claims), name)


__all__ = ["Differ", "Eq", "Le", "Lt", "Ne", "declare", "identity", "inv", "inverse", "matrix", "pinv", "proj",
           "scalar", "statement_of", "tr", "trace", "vector", "zero"]
