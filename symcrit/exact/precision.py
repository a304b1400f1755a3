"""Pseudoinverses, singular values and eigenvalues to any number of digits: by mpmath, with proved error bounds.

mpmath only proposes. Its numbers are binary fractions, so they enter FLINT's balls without error, and what is returned
is bounded by residuals evaluated in balls around the exact matrix. The rank is never read off small numbers: it comes
from exact arithmetic. Norms are Frobenius norms, at least as large as the spectral ones that the proofs need.

*Singular values.* Let U S V be what mpmath returns, cut to the exact rank r, and w < 1 a bound of ||U'U - I|| and
||VV' - I||. The singular values of U and V lie between (1 - w)^(1/2) and (1 + w)^(1/2), so those of U S V differ from
the entries s_i of S by a factor from 1 - w to 1 + w (Ostrowski), and those of A from these by at most ||A - U S V||
(Weyl):

    |sigma_i(A) - s_i| <= ||A - U S V|| + s_1 w.

*Eigenvalues.* The same with Q D Q' and a bound w of ||Q'Q - I||.

*Pseudoinverse.* For any X of the right size let P = A A^+, Q = A^+ A, E1 = A X A - A, E2 = X A X - X,
E3 = (A X)' - A X and E4 = (X A)' - X A. Then, as A'(I - P) = 0 and (I - Q)A' = 0,

    Q X P = A^+ + A^+ E1 A^+,  Q X (I - P) = -A^+ E3 (I - P),  (I - Q) X P = -(I - Q) E4 A^+,
    (I - Q) X (I - P) = (I - Q)(X A)(Q X)(I - P) - (I - Q) E2 (I - P) = (I - Q)(E4 A^+ E3 - E2)(I - P),

and X is the sum of the four. With the smallest positive singular value, the r-th for the exact rank r, a = ||A^+|| is
at most 1 / (s_r - its bound), so that

    ||X - A^+|| <= a^2 ||E1|| + a (||E3|| + ||E4||) + a ||E3|| ||E4|| + ||E2||.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import mpmath
from flint import arb, arb_mat, ctx, fmpq, fmpz
from mpmath.libmp import from_man_exp, round_ceiling

from symcrit.errors import InputError, LimitError
from symcrit.exact.inertia import Inertia
from symcrit.exact.matrix import Matrix, square

GUARD = 15  # digits beyond those asked for, at the first attempt
ATTEMPTS = 8  # the working precision doubles at each
BOUND_BITS = 53  # of a bound, rounded up


class Approximation(NamedTuple):
    """Numbers of mpmath, and how far they are at most from the exact ones (a matrix: in the Frobenius norm)."""

    value: Any
    bound: Any


class _Decomposition(NamedTuple):
    """Factors that mpmath found, as balls, their middle ones in decreasing order, and the bound of these."""

    left: arb_mat
    middle: list[arb]
    right: arb_mat
    bound: arb


class _Unclear(Exception):
    """The working precision is too small for a bound."""


def pseudoinverse(matrix: Matrix, digits: int = 50) -> Approximation:
    """Compute the Moore-Penrose inverse of a matrix over QQ or a number field, to so many digits of its norm.

    *Shapes*: the value is n x m for an m x n matrix. *Source*: the four equations of Penrose, as residuals (above).
    Raises InputError for less than one digit, LimitError where eight doublings of the precision do not suffice.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> found = pseudoinverse(RationalMatrix.of([[1, 2], [2, 4]]), 30)
    >>> mpmath.nstr(found.value[0, 1], 20), found.bound < mpmath.mpf(10) ** -30
    ('0.08', True)
    >>> pseudoinverse(RationalMatrix.of([[1]]), 0)
    Traceback (most recent call last):
    symcrit.errors.InputError: at least 1 digit has to be asked for, not 0
    """
    rank = matrix.rank()

    def attempt() -> tuple[Any, arb, arb]:
        if not rank:
            return mpmath.matrix(matrix.cols, matrix.rows), arb(0), arb(0)
        exact = matrix.balls()
        parts = _singular(exact, rank)
        value = _numbers(parts.right.transpose() * _diagonal([1 / s for s in parts.middle]) * parts.left.transpose())
        return value, _pseudoinverse_bound(exact, _balls(value), parts), 1 / parts.middle[-1]

    return _refined(digits, attempt)


def singular_values(matrix: Matrix, digits: int = 50) -> Approximation:
    """Compute the singular values of a matrix over QQ or a number field, to so many digits of the largest.

    There are min(m, n), decreasing; as many as the exact rank are not 0, the others exactly 0.
    Raises InputError for less than one digit, LimitError where eight doublings of the precision do not suffice.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> found = singular_values(RationalMatrix.of([[1, 1], [0, 0], [1, -1]]))
    >>> [mpmath.nstr(value, 20) for value in found.value]
    ['1.4142135623730950488', '1.4142135623730950488']
    >>> singular_values(RationalMatrix.of([[0, 0]])).value
    [mpf('0.0')]
    >>> singular_values(RationalMatrix.of([[1]]), -1)
    Traceback (most recent call last):
    symcrit.errors.InputError: at least 1 digit has to be asked for, not -1
    """
    rank = matrix.rank()
    zeros = [mpmath.mpf(0)] * (min(matrix.shape) - rank)

    def attempt() -> tuple[Any, arb, arb]:
        if not rank:
            return zeros, arb(0), arb(0)
        parts = _singular(matrix.balls(), rank)
        return [*map(_number, parts.middle), *zeros], parts.bound, parts.middle[0]

    return _refined(digits, attempt)


def eigenvalues(matrix: Matrix, digits: int = 50) -> Approximation:
    """Compute the eigenvalues of a symmetric matrix, decreasing, to so many digits of the largest in size.

    Raises SizeError if the matrix is not square, InputError if it is not symmetric or for less than one digit,
    LimitError where eight doublings of the precision do not suffice.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> [mpmath.nstr(value, 20) for value in eigenvalues(RationalMatrix.of([[2, 1], [1, 1]])).value]
    ['2.6180339887498948482', '0.3819660112501051518']
    >>> eigenvalues(RationalMatrix.of([[0, 1], [2, 0]]))
    Traceback (most recent call last):
    symcrit.errors.InputError: only a symmetric matrix has real eigenvalues and orthogonal eigenvectors
    """
    _symmetric(matrix)
    return enclosed_eigenvalues(matrix.balls, digits)


def enclosed_eigenvalues(balls: Callable[[], arb_mat], digits: int = 50) -> Approximation:
    """Compute the same for a symmetric matrix of which only an enclosure is known, at FLINT's working precision.

    >>> found = enclosed_eigenvalues(lambda: arb_mat([[arb(2).sqrt()]]), 20)
    >>> mpmath.nstr(found.value[0], 18)
    '1.41421356237309505'
    >>> enclosed_eigenvalues(lambda: arb_mat([[arb(2, 1)]]), 20)
    Traceback (most recent call last):
    symcrit.errors.LimitError: 20 digits are not reached with 4480 digits of working precision
    """
    def attempt() -> tuple[Any, arb, arb]:
        exact = balls()
        if not exact.nrows():
            return [], arb(0), arb(0)
        values, vectors = mpmath.eigsy(_numbers(exact))
        order = sorted(range(len(values)), key=lambda k: values[k], reverse=True)
        left, middle = _columns(_balls(vectors), order), [_ball(values[k]) for k in order]
        largest = max((abs(value) for value in middle), key=lambda value: value.mid().fmpq())
        defect = _defect(left)
        bound = _norm(exact - left * _diagonal(middle) * left.transpose()) + largest * defect
        return [values[k] for k in order], bound, largest

    return _refined(digits, attempt)


def eigenvalue_signs(matrix: Matrix, digits: int = 50) -> Inertia:
    """Count the eigenvalues of a symmetric matrix that lie above, within and below the error bound around 0.

    The precision doubles until as many as the exact rank lie outside; only the others count as zero.
    Raises as `eigenvalues` does.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> eigenvalue_signs(RationalMatrix.of([[1, 1], [1, 1]]))
    Inertia(positive=1, zero=1, negative=0)
    >>> eigenvalue_signs(RationalMatrix.of([["1/" + "1" + "0" * 99, 0], [0, -1]]))
    Inertia(positive=1, zero=0, negative=1)
    >>> eigenvalue_signs(RationalMatrix.of([[0, 1]]))
    Traceback (most recent call last):
    symcrit.errors.SizeError: a square matrix is needed, not one of 1 x 2
    """
    _symmetric(matrix)
    rank = matrix.rank()
    for attempt in range(ATTEMPTS):
        found = enclosed_eigenvalues(matrix.balls, digits << attempt)
        positive = sum(value > found.bound for value in found.value)
        negative = sum(value < -found.bound for value in found.value)
        if positive + negative >= rank:
            return Inertia(positive, matrix.rows - positive - negative, negative)
    raise LimitError(f"{digits << (ATTEMPTS - 1)} digits do not separate {rank} eigenvalues from 0")


def exact(value: Any) -> fmpq:
    """Return a number of mpmath, which is a binary fraction, exactly.

    >>> exact(mpmath.mpf("-0.375"))
    -3/8
    >>> exact(mpmath.inf)
    Traceback (most recent call last):
    ArithmeticError: mpmath returned +inf
    """
    negative, mantissa, exponent, _ = value._mpf_
    if not mantissa and exponent:
        raise ArithmeticError(f"mpmath returned {value}")
    size = fmpq(int(mantissa)) * fmpq(2) ** int(exponent)
    return -size if negative else size


# ---- the proofs above, in balls ------------------------------------------------------------------


def _refined(digits: int, attempt: Callable[[], tuple[Any, arb, arb]]) -> Approximation:
    """Repeat with twice the precision until the bound is 10^-digits of a scale; what has the bound 0 is exact."""
    if digits < 1:
        raise InputError(f"at least 1 digit has to be asked for, not {digits}")
    working = digits + GUARD
    for _ in range(ATTEMPTS):
        with mpmath.workdps(working), ctx.workdps(working + GUARD):
            try:
                value, bound, scale = attempt()
            except (_Unclear, RuntimeError):  # the latter: the iteration of mpmath does not converge
                bound, scale = arb(1), arb(0)
            if bound <= scale * arb(10) ** -digits:
                return Approximation(value, _upper(bound))
        working *= 2
    raise LimitError(f"{digits} digits are not reached with {working // 2} digits of working precision")


def _singular(exact_matrix: arb_mat, rank: int) -> _Decomposition:
    """Decompose a matrix of known positive rank, and bound the error of the singular values."""
    u, s, v = mpmath.svd_r(_numbers(exact_matrix))
    order = sorted(range(len(s)), key=lambda k: s[k], reverse=True)[:rank]
    left, right = _columns(_balls(u), order), _columns(_balls(v).transpose(), order).transpose()
    middle = [_ball(s[k]) for k in order]
    defect = max(_defect(left), _defect(right.transpose()), key=lambda ball: ball.upper().fmpq())
    bound = _norm(exact_matrix - left * _diagonal(middle) * right) + middle[0] * defect
    if not middle[-1] - bound > 0:
        raise _Unclear
    return _Decomposition(left, middle, right, bound)


def _pseudoinverse_bound(a: arb_mat, x: arb_mat, parts: _Decomposition) -> arb:
    ax, xa = a * x, x * a
    e1, e2 = _norm(ax * a - a), _norm(x * ax - x)
    e3, e4 = _norm(ax.transpose() - ax), _norm(xa.transpose() - xa)
    size = 1 / (parts.middle[-1] - parts.bound)
    return size * size * e1 + size * (e3 + e4 + e3 * e4) + e2


def _defect(columns: arb_mat) -> arb:
    """Bound ||U'U - I||, which must be below 1."""
    size = columns.ncols()
    found = _norm(columns.transpose() * columns - _diagonal([arb(1)] * size))
    if not found < 1:
        raise _Unclear
    return found


