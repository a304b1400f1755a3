"""One suite over every representation: what a matrix can do does not depend on its ring."""

from __future__ import annotations

import random

import pytest

from symcrit.errors import InputError, SizeError
from symcrit.exact.matrix import Matrix
from tests.exact.instances import REPRESENTATIONS, Maker

SHAPES = [(1, 1, 1), (2, 2, 2), (2, 3, 1), (3, 2, 2), (3, 3, 2), (3, 3, 3), (1, 4, 1), (4, 1, 1), (2, 2, 0), (1, 3, 0), (0, 2, 0), (2, 0, 0), (0, 0, 0)]


@pytest.fixture(params=REPRESENTATIONS)
def maker(request: pytest.FixtureRequest) -> Maker:
    return REPRESENTATIONS[request.param]


@pytest.fixture(params=SHAPES, ids=str)
def matrix(request: pytest.FixtureRequest, maker: Maker) -> Matrix:
    """A matrix of the given sizes and of at most the given rank."""
    rows, columns, rank = request.param
    source = random.Random(100 * rows + 10 * columns + rank)
    return maker(source, rows, rank) @ maker(source, rank, columns)


def test_penroses_equations(matrix: Matrix) -> None:
    x = matrix.pinv()
    assert x.shape == (matrix.cols, matrix.rows)
    assert (matrix @ x @ matrix, x @ matrix @ x, (matrix @ x).T, (x @ matrix).T) == (matrix, x, matrix @ x, x @ matrix)


def test_rank_and_what_it_counts(matrix: Matrix) -> None:
    rank, (rows, columns) = matrix.rank(), matrix.pivots()
    assert rank == matrix.T.rank() == (matrix @ matrix.T).rank() == len(rows) == len(columns)
    assert matrix.block(rows, columns).rank() == rank
    left, right = matrix.factors()
    assert (left.shape, right.shape) == ((matrix.rows, rank), (rank, matrix.cols))
    assert left @ right == matrix
    kernel = matrix.kernel()
    assert kernel.shape == (matrix.cols, matrix.cols - rank)
    assert kernel.rank() == kernel.cols
    assert (matrix @ kernel).is_zero()


def test_projector(matrix: Matrix) -> None:
    p = matrix.projector()
    assert (p @ p, p.T, p @ matrix) == (p, p, matrix)
    assert p == matrix @ matrix.pinv()
    assert p.trace() == matrix.rank()


def test_solve(matrix: Matrix) -> None:
    right = matrix @ matrix.T
    assert matrix @ matrix.solve(right) == right
    if matrix.rank() < matrix.rows:
        with pytest.raises(InputError):
            matrix.solve(matrix.identity(matrix.rows))
    with pytest.raises(SizeError):
        matrix.solve(matrix.identity(matrix.rows + 1))


def test_inverse(matrix: Matrix) -> None:
    if matrix.rows != matrix.cols:
        with pytest.raises(SizeError):
            matrix.inverse()
    elif matrix.rank() < matrix.rows:
        with pytest.raises(InputError):
            matrix.inverse()
    else:
        assert matrix @ matrix.inverse() == matrix.identity(matrix.rows)


def test_ring_laws(maker: Maker) -> None:
    source = random.Random(1)
    a, b, c = maker(source, 2, 3), maker(source, 3, 2), maker(source, 3, 2)
    assert (a @ (b + c), (a @ b).T, (a @ b) @ a) == (a @ b + a @ c, b.T @ a.T, a @ (b @ a))
    assert (b - c, -b, b.scale(2), a @ a.identity(3)) == (b + -c, b.scale(-1), b + b, a)
    assert (a @ b).trace() == (b @ a).trace()
    assert a - a == a.zeros(2, 3) and (a - a).is_zero() and not a.is_zero()
    assert (a.scale(a.entry(0, 0))).entry(1, 2) == a.entry(0, 0) * a.entry(1, 2)


def test_entries_and_blocks(maker: Maker) -> None:
    a = maker(random.Random(2), 2, 3)
    assert a.make(2, 3, [x for row in a.to_rows() for x in row]) == a
    assert a.block([1, 0], [2]).to_rows() == [[a.entry(1, 2)], [a.entry(0, 2)]]
    assert a.beside(a).block(range(2), range(3, 6)) == a
    assert a.above(a).block([2, 3], range(3)) == a
    assert a.T.entry(2, 1) == a.entry(1, 2)


def test_sizes_that_do_not_fit(maker: Maker) -> None:
    a = maker(random.Random(3), 2, 3)
    for attempt in (lambda: a + a.T, lambda: a - a.T, lambda: a @ a, lambda: a.trace(), lambda: a.beside(a.T), lambda: a.above(a.T)):
        with pytest.raises(SizeError):
            attempt()
    assert a != a.T


def test_other_operands(maker: Maker) -> None:
    a = maker(random.Random(4), 2, 2)
    for attempt in (lambda: a + 1, lambda: a @ 2, lambda: a - "a", lambda: hash(a)):
        with pytest.raises(TypeError):
            attempt()
    assert a != 3


@pytest.mark.parametrize("other", REPRESENTATIONS.values(), ids=REPRESENTATIONS)
def test_rational_matrices_meet_every_other(other: Maker) -> None:
    source = random.Random(5)
    small, large = REPRESENTATIONS["rational"](source, 2, 2), other(source, 2, 2)
    assert type(small @ large) is type(large @ small) is type(small + large) is type(large)
    assert small @ large - small.scale(1) @ large == large.zeros(2, 2)
    assert (small + large).T == large.T + small.T
    assert small.identity(2) == large.identity(2)


def test_two_fields_do_not_mix() -> None:
    source = random.Random(6)
    left, right = REPRESENTATIONS["field"](source, 2, 2), REPRESENTATIONS["field, not monic"](source, 2, 2)
    with pytest.raises(InputError):
        left @ right
