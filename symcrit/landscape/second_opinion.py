"""A second opinion on a classified point: everything that can be is computed again, by SymPy and by mpmath.

SymPy writes out the loss in symbols, differentiates it and expands it along the way down (`sympy_loss`). mpmath computes
the pseudoinverse of X, the eigenvalues of Sigma and the signs of the Hessian's at 50 digits, with error bounds that are
proved (`symcrit.exact.precision`). What is too large to be computed twice is listed as skipped, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat, ctx, fmpq
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from symcrit.errors import InputError, LimitError
from symcrit.exact.entries import fraction
from symcrit.exact.field import FieldElement
from symcrit.exact.field_matrix import FieldMatrix
from symcrit.exact.precision import Approximation, eigenvalue_signs, enclosed_eigenvalues, exact, pseudoinverse
from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.classify import GLOBAL_MINIMUM, Classification, classify
from symcrit.landscape.sympy_loss import SympyLoss
from symcrit.networks import linear
from symcrit.networks.points import LINEAR, Point

DIGITS = 50
MOST_PRODUCTS = 300_000  # of monomials, in writing out the loss
MOST_HESSIAN = 60  # parameters: the eigenvalues of a Hessian of this size take mpmath some seconds
MOST_DECOMPOSED = 40  # rows and columns of a matrix that mpmath decomposes
MOST_DEGREE = 12  # of a number field
MOST_LINE = 50_000  # products of entries, in expanding the loss along a line


@dataclass(frozen=True)
class Check:
    """One thing that was computed twice; `agrees` is None where it was skipped, and `detail` says why."""

    name: str
    compared: str
    agrees: bool | None
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        """Write the check as programs read it."""
        return dict(vars(self))


@dataclass(frozen=True)
class Opinion:
    """What SymPy and mpmath say of a point.

    >>> Opinion((Check("loss", "the loss", True), Check("hessian", "signs", None, "too large"))).agrees
    True
    >>> Opinion((Check("loss", "the loss", False, "1 and 2"),)).agrees
    False
    """

    checks: tuple[Check, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing that was compared differs."""
        return all(check.agrees is not False for check in self.checks)

    @property
    def disagreements(self) -> tuple[Check, ...]:
        """The checks that found a difference: a bug in symcrit, SymPy or mpmath."""
        return tuple(check for check in self.checks if check.agrees is False)

    def to_json(self) -> dict[str, Any]:
        """Write the opinion as programs read it."""
        return {"agrees": self.agrees, "checks": [check.to_json() for check in self.checks]}


Found = tuple[bool | None, str]  # whether two computations agree, and the details


def second_opinion(point: Point, found: Classification | None = None) -> Opinion:
    """Compute again what `classify` says of a point of a linear network, and compare.

    `found` is what is compared, by default the classification of the point.
    Raises InputError for other networks.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    >>> opinion = second_opinion(Point(one, one, (zero, zero)))
    >>> opinion.agrees, [check.name for check in opinion.checks]
    (True, ['loss', 'gradients', 'descent', 'pseudoinverse', 'spectrum', 'kind', 'hessian'])
    >>> second_opinion(Point(one, one, (zero, zero), "relu"))
    Traceback (most recent call last):
    symcrit.errors.InputError: there is no second opinion on points of relu networks yet, only of linear ones
    """
    if point.activation != LINEAR:
        raise InputError(f"there is no second opinion on points of {point.activation} networks yet, only of linear "
                         "ones", "leave it out")
    found = classify(point) if found is None else found
    checks: list[tuple[str, str, Callable[[Point, Classification], Found]]] = [
        ("loss", "the loss, by SymPy", _loss),
        ("gradients", "which gradients are exactly 0: SymPy differentiates the loss in symbols", _gradients),
        ("descent", "the loss along the way down, expanded by SymPy", _descent),
        ("pseudoinverse", f"the pseudoinverse of X at {DIGITS} digits, by mpmath; its rank by SymPy", _pseudoinverse),
        ("spectrum", f"the eigenvalues of Sigma at {DIGITS} digits, by mpmath", _spectrum),
        ("kind", "the loss and the least loss, from the eigenvalues found by mpmath", _kind),
        ("hessian", "the Hessian by SymPy, the signs of its eigenvalues by mpmath", _hessian),
    ]
    return Opinion(tuple(Check(name, compared, *_guarded(check, point, found)) for name, compared, check in checks))


