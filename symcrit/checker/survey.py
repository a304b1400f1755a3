"""`check` steps: a claim evaluated exactly on many instances; it shows nothing for all sizes, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product

from symcrit.errors import CertificateError, TooLarge
from symcrit.kernel.evaluate import Instance, violated
from symcrit.kernel.statement import Statement

LEAST = 200  # instances drawn, for a claim to be checked
EFFORT = 40_000  # candidates tried for them
MAX_GRID = 2_500  # points of a complete grid
GRID = tuple(map(Fraction, (-1, 0, 1)))


@dataclass(frozen=True)
class Survey:
    """How many instances were drawn and which sizes they had, how many points a complete grid had, what failed."""

    count: int
    grid: int
    sizes: int
    counterexample: Instance | None = None

    def __str__(self) -> str:
        grid = f", and on the {self.grid} points with entries -1, 0, 1 at sizes 1" if self.grid else ""
        return f"checked on {self.count} instances of sizes up to {self.sizes}{grid}"


def survey(statement: Statement) -> Survey:
    """Evaluate the claims of a statement on instances that meet all that it assumes, always the same ones.

    They are all points of a small grid at sizes 1, if these are not too many, and distinct instances of mixed sizes,
    drawn from pools that are rich in zero, repeated, rank deficient and extreme cases.

    >>> from symcrit.lang.parser import parse
    >>> str(survey(parse("matrix A : n x n\\nassume A*A = A\\nshow A*A*A = A")))
    'checked on 200 instances of sizes up to 6, and on the 2 points with entries -1, 0, 1 at sizes 1'
    >>> survey(parse("matrix A : m x n\\nshow pinv(A)*A = I")).counterexample.matrices["A"]
    ((Fraction(0, 1),),)
    """
    grid = 0
    for instance in _grid(statement):
        failed = _failed(statement, instance)
        if failed:
            return Survey(0, grid, 1, instance)
        grid += failed is not None
    count, largest, seen = 0, 1, set()
    for instance in _drawn(statement):
        key = repr(instance)
        if key in seen:
            continue
        seen.add(key)
        failed = _failed(statement, instance)
        if failed:
            return Survey(count, grid, largest, instance)
        if failed is not None:
            count, largest = count + 1, max([largest, *instance.sizes.values()])
        if count >= LEAST:
            break
    return Survey(count, grid, largest)


def _failed(statement: Statement, instance: Instance) -> list[int] | None:
    """List the claims that fail at an instance; None if it meets not all that is assumed."""
    try:
        return violated(statement, instance)
    except (CertificateError, TooLarge):
        return None


def _grid(statement: Statement) -> Iterator[Instance]:
    """Run through all instances with entries -1, 0, 1 and every size 1, if they are not too many."""
    shapes = {d.name: tuple(size if isinstance(size, int) else 1 for size in d.shape or (1, 1))
              for d in statement.declarations}
    cells = sum(rows * cols for rows, cols in shapes.values())
    if len(GRID) ** min(cells, 99) > MAX_GRID:
        return
    symbols = {size: 1 for d in statement.declarations for size in d.shape or () if isinstance(size, str)}
    scalars = {d.name for d in statement.declarations if d.shape is None}
    for entries in product(GRID, repeat=cells):
        rest = iter(entries)
        values = {name: tuple(tuple(islice(rest, cols)) for _ in range(rows)) for name, (rows, cols) in shapes.items()}
        yield Instance(symbols, {name: value[0][0] for name, value in values.items() if name in scalars},
                       {name: value for name, value in values.items() if name not in scalars})


def _drawn(statement: Statement) -> Iterator[Instance]:
    from symcrit.prover.counterexample import draw_instances

    return draw_instances(statement, EFFORT)
