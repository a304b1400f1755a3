"""A second opinion on a classified point: everything that can be is computed again, by SymPy and by mpmath.

SymPy writes out the loss in symbols, differentiates it and expands it along the way down (`sympy_loss`). mpmath
computes the pseudoinverse of X, the eigenvalues of Sigma and the signs of those of the Hessian at 50 digits, with error
bounds that are proved (`symcrit.exact.precision`). What is too large to be computed twice is skipped, with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import arb, arb_mat, ctx, fmpq, fmpq_poly
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from symcrit.errors import InputError, LimitError
from symcrit.exact.algebraic import Algebraic
from symcrit.exact.entries import fraction
from symcrit.exact.field import FieldElement
from symcrit.exact.precision import Approximation, eigenvalue_signs, enclosed_eigenvalues, exact, pseudoinverse
from symcrit.exact.sums import AlgebraicSum
from symcrit.landscape.classify import GLOBAL_MINIMUM, Classification, classify
from symcrit.landscape.perturbation import perturbations
from symcrit.landscape.relu_point import ReluClassification
from symcrit.landscape.sympy_curve import SympyCurve
from symcrit.landscape.sympy_loss import SympyLoss
from symcrit.networks import linear
from symcrit.networks.points import Point

DIGITS = 50
GUARD = 10  # more digits of X^+, which is multiplied to make Sigma
UNDETERMINED = "undetermined"
LONGEST = 300  # characters of a detail
MOST_PRODUCTS = 500_000  # of monomials, in writing out the loss, times the square of the degree of the number field
MOST_HESSIAN = 60  # parameters: the eigenvalues of a Hessian of this size take mpmath some seconds
MOST_DECOMPOSED = 40  # rows and columns of a matrix that mpmath decomposes
MOST_DEGREE = 20  # of a number field
MOST_LINE = 200_000  # products of entries, in expanding the loss along a line, times the same
MOST_CURVE = 1_000_000  # products of numbers, in expanding it along a curve


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


def second_opinion(point: Point, found: Classification | ReluClassification | None = None) -> Opinion:
    """Compute again what `classify` says of a point, and compare.

    `found` is what is compared, by default the classification of the point. Of a ReLU network this is the loss, in the
    cone of the point its derivatives, and the loss along the way down.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> zero, one = RationalMatrix.of([[0]]), RationalMatrix.of([[1]])
    >>> opinion = second_opinion(Point(one, one, (zero, zero)))
    >>> opinion.agrees, [check.name for check in opinion.checks]
    (True, ['loss', 'gradients', 'descent', 'perturbations', 'pseudoinverse', 'spectrum', 'kind', 'hessian'])
    >>> second_opinion(Point(one, one, (zero, zero), "relu")).checks[-1].detail
    'the point lies on a boundary of cones, where the loss is not a polynomial'
    >>> second_opinion(Point(one, one, (one.scale(0.5), zero)))
    Traceback (most recent call last):
    symcrit.errors.InputError: 0.5 is a float, which is not exact
      suggestion: write the string "0.5"
    """
    found = classify(point) if found is None else found
    again = _Again(point, found) if isinstance(found, Classification) else _AgainRelu(point, found)
    return Opinion(tuple(Check(name, compared, *_outcome(check)) for name, compared, check in again.checks()))


class _Skipped(Exception):
    """Something is not computed twice; the message says why."""


Found = tuple[bool, str]  # whether two computations agree, and the details


def _outcome(check: Callable[[], Found]) -> tuple[bool | None, str]:
    try:
        agrees, detail = check()
        return agrees, detail if len(detail) <= LONGEST else detail[:LONGEST] + "..."
    except _Skipped as error:
        return None, str(error)
    except LimitError as error:
        return None, error.message


def _at_most(limit: int, size: int, what: str) -> None:
    if size > limit:
        raise _Skipped(f"{what} is {size}, the limit is {limit}")


class _Again:
    """All that is computed again of one point, each part once and only when it is asked for."""

    def __init__(self, point: Point, found: Any) -> None:
        self.point = point
        self.found = found

    def checks(self) -> list[tuple[str, str, Callable[[], Found]]]:
        """List the names of the checks, what each compares, and the checks."""
        return [
            ("loss", "the loss, by SymPy", self.loss),
            ("gradients", "which gradients are exactly 0: SymPy differentiates the loss in symbols", self.gradients),
            ("descent", "the loss along the way down, expanded by SymPy", self.descent),
            ("perturbations", "the loss along the curves of Proposition 3 or Theorem 4, by SymPy", self.perturbations),
            ("pseudoinverse", f"X^+ at {DIGITS} digits, by mpmath; the rank of X by SymPy", self.pseudoinverse),
            ("spectrum", f"the eigenvalues of Sigma at {DIGITS} digits, by mpmath", self.spectrum),
            ("kind", "the loss and the least loss, from the eigenvalues found by mpmath", self.kind),
            ("hessian", "the Hessian by SymPy, the signs of its eigenvalues by mpmath", self.hessian),
        ]

    # ---- SymPy -----------------------------------------------------------------------------------

    @property
    def degree(self) -> int:
        """The degree of the field of the weights."""
        return max((weight.field.degree for weight in self.point.weights if weight.level), default=1)

    @cached_property
    def numbers(self) -> SympyLoss:
        """The point as SymPy has it."""
        _at_most(MOST_DEGREE, self.degree, "the degree of the number field")
        products = self.point.parameters * max(self.point.X.cols, 1) * self.degree**2
        _at_most(MOST_LINE, products, "the number of products of entries")
        return SympyLoss(self.point)

    @cached_property
    def symbols(self) -> SympyLoss:
        """The same, if the loss is not too long in symbols."""
        _at_most(MOST_PRODUCTS, self.numbers.products() * self.degree**2, "the number of products of monomials")
        return self.numbers

    def loss(self) -> Found:
        theirs = self.numbers.value()
        return theirs == self.numbers.number(self.found.loss), f"SymPy: {theirs}"

    def gradients(self) -> Found:
        zero = tuple(not any(entries) for entries in self.symbols.gradients())
        return zero == self.found.gradients_zero, "SymPy: " + ", ".join("0" if it else "not 0" for it in zero)

    def descent(self) -> Found:
        down, here = self.found.descent, self.numbers
        if down is None:
            raise _Skipped("there is no way down")
        theirs = here.along([[here.rows(part) for part in parts] for parts in down.curve])
        order = next((k for k, value in enumerate(theirs) if k and value), None)
        sign = 0 if order is None else here.sign(theirs[order])
        agree = theirs == [here.number(value) for value in down.loss] and order == down.order and sign in (-1, None)
        unclear = "; the sign of the leading coefficient is not separated from 0" if sign is None else ""
        return agree, f"SymPy: {_polynomial(theirs, 't')}{unclear}"

    def perturbations(self) -> Found:
        if not self.found.critical:
            raise _Skipped("Proposition 3 and Theorem 4 are about critical points")
        try:
            curves = [SympyCurve(curve) for curve in perturbations(self.point)]
        except InputError as error:
            return False, error.message
        for curve in curves:
            _at_most(MOST_CURVE, curve.products, "the number of products of entries")
        faults = [f"{curve.name}: {fault}" for curve in curves for fault in curve.faults()]
        if faults:
            return False, "; ".join(faults)
        series = [f"{curve.name}: {_polynomial(curve.series(curve.order + 1), 'ε')} + ..." for curve in curves]
        return True, "; ".join(series) or "there are none"

    # ---- mpmath ----------------------------------------------------------------------------------

    def pseudoinverse(self) -> Found:
        x = self.point.X
        _at_most(MOST_DECOMPOSED, max(x.shape), "the larger size of X")
        theirs = pseudoinverse(x, DIGITS)
        rows = [[QQ(int(entry.p), int(entry.q)) for entry in row] for row in x.to_rows()]
        rank = DomainMatrix(rows, x.shape, QQ).to_sparse().rank()  # dense ones are handed on to FLINT
        distance = sum(((exact(theirs.value[i, j]) - entry) ** 2 for i, row in enumerate(x.pinv().to_rows())
                        for j, entry in enumerate(row)), fmpq(0))
        bound = exact(theirs.bound)
        return (distance <= bound * bound and rank == x.rank(),
                f"rank {rank}; {_error(bound)}")

    @cached_property
    def sigma(self) -> Approximation:
        """The eigenvalues of Sigma, decreasing."""
        _at_most(MOST_DECOMPOSED, max(*self.point.X.shape, self.point.Y.rows), "the larger size of X and Y")
        return sigma_eigenvalues(self.point)

    def spectrum(self) -> Found:
        theirs, bound = self.sigma.value, exact(self.sigma.bound)
        ours = [pair.value for pair in self.found.spectrum.eigenvalues for _ in range(pair.multiplicity)]
        with ctx.workdps(2 * DIGITS):
            far = any(abs(value.ball() - exact(other)) > arb(bound) for value, other in zip(ours, theirs, strict=False))
        return len(ours) == len(theirs) and not far, f"dimension {len(theirs)}; {_error(bound)}"

    def kind(self) -> Found:
        """Compare the loss with half of tr YY' less the largest eigenvalues, as many as the widths leave room for."""
        taken = [exact(value) for value in self.sigma.value[: min(self.point.widths[1:])]]
        squares = sum((entry * entry for row in self.point.Y.to_rows() for entry in row), fmpq(0))
        least, bound = (squares - sum(taken, fmpq(0))) / 2, exact(self.sigma.bound) * len(taken) / 2
        with ctx.workdps(2 * DIGITS):
            above, stated = (ball - arb(least) for ball in (_ball(self.found.loss), self.found.global_minimum.ball()))
            lower, higher, apart = above < -arb(bound), above > arb(bound), abs(stated) > arb(bound)
        detail = f"mpmath: the loss is {'above the least' if higher else 'the least'}; {_error(bound)}"
        if lower or apart:
            return False, f"{detail}; {'the loss stated is lower' if lower else 'another least loss is stated'}"
        if not self.found.critical or self.found.kind == UNDETERMINED:
            return True, detail
        if self.found.kind != GLOBAL_MINIMUM and not higher and self._above_by_exact_numbers() is not False:
            raise _Skipped(f"mpmath does not separate the loss from the least; {_error(bound)}")
        return higher is (self.found.kind != GLOBAL_MINIMUM), detail

    def _above_by_exact_numbers(self) -> bool | None:
        """Tell whether the loss lies above the least one, of which both are exact; None if it is not decided."""
        loss = self.found.loss
        value = loss.algebraic() if isinstance(loss, FieldElement) else Algebraic.rational(loss)
        sign = (AlgebraicSum([(1, value)]) - self.found.global_minimum).sign()
        return None if sign is None else sign > 0

    def hessian(self) -> Found:
        _at_most(MOST_HESSIAN, self.point.parameters, "the number of parameters")
        theirs = _exact_matrix(self.symbols, self.point, self.symbols.hessian())
        if theirs != linear.hessian(self.point):
            return False, "the entries of the Hessian differ"
        return self._signs(theirs)

    def _signs(self, theirs: Any) -> Found:
        signs, stated = eigenvalue_signs(theirs, DIGITS), self.found.hessian_inertia
        detail = f"mpmath: {signs.positive} positive, {signs.zero} zero, {signs.negative} negative"
        return stated in (None, signs), detail + ("; these were not asked for" if stated is None else "")


