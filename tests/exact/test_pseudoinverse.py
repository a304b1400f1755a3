"""The Moore-Penrose inverse: Penrose's equations, an independent computation, both ways on either side of the crossing."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import fmpq_mat, fmpz_mat
from hypothesis import given

from symcrit.exact import pseudoinverse
from symcrit.exact.rational import RationalMatrix
from symcrit.kernel.matrices import pseudoinverse as independent
from tests.exact.instances import Rows, matrices, rows

WAYS = {"inverse": 10**6, "modular": 0}  # the crossing that sends every matrix one way


def penrose(a: RationalMatrix, x: RationalMatrix) -> bool:
    return (a @ x @ a, x @ a @ x, (a @ x).T, (x @ a).T) == (a, x, a @ x, x @ a)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("GRAM_CROSSING", "GENERAL_CROSSING", "SQUARE_CROSSING"):
        monkeypatch.setattr(pseudoinverse, name, WAYS[request.param])
    return request.param


@given(matrices())
def test_penroses_equations(matrix: RationalMatrix) -> None:
    assert penrose(matrix, matrix.pinv())


@given(rows())
def test_against_the_kernels_own(drawn: Rows) -> None:
    expected = independent(tuple(map(tuple, drawn)))
    assert RationalMatrix.of(drawn).pinv() == RationalMatrix.of([list(row) for row in expected])


def random_matrix(source: random.Random, rows: int, columns: int, rank: int) -> RationalMatrix:
    def table(m: int, n: int) -> RationalMatrix:
        return RationalMatrix.of([[Fraction(source.randint(-9, 9), source.randint(1, 9)) for _ in range(n)] for _ in range(m)])
    return table(rows, rank) @ table(rank, columns)


@pytest.mark.parametrize(("rows", "columns", "rank"), [(5, 5, 5), (4, 8, 4), (8, 4, 4), (7, 7, 3), (6, 9, 2), (9, 6, 5), (30, 40, 12)])
def test_both_ways_agree(way: str, rows: int, columns: int, rank: int) -> None:
    matrix = random_matrix(random.Random(rows * columns + rank), rows, columns, rank)
    top, below = pseudoinverse.integer_pinv(matrix.integers()[0])
    assert below != 0
    assert penrose(matrix, RationalMatrix((top * matrix.integers()[1], below)))


@pytest.mark.parametrize(("entries", "expected"), [
    ([[2]], [["1/2"]]), ([[0]], [[0]]), ([[0, 0], [0, 3]], [[0, 0], [0, "1/3"]]), ([[1, 1], [1, 1]], [["1/4", "1/4"], ["1/4", "1/4"]]),
    ([[1], [2]], [["1/5", "2/5"]]), ([[1, 0], [0, 1], [1, 1]], [["2/3", "-1/3", "1/3"], ["-1/3", "2/3", "1/3"]]),
    ([["1/2", 0]], [[2], [0]]), ([[3, 4]], [["3/25"], ["4/25"]]),
])
def test_known_pseudoinverses(way: str, entries: list[list[object]], expected: list[list[object]]) -> None:
    assert RationalMatrix.of(entries).pinv() == RationalMatrix.of(expected)


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_empty_matrices(way: str, shape: tuple[int, int]) -> None:
    assert RationalMatrix(fmpq_mat(*shape)).pinv().shape == shape[::-1]


def test_a_denominator_is_carried_and_reduced() -> None:
    assert RationalMatrix((fmpz_mat([[2, 4]]), 6)).pinv().to_strings() == [["3/5"], ["6/5"]]
