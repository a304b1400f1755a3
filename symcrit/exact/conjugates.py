"""Some of the roots of irreducible polynomials, chosen: a field over which the chosen ones split off.

Choosing one root s of f needs the field QQ(s). Choosing k of n roots needs a field of degree up to C(n, k): that of all
symmetric functions of the chosen ones. It is found through the resolvent, whose roots t(S) belong to all choices S.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flint import arb, arb_poly, ctx, fmpq_poly, fmpz_poly

from symcrit.errors import LimitError
from symcrit.exact.algebraic import MAX_DEGREE, Algebraic, factors, real_roots
from symcrit.exact.field import FieldElement, NumberField

MAX_RESOLVENT = 40  # a field of degree 36 takes 5 seconds to find, one of degree 56 a minute
MOST_BITS = 1 << 14  # beyond, two values are taken to be equal, and other weights are tried


@dataclass(frozen=True)
class Choice:
    """How often each root of an irreducible polynomial with real roots only is chosen, from the largest root.

    >>> Choice(fmpz_poly([-2, 0, 1]), (1, 0)).conjugates
    2
    """

    poly: fmpz_poly
    counts: tuple[int, ...]

    @property
    def conjugates(self) -> int:
        """The number of different choices with the same counts in another order."""
        return math.factorial(len(self.counts)) // math.prod(map(math.factorial, Counter(self.counts).values()))

    def chosen(self, level: int, counts: Sequence[int]) -> list[int]:
        """List the roots that are chosen at least `level` times."""
        return [k for k, count in enumerate(counts) if count >= level]


Polynomial = list[FieldElement]  # coefficients, low to high


def split(choices: Sequence[Choice], name: str = "s") -> tuple[NumberField | None, list[list[Polynomial | fmpq_poly]]]:
    """Find a field, and for every choice and level j = 1, 2, ... the monic polynomial of the roots chosen j times.

    The field is None, and the polynomials are rational, if every root of a polynomial is chosen as often as the others.
    Raises LimitError if the field may have a degree above 64, or above 40 if it takes more than one root.

    >>> field, ((poly,),) = split([Choice(fmpz_poly([1, -3, 1]), (1, 0))])
    >>> field.root, poly
    (Algebraic([1, -3, 1], 1), [-s, 1])
    >>> split([Choice(fmpz_poly([1, 0, -36, 0, 330, 0, -1000, 0, 500]), (1, 1, 1, 1, 0, 0, 0, 0))])
    Traceback (most recent call last):
    symcrit.errors.LimitError: capturing these 4 of 8 conjugates needs a field of degree 70; the limit is 40
      suggestion: capture all conjugates or none, or all but one or one
    """
    parted = [choice for choice in choices if choice.conjugates > 1]
    degree = math.prod(choice.conjugates for choice in parted)
    single = _single(parted[0]) if len(parted) == 1 else None
    limit = MAX_RESOLVENT if single is None else MAX_DEGREE
    if degree > limit:
        chosen = sum(len(choice.chosen(1, choice.counts)) for choice in parted)
        total = sum(len(choice.counts) for choice in parted)
        raise LimitError(f"capturing these {chosen} of {total} conjugates needs a field of degree {degree}; "
                         f"the limit is {limit}", "capture all conjugates or none, or all but one or one")
    if not parted:
        return None, [[_whole(choice.poly) for _ in range(max(choice.counts, default=0))] for choice in choices]
    if single is not None:
        field = NumberField(Algebraic(parted[0].poly, single + 1), name)
        return field, [[_beside(field, choice, single, level) for level in _levels(choice)] for choice in choices]
    resolvent = _Resolvent(parted, name)
    return resolvent.field, [[resolvent.polynomial(parted.index(choice), level) if choice in parted else
                              _whole(choice.poly) for level in _levels(choice)] for choice in choices]


def _levels(choice: Choice) -> range:
    return range(1, max(choice.counts, default=0) + 1)


def _whole(poly: fmpz_poly) -> fmpq_poly:
    return fmpq_poly(poly) / poly[poly.degree()]


def _single(choice: Choice) -> int | None:
    """Find a root that is chosen another number of times than all others, which are alike."""
    alike = Counter(choice.counts)
    if len(alike) != 2 or min(alike.values()) != 1:
        return None
    return next(k for k, count in enumerate(choice.counts) if alike[count] == 1)


def _beside(field: NumberField, choice: Choice, single: int, level: int) -> Polynomial | fmpq_poly:
    """Return x - s, or f / (x - s) made monic, or f."""
    chosen = choice.chosen(level, choice.counts)
    if len(chosen) == len(choice.counts):
        return _whole(choice.poly)
    root = field(fmpq_poly([0, 1]))
    if chosen == [single]:
        return [-root, field(1)]
    quotient: Polynomial = []  # Horner, from the highest coefficient
    for coefficient in reversed(_whole(choice.poly).coeffs()[1:]):
        quotient.append(coefficient + root * quotient[-1] if quotient else field(coefficient))
    return quotient[::-1]


class _Resolvent:
    """The field of one choice among all its conjugates, by interpolation over all of them.

    Source: with R the product of all x - t(S), a function e of the choice is G(t) / R'(t), where G is the sum of
    e(S) R / (x - t(S)). If e and t are algebraic integers, G and R have integer coefficients, which balls decide.
    """

    def __init__(self, choices: Sequence[Choice], name: str) -> None:
        self.choices = choices
        # all arrangements of the counts of every polynomial; the first is the one that is meant
        self.all = list(itertools.product(*(_arrangements(choice.counts) for choice in choices)))
        self.weight = next(weight for weight in itertools.count() if self._separates(weight))
        self.poly = self._integers(lambda values: _product(values))
        self.slope = fmpq_poly(self.poly.derivative())
        self.field = NumberField(self._root(), name)

    def _roots(self) -> list[list[arb]]:
        """Enclose the roots times the leading coefficient: algebraic integers."""
        return [[root * int(choice.poly[choice.poly.degree()]) for root in real_roots(choice.poly)]
                for choice in self.choices]

    def _values(self, weight: int) -> list[arb]:
        """Enclose t(S), a weighted sum of the chosen roots and of their powers, for all S."""
        roots = self._roots()
        images = [[sum((root**k * weight**(k - 1) for k in range(2, len(line) + 1)), root) for root in line]
                  for line in roots]
        return [sum((image * (count * (weight + 2)**index) for index, (counts, line) in
                     enumerate(zip(arrangement, images, strict=True)) for count, image in
                     zip(counts, line, strict=True)), arb(0)) for arrangement in self.all]

    def _separates(self, weight: int) -> bool:
        bits = 128
        while bits <= MOST_BITS:
            with ctx.workprec(bits):
                values = sorted(self._values(weight), key=lambda ball: ball.mid().fmpq())
                if all(low < high for low, high in itertools.pairwise(values)):
                    return True
            bits *= 4
        return False

    def _integers(self, make: Callable[[list[arb]], arb_poly]) -> fmpz_poly:
        """Compute a polynomial with integer coefficients from balls that enclose the values t(S)."""
        bits = 128
        while True:
            with ctx.workprec(bits):
                found = [ball.unique_fmpz() for ball in make(self._values(self.weight)).coeffs()]
            if all(value is not None for value in found):
                return fmpz_poly([int(value) for value in found if value is not None])
            bits *= 2

    def _root(self) -> Algebraic:
        """Find the minimal polynomial of t at the choice that is meant."""
        parts = [factor for factor, _ in factors(self.poly)]
        bits = 128
        while True:
            with ctx.workprec(bits):
                value = self._values(self.weight)[0]
                near = [(factor, place) for factor in parts for place, root in enumerate(real_roots(factor), 1)
                        if root.overlaps(value)]
            if len(near) == 1:
                return Algebraic(*near[0])
            bits *= 2

    def polynomial(self, index: int, level: int) -> Polynomial | fmpq_poly:
        """Compute the monic polynomial of the roots of one choice that are chosen at least `level` times."""
        choice = self.choices[index]
        chosen = choice.chosen(level, choice.counts)
        if len(chosen) == len(choice.counts):
            return _whole(choice.poly)
        lead = int(choice.poly[choice.poly.degree()])
        coefficients = []
        for k in range(len(chosen) + 1):  # of the monic polynomial of the roots times the leading coefficient
            numerator = self._integers(lambda values, k=k: self._interpolation(values, index, level, k))  # type: ignore[misc]
            value = self.field(fmpq_poly(numerator)) / self.field(self.slope)
            coefficients.append(value / lead ** (len(chosen) - k))
        return coefficients

    def _interpolation(self, values: list[arb], index: int, level: int, k: int) -> arb_poly:
        """Enclose the sum of e(S) R / (x - t(S)), where e(S) is the k-th coefficient of the chosen roots."""
        roots = self._roots()[index]
        total = arb_poly([0])
        for place, arrangement in enumerate(self.all):
            chosen = self.choices[index].chosen(level, arrangement[index])
            function = _product([roots[i] for i in chosen])[k]
            total += _product(values[:place] + values[place + 1:]) * function
        return total


def _arrangements(counts: tuple[int, ...]) -> list[tuple[int, ...]]:
    """List the different orders of some counts, the given one first."""
    def orders(left: Counter[int]) -> Iterable[tuple[int, ...]]:
        if not left.total():
            yield ()
        for value in [value for value, count in left.items() if count]:
            for rest in orders(left - Counter([value])):
                yield (value, *rest)

    return [counts, *(order for order in orders(Counter(counts)) if order != counts)]


def _product(roots: Iterable[arb]) -> arb_poly:
    return math.prod((arb_poly([-root, 1]) for root in roots), start=arb_poly([1]))
