"""Random data and critical points of shallow linear networks, degenerate ones above all."""

from __future__ import annotations

import random
from fractions import Fraction

from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import spectrum
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
