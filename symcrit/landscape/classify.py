"""What a point is: critical or not, a global minimum or a strict saddle, the paper's category, and which way is down.

*Source*: Theorem 1, Propositions 1 and 2 (with rank 0 as the greedy choice where no eigenvalue can be captured), and
the fact that every critical point of a shallow linear network that is not a global minimum is a strict saddle, which is
not taken on trust: a direction of negative curvature is computed and checked for the point at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from symcrit.exact.algebraic import Algebraic
from symcrit.exact.field import FieldElement
from symcrit.exact.inertia import Inertia
from symcrit.exact.spectrum import Spectrum, spectrum
from symcrit.exact.sums import AlgebraicSum
from symcrit.landscape.descent import Direction, against_gradient, negative_curvature
from symcrit.landscape.hessian import critical_inertia, hessian_inertia
from symcrit.networks import linear
from symcrit.networks.points import Data, Point
from symcrit.networks.theorem_1 import captured, invariant_basis, shallow

MOST_PARAMETERS = 400  # for which the inertia of the Hessian is computed unasked

GLOBAL_MINIMUM, STRICT_SADDLE, NOT_CRITICAL = "global_minimum", "strict_saddle", "not_critical"
UNDETERMINED = "undetermined"
GLOBAL, NON_OPTIMAL_ORDER, ZERO_CAPTURING, OPTIMAL_ORDER = (
    "global", "non_optimal_order", "zero_capturing", "optimal_order")


@dataclass(frozen=True)
class Classification:
    """The exact answers about a point; see `to_json`."""

    point: Point
    gradients_zero: tuple[bool, ...]
    loss: Any
    global_minimum: AlgebraicSum
    kind: str
    category: str | None
    rank: int
    spectrum: Spectrum
    captured: tuple[int, ...] | None  # None where the point is not critical
    hessian_inertia: Inertia | None
    descent: Direction | None
    reason: str = ""  # why the kind is undetermined

    @property
    def critical(self) -> bool:
        """Whether all gradients are exactly 0."""
        return all(self.gradients_zero)

    def to_json(self) -> dict[str, Any]:
        """Write the answers as programs read them."""
        counts: Sequence[int | None] = self.captured or [None] * len(self.spectrum.eigenvalues)
        found: dict[str, Any] = {
            "network": self.point.activation,
            "depth": self.point.depth,
            "critical": self.critical,
            "gradients_zero": list(self.gradients_zero),
            "loss": exact_number(self.loss),
            "global_minimum": self.global_minimum.to_json(),
            "kind": self.kind,
            "category": self.category,
            "rank": self.rank,
            "spectrum": [{"value": pair.value.to_json(), "multiplicity": pair.multiplicity, "captured": count}
                         for pair, count in zip(self.spectrum.eigenvalues, counts, strict=True)],
            "hessian_inertia": None if self.hessian_inertia is None else vars(self.hessian_inertia),
            "descent": None if self.descent is None else self.descent.to_json(),
        }
        return {**found, "reason": self.reason} if self.reason else found


def exact_number(value: Any) -> dict[str, Any]:
    """Write a number of the ring of the weights as programs read it."""
    return value.to_json() if isinstance(value, FieldElement) else Algebraic.rational(value).to_json()


def classify(point: Point, *, inertia: bool | None = None) -> Classification:
    """Classify a point of a linear network with one hidden layer, exactly.

    The inertia of the Hessian is computed up to 400 parameters, with `inertia` beyond that too, or never if it is False.
    Raises InputError for other networks.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> one, zero = RationalMatrix.of([[1]]), RationalMatrix.of([[0]])
    >>> found = classify(Point(one, one, (zero, zero)))
    >>> found.kind, found.category, found.descent.order
    ('strict_saddle', 'optimal_order', 2)
    >>> classify(Point(one, one, (one, zero))).kind
    'not_critical'
    """
    shallow(point)
    zero = linear.gradients_zero(point)
    found = spectrum(point.X, point.Y)
    wanted = point.parameters <= MOST_PARAMETERS if inertia is None else inertia
    loss, least = linear.loss(point), global_minimum(point.data, found)
    if not all(zero):
        signs = hessian_inertia(point) if wanted else None
        return Classification(point, zero, loss, least, NOT_CRITICAL, None, point.weights[1].rank(), found, None, signs,
                              against_gradient(point))
    counts = captured(point.data, found, invariant_basis(point.weights[1]))
    category = category_of(point.data, found, counts)
    kind = GLOBAL_MINIMUM if category == GLOBAL else STRICT_SADDLE
    return Classification(point, zero, loss, least, kind, category, sum(counts), found, counts,
                          critical_inertia(point, found, counts) if wanted else None,
                          None if category == GLOBAL else negative_curvature(point, found, counts))


def category_of(data: Data, found: Spectrum, counts: Sequence[int]) -> str:
    """Name the category of a critical point by the numbers of eigenvalues that it captures.

    *Source*: Proposition 2 and the two categories after it; `zero_capturing` is what they miss.
    """
    positive = found.positive()
    p, null = list(counts[: len(positive)]), sum(counts[len(positive):])
    if p == greedy(data, found):
        return GLOBAL
    skipped = next(i for i, pair in enumerate(positive) if p[i] < pair.multiplicity)
    if any(p[skipped + 1:]):
        return NON_OPTIMAL_ORDER
    return ZERO_CAPTURING if null else OPTIMAL_ORDER


def greedy(data: Data, found: Spectrum) -> list[int]:
    """Capture the largest eigenvalues, as many as the widths d1 and d2 allow: what a global minimum does."""
    room, p = min(data.widths[1:]), []
    for pair in found.positive():
        p.append(min(room, pair.multiplicity))
        room -= p[-1]
    return p


def global_minimum(data: Data, found: Spectrum) -> AlgebraicSum:
    """Compute the least value of the loss, 1/2 (tr YY' - sum p_i sigma_i) with the greedy p.

    *Source*: Propositions 1 and 2.
    """
    terms = [(fmpq(-count, 2), pair.value) for count, pair in zip(greedy(data, found), found.positive(), strict=True)]
    return AlgebraicSum([(data.yy / 2, Algebraic.rational(1)), *terms])
