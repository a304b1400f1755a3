"""From a certificate to a calculation that a person can follow: one rewriting a line, each by a named equation.

A certificate says claim = sum of c * l * f * r. Taking these summands off the left side one after another leads to the
right side; the order is chosen so that the lines stay short. Every line is multiplied out: it differs from the one
above by multiples of the equation that is named, and the last line is the right side. Certificates that are too long
for that, or that use more than equations, have no such calculation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symcrit.errors import CertificateError, InputError
from symcrit.kernel import terms
from symcrit.kernel.poly import Central, Number, Poly, Word, flip_word, merge
from symcrit.kernel.replay import theory_of
from symcrit.kernel.statement import Equation
from symcrit.kernel.terms import Term
from symcrit.kernel.theory import Theory

MOST_SUMMANDS = 12
MOST_TERMS = 6  # of a line
ASSUMED, PENROSE = "assume", "penrose"


@dataclass(frozen=True)
class Reason:
    """What a line is by: a hypothesis of the statement, Penrose's equation 1 to 4 of a term, or (0) its inverse.

    `said` is a property in words, such as "S is symmetric", where it is none of these.
    """

    hypothesis: Equation | None = None
    penrose: int = 0
    argument: Term | None = None
    said: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a calculation; the first has no reasons."""

    term: Term
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class _Summand:
    """A multiple c * l * f * r of a base equation f = 0, or of its transpose."""

    value: Number
    central: Central
    left: Word
    base: tuple[Any, ...]
    right: Word
    transposed: bool = False


class _TooLong(Exception):
    pass


def derivation(certificate: Mapping[str, Any], abbreviations: Sequence[Term] = ()) -> list[Line]:
    """Turn the certificate of one claim into a calculation; an empty list if there is none that is short enough.

    Products that an abbreviation stands for are written by it. Raises InputError if the lines do not add up, which
    would be a bug.

    >>> from symcrit.lang.parser import parse
    >>> from symcrit.prover.decide import decide
    >>> statement = parse("matrix A : n x n\\nassume A*A = A\\nshow A*A*A = A")
    >>> lines = derivation(decide(statement, float("inf")).certificate)
    >>> from symcrit.kernel.text import text
    >>> [text(line.term) for line in lines], lines[2].reasons[0].hypothesis == statement.hypotheses[0]
    (['A*A*A', 'A*A', 'A'], True)
    """
    if certificate["lemmas"] or len(certificate["claims"]) != 1 or len(certificate["claims"][0]) != 1:
        return []
    theory = theory_of(certificate)
    equation = theory.statement.claims[0].equation
    if equation.relation != "=" or theory.statement.claims[0].unknown is not None:
        return []
    try:
        summands = _Flat(certificate["steps"]).of(certificate["claims"][0][0])
        return _Calculation(theory, summands, abbreviations).lines()
    except _TooLong:
        return []


class _Flat:
    """Expands the steps of a certificate into multiples of base equations."""

    def __init__(self, steps: list[list[Any]]) -> None:
        self.steps = steps

    def of(self, position: int) -> list[_Summand]:
        match self.steps[position]:
            case ["assume" | "penrose", *_]:
                return [_Summand(1, (), (), tuple(self.steps[position]), ())]
            case ["transpose", inner]:
                return [_Summand(one.value, one.central, flip_word(one.right), one.base, flip_word(one.left),
                                 not one.transposed) for one in self.of(inner)]
            case ["combine", _, _, "=", summands]:
                found = [self._multiple(summand, inner) for summand in summands for inner in self.of(summand[3])]
                if len(found) > MOST_SUMMANDS:
                    raise _TooLong
                return found
        raise _TooLong

    @staticmethod
    def _multiple(summand: list[Any], inner: _Summand) -> _Summand:
        value, central, left, _, right = summand
        outer = tuple(sorted((tuple(atom), exponent) for atom, exponent in central))
        return _Summand(Fraction(value) * inner.value, merge(outer, inner.central), (*left.split(), *inner.left),
                        inner.base, (*inner.right, *right.split()), inner.transposed)


