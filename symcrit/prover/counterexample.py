"""Search for exact instances: counterexamples, and models that show a hypothesis set is not vacuous.

Untrusted and deterministic: the random generator is seeded by the statement, effort counts candidate
instances, and `kernel.evaluate.violated` decides at the end. Many statements are true when all sizes
are 1, since then everything commutes, so effort goes in rounds over increasing sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, product
from random import Random

from flint import fmpq_mat

from symcrit.errors import CertificateError, TooLarge
from symcrit.kernel.evaluate import Instance, violated
from symcrit.kernel.statement import Statement
from symcrit.prover.program import Program, Values
from symcrit.prover.sampling import Sampler

MAX_LITERAL_SIZE = 40
MAX_VECTORS = 60  # size vectors a round
MAX_LETTERS = 200
MAX_STEPS = 20_000
SHRINK_CHECKS = 200
POLISH = 12  # restarts in search of a smaller counterexample than the first; more if that is ugly
UGLY = 60
MAX_POLISHED = 300  # entries
PATIENCE = 300  # candidates tried in the hope of a better model than a nontrivial one


@dataclass(frozen=True)
class Model:
    """An instance that meets all hypotheses and guards; trivial if only instances with all matrices 0 were found."""

    instance: Instance
    trivial: bool


def find_counterexample(statement: Statement, effort: int, deadline: float | None = None,
                        ) -> tuple[Instance, list[int]] | None:
    """Search for an instance that meets everything assumed and violates a claim; also list the claims violated.

    >>> from symcrit.lang.parser import parse
    >>> statement = parse("matrix A : n x n\\nshow A' = A")
    >>> instance, claims = find_counterexample(statement, 1000)
    >>> instance.sizes, claims
    ({'n': 2}, [1])
    """
    program = Program(statement)
    if _too_large(program):
        return None
    sampler = Sampler(program, f"counterexample {statement.hash}", deadline, zero_rate=40)
    for sizes in _size_rounds(program, Random(statement.hash)):
        if sampler.spent >= effort or sampler.late:
            return None
        for values in sampler.leaves(sizes):
            if _violates(program, values, sizes):
                found = _confirmed(statement, program, sampler, list(values), sizes)
                if found is not None:
                    return found
    return None


def draw_instances(statement: Statement, effort: int) -> Iterator[Instance]:
    """Draw instances that meet everything assumed, of growing sizes, always the same ones.

    >>> from symcrit.lang.parser import parse
    >>> statement = parse("matrix A : n x n symmetric\\nshow A = A")
    >>> all(instance.matrices["A"] == tuple(zip(*instance.matrices["A"])) for instance in draw_instances(statement, 9))
    True
    """
    program = Program(statement)
    if _too_large(program):
        return
    sampler = Sampler(program, f"instances {statement.hash}", None, zero_rate=10)
    for sizes in _model_sizes(program, Random(statement.hash)):
        if sampler.spent >= effort:
            return
        for values in sampler.leaves(sizes):
            yield program.instance(values, sizes)


def find_model(statement: Statement, effort: int, deadline: float | None = None) -> Model | None:
    """Search for an instance that meets everything assumed, with nonzero letters and unequal sizes if possible.

    >>> from symcrit.lang.parser import parse
    >>> find_model(parse("matrix A : m x n\\nassume A = 0\\nshow A = 0"), 200).trivial
    True
    """
    program = Program(statement)
    if _too_large(program):
        return None
    sampler = Sampler(program, f"model {statement.hash}", deadline, zero_rate=10)
    best: tuple[tuple[int, int, int], Instance, bool] | None = None
    limit = effort
    for sizes in _model_sizes(program, Random(statement.hash)):
        if sampler.spent >= limit or sampler.late:
            break
        for values in sampler.leaves(sizes):
            rank, trivial = _model_rank(program, values, sizes)
            if best is None or rank < best[0]:
                instance = program.instance(values, sizes)
                if _kernel(statement, instance) is not None:
                    limit = effort if trivial else min(effort, 2 * sampler.spent + PATIENCE)
                    best = rank, instance, trivial
        if best is not None and best[0][:2] == (0, 0):
            break
    if best is None and effort > 0 and not sampler.late:
        zeros = _zeros(statement)
        return None if _kernel(statement, zeros) is None else Model(zeros, True)
    return Model(best[1], best[2]) if best is not None else None


def _zeros(statement: Statement) -> Instance:
    """Make the instance of size 1 in which everything is zero."""
    shapes = {d.name: d.shape for d in statement.declarations if d.shape is not None}
    sizes = {size: 1 for shape in shapes.values() for size in shape if isinstance(size, str)}
    matrices = {}
    for name, shape in shapes.items():
        rows, cols = (size if isinstance(size, int) else 1 for size in shape)
        matrices[name] = ((Fraction(0),) * cols,) * rows
    return Instance(sizes, {d.name: Fraction(0) for d in statement.declarations if d.shape is None}, matrices)


def _kernel(statement: Statement, instance: Instance) -> list[int] | None:
    """Ask the kernel which claims an instance violates; None if it meets not all it should."""
    try:
        return violated(statement, instance)
    except (CertificateError, TooLarge):
        return None


def _too_large(program: Program) -> bool:
    """Tell whether a statement is beyond a search by small instances."""
    if len(program.letters) > MAX_LETTERS or len(program.steps) > MAX_STEPS:
        return True
    return any(isinstance(size, int) and size > MAX_LITERAL_SIZE for size in program.sizes)


def _violates(program: Program, values: Values, sizes: Mapping[str, int]) -> bool:
    return any(program.refuted(question, values, sizes) for question in program.questions)


# ---- sizes


def _vectors(program: Program, rng: Random, top: int) -> list[tuple[int, ...]]:
    """List size vectors up to a largest size, by their sum; only some of them if they are many."""
    symbols = len(program.symbols)
    if top**symbols <= MAX_VECTORS:
        vectors = list(product(range(1, top + 1), repeat=symbols))
    else:
        drawn = {tuple(rng.randint(1, top) for _ in range(symbols)): None for _ in range(MAX_VECTORS)}
        vectors = list({(size,) * symbols: None for size in range(1, top + 1)} | drawn)
    return sorted(vectors, key=lambda vector: (sum(vector), vector))


def _tops(symbols: int) -> Iterator[int]:
    """List the largest size of each round."""
    most = 6 if symbols == 1 else 5 if symbols == 2 else 4
    first = 3 if symbols <= 3 else 2
    return (min(first + number // 2, most) for number in count())


def _size_rounds(program: Program, rng: Random) -> Iterator[dict[str, int]]:
    """Go over size vectors in rounds, with more restarts each round; all sizes 1 gets few."""
    for number, top in enumerate(_tops(len(program.symbols))):
        for vector in _vectors(program, rng, top):
            restarts = 1 if max(vector, default=2) == 1 else 2 + number
            for _ in range(restarts):
                yield dict(zip(program.symbols, vector, strict=True))


def _model_sizes(program: Program, rng: Random) -> Iterator[dict[str, int]]:
    """Go over size vectors in rounds, those with unequal sizes first."""
    least = max(2, min(len(program.symbols), 4))
    for top in (max(top, least) for top in _tops(len(program.symbols))):
        vectors = _vectors(program, rng, top)
        for vector in sorted(vectors, key=lambda vector: (_equal_pairs(vector), max(vector, default=1) == 1)):
            yield dict(zip(program.symbols, vector, strict=True))


def _equal_pairs(vector: tuple[int, ...]) -> int:
    return sum(vector[i] == vector[j] for i in range(len(vector)) for j in range(i))


def _model_rank(program: Program, values: Values, sizes: Mapping[str, int]) -> tuple[tuple[int, int, int], bool]:
    """Rank a model, smaller is better: letters that are 0, equal sizes, sum of sizes; also whether it is trivial."""
    letters = list(zip(program.letters, (values[slot] for slot in program.slots), strict=True))
    counted = [value for declaration, value in letters if declaration.shape is not None]
    counted = counted or [value for _, value in letters]
    trivial = bool(counted) and not any(counted)
    zeros = sum(1 for _, value in letters if not value)
    vector = tuple(sizes.values())
    return (zeros + 1000 * trivial, _equal_pairs(vector), sum(vector)), trivial


# ---- shrinking


def _confirmed(statement: Statement, program: Program, sampler: Sampler, values: Values, sizes: Mapping[str, int],
               ) -> tuple[Instance, list[int]] | None:
    """Make a counterexample small and have the kernel confirm it."""
    small = _polished(program, sampler, values, sizes)
    for instance in (program.instance(small.values, small.sizes), program.instance(values, sizes)):
        claims = _kernel(statement, instance)
        if claims:
            return instance, claims
    return None


def _polished(program: Program, sampler: Sampler, values: Values, sizes: Mapping[str, int]) -> _Shrinker:
    """Shrink a counterexample, and look for a smaller one with a few more restarts."""
    best = _Shrinker(program, sampler, values, dict(sizes))
    best.shrink()
    restarts = 0 if best.cells() > MAX_POLISHED else POLISH if best.cost()[1] < UGLY else 5 * POLISH
    for attempt in range(restarts):
        targets = [best.sizes | {symbol: size - 1} for symbol, size in best.sizes.items() if size > 1] + [best.sizes]
        target = targets[attempt % len(targets)]
        for found in sampler.leaves(target):
            if _violates(program, found, target):
                other = _Shrinker(program, sampler, list(found), dict(target))
                other.shrink()
                if other.cost() < best.cost():
                    best = other
                break
        if sampler.late:
            break
    return best


class _Shrinker:
    """Makes a counterexample smaller, step by step, as long as it stays one."""

    def __init__(self, program: Program, sampler: Sampler, values: Values, sizes: dict[str, int]) -> None:
        self.program, self.sampler = program, sampler
        self.values, self.sizes = values, sizes
        self.checks = 0

    def shrink(self) -> None:
        """Delete rows and columns, then turn entries into 0 or 1; again while something changes."""
        changed = True  # every change makes the cost smaller, so this ends
        while changed and self.checks < SHRINK_CHECKS:
            changed = False
            for symbol in self.program.symbols:
                changed |= self._cut(symbol)
            for slot in self.program.slots:
                changed |= self._simplify(slot)

    def cells(self) -> int:
        """Count the entries of all letters."""
        return sum(self.values[slot].nrows() * self.values[slot].ncols() for slot in self.program.slots)

    def cost(self) -> tuple[int, int]:
        """Measure what a reader has to look at: the sizes, then the entries."""
        entries = [x for slot in self.program.slots for x in self.values[slot].entries() if x]
        return sum(self.sizes.values()), sum(
            1 if x == 1 else int(x.p).bit_length() + 2 * int(x.q).bit_length() + (x < 0) for x in entries)

    def _try(self, letters: Mapping[int, fmpq_mat], sizes: dict[str, int]) -> bool:
        """Take over new letters (by slot) and sizes if the instance is still a counterexample."""
        if self.checks >= SHRINK_CHECKS or self.sampler.late:
            return False
        self.checks += 1
        try:
            values = self.program.start(sizes)
        except CertificateError:
            return False
        for slot in self.program.slots:
            values[slot] = letters.get(slot, self.values[slot])
        if not (self.sampler.check(values) and _violates(self.program, values, sizes)):
            return False
        self.values, self.sizes = values, sizes
        return True

    def _cut(self, symbol: str) -> bool:
        """Delete one index of a size from all letters."""
        for index in reversed(range(self.sizes[symbol])):
            if self.sizes[symbol] == 1:
                return False
            letters = {}
            for declaration, slot in zip(self.program.letters, self.program.slots, strict=True):
                if declaration.shape is not None and symbol in declaration.shape:
                    rows, cols = (index if size == symbol else -1 for size in declaration.shape)
                    letters[slot] = _without(self.values[slot], rows, cols)
            if self._try(letters, {**self.sizes, symbol: self.sizes[symbol] - 1}):
                return True
        return False

    def _simplify(self, slot: int) -> bool:
        """Turn the entries of a letter into 0 or 1, one after another."""
        changed = False
        shape = self.values[slot].nrows(), self.values[slot].ncols()
        for i, j in product(range(shape[0]), range(shape[1])):
            for simpler in (0, 1):
                if self.values[slot][i, j] == simpler:
                    break
                if any(self._try({slot: value}, self.sizes) for value in _replaced(self.values[slot], i, j, simpler)):
                    changed = True
                    break
        return changed


def _without(value: fmpq_mat, row: int, column: int) -> fmpq_mat:
    table = value.table()
    return fmpq_mat([[x for j, x in enumerate(line) if j != column] for i, line in enumerate(table) if i != row])


def _replaced(value: fmpq_mat, i: int, j: int, entry: int) -> Iterator[fmpq_mat]:
    """Replace an entry; then also the one across the diagonal, for symmetric matrices."""
    changed = fmpq_mat(value)
    changed[i, j] = entry
    yield changed
    if i != j and value.nrows() == value.ncols() and value[i, j] == value[j, i]:
        changed = fmpq_mat(changed)
        changed[j, i] = entry
        yield changed
