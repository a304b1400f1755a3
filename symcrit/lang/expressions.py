"""The grammar of expressions: tokens to nodes, by recursive descent with bounded nesting.

    expression := ["-"] product (("+" | "-") product)*
    product    := factor (("*" | "/") factor)*
    factor     := atom ("'" | "^" INTEGER)*
    atom       := INTEGER | NAME | "I" ["(" SIZE ")"] | FUNCTION "(" expression ")" | "(" expression ")"
"""

from __future__ import annotations

from collections.abc import Mapping

from symcrit.errors import LimitError, SizeError
from symcrit.kernel.terms import MAX_EXPONENT, Size
from symcrit.lang import sizes
from symcrit.lang.sizes import Builder, Node, SizeVariable
from symcrit.lang.tokens import FUNCTIONS, KEYWORDS, Token, shorten

MAX_NESTING = 100
MAX_SUM = 5_000


class Cursor:
    """A place in the tokens of one line."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def next(self) -> Token:
        token = self.token
        self.place += token.kind != "end"
        return token

    def sees(self, *symbols: str) -> bool:
        return self.token.kind == "symbol" and self.token.text in symbols

    def accept(self, symbol: str) -> bool:
        seen = self.sees(symbol)
        self.place += seen
        return seen

    def expect(self, symbol: str, suggestion: str = "") -> Token:
        if not self.sees(symbol):
            raise self.token.error(f"expected {symbol!r}, found {self.token}", suggestion)
        return self.next()

    def sees_word(self, *words: str) -> bool:
        return self.token.kind == "name" and self.token.text in words

    def accept_word(self, word: str) -> bool:
        seen = self.sees_word(word)
        self.place += seen
        return seen

    def string(self, suggestion: str = "") -> str:
        """Read a text in quotes."""
        token = self.next()
        if token.kind != "string":
            raise token.error(f"expected a text in quotes, found {token}", suggestion)
        if not token.text.isprintable():
            raise token.error("the text has characters that do not print", "use letters, digits and spaces")
        return token.text[1:-1]

    def end(self) -> None:
        if self.token.kind != "end":
            hint = "write * for a product" if self.token.kind in ("name", "number") or self.token.text == "(" else ""
            hint = "one statement a line" if self.token.text in KEYWORDS else hint
            raise self.token.error(f"unexpected {self.token}", hint)


class Expressions:
    """Reads expressions over the names known so far."""

    def __init__(self, cursor: Cursor, names: Mapping[str, Node], known_sizes: Mapping[str, Token],
                 builder: Builder) -> None:
        self.cursor = cursor
        self.names = names
        self.sizes = known_sizes
        self.make = builder.make
        self.nesting = 0

    def expression(self) -> Node:
        cursor = self.cursor
        start = cursor.token
        parts = [self._negated(start) if cursor.accept("-") else self._product()]
        sort = parts[0].sort
        while cursor.sees("+", "-"):
            sign = cursor.next()
            part = self._negated(sign) if sign.text == "-" else self._product()
            sort = sizes.join(sort, part.sort, "sum", sign)
            parts.append(part)
        if len(parts) == 1:
            return parts[0]
        if len(parts) > MAX_SUM:
            raise start.error(f"a sum of more than {MAX_SUM} terms", "abbreviate parts of it", LimitError)
        return self.make("add", None, tuple(parts), sort, start)

    def _negated(self, sign: Token) -> Node:
        product = self._product()
        return self.make("neg", None, (product,), product.sort, sign)

    def _product(self) -> Node:
        start = self.cursor.token
        factors = [self._factor()]
        sort = factors[0].sort
        while self.cursor.sees("*", "/"):
            operator = self.cursor.next()
            place = self.cursor.token
            factor = self._factor()
            if operator.text == "*":
                sort = sizes.product_sort(sort, factor.sort, operator)
                factors.append(factor)
                continue
            if not sizes.as_scalar(factor.sort):
                raise place.error(f"division by a matrix of size {sizes.show_sort(factor.sort)}",
                                         "multiply by inv(...) instead")
            left = self._times(factors, sort, start)
            factors = [self.make("div", None, (left, factor), sort, operator)]
        return self._times(factors, sort, start)

    def _times(self, factors: list[Node], sort: sizes.Sort, start: Token) -> Node:
        return factors[0] if len(factors) == 1 else self.make("mul", None, tuple(factors), sort, start)

    def _factor(self) -> Node:
        start = self.cursor.token
        node = self._atom()
        while self.cursor.sees("'", "^"):
            token = self.cursor.next()
            if token.text == "'":
                node = self.make("transpose", None, (node,), node.sort and (node.sort[1], node.sort[0]), start)
            else:
                sizes.square(node.sort, "power", start)
                node = self.make("pow", self._exponent(), (node,), node.sort, start)
        return node

    def _exponent(self) -> int:
        token = self.cursor.next()
        if token.kind != "number" or len(token.text) > 4 or not 1 <= int(token.text) <= MAX_EXPONENT:
            raise token.error(f"expected an exponent from 1 to {MAX_EXPONENT}, found {token}",
                              "write inv(A)^2 for a negative power" if token.text == "-" else "")
        return int(token.text)

    def _atom(self) -> Node:
        token = self.cursor.next()
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise token.error(f"parentheses nested deeper than {MAX_NESTING} levels", "name parts by let", LimitError)
        try:
            if token.kind == "number":
                return self._number(token)
            if token.kind == "symbol" and token.text == "(":
                inside = self.expression()
                self.cursor.expect(")")
                return inside
            if token.kind == "name":
                return self._named(token)
        finally:
            self.nesting -= 1
        suggestion = ""
        if token.text in ("-", "+"):
            suggestion = "a minus may only start an expression: put it in parentheses"
        raise token.error(f"expected an expression, found {token}", suggestion)

    def _number(self, token: Token) -> Node:
        if self.cursor.sees("."):
            raise self.cursor.token.error("there are no decimal numbers here", "write a fraction such as 1/2")
        if int(token.text) == 0:
            return self.make("zero", None, (), (SizeVariable(False), SizeVariable(False)), token)
        return self.make("number", int(token.text), (), None, token)

    def _named(self, token: Token) -> Node:
        name = token.text
        if name == "I":
            return self._identity(token)
        if name in FUNCTIONS:
            return self._function(token)
        node = self.names.get(name)
        if node is None:
            known = "it is a size, and sizes are not scalars" if name in self.sizes else ""
            if name in KEYWORDS:
                known = f"{name} is a keyword" + (" and stands only after show" if name == "exists" else "")
            if self.cursor.sees("("):
                known = f"the functions are {', '.join(FUNCTIONS)}"
            raise token.error(f"unknown name {shorten(name)}", known or "declare it first")
        return node

    def _identity(self, token: Token) -> Node:
        size: sizes.AnySize = SizeVariable(True)
        if self.cursor.accept("("):
            size = self.size()
            self.cursor.expect(")")
        return self.make("identity", None, (), (size, size), token)

    def size(self) -> Size:
        """Read a size that is already known: a symbol of an earlier declaration, or a positive integer."""
        token = self.cursor.next()
        if token.kind == "number":
            return literal_size(token)
        if token.kind != "name" or token.text not in self.sizes:
            raise token.error(f"expected a size, found {token}", "use a size symbol of a declaration, or an integer")
        return token.text

    def _function(self, token: Token) -> Node:
        self.cursor.expect("(", f"write {token.text}(A)")
        argument = self.expression()
        self.cursor.expect(")")
        name, sort = token.text, argument.sort
        if sort is None:
            hint = "write 1/s for the inverse of a scalar s" if "inv" in name else ""
            raise token.error(f"{name} of a scalar", hint, SizeError)
        if name in ("inv", "tr"):
            sizes.square(sort, name, token)
        result: sizes.Sort = {"inv": sort, "pinv": (sort[1], sort[0]), "proj": (sort[0], sort[0]), "tr": None}[name]
        return self.make(name, None, (argument,), result, token)


def literal_size(token: Token) -> int:
    """Read an integer as a size."""
    if len(token.text) > 9 or int(token.text) < 1:
        raise token.error(f"{shorten(token.text)} is not a size", "sizes are symbols or integers from 1 to 999999999")
    return int(token.text)
