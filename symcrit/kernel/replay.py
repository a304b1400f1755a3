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
from symcrit.kernel import rules
from symcrit.kernel.poly import Central, Key, Number, Poly, Word, merge
from symcrit.kernel.rules import Fact, Summand, Theorem
from symcrit.kernel.statement import name_from_data, size_from_data, statement_from_data, terms_from_data
from symcrit.kernel.terms import Term
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
    if data["kind"] != KIND or data["schema_version"] != SCHEMA_VERSION or isinstance(data["schema_version"], bool):
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
        theorem = rules.QED(theory, [_claim(facts, claim) for claim in _list(data["claims"])])
    except InputError as error:
        error.message = f"step {len(facts)}: {error.message}"
        if isinstance(error, SizeError):
            raise CertificateError(error.message) from error
        raise
    except (CertificateError, TooLarge) as error:
        raise CertificateError(f"step {len(facts)}: {error}") from error
    return theorem, theory.algebra.work


def _introduce(theory: Theory, entry: Any) -> None:
    match entry:
        case ["pinv", poly]:
            theory.pinv(_poly(theory, poly))
        case ["let", str(name), poly]:
            theory.define(name, _poly(theory, poly))
        case _:
            raise InputError(f"unknown kind of letter: {str(entry)[:80]}")


def _step(theory: Theory, lemmas: list[Theorem], facts: list[Fact], step: Any) -> Fact:
    match step:
        case ["assume", str(name)]:
            return rules.ASSUME(theory, name)
        case ["penrose", str(letter), int(number)]:
            return rules.PENROSE(theory, letter, number)
        case ["definition", str(letter)]:
            return rules.DEFINITION(theory, letter)
        case ["units", int(size), int(first), int(second)]:
            return rules.UNITS(theory, size, first, second)
        case ["square", poly]:
            return rules.SQUARE(theory, _poly(theory, poly))
        case ["combine", rows, cols, str(relation), list(summands)]:
            return rules.COMBINE(theory, size_from_data(rows), size_from_data(cols), relation,
                                 [_summand(facts, summand) for summand in summands])
        case ["transpose", position]:
            return rules.TRANSPOSE(_fact(facts, position))
        case ["trace", position]:
            return rules.TRACE(_fact(facts, position))
        case ["antisymmetry", first, second]:
            return rules.ANTISYMMETRY(_fact(facts, first), _fact(facts, second))
        case ["vanish", position, poly]:
            return rules.VANISH(_fact(facts, position), _poly(theory, poly))
        case ["reciprocal", position, bound]:
            return rules.RECIPROCAL(_fact(facts, position), Fraction(_rational(bound)))
        case ["instance", int(lemma), nodes, dict(letters), dict(sizes), list(obligations), int(claim)]:
            if not 0 <= lemma < len(lemmas):
                raise InputError(f"there is no lemma {lemma}")
            return rules.INSTANCE(theory, lemmas[lemma], _letters(nodes, letters), _sizes(sizes),
                                  [_fact(facts, position) for position in obligations], claim)
        case ["named", str(name), nodes, dict(letters), dict(sizes), list(obligations), int(claim)]:
            return rules.NAMED(theory, name, _letters(nodes, letters), _sizes(sizes),
                               [_fact(facts, position) for position in obligations], claim)
    raise InputError(f"not a step: {str(step)[:80]}")


def _claim(facts: list[Fact], claim: Any) -> tuple[Fact, Term | None]:
    match claim:
        case [position]:
            return _fact(facts, position), None
        case [position, nodes]:
            made = terms_from_data(nodes)
            if made:
                return _fact(facts, position), made[-1]
    raise InputError(f"not the proof of a claim: {str(claim)[:80]}")


# ---- reading plain data ------------------------------------------------------------------------


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise InputError(f"expected a list, found {str(value)[:80]}")
    return value


def _fact(facts: list[Fact], position: Any) -> Fact:
    if isinstance(position, bool) or not isinstance(position, int) or not 0 <= position < len(facts):
        raise InputError(f"expected the number of an earlier step, found {str(position)[:80]}")
    return facts[position]


def _rational(value: Any) -> Number:
    if not isinstance(value, str) or not _RATIONAL.fullmatch(value):
        raise InputError(f"expected a rational number as text, found {str(value)[:80]}")
    numerator, _, denominator = value.partition("/")
    if denominator and not int(denominator):
        raise InputError(f"denominator 0 in {value[:80]}")
    return Fraction(int(numerator), int(denominator)) if denominator else int(numerator)


def _word(value: Any) -> Word:
    if not isinstance(value, str):
        raise InputError(f"expected a word as text, found {str(value)[:80]}")
    return tuple(value.split(" ")) if value else ()


def _central(value: Any) -> Central:
    central: Central = ()
    for factor in _list(value):
        match factor:
            case [[str(), *_] as atom, int(exponent)] if (0 < exponent <= MAX_EXPONENT and exponent is not True
                                                          and all(isinstance(part, str) for part in atom)):
                central = merge(central, ((tuple(atom), exponent),))
            case _:
                raise InputError(f"not a power of a scalar or trace: {str(factor)[:80]}")
    return central


def _summand(facts: list[Fact], value: Any) -> Summand:
    match value:
        case [coefficient, central, left, position, right]:
            return (_rational(coefficient), _central(central), _word(left), _fact(facts, position), _word(right))
    raise InputError(f"not a summand: {str(value)[:80]}")


def _poly(theory: Theory, value: Any) -> Poly:
    match value:
        case [rows, cols, list(terms)]:
            shape = size_from_data(rows), size_from_data(cols)
            parts = [Poly(*shape, {})]
            for term in terms:
                match term:
                    case [value, central, word]:
                        parts.append(theory.algebra.word(_word(word), *shape, _rational(value), _central(central)))
                    case _:
                        raise InputError(f"not a monomial: {str(term)[:80]}")
            return theory.algebra.add(*parts)
    raise InputError(f"not a polynomial: {str(value)[:80]}")


def _letters(nodes: Any, letters: dict[str, Any]) -> dict[str, Term]:
    made = terms_from_data(nodes)
    if not all(isinstance(root, int) and 0 <= root < len(made) for root in letters.values()):
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
