"""Theorem 1, read from right to left: exact critical points from (p, p with a bar), C and L1.

A basis W of the invariant subspace takes the place of U V (see `theorem_1`); no eigenvector is normalised. Where all roots
of an irreducible factor of the spectrum are captured equally often, W is rational; where some are captured more often
than others, its entries lie in the field over which that part of the factor splits off.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Literal

from flint import fmpq_poly, fmpz_mat, fmpz_poly

from symcrit.errors import InputError, LimitError, SizeError
from symcrit.exact.common_field import over_one_field
from symcrit.exact.entries import MAX_ENTRIES
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.exact.matrix import Matrix
from symcrit.exact.projectors import factor_space
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import Spectrum, sigma_matrix, spectrum
from symcrit.networks.conjugates import partial_factor
from symcrit.networks.points import Data, Point
from symcrit.networks.theorem_1 import shallow

Choice = Matrix | Literal["identity", "zero", "random"] | None
EMPTY = RationalMatrix.of([], (0, 0))


def build(data: Data, capture: Sequence[int], null: int = 0, *, C: Choice = None, L1: Choice = None,
          seed: int | None = None) -> Point:
    """Build a critical point A1 = G Y X^+ + L1 - G A2 L1 X X^+, A2 = [W, 0] C, with G = C^-1 [W^+; 0].

    `capture` has an entry p_i <= m_i for every distinct positive eigenvalue of Sigma, the largest first; `null` is the
    number of zero eigenvalues captured. `C` is an invertible matrix, "identity" or "random"; `L1` a matrix that satisfies
    eq. (3), "zero", or "random", which is sampled from the solutions of eq. (3). With a `seed` the invariant subspace
    is a random one too; the same seed gives the same point everywhere.
    The point is rational where it can be, else over one number field. *Source*: Theorem 1, eqs. (1) to (3).

    Raises InputError for what cannot be captured, for C that is singular and L1 that violates eq. (3); SizeError for
    sizes that do not fit; LimitError if the field would be too large.

    >>> data = Data(RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[1, 1], [0, 1]]), (2, 1, 2))
    >>> point = build(data, [1, 0])
    >>> point.weights[1].field.root.approx(), point.weights[1].to_strings()
    ('2.6180339887498948482', [['s - 1'], ['1']])
    >>> build(data, [1, 1])
    Traceback (most recent call last):
    symcrit.errors.InputError: capturing 2 eigenvalues makes A2 of rank 2, but the smaller of d1 = 1 and d2 = 2 is 1
    """
    shallow(data)
    found = spectrum(data.X, data.Y)
    _possible(data, found, capture, null)
    source = random.Random(0 if seed is None else seed)
    blocks = _blocks(data, found, [*capture, null][: len(found.eigenvalues)], None if seed is None else source)
    change = _invariance(C, data.widths[1], source)
    basis, rows, inverse = _together(blocks, data.widths[2], change)
    rank = basis.cols
    second = basis @ rows.block(range(rank), range(rows.cols))
    back = inverse.block(range(inverse.rows), range(rank)) @ ((basis.T @ basis).inverse() @ basis.T)
    free = _free(L1, data, basis, rows, inverse, source)
    first = back @ (data.Y @ data.X.pinv()) + free - back @ second @ (free @ data.X @ data.X.pinv())
    return Point(data.X, data.Y, (_rational(first), _rational(second)))


def _possible(data: Data, found: Spectrum, capture: Sequence[int], null: int) -> None:
    positive = found.positive()
    if len(capture) != len(positive):
        raise InputError(f"capture has {len(capture)} entries, but Sigma has {len(positive)} distinct positive "
                         "eigenvalues", f"give one number for each of {_listed(found) or 'none'}")
    for k, (count, pair) in enumerate(zip(capture, positive, strict=True), 1):
        if not 0 <= count <= pair.multiplicity:
            raise InputError(f"capture number {k} is {count}, but the eigenvalue {pair.value.approx()[:8]} has "
                             f"multiplicity {pair.multiplicity}", f"write a number from 0 to {pair.multiplicity}")
    if not 0 <= null <= found.zero:
        raise InputError(f"null is {null}, but the eigenvalue 0 has multiplicity {found.zero}",
                         f"write a number from 0 to {found.zero}")
    rank, (_, hidden, output) = sum(capture) + null, data.widths
    if rank > min(hidden, output):
        raise InputError(f"capturing {rank} eigenvalues makes A2 of rank {rank}, but the smaller of d1 = {hidden} and "
                         f"d2 = {output} is {min(hidden, output)}", "capture fewer")
    largest = max(hidden * hidden, hidden * data.widths[0], hidden * output)
    if largest > MAX_ENTRIES:
        raise LimitError(f"a matrix of the form has {largest} entries; the limit is {MAX_ENTRIES}",
                         "choose a smaller d1")


def _listed(found: Spectrum) -> str:
    return ", ".join(pair.value.approx()[:8] for pair in found.positive()[:10])


# ---- the invariant subspace ----------------------------------------------------------------------


def _blocks(data: Data, found: Spectrum, counts: Sequence[int], source: random.Random | None) -> list[Any]:
    """Find bases of invariant subspaces, each over its own field, that together capture what is asked for."""
    if not any(counts):
        return []
    sigma = sigma_matrix(data.X, data.Y)
    blocks: list[Any] = []
    for factor, _ in found.factors:
        wanted = {pair.value.root_from_top: count
                  for pair, count in zip(found.eigenvalues, counts, strict=True) if pair.value.minpoly == factor}
        levels = [[place for place, count in wanted.items() if count >= level]
                  for level in range(1, max(wanted.values()) + 1)]
        if levels:
            cyclic = _cyclic(sigma, factor, len(levels), source)
            blocks += [_part(cycle, factor, places) for cycle, places in zip(cyclic, levels, strict=True)]
    return blocks


def _cyclic(sigma: RationalMatrix, factor: fmpz_poly, count: int, source: random.Random | None) -> list[RationalMatrix]:
    """Find independent subspaces with bases z, Sigma z, ..., on each of which the factor is the minimal polynomial."""
    space = factor_space(sigma, factor)
    found: list[RationalMatrix] = []
    candidates = iter(range(space.cols))
    joined = sigma.zeros(sigma.rows, 0)
    while len(found) < count:
        weights = ([int(k == next_) for next_ in [next(candidates)] for k in range(space.cols)] if source is None
                   else [source.randint(-2, 2) for _ in range(space.cols)])
        columns = [space @ RationalMatrix(fmpz_mat(space.cols, 1, weights))]
        while len(columns) < factor.degree():
            columns.append(sigma @ columns[-1])
        cycle = sigma.zeros(sigma.rows, 0)
        for column in columns:
            cycle = cycle.beside(column)
        longer = joined.beside(cycle)
        if longer.rank() == longer.cols:
            joined = longer
            found.append(cycle)
    return found


def _part(cycle: RationalMatrix, factor: fmpz_poly, places: Sequence[int]) -> Any:
    """Take the part of a cyclic subspace that belongs to some roots: the image of the rest of the factor at Sigma."""
    degree, count = factor.degree(), len(places)
    if count == degree:
        return cycle
    field, rest = partial_factor(factor, [place for place in range(1, degree + 1) if place not in places])
    entries = [rest[i - j] if 0 <= i - j < len(rest) else 0 for i in range(degree) for j in range(count)]
    template = FieldMatrix.of(field, [[0]])
    return cycle @ template.make(degree, count, entries)


def _together(blocks: Sequence[Any], height: int, change: Any) -> tuple[Any, Any, Any]:
    """Put blocks side by side and C and its inverse over the same field."""
    inverse = change.inverse()
    *parts, rows, inverse = over_one_field([*blocks, change, inverse])
    basis = EMPTY.zeros(height, 0)
    for part in parts:
        basis = basis.beside(part)
    return basis, rows, inverse


# ---- C and L1 ------------------------------------------------------------------------------------


def _invariance(choice: Choice, size: int, source: random.Random) -> Any:
    if choice is None or choice == "identity":
        return EMPTY.identity(size)
    if choice == "random":
        while True:
            found = _integers(source, size, size)
            if found.rank() == size:
                return found
    if not isinstance(choice, Matrix):
        raise InputError(f'C is a matrix, "identity" or "random", not {choice!r:.40}')
    if choice.shape != (size, size):
        raise SizeError(f"C is {choice.rows} x {choice.cols}, but d1 = {size}")
    if choice.rank() < size:
        raise InputError("C is singular", "the C of Theorem 1 is invertible")
    return choice


def _free(choice: Choice, data: Data, basis: Any, rows: Any, inverse: Any, source: random.Random) -> Any:
    """Return L1: zero, a given one that satisfies eq. (3), or a random one that does.

    Eq. (3) says that the rows of C L1 after the first `rank` lie in the kernel of P Y X', where P projects onto the
    orthogonal complement of the column space of A2; the other rows are free.
    """
    width, hidden, rank = data.widths[0], rows.rows, basis.cols
    if choice is None or choice == "zero":
        return EMPTY.zeros(hidden, width)
    missed = basis.T.kernel().T @ data.yx
    if choice == "random":
        solutions = missed.kernel()
        below = _integers(source, hidden - rank, solutions.cols) @ solutions.T
        return inverse @ _integers(source, rank, width).above(below)
    if not isinstance(choice, Matrix):
        raise InputError(f'L1 is a matrix, "zero" or "random", not {choice!r:.40}')
    if choice.shape != (hidden, width):
        raise SizeError(f"L1 is {choice.rows} x {choice.cols}, but d1 = {hidden} and d0 = {width}")
    if not (missed @ (rows.block(range(rank, hidden), range(hidden)) @ choice).T).is_zero():
        raise InputError("L1 does not satisfy eq. (3), so the point would not be critical",
                         'use L1 = "zero" or "random"')
    return choice


def _integers(source: random.Random, rows: int, columns: int) -> RationalMatrix:
    return RationalMatrix(fmpz_mat(rows, columns, [source.randint(-2, 2) for _ in range(rows * columns)]))


def _rational(matrix: Any) -> Any:
    """Write a matrix over QQ if its entries are rational."""
    if isinstance(matrix, RationalMatrix):
        return matrix
    rational = matrix.rational()
    return matrix if rational is None else rational
