"""What a point of a linear network is: critical or not, its kind, its category in the paper's terms, and the way down.

*Source*: Theorem 1, Propositions 1 and 2, and the fact that every critical point of a shallow linear network that is
not a global minimum is a strict saddle. The last is not taken on trust: whatever is called a saddle comes with a
direction along which the loss was expanded exactly, and falls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symcrit.errors import InputError
from symcrit.exact.algebraic import Algebraic
from symcrit.exact.field import FieldElement
from symcrit.exact.inertia import Inertia
from symcrit.exact.spectrum import Spectrum, spectrum
from symcrit.exact.sums import AlgebraicSum
from symcrit.landscape.descent import Descent, second_order, steepest
from symcrit.landscape.hessian import critical_inertia, hessian_inertia
from symcrit.landscape.nearest import Nearest
from symcrit.networks.linear import gradients_zero, loss
from symcrit.networks.points import LINEAR, Data, Point
from symcrit.networks.theorem_1 import captured_on
from symcrit.networks.values import critical_value

if TYPE_CHECKING:
    from symcrit.landscape.second_opinion import Opinion

MOST_PARAMETERS = 400  # of which the Hessian's inertia is computed without being asked for
GLOBAL_MINIMUM, STRICT_SADDLE, NOT_CRITICAL = "global_minimum", "strict_saddle", "not_critical"
GLOBAL, NON_OPTIMAL, OPTIMAL, ZERO_CAPTURING = "global", "non_optimal_order", "optimal_order", "zero_capturing"


@dataclass(frozen=True)
class Classification:
    """All that is known of a point, as `classify --json` prints it.

    `captured` is None for a point that is not critical: its col(A2) may not be invariant. `reason` says why the kind is
    undetermined, where it is.
    """

    point: Point
    gradients_zero: tuple[bool, ...]
    loss: Any
    global_minimum: AlgebraicSum
    kind: str
    category: str | None
    rank: int
    spectrum: Spectrum
    captured: tuple[int, ...] | None
    hessian_inertia: Inertia | None
    descent: Descent | None
    reason: str = ""
    opinion: Opinion | None = None
    nearest: Nearest | None = None

    @property
    def exit_code(self) -> int:
        """0 if the point is critical, 1 if not, 3 if the second opinion disagrees."""
        if self.opinion is not None and not self.opinion.agrees:
            return 3
        return 0 if self.critical else 1

    @property
    def critical(self) -> bool:
        """Whether every gradient is exactly 0."""
        return all(self.gradients_zero)

    def to_json(self) -> dict[str, Any]:
        """Return the document of `classify --json`, without its head."""
        counts: Sequence[int | None] = self.captured or (None,) * len(self.spectrum.eigenvalues)
        pairs = [{"value": pair.value.to_json(), "multiplicity": pair.multiplicity, "captured": count}
                 for pair, count in zip(self.spectrum.eigenvalues, counts, strict=True)]
        document = {"network": self.point.activation, "depth": self.point.depth, "critical": self.critical,
                    "gradients_zero": list(self.gradients_zero), "loss": number_to_json(self.loss),
                    "global_minimum": self.global_minimum.to_json(), "kind": self.kind, "category": self.category,
                    "rank": self.rank, "spectrum": pairs,
                    "hessian_inertia": None if self.hessian_inertia is None else vars(self.hessian_inertia),
                    "descent": None if self.descent is None else self.descent.to_json()}
        if self.reason:
            document["reason"] = self.reason
        if self.opinion is not None:
            document["second_opinion"] = self.opinion.to_json()
        if self.nearest is not None:
            document["nearest"] = self.nearest.to_json()
        return document


def number_to_json(value: Any) -> dict[str, Any]:
    """Write a rational number or an element of a number field as an exact number."""
    return value.to_json() if isinstance(value, FieldElement) else Algebraic.rational(value).to_json()


def classify(point: Point, *, inertia: bool | None = None) -> Classification:
    """Classify a point of a shallow linear network exactly.

    The inertia of the Hessian is computed up to 400 parameters; with `inertia` always, or never if it is False.
    Raises InputError for other networks.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    >>> found = classify(Point(one, one, (zero, zero)))
    >>> found.kind, found.category, found.hessian_inertia, found.descent.loss
    ('strict_saddle', 'optimal_order', Inertia(positive=1, zero=0, negative=1), (1/2, 0, -1, 0, 1/2))
    >>> classify(Point(one, one, (one, zero))).kind
    'not_critical'
    """
    if point.activation != LINEAR or point.depth != 2:
        raise InputError(f"points of linear networks with 2 layers are classified so far, not of {point.activation} "
                         f"networks with {point.depth}")
    zero, found = gradients_zero(point), spectrum(point.X, point.Y)
    wanted = point.parameters <= MOST_PARAMETERS if inertia is None else inertia
    common = point, zero, loss(point), global_minimum(point.data, found)
    if not all(zero):
        return Classification(*common, NOT_CRITICAL, None, point.weights[1].rank(), found, None,
                              hessian_inertia(point) if wanted else None, steepest(point))
    captured = captured_on(point.data, found, point.weights[1])
    category = category_of(point.data, found, captured)
    signs = critical_inertia(point, found, captured) if wanted else None
    descent = None if category == GLOBAL else second_order(point, found, captured)
    return Classification(*common, STRICT_SADDLE if descent else GLOBAL_MINIMUM, category, sum(captured), found,
                          captured, signs, descent)


def category_of(data: Data, found: Spectrum, captured: Sequence[int]) -> str:
    """Name the category of a critical point by how often it captures each eigenvalue of Sigma.

    A point is a global minimum if and only if it captures the largest eigenvalues, as many positive ones as there is
    room for: this is Proposition 2 in both cases, and covers Sigma = 0. Of the others, those that capture a positive
    one and skip a larger one are of non-optimal order; those that skip a positive one and capture a zero one are in
    neither category of the paper.
    """
    best = greedy(data, found)
    p, null = list(captured[: len(best)]), sum(captured[len(best):])
    if p == best:
        return GLOBAL
    skipped = next(i for i, pair in enumerate(found.positive()) if p[i] < pair.multiplicity)
    if any(p[skipped + 1:]):
        return NON_OPTIMAL
    return ZERO_CAPTURING if null else OPTIMAL


def greedy(data: Data, found: Spectrum) -> list[int]:
    """Capture the largest positive eigenvalues, as many as the widths d1 and d2 allow."""
    room, p = min(data.widths[1:]), []
    for pair in found.positive():
        p.append(min(room, pair.multiplicity))
        room -= p[-1]
    return p


def global_minimum(data: Data, found: Spectrum) -> AlgebraicSum:
    """Compute the least loss. *Source*: Propositions 1 and 2."""
    return critical_value(data, list(zip((pair.value for pair in found.positive()), greedy(data, found), strict=True)))
