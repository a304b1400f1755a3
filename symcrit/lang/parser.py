"""Statement files (`.thm`): text to a `Statement`. Nothing in a file is ever executed.

    statement := line*        line := [name | declaration | let | assume | show] [comment]
    name        := "name" STRING
    declaration := "matrix" NAME ":" SIZE "x" SIZE property*  |  "vector" NAME ":" SIZE  |  "scalar" NAME+
    let         := "let" NAME "=" expression
    assume      := "assume" [NAME ":"] expression (relation | "!=") expression
    show        := "show" ["exists" NAME ":" SIZE "x" SIZE "."] expression relation expression
    relation    := "=" | "<=" | "<"
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from symcrit.errors import InputError
from symcrit.files import read_bytes
from symcrit.kernel.statement import Statement
from symcrit.lang.expressions import Cursor
from symcrit.lang.scope import Scope, Sides
from symcrit.lang.tokens import LONG_LINES, MAX_BYTES, decode, logical_lines

LINES = ("name", "matrix", "vector", "scalar", "let", "assume", "show")
PROOF_LINES = ("theorem", "source", "text", *LONG_LINES)


def read_statement(path: str | Path) -> Statement:
    """Read a statement file; raises InputError with file, line and column if it is not well formed."""
    try:
        return parse_bytes(read_bytes(path, MAX_BYTES))
    except InputError as error:
        raise error.at(str(path)) from None


def parse_bytes(data: bytes) -> Statement:
    """Parse the content of a statement file."""
    return parse(decode(data))


def parse(text: str) -> Statement:
    """Parse a statement.

    >>> parse("matrix A : m x n\\nshow A*pinv(A)*A = A").declarations[0].shape
    ('m', 'n')
    >>> parse("matrix A : m x n\\nshow A*A = A")
    Traceback (most recent call last):
    symcrit.errors.SizeError: 2:7: product of m x n and m x n: n is not m
    """
    reader = _Reader()
    for tokens in logical_lines(text):
        reader.line(Cursor(tokens))
    return reader.statement(text.count("\n") + 1)


@dataclass
class _Reader:
    """What has been read so far."""

    scope: Scope = field(default_factory=Scope)
    name: str | None = None
    hypotheses: list[Sides] = field(default_factory=list)
    guards: list[Sides] = field(default_factory=list)
    claims: list[Sides] = field(default_factory=list)

    def line(self, cursor: Cursor) -> None:
        token = cursor.next()
        word = token.text if token.kind == "name" else ""
        if word == "name":
            self._name(cursor)
        elif word == "assume":
            sides = self.scope.assumed(cursor)
            (self.guards if sides.relation.text == "!=" else self.hypotheses).append(sides)
        elif word == "show":
            self.claims += self.scope.claims(cursor)
        elif not self.scope.declare(word, cursor):
            hint = "this is a line of a proof file: symcrit check" if word in PROOF_LINES else ""
            raise token.error(f"a line starts with {', '.join(LINES)}; found {token}", hint)
        cursor.end()

    def _name(self, cursor: Cursor) -> None:
        token = cursor.token
        name = cursor.string('write name "my lemma"')
        if self.name is not None:
            raise token.error("a second name", "a statement has at most one")
        self.name = name

    def statement(self, lines: int) -> Statement:
        if not self.claims:
            raise InputError("nothing to show", "add a line such as: show A = B").at("", lines, 1)
        scope = self.scope
        scope.builder.finish()
        hypotheses = tuple(scope.equation(sides) for sides in self.hypotheses)
        guards = tuple(scope.equation(sides) for sides in self.guards)
        claims = tuple(scope.claim(sides) for sides in self.claims)
        statement = Statement(tuple(scope.declarations), hypotheses, guards, claims, self.name or "",
                              scope.abbreviations())
        scope.check_denominators(statement)
        return statement
