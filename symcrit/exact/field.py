"""Number fields QQ(s), s a real root of an irreducible polynomial that need not be monic; their elements."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from flint import arb, arb_poly, ctx, fmpq, fmpq_mat, fmpq_poly, fmpz

from symcrit.errors import InputError, LimitError
from symcrit.exact.algebraic import Algebraic, primitive, real_roots
from symcrit.exact.entries import MAX_DIGITS, number

SOLVED = 8  # degrees from which inverses are found by linear equations
MAX_EXPONENT = 1000  # of s, in an entry that is read
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
_TOKEN = re.compile(r"\s*(?:([0-9]+(?:\.[0-9]+)?)|([A-Za-z][A-Za-z0-9_]*)|([-+*/^]))", re.ASCII)


class NumberField:
    """The field QQ(s) for one real root s.

    >>> K = NumberField.of([-2, 0, 1], 1, "s")
    >>> K("1/2*s^3 - 3"), K("s - 2").sign(), 1 / K("s")
    (s - 3, -1, 1/2*s)
    >>> K("s.real")
    Traceback (most recent call last):
    symcrit.errors.InputError: 's.real' is not an element of QQ(s): unexpected '.'
    """

    __slots__ = ("modulus", "name", "root")

    def __init__(self, root: Algebraic, name: str = "s") -> None:
        self.root = root
        self.modulus = fmpq_poly(root.minpoly)
        self.name = name

    @classmethod
    def of(cls, coefficients: object, root_from_top: object, name: object = "s") -> NumberField:
        """Read a field from its polynomial, the place of the root and the name it has in entries.

        Raises InputError for a polynomial that is not a minimal one, a root that does not exist or a bad name.

        >>> NumberField.of([-4, 0, 1], 1)
        Traceback (most recent call last):
        symcrit.errors.InputError: the polynomial -4, 0, 1 is reducible
          suggestion: write "minpoly": [-2, 1], "root_from_top": 1
        """
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise InputError("the name of a field element is letters, digits and _, at most 31, a letter first")
        return cls(Algebraic.root(coefficients, root_from_top), name)

    @property
    def degree(self) -> int:
        """The degree over QQ."""
        return self.root.degree

    def __call__(self, value: object) -> FieldElement:
        """Read an element: a number, a string in the name of s, or an element.

        Raises InputError for floats, for anything that is not such a sum, and for an element of another field.
        """
        if isinstance(value, FieldElement):
            if value.field != self:
                raise InputError(f"an element of {value.field!r} does not lie in {self!r}")
            return value
        if isinstance(value, fmpq_poly):
            return FieldElement(self, value % self.modulus)
        if isinstance(value, str):
            return FieldElement(self, _read(self, value) % self.modulus)
        return FieldElement(self, fmpq_poly([number(value)]) % self.modulus)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NumberField) and self.root == other.root

    def __hash__(self) -> int:
        return hash(self.root)

    def to_json(self) -> dict[str, Any]:
        """Write the field as it is read."""
        return {"name": self.name, "minpoly": [int(c) for c in self.root.minpoly.coeffs()],
                "root_from_top": self.root.root_from_top}

    def __repr__(self) -> str:
        return f"QQ({self.name})"


class FieldElement:
    """An element of a number field: a polynomial in s of degree below that of the field."""

    __slots__ = ("field", "poly")

    def __init__(self, field: NumberField, poly: fmpq_poly) -> None:
        """Take a polynomial that is reduced already; calling the field reads and reduces."""
        self.field = field
        self.poly = poly

    def _other(self, other: object) -> fmpq_poly:
        return other.poly if isinstance(other, FieldElement) and other.field is self.field else self.field(other).poly

    def __add__(self, other: object) -> FieldElement:
        return FieldElement(self.field, self.poly + self._other(other))

    def __sub__(self, other: object) -> FieldElement:
        return FieldElement(self.field, self.poly - self._other(other))

    def __mul__(self, other: object) -> FieldElement:
        return FieldElement(self.field, self.poly * self._other(other) % self.field.modulus)

    def __truediv__(self, other: object) -> FieldElement:
        return self * FieldElement(self.field, self._other(other)).inverse()

    def __radd__(self, other: object) -> FieldElement:
        return self + other

    def __rsub__(self, other: object) -> FieldElement:
        return -self + other

    def __rmul__(self, other: object) -> FieldElement:
        return self * other

    def __rtruediv__(self, other: object) -> FieldElement:
        return self.inverse() * other

    def __neg__(self) -> FieldElement:
        return FieldElement(self.field, -self.poly)

    def __bool__(self) -> bool:
        return not self.poly.is_zero()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FieldElement | int | Fraction | fmpq | fmpz):
            return NotImplemented
        return not (self - other)

    def __hash__(self) -> int:
        return hash(tuple(self.poly.coeffs()))

    def inverse(self) -> FieldElement:
        """Invert: by Euclid's algorithm, in larger fields by solving linear equations, where numbers stay shorter.

        Raises ZeroDivisionError for 0.
        """
        if not self:
            raise ZeroDivisionError("division by 0 in a number field")
        degree = self.field.degree
        if degree < SOLVED:
            divisor, inverse, _ = self.poly.xgcd(self.field.modulus)
            return FieldElement(self.field, inverse / divisor[0])
        columns = [self.poly]  # of the matrix that multiplies by the element
        while len(columns) < degree:
            columns.append((columns[-1] * fmpq_poly([0, 1])) % self.field.modulus)
        times = fmpq_mat(degree, degree, [column[k] for k in range(degree) for column in columns])
        unit = fmpq_mat(degree, 1, [int(k == 0) for k in range(degree)])
        return FieldElement(self.field, fmpq_poly(times.solve(unit).entries()))

    @property
    def rational(self) -> fmpq | None:
        """The value if it is rational, else None."""
        if self.field.degree == 1:
            return self.poly[0]
        return self.poly[0] if self.poly.degree() < 1 else None

    def ball(self) -> arb:
        """Enclose the value at FLINT's working precision."""
        return arb_poly(self.poly)(self.field.root.ball())

    def sign(self) -> int:
        """Return -1, 0 or 1, exactly: only 0 has the zero polynomial, so balls of some precision decide the rest."""
        if not self:
            return 0
        bits = 64
        while True:
            with ctx.workprec(bits):
                ball = self.ball()
            if ball > 0 or ball < 0:
                return 1 if ball > 0 else -1
            bits *= 2

    def algebraic(self) -> Algebraic:
        """Find the minimal polynomial of the element, and which of its roots it is.

        >>> NumberField.of([-2, 0, 1], 1)("s + 1").algebraic()
        Algebraic([-1, -2, 1], 1)
        """
        degree, column = self.field.degree, self.poly
        columns = []
        for _ in range(degree):
            columns.append([column[k] for k in range(degree)])
            column = column * fmpq_poly([0, 1]) % self.field.modulus
        poly = primitive(fmpq_mat(columns).minpoly())
        bits = 64
        while True:
            with ctx.workprec(bits):
                ball = self.ball()
                near = [k for k, root in enumerate(real_roots(poly), 1) if root.overlaps(ball)]
            if len(near) == 1:
                return Algebraic(poly, near[0])
            bits *= 2

    def approx(self) -> str:
        """Round to 20 significant digits, correctly."""
        return self.algebraic().approx()

    def to_json(self) -> dict[str, Any]:
        """Write the element as an exact number, whatever field it was computed in."""
        return self.algebraic().to_json()

    def __str__(self) -> str:
        return polynomial_text(self.poly, self.field.name)

    __repr__ = __str__


