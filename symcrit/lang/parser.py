"""Statement files (`.thm`): text to a `Statement`. Nothing in a file is ever executed.

    statement := line*        line := [name | declaration | let | assume | show] [comment]
    name        := "name" STRING
    declaration := "matrix" NAME ":" SIZE "x" SIZE property*  |  "vector" NAME ":" SIZE  |  "scalar" NAME+
    let         := "let" NAME "=" expression
    assume      := "assume" [NAME ":"] expression ("=" | "!=") expression
    show        := "show" ["exists" NAME ":" SIZE "x" SIZE "."] expression "=" expression
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from symcrit.errors import InputError, LimitError, SizeError, TooLarge
from symcrit.kernel import walk
from symcrit.kernel.statement import PROPERTIES, Claim, Declaration, Equation, Statement
from symcrit.kernel.terms import Size
from symcrit.kernel.theory import Theory
from symcrit.lang import sizes
from symcrit.lang.expressions import Cursor, Expressions, literal_size
from symcrit.lang.sizes import Builder, Node
from symcrit.lang.tokens import FUNCTIONS, KEYWORDS, MAX_BYTES, Token, decode, read_bytes, shorten, tokenize

RESERVED = frozenset((*KEYWORDS, *FUNCTIONS, *PROPERTIES, "I", "x"))
MAX_LINES = 10_000


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
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > MAX_LINES:
        raise LimitError(f"more than {MAX_LINES} lines").at("", MAX_LINES + 1, 1)
    for number, line in enumerate(lines, 1):
        tokens = tokenize(line, number)
        if tokens[0].kind != "end":
            reader.line(Cursor(tokens))
    return reader.statement(len(lines))


@dataclass
class _Reader:
    """What has been read so far."""

    name: str | None = None
    declarations: list[Declaration] = field(default_factory=list)
    names: dict[str, Node] = field(default_factory=dict)
    sizes: dict[str, Token] = field(default_factory=dict)
    lets: list[tuple[str, Node]] = field(default_factory=list)
    hypotheses: list[tuple[Node, Node, str, Token]] = field(default_factory=list)
    guards: list[tuple[Node, Node, str, Token]] = field(default_factory=list)
    claims: list[tuple[Node, Node, Declaration | None, Token]] = field(default_factory=list)
    builder: Builder = field(default_factory=Builder)

    def line(self, cursor: Cursor) -> None:
        token = cursor.next()
        readers = {"name": self._name, "matrix": self._matrix, "vector": self._vector, "scalar": self._scalar,
                   "let": self._let, "assume": self._assume, "show": self._show}
        reader = readers.get(token.text) if token.kind == "name" else None
        if reader is None:
            raise token.error(f"a line starts with {', '.join(readers)}; found {token}")
        reader(cursor)
        cursor.end()

    # ---- lines

    def _name(self, cursor: Cursor) -> None:
        token = cursor.next()
        if token.kind != "string":
            raise token.error(f'expected a text in quotes, found {token}', 'write name "my lemma"')
        if self.name is not None:
            raise token.error("a second name", "a statement has at most one")
        if not token.text.isprintable():
            raise token.error("the name has characters that do not print", "use letters, digits and spaces")
        self.name = token.text[1:-1]

    def _matrix(self, cursor: Cursor) -> None:
        name = self._new_name(cursor)
        cursor.expect(":", "write matrix A : m x n")
        shape = self._shape(cursor)
        properties: list[str] = []
        while cursor.token.kind == "name":
            word = cursor.next()
            if word.text not in PROPERTIES:
                raise word.error(f"unknown property {word}", f"known are {', '.join(PROPERTIES)}")
            if shape[0] != shape[1]:
                raise word.error(f"{word.text} needs a square matrix, but {name} is {shape[0]} x {shape[1]}",
                                 kind=SizeError)
            if word.text not in properties:
                properties.append(word.text)
        cursor.end()
        self._declare(name, shape, tuple(properties))

    def _vector(self, cursor: Cursor) -> None:
        name = self._new_name(cursor)
        cursor.expect(":", "write vector u : n")
        size = self._size(cursor)
        if cursor.token.kind == "name":
            raise cursor.token.error(f"unexpected {cursor.token}", "a vector has one size and no properties")
        self._declare(name, (size, 1))

    def _scalar(self, cursor: Cursor) -> None:
        self._declare(self._new_name(cursor), None)
        while cursor.token.kind == "name":
            self._declare(self._new_name(cursor), None)

    def _let(self, cursor: Cursor) -> None:
        name = self._new_name(cursor)
        cursor.expect("=")
        node = self._expressions(cursor).expression()
        self.names[name.text] = node
        self.lets.append((name.text, node))

    def _assume(self, cursor: Cursor) -> None:
        label = ""
        if cursor.token.kind == "name" and cursor.tokens[cursor.place + 1].text == ":":
            label = cursor.next().text
            cursor.next()
        start = cursor.token
        left, relation, right = self._relation(cursor, self._expressions(cursor), "=", "!=")
        if relation.text == "!=":
            for side in (left, right):
                if not sizes.as_scalar(side.sort):
                    raise start.error(f"!= of a matrix of size {sizes.show_sort(side.sort)}",
                                      "guards compare scalars", SizeError)
            self.guards.append((left, right, label, relation))
        else:
            self.hypotheses.append((left, right, label, relation))

    def _show(self, cursor: Cursor) -> None:
        unknown = None
        names = dict(self.names)
        if cursor.token.kind == "name" and cursor.token.text == "exists":
            cursor.next()
            name = self._new_name(cursor)
            cursor.expect(":", "write show exists W : n x k. A*W = B")
            expressions = self._expressions(cursor)
            rows = expressions.size()
            self._times(cursor)
            unknown = Declaration(name.text, (rows, expressions.size()))
            cursor.expect(".", "a full stop stands between the unknown and the equation")
            names[name.text] = self.builder.make("matrix", name.text, (), unknown.shape, name)
        left, relation, right = self._relation(cursor, self._expressions(cursor, names), "=")
        self.claims.append((left, right, unknown, relation))

    # ---- parts of lines

    def _expressions(self, cursor: Cursor, names: dict[str, Node] | None = None) -> Expressions:
        return Expressions(cursor, self.names if names is None else names, self.sizes, self.builder)

    def _relation(self, cursor: Cursor, expressions: Expressions, *allowed: str) -> tuple[Node, Token, Node]:
        left = expressions.expression()
        if not cursor.sees(*allowed):
            if cursor.sees("!="):
                raise cursor.token.error("!= is only assumed, not shown")
            cursor.end()
            raise cursor.token.error(f"expected {' or '.join(allowed)}, found {cursor.token}")
        relation = cursor.next()
        right = expressions.expression()
        sizes.join(left.sort, right.sort, "equation", relation)
        return left, relation, right

    def _new_name(self, cursor: Cursor) -> Token:
        token = cursor.next()
        if token.kind != "name":
            raise token.error(f"expected a name, found {token}")
        if token.text in RESERVED:
            raise token.error(f"{token.text} is reserved", "choose another name")
        if token.text in self.names or token.text in self.sizes:
            what = "a size" if token.text in self.sizes else "declared"
            raise token.error(f"{shorten(token.text)} is already {what}",
                              "choose another name: matrices, scalars, abbreviations and sizes share one name space")
        if len(token.text) > 100:
            raise token.error("a name of more than 100 characters", "choose a shorter name")
        return token

    def _shape(self, cursor: Cursor) -> tuple[Size, Size]:
        rows = self._size(cursor)
        self._times(cursor)
        return rows, self._size(cursor)

    def _times(self, cursor: Cursor) -> None:
        token = cursor.next()
        if token.kind != "name" or token.text != "x":
            raise token.error(f"expected x between the two sizes, found {token}", "write m x n, with spaces")

    def _size(self, cursor: Cursor) -> Size:
        if cursor.token.kind == "number":
            return literal_size(cursor.next())
        if cursor.token.kind == "name" and cursor.token.text in self.sizes:
            return cursor.next().text
        if cursor.token.kind != "name":
            raise cursor.token.error(f"expected a size, found {cursor.token}", "sizes are symbols or positive integers")
        token = self._new_name(cursor)
        self.sizes[token.text] = token
        return token.text

    def _declare(self, token: Token, shape: tuple[Size, Size] | None, properties: tuple[str, ...] = ()) -> None:
        if token.text in self.sizes:
            raise token.error(f"{token.text} is already a size", "choose another name")
        self.declarations.append(Declaration(token.text, shape, properties))
        kind = "scalar" if shape is None else "matrix"
        self.names[token.text] = self.builder.make(kind, token.text, (), shape, token)

    # ---- all lines

    def statement(self, lines: int) -> Statement:
        if not self.claims:
            raise InputError("nothing to show", "add a line such as: show A = B").at("", lines, 1)
        self.builder.finish()
        hypotheses = tuple(self._equation(*line) for line in self.hypotheses)
        guards = tuple(self._equation(*line) for line in self.guards)
        claims = tuple(Claim(self._equation(left, right, "", token), unknown)
                       for left, right, unknown, token in self.claims)
        lets = tuple((name, self.builder.term(node)) for name, node in self.lets)
        statement = Statement(tuple(self.declarations), hypotheses, guards, claims, self.name or "", lets)
        self._check_denominators(statement)
        return statement

    def _equation(self, left: Node, right: Node, label: str, token: Token) -> Equation:
        try:
            return Equation(self.builder.term(left), self.builder.term(right), label)
        except InputError as error:
            raise error.at("", token.line, token.column) from None

    def _check_denominators(self, statement: Statement) -> None:
        """Lower the statement once, denominators of unused lines too: one that is identically 0 is ill-formed."""
        partial = [node for node in walk.postorder(term for _, term in statement.lets) if node.op in ("inv", "div")]
        try:
            Theory(replace(statement, hypotheses=statement.hypotheses + tuple(Equation(t, t) for t in partial)))
        except InputError as error:
            token = self.builder.places.get(error.digest)
            raise (error.at("", token.line, token.column) if token else error) from None
        except TooLarge:
            pass  # well-formed all the same; whoever proves it says so
