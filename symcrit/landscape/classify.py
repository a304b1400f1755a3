"""What a point of a linear network is: critical or not, of which kind, in which category of the paper, and the way down.

Of a shallow network every critical point is a global minimum or a strict saddle: whatever is called a saddle here
comes with a direction along which the loss was expanded exactly and falls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq

from symcrit.errors import InputError
from symcrit.exact.algebraic import Algebraic
from symcrit.exact.inertia import Inertia, inertia
from symcrit.exact.spectrum import Spectrum, spectrum
from symcrit.exact.sums import AlgebraicSum
from symcrit.landscape.descent import Descent, second_order, steepest
from symcrit.networks.linear import gradients_zero, hessian, loss
from symcrit.networks.points import LINEAR, Point
from symcrit.networks.theorem_1 import Form, recover
from symcrit.networks.values import critical_value

MOST_PARAMETERS = 400  # of which the Hessian's inertia is computed without being asked for
GLOBAL_MINIMUM, STRICT_SADDLE, NOT_CRITICAL = "global_minimum", "strict_saddle", "not_critical"
GLOBAL, NON_OPTIMAL, OPTIMAL, ZERO_CAPTURING = "global", "non_optimal_order", "optimal_order", "zero_capturing"


@dataclass(frozen=True)
class Classification:
    """All that is known of a point, as `classify --json` prints it.

    `captured` is None for a point that is not critical: its col(A2) may not be invariant.
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

    @property
    def critical(self) -> bool:
        """Whether every gradient is exactly 0."""
        return all(self.gradients_zero)

    def to_json(self) -> dict[str, Any]:
        """Return the document of `classify --json`, without its head."""
        counts = self.captured or (None,) * len(self.spectrum.eigenvalues)
        pairs = [{"value": pair.value.to_json(), "multiplicity": pair.multiplicity, "captured": count}
                 for pair, count in zip(self.spectrum.eigenvalues, counts, strict=True)]
        signs = self.hessian_inertia
        return {"network": self.point.activation, "depth": self.point.depth, "critical": self.critical,
                "gradients_zero": list(self.gradients_zero), "loss": number_to_json(self.loss),
                "global_minimum": self.global_minimum.to_json(), "kind": self.kind, "category": self.category,
                "rank": self.rank, "spectrum": pairs,
                "hessian_inertia": None if signs is None else {
                    "positive": signs.positive, "zero": signs.zero, "negative": signs.negative},
                "descent": None if self.descent is None else self.descent.to_json()}


def number_to_json(value: Any) -> dict[str, Any]:
    """Write a rational number or an element of a number field as an exact number."""
    return Algebraic.rational(value).to_json() if isinstance(value, fmpq) else value.to_json()


def classify(point: Point, *, with_inertia: bool | None = None) -> Classification:
    """Classify a point of a shallow linear network exactly.

    The inertia of the Hessian is computed up to 400 parameters, always with `with_inertia=True`, never with False.
    Raises InputError for other networks. *Source*: Theorem 1, Propositions 1 and 2 and the categories of section 2,
    with zero singular values taking part.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    >>> found = classify(Point(one, one, (zero, zero)))
    >>> found.kind, found.category, found.hessian_inertia, found.descent.loss
    ('strict_saddle', 'optimal_order', Inertia(positive=1, zero=0, negative=1), (1/2, 0, -1, 0, 1/2))
    >>> classify(Point(one, one, (one, zero))).kind
    'not_critical'
    """
    if point.activation != LINEAR or point.depth != 2:
        raise InputError(f"only points of linear networks with 2 layers are classified so far, not of {point.activation} "
                         f"networks with {point.depth}")
    zero = gradients_zero(point)
    wanted = point.parameters <= MOST_PARAMETERS if with_inertia is None else with_inertia
    signs = inertia(hessian(point)) if wanted else None
    if not all(zero):
        found = spectrum(point.X, point.Y)
        return Classification(point, zero, loss(point), least_loss(point, found), NOT_CRITICAL, None,
                              point.weights[1].rank(), found, None, signs, steepest(point))
    form = recover(point)
    category = category_of(form, min(point.widths[1:]))
    least = category == GLOBAL
    return Classification(point, zero, loss(point), least_loss(point, form.spectrum),
                          GLOBAL_MINIMUM if least else STRICT_SADDLE, category, form.rank, form.spectrum, form.captured,
                          signs, None if least else second_order(point, form))


def category_of(form: Form, room: int) -> str:
    """Name the category of a critical point, where A2 has rank `room` at most.

    A point is a global minimum if and only if it captures the largest singular values, as many as there is room for
    (Proposition 2, for both cases and for Sigma = 0). Of the others, those that capture a positive singular value and
    skip a larger one are of non-optimal order; those that skip a positive one and capture a zero one are in neither
    category of the paper.
    """
    left, skipped = room, False
    for pair, count in zip(form.spectrum.positive(), form.p, strict=False):
        if skipped and count:
            return NON_OPTIMAL
        skipped = skipped or count < min(pair.multiplicity, left)
        left -= count
    if not skipped:
        return GLOBAL
    return ZERO_CAPTURING if form.null else OPTIMAL


def least_loss(point: Point, found: Spectrum) -> AlgebraicSum:
    """Compute the loss of a global minimum: 1/2 (tr YY' - the sum of the largest eigenvalues there is room for)."""
    left, captured = min(point.widths[1:]), []
    for pair in found.positive():
        captured.append((pair.value, min(pair.multiplicity, left)))
        left -= captured[-1][1]
    return critical_value(point.data, captured)