def sign(value: fmpq | FieldElement) -> int:
    """Return -1, 0 or 1 for a rational number or an element of a number field.

    >>> sign(fmpq(-1, 2)), sign(NumberField.of([-2, 0, 1], 1)("s - 1"))
    (-1, 1)
    """
    if isinstance(value, FieldElement):
        return value.sign()
    return (value > 0) - (value < 0)


def number_to_json(value: fmpq | FieldElement) -> dict[str, Any]:
    """Write a rational number or an element of a number field as an exact number.

    >>> number_to_json(fmpq(1, 2))
    {'exact': '1/2', 'approx': '0.5'}
    """
    return value.to_json() if isinstance(value, FieldElement) else Algebraic.rational(value).to_json()


def polynomial_text(poly: fmpq_poly, name: str) -> str:
    """Print a polynomial with the highest power first, as entries are written.

    >>> polynomial_text(fmpq_poly([-3, 0, fmpq(1, 2)]), "s"), polynomial_text(fmpq_poly([0]), "s")
    ('1/2*s^2 - 3', '0')
    """
    text = ""
    for power in range(poly.degree(), -1, -1):
        value = poly[power]
        if value == 0:
            continue
        letters = "" if power == 0 else name if power == 1 else f"{name}^{power}"
        size = abs(value)
        part = str(size) if not letters else letters if size == 1 else f"{size}*{letters}"
        text += (" - " if value < 0 else " + ") + part if text else ("-" if value < 0 else "") + part
    return text or "0"


