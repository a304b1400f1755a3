"""Replay: from plain data to a theorem. The only way a verdict `proved` comes about.

A certificate holds its statement, lemmas (certificates themselves), extra letters, steps (each naming
earlier steps by position) and, for every claim, the step that shows it (with a witness for `exists`).
Replay rebuilds the theory from the statement and runs every step through the rules. It never searches,
and it always ends: its work is bounded.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from symcrit.errors import CertificateError, InputError, SizeError, TooLarge
from symcrit.kernel import rules, theorems
from symcrit.kernel.data import name_from_data, show, size_from_data, statement_from_data, terms_from_data
from symcrit.kernel.facts import Fact
from symcrit.kernel.poly import Atom, Central, Key, Number, Poly, Word
from symcrit.kernel.rules import Summand
from symcrit.kernel.terms import Term
from symcrit.kernel.theorems import Theorem
from symcrit.kernel.theory import Theory

FIELDS = {"kind", "schema_version", "hash", "statement", "lemmas", "letters", "steps", "claims"}
KIND = "symcrit certificate"
SCHEMA_VERSION = 1
MAX_NESTED_LEMMAS = 10
MAX_EXPONENT = 5_000
_RATIONAL = re.compile(r"-?[0-9]{1,4000}(?:/[0-9]{1,4000})?", re.ASCII)


def replay(data: Any) -> Theorem:
    """Prove the certificate's own statement again, from nothing but the plain data.

    Raises InputError if the data is not a certificate, CertificateError if it is one that does not prove
    its statement. Whoever asks about a statement compares `theorem.statement.hash` with their own.
    """
    return _replay(data, 0, 0)[0]


def _replay(data: Any, depth: int, work: int) -> tuple[Theorem, int]:
    if not isinstance(data, dict) or set(data) != FIELDS:
        raise InputError(f"a certificate has exactly the fields {', '.join(sorted(FIELDS))}")
    if data["kind"] != KIND or _int(data["schema_version"]) != SCHEMA_VERSION:
        raise InputError(f"expected kind {KIND!r} and schema_version {SCHEMA_VERSION}")
    if depth > MAX_NESTED_LEMMAS:
        raise InputError(f"lemmas nested deeper than {MAX_NESTED_LEMMAS}")
    lemmas = []
    for lemma in _list(data["lemmas"]):
        theorem, work = _replay(lemma, depth + 1, work)
        lemmas.append(theorem)
    statement = statement_from_data(data["statement"])
    if data["hash"] != statement.hash:
        raise CertificateError("the hash is not that of the statement in the certificate")
    facts: list[Fact] = []
    try:
        theory = Theory(statement, work)
        for entry in _list(data["letters"]):
            _introduce(theory, entry)
        for step in _list(data["steps"]):
            facts.append(_step(theory, lemmas, facts, step))
        theorem = theorems.QED(theory, [_claim(facts, claim) for claim in _list(data["claims"])])
    except InputError as error:
        error.message = f"step {len(facts)}: {error.message}"
        if isinstance(error, SizeError):
            raise CertificateError(error.message) from error
        raise
    except (CertificateError, TooLarge) as error:
        raise CertificateError(f"step {len(facts)}: {error}") from error
    return theorem, theory.algebra.work


def facts_of(data: Any) -> tuple[Theory, list[Fact]]:
    """Run the steps of a certificate without lemmas once more, for whoever prints them; that proves no claim."""
    theory = Theory(statement_from_data(data["statement"]))
    for entry in _list(data["letters"]):
        _introduce(theory, entry)
    facts: list[Fact] = []
    for step in _list(data["steps"]):
        facts.append(_step(theory, [], facts, step))
    return theory, facts


def _introduce(theory: Theory, entry: Any) -> None:
    match entry:
        case ["pinv", poly]:
            theory.pinv(_poly(theory, poly))
        case ["let", str(name), poly]:
            theory.define(name, _poly(theory, poly))
        case _:
            raise InputError(f"unknown kind of letter: {show(entry)}")


def _step(theory: Theory, lemmas: list[Theorem], facts: list[Fact], step: Any) -> Fact:
    match step:
        case ["assume", str(name)]:
            return rules.ASSUME(theory, name)
        case ["penrose", str(letter), number]:
            return rules.PENROSE(theory, letter, _int(number))
        case ["definition", str(letter)]:
            return rules.DEFINITION(theory, letter)
        case ["units", size, first, second]:
            return rules.UNITS(theory, _int(size), _int(first), _int(second))
        case ["square", poly]:
            return rules.SQUARE(theory, _poly(theory, poly))
        case ["positive", value]:
            return rules.POSITIVE(theory, _rational(value))
        case ["combine", rows, cols, str(relation), list(summands)]:
            return rules.COMBINE(theory, size_from_data(rows), size_from_data(cols), relation,
                                 [_summand(theory, facts, summand) for summand in summands])
        case ["transpose", position]:
            return rules.TRANSPOSE(_fact(facts, position))
        case ["trace", position]:
            return rules.TRACE(_fact(facts, position))
        case ["product", first, second]:
            return rules.PRODUCT(_fact(facts, first), _fact(facts, second))
        case ["antisymmetry", first, second]:
            return rules.ANTISYMMETRY(_fact(facts, first), _fact(facts, second))
        case ["vanish", position, poly]:
            return rules.VANISH(_fact(facts, position), _poly(theory, poly))
        case ["reciprocal", position, bound]:
            return rules.RECIPROCAL(_fact(facts, position), Fraction(_rational(bound)))
        case ["instance", lemma, nodes, dict(letters), dict(sizes), list(obligations), claim]:
            if not 0 <= _int(lemma) < len(lemmas):
                raise InputError(f"there is no lemma {lemma}")
            return theorems.INSTANCE(theory, lemmas[lemma], _letters(nodes, letters), _sizes(sizes),
                                     [_fact(facts, position) for position in obligations], _int(claim))
        case ["named", str(name), nodes, dict(letters), dict(sizes), list(obligations), claim]:
            return theorems.NAMED(theory, name, _letters(nodes, letters), _sizes(sizes),
                                  [_fact(facts, position) for position in obligations], _int(claim))
    raise InputError(f"not a step: {show(step)}")


def _claim(facts: list[Fact], claim: Any) -> tuple[Fact, Term | None]:
    match claim:
        case [position]:
            return _fact(facts, position), None
        case [position, nodes]:
            made = terms_from_data(nodes)
            if made:
                return _fact(facts, position), made[-1]
    raise InputError(f"not the proof of a claim: {show(claim)}")


# ---- reading plain data ------------------------------------------------------------------------


def _int(value: Any) -> int:
    if type(value) is not int:
        raise InputError(f"expected an integer, found {show(value)}")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise InputError(f"expected a list, found {show(value)}")
    return value


def _fact(facts: list[Fact], position: Any) -> Fact:
    if not 0 <= _int(position) < len(facts):
        raise InputError(f"expected the number of an earlier step, found {show(position)}")
    return facts[int(position)]


def _rational(value: Any) -> Number:
    if not isinstance(value, str) or not _RATIONAL.fullmatch(value):
        raise InputError(f"expected a rational number as text, found {show(value)}")
    numerator, _, denominator = value.partition("/")
    if denominator and not int(denominator):
        raise InputError(f"denominator 0 in {show(value)}")
    return Fraction(int(numerator), int(denominator)) if denominator else int(numerator)


def _word(value: Any) -> Word:
    if not isinstance(value, str):
        raise InputError(f"expected a word as text, found {show(value)}")
    return tuple(value.split(" ")) if value else ()


def _central(theory: Theory, value: Any) -> Central:
    """Read a central monomial; its atoms must exist already, so that nothing is defined by way of itself."""
    powers: dict[Atom, int] = {}
    for factor in _list(value):
        match factor:
            case [list(parts), exponent] if 0 < _int(exponent) <= MAX_EXPONENT:
                atom = tuple(part for part in parts if isinstance(part, str))
                if len(atom) < len(parts) or not atom or not theory.algebra.knows(atom):
                    raise InputError(f"not a scalar or trace that exists here: {show(parts)}")
                powers[atom] = powers.get(atom, 0) + int(exponent)
            case _:
                raise InputError(f"not a power of a scalar or trace: {show(factor)}")
    theory.algebra.spend(len(powers))
    return tuple(sorted(powers.items()))


def _summand(theory: Theory, facts: list[Fact], value: Any) -> Summand:
    match value:
        case [coefficient, central, left, position, right]:
            return (_rational(coefficient), _central(theory, central), _word(left), _fact(facts, position),
                    _word(right))
    raise InputError(f"not a summand: {show(value)}")


def _poly(theory: Theory, value: Any) -> Poly:
    match value:
        case [rows, cols, list(terms)]:
            shape = size_from_data(rows), size_from_data(cols)
            parts = [Poly(*shape, {})]
            for term in terms:
                match term:
                    case [coefficient, central, word]:
                        factors = _rational(coefficient), _central(theory, central)
                        parts.append(theory.algebra.word(_word(word), *shape, *factors))
                    case _:
                        raise InputError(f"not a monomial: {show(term)}")
            return theory.algebra.add(*parts)
    raise InputError(f"not a polynomial: {show(value)}")


def _letters(nodes: Any, letters: dict[str, Any]) -> dict[str, Term]:
    made = terms_from_data(nodes)
    if not all(0 <= _int(root) < len(made) for root in letters.values()):
        raise InputError("a letter is given by the number of a node")
    return {name: made[root] for name, root in letters.items()}


def _sizes(sizes: dict[str, Any]) -> dict[str, int | str]:
    return {name_from_data(name): size_from_data(size) for name, size in sizes.items()}


def poly_to_data(poly: Poly) -> list[Any]:
    """Write a polynomial as plain data."""
    return [poly.rows, poly.cols, [[str(c), central_to_data(central), " ".join(word)]
                                   for (central, word), c in sorted(poly.terms.items(), key=_by_key)]]


def _by_key(item: tuple[Key, Number]) -> Key:
    return item[0]


def central_to_data(central: Central) -> list[Any]:
    """Write a central monomial as plain data."""
    return [[list(atom), exponent] for atom, exponent in central]
