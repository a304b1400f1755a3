"""The form of the critical points of linear networks of any depth: which singular values every layer captures.

For k = 0, ..., l - 2 the layers above A_(k+1), taken together, and A_(k+1) are the two layers of a shallow network with
the data A_(k,1) X. With Sigma_k = Y (A_(k,1) X)^+ A_(k,1) X Y', the column space of A_(l,k+2) is invariant under
Sigma_k at every critical point (eq. (36)), and p(k) is read off the characteristic polynomial on it, as in Theorem 1.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symcrit.errors import InputError
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import Spectrum, sigma_matrix, spectrum
from symcrit.networks import theorem_1
from symcrit.networks.invariant import invariant_subspace, random_integers
from symcrit.networks.points import Data, Point
from symcrit.networks.theorem_1 import IDENTITY, RANDOM, ZERO, captured_counts, captured_on, column_basis, invertible


@dataclass(frozen=True)
class Layer:
    """The spectrum of Sigma_k, and how often A_(l,k+2) captures each eigenvalue; None if the point is not critical."""

    k: int
    spectrum: Spectrum
    captured: tuple[int, ...] | None
    rank: int  # of A_(l,k+2)

    @property
    def p(self) -> tuple[int, ...]:
        """How many of each positive singular value are captured: p_1(k), ..., p_r(k)."""
        return self._captured[: len(self.spectrum.positive())]

    @property
    def null(self) -> int:
        """How many of the zero singular values are captured: the paper's p(k) with a bar."""
        return sum(self._captured) - sum(self.p)

    @property
    def _captured(self) -> tuple[int, ...]:
        if self.captured is None:
            raise InputError("a point that is not critical captures no singular values")
        return self.captured

    @property
    def skipped(self) -> int | None:
        """The place of the largest positive singular value that is not captured as often as it occurs."""
        return next((i for i, (pair, count) in enumerate(zip(self.spectrum.positive(), self.p, strict=True))
                     if count < pair.multiplicity), None)

    @property
    def out_of_order(self) -> bool:
        """Whether a positive singular value is captured and a larger one is skipped."""
        return self.skipped is not None and any(self.p[self.skipped + 1:])

    @property
    def captures_zero(self) -> bool:
        """Whether a zero singular value is captured and a positive one is skipped."""
        return self.skipped is not None and self.null > 0

    def to_json(self) -> dict[str, Any]:
        """Return the entry of `classify --json`."""
        counts: Sequence[int | None] = self.captured or (None,) * len(self.spectrum.eigenvalues)
        return {"k": self.k, "rank": self.rank,
                "spectrum": [{"value": pair.value.to_json(), "multiplicity": pair.multiplicity, "captured": count}
                             for pair, count in zip(self.spectrum.eigenvalues, counts, strict=True)]}


def layers(point: Point, *, critical: bool) -> tuple[Layer, ...]:
    """Find the spectrum of every Sigma_k, k = 0, ..., l - 2, and what is captured of it, if the point is critical.

    Whether it is, is not checked. *Source*: Theorem 3.

    >>> zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    >>> [(layer.p, layer.null) for layer in layers(Point(one, one, (one, one, one)), critical=True)]
    [((1,), 0), ((1,), 0)]
    >>> [layer.captured for layer in layers(Point(one, one, (one, one, zero)), critical=False)]
    [None, None]
    """
    found = []
    for k in range(point.depth - 1):
        x, above = data_of(point, k), point.product(point.depth, k + 2)
        values = spectrum(x, point.Y)
        captured = captured_on(x, point.Y, values, above) if critical else None
        found.append(Layer(k, values, captured, int(above.rank())))
    return tuple(found)


def data_of(point: Point, k: int) -> Any:
    """Return what Sigma_k depends on: A_(k,1) X, or rational rows with the same span, if there are some."""
    if k == 0:
        return point.X
    rows = point.product(k, 1) @ point.X
    return rows if isinstance(rows, RationalMatrix) else column_basis(rows.T).T


# ---- from p to a point ---------------------------------------------------------------------------


