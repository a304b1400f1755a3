"""Weights near given ones that are critical up to rounding: proposals, which are built again exactly.

Let B, D and N be bases of three parts of the output space, invariant under Sigma = Y X^+ X Y': B of the part that is to
be captured, D of what else has positive eigenvalues, N of the kernel of Sigma. With R = B^+ Y X^+ the point is to
have A_l ... A_1 X = B R X. Then the error moment is G = (B R X - Y) X' = -D D^+ Y X', so its columns are those of D and
its rows those of C', C = X Y' D. The point is critical if for some layers i < j

    A_l ... A_1 X = B R X,    A_i ... A_1 C = 0,    D' A_l ... A_j = 0,

because (A_l ... A_(k+1))' G (A_(k-1) ... A_1)' = 0 by the third equation for k < j, by the second for k > i. What
comes from C *stops* at layer i, and what goes to D *starts* at layer j.

The rows of the first equation: B^+ times it holds once A_1 is moved by J^+ (R - J A_1) X X^+, J = B^+ A_l ... A_2; D'
times it follows from the third. N' times it is had in one of three ways: N starts at layer j too (`at_start`), or all
inputs that R does not see stop at layer i, and N' A_l vanishes on what R does see; or a part of N is captured too,
which means that B has more columns than needed, and R as many rows that are 0.

All of it is done in long floats, each time by the least change of one layer. Before, the change that B^+ A_l ... A_1
needs may be spread over the layers. What stops at layer i may stop in part before, and what starts at layer j in part
above: direction by direction, where less of a layer has to be changed for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq

from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.rounding import floated, orthonormal, squared_lengths, squared_norm
from symcrit.networks.points import Data, Point

Weights = list[RationalMatrix]


@dataclass(frozen=True)
class Basis:
    """Bases of what is captured: for positive eigenvalues, and of the kernel of Sigma."""

    positive: Any
    null: Any


@dataclass(frozen=True)
class Frame:
    """The matrices of the equations in long floats, with orthonormal columns in B, D, N, C and V.

    *Shapes*: B, D and N have d_l rows, and together d_l columns; R has a row for every column of B; V has `unseen`
    columns, which span all x = X X^+ x with R x = 0, and those of C span some of them.
    """

    bits: int
    B: RationalMatrix
    D: RationalMatrix
    N: RationalMatrix
    R: RationalMatrix
    back: RationalMatrix  # R^+
    C: RationalMatrix
    unseen: int
    seen: RationalMatrix  # X X^+

    @cached_property
    def V(self) -> RationalMatrix:
        """A basis of the inputs that R does not see."""
        return orthonormal(self.seen - self.back @ self.R, self.bits, most=self.unseen)

    @classmethod
    def of(cls, data: Data, sigma: RationalMatrix, basis: Basis, bits: int) -> Frame:
        """Approximate all for what is to be captured."""
        def span(columns: Any, most: int) -> RationalMatrix:
            return orthonormal(floated(columns, bits), bits, most=most)

        pinv_x, rank, null = data.X.pinv(), basis.positive.cols, basis.null.cols
        seen = data.X @ pinv_x
        b, kernel, b_null = span(basis.positive, rank), sigma.kernel(), span(basis.null, null)
        n = span(kernel - b_null @ (b_null.T @ kernel), kernel.cols - null)
        both = b.beside(b_null)
        d = span(sigma.identity(sigma.rows) - both @ both.T - n @ n.T, sigma.rows - rank - kernel.cols)
        r = floated(b.T @ (data.Y @ pinv_x), bits)
        back = floated(r.T @ (r @ r.T).inverse(), bits)
        return cls(bits, both, d, n, r.above(r.zeros(null, r.cols)), back.beside(back.zeros(back.rows, null)),
                   span(data.yx.T @ d, d.cols), data.X.rank() - rank, floated(seen, bits))


@dataclass(frozen=True)
class Proposal:
    """Weights, the square of their distance, the layers i and j, and what is 0 at them."""

    frame: Frame
    weights: tuple[RationalMatrix, ...]
    squared: fmpq
    stop: int
    start: int
    at_start: bool

    @property
    def inputs(self) -> RationalMatrix:
        """The columns that A_i ... A_1 is to map to 0."""
        return self.frame.C if self.at_start else self.frame.V

    @property
    def outputs(self) -> RationalMatrix:
        """The columns that the transpose of A_l ... A_j is to map to 0."""
        return self.frame.D.beside(self.frame.N) if self.at_start else self.frame.D


def proposals(point: Point, frame: Frame) -> Iterator[Proposal]:
    """Propose weights for all pairs i < j; none if the given ones do not fill the captured part at all.

    >>> from symcrit.exact.spectrum import sigma_matrix
    >>> unit, e1 = RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[1], [0]])
    >>> point = Point(unit, unit, (unit, unit.scale("0.9")))
    >>> nothing = unit.block([0, 1], [])
    >>> found = list(proposals(point, Frame.of(point.data, sigma_matrix(unit, unit), Basis(e1, nothing), 60)))
    >>> 1 < min(one.squared for one in found) < 2  # two entries become 0
    True
    >>> frame = Frame.of(point.data, sigma_matrix(unit, unit), Basis(nothing, nothing), 60)
    >>> list(proposals(point, frame))[0].weights
    (RationalMatrix.of([['0', '0'], ['0', '0']]), RationalMatrix.of([['0', '0'], ['0', '0']]))
    """
    given = [floated(weight, frame.bits) for weight in point.weights]
    for spread, early in itertools.product(*_choices(frame, point.depth)):
        begun = _signal(frame, given, spread)
        if begun is None:
            continue
        for at_start in _ways(frame):
            for start, cut in _started(frame, begun, at_start, early):
                matched = _matched(frame, cut)
                for stop, weights in _stopped(frame, matched, at_start, early, start) if matched else ():
                    squared = sum((squared_norm(new - old) for new, old in zip(weights, given, strict=True)), fmpq(0))
                    yield Proposal(frame, tuple(weights), squared, stop, start, at_start)


def _choices(frame: Frame, depth: int) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Choose whether to spread changes, and whether to stop what can be stopped early, where it makes a difference."""
    return (False,) if frame.R.is_zero() else (False, True), (False,) if depth == 2 else (False, True)


