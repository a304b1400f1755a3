"""The spectrum of Sigma = Y X^+ X Y' for rational data, without forming Sigma: exact, ordered, with multiplicities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import ctx, fmpq, fmpq_mat, fmpq_poly, fmpz, fmpz_mat, fmpz_poly, nmod_mat

from symcrit.errors import InputError, LimitError, SizeError
from symcrit.exact import modular
from symcrit.exact.algebraic import Algebraic, factors, primitive, roots_with_multiplicities
from symcrit.exact.field import FieldElement
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.exact.rational import RationalMatrix

MOST_CONJUGATES = 400  # eigenvalues and their conjugates, for a matrix over a number field

@dataclass(frozen=True)
class Eigenvalue:
    """One eigenvalue and how often it occurs."""

    value: Algebraic
    multiplicity: int


@dataclass(frozen=True)
class Spectrum:
    """The different eigenvalues of a positive semidefinite matrix in decreasing order; 0 last, if it is one.

    >>> X, Y = RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[1, 1], [0, 1]])
    >>> [(pair.value.approx(), pair.multiplicity) for pair in spectrum(X, Y).eigenvalues]
    [('2.6180339887498948482', 1), ('0.38196601125010515180', 1)]
    >>> spectrum(X, RationalMatrix.of([[1]]))
    Traceback (most recent call last):
    symcrit.errors.SizeError: X has 2 columns, Y has 1: one for each sample
    """

    eigenvalues: tuple[Eigenvalue, ...]
    factors: tuple[tuple[fmpz_poly, int], ...]  # irreducible, of the characteristic polynomial, if that is rational

    @classmethod
    def of(cls, polynomial: fmpz_poly) -> Spectrum:
        """Factor a characteristic polynomial and order its roots; raises InputError if some root is not real."""
        found = factors(polynomial)
        pairs = tuple(Eigenvalue(root, power) for root, power in roots_with_multiplicities(found))
        if sum(pair.multiplicity for pair in pairs) != polynomial.degree():
            raise InputError("the matrix has eigenvalues that are not real, so it is not symmetric")
        return cls(pairs, tuple(found))

    @classmethod
    def over_field(cls, matrix: FieldMatrix) -> Spectrum:
        """Find the eigenvalues of a symmetric matrix over a number field.

        They are among the roots of the product of all conjugates of the characteristic polynomial, which is rational.
        Raises InputError if some eigenvalue is not real, LimitError if that product has too large a degree.

        >>> from symcrit.exact.field import NumberField
        >>> K = NumberField.of([-2, 0, 1], 1)
        >>> found = Spectrum.over_field(FieldMatrix.of(K, [["s", 0], [0, 1]]))
        >>> [pair.value.approx() for pair in found.eigenvalues]
        ['1.4142135623730950488', '1']
        >>> Spectrum.over_field(FieldMatrix.of(K, [[0, "s"], ["-s", 0]]))
        Traceback (most recent call last):
        symcrit.errors.InputError: the matrix has eigenvalues that are not real, so it is not symmetric
        """
        rational = matrix.rational()
        if rational is not None:
            return cls.of(primitive(fmpq_poly(rational.charpoly())))
        candidates = [root for root, _ in roots_with_multiplicities(factors(_norm(matrix)))]
        counts = _counts(matrix.charpoly(), candidates)
        if sum(counts) != matrix.rows:
            raise InputError("the matrix has eigenvalues that are not real, so it is not symmetric")
        return cls(tuple(Eigenvalue(*pair) for pair in zip(candidates, counts, strict=True) if pair[1]), ())

    @property
    def zero(self) -> int:
        """How often 0 occurs."""
        return self.eigenvalues[-1].multiplicity if self.eigenvalues and self.eigenvalues[-1].value.exact == 0 else 0

    def positive(self) -> tuple[Eigenvalue, ...]:
        """List the eigenvalues that are not 0."""
        return self.eigenvalues[: len(self.eigenvalues) - (self.zero > 0)]

    def captured(self, polynomial: fmpz_poly | Sequence[FieldElement]) -> tuple[int, ...]:
        """Tell how often every eigenvalue is a root of the characteristic polynomial on an invariant subspace.

        The polynomial is rational, or given by its coefficients in a number field, low to high.
        Raises InputError if its roots are not among the eigenvalues, with at most their multiplicities.

        >>> found = Spectrum.of(fmpz_poly([0, -4, 0, 1]) ** 2)
        >>> found.captured(fmpz_poly([0, 2, 1]))
        (0, 1, 1)
        >>> found.captured(fmpz_poly([-1, 1]))
        Traceback (most recent call last):
        symcrit.errors.InputError: a polynomial of degree 1 does not divide the characteristic polynomial
        """
        if isinstance(polynomial, fmpz_poly):
            counts, degree = self._by_factors(polynomial), polynomial.degree()
        else:
            counts, degree = _counts(polynomial, [pair.value for pair in self.eigenvalues]), len(polynomial) - 1
        if sum(counts) != degree or any(count > pair.multiplicity
                                        for count, pair in zip(counts, self.eigenvalues, strict=True)):
            raise InputError(f"a polynomial of degree {degree} does not divide the characteristic polynomial")
        return tuple(counts)

    def _by_factors(self, polynomial: fmpz_poly) -> list[int]:
        powers = {_key(factor): power for factor, power in factors(polynomial)}
        return [powers.get(_key(pair.value.minpoly), 0) for pair in self.eigenvalues]


def _counts(polynomial: Sequence[FieldElement], values: Sequence[Algebraic]) -> list[int]:
    """Bound every multiplicity by the first derivative whose ball excludes 0: exact once the bounds add up."""
    derivatives = [list(polynomial)]
    while len(derivatives[-1]) > 1:
        derivatives.append([k * c for k, c in enumerate(derivatives[-1])][1:])
    bits = 64
    while True:
        with ctx.workprec(bits):
            best = [_first_nonzero(derivatives, value) for value in values]
        if sum(best) <= len(polynomial) - 1:
            return best
        bits *= 2


def _first_nonzero(derivatives: Sequence[Sequence[FieldElement]], value: Algebraic) -> int:
    point = value.ball()
    for order, coefficients in enumerate(derivatives):
        total = point * 0
        for coefficient in reversed(coefficients):
            total = total * point + coefficient.ball()
        if total != 0:  # for balls: certainly not 0
            return order
    return len(derivatives) - 1


def _key(poly: fmpz_poly) -> tuple[int, ...]:
    return tuple(map(int, poly.coeffs()))


def _norm(matrix: FieldMatrix) -> fmpz_poly:
    """Multiply the conjugates of the characteristic polynomial: that of the matrix with s a companion matrix."""
    size, degree = matrix.rows, matrix.field.degree
    if size * degree > MOST_CONJUGATES:
        raise LimitError(f"the eigenvalues of a {size} x {size} matrix over a field of degree {degree} are roots of a "
                         f"polynomial of degree {size * degree}; the limit is {MOST_CONJUGATES}")
    whole = fmpq_mat(size * degree, size * degree)
    for column in range(degree):  # s^column times the element is column `column` of the matrix of the element
        power = matrix.scale(matrix.field(fmpq_poly([0] * column + [1])))
        for row, part in enumerate(power.parts):
            for i in range(size):
                for j in range(size):
                    whole[i * degree + row, j * degree + column] = part[i, j]
    return primitive(whole.charpoly())


# ---- from data -----------------------------------------------------------------------------------


def spectrum(x: RationalMatrix | FieldMatrix, y: RationalMatrix) -> Spectrum:
    """Compute the spectrum of Sigma = Y X^+ X Y', for any X and any rational Y with as many columns.

    Source: Zhou and Liang, section 2.

    >>> zero = RationalMatrix.of([[0]])
    >>> spectrum(zero, RationalMatrix.of([[1], [2]])).eigenvalues
    (Eigenvalue(value=Algebraic([0, 1], 1), multiplicity=2),)
    """
    if isinstance(x, FieldMatrix):
        return Spectrum.over_field(sigma_matrix(x, y))
    return Spectrum.of(sigma_polynomial(x, y))


def sigma_polynomial(x: RationalMatrix, y: RationalMatrix) -> fmpz_poly:
    """Compute the characteristic polynomial of Sigma, scaled to coprime integers.

    >>> sigma_polynomial(RationalMatrix.of([[1, 2]]), RationalMatrix.of([[1, 1]]))
    5*x + (-9)
    """
    return restricted_polynomial(x, y, None)


def restricted_polynomial(x: RationalMatrix, y: RationalMatrix, basis: RationalMatrix | None) -> fmpz_poly:
    """Compute the characteristic polynomial of Sigma on a subspace, scaled to coprime integers.

    The columns of `basis` must be independent; on a subspace that is not invariant, this is the compression of Sigma.

    >>> X, Y = RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[2, 0], [0, 1]])
    >>> restricted_polynomial(X, Y, RationalMatrix.of([[0], [3]]))
    x + (-1)
    >>> restricted_polynomial(X, Y, RationalMatrix.of([[1, 1], [0, 0]]))
    Traceback (most recent call last):
    symcrit.errors.InputError: the columns of a basis are independent
    """
    gram, across, denominator = _data(x, y)
    size = y.rows if basis is None else basis.cols
    bound = y.integers()[0]
    total = sum((entry * entry for entry in bound.entries()), fmpz(0))  # at least the trace of Sigma, before scaling
    metric = None
    if basis is not None:
        columns = basis.integers()[0]
        across, metric = across * columns, columns.transpose() * columns
        if modular.pivots(columns)[1] != list(range(size)):
            raise InputError("the columns of a basis are independent")
    poly = _pencil(gram, across, metric, int(total))
    return primitive(fmpq_poly(poly)(fmpq_poly([0, denominator * denominator])))


def sigma_matrix(x: RationalMatrix | FieldMatrix, y: RationalMatrix) -> Any:
    """Form Sigma = Y X^+ X Y' itself, over the field of X.

    >>> sigma_matrix(RationalMatrix.of([[1, 2]]), RationalMatrix.of([[1, 1]]))
    RationalMatrix.of([['9/5']])
    """
    if isinstance(x, FieldMatrix):
        basis = x.T.column_space()
        seen = y @ basis
        return seen @ (basis.T @ basis).inverse() @ seen.T
    gram, across, denominator = _data(x, y)
    solved = fmpq_mat(gram).solve(fmpq_mat(across)) if gram.nrows() else fmpq_mat(across)
    return RationalMatrix(fmpq_mat(across.transpose()) * solved / (denominator * denominator))


def _data(x: RationalMatrix, y: RationalMatrix) -> tuple[fmpz_mat, fmpz_mat, fmpz]:
    """Return G = R R' and B = R N' with R independent rows of X and Y = N / d, so that Sigma = B' G^-1 B / d^2."""
    if x.cols != y.cols:
        raise SizeError(f"X has {x.cols} columns, Y has {y.cols}: one for each sample")
    numerators, (targets, denominator) = x.integers()[0], y.integers()
    lines = numerators.tolist()
    kept = modular.pivots(numerators)[0]
    rows = fmpz_mat(len(kept), x.cols, [entry for i in kept for entry in lines[i]])
    return rows * rows.transpose(), rows * targets.transpose(), denominator


