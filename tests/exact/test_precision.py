"""High precision: the bounds hold, what mpmath returns is used only as far as it is proved, and FLINT's balls agree."""

from __future__ import annotations

import random
from fractions import Fraction

import mpmath
import pytest
from flint import arb, arb_mat, ctx, fmpq, fmpq_poly

from symcrit.errors import InputError, LimitError, SizeError
from symcrit.exact import precision
from symcrit.exact.algebraic import factors, primitive, sorted_roots
from symcrit.exact.field import NumberField
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.exact.inertia import inertia
from symcrit.exact.precision import eigenvalue_signs, eigenvalues, exact, pseudoinverse, singular_values
from symcrit.exact.rational import RationalMatrix
from tests.exact.instances import REPRESENTATIONS, over_field

FIELDS = [NumberField.of([-2, 0, 1], 1), NumberField.of([-1, -2, 0, 2], 1), NumberField.of([1, 0, -10, 0, 1], 2)]


def deficient(source, make, most=4):
    """Make a matrix of any shape and rank up to `most`."""
    m, n, r = source.randint(1, most), source.randint(1, most), source.randint(1, most)
    return make(source, m, r) @ make(source, r, n)


def distance(value, wanted):
    """Bound the Frobenius distance of a matrix of mpmath from an exact one."""
    balls = wanted.balls()
    assert (value.rows, value.cols) == wanted.shape
    return sum(((balls[i, j] - exact(value[i, j])) ** 2 for i in range(value.rows) for j in range(value.cols)), arb(0)).upper().sqrt()


@pytest.mark.parametrize("name", REPRESENTATIONS)
@pytest.mark.parametrize("digits", [1, 15, 50, 200])
def test_the_error_of_a_pseudoinverse_is_within_its_bound(name, digits):
    source = random.Random(f"{name}{digits}")
    for _ in range(6):
        matrix = deficient(source, REPRESENTATIONS[name])
        found = pseudoinverse(matrix, digits)
        with ctx.workdps(2 * digits + 60):
            wanted = matrix.pinv()
            error, size = distance(found.value, wanted), distance(mpmath.matrix(*wanted.shape), wanted)
            assert error <= arb(exact(found.bound)) or not exact(found.bound) and matrix.is_zero()
            assert arb(exact(found.bound)) <= arb(10) ** -digits * size * (1 + arb("1e-10"))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: str(field.root))
def test_balls_of_the_exact_pseudoinverse_agree(field):
    """Every entry, with the bound for a radius, meets the ball of FLINT."""
    source = random.Random(str(field.root))
    for _ in range(8):
        matrix = deficient(source, over_field(field), 3)
        found = pseudoinverse(matrix, 50)
        with ctx.workdps(60):
            balls = matrix.pinv().balls()
            radius = arb(0, arb(exact(found.bound)).upper())
            assert all((arb(exact(found.value[i, j])) + radius).overlaps(balls[i, j]) for i in range(matrix.cols) for j in range(matrix.rows))


@pytest.mark.parametrize("seed", range(20))
def test_singular_values(seed):
    """Against the square roots of the isolated eigenvalues of A'A, zeros included."""
    matrix = deficient(random.Random(seed), REPRESENTATIONS["rational"])
    found = singular_values(matrix)
    gram = matrix.T @ matrix if matrix.cols <= matrix.rows else matrix @ matrix.T
    with ctx.workdps(120):
        roots = wanted_roots(gram.charpoly())
        assert len(found.value) == len(roots)
        for value, root in zip(found.value, roots, strict=True):
            near = root.ball().sqrt() if root.sign() else arb(0)
            assert not abs(near - exact(value)) > arb(exact(found.bound))
    assert [value == 0 for value in found.value] == [k >= matrix.rank() for k in range(len(roots))]


def wanted_roots(coefficients):
    """List the real roots of a polynomial with multiplicities, decreasing."""
    poly = primitive(fmpq_poly(coefficients))
    power = {str(factor): exponent for factor, exponent in factors(poly)}
    return [root for root in sorted_roots(poly) for _ in range(power[str(root.minpoly)])]


@pytest.mark.parametrize("seed", range(20))
def test_eigenvalues_and_their_signs(seed):
    source = random.Random(seed)
    matrix = deficient(source, REPRESENTATIONS["rational"])
    size = matrix.rows
    middle = RationalMatrix.of([[source.randint(-1, 1) if i == j else 0 for j in range(matrix.cols)] for i in range(matrix.cols)])
    symmetric = matrix @ middle @ matrix.T
    found = eigenvalues(symmetric)
    with ctx.workdps(120):
        roots = wanted_roots(symmetric.charpoly())
        assert len(found.value) == len(roots) == size
        assert not any(abs(root.ball() - exact(value)) > arb(exact(found.bound)) for root, value in zip(roots, found.value, strict=True))
    assert eigenvalue_signs(symmetric) == inertia(symmetric)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: str(field.root))
def test_signs_over_a_field(field):
    source = random.Random(str(field.root))
    for _ in range(5):
        matrix = deficient(source, over_field(field), 3)
        symmetric = matrix @ matrix.T - (matrix @ matrix.T).identity(matrix.rows)
        assert eigenvalue_signs(symmetric) == inertia(symmetric)