def _ways(frame: Frame) -> tuple[bool, ...]:
    """Choose where N is cut: at the start only, if N is 0, at the stop only, if all unseen inputs are those of C."""
    if not frame.N.cols:
        return (True,)
    return (False,) if frame.unseen == frame.C.cols else (True, False)


def _arriving(weights: Weights, columns: RationalMatrix) -> RationalMatrix:
    """Multiply A_(l-1) ... A_1 and some columns."""
    for weight in weights[:-1]:
        columns = weight @ columns
    return columns


def _right_inverse(rows: RationalMatrix, bits: int) -> RationalMatrix | None:
    """Approximate J^+ for J of full row rank; None if it is not."""
    gram = floated(rows @ rows.T, bits)
    return floated(rows.T @ gram.inverse(), bits) if gram.rank() == gram.rows else None


def _rows(frame: Frame, weights: Weights) -> list[RationalMatrix]:
    """List B' A_l ... A_(k+1) for k = 0, ..., l - 1."""
    found = [frame.B.T @ weights[-1]]
    for weight in weights[-2::-1]:
        found.append(floated(found[-1] @ weight, frame.bits))
    return found[::-1]


def _signal(frame: Frame, weights: Weights, spread: bool) -> Weights | None:
    """Make B' A_l ... A_1 X right, and all of A_l ... A_1 on what R sees."""
    begun = _spread(frame, weights) if spread else weights
    matched = begun and _matched(frame, begun)
    return matched and _aligned(frame, matched, frame.D.beside(frame.N))


