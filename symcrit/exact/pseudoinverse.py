"""The Moore-Penrose inverse of an integer matrix, always exact: by FLINT's inverse where that is small, else modular.

The answer is an integer matrix over one denominator. Reducing every entry costs as much as everything else together, so
that is left to whoever reads the entries.

Crossing points and their reason: python-flint has no fast way from residues to integers, which costs a fixed amount for
each entry and prime, so the modular way pays only for larger matrices (benchmarks/exact.py).
"""

from __future__ import annotations

from flint import fmpq_mat, fmpz, fmpz_mat, nmod_mat

from symcrit.exact import modular

GRAM_CROSSING = 10  # sizes from which the inverse of a Gram matrix is computed modulo primes
GENERAL_CROSSING = 24  # the same for any other matrix, whose bound is weaker
SQUARE_CROSSING = 40  # the same for an invertible matrix, where nothing has to be multiplied afterwards


def integer_pinv(matrix: fmpz_mat) -> tuple[fmpz_mat, fmpz]:
    """Compute the Moore-Penrose inverse of an integer matrix, as integers over one denominator.

    Source: A^+ = A'(AA')^-1 for full row rank; in general A^+ = G'(F'AG')^-1 F' for bases F of columns and G of rows.

    >>> integer_pinv(fmpz_mat([[1, 2]]))
    ([1]
    [2], 5)
    >>> integer_pinv(fmpz_mat([[0, 0]]))
    ([0]
    [0], 1)
    >>> integer_pinv([[1]])
    Traceback (most recent call last):
    AttributeError: 'list' object has no attribute 'nrows'
    """
    rows, columns = matrix.nrows(), matrix.ncols()
    if rows > columns:
        across, denominator = integer_pinv(matrix.transpose())
        return across.transpose(), denominator
    independent = _independent(matrix)
    if independent is not None:
        return _deficient(matrix, *independent)
    if rows == columns:
        return _inverse(matrix, SQUARE_CROSSING, gram=False)
    across = matrix.transpose()
    inverse, denominator = _inverse(matrix * across, GRAM_CROSSING, gram=True)
    return across * inverse, denominator


def _independent(matrix: fmpz_mat) -> tuple[list[int], list[int]] | None:
    """Find rank-many independent rows and columns; None if all rows are independent, for which one prime may do."""
    if nmod_mat(matrix, next(modular.primes())).rank() == matrix.nrows():
        return None
    found = modular.pivots(matrix)
    return found if len(found[0]) < matrix.nrows() else None


def _deficient(matrix: fmpz_mat, rows: list[int], columns: list[int]) -> tuple[fmpz_mat, fmpz]:
    if not rows:
        return fmpz_mat(matrix.ncols(), matrix.nrows()), fmpz(1)
    lines, across = matrix.tolist(), matrix.transpose().tolist()
    f_transposed, g = fmpz_mat([across[j] for j in columns]), fmpz_mat([lines[i] for i in rows])
    g_transposed = g.transpose()
    inverse, denominator = _inverse(f_transposed * matrix * g_transposed, GENERAL_CROSSING, gram=False)
    return g_transposed * inverse * f_transposed, denominator


def _inverse(matrix: fmpz_mat, crossing: int, *, gram: bool) -> tuple[fmpz_mat, fmpz]:
    """Invert an integer matrix that is known to be invertible."""
    if matrix.nrows() >= crossing:
        return modular.adjugate(matrix, gram=gram)
    return fmpq_mat(matrix).inv().numer_denom()
