"""Positivity beyond the goals: words E with E'E = 0 or EE' = 0 vanish, and that may be what a proof lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symcrit.kernel.poly import Poly, flip, flip_word
from symcrit.kernel.replay import poly_to_data
from symcrit.kernel.terms import Shape, Size
from symcrit.prover.alphabet import Alphabet, Terms
from symcrit.prover.completion import Goal, Step
from symcrit.prover.script import Script, Source, Writer, transposed
from symcrit.prover.squares import vanishing_squares

if TYPE_CHECKING:
    from symcrit.prover.problem import Problem

MAX_CANDIDATES = 400
MAX_RULES = 100
MAX_TERMS = 6


def close_under_squares(problem: Problem) -> bool:
    """Give every candidate whose square reduces to zero as a fact; tell whether there was one."""
    found = False
    for number, (terms, shape) in enumerate(_candidates(problem)):
        if number >= MAX_CANDIDATES:
            break
        found = _try(problem, terms, shape) or found
    found = _sums_among_rules(problem) or found
    return (problem.has_traces and _letters_without_trace(problem)) or found


def _sums_among_rules(problem: Problem) -> bool:
    """Read facts, multiplied to be square, as sums of squares; give the roots that are not yet known to be zero."""
    found = False
    for rule in problem.completion.rules[:MAX_RULES]:
        if rule.fact not in problem.summed and rule.word and 0 < len(rule.tail) <= MAX_TERMS:
            problem.summed.add(rule.fact)
            for terms, shape in _made_square(problem.alphabet, rule.terms(), rule.shape):
                found = _give_roots(problem, terms, shape) or found
    return found


def _made_square(alphabet: Alphabet, terms: Terms, shape: Shape) -> Iterator[tuple[Terms, Shape]]:
    """List a polynomial if it is square, and z' times it if all its words end in z."""
    if shape[0] == shape[1]:
        yield terms, shape
    last = next(iter(terms))[-1:]
    ends_alike = all(monomial[-1:] == last for monomial in terms)
    if ends_alike and not alphabet.split(last)[0] and alphabet.rows[last] == shape[0]:
        split = [(*alphabet.split(monomial), value) for monomial, value in terms.items()]
        left = alphabet.flip(last)
        yield {central + left + word: value for central, word, value in split}, (shape[1], shape[1])


def _give_roots(problem: Problem, terms: Terms, shape: Shape) -> bool:
    found = False
    poly = _squares_spelled_out(problem, problem.alphabet.decode(terms, shape, problem.ring))
    goal = problem.goal(poly)
    problem.completion.reduce_goal(goal)
    for root, source in [] if goal.rest else vanishing_squares(problem.theory, poly, _reduced(problem, goal)):
        rest, _ = problem.completion.reduce(problem.alphabet.encode(root), root.shape)
        if rest:
            problem.give(root, source)
            found = True
    return found


def _reduced(problem: Problem, goal: Goal) -> Source:
    return lambda script: Writer(problem.completion, problem.sources).write(script, goal.steps, goal.shape)


