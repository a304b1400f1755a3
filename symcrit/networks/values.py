"""The critical values of a linear network: 1/2 (tr YY' - sum p_i sigma_i), one for every attainable p.

Attainable are all p with 0 <= p_i <= m_i and at most min(d_1, ..., d_l) in sum (Theorems 1 and 3, Propositions 1 and
4). There may be 2^30 of them, so they are counted without being listed, and listed from the best on as far as wanted.
"""

from __future__ import annotations

import functools
import heapq
import itertools
import math
import operator
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flint import ctx, fmpq

from symcrit.errors import InputError, LimitError
from symcrit.exact.algebraic import Algebraic
from symcrit.exact.entries import fraction, number
from symcrit.exact.spectrum import Spectrum, spectrum
from symcrit.exact.sums import AlgebraicSum
from symcrit.networks.points import Data

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LIMIT = 100
NEAREST = 5
MOST_HALF = 1 << 17  # p-vectors of half of the singular values, in the search for the nearest
MOST_LISTED = 50_000  # of the best values, searched for the nearest if the halves are too many
TIES = 100  # values beyond the limit that are compared exactly if they look as near as the last
BITS = 256
MOST_BITS = 10_000  # of a common denominator
P = tuple[int, ...]


@dataclass(frozen=True)
class Value:
    """One critical value: the loss, and which singular values are captured to get it."""

    loss: AlgebraicSum
    p: P
    null: int  # the zero singular values that could be captured besides, at no change of the loss, are `null_up_to`
    null_up_to: int
    is_global: bool
    unseparated: bool = False
    distance: AlgebraicSum | None = None

    @property
    def rank(self) -> int:
        """The rank of A_(l,2) where nothing else is captured."""
        return sum(self.p) + self.null

    def to_json(self) -> dict[str, Any]:
        """Return the entry of `values --json`."""
        entry = {"loss": self.loss.to_json(), "p": list(self.p), "null": self.null, "null_up_to": self.null_up_to,
                 "rank": self.rank, "global": self.is_global}
        if self.unseparated:
            entry["unseparated"] = True
        if self.distance is not None:
            entry["distance"] = self.distance.to_json()
        return entry


@dataclass(frozen=True)
class Values:
    """Critical values of a network on given data, and how many p-vectors there are in all."""

    data: Data
    spectrum: Spectrum
    values: tuple[Value, ...]
    count: int
    near: fmpq | None = None

    def plot(self, path: str | Path | None = None) -> Figure:
        """Draw the values as a ladder; a figure of matplotlib, also written to a file if one is given."""
        from symcrit.networks.values_picture import draw

        return draw(self, path)

    def _repr_html_(self) -> str:
        from symcrit.sheets.points import values_sheet

        return values_sheet(self.to_json()).html()

    def to_json(self) -> dict[str, Any]:
        """Return the document of `values --json`, without its head."""
        pairs = [{"value": pair.value.to_json(), "multiplicity": pair.multiplicity}
                 for pair in self.spectrum.eigenvalues]
        document: dict[str, Any] = {"widths": list(self.data.widths), "count": self.count, "spectrum": pairs,
                                    "values": [value.to_json() for value in self.values]}
        if self.near is not None:
            document["near"] = str(self.near)
        return document


def values(data: Data, *, limit: int | None = None, near: object = None) -> Values:
    """List critical values in increasing order, or those nearest to a number, the nearest first.

    `near` is an exact number: an integer, a fraction or a string such as "0.73". Without a limit, 100 are listed, or
    the 5 nearest. Values that 1,000 digits do not separate from their neighbour in the list are marked.
    Raises LimitError if there are too many p-vectors to find the nearest. *Source*: Propositions 1 and 4.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> data = Data(RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[2, 0], [0, 1]]), (2, 1, 2))
    >>> [(value.p, value.loss.approx()) for value in values(data).values]
    [((1, 0), '0.5'), ((0, 1), '2'), ((0, 0), '2.5')]
    >>> values(data, near="2.1", limit=1).values[0].p
    (0, 1)
    >>> values(data, limit=-1)
    Traceback (most recent call last):
    symcrit.errors.InputError: -1 values are asked for
    """
    if limit is not None and limit < 0:
        raise InputError(f"{limit} values are asked for")
    ladder, target = Ladder(data), None if near is None else number(near)
    if target is None:
        found = ladder.listed(LIMIT if limit is None else limit)
    else:
        found = ladder.nearest(target, NEAREST if limit is None else limit)
    return Values(data, ladder.spectrum, tuple(found), ladder.count, target)


