"""Exact evaluation of a statement on an instance: what refutes a claim, or shows a hypothesis set alive.

Reads the author's terms, never the normal form, so it shares no code with lowering. A pseudoinverse is
accepted only after its four Penrose equations have been checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symcrit.errors import Fails, TooLarge
from symcrit.kernel import walk
from symcrit.kernel.matrices import (
    Value,
    identity,
    invert,
    multiply,
    pseudoinverse,
    reduce_rows,
    scale,
    subtract,
)
from symcrit.kernel.statement import Claim, Equation, Statement, guarded_terms
from symcrit.kernel.terms import Size, Term

MAX_BITS = 50_000
_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Instance:
    """Sizes for the size symbols, a rational for every scalar, a rational matrix for every matrix."""

    sizes: Mapping[str, int]
    scalars: Mapping[str, Fraction]
    matrices: Mapping[str, Value]


def violated(statement: Statement, instance: Instance) -> list[int]:
    """List the claims (from 1) that fail on an instance; raises Fails if the instance meets not all it should.

    >>> from symcrit.kernel.terms import matrix
    >>> A = matrix("A", "n", "n")
    >>> from symcrit.kernel.statement import Declaration
    >>> claim = Claim(Equation(A * A, A))
    >>> statement = Statement((Declaration("A", ("n", "n")),), (), (), (claim,))
    >>> violated(statement, Instance({"n": 1}, {}, {"A": ((Fraction(2),),)}))
    [1]
    >>> violated(statement, Instance({"n": 2}, {}, {"A": ((Fraction(2),),)}))
    Traceback (most recent call last):
    symcrit.errors.Fails: A is not 2 x 2
    """
    evaluation = _Evaluation(statement, instance)
    for number, equation in enumerate(statement.hypotheses, 1):
        if not evaluation.compare(equation):
            raise Fails(f"hypothesis {number} fails")
    for guard in statement.guards:
        if evaluation.compare(guard):
            raise Fails("a guard fails")
    for term in guarded_terms(statement):
        evaluation.value(term)  # raises Fails where an inverse or a quotient does not exist
    return [number for number, claim in enumerate(statement.claims, 1) if not evaluation.holds(claim)]


def value_of(statement: Statement, instance: Instance, term: Term) -> Value:
    """Evaluate a term over the letters of a statement; a scalar is a 1 x 1 matrix."""
    return _Evaluation(statement, instance).value(term)


class _Evaluation:
    """Values of terms on one instance, each distinct subterm computed once."""

    def __init__(self, statement: Statement, instance: Instance) -> None:
        self.sizes = instance.sizes
        self.values: dict[bytes, Value] = {}
        for declaration in statement.declarations:
            given = instance.matrices if declaration.shape else {k: ((v,),) for k, v in instance.scalars.items()}
            value = given.get(declaration.name, ())
            rows, cols = (self.size(size) for size in declaration.shape or (1, 1))
            if not value or not all(type(x) in (int, Fraction) for row in value for x in row):
                raise Fails(f"no exact value is given for {declaration.name}")
            value = tuple(tuple(map(Fraction, row)) for row in value)
            if declaration.shape is not None:
                if len(value) != rows or any(len(row) != cols for row in value):
                    raise Fails(f"{declaration.name} is not {rows} x {cols}")
                for word in declaration.properties:
                    if not _has_property(value, word):
                        raise Fails(f"{declaration.name} is not {word}")
            self.values[declaration.letter.digest] = value

    def size(self, size: Size) -> int:
        number = size if isinstance(size, int) else self.sizes.get(size, 0)
        if type(number) is not int or number < 1:
            raise Fails(f"size {size} is not positive")
        return number

    def value(self, term: Term) -> Value:
        for node in walk.postorder([term], self.values):
            value = self._node(node, [self.values[arg.digest] for arg in node.args])
            if any(x.numerator.bit_length() + x.denominator.bit_length() > MAX_BITS for row in value for x in row):
                raise TooLarge("a value with thousands of digits")
            self.values[node.digest] = value
        return self.values[term.digest]

    def compare(self, equation: Equation) -> bool:
        """Tell whether the left side is in its relation to the right side; inequalities are between scalars."""
        difference = subtract(self.value(equation.left), self.value(equation.right))
        if equation.relation == "=":
            return not any(x for row in difference for x in row)
        ((number,),) = difference
        return number < 0 if equation.relation == "<" else number <= 0

    def holds(self, claim: Claim) -> bool:
        if claim.unknown is None:
            return self.compare(claim.equation)
        sides = (claim.equation.left, claim.equation.right)
        if max(_degree(side, claim.unknown.letter) for side in sides) > 1:
            return True  # not linear in the unknown: this evaluator cannot refute it
        rows, cols = (self.size(size) for size in claim.unknown.shape or (1, 1))
        base = [(i, j) for i in range(rows) for j in range(cols)]
        points = [tuple(tuple(_ONE if (i, j) == at else _ZERO for j in range(cols)) for i in range(rows))
                  for at in [(-1, -1), *base]]
        columns = []
        for point in points:
            fresh = _Evaluation.__new__(_Evaluation)
            fresh.sizes, fresh.values = self.sizes, {**self.values, claim.unknown.letter.digest: point}
            residual = subtract(fresh.value(sides[0]), fresh.value(sides[1]))
            columns.append([x for row in residual for x in row])
        constant, *linear = columns
        system = tuple(zip(*([a - b for a, b in zip(column, constant, strict=True)] for column in linear), constant,
                           strict=True))
        _, pivots = reduce_rows(system)
        return len(linear) not in pivots  # solvable: no pivot in the column of constants

    def _node(self, node: Term, args: list[Value]) -> Value:
        match node.op:
            case "number":
                return ((Fraction(int(node.data or 0)),),)
            case "identity":
                return identity(self.size(node.data if node.data is not None else 1))
            case "zero":
                rows, cols = (self.size(size) for size in node.shape or (1, 1))
                return ((_ZERO,) * cols,) * rows
            case "add":
                total = args[0]
                for value in args[1:]:
                    total = tuple(tuple(map(Fraction.__add__, x, y)) for x, y in zip(total, value, strict=True))
                return total
            case "neg":
                return scale(-_ONE, args[0])
            case "mul":
                return self._product(node.args, args)
            case "pow":
                return self._product(node.args * int(node.data or 1), args * int(node.data or 1))
            case "div":
                if args[1][0][0] == 0:
                    raise Fails("a denominator is 0")
                return scale(1 / args[1][0][0], args[0])
            case "transpose":
                return tuple(zip(*args[0], strict=True))
            case "inv":
                return invert(args[0])
            case "pinv":
                return pseudoinverse(args[0])
            case "proj":
                return multiply(args[0], pseudoinverse(args[0]))
            case "tr":
                return ((sum((row[k] for k, row in enumerate(args[0])), _ZERO),),)
        raise Fails(f"{node.data} has no value")

    def _product(self, factors: tuple[Term, ...], values: list[Value]) -> Value:
        result, shaped = values[0], factors[0].shape is not None
        for factor, value in zip(factors[1:], values[1:], strict=True):
            if factor.shape is None:
                result = scale(value[0][0], result)
            elif not shaped:
                result, shaped = scale(result[0][0], value), True
            else:
                result = multiply(result, value)
        return result


def _degree(term: Term, unknown: Term) -> int:
    """Bound the degree of a term in the unknown; 2 stands for anything that is not linear."""
    degree: dict[bytes, int] = {}
    for node in walk.postorder([term]):
        below = [degree[arg.digest] for arg in node.args]
        if node == unknown:
            here = 1
        elif node.op == "mul":
            here = sum(below)
        elif node.op in ("pow", "inv", "pinv", "proj") or (node.op == "div" and below[1]):
            here = 2 * max(below)
        else:
            here = max(below, default=0)
        degree[node.digest] = min(here, 2)
    return degree[term.digest]


def _has_property(value: Value, word: str) -> bool:
    transposed = tuple(zip(*value, strict=True))
    if word == "invertible":
        return len(reduce_rows(value)[1]) == len(value)
    if word == "orthogonal":
        return multiply(transposed, value) == identity(len(value))
    if word == "diagonal":
        return not any(x for i, row in enumerate(value) for j, x in enumerate(row) if i != j)
    symmetric = word == "idempotent" or transposed == value
    return symmetric and (word == "symmetric" or multiply(value, value) == value)
