"""Integers modulo primes: the bounds make the answers proven, also where the primes were chosen by an enemy."""

from __future__ import annotations

import math
from itertools import islice

import pytest
from flint import fmpz_mat
from hypothesis import given

from symcrit.exact import modular
from symcrit.exact.rational import RationalMatrix
from symcrit.kernel.matrices import reduce_rows
from tests.exact.instances import Rows, matrices, rows

FIRST = list(islice(modular.primes(), 12))


def test_primes_are_large_and_fall() -> None:
    assert all(2**61 < q < p < 2**62 for p, q in zip(FIRST, FIRST[1:], strict=False))


@given(rows())
def test_pivots_cut_out_an_invertible_block_of_the_full_rank(drawn: Rows) -> None:
    matrix = RationalMatrix.of(drawn)
    independent, columns = matrix.pivots()
    assert len(independent) == len(columns) == len(reduce_rows(tuple(map(tuple, drawn)))[1])
    assert matrix.block(independent, columns).det() != 0


@pytest.mark.parametrize("count", [1, 3, 12])
def test_a_rank_that_primes_hide_is_found(count: int) -> None:
    product = math.prod(FIRST[:count])
    assert modular.pivots(fmpz_mat([[product, 0], [0, 1]])) == ([0, 1], [0, 1])
    assert modular.pivots(fmpz_mat([[product]])) == ([0], [0])
    assert modular.pivots(fmpz_mat([[product, 2 * product], [3, 6]])) == ([1], [0]) or count == 0


@pytest.mark.parametrize(("entries", "expected"), [
    ([[0]], ([], [])), ([[0, 0], [0, 0]], ([], [])), ([[1, 2], [2, 4], [0, 1]], ([0, 2], [0, 1])), ([[0, 0, 3]], ([0], [2])),
])
def test_pivots_of_small_matrices(entries: list[list[int]], expected: tuple[list[int], list[int]]) -> None:
    assert modular.pivots(fmpz_mat(entries)) == expected


@pytest.mark.parametrize("count", [0, 1, 5])
@pytest.mark.parametrize("gram", [False, True])
def test_adjugate_survives_primes_that_divide_the_determinant(count: int, gram: bool) -> None:
    product = math.prod(FIRST[:count])
    top, det = modular.adjugate(fmpz_mat([[product, 0], [0, 3]]), gram=gram)
    assert (top, det) == (fmpz_mat([[3, 0], [0, product]]), 3 * product)


@pytest.mark.parametrize("gram", [False, True])
def test_a_singular_matrix_has_no_adjugate_route(gram: bool) -> None:
    with pytest.raises(ZeroDivisionError):
        modular.adjugate(fmpz_mat([[1, 2], [2, 4]]), gram=gram)


@given(matrices(1))
def test_adjugate_times_matrix_is_the_determinant(matrix: RationalMatrix) -> None:
    n = matrix.integers()[0]
    gram = n * n.transpose()
    if gram.det() != 0:
        for way in (True, False):
            top, det = modular.adjugate(gram, gram=way)
            assert (top * gram, det) == (fmpz_mat(gram.nrows(), gram.nrows(), [int(i == j) for i in range(gram.nrows())
                                                                             for j in range(gram.nrows())]) * det, gram.det())


@pytest.mark.parametrize("value", [0, 1, -1, 2**61, -(2**61), 10**50, -(10**50)])
def test_reconstruction_reaches_its_bound(value: int) -> None:
    assert modular.reconstruct(lambda p: [value % p], 2 * abs(value) + 1) == [value]
