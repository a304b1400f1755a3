"""Literal sizes: a statement about, say, 2 x 2 matrices is one about their entries, and entries commute.

With the standard basis e_1 ... e_n of a literal size, every claim is the sum of e_i (e_i' claim e_j) e_j', and
every e_i' A B e_j is the sum of (e_i' A e_k) (e_k' B e_j). So all becomes commutative algebra in the entries,
which the completion does with central letters only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from symcrit.kernel.poly import Central, Number, Poly, Word
from symcrit.kernel.replay import central_to_data
from symcrit.kernel.statement import Statement
from symcrit.kernel.terms import Size
from symcrit.kernel.theory import Theory
from symcrit.prover.alphabet import Alphabet
from symcrit.prover.completion import Completion, Goal
from symcrit.prover.problem import Order
from symcrit.prover.script import Script, Source, Writer, step

MAX_SIZE = 4
MAX_EXPANSIONS = 20_000


def applies(statement: Statement) -> bool:
    """Tell whether all sizes are small literals, one of them more than 1, and all claims are plain equations."""
    sizes = [size for d in statement.declarations for size in d.shape or ()]
    literal = all(isinstance(size, int) and size <= MAX_SIZE for size in sizes)
    return literal and any(size != 1 for size in sizes) and all(
        claim.unknown is None and claim.equation.relation == "=" for claim in statement.claims)


class Entries:
    """A statement of literal sizes, entry by entry."""

    def __init__(self, theory: Theory, order: Order, deadline: float | None = None) -> None:
        self.theory = theory
        self.ring = theory.algebra
        sizes = {size for shape in self.ring.types.values() for size in shape if isinstance(size, int) and size > 1}
        for size in sorted(sizes):
            theory.unit(size, 1)
        self.alphabet = Alphabet(self.ring.types, order(theory))
        self.completion = Completion(self.alphabet, deadline)
        self.sources: dict[int, Source] = {}
        self._expanded: set[str] = set()
        for size in sorted(sizes):
            for i in range(1, size + 1):
                for j in range(i, size + 1):
                    product = self._entry(self.ring.constant(size, 1), i, j)
                    delta = self.ring.constant(1, -1 if i == j else 0)
                    self._give(self.ring.add(product, delta), step("units", size, i, j))
        for poly, source in self._granted():
            for i, j in self._places(poly):
                self._give(self._entry(poly, i, j), self._entry_source(poly, source, i, j))
        claims = [theory.difference(claim.equation) for claim in theory.statement.claims]
        self.goals = [(poly, {place: self._goal(self._entry(poly, *place)) for place in self._places(poly)})
                      for poly in claims]

    def _granted(self) -> Iterator[tuple[Poly, Source]]:
        for name, poly in self.theory.granted.items():
            yield poly, step("assume", name)
        for letter in self.theory.penrose:
            for number in (1, 2, 3, 4):
                yield self.theory.penrose_equation(letter, number), step("penrose", letter, number)

    # ---- entries as scalar polynomials

    def _places(self, poly: Poly) -> list[tuple[int, int]]:
        """List the entries of a shape; 0 stands for the only row or column of size 1."""
        rows = [0] if poly.rows == 1 else range(1, int(poly.rows) + 1)
        cols = [0] if poly.cols == 1 else range(1, int(poly.cols) + 1)
        return [(i, j) for i in rows for j in cols]

    def _unit(self, size: Size, number: int) -> Word:
        return (self.theory.unit(int(size), number),) if number else ()

    def _entry(self, poly: Poly, i: int, j: int) -> Poly:
        ring = self.ring
        for word, left in ((self._unit(poly.rows, i), True), (self._unit(poly.cols, j), False)):
            if word:
                vector = ring.letter(word[0])
                poly = ring.mul(ring.transpose(vector), poly) if left else ring.mul(poly, vector)
        return poly

    def _entry_source(self, poly: Poly, source: Source, i: int, j: int) -> Source:
        left = "".join(letter + "'" for letter in self._unit(poly.rows, i))
        right = "".join(self._unit(poly.cols, j))
        sizes = [int(size) for size, number in ((poly.rows, i), (poly.cols, j)) if number]

        def write(script: Script) -> int:
            for size in sizes:
                script.write("units", size, 0, 0)  # introduces the unit vectors that the next step names
            return script.combine((1, 1), [["1", [], left, source(script), right]])

        return write

    def _give(self, poly: Poly, source: Source) -> None:
        goal = self._goal(poly)
        self.sources[self.completion.give(self.alphabet.encode(poly, central_traces=True), (1, 1))] = source
        self._expand(goal)

    def _goal(self, poly: Poly) -> Goal:
        goal = Goal((1, 1), self.alphabet.encode(poly, central_traces=True))
        self._expand(goal)
        return goal

    def _expand(self, goal: Goal) -> None:
        """Give the expansion of every trace of a goal in traces of single entries."""
        todo = [char for monomial in goal.rest for char in self.alphabet.split(monomial)[0]]
        while todo:
            char = todo.pop()
            if char in self._expanded or char not in self.alphabet.cycles:
                continue
            self._expanded.add(char)
            if len(self._expanded) > MAX_EXPANSIONS:
                return
            word = self.alphabet.word(self.alphabet.cycles[char])
            fact = self._expansion(word)
            if fact is not None:
                poly, source = fact
                terms = self.alphabet.encode(poly, central_traces=True)
                self.sources[self.completion.give(terms, (1, 1))] = source
                todo += [other for monomial in terms for other in self.alphabet.split(monomial)[0]]

    def _expansion(self, cycle: Word) -> tuple[Poly, Source] | None:
        """Put I = sum e_k e_k' into a cyclic word at a place between two letters that are not units."""
        types = self.ring.types
        for turn in range(len(cycle)):
            word = cycle[turn:] + cycle[:turn]
            size = types[word[0]][0]
            if size == 1 or word[0].startswith("unit.") or word[-1].startswith("unit."):
                continue
            ring = self.ring
            matrix = ring.word(word, size, size)
            vectors = [ring.letter(self.theory.unit(int(size), k)) for k in range(1, int(size) + 1)]
            parts = [ring.scale(-1, ring.mul(ring.mul(ring.transpose(e), matrix), e)) for e in vectors]
            poly = ring.add(ring.trace(matrix), *parts)

            def source(script: Script, size: Size = size, word: Word = word) -> int:
                units = script.write("units", size, 0, 0)
                return script.write("trace", script.combine((size, size), [["1", [], "", units, " ".join(word)]]))

            return poly, source
        return None

    # ---- proof

    def run(self, effort: int) -> bool:
        """Complete until every entry of every claim is zero or the effort is spent."""
        while not self._check():
            if not self.completion.queue or self.completion.spolys >= effort:
                return False
            for _ in range(20):
                if self.completion.queue:
                    self.completion.step()
        return True

    def _check(self) -> bool:
        done = True
        for _, entries in self.goals:
            for goal in entries.values():
                if goal.rest:
                    self.completion.reduce_goal(goal)
                done = done and not goal.rest
        return done

    def write(self, script: Script, number: int) -> int:
        """Write the proof of a claim: it is the sum of e_i (entry) e_j'."""
        poly, entries = self.goals[number]
        writer = Writer(self.completion, self.sources)
        shown = {place: writer.write(script, goal.steps, (1, 1)) for place, goal in entries.items()}
        if poly.is_scalar:
            return shown[0, 0]
        summands: list[list[Any]] = []
        if poly.rows != 1:
            units = script.write("units", poly.rows, 0, 0)
            summands += [_summand(value, central, (), units, word) for (central, word), value in poly.terms.items()]
        rows = [0] if poly.rows == 1 else list(range(1, int(poly.rows) + 1))
        if poly.cols != 1:
            units = script.write("units", poly.cols, 0, 0)
            for i in rows:
                outer = self._outer(poly.rows, i)
                summands += [_summand(value, central, outer + word, units, ())
                             for (central, word), value in poly.terms.items()]
        for (i, j), number in shown.items():
            right = tuple(letter + "'" for letter in self._unit(poly.cols, j))
            summands.append(_summand(1, (), self._unit(poly.rows, i), number, right))
        return script.combine(poly.shape, summands)

    def _outer(self, size: Size, number: int) -> Word:
        return tuple(part for letter in self._unit(size, number) for part in (letter, letter + "'"))


def _summand(value: Number, central: Central, left: Word, fact: int, right: Word) -> list[Any]:
    return [str(value), central_to_data(central), " ".join(left), fact, " ".join(right)]
