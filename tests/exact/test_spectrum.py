"""The spectrum of Sigma and its projectors: built from known eigenvalues, against Sigma formed another way, degenerate data."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat, fmpq_poly, fmpz_poly
from hypothesis import given
from hypothesis import strategies as st

from symcrit.errors import InputError, SizeError
from symcrit.exact.algebraic import Algebraic, primitive
from symcrit.exact.field import NumberField
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.exact.projectors import eigenspace, factor_projector, factor_space, spectral_projector
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import Spectrum, restricted_polynomial, sigma_matrix, sigma_polynomial, spectrum
from symcrit.kernel.matrices import multiply, pseudoinverse
from tests.exact.instances import Rows, fractions, matrices, rows
from tests.exact.instances import multiply as times

Q = RationalMatrix.of


def values(found: Spectrum) -> list[tuple[str, int]]:
    return [(pair.value.approx(), pair.multiplicity) for pair in found.eigenvalues]


@pytest.mark.parametrize(("x", "y", "expected"), [
    ([[1, 0], [0, 1]], [[2, 0], [0, 1]], [("4", 1), ("1", 1)]),
    ([[1, 0], [0, 1]], [[1, 0], [0, 1]], [("1", 2)]),
    ([[0, 0]], [[1, 2], [3, 4], [5, 6]], [("0", 3)]),
    ([[1]], [[3], [4]], [("25", 1), ("0", 1)]),
    ([[1, 1], [1, 1]], [[1, 1], [2, 0]], [("4", 1), ("0", 1)]),
    ([["1/2", 0], [0, "1/3"]], [["1/2", 0], [0, 0]], [("0.25", 1), ("0", 1)]),
    ([[1, 0, 0], [0, 1, 0]], [[0, 0, 7]], [("0", 1)]),
    ([[1, 0], [0, 1]], [[1, 1], [0, 1]], [("2.6180339887498948482", 1), ("0.38196601125010515180", 1)]),
])
def test_known_spectra(x: list[list[object]], y: list[list[object]], expected: list[tuple[str, int]]) -> None:
    assert values(spectrum(Q(x), Q(y))) == expected


@pytest.mark.parametrize(("x", "y", "expected"), [((2, 0), (3, 0), [("0", 3)]), ((0, 2), (1, 2), [("0", 1)]), ((2, 2), (0, 2), []), ((0, 0), (0, 0), [])])
def test_empty_data(x: tuple[int, int], y: tuple[int, int], expected: list[tuple[str, int]]) -> None:
    found = spectrum(RationalMatrix(fmpq_mat(*x)), RationalMatrix(fmpq_mat(*y)))
    assert values(found) == expected
    assert found.zero == sum(k for _, k in expected)
    assert found.positive() == ()


@st.composite
def data(draw: st.DrawFn) -> tuple[Rows, Rows]:
    x = draw(rows())
    y = [[draw(fractions) for _ in x[0]] for _ in range(draw(st.integers(1, 4)))]
    return x, y


@given(data())
def test_against_sigma_formed_another_way(drawn: tuple[Rows, Rows]) -> None:
    x, y = (tuple(map(tuple, part)) for part in drawn)
    sigma = Q([list(row) for row in multiply(multiply(multiply(y, pseudoinverse(x)), x), tuple(zip(*y, strict=True)))])
    assert sigma_matrix(Q(drawn[0]), Q(drawn[1])) == sigma
    expected = primitive(fmpq_poly(sigma.flint.charpoly()))
    assert sigma_polynomial(Q(drawn[0]), Q(drawn[1])) == expected
    whole = restricted_polynomial(Q(drawn[0]), Q(drawn[1]), sigma.identity(sigma.rows))
    assert whole == expected


@given(data())
def test_order_multiplicities_and_sign(drawn: tuple[Rows, Rows]) -> None:
    found = spectrum(Q(drawn[0]), Q(drawn[1]))
    listed = [pair.value for pair in found.eigenvalues]
    assert all(a > b for a, b in zip(listed, listed[1:], strict=False))
    assert all(value.sign() >= 0 for value in listed)
    assert sum(pair.multiplicity for pair in found.eigenvalues) == len(drawn[1])


def rotation(t: Fraction) -> Rows:
    """A rational rotation (1 - t^2, 2t) / (1 + t^2)."""
    c, s = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
    return [[c, -s], [s, c]]


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=2), fractions)
def test_projectors_of_known_eigenvectors(diagonal: list[int], t: Fraction) -> None:
    turn = rotation(t)
    across = [list(column) for column in zip(*turn, strict=True)]
    matrix = Q(times(times(turn, [[Fraction(diagonal[0]), Fraction(0)], [Fraction(0), Fraction(diagonal[1])]]), across))
    for k in range(2):
        chosen = [[Fraction(int(i == j and diagonal[i] == diagonal[k])) for j in range(2)] for i in range(2)]
        expected = Q(times(times(turn, chosen), across))
        value = Algebraic.rational(diagonal[k])
        assert spectral_projector(matrix, value).rational() == expected
        assert factor_projector(matrix, value.minpoly) == expected


SYMMETRIC = {
    "golden": [[2, 1], [1, 1]],
    "twice golden": [[2, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 2]],
    "cubic and rational": [[2, 1, 0, 0], [1, 3, 1, 0], [0, 1, 5, 0], [0, 0, 0, 7]],
    "mixed": [[1, 2, 0, "1/2"], [2, 1, 1, 0], [0, 1, 0, "1/3"], ["1/2", 0, "1/3", 2]],
    "zero": [[0, 0], [0, 0]],
    "one": [["3/7"]],
}


@pytest.mark.parametrize("name", SYMMETRIC)
def test_projectors_over_their_fields(name: str) -> None:
    matrix = Q(SYMMETRIC[name])
    found = Spectrum.of(primitive(fmpq_poly(matrix.flint.charpoly())))
    for pair in found.eigenvalues:
        p = spectral_projector(matrix, pair.value)
        assert (p @ p, p.T, matrix @ p) == (p, p, p.scale(p.field("s")))
        assert p.trace() == pair.multiplicity
        basis = eigenspace(matrix, pair.value)
        assert basis.shape == (matrix.rows, pair.multiplicity)
        assert (p @ basis, basis.rank()) == (basis, pair.multiplicity)
    total = matrix.zeros(*matrix.shape)
    for factor, multiplicity in found.factors:
        whole = factor_projector(matrix, factor)
        assert (whole @ whole, whole.trace()) == (whole, multiplicity * factor.degree())
        assert factor_space(matrix, factor).cols == multiplicity * factor.degree()
        parts = spectral_projector(matrix, Algebraic(factor, 1)).parts
        assert sum((RationalMatrix(part).scale(power_sum(factor, j)) for j, part in enumerate(parts)), matrix.zeros(*matrix.shape)) == whole
        total += whole
    assert total == matrix.identity(matrix.rows)


def power_sum(factor: fmpz_poly, power: int) -> fmpq:
    """Add up the given power of all roots: the trace of a power of the companion matrix."""
    n, lead = factor.degree(), factor[factor.degree()]
    companion = fmpq_mat(n, n, [fmpq(-factor[i], lead) if j == n - 1 else fmpq(int(i == j + 1)) for i in range(n) for j in range(n)])
    total = fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
    for _ in range(power):
        total = total * companion
    return RationalMatrix(total).trace()


def test_what_is_no_eigenvalue() -> None:
    matrix = Q([[2, 1], [1, 1]])
    for attempt in (lambda: spectral_projector(matrix, Algebraic.root([-2, 0, 1], 1)), lambda: factor_projector(matrix, fmpz_poly([-1, 1])),
                    lambda: eigenspace(matrix, Algebraic.rational(0))):
        with pytest.raises(InputError):
            attempt()
    with pytest.raises(SizeError):
        factor_space(Q([[1, 2]]), fmpz_poly([-1, 1]))


# ---- on invariant subspaces ----------------------------------------------------------------------


def test_captured_by_a_rational_subspace() -> None:
    x, y = RationalMatrix.of([[1, 0, 0], [0, 1, 0], [0, 0, 1]]), Q([[3, 0, 0], [0, 2, 0], [0, 0, 2]])
    found = spectrum(x, y)
    for columns, expected in (([0], (1, 0)), ([1], (0, 1)), ([1, 2], (0, 2)), ([0, 2], (1, 1)), ([], (0, 0)), ([0, 1, 2], (1, 2))):
        basis = x.block(range(3), columns)
        assert found.captured(restricted_polynomial(x, y, basis)) == expected


def test_captured_by_one_irrational_eigenvector() -> None:
    x, y = Q([[1, 0], [0, 1]]), Q([[1, 1], [0, 1]])
    found, sigma = spectrum(x, y), sigma_matrix(x, y)
    for k, pair in enumerate(found.eigenvalues):
        basis = eigenspace(sigma, pair.value)
        inside = (basis.pinv() @ sigma @ basis).charpoly()
        assert found.captured(inside) == tuple(int(i == k) for i in range(2))
        with pytest.raises(InputError):
            found.captured((basis.pinv() @ sigma @ (basis + basis)).charpoly())


def test_captured_twice_in_one_eigenspace() -> None:
    golden = Q([[2, 1, 0, 0], [1, 1, 0, 0], [0, 0, 2, 1], [0, 0, 1, 1]])
    found = Spectrum.of(primitive(fmpq_poly(golden.flint.charpoly())))
    basis = eigenspace(golden, found.eigenvalues[1].value)
    assert found.captured((basis.pinv() @ golden @ basis).charpoly()) == (0, 2)
    one = basis.block(range(4), [0])
    assert found.captured((one.pinv() @ golden @ one).charpoly()) == (0, 1)


def test_a_restriction_needs_a_basis() -> None:
    with pytest.raises(InputError):
        restricted_polynomial(Q([[1]]), Q([[1]]), Q([[0]]))
    with pytest.raises(SizeError):
        spectrum(Q([[1]]), Q([[1, 2]]))


def test_roots_that_are_not_real_are_refused() -> None:
    with pytest.raises(InputError):
        Spectrum.of(fmpz_poly([1, 0, 1]))


@given(matrices(1, 3))
def test_faddeev_leverrier_against_flint(matrix: RationalMatrix) -> None:
    square = matrix @ matrix.T
    field = NumberField.of([-2, 0, 1], 1)
    lifted = FieldMatrix(field, [square.flint, fmpq_mat(*square.shape)])
    assert [c.rational for c in lifted.charpoly()] == square.charpoly()
