"""Ratios against the naive way of SymPy and against raw FLINT: `python benchmarks/run.py [--quick]`.

SymPy runs once, on its `Matrix`, only at sizes where that takes seconds; where the size is smaller than the target's,
the row says so by its size. symcrit and FLINT: median of three runs. Then the rows of `landscape.py` and peak memory.
Not measured here: the series in epsilon.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import landscape
import sympy
from flint import fmpq_mat, fmpz_mat

from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import spectrum
from symcrit.networks.linear import gradients_zero
from symcrit.networks.points import Point


def median(work: Callable[[], Any], runs: int = 3) -> float:
    """Time some calls; return the median."""
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def fresh(matrix: RationalMatrix) -> RationalMatrix:
    """Copy a matrix, so that nothing is remembered from the run before."""
    return RationalMatrix(fmpq_mat(matrix.flint))


def fresh_point(point: Point) -> Point:
    """Copy a point."""
    return Point(fresh(point.X), fresh(point.Y), tuple(fresh(weight) for weight in point.weights))


def naive(matrix: RationalMatrix) -> sympy.Matrix:
    """Write the matrix as SymPy's."""
    return sympy.Matrix(
        matrix.rows,
        matrix.cols,
        [
            sympy.Rational(int(matrix.entry(i, j).p), int(matrix.entry(i, j).q))
            for i in range(matrix.rows)
            for j in range(matrix.cols)
        ],
    )


def row(name: str, ours: float, other: float | None = None, target: str = "") -> None:
    """Print one line."""
    ratio = f"{other:10.4f} s {other / ours:9.1f} x" if other is not None else ""
    print(f"{name:44} {ours:10.5f} s {ratio:24} {target}", flush=True)


def pinv(quick: bool) -> None:
    """Compare pseudoinverses with SymPy and with FLINT's inverse of the Gram matrix."""
    for rows, columns, rank, target in (
        (8, 8, 8, ">= 50 x"),
        (8, 16, 8, ""),
        (16, 16, 8, ""),
        (16, 32, 16, ""),
        (32, 64, 32, ">= 250 x"),
        (64, 64, 64, ">= 80 x"),
    ):
        if quick and rows > 8:
            continue
        a = (
            landscape.table(rows, rank) @ landscape.table(rank, columns)
            if rank < rows
            else landscape.table(rows, columns)
        )
        theirs = naive(a)
        row(
            f"pinv {rows} x {columns} rank {rank}, against sympy",
            median(lambda a=a: fresh(a).pinv()),
            median(theirs.pinv, 1),
            target,
        )
    for size in (8, 16, 32) if quick else (8, 16, 32, 64, 128):
        whole = fmpz_mat(size, size, [landscape.SOURCE.randint(-9, 9) for _ in range(size * size)])
        ours, flint = (
            median(lambda w=whole: RationalMatrix(fmpq_mat(w)).pinv(), 9),
            median(lambda w=whole: fmpq_mat(w).inv(), 9),
        )
        row(f"pinv {size} x {size}, against FLINT's inverse", ours, flint, ">= 0.77 x")


def gradient(quick: bool) -> None:
    """Compare the gradients at a global minimum with SymPy's matrices."""
    for size, target in ((16, ">= 100 x"), (32, ">= 250 x")):
        if quick and size > 16:
            continue
        x, y, second = (landscape.table(size, size) for _ in range(3))
        point = Point(x, y, (second.inverse() @ (y @ x.inverse()), second))
        first, a2, sx, sy = (naive(m) for m in (point.weights[0], second, x, y))

        def theirs(first: Any = first, a2: Any = a2, sx: Any = sx, sy: Any = sy) -> None:
            rest = a2 * first * sx - sy
            assert (a2.T * rest * sx.T).is_zero_matrix and (rest * (first * sx).T).is_zero_matrix

        row(
            f"gradients zero, widths {size}, against sympy",
            median(lambda p=point: gradients_zero(fresh_point(p))),
            median(theirs, 1),
            target,
        )


def spectra(quick: bool) -> None:
    """Compare the spectrum with SymPy's characteristic polynomial, factored, with isolated roots."""
    for size in (6,) if quick else (6, 10):
        x, y = landscape.table(size, size), landscape.table(size, size)
        sx, sy = naive(x), naive(y)

        def theirs(sx: Any = sx, sy: Any = sy) -> None:
            polynomial = (sy * sx.pinv() * sx * sy.T).charpoly()
            for factor, _ in polynomial.factor_list()[1]:
                factor.intervals()

        row(
            f"spectrum, d = {size}, against sympy",
            median(lambda x=x, y=y: spectrum(fresh(x), fresh(y))),
            median(theirs, 1),
        )
    for size, target in ((16, ""), (64, "< 0.5 s")):
        x, y = landscape.table(size, size), landscape.table(size, size)
        row(f"spectrum, d = {size}", median(lambda x=x, y=y: spectrum(fresh(x), fresh(y))), None, target)


def main() -> None:
    """Print the table."""
    quick = "--quick" in sys.argv[1:]
    pinv(quick)
    gradient(quick)
    spectra(quick)
    if not quick:
        landscape.main()


if __name__ == "__main__":
    main()
