"""Matrices over the prime field that certificates are tried out in: tuples of rows of integers modulo P."""

from __future__ import annotations

P = 2**61 - 1
Matrix = tuple[tuple[int, ...], ...]


def rational(text: str) -> int:
    numerator, _, denominator = text.partition("/")
    return int(numerator) * pow(int(denominator or 1), -1, P) % P


def identity(size: int) -> Matrix:
    return tuple(tuple(int(i == j) for j in range(size)) for i in range(size))


def zero(rows: int, cols: int) -> Matrix:
    return ((0,) * cols,) * rows


def transpose(value: Matrix) -> Matrix:
    return tuple(zip(*value, strict=True))


def trace(value: Matrix) -> int:
    return sum(row[k] for k, row in enumerate(value)) % P


def scale(factor: int, value: Matrix) -> Matrix:
    return tuple(tuple(factor * x % P for x in row) for row in value)


def add(left: Matrix, right: Matrix) -> Matrix:
    return tuple(tuple((x + y) % P for x, y in zip(a, b, strict=True)) for a, b in zip(left, right, strict=True))


def subtract(left: Matrix, right: Matrix) -> Matrix:
    return tuple(tuple((x - y) % P for x, y in zip(a, b, strict=True)) for a, b in zip(left, right, strict=True))


def multiply(left: Matrix, right: Matrix) -> Matrix:
    columns = tuple(zip(*right, strict=True))
    return tuple(tuple(sum(x * y for x, y in zip(row, column, strict=True)) % P for column in columns) for row in left)
