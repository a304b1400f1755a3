"""The form of the critical points of shallow linear networks: which singular values a point captures.

Theorem 1 writes A2 = U V C, where the columns of U are eigenvectors of Sigma = Y X^+ X Y'. All it says of A2 is that
its column space is invariant under Sigma: C absorbs the choice of a basis. So p is read off the characteristic
polynomial of Sigma on col(A2), and no eigenvector is needed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpz_poly

from symcrit.errors import InputError, LimitError, SizeError
from symcrit.exact.entries import MAX_ENTRIES
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import Spectrum, restricted_polynomial, sigma_matrix, spectrum
from symcrit.networks.invariant import invariant_subspace, random_integers
from symcrit.networks.points import Data, Point

IDENTITY, ZERO, RANDOM = "identity", "zero", "random"


@dataclass(frozen=True)
class Form:
    """What Theorem 1 says of a point: A2 = B C with a basis B of an invariant subspace of Sigma, and L1 = A1.

    *Shapes*: B is d2 x d1, its first `rank` columns a basis of col(A2), the others 0; C is d1 x d1, invertible;
    `residual` is d2 x (d1 - rank) and 0 if and only if eq. (3) holds.
    """

    spectrum: Spectrum
    captured: tuple[int, ...]  # one entry an eigenvalue, as `spectrum.eigenvalues` has them
    basis: Any
    C: Any
    L1: Any
    residual: Any
    inside: Any  # Sigma on col(A2), in the basis

    @property
    def rank(self) -> int:
        """The rank of A2."""
        return sum(self.captured)

    @property
    def p(self) -> tuple[int, ...]:
        """How many of each positive singular value are captured, decreasing: p_1, ..., p_r."""
        return self.captured[: len(self.spectrum.positive())]

    @property
    def null(self) -> int:
        """How many of the zero singular values are captured: the paper's p with a bar."""
        return self.rank - sum(self.p)

    def subspace(self, factor: fmpz_poly) -> Any:
        """Find a basis of the part of col(A2) that belongs to the roots of a polynomial, over the field of the point.

        With a factor of the characteristic polynomial (`spectrum.factors`) it is the sum of the eigenspaces of those of
        its roots that are captured.

        >>> unit, Y = RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[1, 1], [0, 1]])
        >>> form = recover(Point(unit, Y, (Y, unit)))
        >>> form.spectrum.factors, form.subspace(form.spectrum.factors[0][0]).cols
        (((x^2 + (-3)*x + 1, 1),), 2)
        >>> form.subspace(fmpz_poly([-1, 1])).cols
        0
        """
        value = self.inside.zeros(self.rank, self.rank)
        unit = value.identity(self.rank)
        for coefficient in reversed(factor.coeffs()):
            value = value @ self.inside + unit.scale(coefficient)
        return self.basis.block(range(self.basis.rows), range(self.rank)) @ value.kernel()


def recover(point: Point) -> Form:
    """Recover p, C and L1 of a point of a shallow linear network whose col(A2) is invariant under Sigma.

    A critical point is one; eq. (3) is left to the reader, as `residual`. Raises InputError for another depth, and
    where col(A2) is not invariant. *Source*: Theorem 1.

    >>> one, two = RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[2, 0], [0, 1]])
    >>> form = recover(Point(one, two, (RationalMatrix.of([[0, 1]]), RationalMatrix.of([[0], [1]]))))
    >>> form.p, form.null, form.residual.is_zero()
    ((0, 1), 0, True)
    >>> recover(Point(one, two, (RationalMatrix.of([[0, 1]]), RationalMatrix.of([[1], [1]]))))
    Traceback (most recent call last):
    symcrit.errors.InputError: the column space of A2 is not invariant under Sigma, so the point is not critical
    """
    if point.depth != 2:
        raise InputError(f"Theorem 1 is about 2 layers, but the point has {point.depth}")
    a1, a2 = point.weights
    found = spectrum(point.X, point.Y)
    basis, coordinates = a2.factors()
    moved = sigma_matrix(point.X, point.Y) @ basis
    inside = (basis.T @ basis).inverse() @ (basis.T @ moved)
    if not (moved - basis @ inside).is_zero():
        raise InputError("the column space of A2 is not invariant under Sigma, so the point is not critical")
    captured = captured_on(point.X, point.Y, found, basis)
    rank, width = basis.cols, a2.cols
    others = [j for j in range(width) if j not in set(coordinates.pivots()[1])]
    unit = coordinates.identity(width)
    c = coordinates.above(unit.block(others, range(width)))
    target = point.data.yx @ (c.block(range(rank, width), range(width)) @ a1).T
    residual = target - _projected(basis, target)
    padded = basis.beside(basis.zeros(a2.rows, width - rank))
    return Form(found, captured, padded, c, a1, residual, inside)


