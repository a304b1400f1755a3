"""Kernel polynomials as dictionaries of strings, one character a letter.

A monomial is a string: first its central characters (scalars, traces), sorted, then its word. Characters
are dealt out so that a larger letter has a smaller code: among words of one length the least string leads.
1 x 1 pieces stay inside words here, as ordinary letters, unless the word passes through no size 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from symcrit.kernel.poly import Algebra, Atom, Central, Number, Poly, Word, flip, flip_word
from symcrit.kernel.terms import Shape, Size

Terms = dict[str, Number]  # monomial -> coefficient
FIRST_LETTER = 0x100
CENTRAL = chr(0x10000)  # the first central character; letters come before it


class Alphabet:
    """Letters and central atoms as characters; `order` lists the letters, largest first."""

    def __init__(self, types: dict[str, Shape], order: Sequence[str]) -> None:
        self.letters = list(order)
        self.chars = {letter: chr(FIRST_LETTER + k) for k, letter in enumerate(order)}
        self.rows: dict[str, Size] = {self.chars[letter]: types[letter][0] for letter in order}
        self.cols: dict[str, Size] = {self.chars[letter]: types[letter][1] for letter in order}
        self.flips = str.maketrans({self.chars[letter]: self.chars[flip(letter)] for letter in order})
        self.has_one = 1 in self.rows.values()
        self.atoms: dict[Atom, str] = {}
        self.weights: dict[str, int] = {}  # central character -> its part in the degree; traces of longer words lead
        self.cycles: dict[str, str] = {}  # central character -> word, for traces of words

    # ---- words and monomials

    def flip(self, word: str) -> str:
        """Transpose a word."""
        return word[::-1].translate(self.flips)

    def mirror(self, monomial: str) -> str:
        """Transpose the word of a monomial."""
        central, word = self.split(monomial)
        return central + self.flip(word)

    def split(self, monomial: str) -> tuple[str, str]:
        """Split a monomial into its central part and its word."""
        place = 0
        while monomial[place : place + 1] >= CENTRAL:
            place += 1
        return monomial[:place], monomial[place:]

    def key(self, monomial: str) -> tuple[int, str, int, str]:
        """Sort key of the monomial order, largest monomial first: by word, then by central part."""
        if monomial[:1] < CENTRAL:
            return (-len(monomial), monomial, 0, "")
        central, word = self.split(monomial)
        return (-len(word), word, -sum(self.weights[char] for char in central), central)

    def atom(self, atom: Atom) -> str:
        """Return the character of a scalar or trace."""
        if atom not in self.atoms:
            char = chr(ord(CENTRAL) + len(self.atoms))
            self.atoms[atom] = char
            length = sum(not letter.startswith("unit.") for letter in atom[2:])
            self.weights[char] = max(1, length**2)  # so that a trace of a product outweighs the product of two
            if atom[0] == "tr" and len(atom) > 2:
                self.cycles[char] = "".join(self.chars[letter] for letter in atom[2:])
        return self.atoms[atom]

    def trace(self, word: str, size: Size) -> tuple[str, Number]:
        """Return the trace of a word as a central character (or "" and a number, for a literal size)."""
        if not word:
            return ("", size) if isinstance(size, int) else (self.atom(("tr", size)), 1)
        letters = self.word(word)
        rotations = (w[k:] + w[:k] for w in (letters, flip_word(letters)) for k in range(len(letters)))
        return self.atom(("tr", "", *min(rotations))), 1

    def word(self, word: str) -> Word:
        """Return a word in the kernel's letters."""
        return tuple(self.letters[ord(char) - FIRST_LETTER] for char in word)

    def decode_central(self, central: str) -> Central:
        """Return a central part in the kernel's atoms."""
        names = {char: atom for atom, char in self.atoms.items()}
        powers: dict[Atom, int] = {}
        for char in central:
            powers[names[char]] = powers.get(names[char], 0) + 1
        return tuple(sorted(powers.items()))

    # ---- kernel polynomials

    def encode(self, poly: Poly, *, central_traces: bool = False) -> Terms:
        """Write a kernel polynomial as strings; 1 x 1 traces become words where a size 1 is passed."""
        result: Terms = {}
        for (central, word), value in poly.terms.items():
            chars = "".join(self.chars[letter] for letter in word)
            outer, pieces = "", []
            for atom, exponent in central:
                piece = None if central_traces or not self.has_one else self._one_by_one(atom)
                if piece is None:
                    outer += self.atom(atom) * exponent
                else:
                    pieces += [(piece, atom)] * exponent
            if pieces:
                place = self._place_of_one(chars, poly.rows)
                if place is None:
                    outer += "".join(self.atom(atom) for _, atom in pieces)
                else:
                    chars = chars[:place] + "".join(sorted(piece for piece, _ in pieces)) + chars[place:]
            monomial = "".join(sorted(outer)) + chars
            result[monomial] = result.get(monomial, 0) + value
        return {monomial: value for monomial, value in result.items() if value}

    def _one_by_one(self, atom: Atom) -> str | None:
        """Open a trace at a place where it passes through size 1."""
        if atom[0] != "tr" or len(atom) < 3:
            return None
        word = "".join(self.chars[letter] for letter in atom[2:])
        for place, char in enumerate(word):
            if self.rows[char] == 1:
                word = word[place:] + word[:place]
                return min(word, self.flip(word))
        return None

    def _place_of_one(self, word: str, rows: Size) -> int | None:
        if rows == 1:
            return 0
        return next((place for place, char in enumerate(word, 1) if self.cols[char] == 1), None)

    def pieces(self, monomial: str, rows: Size) -> list[str]:
        """List the 1 x 1 pieces inside the word of a monomial."""
        word = self.split(monomial)[1]
        cuts = [0] if rows == 1 else []
        cuts += [place for place, char in enumerate(word, 1) if self.cols[char] == 1]
        return [word[start:end] for start, end in pairwise(cuts)]

    def decode(self, terms: Terms, shape: Shape, ring: Algebra) -> Poly:
        """Return a polynomial in the kernel's letters."""
        parts = [Poly(*shape, {})]
        for monomial, value in terms.items():
            central, word = self.split(monomial)
            parts.append(ring.word(self.word(word), *shape, value, self.decode_central(central)))
        return ring.add(*parts)


def merge(first: str, second: str) -> str:
    """Multiply two central parts."""
    return "".join(sorted(first + second)) if first and second else first or second


def divide(whole: str, part: str) -> str | None:
    """Divide central parts; None if it does not go."""
    for char in part:
        if char not in whole:
            return None
        whole = whole.replace(char, "", 1)
    return whole
