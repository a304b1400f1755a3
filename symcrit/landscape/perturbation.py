"""The perturbations of Proposition 3: curves through a point, symbolic in e, along which the loss falls (or rises).

With u = A2 h in the column space of A2, v orthogonal to it and N = |u|^2 + e^2 |v|^2, item 1 unnormalised is

    A2~ = A2 + e v u'A2 / |u|^2,   A1~ = A1 + h ((u + e v)'/N - u'/|u|^2) Y X^+.

It moves u to u + e v and keeps the rest: A2~ A1~ X = P~ Y X^+ X with the projector P~ on the column space of A2~, so
the loss changes by -1/2 tr((P~ - P) Sigma), which is -1/2 e^2 |v|^2 (q(v) - q(u)) / N with the Rayleigh quotients q of
Sigma; for singular vectors of length 1 this is -1/2 e^2/(1 + e^2) (sigma_i - sigma_j). The paper's form divides by the
length, a square root of 1 + c e^2. Item 2 adds e2 v w' to A2 and e1 w v'Y X^+ to A1, where A2 w = 0; the change is
1/2 e2^2 |v|^2 (|w'A1 X|^2 + e1^2 |w|^4 v'Sigma v) - e1 e2 |w|^2 v'Sigma v. Both are computed again for every curve.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flint import fmpq, fmpq_poly

from symcrit.errors import InputError
from symcrit.exact.algebraic import Algebraic
from symcrit.exact.field import NumberField
from symcrit.exact.functions import Function, Radical
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import Spectrum, sigma_matrix, spectrum
from symcrit.landscape.curve import Bottom, Curve, over
from symcrit.landscape.descent import separated, whole
from symcrit.networks import linear
from symcrit.networks.points import LINEAR, Point
from symcrit.networks.theorem_1 import captured_on

ITEM_1, ITEM_2, ITEM_3 = (f"Zhou & Liang 2018, Proposition 3, item {k}" for k in (1, 2, 3))
STEEPEST = "the direction against the gradient"


def descend(point: Point) -> Curve | Bottom:
    """Find a curve of least order along which the loss falls, or tell that the point is a global minimum.

    *Source*: Proposition 3; elsewhere than at critical points, the gradient. Raises InputError for networks that are
    not shallow and linear.

    >>> one, zero = RationalMatrix.of([[1]]), RationalMatrix.of([[0]])
    >>> down = descend(Point(one, one, (zero, zero)))
    >>> down.weights(), down.change
    ((CurveMatrix([[ε]]), CurveMatrix([[ε]])), -ε^2 + 1/2*ε^4)
    >>> descend(Point(one, one, (one, one))).to_json()["reason"]
    'the point is a global minimum'
    """
    if not linear.is_critical(_shallow(point)):
        gradients = linear.gradients(point)
        return Curve(point, tuple(((Function.of(1), weight), (-Function.letter(), gradient))
                                  for weight, gradient in zip(point.weights, gradients, strict=True)), STEEPEST)
    falling = [curve for curve in perturbations(point) if curve.theorem != ITEM_3 and not curve.normalised]
    return min(falling, key=lambda curve: curve.order) if falling else Bottom(point)


def perturbations(point: Point) -> list[Curve]:
    """Construct the perturbations of Proposition 3 that a critical point has, unnormalised and normalised.

    Item 1 is also for points that capture a zero singular value and skip a positive one, which the paper leaves out;
    item 2 comes with e2 = e1, of order 2, and with the paper's e2 = e1^2, of order 3.

    >>> unit, Y = RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[2, 0], [0, 1]])
    >>> found = perturbations(Point(unit, Y, (RationalMatrix.of([[0, 1]]), RationalMatrix.of([[0], [1]]))))
    >>> [(curve.theorem[-6:], curve.normalised, curve.change) for curve in found]  # sigma = 4 and 1, 1 captured
    [('item 1', False, -3/2*ε^2/(1 + ε^2)), ('item 1', True, -3/2*ε^2/(1 + ε^2)), ('item 3', False, 1/2*ε^2)]
    >>> perturbations(Point(unit, unit, (unit, Y)))
    Traceback (most recent call last):
    symcrit.errors.InputError: Proposition 3 is about critical points, but a gradient is not 0
    """
    if not linear.is_critical(_shallow(point)):
        raise InputError("Proposition 3 is about critical points, but a gradient is not 0")
    found = spectrum(point.X, point.Y)
    captured = captured_on(point.data, found, point.weights[1])
    return [*_exchanges(point, found, captured), *_additions(point, found, captured), *_scalings(point)]


def _shallow(point: Point) -> Point:
    if point.activation != LINEAR or point.depth != 2:
        raise InputError("the perturbations of Proposition 3 are those of linear networks with 2 layers")
    return point


def _exchanges(point: Point, found: Spectrum, captured: Sequence[int]) -> Iterator[Curve]:
    """Item 1: a singular value that is captured gives way to a larger one that is not."""
    smallest = next((k for k in reversed(range(len(captured))) if captured[k]), None)
    largest = _skipped(found, captured)
    if smallest is None or largest is None or largest >= smallest:
        return
    u, v = _vectors(point, found, captured, largest, smallest)
    h = point.weights[1].solve(u)
    first, second = point.weights
    inside, outside = (u.T @ u).entry(0, 0), (v.T @ v).entry(0, 0)
    seen = point.Y @ point.X.pinv()
    e, one = Function.letter(), Function.of(1)
    length = e * e * outside + inside
    moved = v @ (u.T @ second)
    kept, gained = h @ (u.T @ seen), h @ (v.T @ seen)
    yield Curve(point, (((one, first), (1 / length - 1 / inside, kept), (e / length, gained)),
                        ((one, second), (e / inside, moved))), ITEM_1)
    ratio = outside / inside
    root = Radical(Function.of(0), one, ratio)
    turned = u @ (u.T @ second)
    yield Curve(point, (((one, first), (1 / (root * inside) - 1 / inside, kept), (e / (root * inside), gained)),
                        ((one, second), ((1 / root - 1) / inside, turned), (e / (root * inside), moved))), ITEM_1, True)


def _additions(point: Point, found: Spectrum, captured: Sequence[int]) -> Iterator[Curve]:
    """Item 2: while there is room, a positive singular value is captured besides."""
    first, second = point.weights
    largest = _skipped(found, captured)
    if largest is None or sum(captured) == second.cols:
        return
    v = _outer(point, found, largest)
    w = second.kernel().block(range(second.cols), [0])
    sigma = sigma_matrix(point.X, point.Y)
    gain = (w.T @ w).entry(0, 0) * (v.T @ sigma @ v).entry(0, 0)
    output = w.T @ first
    cost = (v.T @ v).entry(0, 0) * (output @ point.data.xx @ output.T).entry(0, 0) * fmpq(1, 2)
    rate = whole(cost / gain) + 1  # e1 = rate e, so that the coefficient of e^2 is negative
    e, one = Function.letter(), Function.of(1)
    inward, outward = w @ (v.T @ (point.Y @ point.X.pinv())), v @ w.T
    yield Curve(point, (((one, first), (e * rate, inward)), ((one, second), (e, outward))), ITEM_2)
    yield Curve(point, (((one, first), (e, inward)), ((one, second), (e * e, outward))), ITEM_2)


def _scalings(point: Point) -> Iterator[Curve]:
    """Item 3: the loss rises when a row of A2 is scaled, if it has an output."""
    first, second = point.weights
    output = second @ first @ point.X
    for row in range(second.rows):
        if not output.block([row], range(output.cols)).is_zero():
            unit = second.make(second.rows, second.rows, [int(i == j == row) for i in range(second.rows)
                                                          for j in range(second.rows)])
            yield Curve(point, (((Function.of(1), first),),
                                ((Function.of(1), second), (Function.letter(), unit @ second))), ITEM_3)
            return


def _skipped(found: Spectrum, captured: Sequence[int]) -> int | None:
    """Find the largest positive eigenvalue that is not captured as often as it occurs."""
    return next((k for k, pair in enumerate(found.positive()) if captured[k] < pair.multiplicity), None)


def _vectors(point: Point, found: Spectrum, captured: Sequence[int], largest: int, smallest: int) -> tuple[Any, Any]:
    """Choose u in the column space and v orthogonal to it: eigenvectors, where one small field has both."""
    sigma, second = sigma_matrix(point.X, point.Y), point.weights[1]
    values = [found.eigenvalues[k].value for k in (smallest, largest)]
    field = _field(point, values)
    numbers = [_inside(field, value) for value in values]
    if None in numbers:
        inner, outer = separated(point, found, captured)
        return inner, outer
    basis = second.column_space()
    moved = [sigma - _scalar(field, sigma.rows, number) for number in numbers]
    across = second.T.kernel()
    u = basis @ (moved[0] @ basis).kernel()
    v = across @ (moved[1] @ across).kernel()
    return u.block(range(u.rows), [0]), v.block(range(v.rows), [0])


def _outer(point: Point, found: Spectrum, largest: int) -> Any:
    """Choose v orthogonal to the column space: an eigenvector, where a small field has one."""
    sigma, across = sigma_matrix(point.X, point.Y), point.weights[1].T.kernel()
    value = found.eigenvalues[largest].value
    field = _field(point, [value])
    number = _inside(field, value)
    if number is not None:
        v = across @ ((sigma - _scalar(field, sigma.rows, number)) @ across).kernel()
        return v.block(range(v.rows), [0])
    for k in range(across.cols):
        v = across.block(range(across.rows), [k])
        if not (sigma @ v).is_zero():
            return v
    raise AssertionError("a positive eigenvalue is left over, so Sigma is not 0 there")


def _field(point: Point, values: Sequence[Algebraic]) -> NumberField | None:
    """Find the field to work in: that of the point, else that of the first irrational value."""
    for weight in point.weights:
        if weight.level:
            field: NumberField = weight.field
            return field
    return next((NumberField(value) for value in values if value.exact is None), None)


def _inside(field: NumberField | None, value: Algebraic) -> Any:
    """Write an eigenvalue in a field: a rational one, the generator, or the other root of its quadratic polynomial."""
    if value.exact is not None:
        return value.exact if field is None else field(value.exact)
    if field is None or field.root.minpoly != value.minpoly:
        return None
    letter = field(fmpq_poly([0, 1]))
    if field.root == value:
        return letter
    if value.degree == 2:
        return -letter - fmpq(value.minpoly[1], value.minpoly[2])
    return None


def _scalar(field: NumberField | None, size: int, number: Any) -> Any:
    unit = RationalMatrix.of([], (0, 0)).identity(size)
    if field is None:
        return unit.scale(number)
    return over(field, unit).scale(number)
