"""Sums of squares among the facts: over the reals they vanish only if every square does, and 1 + e^2 never."""

from __future__ import annotations

from fractions import Fraction

from symcrit.kernel.poly import Algebra, Central, Number, Poly, Word, flip_word
from symcrit.kernel.replay import poly_to_data
from symcrit.kernel.theory import Theory
from symcrit.prover.script import Script, Source

Square = tuple[Number, Poly]  # coefficient, E: stands for coefficient * E'E


def sum_of_squares(ring: Algebra, poly: Poly) -> list[Square] | None:
    """Read a polynomial as a sum of c*E'E, each E one monomial, all c of one sign; None if it is none."""
    if poly.rows != poly.cols or not poly.terms:
        return None
    squares: list[Square] = []
    for (central, word), value in poly.terms.items():
        root = _root(ring, central, word, poly)
        if root is None or (squares and (squares[0][0] > 0) != (value > 0)):
            return None
        squares.append((value, root))
    return squares


def _root(ring: Algebra, central: Central, word: Word, poly: Poly) -> Poly | None:
    half: list[tuple[tuple[str, ...], int]] = []
    gram: Word = ()
    for atom, exponent in central:
        if exponent % 2:
            gram_word = _half_of_cycle(atom[2:]) if atom[0] == "tr" and len(atom) > 2 else None
            if gram_word is None or gram or word:
                return None
            gram = gram_word
        if exponent > 1:
            half.append((atom, exponent // 2))
    if word:
        middle = len(word) // 2
        if word[:middle] != flip_word(word[middle:]):
            return None
        gram = word[middle:]
    rows, cols = (ring.types[gram[0]][0], ring.types[gram[-1]][1]) if gram else poly.shape
    return ring.word(gram, rows, cols, 1, tuple(half))


def _half_of_cycle(word: Word) -> Word | None:
    """Write a cyclic word as the rotation w'w if it is one; return w."""
    middle, odd = divmod(len(word), 2)
    for turn in range(0 if odd else len(word)):
        rotated = word[turn:] + word[:turn]
        if rotated[:middle] == flip_word(rotated[middle:]):
            return rotated[middle:]
    return None


def vanishing_squares(theory: Theory, poly: Poly, source: Source) -> list[tuple[Poly, Source]]:
    """From a fact that is a sum of squares, derive that every root is zero."""
    squares = sum_of_squares(theory.algebra, poly)
    if squares is None:
        return []

    def root_vanishes(chosen: int) -> Source:
        def write(script: Script) -> int:
            steps = [script.write("square", poly_to_data(root)) for _, root in squares]
            total = source(script)
            if not poly.is_scalar:
                total = script.write("trace", total)
            weight = Fraction(squares[chosen][0])
            summands = [[str(-1 / weight), [], "", total, ""]]
            summands += [[str(Fraction(value) / weight), [], "", steps[k], ""]
                         for k, (value, _) in enumerate(squares) if k != chosen]
            opposite = script.combine((1, 1), summands, ">=")
            return script.write("vanish", script.write("antisymmetry", steps[chosen], opposite),
                                poly_to_data(squares[chosen][1]))

        return write

    return [(root, root_vanishes(k)) for k, (_, root) in enumerate(squares)]


def positive_scalars(theory: Theory, polys: list[Poly]) -> list[tuple[Poly, Source]]:
    """Find coefficients such as 1 + e^2 that are never zero; give each its reciprocal, as a proved fact."""
    ring = theory.algebra
    facts: list[tuple[Poly, Source]] = []
    for poly in polys:
        coefficients: dict[Word, dict[tuple[Central, Word], Number]] = {}
        for (central, word), value in poly.terms.items():
            coefficients.setdefault(word, {})[central, ()] = value
        for terms in coefficients.values():
            bound = Fraction(terms.get(((), ()), 0))
            squares = sum_of_squares(ring, Poly(1, 1, terms))
            if len(terms) < 2 or not bound or squares is None:
                continue
            sign = 1 if bound > 0 else -1
            positive = ring.scale(sign, Poly(1, 1, terms))
            reciprocal = theory.proved_reciprocal(positive)
            fact = ring.add(ring.mul(positive, reciprocal), ring.constant(1, -1))
            if not any(fact == known for known, _ in facts):
                facts.append((fact, _nonzero(squares, sign, abs(bound))))
    return facts


def _nonzero(squares: list[Square], sign: int, bound: Fraction) -> Source:
    def write(script: Script) -> int:
        summands = [[str(sign * value), [], "", script.write("square", poly_to_data(root)), ""]
                    for value, root in squares if list(root.terms) != [((), ())]]
        return script.write("reciprocal", script.combine((1, 1), summands, ">="), str(bound))

    return write
