"""Whatever the rules make, in any order and with any operands, is true at a point that meets the hypotheses.

A point is drawn first, then hypotheses that hold there, then rules with operands at random: most are refused, and
every fact that comes out is evaluated at the point, apart from the kernel's own evaluator.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from symcrit.errors import CertificateError, InputError
from symcrit.kernel import rules, terms, theorems
from symcrit.kernel.facts import Fact
from symcrit.kernel.poly import Atom, Poly
from symcrit.kernel.rules import ASSUME, COMBINE
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement
from symcrit.kernel.terms import Term
from symcrit.kernel.theorems import QED, Theorem
from symcrit.kernel.theory import Theory
from symcrit.lang.parser import parse

STEPS = 250
S, T, A = terms.scalar("s"), terms.scalar("t"), terms.matrix("A", 2, 2)
NUMBERS = (-2, -1, Fraction(-1, 2), 0, Fraction(1, 3), 1, 2)
Matrix = list[list[Fraction]]


def product(left: Matrix, right: Matrix) -> Matrix:
    return [[sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0)) for column in zip(*right, strict=True)]
            for row in left]


class Point:
    """Values of s, t and A, and of what is made of them."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.scalars = {name: Fraction(rng.choice(NUMBERS)) for name in "st"}
        self.matrix: Matrix = [[Fraction(rng.choice((-1, 0, 1, 2))) for _ in "ab"] for _ in "ab"]

    def letter(self, letter: str) -> Matrix:
        return self.matrix if letter == "A" else [list(row) for row in zip(*self.matrix, strict=True)]

    def word(self, word: tuple[str, ...]) -> Matrix:
        value: Matrix = [[Fraction(int(i == j)) for j in range(2)] for i in range(2)]
        for letter in word:
            value = product(value, self.letter(letter))
        return value

    def atom(self, theory: Theory, atom: Atom) -> Fraction:
        if atom[0] == "tr":
            value = self.word(atom[2:])
            return value[0][0] + value[1][1]
        if atom[0] in theory.inverses:
            return 1 / self.poly(theory, theory.inverses[atom[0]])[0][0]
        return self.scalars[atom[0]]

    def poly(self, theory: Theory, poly: Poly) -> Matrix:
        size = 1 if poly.is_scalar else 2
        total = [[Fraction(0)] * size for _ in range(size)]
        for (central, word), value in poly.terms.items():
            factor = Fraction(value)
            for atom, exponent in central:
                factor *= self.atom(theory, atom) ** exponent
            part: Matrix = [[Fraction(1)]] if poly.is_scalar else self.word(word)
            total = [[x + factor * y for x, y in zip(*rows, strict=True)] for rows in zip(total, part, strict=True)]
        return total

    def holds(self, fact: Fact) -> bool:
        value = self.poly(fact.theory, fact.poly)
        if fact.relation == "=":
            return not any(map(any, value))
        return value[0][0] >= 0 if fact.relation == ">=" else value[0][0] > 0


def term(rng: Random) -> Term:
    """Draw a scalar term."""
    leaf = rng.choice((S, T, terms.trace(A), terms.trace(A.T * A), terms.rational(Fraction(rng.choice(NUMBERS)))))
    other = rng.choice((S, T, terms.number(1), terms.number(0)))
    return rng.choice((leaf, leaf + other, leaf * other, leaf - other))


def statement(rng: Random, point: Point) -> Statement:
    """Draw hypotheses that hold at a point."""
    declarations = (Declaration("s", None), Declaration("t", None), Declaration("A", (2, 2)))
    blank = Theory(Statement(declarations, (), (), (Claim(Equation(S, S)),)))
    hypotheses = []
    for _ in range(5):
        left, right = term(rng), term(rng)
        value = point.poly(blank, blank.difference(Equation(left, right)))[0][0]
        if value > 0:
            left, right = right, left
        hypotheses.append(Equation(left, right, relation=rng.choice(("<=", "<") if value else ("<=", "="))))
    return Statement(declarations, tuple(hypotheses), (), (Claim(Equation(S, S)),))


