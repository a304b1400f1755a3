"""SymPy expressions in and out: same term back, same value on instances, clear refusals."""

from __future__ import annotations

import pickle
import subprocess
import sys
from fractions import Fraction
from random import Random
from typing import Any

import pytest
import sympy
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from symcrit.errors import InputError, LimitError, SizeError
from symcrit.kernel import Claim, Declaration, Equation, Fails, Instance, Statement, terms, violated, walk
from symcrit.kernel.terms import Size, Term
from symcrit.kernel.text import text
from symcrit.lang.sympy_io import Pinv, from_sympy, to_sympy
from tests.lang.random_terms import SCALARS, Terms, letters

m, n = sympy.symbols("m n", integer=True, positive=True)
s, t = sympy.symbols("s t", real=True)
A, B = sympy.MatrixSymbol("A", m, n), sympy.MatrixSymbol("B", m, n)
G, H = sympy.MatrixSymbol("G", n, n), sympy.MatrixSymbol("H", n, n)
u = sympy.MatrixSymbol("u", n, 1)
CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.mark.parametrize(("expr", "expected"), [
    (A, "A"),
    (sympy.MatAdd(A, -B), "A - B"),
    (A * B.T * A, "A*B'*A"),
    (-A, "-A"),
    (-G * H / 2, "-1/2*G*H"),
    (3 * A, "3*A"),
    (s * A / t, "s/t*A"),
    (A / s**2, "1/s^2*A"),
    (G**-1, "inv(G)"),
    (G**-2, "inv(G)^2"),
    (G**3, "G^3"),
    (sympy.Inverse(G + H), "inv(G + H)"),
    (sympy.Trace(G * H) * A, "tr(G*H)*A"),
    (sympy.Identity(n) - G, "-G + I(n)"),
    (sympy.ZeroMatrix(m, n), "0"),
    (Pinv(A.T * B).T, "pinv(A'*B)'"),
    (A * Pinv(A) * A, "A*pinv(A)*A"),
    (s / t - sympy.Rational(-3, 4), "3/4 + s/t"),
    (s * (t + 1) ** -2, "s/(1 + t)^2"),
    (sympy.MatMul(A, s, B.T), "A*s*B'"),
    (sympy.MatAdd(sympy.MatAdd(B, A), B), "(B + A) + B"),
    (sympy.Integer(-2), "-2"),
    (Fraction(1, 3), "1/3"),
    (7, "7"),
    (sympy.MatrixSymbol("A", 2, 3), "A"),
], ids=str)
def test_expressions_come_in(expr: Any, expected: str) -> None:
    assert text(from_sympy(expr)) == expected


def test_sizes_come_in_as_names_and_numbers() -> None:
    assert from_sympy(sympy.MatrixSymbol("A", n, 3)) == terms.matrix("A", "n", 3)
    assert from_sympy(sympy.ZeroMatrix(2, m)) == terms.zero(2, "m")
    assert from_sympy(sympy.Identity(4)) == terms.identity(4)


def test_the_entry_of_a_1_x_1_matrix_is_that_matrix() -> None:
    from sympy.matrices.expressions.matexpr import MatrixElement

    assert text(from_sympy(MatrixElement(u.T * u, 0, 0) + 1)) == "1 + u'*u"


