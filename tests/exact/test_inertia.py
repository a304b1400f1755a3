"""Inertia: Sylvester's law, known signatures, two independent ways, directions that go down."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

from symcrit.errors import InputError, SizeError
from symcrit.exact.inertia import Inertia, by_balls, by_descartes, inertia, negative_direction
from symcrit.exact.rational import RationalMatrix
from tests.exact.instances import symmetric

KNOWN = [
    ([[0]], (0, 1, 0)), ([[5]], (1, 0, 0)), ([["-1/7"]], (0, 0, 1)), ([[0, 1], [1, 0]], (1, 0, 1)), ([[1, 1], [1, 1]], (1, 1, 0)),
    ([[0, 0], [0, 0]], (0, 2, 0)), ([[2, 1], [1, 2]], (2, 0, 0)), ([[0, 0, 1], [0, 0, 0], [1, 0, 0]], (1, 1, 1)),
    ([[0, 1, 1], [1, 0, 1], [1, 1, 0]], (1, 0, 2)), ([[1, 2, 3], [2, 4, 6], [3, 6, 9]], (1, 2, 0)), ([[1, 0], [0, "-1/1000000000000"]], (1, 0, 1)),
    ([[0, 10**40], [10**40, 1]], (1, 0, 1)), ([[10**40, 10**20], [10**20, 1]], (1, 1, 0)), ([[10**40, 10**20], [10**20, 2]], (2, 0, 0)),
    ([[10**40 - 1, 10**20], [10**20, 1]], (1, 0, 1)),
]


@pytest.mark.parametrize(("rows", "expected"), KNOWN)
def test_known_signatures(rows: list[list[object]], expected: tuple[int, int, int]) -> None:
    matrix = RationalMatrix.of(rows)
    assert inertia(matrix) == by_balls(matrix) == Inertia(*expected)


def test_an_empty_matrix_has_no_eigenvalues() -> None:
    assert inertia(RationalMatrix.of([])) == by_balls(RationalMatrix.of([])) == Inertia(0, 0, 0)


@given(symmetric())
def test_both_ways_agree(matrix: RationalMatrix) -> None:
    numerators = matrix.integers()[0]
    assert by_balls(RationalMatrix(numerators)) == by_descartes(numerators)


@given(st.lists(st.sampled_from([-2, -1, 0, 0, 1, 3]), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_sylvesters_law(diagonal: list[int], source: random.Random) -> None:
    size = len(diagonal)
    unit = RationalMatrix.of([[source.randint(-3, 3) if j < i else int(i == j) for j in range(size)] for i in range(size)])
    turned = unit @ RationalMatrix.of([[d if i == j else 0 for j in range(size)] for i, d in enumerate(diagonal)]) @ unit.T
    expected = Inertia(sum(d > 0 for d in diagonal), diagonal.count(0), sum(d < 0 for d in diagonal))
    assert inertia(turned) == by_balls(turned) == expected


@given(symmetric())
def test_a_direction_goes_down_or_there_is_none(matrix: RationalMatrix) -> None:
    direction = negative_direction(matrix)
    assert (direction is None) == (inertia(matrix).negative == 0)
    if direction is not None:
        assert (direction.T @ matrix @ direction).entry(0, 0) < 0
        assert direction.integers()[1] == 1


def test_a_direction_that_is_not_on_the_surface() -> None:
    """All 2 x 2 minors of this matrix are positive; only (1, 1, 1) goes down, and just so."""
    matrix = RationalMatrix.of([[2, -1, -1], [-1, 2, -1], [-1, -1, "1999999/1000000"]])
    direction = negative_direction(matrix)
    assert direction is not None
    assert (direction.T @ matrix @ direction).entry(0, 0) < 0


@pytest.mark.parametrize("seed", range(3))
def test_a_direction_that_the_first_precision_misses(seed: int) -> None:
    """One eigenvalue is about -10^-100: 128 bits find its sign, but not a direction."""
    source, size = random.Random(seed), 5
    turn = RationalMatrix.of([[source.randint(-9, 9) for _ in range(size)] for _ in range(size)])
    diagonal = RationalMatrix.of([[int(i == j) * (1 if i else Fraction(-1, 10**100)) for j in range(size)] for i in range(size)])
    matrix = turn.T @ diagonal @ turn
    direction = negative_direction(matrix)
    assert direction is not None
    assert (direction.T @ matrix @ direction).entry(0, 0) < 0


@pytest.mark.parametrize(("positive", "zero", "negative"), [(35, 10, 5), (60, 0, 1), (0, 55, 1), (20, 20, 20)])
def test_larger_matrices(positive: int, zero: int, negative: int) -> None:
    source, size = random.Random(positive), positive + zero + negative
    diagonal = [1] * positive + [0] * zero + [-1] * negative
    source.shuffle(diagonal)
    unit = fmpz_mat(size, size, [source.randint(-2, 2) if j < i else int(i == j) for i in range(size) for j in range(size)])
    middle = fmpz_mat(size, size, [d if i == j else 0 for i, d in enumerate(diagonal) for j in range(size)])
    matrix = RationalMatrix(unit * middle * unit.transpose())
    assert inertia(matrix) == Inertia(positive, zero, negative)
    direction = negative_direction(matrix)
    assert direction is not None
    assert (direction.T @ matrix @ direction).entry(0, 0) < 0


def test_a_negative_denominator_does_not_turn_the_signs() -> None:
    assert inertia(RationalMatrix((fmpz_mat([[1]]), -1))) == Inertia(0, 0, 1)


def test_what_has_no_inertia() -> None:
    with pytest.raises(InputError):
        inertia(RationalMatrix.of([[0, 1], [2, 0]]))
    with pytest.raises(SizeError):
        negative_direction(RationalMatrix.of([[0, 1]]))