class _AgainRelu(_Again):
    """The same of a point of a ReLU network with one hidden layer."""

    def checks(self) -> list[tuple[str, str, Callable[[], Found]]]:
        """List what SymPy computes; the kind is decided by what lies around the point and is not."""
        return [check for check in super().checks() if check[0] in ("loss", "gradients", "descent", "hessian")]

    def gradients(self) -> Found:
        self._open()
        return super().gradients()

    def hessian(self) -> Found:
        self._open()
        _at_most(MOST_HESSIAN, self.point.parameters, "the number of parameters")
        theirs = _exact_matrix(self.symbols, self.point, self.symbols.hessian())
        return self._signs(theirs)

    def _open(self) -> None:
        if self.found.on_boundary:
            raise _Skipped("the point lies on a boundary of cones, where the loss is not a polynomial")


def sigma_eigenvalues(point: Point) -> Approximation:
    """Compute the eigenvalues of Sigma = Y X^+ X Y', decreasing, at 50 digits.

    An enclosure of Sigma is made of the pseudoinverse of mpmath and its error bound.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> one, empty = RationalMatrix.of([[1]]), RationalMatrix.of([], (0, 1))
    >>> found = sigma_eigenvalues(Point(one, one.scale(3), (one, one)))
    >>> found.value, found.bound < 1e-49
    ([mpf('9.0')], True)
    >>> sigma_eigenvalues(Point(one, empty, (one, empty))).value
    []
    """
    across = point.X @ point.Y.T
    theirs = pseudoinverse(point.X, DIGITS + GUARD)

    def sigma() -> arb_mat:
        error = arb(0, arb(exact(theirs.bound)).upper())
        near = arb_mat(point.X.cols, point.X.rows, [arb(exact(theirs.value[i, j])) + error
                                                    for i in range(point.X.cols) for j in range(point.X.rows)])
        found: arb_mat = point.Y.balls() * near * across.balls()
        return found

    return enclosed_eigenvalues(sigma, DIGITS)


