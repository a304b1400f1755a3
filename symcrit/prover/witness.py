"""Witnesses for `show exists W`: linear algebra on the normal forms of candidate words.

An equation linear in W maps every candidate to a normal form; a combination of candidates that hits the
rest of the equation is a witness. For B*W*C = R the candidate pinv(B)*R*pinv(C) comes first: it works
whenever anything does. The kernel then checks the witness like any claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symcrit.errors import InputError, NotGranted, TooLarge
from symcrit.kernel import terms, walk
from symcrit.kernel.poly import Central, Number, Poly, Word
from symcrit.kernel.statement import Claim, Equation, Statement
from symcrit.kernel.terms import Shape, Term
from symcrit.kernel.theory import Theory
from symcrit.prover.alphabet import Alphabet, Terms, merge
from symcrit.prover.completion import Completion, tidy

MAX_WORDS = 300
MAX_LENGTH = 6


@dataclass(frozen=True)
class Place:
    """One occurrence of the unknown: coefficient * central * left * W (or W') * right."""

    value: Number
    central: Central
    left: Word
    flipped: bool
    right: Word


class Unknown:
    """The unknown of an `exists` claim, with its equation as places and a constant, if it is linear."""

    def __init__(self, theory: Theory, claim: Claim) -> None:
        if claim.unknown is None or claim.unknown.shape is None:
            raise InputError("the claim has no unknown")
        self.theory = theory
        self.claim = claim
        self.name = claim.unknown.name
        self.shape: Shape = claim.unknown.shape
        self.places: list[Place] = []
        self.constant: Poly | None = None
        self._read_equation()

    def _read_equation(self) -> None:
        """Lower the equation with the unknown as one more letter; leave `constant` None if it is not linear."""
        statement = self.theory.statement
        unknown = self.claim.unknown
        if unknown is None:
            return
        try:
            wider = Theory(Statement((*statement.declarations, unknown), statement.hypotheses, statement.guards,
                                     (Claim(self.claim.equation),)))
            poly = wider.difference(self.claim.equation)
        except (InputError, TooLarge):
            return
        rest = {}
        mine = (self.name, self.name + "'")
        for (central, word), value in poly.terms.items():
            letters = [*word, *(letter for atom, _ in central for letter in atom)]
            found = [letter for letter in letters if letter in mine]
            if not set(letters) - {*mine, "tr", ""} <= self._known():
                return
            if not found:
                rest[central, word] = value
            elif len(found) == 1 and found[0] in word:
                place = word.index(found[0])
                self.places.append(Place(value, central, word[:place], found[0] != self.name, word[place + 1 :]))
            else:
                return
        self.constant = Poly(poly.rows, poly.cols, rest)

    def _known(self) -> set[str]:
        scalars = {d.name for d in self.theory.statement.declarations if d.shape is None}
        sizes = {str(size) for d in self.theory.statement.declarations for size in d.shape or ()}
        return set(self.theory.algebra.types) | scalars | sizes | set(self.theory.inverses)

    def around(self) -> tuple[Poly, Poly] | None:
        """If the equation is B*W*C = R with W in places of one left or one right side, return B and C."""
        if self.constant is None or not self.places or any(place.flipped for place in self.places):
            return None
        ring, (rows, cols) = self.theory.algebra, self.constant.shape
        lefts = {place.left for place in self.places}
        rights = {place.right for place in self.places}
        if len(lefts) > 1 and len(rights) > 1:
            return None
        one_right = len(rights) == 1
        left = [ring.word(p.left, rows, self.shape[0], p.value, p.central) for p in self.places]
        right = [ring.word(p.right, self.shape[1], cols, p.value, p.central) for p in self.places]
        if one_right:
            return ring.add(*left), ring.word(self.places[0].right, self.shape[1], cols)
        return ring.word(self.places[0].left, rows, self.shape[0]), ring.add(*right)

    # ---- search

    def solve(self, alphabet: Alphabet, completion: Completion) -> Term | None:
        """Look for a witness with the present rules."""
        if self.constant is None:
            return self._try_words(alphabet, completion)
        target, _ = completion.reduce(alphabet.encode(self.theory.algebra.scale(-1, self.constant)),
                                      self.constant.shape)
        rows: list[tuple[str, Terms, Terms]] = []  # (pivot, image, combination of candidates)
        if not target:
            return terms.zero(*self.shape)
        for candidate in self._candidates(alphabet, completion):
            image, _ = completion.reduce(self._image(alphabet, candidate), self.constant.shape)
            image, combination = _eliminate(rows, image, candidate)
            if image:
                pivot = min(image, key=alphabet.key)
                rows.append((pivot, image, combination))
                rest, negative = _eliminate(rows, dict(target), {})
                if not rest:
                    found = {monomial: -value for monomial, value in negative.items()}
                    return matrix_term(self.theory, alphabet.decode(found, self.shape, self.theory.algebra))
        return None

    def _image(self, alphabet: Alphabet, candidate: Terms) -> Terms:
        image: Terms = {}
        for place in self.places:
            outer = "".join(sorted("".join(alphabet.atom(atom) * exponent for atom, exponent in place.central)))
            left = "".join(alphabet.chars[letter] for letter in place.left)
            right = "".join(alphabet.chars[letter] for letter in place.right)
            for monomial, value in candidate.items():
                central, word = alphabet.split(alphabet.mirror(monomial) if place.flipped else monomial)
                key = merge(outer, central) + left + word + right
                image[key] = image.get(key, 0) + value * place.value
        return {monomial: value for monomial, value in image.items() if value}

    def _candidates(self, alphabet: Alphabet, completion: Completion) -> Iterator[Terms]:
        sides = self.around()
        words = list(self._words(alphabet, completion))
        scalars = [char for atom, char in alphabet.atoms.items() if atom[0] != "tr"]
        for word in words[:40]:
            yield {word: 1}
        if sides is not None and self.constant is not None:
            ring, theory = self.theory.algebra, self.theory
            inverse = [theory.pinv(side) if list(side.terms) != [((), ())] else side for side in sides]
            poly = ring.mul(ring.mul(inverse[0], ring.scale(-1, self.constant)), inverse[1])
            if all(letter in alphabet.chars for _, word in poly.terms for letter in word):
                yield alphabet.encode(poly)
        for word in words[40:]:
            yield {word: 1}
        for char in scalars:
            for word in words[:40]:
                yield {char + word: 1}

    def _words(self, alphabet: Alphabet, completion: Completion) -> Iterator[str]:
        """List irreducible words of the unknown's shape, shorter first."""
        level, count = [""], 0
        for _ in range(MAX_LENGTH + 1):
            longer = []
            for word in level:
                at = alphabet.cols[word[-1]] if word else self.shape[0]
                if at == self.shape[1]:
                    yield word
                    count += 1
                    if count >= MAX_WORDS:
                        return
                longer += [word + char for char in alphabet.cols
                           if alphabet.rows[char] == at and not alphabet.word(char)[0].startswith("let.")]
            level = [word for word in longer
                     if not any(rule.word in word for rule in completion.rules if rule.word and not rule.central)]
            level = level[: 4 * MAX_WORDS]

    def _try_words(self, alphabet: Alphabet, completion: Completion) -> Term | None:
        """For an equation that is not linear: put 0 and single words in."""
        words = list(self._words(alphabet, completion))[:60]
        candidates: list[Terms] = [{}]
        candidates += [{word: 1} for word in words]
        for candidate in candidates:
            poly = alphabet.decode(candidate, self.shape, self.theory.algebra)
            witness = matrix_term(self.theory, poly)
            try:
                difference = self.theory.difference(put(self.claim, witness))
            except (NotGranted, TooLarge, InputError):
                continue
            if all(letter in alphabet.chars for _, word_ in difference.terms for letter in word_):
                rest, _ = completion.reduce(alphabet.encode(difference), difference.shape)
                if not rest:
                    return witness
        return None


def put(claim: Claim, witness: Term) -> Equation:
    """Put a witness in for the unknown of a claim."""
    name = claim.unknown.name if claim.unknown else ""
    return Equation(walk.substitute(claim.equation.left, {name: witness}, {}),
                    walk.substitute(claim.equation.right, {name: witness}, {}))


def _eliminate(rows: list[tuple[str, Terms, Terms]], image: Terms, combination: Terms) -> tuple[Terms, Terms]:
    """Subtract rows so that no pivot is left in an image; follow the combination along."""
    image, combination = dict(image), dict(combination)
    for pivot, row, source in rows:
        value = image.get(pivot)
        if not value:
            continue
        factor = tidy(Fraction(value) / row[pivot])
        for total, part in ((image, row), (combination, source)):
            for monomial, entry in part.items():
                total[monomial] = total.get(monomial, 0) - factor * entry
                if not total[monomial]:
                    del total[monomial]
    return image, combination


# ---- polynomials back to terms ------------------------------------------------------------------


def matrix_term(theory: Theory, poly: Poly) -> Term:
    """Write a polynomial as a term that is a matrix even where it is 1 x 1."""
    term = poly_term(theory, poly)
    return term if term.shape is not None else term * terms.identity(1)


def poly_term(theory: Theory, poly: Poly) -> Term:
    """Write a polynomial as a term in the letters of the statement."""
    result: Term | None = None
    for (central, word), value in poly.terms.items():
        factors = [_atom_term(theory, atom) ** e if e > 1 else _atom_term(theory, atom) for atom, e in central]
        factors += [_letter_term(theory, letter) for letter in word]
        if not word and poly.shape != (1, 1):
            factors.append(terms.identity(poly.rows))
        size = abs(Fraction(value))
        if size != 1 or not factors:
            factors.insert(0, terms.rational(size))
        product = factors[0] if len(factors) == 1 else terms.mul(*factors)
        if result is None:
            result = -product if value < 0 else product
        else:
            result = result - product if value < 0 else result + product
    return terms.zero(*poly.shape) if result is None else result


def _letter_term(theory: Theory, letter: str) -> Term:
    name = letter.rstrip("'")
    if name in theory.penrose:
        term = terms.pinv(matrix_term(theory, theory.penrose[name]))
    elif name in theory.inverses:
        term = terms.inverse(matrix_term(theory, theory.inverses[name]))
    else:
        term = terms.matrix(name, *theory.algebra.types[name])
    return term.T if letter.endswith("'") else term


def _atom_term(theory: Theory, atom: tuple[str, ...]) -> Term:
    if atom[0] != "tr":
        argument = theory.inverses.get(atom[0])
        return terms.scalar(atom[0]) if argument is None else terms.div(terms.number(1), poly_term(theory, argument))
    if len(atom) == 2:
        return terms.trace(terms.identity(atom[1]))
    factors = [_letter_term(theory, letter) for letter in atom[2:]]
    return terms.trace(factors[0] if len(factors) == 1 else terms.mul(*factors))