REFUSED = [
    (0.1, "0.1 is a float", "write Rational(1, 10)"),
    (0.25 * A, "0.250000000000000 is a float", "write Rational(1, 4)"),
    (A + 2.0 * B, "2.00000000000000 is a float", "write 2"),
    (s**0.5, "0.500000000000000 is a float", "write Rational(1, 2)"),
    (float("nan"), "nan is not an exact number", ""),
    ("A*A", "'A*A' is not a SymPy expression", "not evaluated"),
    ([1, 2], "'[1, 2]' is not a SymPy expression", ""),
    ((1, 2), "(1, 2) (Tuple)", ""),
    (True, "True (BooleanTrue)", ""),
    (2 * A.T * sympy.HadamardProduct(A, B), "(HadamardProduct)", "elementwise"),
    (sympy.HadamardPower(A, 2) + B, "(HadamardPower)", "elementwise"),
    (sympy.Adjoint(A) * B, "(Adjoint)", "real: write .T"),
    (G * sympy.sin(s), "sin(s) (sin)", ""),
    (sympy.pi * A, "pi (Pi)", ""),
    (sympy.I * A, "I (ImaginaryUnit)", ""),
    (sympy.oo, "oo (Infinity)", ""),
    (sympy.sqrt(s), "sqrt(s) (Pow)", "exponents are integers"),
    (G**m, "G**m (MatPow)", "exponents are integers"),
    (sympy.MatPow(G, 0), "G**0 (MatPow)", "exponents are integers"),
    (G**65, "exponent 65", ""),
    (A[0, 0] * A, "A[0, 0] (MatrixElement)", "1 x 1"),
    (sympy.Determinant(G) * A, "Determinant(G) (Determinant)", ""),
    (sympy.Matrix([[1, 2]]), "Matrix([[1, 2]]) (ImmutableDenseMatrix)", "MatrixSymbol"),
    (sympy.OneMatrix(m, n) + A, "(OneMatrix)", "MatrixSymbol"),
    (A[:1, :], "(MatrixSlice)", ""),
    (sympy.Symbol("a", commutative=False) * 2, "a does not commute", "MatrixSymbol"),
    (sympy.Symbol("a", imaginary=True), "a is not real", ""),
    (sympy.Symbol("s", positive=True) + s, "s is the name of two different scalar symbols", "one name"),
    (sympy.MatrixSymbol("A", n, m) * A, "A is the name of two different matrix symbols", "one name"),
    (n * A, "n is the name of both a", "one name"),
    (sympy.MatrixSymbol("s", n, n) * s, "s is the name of both a", "one name"),
    (sympy.Symbol(r"\alpha") * A, r"'\\alpha' cannot be a name", "letters"),
    (sympy.MatrixSymbol("A", n + 1, n), "n + 1 is not a size", ""),
    (sympy.MatrixSymbol("A", 0, n), "0 is not a size", ""),
    (sympy.Derivative(s**2, s), "(Derivative)", ""),
]


