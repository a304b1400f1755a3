"""Named exact predicates and quantities of a point, which proof files ask for in `instance` steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symcrit.errors import InputError
from symcrit.networks import linear, relu
from symcrit.networks.points import LINEAR, RELU, Point

Predicate = Callable[[Point], bool]
Quantity = Callable[[Point], Any]


def output_rank(point: Point) -> int:
    """Compute the rank of A_(l,2), for two layers that of A2.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> one = RationalMatrix.of([[1]])
    >>> output_rank(Point(one, one, (one, one)))
    1
    """
    return int(point.product(point.depth, 2).rank())


def has_full_rank(point: Point) -> bool:
    """Tell whether A_(l,2) has the largest rank that the widths d_1, ..., d_l allow."""
    return output_rank(point) == min(point.widths[1:])


def _linear(evaluate: Callable[[Point], Any]) -> Callable[[Point], Any]:
    """Refuse points of networks that are not linear."""
    def checked(point: Point) -> Any:
        if point.activation != LINEAR:
            raise InputError(f"this is known for linear networks, but the activation is {point.activation}")
        return evaluate(point)

    return checked


def loss(point: Point) -> Any:
    """Compute the loss of a network of either activation."""
    return (relu if point.activation == RELU else linear).loss(point)


PREDICATES: dict[str, Predicate] = {
    "full_rank": _linear(has_full_rank),
}
QUANTITIES: dict[str, Quantity] = {
    "loss": loss,
    "rank": _linear(output_rank),
}
