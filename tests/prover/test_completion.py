"""Completion and its strings: what a reduction claims to be is what it is, multiplied out by the kernel's algebra."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcrit.kernel.poly import Algebra
from symcrit.prover.alphabet import Alphabet, divide, merge
from symcrit.prover.completion import Completion


def ring_of(shapes: dict[str, tuple[str | int, str | int]]) -> Algebra:
    ring = Algebra()
    for name, shape in shapes.items():
        ring.declare(name, *shape)
    return ring


SQUARE = ring_of({"A": ("n", "n"), "B": ("n", "n"), "C": ("n", "n")})
ORDER = sorted(SQUARE.types, reverse=True)


def polys(letters: str = "ABC"):
    word = st.lists(st.sampled_from([*letters, *(letter + "'" for letter in letters)]), max_size=4).map(tuple)
    term = st.tuples(word, st.sampled_from([1, -1, 2, Fraction(1, 2), Fraction(-3, 2)]))
    return st.lists(term, min_size=1, max_size=3).map(
        lambda terms: SQUARE.add(*(SQUARE.word(word, "n", "n", value) for word, value in terms)))


@given(poly=polys())
def test_encoding_is_undone_by_decoding(poly):
    alphabet = Alphabet(SQUARE.types, ORDER)
    assert alphabet.decode(alphabet.encode(poly), ("n", "n"), SQUARE) == poly


@given(facts=st.lists(polys("AB"), min_size=1, max_size=3), target=polys(), steps=st.integers(0, 12))
def test_a_reduction_is_the_sum_of_its_steps(facts, target, steps):
    alphabet = Alphabet(SQUARE.types, ORDER)
    completion = Completion(alphabet)
    known = {completion.give(alphabet.encode(fact), ("n", "n")): fact for fact in facts if fact.terms}
    for _ in range(steps):
        if completion.queue:
            completion.step()

    def fact_poly(number):
        if number in known:
            return known[number]
        return SQUARE.add(SQUARE.constant("n", 0), *(product(step) for step in completion.facts[number]))

    def product(step):
        value, left, number, right = step
        outer = [SQUARE.word(alphabet.word(word), "n", "n") for word in (left, right)]
        return SQUARE.scale(value, SQUARE.mul(SQUARE.mul(outer[0], fact_poly(number)), outer[1]))

    rest, proof = completion.reduce(alphabet.encode(target), ("n", "n"))
    total = SQUARE.add(alphabet.decode(rest, ("n", "n"), SQUARE), *map(product, proof))
    assert total == target
    again, none = completion.reduce(rest, ("n", "n"))
    assert (again, none) == (rest, [])


def test_the_completion_of_an_idempotent_stops():
    alphabet = Alphabet(SQUARE.types, ORDER)
    completion = Completion(alphabet)
    a = SQUARE.letter("A")
    completion.give(alphabet.encode(SQUARE.add(SQUARE.mul(a, a), SQUARE.scale(-1, a))), ("n", "n"))
    while completion.queue:
        assert completion.step() is None
    power = SQUARE.word(("A",) * 7, "n", "n")
    rest, _ = completion.reduce(alphabet.encode(power), ("n", "n"))
    assert alphabet.decode(rest, ("n", "n"), SQUARE) == a


def test_the_identity_of_one_size_is_not_that_of_another():
    """I(m) = 0 kills words through m only."""
    ring = ring_of({"A": ("n", "n"), "B": ("n", "m"), "C": ("m", "n")})
    alphabet = Alphabet(ring.types, sorted(ring.types))
    completion = Completion(alphabet)
    completion.give({"": 1}, ("m", "m"))
    through_m = alphabet.encode(ring.mul(ring.letter("B"), ring.letter("C")))
    through_n = alphabet.encode(ring.letter("A"))
    assert completion.reduce(through_m, ("n", "n"))[0] == {}
    assert completion.reduce(through_n, ("n", "n"))[0] == through_n


def test_one_by_one_pieces_stay_inside_words():
    ring = ring_of({"u": ("n", 1), "v": ("n", 1), "A": ("n", "n")})
    alphabet = Alphabet(ring.types, sorted(ring.types))
    u, v, a = (ring.letter(name) for name in "uvA")
    poly = ring.mul(u, ring.mul(ring.mul(ring.transpose(u), ring.mul(a, v)), ring.transpose(v)))
    (monomial,) = alphabet.encode(poly)
    assert alphabet.split(monomial)[0] == ""
    assert len(alphabet.pieces(monomial, "n")) == 1
    scaled = ring.mul(ring.mul(ring.transpose(u), v), a)  # passes through no size 1: the scalar stays in front
    (monomial,) = alphabet.encode(scaled)
    assert len(alphabet.split(monomial)[0]) == 1


@pytest.mark.parametrize(("whole", "part", "rest"), [("aab", "a", "ab"), ("aab", "ab", "a"), ("ab", "c", None),
                                                     ("a", "aa", None), ("", "", "")])
def test_division_of_central_parts(whole, part, rest):
    assert divide(whole, part) == rest
    if rest is not None:
        assert merge(rest, part) == whole
