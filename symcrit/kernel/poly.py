"""Polynomials in typed words: the normal form in which the kernel compares things.

A *letter* is a matrix or its transpose (`A`, `A'`), with a shape. A *word* is a product of letters.
A *central* monomial is a product of commuting atoms: scalars, and traces of words. A polynomial has a
shape and maps (central, word) to a rational coefficient. The empty word of an n x n polynomial is I(n).

Normal form: traces are taken up to rotation and transposition; wherever a word passes through the
literal size 1 twice, the piece between is 1 x 1 and moves out as a trace. So a 1 x 1 polynomial has
only the empty word: 1 x 1 matrices and scalars are the same thing here, and nothing else commutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

from symcrit.errors import LimitError, SizeError, TooLarge
from symcrit.kernel.terms import Shape, Size

Number = int | Fraction
Letter = str
Word = tuple[Letter, ...]
Atom = tuple[str, ...]  # ("s",) a scalar; ("tr", "", *word) a trace; ("tr", "n") the trace of I(n)
Central = tuple[tuple[Atom, int], ...]  # sorted, exponents positive
Key = tuple[Central, Word]

MAX_TERMS = 200_000
MAX_DEGREE = 5_000
MAX_BITS = 13_000  # about 3,900 decimal digits: Python can always print them
MAX_WORK = 20_000_000  # monomials made in the life of one Algebra, long words counting more


class Poly:
    """A polynomial of a shape; made and combined only by an `Algebra`."""

    __slots__ = ("cols", "rows", "terms")

    def __init__(self, rows: Size, cols: Size, terms: Mapping[Key, Number]) -> None:
        self.rows = rows
        self.cols = cols
        self.terms = terms

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Poly):
            return NotImplemented
        return (self.rows, self.cols, self.terms) == (other.rows, other.cols, other.terms)

    __hash__ = None  # type: ignore[assignment]

    @property
    def shape(self) -> Shape:
        return self.rows, self.cols

    @property
    def is_scalar(self) -> bool:
        return self.rows == 1 and self.cols == 1

    @property
    def letters(self) -> int:
        return sum(len(central) + len(word) for central, word in self.terms)


def flip(letter: Letter) -> Letter:
    """Name the transpose of a letter."""
    return letter[:-1] if letter.endswith("'") else letter + "'"


def flip_word(word: Word) -> Word:
    """Transpose a word: reversed, every letter transposed."""
    return tuple(flip(letter) for letter in reversed(word))


def merge(first: Central, second: Central) -> Central:
    """Multiply two central monomials."""
    if not first or not second:
        return first or second
    powers = dict(first)
    for atom, exponent in second:
        powers[atom] = powers.get(atom, 0) + exponent
    return tuple(sorted(powers.items()))


class Algebra:
    """The letters of a theory with their shapes, and arithmetic on polynomials in them.

    >>> ring = Algebra()
    >>> ring.declare("u", "n", 1)
    >>> u = ring.letter("u")
    >>> v = ring.mul(u, ring.mul(ring.transpose(u), u))
    >>> v.terms == {(((("tr", "", "u", "u'"), 1),), ("u",)): 1}
    True
    >>> ring.add(u, ring.transpose(u))
    Traceback (most recent call last):
    symcrit.errors.SizeError: sum of n x 1 and 1 x n
    """

    def __init__(self, work: int = 0) -> None:
        self.types: dict[Letter, Shape] = {}
        self.scalars: set[str] = set()
        self.has_one = False  # some letter has the literal size 1
        self.work = work

    def declare(self, letter: Letter, rows: Size, cols: Size) -> None:
        """Add a letter and its transpose; a letter is declared once."""
        if letter in self.types or letter.endswith("'"):
            raise SizeError(f"letter {letter} is not new")
        self.types[letter] = (rows, cols)
        self.types[flip(letter)] = (cols, rows)
        self.has_one = self.has_one or rows == 1 or cols == 1

    def letter(self, letter: Letter) -> Poly:
        return self.word((letter,), *self.types[letter])

    def word(self, word: Word, rows: Size, cols: Size, coefficient: Number = 1, central: Central = ()) -> Poly:
        """Make coefficient * central * word, after checking that the word has that shape."""
        at = rows
        for letter in word:
            if letter not in self.types or self.types[letter][0] != at:
                raise SizeError(f"the word {' '.join(word)} does not fit together at {letter}")
            at = self.types[letter][1]
        if len(word) > MAX_DEGREE:
            raise LimitError(f"a product of more than {MAX_DEGREE} factors", "prove it in smaller steps")
        if at != cols:
            raise SizeError(f"the word {' '.join(word) or '1'} is not {rows} x {cols}")
        atoms, rest = self._split(word, rows)
        return Poly(rows, cols, {(merge(central, atoms), rest): coefficient} if coefficient else {})

    def declare_scalar(self, name: str) -> None:
        """Add a scalar (or the reciprocal of one); a name is declared once."""
        if name in self.scalars:
            raise SizeError(f"scalar {name} is not new")
        self.scalars.add(name)

    def scalar(self, name: str) -> Poly:
        return Poly(1, 1, {((((name,), 1),), ()): 1})

    def knows(self, atom: Atom) -> bool:
        """Tell whether an atom speaks of declared scalars and letters only, and is in normal form."""
        if len(atom) == 1:
            return atom[0] in self.scalars
        if len(atom) == 2:
            return atom[0] == "tr" and atom[1].isidentifier()
        word = atom[2:]
        if atom[:2] != ("tr", "") or not all(letter in self.types for letter in word):
            return False
        fits = all(self.types[a][1] == self.types[b][0] for a, b in zip(word, word[1:] + word[:1], strict=True))
        return fits and self._trace_of_word(word) == ((atom, 1),)

    def constant(self, size: Size, value: Number) -> Poly:
        """Make value * I(size)."""
        return Poly(size, size, {((), ()): value} if value else {})

    def add(self, *polys: Poly) -> Poly:
        """Add polynomials of one shape."""
        self.spend(sum(len(poly.terms) for poly in polys))
        total: dict[Key, Number] = {}
        for poly in polys:
            if poly.shape != polys[0].shape:
                raise SizeError(f"sum of {polys[0].rows} x {polys[0].cols} and {poly.rows} x {poly.cols}")
            for key, value in poly.terms.items():
                total[key] = total.get(key, 0) + value
        return self._checked(polys[0].rows, polys[0].cols, total)

    def scale(self, value: Number, poly: Poly) -> Poly:
        self.spend(len(poly.terms))
        return self._checked(poly.rows, poly.cols, {key: value * c for key, c in poly.terms.items()})

    def mul(self, left: Poly, right: Poly) -> Poly:
        """Multiply; a 1 x 1 factor is a scalar and fits anywhere."""
        rows = right.rows if left.is_scalar else left.rows
        cols = left.cols if right.is_scalar and not left.is_scalar else right.cols
        if not (left.is_scalar or right.is_scalar) and left.cols != right.rows:
            raise SizeError(f"product of {left.rows} x {left.cols} and {right.rows} x {right.cols}")
        self.spend(len(left.terms) * len(right.terms)
                   + (len(left.terms) * right.letters + len(right.terms) * left.letters) // 4)
        total: dict[Key, Number] = {}
        for (central1, word1), value1 in left.terms.items():
            for (central2, word2), value2 in right.terms.items():
                atoms, word = self._split(word1 + word2, rows)
                key = merge(merge(central1, central2), atoms), word
                total[key] = total.get(key, 0) + value1 * value2
            if len(total) > MAX_TERMS:
                raise TooLarge(f"an expression expands to more than {MAX_TERMS} terms")
        return self._checked(rows, cols, total)

    def spend(self, work: int) -> None:
        """Count work; raises TooLarge beyond the limit, so that everything ends."""
        self.work += work
        if self.work > MAX_WORK:
            raise TooLarge(f"more work than {MAX_WORK} monomials")

    def transpose(self, poly: Poly) -> Poly:
        self.spend(len(poly.terms) + poly.letters // 4)
        return Poly(poly.cols, poly.rows, {(c, flip_word(w)): value for (c, w), value in poly.terms.items()})

    def trace(self, poly: Poly) -> Poly:
        """Take the trace; the trace of I(n) is n for a literal n and an atom of its own for a symbol."""
        if poly.rows != poly.cols:
            raise SizeError(f"trace of {poly.rows} x {poly.cols}")
        total: dict[Key, Number] = {}
        for (central, word), value in poly.terms.items():
            if word:
                key = merge(central, self._trace_of_word(word)), ()
            elif isinstance(poly.rows, int):
                key, value = (central, ()), value * poly.rows
            else:
                key = merge(central, ((("tr", poly.rows), 1),)), ()
            total[key] = total.get(key, 0) + value
        return self._checked(1, 1, total)

    def _split(self, word: Word, rows: Size) -> tuple[Central, Word]:
        """Move every 1 x 1 piece of a word out of it, as a trace."""
        if not self.has_one:
            return (), word
        cuts = [0] if rows == 1 else []
        cuts += [place for place, letter in enumerate(word, 1) if self.types[letter][1] == 1]
        if len(cuts) < 2:
            return (), word
        atoms: Central = ()
        for start, end in pairwise(cuts):
            atoms = merge(atoms, ((self._cycle(word[start:end]), 1),))
        return atoms, word[: cuts[0]] + word[cuts[-1] :]

    def _trace_of_word(self, word: Word) -> Central:
        for place, letter in enumerate(word):
            if self.types[letter][0] == 1:
                return self._split(word[place:] + word[:place], 1)[0]
        return ((self._cycle(word), 1),)

    def _cycle(self, word: Word) -> Atom:
        """Choose the least word among all rotations of a word and of its transpose."""
        self.spend(len(word) ** 2 // 4)
        return ("tr", "", *min(w[k:] + w[:k] for w in (word, flip_word(word)) for k in range(len(w))))

    def _checked(self, rows: Size, cols: Size, terms: Mapping[Key, Number]) -> Poly:
        kept = {key: value for key, value in terms.items() if value}
        if len(kept) > MAX_TERMS:
            raise TooLarge(f"an expression expands to more than {MAX_TERMS} terms")
        bits = 0
        for (central, word), value in kept.items():
            size = value.numerator.bit_length() + value.denominator.bit_length()
            bits += size
            if len(word) + sum(e for _, e in central) > MAX_DEGREE:
                raise LimitError(f"a product of more than {MAX_DEGREE} factors", "prove it in smaller steps")
            if size > MAX_BITS:
                raise LimitError("a coefficient with thousands of digits", "use smaller numbers and exponents")
        self.spend(bits // 64)
        return Poly(rows, cols, kept)
