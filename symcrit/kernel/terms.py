"""Terms as their authors write them: immutable, sized, never rearranged.

A term is a scalar (`shape` is None) or a matrix (`shape` is a pair of sizes, each a symbol or a
positive integer). Sizes are checked when a term is made, so an ill-sized term does not exist.
A literal 1 x 1 matrix may stand where a scalar may. Sums and products keep the author's order and
grouping. `==` is sameness of terms: it compares digests of the whole expression.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256

from symcrit.errors import InputError, LimitError, SizeError

Size = str | int
Shape = tuple[Size, Size]
MAX_DEPTH = 500
MAX_EXPONENT = 64
MAX_DIGITS = 1000


class Term:
    """One node of an expression: an operation, its data (a name, number or size), its arguments.

    >>> A = matrix("A", "m", "n")
    >>> (A * A.T).shape
    ('m', 'm')
    >>> A * A
    Traceback (most recent call last):
    symcrit.errors.SizeError: product of m x n and m x n: n is not m
    """

    __slots__ = ("args", "data", "depth", "digest", "op", "shape")
    op: str
    data: str | int | None
    args: tuple[Term, ...]
    shape: Shape | None
    depth: int
    digest: bytes

    def __init__(self, op: str, data: str | int | None, args: tuple[Term, ...], shape: Shape | None) -> None:
        depth = 1 + max((arg.depth for arg in args), default=0)
        if depth > MAX_DEPTH:
            raise LimitError(f"expression nested deeper than {MAX_DEPTH} levels", "abbreviate parts of it by letters")
        place = "" if args else shape  # the shape of a compound term follows from its parts
        node = f"{op}|{data!r}|{place!r}|".encode() + b"".join(arg.digest for arg in args)
        for slot, value in zip(Term.__slots__, (args, data, depth, sha256(node).digest(), op, shape), strict=True):
            object.__setattr__(self, slot, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("terms are immutable")

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Term) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __add__(self, other: Term | int | Fraction) -> Term:
        return add(*self._parts("add"), _coerce(other))

    def __radd__(self, other: int | Fraction) -> Term:
        return add(_coerce(other), self)

    def __sub__(self, other: Term | int | Fraction) -> Term:
        return add(*self._parts("add"), neg(_coerce(other)))

    def __rsub__(self, other: int | Fraction) -> Term:
        return add(_coerce(other), neg(self))

    def __mul__(self, other: Term | int | Fraction) -> Term:
        return mul(*self._parts("mul"), _coerce(other))

    def __rmul__(self, other: int | Fraction) -> Term:
        return mul(_coerce(other), self)

    def __truediv__(self, other: Term | int | Fraction) -> Term:
        return div(self, _coerce(other))

    def __rtruediv__(self, other: int | Fraction) -> Term:
        return div(_coerce(other), self)

    def __pow__(self, exponent: int) -> Term:
        return power(self, exponent)

    def __neg__(self) -> Term:
        return neg(self)

    def _parts(self, op: str) -> tuple[Term, ...]:
        """Let A * B * C be one product, as it is in a file."""
        return self.args if self.op == op else (self,)

    @property
    def T(self) -> Term:
        """The transpose."""
        return transpose(self)


def _coerce(value: Term | int | Fraction) -> Term:
    if isinstance(value, Term):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        raise InputError(f"{value!r} is not an exact number or a term", "use an integer or fractions.Fraction")
    return rational(Fraction(value))


def show_shape(shape: Shape | None) -> str:
    """Print a shape as people write it, such as `m x n`."""
    return "scalar" if shape is None else f"{shape[0]} x {shape[1]}"


def is_scalar(term: Term) -> bool:
    """Tell whether a term may stand where a scalar may: a scalar, or of literal size 1 x 1."""
    return term.shape is None or term.shape == (1, 1)


def matrix(name: str, rows: Size, cols: Size) -> Term:
    """Make the letter of a matrix."""
    return Term("matrix", name, (), (_size(rows), _size(cols)))


def _size(size: Size) -> Size:
    if isinstance(size, bool) or (isinstance(size, int) and size < 1):
        raise SizeError(f"{size} is not a size", "sizes are symbols or positive integers")
    return size


def scalar(name: str) -> Term:
    """Make a scalar symbol."""
    return Term("scalar", name, (), None)


def number(value: int) -> Term:
    """Make a non-negative integer; see `rational` for the rest."""
    if value < 0 or value >= 10**MAX_DIGITS:
        raise LimitError(f"a number literal has at most {MAX_DIGITS} digits", "write it as a product or a power")
    return Term("number", value, (), None)


def rational(value: Fraction) -> Term:
    """Make an exact rational the way an author would write it, such as -(1/2)."""
    term = number(abs(value.numerator))
    if value.denominator != 1:
        term = div(term, number(value.denominator))
    return neg(term) if value < 0 else term


def identity(size: Size) -> Term:
    """Make the identity matrix of a size."""
    return Term("identity", _size(size), (), (size, size))


def zero(rows: Size, cols: Size) -> Term:
    """Make the zero matrix of a shape."""
    return Term("zero", None, (), (_size(rows), _size(cols)))


def add(*terms: Term) -> Term:
    """Make a sum of terms of one shape."""
    first = terms[0]
    for term in terms[1:]:
        if term.shape != first.shape and not (is_scalar(term) and is_scalar(first)):
            raise SizeError(f"sum of {show_shape(first.shape)} and {show_shape(term.shape)}",
                            "write I(n) for a multiple of the identity" if is_scalar(term) or is_scalar(first) else "")
    shape = next((term.shape for term in terms if term.shape is not None), None)
    return Term("add", None, terms, shape)


def neg(term: Term) -> Term:
    """Make the negative of a term."""
    return Term("neg", None, (term,), term.shape)


def mul(*terms: Term) -> Term:
    """Make a product, left to right; scalars may stand anywhere."""
    shape = terms[0].shape
    for term in terms[1:]:
        if shape is not None and term.shape is not None:
            if shape[1] != term.shape[0]:
                raise SizeError(f"product of {show_shape(shape)} and {show_shape(term.shape)}: "
                                f"{shape[1]} is not {term.shape[0]}")
            shape = (shape[0], term.shape[1])
        else:
            shape = term.shape if shape is None else shape
    return Term("mul", None, terms, shape)


def div(left: Term, right: Term) -> Term:
    """Make a quotient by a scalar."""
    if not is_scalar(right):
        raise SizeError(f"division by a matrix of size {show_shape(right.shape)}", "multiply by inv(...) instead")
    return Term("div", None, (left, right), left.shape)


def power(term: Term, exponent: int) -> Term:
    """Make a power with an integer exponent from 1 to 64."""
    _square(term, "power")
    if isinstance(exponent, bool) or not isinstance(exponent, int) or not 1 <= exponent <= MAX_EXPONENT:
        raise InputError(f"exponent {exponent} is not an integer from 1 to {MAX_EXPONENT}")
    return Term("pow", exponent, (term,), term.shape)


def transpose(term: Term) -> Term:
    """Make the transpose."""
    return Term("transpose", None, (term,), None if term.shape is None else (term.shape[1], term.shape[0]))


def inverse(term: Term) -> Term:
    """Make the inverse of a square matrix; that it exists becomes a guard."""
    _square(_a_matrix(term, "inv"), "inv")
    return Term("inv", None, (term,), term.shape)


def pinv(term: Term) -> Term:
    """Make the Moore-Penrose inverse, which always exists."""
    shape = _a_matrix(term, "pinv").shape
    return Term("pinv", None, (term,), None if shape is None else (shape[1], shape[0]))


def proj(term: Term) -> Term:
    """Make the orthogonal projector onto the column space: A*pinv(A)."""
    shape = _a_matrix(term, "proj").shape
    return Term("proj", None, (term,), None if shape is None else (shape[0], shape[0]))


def trace(term: Term) -> Term:
    """Make the trace of a square matrix."""
    _square(_a_matrix(term, "tr"), "tr")
    return Term("tr", None, (term,), None)


def _a_matrix(term: Term, what: str) -> Term:
    if term.shape is None:
        raise SizeError(f"{what} of a scalar", "write 1/s for the inverse of a scalar s" if "inv" in what else "")
    return term


def _square(term: Term, what: str) -> None:
    if term.shape is not None and term.shape[0] != term.shape[1]:
        raise SizeError(f"{what} of a matrix of size {show_shape(term.shape)}: {term.shape[0]} is not {term.shape[1]}")