def _guarded(check: Callable[[Point, Classification], Found], point: Point, found: Classification) -> Found:
    degrees = [weight.field.degree for weight in point.weights if weight.level]
    if degrees and degrees[0] > MOST_DEGREE:
        return None, _too_large(degrees[0], "the degree of the number field", MOST_DEGREE)
    try:
        return check(point, found)
    except LimitError as error:
        return None, error.message


def _too_large(size: int, what: str, limit: int) -> str:
    return f"{what} is {size}, the limit is {limit}"


# ---- SymPy ---------------------------------------------------------------------------------------


def _line_products(point: Point) -> int:
    return sum(weight.rows * weight.cols for weight in point.weights) * max(point.X.cols, 1)


def _loss(point: Point, found: Classification) -> Found:
    if _line_products(point) > MOST_LINE:
        return None, _too_large(_line_products(point), "the number of products", MOST_LINE)
    here = SympyLoss(point)
    theirs = here.value()
    return theirs == here.number(found.loss), f"SymPy: {theirs}"


def _gradients(point: Point, found: Classification) -> Found:
    here = SympyLoss(point)
    if here.products() > MOST_PRODUCTS:
        return None, _too_large(here.products(), "the number of products of monomials", MOST_PRODUCTS)
    zero = tuple(not any(entries) for entries in here.gradients())
    return zero == tuple(found.gradients_zero), f"SymPy: {_yes_no(zero)}"


def _yes_no(values: Sequence[bool]) -> str:
    return ", ".join("0" if value else "not 0" for value in values)


def _descent(point: Point, found: Classification) -> Found:
    down = found.descent
    if down is None:
        return None, "there is no way down"
    if _line_products(point) > MOST_LINE:
        return None, _too_large(_line_products(point), "the number of products", MOST_LINE)
    here = SympyLoss(point)
    curve = [[here.rows(weight), here.rows(part)]
             for weight, part in zip(point.weights, down.direction, strict=True)]
    theirs, ours = here.along(curve), [here.number(value) for value in down.loss]
    order = next((k for k, value in enumerate(theirs) if k and value), None)
    sign = None if order is None else here.sign(theirs[order])
    detail = "SymPy: " + " + ".join(f"({value})*t^{k}" for k, value in enumerate(theirs) if value)
    return theirs == ours and order == down.order and sign in (-1, None), detail


# ---- mpmath --------------------------------------------------------------------------------------


def _pseudoinverse_of_x(point: Point) -> tuple[Approximation | None, str]:
    size = max(point.X.shape)
    if size > MOST_DECOMPOSED:
        return None, _too_large(size, "the larger size of X", MOST_DECOMPOSED)
    return pseudoinverse(point.X, DIGITS), ""


def _pseudoinverse(point: Point, _found: Classification) -> Found:
    theirs, reason = _pseudoinverse_of_x(point)
    if theirs is None:
        return None, reason
    rows = [[QQ(int(entry.p), int(entry.q)) for entry in row] for row in point.X.to_rows()]
    rank = DomainMatrix(rows, point.X.shape, QQ).to_sparse().rank() if rows else 0
    ours = point.X.pinv().to_rows()
    distance = sum(((exact(theirs.value[i, j]) - entry) ** 2 for i, row in enumerate(ours)
                    for j, entry in enumerate(row)), fmpq(0))
    bound = exact(theirs.bound)
    return (distance <= bound * bound and rank == point.X.rank(),
            f"rank {rank}; the error of mpmath is at most {_short(bound)}")


def _short(bound: fmpq) -> str:
    """Round a bound up to one digit."""
    if not bound:
        return "0"
    exponent, value = 0, fraction(bound)
    while value < 1:
        value, exponent = value * 10, exponent - 1
    while value > 9:
        value, exponent = value / 10, exponent + 1
    return f"{-(-value.numerator // value.denominator)}e{exponent}"