def lemma(text: str, relation: str, *numbers: int) -> Theorem:
    """Prove a statement by the sum of some of its hypotheses."""
    theory = Theory(parse(text))
    return QED(theory, [(COMBINE(theory, 1, 1, relation, [(1, (), (), ASSUME(theory, f"assume {k}"), ()) for k in numbers]), None)])


LEMMAS = (
    lemma("scalar a b c\nassume a <= b\nassume b < c\nshow a < c", ">", 1, 2),
    lemma("scalar a b c\nassume a <= b\nassume b <= c\nshow a <= c", ">=", 1, 2),
    lemma("scalar a b c\nassume a < b\nassume c = c\nshow a < b", ">", 1),
    lemma("scalar a b c\nassume a = b\nassume b = c\nshow c <= a", ">=", 1, 2),
)


def poly(rng: Random, theory: Theory) -> Poly:
    choice = rng.choice((S, T, S - T, S + 1, A, A - A.T, A + S * terms.identity(2), terms.trace(A)))
    return theory.lower(choice)


def attempt(rng: Random, theory: Theory, facts: list[Fact]) -> Fact:
    """Apply a rule with operands at random."""
    fact = rng.choice(facts)
    kind = rng.randrange(10)
    if kind == 0:
        return rules.SQUARE(theory, poly(rng, theory))
    if kind == 1:
        return rules.POSITIVE(theory, Fraction(rng.choice(NUMBERS)))
    if kind == 2:
        return rng.choice((rules.TRANSPOSE, rules.TRACE))(fact)
    if kind == 3:
        pairs = [(one, two) for one in facts for two in facts if one.poly == theory.algebra.scale(-1, two.poly)]
        return rules.ANTISYMMETRY(*rng.choice(pairs or [(fact, fact)]))
    if kind == 4:
        return rules.VANISH(fact, poly(rng, theory))
    if kind == 5:
        return rules.RECIPROCAL(fact, rng.choice(NUMBERS))
    if kind == 6:
        put = {name: term(rng) for name in "abc"}
        if rng.random() < 0.7:  # terms that obligations may be known for
            chosen = rng.choice(theory.statement.hypotheses), rng.choice(theory.statement.hypotheses)
            put = dict(zip("abc", rng.choice(((chosen[0].left, chosen[0].left, chosen[0].right),
                                              (chosen[0].left, chosen[0].right, chosen[1].right),
                                              (chosen[0].left, chosen[0].right, chosen[0].right))), strict=True))
        return theorems.INSTANCE(theory, rng.choice(LEMMAS), put, {}, facts, 0)
    summands: list[Any] = []
    for _ in range(rng.randint(0, 3)):
        one = rng.choice(facts)
        central = rng.choice(((), (), (), ((("s",), 1),), ((("t",), 2),), ((("tr", "", "A"), 1),)))
        around = rng.choice(((), (), (), ("A",), ("A'",))) if not one.poly.is_scalar else ()
        summands.append((rng.choice(NUMBERS), central, around, one, ()))
    size = 1 if rng.random() < 0.8 else 2
    return COMBINE(theory, size, size, rng.choice(("=", ">=", ">")), summands)


@pytest.mark.parametrize("seed", range(40))
def test_facts_are_true_where_the_hypotheses_are(seed: int) -> None:
    rng = Random(seed)
    point = Point(rng)
    theory = Theory(statement(rng, point))
    facts = [ASSUME(theory, name) for name in (*theory.granted, *theory.inequalities)]
    counts: Counter[str] = Counter()
    assert all(map(point.holds, facts))
    for _ in range(STEPS):
        try:
            fact = attempt(rng, theory, facts)
        except (CertificateError, InputError):
            counts["refused"] += 1
            continue
        assert point.holds(fact), (fact.relation, fact.poly.terms, fact.certificate)
        counts[f"{fact.certificate[0]} {fact.relation}"] += 1
        if fact.poly.letters < 60 and len(facts) < 60:
            facts.append(fact)
    assert counts["refused"]
    assert counts["combine >"] or counts["combine >="]
