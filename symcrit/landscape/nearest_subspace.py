"""Which part of the output space weights capture, or nearly: proposals, and exact bases of what is chosen.

At a critical point A_l ... A_1 X = P Y X^+ X with a projector P that commutes with Sigma. So, with the projector P_s
to the eigenspace of s, tr(P_s A_l ... A_1 X Y') / s directions of it are captured, and near a critical point about so
many.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from typing import Any

from flint import ctx, fmpq

from symcrit.errors import LimitError
from symcrit.exact.projectors import eigenspace, factor_space
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import Eigenvalue, sigma_matrix, spectrum
from symcrit.landscape.nearest_proposal import Basis
from symcrit.landscape.rounding import GUARD, floated, orthonormal, rounded
from symcrit.networks.invariant import invariant_subspace
from symcrit.networks.linear import loss
from symcrit.networks.points import Point
from symcrit.networks.values import values

BY_LOSS = 3  # p-vectors that are tried because of their critical value
AROUND = 2  # how many directions more or fewer than seem to be captured are tried
TURNS = 5  # of a subspace, each by one more power of a Gram matrix

Counts = tuple[int, ...]  # one an eigenvalue


class Subspaces:
    """The invariant subspaces of Sigma near what given weights capture, in floats of so many bits."""

    def __init__(self, point: Point, bits: int) -> None:
        self.point, self.bits = point, bits
        self.sigma = sigma_matrix(point.X, point.Y)
        self.spectrum = spectrum(point.X, point.Y)
        self.pairs = self.spectrum.positive()

    @cached_property
    def output(self) -> RationalMatrix:
        """The matrix A_l ... A_1 X Y'."""
        return floated(self.point.product(self.point.depth, 1) @ self.point.data.yx.T, self.bits)

    @cached_property
    def projectors(self) -> list[RationalMatrix]:
        """Approximate the spectral projectors of the positive eigenvalues, as products of (Sigma - t) / (s - t)."""
        long = 2 * self.bits
        with ctx.workprec(long + GUARD):
            roots = [pair.value.ball().mid().fmpq() for pair in self.spectrum.eigenvalues]
        unit, found = self.sigma.identity(self.sigma.rows), []
        for s in roots[:len(self.pairs)]:
            product = unit
            for t in roots:
                if t != s:
                    product = floated(product @ (self.sigma - unit.scale(t)).scale(1 / (s - t)), long)
            found.append(floated(product, self.bits))
        return found

    # ---- what to try -------------------------------------------------------------------------------

    def candidates(self) -> list[Counts]:
        """List p-vectors: 0, those with the directions that are captured most, and those nearest by their loss.

        The last count is that of zero singular values, if there are some: what else A_l, ..., A_2 capture of them does
        not change the output, and needs to be counted only where there are inputs that the output does not need.

        >>> unit, y = RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[2, 0], [0, 1]])
        >>> Subspaces(Point(unit, y, (unit, RationalMatrix.of([["0.1", 0], [0, "0.9"]]))), 60).candidates()
        [(0, 0), (0, 1), (1, 1), (1, 0)]
        """
        found = [(0,) * len(self.pairs), *self._by_direction()]
        with suppress(LimitError):  # so many that the nearest cannot be told
            found += [value.p for value in values(self.point.data, near=loss(self.point), limit=BY_LOSS).values]
        zero, room = self.spectrum.zero, min(self.point.widths[1:])
        if not zero:
            return list(dict.fromkeys(found))
        spare = zero if self.point.X.rank() > self.sigma.rows - zero else 0
        return [(*p, null) for p in dict.fromkeys(found) for null in range(min(spare, room - sum(p)) + 1)]

    def _by_direction(self) -> Iterable[Counts]:
        """Order all directions by how much they are captured; take about as many as are captured by more than half."""
        captured = []
        for place, (pair, projector) in enumerate(zip(self.pairs, self.projectors, strict=True)):
            amount = (projector @ self.output).trace() / self._number(pair)
            captured += [(min(amount - k, fmpq(1)), -place) for k in range(pair.multiplicity)]
        room = min(*self.point.widths[1:], len(captured))
        wanted = min(sum(2 * amount > 1 for amount, _ in captured), room)
        for count in range(max(wanted - AROUND, 0), min(wanted + AROUND, room) + 1):
            places = [-place for _, place in heapq.nlargest(count, captured)]
            yield tuple(places.count(place) for place in range(len(self.pairs)))

    def _number(self, pair: Eigenvalue) -> fmpq:
        with ctx.workprec(self.bits):
            return pair.value.ball().mid().fmpq()

    # ---- bases -------------------------------------------------------------------------------------

    def proposed(self, counts: Counts) -> Basis:
        """Propose a basis; of an eigenspace, the part that the weights fill most."""
        basis = self.sigma.block(range(self.sigma.rows), [])
        for pair, projector, count in zip(self.pairs, self.projectors, counts, strict=False):
            if count:
                inside = orthonormal(projector, self.bits, most=pair.multiplicity)
                basis = basis.beside(self._part(inside, count, self.output))
        return Basis(basis, self._near(self.sigma.kernel(), self._null(counts), self.bits, self._upper))

    def basis(self, counts: Counts, places: int) -> Basis:
        """Make an exact basis; where there is a choice, near the proposed one and with entries of so many places.

        There is no choice where several irrational eigenvalues are captured. Raises LimitError if the field would be
        too large.
        """
        chosen = [place for place in range(len(self.pairs)) if counts[place] and self._free(place, counts)]
        others = [0 if place in chosen else count for place, count in enumerate(counts[:len(self.pairs)])]
        basis = invariant_subspace(self.sigma, self.spectrum, [*others, *[0] * (self.spectrum.zero > 0)])
        for place in chosen:
            value = self.pairs[place].value
            space = eigenspace(self.sigma, value) if value.exact is None else factor_space(self.sigma, value.minpoly)
            basis = basis.beside(self._near(space, counts[place], places, self.output))
        return Basis(basis, self._near(self.sigma.kernel(), self._null(counts), places, self._upper))

    @cached_property
    def _upper(self) -> RationalMatrix:
        """The matrix A_l ... A_2, which tells what is captured of the kernel of Sigma."""
        return floated(self.point.product(self.point.depth, 2), self.bits)

    def _null(self, counts: Counts) -> int:
        return counts[-1] if self.spectrum.zero else 0

    def _near(self, space: Any, count: int, places: int, images: RationalMatrix) -> Any:
        """Choose a part of a space near the one that the images fill most."""
        if count == space.cols:
            return space
        long = floated(space, self.bits)
        wanted = self._part(orthonormal(long, self.bits, most=space.cols), count, images)
        return space @ rounded(_normal((long.T @ long).inverse() @ (long.T @ wanted)), places)

    def _free(self, place: int, counts: Counts) -> bool:
        """Tell whether an eigenspace is treated by itself: a rational one, or a part of a single irrational one."""
        irrational = [k for k, pair in enumerate(self.pairs) if counts[k] and pair.value.exact is None]
        return self.pairs[place].value.exact is not None or (
            irrational == [place] and counts[place] < self.pairs[place].multiplicity)

    def _part(self, inside: RationalMatrix, count: int, images: RationalMatrix) -> RationalMatrix:
        """Choose the part of a space, given by orthonormal columns, where some images are largest."""
        if count == inside.cols:
            return inside
        images, unit = inside.T @ images, inside.identity(inside.cols)
        found = orthonormal(images, self.bits, most=count)
        for _ in range(TURNS):  # turns to the singular vectors of the largest singular values
            found = orthonormal(images @ (images.T @ found), self.bits, most=count)
        fill = orthonormal(unit - found @ found.T, self.bits, most=count - found.cols)
        return floated(inside @ found.beside(fill), self.bits)


def _normal(columns: RationalMatrix) -> RationalMatrix:
    """Divide every column by its largest entry."""
    rows = [[entry / max(column, key=abs) for entry in column] for column in columns.T.to_rows()]
    return columns.make(columns.cols, columns.rows, [entry for row in rows for entry in row]).T
