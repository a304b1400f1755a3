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
MAX_LEVEL = 150  # traces looked at in one lift, or as overlaps
LIFTS = 2


class Traces:
    """Gives a completion the relations between traces, on demand."""

    def __init__(self, completion: Completion, sources: dict[int, Source]) -> None:
        self.completion = completion
        self.alphabet: Alphabet = completion.alphabet
        self.sources = sources
        self._expanded: set[str] = set()
        self._seen: set[tuple[int, str]] = set()  # (fact, rest of the word) whose trace was given

    def work_on(self, goal: Goal) -> None:
        """Expand the traces of a goal, and those that appear, until nothing new comes."""
        while goal.rest:
            found = self._traces_of(goal)
            if not any([self._expand(char) for char in found]):
                return
            self.completion.reduce_goal(goal)

    def overlap(self) -> None:
        """Expand the leads of square rules, and the cyclic words in which two leads overlap at both ends."""
        rules = [rule for rule in self.completion.rules if rule.word and not rule.central]
        words = [rule.word for rule in rules if rule.shape[0] == rule.shape[1]]
        if len(rules) ** 2 <= MAX_PAIRS:
            words += [word for first in rules for second in rules
                      for word in _cyclic_overlaps(first.word, second.word)]
        for word in sorted(dict.fromkeys(words), key=len)[:MAX_LEVEL]:
            trace, _ = self.alphabet.trace(word, self.alphabet.rows[word[0]])
            self._expand(trace)

    def lift(self, goal: Goal) -> None:
        """Relate the traces of the goal to longer ones that reduce to them: match tails of rules, not leads."""
        level = [self.alphabet.cycles[trace] for trace in self._traces_of(goal)]
        for _ in range(LIFTS):
            longer = [rule.word + rotated[len(tail) :]
                      for cycle in level for rotated in self._rotations(cycle) for rule in self.completion.rules
                      for _, tail, _ in (rule.tail if rule.word else ()) if tail and rotated.startswith(tail)]
            level = sorted(dict.fromkeys(longer), key=len)[:MAX_LEVEL]
            for word in level:
                self._expand(self.alphabet.trace(word, self.alphabet.rows[word[0]])[0])
        self.work_on(goal)

    def _traces_of(self, goal: Goal) -> list[str]:
        cycles = self.alphabet.cycles
        return sorted({char for monomial in goal.rest for char in self.alphabet.split(monomial)[0] if char in cycles})

    def _rotations(self, cycle: str) -> list[str]:
        return [word[turn:] + word[:turn] for word in (cycle, self.alphabet.flip(cycle)) for turn in range(len(word))]

    def _expand(self, trace: str) -> bool:
        """Give every one-step reduction of a trace that was not given before; tell whether there was one."""
        if trace not in self._expanded and len(self._expanded) >= MAX_TRACES:
            return False
        self._expanded.add(trace)
        new = [self._relate(rule, rotated[len(rule.word) :])
               for rotated in self._rotations(self.alphabet.cycles[trace])
               for rule in [*self.completion.rules]
               if rule.word and rotated.startswith(rule.word)]
        return any(new)

    def _relate(self, rule: Rule, rest: str) -> bool:
        """Give tr(lead * rest) - tr(tail * rest) = 0, the trace of the rule's fact times rest, unless given before."""
        if (rule.fact, rest) in self._seen:
            return False
        self._seen.add((rule.fact, rest))
        terms: Terms = {}
        for central, word, value in [(rule.central, rule.word, -1), *rule.tail]:
            monomial, factor = self.monomial(word + rest, rule.shape[0])
            monomial = self._times(central, monomial)
            terms[monomial] = terms.get(monomial, 0) - value * factor
        terms = {monomial: value for monomial, value in terms.items() if value}
        if terms:
            self.sources[self.completion.give(terms, (1, 1))] = self._source(rule.fact, rest, rule.shape[0])
        return bool(terms)

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
                return word[turn:] + word[:turn], 1
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
