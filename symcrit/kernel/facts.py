"""Facts: what the rules have shown in a theory. Only rules make them.

A fact is a sequent: under the grants it names in `uses` (hypotheses, properties, guards) and the named
facts in `rests_on`, its polynomial is zero (relation "=") or, for scalars, non-negative (">=") or positive (">").
Every fact carries its certificate: the rule and its operands, as nested plain data.
"""

from __future__ import annotations

from typing import Any, Final

from symcrit.errors import CertificateError
from symcrit.kernel.poly import Poly
from symcrit.kernel.theory import Theory

_SEAL: Final = object()
AT_LEAST: Final = {"=": ("=",), ">=": (">=", ">", "="), ">": (">",)}  # what shows a relation of one polynomial


class Fact:
    """Something a rule has shown in a theory; sealed: only `derive` makes facts, and only rules call it."""

    __slots__ = ("certificate", "poly", "relation", "rests_on", "theory", "uses")
    theory: Theory
    relation: str
    poly: Poly
    uses: frozenset[str]
    rests_on: frozenset[str]
    certificate: tuple[Any, ...]

    def __init__(self, seal: object, theory: Theory, relation: str, poly: Poly, uses: frozenset[str],
                 rests_on: frozenset[str], certificate: tuple[Any, ...]) -> None:
        if seal is not _SEAL:
            raise CertificateError("facts are made by rules only")
        for slot, value in zip(("theory", "relation", "poly", "uses", "rests_on", "certificate"),
                               (theory, relation, poly, uses, rests_on, certificate), strict=True):
            object.__setattr__(self, slot, value)

    def __init_subclass__(cls) -> None:
        raise CertificateError("Fact has no subclasses")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("facts are immutable")

    def shows(self, relation: str, poly: Poly) -> bool:
        """Tell whether the fact says at least that the polynomial is = 0, >= 0 or > 0."""
        return self.relation in AT_LEAST[relation] and self.poly == poly


def derive(theory: Theory, relation: str, poly: Poly, certificate: tuple[Any, ...], *premises: Fact,
           uses: frozenset[str] = frozenset(), rests_on: frozenset[str] = frozenset()) -> Fact:
    """Make the fact that a rule concludes; it uses and rests on whatever its premises do."""
    require(relation == "=" or (relation in AT_LEAST and poly.is_scalar), "inequalities are between scalars")
    for premise in premises:
        if premise.theory is not theory:
            raise CertificateError("facts of different theories do not combine")
        uses |= premise.uses
        rests_on |= premise.rests_on
    return Fact(_SEAL, theory, relation, poly, uses, rests_on, certificate)


def require(condition: bool, message: str) -> None:
    """Raise CertificateError unless a condition holds."""
    if not condition:
        raise CertificateError(message)
