"""`instance` steps: a named predicate or quantity, evaluated exactly on a point file."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any

from symcrit.checker.library import Unresolved
from symcrit.errors import InputError
from symcrit.lang.proof import Step


def holds(path: Path, step: Step) -> str:
    """Return why the assertion of a step does not hold at a point; the empty string if it holds.

    Raises Unresolved for a name that is not known, and for a point file that is missing, malformed or of a network
    that the name does not apply to.
    """
    from symcrit.interop.points import read_point
    from symcrit.landscape.predicates import PREDICATES, QUANTITIES

    asserts = isinstance(step.expected, bool)
    known: Mapping[str, Any] = PREDICATES if asserts else QUANTITIES
    evaluate = known.get(step.predicate)
    if evaluate is None:
        raise _unknown(step, known, QUANTITIES if asserts else PREDICATES)
    try:
        found = evaluate(read_point(path))
    except InputError as error:
        raise Unresolved("bad_point", f"{error.file or path}: {error.message}", error.suggestion) from None
    if asserts:
        return "" if found == step.expected else f"the point is {'not ' if step.expected else ''}{step.predicate}"
    return "" if found == _number(step.expected) else f"the {step.predicate} is {found}"


def _number(value: Fraction | bool) -> Any:
    from flint import fmpq

    return fmpq(value.numerator, value.denominator)


def _unknown(step: Step, known: Mapping[str, Any], others: Mapping[str, Any]) -> Unresolved:
    near = get_close_matches(step.predicate, list(known), 1)
    suggestion = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
    asserts = isinstance(step.expected, bool)
    if step.predicate in others:
        suggestion = f"write has {step.predicate} = ..." if asserts else f"write is {step.predicate}"
    kind = "predicate" if asserts else "quantity"
    return Unresolved("unknown_predicate", f"there is no {kind} {step.predicate[:40]}", suggestion)
