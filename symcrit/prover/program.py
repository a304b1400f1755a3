"""Statements compiled once, to be evaluated exactly on many small instances.

Every distinct subterm becomes a step; a candidate instance is a list of values, one for each step. The
search fills in one letter at a time and runs only the steps that this letter makes due. Values are
matrices of rationals (python-flint); scalars are 1 x 1, as in `kernel.evaluate`, which has the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat

from symcrit.errors import Fails
from symcrit.kernel import terms, walk
from symcrit.kernel.evaluate import Instance
from symcrit.kernel.statement import Declaration, Equation, Statement
from symcrit.kernel.terms import Size

NONLINEAR = 99  # the degree of anything that is no polynomial of a moderate degree
MAX_UNKNOWNS = 64  # more entries of one letter are not solved for
MAX_BITS = 20_000
HEAVY = 40  # values of terms of a higher degree are measured

Values = list[fmpq_mat]
NO_VALUE = fmpq_mat(1, 1)


@dataclass(frozen=True)
class Step:
    """One subterm: how to compute it, from which earlier steps, and which letters (bits) it depends on."""

    op: str
    data: str | int | None
    args: tuple[int, ...]
    shaped: tuple[bool, ...]
    letters: int
    heavy: bool


@dataclass(frozen=True)
class Relation:
    """Two steps that must be equal (or differ, or be in order), the letters in them, and all steps below them."""

    left: int
    right: int
    letters: int
    below: tuple[int, ...]
    relation: str = "="

    def residual(self, values: Values) -> fmpq_mat:
        """Subtract the right side from the left."""
        return values[self.left] - values[self.right]

    def holds(self, values: Values) -> bool:
        """Tell whether the sides are equal, or in order."""
        if self.relation == "=":
            return bool(values[self.left] == values[self.right])
        left, right = values[self.left][0, 0], values[self.right][0, 0]
        return bool(left < right if self.relation == "<" else left <= right)


@dataclass(frozen=True)
class Question:
    """A claim: a relation, and for an existence claim the slot and shape of its unknown."""

    relation: Relation
    unknown: int = -1
    shape: tuple[Size, Size] = (1, 1)


class Program:
    """The steps of a statement; the letter with index k has bit k and its value in `slots[k]`."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.letters: tuple[Declaration, ...] = statement.declarations
        unknowns = [claim.unknown for claim in statement.claims if claim.unknown is not None]
        equations = [*statement.hypotheses, *statement.guards, *(claim.equation for claim in statement.claims)]
        roots = [d.letter for d in (*self.letters, *unknowns)]
        order = walk.postorder([*roots, *(side for e in equations for side in (e.left, e.right))])
        self._index = {term.digest: k for k, term in enumerate(order)}
        self._bits: dict[int, int] = {}  # slot -> bit; equal unknowns of two claims share one
        for root in roots:
            self._bits.setdefault(self._index[root.digest], 1 << len(self._bits))
        self.slots = tuple(self._index[d.letter.digest] for d in self.letters)
        self.steps: list[Step] = []
        self._zeros: dict[int, terms.Shape] = {}
        weights: list[int] = []
        for slot, term in enumerate(order):
            self._add_step(slot, term, weights)
        self.hypotheses = [self._relation(e) for e in statement.hypotheses if e.relation == "="]
        self.inequalities = [self._relation(e) for e in statement.hypotheses if e.relation != "="]
        self.guards = [self._relation(e) for e in statement.guards]
        self.questions = [
            Question(self._relation(claim.equation), self._index[claim.unknown.letter.digest],
                     claim.unknown.shape or (1, 1)) if claim.unknown else Question(self._relation(claim.equation))
            for claim in statement.claims]
        self.all_letters = (1 << len(self.letters)) - 1
        self.sizes = self._sizes()
        self.symbols = tuple(size for size in self.sizes if isinstance(size, str))
        self._degrees: dict[int, list[int]] = {}

    def _add_step(self, slot: int, term: terms.Term, weights: list[int]) -> None:
        args = tuple(self._index[arg.digest] for arg in term.args)
        letters = self._bits.get(slot, 0)
        for arg in args:
            letters |= self.steps[arg].letters
        below = [weights[arg] for arg in args]
        weights.append(_weight(term, below))
        data = term.data if term.op != "zero" else None
        self.steps.append(Step(term.op, data, args, tuple(arg.shape is not None for arg in term.args), letters,
                               weights[-1] > HEAVY))
        if term.op == "zero" and term.shape is not None:
            self._zeros[slot] = term.shape

    def _relation(self, equation: Equation) -> Relation:
        left, right = self._index[equation.left.digest], self._index[equation.right.digest]
        below = tuple(self._index[term.digest] for term in walk.postorder([equation.left, equation.right]))
        return Relation(left, right, self.steps[left].letters | self.steps[right].letters, below, equation.relation)

    def _sizes(self) -> tuple[Size, ...]:
        """List the sizes that occur, symbols and literal ones."""
        sizes = [size for d in self.letters for size in d.shape or ()]
        sizes += [size for question in self.questions for size in question.shape]
        sizes += [size for shape in self._zeros.values() for size in shape]
        sizes += [step.data for step in self.steps if step.op == "identity" and step.data is not None]
        return tuple(dict.fromkeys(sizes))

    # ---- structure

    def degree(self, relation: Relation, slot: int) -> int:
        """Bound the degree of a relation in the letter of a slot; NONLINEAR if it is no polynomial in it."""
        if slot not in self._degrees:
            self._degrees[slot] = self._degrees_in(slot)
        degrees = self._degrees[slot]
        return max(degrees[relation.left], degrees[relation.right])

    def _degrees_in(self, slot: int) -> list[int]:
        degrees: list[int] = []
        for index, step in enumerate(self.steps):
            below = [degrees[arg] for arg in step.args]
            if index == slot:
                here = 1
            elif step.op == "mul":
                here = sum(below)
            elif step.op == "pow":
                here = below[0] * int(step.data or 1)
            elif step.op in ("inv", "pinv", "proj"):
                here = NONLINEAR if below[0] else 0
            elif step.op == "div":
                here = NONLINEAR if below[1] else below[0]
            else:
                here = max(below, default=0)
            degrees.append(min(here, NONLINEAR))
        return degrees

    # ---- evaluation

    def start(self, sizes: Mapping[str, int]) -> Values:
        """Begin an instance: the values of everything that no letter occurs in; raises Fails."""
        values = [NO_VALUE] * len(self.steps)
        for index, step in enumerate(self.steps):
            if step.letters:
                continue
            if step.op == "identity":
                values[index] = eye(resolve(step.data or 1, sizes))
            elif step.op == "zero":
                rows, cols = self._zeros[index]
                values[index] = fmpq_mat(resolve(rows, sizes), resolve(cols, sizes))
            else:
                self.run(values, (index,))
        return values

    def run(self, values: Values, due: Iterable[int]) -> None:
        """Compute steps in the order given; raises Fails for a singular inverse, a denominator 0, huge values."""
        for index in due:
            step = self.steps[index]
            operation = _OPERATIONS.get(step.op)
            if operation is None:
                continue  # a letter, an identity, a zero: its value is there
            value = operation(step, [values[arg] for arg in step.args])
            if step.heavy and height(value) > MAX_BITS:
                raise Fails("a value with thousands of digits")
            values[index] = value

    def refuted(self, question: Question, values: Values, sizes: Mapping[str, int]) -> bool:
        """Tell whether a claim fails, when all steps below it that need no unknown have their values."""
        relation = question.relation
        if question.unknown < 0:
            return not relation.holds(values)
        if self.degree(relation, question.unknown) > 1:
            return False
        bit = self.steps[question.unknown].letters
        due = [index for index in relation.below if self.steps[index].letters & bit]
        rows, cols = (resolve(size, sizes) for size in question.shape)
        if rows * cols > MAX_UNKNOWNS:
            return False
        return self.solve(values, question.unknown, due, [relation], units(rows, cols, symmetric=False)) is None

    def solve(self, values: Values, slot: int, due: Sequence[int], relations: Sequence[Relation],
              basis: Sequence[fmpq_mat]) -> AffineSpace | None:
        """Solve relations that are affine in the letter of a slot, within the span of a basis; None if unsolvable."""
        columns = []
        for point in (fmpq_mat(basis[0].nrows(), basis[0].ncols()), *basis):
            values[slot] = point
            self.run(values, due)
            columns.append([x for relation in relations for x in relation.residual(values).entries()])
        constant = columns[0]
        rows = [[column[k] - shift for column in columns[1:]] + [-shift] for k, shift in enumerate(constant)]
        reduced, rank = fmpq_mat(rows).rref()
        return _affine_space(reduced, rank, basis)

    def instance(self, values: Values, sizes: Mapping[str, int]) -> Instance:
        """Write the letters' values as an instance for the kernel."""
        scalars, matrices = {}, {}
        for declaration, slot in zip(self.letters, self.slots, strict=True):
            rows = tuple(tuple(Fraction(int(x.p), int(x.q)) for x in row) for row in values[slot].table())
            if declaration.shape is None:
                scalars[declaration.name] = rows[0][0]
            else:
                matrices[declaration.name] = rows
        return Instance({symbol: sizes[symbol] for symbol in self.symbols}, scalars, matrices)


