"""The verdict of one step, from the kernel's theorem or counterexample, with what to say where there is none."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from symcrit.checker.compose import Composer, NotShown
from symcrit.checker.library import Home, Unresolved
from symcrit.checker.search import PROVE
from symcrit.checker.search import REFUTE as REFUTE_FIRST
from symcrit.checker.statements import Part, Statements
from symcrit.checker.store import instance_from_json
from symcrit.errors import CertificateError, InputError, TooLarge
from symcrit.kernel.evaluate import Instance, value_of, violated
from symcrit.kernel.matrices import Value
from symcrit.kernel.statement import Claim, Statement
from symcrit.kernel.text import equation_text, text
from symcrit.lang.proof import CHECK, GAP, ILL_FORMED, INSTANCE, OPEN, REFUTE, UNUSABLE, Assumption
from symcrit.lang.tokens import shorten
from symcrit.report.outcome import CHECKED, Proof, StepOutcome
from symcrit.report.result import NOT_ESTABLISHED, PROVED, REFUTED, matrix_text, summary

if TYPE_CHECKING:
    from symcrit.checker.run import Run

QUICK_EFFORT = 2_000  # candidate instances, to say why a step without a certificate fails
QUICK_BUDGET = 10.0  # seconds, at most


@dataclass
class Judge:
    """Judges steps, each once."""

    statements: Statements
    composer: Composer
    run: Run
    _outcomes: dict[Home, StepOutcome] = field(default_factory=dict)

    def outcome(self, home: Home) -> StepOutcome:
        """Return the outcome of a step."""
        started = time.monotonic()
        stack = [home]
        while stack:  # what a step uses comes first, so that long proofs do not recurse deeply
            needed = [use for use in self._uses(stack[-1]) if use not in self._outcomes]
            if stack[-1] not in self._outcomes and not needed:
                outcome = self._judge(stack[-1])
                self._outcomes[stack[-1]] = replace(outcome, seconds=time.monotonic() - started)
            stack = stack + needed if needed else stack[:-1]
        return self._outcomes[home]

    def _uses(self, home: Home) -> list[Home]:
        if home in self._outcomes or home.step.kind in (GAP, OPEN, *UNUSABLE):
            return []
        try:
            return [use for use in self.composer.shown(home).uses if isinstance(use, Home)]
        except (NotShown, InputError, TooLarge):
            return []

    def _judge(self, home: Home) -> StepOutcome:
        step = home.step
        by = None if step.by is None else tuple(reference.name for reference in step.by)
        blank = StepOutcome(home.file.path, home.theorem.name, step.label, step.kind, step.line, NOT_ESTABLISHED, False,
                            by=by, settles=step.settles, column=step.column)
        try:
            blank = replace(blank, claim=self._claim_text(home))
            blank = replace(blank, statement_hash=self.statements.pin(home).split()[1])
            judge = {REFUTE: self._refute, CHECK: self._check, GAP: self._gap, OPEN: self._gap,
                     INSTANCE: self._instance, ILL_FORMED: self._ill_formed}
            return self._pinned(home, self._allowed(home, judge.get(step.kind, self._show)(home, blank)))
        except Unresolved as error:
            return self._unresolved(home, blank, error)
        except (InputError, TooLarge) as error:
            return replace(blank, code="ill_formed", reason=str(error))

    def _unresolved(self, home: Home, blank: StepOutcome, error: Unresolved) -> StepOutcome:
        """Say which name stands for nothing, in this step or in another one that it rests on."""
        for below in self.statements.order(home)[:-1]:
            if not self.statements.stands(below):
                if home in self.statements.order(below):
                    return replace(blank, code="unknown_lemma", reason="this step rests on itself, through lemmas")
                return replace(blank, code="rests_on_failed",
                               reason=f"rests on {_name(below, home)}, which is not established")
        return replace(blank, code=error.code, reason=error.message, suggestion=error.suggestion,
                       line=error.line or blank.line, column=error.column or blank.column)

    def _claim_text(self, home: Home) -> str:
        step = home.step
        if step.kind == INSTANCE:
            says = f"has {step.predicate} = {step.expected}"
            if isinstance(step.expected, bool):
                says = f"is {'' if step.expected else 'not '}{step.predicate}"
            return f'"{step.file}" {says}'
        if step.kind == ILL_FORMED:
            return step.words
        claim = self.statements.claim(home)
        unknown = claim.unknown
        exists = f"exists {unknown.name} : {' x '.join(map(str, unknown.shape or ()))}. " if unknown else ""
        return exists + equation_text(claim.equation, home.theorem.names)

    # ---- steps to be shown

    def _show(self, home: Home, blank: StepOutcome) -> StepOutcome:
        try:
            shown = self.composer.shown(home)
        except NotShown as failure:
            return self._not_shown(home, blank, failure)
        theorem = shown.theorem
        below = [self.outcome(use) for use in shown.uses if isinstance(use, Home)]
        for outcome in below:
            if outcome.verdict not in (PROVED, GAP, OPEN):  # such as a gap that cites a label which is not there
                return replace(blank, code="rests_on_failed",
                               reason=f"rests on {outcome.label}, which is not established")
        rests_on = {name for outcome in below for name in outcome.rests_on}
        rests_on |= {f"fact {name}" for name in theorem.rests_on}
        rests_on |= {f"fact {use.fact}" for use in shown.uses if isinstance(use, Assumption) and use.fact}
        verdict = max([PROVED, *(outcome.verdict for outcome in below)], key=(PROVED, GAP, OPEN).index)
        uses = sorted({(use.line, use.label or f"line {use.line}") if isinstance(use, Assumption) else
                       (use.step.line if use.theorem is home.theorem else 0, _name(use, home)) for use in shown.uses})
        proofs = tuple(Proof(**summary(certificate)) for certificate in shown.certificates)
        closed = theorem.statement
        circular = closed.claims[0].unknown is None and closed.claims[0].equation in closed.hypotheses
        return replace(blank, verdict=verdict, success=True, proofs=proofs, uses=tuple(name for _, name in uses),
                       rests_on=tuple(sorted(rests_on)), guards=theorem.guards,
                       reason="its claim is one of the assumptions it reaches" if circular else "")

    def _not_shown(self, home: Home, blank: StepOutcome, failure: NotShown) -> StepOutcome:
        outcome = replace(blank, code=failure.code, reason=failure.reason)
        part = failure.part
        if failure.code == "stale_certificate":
            outcome = replace(outcome, suggestion="symcrit check --update searches for a new one")
        if part is None:
            return outcome
        outcome = replace(outcome, line=self._line(home, part))
        if failure.code != "no_certificate":
            return outcome
        found = self.run.found.get((PROVE, part.statement.hash))
        if home.step.kind == "use":
            return self._unmet(home, outcome, part, found.reason if found else "")
        witness = instance_from_json(found.witness) if found and found.witness else None
        if found is not None and witness is None:
            return replace(outcome, code="not_established", reason=found.reason, bug=found.bug)
        outcome = replace(outcome, suggestion="symcrit check --update searches for a proof and stores it")
        return self._why(home, outcome, part, witness)

    def _unmet(self, home: Home, outcome: StepOutcome, part: Part, reason: str) -> StepOutcome:
        """Name the first obligation of a `use` step that cannot be shown."""
        witness = _quick(part.statement)
        number = violated(part.statement, witness)[0] if witness else 1
        claim = part.statement.claims[number - 1]
        asked = f"the lemma asks for {equation_text(claim.equation, home.theorem.names)}"
        outcome = replace(outcome, code="unmet_obligation", reason=f"{asked}: {reason}" if reason else asked,
                          suggestion="show it in a step above, and cite that")
        return _with_witness(outcome, part.statement, witness, claim) if witness else outcome

    def _why(self, home: Home, outcome: StepOutcome, part: Part, witness: Instance | None) -> StepOutcome:
        """Say why there is no proof: the claim is false, or it does not follow from what is cited."""
        whole = self.statements.everything(home, part)
        everywhere = _quick(whole.statement)
        claim = part.statement.claims[0]
        if everywhere is not None:
            outcome = replace(outcome, verdict=REFUTED, code="refuted", suggestion="",
                              reason="the claim is false: a counterexample meets every assumption above")
            return _with_witness(outcome, whole.statement, everywhere, claim)
        witness = witness or _quick(part.statement)
        if witness is None:
            return outcome
        outcome = replace(outcome, code="insufficient_by", suggestion="cite what it needs",
                          reason="it does not follow from what it cites: a counterexample meets all of that")
        return _with_witness(outcome, part.statement, witness, claim)

    def _line(self, home: Home, part: Part) -> int:
        """Find the line of the relation that a part of a chain comes from."""
        lines = [link.line for link in home.step.links if link.claim == part.statement.claims[0]]
        return lines[0] if lines else home.step.line

    # ---- steps to be refuted, assumed or evaluated

    def _refute(self, home: Home, blank: StepOutcome) -> StepOutcome:
        part = self.statements.evaluated(home)
        statement = part.statement
        claim = statement.claims[0]
        if home.step.witness is not None:
            try:
                instance = _given(statement, home.step.witness)
                if violated(statement, instance):
                    return _with_witness(replace(blank, verdict=REFUTED, success=True), statement, instance, claim)
                reason = "the given witness satisfies the claim"
            except (CertificateError, InputError) as error:
                reason = f"the given witness does not do: {error}"
            return replace(blank, code="bad_witness", reason=reason,
                           suggestion="leave the witness out, and one is searched for")
        found = self.run.found.get((REFUTE_FIRST, statement.hash))
        known = self._counterexample(home, statement)
        if known is not None:
            return _with_witness(replace(blank, verdict=REFUTED, success=True), statement, known, claim)
        if found is None:
            from symcrit.prover.decide import decide

            decision = decide(statement, float("inf"), 1)
            if decision.theorem is None:
                return replace(blank, code="no_counterexample", reason="no counterexample is stored for this statement",
                               suggestion="symcrit check --update searches for one and stores it")
            found_proof = True
        else:
            found_proof = found.certificate is not None
        if found_proof:
            return replace(blank, verdict=PROVED, code="true_claim", reason="the claim is true: it has a proof",
                           suggestion="make it a step")
        return replace(blank, code="not_established", reason=found.reason if found else "")

    def _counterexample(self, home: Home, statement: Statement) -> Instance | None:
        """Return a counterexample that was found or is stored beside the file of a step, if the kernel agrees."""
        found = self.run.found.get((REFUTE_FIRST, statement.hash))
        candidates = [instance_from_json(found.witness)] if found and found.witness else []
        store = self.run.stores.get(Path(home.file.path))
        if store is not None and statement.hash in store.counterexamples and statement.hash not in self.run.fresh:
            candidates.append(store.counterexamples[statement.hash])
        return next((instance for instance in candidates if Judge.refutes(statement, instance)), None)

    def _check(self, home: Home, blank: StepOutcome) -> StepOutcome:
        from symcrit.checker.survey import LEAST, survey

        statement = self.statements.evaluated(home).statement
        found = survey(statement)
        if found.counterexample is not None:
            failed = replace(blank, verdict=REFUTED, code="refuted",
                             reason="the claim is false: a counterexample meets everything that it may use")
            return _with_witness(failed, statement, found.counterexample, statement.claims[0])
        if found.count < LEAST:
            return replace(blank, code="too_few_instances",
                           reason=f"only {found.count} instances that meet what is assumed were found, not {LEAST}")
        return replace(blank, verdict=CHECKED, success=True, reason=str(found))

    def _ill_formed(self, home: Home, blank: StepOutcome) -> StepOutcome:
        if not home.step.clash:
            return replace(blank, code="well_formed", reason="the sizes of this claim fit", suggestion="make it a step")
        return replace(blank, verdict=REFUTED, success=True, reason=home.step.clash)

    def _gap(self, home: Home, blank: StepOutcome) -> StepOutcome:
        return replace(blank, verdict=home.step.kind, success=True, rests_on=(f"{home.step.kind} {home.id}",),
                       reason="nothing shows this step; what uses it rests on it")

    def _instance(self, home: Home, blank: StepOutcome) -> StepOutcome:
        from symcrit.checker.instances import holds

        reason = holds(Path(home.file.path).parent / home.step.file, home.step)
        if reason:
            return replace(blank, verdict=REFUTED, code="refuted", reason=reason)
        return replace(blank, verdict=CHECKED, success=True)

    # ---- what is allowed and pinned

    def _allowed(self, home: Home, outcome: StepOutcome) -> StepOutcome:
        """Compare what a step rests on with the allow-list."""
        pins = self.run.pins[Path(home.file.path)]
        options = self.run.options
        for name in outcome.rests_on:
            kind, _, what = name.partition(" ")
            if kind == "fact" and what not in (*pins.facts, *options.permit):
                return replace(outcome, success=False, code="fact_not_allowed",
                               reason=f"rests on the named fact {what}",
                               suggestion=f"allow it with --permit {what}, or in pins.json")
            if kind in (GAP, OPEN) and not options.allow_gaps and pins.key(*what.split("::", 1)) not in pins.gaps:
                return replace(outcome, success=False, code="gap_not_allowed", reason=f"rests on the {kind} {what}",
                               suggestion="allow it with --allow-gaps, or in pins.json")
        return outcome

    def _pinned(self, home: Home, outcome: StepOutcome) -> StepOutcome:
        pins = self.run.pins[Path(home.file.path)]
        if not pins.exists or self.run.options.update:
            return outcome
        pin = pins.steps.get(pins.key(home.file.path, f"{home.theorem.name}::{home.step.label}"))
        now = self.statements.pin(home)
        if pin == now:
            return outcome
        code, what = "changed", f"this is not the statement that was pinned ({pin}; now {now})" if pin else ""
        if pin is None:
            code, what = "unpinned", "the statement of this step is not pinned"
        why = f"{outcome.reason}; {what}" if outcome.reason else what
        return replace(outcome, success=False, code=outcome.code or code, reason=why,
                       suggestion=outcome.suggestion or "if that is meant, symcrit check --update pins it")

    @staticmethod
    def meets(statement: Statement, instance: Instance) -> bool:
        """Tell whether an instance meets everything that a statement assumes."""
        try:
            violated(statement, instance)
        except (CertificateError, TooLarge):
            return False
        return True

    @staticmethod
    def refutes(statement: Statement, instance: Instance) -> bool:
        """Tell whether an instance meets everything that a statement assumes, and violates a claim."""
        try:
            return bool(violated(statement, instance))
        except (CertificateError, TooLarge):
            return False


def _name(use: Home, home: Home) -> str:
    """Name a step as short as the place of another step allows."""
    if use.theorem is home.theorem:
        return use.step.label
    return f"{use.theorem.name}::{use.step.label}" if use.file is home.file else use.id


def _quick(statement: Statement) -> Instance | None:
    from symcrit.prover.counterexample import find_counterexample

    found = find_counterexample(statement, QUICK_EFFORT, time.monotonic() + QUICK_BUDGET)
    return found[0] if found else None


def _with_witness(outcome: StepOutcome, statement: Statement, instance: Instance, claim: Claim) -> StepOutcome:
    """Add a counterexample, with the values of both sides of the claim."""
    values: tuple[str, ...] = ()
    if claim.unknown is None:
        names = {term: name for name, term in statement.lets if term.args}
        values = tuple(f"{shorten(text(term, names), 80)} = {matrix_text(value_of(statement, instance, term))}"
                       for term in (claim.equation.left, claim.equation.right))
    return replace(outcome, witness=instance, values=values)


def _given(statement: Statement, witness: Mapping[str, Value | Fraction]) -> Instance:
    """Make an instance of the matrices and scalars that the author gives; sizes follow."""
    sizes: dict[str, int] = {}
    scalars: dict[str, Fraction] = {}
    matrices: dict[str, Value] = {}
    for declaration in statement.declarations:
        value = witness.get(declaration.name)
        if value is None:
            raise InputError(f"no value is given for {declaration.name}")
        if declaration.shape is None:
            if not isinstance(value, Fraction):
                raise InputError(f"{declaration.name} is a scalar")
            scalars[declaration.name] = value
            continue
        matrices[declaration.name] = ((value,),) if isinstance(value, Fraction) else value
        shape = len(matrices[declaration.name]), len(matrices[declaration.name][0])
        for size, number in zip(declaration.shape, shape, strict=True):
            if isinstance(size, str) and sizes.setdefault(size, number) != number:
                raise InputError(f"{declaration.name} makes {size} = {number}, but it is {sizes[size]}")
    return Instance(sizes, scalars, matrices)