def _squares_spelled_out(problem: Problem, poly: Poly) -> Poly:
    """Write S*S as S'*S for a symmetric S, and as -S'*S for a skew one, in every word that becomes a square so."""
    ring = problem.ring
    signs: dict[str, int] = {}
    for granted in problem.theory.granted.values():
        words = {word: value for (central, word), value in granted.terms.items() if len(word) == 1 and not central}
        if len(granted.terms) == len(words) == 2:
            (first, value), (second, other) = words.items()
            if first == flip_word(second) and abs(value) == abs(other):
                signs[first[0]] = signs[second[0]] = -1 if value == other else 1
    parts = [Poly(*poly.shape, {})]
    for (central, word), value in poly.terms.items():
        half = word[len(word) // 2 :]
        wanted = flip_word(half)
        sign = 1
        for here, there in zip(word, wanted, strict=False):
            sign *= 1 if here == there else signs.get(here, 0) if here == flip(there) else 0
        if sign and len(word) == 2 * len(half):
            parts.append(ring.word(wanted + half, *poly.shape, sign * value, central))
        else:
            parts.append(ring.word(word, *poly.shape, value, central))
    return ring.add(*parts)


def _letters_without_trace(problem: Problem) -> bool:
    """Give every letter E with tr(E'E) = 0 as a fact E = 0."""
    alphabet, completion, found = problem.alphabet, problem.completion, False
    for declaration in problem.theory.statement.declarations:
        char = alphabet.chars.get(declaration.name, "")
        if not char or char in problem.squared or declaration.shape is None:
            continue
        monomial, value = problem.traces.monomial(alphabet.flip(char) + char, alphabet.cols[char])
        goal = Goal((1, 1), {monomial: value})
        completion.reduce_goal(goal)
        problem.traces.work_on(goal)
        if not goal.rest:
            problem.squared.add(char)
            source = _root_of_trace(problem, goal, char, declaration.shape)
            problem.sources[completion.give({char: 1}, declaration.shape)] = source
            flipped = completion.give({alphabet.flip(char): 1}, (declaration.shape[1], declaration.shape[0]))
            problem.sources[flipped] = transposed(source)
            found = True
    return found


def _root_of_trace(problem: Problem, goal: Goal, char: str, shape: Shape) -> Source:
    poly = problem.alphabet.decode({char: 1}, shape, problem.ring)

    def write(script: Script) -> int:
        step = Writer(problem.completion, problem.sources).write(script, goal.steps, goal.shape)
        return script.write("vanish", step, poly_to_data(poly))

    return write


def _candidates(problem: Problem) -> Iterator[tuple[Terms, Shape]]:
    """Parts of words that are zero, parts of goals that are one word, and goals times a letter."""
    alphabet, completion = problem.alphabet, problem.completion
    words = [rule.word for rule in completion.rules if not rule.tail and not rule.central and rule.word]
    goals = [target.alternatives[0].goal for target in problem.targets.values() if target.won is None]
    words += [monomial for goal in goals if len(goal.rest) == 1 for monomial in goal.rest]
    for word in dict.fromkeys(words):
        for place in range(1, len(word)):
            for part in (word[:place], word[place:]):
                if not alphabet.split(part)[0]:
                    yield {part: 1}, (alphabet.rows[part[0]], alphabet.cols[part[-1]])
    for goal in goals:
        rest, shape = goal.rest, goal.shape
        if not 0 < len(rest) <= MAX_TERMS or any(alphabet.split(monomial)[0] for monomial in rest):
            continue
        for char in alphabet.rows:
            if alphabet.rows[char] == shape[1]:
                yield {monomial + char: value for monomial, value in rest.items()}, (shape[0], alphabet.cols[char])
            if alphabet.cols[char] == shape[0]:
                yield {char + monomial: value for monomial, value in rest.items()}, (alphabet.rows[char], shape[1])


def _try(problem: Problem, terms: Terms, shape: Shape) -> bool:
    alphabet, completion = problem.alphabet, problem.completion
    terms, _ = completion.reduce(terms, shape)
    key = repr(sorted(terms.items()))
    central = any(alphabet.split(monomial)[0] for monomial in terms)  # would stand in the middle of the square
    if not terms or central or len(terms) > MAX_TERMS or key in problem.squared:
        return False
    flipped = {alphabet.mirror(monomial): value for monomial, value in terms.items()}
    for first, second, size in ((flipped, terms, shape[1]), (terms, flipped, shape[0])):
        square: Terms = {}
        for left, value in first.items():
            for right, factor in second.items():
                square[left + right] = square.get(left + right, 0) + value * factor
        completion.spolys += 1
        rest, steps = completion.reduce(square, (size, size))
        if not rest:
            source = _root_of_square(problem, steps, size, alphabet.decode(terms, shape, problem.ring))
            problem.squared.add(key)
            number = completion.give(terms, shape)
            problem.sources[number] = source
            mirrored = completion.give(flipped, (shape[1], shape[0]))
            problem.sources[mirrored] = transposed(source)
            return True
    return False


def _root_of_square(problem: Problem, steps: list[Step], size: Size, poly: Poly) -> Source:
    def write(script: Script) -> int:
        return script.vanish(Writer(problem.completion, problem.sources).write(script, steps, (size, size)), poly)

    return write
