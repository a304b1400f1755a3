"""Theories: a statement lowered to polynomials, with everything it grants.

Lowering is trusted: it decides what a certificate is about. Each `pinv`, `inv` and denominator becomes
a letter (or a scalar atom) of its own. Guards come only from the terms that the statement uses, before any
cancellation; after construction the theory is closed: nothing more is granted.
"""

from __future__ import annotations

from symcrit.errors import CertificateError, InputError
from symcrit.kernel import terms, walk
from symcrit.kernel.letters import Evidence, Letters
from symcrit.kernel.poly import Poly
from symcrit.kernel.statement import Declaration, Equation, Statement, guarded_terms
from symcrit.kernel.terms import Term
from symcrit.kernel.text import difference_text, text

MAX_GUARD = 2_000  # characters of a guard as text


class Theory(Letters):
    """The letters, granted facts and guards of one statement.

    Granted are its hypotheses (`assume 1`), properties (`A symmetric 1`) and inverses (`inv(A) 1`): polynomials
    that are zero, and in `inequalities` those that are ">=" 0 or ">" 0.
    """

    def __init__(self, statement: Statement, work: int = 0) -> None:
        super().__init__(work)
        self.statement = statement
        self._declared = {declaration.name: declaration.letter for declaration in statement.declarations}
        self._lowered: dict[bytes, Poly] = {}
        self.inequalities: dict[str, tuple[str, Poly]] = {}
        self.diagonal: list[str] = []  # letters
        for declaration in statement.declarations:
            if declaration.shape is None:
                self.algebra.declare_scalar(declaration.name)
            else:
                self.algebra.declare(declaration.name, *declaration.shape)
                self._grant_properties(declaration)
        for number, equation in enumerate(statement.hypotheses, 1):
            relation, poly = self.meaning(equation)
            if relation == "=":
                self.granted[f"assume {number}"] = poly
            else:
                self.inequalities[f"assume {number}"] = relation, poly
        for guard in statement.guards:
            self._grant_nonzero(guard)
        for term in guarded_terms(statement):
            self.lower(term)
        self.closed = True

    def difference(self, equation: Equation) -> Poly:
        """Lower left - right."""
        left = self.lower(equation.left)
        right = self.lower(equation.right)
        return self.algebra.add(left, self.algebra.scale(-1, right))

    def meaning(self, equation: Equation) -> tuple[str, Poly]:
        """Lower an equation to left - right, which is "=" 0, or an inequality to right - left, ">=" 0 or ">" 0."""
        difference = self.difference(equation)
        if equation.relation == "=":
            return "=", difference
        return {"<=": ">=", "<": ">"}[equation.relation], self.algebra.scale(-1, difference)

    # ---- lowering

    def lower(self, term: Term) -> Poly:
        """Lower a term to its polynomial (arguments first, each distinct subterm once)."""
        for node in walk.postorder([term], self._lowered):
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
                if self._declared.get(str(node.data)) != node:
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
                return ring.mul(self.reciprocal(args[1], text(node.args[1], limit=MAX_GUARD)), args[0])
            case "pow":
                return self._product([args[0]] * int(node.data or 1))
            case "transpose":
                return ring.transpose(args[0])
            case "inv":
                return self.inverse(args[0], text(node.args[0], limit=MAX_GUARD))
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

    def evidence_for(self, term: Term) -> list[Evidence]:
        """List what says that the inverses and quotients in a term exist; raises NotGranted if nothing does."""
        self.lower(term)
        nodes = walk.postorder([term])
        self.algebra.spend(len(nodes))
        return [evidence for node in nodes if node.op in ("inv", "div")
                for evidence in self.evidence_of(self.lower(node.args[-1]))]

    # ---- what a statement grants

    def _grant_properties(self, declaration: Declaration) -> None:
        ring, name = self.algebra, declaration.name
        a = ring.letter(name)
        at = ring.transpose(a)
        minus_one = ring.constant(a.rows, -1)
        for word in declaration.properties:
            if word == "invertible":
                self.grant_inverse(a)
                continue
            equations = {
                "symmetric": [ring.add(at, ring.scale(-1, a))],
                "idempotent": [ring.add(ring.mul(a, a), ring.scale(-1, a))],
                "projector": [ring.add(at, ring.scale(-1, a)), ring.add(ring.mul(a, a), ring.scale(-1, a))],
                "orthogonal": [ring.add(ring.mul(at, a), minus_one), ring.add(ring.mul(a, at), minus_one)],
                "diagonal": [ring.add(at, ring.scale(-1, a))],
            }[word]
            for number, poly in enumerate(equations, 1):
                self.granted[f"{name} {word} {number}"] = poly
            if word == "diagonal":
                self._grant_commuting(declaration)

    def _grant_commuting(self, declaration: Declaration) -> None:
        """Diagonal matrices of one size commute: grant it for a letter and those before it."""
        ring = self.algebra
        for other in self.diagonal:
            if self._declared[other].shape == declaration.shape:
                a, b = ring.letter(other), ring.letter(declaration.name)
                poly = ring.add(ring.mul(a, b), ring.scale(-1, ring.mul(b, a)))
                self.granted[f"{other} {declaration.name} diagonal"] = poly
        self.diagonal.append(declaration.name)

    def _grant_nonzero(self, guard: Equation) -> None:
        try:
            self.reciprocal(self.difference(guard), difference_text(guard, limit=MAX_GUARD))
        except InputError as error:
            error.digest = error.digest or guard.left.digest
            raise
