"""Sums of squares among the facts: over the reals they vanish only if every square does, and 1 + e^2 never."""

from __future__ import annotations

from fractions import Fraction

from symcrit.kernel.letters import Evidence
from symcrit.kernel.poly import Algebra, Central, Key, Number, Poly, Word, flip_word
from symcrit.kernel.replay import poly_to_data
from symcrit.kernel.theory import Theory
from symcrit.prover.script import Script, Source

MAX_ROOTS = 8
Square = tuple[Number, Poly]  # coefficient, E: stands for coefficient * E'E


def sum_of_squares(ring: Algebra, poly: Poly) -> list[Square] | None:
    """Write a scalar polynomial as a sum of c*tr(E'E) with all c of one sign; None if that does not work.

    The Gram matrix of the roots of its pure squares is taken apart exactly (completing squares).
    """
    roots: dict[Key, Poly] = {}
    for (central, word), value in poly.terms.items():
        root = _root(ring, central, word, poly)
        if root is not None:
            roots[central, word] = root
            positive = value > 0
    if not roots or len(roots) > MAX_ROOTS:
        return None
    sign = 1 if positive else -1
    keys = sorted(roots, key=lambda key: key == ((), ()))  # a constant last: what squares leave of it is a bound
    basis = [roots[key] for key in keys]
    gram = _gram(ring, ring.scale(sign, poly), keys, basis)
    squares = None if gram is None else _complete(ring, gram, basis)
    if squares is None:
        return None
    total = [ring.scale(sign * value, ring.trace(ring.mul(ring.transpose(root), root))) for value, root in squares]
    return [(sign * value, root) for value, root in squares] if ring.add(*total) == poly else None


def _gram(ring: Algebra, poly: Poly, keys: list[Key], basis: list[Poly]) -> list[list[Fraction]] | None:
    """Read off the Gram matrix of a quadratic form in the roots; None if a term is no product of two roots."""
    left = dict(poly.terms)
    gram = [[Fraction(0)] * len(basis) for _ in basis]
    for k, key in enumerate(keys):
        gram[k][k] = Fraction(left.pop(key))
    for i, first in enumerate(basis):
        for j, second in enumerate(basis[:i]):
            if first.shape == second.shape and left:
                ((key, _),) = ring.trace(ring.mul(ring.transpose(first), second)).terms.items()
                gram[i][j] = gram[j][i] = Fraction(left.pop(key, 0)) / 2
    return None if left else gram


def _complete(ring: Algebra, gram: list[list[Fraction]], basis: list[Poly]) -> list[Square] | None:
    """Complete squares: gram = sum d * v v' with d > 0; None if it is not positive semidefinite."""
    squares: list[Square] = []
    for k in range(len(basis)):
        pivot = gram[k][k]
        if pivot < 0 or (pivot == 0 and any(gram[k])):
            return None
        if pivot == 0:
            continue
        row = [entry / pivot for entry in gram[k]]
        parts = [ring.scale(factor, root) for factor, root in zip(row, basis, strict=True) if factor]
        squares.append((pivot, ring.add(*parts)))
        gram = [[entry - pivot * row[i] * row[j] for j, entry in enumerate(line)] for i, line in enumerate(gram)]
    return squares


