"""Integer matrices modulo primes, with bounds that make the answers proven: rank, adjugate, reconstruction."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from flint import fmpz, fmpz_mat, fmpz_poly, nmod, nmod_mat, nmod_poly

_found: list[int] = []


def primes() -> Iterator[int]:
    """Go through the primes below 2^62, the largest first.

    >>> next(primes())
    4611686018427387847
    """
    yield from _found
    position = len(_found)
    while True:
        if position == len(_found):
            candidate = (_found[-1] if _found else 2**62 + 1) - 2
            while not fmpz(candidate).is_prime():
                candidate -= 2
            _found.append(candidate)
        yield _found[position]
        position += 1


def pivots(matrix: fmpz_mat) -> tuple[list[int], list[int]]:
    """Find rank-many independent rows and columns of an integer matrix; the block they cut out is invertible.

    One prime proves a rank from below. From above: the minors of size rank + 1 vanish modulo every prime tried, so
    they are 0 once the product of the primes exceeds Hadamard's bound for them.

    >>> pivots(fmpz_mat([[0, 1, 2], [0, 2, 4]]))
    ([0], [1])
    >>> pivots(fmpz_mat(2, 0))
    ([], [])
    """
    return _pivots((matrix.nrows(), matrix.ncols()), ((prime, nmod_mat(matrix, prime)) for prime in primes()),
                   lambda size: _minor_bound(matrix, size))


def field_pivots(parts: Sequence[fmpz_mat], modulus: fmpz_poly) -> tuple[list[int], list[int]]:
    """Find rank-many independent rows and columns of M0 + s M1 + s^2 M2 + ..., where s is a root of an irreducible f.

    As above, with primes modulo which f has a root: a minor, made an algebraic integer, is 0 once so many prime ideals
    of degree 1 divide it that their product exceeds a bound for its norm.

    >>> two = fmpz_poly([-2, 0, 1])  # [s 1; 2 s] has determinant s^2 - 2
    >>> field_pivots([fmpz_mat([[0, 1], [2, 0]]), fmpz_mat([[1, 0], [0, 1]])], two)
    ([0], [0])
    >>> field_pivots([fmpz_mat([[0, 1], [3, 0]]), fmpz_mat([[1, 0], [0, 1]])], two)
    ([0, 1], [0, 1])
    """
    degree, lead = modulus.degree(), int(modulus[modulus.degree()])
    largest = 1 + max(abs(int(c)) for c in modulus.coeffs()[:-1])  # above every conjugate of s (Cauchy)
    shape = parts[0].nrows(), parts[0].ncols()
    powers = [largest**j for j in range(degree)]
    bounds = fmpz_mat(*shape, [sum((abs(int(entry)) * power for entry, power in zip(entries, powers, strict=True)),
                                   start=0) * lead ** (degree - 1)
                               for entries in zip(*(part.entries() for part in parts), strict=True)])

    def images() -> Iterator[tuple[int, nmod_mat]]:
        for prime in primes():
            if lead % prime:
                for root, multiplicity in nmod_poly([int(c) for c in modulus.coeffs()], prime).roots():
                    if multiplicity == 1:
                        yield prime, _evaluated(parts, root, prime)

    return _pivots(shape, images(), lambda size: _minor_bound(bounds, size) ** degree)


def _evaluated(parts: Sequence[fmpz_mat], root: nmod, prime: int) -> nmod_mat:
    total = nmod_mat(parts[0].nrows(), parts[0].ncols(), prime)
    for part in reversed(parts):
        total = total * root + nmod_mat(part, prime)
    return total


def _pivots(shape: tuple[int, int], images: Iterable[tuple[int, nmod_mat]], minor_bound: Callable[[int], int],
            ) -> tuple[list[int], list[int]]:
    best: tuple[list[int], list[int]] = ([], [])
    largest, product = min(shape), 1
    if largest == 0:
        return best
    bound = 0  # not needed, and so not computed, where the first prime shows the rank to be full
    for prime, reduced in images:
        if len(best[0]) < reduced.rank():
            best, bound = (_pivot_columns(reduced.transpose()), _pivot_columns(reduced)), 0
        if len(best[0]) == largest:
            break
        product *= prime
        bound = bound or minor_bound(len(best[0]) + 1)
        if product > bound:
            break
    return best


def _pivot_columns(matrix: nmod_mat) -> list[int]:
    reduced, rank = matrix.rref()
    columns: list[int] = []
    column = 0
    while len(columns) < rank:
        if int(reduced[len(columns), column]):
            columns.append(column)
        column += 1
    return columns


def _minor_bound(matrix: fmpz_mat, size: int) -> int:
    """Bound the minors of a size by Hadamard: the longest rows multiplied, or the longest columns."""
    return min(_lengths_bound(matrix.tolist(), size), _lengths_bound(matrix.transpose().tolist(), size))


def _lengths_bound(rows: Sequence[Sequence[fmpz]], size: int) -> int:
    squares = heapq.nlargest(size, (int(sum((x * x for x in row), fmpz(0))) for row in rows))
    return math.isqrt(math.prod(squares)) + 1


def adjugate(matrix: fmpz_mat, *, gram: bool) -> tuple[fmpz_mat, fmpz]:
    """Compute adjugate and determinant of an invertible integer matrix by the Chinese remainder theorem.

    With `gram` the matrix must be a Gram matrix N N', for which the bound is much smaller: the diagonal entries of the
    adjugate are Gram determinants, at most the product of the diagonal left (Hadamard), and bound the others.

    >>> adjugate(fmpz_mat([[2, 1], [1, 3]]), gram=True)
    ([ 3, -1]
    [-1,  2], 5)
    >>> adjugate(fmpz_mat([[1, 1], [1, 1]]), gram=True)
    Traceback (most recent call last):
    ZeroDivisionError: the matrix is singular
    """
    size = matrix.nrows()
    if gram:
        diagonal = sorted(int(matrix[i, i]) for i in range(size))
        bounds = math.prod(diagonal[1:]), math.prod(diagonal)
    else:
        bounds = _minor_bound(matrix, size - 1), _minor_bound(matrix, size)

    places = [(i, j) for i in range(size) for j in range(i + 1 if gram else size)]

    def image(prime: int) -> list[int] | None:
        reduced = nmod_mat(matrix, prime)
        det = reduced.det()
        if not int(det):
            return None
        inverse = reduced.inv() * det
        return [*(int(inverse[place]) for place in places), int(det)]

    *entries, det = reconstruct(image, 2 * max(bounds) + 1)
    if gram:  # symmetric: only the lower triangle was computed
        found = dict(zip(places, entries, strict=True))
        entries = [found[max(i, j), min(i, j)] for i in range(size) for j in range(size)]
    return fmpz_mat(size, size, entries), det


def reconstruct(image: Callable[[int], list[int] | None], above: int) -> list[fmpz]:
    """Recover integers from their images modulo primes; twice their size must stay below `above`.

    An image of None refuses a prime that divides the determinant; ZeroDivisionError is raised once the product of
    those exceeds the bound, which proves that the determinant is 0.

    >>> reconstruct(lambda p: [-5 % p, 7 % p], 100)
    [-5, 7]
    >>> reconstruct(lambda p: None, 100)
    Traceback (most recent call last):
    ZeroDivisionError: the matrix is singular
    """
    used: list[int] = []
    images: list[list[int]] = []
    modulus = refused = 1
    for prime in primes():
        found = image(prime)
        if found is None:
            refused *= prime
            if refused >= above:
                raise ZeroDivisionError("the matrix is singular")
            continue
        used.append(prime)
        images.append(found)
        modulus *= prime
        if modulus >= above:
            break
    total = fmpz_mat(1, len(images[0]))
    for prime, found in zip(used, images, strict=True):
        rest = modulus // prime
        total += fmpz_mat(1, len(found), found) * fmpz(rest * pow(rest, -1, prime))
    whole, half = fmpz(modulus), fmpz(modulus // 2)
    return [(x + half) % whole - half for x in total.entries()]
