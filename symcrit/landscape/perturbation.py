"""The perturbations of Proposition 3 and Theorem 4: curves, symbolic in e, along which the loss falls (or rises).

Let B = A_(l,k+2) and A = A_(k+1) be the two layers of a shallow network with the data x = A_(k,1) X. With u = B h in
the column space of B, v orthogonal to it and N = |u|^2 + e^2 |v|^2, item 1 unnormalised is

    A_l~ = A_l + e v u'A_l / |u|^2,   A~ = A + h ((u + e v)'/N - u'/|u|^2) Y x^+.

It moves u to u + e v and keeps the rest: the output is P~ Y x^+ x with the projector P~ on the new column space, so the
loss changes by -1/2 tr((P~ - P) Sigma_k), which is -1/2 e^2 |v|^2 (q(v) - q(u)) / N with the Rayleigh quotients q of
Sigma_k; for singular vectors of length 1 this is -1/2 e^2/(1 + e^2) (sigma_i - sigma_j). The paper's form divides by
the length, a square root of 1 + c e^2. Item 2, for k = l - 2, adds e2 v w' to A_l and e1 w v'Y x^+ to A, where
A_l w = 0; the change is 1/2 e2^2 |v|^2 (|w'A x|^2 + e1^2 |w|^4 v'Sigma v) - e1 e2 |w|^2 v'Sigma v. Both are computed
again for every curve. With two layers k = 0, and these are the perturbations of Proposition 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flint import fmpq, fmpq_poly

from symcrit.errors import InputError
from symcrit.exact.algebraic import Algebraic
from symcrit.exact.field import NumberField
from symcrit.exact.field_matrix import over
from symcrit.exact.functions import Function, Radical
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import sigma_matrix
from symcrit.landscape import chains
from symcrit.landscape.classify import GLOBAL, category_of
from symcrit.landscape.curve import Bottom, Curve, Terms, along
from symcrit.landscape.descent import separated, whole
from symcrit.networks import linear
from symcrit.networks.points import LINEAR, Point
from symcrit.networks.theorem_3 import Layer, data_of, layers

EXCHANGE, ADDITION, SCALING = 1, 2, 3  # the items
STEEPEST = "the direction against the gradient"
CHAIN = "a chain of layers, for the points that Theorem 4 leaves open"


def descend(point: Point) -> Curve | Bottom:
    """Find a curve of least order along which the loss falls, or tell that the point is a global minimum.

    *Source*: Proposition 3 and Theorem 4, for other critical points chains (docs/deep.md); elsewhere than at critical
    points, the gradient. Raises InputError for networks that are not linear.

    >>> one, zero = RationalMatrix.of([[1]]), RationalMatrix.of([[0]])
    >>> down = descend(Point(one, one, (zero, zero)))
    >>> down.weights(), down.change
    ((CurveMatrix([[ε]]), CurveMatrix([[ε]])), -ε^2 + 1/2*ε^4)
    >>> descend(Point(one, one, (one, one))).to_json()["reason"]
    'the point is a global minimum'
    >>> descend(Point(one, one, (zero, zero, zero))).change
    -ε^3 + 1/2*ε^6
    """
    if not linear.is_critical(_linear(point)):
        gradients = linear.gradients(point)
        return Curve(point, tuple(((Function.of(1), weight), (-Function.letter(), gradient))
                                  for weight, gradient in zip(point.weights, gradients, strict=True)), STEEPEST)
    found = layers(point, critical=True)
    if category_of(point.data, found) == GLOBAL:
        return Bottom(point)
    falling = [curve for curve in _falling(point, found) if not curve.normalised]
    return min(falling, key=lambda curve: curve.order) if falling else _chain(point)


def _chain(point: Point) -> Curve:
    """Write the way down of chains as a curve."""
    return along(point, chains.descent(point), CHAIN)


def perturbations(point: Point) -> list[Curve]:
    """Construct the perturbations of Proposition 3 or Theorem 4 that a critical point has, unnormalised and normalised.

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
    if not linear.is_critical(_linear(point)):
        raise InputError("Proposition 3 is about critical points, but a gradient is not 0")
    return [*_falling(point, layers(point, critical=True)), *_scalings(point)]


def _falling(point: Point, found: Sequence[Layer]) -> Iterator[Curve]:
    for layer in found:
        yield from _exchanges(point, layer)
    yield from _additions(point, found[-1])


def _linear(point: Point) -> Point:
    if point.activation != LINEAR or point.depth < 2:
        raise InputError("these perturbations are those of linear networks with 2 layers or more")
    return point


def source(point: Point, item: int) -> str:
    """Name where a perturbation is from."""
    return f"Zhou & Liang 2018, {'Proposition 3' if point.depth == 2 else 'Theorem 4'}, item {item}"


