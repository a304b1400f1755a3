"""The loss of a network as SymPy writes it out: in symbols for all entries, differentiated, put into numbers.

Nothing of `symcrit.networks.linear` is used, and nothing that this package knows of matrices or of differentiation:
matrices are lists of rows, products are sums of products of entries, and derivatives and remainders are SymPy's. An
element of a number field is a polynomial in s over QQ, reduced by the minimal polynomial. For a ReLU network the loss
is that of the cone of the point, where the entries of A1 X that are positive are active.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sympy import QQ, Poly, Rational, Symbol
from sympy.polys.rings import PolyElement, PolyRing, ring

from symcrit.errors import InputError
from symcrit.exact.field import FieldElement, NumberField
from symcrit.networks.points import RELU, Point

Rows = list[list[Any]]
APPROXIMATION = 80  # digits of a root that is put into a coefficient to find its sign


class SympyLoss:
    """A point of a network, with everything about its loss computed by SymPy.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    >>> here = SympyLoss(Point(one, one, (one, zero)))
    >>> here.polynomial(), here.gradients(), here.hessian()
    (1/2*a1_1_1**2*a2_1_1**2 - a1_1_1*a2_1_1 + 1/2, [[0], [-1]], [[0, -1], [-1, 1]])
    >>> here.along([[[[1]], [[0]]], [[[0]], [[1]]]])  # the curve A1 = 1, A2 = t
    [1/2, -1, 1/2]
    >>> SympyLoss(Point(one, one, (one.scale(0.5), zero)))
    Traceback (most recent call last):
    symcrit.errors.InputError: 0.5 is a float, which is not exact
      suggestion: write the string "0.5"
    """

    def __init__(self, point: Point, field: NumberField | None = None) -> None:
        """Take a point, and a number field if numbers of a larger one than that of the weights are to be written."""
        self.widths = point.widths
        fields = [weight.field for weight in point.weights if weight.level]
        self.field: NumberField | None = fields[0] if fields else field
        self.numbers, self.s, self.root, self.t = ring("s, r, t", QQ)
        self.modulus = None
        if self.field is not None:
            self.modulus = sum(_rational(c) * self.s**k for k, c in enumerate(self.field.root.minpoly.coeffs()))
        self.X, self.Y = self.rows(point.X), self.rows(point.Y)
        self.weights = [self.rows(weight) for weight in point.weights]
        self.relu = point.activation == RELU
        self._loss: PolyElement | None = None

    def number(self, value: Any) -> PolyElement:
        """Write an exact number as a polynomial in s."""
        if isinstance(value, FieldElement):
            return sum((_rational(c) * self.s**k for k, c in enumerate(value.poly.coeffs())), self.numbers.zero)
        return self.numbers(_rational(value))

    def rows(self, matrix: Any) -> Rows:
        """Write a matrix as rows of polynomials in s."""
        return [[self.number(entry) for entry in row] for row in matrix.to_rows()]

    def coefficients(self, value: PolyElement) -> list[Any]:
        """List the rational coefficients of a number, of 1, s, s^2, ...; of 0 there is one."""
        powers = {power: coefficient for (power, _, _), coefficient in value.terms()} or {0: QQ(0)}
        return [powers.get(power, QQ(0)) for power in range(max(powers) + 1)]

    def reduced(self, value: PolyElement) -> PolyElement:
        """Reduce powers of s."""
        return value if self.modulus is None else value.rem(self.modulus)

    def products(self) -> int:
        """Count the products of monomials that `polynomial` multiplies out."""
        paths, samples = 1, len(self.X[0]) if self.X else 0
        for width in self.widths[:-1]:
            paths *= width
        return self.widths[-1] * samples * (paths + 1) ** 2

    def polynomial(self) -> PolyElement:
        """Write the loss in symbols for all entries of all weights, those of A_1 first, each layer row by row."""
        if self._loss is None:
            layers = list(zip(self.widths, self.widths[1:], strict=False))
            names = [f"a{k}_{i}_{j}" for k, (columns, rows) in enumerate(layers, 1)
                     for i in range(1, rows + 1) for j in range(1, columns + 1)]
            symbols = PolyRing(names, QQ)
            free, weights = iter(symbols.gens), []
            for columns, rows in layers:
                weights.append([[next(free) for _ in range(columns)] for _ in range(rows)])
            x, y = ([[symbols(entry.coeff(1)) for entry in row] for row in rows] for rows in (self.X, self.Y))
            self._loss = half_squares(x, y, weights, symbols.zero, lambda value: value, self.active(self.weights))
        return self._loss

    def value(self) -> PolyElement:
        """Compute the loss at the point."""
        return half_squares(self.X, self.Y, self.weights, self.numbers.zero, self.reduced, self.active(self.weights))

    def active(self, weights: Sequence[Rows]) -> list[list[bool]] | None:
        """Tell which entries of A1 X are positive, for weights that are polynomials in t for small t > 0; None if all.

        Raises InputError where 80 digits do not tell the sign of a number.
        """
        if not self.relu:
            return None
        return [[self._positive(self.reduced(sum((entry * self.X[k][j] for k, entry in enumerate(row)),
                                                 self.numbers.zero))) for j in range(len(self.X[0]) if self.X else 0)]
                for row in weights[0]]

    def _positive(self, value: PolyElement) -> bool:
        least = min((power for *_, power in value), default=0)
        lead = sum((coefficient * self.s**power for (power, _, at), coefficient in value.terms() if at == least),
                   self.numbers.zero)
        found = self.sign(lead)
        if found is None:
            raise InputError(f"{APPROXIMATION} digits do not tell the sign of an entry of A1 X")
        return found > 0

    def gradients(self) -> list[list[PolyElement]]:
        """Differentiate in all symbols and put the point in: for each layer the entries row by row."""
        loss = self.polynomial()
        slopes = iter([self._at(loss.diff(symbol)) for symbol in loss.ring.gens])
        return [[next(slopes) for row in rows for _ in row] for rows in self.weights]

    def hessian(self) -> Rows:
        """Differentiate twice and put the point in; symbols in the order of `polynomial`."""
        loss = self.polynomial()
        symbols = loss.ring.gens
        found: Rows = [[self.numbers.zero] * len(symbols) for _ in symbols]
        for i, first in enumerate(symbols):
            slope = loss.diff(first)
            for j, second in enumerate(symbols[: i + 1]):
                found[i][j] = found[j][i] = self._at(slope.diff(second))
        return found

    def along(self, curve: Sequence[Sequence[Rows]]) -> list[PolyElement]:
        """Expand the loss in powers of t, where each layer is the sum of matrices times 1, t, t^2, ...; low to high."""
        weights = []
        for parts in curve:
            rows, columns = len(parts[0]), len(parts[0][0]) if parts[0] else 0
            weights.append([[sum((part[i][j] * self.t**k for k, part in enumerate(parts)), self.numbers.zero)
                             for j in range(columns)] for i in range(rows)])
        loss = half_squares(self.X, self.Y, weights, self.numbers.zero, self.reduced, self.active(weights))
        coefficients = [self.numbers.zero] * (max((power for *_, power in loss), default=0) + 1)
        for (power_s, _, power_t), value in loss.terms():
            coefficients[power_t] += value * self.s**power_s
        return coefficients

    def _at(self, poly: PolyElement) -> PolyElement:
        """Put the entries of the point into a polynomial in the symbols."""
        entries = [entry for rows in self.weights for row in rows for entry in row]
        total = self.numbers.zero
        for powers, coefficient in poly.terms():
            term = self.numbers(coefficient)
            for entry, power in zip(entries, powers, strict=True):
                for _ in range(power):
                    term = self.reduced(term * entry)
            total += term
        return total

    def sign(self, value: PolyElement) -> int | None:
        """Find the sign of a number: that of 0 exactly, others by 80 digits of the root; None if these do not tell."""
        if not value:
            return 0
        if self.field is None:
            return 1 if value.coeff(1) > 0 else -1
        s = Symbol("s")
        poly = Poly([Rational(int(c)) for c in reversed(self.field.root.minpoly.coeffs())], s)
        (low, high), _ = poly.intervals(eps=Rational(1, 10**APPROXIMATION))[-self.field.root.root_from_top]
        near = (low + high) / 2
        found = sum(Rational(int(c.numerator), int(c.denominator)) * near**k for (k, _, _), c in value.terms())
        if abs(found) < Rational(1, 10 ** (APPROXIMATION // 2)):
            return None
        return 1 if found > 0 else -1


def half_squares(x: Rows, y: Rows, weights: Sequence[Rows], zero: PolyElement,
                 reduced: Callable[[PolyElement], PolyElement], active: list[list[bool]] | None = None) -> PolyElement:
    """Add up half the squares of the entries of A_l ... A_1 X - Y, entries of A_1 X that are not active put to 0."""
    samples = len(x[0]) if x else len(y[0]) if y else 0
    output = x
    for number, rows in enumerate(weights):
        output = [[reduced(sum((entry * output[k][j] for k, entry in enumerate(row)), zero)) for j in range(samples)]
                  for row in rows]
        if active is not None and not number:
            output = [[entry if on else zero for entry, on in zip(row, flags, strict=True)]
                      for row, flags in zip(output, active, strict=True)]
    total = zero
    for found, wanted in zip(output, y, strict=True):
        for first, second in zip(found, wanted, strict=True):
            total += reduced((first - second) ** 2)
    return total * QQ(1, 2)


def _rational(value: Any) -> Any:
    return QQ(int(value.p), int(value.q)) if hasattr(value, "p") else QQ(int(value))
