"""Single-place mutations of statements, at the level of terms."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from symcrit.errors import InputError
from symcrit.kernel import terms, walk
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement
from symcrit.kernel.terms import Term

Certificate = dict[str, Any]
Change = Callable[[Certificate, Random], bool]  # changes one place; False if there is no such place

JUNK: tuple[Any, ...] = (None, True, False, -1, 0, 10**9, 10**30, 1.5, "", " ", "x", "'", "1/0", "-0", "\u0661", "A'' ",
                         [], [[]], [0], {}, {"a": 1}, ["x", "x", "x"], [-1], [None], [[], []])


def statement_mutants(statement: Statement, rng: Random, count: int) -> list[tuple[str, Statement]]:
    """List up to `count` different well-formed statements that differ from one in a single place."""
    found = {statement.hash: ("", statement)}
    for _ in range(30 * count):
        kind = rng.choice(("hypothesis", "claim", "claim", "claim", "dropped"))
        try:
            name, mutant = _changed(statement, kind, rng)
        except InputError:  # ill-sized
            continue
        if mutant is not None:
            found.setdefault(mutant.hash, (name, mutant))
        if len(found) > count:
            break
    return list(found.values())[1:]


def _changed(statement: Statement, kind: str, rng: Random) -> tuple[str, Statement | None]:
    declarations, hypotheses, claims = list(statement.declarations), list(statement.hypotheses), list(statement.claims)
    if kind == "dropped":
        with_words = [k for k, d in enumerate(declarations) if d.properties]
        if with_words and (not hypotheses or rng.random() < 0.5):
            at = rng.choice(with_words)
            old = declarations[at]
            gone = rng.choice(old.properties)
            declarations[at] = Declaration(old.name, old.shape, tuple(w for w in old.properties if w != gone))
        elif hypotheses:
            del hypotheses[rng.randrange(len(hypotheses))]
        else:
            return "dropped", None
        name = "dropped"
    elif kind == "hypothesis":
        if not hypotheses:
            return kind, None
        at = rng.randrange(len(hypotheses))
        name, equation = _change_equation(hypotheses[at], statement, rng)
        hypotheses[at] = equation
    else:
        at = rng.randrange(len(claims))
        name, equation = _change_equation(claims[at].equation, statement, rng)
        claims[at] = Claim(equation, claims[at].unknown)
    return name, Statement(tuple(declarations), tuple(hypotheses), statement.guards, tuple(claims), statement.name)


def _change_equation(equation: Equation, statement: Statement, rng: Random) -> tuple[str, Equation]:
    if rng.randrange(2):
        name, left = _change_term(equation.left, statement, rng)
        return name, Equation(left, equation.right)
    name, right = _change_term(equation.right, statement, rng)
    return name, Equation(equation.left, right)


def _change_term(term: Term, statement: Statement, rng: Random) -> tuple[str, Term]:
    """Change one occurrence of a subterm, chosen evenly."""
    if term.args and rng.random() < 1 - 1 / _count(term):
        at = rng.choices(range(len(term.args)), [_count(arg) for arg in term.args])[0]
        args = list(term.args)
        name, args[at] = _change_term(args[at], statement, rng)
        return name, walk.rebuild(term.op, term.data, tuple(args))
    return _change_here(term, statement, rng)


def _count(term: Term) -> int:
    return 1 + sum(_count(arg) for arg in term.args)


def _change_here(term: Term, statement: Statement, rng: Random) -> tuple[str, Term]:
    options: list[tuple[str, Callable[[], Term]]] = [("sign", lambda: terms.neg(term))]
    if term.shape is not None:
        options.append(("transpose", lambda: terms.transpose(term)))
    match term.op:
        case "neg":
            options.append(("sign", lambda: term.args[0]))
        case "transpose":
            options.append(("transpose", lambda: term.args[0]))
        case "mul" | "add" if len(term.args) > 1:
            at = rng.randrange(len(term.args))
            build = walk.BUILDERS[term.op]
            options.append(("factor", lambda: build(*(arg for k, arg in enumerate(term.args) if k != at))))
            options.append(("factor", lambda: build(*term.args, term.args[at])))
            other = list(term.args)
            other[at - 1], other[at] = other[at], other[at - 1]
            options.append(("index", lambda: build(*other)))
        case "pow":
            exponent = int(term.data or 1)
            options.append(("exponent", lambda: terms.power(term.args[0], exponent + rng.choice((-1, 1)))))
        case "number":
            options.append(("factor", lambda: terms.number(int(term.data or 0) + rng.choice((1, 2)))))
        case "pinv":
            options.append(("index", lambda: terms.transpose(term.args[0])))
        case "inv":
            options += [("index", lambda: terms.transpose(term.args[0])), ("index", lambda: term.args[0])]
        case "proj":
            options.append(("index", lambda: term.args[0] * term.args[0].T))
        case "matrix" | "scalar":
            alike = [d.letter for d in statement.declarations if d.letter.shape == term.shape and d.letter != term]
            if alike:
                options += 2 * [("index", lambda: rng.choice(alike))]
        case "identity":
            options.append(("factor", lambda: 2 * term))
    if term.shape is not None and term.shape[0] == term.shape[1] and term.op == "matrix":
        options.append(("exponent", lambda: terms.power(term, 2)))
    options.append(("factor", lambda: 2 * term))
    name, make = rng.choice(options)
    return name, make()
