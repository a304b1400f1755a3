r"""A second way from LaTeX back to mathematics: it reads the formulas that symcrit prints, and knows nothing of how.

Of symcrit only the terms of the kernel are imported. The rest are the conventions of printed mathematics:

- Factors stand side by side or with a \cdot between them. A product binds tighter than a sum; a minus before a
  product negates all of it. Superscripts bind tightest, and \operatorname{tr} takes its parentheses.
- What people read in two ways is refused: a number after a factor or before a fraction without a dot, a superscript
  on a fraction or on another one, a factor after the one that a slash divides by.
- In a display, a line that starts with space, a relation or {} goes on with the line above; others start a formula.
- A bold 0 has the size that its surroundings give it; if they give only its rows or columns, it is square, as in the
  language of proof files; if they give nothing, it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from symcrit.kernel import terms, walk
from symcrit.kernel.terms import Size, Term

RELATIONS = {"=": "=", r"\le": "<=", "<": "<", r"\ge": ">=", ">": ">", r"\neq": "!="}
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[0-9]+|\s+|.", re.DOTALL)
_FONTS = (r"\mathbf", r"\boldsymbol", r"\mathit", r"\mathtt")
_PARENTHESES = {"(": ")", r"\left(": r"\right)", r"\bigl(": r"\bigr)"}
_ENDS = ("", "+", "-", ")", r"\right", r"\bigr", "}", *RELATIONS)  # of a product
_GREEK = ("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda",
          "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega", "Gamma",
          "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega")
_SHORT = {"Lambda": "Lam", "lambda": "lam", "Sigma": "Sig", "sigma": "sig", "varepsilon": "eps"}


class Unreadable(Exception):
    """The conventions do not say what this means."""


# ---- symbols and names -------------------------------------------------------------------------


def names_of(symbol: str) -> re.Pattern[str]:
    r"""Say which names a symbol may stand for: the font is left out, and a subscript follows the first letters.

    >>> [name for name in ("A1", "A_1", "A11", "A") if names_of(r"\mathbf{A}_{1}").fullmatch(name)]
    ['A1', 'A_1']
    >>> names_of("+")
    Traceback (most recent call last):
    tests.typeset.latex_reader.Unreadable: + is no symbol
    """
    if exact := re.fullmatch(r"\\mathtt\{(.+)\}", symbol):
        return re.compile(re.escape(exact[1].replace(r"\_", "_")))
    parts = re.fullmatch(r"(?:\\math(?:bf|it)\{([A-Za-z]+)\}|\\boldsymbol\{(\\[A-Za-z]+)\}|(\\[A-Za-z]+|[A-Za-z]))"
                         r"(?:_\{(.+)\})?", symbol)
    if parts is None:
        raise Unreadable(f"{symbol} is no symbol")
    pattern = "_*" + _spellings(parts[1] or parts[2] or parts[3])
    for number, part in enumerate(parts[4].split(",") if parts[4] else ()):
        word = re.fullmatch(r"\\mathrm\{(.+)\}", part)
        pattern += "_*" if number == 0 and part.isdigit() else "_+"
        pattern += re.escape(word[1]) if word else _spellings(part)
    return re.compile(f"{pattern}_*")


def _spellings(letters: str) -> str:
    word = letters.removeprefix("\\")
    if word != letters and word not in _GREEK:
        raise Unreadable(f"{letters} is no letter")
    return f"(?:{word}|{_SHORT[word]})" if word != letters and word in _SHORT else re.escape(word)


# ---- formulas whose zeros have no sizes yet ----------------------------------------------------


@dataclass(eq=False)
class Unknown:
    """A size of a zero matrix that is not known yet."""

    value: Size | Unknown | None = None


Shape = tuple[Size | Unknown, Size | Unknown] | None  # None: a scalar


@dataclass(frozen=True, eq=False)
class Node:
    """A formula with its shape; a letter, number or identity has its term, a power its exponent."""

    op: str
    shape: Shape
    args: tuple[Node, ...] = ()
    data: Term | int | None = None

    def term(self) -> Term:
        """Make the term, with the sizes that were found."""
        if isinstance(self.data, Term):
            return self.data
        if self.op == "zero":
            rows, cols = map(_known, self.shape or ())
            if isinstance(rows, Unknown) or isinstance(cols, Unknown):
                raise Unreadable("the size of a 0 is open")
            return terms.zero(rows, cols)
        return walk.rebuild(self.op, self.data, tuple(arg.term() for arg in self.args))


def _known(size: Size | Unknown) -> Size | Unknown:
    while isinstance(size, Unknown) and size.value is not None:
        size = size.value
    return size


def _unify(first: Size | Unknown, second: Size | Unknown) -> None:
    first, second = _known(first), _known(second)
    if isinstance(first, Unknown):
        first.value = second if second is not first else None
    elif isinstance(second, Unknown):
        second.value = first
    elif first != second:
        raise Unreadable(f"the sizes {first} and {second} do not fit together")


def _square(node: Node) -> Shape:
    if node.shape is not None:
        _unify(*node.shape)
    return node.shape


def _alike(nodes: Sequence[Node]) -> Shape:
    """Find the one shape of what is added or compared; what is 1 x 1 goes with a scalar."""
    shape = next((node.shape for node in nodes if node.shape is not None), None)
    if shape is not None:
        for node in nodes:
            for size, other in zip(shape, node.shape or (1, 1), strict=True):
                _unify(size, other)
    return shape


def _times(factors: Sequence[Node]) -> Node:
    shape = factors[0].shape
    for factor in factors[1:]:
        if shape is not None and factor.shape is not None:
            _unify(shape[1], factor.shape[0])
            shape = shape[0], factor.shape[1]
        else:
            shape = shape or factor.shape
    return factors[0] if len(factors) == 1 else Node("mul", shape, tuple(factors))


def _divided(above: Node, below: Node) -> Node:
    for size in below.shape or ():
        _unify(size, 1)
    return Node("div", above.shape, (above, below))


# ---- reading formulas --------------------------------------------------------------------------


def tokens_of(source: str) -> list[str]:
    r"""Cut LaTeX into control sequences, numbers and characters; spaces mean nothing in a formula.

    >>> tokens_of(r"\mathbf{A}_{12}\, B")
    ['\\mathbf', '{', 'A', '}', '_', '{', '12', '}', 'B']
    """
    return [token for token in _TOKEN.findall(source) if not token.isspace() and token != r"\,"]


class Formula:
    r"""Reads a formula over letters and sizes that are given by their symbols.

    >>> A = terms.matrix("A", "n", "n")
    >>> Formula(r"\mathbf{A}^{\top} (\mathbf{A} - \mathbf{I}_{n})", {r"\mathbf{A}": A}, {"n": "n"}).term() == A.T * (
    ...     A - terms.identity("n"))
    True
    >>> Formula(r"\mathbf{A} 2", {r"\mathbf{A}": A}, {}).term()
    Traceback (most recent call last):
    tests.typeset.latex_reader.Unreadable: 2 beside a factor, without a dot between them
    """

    def __init__(self, source: str, letters: Mapping[str, Term], sizes: Mapping[str, Size]) -> None:
        self.tokens, self.place = [*tokens_of(source), ""], 0
        self.letters, self.sizes = letters, sizes
        self.zeros: list[Node] = []

    @property
    def token(self) -> str:
        return self.tokens[self.place]

    def next(self) -> str:
        token = self.token
        self.place += token != ""
        return token

    def accept(self, *tokens: str) -> bool:
        found = self.tokens[self.place : self.place + len(tokens)] == list(tokens)
        self.place += len(tokens) if found else 0
        return found

    def expect(self, *tokens: str) -> None:
        if not self.accept(*tokens):
            raise Unreadable(f"expected {''.join(tokens) or 'the end'}, found {''.join(self.tokens[self.place :][:9])}")

    def term(self) -> Term:
        """Read a formula without relations."""
        found = self.sum()
        self.expect("")
        self.square_zeros()
        return found.term()

    def chain(self) -> tuple[list[Term], list[str]]:
        """Read sides of one shape with the relations between them; the first side may be missing."""
        sides = [] if self.token in RELATIONS else [self.sum()]
        relations = []
        while self.token in RELATIONS:
            relations.append(RELATIONS[self.next()])
            sides.append(self.sum())
        self.expect("")
        _alike(sides)
        self.square_zeros()
        return [side.term() for side in sides], relations

    def square_zeros(self) -> None:
        for zero in self.zeros:
            if any(isinstance(_known(size), Unknown) for size in zero.shape or ()):
                _square(zero)

    def sum(self) -> Node:
        parts = [self.signed() if self.token == "-" else self.product()]
        while self.token in ("+", "-"):
            parts.append(self.product() if self.accept("+") else self.signed())
        return parts[0] if len(parts) == 1 else Node("add", _alike(parts), tuple(parts))

    def signed(self) -> Node:
        self.expect("-")
        inside = self.product()
        return Node("neg", inside.shape, (inside,))

    def product(self) -> Node:
        factors = [self.factor()]
        while self.token not in _ENDS:
            if self.accept("/"):
                factors = [_divided(_times(factors), self.factor())]
                if self.token not in (*_ENDS, "/"):
                    raise Unreadable(f"{self.token} after what a slash divides by")
                continue
            number = self.tokens[self.place - 1].isdigit() and self.token == r"\frac"
            if not self.accept(r"\cdot") and (number or self.token.isdigit()):
                raise Unreadable(f"{self.token} beside a factor, without a dot between them")
            factors.append(self.factor())
        return _times(factors)

    def factor(self) -> Node:
        fraction, base = self.token == r"\frac", self.atom()
        if not self.accept("^"):
            return base
        exponent = self.group()[1:-1]
        if fraction or self.token == "^":
            raise Unreadable("a superscript on a fraction, or on another one")
        turned = (base.shape[1], base.shape[0]) if base.shape is not None else None
        if exponent == r"\top":
            return Node("transpose", turned, (base,))
        if exponent == r"\dagger" and turned is not None:
            return Node("pinv", turned, (base,))
        if exponent == "-1" and turned is not None:
            return Node("inv", _square(base), (base,))
        if exponent.isdigit():
            return Node("pow", _square(base), (base,), int(exponent))
        raise Unreadable(f"the superscript {exponent}")

    def atom(self) -> Node:
        if self.token.isdigit():
            return Node("", None, data=terms.number(int(self.next())))
        if self.accept(r"\frac", "{"):
            above = self.sum()
            self.expect("}", "{")
            below = self.sum()
            self.expect("}")
            return _divided(above, below)
        if self.accept(r"\operatorname", "{", "t", "r", "}"):
            inside = self.inside()
            if _square(inside) is None:
                raise Unreadable("the trace of a scalar")
            return Node("tr", None, (inside,))
        if self.token in ("(", r"\left", r"\bigl"):
            return self.inside()
        return self.named()

    def inside(self) -> Node:
        """Read what stands in parentheses, of one kind on both sides."""
        start = self.next()
        start += self.next() if start != "(" else ""
        if start not in _PARENTHESES:
            raise Unreadable(f"{start} where a parenthesis should open")
        found = self.sum()
        self.expect(*tokens_of(_PARENTHESES[start]))
        return found

    def named(self) -> Node:
        symbol = self.symbol()
        if symbol in self.letters:
            return Node("", self.letters[symbol].shape, data=self.letters[symbol])
        if symbol == r"\mathbf{0}":
            self.zeros.append(Node("zero", (Unknown(), Unknown())))
            return self.zeros[-1]
        size = symbol.removeprefix(r"\mathbf{I}_{").removesuffix("}")
        if symbol == rf"\mathbf{{I}}_{{{size}}}" and (size in self.sizes or size.isdigit()):
            made = terms.identity(self.sizes.get(size) or int(size))
            return Node("", made.shape, data=made)
        raise Unreadable(f"{symbol or 'the end'} is no letter that is declared")

    def symbol(self) -> str:
        """Read a letter in its font, with its subscript."""
        found = self.next()
        found += self.group() if found in _FONTS else ""
        return found + (self.next() + self.group() if self.token == "_" else "")

    def group(self) -> str:
        """Read what stands in braces, with them."""
        start, depth = self.place, 0
        while self.token and (depth or self.token == "{"):
            depth += {"{": 1, "}": -1}.get(self.next(), 0)
            if not depth:
                return "".join(self.tokens[start : self.place])
        raise Unreadable("braces that are missing or do not close")


# ---- displays ----------------------------------------------------------------------------------


@dataclass
class Line:
    """One formula of a display, with the words beside each of its relations, its tag and its label."""

    formula: str
    reasons: list[str]
    tag: str = ""
    label: str = ""


def lines_of(display: str) -> Iterator[Line]:
    r"""Cut a display into formulas, each of one line or more.

    >>> first, second = lines_of(
    ...     r"a &= b && \text{by x} \\ &= c \tag{h}\label{t:h} \\ & d \\ &\quad {}+ e \\ &\quad = f")
    >>> first
    Line(formula='a = b = c', reasons=['by x', ''], tag='h', label='t:h')
    >>> second.formula
    'd + e = f'
    """
    found: Line | None = None
    for row in re.sub(r"\\parbox\[t\]\{\d+pt\}\{\\raggedright ", r"\\text{", display).split(r"\\"):
        beside, plain = _beside(row)
        start = [token for token in tokens_of(plain) if token != "&"][:2]
        plain = " ".join(re.sub(r"\\q?quad\b|\{\}|&", " ", plain).split())
        if found is not None and not (start == ["{", "}"] or {*start[:1]} <= {*RELATIONS, r"\quad", r"\qquad"}):
            yield found
            found = None
        found = Line(f"{found.formula if found else ''} {plain}".strip(), found.reasons if found else [])
        relations = sum(token in RELATIONS for token in tokens_of(found.formula))
        found.reasons += [""] * (relations - len(found.reasons))
        if "text" in beside:
            found.reasons[-1] = beside["text"]
        found.tag, found.label = beside.get("tag", ""), beside.get("label", "")
    if found is not None:
        yield found


def _beside(row: str) -> tuple[dict[str, str], str]:
    """Take what is no formula out of a row: words, tag and label."""
    beside: dict[str, str] = {}
    while found := re.search(r"\\(text|tag|label)\{", row):
        depth = 1
        for brace in re.finditer(r"\\.|[{}]", row[found.end() :]):
            depth += {"{": 1, "}": -1}.get(brace[0], 0)
            if not depth:
                end = found.end() + brace.start()
                beside[found[1]] = row[found.end() : end]
                row = row[: found.start()] + row[end + 1 :]
                break
        else:
            raise Unreadable(f"braces that do not close: {row}")
    return beside, row
