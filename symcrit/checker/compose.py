"""From the certificates of a step to its theorem under the assumptions of the setting alone.

The kernel makes every theorem: certificates of the links are replayed, and `INSTANCE`, `COMBINE` and `QED` put
them together. Whatever this module gets wrong, the kernel refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symcrit.checker.library import Home, Unresolved
from symcrit.checker.statements import UNPROVED, Part, Putting, Statements
from symcrit.errors import CertificateError, InputError, TooLarge
from symcrit.kernel import rules
from symcrit.kernel.facts import Fact
from symcrit.kernel.named_facts import NAMED_FACTS
from symcrit.kernel.replay import replay
from symcrit.kernel.statement import Equation, Statement, obligations_of
from symcrit.kernel.terms import Term
from symcrit.kernel.theorems import INSTANCE, NAMED, QED, Theorem
from symcrit.kernel.theory import Theory
from symcrit.lang.proof import UNUSABLE, USE, Assumption

Certificates = Callable[[Home, Statement], dict[str, Any] | None]


class NotShown(Exception):
    """There is no theorem for a step; `code` says why, `culprit` names another step at fault."""

    def __init__(self, code: str, reason: str, part: Part | None = None, culprit: Home | None = None) -> None:
        super().__init__(reason)
        self.code, self.reason, self.part, self.culprit = code, reason, part, culprit


@dataclass(frozen=True)
class Shown:
    """The kernel's theorem for a step, and the lines that its certificates use."""

    theorem: Theorem
    uses: frozenset[Home | Assumption]
    certificates: tuple[dict[str, Any], ...] = ()


@dataclass
class Composer:
    """Theorems of steps, each made once; `certificates` finds what is stored for a statement of a step."""

    statements: Statements
    certificates: Certificates
    _shown: dict[Home, Shown | NotShown] = field(default_factory=dict)

    def shown(self, home: Home) -> Shown:
        """Return the theorem of a step; raises NotShown, or Unresolved where a name stands for nothing."""
        for below in self.statements.order(home, self._shown):  # so that long proofs do not recurse deeply
            if below.step.kind in (*UNPROVED, *UNUSABLE) and below != home:
                continue
            try:
                self._shown[below] = self._show(below)
            except NotShown as reason:
                self._shown[below] = reason
            except InputError:
                if below == home:
                    raise
        found = self._shown[home]
        if isinstance(found, NotShown):
            raise found
        return found

    def _show(self, home: Home) -> Shown:
        closed = self.statements.closed(home)
        parts = self.statements.links(home)
        theorems = [self._link(home, part) for part in parts]
        try:
            weaving = _Weaving(self, home, Theory(closed))
            return weaving.shown(parts, theorems)
        except (CertificateError, InputError, TooLarge) as error:
            code = "unmet_obligation" if home.step.kind == USE else "stale_certificate"
            raise NotShown(code, str(error)) from error

    def _link(self, home: Home, part: Part) -> tuple[Theorem, dict[str, Any]]:
        certificate = self.certificates(home, part.statement)
        if certificate is None:
            raise NotShown("no_certificate", "no certificate is stored for this statement", part)
        try:
            return certified(part.statement, certificate), certificate
        except (CertificateError, InputError) as error:
            raise NotShown("stale_certificate", f"the stored certificate {error}", part) from error


def certified(statement: Statement, certificate: Any) -> Theorem:
    """Replay a certificate for a statement, perhaps with fewer hypotheses; raises CertificateError or InputError.

    Nothing else may differ. A property in place of a hypothesis, say, would hide what the step rests on.
    """
    try:
        theorem = replay(certificate)
    except (CertificateError, InputError) as error:
        raise CertificateError(f"is refused: {error}") from error
    proved = theorem.statement
    if proved.claims != statement.claims:
        raise CertificateError("proves something else")
    if any(hypothesis not in statement.hypotheses for hypothesis in proved.hypotheses):
        raise CertificateError("uses what this step does not cite")
    if (proved.declarations, proved.guards) != (statement.declarations, statement.guards):
        raise CertificateError("is about other letters, properties or guards")
    return theorem


