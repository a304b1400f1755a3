"""Real algebraic numbers: the k-th largest real root of an irreducible polynomial, compared and rounded exactly."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from flint import arb, ctx, fmpq, fmpq_poly, fmpz, fmpz_poly

from symcrit.errors import InputError, LimitError
from symcrit.exact.entries import number

MAX_DEGREE = 64  # of a polynomial that is read; computed ones may be larger
MAX_COEFFICIENT_BITS = 3400  # about 1,000 digits
DIGITS = 20  # of an approximation
_ROUNDING = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, Emax=999_999_999, Emin=-999_999_999)


@functools.total_ordering
class Algebraic:
    """A real algebraic number, given by its minimal polynomial and the place of the root, counted from the largest.

    The polynomial has coprime integer coefficients, low to high, with a positive leading one.

    >>> root = Algebraic.root([-2, 0, 1], 1)
    >>> root.approx(), root > Algebraic.rational("1.41421356"), root.sign()
    ('1.4142135623730950488', True, 1)
    >>> Algebraic.root([1, 0, 1], 1)
    Traceback (most recent call last):
    symcrit.errors.InputError: the polynomial 1, 0, 1 has no real root
    """

    __slots__ = ("minpoly", "root_from_top")

    def __init__(self, minpoly: fmpz_poly, root_from_top: int) -> None:
        """Take an irreducible polynomial and a root that exists; `root` checks both."""
        self.minpoly = minpoly
        self.root_from_top = root_from_top

    @classmethod
    def rational(cls, value: object) -> Algebraic:
        """Make a rational number algebraic.

        >>> Algebraic.rational("-1/2").minpoly
        2*x + 1
        >>> Algebraic.rational(0.5)
        Traceback (most recent call last):
        symcrit.errors.InputError: 0.5 is a float, which is not exact
        """
        exact = number(value)
        return cls(fmpz_poly([-exact.p, exact.q]), 1)

    @classmethod
    def root(cls, coefficients: object, root_from_top: object) -> Algebraic:
        """Read a root from its minimal polynomial, coefficients low to high, and its place.

        Raises InputError if the polynomial is not primitive, irreducible and with a positive leading coefficient, or
        has no such real root; LimitError beyond degree 64 or 1,000 digits.

        >>> Algebraic.root([-1, 0, 4], 1)
        Traceback (most recent call last):
        symcrit.errors.InputError: the polynomial -1, 0, 4 is reducible
          suggestion: write "minpoly": [-1, 2], "root_from_top": 1
        """
        poly = _read_polynomial(coefficients)
        if isinstance(root_from_top, bool) or not isinstance(root_from_top, int):
            raise InputError('"root_from_top" is the place of a real root, an integer from 1')
        roots = sorted_roots(poly)
        if not roots:
            raise InputError(f"the polynomial {_shown(poly)} has no real root")
        if not 1 <= root_from_top <= len(roots):
            raise InputError(f"the polynomial {_shown(poly)} has {len(roots)} real roots, but root {root_from_top} of "
                             f"them is asked for", f'"root_from_top" lies between 1 and {len(roots)}')
        wanted = roots[root_from_top - 1]
        if wanted.minpoly != poly:
            what = "is reducible" if wanted.minpoly.degree() < poly.degree() else "is not primitive"
            raise InputError(f"the polynomial {_shown(poly)} {what}", f'write "minpoly": [{_shown(wanted.minpoly)}], '
                             f'"root_from_top": {wanted.root_from_top}')
        return wanted

    @property
    def degree(self) -> int:
        """The degree of the minimal polynomial."""
        return self.minpoly.degree()

    @property
    def exact(self) -> fmpq | None:
        """The value if it is rational, else None."""
        return fmpq(-self.minpoly[0], self.minpoly[1]) if self.degree == 1 else None

    def ball(self) -> arb:
        """Enclose the number at FLINT's working precision."""
        exact = self.exact
        return arb(exact) if exact is not None else real_roots(self.minpoly)[self.root_from_top - 1]

    def affine(self, slope: fmpq, offset: fmpq) -> Algebraic:
        """Compute offset + slope * self, whose polynomial has the same degree.

        >>> Algebraic.root([-2, 0, 1], 1).affine(fmpq(-1, 2), fmpq(1)).approx()
        '0.29289321881345247560'
        >>> Algebraic.root([-2, 0, 1], 1).affine(fmpq(0), fmpq(1))
        Algebraic([-1, 1], 1)
        """
        if slope == 0:
            return Algebraic.rational(offset)
        back = fmpq_poly([-offset / slope, 1 / slope])
        poly = primitive(fmpq_poly(self.minpoly)(back))
        if slope > 0 or self.degree == 1:
            return Algebraic(poly, self.root_from_top)
        return Algebraic(poly, len(real_roots(poly)) + 1 - self.root_from_top)

    def sign(self) -> int:
        """Return -1, 0 or 1."""
        return compare(self, _ZERO)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Algebraic):
            return NotImplemented
        return self.minpoly == other.minpoly and self.root_from_top == other.root_from_top

    def __lt__(self, other: Algebraic) -> bool:
        return compare(self, other) < 0

    def __hash__(self) -> int:
        return hash((tuple(map(int, self.minpoly.coeffs())), self.root_from_top))

    def approx(self) -> str:
        """Round to 20 significant digits, correctly.

        >>> Algebraic.rational("2/3").approx(), Algebraic.rational(4).approx()
        ('0.66666666666666666667', '4')
        """
        exact = self.exact
        return decimal(exact) if exact is not None else rounded(self.ball)[0]

    def to_json(self) -> dict[str, Any]:
        """Write the number as programs read it: exact or by its polynomial, with 20 digits."""
        exact = self.exact
        if exact is not None:
            return {"exact": str(exact), "approx": self.approx()}
        return {"minpoly": [int(c) for c in self.minpoly.coeffs()], "root_from_top": self.root_from_top,
                "approx": self.approx()}

    def __repr__(self) -> str:
        return f"Algebraic([{_shown(self.minpoly)}], {self.root_from_top})"


