"""Named exact predicates of a point that need its classification; those of `networks.predicates` are among them."""

from __future__ import annotations

from symcrit.landscape.classify import (
    DEEP_NON_OPTIMAL,
    DEEP_OPTIMAL,
    GLOBAL_MINIMUM,
    NON_OPTIMAL,
    NON_STRICT_SADDLE,
    OPTIMAL,
    STRICT_SADDLE,
    UNCOVERED,
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
    **{name: _is(name) for name in (GLOBAL_MINIMUM, STRICT_SADDLE, NON_STRICT_SADDLE, NON_OPTIMAL, OPTIMAL,
                                    DEEP_NON_OPTIMAL, DEEP_OPTIMAL, ZERO_CAPTURING, UNCOVERED)},
}