def _pencil(gram: fmpz_mat, across: fmpz_mat, metric: fmpz_mat | None, total: int) -> fmpz_poly:
    """Compute det(G) det(H) charpoly(H^-1 B' G^-1 B), whose coefficients are integers, by the remainder theorem.

    With no H (the identity) the smaller of B' G^-1 B and G^-1 B B' is used; they differ in zeros only.
    `total` bounds the trace, so C(n, k) (total / n)^k bounds the k-th coefficient of the monic one (Maclaurin), and
    Hadamard's product of the diagonal bounds the determinants of Gram matrices.
    """
    rank, size = across.nrows(), across.ncols()
    wide = metric is None and size > rank
    count = rank if wide else size

    def image(prime: int) -> list[int] | None:
        below, right = nmod_mat(gram, prime), nmod_mat(across, prime)
        scale = below.det()
        if metric is not None:
            scale = scale * nmod_mat(metric, prime).det()
        if not int(scale):
            return None
        solved = below.inv() * right
        middle = solved * right.transpose() if wide else right.transpose() * solved
        if metric is not None:
            middle = nmod_mat(metric, prime).inv() * middle
        return [int(c * scale) for c in middle.charpoly().coeffs()]

    size_bound = max(math.comb(count, k) * math.ceil(fmpq(total, max(count, 1)) ** k) for k in range(count + 1))
    for matrix in (gram, metric):
        if matrix is not None:
            size_bound *= math.prod(int(matrix[i, i]) for i in range(matrix.nrows()))
    coefficients = modular.reconstruct(image, 2 * int(size_bound) + 1)
    return fmpz_poly([*[0] * (size - count), *coefficients])
