"""Degenerate data, where formulas meant for the generic case go wrong: every exact answer against SymPy and mpmath.

400 instances, half of them critical points and half not: the loss, the gradients, the loss along lines and along the
curves of Proposition 3, p, the spectrum and the signs of the Hessian. Nothing is skipped for its size.
"""

from __future__ import annotations

import random

import pytest
import sympy

from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import spectrum
from symcrit.landscape.classify import classify
from symcrit.landscape.hessian import hessian_inertia
from symcrit.landscape.second_opinion import second_opinion
from symcrit.landscape.sympy_loss import SympyLoss
from symcrit.networks import linear
from symcrit.networks.points import Data
from symcrit.networks.theorem_1 import build
from tests.networks.instances import random_capture, table

KINDS = ["rank-deficient X", "repeated sigma", "zero blocks", "one sample", "d1 above d2", "empty", "Sigma = 0", "repeated irrational sigma"]
EACH, CHUNK = 50, 10
GOLDEN = RationalMatrix.of([[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]])  # Sigma has (3 +- 5^(1/2))/2 twice
TURN = RationalMatrix.of([["3/5", "4/5", 0], ["-4/5", "3/5", 0], [0, 0, 1]])


def degenerate(kind, source):
    """Make data that is degenerate in the way named, of widths up to 3 (4 where it must be)."""
    d0, d1, d2, m = (source.randint(1, 3) for _ in range(4))
    style = source.choice(["integers", "fractions", "sparse"])
    if kind == "rank-deficient X":
        d0 = source.randint(2, 3)
        x = table(source, d0, d0 - 1, style) @ table(source, d0 - 1, m, style)
    elif kind == "repeated sigma":
        size = source.choice([[2, 2, 1], [1, 1, 1], [3, 1, 1], [2, 2, 0]])
        y = TURN @ RationalMatrix.of([[size[i] if i == j else 0 for j in range(3)] for i in range(3)]) @ TURN
        return Data(y.identity(3), y, (3, d1, 3))
    elif kind == "repeated irrational sigma":
        return Data(GOLDEN.identity(4), GOLDEN, (4, source.choice([1, 2]), 4))
    elif kind == "Sigma = 0":  # the rows of Y are orthogonal to those of X
        m = source.randint(2, 3)
        x = table(source, d0, 1, style) @ RationalMatrix.of([[1, 1, 1][:m]])
        y = table(source, d2, 1, style) @ RationalMatrix.of([[1, -1, 0][:m]])
        return Data(x, y, (d0, d1, d2))
    elif kind == "empty":
        gone = source.randrange(4)
        d0, d1, d2, m = (0 if k == gone else size for k, size in enumerate((d0, d1, d2, m)))
        x = table(source, d0, m, style)
    else:
        m = 1 if kind == "one sample" else m
        d1, d2 = (source.randint(2, 3), 1) if kind == "d1 above d2" else (d1, d2)
        x = table(source, d0, m, style)
        if kind == "zero blocks":
            x = table(source, 1, m, style).above(x.zeros(2, m))
    y = table(source, d2, m, style)
    if kind == "zero blocks":
        y = y.block(range(1), range(m)).above(y.zeros(1, m))
    return Data(x, y, (x.rows, d1, y.rows))


def instance(kind, number):
    """Make a point on such data: a critical one if the number is even."""
    source = random.Random(f"{kind}{number}")
    data = degenerate(kind, source)
    counts, null = random_capture(source, data)
    point = build(data, counts, null, c=source.choice(["identity", "random"]), l1=source.choice(["zero", "random"]), seed=number)
    if number % 2 == 0:
        return point
    return point.moved((point.weights[0] + table(source, data.widths[1], data.widths[0], "integers"), point.weights[1]))


CHUNKS = [(kind, start) for kind in KINDS for start in range(0, EACH, CHUNK)]


def test_there_are_enough():
    assert len(CHUNKS) * CHUNK >= 400


@pytest.mark.parametrize(("kind", "start"), CHUNKS)
def test_degenerate_points(kind, start):
    for number in range(start, start + CHUNK):
        point = instance(kind, number)
        found = classify(point)
        opinion = second_opinion(point, found)
        assert opinion.agrees, (number, opinion.disagreements)
        skipped = {"descent": found.descent is None, "perturbations": not found.critical}
        assert {check.name for check in opinion.checks if check.agrees is None} == {name for name, expected in skipped.items() if expected}, number
        assert hessian_inertia(point) == found.hessian_inertia, number  # the closed form, if the point is critical
        along_a_line(point, number)
        if number % 2 == 0:
            assert found.critical, number
            captured_by_ranks(point, found)


def along_a_line(point, number):
    """Compare the loss along a random line."""
    source, here = random.Random(number), SympyLoss(point)
    direction = [table(source, weight.rows, weight.cols, "integers") for weight in point.weights]
    curve = linear.line(point, direction)
    theirs = here.along([[here.rows(part) for part in parts] for parts in curve])
    ours = [here.number(value) for value in linear.loss_along(point, curve)]
    assert theirs + [0] * (len(ours) - len(theirs)) == ours, number


def to_sympy(matrix):
    return sympy.Matrix(matrix.rows, matrix.cols, [sympy.Rational(str(x)) for row in matrix.to_rows() for x in row])


def captured_by_ranks(point, found):
    """Compare p with dim(col(A2) and the eigenspace) = rank(A2) - rank((Sigma - sigma) A2), where all is rational."""
    if any(weight.level for weight in point.weights):
        return
    x, y, columns = to_sympy(point.X), to_sympy(point.Y), to_sympy(point.weights[1])
    sigma = y * x.pinv() * x * y.T if x.cols and x.rows else sympy.zeros(y.rows, y.rows)
    for pair, count in zip(found.spectrum.eigenvalues, found.captured, strict=True):
        if pair.value.exact is not None:
            rest = (sigma - sympy.Rational(str(pair.value.exact)) * sympy.eye(y.rows)) * columns
            assert count == columns.rank() - rest.rank()


def test_the_kinds_are_what_they_are_called():
    """Every instance of a kind is degenerate in the way that its name says."""
    def always(kind, predicate):
        return all(predicate(degenerate(kind, random.Random(f"{kind}{number}"))) for number in range(EACH))

    assert always("rank-deficient X", lambda data: data.X.rank() < data.X.rows)
    assert always("repeated sigma", lambda data: any(pair.multiplicity > 1 for pair in spectrum(data.X, data.Y).positive()))
    assert always("zero blocks", lambda data: data.X.rank() < 2 and spectrum(data.X, data.Y).zero > 0)
    assert always("one sample", lambda data: data.X.cols == 1)
    assert always("d1 above d2", lambda data: data.widths[1] > data.widths[2])
    assert always("empty", lambda data: 0 in (*data.widths, data.X.cols))
    assert always("Sigma = 0", lambda data: not spectrum(data.X, data.Y).positive())
    assert always("repeated irrational sigma", lambda data: {pair.multiplicity for pair in spectrum(data.X, data.Y).eigenvalues} == {2})
