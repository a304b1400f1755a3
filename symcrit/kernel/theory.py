"""Theories: a statement lowered to polynomials, with everything it grants.

Lowering is trusted: it decides what a certificate is about. Each `pinv`, `inv` and denominator becomes
a letter (or a scalar atom) of its own, keyed by the normal form of its argument, with the equations that
define it. An inverse or reciprocal needs a guard; guards come only from the terms that the statement
uses, before any cancellation, and after construction the theory is closed: nothing more is granted.
"""

from __future__ import annotations

import re
from fractions import Fraction
from hashlib import sha256
from typing import NamedTuple

from symcrit.errors import CertificateError, InputError, NotGranted
from symcrit.kernel import terms
from symcrit.kernel.poly import Algebra, Key, Number, Poly, poly_text
from symcrit.kernel.statement import Declaration, Equation, Statement, guarded_terms
from symcrit.kernel.terms import Term
from symcrit.kernel.text import difference_text, text

MAX_NAME = 60
MAX_UNITS = 20


class Evidence(NamedTuple):
    """What a fact stands on: grants of the statement, and named facts."""

    uses: frozenset[str]
    rests_on: frozenset[str]


class Theory:
    """The letters, granted equations and guards of one statement.

    `granted` maps a name to a polynomial that the statement grants to be zero: its hypotheses
    (`assume 1`), properties (`A symmetric`), and the equations of inverses (`inv(A) 1`).
    `guards` lists what must be invertible or nonzero, as text, in order of appearance.
    """

    def __init__(self, statement: Statement, work: int = 0) -> None:
        self.statement = statement
        self.algebra = Algebra(work)
        self.granted: dict[str, Poly] = {}
        self.guards: list[str] = []
        self.penrose: dict[str, Poly] = {}  # pinv letter -> argument
        self.inverses: dict[str, Poly] = {}  # letter or atom of an inverse -> argument
        self.definitions: dict[str, Poly] = {}
        self.evidence: dict[str, Evidence] = {}  # inverse -> what says that it exists
        self._letters = {declaration.name: declaration.letter for declaration in statement.declarations}
        self._closed = False
        self._lowered: dict[bytes, Poly] = {}
        for declaration in statement.declarations:
            if declaration.shape is None:
                self.algebra.declare_scalar(declaration.name)
            else:
                self.algebra.declare(declaration.name, *declaration.shape)
                self._grant_properties(declaration)
        for number, equation in enumerate(statement.hypotheses, 1):
            self.granted[f"assume {number}"] = self.difference(equation)
        for guard in statement.guards:
            self._require_nonzero(guard)
        for term in guarded_terms(statement):
            self.lower(term)
        self._closed = True

    def difference(self, equation: Equation) -> Poly:
        """Lower left - right."""
        left = self.lower(equation.left)
        right = self.lower(equation.right)
        return self.algebra.add(left, self.algebra.scale(-1, right))

    # ---- lowering

    def lower(self, term: Term) -> Poly:
        """Lower a term to its polynomial (arguments first, each distinct subterm once)."""
        for node in terms.postorder([term]):
            if node.digest not in self._lowered:
                try:
                    self._lowered[node.digest] = self._lower_node(node, [self._lowered[a.digest] for a in node.args])
                except InputError as error:
                    error.digest = error.digest or node.digest
                    raise
        return self._lowered[term.digest]

    def _lower_node(self, node: Term, args: list[Poly]) -> Poly:
        ring = self.algebra
        match node.op:
            case "matrix" | "scalar":
                if self._letters.get(str(node.data)) != node:
                    shape = terms.show_shape(node.shape)
                    raise CertificateError(f"{text(node)} ({shape}) is no letter of the statement")
                return ring.letter(str(node.data)) if node.op == "matrix" else ring.scalar(str(node.data))
            case "number":
                return ring.constant(1, int(node.data or 0))
            case "identity":
                return ring.constant(node.data if node.data is not None else 1, 1)
            case "zero":
                rows, cols = node.shape or (1, 1)
                return Poly(rows, cols, {})
            case "add":
                return ring.add(*args)
            case "neg":
                return ring.scale(-1, args[0])
            case "mul":
                return self._product(args)
            case "div":
                return ring.mul(self._reciprocal(args[1], text(node.args[1])), args[0])
            case "pow":
                return self._product([args[0]] * int(node.data or 1))
            case "transpose":
                return ring.transpose(args[0])
            case "inv":
                return self._inverse(args[0], f"{text(node.args[0])} invertible")
            case "pinv":
                return self.pinv(args[0])
            case "proj":
                return ring.mul(args[0], self.pinv(args[0]))
            case "tr":
                return ring.trace(args[0])
        raise InputError(f"unknown operation {node.op}")

    def _product(self, factors: list[Poly]) -> Poly:
        result = factors[0]
        for factor in factors[1:]:
            result = self.algebra.mul(result, factor)
        return result

    # ---- Moore-Penrose letters: they always exist

    def pinv(self, poly: Poly) -> Poly:
        """Return the Moore-Penrose inverse of a polynomial as a letter (the same for equal arguments)."""
        if not poly.terms:
            return Poly(poly.cols, poly.rows, {})
        flipped = self.algebra.transpose(poly)
        for name, argument in self.penrose.items():
            if argument == poly:
                return self.algebra.letter(name)
            if argument == flipped:
                return self.algebra.transpose(self.algebra.letter(name))
        name = self._name("pinv", poly)
        self.algebra.declare(name, poly.cols, poly.rows)
        self.penrose[name] = poly
        return self.algebra.letter(name)

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

    # ---- inverses and reciprocals: only what is granted

    def _inverse(self, poly: Poly, guard: str) -> Poly:
        """Return inv(poly); grant it if the theory is still open, else it must have been granted."""
        if poly.is_scalar:
            return self._reciprocal(poly, guard.removesuffix(" invertible"))
        if not poly.terms:
            raise InputError(f"{guard.removesuffix(' invertible')} is identically 0 and has no inverse")
        if list(poly.terms) == [((), ())]:
            return self.algebra.constant(poly.rows, Fraction(1) / poly.terms[(), ()])
        known = self._known_inverse(poly)
        if known is not None:
            return known[0]
        self._require_open(guard)
        self.guards.append(guard)
        return self._grant_inverse(poly)

    def _grant_inverse(self, poly: Poly) -> Poly:
        ring = self.algebra
        name = self._name("inv", poly)
        ring.declare(name, poly.rows, poly.cols)
        letter = ring.letter(name)
        self._record(name, poly, Evidence(frozenset([f"{name} 1"]), frozenset()))
        minus_one = ring.constant(poly.rows, -1)
        self.granted[f"{name} 1"] = ring.add(ring.mul(poly, letter), minus_one)
        self.granted[f"{name} 2"] = ring.add(ring.mul(letter, poly), minus_one)
        return letter

    def _reciprocal(self, poly: Poly, guard: str) -> Poly:
        """Return 1/poly for a scalar polynomial, as an atom made monic; a guard unless it is a number."""
        value, monic = _monic(poly, guard)
        if list(monic.terms) == [((), ())]:
            return self.algebra.constant(1, 1 / value)
        known = self._known_inverse(monic)
        if known is not None:
            return self.algebra.scale(1 / value, known[0])
        self._require_open(f"{guard} nonzero")
        self.guards.append(guard)
        name = self._name("1/", monic)
        atom = self._reciprocal_atom(name, monic, Evidence(frozenset([f"{name} 1"]), frozenset()))
        self.granted[f"{name} 1"] = self.algebra.add(self.algebra.mul(monic, atom), self.algebra.constant(1, -1))
        return self.algebra.scale(1 / value, atom)

    def _require_nonzero(self, guard: Equation) -> None:
        try:
            self._reciprocal(self.difference(guard), difference_text(guard))
        except InputError as error:
            error.digest = error.digest or guard.left.digest
            raise

    def proved_reciprocal(self, poly: Poly, evidence: Evidence) -> Poly:
        """Return 1/poly for a scalar that a rule has shown to be nonzero (not granted: the rule has the equation)."""
        value, monic = _monic(poly, poly_text(poly))
        known = self._known_inverse(monic)
        atom = known[0] if known else self._reciprocal_atom(self._name("1/", monic), monic, evidence)
        return self.algebra.scale(1 / value, atom)

    def _reciprocal_atom(self, name: str, poly: Poly, evidence: Evidence) -> Poly:
        self.algebra.declare_scalar(name)
        self._record(name, poly, evidence)
        return self.algebra.scalar(name)

    def _record(self, name: str, poly: Poly, evidence: Evidence) -> None:
        self.inverses[name] = poly
        self.evidence[name] = evidence

    def evidence_for(self, term: Term) -> list[Evidence]:
        """List what says that the inverses and quotients in a term exist; raises NotGranted if nothing does."""
        self.lower(term)
        found = []
        for node in terms.postorder([term]):
            if node.op in ("inv", "div"):
                poly = self.lower(node.args[-1])
                known = self._known_inverse(_monic(poly, "")[1] if poly.is_scalar else poly)
                found += [self.evidence[known[1]]] if known else []
        return found

    def _known_inverse(self, poly: Poly) -> tuple[Poly, str] | None:
        """Look up the inverse of a polynomial, of its transpose (then transposed) or of an inverse, and its name."""
        ring, flipped = self.algebra, self.algebra.transpose(poly)
        for name, argument in self.inverses.items():
            inverse = ring.letter(name) if name in ring.types else ring.scalar(name)
            for here, there in ((argument, inverse), (inverse, argument)):
                if here == poly:
                    return there, name
                if here == flipped:
                    return ring.transpose(there), name
        return None

    def _require_open(self, guard: str) -> None:
        if self._closed:
            raise NotGranted(f"no line of the statement grants this guard: {guard}")

    def _name(self, prefix: str, poly: Poly) -> str:
        inside = poly_text(poly)
        if len(inside) > MAX_NAME:
            inside = "#" + sha256(inside.encode()).hexdigest()[:16]
        return f"{prefix}({inside})"

    # ---- what a statement grants

    def _grant_properties(self, declaration: Declaration) -> None:
        ring, name = self.algebra, declaration.name
        a = ring.letter(name)
        at = ring.transpose(a)
        minus_one = ring.constant(a.rows, -1)
        for word in declaration.properties:
            if word == "invertible":
                if self._known_inverse(a) is None:
                    self._grant_inverse(a)
                continue
            equations = {
                "symmetric": [ring.add(at, ring.scale(-1, a))],
                "idempotent": [ring.add(ring.mul(a, a), ring.scale(-1, a))],
                "projector": [ring.add(at, ring.scale(-1, a)), ring.add(ring.mul(a, a), ring.scale(-1, a))],
                "orthogonal": [ring.add(ring.mul(at, a), minus_one), ring.add(ring.mul(a, at), minus_one)],
            }[word]
            for number, poly in enumerate(equations, 1):
                self.granted[f"{name} {word} {number}"] = poly


def _monic(poly: Poly, guard: str) -> tuple[Fraction, Poly]:
    if not poly.terms:
        raise InputError(f"the denominator {guard} is identically 0")
    lead: Key = max(poly.terms)
    value = Fraction(poly.terms[lead])
    terms_: dict[Key, Number] = {key: Fraction(c) / value for key, c in poly.terms.items()}
    return value, Poly(1, 1, terms_)
