"""One attempt at a proof: a theory's facts in a completion, its claims as goals, each with alternatives.

An alternative is a polynomial whose vanishing gives the claim: the claim itself, or, since matrices are
real, E'E, EE' or their traces. It knows how to write the last steps of the certificate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from symcrit.errors import LimitError, TooLarge
from symcrit.kernel.poly import Poly
from symcrit.kernel.replay import poly_to_data
from symcrit.kernel.terms import Term
from symcrit.kernel.theory import Theory
from symcrit.prover.alphabet import Alphabet
from symcrit.prover.closure import close_under_squares
from symcrit.prover.completion import Completion, Goal, Rule
from symcrit.prover.script import Script, Source, Writer, step, transposed
from symcrit.prover.squares import gram_letters, positive_hypotheses, positive_scalars, vanishing_squares
from symcrit.prover.traces import Traces

MAX_PIECES = 200  # 1 x 1 words made central letters
MAX_SQUARED = 30  # claims with more terms are not squared
Order = Callable[[Theory], list[str]]
Finish = Callable[[Script, int], int]  # from the step "alternative = 0" to the step "claim = 0"


@dataclass(eq=False)
class Alternative:
    """A goal that gives a claim once it is zero."""

    goal: Goal
    finish: Finish


@dataclass(eq=False)
class Target:
    """A claim with its alternatives; `won` is the one that became zero."""

    poly: Poly
    alternatives: list[Alternative]
    witness: Term | None = None
    won: Alternative | None = field(default=None)


class Problem:
    """Facts, goals and the completion between them; with `ranks`, claims have a pseudoinverse each."""

    def __init__(self, theory: Theory, order: Order, claims: dict[int, Poly], *, ranks: bool = False,
                 deadline: float | None = None) -> None:
        self.theory = theory
        self.ring = theory.algebra
        self.ranks = ranks
        granted: list[tuple[Poly, Source]] = [(poly, step("assume", name)) for name, poly in theory.granted.items()]
        derived = [fact for poly, source in granted for fact in vanishing_squares(theory, poly, source)]
        derived += gram_letters(theory)
        derived += positive_hypotheses(theory)
        derived += positive_scalars(theory, [poly for poly, _ in granted] + list(claims.values()))
        self.alphabet = Alphabet(self.ring.types, order(theory))
        self.completion = Completion(self.alphabet, deadline)
        self.sources: dict[int, Source] = {}
        self.traces = Traces(self.completion, self.sources)
        self._freed: set[str] = set()
        self.squared: set[str] = set()
        self.summed: set[int] = set()  # facts already looked at as sums of squares
        for poly, source in granted + derived:
            self.give(poly, source)
        for letter, poly in theory.definitions.items():
            definition = self.ring.add(self.ring.letter(letter), self.ring.scale(-1, poly))
            self.give(definition, step("definition", letter))
        for letter in theory.penrose:
            for number in (1, 2, 3, 4):
                self.give(theory.penrose_equation(letter, number), step("penrose", letter, number))
        self.targets: dict[int, Target] = {}
        for number, poly in claims.items():
            self.add_target(number, poly)

    # ---- facts

    def give(self, poly: Poly, source: Source) -> None:
        """Give a fact, its transpose, and for a scalar its form with traces as central letters."""
        if not poly.terms:
            return
        terms = self.alphabet.encode(poly)
        self.sources[self.completion.give(terms, poly.shape)] = source
        if poly.is_scalar:
            central = self.alphabet.encode(poly, central_traces=True)
            if central != terms:
                self.sources[self.completion.give(central, poly.shape)] = source
        flipped = self.ring.transpose(poly)
        if flipped.terms != poly.terms and flipped.terms != self.ring.scale(-1, poly).terms:
            number = self.completion.give(self.alphabet.encode(flipped), flipped.shape)
            self.sources[number] = transposed(source)
        elif poly.is_scalar:  # u'v is v'u
            mirrored = {self.alphabet.mirror(monomial): value for monomial, value in terms.items()}
            if mirrored != terms:
                self.sources[self.completion.give(mirrored, poly.shape)] = source

    # ---- goals

    def add_target(self, number: int, poly: Poly, witness: Term | None = None) -> None:
        """Take on a claim, given as the polynomial that must vanish."""
        self.targets[number] = Target(poly, self._alternatives(poly), witness)

    @property
    def contradictory(self) -> bool:
        """Tell whether the hypotheses were found to imply 1 = 0 or I(n) = 0."""
        return any(not rule.central and not rule.tail for rule in self.completion.units)

    def goal(self, poly: Poly) -> Goal:
        """Make a goal of a polynomial."""
        return Goal(poly.shape, self.alphabet.encode(poly))

    def _alternatives(self, poly: Poly) -> list[Alternative]:
        ring = self.ring
        found = [Alternative(self.goal(poly), lambda script, step: step)]
        if len(poly.terms) > MAX_SQUARED:
            return found
        try:
            return found + self._squares(poly, ring.transpose(poly))
        except (TooLarge, LimitError):
            return found

    def _squares(self, poly: Poly, flipped: Poly) -> list[Alternative]:
        """List the alternatives by squares: E'E, EE', (E'E)'(E'E), and traces."""
        ring = self.ring
        found: list[Alternative] = []
        for square in (ring.mul(flipped, poly), ring.mul(poly, flipped)):
            found.append(Alternative(self.goal(square), lambda script, step: script.vanish(step, poly)))
        square = ring.mul(flipped, poly)
        if len(square.terms) ** 2 <= MAX_SQUARED:
            found.append(Alternative(self.goal(ring.mul(square, square)), lambda script, step: script.vanish(
                script.vanish(step, square), poly)))
        if not poly.is_scalar and self.has_traces:
            found.append(Alternative(self.goal(ring.trace(square)),
                                     lambda script, step: script.write("vanish", step, poly_to_data(poly))))
        if self.ranks and poly.terms:
            found.append(self._by_rank(poly))
        return found

    @property
    def has_traces(self) -> bool:
        """Tell whether the hypotheses speak of traces."""
        return any(atom[0] == "tr" for poly in self.theory.granted.values() for central, _ in poly.terms
                   for atom, _ in central)

    def _by_rank(self, poly: Poly) -> Alternative:
        """With X = pinv(E): the trace of EX is the rank of E; if it is 0, EX = 0 and E = EXE = 0."""
        ring = self.ring
        letter = self.theory.pinv(poly)
        projector = ring.mul(poly, letter)
        name = next(name for name, argument in self.theory.penrose.items()
                    if argument in (poly, ring.transpose(poly)))

        def finish(script: Script, step: int) -> int:
            zero = script.write("vanish", step, poly_to_data(projector))
            penrose = script.write("penrose", name, 1)
            if self.theory.penrose[name] != poly:
                penrose = script.write("transpose", penrose)
            summands: list[list[object]] = [["-1", [], "", penrose, ""]]
            for term in poly_to_data(poly)[2]:
                summands.append([term[0], term[1], "", zero, term[2]])
            return script.combine(poly.shape, summands)

        return Alternative(self.goal(ring.trace(ring.mul(ring.transpose(projector), projector))), finish)

    # ---- progress

    def check(self, rule: Rule | None = None) -> bool:
        """Reduce the open goals (those that a new rule touches); tell whether all targets are won."""
        for target in self.targets.values():
            if target.won is not None:
                continue
            for alternative in target.alternatives:
                goal = alternative.goal
                if rule is None or any(rule.word in monomial for monomial in goal.rest):
                    self.completion.reduce_goal(goal)
                if not goal.rest:
                    target.won = alternative
                    break
        return all(target.won for target in self.targets.values())

    def deepen(self) -> bool:
        """Bring in what completion does not: 1 x 1 pieces as scalars, relations between traces, squares."""
        for target in self.targets.values():
            for alternative in target.alternatives if target.won is None else ():
                self.settle(alternative.goal)
        return self.check() or (close_under_squares(self) and self.check())

    def settle(self, goal: Goal) -> None:
        """Bring in what the normal form of one goal needs: its 1 x 1 pieces as scalars, relations between traces."""
        self._free_pieces(goal)
        self.traces.work_on(goal)

    def deepen_traces(self) -> bool:
        """Bring in relations between longer traces; for when nothing else is left to do."""
        for work in (self.traces.lift, self.traces.work_on):
            for target in self.targets.values():
                for alternative in target.alternatives if target.won is None else ():
                    work(alternative.goal)
            if self.check():
                return True
            self.traces.overlap()
        return False

    def _free_pieces(self, goal: Goal) -> None:
        """Make the 1 x 1 pieces of a goal central letters, so that they commute and equal their transposes."""
        if not self.alphabet.has_one:
            return
        pieces = [piece for monomial in goal.rest for piece in self.alphabet.pieces(monomial, goal.shape[0])]
        for piece in dict.fromkeys(pieces):
            if piece not in self._freed and len(self._freed) < MAX_PIECES:
                letter, _ = self.alphabet.trace(piece, 1)
                for word in {piece: None, self.alphabet.flip(piece): None}:
                    self._freed.add(word)
                    self.sources[self.completion.give({word: 1, letter: -1}, (1, 1))] = _nothing
        self.completion.reduce_goal(goal)

    def write(self, script: Script, target: Target) -> int:
        """Write the proof of a won target; return its last step."""
        if target.won is None:
            raise ValueError("the target is not won")
        writer = Writer(self.completion, self.sources)
        return target.won.finish(script, writer.write(script, target.won.goal.steps, target.won.goal.shape))


def _nothing(script: Script) -> int:
    """A fact whose polynomial the kernel's normal form makes 0 at once."""
    return script.combine((1, 1), [])