class Ladder:
    """All p-vectors of a network on given data, ordered by their loss."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.spectrum = spectrum(data.X, data.Y)
        self.room = min(data.widths[1:])
        pairs = self.spectrum.positive()
        self.sigma = [pair.value for pair in pairs]
        self.most = [pair.multiplicity for pair in pairs]
        exact = [value.exact for value in self.sigma]
        common = math.lcm(*(int(value.q) for value in exact if value is not None))
        self.exactly = None not in exact and common.bit_length() < MOST_BITS
        self.unit = common if self.exactly else 2**BITS  # sums of singular values are compared as multiples of 1/unit
        self._signs: dict[P, int | None] = {}

    @functools.cached_property
    def count(self) -> int:
        """The number of p-vectors."""
        by_sum = [1] + [0] * self.room  # how many have each sum
        for most in self.most:
            by_sum = [sum(by_sum[max(0, total - most):total + 1]) for total in range(self.room + 1)]
        return sum(by_sum)

    @functools.cached_property
    def best(self) -> P:
        """The p-vector of global minima: the largest singular values first."""
        left, counts = self.room, []
        for most in self.most:
            counts.append(min(most, left))
            left -= counts[-1]
        return tuple(counts)

    def loss(self, p: P) -> AlgebraicSum:
        """Compute 1/2 (tr YY' - sum p_i sigma_i)."""
        return critical_value(self.data, list(zip(self.sigma, p, strict=True)))

    @functools.cached_property
    def scaled(self) -> list[int]:
        """The singular values times the unit, each to the nearest integer or the next."""
        found = []
        for value in self.sigma:
            bits = BITS
            while True:
                bits *= 2
                with ctx.workprec(bits):
                    ball = value.ball() * self.unit
                    if ball.rad() < 0.25:
                        found.append(round(fraction(ball.mid().fmpq())))
                        break
        return found

    @property
    def error(self) -> int:
        """A bound for twice the error of a sum of scaled singular values; 0 if there is none."""
        return 0 if self.exactly else 4 * self.room

    def sign(self, difference: P) -> int | None:
        """Tell the sign of a sum of singular values with these coefficients; None if 1,000 digits do not."""
        if difference not in self._signs:
            self._signs[difference] = AlgebraicSum(zip(difference, self.sigma, strict=True)).sign()
        return self._signs[difference]

    def sum(self, p: P) -> _Sum:
        """Make the sum of p_i sigma_i."""
        return _Sum(self, sum(count * value for count, value in zip(p, self.scaled, strict=True)), p)

    def ordered(self) -> Iterator[_Sum]:
        """Go through all p-vectors in the order of their loss.

        Every p but the best arises from a better one when one captured value is replaced by the next smaller one, or
        the smallest is dropped. So the heap, which starts with the best, always holds the next.
        """
        heap, seen = [self.sum(self.best)], {self.best}
        while heap:
            best = heapq.heappop(heap)
            yield best
            p = best.p
            for i, count in enumerate(p):
                if not count:
                    continue
                lower, key = list(p), best.key - self.scaled[i]
                lower[i] -= 1
                if i + 1 < len(p):
                    if p[i + 1] == self.most[i + 1]:
                        continue
                    lower[i + 1] += 1
                    key += self.scaled[i + 1]
                child = tuple(lower)
                if child not in seen:
                    seen.add(child)
                    heapq.heappush(heap, _Sum(self, key, child))

    def listed(self, limit: int) -> list[Value]:
        """List the best values; equal ones with the larger p first."""
        found = list(itertools.islice(self.ordered(), limit + 1))
        close = [first.unseparated(second) for first, second in itertools.pairwise(found)]
        marks = [any(close[max(0, k - 1):k + 1]) for k in range(len(found))]
        return [self.value(one.p, mark) for one, mark in zip(found[:limit], marks, strict=False)]

    def value(self, p: P, unseparated: bool = False, near: fmpq | None = None) -> Value:
        """Describe a p-vector."""
        loss = self.loss(p)
        distance = None if near is None else _absolute(loss + AlgebraicSum([(-near, Algebraic.rational(1))]))
        spare = min(self.spectrum.zero, self.room - sum(p))
        return Value(loss, p, 0, spare, p == self.best, unseparated, distance)

    def nearest(self, near: fmpq, limit: int) -> list[Value]:
        """Find the values nearest to a number; a value that ties with the last, exactly, may be left out."""
        target = self.data.yy - 2 * near
        wanted = math.floor(fraction(target) * self.unit)
        found: list[P] = []
        furthest = None
        for distance, p in self._around(wanted, limit):
            if len(found) >= limit + TIES or (furthest is not None and distance > furthest + self.error + 2):
                break
            found.append(p)
            if len(found) == limit:
                furthest = distance
        described = [self.value(p, near=near) for p in found] if limit else []
        described.sort(key=functools.cmp_to_key(_nearer))
        close = [_sign(first, second) is None for first, second in itertools.pairwise(described)]
        return [replace(value, unseparated=True) if any(close[max(0, k - 1):k + 1]) else value
                for k, value in enumerate(described[:limit])]

    def _around(self, wanted: int, limit: int) -> Iterator[tuple[int, P]]:
        """Go through p-vectors in the order of the distance of their scaled sums from a number.

        All p-vectors of either half of the singular values are put together; if those are too many, but the number lies
        among the best values, these are listed.
        """
        half = _half(self.most)
        halves = self._half_sums(range(half)), self._half_sums(range(half, len(self.most)))
        if halves[0] is None or halves[1] is None:
            yield from self._among_best(wanted, limit)
            return
        by_room = [sorted((total, p) for total, p in halves[1] if sum(p) <= room) for room in range(self.room + 1)]
        heap = []
        for total, p in halves[0]:
            line = by_room[self.room - sum(p)]
            place = bisect_left(line, (wanted - total, ()))
            for start, step in ((place, 1), (place - 1, -1)):
                if 0 <= start < len(line):
                    heap.append((abs(total + line[start][0] - wanted), total, p, start, step))
        heapq.heapify(heap)
        while heap:
            distance, total, p, start, step = heapq.heappop(heap)
            line = by_room[self.room - sum(p)]
            yield distance, (*p, *line[start][1])
            if 0 <= start + step < len(line):
                heapq.heappush(heap, (abs(total + line[start + step][0] - wanted), total, p, start + step, step))

    def _among_best(self, wanted: int, limit: int) -> Iterator[tuple[int, P]]:
        """List the best values until those nearest to a number are certainly among them."""
        found: list[tuple[int, P]] = []
        beyond = 0
        for one in itertools.islice(self.ordered(), MOST_LISTED):
            found.append((abs(one.key - wanted), one.p))
            beyond += one.key < wanted - self.error
            if beyond > limit + TIES:
                yield from sorted(found, key=lambda item: item[0])
                return
        raise LimitError(f"{self.count} p-vectors are too many to find the nearest value, which is not one of the best "
                         f"{MOST_LISTED}", "list the best ones with --limit")

    def _half_sums(self, places: range) -> list[tuple[int, P]] | None:
        """List the scaled sums over some of the singular values, for all their p-vectors; None if they are too many."""
        sums: list[tuple[int, P]] = [(0, ())]
        for i in places:
            sums = [(total + count * self.scaled[i], (*p, count)) for total, p in sums
                    for count in range(min(self.most[i], self.room - sum(p)) + 1)]
            if len(sums) > MOST_HALF:
                return None
        return sums


@functools.total_ordering
class _Sum:
    """The sum of p_i sigma_i, ordered from the largest; equal ones by p. `key` is the sum of the scaled values."""

    __slots__ = ("key", "ladder", "p")

    def __init__(self, ladder: Ladder, key: int, p: P) -> None:
        self.ladder, self.key, self.p = ladder, key, p

    def _difference(self, other: _Sum) -> int | None:
        gap = self.key - other.key
        if self.ladder.exactly or abs(gap) > self.ladder.error:
            return (gap > 0) - (gap < 0)
        return self.ladder.sign(tuple(map(operator.sub, self.p, other.p)))

    def unseparated(self, other: _Sum) -> bool:
        """Tell whether 1,000 digits neither separate two sums nor prove them equal."""
        return self._difference(other) is None

    def __lt__(self, other: _Sum) -> bool:
        sign = self._difference(other)
        return sign > 0 if sign else self.p > other.p

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sum) and self.p == other.p

    def __hash__(self) -> int:
        return hash(self.p)


