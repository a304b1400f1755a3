"""The perturbations of Proposition 3 on points that SymPy builds by Theorem 1, expanded in e by SymPy and by symcrit.

Confirmed for 72 points on degenerate data: the change -1/2 e^2/(1+e^2) (sigma_i - sigma_j) of item 1, with the factor
1/2 that the paper lacks, and 1/2 e^4 a + (1/2 e^6 - e^3) sigma_q of item 2, whose leading term is -sigma_q e^3.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction

import pytest
import sympy
from flint import fmpq

from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.classify import classify
from symcrit.landscape.perturbation import perturbations
from symcrit.landscape.second_opinion import second_opinion
from symcrit.landscape.sympy_curve import SympyCurve
from symcrit.networks import linear
from symcrit.networks.points import Point

ITEM_1, ITEM_2 = (f"Zhou & Liang 2018, Proposition 3, item {k}" for k in (1, 2))
EPSILON = sympy.Symbol("e", positive=True)
PYTHAGOREAN = [(3, 4, 5), (5, 12, 13), (8, 15, 17)]
SIGMAS = [(9, 4, 1), (4, 1, 0), (4, 4, 1), (9, 1, 1), (4, 0, 0), (9, 4, 4)]  # squares, so that Y is rational


@dataclass
class Instance:
    """A critical point [F, 0] C, C^-1 (...) with orthonormal eigenvectors F of Sigma, all of it rational."""

    x: sympy.Matrix
    y: sympy.Matrix
    vectors: sympy.Matrix  # all eigenvectors, in the order of `sigmas`
    sigmas: tuple[int, ...]
    captured: list[int]  # columns of `vectors`
    c: sympy.Matrix
    l1: sympy.Matrix  # C L1
    first: sympy.Matrix
    second: sympy.Matrix

    def point(self, first=None, second=None):
        first, second = self.first if first is None else first, self.second if second is None else second
        return Point(ours(self.x), ours(self.y), (ours(first), ours(second)))

    def loss(self, first, second):
        error = second * first * self.x - self.y
        return sum(entry**2 for entry in error) / 2

    @property
    def inputs(self):
        """The matrix Y X^+."""
        return self.y * self.x.pinv()


def ours(matrix):
    return RationalMatrix.of([[str(x) for x in row] for row in matrix.tolist()], matrix.shape)


def rotation(source, size):
    """Make a rational orthogonal matrix."""
    result = sympy.eye(size)
    for _ in range(size):
        i, j = sorted(source.sample(range(size), 2))
        a, b, c = source.choice(PYTHAGOREAN)
        turn = sympy.eye(size)
        turn[i, i] = turn[j, j] = sympy.Rational(a, c)
        turn[i, j], turn[j, i] = sympy.Rational(b, c), sympy.Rational(-b, c)
        result = result * turn
    return result


def integers(source, rows, columns):
    return sympy.Matrix(rows, columns, [source.randint(-2, 2) for _ in range(rows * columns)])


def invertible(source, size):
    while True:
        found = integers(source, size, size)
        if found.rank() == size:
            return found


def data(source, sigmas):
    """Make X without full row rank and Y with Sigma = U diag(sigmas) U'; Y also leaves the row space of X."""
    rows = rotation(source, 4)[:3, :]  # orthonormal
    x = integers(source, 4, 3) * rows
    while x.rank() < 3:
        x = integers(source, 4, 3) * rows
    u = rotation(source, 3)
    inside = u * sympy.diag(*[sympy.sqrt(sigma) for sigma in sigmas]) * rows
    return x, inside + integers(source, 3, 4) * (sympy.eye(4) - rows.T * rows), u


def instance(seed, optimal):
    """Build a critical point by Theorem 1, of optimal order with an unused unit or of non-optimal order."""
    source = random.Random(f"{seed}{optimal}")
    sigmas = SIGMAS[seed % len(SIGMAS)]
    x, y, u = data(source, sigmas)
    levels = sorted({sigma for sigma in sigmas if sigma}, reverse=True)
    if optimal:  # every eigenvalue above some level, none below
        taken = source.randrange(len(levels))
        captured = [k for k in range(3) if sigmas[k] in levels[:taken]]
        d1 = len(captured) + source.randint(1, 2)
    else:  # the largest left out, a smaller one, possibly 0, captured
        captured = [k for k in range(3) if sigmas[k] == min(sigmas)]
        d1 = len(captured) + source.randint(0, 1)
    rank, f, c = len(captured), u[:, captured], invertible(source, d1)
    inputs, cl1 = y * x.pinv(), integers(source, d1, x.rows)
    for row, column in enumerate(free_rows(source, (sympy.eye(3) - f * f.T) * y * x.T, d1 - rank), rank):
        cl1[row, :] = column.T
    top = f.T * inputs + cl1[:rank, :] * (sympy.eye(x.rows) - x * x.pinv())
    second = f.row_join(sympy.zeros(3, d1 - rank)) * c
    return Instance(x, y, u, sigmas, captured, c, cl1, c.inv() * top.col_join(cl1[rank:, :]), second)


