"""Traces: facts tr(l f r) = 0 that connect the cyclic words of a goal.

Reducing one representative of a cyclic word is not confluent. So every trace in question gets *all* its
one-step reductions, in every rotation and transposition, as linear facts; eliminating among them is the
business of the completion, where a trace is a central letter.
"""

from __future__ import annotations

from symcrit.kernel.poly import Number
from symcrit.prover.alphabet import Alphabet, Terms
from symcrit.prover.completion import Completion, Goal, Rule
from symcrit.prover.script import Script, Source, Writer

MAX_TRACES = 400
MAX_PAIRS = 40_000


class Traces:
    """Gives a completion the relations between traces, on demand."""

    def __init__(self, completion: Completion, sources: dict[int, Source]) -> None:
        self.completion = completion
        self.alphabet: Alphabet = completion.alphabet
        self.sources = sources
        self._seen: dict[str, set[tuple[int, str]]] = {}  # trace -> (fact, rest of the word) already used on it

    def work_on(self, goal: Goal) -> None:
        """Expand the traces of a goal, and those that appear, until nothing new comes."""
        while goal.rest:
            found = self._traces_of(goal)
            if not any([self._expand(char) for char in found]):
                return
            self.completion.reduce_goal(goal)

    def overlap(self, rules: list[Rule]) -> None:
        """Expand the cyclic words in which two leads overlap at both ends (cyclic critical pairs)."""
        if len(rules) ** 2 > MAX_PAIRS:
            return
        for first in rules:
            for second in rules:
                if first.central or second.central or not first.word or not second.word:
                    continue
                for word in _cyclic_overlaps(first.word, second.word):
                    trace, _ = self.alphabet.trace(word, self.alphabet.rows[word[0]])
                    if trace in self.alphabet.cycles:
                        self._expand(trace)

    def _traces_of(self, goal: Goal) -> list[str]:
        cycles = self.alphabet.cycles
        return sorted({char for monomial in goal.rest for char in self.alphabet.split(monomial)[0] if char in cycles})

    def _expand(self, trace: str) -> bool:
        """Give every one-step reduction of a trace that was not given before; tell whether there was one."""
        if trace not in self._seen and len(self._seen) >= MAX_TRACES:
            return False
        seen = self._seen.setdefault(trace, set())
        cycle = self.alphabet.cycles[trace]
        new = False
        for word in (cycle, self.alphabet.flip(cycle)):
            for turn in range(len(word)):
                rotated = word[turn:] + word[:turn]
                for rule in [*self.completion.rules]:
                    rest = rotated[len(rule.word) :]
                    if (rule.word and not rule.central and rotated.startswith(rule.word)
                            and (rule.fact, rest) not in seen):
                        seen.add((rule.fact, rest))
                        self._relate(trace, rule, rest)
                        new = True
        return new

    def _relate(self, trace: str, rule: Rule, rest: str) -> None:
        """Give tr(lead * rest) - tr(tail * rest) = 0, which is the trace of the rule's fact times rest."""
        size = rule.shape[0]
        terms: Terms = {trace: 1}
        for central, word, value in rule.tail:
            char, factor = self.monomial(word + rest, size)
            monomial = self._times(central, char)
            terms[monomial] = terms.get(monomial, 0) - value * factor
        terms = {monomial: value for monomial, value in terms.items() if value}
        if terms:
            self.sources[self.completion.give(terms, (1, 1))] = self._source(rule.fact, rest, size)

    def _times(self, central: str, monomial: str) -> str:
        inner, word = self.alphabet.split(monomial)
        return "".join(sorted(central + inner)) + word

    def _source(self, fact: int, rest: str, size: int | str) -> Source:
        def write(script: Script) -> int:
            writer = Writer(self.completion, self.sources)
            return script.write("trace", writer.write(script, [(1, "", fact, rest)], (size, size)))

        return write

    def monomial(self, word: str, size: int | str) -> tuple[str, Number]:
        """Return the trace of a word: a central letter, or a 1 x 1 word where it passes through size 1."""
        for turn, char in enumerate(word):
            if self.alphabet.rows[char] == 1:
                return self.alphabet.canonical(word[turn:] + word[:turn], 1), 1
        return self.alphabet.trace(word, size)


def _cyclic_overlaps(first: str, second: str) -> list[str]:
    words = []
    for end in range(1, min(len(first), len(second))):
        if first[-end:] != second[:end]:
            continue
        for start in range(1, min(len(first) - end, len(second) - end) + 1):
            if second[-start:] == first[:start]:
                words.append(first + second[end : len(second) - start])
    return words
