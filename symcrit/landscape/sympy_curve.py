"""The loss along a curve through a point as SymPy finds it: a quotient of polynomials in t = e, and its series.

Every weight is a matrix of polynomials over one denominator. A square root of 1 + c t^2 is a letter r, whose even
powers are replaced; what is compared are polynomials, so nothing has to be simplified.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from sympy.polys.ring_series import rs_mul, rs_series_inversion
from sympy.polys.rings import PolyElement

from symcrit.exact.functions import Function, Radical
from symcrit.landscape.curve import SHOWN, Curve
from symcrit.landscape.perturbation import SCALING, source
from symcrit.landscape.sympy_loss import Rows, SympyLoss, half_squares

QUOTIENT = 50  # products of numbers in one of quotients, about
Quotient = tuple[PolyElement, PolyElement]


class SympyCurve:
    """The loss along a curve, computed by SymPy.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> from symcrit.landscape.perturbation import perturbations
    >>> from symcrit.networks.points import Point
    >>> zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    >>> falling, cubic = perturbations(Point(one, one, (zero, zero)))
    >>> SympyCurve(cubic).change
    (1/2*t**6 - t**3, 1)
    >>> SympyCurve(cubic).faults()
    []
    >>> SympyCurve(0)
    Traceback (most recent call last):
    AttributeError: 'int' object has no attribute 'terms'
    """

    def __init__(self, curve: Curve) -> None:
        fields = [matrix.field for terms in curve.terms for _, matrix in terms if matrix.level]
        self.curve = curve
        self.here = SympyLoss(curve.point, fields[0] if fields else None)
        roots = [f for terms in curve.terms for f, _ in terms if isinstance(f, Radical)]
        self.square = 1 + self.here.number(roots[0].c) * self.here.t**2 if roots else self.here.numbers.one

    @property
    def degree(self) -> int:
        """The degree of the number field of the curve."""
        return 1 if self.here.field is None else self.here.field.degree

    @property
    def order(self) -> int:
        """The order that is stated."""
        return self.curve.order

    @property
    def name(self) -> str:
        """What the curve is called."""
        return self.curve.theorem.rpartition(", ")[2] + (", normalised" if self.curve.normalised else "")

    @property
    def _rises(self) -> bool:
        return self.curve.theorem == source(self.curve.point, SCALING)

    @property
    def products(self) -> int:
        """About how many products of numbers `faults` computes: many more where entries are quotients."""
        count = self.curve.point.parameters * max(self.curve.point.X.cols, 1) * self.degree**2
        quotients = any(isinstance(f, Radical) or len(f.den) > 1 for terms in self.curve.terms for f, _ in terms)
        return QUOTIENT * self.degree * count if quotients else count

    def reduced(self, value: PolyElement) -> PolyElement:
        """Replace even powers of r, and reduce powers of s."""
        total = self.here.numbers.zero
        for (s, root, t), coefficient in value.terms():
            term = coefficient * self.here.s**s * self.here.root ** (root % 2) * self.here.t**t
            total += term * self.square ** (root // 2)
        return self.here.reduced(total)

    def quotient(self, value: Any) -> Quotient:
        """Write an entry of a weight, or a change of the loss, as a quotient of polynomials."""
        if isinstance(value, Radical):
            (a, below), (b, under) = self.quotient(value.a), self.quotient(value.b)
            return a * under + b * below * self.here.root, below * under
        value = Function.of(value)
        return self.polynomial(value.num), self.polynomial(value.den)

    def polynomial(self, coefficients: Sequence[Any]) -> PolyElement:
        """Write a polynomial in e, given low to high."""
        return sum((self.here.number(c) * self.here.t**k for k, c in enumerate(coefficients)), self.here.numbers.zero)

    @cached_property
    def weights(self) -> tuple[list[Rows], list[PolyElement]]:
        """The weights as matrices of polynomials over one denominator each."""
        matrices, denominators = [], []
        for weight in self.curve.weights():
            entries = [[self.quotient(entry) for entry in row] for row in weight.to_rows()]
            different: list[PolyElement] = []
            for below in (below for row in entries for _, below in row):
                if below != 1 and below not in different:
                    different.append(below)
            common = self._product(different)
            matrices.append([[self.reduced(top * self._product([other for other in different if other != below]))
                              for top, below in row] for row in entries])
            denominators.append(self.reduced(common))
        return matrices, denominators

    def _product(self, factors: Sequence[PolyElement]) -> PolyElement:
        result = self.here.numbers.one
        for factor in factors:
            result = result * factor
        return result

    @cached_property
    def change(self) -> Quotient:
        """The change of the loss."""
        matrices, denominators = self.weights
        below = self.reduced(self._product(denominators))
        y = [[self.reduced(entry * below) for entry in row] for row in self.here.Y]
        top = half_squares(self.here.X, y, matrices, self.here.numbers.zero, self.reduced)
        return self.reduced(top - self.here.value() * below**2), self.reduced(below**2)

    def faults(self) -> list[str]:
        """List what does not agree: the curve at 0, the change, its order, sign or series."""
        found = []
        if not all(self._starts(*layer) for layer in zip(*self.weights, self.here.weights, strict=True)):
            found.append("the curve does not start at the point")
        (top, below), (num, den) = self.change, self.quotient(self.curve.change)
        if self.reduced(top * den - num * below):
            found.append("the change of the loss")
        stated = self.curve.change.series(self.curve.order + SHOWN)
        series = self.series(self.curve.order + SHOWN)
        if [self.here.number(value) for value in stated] != series:
            found.append("the series")
        leading = next((k for k, value in enumerate(series) if value), None)
        if leading != self.curve.order:
            found.append("the order")
        elif self.here.sign(series[leading]) == (-1 if self._rises else 1):
            found.append("the sign")
        return found

    def _starts(self, matrix: Rows, below: PolyElement, weight: Rows) -> bool:
        """Tell whether a weight along the curve is that of the point at t = 0."""
        scale = self.at_0(below)
        return all(self.at_0(entry) == self.here.reduced(scale * value)
                   for row, values in zip(matrix, weight, strict=True)
                   for entry, value in zip(row, values, strict=True))

    def at_0(self, value: PolyElement) -> PolyElement:
        """Evaluate at t = 0, where r = 1."""
        return sum((c * self.here.s**s for (s, _, t), c in value.terms() if not t), self.here.numbers.zero)

    def series(self, count: int) -> list[PolyElement]:
        """Expand the change in t: the coefficients of 1, t, t^2, ..., as many as asked."""
        top, below = self.change
        scale = self.here.coefficients(self.at_0(below))
        if len(scale) != 1:  # the denominators of a curve are 1 at 0
            raise ArithmeticError("the denominator is not rational at 0")
        inverse = rs_series_inversion(below / scale[0], self.here.t, count)
        product = self.here.reduced(rs_mul(top / scale[0], inverse, self.here.t, count))
        coefficients = [self.here.numbers.zero] * count
        for (s, _, t), value in product.terms():
            coefficients[t] += value * self.here.s**s
        return coefficients
