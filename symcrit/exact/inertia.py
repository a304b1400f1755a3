"""Inertia of symmetric matrices over QQ or a real number field: the signs of their eigenvalues, decided exactly.

Small rational matrices by Descartes' rule on the characteristic polynomial, which counts exactly when all roots are
real. All others by their rank (exact), and the signs of the pivots of an invertible principal block in ball arithmetic:
a ball that excludes 0 proves a sign, and one that does not is tried again at a higher precision.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

from flint import arb, arb_mat, ctx, fmpq, fmpz, fmpz_mat, nmod_mat

from symcrit.errors import InputError
from symcrit.exact import modular
from symcrit.exact.field import sign
from symcrit.exact.matrix import Matrix, square
from symcrit.exact.rational import RationalMatrix

CROSSING = 40  # sizes from which balls are faster than the characteristic polynomial
START_PRECISION = 128


@dataclass(frozen=True)
class Inertia:
    """The numbers of positive, zero and negative eigenvalues."""

    positive: int
    zero: int
    negative: int


def inertia(matrix: Matrix) -> Inertia:
    """Count positive, zero and negative eigenvalues of a symmetric matrix.

    Raises SizeError if the matrix is not square, InputError if it is not symmetric.

    >>> inertia(RationalMatrix.of([[0, 1], [1, 0]]))
    Inertia(positive=1, zero=0, negative=1)
    >>> inertia(RationalMatrix.of([[0, 1], [2, 0]]))
    Traceback (most recent call last):
    symcrit.errors.InputError: only a symmetric matrix has an inertia
    """
    _symmetric(matrix)
    if isinstance(matrix, RationalMatrix) and matrix.rows < CROSSING:
        return by_descartes(_numerators(matrix))
    return by_balls(matrix)


def by_descartes(matrix: fmpz_mat) -> Inertia:
    """Count the signs of the roots of the characteristic polynomial; all of them are real.

    Source: Descartes' rule of signs, which is exact for polynomials with real roots only.

    >>> by_descartes(fmpz_mat([[1, 2], [2, 4]]))
    Inertia(positive=1, zero=1, negative=0)
    """
    coefficients = matrix.charpoly().coeffs()
    signs = [coefficient > 0 for coefficient in coefficients if coefficient != 0]
    positive = sum(first != second for first, second in itertools.pairwise(signs))
    zero = next(k for k, coefficient in enumerate(coefficients) if coefficient != 0)
    return Inertia(positive, zero, matrix.nrows() - positive - zero)


def by_balls(matrix: Matrix) -> Inertia:
    """Count the signs of the pivots of an invertible principal block, in ball arithmetic.

    Source: a symmetric matrix of rank r has an invertible principal r x r block, where any r independent rows meet the
    columns of the same numbers; the rest of its congruence class is 0 (Sylvester, Haynsworth).

    >>> by_balls(RationalMatrix.of([[0, 1, 0], [1, 0, 0], [0, 0, 0]]))
    Inertia(positive=1, zero=1, negative=1)
    """
    kept = _independent(matrix)
    signs = _split(matrix, kept, want_direction=False)[0]
    return Inertia(signs[0], matrix.rows - len(kept), signs[1])


def _independent(matrix: Matrix) -> list[int]:
    """Choose rank-many independent rows, those of a large singular matrix by FLINT's reduced row echelon form.

    It stops as soon as its result is proven, while the rank alone would need a bound for all minors.
    """
    if not isinstance(matrix, RationalMatrix) or matrix.rows < CROSSING:
        return matrix.pivots()[0]
    numerators = _numerators(matrix)
    if nmod_mat(numerators, next(modular.primes())).rank() == matrix.rows:
        return list(range(matrix.rows))
    reduced, _, rank = numerators.rref()
    columns: list[int] = []
    for row in range(rank):
        columns.append(next(j for j in range(columns[-1] + 1 if columns else 0, matrix.cols) if reduced[row, j] != 0))
    return columns


def negative_direction(matrix: Matrix) -> RationalMatrix | None:
    """Find a column v of integers with v'Av < 0; None if there is none, that is, if A is positive semidefinite.

    >>> negative_direction(RationalMatrix.of([[1, 3], [3, 1]]))
    RationalMatrix.of([['-1'], ['1']])
    >>> negative_direction(RationalMatrix.of([[1, 1], [1, 1]])) is None
    True
    """
    _symmetric(matrix)
    direction = _simple_direction(_numerators(matrix)) if isinstance(matrix, RationalMatrix) else None
    if direction is None:
        direction = _from_pivots(matrix)
    return None if direction is None else RationalMatrix(fmpz_mat(matrix.rows, 1, direction))


def _from_pivots(matrix: Matrix) -> list[int] | None:
    """Round the direction of the first negative pivot, at a precision at which its middle is good enough."""
    kept = _independent(matrix)
    for attempt in itertools.count():
        found = _split(matrix, kept, want_direction=True, first=attempt)[1]
        if found is None:
            return None
        direction = _rounded(matrix, kept, found, START_PRECISION << attempt)
        if direction is not None:
            return direction
    raise AssertionError("unreachable")


def _symmetric(matrix: Matrix) -> None:
    square(matrix)
    if matrix != matrix.T:
        raise InputError("only a symmetric matrix has an inertia")


def _numerators(matrix: RationalMatrix) -> fmpz_mat:
    """Multiply by the positive common denominator."""
    numerators, denominator = matrix.integers()
    return numerators if denominator > 0 else -numerators


def _simple_direction(matrix: fmpz_mat) -> list[int] | None:
    """Try the unit vectors, then vectors with two entries: they make the best reading."""
    size, lines = matrix.nrows(), matrix.tolist()
    for i in range(size):
        if lines[i][i] < 0:
            return [int(k == i) for k in range(size)]
    for i, line in enumerate(lines):
        for j in range(i):
            if line[j] * line[j] > line[i] * lines[j][j]:
                first, second = _two_entries(line[i], line[j], lines[j][j])
                return [first if k == i else second if k == j else 0 for k in range(size)]
    return None


def _two_entries(a: fmpz, b: fmpz, c: fmpz) -> tuple[int, int]:
    """Find integers with a x^2 + 2 b x y + c y^2 < 0, given b^2 > a c and a, c >= 0."""
    if a + c < 2 * abs(b):
        return 1, -1 if b > 0 else 1
    if a == 0:  # then x -> infinity decides: 2 b x y + c y^2 with y = -sign(b)
        return int(c // (2 * abs(b))) + 1, -1 if b > 0 else 1
    for bound in range(1, 10):  # near the minimum, x/y = -b/a, smaller numbers may do
        near = round(fmpq(-b * bound, a))
        if a * near * near + 2 * b * near * bound + c * bound * bound < 0:
            return int(near), bound
    return int(-b), int(a)


# ---- pivots in balls ---------------------------------------------------------------------------

Split = tuple[tuple[int, int], "list[arb] | None"]  # positive and negative pivots; a direction


class _Unclear(Exception):
    """A ball contains 0: a higher precision or another congruence is needed."""


def _split(matrix: Matrix, kept: list[int], *, want_direction: bool, first: int = 0) -> Split:
    """Count the signs of an invertible principal block, after a congruence that makes its leading blocks invertible."""
    block = matrix.block(kept, kept)
    for attempt in itertools.count(first):
        with ctx.workprec(START_PRECISION * 2**attempt):
            mixing = arb_mat(_mixing(len(kept), attempt))
            try:
                signs, direction = _pivot_signs(mixing.transpose() * block.balls() * mixing, want_direction)
            except _Unclear:
                continue
            return signs, None if direction is None else (mixing * arb_mat(len(kept), 1, direction)).entries()
    raise AssertionError("unreachable")


def _mixing(size: int, attempt: int) -> fmpz_mat:
    """Make an invertible matrix with small entries; the first is the identity, the others are pseudo-random."""
    if attempt == 0:
        return fmpz_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])
    source = random.Random(attempt)
    while True:
        mixing = fmpz_mat(size, size, [source.randint(-attempt, attempt) for _ in range(size * size)])
        if nmod_mat(mixing, next(modular.primes())).rank() == size:
            return mixing


def _pivot_signs(matrix: arb_mat, want_direction: bool) -> Split:
    """Split into halves: the signs of A are those of its leading block and of the Schur complement (Haynsworth)."""
    size = matrix.nrows()
    if size <= 1:
        return _sign_of_one(matrix[0, 0]) if size else ((0, 0), None)
    half = size // 2
    lead = _part(matrix, range(half), range(half))
    across = _part(matrix, range(half), range(half, size))
    (positive, negative), direction = _pivot_signs(lead, want_direction)
    if want_direction and direction is not None:
        return (positive, negative), [*direction, *[arb(0)] * (size - half)]
    try:
        solved = lead.solve(across)
    except ZeroDivisionError:
        raise _Unclear from None
    below = _part(matrix, range(half, size), range(half, size)) - across.transpose() * solved
    (more, fewer), direction = _pivot_signs(below, want_direction)
    if want_direction and direction is not None:  # v = (-A11^-1 A12 w, w) has v'Av = w'Sw
        direction = [*(-x for x in (solved * arb_mat(size - half, 1, direction)).entries()), *direction]
    return (positive + more, negative + fewer), direction if want_direction else None


def _sign_of_one(pivot: arb) -> Split:
    if pivot > 0:
        return (1, 0), None
    if pivot < 0:
        return (0, 1), [arb(1)]
    raise _Unclear


def _part(matrix: arb_mat, rows: range, columns: range) -> arb_mat:
    return arb_mat(len(rows), len(columns), [matrix[i, j] for i in rows for j in columns])


def _rounded(matrix: Matrix, kept: list[int], direction: list[arb], bits: int) -> list[int] | None:
    """Round a direction to the fewest bits for which v'Av < 0 is exactly true; None if fewer than `bits` do not do."""
    exact = [x.mid().fmpq() for x in direction]
    largest = max(map(abs, exact))
    for size in range(2, bits):
        column = [0] * matrix.rows
        for place, x in zip(kept, exact, strict=True):
            column[place] = int(round(x * 2**size / largest))
        vector = RationalMatrix(fmpz_mat(matrix.rows, 1, column))
        if sign((vector.T @ matrix @ vector).entry(0, 0)) < 0:
            return column
    return None