def captured_on(x: Any, y: RationalMatrix, found: Spectrum, columns: Any) -> tuple[int, ...]:
    """Count how often every eigenvalue of Sigma = Y X^+ X Y' occurs on the span of some columns, invariant under Sigma.

    Whether it is, is not checked: at a critical point it is by Lemma 1.
    Raises InputError if the characteristic polynomial on the span does not divide that of Sigma.
    """
    basis = column_basis(columns)
    if basis.cols in (0, basis.rows):
        return tuple(pair.multiplicity if basis.cols else 0 for pair in found.eigenvalues)
    if isinstance(basis, RationalMatrix) and isinstance(x, RationalMatrix):
        return found.captured(restricted_polynomial(x, y, basis))
    inside = (basis.T @ basis).inverse() @ (basis.T @ sigma_matrix(x, y) @ basis)
    return found.captured(inside.charpoly())


def column_basis(columns: Any) -> Any:
    """Find a basis of the column space; over a field a rational one, if the space has one."""
    if isinstance(columns, RationalMatrix):
        return columns.column_space()
    basis = columns.T.factors()[1].T  # the only basis that has an identity matrix in some of its rows
    rational = basis.rational()
    return basis if rational is None else rational


def _projected(basis: Any, columns: Any) -> Any:
    return basis @ ((basis.T @ basis).inverse() @ (basis.T @ columns))


# ---- from p to a point ---------------------------------------------------------------------------


def build(data: Data, capture: Sequence[int], null: int = 0, *, c: str | RationalMatrix = IDENTITY,
          l1: str | RationalMatrix = ZERO, seed: int | None = None) -> Point:
    """Build a critical point of a shallow linear network that captures so many of each positive singular value.

    `capture` has one count a singular value, from the largest, `null` is the count for 0. `c` is "identity", "random"
    or an invertible matrix, `l1` is "zero", "random" or a matrix; a random L1 satisfies eq. (3), as a given one must.
    `seed` makes the subspace random too. The weights are rational where every irreducible factor of the characteristic
    polynomial of Sigma is captured evenly, else in a number field. *Source*: Theorem 1.
    Raises InputError for what cannot be captured, LimitError where the field or the matrices would be too large.

    >>> data = Data(RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[2, 0], [0, 1]]), (2, 1, 2))
    >>> build(data, (0, 1)).weights
    (RationalMatrix.of([['0', '1']]), RationalMatrix.of([['0'], ['1']]))
    >>> build(data, (1, 1))
    Traceback (most recent call last):
    symcrit.errors.InputError: A2 is 2 x 1 and has rank 1 at most, but 2 singular values are to be captured
      suggestion: capture fewer, or widen the network
    """
    if data.depth != 2:
        raise InputError(f"Theorem 1 is about 2 layers, but the network has {data.depth}")
    found = spectrum(data.X, data.Y)
    captured = captured_counts(found, capture, null, data.widths)
    source = random.Random(0 if seed is None else seed)
    sigma = sigma_matrix(data.X, data.Y)
    basis = invariant_subspace(sigma, found, captured, None if seed is None else source)
    width, rank = data.widths[1], basis.cols
    change = invertible(c, width, source)
    back = change.inverse()
    pinv_x = data.X.pinv()
    middle = _middle(data, basis, l1, change, source)
    top = middle.block(range(rank), range(middle.cols))
    least = (basis.T @ basis).inverse() @ (basis.T @ (data.Y @ pinv_x))
    fixed = (least - top @ (data.X @ pinv_x)).above(basis.zeros(width - rank, data.widths[0]))
    padded = basis.beside(basis.zeros(data.widths[2], width - rank))
    return Point(data.X, data.Y, (back @ (fixed + middle), padded @ change))


