"""SymPy matrix expressions in and out. SymPy is imported only when a function here is called.

Going out, a term keeps its order and grouping (nothing is evaluated), so it comes back as the same term,
with three exceptions where SymPy has no such node: `proj(A)` comes back as `A*pinv(A)`, the transpose of
a scalar as the scalar, and a scalar added to a 1 x 1 matrix as that multiple of I(1).

Coming in, assumptions of SymPy symbols (such as positive=True) are forgotten, except that whatever is
known not to be a real scalar is refused: a statement about all real numbers is what will be proved.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import gcd
from typing import Any

from symcrit.errors import InputError, LimitError
from symcrit.kernel import terms, walk
from symcrit.kernel.terms import Size, Term

_HINTS = {
    "Adjoint": "matrices are real: write .T",
    "HadamardProduct": "elementwise products are not part of the language",
    "HadamardPower": "elementwise powers are not part of the language",
    "MatrixElement": "only the entry [0, 0] of a 1 x 1 matrix stands for it",
    "ImmutableDenseMatrix": "give the matrix a name: MatrixSymbol",
    "ImmutableSparseMatrix": "give the matrix a name: MatrixSymbol",
    "OneMatrix": "give the vector of ones a name: MatrixSymbol",
    "BlockMatrix": "write one statement for each block",
    "Determinant": "determinants are not part of the language",
    **dict.fromkeys(("Equality", "LessThan", "StrictLessThan", "GreaterThan", "StrictGreaterThan", "Unequality"),
                    "convert the two sides and write Eq, Le, Lt or Ne of them"),
    "MatrixPermute": "give the permutation matrix a name, declared orthogonal",
}


def __getattr__(name: str) -> Any:
    """Make `Pinv`, whose base class is SymPy's, on first use."""
    if name == "Pinv":
        return pinv_class()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def pinv_class() -> Any:
    """Return the class `Pinv` of SymPy nodes: the Moore-Penrose inverse of a matrix expression.

    >>> from sympy import ImmutableMatrix, MatrixSymbol
    >>> pinv_class()(MatrixSymbol("A", 2, 3)).shape
    (3, 2)
    >>> pinv_class()(ImmutableMatrix([[2, 0], [0, 0]])).doit()
    Matrix([
    [1/2, 0],
    [  0, 0]])
    """
    from sympy import MatrixExpr, MatrixSymbol, Transpose, sympify

    class Pinv(MatrixExpr):  # type: ignore[misc, unused-ignore]
        """The Moore-Penrose inverse: symbolic until its argument is explicit."""

        def __new__(cls, arg: Any) -> Any:
            arg = sympify(arg, strict=True)
            if not getattr(arg, "is_Matrix", False):
                raise TypeError(f"Pinv of {arg}, which is not a matrix")
            return MatrixExpr.__new__(cls, arg)

        @property
        def arg(self) -> Any:
            return self.args[0]

        @property
        def shape(self) -> Any:
            return self.arg.shape[::-1]

        def doit(self, **hints: Any) -> Any:
            arg = self.arg.doit(**hints) if hints.get("deep", True) else self.arg
            if not arg.has(MatrixSymbol) and all(size.is_Integer for size in map(sympify, arg.shape)):
                return arg.as_explicit().pinv()
            return Pinv(arg)

        def _eval_transpose(self) -> Any:
            return Transpose(self)  # equal to Pinv(arg.T), but the author wrote this

        def _eval_conjugate(self) -> Any:
            return self  # matrices are real

        def _eval_adjoint(self) -> Any:
            return Transpose(self)

        def _entry(self, i: Any, j: Any, **kwargs: Any) -> Any:
            from sympy.matrices.expressions.matexpr import MatrixElement

            done = self.doit()
            return MatrixElement(self, i, j) if isinstance(done, Pinv) else done[i, j]

    Pinv.__module__, Pinv.__qualname__ = __name__, "Pinv"
    return Pinv


# ---- SymPy to terms ----------------------------------------------------------------------------


def from_sympy(expr: Any) -> Term:
    """Turn a SymPy expression into a term, in SymPy's order; text is never evaluated.

    Raises InputError naming the smallest part that has no counterpart, SizeError where sizes clash.

    >>> from sympy import MatrixSymbol, symbols
    >>> from symcrit.kernel.text import text
    >>> n = symbols("n", integer=True, positive=True)
    >>> A, B = MatrixSymbol("A", n, n), MatrixSymbol("B", n, n)
    >>> text(from_sympy((A * B - B.T / 2).I))
    "inv(-1/2*B' + A*B)"
    >>> from_sympy(0.5 * A)
    Traceback (most recent call last):
    symcrit.errors.InputError: 0.500000000000000 is a float
      suggestion: write Rational(1, 2)
    """
    from sympy import SympifyError, sympify

    if isinstance(expr, float):
        raise _float(expr)
    try:
        root = sympify(expr, strict=True)
    except SympifyError:
        raise InputError(f"{str(expr)[:80]!r} is not a SymPy expression", "text is not evaluated: build it") from None
    try:
        return _Reader().read(root)
    except RecursionError:
        raise LimitError("a SymPy expression nested too deeply", "abbreviate parts of it by letters") from None


