"""Named standard facts: true, expressible as statements, not provable by the rules of this kernel.

Whatever uses one says so in `rests_on`; reports compare that list with an allow-list.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from symcrit.kernel import terms
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement


def _symmetric_cube_root() -> Statement:
    """Symmetric matrices with equal cubes are equal (by the spectral theorem: t -> t^3 is one to one)."""
    a, b = terms.matrix("A", "n", "n"), terms.matrix("B", "n", "n")
    declarations = (Declaration("A", ("n", "n"), ("symmetric",)), Declaration("B", ("n", "n"), ("symmetric",)))
    return Statement(declarations, (Equation(a * a * a, b * b * b),), (), (Claim(Equation(a, b)),),
                     name="uniqueness of the symmetric cube root")


NAMED_FACTS: Final[Mapping[str, Statement]] = MappingProxyType({"symmetric_cube_root": _symmetric_cube_root()})
