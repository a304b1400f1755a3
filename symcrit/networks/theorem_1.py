"""Theorem 1: the form of a critical point of a shallow linear network, recovered from a point; `build` goes back.

The theorem is used without singular vectors. A2 = U V C says only that the column space of A2 is invariant under Sigma,
so any basis W of it serves for U V, and C absorbs the change of basis: A2 = [W, 0] C. For the same reason
C^-1 V' U' may be C^-1 [W^+; 0], which is a {1,2,3}-inverse of A2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symcrit.errors import InputError
from symcrit.exact.matrix import Matrix
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import Spectrum, restricted_polynomial, sigma_matrix, spectrum
from symcrit.networks import linear
from symcrit.networks.points import LINEAR, Data, Point

SHALLOW = 2


@dataclass(frozen=True)
class Form:
    """What Theorem 1 says about a critical point.

    *Shapes*: `basis` W is d2 x rank with the column space of A2, `C` is d1 x d1 with A2 = [W, 0] C, `L1` is d1 x d0,
    `residual` is the left side of eq. (3), d2 x d1. `captured` has an entry p_i for each of `spectrum.eigenvalues`;
    that of the eigenvalue 0, the last if there is one, is the paper's p with a bar.
    """

    spectrum: Spectrum
    captured: tuple[int, ...]
    basis: Any
    C: Any
    L1: Any
    residual: Any

    @property
    def rank(self) -> int:
        """The rank of A2."""
        return sum(self.captured)

    @property
    def p(self) -> tuple[int, ...]:
        """How often each positive eigenvalue is captured."""
        return self.captured[: len(self.spectrum.positive())]

    @property
    def null(self) -> int:
        """How often the eigenvalue 0 is captured."""
        return sum(self.captured[len(self.spectrum.positive()):])


def recover(point: Point) -> Form:
    """Recover p, the invariant subspace, C, L1 := A1 and the residual of eq. (3) from a critical point.

    Raises InputError if the network is not linear and shallow, or the point not critical.
    *Source*: Theorem 1; that L1 := A1 serves follows from A1 = A2^(123) Y X^+ + A1 - A2^(123) A2 A1 X X^+ (eq. 25).

    >>> one, zero = RationalMatrix.of([[1]]), RationalMatrix.of([[0]])
    >>> recover(Point(one, one, (one, one))).p, recover(Point(one, one, (zero, zero))).p
    ((1,), (0,))
    >>> recover(Point(one, one, (zero, one)))
    Traceback (most recent call last):
    symcrit.errors.InputError: the point is not critical, so it has no form
    """
    shallow(point)
    if not linear.is_critical(point):
        raise InputError("the point is not critical, so it has no form")
    first, second = point.weights
    found = spectrum(point.X, point.Y)
    basis = invariant_basis(second)
    rows = basis.pinv() @ second
    invariance = _completed(rows)
    rest = invariance.block(range(basis.cols, second.cols), range(second.cols))
    outside = point.data.yx @ first.T @ rest.T
    outside = outside - basis @ (basis.pinv() @ outside)
    residual = outside.zeros(second.rows, basis.cols).beside(outside)
    return Form(found, captured(point.data, found, basis), basis, invariance, first, residual)


def shallow(point: Point | Data) -> None:
    """Refuse a network that is not linear with one hidden layer; raises InputError."""
    if isinstance(point, Point) and point.activation != LINEAR:
        raise InputError(f"this is known for linear networks, but the activation is {point.activation}")
    if point.depth != SHALLOW:
        raise InputError(f"this is known for one hidden layer, but the network has {point.depth - 1}")


def invariant_basis(weight: Matrix) -> Any:
    """Find a basis of the column space, as columns; over a field a rational one if the space has one."""
    if isinstance(weight, RationalMatrix):
        return weight.column_space()
    basis = weight.T.factors()[1].T  # the only one that has an identity matrix in its independent rows
    rational = basis.rational()
    return basis if rational is None else rational


def captured(data: Data, found: Spectrum, basis: Any) -> tuple[int, ...]:
    """Tell how often every eigenvalue of Sigma is captured by an invariant subspace with the given basis.

    Raises InputError if the characteristic polynomial of Sigma on the subspace does not divide that of Sigma.
    *Source*: p_i is the multiplicity of sigma_i in it.
    """
    if basis.cols == basis.rows:
        return tuple(pair.multiplicity for pair in found.eigenvalues)
    if not basis.cols:
        return (0,) * len(found.eigenvalues)
    if isinstance(basis, RationalMatrix):
        return found.captured(restricted_polynomial(data.X, data.Y, basis))
    inside = (basis.T @ basis).inverse() @ (basis.T @ sigma_matrix(data.X, data.Y) @ basis)
    return found.captured(inside.charpoly())


def _completed(rows: Any) -> Any:
    """Complete independent rows to an invertible matrix by rows of the identity matrix."""
    taken = set(rows.pivots()[1])
    rest = [j for j in range(rows.cols) if j not in taken]
    unit = rows.identity(rows.cols).block(rest, range(rows.cols))
    return rows.above(unit)


