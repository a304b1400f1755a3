"""Named standard facts: true, expressible as statements, not proved here.

Whatever uses one says so in `rests_on`; reports compare that list with an allow-list.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from symcrit.kernel import terms
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement


def _cayley_hamilton_2() -> Statement:
    """A^2 - tr(A) A + det(A) I = 0 for 2 x 2 matrices, where 2 det(A) = tr(A)^2 - tr(A^2)."""
    a = terms.matrix("A", 2, 2)
    twice_det = terms.power(terms.trace(a), 2) - terms.trace(a * a)
    left = a * a - terms.trace(a) * a + Fraction(1, 2) * twice_det * terms.identity(2)
    return Statement((Declaration("A", (2, 2)),), (), (), (Claim(Equation(left, terms.zero(2, 2))),),
                     name="Cayley-Hamilton, 2 x 2")


NAMED_FACTS: Final[Mapping[str, Statement]] = MappingProxyType({"cayley_hamilton_2": _cayley_hamilton_2()})
