"""An exact critical point near given weights, such as the floats that a training run got stuck at.

The p-vectors whose critical values are nearest to the loss are tried, with every rank that adds captured zeros to them;
the point at the least distance is taken. It need not be the nearest critical point of all: its distance is stated, and
that it is critical is proved.

For a chosen subspace with projector P, invariant under Sigma, put A2~ = P A2 and

    A1~ = A2~^+ Y X^+ + A2~^+ A2~ A1 (I - X X^+) + (I - A2~^+ A2~) A1 (I - M^+ M),   M = (I - P) Y X',

which satisfies Theorem 1 with eq. (3), and leaves of A1 all that Theorem 1 leaves free.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, ctx, fmpq

from symcrit.errors import InputError, LimitError
from symcrit.exact.algebraic import Algebraic, decimal, rounded
from symcrit.exact.field import FieldElement
from symcrit.exact.projectors import factor_space
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import Spectrum, sigma_matrix, spectrum
from symcrit.networks.invariant import invariant_subspace
from symcrit.networks.linear import loss
from symcrit.networks.points import LINEAR, Point
from symcrit.networks.values import values

CANDIDATES = 3  # p-vectors that are tried
BITS = 332


@dataclass(frozen=True)
class Nearest:
    """A critical point, and the square of its distance from the weights it was found for."""

    point: Point
    squared: Any

    @property
    def size(self) -> Any:
        """The squared distance, or a number of 100 digits by it: enough to choose, and decides nothing else."""
        if not isinstance(self.squared, FieldElement):
            return self.squared
        with ctx.workprec(BITS):
            return self.squared.ball().mid().fmpq()

    def to_json(self) -> dict[str, Any]:
        """Write the point as it is read, and the distance."""
        exact = self.squared if isinstance(self.squared, FieldElement) else Algebraic.rational(self.squared)
        return {"point": self.point.to_json(), "distance": {"squared": exact.to_json(), "approx": _root(self.squared)}}


def _root(squared: Any) -> str:
    """Round the square root of a number that is not negative."""
    if not isinstance(squared, FieldElement):
        above, below = math.isqrt(int(squared.p)), math.isqrt(int(squared.q))
        if fmpq(above * above, below * below) == squared:
            return decimal(fmpq(above, below))
    return rounded(lambda: squared.ball().sqrt() if isinstance(squared, FieldElement) else arb(squared).sqrt())[0]


def nearest(point: Point) -> Nearest:
    """Find an exact critical point of a shallow linear network near rational weights.

    Raises InputError for other networks and irrational weights, LimitError where every subspace that is tried would
    need too large a field. *Source*: Theorem 1.

    >>> one = RationalMatrix.of([[1]])
    >>> found = nearest(Point(one, one, (RationalMatrix.of([["0.01"]]), RationalMatrix.of([["-0.02"]]))))
    >>> found.point.weights, found.squared
    ((RationalMatrix.of([['0']]), RationalMatrix.of([['0']])), 1/2000)
    >>> nearest(Point(one, one, (one, one, one)))
    Traceback (most recent call last):
    symcrit.errors.InputError: near points are found for linear networks with 2 layers, not with 3
    """
    if point.activation != LINEAR or point.depth != 2:
        raise InputError("near points are found for linear networks with 2 layers, not "
                         + (f"with {point.depth}" if point.activation == LINEAR else f"for {point.activation}"))
    if any(weight.level for weight in point.weights):
        raise InputError("near points are found for rational weights, not for those of a number field")
    found, sigma = spectrum(point.X, point.Y), sigma_matrix(point.X, point.Y)
    tried: list[Nearest] = []
    refused: LimitError | None = None
    for captured in _candidates(point, found):
        try:
            basis = _subspace(sigma, found, captured, point.weights[1])
        except LimitError as error:
            refused = error
            continue
        tried += _snapped(point, basis)
    if not tried:
        raise refused or AssertionError("capturing nothing is always possible")
    return min(tried, key=lambda one: one.size)


def _candidates(point: Point, found: Spectrum) -> Iterable[tuple[int, ...]]:
    """List how often every eigenvalue may be captured: the p-vectors nearest by their loss, and nothing."""
    yield (0,) * len(found.eigenvalues)
    for value in values(point.data, near=loss(point), limit=CANDIDATES).values:
        for null in range(value.null_up_to + 1):
            counts = (*value.p, *([null] if found.zero else []))
            if any(counts):
                yield counts


def _subspace(sigma: RationalMatrix, found: Spectrum, captured: Sequence[int], second: RationalMatrix) -> Any:
    """Make a basis of an invariant subspace; of a rational eigenspace, the part that is nearest to col(A2)."""
    irrational = [0 if pair.value.exact is not None else count
                  for pair, count in zip(found.eigenvalues, captured, strict=True)]
    basis = invariant_subspace(sigma, found, irrational)
    for pair, count in zip(found.eigenvalues, captured, strict=True):
        if pair.value.exact is not None and count:
            space = factor_space(sigma, pair.value.minpoly)
            basis = basis.beside(space if count == space.cols else _largest(space.projector() @ second, space, count))
    return basis


def _largest(images: RationalMatrix, space: RationalMatrix, count: int) -> RationalMatrix:
    """Choose columns one by one, each the longest of what is left after projection; then any of the eigenspace."""
    chosen = space.block(range(space.rows), [])
    for rest in (images, space):
        while chosen.cols < count:
            left = rest - chosen @ (chosen.pinv() @ rest)
            lengths = [sum((x * x for x in column), fmpq(0)) for column in left.T.to_rows()]
            place = max(range(rest.cols), key=lengths.__getitem__, default=0)
            if not rest.cols or not lengths[place]:
                break
            chosen = chosen.beside(left.block(range(left.rows), [place]))
    return chosen


def _snapped(point: Point, basis: Any) -> list[Nearest]:
    """Make the critical point for an invariant subspace; none if A2 does not fill it."""
    (first, second), data = point.weights, point.data
    projector = basis @ ((basis.T @ basis).inverse() @ basis.T)
    moved = projector @ second
    if moved.rank() < basis.cols:
        return []
    pinv_x = data.X.pinv()
    back = moved.pinv()
    inside = back @ moved
    missed = data.yx - projector @ data.yx
    inner = first - (first @ data.X) @ pinv_x
    outer = first - (first @ missed.pinv()) @ missed
    new = back @ (data.Y @ pinv_x) + inside @ inner + (outer - inside @ outer)
    weights = tuple(_simplest(weight) for weight in (new, moved))
    changes = [weight - old for weight, old in zip(weights, point.weights, strict=True)]
    squared = sum(((change @ change.T).trace() for change in changes), fmpq(0))
    return [Nearest(point.moved(weights), squared)]


def _simplest(matrix: Any) -> Any:
    if isinstance(matrix, RationalMatrix):
        return matrix
    rational = matrix.rational()
    return matrix if rational is None else rational
