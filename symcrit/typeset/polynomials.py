"""Polynomials of the kernel as terms that a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symcrit.errors import CertificateError, InputError
from symcrit.kernel import terms, walk
from symcrit.kernel.poly import Atom, Central, Number, Poly, Word, flip_word
from symcrit.kernel.terms import Term
from symcrit.kernel.theory import Theory


class Unwritable(Exception):
    """Something in a certificate has no name that the author of the statement would know."""


class Writer:
    """Writes polynomials of one theory; products that an abbreviation stands for are written by it.

    >>> from symcrit.kernel.text import text
    >>> from symcrit.lang.parser import parse
    >>> theory = Theory(parse("matrix A : n x n\\nlet P = A*A'\\nshow A = A"))
    >>> A = terms.matrix("A", "n", "n")
    >>> text(Writer(theory, []).term(theory.lower(A - A * A.T * A * 2)))
    "A - 2*A*A'*A"
    >>> theory.define("let.x", theory.lower(A)) and Writer(theory, []).term(theory.algebra.letter("let.x"))
    Traceback (most recent call last):
    symcrit.typeset.polynomials.Unwritable: let.x
    """

    def __init__(self, theory: Theory, abbreviations: Sequence[Term]) -> None:
        self.theory = theory
        self.sums: list[tuple[Poly, Term]] = []
        self.names: dict[Word, Term] = {}
        for term in abbreviations:
            self._abbreviate(term)
        self.names = dict(sorted(self.names.items(), key=lambda pair: -len(pair[0])))
        self.arguments: dict[str, Term] = {}
        statement = theory.statement
        equations = (*statement.hypotheses, *statement.guards, *(claim.equation for claim in statement.claims))
        for node in walk.postorder([side for equation in equations for side in (equation.left, equation.right)]):
            if node.op in ("inv", "pinv") and node.shape is not None:
                self._note(node)

    def _note(self, node: Term) -> None:
        """Keep the author's own way to write what is inverted."""
        try:
            (_, word), = self.theory.lower(node).terms
        except (CertificateError, InputError, ValueError):
            return  # with an unknown in it, or a sum
        if len(word) == 1 and not word[0].endswith("'"):
            self.arguments.setdefault(word[0], node.args[0])

    def argument(self, name: str) -> Term:
        """Write what a letter is the inverse or the pseudoinverse of, as the author does if it is in the statement."""
        poly = self.theory.penrose[name] if name in self.theory.penrose else self.theory.inverses[name]
        return self.arguments.get(name) or self.term(poly)

    def _abbreviate(self, term: Term) -> None:
        """Note an abbreviation and its transpose: a product, which stands for part of a word, or a sum."""
        try:
            poly = self.theory.lower(term)
        except (CertificateError, InputError):
            return  # of other letters
        if poly.is_scalar or not poly.terms:
            return
        if len(poly.terms) > 1:
            self.sums += [(poly, term), (self.theory.algebra.transpose(poly), term.T)]
            return
        (key, value), = poly.terms.items()
        if not key[0] and value == 1 and len(key[1]) > 1:
            self.names.setdefault(flip_word(key[1]), term.T)
            self.names[key[1]] = term

    def term(self, poly: Poly) -> Term:
        """Write a polynomial, what is positive first; raises Unwritable. What reads back otherwise would be a bug."""
        for sum_, name in self.sums:
            if poly == sum_:
                return name
        parts = [self._monomial(central, word, value, poly) for (central, word), value in
                 sorted(poly.terms.items(), key=lambda item: (item[1] < 0, -len(item[0][1]), item[0]))]
        if not parts:
            return terms.number(0) if poly.is_scalar else terms.zero(poly.rows, poly.cols)
        made = parts[0] if len(parts) == 1 else terms.add(*parts)
        if self.theory.lower(made) != poly:
            raise AssertionError("what is written for a polynomial says that polynomial")
        return made

    def _monomial(self, central: Central, word: Word, value: Number, poly: Poly) -> Term:
        factors = [self._power(self._atom(atom), exponent) for atom, exponent in central]
        factors += self._factors(word)
        if not word and not poly.is_scalar:
            factors.append(terms.identity(poly.rows))
        size = abs(Fraction(value))
        if size != 1 or not factors:
            number = terms.number(size.numerator)
            factors.insert(0, number if size.denominator == 1 else terms.div(number, terms.number(size.denominator)))
        made = factors[0] if len(factors) == 1 else terms.mul(*factors)
        return terms.neg(made) if value < 0 else made

    @staticmethod
    def _power(base: Term, exponent: int) -> Term:
        return base if exponent == 1 else terms.power(base, exponent)

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
            made = terms.pinv(self.argument(name))
        elif name in self.theory.inverses:
            made = terms.inverse(self.argument(name))
        elif name in self.theory.algebra.types and "." not in name:
            made = terms.matrix(name, *self.theory.algebra.types[name])
        else:
            raise Unwritable(letter)
        return made.T if turned else made

    def _atom(self, atom: Atom) -> Term:
        if len(atom) == 1 and atom[0] in self.theory.inverses:
            return terms.div(terms.number(1), self.argument(atom[0]))
        if len(atom) == 1:
            return terms.scalar(atom[0])
        if len(atom) == 2 and all(atom[1] not in shape for shape in self.theory.algebra.types.values()):
            raise Unwritable(f"tr(I({atom[1]}))")
        if len(atom) == 2:
            return terms.trace(terms.identity(atom[1]))
        letters = self._factors(atom[2:])
        return terms.trace(letters[0] if len(letters) == 1 else terms.mul(*letters))
