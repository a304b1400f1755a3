"""What a point of a linear network is: critical or not, its kind, its category in the paper's terms, and the way down.

*Source*: Theorems 1 and 3, Propositions 1, 2 and 5, and the fact that every critical point that is not a global minimum
is a saddle, strict with two layers; with more, chains tell (docs/deep.md). That a point is a saddle is not taken
on trust: it comes with a curve along which the loss was expanded exactly, and falls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symcrit.errors import InputError
from symcrit.exact.field import number_to_json
from symcrit.exact.inertia import Inertia
from symcrit.exact.spectrum import Spectrum
from symcrit.exact.sums import AlgebraicSum
from symcrit.landscape import chains
from symcrit.landscape.descent import Descent, rotation, second_order, steepest
from symcrit.landscape.hessian import critical_inertia, hessian_inertia
from symcrit.landscape.nearest import Nearest
from symcrit.landscape.relu_point import ReluClassification, classify_relu
from symcrit.networks.linear import gradients_zero, loss
from symcrit.networks.points import RELU, Data, Point
from symcrit.networks.theorem_3 import Layer, layers
from symcrit.networks.values import critical_value

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from symcrit.landscape.second_opinion import Opinion

MOST_PARAMETERS = 400  # of which the Hessian's inertia is computed without being asked for
GLOBAL_MINIMUM, NOT_CRITICAL = "global_minimum", "not_critical"
STRICT_SADDLE, NON_STRICT_SADDLE = "strict_saddle", "non_strict_saddle"
GLOBAL, NON_OPTIMAL, OPTIMAL, ZERO_CAPTURING = "global", "non_optimal_order", "optimal_order", "zero_capturing"
DEEP_NON_OPTIMAL, DEEP_OPTIMAL, UNCOVERED = f"deep_{NON_OPTIMAL}", f"deep_{OPTIMAL}", "uncovered"


@dataclass(frozen=True)
class Classification:
    """All that is known of a point, as `classify --json` prints it.

    `layers` has the spectrum of every Sigma_k, k = 0, ..., l - 2, and what is captured of it, if the point is critical.
    `reason` says why the kind is undetermined, where it is.
    """

    point: Point
    gradients_zero: tuple[bool, ...]
    loss: Any
    global_minimum: AlgebraicSum
    kind: str
    category: str | None
    layers: tuple[Layer, ...]
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

    @property
    def rank(self) -> int:
        """The rank of A_(l,2), with two layers that of A2."""
        return self.layers[0].rank

    @property
    def spectrum(self) -> Spectrum:
        """The spectrum of Sigma."""
        return self.layers[0].spectrum

    @property
    def captured(self) -> tuple[int, ...] | None:
        """How often every eigenvalue of Sigma is captured."""
        return self.layers[0].captured

    def plot(self, path: str | Path | None = None) -> Figure:
        """Draw the loss along the way down; a figure of matplotlib, also written to a file if one is given.

        Raises InputError at a global minimum and for ReLU networks.
        """
        from symcrit.landscape.curve import along

        if self.descent is None:
            raise InputError(f"the point is a {self.kind.replace('_', ' ')}: there is no way down to draw")
        return along(self.point, self.descent, "the way down").plot(path)

    def _repr_html_(self) -> str:
        from symcrit.sheets.points import classification_sheet

        return classification_sheet(self.to_json()).html()

    def to_json(self) -> dict[str, Any]:
        """Return the document of `classify --json`, without its head."""
        rows = [layer.to_json() for layer in self.layers]
        deep = {"layers": rows} if len(rows) > 1 else {}
        document = {"network": self.point.activation, "depth": self.point.depth, "critical": self.critical,
                    "gradients_zero": list(self.gradients_zero), "loss": number_to_json(self.loss),
                    "global_minimum": self.global_minimum.to_json(), "kind": self.kind, "category": self.category,
                    "rank": self.rank, "spectrum": rows[0]["spectrum"], **deep,
                    "hessian_inertia": None if self.hessian_inertia is None else vars(self.hessian_inertia),
                    "descent": None if self.descent is None else self.descent.to_json()}
        if self.reason:
            document["reason"] = self.reason
        if self.opinion is not None:
            document["second_opinion"] = self.opinion.to_json()
        if self.nearest is not None:
            document["nearest"] = self.nearest.to_json()
        return document


def classify(point: Point, *, inertia: bool | None = None) -> Classification | ReluClassification:
    """Classify a point of a linear network, or of a ReLU network with one hidden layer, exactly.

    The inertia of the Hessian is computed up to 400 parameters, each counted as often as the field has degrees where
    there is no closed form; with `inertia` always, or never if it is False.
    Raises InputError for other networks.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    >>> found = classify(Point(one, one, (zero, zero)))
    >>> found.kind, found.category, found.hessian_inertia, found.descent.loss
    ('strict_saddle', 'optimal_order', Inertia(positive=1, zero=0, negative=1), (1/2, 0, -1, 0, 1/2))
    >>> found = classify(Point(one, one, (zero, zero, zero)))
    >>> found.kind, found.category, found.descent.order
    ('non_strict_saddle', 'uncovered', 3)
    >>> classify(Point(one, one, (one, zero))).kind
    'not_critical'
    """
    if point.activation == RELU:
        return classify_relu(point, inertia=inertia)
    if point.depth < 2:
        raise InputError(f"points of linear networks with 2 layers or more are classified, not with {point.depth}")
    zero = gradients_zero(point)
    found = layers(point, critical=all(zero))
    wanted = _affordable(point, all(zero)) if inertia is None else inertia
    common = point, zero, loss(point), global_minimum(point.data, found[0].spectrum)
    if not all(zero):
        return Classification(*common, NOT_CRITICAL, None, found, hessian_inertia(point) if wanted else None,
                              steepest(point))
    category = category_of(point.data, found)
    descent = None if category == GLOBAL else _descent(point, found[0])
    kind = GLOBAL_MINIMUM if descent is None else STRICT_SADDLE if descent.order == 2 else NON_STRICT_SADDLE
    return Classification(*common, kind, category, found, _inertia(point, found[0]) if wanted else None, descent)


def _affordable(point: Point, critical: bool) -> bool:
    """Tell whether the inertia is computed unasked: numbers of a field have as many parts as it has degrees."""
    degrees = [weight.field.degree for weight in point.weights if weight.level]
    closed = critical and point.depth == 2
    return point.parameters * (1 if closed else max(degrees, default=1)) <= MOST_PARAMETERS


def _inertia(point: Point, bottom: Layer) -> Inertia:
    """Count the signs of the Hessian at a critical point, in closed form for two layers."""
    if point.depth > 2 or bottom.captured is None:
        return hessian_inertia(point)
    return critical_inertia(point, bottom.spectrum, bottom.captured)


def _descent(point: Point, bottom: Layer) -> Descent:
    """Find the way down, of least order, from a critical point that is not a global minimum."""
    if point.depth == 2 and bottom.captured is not None:
        return second_order(point, bottom.spectrum, bottom.captured)
    if bottom.captured is not None and bottom.out_of_order:
        return rotation(point, bottom.spectrum, bottom.captured)
    return chains.descent(point)


def category_of(data: Data, found: Sequence[Layer]) -> str:
    """Name the category of a critical point by how often its layers capture each eigenvalue of their Sigma_k.

    A point is a global minimum if and only if A_(l,2) captures the largest eigenvalues of Sigma, as many positive ones
    as there is room for: these are Propositions 2 and 5 in all their cases, and cover Sigma = 0. Of the others, those
    with a layer that captures a positive one and skips a larger one are of non-optimal order; those with one that skips
    a positive one and captures a zero one are in no category of the paper. What is left captures the largest ones in
    every layer; it is of optimal order if there is room in the last for another.
    """
    deep = len(found) > 1
    if list(found[0].p) == greedy(data, found[0].spectrum):
        return GLOBAL
    if any(layer.out_of_order for layer in found):
        return DEEP_NON_OPTIMAL if deep else NON_OPTIMAL
    if any(layer.captures_zero for layer in found):
        return ZERO_CAPTURING
    if found[-1].skipped is None or found[-1].rank == min(data.widths[-2:]):
        return UNCOVERED
    return DEEP_OPTIMAL if deep else OPTIMAL


def greedy(data: Data, found: Spectrum) -> list[int]:
    """Capture the largest positive eigenvalues, as many as the widths d1, ..., dl allow."""
    room, p = min(data.widths[1:]), []
    for pair in found.positive():
        p.append(min(room, pair.multiplicity))
        room -= p[-1]
    return p


def global_minimum(data: Data, found: Spectrum) -> AlgebraicSum:
    """Compute the least loss. *Source*: Propositions 1, 2 and 5."""
    return critical_value(data, list(zip((pair.value for pair in found.positive()), greedy(data, found), strict=True)))
