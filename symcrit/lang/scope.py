"""What a file has declared so far, and the lines and parts of lines that statements and proofs have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from symcrit.errors import InputError, SizeError, TooLarge
from symcrit.kernel import walk
from symcrit.kernel.statement import PROPERTIES, RELATIONS, Claim, Declaration, Equation, Statement
from symcrit.kernel.terms import Size, Term
from symcrit.kernel.theory import Theory
from symcrit.lang import sizes
from symcrit.lang.expressions import Cursor, Expressions, literal_size
from symcrit.lang.sizes import Builder, Node
from symcrit.lang.tokens import FUNCTIONS, KEYWORDS, Token, shorten

SEMIDEFINITE = "psd"
RESERVED = frozenset((*KEYWORDS, *FUNCTIONS, *PROPERTIES, SEMIDEFINITE, "I", "x"))


@dataclass(frozen=True)
class Sides:
    """Two expressions with the relation between them, not terms yet: sizes may still be open."""

    left: Node
    right: Node
    relation: Token
    unknown: Declaration | None = None
    label: str = ""
    flipped: bool = False  # written as >=


@dataclass
class Scope:
    """The declarations and abbreviations of one statement or theorem, line by line."""

    declarations: list[Declaration] = field(default_factory=list)
    names: dict[str, Node] = field(default_factory=dict)
    sizes: dict[str, Token] = field(default_factory=dict)
    lets: list[tuple[str, Node]] = field(default_factory=list)
    unknowns: dict[str, Token] = field(default_factory=dict)  # of `exists`: local, but no letter has their name
    builder: Builder = field(default_factory=Builder)

    def declare(self, keyword: str, cursor: Cursor) -> bool:
        """Read the rest of a declaration or abbreviation; tell whether the line was one."""
        readers = {"matrix": self._matrix, "vector": self._vector, "scalar": self._scalar, "let": self._let}
        if keyword in readers:
            readers[keyword](cursor)
        return keyword in readers

    def _matrix(self, cursor: Cursor) -> None:
        name = self.new_name(cursor)
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
        name = self.new_name(cursor)
        cursor.expect(":", "write vector u : n")
        size = self._size(cursor)
        if cursor.token.kind == "name":
            raise cursor.token.error(f"unexpected {cursor.token}", "a vector has one size and no properties")
        self._declare(name, (size, 1))

    def _scalar(self, cursor: Cursor) -> None:
        self._declare(self.new_name(cursor), None)
        while cursor.token.kind == "name":
            self._declare(self.new_name(cursor), None)

    def _let(self, cursor: Cursor) -> None:
        name = self.new_name(cursor)
        cursor.expect("=")
        node = self.expression(cursor)
        self.names[name.text] = node
        self.lets.append((name.text, node))

    # ---- parts of lines

    def assumed(self, cursor: Cursor) -> Sides:
        """Read `[label:] left relation right`, or `psd(E)`; the relation `!=` makes a guard."""
        label = ""
        if cursor.token.kind == "name" and cursor.tokens[cursor.place + 1].text == ":":
            label = cursor.next().text
            cursor.next()
        start = cursor.token
        if cursor.sees_word(SEMIDEFINITE):
            return replace(self._gram(cursor), label=label)
        sides = self.related(cursor, (*RELATIONS, "!="))
        if sides.relation.text == "!=":
            for side in (sides.left, sides.right):
                if not sizes.as_scalar(side.sort):
                    raise start.error(f"!= of a matrix of size {sizes.show_sort(side.sort)}",
                                      "guards compare scalars", SizeError)
        return replace(sides, label=label)

    def claims(self, cursor: Cursor) -> list[Sides]:
        """Read `[exists NAME : SIZE x SIZE .] left relation right`, or `psd(E)`, which is two claims.

        They are E' = E and 0 <= tr(h'*E*h) for a new vector h, that is, for every h.
        """
        if not cursor.sees_word(SEMIDEFINITE):
            return [self.claimed(cursor)]
        token, matrix, size = self._semidefinite(cursor)
        make, vector = self.builder.make, self._new_letter("psd_vector", (size, 1), token)
        row = make("transpose", None, (vector,), (1, size), token)
        form = make("tr", None, (make("mul", None, (row, matrix, vector), (1, 1), token),), None, token)
        flipped = make("transpose", None, (matrix,), (size, size), token)
        return [Sides(flipped, matrix, replace(token, text="=")),
                Sides(make("number", 0, (), None, token), form, replace(token, text="<="))]

    def _gram(self, cursor: Cursor) -> Sides:
        """Read `psd(E)` that is assumed: E = K'*K for a new matrix K."""
        token, matrix, size = self._semidefinite(cursor)
        root = self._new_letter("psd_root", (size, size), token)
        flipped = self.builder.make("transpose", None, (root,), (size, size), token)
        gram = self.builder.make("mul", None, (flipped, root), (size, size), token)
        return Sides(matrix, gram, replace(token, text="="))

    def _semidefinite(self, cursor: Cursor) -> tuple[Token, Node, Size]:
        """Read `psd(E)`, and find the size of E."""
        token = cursor.next()
        cursor.expect("(", "write psd(A)")
        matrix = self.expression(cursor)
        cursor.expect(")")
        if matrix.sort is None:
            raise token.error("psd of a scalar", "write 0 <= s", SizeError)
        sizes.square(matrix.sort, SEMIDEFINITE, token)
        size = sizes.find(matrix.sort[0])
        if not isinstance(size, (int, str)):
            raise token.error("nothing fixes the size of this matrix", "write I(n)", SizeError)
        return token, matrix, size

    def _new_letter(self, stem: str, shape: tuple[Size, Size], place: Token) -> Node:
        """Declare a letter with a name that is not taken."""
        name = next(name for number in count(1) if (name := f"{stem}_{number}") not in (*self.names, *self.sizes))
        self._declare(replace(place, text=name), shape)
        return self.names[name]

    def claimed(self, cursor: Cursor) -> Sides:
        """Read `[exists NAME : SIZE x SIZE .] left relation right`."""
        if cursor.token.kind != "name" or cursor.token.text != "exists":
            return self.related(cursor, RELATIONS)
        cursor.next()
        name = self.new_name(cursor)
        cursor.expect(":", "write exists W : n x k. A*W = B")
        expressions = self._expressions(cursor)
        rows = expressions.size()
        self._times(cursor)
        unknown = Declaration(name.text, (rows, expressions.size()))
        self.unknowns[name.text] = name
        cursor.expect(".", "a full stop stands between the unknown and the equation")
        letter = self.builder.make("matrix", name.text, (), unknown.shape, name)
        return replace(self.related(cursor, ("=",), {**self.names, name.text: letter}), unknown=unknown)

    def expression(self, cursor: Cursor) -> Node:
        """Read an expression over the names declared so far."""
        return self._expressions(cursor).expression()

    def related(self, cursor: Cursor, allowed: Sequence[str], names: dict[str, Node] | None = None) -> Sides:
        """Read `left relation right` with one of the allowed relations; `a >= b` is `b <= a`."""
        left = self._expressions(cursor, names).expression()
        if cursor.sees(">=") and "<=" in allowed:
            relation = replace(cursor.next(), text="<=")
            right = self._expressions(cursor, names).expression()
            return replace(self.joined(right, relation, left), flipped=True)
        if not cursor.sees(*allowed):
            if cursor.sees("!="):
                raise cursor.token.error("!= is only assumed, not shown")
            if cursor.sees(">", ">="):
                raise cursor.token.error(f"{cursor.token.text} is not read", "write the smaller side first: b < a")
            cursor.end()
            raise cursor.token.error(f"expected {' or '.join(allowed)}, found {cursor.token}")
        relation = cursor.next()
        return self.joined(left, relation, self._expressions(cursor, names).expression())

    def joined(self, left: Node, relation: Token, right: Node) -> Sides:
        """Make the sizes of the two sides of a relation the same; inequalities are between scalars."""
        sizes.join(left.sort, right.sort, "equation" if relation.text in ("=", "!=") else relation.text, relation)
        if relation.text in ("<=", "<") and not sizes.as_scalar(left.sort):
            raise relation.error(f"{relation.text} between matrices of size {sizes.show_sort(left.sort)}",
                                 "inequalities compare scalars, such as traces", SizeError)
        return Sides(left, right, relation)

    def _expressions(self, cursor: Cursor, names: dict[str, Node] | None = None) -> Expressions:
        return Expressions(cursor, self.names if names is None else names, self.sizes, self.builder)

    def new_name(self, cursor: Cursor) -> Token:
        """Read a name that is not taken yet."""
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
        token = self.new_name(cursor)
        self.sizes[token.text] = token
        return token.text

    def _declare(self, token: Token, shape: tuple[Size, Size] | None, properties: tuple[str, ...] = ()) -> None:
        if token.text in self.sizes:
            raise token.error(f"{token.text} is already a size", "choose another name")
        if token.text in self.unknowns:
            raise token.error(f"{token.text} is the unknown of line {self.unknowns[token.text].line}",
                              "choose another name")
        self.declarations.append(Declaration(token.text, shape, properties))
        kind = "scalar" if shape is None else "matrix"
        self.names[token.text] = self.builder.make(kind, token.text, (), shape, token)

    # ---- terms, when all lines are read

    def equation(self, sides: Sides) -> Equation:
        """Turn two sides into terms."""
        try:
            relation = "=" if sides.relation.text == "!=" else sides.relation.text
            return Equation(self.builder.term(sides.left), self.builder.term(sides.right), sides.label, relation)
        except InputError as error:
            raise error.at("", sides.relation.line, sides.relation.column) from None

    def claim(self, sides: Sides) -> Claim:
        """Turn the two sides of a claim into terms."""
        return Claim(self.equation(sides), sides.unknown)

    def abbreviations(self) -> tuple[tuple[str, Term], ...]:
        """Turn the `let` lines into terms."""
        return tuple((name, self.builder.term(node)) for name, node in self.lets)

    def check_denominators(self, statement: Statement) -> None:
        """Lower the statement once, denominators of unused lines too: one that is identically 0 is ill-formed."""
        partial = [node for node in walk.postorder(term for _, term in statement.lets) if node.op in ("inv", "div")]
        try:
            Theory(replace(statement, hypotheses=statement.hypotheses + tuple(Equation(t, t) for t in partial)))
        except InputError as error:
            token = self.builder.places.get(error.digest)
            raise (error.at("", token.line, token.column) if token else error) from None
        except TooLarge:
            pass  # well-formed all the same; whoever proves it says so