def captured_counts(found: Spectrum, capture: Sequence[int], null: int, widths: Sequence[int]) -> tuple[int, ...]:
    """Check p and p-bar against the multiplicities and the widths d0, ..., dl; return one count an eigenvalue."""
    positive = found.positive()
    if len(capture) != len(positive):
        values = ", ".join(f"{pair.value.approx()} (x {pair.multiplicity})" for pair in positive) or "none"
        raise InputError(f"{len(capture)} counts are given, but Sigma has {len(positive)} different positive "
                         f"eigenvalues: {values}", "give one count for each, from the largest")
    if any(isinstance(count, bool) or not isinstance(count, int) for count in (*capture, null)):
        raise InputError("the counts of captured singular values are integers")
    for place, (pair, count) in enumerate(zip(positive, capture, strict=True), 1):
        if not 0 <= count <= pair.multiplicity:
            raise InputError(f"p_{place} = {count}, but singular value {place} ({pair.value.approx()}) has "
                             f"multiplicity {pair.multiplicity}")
    if not 0 <= null <= found.zero:
        raise InputError(f"{null} zero singular values are to be captured, but 0 has multiplicity {found.zero}")
    name, room = "A2" if len(widths) == 3 else f"A_({len(widths) - 1},2)", min(widths[1:])
    for k in range(2, len(widths)):
        if max(widths[k], widths[k - 1]) * widths[k - 1] > MAX_ENTRIES:
            raise LimitError(f"A{k} is {widths[k]} x {widths[k - 1]}, which is too large to be built",
                             f"choose a smaller d{k - 1}")
    if sum(capture) + null > room:
        raise InputError(f"{name} is {widths[-1]} x {widths[1]} and has rank {room} at most, but {sum(capture) + null} "
                         "singular values are to be captured", "capture fewer, or widen the network")
    return (*capture, *([null] if found.zero else []))


def invertible(wanted: str | RationalMatrix, size: int, source: random.Random) -> RationalMatrix:
    """Return C: the identity, the given matrix, or a random one."""
    unit: RationalMatrix = RationalMatrix.of([], (0, 0)).identity(size)
    if isinstance(wanted, RationalMatrix):
        if wanted.shape != (size, size) or wanted.rank() < size:
            raise SizeError(f"C is an invertible {size} x {size} matrix")
        return wanted
    if wanted == IDENTITY:
        return unit
    while wanted == RANDOM:
        found = random_integers(source, size, size)
        if found.rank() == size:
            return found
    raise InputError(f"C is {IDENTITY} or {RANDOM}, not {wanted}")


def _middle(data: Data, basis: Any, wanted: str | RationalMatrix, change: RationalMatrix, source: random.Random) -> Any:
    """Return C L1; by eq. (3) its rows below the rank lie in the left kernel of (I - P) Y X', transposed."""
    rank, width, inputs = basis.cols, data.widths[1], data.widths[0]
    if isinstance(wanted, RationalMatrix):
        if wanted.shape != (width, inputs):
            raise SizeError(f"L1 is {width} x {inputs}, not {wanted.rows} x {wanted.cols}")
        middle = change @ wanted
        rest = data.yx @ middle.block(range(rank, width), range(inputs)).T
        if not (rest - _projected(basis, rest)).is_zero():
            raise InputError("the given L1 does not satisfy eq. (3), so the point would not be critical")
        return middle
    if wanted == ZERO:
        return basis.zeros(width, inputs)
    if wanted != RANDOM:
        raise InputError(f"L1 is {ZERO} or {RANDOM}, not {wanted}")
    left_over = data.yx - _projected(basis, data.yx)
    kernel = left_over.kernel()
    free = kernel @ random_integers(source, kernel.cols, width - rank)
    return random_integers(source, rank, inputs).above(free.T)