@dataclass(frozen=True)
class AffineSpace:
    """A point and directions that span the solutions of linear equations in one letter."""

    point: fmpq_mat
    directions: tuple[fmpq_mat, ...]


def _affine_space(reduced: fmpq_mat, rank: int, basis: Sequence[fmpq_mat]) -> AffineSpace | None:
    """Read the solutions off a reduced row echelon form whose last column holds the constants."""
    size = len(basis)
    pivots = []
    column = 0
    for row in range(rank):
        while not reduced[row, column]:
            column += 1
        pivots.append(column)
    if pivots and pivots[-1] == size:
        return None
    point = combine([reduced[row, size] for row in range(rank)], [basis[column] for column in pivots], basis[0])
    taken = dict.fromkeys(pivots)
    directions = [
        combine([-reduced[row, free] for row in range(rank)], [basis[column] for column in pivots], basis[0])
        + basis[free] for free in range(size) if free not in taken]
    return AffineSpace(point, tuple(directions))


def combine(factors: Sequence[fmpq], summands: Sequence[fmpq_mat], like: fmpq_mat) -> fmpq_mat:
    """Add multiples of matrices of one shape; `like` gives the shape of an empty sum."""
    total = fmpq_mat(like.nrows(), like.ncols())
    for factor, summand in zip(factors, summands, strict=True):
        if factor:
            total += summand * factor
    return total