_ZERO = Algebraic(fmpz_poly([0, 1]), 1)


def compare(left: Algebraic, right: Algebraic) -> int:
    """Return -1, 0 or 1 as left is less than, equal to or greater than right.

    >>> compare(Algebraic.root([-2, 0, 1], 1), Algebraic.root([-3, 0, 1], 1))
    -1
    """
    if left.minpoly == right.minpoly:
        return (left.root_from_top < right.root_from_top) - (left.root_from_top > right.root_from_top)
    bits = 64
    while True:  # ends: roots of different irreducible polynomials differ
        with ctx.workprec(bits):
            first, second = left.ball(), right.ball()
        if first < second:
            return -1
        if first > second:
            return 1
        bits *= 2


def between(low: Algebraic, high: Algebraic) -> fmpq:
    """Find a rational number strictly between two different numbers, with few digits.

    >>> root = Algebraic.root([-2, 0, 1], 1)
    >>> between(root, Algebraic.rational(2))
    3/2
    >>> between(root, root)
    Traceback (most recent call last):
    symcrit.errors.InputError: nothing lies between two numbers unless the first is smaller
    """
    if not low < high:
        raise InputError("nothing lies between two numbers unless the first is smaller")
    for bits in itertools.count(0):
        with ctx.workprec(64 + 2 * bits):
            bottom, top = low.ball(), high.ball()
        middle = fmpq(round((bottom.mid().fmpq() + top.mid().fmpq()) / 2 * 2**bits), 2**bits)
        if bottom < middle and middle < top:
            return middle
    raise AssertionError("unreachable")


def sorted_roots(poly: fmpz_poly) -> list[Algebraic]:
    """List the different real roots of a polynomial in decreasing order.

    >>> sorted_roots(fmpz_poly([0, -2, 0, 1]))
    [Algebraic([-2, 0, 1], 1), Algebraic([0, 1], 1), Algebraic([-2, 0, 1], 2)]
    >>> sorted_roots(fmpz_poly([1, 0, 1]))
    []
    """
    return [root for root, _ in roots_with_multiplicities(factors(poly))]


def roots_with_multiplicities(found: Sequence[tuple[fmpz_poly, int]]) -> list[tuple[Algebraic, int]]:
    """List the different real roots of factored polynomials in decreasing order, with their multiplicities.

    >>> roots_with_multiplicities(factors(fmpz_poly([0, 0, -2, 1])))
    [(Algebraic([-2, 1], 1), 1), (Algebraic([0, 1], 1), 2)]
    """
    roots = [(Algebraic(factor, k), power) for factor, power in found for k in range(1, len(real_roots(factor)) + 1)]
    return sorted(roots, key=lambda pair: _BY_SIZE(pair[0]), reverse=True)


_BY_SIZE = functools.cmp_to_key(compare)


def factors(poly: fmpz_poly) -> list[tuple[fmpz_poly, int]]:
    """Factor over QQ into primitive polynomials with positive leading coefficients, in a fixed order.

    >>> factors(fmpz_poly([-4, 0, 4]))
    [(x + (-1), 1), (x + 1, 1)]
    """
    found = [(factor if factor[factor.degree()] > 0 else -factor, power) for factor, power in poly.factor()[1]]
    return sorted(found, key=lambda item: (item[0].degree(), [int(c) for c in item[0].coeffs()]))