@pytest.mark.parametrize(("expr", "message", "hint"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_has_no_counterpart_is_refused_by_name(expr: Any, message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        from_sympy(expr)
    assert message in caught.value.message
    assert hint in caught.value.suggestion


def test_sizes_are_checked_again() -> None:
    with pytest.raises(SizeError, match="product of m x n and m x n: n is not m"):
        from_sympy(sympy.Basic.__new__(sympy.MatMul, A, B))


def test_deep_expressions_are_a_limit_not_a_crash() -> None:
    expr = G
    for _ in range(300):
        expr = sympy.Transpose(expr)
    assert from_sympy(expr).depth == 301
    for _ in range(300):
        expr = sympy.Transpose(expr)
    with pytest.raises(LimitError):
        from_sympy(expr)
    term = terms.matrix("G", "n", "n")
    for _ in range(499):
        term = terms.neg(term)
    try:
        to_sympy(term)
    except LimitError as error:
        assert "nested" in error.message


# ---- there and back ----------------------------------------------------------------------------


@pytest.mark.parametrize("term", [
    terms.rational(Fraction(-3, 4)), terms.div(terms.number(2), terms.number(4)),
    terms.div(terms.number(3), terms.number(1)),
    terms.neg(terms.neg(terms.scalar("s"))), terms.mul(terms.neg(terms.number(3)), terms.scalar("s")),
    terms.power(terms.scalar("s"), 1), terms.div(terms.number(1), terms.scalar("s")),
    terms.mul(terms.number(2), terms.number(3)), terms.add(terms.number(0), terms.number(0)),
    terms.transpose(terms.zero("m", "n")),
    terms.mul(terms.matrix("A", "m", "n"), terms.scalar("s"), terms.identity("n")),
], ids=text)
def test_grouping_survives(term: Term) -> None:
    assert from_sympy(to_sympy(term)) == term


@settings(max_examples=150, suppress_health_check=CHECKS, derandomize=True, deadline=None, database=None)
@given(st.data())
def test_random_terms_come_back_the_same(data: st.DataObject) -> None:
    source = Terms(data.draw, ("n", "k", 2), zeros=True)  # no size 1: scalars and matrices never mix
    rows, cols = source.size(), source.size()
    term = source.matrix(rows, cols, 3)
    if any(node.op == "proj" or (node.op == "transpose" and node.shape is None) for node in walk.postorder([term])):
        reject()
    assert from_sympy(to_sympy(term)) == term


def test_exceptions_come_back_with_the_same_value() -> None:
    a = terms.matrix("A", "m", "n")
    assert text(from_sympy(to_sympy(terms.proj(a)))) == "A*pinv(A)"
    assert text(from_sympy(to_sympy(terms.transpose(terms.scalar("s"))))) == "s"
    v = terms.matrix("v", "n", 1)
    assert text(from_sympy(to_sympy(v.T * v + 1))) == "v'*v + 1*I(1)"


# ---- values ------------------------------------------------------------------------------------


def sympy_value(expr: Any, instance: Instance) -> list[list[Fraction]]:
    """Evaluate with SymPy's own explicit matrices."""
    replacement: dict[Any, Any] = {sympy.Symbol(name, real=True): sympy.Rational(value.numerator, value.denominator)
                                   for name, value in instance.scalars.items()}
    for name, value in instance.matrices.items():
        explicit = sympy.ImmutableMatrix([[sympy.Rational(x.numerator, x.denominator) for x in row] for row in value])
        replacement[sympy.MatrixSymbol(name, *explicit.shape)] = explicit
    value = expr.xreplace(replacement).doit()
    if isinstance(value, sympy.MatrixExpr):
        value = value.as_explicit()
    rows = value.tolist() if isinstance(value, sympy.MatrixBase) else [[value]]
    return [[Fraction(int(x.p), int(x.q)) for x in row] for row in rows]


@settings(max_examples=150, suppress_health_check=CHECKS, derandomize=True, deadline=None, database=None)
@given(st.data())
def test_values_agree_with_the_kernel(data: st.DataObject) -> None:
    sizes: tuple[Size, ...] = (2, 3, 1)
    source = Terms(data.draw, sizes, zeros=True)
    rows, cols = source.size(), source.size()
    term = source.matrix(rows, cols, 3)
    declarations = letters(sizes)
    instance = random_instance(declarations, Random(data.draw(st.integers(0, 10**6))))
    try:
        holds = violated(Statement(declarations, (), (), (Claim(Equation(term, term)),)), instance)
    except Fails:
        reject()  # G is singular or a denominator is 0
    assert holds == []
    value = sympy_value(to_sympy(term), instance)
    assert agreeing(term, rows, cols, declarations, instance, value)
    value[0][0] += 1
    assert not agreeing(term, rows, cols, declarations, instance, value)


def random_instance(declarations: tuple[Declaration, ...], random: Random) -> Instance:
    def entry() -> Fraction:
        return Fraction(random.randint(-2, 2))

    matrices = {d.name: tuple(tuple(entry() for _ in range(int(d.shape[1]))) for _ in range(int(d.shape[0])))
                for d in declarations if d.shape is not None}
    return Instance({}, {name: entry() for name in SCALARS}, matrices)


def agreeing(term: Term, rows: Size, cols: Size, declarations: tuple[Declaration, ...], instance: Instance,
             value: list[list[Fraction]]) -> bool:
    """Ask the kernel's evaluator whether a term has a value."""
    result = Declaration("Value", (rows, cols))
    statement = Statement((*declarations, result), (), (), (Claim(Equation(term, result.letter)),))
    extended = Instance({}, instance.scalars, {**instance.matrices, "Value": tuple(map(tuple, value))})
    return violated(statement, extended) == []


# ---- the node Pinv -----------------------------------------------------------------------------


def test_pinv_is_a_well_behaved_node() -> None:
    node = Pinv(A)
    assert node.shape == (n, m)
    assert node == Pinv(A) and hash(node) == hash(Pinv(A))
    assert node.func(*node.args) == node
    transposed = node.T
    assert transposed == sympy.Transpose(node)
    assert Pinv(A) == transposed.T
    assert (A * node).T.doit() == node.T * A.T
    assert node.subs(A, B) == Pinv(B)
    assert str(node) == "Pinv(A)"
    assert pickle.loads(pickle.dumps(node)) == node
    assert Pinv(sympy.Matrix([[1, 2], [2, 4]]))[0, 1] == sympy.Rational(2, 25)
    with pytest.raises(TypeError, match="not a matrix"):
        Pinv(s)


def test_importing_imports_no_sympy() -> None:
    code = "import sys, symcrit.lang, symcrit.lang.sympy_io, symcrit.lang.printer; print('sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
