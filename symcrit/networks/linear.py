"""The loss of a (deep) linear network, L = 1/2 ||A_l ... A_1 X - Y||^2, its gradients and Hessian, over any exact ring.

Everything goes through XX' and YX', so the number of samples does not matter. The rules of differentiation are the
product rule and <S D P, G> = <D, S'GP'>: with E = A_l ... A_1 X - Y, a change D of A_k changes E by
A_(l,k+1) D A_(k-1,1) X, so the gradient is A_(l,k+1)' E X' A_(k-1,1)'.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq, nmod_mat

from symcrit.exact.modular import primes
from symcrit.exact.rational import RationalMatrix
from symcrit.networks.points import Point

HALF = fmpq(1, 2)
Curve = Sequence[Sequence[Any]]  # for each layer the matrices that 1, t, t^2, ... are multiplied by


def loss(point: Point) -> Any:
    """Compute the loss, a number of the ring of the weights.

    >>> one = RationalMatrix.of([[1]])
    >>> loss(Point(one, one, (one.scale(2), one)))
    1/2
    """
    return loss_along(point, [[weight] for weight in point.weights])[0]


def gradients(point: Point) -> tuple[Any, ...]:
    """Compute the gradient in every layer.

    *Shapes*: the k-th is that of A_k. *Source*: eqs. (23), (24) and (32).

    >>> one = RationalMatrix.of([[1]])
    >>> gradients(Point(one, one, (one.scale(2), one)))
    (RationalMatrix.of([['1']]), RationalMatrix.of([['2']]))
    """
    error = error_moment(point)
    return tuple(point.product(point.depth, k + 1).T @ error @ point.product(k - 1, 1).T
                 for k in range(1, point.depth + 1))


def error_moment(point: Point) -> Any:
    """Compute (A_l ... A_1 X - Y) X'."""
    return point.product(point.depth, 1) @ point.data.xx - point.data.yx


def gradients_zero(point: Point) -> tuple[bool, ...]:
    """Tell for every layer whether the gradient is exactly 0.

    >>> zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    >>> gradients_zero(Point(one, one, (zero, zero))), gradients_zero(Point(one, one, (zero, one)))
    ((True, True), (False, True))
    """
    if all(rejected := _rejected(point)):
        return (False,) * point.depth
    return tuple(not reject and gradient.is_zero()
                 for reject, gradient in zip(rejected, gradients(point), strict=True))


def is_critical(point: Point) -> bool:
    """Tell whether every gradient is exactly 0."""
    return all(gradients_zero(point))


def loss_along(point: Point, curve: Curve) -> list[Any]:
    """Expand the loss along a polynomial curve W(t) in powers of t, from the lowest; W(0) need not be the point.

    >>> zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    >>> loss_along(Point(one, one, (zero, zero)), [[zero, one], [zero, one]])  # 1/2 (t^2 - 1)^2
    [1/2, 0, -1, 0, 1/2]
    """
    product = list(curve[-1])
    for layer in reversed(curve[:-1]):
        product = _multiplied(product, layer)
    data = point.data
    moments = [part @ data.xx for part in product]
    coefficients: list[Any] = [fmpq(0)] * (2 * len(product) - 1)
    for i, moment in enumerate(moments):
        for j, part in enumerate(product):
            coefficients[i + j] = (moment @ part.T).trace() * HALF + coefficients[i + j]
        coefficients[i] = coefficients[i] - (product[i] @ data.yx.T).trace()
    coefficients[0] = coefficients[0] + HALF * data.yy
    return coefficients


def line(point: Point, direction: Sequence[Any]) -> Curve:
    """Make the curve W + t D."""
    return [[weight, part] for weight, part in zip(point.weights, direction, strict=True)]


def _multiplied(left: Sequence[Any], right: Sequence[Any]) -> list[Any]:
    """Multiply two polynomials in t with matrices as coefficients."""
    product: list[Any] = [None] * (len(left) + len(right) - 1)
    for i, first in enumerate(left):
        for j, second in enumerate(right):
            term = first @ second
            product[i + j] = term if product[i + j] is None else product[i + j] + term
    return product


def hessian(point: Point) -> Any:
    """Compute the Hessian; the entries of A_1 come first, each layer row by row.

    *Source*: with changes D_a of A_a and D_b of A_b (a < b), the second derivative is
    <A_(l,a+1) D_a A_(a-1,1) X, A_(l,b+1) D_b A_(b-1,1) X> + <E, A_(l,b+1) D_b A_(b-1,a+1) D_a A_(a-1,1) X>.

    >>> zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    >>> hessian(Point(one, one, (zero, zero)))
    RationalMatrix.of([['0', '-1'], ['-1', '0']])
    """
    depth = point.depth
    blocks = [[_second(point, a, b) for b in range(a, depth + 1)] for a in range(1, depth + 1)]
    starts = [0]
    for weight in point.weights:
        starts.append(starts[-1] + weight.rows * weight.cols)
    size = starts[-1]
    entries: list[Any] = [0] * (size * size)
    for a, row in enumerate(blocks):
        for b, block in enumerate(row, a):
            for i, line_ in enumerate(block, starts[a]):
                for j, entry in enumerate(line_, starts[b]):
                    entries[i * size + j] = entries[j * size + i] = entry
    ring = max(point.weights, key=lambda weight: weight.level)
    return ring.make(size, size, entries)


def _second(point: Point, a: int, b: int) -> list[list[Any]]:
    """Compute the block of second derivatives in A_a and A_b, a <= b."""
    depth = point.depth
    left_a, left_b = point.product(depth, a + 1), point.product(depth, b + 1)
    right_a, right_b = point.product(a - 1, 1), point.product(b - 1, 1)
    outer, inner = (left_a.T @ left_b).to_rows(), (right_a @ point.data.xx @ right_b.T).to_rows()
    rows = [[x * y for x in over for y in under] for over in outer for under in inner]
    if a == b:
        return rows
    curved = (left_b.T @ error_moment(point) @ right_a.T).to_rows()
    between = point.product(b - 1, a + 1).to_rows()
    columns_a = len(inner)
    for i in range(point.widths[a]):
        for j in range(columns_a):
            row, place = rows[i * columns_a + j], 0
            for over in curved:
                for under in between:
                    row[place] = row[place] + over[j] * under[i]
                    place += 1
    return rows


# ---- one prime, which may reject but never decides "zero" -----------------------------------------


def _rejected(point: Point) -> tuple[bool, ...]:
    """Tell for every layer whether one prime proves that the gradient is not 0."""
    prime = next(primes())
    data = point.data
    matrices = [_modulo(matrix, prime) for matrix in (data.X, data.Y, *point.weights)]
    x, y, *weights = matrices
    if x is None or y is None or any(weight is None for weight in weights):
        return (False,) * point.depth
    forward = [x]
    for weight in weights:
        forward.append(weight * forward[-1])
    backward, results = forward.pop() - y, []
    for weight in reversed(weights):
        results.append(bool((backward * forward.pop().transpose()).rank()))
        backward = weight.transpose() * backward
    return tuple(reversed(results))


def _modulo(matrix: Any, prime: int) -> Any:
    """Reduce a rational matrix; None if it is not rational or a denominator vanishes."""
    if not isinstance(matrix, RationalMatrix):
        return None
    numerators, denominator = matrix.integers()
    below = int(denominator) % prime
    return nmod_mat(numerators, prime) * pow(below, -1, prime) if below else None
