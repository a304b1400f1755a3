"""From a certificate to a calculation that a person can follow: one rewriting a line, each by a named equation.

A certificate says claim = sum of c * l * f * r. Taking these summands off the left side one after another leads to the
right side; the order is the one in which the lines are shortest. Where that gets long, facts on the way become lemmas,
each with a calculation of its own, before the claim. Every line is multiplied out: it differs from the one above by
multiples of the equation that is named, and the last line is the right side. Certificates that are too long for all
that have no such calculation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

from symcrit.errors import CertificateError, InputError, TooLarge
from symcrit.kernel import terms, walk
from symcrit.kernel.data import terms_from_data
from symcrit.kernel.poly import Number, Poly
from symcrit.kernel.replay import facts_of
from symcrit.kernel.statement import Equation
from symcrit.kernel.terms import Term
from symcrit.typeset.outline import ANTISYMMETRY, PENROSE, POSITIVE, PRODUCT, SQUARE, VANISH, Outline, TooLong
from symcrit.typeset.polynomials import Unwritable, Writer

MOST_MOVES = 10  # of a calculation, one summand a move; beyond that all multiples of a base fact are one
MOST_SUMMANDS, MOST_MONOMIALS = 150, 200
MOST_TERMS = 8  # of a line
MOST_LETTERS = 48
TERM, LONG = 4, 1_000  # letters that a term, and a line that is too long, count for where orders are compared
_BRIEF = 3  # lines


@dataclass(frozen=True)
class Reason:
    """What a line is by: a hypothesis (`label`), Penrose's equation 1 to 4 of a term, or (0) its inverse.

    `said` is a property in words, such as "S is symmetric", where it is none of these; `lemma` numbers a calculation
    above.
    """

    label: str = ""
    penrose: int = 0
    argument: Term | None = None
    said: str = ""
    lemma: int = 0

    @property
    def only_turns(self) -> bool:
        """Whether it only says that something is symmetric, so that several uses are one move."""
        return self.penrose in (3, 4) or self.said.endswith(("symmetric", "diagonal"))


@dataclass(frozen=True)
class Line:
    """One line of a calculation, and how the line above stands to it; the first has no reasons."""

    term: Term
    reasons: tuple[Reason, ...] = ()
    relation: str = "="


@dataclass(frozen=True)
class Passage:
    """A calculation and what follows from it; `number` is that of a lemma, 0 that of the claim.

    `so` is an equation that follows from the last line, or from the lemmas that `by` names.
    """

    number: int
    lines: tuple[Line, ...]
    so: Equation | None = None
    by: tuple[Reason, ...] = ()


def is_brief(passages: Sequence[Passage]) -> bool:
    """Tell whether a calculation is one step, so that a sentence says it as well."""
    return len(passages) == 1 and len(passages[0].lines) < _BRIEF and passages[0].so is None


class _Summand(NamedTuple):
    """A multiple of a base fact, the step that the fact is from, and (of inequalities) the number it comes with."""

    poly: Poly
    step: int
    times: Number | None = None


def derivation(certificate: Mapping[str, Any], abbreviations: Sequence[Term] = (),
               labels: Mapping[Equation, str] | None = None, claim: int = 0) -> tuple[Passage, ...]:
    """Turn the certificate of one claim into calculations, the claim's last; none if they would be too long.

    Products that an abbreviation stands for are written by it; `labels` name hypotheses, which are numbered otherwise.
    A witness is put in. Lines that do not add up would be a bug.

    >>> from symcrit.lang.parser import parse
    >>> from symcrit.prover.decide import decide
    >>> statement = parse("matrix A : n x n\\nassume A*A = A\\nshow A*A*A = A")
    >>> passage, = derivation(decide(statement, float("inf")).certificate)
    >>> from symcrit.kernel.text import text
    >>> [text(line.term) for line in passage.lines], passage.lines[2].reasons[0].label
    (['A*A*A', 'A*A', 'A'], 'assumption 1')
    >>> derivation({**decide(statement, float("inf")).certificate, "hash": "that of another statement"})
    ()
    """
    try:
        return _derivation(certificate, abbreviations, labels or {}, claim)
    except (InputError, CertificateError, TooLarge, RecursionError):
        return ()  # more than can be written: that costs no verdict


def _derivation(certificate: Mapping[str, Any], abbreviations: Sequence[Term], labels: Mapping[Equation, str],
                claim: int) -> tuple[Passage, ...]:
    if certificate["lemmas"]:
        return ()
    theory, facts = facts_of(certificate)
    if theory.statement.hash != certificate["hash"]:
        return ()
    position, *witness = certificate["claims"][claim]
    stated = theory.statement.claims[claim]
    equation = stated.equation
    if stated.unknown is not None:
        put = {stated.unknown.name: terms_from_data(witness[0])[-1]}
        equation = Equation(walk.substitute(equation.left, put, {}), walk.substitute(equation.right, put, {}))
    writer = Writer(theory, abbreviations)
    for longer in (False, True):
        try:
            outline = Outline(certificate["steps"], facts, position)
            return _needed(list(_Derivation(outline, writer, outline.kept(longer), labels).passages(equation)))
        except (TooLong, Unwritable):
            continue
    return ()


def _needed(passages: list[Passage]) -> tuple[Passage, ...]:
    """Leave out lemmas that no line refers to, and number the others anew."""
    needed: set[int] = {0}
    for passage in reversed(passages):
        if passage.number in needed:
            needed |= {reason.lemma for line in passage.lines for reason in line.reasons}
            needed |= {reason.lemma for reason in passage.by}
    kept = [passage for passage in passages if passage.number in needed]
    number = {passage.number: k for k, passage in enumerate(kept, 1) if passage.number} | {0: 0}

    def renamed(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
        return tuple(replace(reason, lemma=number[reason.lemma]) for reason in reasons)

    return tuple(replace(passage, number=number[passage.number], by=renamed(passage.by),
                         lines=tuple(replace(line, reasons=renamed(line.reasons)) for line in passage.lines))
                 for passage in kept)


class _Derivation:
    """Writes the calculations of one certificate, its lemmas given."""

    def __init__(self, outline: Outline, writer: Writer, kept: Mapping[int, int], labels: Mapping[Equation, str],
                 ) -> None:
        self.steps, self.facts, self.claim = outline.steps, outline.facts, outline.claim
        self.writer, self.ring, self.kept, self.labels = writer, writer.theory.algebra, kept, labels
        self.made: dict[tuple[int, bool], list[_Summand]] = {}

    def passages(self, claim: Equation) -> Iterator[Passage]:
        """Write the lemmas in their order, then the claim."""
        for position, number in self.kept.items():
            poly = self.facts[position].poly
            given = self._equation(poly) if self.facts[position].relation == "=" else None
            yield self._passage(position, number, given)
        yield self._passage(self.claim, 0, claim)

    def _passage(self, position: int, number: int, given: Equation | None) -> Passage:
        """Write one calculation; `given` is the equation that it shows, or the inequality of the claim."""
        kind = self.steps[position][0]
        if kind == ANTISYMMETRY:
            return Passage(number, (), given, tuple(self._reasons(inner) for inner in self.steps[position][1:]))
        if kind == VANISH:
            return Passage(number, tuple(self._vanishing(position)), given)
        summands = self._summands(position, whole=True)
        if given is not None and (given.relation == "=" or all(summand.times is None for summand in summands)):
            return Passage(number, tuple(self._equal(given, self.facts[position].poly, summands)))
        return Passage(number, tuple(self._positive(position, given, summands)))

    # ---- what a step is made of ----------------------------------------------------------------

    def _summands(self, position: int, *, whole: bool = False) -> list[_Summand]:
        """Expand a step into multiples of base facts and of lemmas."""
        if (position, whole) not in self.made:
            self.made[position, whole] = self._expanded(position, whole)
        return self.made[position, whole]

    def _expanded(self, position: int, whole: bool) -> list[_Summand]:
        fact, step = self.facts[position], self.steps[position]
        if position in self.kept and not whole or step[0] not in ("combine", "transpose", "trace"):
            return [_Summand(fact.poly, position, None if fact.relation == "=" else 1)]
        match step:
            case ["combine", rows, cols, _, parts]:
                found = [made for part in parts for inner in self._summands(part[3])
                         for made in [self._multiple(part, inner, rows, cols)] if made.poly.terms]
            case ["transpose", inner]:
                found = [one._replace(poly=self.ring.transpose(one.poly)) for one in self._summands(inner)]
            case _:
                found = [one._replace(poly=self.ring.trace(one.poly)) for one in self._summands(step[1])]
        if len(found) > MOST_SUMMANDS:
            raise TooLong
        return found

    def _multiple(self, part: list[Any], inner: _Summand, rows: Any, cols: Any) -> _Summand:
        value, central, left, _, right = part
        number, poly = Fraction(value), inner.poly
        atoms = tuple(sorted((tuple(atom), exponent) for atom, exponent in central))
        before, after = tuple(left.split()), tuple(right.split())
        if poly.is_scalar:
            made = self.ring.mul(poly, self.ring.word(before + after, rows, cols, number, atoms))
        else:
            made = self.ring.mul(self.ring.mul(self.ring.word(before, rows, poly.rows, number, atoms), poly),
                                 self.ring.word(after, poly.cols, cols))
        return _Summand(made, inner.step, None if inner.times is None else inner.times * number)

    def _reasons(self, position: int) -> Reason:
        """Name the fact of a step."""
        theory, step = self.writer.theory, self.steps[position]
        if position in self.kept:
            return Reason(lemma=self.kept[position])
        if step[0] == PENROSE:
            return Reason(penrose=int(step[2]), argument=self.writer.argument(step[1]))
        if step[0] == SQUARE:
            return Reason(said="squares are not negative")
        if step[0] == PRODUCT:
            return Reason(said="its factors are not negative")
        if step[0] == POSITIVE:
            return Reason()
        assumed = re.fullmatch(r"assume ([0-9]+)", step[1])
        if assumed:
            hypothesis = theory.statement.hypotheses[int(assumed[1]) - 1]
            return Reason(self.labels.get(hypothesis) or f"assumption {assumed[1]}")
        name = step[1].rpartition(" ")[0]
        if name in theory.inverses:
            return Reason(argument=self.writer.argument(name))
        *letters, word = step[1].removesuffix(" 1").removesuffix(" 2").split()
        return Reason(said=f"{' and '.join(letters)} {'is' if len(letters) == 1 else 'are'} {word}")

    # ---- equations -----------------------------------------------------------------------------

    def _equation(self, poly: Poly) -> Equation:
        """Read a polynomial that is 0 as an equation: its longest monomial is the left side."""
        key = max(poly.terms, key=lambda key: (len(key[1]), len(key[0]), poly.terms[key] > 0, key))
        poly = self.ring.scale(1 / Fraction(poly.terms[key]), poly)
        left = Poly(poly.rows, poly.cols, {key: 1})
        return Equation(self.writer.term(left),
                        self.writer.term(self.ring.add(left, self.ring.scale(-1, poly))))

    def _equal(self, given: Equation, shown: Poly, summands: Sequence[_Summand]) -> list[Line]:
        """Go from one side of an equation to the other."""
        left, right = self.writer.theory.lower(given.left), self.writer.theory.lower(given.right)
        difference = self.ring.add(left, self.ring.scale(-1, right))
        key = next(iter(shown.terms), None)
        factor = Fraction(difference.terms.get(key, 0)) / Fraction(shown.terms[key]) if key is not None else Fraction(1)
        parts = [one._replace(poly=self.ring.scale(factor, one.poly)) for one in summands]
        return self._chain(Line(given.left), left, parts, right, given.right)

    def _chain(self, first: Line, start: Poly, summands: Sequence[_Summand], goal: Poly, last: Term | None,
               ) -> list[Line]:
        """Take summands off in the best order; several uses of one equation may be one line."""
        moves = self._moves(summands)
        current, polys, reasons = start, [start], [Reason()]
        for k in self._order(start, [poly for poly, _ in moves]):
            poly, reason = moves[k]
            after = self.ring.add(current, self.ring.scale(-1, poly))
            plain = reason.only_turns or start.is_scalar or len(current.terms) > len(after.terms)
            if plain and reasons[-1] == reason:
                del polys[-1], reasons[-1]  # half of a move
            if after in polys:  # nothing between was needed
                del polys[polys.index(after) + 1:], reasons[polys.index(after) + 1:]
            else:
                polys.append(after)
                reasons.append(reason)
            current = after
        if current != goal:
            raise AssertionError("the lines of a calculation add up")
        if any(map(_is_long, polys[1:-1])):
            raise TooLong
        found = [first, *(Line(self.writer.term(poly), (reason,))
                          for poly, reason in zip(polys[1:], reasons[1:], strict=True))]
        if last is None:
            return found
        return [*found[:-1], replace(found[-1], term=last)] if len(found) > 1 else [first, Line(last)]

    def _order(self, start: Poly, moves: Sequence[Poly]) -> list[int]:
        """Choose the order of moves in which the lines have the fewest letters and terms, over all orders."""
        if sum(len(poly.terms) for poly in (start, *moves)) > MOST_MONOMIALS:
            raise TooLong
        lines = {0: start}  # by the set of moves that were made, as bits
        best: dict[int, tuple[int, int]] = {0: (0, 0)}  # what the lines so far cost, and the move before
        for done in range(1, 1 << len(moves)):
            lowest = done & -done
            line = self.ring.add(lines[done - lowest], self.ring.scale(-1, moves[lowest.bit_length() - 1]))
            lines[done] = line
            cost, k = min((best[done - (1 << k)][0], k) for k in range(len(moves)) if done >> k & 1)
            best[done] = cost + _letters(line) + TERM * len(line.terms) + LONG * _is_long(line), k
        order: list[int] = []
        done = (1 << len(moves)) - 1
        while done:
            order.append(best[done][1])
            done -= 1 << order[-1]
        return order[::-1]

    def _moves(self, summands: Sequence[_Summand]) -> list[tuple[Poly, Reason]]:
        """Choose what one line changes: a summand, or all with one reason if they are many."""
        moves = [(one.poly, self._reasons(one.step)) for one in summands if one.poly.terms]
        if len(moves) > MOST_MOVES:
            alike: dict[Reason, Poly] = {}
            for poly, reason in moves:
                alike[reason] = self.ring.add(alike[reason], poly) if reason in alike else poly
            moves = [(poly, reason) for reason, poly in alike.items()]
        if len(moves) > MOST_MOVES:
            raise TooLong
        return moves

    def _vanishing(self, position: int) -> list[Line]:
        """Show that E'E, or its trace, is 0."""
        _, inner, _ = self.steps[position]
        poly = self.facts[position].poly
        product = self.ring.mul(self.ring.transpose(poly), poly)
        side = self.writer.term(poly)
        scalar = terms.is_scalar(side)
        first = self._square(poly)
        if scalar:
            product = self.ring.trace(product)
        elif self.steps[inner][0] == "trace" and self.facts[self.steps[inner][1]].poly == product:
            inner = self.steps[inner][1]
        else:
            product, first = self.ring.trace(product), terms.trace(first)
        summands = self._summands(inner, whole=inner not in self.kept)
        nothing = Poly(product.rows, product.cols, {})
        lines = self._chain(Line(first), product, summands, nothing, None)
        if len(lines) == 1:
            return [*lines, Line(self.writer.term(nothing))]
        if side.op == "add" and len(lines) > 1 and len(product.terms) <= MOST_TERMS:
            lines.insert(1, Line(self.writer.term(product)))
        return lines

    # ---- inequalities --------------------------------------------------------------------------

    def _positive(self, position: int, given: Equation | None, summands: Sequence[_Summand]) -> list[Line]:
        """Write a difference, or the scalar of a lemma, as a sum of what is not negative."""
        fact = self.facts[position]
        items = [one for one in summands if one.times]
        whole = self.writer.term(fact.poly) if given is None else _difference(given)
        total = self.ring.add(Poly(1, 1, {}), *(one.poly for one in items))
        equations = [one for one in summands if one.times is None]
        lines = self._chain(Line(whole), fact.poly, equations, total, None)
        if not items:  # it is 0
            return lines if len(lines) > 1 else [*lines, Line(terms.number(0))]
        parts = [self._item(one, position) for one in items]
        last = parts[0] if len(parts) == 1 else terms.add(*parts)
        if lines[-1].term != last and not (len(items) == 1 and _is_square(lines[-1].term)):
            plain = len(lines) > 1 and self.writer.theory.lower(lines[-1].term) == self.writer.theory.lower(last)
            lines = [*lines[:-1], replace(lines[-1], term=last)] if plain else [*lines, Line(last)]
        reasons = tuple(dict.fromkeys(why for one in items for why in self._grounds(one.step, position)))
        return [*lines, Line(terms.number(0), reasons, fact.relation)]

    def _grounds(self, position: int, shown: int) -> list[Reason]:
        """Say why a base fact is not negative; not because it is what is being shown."""
        step = self.steps[position]
        if step[0] == PRODUCT and (position not in self.kept or position == shown):
            return [reason for inner in step[1:] for reason in self._grounds(inner, shown)]
        return [reason for reason in [self._reasons(position)] if reason != Reason()]

    def _item(self, summand: _Summand, shown: int) -> Term:
        """Write what is not negative so that one sees why."""
        step, fact = self.steps[summand.step], self.facts[summand.step]
        plain = summand.step not in self.kept or summand.step == shown
        made = self._plain_item(summand.step) if plain else self.writer.term(fact.poly)
        value = Fraction(summand.times or 0)
        if step[0] == POSITIVE:
            return terms.rational(value * Fraction(step[1]))
        return made if value == 1 else terms.mul(terms.rational(value), made)

    def _plain_item(self, position: int) -> Term:
        step, fact = self.steps[position], self.facts[position]
        if step[0] == PRODUCT:
            return terms.mul(*(self._plain_item(inner) if inner not in self.kept
                               else self.writer.term(self.facts[inner].poly) for inner in step[1:]))
        if step[0] != SQUARE:
            return self.writer.term(fact.poly)
        square = self._square(fact.certificate[1])
        return square if terms.is_scalar(square) else terms.trace(square)

    def _square(self, poly: Poly) -> Term:
        """Write E'E, as FF' with F = E' if that has fewer transposes."""
        root, turned = self.writer.term(poly), self.writer.term(self.ring.transpose(poly))
        if terms.is_scalar(root):
            return terms.power(root, 2)
        return terms.mul(turned, turned.T) if _turns(turned) < _turns(root) else terms.mul(root.T, root)


def _letters(poly: Poly) -> int:
    """Count the letters of a polynomial, those in traces too."""
    return sum(len(word) + sum(max(1, len(atom) - 2) for atom, _ in central) for central, word in poly.terms)


def _is_long(poly: Poly) -> bool:
    return len(poly.terms) > MOST_TERMS or _letters(poly) > MOST_LETTERS


def _turns(term: Term) -> int:
    return sum(node.op == "transpose" for node in walk.postorder([term]))


def _is_square(term: Term) -> bool:
    """Tell whether a term is seen to be tr(E'E) or tr(EE')."""
    factors = term.args[0].args if term.op == "tr" and term.args[0].op == "mul" else ()
    return len(factors) == 2 and (factors[1] == factors[0].T or factors[0] == factors[1].T)


def _difference(given: Equation) -> Term:
    """Write right - left, or what is left of it where one of them is 0."""
    nothing = terms.number(0)
    if given.left == nothing:
        return given.right
    if given.right == nothing:
        return terms.neg(given.left)
    parts = given.right.args if given.right.op == "add" else (given.right,)
    return terms.add(*parts, terms.neg(given.left))