def primitive(poly: fmpq_poly) -> fmpz_poly:
    """Scale a rational polynomial to coprime integers with a positive leading coefficient.

    >>> primitive(fmpq_poly([1, -2]) / 6)
    2*x + (-1)
    """
    whole = poly.numer()
    content = whole.content() if whole[whole.degree()] > 0 else -whole.content()
    return fmpz_poly([c // content for c in whole.coeffs()])


def real_roots(poly: fmpz_poly) -> list[arb]:
    """Enclose the real roots of an irreducible polynomial, in decreasing order, at FLINT's working precision."""
    return _real_roots(tuple(map(int, poly.coeffs())), ctx.prec)


@functools.lru_cache(maxsize=512)
def _real_roots(coefficients: tuple[int, ...], bits: int) -> list[arb]:
    """Isolate all complex roots; FLINT gives real ones an imaginary part that is exactly 0."""
    poly = fmpz_poly(list(coefficients))
    if poly.degree() == 1:
        return [arb(fmpq(-poly[0], poly[1]))]
    found: Any = poly.complex_roots()  # pairs of a ball and a multiplicity, which the stubs do not know
    balls: list[arb] = [root.real for root, _ in found if root.imag.is_zero()]
    return sorted(balls, key=lambda ball: ball.mid().fmpq(), reverse=True)


# ---- decimals ----------------------------------------------------------------------------------


def decimal(value: fmpq) -> str:
    """Round a rational number to 20 significant digits, ties to even; without zeros at the end if it is shorter.

    >>> decimal(fmpq(1, 8)), decimal(fmpq(10) ** 30 / 3)
    ('0.125', '3.3333333333333333333e+29')
    """
    quotient = _divide(value)
    shorter = quotient.normalize(_ROUNDING)
    return _written(shorter if _exactly(shorter) == value else quotient)


def rounded(ball: Callable[[], arb], most_bits: int = 1 << 30) -> tuple[str, bool]:
    """Round what a ball encloses, at a precision that decides the last of 20 digits; tell whether it was decided.

    If `most_bits` do not decide it, as for a sum that is a rational number in disguise, the midpoint is rounded.

    >>> rounded(lambda: arb(2).sqrt()), rounded(lambda: arb(2).sqrt() ** 2, 200)
    (('1.4142135623730950488', True), ('2.0000000000000000000', True))
    """
    bits = 128
    while True:
        with ctx.workprec(bits):
            found = ball()
            low, high = _divide(found.lower().fmpq()), _divide(found.upper().fmpq())
        if low == high or bits >= most_bits:
            return _written(low if low == high else _divide(found.mid().fmpq())), low == high
        bits = min(2 * bits, most_bits)


def _divide(value: fmpq) -> Decimal:
    return _ROUNDING.divide(Decimal(int(value.p)), Decimal(int(value.q)))


def _exactly(value: Decimal) -> fmpq:
    top, bottom = value.as_integer_ratio() if abs(value.adjusted()) < 400 else (0, 1)  # longer ones are not short
    return fmpq(top, bottom)


def _written(value: Decimal) -> str:
    if value and not -7 <= value.adjusted() < DIGITS:
        return f"{value:e}"
    return f"{value:f}"


# ---- reading -----------------------------------------------------------------------------------


def _read_polynomial(coefficients: object) -> fmpz_poly:
    if not isinstance(coefficients, list | tuple):
        raise InputError("a polynomial is a list of integers, low to high", "write [-2, 0, 1] for x^2 - 2")
    if len(coefficients) > MAX_DEGREE + 1:
        raise LimitError(f"a polynomial of degree {len(coefficients) - 1}; the limit is {MAX_DEGREE}")
    values = [number(c) for c in coefficients]
    if any(value.q != 1 for value in values):
        raise InputError("the coefficients of a minimal polynomial are integers", "multiply by their denominators")
    if any(value.p.bit_length() > MAX_COEFFICIENT_BITS for value in values):
        raise LimitError("a coefficient of a minimal polynomial has more than 1,000 digits")
    if len(values) < 2 or values[-1] == 0:
        raise InputError("a minimal polynomial has degree at least 1, and its last coefficient is not 0",
                         "write [-2, 0, 1] for x^2 - 2")
    if values[-1] < 0:
        raise InputError("the last coefficient of a minimal polynomial is positive", "multiply it by -1")
    return fmpz_poly([value.p for value in values])


def _shown(poly: fmpz_poly | Sequence[fmpz]) -> str:
    text = ", ".join(map(str, poly.coeffs() if isinstance(poly, fmpz_poly) else poly))
    return text if len(text) <= 200 else text[:200] + "..."
