"""Inequalities: a claim as a non-negative combination of hypotheses, squares and positive numbers, modulo equations.

Everything is brought to normal form by the completion of the equations; there the combination is a linear
problem, solved exactly. Squares tr(E'E) are those of the author's own expressions, of pieces w of the words
under a trace, of sums w + a v of two of them, and of K w where the hypotheses mention K'K. Products of two
inequalities are tried as well. Nothing here is trusted: the kernel multiplies out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from symcrit.errors import LimitError, TooLarge
from symcrit.kernel import walk
from symcrit.kernel.poly import Central, Number, Poly, Word, flip, flip_word
from symcrit.kernel.replay import poly_to_data
from symcrit.kernel.statement import Equation
from symcrit.kernel.terms import Size
from symcrit.kernel.theory import Theory
from symcrit.prover.alphabet import Terms
from symcrit.prover.closure import close_under_squares
from symcrit.prover.linear import nonnegative, partly_positive
from symcrit.prover.problem import Order, Problem
from symcrit.prover.script import Script, Source, Writer, step
from symcrit.prover.squares import sum_of_squares, vanishing_squares

MAX_EXPRESSIONS = 40  # the author's, with at most so many terms:
MAX_TERMS = 12
MAX_WORD = 16  # letters of a word under a trace that is taken to pieces
MAX_PIECES = 250
MAX_PARTS = 24  # whose sums are squared
MAX_DIVISORS = 8
MAX_VECTORS = 4
MAX_CYCLES = 12
MAX_TIGHTENED = 20  # hypotheses
MAX_ROOTED = 60  # squares of K w
MAX_ARC = 4  # letters of w
MAX_PRODUCTS = 200


@dataclass(frozen=True, eq=False)
class Column:
    """Something known to be >= 0 (or > 0): a hypothesis, a square, or 1."""

    poly: Poly
    source: Source
    strict: bool = False


class Inequalities:
    """One attempt at the inequalities of a statement: its equations in a completion, its hypotheses as columns."""

    def __init__(self, theory: Theory, order: Order, deadline: float | None = None) -> None:
        self.theory = theory
        self.ring = theory.algebra
        self.problem = Problem(theory, order, {}, deadline=deadline)
        self.completion = self.problem.completion
        self.hypotheses = [Column(poly, step("assume", name), relation == ">")
                           for name, (relation, poly) in theory.inequalities.items()]
        self.one = Column(self.ring.constant(1, 1), step("positive", "1"), strict=True)
        self.tight: list[Column] = []  # hypotheses h >= 0 that were found to be h = 0
        self.author = self._expressions()

    def complete(self, effort: int) -> bool:
        """Complete the equations up to an effort in S-polynomials; tell whether there was something to do."""
        before = self.completion.spolys
        while True:
            while self.completion.queue and self.completion.spolys < effort:
                self.completion.step()
            if not (close_under_squares(self.problem) or self._tighten()) or self.completion.spolys >= effort:
                return self.completion.spolys > before

    def _tighten(self) -> bool:
        """Give hypotheses h >= 0 as equations where -h >= 0 follows; tell whether there was one."""
        if not self.hypotheses or self.problem.contradictory:
            return False
        minus_one = self.ring.constant(1, -1)
        absurd = self.at_least(minus_one)
        if absurd is not None:
            self.problem.give(minus_one, _both(absurd, self.one.source))
            return True
        found = False
        for column in self.hypotheses:
            if column in self.tight or column.strict or len(self.hypotheses) > MAX_TIGHTENED:
                continue
            below = self.at_least(self.ring.scale(-1, column.poly))
            if below is not None:
                self.tight.append(column)
                source = _both(column.source, below)
                for poly, why in [(column.poly, source), *vanishing_squares(self.theory, column.poly, source)]:
                    self.problem.give(poly, why)
                found = True
        return found

    def prove(self, equation: Equation, reach: int = 0) -> Source | None:
        """Look for a proof of a claim; the squares are what the author writes, from reach 1 on pieces of words too."""
        relation, poly = self.theory.meaning(equation)
        try:
            if relation != "=":
                return self.at_least(poly, reach, strict=relation == ">")
            return self._equal(poly, reach) if self.hypotheses else None
        except (TooLarge, LimitError):
            return None

    def _equal(self, poly: Poly, reach: int) -> Source | None:
        """Show an equation by those that hypotheses turned out to be, or from both sides; E = 0 from -tr(E'E) >= 0."""
        found = self._by_equations(poly) if self.tight else None
        if found is not None:
            return found
        negative = self.ring.scale(-1, poly)
        above = self.at_least(poly, reach) if poly.is_scalar else None
        below = self.at_least(negative, reach) if above is not None else None
        if above is not None and below is not None:
            return _both(above, below)
        if not poly.is_scalar:
            square = self._square(poly)
            below = self.at_least(self.ring.scale(-1, square.poly), reach)
            if below is not None:
                zero = _both(square.source, below)
                return lambda script: script.write("vanish", zero(script), poly_to_data(poly))
        return None

    def _by_equations(self, poly: Poly) -> Source | None:
        """Reduce a claim by the equations alone."""
        problem = self.problem
        problem.add_target(0, poly)
        done = problem.check() or problem.deepen()
        target = problem.targets.pop(0)
        return (lambda script: problem.write(script, target)) if done else None

    def at_least(self, goal: Poly, reach: int = 0, *, strict: bool = False) -> Source | None:
        """Show that a scalar polynomial is >= 0, or > 0."""
        columns = [*self.hypotheses, self.one, *self._by_completing(goal), *map(self._square, self.author),
                   *self._rooted(goal)]
        found = self._combination(goal, columns, strict)
        if found is None and reach and self.hypotheses:
            found = self._combination(goal, columns + self._products(columns), strict)
        for wide in (False, True)[:reach] if found is None else ():
            found = found or self._combination(goal, columns + self._of_pieces(goal, wide), strict)
        return found

    @property
    def contradictory(self) -> bool:
        """Tell whether the hypotheses are found to say 0 > 0."""
        return self.at_least(Poly(1, 1, {}), strict=True) is not None

    # ---- combinations

    def _combination(self, goal: Poly, columns: Sequence[Column], strict: bool) -> Source | None:
        """Write a goal as a non-negative combination of columns, modulo the equations."""
        self._settle([goal, *(column.poly for column in columns)])
        target, vectors = self._normal(goal), [self._normal(column.poly) for column in columns]
        positive = [k for k, column in enumerate(columns) if column.strict]
        found = partly_positive(vectors, target, positive) if strict else nonnegative(vectors, target)
        if found is None:
            return None
        used = [(value, columns[k]) for k, value in found.items() if value]
        rest = self.problem.goal(self.ring.add(
            goal, *(self.ring.scale(-value, column.poly) for value, column in used)))
        self.completion.reduce_goal(rest)
        if rest.rest:
            return None
        writer = Writer(self.completion, self.problem.sources)

        def write(script: Script) -> int:
            steps = [(str(value), column.source(script)) for value, column in used]
            if rest.steps:
                steps.insert(0, ("1", writer.write(script, rest.steps, (1, 1))))
            elif len(steps) == 1 and steps[0][0] == "1":
                return steps[0][1]
            summands = [[value, [], "", number, ""] for value, number in steps]
            return script.combine((1, 1), summands, ">" if strict else ">=")

        return write

    def _settle(self, polys: Iterable[Poly]) -> None:
        """Bring in what the normal forms of scalars need beyond completion."""
        for poly in polys:
            goal = self.problem.goal(poly)
            self.completion.reduce_goal(goal)
            self.problem.settle(goal)

    def _normal(self, poly: Poly) -> Terms:
        return self.completion.reduce(self.problem.goal(poly).rest, (1, 1))[0]

    # ---- squares

    def _square(self, root: Poly) -> Column:
        return Column(self.ring.trace(self.ring.mul(self.ring.transpose(root), root)),
                      step("square", poly_to_data(root)))

    def _by_completing(self, goal: Poly) -> list[Column]:
        """Complete squares in a goal as it stands, and in its normal form."""
        self._settle([goal])
        reduced = self.problem.alphabet.decode(self._normal(goal), (1, 1), self.ring)
        found = [sum_of_squares(self.ring, poly) or [] for poly in (goal, reduced)]
        return [self._square(root) for value, root in (found[0] or found[1]) if value > 0]

    def _expressions(self) -> list[Poly]:
        """List what the author writes in the claims and hypotheses, as roots of squares."""
        statement = self.theory.statement
        equations = [*(claim.equation for claim in statement.claims if claim.unknown is None), *statement.hypotheses]
        nodes = walk.postorder(side for equation in equations for side in (equation.left, equation.right))
        found: dict[str, Poly] = {}
        for node in sorted(nodes, key=lambda node: node.op not in ("add", "neg")):
            if node.op in ("number", "identity", "zero", "tr") or len(found) >= MAX_EXPRESSIONS:
                continue
            poly = self.theory.lower(node)
            if poly.terms and len(poly.terms) <= MAX_TERMS and list(poly.terms) != [((), ())]:
                found.setdefault(_name(self.ring.transpose(poly)), poly)
                found.setdefault(_name(poly), poly)
        return list({_name(poly): poly for poly in found.values()}.values())

    def _rooted(self, goal: Poly) -> list[Column]:
        """List squares of K w for matrices K with K'K in an equation, as psd(E) gives, and pieces w of the goal."""
        ring = self.ring
        roots = list(dict.fromkeys(word[1] for poly in self.theory.granted.values() for _, word in poly.terms
                                   if len(word) == 2 and word[0] == flip(word[1])))
        cycles = [atom[2:] for central, _ in goal.terms for atom, _ in central if atom[:2] == ("tr", "")]
        pieces = [(), *((flip(root),) for root in roots)]
        pieces += [arc for cycle in cycles if len(cycle) <= MAX_WORD for word in (cycle, flip_word(cycle))
                   for arc in _arcs(word) if len(arc) <= MAX_ARC]
        words = dict.fromkeys((root, *piece) for root in roots for piece in dict.fromkeys(pieces)
                              if not piece or ring.types[root][1] == ring.types[piece[0]][0])
        return [self._square(ring.word(word, ring.types[word[0]][0], ring.types[word[-1]][1]))
                for word in list(words)[:MAX_ROOTED]]

    def _products(self, columns: Sequence[Column]) -> list[Column]:
        """List products of a hypothesis with another column."""
        pairs = [(first, second) for k, first in enumerate(self.hypotheses) for second in columns[k:]
                 if second is not self.one][:MAX_PRODUCTS]
        return [Column(self.ring.mul(first.poly, second.poly), _multiplied(first.source, second.source),
                       first.strict and second.strict) for first, second in pairs]

    # ---- pieces of words

    def _of_pieces(self, goal: Poly, wide: bool) -> list[Column]:
        """List squares of pieces of words, and of sums of two, whose terms occur in the goal or the hypotheses.

        If `wide`, terms of the squares of single pieces do as well.
        """
        given = [goal, *(column.poly for column in self.hypotheses)]
        pieces = list({_name(piece): piece for piece in [*self.author, *self._pieces(given, wide)]}.values())
        squares = [self._square(piece).poly for piece in pieces]
        self._settle(squares)
        support = {monomial for poly in given for monomial in self._normal(poly)} | {""}
        inside = {_name(piece) for piece, square in zip(pieces, squares, strict=True)
                  if support.issuperset(self._normal(square))}
        pieces = [piece for piece in pieces if _name(piece) in inside] + [
            piece for piece in pieces if wide and _name(piece) not in inside]
        pieces = pieces[:MAX_PARTS]
        mixed = list(self._mixed(pieces))
        self._settle(poly for _, _, poly in mixed)
        normal = [self._normal(self._square(piece).poly) for piece in pieces]
        if wide:
            support = support.union(*normal)
        wanted = self._normal(goal)
        roots = list(pieces)
        for (i, first), (j, second), poly in mixed:
            cross = self._normal(poly)
            if cross and support.issuperset(cross):
                roots += [self.ring.add(first, self.ring.scale(factor, second))
                          for factor in _factors(normal[i], normal[j], cross, wanted)]
        return [self._square(root) for root in roots]

    def _mixed(self, pieces: Sequence[Poly]) -> Iterator[tuple[tuple[int, Poly], tuple[int, Poly], Poly]]:
        """List pairs of pieces of one shape (the second perhaps transposed), numbered, with tr(x'y)."""
        ring = self.ring
        for i, first in enumerate(pieces):
            for j, second in enumerate(pieces[:i]):
                for turned in {_name(poly): poly for poly in (second, ring.transpose(second))}.values():
                    if turned.shape == first.shape:
                        yield (i, first), (j, turned), ring.trace(ring.mul(ring.transpose(first), turned))

    def _pieces(self, polys: Sequence[Poly], wide: bool) -> list[Poly]:
        """List pieces of the words under traces, times scalars, and products of scalars, the short ones first."""
        ring = self.ring
        centrals = dict.fromkeys(central for poly in polys for central, _ in poly.terms)
        scalars = dict.fromkeys(atom for central in centrals for atom, _ in central if len(atom) == 1)
        shared = _divisors(tuple((atom, 1) for atom in sorted(scalars))) if wide else []
        found: dict[str, Poly] = {}
        for central in centrals:
            for divisor in _divisors(central):
                if 2 * sum(e for _, e in divisor) <= 1 + sum(e for _, e in central):
                    found.setdefault(repr(divisor), Poly(1, 1, {(divisor, ()): 1}))
            for place, (atom, exponent) in enumerate(central):
                if atom[0] != "tr":
                    continue
                rest = central[:place] + (((atom, exponent - 1),) if exponent > 1 else ()) + central[place + 1 :]
                sizes = dict.fromkeys([*atom[1:2], *(ring.types[letter][0] for letter in atom[2:])])
                words: list[tuple[Word, Size, Size]] = [((), size, size) for size in sizes if size not in ("", 1)]
                arcs = [arc for cycle in self._cycles(atom[2:], wide) for arc in _arcs(cycle)]
                words += [(arc, ring.types[arc[0]][0], ring.types[arc[-1]][1]) for arc in arcs]
                for (word, rows, cols), divisor in product(words, dict.fromkeys([*_divisors(rest), *shared])):
                    poly = ring.word(word, rows, cols, 1, divisor)
                    if _name(ring.transpose(poly)) not in found:
                        found.setdefault(_name(poly), poly)
        vectors = [poly if poly.cols == 1 else ring.transpose(poly)
                   for poly in found.values() if wide and not poly.is_scalar and 1 in poly.shape][:MAX_VECTORS]
        for first, second in product(vectors, repeat=2):
            outer = ring.mul(first, ring.transpose(second))
            found.setdefault(_name(outer), outer)
        return sorted(found.values(), key=lambda poly: poly.letters)[:MAX_PIECES]

    def _cycles(self, word: Word, wide: bool) -> list[Word]:
        """List a cyclic word and, if `wide`, longer ones that one step of reduction turns into it."""
        alphabet = self.problem.alphabet
        cycles = [word] if len(word) <= MAX_WORD else []
        chars = "".join(alphabet.chars[letter] for letter in word if letter in alphabet.chars)
        for cycle in (chars, alphabet.flip(chars)) if wide and len(chars) == len(word) else ():
            for turned in (cycle[turn:] + cycle[:turn] for turn in range(len(cycle))):
                cycles += [alphabet.word(rule.word + turned[len(tail) :]) for rule in self.completion.rules
                           if rule.word and not rule.central and len(rule.tail) == 1
                           for central, tail, _ in rule.tail if tail and not central and turned.startswith(tail)]
        return [cycle for cycle in dict.fromkeys(cycles) if len(cycle) <= MAX_WORD][:MAX_CYCLES]


def _multiplied(first: Source, second: Source) -> Source:
    """Write s*t >= 0 from s >= 0 and t >= 0."""
    return lambda script: script.write("product", first(script), second(script))


def _both(above: Source, below: Source) -> Source:
    """Write s = 0 from s >= 0 and -s >= 0."""
    return lambda script: script.write("antisymmetry", above(script), below(script))


def _factors(one: Terms, other: Terms, mixed: Terms, wanted: Mapping[str, Number]) -> list[Fraction]:
    """List numbers a for x + a * y, from the normal forms of x'x, y'y and x'y.

    They are 1, -1, what makes x + a * y orthogonal to y or x, and what completes a square of the goal.
    """
    factors = [Fraction(1), Fraction(-1)]
    for square, turn in ((other, False), (one, True)):
        ratio = _ratio(mixed, square)
        if ratio:
            factors.append(1 / -ratio if turn else -ratio)
    for square, turn in ((one, False), (other, True)):
        if len(square) == len(mixed) == 1:
            ((pure, value),), ((both, factor),) = square.items(), mixed.items()
            if pure != both and wanted.get(pure) and wanted.get(both):
                found = Fraction(wanted[both]) * value / (2 * factor * wanted[pure])
                factors.append(1 / found if turn else found)
    return list(dict.fromkeys(factors))


def _ratio(first: Terms, second: Terms) -> Fraction | None:
    """Return c with first = c * second, if there is one."""
    if first.keys() != second.keys():
        return None
    ratios = {Fraction(value) / second[monomial] for monomial, value in first.items()}
    return ratios.pop() if len(ratios) == 1 else None


def _arcs(cycle: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """List the pieces of a cyclic word."""
    for length in range(1, len(cycle)):
        for turn in range(len(cycle)):
            yield (cycle[turn:] + cycle[:turn])[:length]


def _divisors(central: Central) -> list[Central]:
    """List the divisors of a product of scalars and traces, if they are few."""
    count = 1
    for _, exponent in central:
        count *= exponent + 1
    if count > MAX_DIVISORS:
        return [()]
    powers = [[((atom, e),) if e else () for e in range(exponent + 1)] for atom, exponent in central]
    return [tuple(factor for part in parts for factor in part) for parts in product(*powers)]


def _name(poly: Poly) -> str:
    return repr((poly.shape, sorted((repr(key), str(value)) for key, value in poly.terms.items())))
