"""Sums of algebraic numbers, kept as sums where one polynomial would be huge; compared as far as that is cheap."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from flint import arb, ctx, fmpq, fmpz_poly

from symcrit.exact.algebraic import Algebraic, decimal, real_roots, rounded
from symcrit.exact.entries import number

MOST_BITS = 3400  # a little more than 1,000 digits
RELATIONS = {-1: "less", 0: "equal", 1: "greater", None: "unseparated"}


class AlgebraicSum:
    """A sum of rational multiples of real algebraic numbers, normalised; the rational part is one term.

    >>> two, three = Algebraic.root([-2, 0, 1], 1), Algebraic.root([-3, 0, 1], 1)
    >>> value = AlgebraicSum([(1, two), ("1/2", three), (3, Algebraic.rational(1))])
    >>> value.approx(), value.relation(AlgebraicSum([(5, Algebraic.rational(1))]))
    ('5.2802389661575336956', 'greater')
    >>> AlgebraicSum([(0.5, two)])
    Traceback (most recent call last):
    symcrit.errors.InputError: 0.5 is a float, which is not exact
    """

    __slots__ = ("constant", "terms")

    def __init__(self, terms: Iterable[tuple[object, Algebraic]]) -> None:
        """Add up coefficient times number; equal numbers are merged.

        From the coefficients of all roots of one polynomial the most frequent is taken off: their sum is rational.
        """
        self.constant = fmpq(0)
        by_poly: dict[tuple[int, ...], dict[int, fmpq]] = defaultdict(lambda: defaultdict(fmpq))
        for written, value in terms:
            coefficient, exact = number(written), value.exact
            if exact is not None:
                self.constant += coefficient * exact
            else:
                by_poly[tuple(map(int, value.minpoly.coeffs()))][value.root_from_top] += coefficient
        self.terms: tuple[tuple[fmpq, Algebraic], ...] = ()
        for coefficients, places in sorted(by_poly.items()):
            poly = fmpz_poly(list(coefficients))
            degree = poly.degree()
            every = [places.get(place, fmpq(0)) for place in range(1, degree + 1)]
            common = max(every, key=lambda value: (every.count(value), value == 0, value))
            if common != 0 and len(real_roots(poly)) == degree:  # subtract a multiple of the sum of all roots
                self.constant -= common * fmpq(poly[degree - 1], poly[degree])
                every = [value - common for value in every]
            self.terms += tuple((value, Algebraic(poly, place)) for place, value in enumerate(every, 1) if value != 0)

    def scaled(self, factor: object) -> AlgebraicSum:
        """Multiply by a rational number."""
        exact = number(factor)
        return AlgebraicSum([(coefficient * exact, value) for coefficient, value in self._all_terms()])

    def __add__(self, other: AlgebraicSum) -> AlgebraicSum:
        return AlgebraicSum([*self._all_terms(), *other._all_terms()])

    def __sub__(self, other: AlgebraicSum) -> AlgebraicSum:
        return self + other.scaled(-1)

    def single(self) -> Algebraic | None:
        """Return the sum as one algebraic number if it has at most one irrational term, else None."""
        if not self.terms:
            return Algebraic.rational(self.constant)
        return self.terms[0][1].affine(self.terms[0][0], self.constant) if len(self.terms) == 1 else None

    def ball(self) -> arb:
        """Enclose the sum at FLINT's working precision."""
        return sum((arb(coefficient) * value.ball() for coefficient, value in self.terms), arb(self.constant))

    def sign(self) -> int | None:
        """Return -1, 0 or 1; None if 1,000 digits do not separate the sum from 0 and cannot prove that it is 0.

        A sum that is not 0 is not arbitrarily small (see `_least_bits`), so a ball that is smaller proves it to be 0.
        """
        if not self.terms:
            return (self.constant > 0) - (self.constant < 0)
        needed, bits = self._least_bits(), 128
        while True:
            with ctx.workprec(bits):
                ball = self.ball()
                if ball > 0 or ball < 0:
                    return 1 if ball > 0 else -1
                if needed < bits and abs(ball) < arb(2) ** -needed:
                    return 0
            if bits == MOST_BITS:
                return None
            bits = min(2 * bits, MOST_BITS)

    def relation(self, other: AlgebraicSum) -> str:
        """Compare with another sum: "less", "equal", "greater", or "unseparated" if that is not decided.

        >>> root = Algebraic.root([-2, 0, 1], 1)
        >>> AlgebraicSum([(2, root)]).relation(AlgebraicSum([(1, Algebraic.root([-8, 0, 1], 1))]))
        'equal'
        """
        return RELATIONS[(self - other).sign()]

    def _least_bits(self) -> int:
        """Return b such that the sum is 0 or at least 2^-b in size.

        Source: with L the product of denominators and leading coefficients, L times the sum is an algebraic integer of
        degree at most D; its norm is an integer, so it is 0 or at least (its largest conjugate)^-(D-1).
        """
        degree, scale, size = 1, int(self.constant.q), abs(arb(self.constant))
        used: dict[tuple[int, ...], int] = defaultdict(int)
        for coefficient, value in self.terms:
            key = tuple(map(int, value.minpoly.coeffs()))
            degree *= value.degree - used[key]  # the next root lies in an extension by the factor that is left
            used[key] += 1
            scale *= int(coefficient.q) * key[-1]
            size += abs(arb(coefficient)) * (1 + arb(fmpq(max(map(abs, key[:-1])), key[-1])))  # Cauchy's bound
        largest = (size * scale).upper().fmpq()
        bits = max(1, math.ceil(largest).bit_length())
        return bits * (degree - 1) + scale.bit_length()

    def _all_terms(self) -> list[tuple[fmpq, Algebraic]]:
        return [*self.terms, (self.constant, Algebraic.rational(1))]

    def approx(self) -> str:
        """Round to 20 significant digits, correctly; where 1,000 digits do not decide the last, by the midpoint."""
        if not self.terms:
            return decimal(self.constant)
        return "0" if self.sign() == 0 else rounded(self.ball, MOST_BITS)[0]

    def to_json(self) -> dict[str, Any]:
        """Write the sum as programs read it: as one number where possible, else as {"sum": ...}."""
        single = self.single()
        if single is not None:
            return single.to_json()
        terms = [[str(coefficient), value.to_json()] for coefficient, value in self._all_terms() if coefficient != 0]
        return {"sum": terms, "approx": self.approx()}

    def __repr__(self) -> str:
        return f"AlgebraicSum({[(str(coefficient), value) for coefficient, value in self._all_terms()]})"