def sigma_eigenvalues(point: Point) -> tuple[Approximation | None, str]:
    """Compute the eigenvalues of Sigma = Y X^+ X Y', decreasing, at 50 digits; None with a reason if X is too large.

    An enclosure of Sigma is made of the pseudoinverse of mpmath and its error bound.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> one = RationalMatrix.of([[1]])
    >>> found, _ = sigma_eigenvalues(Point(one, one.scale(3), (one, one)))
    >>> found.value, found.bound < 1e-49
    ([mpf('9.0')], True)
    """
    if max(*point.X.shape, point.Y.rows) > MOST_DECOMPOSED:
        return None, _too_large(max(*point.X.shape, point.Y.rows), "the larger size of X and Y", MOST_DECOMPOSED)
    across = (point.X @ point.Y.T).balls()  # without error at any precision where it is 0
    theirs = pseudoinverse(point.X, DIGITS + 10)

    def sigma() -> arb_mat:
        bound = arb(exact(theirs.bound))
        near = arb_mat(point.X.cols, point.X.rows, [arb(exact(theirs.value[i, j])) + arb(0, bound.upper())
                                                    for i in range(point.X.cols) for j in range(point.X.rows)])
        return point.Y.balls() * near * across

    return enclosed_eigenvalues(sigma, DIGITS), ""


def _spectrum(point: Point, found: Classification) -> Found:
    theirs, reason = sigma_eigenvalues(point)
    if theirs is None:
        return None, reason
    bound = exact(theirs.bound)
    ours = [pair.value for pair in found.spectrum.eigenvalues for _ in range(pair.multiplicity)]
    with ctx.workdps(2 * DIGITS):
        near = [abs(value.ball() - exact(other)) for value, other in zip(ours, theirs.value, strict=False)]
        agree = len(ours) == len(theirs.value) and not any(distance > arb(bound) for distance in near)
    return agree, f"{len(theirs.value)} eigenvalues; the error of mpmath is at most {_short(bound)}"


def _kind(point: Point, found: Classification) -> Found:
    """Compare the loss with the least one, half of tr YY' less the largest eigenvalues that the widths leave room for."""
    theirs, reason = sigma_eigenvalues(point)
    if theirs is None:
        return None, reason
    room = min(point.widths[1:])
    taken = [exact(value) for value in theirs.value[:room]]
    squares = sum((entry * entry for row in point.Y.to_rows() for entry in row), fmpq(0))
    least = (squares - sum(taken, fmpq(0))) / 2
    bound = exact(theirs.bound) * len(taken) / 2 + fmpq(1, 10**DIGITS)
    with ctx.workdps(2 * DIGITS):
        above = _ball(found.loss) - arb(least)
        stated = found.global_minimum.ball() - arb(least)
        near = not abs(above) > arb(bound)
        agree = not abs(stated) > arb(bound) and not above < -arb(bound)
        agree = agree and (near if found.kind == GLOBAL_MINIMUM else above > arb(bound) or not found.critical)
    return agree, f"mpmath: the loss is {'the least' if near else 'above the least'}, up to {_short(bound)}"


def _ball(value: Any) -> arb:
    return value.ball() if isinstance(value, FieldElement) else arb(value)


def _hessian(point: Point, found: Classification) -> Found:
    if point.parameters > MOST_HESSIAN:
        return None, _too_large(point.parameters, "the number of parameters", MOST_HESSIAN)
    here = SympyLoss(point)
    if here.products() > MOST_PRODUCTS:
        return None, _too_large(here.products(), "the number of products of monomials", MOST_PRODUCTS)
    theirs = _exact_matrix(here, here.hessian())
    if theirs != linear.hessian(point):
        return False, "the entries of the Hessian differ"
    signs = eigenvalue_signs(theirs, DIGITS)
    detail = f"mpmath: {signs.positive} positive, {signs.zero} zero, {signs.negative} negative"
    if found.hessian_inertia is None:
        return True, f"{detail}; the entries agree, the inertia was not asked for"
    return signs == found.hessian_inertia, detail


def _exact_matrix(here: SympyLoss, rows: list[list[Any]]) -> RationalMatrix | FieldMatrix:
    """Make a matrix of this package of numbers of SymPy."""
    size = len(rows)
    if here.field is None:
        return RationalMatrix.of([[_fraction(value.coeff(1)) for value in row] for row in rows], (size, size))
    texts = [[" + ".join(f"{_fraction(c)}*{here.field.name}^{k}" for (k, _), c in value.terms()) or "0"
              for value in row] for row in rows]
    return FieldMatrix.of(here.field, [[text.replace("+ -", "- ") for text in row] for row in texts], (size, size))


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.numerator), int(value.denominator))
