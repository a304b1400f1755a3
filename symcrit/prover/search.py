"""The ladder of attempts at a proof: letter orders, further letters, growing effort."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from symcrit.errors import NotGranted, TooLarge
from symcrit.kernel.poly import Poly
from symcrit.kernel.replay import poly_to_data
from symcrit.kernel.statement import RELATIONS, Claim, Statement
from symcrit.kernel.terms import Term
from symcrit.kernel.theory import Theory
from symcrit.prover.entries import Entries, applies
from symcrit.prover.inequalities import Inequalities
from symcrit.prover.problem import Order, Problem
from symcrit.prover.script import Script, Source
from symcrit.prover.witness import Unknown, put

MAX_LETTERS = 6
FIRST_LOOK = 50  # S-polynomials, before an inequality is looked at the second time
MAX_GRANTED = 500
MAX_SHORTENED = 300  # terms: longer certificates are left as they are found


def by_transpose(theory: Theory) -> list[str]:
    """Order letters, largest first: transposes, then inverses and pseudoinverses, then the declared ones."""
    return sorted(theory.algebra.types, key=lambda letter: (letter.endswith("'"), "(" in letter, letter), reverse=True)


def by_name(theory: Theory) -> list[str]:
    """Order letters, largest first: the declared ones before inverses and pseudoinverses, transposes first in each."""
    return sorted(theory.algebra.types, key=lambda letter: ("(" not in letter, letter.endswith("'"), letter),
                  reverse=True)


def by_declaration(theory: Theory) -> list[str]:
    """Order letters, largest first: the later declared or introduced the larger, transposes before their letter."""
    names = list(theory.algebra.types)
    return sorted(names, key=lambda letter: (names.index(letter.rstrip("'")), letter.endswith("'")), reverse=True)


@dataclass(frozen=True)
class Won:
    """A proved claim: the letters its proof introduces, and how to write it."""

    letters: list[list[Any]]
    write: Source


@dataclass(frozen=True)
class Attempt:
    """What one attempt adds to the statement's own letters, and how far it goes (in S-polynomials)."""

    effort: int
    order: Order = by_transpose
    abbreviations: bool = False  # the author's `let`s as letters
    products: bool = False  # pseudoinverses of further products
    ranks: bool = False  # pseudoinverses of the claims, whose traces are their ranks


LADDER = (
    (Attempt(400),),
    (Attempt(3_000, abbreviations=True), Attempt(3_000), Attempt(1_500, ranks=True),
     Attempt(4_000, abbreviations=True, products=True)),
    (Attempt(20_000, abbreviations=True), Attempt(12_000, by_declaration), Attempt(12_000),
     Attempt(20_000, by_declaration, abbreviations=True, products=True), Attempt(6_000, ranks=True, products=True)),
)


INEQUALITIES = (  # after the attempts of the same rung
    (Attempt(400),),
    (Attempt(3_000, abbreviations=True), Attempt(3_000)),
    (Attempt(12_000, abbreviations=True), Attempt(12_000, by_declaration), Attempt(12_000)),
)


