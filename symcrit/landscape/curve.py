"""Curves through a point, symbolic in e: every weight is a sum of functions of e times matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from flint import fmpq, fmpq_poly

from symcrit.errors import InputError
from symcrit.exact.algebraic import Algebraic, primitive, sorted_roots
from symcrit.exact.curves import CurveMatrix
from symcrit.exact.field import FieldElement, number_to_json, sign
from symcrit.exact.field_matrix import scaled
from symcrit.exact.functions import Function, Poly, Radical, add, mul, poly_text, trimmed
from symcrit.landscape.descent import Descent, whole
from symcrit.networks import linear
from symcrit.networks.points import LINEAR, Point

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Terms = tuple[tuple[Any, Any], ...]  # functions of e, and the matrices that they are multiplied by
SHOWN = 6  # terms of a series
DIGITS, MAX_EXACT = 20, 22  # of the end of a range, and characters up to which it is written as a fraction
MOST_TERMS = 16  # of a product, beyond which those of equal powers are added up


@dataclass(frozen=True)
class Curve:
    """A curve through a point: every weight is a sum of functions of e times matrices.

    `change` is the exact change of the loss. For e != 0 inside `reach` it has the sign of its leading term.
    """

    point: Point
    terms: tuple[Terms, ...]
    theorem: str
    normalised: bool = False

    def __post_init__(self) -> None:
        for terms, weight in zip(self.terms, self.point.weights, strict=True):
            if not (_evaluated(terms, fmpq(0), fmpq(1)) - weight).is_zero():
                raise AssertionError("a perturbation tends to the point as e tends to 0")

    @cached_property
    def change(self) -> Function:
        """The loss along the curve minus the loss at the point, a function of e.

        Over the common denominator of each layer everything is polynomials, reduced once at the end.
        """
        layers = [_common(terms) for terms in self.terms]
        product, below = layers[-1]
        for layer, bottom in reversed(layers[:-1]):
            product = [(f.times(g), left @ right) for f, left in product for g, right in layer]
            product = _collected(product) if len(product) > MOST_TERMS else product
            below = mul(below, bottom)
        data = self.point.data
        constant = data.yy / 2 - linear.loss(self.point)
        total = _Pair(mul(below, below), (), fmpq(0)).scaled(constant)
        moments = [(f, matrix, matrix @ data.xx) for f, matrix in product]
        for f, matrix, moment in moments:
            total = total.plus(f.times(_Pair(below, (), f.c)).scaled(-(matrix @ data.yx.T).trace()))
            for g, other, _ in moments:
                total = total.plus(f.times(g).scaled((moment @ other.T).trace() * fmpq(1, 2)))
        if total.b:
            raise AssertionError("the loss along a perturbation has no square root")
        return Function(total.a, mul(below, below))

    @property
    def order(self) -> int:
        """The least power of e in the change."""
        return int(self.change.order)

    def weights(self) -> tuple[CurveMatrix, ...]:
        """Write the weights entry by entry."""
        return tuple(_summed(terms) for terms in self.terms)

    def at(self, value: Any, root: Any = None) -> Point:
        """Evaluate at a number; where the curve has a square root, its value is needed."""
        return self.point.moved(tuple(_evaluated(terms, value, root) for terms in self.terms))

    @property
    def rank_after(self) -> int:
        """The rank of A_l for e != 0, at all such e but one at most: A_l changes by a multiple of a matrix of rank 1.

        Where it is divided by a length besides, as in item 1 of Proposition 3, there is no exception.
        """
        ratio = next((f.c for f, _ in self.terms[-1] if isinstance(f, Radical)), None)
        if ratio is None:
            return max(int(_evaluated(self.terms[-1], fmpq(value)).rank()) for value in (1, 2))
        step = fmpq(1, 2 + whole(ratio))  # 1 + c e^2 is a square at e = 2 t/(1 - c t^2)
        below = 1 - ratio * (step * step)
        value, root = 2 * step / below, (1 + ratio * (step * step)) / below
        return int(_evaluated(self.terms[-1], value, root).rank())

    def plot(self, path: str | Path | None = None) -> Figure:
        """Draw the exact loss along the curve; a figure of matplotlib, also written to a file if one is given."""
        from symcrit.landscape.curve_picture import draw

        return draw(self, path)

    def _repr_html_(self) -> str:
        from symcrit.sheets.points import curve_sheet

        return curve_sheet(self.to_json()).html()

    def to_json(self) -> dict[str, Any]:
        """Return the document of `descend --json`, without its head."""
        change, order = self.change, self.order
        leading = change.series(order + 1)[order]
        rank = int(self.point.weights[-1].rank())
        found = {"curve": [weight.to_strings() for weight in self.weights()], "loss_change": repr(change),
                 "order": order, "leading_coefficient": number_to_json(leading), "rank_before": rank,
                 "rank_after": self.rank_after, "theorem": self.theorem,
                 "series": f"{poly_text(tuple(change.series(order + SHOWN)))} + O(ε^{order + SHOWN})",
                 **reach(change).to_json(), "normalised": self.normalised}
        fields = [matrix.field for terms in self.terms for _, matrix in terms if matrix.level]
        return {**found, "field": fields[0].to_json()} if fields else found


def along(point: Point, way: Descent, name: str) -> Curve:
    """Write a way down of a linear network, such as `classify` finds, as a curve; raises InputError for others.

    >>> from symcrit.api import classify
    >>> tree = {"X": [[1]], "Y": [[1]], "widths": [1, 1, 1], "weights": [[[0]], [[0]]]}
    >>> found = classify(tree)
    >>> along(found.point, found.descent, "a direction").change
    -ε^2 + 1/2*ε^4
    >>> found = classify({**tree, "activation": "relu", "weights": [[[1]], [[0]]]})
    >>> along(found.point, found.descent, "a direction")
    Traceback (most recent call last):
    symcrit.errors.InputError: the loss along a curve is that of linear networks; with relu it is so near the point only
    """
    if point.activation != LINEAR:
        raise InputError(f"the loss along a curve is that of linear networks; with {point.activation} it is so near "
                         "the point only")
    e = Function.letter()
    powers = (Function.of(1), e, e * e)
    return Curve(point, tuple(tuple((power, part) for power, part in zip(powers, parts, strict=False)
                                    if power is powers[0] or not part.is_zero()) for parts in way.curve), name)


@dataclass(frozen=True)
class Bottom:
    """What stands in place of a curve at a global minimum, from which there is no way down."""

    point: Point

    def plot(self, path: str | Path | None = None) -> NoReturn:
        """There is no curve to draw; raises InputError."""
        raise InputError("the point is a global minimum, so there is no way down to draw")

    def _repr_html_(self) -> str:
        from symcrit.sheets.points import curve_sheet

        return curve_sheet(self.to_json()).html()

    def to_json(self) -> dict[str, Any]:
        """Return the document of `descend --json`, without its head."""
        rank = int(self.point.weights[-1].rank())
        return {"curve": None, "loss_change": "0", "order": None, "leading_coefficient": None, "rank_before": rank,
                "rank_after": rank, "theorem": f"Zhou & Liang 2018, Proposition {2 if self.point.depth == 2 else 5}",
                "reason": "the point is a global minimum"}


@dataclass(frozen=True)
class Reach:
    """Where a change has the sign of its leading term: for 0 < e < `end`, or for all e > 0 if that is None.

    `both` says that the same holds for -e; `sharp` that at `end` the sign is lost, or that there is no end.
    """

    end: Algebraic | None
    both: bool
    sharp: bool

    def to_json(self) -> dict[str, Any]:
        """Write the range as programs read it."""
        letter = "|ε|" if self.both else "ε"
        text = f"0 < {letter}" + ("" if self.end is None else f" < {_below(self.end)}")
        return {"interval": text, "interval_end": None if self.end is None else self.end.to_json(),
                "interval_sharp": self.sharp}


def _below(end: Algebraic) -> str:
    """Write a positive number: exactly if that is short, else rounded down to 20 digits, so that no more is claimed."""
    exact = end.exact
    if exact is not None and len(str(exact)) <= MAX_EXACT:
        return str(exact)
    text = end.approx()
    above = Algebraic.rational(Fraction(Decimal(text))) > end
    return f"{Decimal(text).next_minus(Context(prec=DIGITS))}" if above else text


def reach(change: Function) -> Reach:
    """Find an interval on which a function keeps the sign it has for small e > 0; exactly the largest over QQ.

    >>> e = Function.letter()
    >>> reach(e * e * e - 4 * e * e).to_json()["interval"], reach(-e * e / (1 + e * e)).to_json()["interval"]
    ('0 < ε < 4', '0 < |ε|')
    >>> reach(Function.of(0))
    Traceback (most recent call last):
    symcrit.errors.InputError: the loss does not change along the curve
    """
    if not change:
        raise InputError("the loss does not change along the curve")
    top, bottom = change.num[change.order:], change.den
    both = all(not value for poly in (top, bottom) for value in poly[1::2]) and not change.order % 2
    if any(isinstance(value, FieldElement) for poly in (top, bottom) for value in poly):
        if all(_one_sign(poly) for poly in (top, bottom)):
            return Reach(None, both, True)
        return Reach(Algebraic.rational(min(_bound(top), _bound(bottom))), both, False)
    roots = [root for poly in (top, bottom) if len(poly) > 1
             for root in sorted_roots(primitive(fmpq_poly(list(poly)))) if root.sign() > 0]
    return Reach(min(roots) if roots else None, both, True)


def _one_sign(poly: Sequence[Any]) -> bool:
    """Tell whether all coefficients that are not 0 have one sign, so that there is no positive root."""
    return len({sign(value) for value in poly if value}) == 1


def _bound(poly: Sequence[Any]) -> fmpq:
    """Find a number below which a polynomial with constant coefficient has no positive root: |a0| > sum |ak| r^k."""
    rest = [value for value in poly[1:] if value]
    if not rest:
        return fmpq(1)
    above = sum((whole(value) + 1 for value in rest), 0)
    return fmpq(1, 1 + above * (whole(1 / poly[0]) + 1))


@dataclass(frozen=True)
class _Pair:
    """A polynomial a + b sqrt(1 + c e^2)."""

    a: Poly
    b: Poly
    c: Any

    def plus(self, other: _Pair) -> _Pair:
        return _Pair(add(self.a, other.a), add(self.b, other.b), self.c or other.c)

    def times(self, other: _Pair) -> _Pair:
        c = self.c or other.c
        both = mul(mul(self.b, other.b), (fmpq(1), fmpq(0), c))
        return _Pair(add(mul(self.a, other.a), both), add(mul(self.a, other.b), mul(self.b, other.a)), c)

    def scaled(self, factor: Any) -> _Pair:
        return self.times(_Pair(trimmed([factor]), (), self.c))


def _collected(product: list[tuple[_Pair, Any]]) -> list[tuple[_Pair, Any]]:
    """Add up the matrices that belong to each power of e, and to its product with the square root."""
    c = next((f.c for f, _ in product if f.c), fmpq(0))
    sums: dict[tuple[int, int], Any] = {}
    for f, matrix in product:
        for kind, poly in enumerate((f.a, f.b)):
            for power, coefficient in enumerate(poly):
                if coefficient:
                    term = scaled(matrix, coefficient)
                    sums[power, kind] = sums[power, kind] + term if (power, kind) in sums else term
    found = []
    for (power, kind), matrix in sums.items():
        monomial: Poly = (*(fmpq(0),) * power, fmpq(1))
        found.append((_Pair(() if kind else monomial, monomial if kind else (), c), matrix))
    return found


def _common(terms: Terms) -> tuple[list[tuple[_Pair, Any]], Poly]:
    """Write the functions of a weight as polynomials over one denominator."""
    parts = [(f.a, f.b, f.c, matrix) if isinstance(f, Radical) else (f, Function.of(0), fmpq(0), matrix)
             for f, matrix in terms]
    below: Poly = (fmpq(1),)
    for den in dict.fromkeys(part.den for a, b, _, _ in parts for part in (a, b)):
        below = mul(below, den)
    common = Function(below)
    return [(_Pair((a * common).num, (b * common).num, c), matrix) for a, b, c, matrix in parts], below


def _summed(terms: Terms) -> CurveMatrix:
    """Add up a weight entry by entry."""
    parts, below = _common(terms)
    rows, columns = terms[0][1].shape
    radical = next((f.c for f, _ in parts if f.b), None)
    entries = []
    for i in range(rows):
        for j in range(columns):
            total = _Pair((), (), fmpq(0))
            for f, matrix in parts:
                total = total.plus(f.scaled(matrix.entry(i, j)))
            a, b = Function(total.a, below), Function(total.b, below)
            entries.append(Radical(a, b, radical) if b else a)
    return CurveMatrix([entries[i * columns:(i + 1) * columns] for i in range(rows)], columns)


def _evaluated(terms: Terms, value: Any, root: Any = None) -> Any:
    """Evaluate at a number, with the value of the square root there, if there is one."""
    total = terms[0][1].zeros(*terms[0][1].shape)
    for f, matrix in terms:
        total = total + scaled(matrix, f.at(value, root) if isinstance(f, Radical) else f.at(value))
    return total
