"""The inertia of the Hessian: from its entries at any point, and in closed form at shallow critical points.

*Source of the closed form*: let A2 have rank r and F be an orthonormal basis of its column space, N one of the
orthogonal complement. After a change A2 C, C^-1 A1, which changes no inertia, A2 = [F, 0], and A1 X = [K1; K2] on the
row space of X, with K1 = F'Y there. Write M = N'Y there; M M' has the positive sigma_i that are not captured as its
positive eigenvalues, mu in number, K1 K1' the captured ones, and M K1' = 0, M K2' = 0 as the point is critical.
With D2 = [F Da + N R, F Db + N W] and D1 X = [Ba; Bb] the second-order form is, as M K1' = M K2' = 0,

    ||Ba + Da K1 + Db K2 - R'M||^2 - ||R'M||^2 + ||R K1 + W K2||^2 - 2 <W'M, Bb>.

The first square, with Ba free, gives r rank(X) positive signs. The last term pairs the mu rows of W in the range of M
(of d1 - r entries each) with as many entries of Bb: (d1 - r) mu signs of either kind, whatever else they occur in.
On the d2 - r - mu other rows of [R, W] the form is ||[R, W] [K1; K2]||^2, of rank rank(A1 X) for each. What is left is
diagonal in eigenvectors: one entry sigma_j - sigma_i for every captured sigma_j, zeros included, and every positive
sigma_i that is not captured.
"""

from __future__ import annotations

from collections.abc import Sequence

from symcrit.exact.inertia import Inertia, inertia
from symcrit.exact.spectrum import Spectrum
from symcrit.networks.linear import hessian
from symcrit.networks.points import Point


def hessian_inertia(point: Point) -> Inertia:
    """Count the positive, zero and negative eigenvalues of the Hessian, from its entries in bases that make them short.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> one, zero = RationalMatrix.of([[1]]), RationalMatrix.of([[0]])
    >>> hessian_inertia(Point(one, one, (zero, zero)))
    Inertia(positive=1, zero=0, negative=1)
    """
    return inertia(hessian(echelon(point)))


def echelon(point: Point) -> Point:
    """Take bases of the hidden layers in which A_1, ..., A_(l-1) are in echelon form: a congruence of the Hessian.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> one = RationalMatrix.of([[1]])
    >>> echelon(Point(one, one, (one.scale(3), one.scale(5)))).weights
    (RationalMatrix.of([['1']]), RationalMatrix.of([['15']]))
    """
    weights = list(point.weights)
    for k in range(1, point.depth):
        weight = weights[k - 1]
        rows, columns = weight.pivots()
        others = [i for i in range(weight.rows) if i not in set(rows)]
        basis = weight.block(range(weight.rows), columns).beside(
            weight.identity(weight.rows).block(range(weight.rows), others))
        weights[k - 1], weights[k] = basis.inverse() @ weight, weights[k] @ basis
    return point.moved(tuple(weights))


def critical_inertia(point: Point, found: Spectrum, captured: Sequence[int]) -> Inertia:
    """Count the same at a critical point of a shallow linear network, of any size, without forming the Hessian.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> from symcrit.exact.spectrum import spectrum
    >>> one, zero = RationalMatrix.of([[1]]), RationalMatrix.of([[0]])
    >>> critical_inertia(Point(one, one, (zero, zero)), spectrum(one, one), (0,))
    Inertia(positive=1, zero=0, negative=1)
    """
    first, second = point.weights
    rank, free = sum(captured), second.cols - sum(captured)
    missed = [pair.multiplicity - count for pair, count in zip(found.positive(), captured, strict=False)]
    larger = sum(count * captured[j] for i, count in enumerate(missed) for j in range(i))
    smaller = sum(count * sum(captured[i + 1:]) for i, count in enumerate(missed))
    seen = (first @ point.X).rank()
    positive = rank * point.X.rank() + free * sum(missed) + (second.rows - rank - sum(missed)) * seen + larger
    negative = free * sum(missed) + smaller
    return Inertia(positive, point.parameters - positive - negative, negative)
