"""The way down from critical points of linear networks that capture the largest singular values, of any depth.

*What is left of the network.* Let T be the column space of W X, W = A_l ... A_1, of dimension r. Every hidden space is
the sum of C_k, the image under A_(k,1) of the span of X X'W', and Z_k, the kernel of P_T A_(l,k+1). The layers map C to
C and Z to Z, so that W is a part B a of rank r and a product Z_l ... Z_1, which is 0 on the data. When only the Z_k are
changed, the loss changes by <Z_l ... Z_1, G> + 1/2 ||Z_l ... Z_1 X||^2, where G = (W X - Y) X'.

*Chains.* A chain is a set of layers k_1 < ... < k_n with Z_(l,k_n+1)' G Z_(k_1-1,1)' != 0 and with a product
Z_(k_(i+1)-1,k_i+1) != 0 between any two neighbours: changes of order t of its layers change <Z_l ... Z_1, G> by the
order t^n, and changes of fewer layers do not. Let n be the length of the shortest chain. Then the order of the way down
is n, except that it is 4 instead of 3 where no layer in the middle of such a chain can be changed without a first-order
change of the output; the Hessian is positive semidefinite if and only if n >= 3. The proof is in docs/deep.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symcrit.exact.field import sign
from symcrit.landscape.descent import Descent, curve, downhill, largest, whole
from symcrit.networks import linear
from symcrit.networks.points import Point
from symcrit.networks.theorem_1 import column_basis

MOST_DOUBLINGS = 4096  # no number of the length that is read needs more
Changes = dict[int, Any]  # of the layers Z_k, by k


@dataclass(frozen=True)
class Rest:
    """What is left of a critical point: the layers Z_1, ..., Z_l, and the maps into and from the hidden spaces.

    *Shapes*: `inclusions[k]` is d_k x (d_k - r) and `projections[k]` is (d_k - r) x d_k, for k = 1, ..., l - 1.
    """

    point: Point
    inclusions: dict[int, Any]
    projections: dict[int, Any]

    @classmethod
    def of(cls, point: Point) -> Rest:
        """Split the hidden spaces of a critical point.

        >>> from symcrit.exact.rational import RationalMatrix
        >>> unit, e1 = RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[1, 0], [0, 0]])
        >>> Rest.of(Point(unit, unit, (e1, unit, e1))).layers.weights[1]
        RationalMatrix.of([['1']])
        """
        depth, product = point.depth, point.product(point.depth, 1)
        top = column_basis(product @ point.data.xx)
        start = (point.data.xx @ product.T).column_space()
        inclusions, projections = {}, {}
        for k in range(1, depth):
            inside = (top.T @ point.product(depth, k + 1)).kernel()
            whole_space = (point.product(k, 1) @ start).beside(inside)
            back = whole_space.inverse()
            inclusions[k] = inside
            projections[k] = back.block(range(top.cols, back.rows), range(back.cols))
        return cls(point, inclusions, projections)

    @cached_property
    def layers(self) -> Point:
        """The layers Z_1, ..., Z_l, on the same data."""
        weights = list(self.point.weights)
        for k in self.inclusions:
            weights[k - 1] = self.projections[k] @ weights[k - 1]
            weights[k] = weights[k] @ self.inclusions[k]
        return self.point.moved(tuple(weights))

    def lifted(self, changes: Changes) -> tuple[Any, ...]:
        """Write changes of the Z_k as changes of the A_k."""
        found = []
        for k, weight in enumerate(self.point.weights, 1):
            change = changes.get(k)
            if change is not None and k in self.inclusions:
                change = self.inclusions[k] @ change
            if change is not None and k - 1 in self.projections:
                change = change @ self.projections[k - 1]
            found.append(weight.zeros(*weight.shape) if change is None else change)
        return tuple(found)

    # ---- chains ----------------------------------------------------------------------------------

    @cached_property
    def error(self) -> Any:
        """The matrix G."""
        return linear.error_moment(self.point)

    def gain(self, first: int, last: int) -> Any:
        """Compute Z_(l,last+1)' G Z_(first-1,1)', which a chain from one layer to another must not have 0."""
        z = self.layers
        return z.product(z.depth, last + 1).T @ self.error @ z.product(first - 1, 1).T

    def between(self, low: int, high: int) -> Any:
        """Compute Z_(high-1,low+1), which is not 0 between neighbours of a chain."""
        return self.layers.product(high - 1, low + 1)

    @cached_property
    def linked(self) -> dict[int, list[int]]:
        """The layers that may follow each layer in a chain."""
        depth = self.point.depth
        return {low: [high for high in range(low + 1, depth + 1) if not self.between(low, high).is_zero()]
                for low in range(1, depth + 1)}

    def shortest(self) -> list[int]:
        """Find a shortest chain. There is one, that of all layers, if the point is not a global minimum."""
        return min((chain for first in self.linked for chain in self._from(first)), key=len)

    def _from(self, first: int) -> Iterator[list[int]]:
        """List shortest paths from a layer to all those that it makes a chain with."""
        paths = {first: [first]}
        for low in range(first, self.point.depth + 1):
            for high in self.linked[low] if low in paths else ():
                if high not in paths or len(paths[high]) > len(paths[low]) + 1:
                    paths[high] = [*paths[low], high]
        return (path for last, path in paths.items() if last > first and not self.gain(first, last).is_zero())

    def triples(self) -> Iterator[tuple[int, int, int]]:
        """List the chains of three layers."""
        for low in self.linked:
            for middle in self.linked[low]:
                for high in self.linked[middle]:
                    if not self.gain(low, high).is_zero():
                        yield low, middle, high

    # ---- parts of a change -------------------------------------------------------------------------

    def arriving(self, k: int) -> Any:
        """Compute Z_(k-1,1) X X', which tells what arrives at layer k from the data."""
        return self.layers.product(k - 1, 1) @ self.point.data.xx

    def leaving(self, k: int) -> Any:
        """Compute Z_(l,k+1), which tells what leaves layer k for the output."""
        return self.layers.product(self.point.depth, k + 1)

    def ends(self, first: int, last: int) -> tuple[Any, Any]:
        """Choose the column of the last change and the row of the first where the gain is largest."""
        gain = self.gain(first, last)
        row, column = largest(gain)
        return unit(gain, gain.rows, row), unit(gain, gain.cols, column)