def _float(value: Any) -> InputError:
    try:
        exact = Fraction(str(value))
    except ValueError:
        return InputError(f"{value} is not an exact number")
    spelling = str(exact) if exact.denominator == 1 else f"Rational({exact.numerator}, {exact.denominator})"
    return InputError(f"{value} is a float", f"write {spelling}")


def _refusal(node: Any, suggestion: str = "") -> InputError:
    kind = type(node).__name__
    shown = " ".join(str(node).split())
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    return InputError(f"{shown} ({kind}) is not part of the language", suggestion or _HINTS.get(kind, ""))


class _Reader:
    """Converts the nodes of one expression, arguments first, each distinct one once."""

    def __init__(self) -> None:
        self.done: dict[Any, Term] = {}
        self.names: dict[str, Any] = {}

    def read(self, root: Any) -> Term:
        stack = [(root, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                self.done[node] = self._compound(node)
            elif node not in self.done:
                parts = _parts(node)
                if parts:
                    stack.append((node, True))
                    stack.extend((part, False) for part in reversed(parts))
                else:
                    self.done[node] = self._leaf(node)
        return self.done[root]

    def _leaf(self, node: Any) -> Term:
        import sympy

        if isinstance(node, sympy.Float):
            raise _float(node)
        if isinstance(node, sympy.Rational):
            return terms.rational(Fraction(int(node.p), int(node.q)))
        if type(node) in (sympy.Symbol, sympy.Dummy):
            return self._scalar(node)
        if type(node) is sympy.MatrixSymbol:
            return terms.matrix(self._name(node.name, node, "matrix"), *map(self._size, node.shape))
        if type(node) is sympy.Identity:
            return terms.identity(self._size(node.shape[0]))
        if type(node) is sympy.ZeroMatrix:
            return terms.zero(*map(self._size, node.shape))
        raise _refusal(node)

    def _scalar(self, node: Any) -> Term:
        if node.is_commutative is False:
            raise InputError(f"{node} does not commute, so it is not a scalar", "use MatrixSymbol for a matrix")
        if node.is_extended_real is False:
            raise InputError(f"{node} is not real", "scalars are real")
        return terms.scalar(self._name(node.name, node, "scalar"))

    def _size(self, node: Any) -> Size:
        if node.is_Integer and node >= 1:
            return int(node)
        if node.is_Symbol:
            return self._name(node.name, node, "size")
        raise InputError(f"{node} is not a size", "sizes are symbols or positive integers")

    def _name(self, name: str, node: Any, kind: str) -> str:
        """Check a name; two different SymPy objects never become one letter."""
        if not (name.isidentifier() and name.isascii() and len(name) <= 100):
            raise InputError(f"{name!r} cannot be a name", "use letters, digits and underscores")
        if self.names.setdefault(name, (kind, node)) != (kind, node):
            other = self.names[name][0]
            what = f"two different {kind} symbols" if kind == other else f"both a {other} and a {kind}"
            raise InputError(f"{name} is the name of {what}", "give every symbol one name, size and set of assumptions")
        return name

    def _compound(self, node: Any) -> Term:
        import sympy

        args = [self.done[part] for part in _parts(node)]
        if isinstance(node, (sympy.Add, sympy.MatAdd)):
            return terms.add(*args) if len(args) > 1 else args[0]
        if isinstance(node, (sympy.Mul, sympy.MatMul)):
            return self._product(node.args)
        if isinstance(node, (sympy.Pow, sympy.MatPow)):
            return _power(node, args[0])
        if isinstance(node, sympy.Transpose):
            return terms.transpose(args[0])
        if isinstance(node, sympy.Trace):
            return terms.trace(args[0])
        if isinstance(node, pinv_class()):
            return terms.pinv(args[0])
        return args[0]  # the entry of a 1 x 1 matrix

    def _product(self, factors: Any) -> Term:
        """Read a product left to right; a factor b**(-k) divides what stands before it."""
        first = factors[0]
        if first.is_Rational and first < 0 and len(factors) > 1:
            rest = factors[1:] if first == -1 else (-first, *factors[1:])
            if -first not in self.done:
                self.done[-first] = self._leaf(-first)
            return terms.neg(self._product(rest))
        made: list[Term] = []
        for factor in factors:
            if factor.is_Pow and factor.exp.is_Integer and factor.exp < 0:
                base, exponent = self.done[factor.base], -int(factor.exp)
                below = base if exponent == 1 else terms.power(base, exponent)
                above = terms.mul(*made) if len(made) > 1 else made[0] if made else terms.number(1)
                made = [terms.div(above, below)]
            else:
                made.append(self.done[factor])
        return made[0] if len(made) == 1 else terms.mul(*made)


def _parts(node: Any) -> tuple[Any, ...]:
    """List the subexpressions that become terms; none for a leaf, or for what `_leaf` will refuse."""
    import sympy
    from sympy.matrices.expressions.matexpr import MatrixElement

    if isinstance(node, (sympy.Add, sympy.MatAdd, sympy.Mul, sympy.MatMul)):
        return tuple(node.args)
    if isinstance(node, (sympy.Pow, sympy.MatPow)) or type(node) in (sympy.Transpose, sympy.Trace, pinv_class()):
        return tuple(node.args[:1])
    if isinstance(node, MatrixElement) and node.parent.shape == (1, 1) and node.i == node.j == 0:
        return (node.parent,)
    return ()


def _power(node: Any, base: Term) -> Term:
    import sympy

    exponent = node.args[1]
    if isinstance(exponent, sympy.Float):
        raise _float(exponent)
    if not exponent.is_Integer or exponent == 0:
        raise _refusal(node, f"exponents are integers from 1 to {terms.MAX_EXPONENT}, or negative ones")
    if exponent > 0:
        return terms.power(base, int(exponent))
    if base.shape is None:
        return terms.div(terms.number(1), base if exponent == -1 else terms.power(base, -int(exponent)))
    inverse = terms.inverse(base)
    return inverse if exponent == -1 else terms.power(inverse, -int(exponent))


# ---- terms to SymPy ----------------------------------------------------------------------------


def to_sympy(term: Term) -> Any:
    """Turn a term into a SymPy expression, unevaluated: same order, same grouping.

    Size symbols become positive integer symbols, scalars real ones; `doit()` evaluates.

    >>> A = terms.matrix("A", "m", "n")
    >>> to_sympy(A * (terms.pinv(A) * A).T)
    A*(Pinv(A)*A).T
    >>> to_sympy(terms.inverse(A))
    Traceback (most recent call last):
    symcrit.errors.SizeError: inv of a matrix of size m x n: m is not n
    """
    done: dict[bytes, Any] = {}
    try:
        for node in walk.postorder([term]):
            write = _WRITERS.get(node.op, _write_leaf)
            done[node.digest] = write(node, [done[arg.digest] for arg in node.args])
    except RecursionError:
        raise LimitError("the term is nested too deeply for SymPy", "convert parts of it") from None
    return done[term.digest]


def _size_symbol(size: Size | None) -> Any:
    from sympy import Integer, Symbol

    return Symbol(size, integer=True, positive=True) if isinstance(size, str) else Integer(size or 1)


def _write_leaf(node: Term, _: list[Any]) -> Any:
    import sympy

    sizes = [_size_symbol(size) for size in node.shape or ()]
    match node.op:
        case "matrix":
            return sympy.MatrixSymbol(str(node.data), *sizes)
        case "scalar":
            return sympy.Symbol(str(node.data), real=True)
        case "number":
            return sympy.Integer(node.data)
        case "identity":
            return sympy.Identity(sizes[0])
        case "zero":
            return sympy.ZeroMatrix(*sizes)
    raise InputError(f"unknown operation {node.op}")


def _write_add(node: Term, args: list[Any]) -> Any:
    import sympy

    if node.shape is None:
        return sympy.Add(*args, evaluate=False)
    one = sympy.Identity(1)
    return sympy.MatAdd(*(sympy.MatMul(value, one) if arg.shape is None else value
                          for arg, value in zip(node.args, args, strict=True)))


def _write_product(node: Term, args: list[Any]) -> Any:
    import sympy

    return sympy.Mul(*args, evaluate=False) if node.shape is None else sympy.MatMul(*args)


def _write_quotient(node: Term, args: list[Any]) -> Any:
    import sympy
    from sympy.matrices.expressions.matexpr import MatrixElement

    above, below = node.args
    if above.op == below.op == "number" and below.data != 1 and gcd(int(above.data or 0), int(below.data or 0)) == 1:
        return sympy.Rational(above.data, below.data)
    divisor = args[1] if below.shape is None else MatrixElement(args[1], 0, 0)
    return _write_product(node, [args[0], sympy.Pow(divisor, -1, evaluate=False)])


def _write_power(node: Term, args: list[Any]) -> Any:
    import sympy

    if node.shape is None:
        return sympy.Pow(args[0], node.data, evaluate=False)
    return sympy.MatPow(args[0], node.data)


def _write_transpose(node: Term, args: list[Any]) -> Any:
    import sympy

    return args[0] if node.shape is None else sympy.Transpose(args[0])


def _write_inverse(_: Term, args: list[Any]) -> Any:
    import sympy

    return sympy.Inverse(args[0])


def _write_trace(_: Term, args: list[Any]) -> Any:
    import sympy

    return sympy.Trace(args[0])


def _write_projector(_: Term, args: list[Any]) -> Any:
    import sympy

    return sympy.MatMul(args[0], pinv_class()(args[0]))


_WRITERS: dict[str, Callable[[Term, list[Any]], Any]] = {
    "add": _write_add, "mul": _write_product, "div": _write_quotient, "pow": _write_power,
    "neg": lambda node, args: _write_product(node, [-1, *args]),
    "transpose": _write_transpose, "inv": _write_inverse, "tr": _write_trace, "proj": _write_projector,
    "pinv": lambda node, args: pinv_class()(args[0]),
}