def units(rows: int, cols: int, *, symmetric: bool, diagonal: bool = False) -> list[fmpq_mat]:
    """List the unit matrices of a shape, or a basis of the symmetric or diagonal ones."""
    found = []
    for i in range(rows):
        for j in range(i if symmetric or diagonal else 0, i + 1 if diagonal else cols):
            unit = fmpq_mat(rows, cols)
            unit[i, j] = 1
            if symmetric:
                unit[j, i] = 1
            found.append(unit)
    return found


def resolve(size: Size, sizes: Mapping[str, int]) -> int:
    """Look up a size."""
    return sizes[size] if isinstance(size, str) else size


def eye(size: int) -> fmpq_mat:
    """Make the identity matrix."""
    value = fmpq_mat(size, size)
    for k in range(size):
        value[k, k] = 1
    return value


def height(value: fmpq_mat) -> int:
    """Measure the longest numerator or denominator, in bits."""
    return max(max(int(x.p).bit_length(), int(x.q).bit_length()) for x in value.entries())


def has_property(value: fmpq_mat, word: str) -> bool:
    """Tell whether a square matrix has a property that letters are declared with."""
    if word == "invertible":
        return value.rank() == value.nrows()
    if word == "orthogonal":
        return value.transpose() * value == eye(value.nrows())
    if word == "diagonal":
        return not any(x for i, row in enumerate(value.table()) for j, x in enumerate(row) if i != j)
    if word != "idempotent" and value.transpose() != value:
        return False
    return word == "symmetric" or value * value == value


