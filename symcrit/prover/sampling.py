"""Exact points of a hypothesis set: letters are chosen one after another, solved for wherever that is linear.

A plan is an order of the letters. At each letter the hypotheses all of whose other letters have values
become due. Those in which it is affine are solved exactly and a small point of the solution space is
drawn; for the others it is drawn from pools, stretched along a line where that is polynomial, and checked.
Plans that reach complete instances are used more often. Depth first, with few branches and many restarts.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from flint import fmpq, fmpq_mat, fmpq_poly

from symcrit.errors import Fails
from symcrit.prover import instances
from symcrit.prover.program import (
    MAX_UNKNOWNS,
    AffineSpace,
    Program,
    Relation,
    Values,
    combine,
    has_property,
    height,
    pseudoinverse,
    resolve,
    units,
)

MAX_LINE_DEGREE = 6
ENTRY_BITS = 40
PLANS = 12
_NONLINEAR_WORDS = ("orthogonal", "projector", "idempotent")


@dataclass(frozen=True)
class Level:
    """One letter of a plan: what becomes due with it, and how."""

    letter: int
    slot: int
    linear: tuple[Relation, ...]
    others: tuple[Relation, ...]
    guards: tuple[Relation, ...]
    inequalities: tuple[Relation, ...]
    due_linear: tuple[int, ...]
    due: tuple[int, ...]  # every step of a hypothesis or guard that gets its value here
    hints: tuple[int, ...]  # earlier steps that occur in the nonlinear relations
    degree: int
    last: bool


@dataclass(frozen=True, eq=False)
class _Turn:
    """One letter's turn on one path: its level, what has values so far, and what solving left open."""

    level: Level
    values: Values
    rows: int
    cols: int
    words: tuple[str, ...]
    space: AffineSpace | None
    constrained: bool


@dataclass(eq=False)
class Plan:
    """An order of the letters with its record."""

    levels: tuple[Level, ...]
    starts: int = 0
    leaves: int = 0