class _Calculation:
    """Puts the summands in an order and writes the lines."""

    def __init__(self, theory: Theory, summands: list[_Summand], abbreviations: Sequence[Term]) -> None:
        self.theory, self.ring = theory, theory.algebra
        self.names = dict(sorted(self._words(abbreviations), key=lambda pair: -len(pair[0])))
        equation = theory.statement.claims[0].equation
        self.start, self.goal = theory.lower(equation.left), theory.lower(equation.right)
        self.open = [(summand, self._poly(summand)) for summand in summands]
        self.equation = equation

    def _words(self, abbreviations: Sequence[Term]) -> Iterator[tuple[Word, Term]]:
        """Find the abbreviations that are one product, and their transposes."""
        for term in abbreviations:
            try:
                (key, value), = self.theory.lower(term).terms.items()
            except (CertificateError, InputError, ValueError):
                continue  # of other letters, or a sum
            if not key[0] and value == 1 and len(key[1]) > 1:
                yield flip_word(key[1]), term.T
                yield key[1], term

    def _poly(self, summand: _Summand) -> Poly:
        ring = self.ring
        poly = (self.theory.granted.get(str(summand.base[1])) if summand.base[0] == ASSUMED
                else self.theory.penrose_equation(str(summand.base[1]), int(summand.base[2])))
        if poly is None or poly.is_scalar:
            raise _TooLong
        poly = ring.transpose(poly) if summand.transposed else poly
        before = ring.word(summand.left, self.start.rows, poly.rows, summand.value, summand.central)
        return ring.mul(ring.mul(before, poly), ring.word(summand.right, poly.cols, self.start.cols))

    def lines(self) -> list[Line]:
        """Take the summands off, those first that leave the shortest line; two uses of one equation may be one line."""
        current, found = self.start, [Line(self.equation.left)]
        while self.open:
            following = [(self.ring.add(current, self.ring.scale(-1, poly)), k)
                         for k, (_, poly) in enumerate(self.open)]
            after, k = min(following, key=lambda pair: (len(pair[0].terms), pair[0].letters, pair[1]))
            reason = self._reason(self.open.pop(k)[0].base)
            if found[-1].reasons == (reason,) and len(current.terms) > len(after.terms):
                found.pop()  # half of a move
            elif len(after.terms) > MOST_TERMS:
                raise _TooLong
            found.append(Line(self._term(after), (reason,)))
            current = after
        if current != self.goal:
            raise InputError("the lines of a calculation do not add up: a bug")
        return [*found[:-1], Line(self.equation.right, found[-1].reasons)] if len(found) > 1 else []

    def _reason(self, base: tuple[Any, ...]) -> Reason:
        if base[0] == PENROSE:
            return Reason(penrose=int(base[2]), argument=self._term(self.theory.penrose[str(base[1])]))
        name = str(base[1])
        kind, _, rest = name.partition(" ")
        if kind == ASSUMED:
            return Reason(hypothesis=self.theory.statement.hypotheses[int(rest) - 1])
        name = name.rpartition(" ")[0]
        if name in self.theory.inverses:
            return Reason(argument=self._term(self.theory.inverses[name]))
        *letters, word = name.split()
        return Reason(said=f"{' and '.join(letters)} {'is' if len(letters) == 1 else 'are'} {word}")

    # ---- polynomials as terms ------------------------------------------------------------------

    def _term(self, poly: Poly) -> Term:
        parts = [self._monomial(central, word, value, poly) for (central, word), value in
                 sorted(poly.terms.items(), key=lambda item: (item[1] < 0, -len(item[0][1]), item[0]))]
        if not parts:
            return terms.number(0) if poly.is_scalar else terms.zero(poly.rows, poly.cols)
        return parts[0] if len(parts) == 1 else terms.add(*parts)

    def _monomial(self, central: Central, word: Word, value: Number, poly: Poly) -> Term:
        factors = [self._atom(atom) for atom, exponent in central for _ in range(exponent)]
        factors += self._factors(word)
        if not word and not poly.is_scalar:
            factors.append(terms.identity(poly.rows))
        size = abs(Fraction(value))
        if size != 1 or not factors:
            number = terms.number(size.numerator)
            factors.insert(0, number if size.denominator == 1 else terms.div(number, terms.number(size.denominator)))
        made = factors[0] if len(factors) == 1 else terms.mul(*factors)
        return terms.neg(made) if value < 0 else made

    def _factors(self, word: Word) -> list[Term]:
        """Write a word with abbreviations, from the left, the longest first."""
        found: list[Term] = []
        while word:
            name = next((name for name in self.names if word[: len(name)] == name), None)
            found.append(self.names[name] if name else self._letter(word[0]))
            word = word[len(name) if name else 1 :]
        return found

    def _letter(self, letter: str) -> Term:
        name, turned = letter.removesuffix("'"), letter.endswith("'")
        if name in self.theory.penrose:
            made = terms.pinv(self._term(self.theory.penrose[name]))
        elif name in self.theory.inverses:
            made = terms.inverse(self._term(self.theory.inverses[name]))
        elif name in self.theory.algebra.types and "." not in name:
            made = terms.matrix(name, *self.theory.algebra.types[name])
        else:
            raise _TooLong
        return made.T if turned else made

    def _atom(self, atom: tuple[str, ...]) -> Term:
        if len(atom) == 1 and atom[0] in self.theory.inverses:
            return terms.div(terms.number(1), self._term(self.theory.inverses[atom[0]]))
        if len(atom) == 1:
            return terms.scalar(atom[0])
        if len(atom) == 2:
            return terms.trace(terms.identity(atom[1]))
        letters = self._factors(atom[2:])
        return terms.trace(letters[0] if len(letters) == 1 else terms.mul(*letters))