def _spread(frame: Frame, weights: Weights) -> Weights | None:
    """Move every layer towards B' A_l ... A_1 = R; those that have to move least for it take the largest shares."""
    rows, bits = _rows(frame, weights), frame.bits
    inverses = [_right_inverse(one, bits) for one in rows[1:]]
    missing = (frame.R - rows[0]) @ frame.back
    lefts, rights = [*inverses, frame.B], [frame.R, *rows[1:]]
    if any(left is None for left in lefts):
        return None
    costs = [squared_norm(left) * squared_norm(right) for left, right in zip(lefts, rights, strict=True)]
    total = sum((1 / cost for cost in costs), fmpq(0))
    return [floated(weight + (left @ missing @ right).scale(1 / (cost * total)), bits)
            for weight, left, right, cost in zip(weights, lefts, rights, costs, strict=True)]


def _matched(frame: Frame, weights: Weights) -> Weights | None:
    """Move A_1 by J^+ (R - J A_1) X X^+."""
    rows = _rows(frame, weights)
    inverse = _right_inverse(rows[1], frame.bits)
    if inverse is None:
        return None
    change = inverse @ ((frame.R - rows[0]) @ frame.seen)
    return [floated(weights[0] + change, frame.bits), *weights[1:]]


def _aligned(frame: Frame, weights: Weights, outputs: RationalMatrix) -> Weights:
    """Make outputs of A_l 0 on what R sees."""
    arriving = orthonormal(_arriving(weights, frame.back), frame.bits, most=frame.B.cols)
    wrong = outputs @ (outputs.T @ (weights[-1] @ arriving))
    return [*weights[:-1], floated(weights[-1] - wrong @ arriving.T, frame.bits)]


def _started(frame: Frame, weights: Weights, at_start: bool, early: bool) -> Iterator[tuple[int, Weights]]:
    """Make what goes to D, or to D and N, start at layer l, l - 1, ..., 2."""
    leaving, bits = frame.D.beside(frame.N) if at_start else frame.D, frame.bits
    for start in range(len(weights), 1, -1):
        weight = weights[start - 1]
        rows = leaving.T @ weight
        yield start, _replaced(weights, start, weight - leaving @ rows, bits)
        below = orthonormal(rows.T, bits, beside=weight)
        if early:
            below = _dear(below, rows, weights[start - 2].T)
            weights = _replaced(weights, start, weight - leaving @ (rows - (rows @ below) @ below.T), bits)
        leaving = below


def _stopped(frame: Frame, weights: Weights, at_start: bool, early: bool, start: int) -> Iterator[tuple[int, Weights]]:
    """Make what comes from C, or from all unseen inputs, stop at layer 1, ..., start - 1."""
    arriving, bits = frame.C if at_start else frame.V, frame.bits
    for stop in range(1, start):
        weight = weights[stop - 1]
        columns = weight @ arriving
        result = _replaced(weights, stop, weight - columns @ arriving.T, bits)
        yield stop, result if at_start else _aligned(frame, result, frame.N)
        above = orthonormal(columns, bits, beside=weight)
        if early:
            above = _dear(above, columns.T, weights[stop])
            weights = _replaced(weights, stop, weight - (columns - above @ (above.T @ columns)) @ arriving.T, bits)
        arriving = above


def _replaced(weights: Weights, k: int, weight: RationalMatrix, bits: int) -> Weights:
    """Take another A_k."""
    return [*weights[:k - 1], floated(weight, bits), *weights[k:]]


def _dear(directions: RationalMatrix, here: RationalMatrix, there: RationalMatrix) -> RationalMatrix:
    """Choose the directions that it takes no less to stop here than at the next layer."""
    lengths = zip(squared_lengths(here @ directions), squared_lengths(there @ directions), strict=True)
    return directions.block(range(directions.rows), [k for k, (now, then) in enumerate(lengths) if now >= then])
