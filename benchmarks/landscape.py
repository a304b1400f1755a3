"""What the targets for points of linear networks are measured with: `python benchmarks/landscape.py`.

Prints seconds for `classify` at widths 32 and 64 with random rational entries (several kinds of points), for the
inertia of Hessians from their entries and in closed form, for critical values of which there are 2^30, for deep
networks, with the inertia, and for whole landscapes of ReLU networks with one hidden unit; and the peak memory.
Times are of this machine.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable
from typing import Any

from flint import fmpq, fmpq_mat

from symcrit.exact.inertia import inertia
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.spectrum import spectrum
from symcrit.landscape.classify import classify
from symcrit.landscape.relu import relu
from symcrit.networks.invariant import random_integers
from symcrit.networks.linear import hessian
from symcrit.networks.points import Data, Point
from symcrit.networks.theorem_3 import build
from symcrit.networks.values import values

SOURCE = random.Random(1)


def table(rows: int, columns: int) -> RationalMatrix:
    """Make a random matrix with entries p/q, |p| and q at most 9."""
    return RationalMatrix(fmpq_mat(rows, columns, [fmpq(SOURCE.randint(-9, 9), SOURCE.randint(1, 9))
                                                   for _ in range(rows * columns)]))


def blocks(size: int) -> RationalMatrix:
    """Put two random blocks on a diagonal, so that Sigma has two factors to choose from."""
    first, second = table(size // 2, size // 2), table(size // 2, size // 2)
    zero = first.zeros(size // 2, size // 2)
    return first.beside(zero).above(zero.beside(second))


def points(size: int) -> dict[str, Point]:
    """Make points of all kinds with d0 = d2 = m = size."""
    x, y, second = table(size, size), table(size, size), table(size, size)
    split = Data(blocks(size), blocks(size), (size, size, size))
    found = spectrum(split.X, split.Y)
    half = [int(pair.value.minpoly == found.factors[0][0]) for pair in found.positive()]
    narrow = Data(split.X, split.Y, (size, size // 2, size))
    return {
        "not critical": Point(x, y, (table(size, size), second)),
        "zero weights": Point(x, y, (x.zeros(size, size), x.zeros(size, size))),
        "global minimum": Point(x, y, (second.inverse() @ (y @ x.inverse()), second)),
        "strict saddle, half captured": build(split, half, c="random", l1="random"),
        "the same, A2 of full rank": build(narrow, half, c="random"),
    }


def seconds(work: Callable[..., Any], *arguments: Any, **options: Any) -> float:
    """Time one call."""
    start = time.perf_counter()
    work(*arguments, **options)
    return time.perf_counter() - start


def deep() -> None:
    """Time deep networks: random and zero weights, a global minimum and a saddle with every hidden unit in use."""
    for size, depth, target in ((4, 6, 5), (8, 5, 10)):
        data = Data(table(size, 2 * size), table(size, 2 * size), (size,) * (depth + 1))
        diagonal = [[min(i, 3) + 1 if i == j else 0 for j in range(size)] for i in range(size)]
        plain = Data(RationalMatrix.of([]).identity(size), RationalMatrix.of(diagonal), data.widths)
        some = [int(k < 2) for k in range(len(spectrum(plain.X, plain.Y).positive()))]
        found = {"random weights": Point(data.X, data.Y, tuple(table(size, size) for _ in range(depth))),
                 "zero weights": build(data, (0,) * size),
                 "global minimum": build(data, (1,) * size, c="random", l1="random"),
                 "saddle": build(plain, some, c="random", l1="random", seed=1)}
        for name, point in found.items():
            print(f"classify, widths {size}, depth {depth}: {name:22} {seconds(classify, point):8.3f} s   "
                  f"(target {target} s)")
    for name, make in (("integers", lambda: random_integers(SOURCE, 16, 32)), ("fractions", lambda: table(16, 32))):
        data = Data(make(), make(), (16,) * 5)
        for what, capture in (("all", (1,) * 16), ("one conjugate of 16", (1, *[0] * 15))):
            time_ = seconds(build, data, capture, c="random", l1="random")
            print(f"build, widths 16, depth 4, {name}: {what:20} {time_:8.3f} s   (target 2 s)")


def units() -> None:
    """Time whole landscapes of ReLU networks with one hidden unit and two outputs."""
    for inputs, samples in ((2, 50), (2, 200), (3, 15), (3, 30), (4, 10), (4, 16)):
        data = Data(table(inputs, samples), table(2, samples), (inputs, 1, 2))
        start = time.perf_counter()
        faces = len(relu(data).arrangement.faces)
        print(f"relu, d0 = {inputs}, m = {samples}, {faces} faces {time.perf_counter() - start:8.3f} s   (target 60 s)")


def main() -> None:
    for size, target in ((32, 1), (64, 10)):
        for name, point in points(size).items():
            fresh = Point(point.X, point.Y, point.weights)
            print(f"classify, widths {size}: {name:30} {seconds(classify, fresh):8.3f} s   (target {target} s)")
    for size, target in ((7, 1), (12, 30)):
        form = hessian(Point(table(size, size), table(size, size), (table(size, size), table(size, size))))
        print(f"inertia of {form.rows} parameters {seconds(inertia, form):8.3f} s   (target {target} s)")
    point = Point(table(64, 64), table(64, 64), (RationalMatrix.of([]).zeros(64, 64),) * 2)
    print(f"inertia of {point.parameters} parameters in closed form "
          f"{seconds(classify, point, inertia=True):8.3f} s, with all of classify")
    unit = RationalMatrix.of([]).identity(30)
    for name, target_matrix in (("irreducible", table(30, 30)), ("rational", RationalMatrix.of(
            [[fmpq(i + 1, 7) if i == j else 0 for j in range(30)] for i in range(30)]))):
        data = Data(unit, target_matrix, (30, 30, 30))
        print(f"first 100 of 2^30 values, {name} spectrum {seconds(values, data):8.3f} s   (target 1 s)")
        print(f"the 5 nearest of 2^30 values to a number {seconds(values, data, near=data.yy / 5):8.3f} s")
    deep()
    units()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