def test_nearly_dependent_rows_are_not_taken_for_dependent_ones():
    """The rank is exact: one part in 10^100 makes a pseudoinverse of size 10^100, not the one of rank 1."""
    tiny = Fraction(1, 10**100)
    matrix = RationalMatrix.of([[1, 1], [1, 1 + tiny]])
    found = pseudoinverse(matrix)
    with ctx.workdps(400):
        assert distance(found.value, matrix.pinv()) <= arb(exact(found.bound))
    assert found.value[1, 1] > mpmath.mpf(10) ** 99
    values = singular_values(matrix)
    assert 0 < values.value[1] <= values.bound or values.value[1] < mpmath.mpf(10) ** -99
    assert eigenvalue_signs(matrix) == inertia(matrix)
    exactly = FieldMatrix.of(FIELDS[0], [["s", 2], [1, "s"]])  # rank 1, though no approximation of s says so
    assert exactly.rank() == 1
    assert abs(pseudoinverse(exactly).value[0, 0] - mpmath.sqrt(2) / 9) < 1e-15


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (2, 3)])
def test_empty_and_zero_matrices(shape):
    matrix = RationalMatrix.of([[0] * shape[1] for _ in range(shape[0])], shape)
    found = pseudoinverse(matrix)
    assert (found.value.rows, found.value.cols, found.bound) == (shape[1], shape[0], 0)
    assert singular_values(matrix) == ([0] * min(shape), 0)
    if shape[0] == shape[1]:
        assert eigenvalues(matrix) == ([], 0)
        assert vars(eigenvalue_signs(matrix)) == {"positive": 0, "zero": 0, "negative": 0}


@pytest.mark.parametrize("seed", range(30))
def test_the_bound_holds_for_any_candidate(seed):
    """The proof asks nothing of X: far from the pseudoinverse the bound is large, but still one."""
    source = random.Random(seed)
    matrix = deficient(source, REPRESENTATIONS["rational"])
    if matrix.is_zero():
        return
    size = Fraction(1, 10 ** source.randint(0, 12))
    noise = RationalMatrix.of([[size * source.randint(-3, 3) for _ in range(matrix.rows)] for _ in range(matrix.cols)])
    with mpmath.workdps(40), ctx.workdps(60):
        parts = precision._singular(matrix.balls(), matrix.rank())
        bound = precision._pseudoinverse_bound(matrix.balls(), arb_mat((matrix.pinv() + noise).flint), parts)
        squared = sum((entry * entry for entry in noise.flint.entries()), fmpq(0))
        assert arb(squared) <= bound * bound or not squared
        assert bound < 10**6 * (arb(squared).sqrt() + arb("1e-30"))  # and says something


def test_what_mpmath_returns_is_not_trusted(monkeypatch):
    """Factors that are off by 10^-20 are good for 10 digits, and never pass for 50."""
    honest, matrix = mpmath.svd_r, RationalMatrix.of([[1, 2], [3, 4], [5, 6]])

    def careless(value):
        u, s, v = honest(value)
        return u, s * (1 + mpmath.mpf(10) ** -20), v

    monkeypatch.setattr(mpmath, "svd_r", careless)
    with ctx.workdps(60):
        assert distance(pseudoinverse(matrix, 10).value, matrix.pinv()) < 1e-9
    for compute in (pseudoinverse, singular_values):
        with pytest.raises(LimitError, match="50 digits are not reached"):
            compute(matrix, 50)


def test_iterations_that_do_not_converge(monkeypatch):
    def gives_up(value):
        raise RuntimeError("svd: no convergence")

    monkeypatch.setattr(mpmath, "svd_r", gives_up)
    with pytest.raises(LimitError):
        pseudoinverse(RationalMatrix.of([[1, 2]]))


def test_precision_outside_is_left_alone():
    before = mpmath.mp.prec, ctx.prec
    pseudoinverse(RationalMatrix.of([[1, 2]]), 300)
    with pytest.raises(InputError):
        eigenvalues(RationalMatrix.of([[1, 2], [3, 4]]))
    assert before == (mpmath.mp.prec, ctx.prec)


@pytest.mark.parametrize(("compute", "rows", "error"), [
    (eigenvalues, [[0, 1], [2, 0]], InputError), (eigenvalue_signs, [[0, 1], [2, 0]], InputError),
    (eigenvalues, [[0, 1]], SizeError), (eigenvalue_signs, [[0, 1]], SizeError),
])
def test_what_is_refused(compute, rows, error):
    with pytest.raises(error):
        compute(RationalMatrix.of(rows))


@pytest.mark.parametrize("value", ["inf", "-inf", "nan"])
def test_only_finite_numbers_are_exact(value):
    with pytest.raises(ArithmeticError):
        exact(mpmath.mpf(value))


def test_numbers_of_mpmath_are_binary_fractions():
    assert [exact(mpmath.mpf(x)) for x in (0, "-0.75", 2**80)] == [0, fmpq(-3, 4), 2**80]