def inverse(value: fmpq_mat) -> fmpq_mat:
    """Invert a matrix; raises Fails if it is singular."""
    try:
        return value.inv()
    except ZeroDivisionError:
        raise Fails("a matrix that must be invertible is singular") from None


def pseudoinverse(value: fmpq_mat) -> fmpq_mat:
    """Compute the Moore-Penrose inverse by a rank factorisation."""
    rows, cols = value.nrows(), value.ncols()
    reduced, rank = value.rref()
    if rank == 0:
        return fmpq_mat(cols, rows)
    if rank == rows == cols:
        return value.inv()
    if rank == cols:
        flipped = value.transpose()
        return (flipped * value).inv() * flipped
    if rank == rows:
        flipped = value.transpose()
        return flipped * (value * flipped).inv()
    return _by_factors(value, reduced, rank)


def _by_factors(value: fmpq_mat, reduced: fmpq_mat, rank: int) -> fmpq_mat:
    g = fmpq_mat(reduced.table()[:rank])
    pivots = [next(column for column in range(value.ncols()) if reduced[row, column]) for row in range(rank)]
    f = fmpq_mat([[row[column] for column in pivots] for row in value.table()])
    gt, ft = g.transpose(), f.transpose()
    return gt * (g * gt).inv() * (ft * f).inv() * ft


# ---- operations


def _weight(term: terms.Term, below: list[int]) -> int:
    """Estimate how large values of a term can become, as a degree."""
    if term.op in ("mul", "div", "add"):
        return min(sum(below), 10**6)
    if term.op == "pow":
        return min(below[0] * int(term.data or 1), 10**6)
    if term.op in ("inv", "pinv", "proj"):
        return min(6 * below[0], 10**6)
    if term.op == "number":
        return 1 + int(term.data or 0).bit_length() // 4
    return max(below, default=1)


def _number(step: Step, args: Values) -> fmpq_mat:
    return fmpq_mat(1, 1, [int(step.data or 0)])


def _add(step: Step, args: Values) -> fmpq_mat:
    total = args[0]
    for value in args[1:]:
        total = total + value
    return total


def _mul(step: Step, args: Values) -> fmpq_mat:
    result, shaped = args[0], step.shaped[0]
    for value, has_shape in zip(args[1:], step.shaped[1:], strict=True):
        if not has_shape:
            result = result * value[0, 0]
        elif not shaped:
            result, shaped = value * result[0, 0], True
        else:
            result = result * value
    return result


def _pow(step: Step, args: Values) -> fmpq_mat:
    return args[0] ** int(step.data or 1)


def _div(step: Step, args: Values) -> fmpq_mat:
    if not args[1]:
        raise Fails("a denominator is 0")
    return args[0] / args[1][0, 0]


def _tr(step: Step, args: Values) -> fmpq_mat:
    value = args[0]
    return fmpq_mat(1, 1, [sum((value[k, k] for k in range(value.nrows())), fmpq(0))])


_OPERATIONS: Mapping[str, Callable[[Step, Values], fmpq_mat]] = {
    "number": _number, "add": _add, "mul": _mul, "pow": _pow, "div": _div, "tr": _tr,
    "neg": lambda step, args: -args[0],
    "transpose": lambda step, args: args[0].transpose(),
    "inv": lambda step, args: inverse(args[0]),
    "pinv": lambda step, args: pseudoinverse(args[0]),
    "proj": lambda step, args: args[0] * pseudoinverse(args[0]),
}
