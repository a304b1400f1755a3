"""Invariant subspaces of Sigma that capture chosen eigenvalues, over the smallest field that is found for them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from flint import fmpq_mat, fmpq_poly, fmpz_poly

from symcrit.exact.conjugates import Choice, Polynomial, split
from symcrit.exact.field import NumberField
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.exact.projectors import factor_space
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import Spectrum

SIZE = 3  # of the random integers


def random_integers(source: random.Random, rows: int, columns: int) -> RationalMatrix:
    """Make a matrix of small random integers."""
    entries = [source.randint(-SIZE, SIZE) for _ in range(rows * columns)]
    return RationalMatrix(fmpq_mat(rows, columns, entries))


def invariant_subspace(sigma: RationalMatrix, spectrum: Spectrum, captured: Sequence[int],
                       source: random.Random | None = None) -> Any:
    """Make a basis of a subspace on which every eigenvalue occurs as often as asked, at most its multiplicity.

    *Shapes*: d x sum(captured). The entries are rational where whole factors of the characteristic polynomial are
    captured, else in a number field. `source` makes a random one among all; else it is the same every time.
    Raises LimitError if the field would be too large.

    >>> from symcrit.exact.spectrum import Spectrum
    >>> A = RationalMatrix.of([[2, 1], [1, 1]])
    >>> found = Spectrum.of(fmpz_poly([1, -3, 1]))
    >>> invariant_subspace(A, found, (1, 0)).to_strings()
    [['1'], ['s - 2']]
    """
    if all(count == pair.multiplicity for pair, count in zip(spectrum.eigenvalues, captured, strict=True)):
        return sigma.identity(sigma.rows)
    counts = [Choice(factor, tuple(count for pair, count in zip(spectrum.eigenvalues, captured, strict=True)
                                   if pair.value.minpoly == factor)) for factor, _ in spectrum.factors]
    field, polynomials = split(counts)
    basis: Any = RationalMatrix(fmpq_mat(sigma.rows, 0))
    for choice, levels in zip(counts, polynomials, strict=True):
        generators = _generators(sigma, choice.poly, len(levels), source)
        for generator, chosen in zip(generators, levels, strict=True):
            basis = basis.beside(_cyclic(sigma, choice.poly, generator, chosen, field))
    return basis


def _generators(sigma: RationalMatrix, factor: fmpz_poly, count: int, source: random.Random | None,
                ) -> list[RationalMatrix]:
    """Find columns in the kernel of f(Sigma), independent over QQ[x]/f."""
    if not count:
        return []
    space = factor_space(sigma, factor)
    found: list[RationalMatrix] = []
    spanned = RationalMatrix(fmpq_mat(sigma.rows, 0))
    place = 0
    while len(found) < count:
        if source is None:
            generator = space.block(range(space.rows), [place])
            place += 1
        else:
            generator = space @ random_integers(source, space.cols, 1)
        wider = spanned.beside(_krylov(sigma, generator, factor.degree()))
        if wider.rank() == wider.cols:
            found.append(generator)
            spanned = wider
    return found


def _krylov(sigma: Any, start: Any, count: int) -> Any:
    """Put v, Sigma v, Sigma^2 v, ... side by side."""
    columns = start.block(range(start.rows), [])
    for _ in range(count):
        columns, start = columns.beside(start), sigma @ start
    return columns


def _cyclic(sigma: RationalMatrix, factor: fmpz_poly, generator: RationalMatrix, chosen: Polynomial | fmpq_poly,
            field: NumberField | None) -> Any:
    """Span the part of a cyclic space that the chosen roots belong to: that of g = (f / h)(Sigma) v."""
    if isinstance(chosen, fmpq_poly):
        return _krylov(sigma, generator, factor.degree())
    assert field is not None
    quotient = _divided([field(coefficient) for coefficient in fmpq_poly(factor).coeffs()], chosen)
    powers = _krylov(sigma, generator, len(quotient))
    start = powers @ FieldMatrix.of(field, [[coefficient] for coefficient in quotient])
    normal = next(entry for row in start.to_rows() for entry in row if entry)
    return _krylov(sigma, start.scale(normal.inverse()), len(chosen) - 1)


def _divided(dividend: Polynomial, divisor: Polynomial) -> Polynomial:
    """Divide by a monic polynomial that divides."""
    rest, quotient = list(dividend), []
    while len(rest) >= len(divisor):
        lead = rest.pop()
        quotient.append(lead)
        for k, coefficient in enumerate(reversed(divisor[:-1]), 1):
            rest[-k] = rest[-k] - lead * coefficient
    return quotient[::-1]