def _changed(point: Point, changes: dict[int, Terms], item: int, normalised: bool = False) -> Curve:
    """Make a curve that adds to some layers, given by their places from 0."""
    one = Function.of(1)
    return Curve(point, tuple(((one, weight), *changes.get(place, ())) for place, weight in enumerate(point.weights)),
                 source(point, item), normalised)


def _exchanges(point: Point, layer: Layer) -> Iterator[Curve]:
    """Item 1: a singular value that is captured gives way to a larger one that is not."""
    if layer.captured is None:
        return
    smallest = next((i for i in reversed(range(len(layer.captured))) if layer.captured[i]), None)
    largest = layer.skipped
    if smallest is None or largest is None or largest >= smallest:
        return
    k, last, top = layer.k, point.depth - 1, point.weights[-1]
    x, second = point.product(k, 1) @ point.X, point.product(point.depth, k + 2)
    u, v = _vectors(point, layer, second, largest, smallest)
    h = second.solve(u)
    inside, outside = (u.T @ u).entry(0, 0), (v.T @ v).entry(0, 0)
    seen = point.Y @ x.pinv()
    e, one = Function.letter(), Function.of(1)
    length = e * e * outside + inside
    moved = v @ (u.T @ top)
    kept, gained = h @ (u.T @ seen), h @ (v.T @ seen)
    yield _changed(point, {k: ((1 / length - 1 / inside, kept), (e / length, gained)), last: ((e / inside, moved),)},
                   EXCHANGE)
    root = Radical(Function.of(0), one, outside / inside)
    turned = u @ (u.T @ top)
    yield _changed(point, {
        k: ((1 / (root * inside) - 1 / inside, kept), (e / (root * inside), gained)),
        last: (((1 / root - 1) / inside, turned), (e / (root * inside), moved))}, EXCHANGE, True)


def _additions(point: Point, layer: Layer) -> Iterator[Curve]:
    """Item 2: while there is room in the last layer, a positive singular value is captured besides."""
    first, second = point.weights[-2:]
    if layer.skipped is None or layer.rank == second.cols:
        return
    x = point.product(point.depth - 2, 1) @ point.X
    sigma = sigma_matrix(x, point.Y)
    v = _outer(point, layer, sigma)
    w = second.kernel().block(range(second.cols), [0])
    gain = (w.T @ w).entry(0, 0) * (v.T @ sigma @ v).entry(0, 0)
    output = w.T @ first @ x
    cost = (v.T @ v).entry(0, 0) * (output @ output.T).entry(0, 0) * fmpq(1, 2)
    rate = whole(cost / gain) + 1  # e1 = rate e, so that the coefficient of e^2 is negative
    e, last = Function.letter(), point.depth - 1
    inward, outward = w @ (v.T @ (point.Y @ x.pinv())), v @ w.T
    yield _changed(point, {last - 1: ((e * rate, inward),), last: ((e, outward),)}, ADDITION)
    yield _changed(point, {last - 1: ((e, inward),), last: ((e * e, outward),)}, ADDITION)


def _scalings(point: Point) -> Iterator[Curve]:
    """Item 3: the loss rises when a row of A_l is scaled, if it has an output."""
    top, output = point.weights[-1], point.product(point.depth, 1) @ point.X
    for row in range(top.rows):
        if not output.block([row], range(output.cols)).is_zero():
            unit = top.make(top.rows, top.rows, [int(i == j == row) for i in range(top.rows) for j in range(top.rows)])
            yield _changed(point, {point.depth - 1: ((Function.letter(), unit @ top),)}, SCALING)
            return


def _vectors(point: Point, layer: Layer, second: Any, largest: int, smallest: int) -> tuple[Any, Any]:
    """Choose u in the column space and v orthogonal to it: eigenvectors, where one small field has both."""
    sigma = sigma_matrix(data_of(point, layer.k), point.Y)
    values = [layer.spectrum.eigenvalues[i].value for i in (smallest, largest)]
    field = _field(point, values)
    numbers = [_inside(field, value) for value in values]
    if None in numbers and layer.captured is not None:
        return separated(sigma, second, layer.spectrum, layer.captured)
    moved = [sigma - _scalar(field, sigma.rows, number) for number in numbers]
    basis, across = second.column_space(), second.T.kernel()
    u = basis @ (moved[0] @ basis).kernel()
    v = across @ (moved[1] @ across).kernel()
    return u.block(range(u.rows), [0]), v.block(range(v.rows), [0])


def _outer(point: Point, layer: Layer, sigma: Any) -> Any:
    """Choose v orthogonal to the column space of A_l: an eigenvector, where a small field has one."""
    across = point.weights[-1].T.kernel()
    value = next(pair.value for place, pair in enumerate(layer.spectrum.eigenvalues) if place == layer.skipped)
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