def descent(point: Point) -> Descent:
    """Find the way down, of least order, from a critical point that is not a global minimum but captures the largest.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    >>> down = descent(Point(one, one, (zero, zero, zero)))
    >>> down.order, down.loss
    (3, (1/2, 0, 0, -1, 0, 0, 1/2))
    """
    rest = Rest.of(point)
    chain = rest.shortest()
    if len(chain) == 2:
        return _pair(rest, *chain)
    if len(chain) == 3:
        return _triple(rest)
    changes = _links(rest, chain)
    return _falling(rest, changes, (chain[0], chain[-1]), len(chain))


def unit(like: Any, size: int, place: int) -> Any:
    """Make a unit vector, a column."""
    return like.make(size, 1, [int(i == place) for i in range(size)])


def _links(rest: Rest, chain: list[int]) -> Changes:
    """Make changes of rank one such that the product along a chain is large, entry by entry."""
    column, row = rest.ends(chain[0], chain[-1])
    rows = {chain[0]: row.T}
    columns = {chain[-1]: column}
    for low, high in zip(chain, chain[1:], strict=False):
        link = rest.between(low, high)
        i, j = largest(link)
        rows[high], columns[low] = unit(link, link.rows, i).T, unit(link, link.cols, j)
    return {k: columns[k] @ rows[k] for k in chain}


def _pair(rest: Rest, low: int, high: int) -> Descent:
    """Change two layers, one of them without a first-order change of the output, and that one as much as is needed."""
    link = rest.between(low, high)
    column, row = rest.ends(low, high)
    silent = _not_killed(rest.arriving(high).T.kernel(), link.T)
    if silent is not None:
        free, place = high, largest(silent.T @ link)[1]
        changes = {high: column @ silent.T, low: unit(link, link.cols, place) @ row.T}
    else:
        silent = _not_killed(rest.leaving(low).kernel(), link)
        free, place = low, largest(link @ silent)[0]
        changes = {low: silent @ row.T, high: column @ unit(link, link.rows, place).T}
    other = rest.lifted({k: change for k, change in changes.items() if k != free})
    rise, both = (linear.loss_along(rest.point, curve(rest.point, parts))[2] for parts in (other, rest.lifted(changes)))
    fall = both - rise
    factor = -sign(fall) * (whole(rise / fall) + 1)
    return downhill(rest.point, 2, rest.lifted({**changes, free: changes[free].scale(factor)}))


def _not_killed(kernel: Any, matrix: Any) -> Any:
    """Choose a column of a basis that a matrix does not map to 0; None if there is none."""
    image = matrix @ kernel
    for k in range(kernel.cols):
        column = kernel.block(range(kernel.rows), [k])
        if not image.block(range(image.rows), [k]).is_zero():
            return column
    return None


def _triple(rest: Rest) -> Descent:
    """Change three layers, the one in the middle without a first-order change of the output if that can be."""
    triples = list(rest.triples())
    for low, middle, high in triples:
        changes = _links(rest, [low, middle, high])
        before, after = rest.between(low, middle), rest.between(middle, high)
        silent = _not_killed(rest.arriving(middle).T.kernel(), before.T)
        if silent is not None:
            changes[low] = unit(before, before.cols, largest(silent.T @ before)[1]) @ rest.ends(low, high)[1].T
            changes[middle] = unit(after, after.cols, largest(after)[1]) @ silent.T
            return _falling(rest, changes, (low, high), 3)
        silent = _not_killed(rest.leaving(middle).kernel(), after)
        if silent is not None:
            changes[high] = rest.ends(low, high)[0] @ unit(after, after.rows, largest(after @ silent)[0]).T
            changes[middle] = silent @ unit(before, before.rows, largest(before)[0]).T
            return _falling(rest, changes, (low, high), 3)
    return _slowly(rest, triples[0])


def _slowly(rest: Rest, chain: tuple[int, int, int]) -> Descent:
    """Change three layers, the one in the middle by t^2, so that what it changes at first order is t^4 in the loss."""
    changes = _links(rest, list(chain))
    slow = {chain[1]: changes.pop(chain[1])}
    return _falling(rest, changes, (chain[0], chain[2]), 4, slow)


def _falling(rest: Rest, changes: Changes, ends: tuple[int, int], order: int, slow: Changes | None = None) -> Descent:
    """Make the changes at both ends of a chain so large that the loss falls, at the order stated."""
    low, high = ends
    bend = None if slow is None else rest.lifted(slow)
    for factor, side in itertools.product((2**k for k in range(MOST_DOUBLINGS)), (1, -1)):
        parts = rest.lifted({**changes, low: changes[low].scale(side * factor), high: changes[high].scale(factor)})
        if sign(linear.loss_along(rest.point, curve(rest.point, parts, bend))[order]) < 0:
            return downhill(rest.point, order, parts, bend)
    raise AssertionError("along a chain that is long enough the loss falls")
