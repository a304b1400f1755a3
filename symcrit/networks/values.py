"""Critical values of a shallow linear network: how many p-vectors are attainable, and their losses, best first.

*Source*: Theorem 1 (a p-vector is attainable iff p_i <= m_i and sum p_i <= min(d1, d2)) and Proposition 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symcrit.exact.spectrum import Spectrum
from symcrit.exact.sums import AlgebraicSum
from symcrit.networks.points import Data

LIMIT = 100


@dataclass(frozen=True)
class Value:
    """One critical value: the loss of all critical points with a p-vector."""

    loss: AlgebraicSum
    p: tuple[int, ...]
    null_most: int  # zero eigenvalues that a critical point with this p may capture: 0, ..., null_most
    is_global: bool
    unseparated: bool = False  # from a neighbour in the list, by 1,000 digits

    @property
    def rank(self) -> int:
        """The least rank of A2 with this value."""
        return sum(self.p)

    def to_json(self) -> dict[str, Any]:
        """Write the value as programs read it."""
        found = {"loss": self.loss.to_json(), "p": list(self.p), "null": 0, "null_most": self.null_most,
                 "rank": self.rank, "global": self.is_global}
        return {**found, "unseparated": True} if self.unseparated else found


@dataclass(frozen=True)
class Values:
    """Critical values in increasing order, of which `count` exist."""

    values: tuple[Value, ...]
    count: int
    spectrum: Spectrum

    def to_json(self) -> dict[str, Any]:
        """Write the values as programs read them."""
        return {"values": [value.to_json() for value in self.values], "count": self.count,
                "spectrum": [{"value": pair.value.to_json(), "multiplicity": pair.multiplicity}
                             for pair in self.spectrum.eigenvalues]}


def values(data: Data, *, limit: int | None = None, near: object = None) -> Values:
    """List the `limit` (100) smallest critical values, or those nearest the number `near` (as many as `limit`, or 1)."""
    raise NotImplementedError
