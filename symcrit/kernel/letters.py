"""The letters of a theory beyond the declared ones: pseudoinverses, inverses, reciprocals, units, abbreviations.

Each is keyed by the normal form of its argument, so that equal arguments give the same letter. A
Moore-Penrose inverse always exists. An inverse or a reciprocal is granted by a guard while a statement is
being read; after that the letters are closed, and only what a rule has proved nonzero is added.
"""

from __future__ import annotations

import re
from fractions import Fraction
from hashlib import sha256
from typing import NamedTuple

from symcrit.errors import CertificateError, InputError, NotGranted
from symcrit.kernel.poly import Algebra, Key, Number, Poly
from symcrit.kernel.terms import Size
from symcrit.kernel.text import poly_text

MAX_NAME = 60
MAX_UNITS = 20
PolyKey = tuple[Size, Size, frozenset[tuple[Key, Number]]]


class Evidence(NamedTuple):
    """What a fact stands on: grants of the statement, and named facts."""

    uses: frozenset[str]
    rests_on: frozenset[str]


class Letters:
    """An algebra with its letters, and what is granted about them.

    `granted` maps a name to a polynomial that the statement grants to be zero. `guards` lists what must be
    invertible or nonzero, as text, in order of appearance. `penrose`, `inverses` and `definitions` map a
    letter to its argument; `evidence` says why an inverse exists.
    """

    def __init__(self, work: int = 0) -> None:
        self.algebra = Algebra(work)
        self.granted: dict[str, Poly] = {}
        self.guards: list[str] = []
        self.penrose: dict[str, Poly] = {}
        self.inverses: dict[str, Poly] = {}
        self.definitions: dict[str, Poly] = {}
        self.evidence: dict[str, Evidence] = {}
        self.closed = False
        self._age: dict[str, int] = {}  # inverses in the order they were made
        self._pinv_of: dict[PolyKey, Poly] = {}
        self._inverse_of: dict[PolyKey, tuple[Poly, str]] = {}

    # ---- what always exists

    def pinv(self, poly: Poly) -> Poly:
        """Return the Moore-Penrose inverse of a polynomial as a letter (transposed, for a transposed argument)."""
        if not poly.terms:
            return Poly(poly.cols, poly.rows, {})
        if _key(poly) not in self._pinv_of:
            name = _name("pinv", poly)
            self.algebra.declare(name, poly.cols, poly.rows)
            self.penrose[name] = poly
            letter = self.algebra.letter(name)
            self._pinv_of[_key(poly)] = letter
            self._pinv_of.setdefault(_key(self.algebra.transpose(poly)), self.algebra.transpose(letter))
        return self._pinv_of[_key(poly)]

    def penrose_equation(self, name: str, number: int) -> Poly:
        """Return the polynomial of Penrose's equation 1..4 for a letter made by `pinv`."""
        ring, a = self.algebra, self.penrose[name]
        x = ring.letter(name)
        ax, xa = ring.mul(a, x), ring.mul(x, a)
        left, right = {1: (ring.mul(ax, a), a), 2: (ring.mul(xa, x), x),
                       3: (ring.transpose(ax), ax), 4: (ring.transpose(xa), xa)}[number]
        return ring.add(left, ring.scale(-1, right))

    def define(self, name: str, poly: Poly) -> Poly:
        """Introduce a new letter as an abbreviation; return the polynomial letter - poly."""
        if not re.fullmatch(r"let\.[A-Za-z0-9_]+", name, re.ASCII):
            raise CertificateError(f"a defined letter is named let.NAME, not {name[:80]}")
        self.algebra.declare(name, poly.rows, poly.cols)
        self.definitions[name] = poly
        return self.algebra.add(self.algebra.letter(name), self.algebra.scale(-1, poly))

    def unit(self, size: int, number: int) -> str:
        """Introduce the standard basis of a literal size (once) and return the letter of one of its vectors."""
        if not 2 <= size <= MAX_UNITS or not 1 <= number <= size:
            raise CertificateError(f"there is no unit vector {number} of size {size}")
        for k in range(1, size + 1):
            if f"unit.{size}.{k}" not in self.algebra.types:
                self.algebra.declare(f"unit.{size}.{k}", size, 1)
        return f"unit.{size}.{number}"

    # ---- what must be granted or proved to exist

    def inverse(self, poly: Poly, argument: str) -> Poly:
        """Return inv(poly), written `argument`; grant it while open, afterwards it must have been granted."""
        if poly.is_scalar:
            return self.reciprocal(poly, argument)
        if not poly.terms:
            raise InputError(f"{argument} is identically 0 and has no inverse")
        if list(poly.terms) == [((), ())]:
            return self.algebra.constant(poly.rows, Fraction(1) / poly.terms[(), ()])
        known = self.known_inverse(poly)
        if known is not None:
            return known[0]
        self._grant(f"{argument} invertible")
        return self.grant_inverse(poly)

    def grant_inverse(self, poly: Poly) -> Poly:
        """Make the letter inv(poly), with its two equations granted."""
        ring, name = self.algebra, _name("inv", poly)
        ring.declare(name, poly.rows, poly.cols)
        letter, minus_one = ring.letter(name), ring.constant(poly.rows, -1)
        self._record(name, poly, letter, Evidence(frozenset([f"{name} 1"]), frozenset()))
        self.granted[f"{name} 1"] = ring.add(ring.mul(poly, letter), minus_one)
        self.granted[f"{name} 2"] = ring.add(ring.mul(letter, poly), minus_one)
        return letter

    def reciprocal(self, poly: Poly, argument: str) -> Poly:
        """Return 1/poly for a scalar written `argument`, as an atom made monic; a guard unless it is a number."""
        value, monic = self._monic(poly, argument)
        if list(monic.terms) == [((), ())]:
            return self.algebra.constant(1, 1 / value)
        known = self.known_inverse(monic)
        if known is not None:
            return self.algebra.scale(1 / value, known[0])
        self._grant(argument)
        self._monic(self._numerator(monic), argument)  # refuses a fraction that is identically 0, such as s/s - 1
        name = _name("1/", monic)
        atom = self._reciprocal_atom(name, monic, Evidence(frozenset([f"{name} 1"]), frozenset()))
        self.granted[f"{name} 1"] = self.algebra.add(self.algebra.mul(monic, atom), self.algebra.constant(1, -1))
        return self.algebra.scale(1 / value, atom)

    def proved_reciprocal(self, poly: Poly, evidence: Evidence) -> Poly:
        """Return 1/poly for a scalar that a rule has shown to be nonzero (not granted: the rule has the equation)."""
        value, monic = self._monic(poly, "")
        known = self.known_inverse(monic)
        atom = known[0] if known else self._reciprocal_atom(_name("1/", monic), monic, evidence)
        return self.algebra.scale(1 / value, atom)

    def known_inverse(self, poly: Poly) -> tuple[Poly, str] | None:
        """Look up the inverse of a polynomial, of its transpose (then transposed) or of an inverse, and its name."""
        return self._inverse_of.get(_key(poly))

    def evidence_of(self, poly: Poly) -> list[Evidence]:
        """Return what says that the inverse of a polynomial exists (nothing need say it for a number)."""
        known = self.known_inverse(self._monic(poly, "")[1] if poly.is_scalar else poly)
        return [self.evidence[known[1]]] if known else []

    def _grant(self, guard: str) -> None:
        if self.closed:
            raise NotGranted(f"no line of the statement grants this guard: {guard}")
        self.guards.append(guard)

    def _reciprocal_atom(self, name: str, poly: Poly, evidence: Evidence) -> Poly:
        self.algebra.declare_scalar(name)  # refuses a name that exists: one atom never stands for two reciprocals
        self._record(name, poly, self.algebra.scalar(name), evidence)
        return self.algebra.scalar(name)

    def _record(self, name: str, poly: Poly, inverse: Poly, evidence: Evidence) -> None:
        self._age[name] = len(self._age)
        self.inverses[name] = poly
        self.evidence[name] = evidence
        flip = self.algebra.transpose
        for here, there in ((poly, inverse), (inverse, poly), (flip(poly), flip(inverse)), (flip(inverse), flip(poly))):
            self._inverse_of.setdefault(_key(here), (there, name))

    def _numerator(self, poly: Poly) -> Poly:
        """Clear the reciprocals from a scalar polynomial, the latest first: 1/d * d is 1."""
        ring = self.algebra
        while found := {atom[0] for central, _ in poly.terms for atom, _ in central if atom[0] in self._age}:
            name = max(found, key=self._age.__getitem__)
            powers = {key: dict(key[0]).get((name,), 0) for key in poly.terms}
            highest, argument = max(powers.values()), self.inverses[name]
            factors = [ring.constant(1, 1)]
            for _ in range(highest):
                factors.append(ring.mul(factors[-1], argument))
            parts = [Poly(1, 1, {})]
            for ((central, word), value), power in zip(poly.terms.items(), powers.values(), strict=True):
                rest = tuple(factor for factor in central if factor[0] != (name,))
                parts.append(ring.mul(Poly(1, 1, {(rest, word): value}), factors[highest - power]))
            poly = ring.add(*parts)
        return poly

    def _monic(self, poly: Poly, argument: str) -> tuple[Fraction, Poly]:
        if not poly.terms:
            raise InputError(f"the denominator {argument} is identically 0")
        value = Fraction(poly.terms[max(poly.terms)])
        return value, self.algebra.scale(1 / value, poly)


def _key(poly: Poly) -> PolyKey:
    return poly.rows, poly.cols, frozenset(poly.terms.items())


def _name(prefix: str, poly: Poly) -> str:
    inside = poly_text(poly)
    return f"{prefix}({inside if len(inside) <= MAX_NAME else '#' + sha256(inside.encode()).hexdigest()})"
