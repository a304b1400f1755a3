"""Random matrices for tests: every small shape, rank deficient, with zero blocks, empty ones included."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

from hypothesis import strategies as st

from symcrit.exact.field import NumberField
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.exact.matrix import Matrix
from symcrit.exact.rational import RationalMatrix

Rows = list[list[Fraction]]
fractions = st.builds(Fraction, st.integers(-4, 4), st.integers(1, 3))


def multiply(left: Rows, right: Rows) -> Rows:
    """Multiply entry by entry; the inner size is at least 1."""
    return [[sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0)) for column in zip(*right, strict=True)]
            for row in left]


@st.composite
def rows(draw: st.DrawFn, low: int = 1, high: int = 4) -> Rows:
    """Draw a matrix as a product, so that every rank below the sizes is likely; some rows and columns are cleared."""
    m, n, r = draw(st.integers(low, high)), draw(st.integers(low, high)), draw(st.integers(1, high))
    left = [[draw(fractions) for _ in range(r)] for _ in range(m)]
    right = [[draw(fractions) for _ in range(n)] for _ in range(r)]
    product = multiply(left, right) if m and n else [[Fraction(0)] * n for _ in range(m)]
    dead_row, dead_column = draw(st.integers(-3, m - 1)), draw(st.integers(-3, n - 1))
    return [[Fraction(0) if dead_row == i or dead_column == j else x for j, x in enumerate(row)]
            for i, row in enumerate(product)]


@st.composite
def matrices(draw: st.DrawFn, low: int = 0, high: int = 4) -> RationalMatrix:
    """Draw a rational matrix, possibly without rows or columns."""
    drawn = draw(rows(low, high))
    return RationalMatrix.of(drawn) if drawn else RationalMatrix.of([], (0, draw(st.integers(0, 3))))


@st.composite
def symmetric(draw: st.DrawFn, high: int = 5) -> RationalMatrix:
    """Draw a symmetric matrix B D B' of any rank and signature."""
    n, r = draw(st.integers(1, high)), draw(st.integers(1, high))
    b = [[draw(fractions) for _ in range(r)] for _ in range(n)]
    signs = [draw(st.sampled_from([-1, 0, 1])) for _ in range(r)]
    return RationalMatrix.of(multiply([[x * s for x, s in zip(row, signs, strict=True)] for row in b],
                                      [list(column) for column in zip(*b, strict=True)]))


# ---- the same instances over every ring ---------------------------------------------------------

Maker = Callable[[random.Random, int, int], Matrix]


def rational(source: random.Random, rows: int, columns: int) -> Matrix:
    """Make a rational matrix with small entries."""
    return RationalMatrix.of([[Fraction(source.randint(-3, 3), source.randint(1, 3)) for _ in range(columns)]
                              for _ in range(rows)], (rows, columns))


def over_field(field: NumberField) -> Maker:
    """Make matrices over a number field."""
    def make(source: random.Random, rows: int, columns: int) -> Matrix:
        return FieldMatrix.of(field, [[f"{source.randint(-2, 2)}*s + {source.randint(0, 2)}" for _ in range(columns)] for _ in range(rows)],
                              (rows, columns))
    return make


REPRESENTATIONS: dict[str, Maker] = {
    "rational": rational,
    "field": over_field(NumberField.of([-2, 0, 1], 1)),
    "field, not monic": over_field(NumberField.of([-1, -2, 0, 2], 1)),
    "field, degree 1": over_field(NumberField.of([-3, 2], 1)),
}