def _root(ring: Algebra, central: Central, word: Word, poly: Poly) -> Poly | None:
    half: list[tuple[tuple[str, ...], int]] = []
    gram: Word | None = None
    rows, cols = poly.shape
    for atom, exponent in central:
        if exponent % 2:
            if atom[0] != "tr" or len(atom) == 1 or gram is not None or word:
                return None
            gram = _half_of_cycle(atom[2:])
            rows, cols = (atom[1], atom[1]) if len(atom) == 2 else (rows, cols)  # the trace of I is that of I'I
            if gram is None:
                return None
        if exponent > 1:
            half.append((atom, exponent // 2))
    if word:
        middle = len(word) // 2
        if word[:middle] != flip_word(word[middle:]):
            return None
        gram = word[middle:]
    if gram:
        rows, cols = ring.types[gram[0]][0], ring.types[gram[-1]][1]
    return ring.word(gram or (), rows, cols, 1, tuple(half))


def _half_of_cycle(word: Word) -> Word | None:
    """Write a cyclic word as the rotation w'w if it is one; return w."""
    middle, odd = divmod(len(word), 2)
    for turn in range(0 if odd else max(1, len(word))):
        rotated = word[turn:] + word[:turn]
        if rotated[:middle] == flip_word(rotated[middle:]):
            return rotated[middle:]
    return None


def vanishing_squares(theory: Theory, poly: Poly, source: Source) -> list[tuple[Poly, Source]]:
    """From a fact that is a sum of squares (or whose trace is), derive that every root is zero."""
    ring = theory.algebra
    if poly.rows != poly.cols or len(poly.terms) > MAX_ROOTS**2:
        return []
    squares = sum_of_squares(ring, poly if poly.is_scalar else ring.trace(poly))
    if squares is None:
        return []
    return roots_vanish(squares, source if poly.is_scalar else lambda script: script.write("trace", source(script)))


def roots_vanish(squares: list[Square], total: Source) -> list[tuple[Poly, Source]]:
    """From a fact sum c*tr(E'E) = 0 with all c of one sign, derive E = 0 for every root E."""

    def root_vanishes(chosen: int) -> Source:
        def write(script: Script) -> int:
            steps = [script.write("square", poly_to_data(root)) for _, root in squares]
            weight = Fraction(squares[chosen][0])
            summands = [[str(-1 / weight), [], "", total(script), ""]]
            summands += [[str(Fraction(value) / weight), [], "", steps[k], ""]
                         for k, (value, _) in enumerate(squares) if k != chosen]
            opposite = script.combine((1, 1), summands, ">=")
            return script.write("vanish", script.write("antisymmetry", steps[chosen], opposite),
                                poly_to_data(squares[chosen][1]))

        return write

    return [(root, root_vanishes(k)) for k, (_, root) in enumerate(squares)]


def gram_letters(theory: Theory) -> list[tuple[Poly, Source]]:
    """With X = pinv(G) for a sum G of c*E'E with all c of one sign: G*(I - X*G) = 0 gives E*(I - X*G) = 0."""
    ring = theory.algebra
    facts: list[tuple[Poly, Source]] = []
    for name, g in theory.penrose.items():
        if g.is_scalar or g.rows != g.cols or not 1 < len(g.terms) <= MAX_ROOTS**2:
            continue
        squares = sum_of_squares(ring, ring.trace(g))
        if squares is None:
            continue
        grams = [ring.scale(value, ring.mul(ring.transpose(root), root)) for value, root in squares]
        if any(gram.shape != g.shape for gram in grams) or ring.add(*grams) != g:
            continue
        rest = ring.add(ring.constant(g.rows, 1), ring.scale(-1, ring.mul(ring.letter(name), g)))
        total = _gram_of_rest(name, g, poly_to_data(ring.transpose(rest))[2])
        facts += roots_vanish([(value, ring.mul(root, rest)) for value, root in squares], total)
    return facts


def _gram_of_rest(name: str, g: Poly, left: list[list[object]]) -> Source:
    """Write tr((I - X*G)'*G*(I - X*G)) = 0, from G*X*G = G."""

    def write(script: Script) -> int:
        penrose = script.write("penrose", name, 1)
        summands = [[_minus(str(value)), central, word, penrose, ""] for value, central, word in left]
        return script.write("trace", script.combine(g.shape, summands))

    return write


def _minus(value: str) -> str:
    return value[1:] if value.startswith("-") else f"-{value}"


def positive_scalars(theory: Theory, polys: list[Poly]) -> list[tuple[Poly, Source]]:
    """Find coefficients such as 1 + e^2 that are never zero; give each its reciprocal, as a proved fact."""
    ring = theory.algebra
    facts: list[tuple[Poly, Source]] = []
    for poly in polys:
        coefficients: dict[Word, dict[Key, Number]] = {}
        for (central, word), value in poly.terms.items():
            coefficients.setdefault(word, {})[central, ()] = value
        for terms in coefficients.values():
            found = _positive(ring, Poly(1, 1, terms)) if 1 < len(terms) <= MAX_ROOTS**2 else None
            if found is None:
                continue
            sign, bound, squares = found
            positive = ring.scale(sign, Poly(1, 1, terms))
            reciprocal = theory.proved_reciprocal(positive, Evidence(frozenset(), frozenset()))
            fact = ring.add(ring.mul(positive, reciprocal), ring.constant(1, -1))
            if not any(fact == known for known, _ in facts):
                facts.append((fact, _nonzero(squares, bound)))
    return facts


def positive_hypotheses(theory: Theory) -> list[tuple[Poly, Source]]:
    """Give everything that an inequality among the hypotheses makes positive its reciprocal, as a proved fact."""
    ring = theory.algebra
    facts: list[tuple[Poly, Source]] = []
    for name, (relation, poly) in theory.inequalities.items():
        bound = max(-Fraction(poly.terms.get(((), ()), 0)), Fraction(0))
        positive = ring.add(poly, ring.constant(1, bound))
        if (bound or relation == ">") and 0 < len(positive.terms) <= MAX_ROOTS and len(facts) < MAX_ROOTS:
            reciprocal = theory.proved_reciprocal(positive, Evidence(frozenset(), frozenset()))
            facts.append((ring.add(ring.mul(positive, reciprocal), ring.constant(1, -1)), _reciprocal(name, bound)))
    return facts


def _reciprocal(name: str, bound: Fraction) -> Source:
    return lambda script: script.write("reciprocal", script.write("assume", name), str(bound))


def _positive(ring: Algebra, poly: Poly) -> tuple[int, Fraction, list[Square]] | None:
    """Write sign*poly as a positive number plus squares (the number is the least left by completing squares)."""
    squares = sum_of_squares(ring, poly)
    if squares is None:
        return None
    sign = 1 if squares[0][0] > 0 else -1
    constants = [value for value, root in squares if list(root.terms) == [((), ())]]
    rest = [(sign * value, root) for value, root in squares if list(root.terms) != [((), ())]]
    return (sign, abs(Fraction(constants[0])), rest) if constants else None


def _nonzero(squares: list[Square], bound: Fraction) -> Source:
    def write(script: Script) -> int:
        summands = [[str(value), [], "", script.write("square", poly_to_data(root)), ""] for value, root in squares]
        return script.write("reciprocal", script.combine((1, 1), summands, ">="), str(bound))

    return write
