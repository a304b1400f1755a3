"""Noncommutative completion (Buchberger) with cofactors, directed by goals.

Rules `lead -> tail` come from facts (polynomials known to be zero). Overlaps of leads give new facts; each
remembers the combination it came from, so that a goal that reduces to zero yields its certificate. Effort is
counted in S-polynomials. Nothing here is trusted: the kernel multiplies the result out.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heapify, heappop, heappush
from itertools import count

from symcrit.errors import TooLarge
from symcrit.kernel.poly import Number
from symcrit.kernel.terms import Shape
from symcrit.prover.alphabet import Alphabet, Terms, divide, merge

Step = tuple[Number, str, int, str]  # coefficient * (central + left word) * fact * right word
MAX_REDUCTIONS = 3_000_000  # steps in the life of a completion
MAX_BITS = 4_000  # of a coefficient
MAX_WORD = 40  # overlaps longer than this are put off for good


@dataclass(eq=False, slots=True)
class Rule:
    """central*word -> sum of tail; `fact` is the number of the fact that says so, made monic."""

    central: str
    word: str
    tail: list[tuple[str, str, Number]]
    shape: Shape
    fact: int
    alive: bool = True

    def terms(self) -> Terms:
        """Return the polynomial that the rule says is zero."""
        return {self.central + self.word: 1, **{central + word: -value for central, word, value in self.tail}}


@dataclass(eq=False, slots=True)
class Pair:
    """Two rules whose leads overlap by so many letters; -1: the first lead contains the second."""

    first: Rule
    second: Rule
    overlap: int


@dataclass(eq=False)
class Goal:
    """A polynomial to be reduced to zero, what is left of it, and the steps so far."""

    shape: Shape
    rest: Terms
    steps: list[Step] = field(default_factory=list)


class Completion:
    """A growing set of rules over an alphabet."""

    def __init__(self, alphabet: Alphabet, deadline: float | None = None) -> None:
        self.alphabet = alphabet
        self.deadline = deadline
        self.reductions = 0
        self.facts: list[list[Step] | None] = []  # None: given from outside
        self.shapes: list[Shape] = []
        self.rules: list[Rule] = []
        self.by_word: dict[str, list[Rule]] = {}
        self.scalars: dict[str, list[Rule]] = {}  # leads of shape 1 x 1 without a word, by their first character
        self.units: list[Rule] = []  # leads without a word, of another shape n x n
        self.lengths: list[int] = []
        self.queue: list[tuple[int, int, Pair | Rule]] = []  # by weight, then age; a rule is one to insert again
        self.spolys = 0
        self._sequence = count()
        self._irreducible: dict[str, int] = {}
        self._log: list[Rule] = []  # rules with a word and no central part, as they came

    # ---- facts and goals from outside

    def give(self, terms: Terms, shape: Shape) -> int:
        """Add a fact from outside; return its number."""
        self.facts.append(None)
        self.shapes.append(shape)
        number = len(self.facts) - 1
        self._insert(dict(terms), shape, [(1, "", number, "")])
        return number

    def reduce_goal(self, goal: Goal) -> None:
        """Reduce what is left of a goal."""
        goal.rest, steps = self.reduce(goal.rest, goal.shape)
        goal.steps += steps

    # ---- reduction

    def reduce(self, terms: Terms, shape: Shape) -> tuple[Terms, list[Step]]:
        """Reduce a polynomial to normal form; terms - result is the sum of the steps."""
        key = self.alphabet.key
        todo = dict(terms)
        heap = [key(monomial) for monomial in todo]
        heapify(heap)
        done: Terms = {}
        steps: list[Step] = []
        while heap:
            _, word, _, central = heappop(heap)
            monomial = central + word
            value = todo.pop(monomial, 0)
            if not value:
                continue
            hit = self._find(central, word, shape)
            if hit is None:
                done[monomial] = value
                continue
            rule, left, right, rest = hit
            self.reductions += 1
            if self.reductions % 256 == 0:
                self._check_effort(value)
            steps.append((value, rest + left, rule.fact, right))
            for tail_central, tail_word, factor in rule.tail:
                new = left + tail_word + right
                if rest or tail_central:
                    new = merge(rest, tail_central) + new
                if new in todo:
                    total = todo[new] + value * factor
                    if total:
                        todo[new] = total
                    else:
                        del todo[new]
                else:
                    todo[new] = value * factor
                    heappush(heap, key(new))
        return done, steps

    def _check_effort(self, value: Number) -> None:
        """Stop a reduction that gets out of hand; raises TooLarge."""
        if self.reductions > MAX_REDUCTIONS or value.numerator.bit_length() > MAX_BITS:
            raise TooLarge("a reduction has too many steps or too large coefficients")
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise TooLarge("out of time")

    def _find(self, central: str, word: str, shape: Shape) -> tuple[Rule, str, str, str] | None:
        """Find a rule whose lead divides a monomial: (rule, left word, right word, rest of the central part)."""
        cached = not central and not self.units
        if cached:
            known = self._irreducible.get(word)
            if known is not None and len(self._log) - known <= 12:
                for rule in self._log[known:]:
                    if rule.word in word and rule.alive:
                        place = word.find(rule.word)
                        return rule, word[:place], word[place + len(rule.word) :], ""
                self._irreducible[word] = len(self._log)
                return None
        else:
            for char in dict.fromkeys(central):
                for rule in self.scalars.get(char, ()):
                    rest = divide(central, rule.central)
                    if rest is not None:
                        return rule, word, "", rest
        by_word = self.by_word
        size = len(word)
        for length in self.lengths:
            for place in range(size - length + 1):
                rules = by_word.get(word[place : place + length])
                if rules:
                    for rule in rules:
                        rest = divide(central, rule.central) if rule.central else central
                        if rest is not None:
                            return rule, word[:place], word[place + length :], rest
        if cached:
            self._irreducible[word] = len(self._log)
            return None
        return self._find_unit(central, word, shape)

    def _find_unit(self, central: str, word: str, shape: Shape) -> tuple[Rule, str, str, str] | None:
        """Find a rule c*I(n) -> ... that applies because the word passes through size n (or because 1 = 0)."""
        for rule in self.units:
            rest = divide(central, rule.central)
            if rest is None:
                continue
            if rule.shape == (1, 1):
                return rule, word, "", rest
            places = [0] if shape[0] == rule.shape[0] else []
            places += [k for k, char in enumerate(word, 1) if self.alphabet.cols[char] == rule.shape[0]]
            if places:
                return rule, word[: places[0]], word[places[0] :], rest
        return None

    # ---- growth

    def step(self) -> Rule | None:
        """Take the least critical pair (or a retired rule); return the new rule if it gave one."""
        _, _, next_one = heappop(self.queue)
        if isinstance(next_one, Rule):
            return self._insert(next_one.terms(), next_one.shape, [(1, "", next_one.fact, "")])
        if not (next_one.first.alive and next_one.second.alive):
            return None
        self.spolys += 1
        return self._insert(*self._s_polynomial(next_one))

    def _insert(self, terms: Terms, shape: Shape, proof: list[Step]) -> Rule | None:
        """Reduce a fact and make a rule of what is left, if anything."""
        rest, steps = self.reduce(terms, shape)
        if not rest:
            return None
        proof = proof + [(-value, left, fact, right) for value, left, fact, right in steps]
        lead = min(rest, key=self.alphabet.key)
        value = rest.pop(lead)
        if value != 1:
            inverse = value if value == -1 else Fraction(1) / value
            rest = {monomial: tidy(c * inverse) for monomial, c in rest.items()}
            proof = [(tidy(c * inverse), left, fact, right) for c, left, fact, right in proof]
        self.facts.append(proof)
        self.shapes.append(shape)
        central, word = self.alphabet.split(lead)
        rule = Rule(central, word, [(*self.alphabet.split(m), -c) for m, c in rest.items()], shape, len(self.facts) - 1)
        self._retire(rule)
        self._pair_up(rule)
        self._register(rule)
        return rule

    def _register(self, rule: Rule) -> None:
        self.rules.append(rule)
        if not rule.word:
            self._wordless(rule).append(rule)
        else:
            self.by_word.setdefault(rule.word, []).append(rule)
            if len(rule.word) not in self.lengths:
                self.lengths = sorted([*self.lengths, len(rule.word)])
            if not rule.central:
                self._log.append(rule)

    def _wordless(self, rule: Rule) -> list[Rule]:
        scalar = rule.shape == (1, 1) and rule.central
        return self.scalars.setdefault(rule.central[0], []) if scalar else self.units

    def _retire(self, new: Rule) -> None:
        """Take out every rule whose lead the new one divides, and put its fact back in the queue."""
        kept = []
        for rule in self.rules:
            inside = new.word in rule.word if new.word else new.shape == (1, 1)
            if inside and divide(rule.central, new.central) is not None:
                rule.alive = False
                self._unregister(rule)
                heappush(self.queue, (0, next(self._sequence), rule))
            else:
                kept.append(rule)
        self.rules = kept

    def _unregister(self, rule: Rule) -> None:
        if not rule.word:
            self._wordless(rule).remove(rule)
            return
        self.by_word[rule.word].remove(rule)
        if not self.by_word[rule.word]:
            del self.by_word[rule.word]
            self.lengths = sorted({len(word) for word in self.by_word})

    def _pair_up(self, new: Rule) -> None:
        word, size = new.word, len(new.word)
        for old in [*self.rules, new]:
            other = old.word
            shared = bool(new.central and old.central and set(new.central) & set(old.central))
            if not word or not other:
                first, second = (new, old) if word else (old, new)
                if shared and old is not new and not second.word and second.shape == (1, 1):
                    self._push(len(word + other) + len(merge(new.central, old.central)), first, second, -1)
                continue
            extra = len(new.central) + len(old.central)
            for k in range(1, min(size, len(other))):
                if word[-k:] == other[:k]:
                    self._push(size + len(other) - k + extra, new, old, k)
                if old is not new and other[-k:] == word[:k]:
                    self._push(size + len(other) - k + extra, old, new, k)
            if extra and old is not new and (other in word or word in other):
                first, second = (new, old) if other in word else (old, new)
                self._push(max(size, len(other)) + extra, first, second, -1)

    def _push(self, length: int, first: Rule, second: Rule, overlap: int) -> None:
        """Queue a pair by the length of its word, the longest word it can leave, and its number of terms."""
        if length <= MAX_WORD:
            left = max((len(word) for _, word, _ in first.tail), default=0) + len(second.word) - max(overlap, 0)
            right = max((len(word) for _, word, _ in second.tail), default=0) + len(first.word) - max(overlap, 0)
            weight = length + 2 * max(left, right) + len(first.tail) + len(second.tail)
            heappush(self.queue, (weight, next(self._sequence), Pair(first, second, overlap)))

    def _s_polynomial(self, pair: Pair) -> tuple[Terms, Shape, list[Step]]:
        """Subtract the two facts where their leads overlap or one contains the other."""
        first, second, overlap = pair.first, pair.second, pair.overlap
        c1, c2 = _cofactors(first.central, second.central)
        if overlap >= 0:
            left, right = first.word[: len(first.word) - overlap], second.word[overlap:]
            proof: list[Step] = [(1, c1, first.fact, right), (-1, c2 + left, second.fact, "")]
            shape = first.shape[0], second.shape[1]
            sides = (("", right), (left, ""))
        elif second.word or second.shape != (1, 1):
            place = first.word.find(second.word)
            left, right = first.word[:place], first.word[place + len(second.word) :]
            proof = [(1, c1, first.fact, ""), (-1, c2 + left, second.fact, right)]
            shape, sides = first.shape, (("", ""), (left, right))
        else:  # a scalar fact times the whole lead of the other
            proof = [(1, c1, first.fact, ""), (-1, c2 + first.word, second.fact, "")]
            shape, sides = first.shape, (("", ""), (first.word, ""))
        terms: Terms = {}
        for rule, central, (before, after), sign in ((first, c1, sides[0], -1), (second, c2, sides[1], 1)):
            for tail_central, tail_word, value in rule.tail:
                monomial = merge(central, tail_central) + before + tail_word + after
                terms[monomial] = terms.get(monomial, 0) + sign * value
        return {monomial: value for monomial, value in terms.items() if value}, shape, proof


def tidy(value: Number) -> Number:
    """Keep whole numbers as int: they are faster."""
    return value.numerator if value.denominator == 1 else value


def _cofactors(first: str, second: str) -> tuple[str, str]:
    """Return what brings two central parts to their least common multiple."""
    common, rest = "", second
    for char in first:
        if char in rest:
            rest = rest.replace(char, "", 1)
            common += char
    return rest, divide(first, common) or ""
