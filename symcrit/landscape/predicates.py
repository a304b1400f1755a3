"""Named exact predicates of a point that need its classification; those of `networks.predicates` are among them."""

from __future__ import annotations

from symcrit.errors import InputError
from symcrit.landscape import relu_point
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
from symcrit.networks import linear, predicates
from symcrit.networks.points import LINEAR, Point

QUANTITIES = predicates.QUANTITIES
SADDLE, FLAT = relu_point.SADDLE, relu_point.FLAT
LOCAL_MINIMUM, LOCAL_MAXIMUM = relu_point.LOCAL_MINIMUM, relu_point.LOCAL_MAXIMUM


def is_critical(point: Point) -> bool:
    """Tell whether the loss is differentiable at a point, with gradient 0."""
    return linear.is_critical(point) if point.activation == LINEAR else classify(point, inertia=False).critical


def is_differentiable(point: Point) -> bool:
    """Tell whether the loss has a derivative at a point, which only ReLU networks may lack."""
    found = classify(point, inertia=False)
    return not isinstance(found, relu_point.ReluClassification) or found.differentiable


def _is(*names: str) -> predicates.Predicate:
    """Tell whether a point has one of some kinds or categories; raises InputError where that is not decided."""
    def holds(point: Point) -> bool:
        found = classify(point, inertia=False)
        if found.kind == relu_point.UNDETERMINED:
            raise InputError(f"the kind of the point is undetermined: {found.reason}")
        if LOCAL_MAXIMUM in names and found.kind == GLOBAL_MINIMUM:
            raise InputError("whether a global minimum is a local maximum besides is not looked at")
        return found.kind in names or found.category in names

    return holds


PREDICATES: dict[str, predicates.Predicate] = {
    **predicates.PREDICATES,
    "critical": is_critical,
    "differentiable": is_differentiable,
    **{name: _is(name) for name in (GLOBAL_MINIMUM, STRICT_SADDLE, NON_STRICT_SADDLE, NON_OPTIMAL, OPTIMAL,
                                    DEEP_NON_OPTIMAL, DEEP_OPTIMAL, ZERO_CAPTURING, UNCOVERED, FLAT)},
    "saddle": _is(SADDLE, STRICT_SADDLE, NON_STRICT_SADDLE),
    "local_minimum": _is(LOCAL_MINIMUM, GLOBAL_MINIMUM, FLAT),
    "local_maximum": _is(LOCAL_MAXIMUM, FLAT),
}