class Prover:
    """Works on the claims of a statement, one rung of the ladder at a time; keeps what is won."""

    def __init__(self, statement: Statement, deadline: float | None = None) -> None:
        self.statement = statement
        self.deadline = deadline
        self.won: dict[int, Won] = {}
        self.witnesses: dict[int, Term] = {}  # of the won claims with an unknown
        self.spolys = 0
        self.contradictory = False

    @property
    def done(self) -> bool:
        return len(self.won) == len(self.statement.claims)

    def climb(self, rung: int) -> bool:
        """Make the attempts of a rung; tell whether all claims are won."""
        if rung == 1 and not self.done and applies(self.statement):
            self._by_entries()
        for attempt in LADDER[rung]:
            if not self._open(("=",)) or self._late():
                break
            if attempt.abbreviations and not self._abbreviations():
                continue
            self._attempt(attempt)
        for attempt in INEQUALITIES[rung] if self._has_inequalities() else ():
            if self.done or self._late():
                break
            if not attempt.abbreviations or self._abbreviations():
                self._attempt_inequalities(attempt)
        return self.done

    def _open(self, relations: Sequence[str] = RELATIONS) -> dict[int, Claim]:
        """List the claims that are not won, of certain relations."""
        return {number: claim for number, claim in enumerate(self.statement.claims)
                if number not in self.won and claim.equation.relation in relations}

    def _has_inequalities(self) -> bool:
        claims = (claim.equation for claim in self.statement.claims)
        return any(equation.relation != "=" for equation in (*claims, *self.statement.hypotheses))

    def certificate(self) -> dict[str, Any]:
        """Write the certificate of a statement whose claims are all won; of a short one, try for a shorter one."""
        best = self._write()
        if self.spolys <= LADDER[0][0].effort and _length(best) <= MAX_SHORTENED:
            for order in (by_declaration, by_name):
                other = Prover(self.statement, self.deadline)
                other._attempt(Attempt(LADDER[0][0].effort, order))
                if other.done and _length(found := other._write()) < _length(best):
                    best, self.witnesses = found, other.witnesses
        return best

    def _write(self) -> dict[str, Any]:
        script = Script()
        letters: list[list[Any]] = []
        claims = []
        for number in range(len(self.statement.claims)):
            won = self.won[number]
            letters += [letter for letter in won.letters if letter not in letters]
            claims.append((won.write(script), self.witnesses.get(number)))
        return script.certificate(self.statement, letters, claims)

    def _by_entries(self) -> None:
        """Prove a statement of literal sizes entry by entry."""
        try:
            entries = Entries(Theory(self.statement), by_transpose, self.deadline)
            proved = entries.run(LADDER[1][0].effort)
        except TooLarge:
            return
        if proved:
            for number in range(len(self.statement.claims)):
                self.won.setdefault(number, Won([], partial(entries.write, number=number)))
        self.spolys += entries.completion.spolys

    def contradicts(self) -> bool:
        """Tell whether the hypotheses are found to contradict each other (looking a little further)."""
        if not self.contradictory:
            with suppress(TooLarge):
                problem = Problem(Theory(self.statement), by_transpose, {}, deadline=self.deadline)
                while problem.completion.queue and problem.completion.spolys < LADDER[0][0].effort:
                    problem.completion.step()
                self.contradictory = problem.contradictory
        if not self.contradictory and self._has_inequalities():
            with suppress(TooLarge):
                inequalities = Inequalities(Theory(self.statement), by_transpose, self.deadline)
                inequalities.complete(LADDER[0][0].effort)
                self.contradictory = inequalities.contradictory
        return self.contradictory

    def _late(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline

    def _abbreviations(self) -> list[tuple[str, Any]]:
        return [(name, term) for name, term in self.statement.lets
                if term.args and term.shape not in (None, (1, 1))]

    def _attempt(self, attempt: Attempt) -> None:
        """Set up a problem of the open claims with the letters of an attempt, work on it, and keep what is won."""
        theory = Theory(self.statement)
        if len(theory.granted) > MAX_GRANTED:
            raise TooLarge(f"more than {MAX_GRANTED} hypotheses, properties and guards")
        letters = self._define(theory) if attempt.abbreviations else []
        claims = self._open(("=",))
        unknowns = {k: Unknown(theory, claim) for k, claim in claims.items() if claim.unknown is not None}
        polys = {k: theory.difference(claim.equation) for k, claim in claims.items() if k not in unknowns}
        arguments: list[Poly] = []
        if attempt.products or unknowns:
            arguments += _products(theory, list(polys.values()), 3 if attempt.products else 1)
        arguments += [side for unknown in unknowns.values() for side in unknown.around() or ()
                      if list(side.terms) != [((), ())]]
        arguments += polys.values() if attempt.ranks else ()
        for poly in arguments:
            before = len(theory.penrose)
            theory.pinv(poly)
            letters += [["pinv", poly_to_data(poly)]] if len(theory.penrose) > before else []
        try:
            problem = Problem(theory, attempt.order, polys, ranks=attempt.ranks, deadline=self.deadline)
        except TooLarge:
            return
        with suppress(TooLarge):  # what was won before is kept
            self._run(problem, unknowns, attempt.effort)
        self._keep(problem, letters)

    def _attempt_inequalities(self, attempt: Attempt) -> None:
        """Work on the open claims with what the inequalities among the hypotheses and claims say."""
        theory = Theory(self.statement)
        if len(theory.granted) + len(theory.inequalities) > MAX_GRANTED:
            raise TooLarge(f"more than {MAX_GRANTED} hypotheses, properties and guards")
        letters = self._define(theory) if attempt.abbreviations else []
        with suppress(TooLarge):
            inequalities = Inequalities(theory, attempt.order, self.deadline)
            for reach, effort in enumerate((0, FIRST_LOOK, attempt.effort)):
                inequalities.complete(effort)
                for number, claim in self._open().items():
                    source = None if claim.unknown else inequalities.prove(claim.equation, reach)
                    if source is not None:
                        self.won[number] = Won(letters, source)
                if self.done or self._late():
                    break
            self.spolys += inequalities.completion.spolys

    def _define(self, theory: Theory) -> list[list[Any]]:
        """Make the author's abbreviations letters; return them as the certificate names them."""
        letters: list[list[Any]] = []
        for name, term in self._abbreviations():
            try:
                poly = theory.lower(term)
            except NotGranted:
                continue  # an unused line: its guards are not granted
            if poly.terms and list(poly.terms) != [((), ())]:
                theory.define(f"let.{name}", poly)
                letters.append(["let", f"let.{name}", poly_to_data(poly)])
        return letters

    def _keep(self, problem: Problem, letters: list[list[Any]]) -> None:
        self.contradictory = self.contradictory or problem.contradictory
        self.spolys += problem.completion.spolys
        for number, target in problem.targets.items():
            if target.won is not None:
                self.won[number] = Won(letters, partial(problem.write, target=target))
                if target.witness is not None:
                    self.witnesses[number] = target.witness

    def _run(self, problem: Problem, unknowns: dict[int, Unknown], effort: int) -> None:
        """Complete until all targets are won, the effort is spent or nothing is left to do."""
        completion = problem.completion
        checkpoint = 0
        while True:
            if completion.spolys >= checkpoint or not completion.queue:
                if self._deepen(problem, unknowns) or self._late():
                    return
                checkpoint = max(25, 2 * completion.spolys)
            if not completion.queue or completion.spolys >= effort:
                break
            rule = completion.step()
            if rule is not None and problem.check(rule) and not unknowns:
                return
            if completion.spolys % 256 == 0 and self._late():
                return
        if not self._deepen(problem, unknowns):
            problem.deepen_traces()

    def _deepen(self, problem: Problem, unknowns: dict[int, Unknown]) -> bool:
        for number, unknown in list(unknowns.items()):
            witness = unknown.solve(problem.alphabet, problem.completion)
            if witness is not None:
                poly = problem.theory.difference(put(unknown.claim, witness))
                problem.add_target(number, poly, witness)
                del unknowns[number]
        done = problem.check() or problem.deepen()
        return done and not unknowns


def _length(certificate: dict[str, Any]) -> int:
    return sum(len(step[4]) for step in certificate["steps"] if step[0] == "combine")


def _products(theory: Theory, claims: list[Poly], length: int) -> list[Poly]:
    """List products of declared letters (up to a length, the longest first) that have no pseudoinverse yet."""
    declared = [d.name for d in theory.statement.declarations if d.shape is not None]
    counts: Counter[tuple[str, ...]] = Counter()
    for poly in [*theory.granted.values(), *claims]:
        for _, word in poly.terms:
            for start in range(len(word)):
                for end in range(start + 1, min(start + length, len(word)) + 1):
                    if all(letter in declared for letter in word[start:end]):
                        counts[word[start:end]] += 1
    if length == 1:
        counts.update((name,) for name in declared)
    arguments = [*theory.penrose.values(), *theory.inverses.values()]
    known = [next(iter(argument.terms))[1] for argument in arguments if len(argument.terms) == 1]
    fresh = sorted((word for word in counts if word not in known), key=lambda word: (-len(word), -counts[word], word))
    types = theory.algebra.types
    return [theory.algebra.word(word, types[word[0]][0], types[word[-1]][1]) for word in fresh[:MAX_LETTERS]]
