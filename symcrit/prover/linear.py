"""Non-negative solutions of linear equations, exactly: the simplex method on sparse rows of fractions.

Columns and the target are sparse vectors under any names. Bland's rule chooses the pivots, so it ends.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from symcrit.kernel.poly import Number

Vector = Mapping[str, Number]
MAX_PIVOTS = 2_000
_STRICT = "\0"  # the name of a row of our own


def nonnegative(columns: Sequence[Vector], target: Vector) -> dict[int, Fraction] | None:
    """Find numbers >= 0 with which the columns add up to the target; None if there are none (or it takes too long).

    >>> nonnegative([{"x": 1}, {"x": -1, "y": 2}], {"x": 1, "y": 1})
    {0: Fraction(3, 2), 1: Fraction(1, 2)}
    >>> nonnegative([{"x": 1}, {"x": 1, "y": 2}], {"x": 1, "y": -1}) is None
    True
    """
    columns = [{name: value for name, value in column.items() if value} for column in columns]
    target = {name: value for name, value in target.items() if value}
    active = _useful(columns, target)
    return None if active is None else _simplex({k: columns[k] for k in active}, target)


def partly_positive(columns: Sequence[Vector], target: Vector, positive: Collection[int]) -> dict[int, Fraction] | None:
    """Find numbers >= 0 as `nonnegative` does, one of those in `positive` not 0.

    >>> partly_positive([{"x": 1}, {"x": 2}], {"x": 1}, [1])
    {1: Fraction(1, 2)}
    >>> partly_positive([{"x": 1}, {"x": 2, "y": 1}], {"x": 1}, [1]) is None
    True
    """
    scaled: list[Vector] = [{**column, _STRICT: 1} if k in positive else column for k, column in enumerate(columns)]
    scaled.append({name: -value for name, value in target.items()})  # how often the target is reached
    found = nonnegative(scaled, {_STRICT: 1})
    if found is None:
        return None
    times = found.pop(len(columns), Fraction(0))
    if times:
        return {k: value / times for k, value in found.items()}
    rest = nonnegative(columns, target)  # what was found adds up to 0
    return None if rest is None else {k: rest.get(k, Fraction(0)) + found.get(k, Fraction(0))
                                      for k in sorted({*rest, *found})}


def _useful(columns: Sequence[Vector], target: Vector) -> list[int] | None:
    """Leave out columns that must be 0, since nothing makes up for one of their entries; None if that decides it."""
    active = dict.fromkeys(range(len(columns)))
    while True:
        signs: dict[str, set[bool]] = {name: set() for name in target}
        for k in active:
            for name, value in columns[k].items():
                signs.setdefault(name, set()).add(value > 0)
        if any((value > 0) not in signs[name] for name, value in target.items()):
            return None
        lonely = {name for name, found in signs.items() if len(found) == 1 and name not in target}
        dropped = [k for k in active if not lonely.isdisjoint(columns[k])]
        if not dropped:
            return list(active)
        for k in dropped:
            del active[k]


def _simplex(columns: Mapping[int, Vector], target: Vector) -> dict[int, Fraction] | None:
    """Drive the sum of what is missing to 0."""
    names = list(dict.fromkeys([*target, *(name for column in columns.values() for name in column)]))
    place = {name: number for number, name in enumerate(names)}
    right = [Fraction(target.get(name, 0)) for name in names]
    rows: list[dict[int, Fraction]] = [{} for _ in names]
    for k, column in columns.items():
        for name, value in column.items():
            number = place[name]
            rows[number][k] = Fraction(-value if right[number] < 0 else value)
    right = [abs(value) for value in right]
    basis = [-1 - number for number in range(len(names))]  # negative: what is missing in that row
    cost: dict[int, Fraction] = {}
    for row in rows:
        _subtract(cost, row, Fraction(1))
    missing = sum(right, Fraction(0))
    for _ in range(MAX_PIVOTS):
        if not missing:
            return {k: value for k, value in sorted(zip(basis, right, strict=True)) if k >= 0 and value}
        entering = min((k for k, value in cost.items() if value < 0), default=None)
        if entering is None:
            return None
        ratios = [(right[r] / row[entering], basis[r], r) for r, row in enumerate(rows) if row.get(entering, 0) > 0]
        ratio, _, leaving = min(ratios)
        missing += cost[entering] * ratio
        _pivot(rows, right, leaving, entering)
        _subtract(cost, rows[leaving], cost[entering])
        basis[leaving] = entering
    return None


def _pivot(rows: list[dict[int, Fraction]], right: list[Fraction], leaving: int, entering: int) -> None:
    scale = 1 / rows[leaving][entering]
    pivot = rows[leaving] = {k: value * scale for k, value in rows[leaving].items()}
    right[leaving] *= scale
    for r, row in enumerate(rows):
        factor = row.get(entering)
        if r != leaving and factor:
            _subtract(row, pivot, factor)
            right[r] -= factor * right[leaving]


def _subtract(row: dict[int, Fraction], other: Mapping[int, Fraction], factor: Fraction) -> None:
    for k, value in other.items():
        total = row.get(k, Fraction(0)) - factor * value
        if total:
            row[k] = total
        else:
            row.pop(k, None)