def critical_value(data: Data, captured: Sequence[tuple[Algebraic, int]]) -> AlgebraicSum:
    """Compute 1/2 (tr YY' - sum p_i sigma_i) for given sigma_i and p_i.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> one = RationalMatrix.of([[1]])
    >>> critical_value(Data(one, one, (1, 1, 1)), [(Algebraic.rational(1), 1)]).approx()
    '0'
    """
    terms: list[tuple[object, Algebraic]] = [(fmpq(-count, 2), value) for value, count in captured]
    return AlgebraicSum([*terms, (data.yy / 2, Algebraic.rational(1))])


def _absolute(value: AlgebraicSum) -> AlgebraicSum:
    return value.scaled(-1) if value.sign() == -1 else value


def _nearer(first: Value, second: Value) -> int:
    return _sign(first, second) or (first.p < second.p) - (first.p > second.p)


def _sign(first: Value, second: Value) -> int | None:
    """Compare two distances; None if 1,000 digits do not."""
    if first.distance is None or second.distance is None:
        raise AssertionError("distances are compared where they were asked for")
    return (first.distance - second.distance).sign()


def _half(most: Sequence[int]) -> int:
    """Split so that both parts have about as many p-vectors."""
    sizes = list(itertools.accumulate((count + 1 for count in most), lambda x, y: x * y, initial=1))
    return min(range(len(sizes)), key=lambda k: max(sizes[k], sizes[-1] // sizes[k]))