class Sampler:
    """Draws instances that meet every property, hypothesis and guard; `spent` counts candidates tried."""

    def __init__(self, program: Program, seed: str, deadline: float | None, zero_rate: int) -> None:
        self.program = program
        self.rng = Random(seed)
        self.deadline = deadline
        self.zero_rate = zero_rate  # of a hundred zero matrices drawn, how many are kept
        self.spent = 0
        self.plans: list[Plan] = []
        self._known: dict[tuple[int, ...], Plan] = {}
        assumed = (*program.hypotheses, *program.guards, *program.inequalities)
        below = dict.fromkeys(index for r in assumed for index in r.below)
        self._rest = tuple(sorted({index: None for q in program.questions for index in q.relation.below
                                   if index not in below and self._is_known(index)}))
        self._shared = tuple(sorted(below))

    def _is_known(self, index: int) -> bool:
        letters = self.program.steps[index].letters
        return letters != 0 and letters & self.program.all_letters == letters

    @property
    def late(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and time.monotonic() > self.deadline

    # ---- complete instances

    def leaves(self, sizes: Mapping[str, int]) -> Iterator[Values]:
        """Restart once for given sizes, and yield the instances found; the list yielded is reused."""
        self.spent += 1
        try:
            values = self.program.start(sizes)
        except Fails:
            return
        if not self._constants_hold(values):
            return
        plan = self._plan()
        plan.starts += 1
        if not plan.levels:
            yield from self._complete(values)
            return
        yield from self._descend(plan, values, sizes)

    def _constants_hold(self, values: Values) -> bool:
        program = self.program
        return (all(r.holds(values) for r in (*program.hypotheses, *program.inequalities) if not r.letters)
                and not any(r.holds(values) for r in program.guards if not r.letters))

    def _descend(self, plan: Plan, values: Values, sizes: Mapping[str, int]) -> Iterator[Values]:
        budget = self.spent + 12 + 2 * len(plan.levels)
        stack = [self._candidates(plan.levels[0], values, sizes)]
        while stack:
            if self.spent >= budget or self.late:
                return
            if next(stack[-1], None) is None:
                stack.pop()
            elif len(stack) < len(plan.levels):
                stack.append(self._candidates(plan.levels[len(stack)], values, sizes))
            else:
                plan.leaves += 1
                yield from self._complete(values)

    def _complete(self, values: Values) -> Iterator[Values]:
        """Compute what the claims need; their inverses and denominators are guards."""
        self.spent += 1
        try:
            self.program.run(values, self._rest)
        except Fails:
            return
        yield values

    # ---- one letter

    def _candidates(self, level: Level, values: Values, sizes: Mapping[str, int]) -> Iterator[fmpq_mat]:
        """Set a letter to one acceptable value after another."""
        declaration = self.program.letters[level.letter]
        rows, cols = (resolve(size, sizes) for size in declaration.shape or (1, 1))
        space = None
        if level.linear and rows * cols <= MAX_UNKNOWNS:
            space = self._solve(level, values, rows, cols)
            if space is None:
                self.spent += 1
                return
        constrained = bool(level.others or level.inequalities) or (bool(level.linear) and space is None)
        turn = _Turn(level, values, rows, cols, declaration.properties, space, constrained)
        limit = 3 if level.last else 2
        found = 0
        for value in self._proposals(turn):
            if self._accepts(level, values, value):
                found += 1
                yield value
                if found >= limit:
                    return
        if not found:
            self.spent += 1

    def _solve(self, level: Level, values: Values, rows: int, cols: int) -> AffineSpace | None:
        words = self.program.letters[level.letter].properties
        symmetric = "symmetric" in words or "projector" in words
        try:
            return self.program.solve(values, level.slot, level.due_linear, level.linear,
                                      units(rows, cols, symmetric=symmetric, diagonal="diagonal" in words))
        except Fails:
            return None

    def _proposals(self, turn: _Turn) -> Iterator[fmpq_mat]:
        """Propose values for a letter; each may be followed by better ones on the line through it."""
        if turn.space is not None and not turn.space.directions:
            yield turn.space.point
            return
        for _ in range(10 if turn.constrained else 4):
            value = self._proposal(turn)
            yield value
            if turn.level.inequalities:
                yield -value  # which is no point of an affine space, but then the equations tell
            if turn.constrained and turn.level.degree <= MAX_LINE_DEGREE and self.rng.random() < 0.5:
                yield from self._on_line(turn, value)

    def _proposal(self, turn: _Turn) -> fmpq_mat:
        if turn.space is not None and (not turn.constrained or self.rng.random() < 0.8):
            return self._point(turn.space)
        if turn.level.hints and not turn.words and self.rng.random() < 0.25:
            hint = self._from_hint(turn)
            if hint is not None:
                return hint
        return instances.draw(self.rng, turn.rows, turn.cols, turn.words, constrained=turn.constrained)

    def _point(self, space: AffineSpace) -> fmpq_mat:
        """Draw a point of an affine space, with integer entries if it is a linear space."""
        factors = instances.sparse_factors(self.rng, len(space.directions))
        value = space.point + combine(factors, space.directions, space.point)
        if not space.point and value:
            _, denominator = value.numer_denom()
            value = value * fmpq(denominator)
        return value

    def _from_hint(self, turn: _Turn) -> fmpq_mat | None:
        """Draw something with the column space, or row space, of a value already there; or its pseudoinverse."""
        value = turn.values[self.rng.choice(turn.level.hints)]
        if value.ncols() == turn.rows and (value.nrows() != turn.rows or self.rng.random() < 0.3):
            value = pseudoinverse(value) if self.rng.random() < 0.5 else value.transpose()
        if value.nrows() != turn.rows:
            return None
        if value.ncols() == turn.cols and self.rng.random() < 0.5:
            return value
        return value * instances.sparse(self.rng, value.ncols(), turn.cols)

    def _on_line(self, turn: _Turn, value: fmpq_mat) -> list[fmpq_mat]:
        """Solve the nonlinear relations on the line through a value: find the common rational roots."""
        level, values = turn.level, turn.values
        base = turn.space.point if turn.space is not None else fmpq_mat(turn.rows, turn.cols)
        direction = value - base
        if not direction or not level.others:
            return []
        samples = []
        try:
            for t in range(level.degree + 1):
                values[level.slot] = base + direction * t
                self.program.run(values, level.due)
                samples.append([x for r in level.others for x in r.residual(values).entries()])
        except Fails:
            return []
        return [base + direction * root for root in _common_roots(samples) if root]

    def _accepts(self, level: Level, values: Values, value: fmpq_mat) -> bool:
        if not value and self.rng.randrange(100) >= self.zero_rate:
            return False
        if height(value) > ENTRY_BITS:
            return False
        if not all(has_property(value, word) for word in self.program.letters[level.letter].properties):
            return False
        values[level.slot] = value
        try:
            self.program.run(values, level.due)
        except Fails:
            return False
        return (all(relation.holds(values) for relation in (*level.linear, *level.others, *level.inequalities))
                and not any(guard.holds(values) for guard in level.guards))

    def check(self, values: Values) -> bool:
        """Evaluate a complete instance with new letters; tell whether it meets everything it should."""
        program = self.program
        for declaration, slot in zip(program.letters, program.slots, strict=True):
            if not all(has_property(values[slot], word) for word in declaration.properties):
                return False
        try:
            program.run(values, self._shared)
            if not all(relation.holds(values) for relation in (*program.hypotheses, *program.inequalities)):
                return False
            program.run(values, self._rest)
        except Fails:
            return False
        return not any(guard.holds(values) for guard in program.guards)

    # ---- plans

    def _plan(self) -> Plan:
        """Choose an order of the letters: a new one, or one that has done well."""
        if len(self.plans) < PLANS and (len(self.plans) < 3 or self.rng.random() < 0.3):
            order = _promoted(*_order(self.program, self.rng))
            plan = self._known.get(order)
            if plan is None:
                plan = self._known[order] = Plan(_levels(self.program, order))
                self.plans.append(plan)
            return plan
        weights = [1 + 200 * (plan.leaves + 1) // (plan.starts + 1) for plan in self.plans]
        return self.rng.choices(self.plans, weights)[0]


def _common_roots(samples: Sequence[Sequence[fmpq]]) -> list[fmpq]:
    """Interpolate polynomials from their values at 0, 1, 2, ... and list their common rational roots."""
    count = len(samples)
    nodes = fmpq_mat([[fmpq(t) ** power for power in range(count)] for t in range(count)])
    coefficients = (nodes.inv() * fmpq_mat([list(row) for row in samples])).transpose().table()
    common = fmpq_poly()
    for row in coefficients:
        common = common.gcd(fmpq_poly(row))
        if common.degree() == 0:
            return []
    return sorted(root for root, _ in common.roots()) if common.degree() > 0 else []


def _order(program: Program, rng: Random) -> tuple[list[int], dict[int, int]]:
    """Choose an order from its end: last come letters in which all equations left are affine.

    Returns the order and, for each letter that is solved for, the other letters of its equations.
    """
    remaining = list(range(len(program.letters)))
    left = [r for r in program.hypotheses if r.letters]
    tail: list[int] = []
    solved: dict[int, int] = {}
    while remaining:
        letter = _last_letter(program, rng, remaining, left)
        remaining.remove(letter)
        tail.append(letter)
        involved = [r for r in left if r.letters >> letter & 1]
        left = [r for r in left if not r.letters >> letter & 1]
        if involved and all(program.degree(r, program.slots[letter]) <= 1 for r in involved):
            solved[letter] = _union(involved) & ~(1 << letter)
    return tail[::-1], solved


def _union(relations: Sequence[Relation]) -> int:
    letters = 0
    for relation in relations:
        letters |= relation.letters
    return letters


def _last_letter(program: Program, rng: Random, remaining: Sequence[int], left: Sequence[Relation]) -> int:
    """Choose a letter to come last: free ones, then solvable ones, then the least entangled."""
    if rng.random() < 0.1:
        return rng.choice(remaining)
    ranked = []
    for letter in remaining:
        declaration = program.letters[letter]
        involved = [r for r in left if r.letters >> letter & 1]
        if not involved:
            return letter
        curved = [r for r in involved if program.degree(r, program.slots[letter]) > 1]
        stiff = any(word in _NONLINEAR_WORDS for word in declaration.properties)
        if not curved and not stiff:
            size = sum(4 if size != 1 else 0 for size in declaration.shape or ())
            rank = size + rng.randrange(6) - len(involved)
        else:
            entangled = sum(1 for r in curved if r.letters & (r.letters - 1)) + (len(involved) if stiff else 0)
            rank = -100 - 4 * entangled + rng.randrange(5)
        ranked.append((rank, letter))
    return max(ranked)[1]


def _promoted(order: Sequence[int], solved: Mapping[int, int]) -> tuple[int, ...]:
    """Move letters that are solved for to where their equations are ready, so that failures show early."""
    waiting = list(order)
    result: list[int] = []
    placed = 0
    while waiting:
        letter = next((x for x in waiting if x in solved and solved[x] & placed == solved[x]), waiting[0])
        waiting.remove(letter)
        result.append(letter)
        placed |= 1 << letter
    return tuple(result)


def _levels(program: Program, order: Sequence[int]) -> tuple[Level, ...]:
    levels = []
    placed = 0
    for position, letter in enumerate(order):
        bit = 1 << letter
        placed |= bit
        levels.append(_level(program, letter, placed, last=position == len(order) - 1))
    return tuple(levels)


def _level(program: Program, letter: int, placed: int, *, last: bool) -> Level:
    slot, bit = program.slots[letter], 1 << letter
    ready = [r for r in program.hypotheses if r.letters & bit and r.letters & placed == r.letters]
    guards = [r for r in program.guards if r.letters & bit and r.letters & placed == r.letters]
    inequalities = [r for r in program.inequalities if r.letters & bit and r.letters & placed == r.letters]
    linear = [r for r in ready if program.degree(r, slot) <= 1]
    others = [r for r in ready if program.degree(r, slot) > 1]
    hints = [index for index in _below(others) if program.steps[index].letters & (bit | ~placed) == 0
             and program.steps[index].letters and index != slot]
    due = [index for index in _below((*program.hypotheses, *program.guards, *program.inequalities))
           if program.steps[index].letters & bit and program.steps[index].letters & placed
           == program.steps[index].letters]
    return Level(letter, slot, tuple(linear), tuple(others), tuple(guards), tuple(inequalities),
                 tuple(index for index in _below(linear) if program.steps[index].letters & bit), tuple(due),
                 tuple(hints), max((program.degree(r, slot) for r in others), default=0), last)


def _below(relations: Sequence[Relation]) -> list[int]:
    return sorted({index: None for relation in relations for index in relation.below})
