"""The inertia of the Hessian: from the Hessian itself at any point, in closed form at shallow critical points.

*Source of the closed form*: at a critical point with S = col(A2), P its projector, r = rank(A2) and M = (I - P) Y X^+ X,
the change A2 -> A2 C, A1 -> C^-1 A1 makes A2 = [F, 0] with orthonormal columns F, and A1 X = [F'Y X^+ X; K2]. Split
D2 = [F Da + N X, F Db + N W] and D1 X = [Ba; Bb] with N a basis of the orthogonal complement of S. As M A1' = 0, the
square is completed in Ba, and the second-order form is

    ||Ba + Da K1 + Db K2 - X'M||^2 + ||X K1 + W K2||^2 - ||X'M||^2 - 2 <W'M, Bb>,   K1 = F'Y X^+ X.

The first square gives r rank(X) positive eigenvalues. The last term pairs the rows of W on which M does not vanish,
mu of them (mu counts the positive sigma_i that are not captured), with as many rows of Bb: (d1 - r) mu of either sign.
On the d2 - r - mu other rows of [X, W] the form is ||[X, W] [K1; K2]||^2, of rank (d2 - r - mu) rank(A1 X). What is left
is diagonal: sigma_j - sigma_i for every captured sigma_j (zeros included) and every positive sigma_i that is not.
"""

from __future__ import annotations

from symcrit.exact.inertia import Inertia, inertia
from symcrit.exact.spectrum import Spectrum
from symcrit.networks.linear import hessian
from symcrit.networks.points import Point


def hessian_inertia(point: Point) -> Inertia:
    """Count the signs of the eigenvalues of the Hessian, from its entries; the point must be rational.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> one, zero = RationalMatrix.of([[1]]), RationalMatrix.of([[0]])
    >>> hessian_inertia(Point(one, one, (zero, zero)))
    Inertia(positive=1, zero=0, negative=1)
    """
    return inertia(hessian(point))


def critical_inertia(point: Point, spectrum: Spectrum, captured: tuple[int, ...]) -> Inertia:
    """Count the signs of the eigenvalues of the Hessian at a shallow critical point, without the Hessian.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> from symcrit.networks.theorem_1 import recover
    >>> one, zero = RationalMatrix.of([[1]]), RationalMatrix.of([[0]])
    >>> point = Point(one, one, (zero, zero))
    >>> form = recover(point)
    >>> critical_inertia(point, form.spectrum, form.captured)
    Inertia(positive=1, zero=0, negative=1)
    """
    first, second = point.weights
    rank, inputs = sum(captured), point.X.rank()
    missed = [pair.multiplicity - count for pair, count in zip(spectrum.positive(), captured, strict=False)]
    more = sum(captured[j] * missed[i] for i in range(len(missed)) for j in range(i))
    less = sum(captured[j] * missed[i] for i in range(len(missed)) for j in range(i + 1, len(captured)))
    paired = (second.cols - rank) * sum(missed)
    hidden = (first @ point.X).rank()
    positive = rank * inputs + paired + (second.rows - rank - sum(missed)) * hidden + more
    return Inertia(positive, point.parameters - positive - paired - less, paired + less)