def _error(bound: fmpq) -> str:
    """Print an error bound, rounded up to one digit."""
    if not bound:
        return "mpmath makes no error"
    value, exponent = fraction(bound), 0
    while value < 1:
        value, exponent = value * 10, exponent - 1
    while value > 9:
        value, exponent = value / 10, exponent + 1
    return f"the error of mpmath is at most {math.ceil(value)}e{exponent}"


def _polynomial(coefficients: Sequence[Any], letter: str) -> str:
    """Print a polynomial, low to high."""
    text = ""
    for k, coefficient in enumerate(coefficients):
        if coefficient:
            written = str(coefficient).replace("**", "^")
            written = f"({written})" if " " in written and k else written
            sign, written = (" - ", written[1:]) if written[0] == "-" else (" + ", written)
            power = "" if k == 0 else letter if k == 1 else f"{letter}^{k}"
            part = power if written == "1" and k else f"{written}*{power}" if k else written
            text += sign + part if text else ("-" if sign == " - " else "") + part
    return text or "0"


def _ball(value: Any) -> arb:
    return value.ball() if isinstance(value, FieldElement) else arb(value)


def _exact_matrix(here: SympyLoss, point: Point, rows: list[list[Any]]) -> Any:
    """Make a matrix over the ring of the weights of numbers of SymPy."""
    ring = max(point.weights, key=lambda weight: weight.level)
    entries = [fmpq_poly([fmpq(int(c.numerator), int(c.denominator)) for c in here.coefficients(value)])
               for row in rows for value in row]
    return ring.make(len(rows), len(rows), entries if ring.level else [entry[0] for entry in entries])