class _Weaving:
    """One closed statement while its theorem is put together."""

    def __init__(self, composer: Composer, home: Home, theory: Theory) -> None:
        self.composer, self.home, self.theory = composer, home, theory
        self.facts: list[Fact] = [rules.ASSUME(theory, name) for name in [*theory.granted, *theory.inequalities]]
        self.uses: set[Home | Assumption] = set()

    def shown(self, parts: list[Part], theorems: list[tuple[Theorem, dict[str, Any]]]) -> Shown:
        for part, (theorem, _) in zip(parts, theorems, strict=True):
            self._supply(part, theorem)
        certificates = tuple(certificate for _, certificate in theorems)
        if self.home.step.kind == USE:
            fact = self._used([theorem for theorem, _ in theorems])
        else:
            claim = self.theory.statement.claims[0]
            if claim.unknown is not None:
                theorem, witness = specialised(certificates[0])
                fact = self._instance(theorem)
                return Shown(QED(self.theory, [(fact, witness)]), frozenset(self.uses), certificates)
            fact = self._chain([(self._instance(theorem), part.statement.claims[0].equation)
                                for part, (theorem, _) in zip(parts, theorems, strict=True)], claim.equation)
        return Shown(QED(self.theory, [(fact, None)]), frozenset(self.uses), certificates)

    def _supply(self, part: Part, theorem: Theorem) -> None:
        """Add the claims of earlier steps that a link's certificate uses to the facts at hand."""
        for line, equation in zip(part.cited, part.statement.hypotheses, strict=True):
            if equation not in theorem.statement.hypotheses:
                continue
            if isinstance(line, Assumption):
                self.uses.add(line)
                continue
            below = Home(self.home.file, self.home.theorem, line)
            self.uses.add(below)
            if line.kind in UNPROVED:
                continue  # its claim is a hypothesis of the closed statement
            try:
                shown = self.composer.shown(below)
            except (NotShown, Unresolved) as reason:
                culprit = reason.culprit if isinstance(reason, NotShown) else None
                raise NotShown("rests_on_failed", f"rests on {line.label}, which is not established",
                               culprit=culprit or below) from None
            self.facts.append(self._instance(shown.theorem))

    def _instance(self, theorem: Theorem, letters: Mapping[str, Term] | None = None, claim: int = 0) -> Fact:
        own = {declaration.name: declaration.letter for declaration in theorem.statement.declarations}
        put = Putting(letters or own, {})
        return INSTANCE(self.theory, theorem, put.letters, put.sizes, self._needed(theorem.statement, put), claim)

    def _needed(self, statement: Statement, put: Putting) -> list[Fact]:
        """Choose the facts at hand that an instance needs, so that its theorem uses no others."""
        chosen: list[Fact] = []
        for equation in obligations_of(statement):
            relation, poly = self.theory.meaning(put.equation(equation))
            chosen += [fact for fact in self.facts if fact.shows(relation, poly)][:1]
        return chosen

    def _used(self, obligations: list[Theorem]) -> Fact:
        """Instantiate the lemma of a `use` step, its obligations shown by theorems with one claim each."""
        statements, home = self.composer.statements, self.home
        for theorem in obligations:
            self.facts += [self._instance(theorem, claim=k) for k in range(len(theorem.statement.claims))]
        statement = statements.lemma(home)
        put = statements.putting(home, statement)
        found = statements.library.lemma(home)
        if not isinstance(found, Home):
            name = next(name for name, fact in NAMED_FACTS.items() if fact is found)
            return NAMED(self.theory, name, put.letters, put.sizes, self._needed(statement, put), 0)
        self.uses.add(found)
        try:
            theorem = self.composer.shown(found).theorem
        except NotShown as reason:
            raise NotShown("rests_on_failed", f"rests on {found.id}, which is not established",
                           culprit=reason.culprit or found) from None
        return INSTANCE(self.theory, theorem, put.letters, put.sizes, self._needed(statement, put), 0)

    def _chain(self, links: list[tuple[Fact, Equation]], whole: Equation) -> Fact:
        """Add up the relations of a chain: e0 - e1, e1 - e2, ... as they are, or right - left for inequalities."""
        if len(links) == 1:
            return links[0][0]
        rows, cols = links[0][0].poly.rows, links[0][0].poly.cols
        relation = {"=": "=", "<=": ">=", "<": ">"}[whole.relation]
        summands = [(-1 if relation != "=" and equation.relation == "=" else 1, (), (), fact, ())
                    for fact, equation in links]
        return rules.COMBINE(self.theory, rows, cols, relation, summands)


def specialised(certificate: dict[str, Any]) -> tuple[Theorem, Term]:
    """Turn a proof that something exists into the theorem about the witness that it names."""
    made, witness = witnessed(certificate)
    return replay(made), witness


def witnessed(certificate: dict[str, Any]) -> tuple[dict[str, Any], Term]:
    """Turn a certificate that something exists into the certificate that its witness will do."""
    from symcrit.kernel import walk
    from symcrit.kernel.data import statement_from_data, statement_to_data, terms_from_data
    from symcrit.kernel.statement import Claim

    statement = statement_from_data(certificate["statement"])
    (position, nodes), = certificate["claims"]
    unknown, equation = statement.claims[0].unknown, statement.claims[0].equation
    witness = terms_from_data(nodes)[-1]
    put = {unknown.name: witness} if unknown is not None else {}
    claim = Claim(Equation(walk.substitute(equation.left, put, {}), walk.substitute(equation.right, put, {})))
    plain = Statement(statement.declarations, statement.hypotheses, statement.guards, (claim,))
    return {**certificate, "hash": plain.hash, "statement": statement_to_data(plain), "claims": [[position]]}, witness
