"""Ratios against the naive way of SymPy and against raw FLINT: `python benchmarks/run.py [--quick]`.

Entries are p/q with |p|, q <= 9. SymPy runs once, on its `Matrix`, for at most two minutes a row: what takes longer is
given as a bound. symcrit and FLINT: median of three runs. Then the rows of `landscape.py` and peak memory.
"""

from __future__ import annotations

import signal
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import landscape
import sympy
from flint import fmpq_mat, fmpz_mat

from symcrit.exact.functions import Function, Radical
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import spectrum
from symcrit.landscape.curve import Curve
from symcrit.landscape.perturbation import perturbations
from symcrit.networks.linear import gradients_zero
from symcrit.networks.points import Data, Point
from symcrit.networks.theorem_1 import build


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
        (64, 64, 32, ">= 100 x"),
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
    """Compare the gradients at a critical point of Theorem 1 with SymPy's matrices."""
    for size, target in ((16, ">= 100 x"), (32, ">= 250 x")):
        if quick and size > 16:
            continue
        data = Data(landscape.table(size, 2 * size), landscape.table(size, 2 * size), (size, size, size))
        point = build(data, [1] * size, c="random", l1="random")
        first, a2, sx, sy = (naive(m) for m in (*point.weights, data.X, data.Y))

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
    for size, target in ((6, ""),) if quick else ((8, ""), (16, ">= 200 x")):
        x, y = landscape.table(size, 2 * size), landscape.table(size, 2 * size)
        sx, sy = naive(x), naive(y)

        def theirs(sx: Any = sx, sy: Any = sy) -> None:
            polynomial = (sy * sx.pinv() * sx * sy.T).charpoly()
            for factor, _ in polynomial.factor_list()[1]:
                factor.intervals()

        ours = median(lambda x=x, y=y: spectrum(fresh(x), fresh(y)))
        row(f"spectrum, d = {size}, against sympy", ours, capped(theirs), target)
    x, y = landscape.table(64, 128), landscape.table(64, 128)
    row("spectrum, d = 64", median(lambda: spectrum(fresh(x), fresh(y))), None, "< 0.5 s")


def capped(work: Callable[[], Any], most: int = 120) -> float:
    """Time one call, for so many seconds at most."""
    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(most)
    start = time.perf_counter()
    try:
        work()
    except TimeoutError:
        print(f"(stopped after {most} s: the next ratio is a lower bound)")
    signal.alarm(0)
    return time.perf_counter() - start


def series(quick: bool) -> None:
    """Compare the change of the loss along Proposition 3, item 1, and its series with SymPy's simplify and series."""
    for size in (2,) if quick else (4, 8):
        diagonal = RationalMatrix.of([[size - i if i == j else 0 for j in range(size)] for i in range(size)])
        data = Data(landscape.table(size, size), rotation(size) @ diagonal @ rotation(size), (size, size // 2, size))
        point = build(data, [0] * (size - size // 2) + [1] * (size // 2), c="random", l1="random")
        curve = next(curve for curve in perturbations(point) if curve.normalised)
        e = sympy.Symbol("e", positive=True)
        root = sympy.sqrt(1 + e**2)
        weights = []
        for terms in curve.terms:  # the same curve, as a user of SymPy would write it
            total = sympy.zeros(*terms[0][1].shape)
            for f, matrix in terms:
                value = (expression(f.a, e) + expression(f.b, e) * root) if isinstance(f, Radical) else expression(f, e)
                total += value * naive(matrix)
            weights.append(total)
        rest = weights[1] * weights[0] * naive(data.X) - naive(data.Y)

        def theirs(rest: Any = rest, e: Any = e) -> None:
            sympy.series(sympy.simplify((rest * rest.T).trace() / 2), e, 0, 6)

        def ours(curve: Any = curve) -> None:
            Curve(curve.point, curve.terms, curve.theorem, True).change.series(6)

        row(f"series of Proposition 3.1, d = {size}, against sympy", median(ours), capped(theirs),
            ">= 5000 x" if size == 8 else "")


def rotation(size: int) -> RationalMatrix:
    """Make a rational orthogonal matrix, by Cayley's transform: so that Sigma is dense and has rational eigenvalues."""
    entries = {(i, j): landscape.SOURCE.randint(-2, 2) for i in range(size) for j in range(i)}
    skew = RationalMatrix.of([[entries.get((i, j), 0) - entries.get((j, i), 0) for j in range(size)]
                              for i in range(size)])
    unit = skew.identity(size)
    return (unit - skew) @ (unit + skew).inverse()


def expression(function: Function, letter: sympy.Symbol) -> sympy.Expr:
    """Write a rational function in SymPy."""
    top, bottom = (sum((sympy.Rational(int(c.p), int(c.q)) * letter**k for k, c in enumerate(part)), sympy.Integer(0))
                   for part in (function.num, function.den))
    return top / bottom


def main() -> None:
    """Print the table."""
    quick = "--quick" in sys.argv[1:]
    pinv(quick)
    gradient(quick)
    spectra(quick)
    series(quick)
    if not quick:
        landscape.main()


if __name__ == "__main__":
    main()
