"""Which steps of a certificate become lemmas when it is written out."""

from __future__ import annotations

from collections import Counter
from typing import Any

from symcrit.kernel.facts import Fact
from symcrit.typeset.polynomials import Unwritable

MOST_LEMMAS = 12
SHORT = 3  # summands that no lemma is made for unless they are needed twice
ASSUMED, PENROSE, SQUARE, POSITIVE, PRODUCT = "assume", "penrose", "square", "positive", "product"
VANISH, ANTISYMMETRY = "vanish", "antisymmetry"
BASES = (ASSUMED, PENROSE, SQUARE, POSITIVE)  # steps that need no other


class TooLong(Exception):
    """A calculation would be too long to be read."""


class Outline:
    """The steps of a certificate that its claim needs, and which of them become lemmas."""

    def __init__(self, steps: list[list[Any]], facts: list[Fact], claim: int) -> None:
        self.facts = facts
        self.steps = [self._simpler(step, steps) for step in steps]
        self.claim = self._core(claim)
        self.uses: Counter[int] = Counter()
        self.reached = sorted(self._reach(self.claim))

    def _simpler(self, step: list[Any], steps: list[list[Any]]) -> list[Any]:
        """Read s >= 0 and -s >= 0, where one of them is an equation in fact, as a multiple of that."""
        if step[0] == ANTISYMMETRY:
            for position, sign in ((step[1], "1"), (step[2], "-1")):
                inner = steps[position]
                if inner[0] == "combine" and all(self.facts[part[3]].relation == "=" for part in inner[4]):
                    return ["combine", 1, 1, "=", [[sign, [], "", position, ""]]]
        return step

    def _core(self, claim: int) -> int:
        """Pass over steps that only repeat another one."""
        while True:
            match self.steps[claim]:
                case ["combine", _, _, _, [["1", [], "", inner, ""]]] if self._same(inner, claim):
                    claim = inner
                case _:
                    return claim

    def _same(self, first: int, second: int) -> bool:
        return self.facts[first].poly == self.facts[second].poly

    def below(self, position: int) -> list[int]:
        """List the steps that a step is made of."""
        match self.steps[position]:
            case ["combine", _, _, _, summands]:
                return [summand[3] for summand in summands]
            case ["transpose" | "trace", inner]:
                return [inner]
            case ["vanish", inner, _]:
                return [inner]
            case ["product" | "antisymmetry", first, second]:
                return [first, second]
            case [kind, *_] if kind in BASES:
                return []
        raise Unwritable(str(self.steps[position][0]))

    def _reach(self, claim: int) -> set[int]:
        reached, waiting = {claim}, [claim]
        while waiting:
            for inner in self.below(waiting.pop()):
                self.uses[inner] += 1
                if inner not in reached:
                    reached.add(inner)
                    waiting.append(inner)
        return reached

    def kept(self, longer: bool) -> dict[int, int]:
        """Number the steps that become lemmas: what no line can say, and (if longer) what is used twice or is long."""
        kept = {position for position in self.reached if self.steps[position][0] in (VANISH, ANTISYMMETRY)}
        for position in self.reached:
            if self.steps[position][0] in (PRODUCT, ANTISYMMETRY):
                kept |= {inner for inner in self.below(position) if self.steps[inner][0] not in BASES}
        weights: dict[int, int] = {}
        for position in self.reached:
            inner = self.below(position)
            weights[position] = sum(1 if one in kept else weights[one] for one in inner) if inner else 1
            long = weights[position] > SHORT or (weights[position] > 1 and self.uses[position] > 1)
            if longer and long and self.steps[position][0] == "combine":
                kept.add(position)
        kept = {position for position in kept if position != self.claim and self.facts[position].poly.terms}
        if len(kept) > MOST_LEMMAS:
            raise TooLong
        return {position: number for number, position in enumerate(sorted(kept), 1)}
