"""Random data and critical points of shallow linear networks, degenerate ones above all."""

from __future__ import annotations

import random
from fractions import Fraction

from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import spectrum
from symcrit.networks.linear import is_critical
from symcrit.networks.points import Data, Point
from symcrit.networks.theorem_1 import build


def table(source: random.Random, rows: int, columns: int, kind: str) -> RationalMatrix:
    """Make a matrix: of small integers, of fractions, sparse, or a diagonal with repeated entries."""
    def entry(i: int, j: int) -> Fraction:
        if kind == "integers":
            return Fraction(source.randint(-2, 2))
        if kind == "fractions":
            return Fraction(source.randint(-9, 9), source.randint(1, 9))
        if kind == "sparse":
            return Fraction(source.randint(1, 2) if source.random() < 0.4 else 0)
        return Fraction(source.randint(0, 2) if i == j else 0)

    return RationalMatrix.of([[entry(i, j) for j in range(columns)] for i in range(rows)], (rows, columns))


def random_data(source: random.Random, most: int) -> Data:
    """Make data of widths 1 to `most`, now and then 0, whose X often lacks rank."""
    d0, d1, d2, m = (source.randint(0 if source.random() < 0.08 else 1, most) for _ in range(4))
    kind = source.choice(["integers", "fractions", "sparse", "diagonal"])
    x = table(source, d0, m, kind)
    if source.random() < 0.3:
        inner = source.randint(0, 2)
        x = table(source, d0, inner, "integers") @ table(source, inner, m, "integers")
    return Data(x, table(source, d2, m, kind), (d0, d1, d2))


def random_capture(source: random.Random, data: Data) -> tuple[list[int], int]:
    """Choose p and p-bar that fit the data and the widths."""
    found, room, counts = spectrum(data.X, data.Y), min(data.widths[1:]), []
    for pair in found.positive():
        counts.append(source.randint(0, min(room, pair.multiplicity)))
        room -= counts[-1]
    return counts, source.randint(0, min(room, found.zero))


def random_point(seed: int, most: int) -> tuple[Point, tuple[int, ...]]:
    """Build a random critical point; return it with p, followed by p-bar if 0 is an eigenvalue."""
    source = random.Random(seed)
    data = random_data(source, most)
    counts, null = random_capture(source, data)
    point = build(data, counts, null, c=source.choice(["identity", "random"]), l1=source.choice(["zero", "random"]),
                  seed=source.choice([None, seed]))
    return point, (*counts, *([null] if spectrum(data.X, data.Y).zero else []))


def random_deep_data(source: random.Random, most: int) -> Data:
    """Make data of a network of 2 to 5 layers, widths 1 to `most`, with repeated, zero and irrational spectra."""
    depth, m = source.randint(2, 5), source.randint(1, most)
    widths = tuple(source.randint(1, most) for _ in range(depth + 1))
    kind = source.choice(["integers", "fractions", "sparse", "diagonal"])
    x = table(source, widths[0], m, kind)
    if source.random() < 0.3:
        inner = source.randint(0, 2)
        x = table(source, widths[0], inner, "integers") @ table(source, inner, m, "integers")
    return Data(x, table(source, widths[-1], m, kind), widths)


def sparse_deep_point(seed: int) -> Point | None:
    """Make a point of a deep network with few entries that are not 0, in bases that hide it; None if not critical.

    X is the identity. Such points have layers that are 0, or 0 in products only, in all combinations.
    """
    source = random.Random(seed)
    depth = source.choice([3, 3, 4, 4, 5])
    widths = [source.randint(1, 3 if depth < 5 else 2) for _ in range(depth + 1)]
    diagonal = [source.choice([0, 1, 1, 2, 3]) for _ in range(widths[-1])]
    weights = []
    for k in range(depth):
        share = source.choice([0, 0, 0.2, 0.4])
        rows = [[source.choice([1, 1, 1, -1]) if source.random() < share else 0 for _ in range(widths[k])]
                for _ in range(widths[k + 1])]
        if source.random() < 0.5:
            for row in rows:
                row[0] = 0
            rows[0] = [diagonal[0] if k == depth - 1 else 1] + [0] * (widths[k] - 1)
        weights.append(RationalMatrix.of(rows, (widths[k + 1], widths[k])))
    unit: RationalMatrix = weights[0].identity(widths[0])
    y = RationalMatrix.of([[entry if i == j else 0 for j in range(widths[0])] for i, entry in enumerate(diagonal)],
                          (widths[-1], widths[0]))
    if not is_critical(Point(unit, y, tuple(weights))):
        return None
    if source.random() < 0.5:
        for k in range(depth - 1):
            change = table(source, widths[k + 1], widths[k + 1], "integers")
            if change.rank() == change.rows:
                weights[k], weights[k + 1] = change @ weights[k], weights[k + 1] @ change.inverse()
    return Point(unit, y, tuple(weights))
