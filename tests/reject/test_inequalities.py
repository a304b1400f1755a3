"""Minimal pairs about inequalities: relations, signs, strictness, sides, and what an instance is obliged to.

Rows come in groups that differ in one thing, as in `test_reject`; certificates are written by hand.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from symcrit.errors import CertificateError, InputError
from symcrit.kernel import replay
from symcrit.kernel.data import statement_from_data
from symcrit.lang.parser import parse
from tests.certificates import certificate, combine, poly
from tests.reject.test_reject import ACCEPTED, ZERO, fact, with_

S = [["s"], 1]
S_POLY = poly(1, 1, ["1", [S], ""])
GIVEN = [["assume", "assume 1"], ["assume", "assume 2"]]


def scalars(show: str, steps: list[Any], *assumptions: str, lemmas: Any = ()) -> dict[str, Any]:
    """Write a certificate about scalars s, t; the last step shows the claim."""
    lines = ["scalar s t", *(f"assume {line}" for line in assumptions), f"show {show}"]
    return certificate("\n".join(lines), steps, [[len(steps) - 1]], lemmas=lemmas)


def one(show: str, assumption: str) -> dict[str, Any]:
    """A claim that is the hypothesis, or is not."""
    return scalars(show, GIVEN[:1], assumption)


EQUATION = "not shown by an equation"
WEAK = "not shown by an inequality"
STRICT = "not shown by a strict inequality"
ELSE = "shows something else"

RELATIONS = {
    "<= from <=": (one("s <= t", "s <= t"), ACCEPTED, ""),
    "<= from <": (one("s <= t", "s < t"), ACCEPTED, ""),
    "<= from =": (one("s <= t", "t = s"), ACCEPTED, ""),
    "< from <": (one("s < t", "s < t"), ACCEPTED, ""),
    "< from <=": (one("s < t", "s <= t"), CertificateError, STRICT),
    "< from =": (one("s < t", "t = s"), CertificateError, STRICT),
    "= from <=": (one("s = t", "t <= s"), CertificateError, EQUATION),
    "= from <": (one("s = t", "t < s"), CertificateError, EQUATION),
    "<= the other way round": (one("s <= t", "t <= s"), CertificateError, ELSE),
    "< the other way round": (one("s < t", "t < s"), CertificateError, ELSE),
    "<= of another scale": (one("s <= t", "2*s <= 2*t"), CertificateError, ELSE),
    "< the same way, written with zero": (one("0 < t - s", "s < t"), ACCEPTED, ""),
    "< of the opposite, written with zero": (one("t - s < 0", "s < t"), CertificateError, ELSE),
}

SIGNS = {
    "1 > 0": (scalars("0 < 1", [["positive", "1"]]), ACCEPTED, ""),
    "2/3 > 0": (scalars("0 < 2/3", [["positive", "2/3"]]), ACCEPTED, ""),
    "0 > 0": (scalars("0 < 0", [["positive", "0"]]), CertificateError, "not a positive number"),
    "0/5 > 0": (scalars("0 < 0", [["positive", "0/5"]]), CertificateError, "not a positive number"),
    "-0 > 0": (scalars("0 < 0", [["positive", "-0"]]), CertificateError, "not a positive number"),
    "-1 > 0": (scalars("0 < -1", [["positive", "-1"]]), CertificateError, "not a positive number"),
    "a number as a number": (scalars("0 < 1", [["positive", 1]]), InputError, "rational number as text"),
    "a number as a boolean": (scalars("0 < 1", [["positive", True]]), InputError, "rational number as text"),
    "a number as a float": (scalars("0 < 1", [["positive", 0.5]]), InputError, "rational number as text"),
    "a float as text": (scalars("0 < 1", [["positive", "1e-400"]]), InputError, "rational number as text"),
    "denominator 0": (scalars("0 < 1", [["positive", "1/0"]]), InputError, "denominator 0"),
    "two numbers": (scalars("0 < 1", [["positive", "1", "1"]]), InputError, "not a step"),
    "a shape": (scalars("0 < 1", [["positive", 1, 1, "1"]]), InputError, "not a step"),
    "s^2 >= 0": (scalars("0 <= s^2", [["square", S_POLY]]), ACCEPTED, ""),
    "s^2 > 0": (scalars("0 < s^2", [["square", S_POLY]]), CertificateError, STRICT),
    "s^2 <= 0": (scalars("s^2 <= 0", [["square", S_POLY]]), CertificateError, ELSE),
    "s >= 0": (scalars("0 <= s", [["square", S_POLY]]), CertificateError, ELSE),
    "tr(A'A) >= 0": (certificate("matrix A : m x n\nshow 0 <= tr(A'*A)", [["square", poly("m", "n", ["1", [], "A"])]], [[0]]),
                     ACCEPTED, ""),
    "tr(AA) >= 0": (certificate("matrix A : n x n\nshow 0 <= tr(A*A)", [["square", poly("n", "n", ["1", [], "A"])]], [[0]]),
                    CertificateError, ELSE),
    "0 <= 0 from nothing": (scalars("0 <= 0", [combine(1, 1, relation=">=")]), ACCEPTED, ""),
    "0 <= 0 from 0 = 0": (scalars("0 <= 0", [ZERO]), ACCEPTED, ""),
    "0 < 0 from nothing": (scalars("0 < 0", [combine(1, 1, relation=">")]), CertificateError, "no strict inequality"),
    "0 < 0 from 0 = 0": (scalars("0 < 0", [ZERO]), CertificateError, STRICT),
}

ONE = ["positive", "1"]


def sum_of(*coefficients: str, relation: str = ">", central: Any = (), left: str = "", show: str = "0 < 2*s + 3*t",
           given: tuple[str, str] = ("0 <= s", "0 < t")) -> dict[str, Any]:
    """Conclude 2 s + 3 t > 0 from s >= 0 and t > 0, or something like it."""
    summands = [fact(k, value, central=central if k == 0 else (), left=left if k == 0 else "")
                for k, value in enumerate(coefficients)]
    return scalars(show, [*GIVEN, combine(1, 1, *summands, relation=relation)], *given)


COMBINATIONS = {
    "2 s + 3 t > 0": (sum_of("2", "3"), ACCEPTED, ""),
    "2 s + 3 t >= 0": (sum_of("2", "3", relation=">=", show="0 <= 2*s + 3*t"), ACCEPTED, ""),
    "2 s + 3 t >= 0, shown to be > 0": (sum_of("2", "3", show="0 <= 2*s + 3*t"), ACCEPTED, ""),
    "2 s + 3 t > 0, shown to be >= 0": (sum_of("2", "3", relation=">="), CertificateError, STRICT),
    "2 s + 3 t = 0": (sum_of("2", "3", relation="=", show="0 = 2*s + 3*t"), CertificateError, "non-negative number"),
    "s only": (sum_of("2", "0", show="0 < 2*s"), CertificateError, "no strict inequality"),
    "t only": (sum_of("0", "3", show="0 < 3*t"), ACCEPTED, ""),
    "both weak": (sum_of("2", "3", given=("0 <= s", "0 <= t")), CertificateError, "no strict inequality"),
    "weak and equal": (sum_of("2", "3", given=("0 <= s", "t = 0")), CertificateError, "no strict inequality"),
    "strict and equal": (sum_of("2", "3", given=("0 < s", "t = 0")), ACCEPTED, ""),
    "strict and a negative multiple of equal": (sum_of("2", "-3", given=("0 < s", "t = 0"), show="0 < 2*s - 3*t"), ACCEPTED, ""),
    "a negative multiple of weak": (sum_of("-2", "3", show="0 < 3*t - 2*s"), CertificateError, "non-negative number"),
    "a negative multiple of strict": (sum_of("2", "-3", show="0 < 2*s - 3*t", relation=">="), CertificateError, "non-negative number"),
    "a multiple by a scalar": (sum_of("2", "3", central=[S], show="0 < 2*s^2 + 3*t"), CertificateError, "non-negative number"),
    "a multiple by an even power": (sum_of("2", "3", central=[[["s"], 2]], show="0 < 2*s^3 + 3*t"),
                                    CertificateError, "non-negative number"),
    "a relation <": (sum_of("2", "3", relation="<"), CertificateError, "non-negative number"),
    "a relation <=": (sum_of("2", "3", relation="<="), CertificateError, "non-negative number"),
    "a relation < of nothing": (scalars("0 < 0", [combine(1, 1, relation="<")]), CertificateError, "between scalars"),
    "a relation with a space": (sum_of("2", "3", relation="> "), CertificateError, "non-negative number"),
    "no relation": (sum_of("2", "3", relation=""), CertificateError, "non-negative number"),
    "the relation None": (sum_of("2", "3", relation=None), InputError, "not a step"),  # type: ignore[arg-type]
    "a strict inequality of matrices": (
        certificate("matrix A : n x n\nassume A = 0\nshow 0 < 1",
                    [["assume", "assume 1"], ONE, combine("n", "n", fact(0), fact(1), relation=">")], [[1]]),
        CertificateError, "between scalars"),
    "a strict inequality between matrices": (
        certificate("matrix A : n x n\nassume A = 0\nshow 0 < 1",
                    [["assume", "assume 1"], ONE, combine("n", "n", fact(0), fact(1, "0"), relation=">")], [[1]]),
        CertificateError, "between scalars"),
}

OPPOSITE = [*GIVEN, ["antisymmetry", 0, 1]]
PRODUCT = [*GIVEN, ["product", 0, 1]]
HALVES = {
    "s >= 0 times t >= 0": (scalars("0 <= s*t", PRODUCT, "0 <= s", "0 <= t"), ACCEPTED, ""),
    "s <= 0 times t >= 0": (scalars("0 <= s*t", PRODUCT, "s <= 0", "0 <= t"), CertificateError, "shows something else"),
    "s > 0 times t >= 0 is not strict": (scalars("0 < s*t", PRODUCT, "0 < s", "0 <= t"), CertificateError, "not shown by"),
    "s > 0 times t > 0": (scalars("0 < s*t", PRODUCT, "0 < s", "0 < t"), ACCEPTED, ""),
    "s = 0 times t >= 0": (scalars("0 <= s*t", PRODUCT, "s = 0", "0 <= t"), CertificateError, "only inequalities"),
    "s <= t and t <= s": (scalars("t = s", OPPOSITE, "s <= t", "t <= s"), ACCEPTED, ""),
    "s <= t twice": (scalars("t = s", OPPOSITE, "s <= t", "s <= t"), CertificateError, "not opposite"),
    "s <= t and 2 t <= 2 s": (scalars("t = s", OPPOSITE, "s <= t", "2*t <= 2*s"), CertificateError, "not opposite"),
    "an inequality vanishes": (scalars("s = 0", [["assume", "assume 1"], ["vanish", 0, S_POLY]], "0 <= s^2"),
                               CertificateError, "not tr(E'E) = 0"),
    "a strict inequality vanishes": (scalars("s = 0", [["assume", "assume 1"], ["vanish", 0, S_POLY]], "0 < s^2"),
                                     CertificateError, "not tr(E'E) = 0"),
    "the trace of a strict inequality": (scalars("s = 0", [["assume", "assume 1"], ["trace", 0]], "0 < s"),
                                         CertificateError, "of equations"),
    "the transpose of a strict inequality": (scalars("s = 0", [["assume", "assume 1"], ["transpose", 0]], "0 < s"),
                                             CertificateError, "only equations"),
}


def nonzero(assumption: str, bound: str) -> dict[str, Any]:
    """Find W with W s = 1, as 1/s, which exists because s is positive."""
    nodes = [["scalar", "s"], ["number", "1"], ["div", 1, 0], ["identity", 1], ["mul", 2, 3]]
    return certificate(f"scalar s\nassume {assumption}\nshow exists W : 1 x 1. W*s = 1",
                       [["assume", "assume 1"], ["reciprocal", 0, bound]], [[1, nodes]])


RECIPROCALS = {
    "s > 0": (nonzero("0 < s", "0"), ACCEPTED, ""),
    "s >= 0": (nonzero("0 <= s", "0"), CertificateError, "not a positive number"),
    "s >= 2": (nonzero("2 <= s", "2"), ACCEPTED, ""),
    "s >= -2": (nonzero("-2 <= s", "-2"), CertificateError, "not a positive number"),
    "s > -2": (nonzero("-2 < s", "-2"), CertificateError, "not a positive number"),
    "s > 2": (nonzero("2 < s", "2"), ACCEPTED, ""),
    "s < 0": (nonzero("s < 0", "0"), ACCEPTED, ""),  # -s > 0, and 1/s is -1/(-s)
    "s <= 0": (nonzero("s <= 0", "0"), CertificateError, "not a positive number"),
    "another bound": (nonzero("2 < s", "1"), CertificateError, "grants"),
}

# a <= b and b < c give a < c
TRANSITIVE = certificate("scalar a b c\nassume a <= b\nassume b < c\nshow a < c",
                         [*GIVEN, combine(1, 1, fact(0), fact(1), relation=">")], [[2]])
# a <= b gives a <= b + tr(D'D)
WEAKENED = certificate("scalar a b\nmatrix D : 1 x 1\nassume a <= b\nshow a <= b + tr(D'*D)",
                       [["assume", "assume 1"], ["square", poly(1, 1, ["1", [[["tr", "", "D"], 1]], ""])],
                        combine(1, 1, fact(0), fact(1), relation=">=")], [[2]])
TABLE = [["scalar", "s"], ["scalar", "t"], ["number", "0"], ["number", "1"], ["add", 0, 3]]  # s, t, 0, 1, s + 1


def chain(letters: dict[str, int], obligations: list[int], steps: list[Any], show: str, *assumptions: str) -> dict[str, Any]:
    """Apply the lemma on transitivity."""
    return scalars(show, [*steps, ["instance", 0, TABLE, letters, {}, obligations, 0]], *assumptions, lemmas=[TRANSITIVE])


TO_T = {"a": 2, "b": 0, "c": 1}  # 0 <= s and s < t give 0 < t
INSTANCES = {
    "both hypotheses": (chain(TO_T, [0, 1], GIVEN, "0 < t", "0 <= s", "s < t"), ACCEPTED, ""),
    "both, in another order": (chain(TO_T, [1, 0], GIVEN, "0 < t", "0 <= s", "s < t"), ACCEPTED, ""),
    "the weak one by a strict one": (chain(TO_T, [0, 1], GIVEN, "0 < t", "0 < s", "s < t"), ACCEPTED, ""),
    "the weak one by an equation": (chain(TO_T, [0, 1], GIVEN, "0 < t", "s = 0", "s < t"), ACCEPTED, ""),
    "the weak one by an equation, wrong way round": (chain(TO_T, [0, 1], GIVEN, "0 < t", "0 = s", "s < t"),
                                                     CertificateError, "obligation"),
    "the strict one by a weak one": (chain(TO_T, [0, 1], GIVEN, "0 < t", "0 <= s", "s <= t"), CertificateError, "obligation"),
    "the strict one by an equation": (chain(TO_T, [0, 1], GIVEN, "0 < t", "0 <= s", "t = s"), CertificateError, "obligation"),
    "only the weak one": (chain(TO_T, [0], GIVEN, "0 < t", "0 <= s", "s < t"), CertificateError, "obligation"),
    "only the strict one": (chain(TO_T, [1], GIVEN, "0 < t", "0 <= s", "s < t"), CertificateError, "obligation"),
    "none": (chain(TO_T, [], GIVEN, "0 < t", "0 <= s", "s < t"), CertificateError, "obligation"),
    "the wrong way round": (chain(TO_T, [0, 1], GIVEN, "0 < t", "s <= 0", "s < t"), CertificateError, "obligation"),
    "0 <= 0 is nothing to show": (chain({"a": 2, "b": 2, "c": 1}, [0], GIVEN[:1], "0 < t", "0 < t"), ACCEPTED, ""),
    "0 < 0 is": (chain({"a": 2, "b": 2, "c": 2}, [], [], "0 < 0"), CertificateError, "obligation"),
    "s < s is": (chain({"a": 0, "b": 0, "c": 0}, [], [], "s < s"), CertificateError, "obligation"),
    "s < s + 1 by a positive number": (chain({"a": 0, "b": 0, "c": 4}, [0], [ONE], "s < s + 1"), ACCEPTED, ""),
    "s < s + 1 by another one": (chain({"a": 0, "b": 0, "c": 4}, [0], [["positive", "2"]], "s < s + 1"),
                                 CertificateError, "obligation"),
    "the conclusion is strict, and shows a weak claim": (chain(TO_T, [0, 1], GIVEN, "0 <= t", "0 <= s", "s < t"), ACCEPTED, ""),
    "a weak conclusion stays weak": (
        certificate("scalar s t\nmatrix E : 1 x 1\nassume s < t\nshow s < t + tr(E'*E)",
                    [["assume", "assume 1"],
                     ["instance", 0, [["scalar", "s"], ["scalar", "t"], ["matrix", "E", 1, 1]], {"a": 0, "b": 1, "D": 2}, {}, [0], 0]],
                    [[1]], lemmas=[WEAKENED]), CertificateError, STRICT),
    "a weak conclusion": (
        certificate("scalar s t\nmatrix E : 1 x 1\nassume s < t\nshow s <= t + tr(E'*E)",
                    [["assume", "assume 1"],
                     ["instance", 0, [["scalar", "s"], ["scalar", "t"], ["matrix", "E", 1, 1]], {"a": 0, "b": 1, "D": 2}, {}, [0], 0]],
                    [[1]], lemmas=[WEAKENED]), ACCEPTED, ""),
}

# ---- statements ----------------------------------------------------------------------------------------

KEPT = one("s <= t", "s <= t")


def changed(**changes: Any) -> dict[str, Any]:
    """Change the statement in a certificate, and keep its hash."""
    return with_(KEPT, statement={**copy.deepcopy(KEPT["statement"]), **changes})


def rehashed(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "hash": statement_from_data(data["statement"]).hash}


PAIR = KEPT["statement"]["claims"][0][:2]
HYPOTHESIS = KEPT["statement"]["hypotheses"][0]
WITH_GUARD = certificate("scalar s t\nassume s != t\nassume s <= t\nshow s <= t", GIVEN[:1], [[0]])
EXISTS = certificate("scalar s\nassume s <= 0\nshow exists W : 1 x 1. W*s = 0", [ZERO],
                     [[0, [["zero", 1, 1]]]])
STATEMENTS = {
    "its own relation": (KEPT, ACCEPTED, ""),
    "the claim without its relation": (changed(claims=[PAIR]), CertificateError, "hash"),
    "the claim without its relation, and its hash": (rehashed(changed(claims=[PAIR])), CertificateError, EQUATION),
    "the claim with another relation": (changed(claims=[[*PAIR, "<"]]), CertificateError, "hash"),
    "the claim with another relation, and its hash": (rehashed(changed(claims=[[*PAIR, "<"]])), CertificateError, STRICT),
    "the hypothesis with another relation": (changed(hypotheses=[[*HYPOTHESIS[:2], "<"]]), CertificateError, "hash"),
    "the hypothesis without its relation": (changed(hypotheses=[HYPOTHESIS[:2]]), CertificateError, "hash"),
    "the hypothesis without its relation, and its hash": (rehashed(changed(hypotheses=[HYPOTHESIS[:2]])), CertificateError, ELSE),
    "an equation spelled out": (changed(claims=[[*PAIR, "="]]), InputError, "not well formed"),
    "a relation >=": (changed(claims=[[*PAIR, ">="]]), InputError, "not well formed"),
    "a relation !=": (changed(claims=[[*PAIR, "!="]]), InputError, "not well formed"),
    "an empty relation": (changed(claims=[[*PAIR, ""]]), InputError, "not well formed"),
    "no relation but null": (changed(claims=[[*PAIR, None]]), InputError, "not well formed"),
    "a relation in a list": (changed(claims=[[*PAIR, ["<="]]]), InputError, "not well formed"),
    "a relation twice": (changed(claims=[[*PAIR, "<=", "<="]]), InputError, "not well formed"),
    "a relation and an unknown": (changed(claims=[[*PAIR, "<=", "W", "n", "n"]]), InputError, "not well formed"),
    "a relation for a name": (changed(claims=[[*PAIR, "<=", "n", "n"]]), InputError, "not a name"),
    "a guard": (WITH_GUARD, ACCEPTED, ""),
    "a guard with a relation": (
        with_(WITH_GUARD, statement={**WITH_GUARD["statement"], "guards": [[*WITH_GUARD["statement"]["guards"][0], "<"]]}),
        InputError, "a guard has no relation"),
    "the existence of a solution": (EXISTS, ACCEPTED, ""),
}

TABLES = {"relations": RELATIONS, "signs": SIGNS, "combinations": COMBINATIONS, "halves": HALVES,
          "reciprocals": RECIPROCALS, "instances": INSTANCES, "statements": STATEMENTS}
ROWS = [pytest.param(*row, id=f"{table}: {name}") for table, rows in TABLES.items() for name, row in rows.items()]


@pytest.mark.parametrize(("data", "expected", "message"), ROWS)
def test_pair(data: dict[str, Any], expected: Any, message: str) -> None:
    before = copy.deepcopy(data)
    if expected == ACCEPTED:
        assert replay(data).statement.hash == data["hash"]
    else:
        with pytest.raises(expected) as caught:
            replay(data)
        assert type(caught.value) is expected
        assert message in str(caught.value)
    assert data == before


def test_three_relations_have_three_hashes() -> None:
    hashes = [parse(f"scalar s t\nassume s {first} t\nshow s {second} t\nshow s {third} t").hash
              for first in ("=", "<=", "<") for second in ("=", "<=", "<") for third in ("=", "<=", "<")]
    assert len(set(hashes)) == 27
