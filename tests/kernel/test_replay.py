"""Replay: certificates written by hand, and every way to spoil one."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from symcrit.errors import CertificateError, InputError, LimitError, SymcritError
from symcrit.kernel import replay as kernel_replay
from symcrit.kernel import replay as replay_function
from symcrit.kernel.poly import Algebra
from symcrit.kernel.replay import MAX_NESTED_LEMMAS, poly_to_data, replay
from symcrit.kernel.terms import identity, inverse, matrix, pinv
from symcrit.lang.parser import parse
from tests.certificates import certificate, combine, nodes, outcome, poly

A = matrix("A", "m", "n")

# ---- good certificates ---------------------------------------------------------------------------------

PRODUCT = certificate("matrix A : n x n\nmatrix B : n x n\nassume A = 0\nassume B = 0\nshow A*B + B*A = 0", [
    ["assume", "assume 1"], ["assume", "assume 2"],
    combine("n", "n", ["1", [], "", 0, "B"], ["1", [], "", 1, "A"])], [[2]])

TRANSPOSED = certificate("matrix A : m x n\nshow pinv(A') = pinv(A)'", [combine("m", "n")], [[0]])

PENROSE = certificate("matrix A : m x n\nshow A*pinv(A)*A = A\nshow pinv(A)*A*pinv(A) = pinv(A)\nshow (A*pinv(A))' = A*pinv(A)", [
    ["penrose", "pinv(A)", 1], ["penrose", "pinv(A)", 2], ["penrose", "pinv(A)", 3]], [[0], [1], [2]])

PROJECTOR = certificate("matrix A : m x n\nshow proj(A)*proj(A) = proj(A)", [
    ["penrose", "pinv(A)", 1], combine("m", "m", ["1", [], "", 0, "pinv(A)"])], [[1]])

# A'*A*B = 0 gives A*B = 0: with E = AB, tr(E'E) = tr(B' A'AB) = 0
CANCEL = certificate("matrix A : m x n\nmatrix B : n x k\nassume A'*A*B = 0\nshow A*B = 0", [
    ["assume", "assume 1"], combine("k", "k", ["1", [], "B'", 0, ""]), ["trace", 1],
    ["vanish", 2, poly("m", "k", ["1", [], "A B"])]], [[3]])

# The same through an abbreviation.
LETTER = certificate("matrix A : n x n\nassume A*A = 0\nshow A*A*A*A = 0", [
    ["definition", "let.S"], ["assume", "assume 1"],
    combine("n", "n", ["1", [], "", 0, ""], ["1", [], "", 1, ""]),  # S = 0
    combine("n", "n", ["1", [], "", 2, "let.S"], ["-1", [], "", 0, "let.S"], ["-1", [], "A A", 0, ""])],
    [[3]], letters=[["let", "let.S", poly("n", "n", ["1", [], "A A"])]])

SUM_OF_SQUARES = certificate("scalar s t\nassume s^2 + t^2 = 0\nshow s = 0\nshow t = 0", [
    ["assume", "assume 1"], ["square", poly(1, 1, ["1", [[["s"], 1]], ""])], ["square", poly(1, 1, ["1", [[["t"], 1]], ""])],
    combine(1, 1, ["-1", [], "", 0, ""], ["1", [], "", 2, ""], relation=">="), ["antisymmetry", 1, 3],
    ["vanish", 4, poly(1, 1, ["1", [[["s"], 1]], ""])],
    combine(1, 1, ["1", [], "", 0, ""], ["-1", [[["s"], 1]], "", 5, ""]), ["vanish", 6, poly(1, 1, ["1", [[["t"], 1]], ""])]],
    [[5], [7]])

INVERSE = certificate("matrix A : n x n invertible\nmatrix B : n x n\nassume A*B = A\nshow B = I", [
    ["assume", "assume 1"], ["assume", "inv(A) 2"],
    combine("n", "n", ["1", [], "inv(A)", 0, ""], ["-1", [], "", 1, "B"], ["1", [], "", 1, ""])], [[2]])

EXISTS = certificate("matrix A : m x n\nshow exists W : n x m. A*W*A = A", [["penrose", "pinv(A)", 1]], [[0, nodes(pinv(A))]],
                     letters=[["pinv", poly("m", "n", ["1", [], "A"])]])

LEMMA = certificate("matrix P : k x k\nassume P*P = P\nshow P*P*P = P", [
    ["assume", "assume 1"], combine("k", "k", ["1", [], "P", 0, ""], ["1", [], "", 0, ""])], [[1]])
WITH_LEMMA = certificate("matrix A : m x n\nshow proj(A)*proj(A)*proj(A) = proj(A)", [
    ["penrose", "pinv(A)", 1], combine("m", "m", ["1", [], "", 0, "pinv(A)"]),
    ["instance", 0, [["matrix", "A", "m", "n"], ["proj", 0]], {"P": 1}, {"k": "m"}, [1], 0]], [[2]], lemmas=[LEMMA])

NAMED = certificate("matrix A : n x n symmetric\nassume A*A*A = 0\nshow A = 0", [
    ["assume", "assume 1"], ["assume", "A symmetric 1"],
    ["named", "symmetric_cube_root", [["matrix", "A", "n", "n"], ["zero", "n", "n"]], {"A": 0, "B": 1}, {}, [0, 1], 0]], [[2]])

# The standard basis may be used, and cancels again.
UNITS = certificate("matrix A : 2 x 2\nassume A = 0\nshow A = 0", [
    ["assume", "assume 1"], ["units", 2, 0, 0],
    combine(2, 2, ["1", [], "", 1, ""], ["1", [], "", 0, ""]),
    combine(2, 2, ["1", [], "", 2, ""], ["-1", [], "", 1, ""])], [[3]])

# 2 tr(A'B) < tr(A'A) + tr(B'B) + 1
INEQUALITY = certificate("matrix A : m x n\nmatrix B : m x n\nshow 2*tr(A'*B) < tr(A'*A) + tr(B'*B) + 1", [
    ["square", poly("m", "n", ["1", [], "A"], ["-1", [], "B"])], ["positive", "1/2"],
    combine(1, 1, ["1", [], "", 0, ""], ["2", [], "", 1, ""], relation=">")], [[2]])

GOOD = {"PRODUCT": PRODUCT, "TRANSPOSED": TRANSPOSED, "PENROSE": PENROSE, "PROJECTOR": PROJECTOR, "CANCEL": CANCEL, "LETTER": LETTER,
        "SUM_OF_SQUARES": SUM_OF_SQUARES, "INVERSE": INVERSE, "EXISTS": EXISTS, "LEMMA": LEMMA, "WITH_LEMMA": WITH_LEMMA, "NAMED": NAMED, "UNITS": UNITS,
        "INEQUALITY": INEQUALITY}
good = pytest.mark.parametrize("data", GOOD.values(), ids=GOOD.keys())


@good
def test_good_certificate(data: dict[str, Any]) -> None:
    theorem = replay(data)
    assert theorem.statement.hash == data["hash"]
    assert theorem.rests_on == ({"symmetric_cube_root"} if data is NAMED else set())


@good
def test_json_round_trip(data: dict[str, Any]) -> None:
    assert replay(json.loads(json.dumps(data))).statement.hash == data["hash"]


def test_the_kernel_exports_replay() -> None:
    assert kernel_replay is replay_function is replay


def test_what_a_proof_uses() -> None:
    assert replay(PRODUCT).uses == {"assume 1", "assume 2"}
    assert replay(INVERSE).uses == {"assume 1", "inv(A) 2"}
    assert replay(TRANSPOSED).uses == set()


def test_guards_are_reported() -> None:
    data = certificate("matrix A : n x n\nshow inv(A)*A = I", [["assume", "inv(A) 2"]], [[0]])
    assert replay(data).guards == ("A invertible",)


# ---- each step matters ---------------------------------------------------------------------------------


@good
def test_no_proof_survives_without_its_last_step(data: dict[str, Any]) -> None:
    spoiled = {**data, "steps": data["steps"][:-1]}
    assert outcome(spoiled) in (InputError, CertificateError)


@pytest.mark.parametrize("data", [PRODUCT, PROJECTOR, CANCEL, LETTER, SUM_OF_SQUARES, INVERSE, WITH_LEMMA, INEQUALITY])
def test_every_coefficient_matters(data: dict[str, Any]) -> None:
    for number, step in enumerate(data["steps"]):
        for k in range(len(step[4]) if step[0] == "combine" else 0):
            for value in ("0", "7", "1/3"):
                spoiled = copy.deepcopy(data)
                spoiled["steps"][number][4][k][0] = value
                assert outcome(spoiled) is CertificateError


@good
def test_every_hypothesis_that_is_used_matters(data: dict[str, Any]) -> None:
    """A certificate must not prove the statement without a hypothesis that it uses."""
    used = {name for name in replay(data).uses if name.startswith("assume")}
    if not used:
        return
    spoiled = copy.deepcopy(data)
    del spoiled["statement"]["hypotheses"][0]
    assert outcome(spoiled) is CertificateError  # the hash, at the latest
    from symcrit.kernel.data import statement_from_data
    spoiled["hash"] = statement_from_data(spoiled["statement"]).hash
    assert outcome(spoiled) is CertificateError


# ---- fields --------------------------------------------------------------------------------------------

FIELDS = ["kind", "schema_version", "hash", "statement", "lemmas", "letters", "steps", "claims"]


@pytest.mark.parametrize("field", FIELDS)
def test_missing_field(field: str) -> None:
    with pytest.raises(InputError, match="exactly the fields"):
        replay({name: value for name, value in PRODUCT.items() if name != field})


def test_extra_field() -> None:
    with pytest.raises(InputError, match="exactly the fields"):
        replay({**PRODUCT, "note": ""})


WRONG: list[Any] = [None, True, False, 0, 1, 2, -1, 10**400, 1.5, "", "x", "9" * 5000, [], [1], [[]], [None], {}, {"a": 1}, [[[[[]]]]], ()]


@pytest.mark.parametrize("value", WRONG, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize("field", FIELDS)
def test_field_of_a_wrong_type(field: str, value: Any) -> None:
    if (field, value) in [("lemmas", []), ("letters", []), ("schema_version", 1)] and not isinstance(value, bool):
        return
    assert outcome({**PRODUCT, field: value}) in (InputError, CertificateError)


@pytest.mark.parametrize("data", WRONG, ids=lambda value: repr(value)[:20])
def test_not_a_certificate(data: Any) -> None:
    with pytest.raises(InputError, match="exactly the fields"):
        replay(data)


@pytest.mark.parametrize("version", [True, "1", 0, 2, None, 1.0])
def test_other_schema_versions(version: Any) -> None:
    assert outcome({**PRODUCT, "schema_version": version}) is InputError


@pytest.mark.parametrize("hash_", ["", "0" * 64, PRODUCT["hash"][:-1], PRODUCT["hash"].upper(), None, LEMMA["hash"]])
def test_hash_mismatch(hash_: Any) -> None:
    with pytest.raises(CertificateError, match="hash") as caught:
        replay({**PRODUCT, "hash": hash_})
    assert type(caught.value) is CertificateError


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the place of every value inside nested data."""
    found = [path] if path else []
    if isinstance(value, (list, dict)):
        for key in range(len(value)) if isinstance(value, list) else value:
            found += places(value[key], (*path, key))
    return found


