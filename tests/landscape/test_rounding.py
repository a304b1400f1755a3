"""Long floats are as near as they say; nothing about them is exact."""

from __future__ import annotations

from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from symcrit.exact.field import NumberField
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.rounding import (
    floated,
    magnitude,
    orthonormal,
    rounded,
    scaled,
    squared_lengths,
    squared_norm,
)

FRACTIONS = st.builds(lambda p, q: fmpq(p, q), st.integers(-10**6, 10**6), st.integers(1, 10**6))
SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 4))


@st.composite
def matrices(draw: st.DrawFn) -> RationalMatrix:
    rows, columns = draw(SHAPES)
    entries = draw(st.lists(FRACTIONS, min_size=rows * columns, max_size=rows * columns))
    return RationalMatrix.of([[0]]).make(rows, columns, entries)


@given(matrices(), st.integers(-20, 40))
def test_rounded_is_the_nearest_multiple(matrix, bits):
    unit = fmpq(2)**-bits
    for row, other in zip(rounded(matrix, bits).to_rows(), matrix.to_rows(), strict=True):
        for found, given_ in zip(row, other, strict=True):
            assert (found / unit).q == 1
            assert 2 * abs(found - given_) <= unit


@given(matrices())
def test_a_long_float_is_near_its_largest_entry(matrix):
    assert squared_norm(floated(matrix, 50) - matrix) <= 16 * fmpq(2)**(2 * magnitude(matrix) - 98)


def test_numbers_of_a_field_are_floated():
    field = NumberField.of([-2, 0, 1], 1)
    found = floated(FieldMatrix.of(field, [["s", "-s"]]), 40)
    assert abs(found.entry(0, 0)**2 - 2) < fmpq(2)**-36
    assert found.entry(0, 1) == -found.entry(0, 0)


@given(matrices(), matrices())
def test_orthonormal_columns_span_the_same(left, right):
    columns = left if left.cols != right.rows else left @ right  # some of lower rank
    found = orthonormal(columns, 120)
    assert found.cols == columns.rank()
    assert squared_norm(found.T @ found - found.identity(found.cols)) < fmpq(2)**-100
    rest = columns - found @ (found.T @ columns)
    assert squared_norm(rest) <= fmpq(2)**(2 * magnitude(columns) - 60)


def test_what_is_small_beside_something_is_dropped():
    small = RationalMatrix.of([["1/1000000000000"]])
    assert orthonormal(small, 60).cols == 1
    assert orthonormal(small, 60, beside=RationalMatrix.of([[1]])).cols == 0
    assert orthonormal(RationalMatrix.of([[3, 0], [0, 4]]), 60, most=1).to_strings() == [["0"], ["1"]]
    assert orthonormal(RationalMatrix.of([[0, 0]]), 60).shape == (1, 0)


@given(matrices())
def test_scaled_columns_are_about_one_and_span_the_same(matrix):
    for j, length in enumerate(squared_lengths(scaled(matrix))):
        column = matrix.block(range(matrix.rows), [j])
        assert fmpq(1, 16) <= length <= 16 * matrix.rows if not column.is_zero() else length == 0
    assert scaled(matrix).column_space().projector() == matrix.column_space().projector()
