r"""Reads whole fragments of LaTeX: what is declared, written for short, supposed, claimed and calculated.

Like `latex_reader`, it knows nothing of the printer but the words of its sentences: every display means what the words
right before it say. Names cannot be read off a page (A1 and A_1 look alike), so those that may occur are given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symcrit.kernel.matrices import Value
from symcrit.kernel.statement import Declaration
from symcrit.kernel.terms import Shape, Size, Term
from tests.typeset.latex_reader import Formula, Line, Unreadable, lines_of, names_of


@dataclass
class Chain:
    """Sides, the relations between them, the words beside each of these, tag and label, the number of the display."""

    sides: list[Term]
    relations: list[str]
    reasons: list[str]
    tag: str
    label: str
    place: int
    arguments: list[Term] = field(default_factory=list)  # the formulas in the words


@dataclass
class Claimed:
    """What a fragment claims, and what it says of that."""

    chain: Chain
    unknown: Declaration | None = None
    cited: list[str] = field(default_factory=list)  # the labels before the claim
    put: dict[str, Term] = field(default_factory=dict)  # by the symbol of a letter of a lemma
    calculation: list[Chain] = field(default_factory=list)
    because: list[Term] = field(default_factory=list)  # the formulas in the one sentence that shows it
    witness: Term | None = None
    hash: str = ""
    instance: dict[str, Value] = field(default_factory=dict)  # a counterexample, by names
    values: list[tuple[Term, Value]] = field(default_factory=list)  # there


@dataclass
class Fragment:
    """What a fragment says; a condition is that two scalars differ, or (without a second one) what is invertible."""

    letters: list[Declaration] = field(default_factory=list)
    definitions: list[tuple[str, Term]] = field(default_factory=list)
    hypotheses: list[Chain] = field(default_factory=list)
    conditions: list[tuple[Term, Term | None]] = field(default_factory=list)
    claims: list[Claimed] = field(default_factory=list)


def read_fragment(latex: str, names: Mapping[str, bool]) -> Fragment:
    r"""Read what a fragment says; symbols become the names that they can stand for, those of matrices being bold.

    >>> read_fragment(r"Let $\mathbf{s} \in \mathbb{R}^{s}$. Then \begin{align*} \mathbf{s} &= \mathbf{0} \end{align*}",
    ...               {"s_": True, "s": False}).letters
    [Declaration(name='s_', shape=('s', 1), properties=())]
    >>> read_fragment(r"Then \begin{align*} s &= 0 \end{align*}", {"s": False})
    Traceback (most recent call last):
    tests.typeset.latex_reader.Unreadable: s is no letter that is declared
    """
    return _Reader(latex, names).fragment


class _Reader:
    """Goes through a fragment from its start to its end."""

    def __init__(self, latex: str, names: Mapping[str, bool]) -> None:
        self.fragment = Fragment()
        self.letters: dict[str, Term] = {}  # by symbols
        self.sizes: dict[str, Size] = {}
        self.names, self.place = names, 0
        self.claimed = False  # whether a claim stands above, in this paragraph: what follows shows it
        self.spelled = {name.replace(r"\_", "_") for name in re.findall(r"\\mathtt\{([^{}]*)\}", latex)}
        latex = re.sub(r"(?m)^%.*\n", "", latex)
        words, *rest = re.split(r"\\begin\{align\*\}(.*?)\\end\{align\*\}", latex, flags=re.DOTALL)
        self._declared(words)
        self._told(words)
        for display, after in zip(rest[::2], rest[1::2], strict=True):
            self._display(display, words)
            self._told(after)
            words = after

    def _name(self, symbol: str) -> str:
        """Find the one name that a symbol stands for; a name that is spelled out has no other symbol."""
        pattern, bold = names_of(symbol), symbol.startswith((r"\mathbf", r"\boldsymbol"))
        exact = symbol.startswith(r"\mathtt")
        found = [name for name, is_matrix in self.names.items() if pattern.fullmatch(name)
                 and (exact or (bold == is_matrix and name not in self.spelled))]
        if len(found) != 1:
            raise Unreadable(f"{symbol} may be {' or '.join(found) or 'nothing that is known'}")
        return found[0]

    def _formula(self, source: str, more: Mapping[str, Term] | None = None) -> Formula:
        return Formula(source, {**self.letters, **(more or {})}, self.sizes)

    # ---- declarations

    def _declared(self, words: str) -> None:
        """Read the sentence that introduces the letters, those of one space together."""
        sentence = re.search(r"(?:^|\s)Let (\$[^$]*\$.*?)\.\s", f"{words}\n", re.DOTALL)
        waiting: list[str] = []
        for math, properties in re.findall(r"\$([^$]*)\$(?: \(([a-z, ]+)\))?", sentence[1] if sentence else ""):
            symbol, _, space = math.partition(r" \in ")
            waiting.append(symbol)
            for one in waiting if space else ():
                words_for = tuple(filter(None, properties.split(", ")))
                declaration = Declaration(self._name(one), self._space(space), words_for)
                self._new(one, declaration.letter)
                self.fragment.letters.append(declaration)
            waiting = [] if space else waiting

    def _new(self, symbol: str, term: Term) -> None:
        if symbol in self.letters:
            raise Unreadable(f"{symbol} is declared twice")
        self.letters[symbol] = term

    def _space(self, latex: str) -> Shape | None:
        r"""Read \mathbb{R}, of scalars, or with sizes above it, of vectors and matrices."""
        found = re.fullmatch(r"\\mathbb\{R\}(?:\^\{(.+?)(?: \\times (.+))?\})?", latex)
        if found is None:
            raise Unreadable(f"{latex} is no space")
        return (self._size(found[1]), self._size(found[2] or "1")) if found[1] else None

    def _size(self, symbol: str) -> Size:
        if symbol.isdigit():
            return int(symbol)
        return self.sizes.setdefault(symbol, self._name(symbol))

    # ---- displays

    def _display(self, display: str, words: str) -> None:
        said, lines = " ".join(words.split()), list(lines_of(display))
        self.place += 1
        self.claimed = self.claimed and "\n\n" not in words
        if said.endswith("Write"):
            for line in lines:
                self._define(line.formula)
            self.claimed = False
        elif said.endswith(("Suppose that", "there are letters with")):
            self.fragment.hypotheses += [self._chain(line) for line in lines]
            self.claimed = False
        elif said.endswith("one may take"):
            self._witness(lines[0].formula)
        elif self.claimed and not said.endswith(("and", "such that")):
            self.fragment.claims[-1].calculation += [self._chain(line) for line in lines]
        else:
            self._claims(lines, words.rpartition("\n\n")[2])
            self.claimed = True

    def _chain(self, line: Line, more: Mapping[str, Term] | None = None) -> Chain:
        sides, relations = self._formula(line.formula, more).chain()
        if not relations or len(sides) == len(relations):
            raise Unreadable(f"{line.formula} is no relation")
        arguments = [self._formula(math).term() for words in line.reasons for math in _maths(words)]
        return Chain(sides, relations, line.reasons, line.tag, line.label, self.place, arguments)

    def _define(self, source: str) -> None:
        symbol, _, value = source.partition(" = ")
        term = self._formula(value).term()
        self._new(symbol, term)
        self.fragment.definitions.append((self._name(symbol), term))

    def _claims(self, lines: Sequence[Line], lead: str) -> None:
        unknown, more = None, {}
        if found := re.search(r"[Tt]here is \$(.+?) \\in ([^$]+)\$ such that\s*$", lead):
            unknown = Declaration(self._name(found[1]), self._space(found[2]))
            more = {found[1]: unknown.letter}
        put = {symbol: self._formula(value).term() for symbol, value in re.findall(r"\$([^$]*?) := ([^$]*)\$", lead)}
        cited = re.findall(r"\\eqref\{([^}]*)\}", lead)
        self.fragment.claims += [Claimed(self._chain(line, more), unknown, cited, put) for line in lines]

    # ---- what is said in words

    def _told(self, words: str) -> None:
        """Read conditions anywhere, and after a claim its reasons, witness, hash or counterexample."""
        words += "\n"
        for said in re.findall(r"Here it is supposed that (\$.*?)\.\n", words, re.DOTALL):
            self._conditions(said)
        if not self.fragment.claims:
            return
        claim = self.fragment.claims[-1]
        if found := re.search(r"Here the relations hold, in their order: (.*?)\.\n", words, re.DOTALL):
            claim.chain.reasons = found[1].replace("by what is above", "").split("; ")
        if found := re.search(r"\nIt holds (.*?)\.\n", words, re.DOTALL):
            claim.because = [self._formula(math).term() for math in _maths(found[1])]
        if found := re.search(r"For instance, \$([^$]*)\$ will do\.", words):
            self._witness(found[1])
        if found := re.search(r"\(statement ([0-9a-f]+)\)", words):
            claim.hash = found[1]
        if found := re.search(r"A counterexample: (.*?\$)\.\n", words, re.DOTALL):
            claim.instance = {self._name(symbol): _value(value) for symbol, _, value in
                              (math.partition(" = ") for math in _maths(found[1]))}
        if found := re.search(r"\nThere (\$.*?\$)\.\n", words, re.DOTALL):
            claim.values = [(self._formula(formula).term(), _value(value)) for formula, _, value in
                            (math.rpartition(" = ") for math in _maths(found[1]))]

    def _conditions(self, said: str) -> None:
        for math, invertible in re.findall(r"\$([^$]*)\$( is invertible)?", said):
            sides, relations = self._formula(math).chain()
            if relations != ([] if invertible else ["!="]):
                raise Unreadable(f"the condition {math}")
            self.fragment.conditions.append((sides[0], sides[1] if relations else None))

    def _witness(self, latex: str) -> None:
        """Read what is put for the unknown."""
        symbol = latex.partition(" = ")[0]
        waiting = [claim for claim in self.fragment.claims if claim.unknown is not None and claim.witness is None]
        name = self._name(symbol)
        claim = next((claim for claim in waiting if claim.unknown is not None and claim.unknown.name == name), None)
        if claim is None or claim.unknown is None:
            raise Unreadable(f"the witness {symbol}")
        (_, claim.witness), _ = self._formula(latex, {symbol: claim.unknown.letter}).chain()


def _maths(words: str) -> list[str]:
    """List the formulas in some words, but for stars, which are tags."""
    return [math for math in re.findall(r"\$([^$]*)\$", words) if not math.startswith(r"\ast")]


def _value(latex: str) -> Value:
    r"""Read a number, or a matrix of numbers.

    >>> _value(r"\left(\begin{smallmatrix} 1/2 & 0 \\ 0 & -1 \end{smallmatrix}\right)") == (
    ...     (Fraction(1, 2), Fraction(0)), (Fraction(0), Fraction(-1)))
    True
    """
    matrix = re.fullmatch(r"\\left\(\\begin\{smallmatrix\} (.*) \\end\{smallmatrix\}\\right\)", latex)
    rows = matrix[1].split(r" \\ ") if matrix else [latex]
    return tuple(tuple(map(Fraction, row.split(" & "))) for row in rows)
