"""Statements: what is declared, what is assumed, what is claimed.

A statement says: for all sizes, all real matrices and scalars of the declared shapes and properties
that meet every hypothesis and every guard, every claim holds. Its hash covers sizes, properties,
hypotheses, guards and claims; names of the statement, of its lines and abbreviations are not part of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from symcrit.errors import InputError, SizeError
from symcrit.kernel import terms, walk
from symcrit.kernel.terms import Shape, Term

RELATIONS = ("=", "<=", "<")
PROPERTIES = ("symmetric", "orthogonal", "invertible", "projector", "idempotent", "diagonal")


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
    """Two terms of one shape with a relation, between scalars any of `RELATIONS`; a guard says that they differ."""

    left: Term
    right: Term
    label: str = field(default="", compare=False)
    relation: str = "="

    def __post_init__(self) -> None:
        if self.relation not in RELATIONS:
            raise InputError(f"unknown relation {self.relation}", f"known are {' '.join(RELATIONS)}")
        if self.left.shape != self.right.shape and not (terms.is_scalar(self.left) and terms.is_scalar(self.right)):
            raise SizeError(f"the sides are {terms.show_shape(self.left.shape)} and "
                            f"{terms.show_shape(self.right.shape)}")
        if self.relation != "=" and not terms.is_scalar(self.left):
            raise SizeError(f"{self.relation} between matrices of size {terms.show_shape(self.left.shape)}",
                            "inequalities compare scalars, such as traces")


@dataclass(frozen=True)
class Claim:
    """An equation to be shown, or (with `unknown`) the existence of a matrix that makes it true."""

    equation: Equation
    unknown: Declaration | None = None


@dataclass(frozen=True)
class Statement:
    """Declarations, hypotheses (equations and inequalities), guards (pairs that differ) and claims.

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
        plain = [claim.equation for claim in self.claims if claim.unknown is None]
        _check_letters([*self.hypotheses, *self.guards, *plain], letters)
        for guard in self.guards:
            if guard.relation != "=":
                raise InputError("a guard has no relation", "assume the inequality")
            if not terms.is_scalar(guard.left):
                raise SizeError(f"!= between matrices of size {terms.show_shape(guard.left.shape)}",
                                "guards compare scalars")
        for claim in self.claims:
            unknown = claim.unknown
            if unknown is not None and (unknown.name in letters or unknown.shape is None or unknown.properties):
                raise InputError(f"the unknown {unknown.name} must be a new matrix", "choose another name")
            if unknown is not None and claim.equation.relation != "=":
                raise InputError(f"show exists needs an equation, not {claim.equation.relation}")
            if unknown is not None:
                _check_letters([claim.equation], letters | {unknown.name: unknown.letter})

    @property
    def hash(self) -> str:
        """The pinned identity of the statement (hexadecimal)."""
        parts = [repr([(d.name, d.shape, sorted(d.properties)) for d in self.declarations])]
        for kind, equations in (("assume", self.hypotheses), ("differ", self.guards)):
            parts += [f"{kind} {_identity(equation)}" for equation in equations]
        for claim in self.claims:
            unknown = (claim.unknown.name, claim.unknown.shape) if claim.unknown else None
            parts.append(f"show {unknown!r} {_identity(claim.equation)}")
        return sha256("\n".join(parts).encode()).hexdigest()


def _identity(equation: Equation) -> str:
    relation = "" if equation.relation == "=" else f" {equation.relation}"  # equations came first and keep their hash
    return f"{equation.left.digest.hex()} {equation.right.digest.hex()}{relation}"


def _check_letters(equations: Sequence[Equation], letters: Mapping[str, Term]) -> None:
    for term in walk.postorder(side for equation in equations for side in (equation.left, equation.right)):
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
        for node in walk.postorder(sides):
            if node != claim.unknown.letter and all(arg.digest in free for arg in node.args):
                free.add(node.digest)
                found.append(node)
    return found


def obligations_of(statement: Statement) -> list[Equation]:
    """List the hypotheses of a statement, with its properties as equations.

    But for `invertible`, which is a guard, and `diagonal`, of which being symmetric is a part.
    """
    equations = list(statement.hypotheses)
    for declaration in statement.declarations:
        a = declaration.letter
        for word in declaration.properties:
            if word in ("symmetric", "projector", "diagonal"):
                equations.append(Equation(a.T, a))
            if word in ("idempotent", "projector"):
                equations.append(Equation(a * a, a))
            if word == "orthogonal" and declaration.shape is not None:
                one = terms.identity(declaration.shape[0])
                equations += [Equation(a.T * a, one), Equation(a * a.T, one)]
    return equations