def free_rows(source, matrix, count):
    """Choose rows of C L1 that satisfy eq. (3): their transposes lie in the kernel of (I - P) Y X'."""
    kernel = matrix.nullspace()
    return [sum((source.randint(-1, 1) * column for column in kernel), sympy.zeros(matrix.cols, 1)) for _ in range(count)]


@pytest.mark.parametrize("seed", range(36))
def test_item_1(seed):
    found = instance(seed, optimal=False)
    point = found.point()
    stated = classify(point)
    i, j = 0, found.captured[0]
    gap = found.sigmas[i] - found.sigmas[j]
    assert gap > 0
    assert stated.critical and stated.kind == "strict_saddle" and stated.rank == len(found.captured)
    assert second_opinion(point, stated).agrees

    c = sympy.Symbol("c")  # 1/sqrt(1 + e^2)
    moved = (c - 1) * found.vectors[:, j] + c * EPSILON * found.vectors[:, i]
    unit = sympy.eye(found.c.rows)[:, 0]  # the column of V C that holds u_j
    second = found.second + moved * (unit.T * found.c)
    first = found.first + found.c.inv() * unit * (moved.T * found.inputs)
    loss = sympy.Poly(sympy.expand(found.loss(first, second)), c)
    value = sum(coefficient * power_of_c(power) for (power,), coefficient in loss.terms())
    change = sympy.cancel(value - sympy.Rational(str(linear.loss(point))))
    assert sympy.cancel(change + EPSILON**2 / (1 + EPSILON**2) * gap / 2) == 0
    assert sympy.series(change, EPSILON, 0, 6).removeO() == sympy.expand(-sympy.Rational(gap, 2) * (EPSILON**2 - EPSILON**4))
    for a, b, h in PYTHAGOREAN:  # e = a/b, where the square root is rational: the loss by symcrit
        numbers = {EPSILON: sympy.Rational(a, b), c: sympy.Rational(b, h)}
        there = found.point(first.subs(numbers), second.subs(numbers))
        assert linear.loss(there) - linear.loss(point) == fmpq(-gap * a * a, 2 * h * h)
        assert there.weights[1].rank() == point.weights[1].rank()
    ours_1 = [curve for curve in perturbations(point) if curve.theorem == ITEM_1]
    assert [curve.normalised for curve in ours_1] == [False, True]
    for curve in ours_1:  # with vectors of any length: e stands for c^(1/2) e
        c = curve.change.den[2]
        assert (curve.change.num, curve.change.den) == ((0, 0, -c * gap / 2), (1, 0, c)) and c > 0
        assert SympyCurve(curve).faults() == []


def power_of_c(power):
    """Write a power of c in e; the loss has even ones only, so no square root is left."""
    assert power % 2 == 0
    return 1 / (1 + EPSILON**2) ** (power // 2)


@pytest.mark.parametrize("seed", range(36))
def test_item_2(seed):
    found = instance(seed, optimal=True)
    point, rank = found.point(), len(found.captured)
    stated = classify(point)
    assert stated.critical and stated.kind == "strict_saddle" and stated.rank == rank
    assert second_opinion(point, stated).agrees

    sigma, vector = found.sigmas[rank], found.vectors[:, rank]  # the next one; they are in decreasing order
    unit = sympy.eye(found.c.rows)[:, rank]
    first = found.c.inv() * unit * (vector.T * found.inputs)  # added, not subtracted as the paper has it
    second = vector * (unit.T * found.c)
    row = found.l1[rank, :] * found.x
    length = (row * row.T)[0, 0]
    loss = sympy.Poly(sympy.expand(found.loss(found.first + EPSILON * first, found.second + EPSILON**2 * second)), EPSILON)
    change = loss.as_expr() - sympy.Rational(str(linear.loss(point)))
    assert sympy.expand(change - EPSILON**4 * length / 2 - (EPSILON**6 / 2 - EPSILON**3) * sigma) == 0
    assert sympy.series(change, EPSILON, 0, 4).removeO() == -sigma * EPSILON**3
    second = ours(second)
    along = linear.loss_along(point, [[point.weights[0], ours(first)], [point.weights[1], second.zeros(*second.shape), second]])
    along += [fmpq(0)] * (7 - len(along))
    theirs = [Fraction(int(value.p), int(value.q)) for value in reversed(loss.all_coeffs())]
    assert [str(value) for value in along] == [str(value) for value in theirs + [Fraction(0)] * (len(along) - len(theirs))]
    there = point.moved((point.weights[0] + ours(first).scale("1/10"), point.weights[1] + second.scale("1/100")))
    assert there.weights[1].rank() == rank + 1
    falling = [curve for curve in perturbations(point) if curve.theorem == ITEM_2]
    assert [curve.order for curve in falling] == [2, 3]
    assert [SympyCurve(curve).faults() for curve in falling] == [[], []]
    series = falling[1].change.series(7)  # with v and w of any length, -|v|^2 |w|^2 sigma e^3 and half of -|w|^2 times that, e^6
    scale = -series[3] / sigma
    assert series[:3] == [0, 0, 0] and scale > 0 and series[5] == 0
    assert 2 * series[6] / (-series[3]) == scale
