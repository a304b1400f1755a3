"""An exact critical point near given weights, such as the floats that a training run got stuck at.

Subspaces are tried that are about captured, or whose critical value is near the loss (`nearest_subspace`): for each,
weights that are critical up to rounding are proposed (`nearest_proposal`), and next to the best proposal an exact
critical point is built (`nearest_exact`). It need not be the nearest of all: its distance is stated, and that it is
critical is proved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from flint import arb, ctx, fmpq

from symcrit.errors import InputError, LimitError
from symcrit.exact.algebraic import Algebraic, decimal, rounded
from symcrit.exact.field import FieldElement
from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.nearest_exact import Snap
from symcrit.landscape.nearest_proposal import Basis, Frame, Proposal, proposals
from symcrit.landscape.nearest_subspace import Counts, Subspaces
from symcrit.landscape.rounding import length, magnitude, squared_norm
from symcrit.networks.linear import is_critical
from symcrit.networks.points import LINEAR, Point

BITS = 332  # of a number of 100 digits
LEAST_BITS = 64  # of the floats in proposals, beyond twice the bits of what is given
PLACES = 12  # of the entries of the exact point, beyond those of the distance
MOST = 8  # times as many places as the floats in proposals have
ENOUGH = fmpq(101, 100)  # times the square of the proposed distance is near enough


@dataclass(frozen=True)
class Nearest:
    """A critical point, and the square of its distance from the weights it was found for."""

    point: Point
    squared: Any

    @classmethod
    def of(cls, given: Point, weights: tuple[Any, ...]) -> Nearest:
        """Compute the distance of weights from given ones."""
        parts = [squared_norm(new - old) for new, old in zip(weights, given.weights, strict=True)]
        return cls(given.moved(weights), sum(parts, fmpq(0)))

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
    """Find an exact critical point of a linear network near rational weights; a critical point is its own.

    Raises InputError for other networks and irrational weights, LimitError where every subspace that is tried would
    need too large a field.

    >>> one = RationalMatrix.of([[1]])
    >>> found = nearest(Point(one, one, (RationalMatrix.of([["0.01"]]), RationalMatrix.of([["-0.02"]]))))
    >>> found.point.weights, found.squared
    ((RationalMatrix.of([['0']]), RationalMatrix.of([['0']])), 1/2000)
    >>> nearest(Point(one, one, (one, one), "relu"))
    Traceback (most recent call last):
    symcrit.errors.InputError: near points are found for linear networks, not for relu
    """
    if point.activation != LINEAR:
        raise InputError(f"near points are found for linear networks, not for {point.activation}")
    if any(weight.level for weight in point.weights):
        raise InputError("near points are found for rational weights, not for those of a number field")
    if is_critical(point):
        return Nearest(point, fmpq(0))
    spaces = Subspaces(point, _bits(point))
    proposed = [(near.squared, counts) for counts in spaces.candidates()
                if (near := _best(point, spaces, spaces.proposed(counts))) is not None]
    refused: LimitError | None = None
    for _, counts in sorted(proposed):
        try:
            found = _snapped(point, spaces, counts)
        except LimitError as error:
            refused = error
            continue
        if found is not None:
            return found
    raise refused or AssertionError("capturing nothing is always possible")


def _bits(point: Point) -> int:
    """Choose the length of the floats in proposals: by far more than the lengths of what is given."""
    return LEAST_BITS + 2 * max(length(matrix) for matrix in (point.X, point.Y, *point.weights))


def _best(point: Point, spaces: Subspaces, basis: Basis) -> Proposal | None:
    """Choose the proposal at the least distance, for a subspace that is to be captured."""
    frame = Frame.of(point.data, spaces.sigma, basis, spaces.bits)
    return min(proposals(point, frame), key=lambda one: one.squared, default=None)


def _snapped(point: Point, spaces: Subspaces, counts: Counts) -> Nearest | None:
    """Build the exact point, with as few places as leave the distance about what is proposed.

    Raises LimitError if the field would be too large.
    """
    near = _best(point, spaces, spaces.basis(counts, spaces.bits))
    if near is None:
        return None
    places = PLACES - magnitude(RationalMatrix.of([[near.squared]])) // 2
    while places <= MOST * spaces.bits:
        weights = Snap(point.data, spaces.sigma, spaces.basis(counts, places), near, places).weights()
        if weights is not None:
            found = Nearest.of(point, tuple(_simplest(weight) for weight in weights))
            if found.size <= near.squared * ENOUGH or places > spaces.bits:
                return found
        places = 2 * max(places, PLACES)
    return None


def _simplest(matrix: Any) -> Any:
    if isinstance(matrix, RationalMatrix):
        return matrix
    rational = matrix.rational()
    return matrix if rational is None else rational
