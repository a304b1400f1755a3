"""Exact evaluation: values of terms, properties, guards, pseudoinverses, existence."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from symcrit.errors import Fails, SymcritError, TooLarge
from symcrit.kernel import matrices
from symcrit.kernel.evaluate import Instance, violated
from symcrit.kernel.matrices import Value
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement
from symcrit.kernel.terms import number, scalar
from symcrit.lang.parser import parse


def exact(rows: list[list[Any]]) -> Value:
    """Make a matrix of fractions."""
    return tuple(tuple(Fraction(x) for x in row) for row in rows)


def run(text: str, sizes: dict[str, int] | None = None, scalars: dict[str, Any] | None = None, **matrices: list[list[Any]]) -> list[int]:
    """Evaluate a statement on an instance."""
    instance = Instance(sizes or {}, {name: Fraction(x) for name, x in (scalars or {}).items()},
                        {name: exact(rows) for name, rows in matrices.items()})
    return violated(parse(text), instance)


PSEUDOINVERSES = [
    ([[2]], [["1/2"]]), ([[0]], [[0]]), ([[0, 0], [0, 0]], [[0, 0], [0, 0]]), ([[0, 0, 0]], [[0], [0], [0]]),
    ([[3, 4]], [["3/25"], ["4/25"]]), ([[3], [4]], [["3/25", "4/25"]]), ([[1, 2], [3, 4]], [[-2, 1], ["3/2", "-1/2"]]),
    ([[1, 1], [1, 1]], [["1/4", "1/4"], ["1/4", "1/4"]]), ([[0, 1], [0, 0]], [[0, 0], [1, 0]]),
    ([[1, 2], [2, 4]], [["1/25", "2/25"], ["2/25", "4/25"]]), ([[1, 0, 1], [0, 0, 0]], [["1/2", 0], [0, 0], ["1/2", 0]]),
    ([[1, 0], [0, 1], [0, 0]], [[1, 0, 0], [0, 1, 0]]), ([[0, 1], [0, 1], [0, 1]], [[0, 0, 0], ["1/3", "1/3", "1/3"]]),
]


@pytest.mark.parametrize(("value", "expected"), PSEUDOINVERSES)
def test_pseudoinverse(value: list[list[Any]], expected: list[list[Any]]) -> None:
    assert matrices.pseudoinverse(exact(value)) == exact(expected)
    assert matrices.pseudoinverse(exact(expected)) == exact(value)
    rows, cols = len(value), len(value[0])
    assert run("matrix A : m x n\nmatrix X : n x m\nshow pinv(A) = X\nshow proj(A) = A*X", {"m": rows, "n": cols}, A=value, X=expected) == []


def test_exact_matrices() -> None:
    a = exact([[1, 2], [3, 4]])
    assert matrices.invert(a) == exact([[-2, 1], ["3/2", "-1/2"]])
    assert matrices.multiply(a, exact([[0, 1], [1, 0]])) == exact([[2, 1], [4, 3]])
    assert matrices.multiply(exact([[1, 2]]), exact([[3], [4]])) == exact([[11]])
    assert matrices.subtract(a, matrices.identity(2)) == exact([[0, 2], [3, 3]])
    assert matrices.scale(Fraction(1, 2), a) == exact([["1/2", 1], ["3/2", 2]])
    assert matrices.reduce_rows(exact([[0, 2, 4], [0, 1, 2]])) == (exact([[0, 1, 2]]), [1])
    assert matrices.reduce_rows(exact([[0, 0]])) == ((), [])
    for singular in ([[0]], [[1, 2], [2, 4]], [[0, 0], [0, 0]]):
        with pytest.raises(Fails, match="singular"):
            matrices.invert(exact(singular))


J = [[0, 1], [-1, 0]]
I2 = [[1, 0], [0, 1]]
TRUE = [
    ("matrix A : n x n\nshow A*A = -I\nshow A' = -A\nshow A^4 = I(n)\nshow tr(A) = 0\nshow tr(I(n)) = 2\nshow inv(A) = -A\nshow A'*A = I",
     {"n": 2}, {}, {"A": J}),
    ("matrix A : n x n\nscalar s\nshow s*A = A*s\nshow A/s = 1/s*A\nshow s*A*s*A*s = -s^3*I\nshow 0*A = 0", {"n": 2}, {"s": "-2/3"}, {"A": J}),
    ("vector u : n\nvector v : n\nshow u'*v = 11\nshow (u*v')*u = u*(v'*u)\nshow tr(u*v') = v'*u\nshow u/(u'*v) = 1/11*u\nshow (u'*v)^2 = 121",
     {"n": 2}, {}, {"u": [[1], [2]], "v": [[3], [4]]}),
    ("scalar s\nshow s - s/2 = s/2\nshow -s^2 = -(s*s)\nshow 1/2 + 1/3 = 5/6\nshow (s + 1)^2 = s^2 + 2*s + 1", {}, {"s": 7}, {}),
    ("matrix A : 1 x 1\nscalar s\nshow A + s = s + A\nshow A*s = 6\nshow inv(A) = 1/2\nshow s/A = 3/2\nshow A = tr(A)", {}, {"s": 3}, {"A": [[2]]}),
]


@pytest.mark.parametrize(("text", "sizes", "scalars", "matrices"), TRUE)
def test_values(text: str, sizes: Any, scalars: Any, matrices: Any) -> None:
    assert run(text, sizes, scalars, **matrices) == []


INEQUALITIES = [  # of -1/2 and 1/3, and of equal numbers
    ("s <= t", True, True), ("s < t", True, False), ("s = t", False, True), ("t <= s", False, True), ("t < s", False, False),
    ("3*s + 2 <= 3*t", True, False), ("3*s + 3 <= 3*t", False, False), ("-t < -s", True, False), ("0 < t*t", True, True), ("s <= s", True, True), ("s < s", False, False),
]


@pytest.mark.parametrize(("line", "apart", "equal"), INEQUALITIES)
def test_inequalities(line: str, apart: bool, equal: bool) -> None:
    for scalars, expected in (({"s": "-1/2", "t": "1/3"}, apart), ({"s": "1/3", "t": "1/3"}, equal)):
        assert run(f"scalar s t\nshow 0 = 0\nshow {line}", {}, scalars) == ([] if expected else [2])
        assumed = f"scalar s t\nassume 0 = 0\nassume {line}\nshow 0 = 1"
        if expected:
            assert run(assumed, {}, scalars) == [1]
        else:
            with pytest.raises(Fails, match="hypothesis 2 fails"):
                run(assumed, {}, scalars)


def test_inequalities_of_1_by_1_matrices_and_traces() -> None:
    text = "vector u : n\nmatrix D : 1 x 1\nscalar s\nshow D < s\nshow u'*u <= tr(u*u')\nshow u'*u < D\nshow s <= u'*u*D"
    assert run(text, {"n": 2}, {"s": 5}, u=[[1], [-2]], D=[[-1]]) == [3, 4]


def test_violated_claims_are_numbered_from_1() -> None:
    assert run("matrix A : n x n\nshow A = A\nshow A*A = A\nshow A = A'\nshow tr(A) = 0", {"n": 2}, A=J) == [2, 3]


PROPERTIES = [
    ("symmetric", [[1, 2], [2, 3]], [[1, 2], [3, 4]]), ("symmetric", [[0]], [[0, 1], [0, 0]]),
    ("orthogonal", J, [[1, 1], [0, 1]]), ("orthogonal", [["3/5", "4/5"], ["4/5", "-3/5"]], [[1, 0], [0, 0]]), ("orthogonal", [[-1]], [[2]]),
    ("invertible", [[1, 1], [0, 1]], [[1, 2], [2, 4]]), ("invertible", [["1/7"]], [[0]]),
    ("projector", [["1/2", "1/2"], ["1/2", "1/2"]], [[1, 1], [0, 0]]), ("projector", [[0]], [[2]]), ("projector", I2, [[0, 1], [1, 0]]),
    ("idempotent", [[1, 1], [0, 0]], [[1, 1], [0, 1]]), ("idempotent", [[1]], [[-1]]),
]


@pytest.mark.parametrize(("word", "good", "bad"), PROPERTIES)
def test_properties(word: str, good: list[list[Any]], bad: list[list[Any]]) -> None:
    text = f"matrix A : n x n {word}\nshow A = A"
    assert run(text, {"n": len(good)}, A=good) == []
    with pytest.raises(Fails, match=f"A is not {word}"):
        run(text, {"n": len(bad)}, A=bad)


def test_all_properties_count() -> None:
    text = "matrix A : n x n symmetric orthogonal\nshow A*A = I"
    assert run(text, {"n": 2}, A=[[0, 1], [1, 0]]) == []
    with pytest.raises(Fails, match="symmetric"):
        run(text, {"n": 2}, A=J)


FAILS = [
    ("matrix A : m x n\nshow A = A", {"m": 2, "n": 2}, {}, {"A": [[1, 2]]}, "A is not 2 x 2"),
    ("matrix A : m x n\nshow A = A", {"m": 1, "n": 1}, {}, {"A": [[1, 2]]}, "A is not 1 x 1"),
    ("matrix A : 2 x n\nshow A = A", {"n": 2}, {}, {"A": [[1, 2], [3]]}, "A is not 2 x 2"),
    ("matrix A : n x n\nshow A = A", {"n": 0}, {}, {"A": []}, "not positive"),
    ("matrix A : n x n\nassume A = 0\nshow A = A", {"n": 1}, {}, {"A": [[1]]}, "hypothesis 1 fails"),
    ("matrix A : n x n\nassume A = A\nassume A*A = A\nshow A = A", {"n": 1}, {}, {"A": [[2]]}, "hypothesis 2 fails"),
    ("scalar s t\nassume s != t\nshow s = s", {}, {"s": 1, "t": 1}, {}, "guard"),
    ("scalar s\nshow s/s = 1", {}, {"s": 0}, {}, "denominator is 0"),
    ("scalar s\nassume 1/s = 1/s\nshow s = s", {}, {"s": 0}, {}, "denominator is 0"),
    ("scalar s\nshow 0 = 1\nshow s/s = 1", {}, {"s": 0}, {}, "denominator is 0"),
    ("matrix A : n x n\nshow inv(A) - inv(A) = 0", {"n": 1}, {}, {"A": [[0]]}, "singular"),
    ("matrix A : n x n\nshow exists W : n x n. W = inv(A)", {"n": 1}, {}, {"A": [[0]]}, "singular"),
    ("vector u : n\nshow u/(u'*u) = u", {"n": 2}, {}, {"u": [[0], [0]]}, "denominator is 0"),
]


@pytest.mark.parametrize(("text", "sizes", "scalars", "matrices", "message"), FAILS)
def test_instances_that_do_not_meet_the_statement(text: str, sizes: Any, scalars: Any, matrices: Any, message: str) -> None:
    with pytest.raises(Fails, match=message):
        run(text, sizes, scalars, **matrices)


EXISTS = [  # (claim, A, B, does a W exist)
    ("W : n x n. A*W = B", [[1, 0], [0, 0]], [[1, 2], [0, 0]], True), ("W : n x n. A*W = B", [[1, 0], [0, 0]], [[1, 2], [0, 1]], False),
    ("W : n x n. W*A = B", [[1, 0], [0, 0]], [[1, 0], [2, 0]], True), ("W : n x n. W*A = B", [[1, 0], [0, 0]], [[1, 2], [0, 0]], False),
    ("W : n x n. W*A = I", J, I2, True), ("W : n x n. W*A = I", [[1, 1], [1, 1]], I2, False),
    ("W : n x n. A*W*A = A", [[1, 1], [1, 1]], I2, True), ("W : n x n. A*W - W*A = I", J, I2, False),
    ("W : n x n. tr(W)*A = B", J, [[0, 3], [-3, 0]], True), ("W : n x n. tr(W)*A = B", J, I2, False),
    ("W : n x n. W' + W = B", J, [[0, 1], [1, 0]], True), ("W : n x n. W' + W = B", J, J, False),
    ("W : n x n. W = W + B", J, [[0, 0], [0, 0]], True), ("W : n x n. W = W + B", J, I2, False),
    ("W : n x 1. A*W = A*W", J, I2, True), ("W : n x n. A = B", J, J, True), ("W : n x n. A = B", J, I2, False),
    ("W : 1 x 1. tr(W)*A = B", I2, [[2, 0], [0, 2]], True), ("W : n x n. W/2 + A = B", J, I2, True),
    ("W : n x n. -(2*(W - B)) = A", J, I2, True),
]


@pytest.mark.parametrize(("claim", "a", "b", "solvable"), EXISTS)
def test_existence(claim: str, a: Any, b: Any, solvable: bool) -> None:
    text = f"matrix A : n x n\nmatrix B : n x n\nshow exists {claim}"
    assert run(text, {"n": 2}, A=a, B=b) == ([] if solvable else [1])


@pytest.mark.parametrize("equation", ["W*W = -I", "W^2 = -I", "inv(W) = 0", "W*pinv(W) = 2*I", "W/tr(W) = 0*W + I", "tr(W)*W = -I", "proj(W) = 2*I"])
def test_existence_that_is_not_linear_is_never_refuted_here(equation: str) -> None:
    assert run(f"matrix A : 1 x 1\nshow exists W : 1 x 1. {equation}", A=[[1]]) == []


POINT = Instance({}, {"s": Fraction(3)}, {})
CLAIM = Claim(Equation(((scalar("s") ** 64) ** 64) ** 64, number(0)))


def test_large_values_are_refused() -> None:
    with pytest.raises(TooLarge, match="digits"):
        violated(Statement((Declaration("s", None),), (), (), (Claim(Equation(scalar("s"), number(0))), CLAIM)), POINT)


@pytest.mark.parametrize("instance", [
    Instance({}, {}, {}), Instance({"n": 1}, {}, {}), Instance({"n": 1}, {"s": Fraction(1)}, {}), Instance({}, {"s": Fraction(1)}, {"A": exact([[1]])}),
    Instance({"n": 1}, {}, {"A": exact([[1]])}),
])
def test_an_instance_that_leaves_something_out_is_refused_on_purpose(instance: Instance) -> None:
    with pytest.raises(SymcritError):
        violated(parse("matrix A : n x n\nscalar s\nshow s*A = A"), instance)


def test_floats_are_refused() -> None:
    statement = parse("matrix A : n x n symmetric\nshow tr(A) = 0")
    with pytest.raises((SymcritError, TypeError, AttributeError)):
        violated(statement, Instance({"n": 1}, {}, {"A": ((0.5,),)}))  # type: ignore[arg-type]