def put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Copy nested data with one place replaced."""
    result = copy.deepcopy(data)
    place = result
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return result


HARMLESS = ((), [], {})  # an empty container or a boolean may stand where an equal value stood


@pytest.mark.parametrize("name", ["CANCEL", "SUM_OF_SQUARES", "EXISTS", "WITH_LEMMA", "LETTER"])
def test_any_value_replaced_by_nonsense_is_refused_on_purpose(name: str) -> None:
    """Wherever nonsense stands, replay raises one of its own errors (never TypeError, KeyError, ...)."""
    data = GOOD[name]
    for path in places(data):
        for value in (None, -1, 10**400, 1.5, "?", [[]], {"?": 1}):
            assert outcome(put(data, path, value)) in (InputError, CertificateError, LimitError), (path, value)


@pytest.mark.parametrize("name", list(GOOD))
def test_booleans_are_not_numbers(name: str) -> None:
    """True is 1 in Python; in a certificate it is nonsense."""
    data = GOOD[name]
    wrong = []
    for path in places(data):
        old: Any = data
        for key in path:
            old = old[key]
        if type(old) is int and old in (0, 1) and outcome(put(data, path, bool(old))) == "accepted":
            wrong.append(path)
    assert wrong == []


def test_floats_are_not_numbers() -> None:
    wrong = []
    for name, data in GOOD.items():
        for path in places(data):
            old: Any = data
            for key in path:
                old = old[key]
            if type(old) is int and outcome(put(data, path, float(old))) == "accepted":
                wrong.append((name, path))
    assert wrong == []


# ---- steps ----------------------------------------------------------------------------------------------

STEPS = [
    [], ["assume"], ["assume", 1], ["assume", "assume 1", 1], ["guess", "assume 1"], ["penrose", "pinv(A)"], ["penrose", "pinv(A)", "1"],
    ["definition"], ["square"], ["square", 0], ["square", ["n", "n"]], ["square", ["n", "n", [["1", []]]]], ["combine", "n", "n", "="],
    ["combine", "n", "n", "=", {}], ["combine", "n", "n", 1, []], ["combine", 0, "n", "=", []], ["combine", "n", -1, "=", []],
    ["combine", "n", "n", "=", [["1", [], "", 0]]], ["combine", "n", "n", "=", [[1, [], "", 0, ""]]],
    ["combine", "n", "n", "=", [["1.5", [], "", 0, ""]]], ["combine", "n", "n", "=", [["1/0", [], "", 0, ""]]],
    ["combine", "n", "n", "=", [["1e9", [], "", 0, ""]]], ["combine", "n", "n", "=", [["9" * 4001, [], "", 0, ""]]],
    ["combine", "n", "n", "=", [["+1", [], "", 0, ""]]], ["combine", "n", "n", "=", [["1/-2", [], "", 0, ""]]],
    ["combine", "n", "n", "=", [["١", [], "", 0, ""]]], ["combine", "n", "n", "=", [["1\n", [], "", 0, ""]]],
    ["combine", "n", "n", "=", [["1", {}, "", 0, ""]]], ["combine", "n", "n", "=", [["1", [[["s"]]], "", 0, ""]]],
    ["combine", "n", "n", "=", [["1", [], ["A"], 0, ""]]], ["combine", "n", "n", "=", [["1", [], "", "0", ""]]],
    ["combine", "n", "n", "=", [["1", [], "", 1, ""]]], ["combine", "n", "n", "=", [["1", [], "", -1, ""]]],
    ["combine", "n", "n", "=", [["1", [], "", True, ""]]], ["combine", "n", "n", "=", [["1", [], "", 0.0, ""]]],
    ["transpose"], ["transpose", 1], ["transpose", -1], ["transpose", True], ["transpose", None], ["trace", "0"], ["antisymmetry", 0],
    ["vanish", 0], ["vanish", 0, None], ["reciprocal", 0], ["reciprocal", 0, 1], ["reciprocal", 0, "0/0"], ["positive"], ["positive", 1], ["positive", "1", 1],
    ["positive", "1/0"], ["positive", ""], ["instance", 0], ["named", "x"],
    ["instance", 0, [], {}, {}, [], 0], ["named", "symmetric_cube_root", [], [], {}, [], 0], "assume", None, 7, {"assume": "assume 1"},
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: repr(step)[:50])
def test_not_a_step(step: Any) -> None:
    data = certificate("matrix A : n x n\nassume A = 0\nshow A = 0", [["assume", "assume 1"], step], [[0]])
    assert outcome(data) is InputError


@pytest.mark.parametrize("letter", [[], ["pinv"], ["let", "let.B"], ["let", 1, poly("n", "n")], ["inv", poly("n", "n", ["1", [], "A"])],
                                    ["pinv", None], ["pinv", ["n", "n", {}]], ["pinv", ["n", "n", [["1", [], ""], 1]]], None, "let"])
def test_not_a_letter(letter: Any) -> None:
    data = certificate("matrix A : n x n\nassume A = 0\nshow A = 0", [["assume", "assume 1"]], [[0]], letters=[letter])
    assert outcome(data) is InputError


@pytest.mark.parametrize("claim", [[], [0, []], [0, [], []], [0, None], [0, [["nothing"]]], ["0"], [None], [1], [-1], [True], 0, None, {"0": 0}])
def test_not_a_claim(claim: Any) -> None:
    data = certificate("matrix A : n x n\nassume A = 0\nshow A = 0", [["assume", "assume 1"]], [claim])
    assert outcome(data) is InputError


def test_the_message_names_the_step() -> None:
    data = certificate("matrix A : n x n\nassume A = 0\nshow A = 0", [["assume", "assume 1"], ["assume", "assume 2"]], [[0]])
    with pytest.raises(CertificateError, match="step 1: the statement does not grant 'assume 2'"):
        replay(data)


# ---- it always ends ------------------------------------------------------------------------------------------


def test_lemmas_are_nested_to_a_limit() -> None:
    def nested(depth: int) -> dict[str, Any]:
        data = LEMMA
        for _ in range(depth):
            data = {**LEMMA, "lemmas": [data]}
        return data

    assert outcome(nested(MAX_NESTED_LEMMAS)) == "accepted"
    for depth in (MAX_NESTED_LEMMAS + 1, 200):
        assert outcome(nested(depth)) is InputError


def test_deeply_nested_nonsense_is_refused_on_purpose() -> None:
    value: Any = []
    for _ in range(100_000):
        value = [value]
    for field in ("steps", "letters", "claims", "lemmas", "hash", "kind"):
        with pytest.raises(SymcritError):
            replay({**LEMMA, field: [value]})


def test_a_product_that_explodes_is_refused() -> None:
    bomb = poly("n", "n", *(["1", [[[f"s{i}"], 1]], ""] for i in range(40)))
    text = "matrix A : n x n\nscalar " + " ".join(f"s{i}" for i in range(40)) + "\nassume A = 0\nshow A = 0"
    letters = [["let", "let.0", bomb]]
    steps: list[Any] = [["square", bomb]]
    for k in range(6):  # every square squares the number of terms
        steps.append(["square", poly("n", "n", ["1", [], " ".join(["let.0"] * 2**k)])])
    data = certificate(text, [*steps, ["assume", "assume 1"]], [[len(steps)]], letters=letters)
    assert outcome(data) in ("accepted", CertificateError)
    huge = certificate("scalar s\nassume s = 0\nshow s = 0",
                       [["assume", "assume 1"], combine(1, 1, ["1", [[["s"], 4_999]], "", 0, ""]), combine(1, 1, ["1", [[["s"], 4_999]], "", 1, ""])],
                       [[0]])
    assert outcome(huge) is LimitError


def test_polynomials_as_data() -> None:
    ring = Algebra()
    ring.declare("A", "n", "n")
    total = ring.add(ring.letter("A"), ring.mul(ring.scalar("s"), ring.constant("n", -3)))
    assert poly_to_data(total) == ["n", "n", [["1", [], "A"], ["-3", [[["s"], 1]], ""]]]


def test_a_witness_with_its_own_guard() -> None:
    S = matrix("S", "n", "n")
    for text, expected in [("matrix S : n x n", CertificateError), ("matrix S : n x n invertible", "accepted")]:
        data = certificate(f"{text}\nshow exists W : n x n. W = W", [combine("n", "n")], [[0, nodes(inverse(S))]])
        assert outcome(data) == expected


def test_the_statement_is_that_of_the_certificate_not_of_the_asker() -> None:
    asked = parse("matrix P : k x k\nshow P*P*P = P")
    assert replay(LEMMA).statement.hash != asked.hash
    assert identity("n") == identity("n")
