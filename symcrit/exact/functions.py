"""Rational functions of one letter e, with coefficients in QQ or a number field, and a square root of 1 + c e^2.

They are what weights become along a perturbation. A symbolic e means a generic one: at finitely many exceptional values
a denominator vanishes or a rank drops.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_poly, fmpz

from symcrit.errors import InputError
from symcrit.exact.field import FieldElement, sign

LETTER = "ε"
Poly = tuple[Any, ...]  # coefficients, low to high, the last not 0


class _Operators:
    """The operations that follow from sums, products, `-x` and `inverse`."""

    __slots__ = ()

    def __sub__(self: Any, other: Any) -> Any:
        return self + -other

    def __rsub__(self: Any, other: Any) -> Any:
        return -self + other

    def __radd__(self: Any, other: Any) -> Any:
        return self + other

    def __rmul__(self: Any, other: Any) -> Any:
        return self * other

    def __rtruediv__(self: Any, other: Any) -> Any:
        return self.inverse() * other


class Function(_Operators):
    """A rational function of e in lowest terms; the lowest coefficient of the denominator that is not 0 is 1.

    >>> e = Function.letter()
    >>> f = e * e / (1 + e * e)
    >>> f, f.series(6), f - 1
    (ε^2/(1 + ε^2), [0, 0, 1, 0, -1, 0], -1/(1 + ε^2))
    >>> (1 / e).series(2)
    Traceback (most recent call last):
    symcrit.errors.InputError: 1/ε has a pole at 0, so it has no series there
    """

    __slots__ = ("den", "num")

    def __init__(self, num: Sequence[Any], den: Sequence[Any] = (fmpq(1),)) -> None:
        """Reduce a quotient of polynomials, given by their coefficients."""
        top, bottom = trimmed(num), trimmed(den)
        if not bottom:
            raise ZeroDivisionError("division by 0 in a field of functions")
        top, bottom = _reduced(top, bottom)
        scale = next(value for value in bottom if value)
        self.num: Poly = tuple(value / scale for value in top)
        self.den: Poly = tuple(value / scale for value in bottom)

    @classmethod
    def letter(cls) -> Function:
        """The letter e itself."""
        return cls((fmpq(0), fmpq(1)))

    @classmethod
    def of(cls, value: Any) -> Function:
        """Write a constant as a function."""
        if isinstance(value, Function):
            return value
        return cls((value if isinstance(value, FieldElement) else fmpq(value),))

    def __add__(self, other: Any) -> Function:
        if isinstance(other, Radical):
            return NotImplemented
        other = Function.of(other)
        return Function(add(mul(self.num, other.den), mul(other.num, self.den)), mul(self.den, other.den))

    def __mul__(self, other: Any) -> Function:
        if isinstance(other, Radical):
            return NotImplemented
        other = Function.of(other)
        return Function(mul(self.num, other.num), mul(self.den, other.den))

    def inverse(self) -> Function:
        """Invert; raises ZeroDivisionError for 0."""
        return Function(self.den, self.num)

    def __neg__(self) -> Function:
        return Function(tuple(-value for value in self.num), self.den)

    def __truediv__(self, other: Any) -> Any:
        return self * (other.inverse() if isinstance(other, Radical) else Function.of(other).inverse())

    def __bool__(self) -> bool:
        return bool(self.num)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Function | FieldElement | int | Fraction | fmpq | fmpz):
            return NotImplemented
        return not (self - other)

    def __hash__(self) -> int:
        return hash((self.num, self.den))

    def at(self, value: Any) -> Any:
        """Evaluate at a number; raises ZeroDivisionError at a pole."""
        below = _at(self.den, value)
        if not below:
            raise ZeroDivisionError(f"{self} has a pole there")
        return _at(self.num, value) / below

    def series(self, count: int) -> list[Any]:
        """Expand at 0: the coefficients of 1, e, e^2, ..., as many as asked. Raises InputError at a pole."""
        if not self.den[0]:
            raise InputError(f"{self} has a pole at 0, so it has no series there")
        found: list[Any] = []
        for k in range(count):
            value = self.num[k] if k < len(self.num) else fmpq(0)
            for j in range(1, min(k, len(self.den) - 1) + 1):
                value = value - self.den[j] * found[k - j]
            found.append(value)
        return found

    @property
    def order(self) -> int:
        """The least power of e in the series at 0 of a function that is not 0 and has no pole there."""
        return next(k for k, value in enumerate(self.num) if value)

    def __repr__(self) -> str:
        top = poly_text(self.num)
        if len(self.den) == 1:
            return top
        return f"{_grouped(top)}/{_grouped(poly_text(self.den))}"


class Radical(_Operators):
    """a + b s with rational functions a, b and s = sqrt(1 + c e^2), c > 0: what normalised perturbations need.

    >>> e = Function.letter()
    >>> s = Radical(Function.of(0), Function.of(1), fmpq(1))
    >>> e / s, (e / s) * (e / s), s.series(5)
    (ε/(1 + ε^2)*sqrt(1 + ε^2), ε^2/(1 + ε^2), [1, 0, 1/2, 0, -1/8])
    """

    __slots__ = ("a", "b", "c")

    def __init__(self, a: Function, b: Function, c: Any) -> None:
        self.a, self.b, self.c = a, b, c

    @property
    def square(self) -> Function:
        """The square 1 + c e^2 of s."""
        return Function((fmpq(1), fmpq(0), self.c))

    def _other(self, other: Any) -> Radical:
        if isinstance(other, Radical):
            return other
        return Radical(Function.of(other), Function.of(0), self.c)

    def __add__(self, other: Any) -> Radical:
        other = self._other(other)
        return Radical(self.a + other.a, self.b + other.b, self.c)

    def __mul__(self, other: Any) -> Radical:
        other = self._other(other)
        return Radical(self.a * other.a + self.b * other.b * self.square, self.a * other.b + self.b * other.a, self.c)

    def inverse(self) -> Radical:
        """Invert, by the norm a^2 - b^2 (1 + c e^2), which is 0 only for 0; raises ZeroDivisionError for that."""
        norm = self.a * self.a - self.b * self.b * self.square
        return Radical(self.a / norm, -self.b / norm, self.c)

    def __neg__(self) -> Radical:
        return Radical(-self.a, -self.b, self.c)

    def __truediv__(self, other: Any) -> Any:
        return self * self._other(other).inverse()

    def __bool__(self) -> bool:
        return bool(self.a) or bool(self.b)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Radical | Function | FieldElement | int | Fraction | fmpq | fmpz):
            return NotImplemented
        return not (self - other)

    def __hash__(self) -> int:
        return hash((self.a, self.b))

    def at(self, value: Any, root: Any) -> Any:
        """Evaluate at a number, given the value of s there; raises InputError if it is not the root, or negative.

        >>> Radical(Function.of(0), Function.of(1), fmpq(1)).at(fmpq(3, 4), fmpq(5, 4))
        5/4
        """
        if root * root != 1 + self.c * (value * value) or sign(root) < 0:
            raise InputError(f"{root} is not the square root of 1 + c ε^2")
        return self.a.at(value) + self.b.at(value) * root

    def series(self, count: int) -> list[Any]:
        """Expand at 0; the root by the binomial series. Raises InputError at a pole.

        Poles of a and b at 0 may cancel, so both are multiplied by a power of e first.
        """
        pole = max(next(k for k, value in enumerate(part.den) if value) for part in (self.a, self.b))
        count += pole
        root: list[Any] = [fmpq(0)] * count
        binomial: Any = fmpq(1)
        for k in range(0, count, 2):
            root[k] = binomial
            binomial = binomial * self.c * (fmpq(1, 2) - k // 2) / (k // 2 + 1)
        power = Function([fmpq(0)] * pole + [fmpq(1)])
        product = mul(trimmed((self.b * power).series(count)), trimmed(root))
        total = add(trimmed((self.a * power).series(count)), product)
        if any(total[:pole]):
            raise InputError(f"{self} has a pole at 0, so it has no series there")
        return [total[k] if k < len(total) else fmpq(0) for k in range(pole, count)]

    def __repr__(self) -> str:
        root = f"sqrt({poly_text((fmpq(1), fmpq(0), self.c))})"
        if not self.b:
            return repr(self.a)
        second = root if self.b == 1 else f"{_grouped(repr(self.b)) if len(self.b.den) == 1 else self.b!r}*{root}"
        return second if not self.a else f"{self.a!r} + {second}"


# ---- polynomials ---------------------------------------------------------------------------------


def trimmed(coefficients: Sequence[Any]) -> Poly:
    """Leave out coefficients 0 at the end."""
    size = len(coefficients)
    while size and not coefficients[size - 1]:
        size -= 1
    return tuple(coefficients[:size])


def add(left: Poly, right: Poly) -> Poly:
    """Add polynomials."""
    if len(left) < len(right):
        left, right = right, left
    return trimmed([value + right[k] if k < len(right) else value for k, value in enumerate(left)])


def mul(left: Poly, right: Poly) -> Poly:
    """Multiply polynomials."""
    if not left or not right:
        return ()
    product: list[Any] = [fmpq(0)] * (len(left) + len(right) - 1)
    for i, first in enumerate(left):
        if first:
            for j, second in enumerate(right):
                product[i + j] = product[i + j] + first * second
    return trimmed(product)


def _reduced(top: Poly, bottom: Poly) -> tuple[Poly, Poly]:
    """Divide by the greatest common divisor."""
    if len(bottom) == 1:
        return top, bottom
    if not any(isinstance(value, FieldElement) for value in (*top, *bottom)):
        first, second = fmpq_poly(list(top)), fmpq_poly(list(bottom))
        divisor = first.gcd(second)
        return tuple((first // divisor).coeffs()), tuple((second // divisor).coeffs())
    common = _gcd(top, bottom)
    return _divmod(top, common)[0], _divmod(bottom, common)[0]


def _divmod(left: Poly, right: Poly) -> tuple[Poly, Poly]:
    rest, quotient = list(left), [fmpq(0)] * max(0, len(left) - len(right) + 1)
    for k in reversed(range(len(quotient))):
        factor = rest[k + len(right) - 1] / right[-1]
        quotient[k] = factor
        if factor:
            for j, value in enumerate(right):
                rest[k + j] = rest[k + j] - factor * value
    return trimmed(quotient), trimmed(rest)


def _gcd(left: Poly, right: Poly) -> Poly:
    """Find the monic greatest common divisor of two polynomials, the second not 0."""
    while left:
        left, right = _divmod(right, left)[1], left
    return tuple(value / right[-1] for value in right)


def _at(poly: Poly, value: Any) -> Any:
    total: Any = fmpq(0)
    for coefficient in reversed(poly):
        total = total * value + coefficient
    return total


def poly_text(poly: Poly, letter: str = LETTER) -> str:
    """Print a polynomial, the lowest power first.

    >>> poly_text((fmpq(1), fmpq(0), fmpq(-1, 2))), poly_text(())
    ('1 - 1/2*ε^2', '0')
    """
    text = ""
    for power, value in enumerate(poly):
        if not value:
            continue
        letters = "" if power == 0 else letter if power == 1 else f"{letter}^{power}"
        shown = str(value)
        if " " in shown:  # a sum in a number field
            shown = f"({shown})"
        minus = shown.startswith("-")
        size = shown[1:] if minus else shown
        part = size if not letters else letters if size == "1" else f"{size}*{letters}"
        text += (" - " if minus else " + ") + part if text else ("-" if minus else "") + part
    return text or "0"


def _grouped(text: str) -> str:
    return f"({text})" if " " in text else text
