"""Matrices over several number fields, written over one field that contains them all."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from flint import ctx, fmpq_mat, fmpq_poly

from symcrit.errors import LimitError
from symcrit.exact.algebraic import Algebraic, primitive, sorted_roots
from symcrit.exact.field import NumberField
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.exact.matrix import Matrix

MAX_DEGREE = 64  # of a product of two fields, before it is known how much of it is needed


def over_one_field(matrices: Sequence[Matrix]) -> list[Any]:
    """Write matrices over one number field that contains all their fields; rational ones are left as they are.

    Raises LimitError if the degrees multiply to more than 64.

    >>> two = FieldMatrix.of(NumberField.of([-2, 0, 1], 1), [["s"]])
    >>> three = FieldMatrix.of(NumberField.of([-3, 0, 1], 1), [["s"]])
    >>> first, second = over_one_field([two, three])
    >>> first.field.root, (first @ second).entry(0, 0).algebraic()
    (Algebraic([1, 0, -10, 0, 1], 1), Algebraic([-6, 0, 1], 1))
    >>> big = [Algebraic.root([-2, *[0] * (n - 1), 1], 1) for n in (7, 11)]
    >>> over_one_field([FieldMatrix.of(NumberField(root), [["s"]]) for root in big])
    Traceback (most recent call last):
    symcrit.errors.LimitError: a field that contains two of degrees 7 and 11 may have degree 77; the limit is 64
    """
    fields = list(dict.fromkeys(matrix.field for matrix in matrices if isinstance(matrix, FieldMatrix)))
    if len(fields) < 2:
        return list(matrices)
    large, images = fields[0], {fields[0]: fmpq_poly([0, 1])}
    for field in fields[1:]:
        joined, old, new = _joined(large, field)
        images = {known: image(old) % joined.modulus for known, image in images.items()} | {field: new}
        large = joined
    return [_mapped(matrix, large, images[matrix.field]) if isinstance(matrix, FieldMatrix) else matrix
            for matrix in matrices]


def _mapped(matrix: FieldMatrix, field: NumberField, image: fmpq_poly) -> FieldMatrix:
    parts = [fmpq_mat(*matrix.shape) for _ in range(field.degree)]
    power = fmpq_poly([1])
    for part in matrix.parts:
        for k in range(field.degree):
            if power[k] != 0:
                parts[k] += part * power[k]
        power = power * image % field.modulus
    return FieldMatrix(field, parts)


def _joined(first: NumberField, second: NumberField) -> tuple[NumberField, fmpq_poly, fmpq_poly]:
    """Find a primitive element a + k b of QQ(a, b), and a and b as polynomials in it.

    Source: a + k b acts on QQ[a, b] of degree n1 n2 by a matrix; if its characteristic polynomial has no double root,
    its powers are a basis of that algebra, and the factor that has a + k b as a root is its minimal polynomial.
    """
    degree = first.degree * second.degree
    if degree > MAX_DEGREE:
        raise LimitError(f"a field that contains two of degrees {first.degree} and {second.degree} may have degree "
                         f"{degree}; the limit is {MAX_DEGREE}")
    left = _kronecker(companion(first.modulus), _identity(second.degree))
    right = _kronecker(_identity(first.degree), companion(second.modulus))
    for k in itertools.count(1):
        total = left + right * k
        poly = primitive(total.charpoly())
        if poly.gcd(poly.derivative()).degree() == 0:
            break
    root = root_in(sorted_roots(poly), lambda: first.root.ball() + k * second.root.ball())
    field = NumberField(root, first.name)
    start = fmpq_mat(degree, 1, [int(i == 0) for i in range(degree)])
    images = in_powers(total, start, [left * start, right * start])
    if images is None:
        raise AssertionError("1 generates the algebra")
    return field, images[0] % field.modulus, images[1] % field.modulus


def companion(poly: fmpq_poly) -> fmpq_mat:
    """Make the matrix of multiplication by x modulo a polynomial, in the basis 1, x, x^2, ... of columns.

    >>> companion(fmpq_poly([-2, 0, 1]))
    [0, 2]
    [1, 0]
    """
    degree = poly.degree()
    return fmpq_mat(degree, degree, [-poly[i] / poly[degree] if j == degree - 1 else int(i == j + 1)
                                     for i in range(degree) for j in range(degree)])


def in_powers(matrix: fmpq_mat, start: fmpq_mat, wanted: Sequence[fmpq_mat]) -> list[fmpq_poly] | None:
    """Write vectors as polynomials in a matrix times a vector; None if its powers do not span the space.

    >>> in_powers(companion(fmpq_poly([-2, 0, 1])), fmpq_mat([[1], [0]]), [fmpq_mat([[3], [5]])])
    [5*x + 3]
    """
    size, columns = matrix.nrows(), [start]
    while len(columns) < size:
        columns.append(matrix * columns[-1])
    powers = fmpq_mat(size, size, [columns[j][i, 0] for i in range(size) for j in range(size)])
    targets = fmpq_mat(size, len(wanted), [column[i, 0] for i in range(size) for column in wanted])
    try:
        solved = powers.solve(targets)
    except ZeroDivisionError:
        return None
    return [fmpq_poly([solved[i, j] for i in range(size)]) for j in range(len(wanted))]


def root_in(roots: Sequence[Algebraic], ball: Any) -> Algebraic:
    """Find the one of different numbers that is enclosed by a ball, which is computed as precisely as it takes."""
    bits = 64
    while True:
        with ctx.workprec(bits):
            enclosed = ball()
            near = [root for root in roots if root.ball().overlaps(enclosed)]
        if len(near) == 1:
            return near[0]
        bits *= 2


def _identity(size: int) -> fmpq_mat:
    return fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])


def _kronecker(left: fmpq_mat, right: fmpq_mat) -> fmpq_mat:
    return fmpq_mat(left.nrows() * right.nrows(), left.ncols() * right.ncols(),
                    [left[i, j] * right[k, n] for i in range(left.nrows()) for k in range(right.nrows())
                     for j in range(left.ncols()) for n in range(right.ncols())])
