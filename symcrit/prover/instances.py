"""Pools of small exact matrices: where the search for instances draws the letters from.

Everything here is drawn from the random generator that is handed in, so that the same seed gives the
same matrices on any machine. Numerators and denominators are small on purpose: people read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from flint import fmpq, fmpq_mat

from symcrit.prover.program import eye, pseudoinverse

_SCALARS = (1, 0, -1, 2, 3, -2, fmpq(1, 2), fmpq(3, 2), -3, fmpq(-1, 2), 4, 5, fmpq(3, 5), fmpq(4, 5))
_PALETTES: tuple[tuple[int | fmpq, ...], ...] = (
    (1,), (1, 1, -1), (1, 1, -1, 2), (1, 2, 3, -1), (1, -1, 2, -2, 3, fmpq(1, 2)))
_DENSITIES = (0.25, 0.5, 0.5, 0.75, 1.0)  # probabilities only: no float enters a value
_TRIPLES = ((3, 4, 5), (3, 4, 5), (5, 12, 13), (8, 15, 17))


def draw(rng: Random, rows: int, cols: int, properties: Sequence[str], *, constrained: bool) -> fmpq_mat:
    """Draw a matrix with given properties (the last few are best checked again by the caller).

    A letter with equations still to meet is drawn from structured pools more often than a free one.
    """
    for word in ("projector", "orthogonal", "idempotent", "diagonal"):
        if word in properties:
            return _SQUARE[word](rng, rows)
    if "symmetric" in properties:
        return _symmetric(rng, rows)
    if "invertible" in properties:
        return _invertible(rng, rows)
    if rows == cols == 1:
        return fmpq_mat(1, 1, [_scalar(rng)])
    if rng.random() < (0.3 if constrained else 0.7):
        return sparse(rng, rows, cols)
    if 1 in (rows, cols):
        return _vector(rng, rows, cols)
    if rows == cols and rng.random() < 0.7:
        return _SQUARE[rng.choice(_SQUARE_NAMES)](rng, rows)
    return _rectangular(rng, rows, cols)


def _scalar(rng: Random) -> int | fmpq:
    return _SCALARS[min(rng.randrange(len(_SCALARS)), rng.randrange(len(_SCALARS)))]


def sparse(rng: Random, rows: int, cols: int) -> fmpq_mat:
    """Draw a matrix of a few small entries."""
    palette, density = rng.choice(_PALETTES), rng.choice(_DENSITIES)
    return fmpq_mat(rows, cols, [rng.choice(palette) if rng.random() < density else 0 for _ in range(rows * cols)])


def sparse_factors(rng: Random, count: int) -> list[fmpq]:
    """Draw the coordinates of a point in a space with a given number of directions."""
    palette = rng.choice(_PALETTES)
    density = rng.choice(_DENSITIES)
    return [fmpq(rng.choice(palette)) if rng.random() < density else fmpq(0) for _ in range(count)]


def _vector(rng: Random, rows: int, cols: int) -> fmpq_mat:
    """Draw a unit vector, upright or lying."""
    size = max(rows, cols)
    table = _orthogonal(rng, size).table()
    return fmpq_mat(rows, cols, table[0])


def _rectangular(rng: Random, rows: int, cols: int) -> fmpq_mat:
    kind = rng.randrange(6)
    if kind == 0:
        return sparse(rng, rows, 1) * sparse(rng, 1, cols)
    if kind == 1:
        return fmpq_mat(rows, cols)
    diagonal = _rectangular_diagonal(rng, rows, cols, ones=kind in (2, 3, 4))
    if kind == 2:
        return _permutation(rng, rows, signs=False) * diagonal * _permutation(rng, cols, signs=True)
    if kind == 3:
        return _orthogonal(rng, rows) * diagonal
    return _orthogonal(rng, rows) * diagonal * _orthogonal(rng, cols)


def _rectangular_diagonal(rng: Random, rows: int, cols: int, *, ones: bool) -> fmpq_mat:
    value = fmpq_mat(rows, cols)
    full = rng.random() < 0.5
    for k in range(min(rows, cols)):
        if full or rng.random() < 0.5:
            value[k, k] = 1 if ones else _scalar(rng)
    return value


# ---- square matrices


def _permutation(rng: Random, size: int, *, signs: bool) -> fmpq_mat:
    places = list(range(size))
    if rng.random() < 0.6:
        rng.shuffle(places)
    value = fmpq_mat(size, size)
    for row, column in enumerate(places):
        value[row, column] = rng.choice((1, 1, -1)) if signs else 1
    return value


def _signed_permutation(rng: Random, size: int) -> fmpq_mat:
    return _permutation(rng, size, signs=True)


def _orthogonal(rng: Random, size: int) -> fmpq_mat:
    """Draw a signed permutation, a rational rotation or reflection, or a Cayley transform."""
    kind = rng.randrange(8)
    if size == 1 or kind < 4:
        return _permutation(rng, size, signs=True)
    if kind < 6:
        return _rotation(rng, size) * _permutation(rng, size, signs=True)
    if kind == 6:
        vector = sparse(rng, size, 1)
        return eye(size) - vector * pseudoinverse(vector) * 2
    skew = _skew(rng, size)
    return (eye(size) - skew) * (eye(size) + skew).inv()


def _rotation(rng: Random, size: int) -> fmpq_mat:
    value = eye(size)
    i, j = rng.sample(range(size), 2)
    a, b, c = rng.choice(_TRIPLES)
    value[i, i] = value[j, j] = fmpq(a, c)
    value[i, j], value[j, i] = fmpq(b, c), fmpq(-b, c)
    return value


def _skew(rng: Random, size: int) -> fmpq_mat:
    value = sparse(rng, size, size)
    return value - value.transpose()


def _symmetric(rng: Random, size: int) -> fmpq_mat:
    kind = rng.randrange(6)
    if kind == 0:
        return _projector(rng, size)
    if kind == 1:
        return _diagonal(rng, size)
    if kind == 2:
        turn = _orthogonal(rng, size)
        return turn * _diagonal(rng, size) * turn.transpose()
    value = sparse(rng, size, size)
    for i in range(size):
        for j in range(i):
            value[i, j] = value[j, i]
    return value


def _diagonal(rng: Random, size: int) -> fmpq_mat:
    value = fmpq_mat(size, size)
    for k in range(size):
        value[k, k] = _scalar(rng)
    return value


def _projector(rng: Random, size: int) -> fmpq_mat:
    if rng.random() < 0.5:
        return _rectangular_diagonal(rng, size, size, ones=True)
    basis = sparse(rng, size, rng.randint(1, size))
    return basis * pseudoinverse(basis)


def _idempotent(rng: Random, size: int) -> fmpq_mat:
    if rng.random() < 0.3:
        return _projector(rng, size)
    frame = _unimodular(rng, size)
    return frame * _rectangular_diagonal(rng, size, size, ones=True) * frame.inv()


def _unimodular(rng: Random, size: int) -> fmpq_mat:
    """Draw a row-permuted triangular matrix with units on the diagonal."""
    value = sparse(rng, size, size)
    for i in range(size):
        value[i, i] = rng.choice((1, 1, -1))
        for j in range(i):
            value[i, j] = 0
    shuffle = _permutation(rng, size, signs=False)
    return shuffle * value * _permutation(rng, size, signs=False)


def _invertible(rng: Random, size: int) -> fmpq_mat:
    kind = rng.randrange(6)
    if kind == 0:
        return _orthogonal(rng, size)
    value = sparse(rng, size, size)
    if kind < 5 and value.rank() == size:
        return value
    return _unimodular(rng, size)


def _nilpotent(rng: Random, size: int) -> fmpq_mat:
    value = sparse(rng, size, size)
    for i in range(size):
        for j in range(i + 1):
            value[i, j] = 0
    shuffle = _permutation(rng, size, signs=False)
    return shuffle * value * shuffle.transpose()


def _similar(rng: Random, size: int) -> fmpq_mat:
    """Draw a matrix with rational eigenvalues."""
    frame = _unimodular(rng, size)
    return frame * _diagonal(rng, size) * frame.inv()


def _multiple(rng: Random, size: int) -> fmpq_mat:
    return eye(size) * fmpq(_scalar(rng))


_SQUARE = {
    "symmetric": _symmetric, "diagonal": _diagonal, "orthogonal": _orthogonal, "projector": _projector,
    "idempotent": _idempotent, "nilpotent": _nilpotent, "similar": _similar, "invertible": _invertible,
    "multiple": _multiple, "skew": _skew, "permutation": _signed_permutation,
}
_SQUARE_NAMES = tuple(_SQUARE)
