"""Writing certificates: from combinations found by completion to the plain steps that the kernel replays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush
from typing import Any

from symcrit.kernel.data import statement_to_data, terms_to_data
from symcrit.kernel.poly import Number, Poly
from symcrit.kernel.replay import KIND, SCHEMA_VERSION, central_to_data, poly_to_data
from symcrit.kernel.statement import Statement
from symcrit.kernel.terms import Shape, Term
from symcrit.prover.alphabet import Alphabet, merge
from symcrit.prover.completion import Completion, Step

Source = Callable[["Script"], int]  # writes the steps of a given fact, returns the number of the last one
MAX_FLAT = 30_000


def transposed(source: Source) -> Source:
    """Return the source of the transpose of a fact."""
    return lambda script: script.write("transpose", source(script))


def step(*parts: Any) -> Source:
    """Return the source of a fact that is one step of its own."""
    return lambda script: script.write(*parts)


class Script:
    """Steps of a certificate, each written once."""

    def __init__(self) -> None:
        self.steps: list[list[Any]] = []
        self._numbers: dict[str, int] = {}

    def write(self, *step: Any) -> int:
        """Append a step unless it is there already; return its number."""
        key = repr(step)
        if key not in self._numbers:
            self._numbers[key] = len(self.steps)
            self.steps.append(list(step))
        return self._numbers[key]

    def combine(self, shape: Shape, summands: Sequence[Sequence[Any]], relation: str = "=") -> int:
        """Append a combination of earlier steps."""
        return self.write("combine", *shape, relation, [list(summand) for summand in summands])

    def vanish(self, square: int, poly: Poly) -> int:
        """From E'E = 0 or EE' = 0 (a step) conclude E = 0."""
        return self.write("vanish", self.write("trace", square), poly_to_data(poly))

    def certificate(self, statement: Statement, letters: list[list[Any]],
                    claims: Sequence[tuple[int, Term | None]]) -> dict[str, Any]:
        """Put the whole certificate together."""
        return {
            "kind": KIND, "schema_version": SCHEMA_VERSION, "hash": statement.hash,
            "statement": statement_to_data(statement), "lemmas": [], "letters": letters, "steps": self.steps,
            "claims": [[step] if witness is None else [step, terms_to_data([witness])[0]] for step, witness in claims],
        }


class Writer:
    """Writes the combination behind a reduction, given the sources of the facts from outside."""

    def __init__(self, completion: Completion, sources: dict[int, Source]) -> None:
        self.completion = completion
        self.alphabet: Alphabet = completion.alphabet
        self.sources = sources

    def write(self, script: Script, steps: Sequence[Step], shape: Shape) -> int:
        """Write the sum of steps as one combination of given facts, or in stages where that is shorter."""
        flat = self._flatten(steps)
        staged, uses = self._stages(steps)
        if flat is not None and len(flat) <= sum(map(len, staged.values())) + len(steps):
            return self._combine(script, flat, shape, {})
        numbers: dict[int, int] = {}
        for fact in sorted(staged):
            numbers[fact] = self._combine(script, staged[fact], uses[fact], numbers)
        return self._combine(script, self._inline(steps, staged), shape, numbers)

    def _combine(self, script: Script, steps: Sequence[Step], shape: Shape, numbers: dict[int, int]) -> int:
        summands = []
        for value, left, fact, right in steps:
            number = numbers[fact] if fact in numbers else self.sources[fact](script)
            central, word = self.alphabet.split(left)
            summands.append([str(value), central_to_data(self.alphabet.decode_central(central)),
                             self.words(word), number, self.words(right)])
        return script.combine(shape, summands)

    def words(self, word: str) -> str:
        """Return a word as certificates spell it."""
        return " ".join(self.alphabet.word(word))

    def _glues(self, fact: int, left: str, right: str) -> bool:
        """Tell whether the words around a fact meet its own words; a scalar fact may multiply any word."""
        if self.completion.shapes[fact] != (1, 1):
            return True
        word = self.alphabet.split(left)[1]
        return self.alphabet.cols[word[-1]] == 1 if word else not right or self.alphabet.rows[right[0]] == 1

    def _flatten(self, steps: Sequence[Step]) -> list[Step] | None:
        """Expand derived facts, newest first, equal cofactors merged; None if that grows too long."""
        pool: dict[int, dict[tuple[str, str], Number]] = {}
        for step in steps:
            _collect(pool, step, "", "", 1, self.alphabet)
        result: list[Step] = []
        heap = [-fact for fact in pool]
        heapify(heap)
        size = 0
        while heap:
            fact = -heappop(heap)
            cofactors = {key: value for key, value in pool.pop(fact, {}).items() if value}
            proof = self.completion.facts[fact]
            if proof is None:
                result += [(value, left, fact, right) for (left, right), value in cofactors.items()]
                continue
            size += len(cofactors) * len(proof)
            if size > MAX_FLAT:
                return None
            for (left, right), value in cofactors.items():
                if not self._glues(fact, left, right):
                    return None
                for step in proof:
                    if step[2] not in pool:
                        heappush(heap, -step[2])
                    _collect(pool, step, left, right, value, self.alphabet)
        return result

    def _stages(self, steps: Sequence[Step]) -> tuple[dict[int, list[Step]], dict[int, Shape]]:
        """Collect the derived facts that are worth a step of their own, with their combinations and shapes."""
        order: list[int] = []
        uses: dict[int, int] = {}
        stack = list(steps)
        while stack:
            _, left, fact, right = stack.pop()
            first = fact not in uses
            uses[fact] = uses.get(fact, 0) + (1 if self._glues(fact, left, right) else 2)
            proof = self.completion.facts[fact]
            if first and proof is not None:
                order.append(fact)
                stack += proof
        staged: dict[int, list[Step]] = {}
        shapes: dict[int, Shape] = {}
        inlined: dict[int, list[Step]] = {}
        for fact in sorted(order):
            combination = self._inline(self.completion.facts[fact] or [], {}, inlined)
            if uses[fact] == 1 or (len(combination) == 1 and self.completion.shapes[fact] != (1, 1)):
                inlined[fact] = combination
            else:
                staged[fact] = combination
                shapes[fact] = self.completion.shapes[fact]
        self._inlined = inlined
        return staged, shapes

    def _inline(self, steps: Sequence[Step], staged: dict[int, list[Step]],
                inlined: dict[int, list[Step]] | None = None) -> list[Step]:
        inlined = self._inlined if inlined is None else inlined
        pool: dict[int, dict[tuple[str, str], Number]] = {}
        for value, left, fact, right in steps:
            inner = inlined.get(fact) if fact not in staged else None
            if inner is None:
                _collect(pool, (value, left, fact, right), "", "", 1, self.alphabet)
            else:
                for step in inner:
                    _collect(pool, step, left, right, value, self.alphabet)
        return [(value, left, fact, right) for fact, cofactors in pool.items()
                for (left, right), value in cofactors.items() if value]


def _collect(pool: dict[int, dict[tuple[str, str], Number]], step: Step, left: str, right: str, factor: Number,
             alphabet: Alphabet) -> None:
    """Add factor * left * step * right to a pool of cofactors."""
    value, inner_left, fact, inner_right = step
    if left:
        c1, w1 = alphabet.split(left)
        c2, w2 = alphabet.split(inner_left)
        inner_left = merge(c1, c2) + w1 + w2
    cofactors = pool.setdefault(fact, {})
    key = inner_left, inner_right + right
    cofactors[key] = cofactors.get(key, 0) + value * factor