def _norm(matrix: arb_mat) -> arb:
    """Bound the Frobenius norm from above."""
    return sum((entry * entry for entry in matrix.entries()), arb(0)).upper().sqrt().upper()


def _diagonal(values: list[arb]) -> arb_mat:
    size = len(values)
    return arb_mat(size, size, [values[i] if i == j else arb(0) for i in range(size) for j in range(size)])


def _columns(matrix: arb_mat, order: list[int]) -> arb_mat:
    return arb_mat(matrix.nrows(), len(order), [matrix[i, j] for i in range(matrix.nrows()) for j in order])


def _symmetric(matrix: Matrix) -> None:
    square(matrix)
    if matrix != matrix.T:
        raise InputError("only a symmetric matrix has real eigenvalues and orthogonal eigenvectors")


# ---- numbers of mpmath and of FLINT --------------------------------------------------------------


def _ball(value: Any) -> arb:
    exact(value)  # refuses what is not a finite number
    negative, mantissa, exponent, _ = value._mpf_
    return arb((-int(mantissa) if negative else int(mantissa), int(exponent)))


def _balls(matrix: Any) -> arb_mat:
    return arb_mat(matrix.rows, matrix.cols, [_ball(matrix[i, j]) for i in range(matrix.rows)
                                              for j in range(matrix.cols)])


def _number(ball: arb) -> Any:
    """Round the midpoint of a ball."""
    mantissa, exponent = ball.mid().man_exp()
    return mpmath.mpf((int(mantissa), int(exponent)))


def _numbers(matrix: arb_mat) -> Any:
    found = mpmath.matrix(matrix.nrows(), matrix.ncols())
    for i in range(matrix.nrows()):
        for j in range(matrix.ncols()):
            found[i, j] = _number(matrix[i, j])
    return found


def _upper(bound: arb) -> Any:
    mantissa, exponent = bound.upper().man_exp()
    return mpmath.make_mpf(from_man_exp(int(fmpz(mantissa)), int(exponent), BOUND_BITS, round_ceiling))