def build(data: Data, capture: Sequence[int], null: int = 0, *, c: str = IDENTITY, l1: str = ZERO,
          seed: int | None = None) -> Point:
    """Build a critical point of a linear network of any depth whose A_(l,2) captures what is asked for.

    With B a basis of the captured subspace, A_l ... A_1 = B (B'B)^-1 B' Y X^+ goes through the first hidden units of
    every layer; the others carry a product of zero: with `l1` = "random" all their layers but two are random, or, for
    rational points, all but one, with the first or last random in a kernel of the error. With `c` = "random" every
    hidden layer gets another basis. *Source*: Theorem 3, with two layers Theorem 1. Raises as `theorem_1.build`.

    >>> data = Data(RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[2, 0], [0, 1]]), (2, 1, 1, 2))
    >>> build(data, (0, 1)).weights[2]
    RationalMatrix.of([['0'], ['1']])
    >>> build(data, (1, 1))
    Traceback (most recent call last):
    symcrit.errors.InputError: A_(3,2) is 2 x 1 and has rank 1 at most, but 2 singular values are to be captured
      suggestion: capture fewer, or widen the network
    """
    if data.depth == 2:
        return theorem_1.build(data, capture, null, c=c, l1=l1, seed=seed)
    found = spectrum(data.X, data.Y)
    captured = captured_counts(found, capture, null, data.widths)
    source = random.Random(0 if seed is None else seed)
    basis = invariant_subspace(sigma_matrix(data.X, data.Y), found, captured, None if seed is None else source)
    seen = data.Y @ data.X.pinv()
    first = (basis.T @ basis).inverse() @ (basis.T @ seen)
    rest = _product_zero(data, basis, l1, source)
    weights = [first.above(rest[0])]
    for k in range(2, data.depth):
        unit, part = basis.identity(basis.cols), rest[k - 1]
        weights.append(unit.beside(basis.zeros(basis.cols, part.cols)).above(
            basis.zeros(part.rows, basis.cols).beside(part)))
    weights.append(basis.beside(rest[-1]))
    for k in range(1, data.depth):
        change = invertible(c, data.widths[k], source)
        weights[k - 1], weights[k] = change @ weights[k - 1], weights[k] @ change.inverse()
    return Point(data.X, data.Y, tuple(weights))


def _product_zero(data: Data, basis: Any, wanted: str, source: random.Random) -> list[Any]:
    """Make layers Z_k of the units left over, such that (Z_l ... Z_(k+1))' G (Z_(k-1) ... Z_1)' = 0 for all k.

    G = (B B^+ Y X^+ X - Y) X' is the error of the rest of the network. All products are 0 if two of the layers are. In
    all cases Z_l ... Z_2 = 0, so that A_(l,2) captures no more than is asked for; there are three layers or more.
    """
    widths = [data.widths[0], *(width - basis.cols for width in data.widths[1:-1]), data.widths[-1]]
    shapes = [(widths[k], widths[k - 1]) for k in range(1, data.depth + 1)]
    zeros = [basis.zeros(*shape) for shape in shapes]
    if wanted == ZERO:
        return zeros
    if wanted != RANDOM:
        raise InputError(f"L1 is {ZERO} or {RANDOM}, not {wanted}")
    layers_ = [random_integers(source, *shape) for shape in shapes]
    way = "two" if basis.level else source.choice(("two", "first", "last"))  # kernels over large fields take minutes
    if way == "two":
        blank = source.sample(range(data.depth), 2)
    elif way == "first":  # G Z_1' = 0, and another is 0
        kernel = _error(data, basis).kernel()
        layers_[0] = (kernel @ random_integers(source, kernel.cols, shapes[0][0])).T
        blank = [source.randrange(1, data.depth)]
    else:  # Z_l' G = 0, and another is 0
        kernel = _error(data, basis).T.kernel()
        layers_[-1] = kernel @ random_integers(source, kernel.cols, shapes[-1][1])
        blank = [source.randrange(1, data.depth - 1)]
    for k in blank:
        layers_[k] = zeros[k]
    return layers_


def _error(data: Data, basis: Any) -> Any:
    """Compute (B B^+ Y X^+ X - Y) X'."""
    return basis @ ((basis.T @ basis).inverse() @ (basis.T @ data.yx)) - data.yx
