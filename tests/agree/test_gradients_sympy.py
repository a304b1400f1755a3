"""Gradients and Hessians by the rules of symcrit against SymPy, entry by entry, with symbols for all weights."""

from __future__ import annotations

import random

import pytest
import sympy

from symcrit.exact.field import NumberField
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.networks.linear import gradients, hessian, loss
from symcrit.networks.points import Point
from tests.networks.instances import table

WIDTHS = [(1, 1, 1), (2, 1, 2), (2, 2, 1), (1, 3, 2), (2, 2, 2), (1, 1, 1, 1), (2, 1, 2, 1), (1, 2, 1, 2, 1)]


def to_sympy(matrix):
    return sympy.Matrix(matrix.rows, matrix.cols, [sympy.Rational(str(x)) for row in matrix.to_rows() for x in row])


def symbolic_loss(x, y, widths):
    """Write the loss as SymPy knows it, in symbols for the entries; return it with the symbols of every layer."""
    layers = [sympy.Matrix(rows, columns, sympy.symbols(f"a{k}_0:{rows * columns}"))
              for k, (columns, rows) in enumerate(zip(widths, widths[1:], strict=False))]
    product = to_sympy(x)
    for layer in layers:
        product = layer * product
    error = product - to_sympy(y)
    return sum((entry**2 for entry in error), sympy.Integer(0)) / 2, layers


@pytest.mark.parametrize("widths", WIDTHS)
@pytest.mark.parametrize("samples", [0, 1, 2])
def test_gradients_and_hessian(widths, samples):
    source = random.Random(str((widths, samples)))
    x, y = table(source, widths[0], samples, "fractions"), table(source, widths[-1], samples, "fractions")
    weights = [table(source, rows, columns, "fractions") for columns, rows in zip(widths, widths[1:], strict=False)]
    point = Point(x, y, tuple(weights))
    value, layers = symbolic_loss(x, y, widths)
    symbols = [symbol for layer in layers for symbol in layer]
    numbers = dict(zip(symbols, [sympy.Rational(str(e)) for w in weights for row in w.to_rows() for e in row], strict=True))
    assert sympy.Rational(str(loss(point))) == value.subs(numbers)
    slopes = [sympy.diff(value, symbol) for symbol in symbols]
    found = [str(entry) for gradient in gradients(point) for row in gradient.to_rows() for entry in row]
    assert found == [str(slope.subs(numbers)) for slope in slopes]
    curvature = hessian(point).to_strings()
    assert curvature == [[str(sympy.diff(slope, symbol).subs(numbers)) for symbol in symbols] for slope in slopes]


@pytest.mark.parametrize("coefficients", [[-2, 0, 1], [1, -6, 4], [-1, -1, 0, 1]])
def test_over_a_number_field(coefficients):
    field = NumberField.of(coefficients, 1, "s")
    source = random.Random(str(coefficients))
    x, y = table(source, 2, 2, "fractions"), table(source, 2, 2, "integers")
    s, poly = sympy.Symbol("s"), sympy.Poly(coefficients[::-1], sympy.Symbol("s"))
    weights = tuple(FieldMatrix.of(field, [[f"{source.randint(-3, 3)}*s + {source.randint(0, 3)}" for _ in range(columns)]
                                           for _ in range(rows)]) for rows, columns in ((1, 2), (2, 1)))
    value, layers = symbolic_loss(x, y, (2, 1, 2))
    symbols = [symbol for layer in layers for symbol in layer]
    numbers = dict(zip(symbols, [sympy.sympify(e.replace("^", "**")) for w in weights for row in w.to_strings() for e in row], strict=True))

    def reduced(expression):
        return sympy.Poly(expression, s).rem(poly)

    found = [sympy.sympify(str(entry).replace("^", "**")) for gradient in gradients(Point(x, y, weights))
             for row in gradient.to_rows() for entry in row]
    for entry, symbol in zip(found, symbols, strict=True):
        assert reduced(entry) == reduced(sympy.expand(sympy.diff(value, symbol).subs(numbers)))