# ---- reading entries ---------------------------------------------------------------------------


def _read(field: NumberField, text: str) -> fmpq_poly:
    """Read a sum of products of numbers and powers of s: one pass over the tokens, without nesting."""
    tokens = _tokens(field, text)
    total, position = fmpq_poly([0]), 0
    while True:
        sign = 1
        if tokens[position] == "-" or (tokens[position] == "+" and position):
            sign, position = -1 if tokens[position] == "-" else 1, position + 1
        product, position = _product(field, tokens, position, text)
        total += sign * product
        if tokens[position] == "":
            return total
        if tokens[position] not in "+-":
            raise _unexpected(field, text, tokens[position])


def _product(field: NumberField, tokens: list[str], position: int, text: str) -> tuple[fmpq_poly, int]:
    product, operator = fmpq_poly([1]), "*"
    while True:
        token = tokens[position]
        if token[:1].isdigit():
            factor = number(token)
            if operator == "/" and (factor == 0 or "." in token):
                raise InputError(f"{_cut(text)} is not an element of {field!r}: it divides by {token}")
            product, position = product / factor if operator == "/" else product * factor, position + 1
        elif token == field.name and operator == "*":
            exponent, position = _exponent(field, tokens, position + 1, text)
            product = product * fmpq_poly([0, 1]) ** exponent % field.modulus
        else:
            raise _unexpected(field, text, token)
        if tokens[position] not in ("*", "/"):
            return product, position
        operator, position = tokens[position], position + 1


def _exponent(field: NumberField, tokens: list[str], position: int, text: str) -> tuple[int, int]:
    if tokens[position] != "^":
        return 1, position
    token = tokens[position + 1]
    if not token.isdigit():
        raise _unexpected(field, text, token)
    if len(token) > 4 or int(token) > MAX_EXPONENT:
        raise LimitError(f"an exponent above {MAX_EXPONENT} in an element of {field!r}")
    return int(token), position + 2


def _tokens(field: NumberField, text: str) -> list[str]:
    if len(text) > 3 * MAX_DIGITS:
        raise LimitError(f"an entry of {len(text)} characters; the limit is {3 * MAX_DIGITS}")
    tokens: list[str] = []
    position, end = 0, len(text.rstrip(" "))
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unexpected(field, text, text[position:].lstrip()[:1])
        tokens.append(match.group(match.lastindex or 0))
        position = match.end()
    return [*tokens, "", ""]


def _unexpected(field: NumberField, text: str, token: str) -> InputError:
    what = f"unexpected {token[:20]!r}" if token else "it ends too early"
    hint = f'write sums such as "1/2*{field.name}^2 - 3"' if token[:1].isalpha() or not token else ""
    return InputError(f"{_cut(text)} is not an element of {field!r}: {what}", hint)


def _cut(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "...")
