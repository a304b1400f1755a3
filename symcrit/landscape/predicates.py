"""Named exact predicates of a point that need its classification; those of `networks.predicates` are among them."""

from __future__ import annotations

from symcrit.landscape.classify import (
    GLOBAL_MINIMUM,
    NON_OPTIMAL,
    OPTIMAL,
    STRICT_SADDLE,
    ZERO_CAPTURING,
    classify,
)
from symcrit.networks import predicates
from symcrit.networks.points import Point

QUANTITIES = predicates.QUANTITIES


def _is(*names: str) -> predicates.Predicate:
    """Tell whether a point has one of some kinds or categories."""
    def holds(point: Point) -> bool:
        found = classify(point, inertia=False)
        return found.kind in names or found.category in names

    return holds


PREDICATES: dict[str, predicates.Predicate] = {
    **predicates.PREDICATES,
    "global_minimum": _is(GLOBAL_MINIMUM),
    "strict_saddle": _is(STRICT_SADDLE),
    "non_optimal_order": _is(NON_OPTIMAL),
    "optimal_order": _is(OPTIMAL),
    "zero_capturing": _is(ZERO_CAPTURING),
}
