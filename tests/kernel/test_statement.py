"""Statements: the hash covers everything that is claimed, and nothing else; plain data is read with suspicion."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from symcrit.errors import InputError, LimitError, SizeError
from symcrit.kernel import terms
from symcrit.kernel.data import (
    name_from_data,
    size_from_data,
    statement_from_data,
    statement_to_data,
    terms_from_data,
    terms_to_data,
)
from symcrit.kernel.statement import PROPERTIES, RELATIONS, Claim, Declaration, Equation, Statement
from symcrit.kernel.terms import matrix, scalar, zero
from symcrit.lang.parser import parse, read_statement

CORPUS = Path(__file__).parent.parent / "corpus"
FILES = sorted(path for kind in ("true", "hard", "false") for path in (CORPUS / kind).glob("*.thm"))

BASE = """name "base"
matrix A : m x n
matrix S : n x n symmetric
vector u : n
scalar s t
let P = A*S
assume first: P = 0
assume s != t
show P*u = 0
show exists W : n x m. W*A = S"""

DIFFERENT = [  # one change each, every one of which says something else
    ("matrix A : m x n", "matrix A : m x n\nmatrix B : m x n"), ("scalar s t", "scalar s t r"), ("scalar s t", "scalar t s"),
    ("S : n x n symmetric", "S : n x n"), ("S : n x n symmetric", "S : n x n projector"),
    ("S : n x n symmetric", "S : n x n symmetric invertible"), ("S : n x n symmetric", "S : n x n orthogonal"),
    ("S : n x n symmetric", "S : n x n idempotent"), ("let P = A*S", "let P = A*S*S"),
    ("assume first: P = 0", "assume first: 2*P = 0"), ("assume first: P = 0", "assume first: 0 = P"),
    ("assume first: P = 0\n", ""), ("assume first: P = 0", "assume first: P = 0\nassume P = 0"),
    ("assume s != t\n", ""), ("assume s != t", "assume t != s"), ("assume s != t", "assume s = t"),
    ("assume s != t", "assume s != 0"), ("show P*u = 0", "show A*(S*u) = 0"), ("show P*u = 0", "show 0 = P*u"),
    ("show P*u = 0", "show P*u = 0\nshow P*u = 0"), ("show P*u = 0\n", ""), ("W*A = S", "W*A = S'"), ("exists W", "exists V"),
    ("exists W : n x m. W*A = S", "exists W : n x n. W*S = S"),
]
SAME = [  # changes of names and layout
    ('name "base"', 'name "other"'), ('name "base"\n', ""), ("first: ", ""), ("first: ", "second: "), ("let P = A*S", "let P = A*S\nlet Q = A"),
    ("scalar s t", "scalar s\nscalar t"), ("vector u : n", "matrix u : n x 1"), ("matrix A : m x n", "# comment\nmatrix  A:m x n"),
]


def change(text: str, old: str, new: str) -> str:
    """Make one change, surely."""
    assert text.count(old) == 1
    result = text.replace(old, new)
    if old == "exists W":
        result = result.replace("W*A", "V*A")
    return result


@pytest.mark.parametrize(("old", "new"), DIFFERENT)
def test_hash_sees_every_change_of_content(old: str, new: str) -> None:
    assert parse(change(BASE, old, new)).hash != parse(BASE).hash


@pytest.mark.parametrize(("old", "new"), SAME)
def test_hash_does_not_see_names_of_lines_and_layout(old: str, new: str) -> None:
    assert parse(change(BASE, old, new)).hash == parse(BASE).hash


def test_hash_sees_sizes() -> None:
    sizes = ["m x n", "n x m", "n x n", "2 x n", "m x 2", "2 x 2", "1 x 1", "k x k"]
    hashes = {parse(f"matrix A : {size}\nshow A = A").hash for size in sizes}
    assert len(hashes) == len(sizes)


def test_the_changes_are_all_different_from_each_other() -> None:
    hashes = {parse(change(BASE, old, new)).hash for old, new in DIFFERENT}
    assert len(hashes) == len(DIFFERENT)


def test_the_hash_of_a_statement_of_equations_never_changes() -> None:
    assert parse(BASE).hash == "61b5b892c3b2247541180219890d3324462ffaf2cee8481efa84367aca2d9d5f"


def test_hash_sees_relations_and_sides() -> None:
    lines = "scalar s t\nassume {}\nshow {}"
    relations = ["s = t", "s <= t", "s < t", "t = s", "t <= s", "t < s"]
    hashes = {parse(lines.format(first, second)).hash for first in relations for second in relations}
    assert len(hashes) == 36
    s, t = scalar("s"), scalar("t")
    assert len({Equation(s, t, relation=relation) for relation in RELATIONS}) == 3


def test_hash_does_not_depend_on_the_order_of_properties() -> None:
    first = parse("matrix A : n x n symmetric idempotent\nshow A = A")
    assert parse("matrix A : n x n idempotent symmetric\nshow A = A").hash == first.hash


def test_names_are_part_of_the_hash_labels_are_not() -> None:
    A = matrix("A", "n", "n")
    assert Equation(A, A, "one") == Equation(A, A, "two")


# ---- construction ------------------------------------------------------------------------------------

A, B = matrix("A", "m", "n"), matrix("B", "n", "m")
SQUARE = matrix("S", "n", "n")
DECLARED = (Declaration("A", ("m", "n")), Declaration("s", None))
SHOW = (Claim(Equation(A, A)),)


@pytest.mark.parametrize(("build", "error", "message"), [
    (lambda: Declaration("A", ("m", "n"), ("symmetric",)), SizeError, "square"),
    (lambda: Declaration("A", None, ("symmetric",)), SizeError, "square"),
    (lambda: Declaration("A", (1, 2), ("orthogonal",)), SizeError, "square"),
    (lambda: Declaration("A", ("n", "n"), ("positive",)), InputError, "unknown property"),
    (lambda: Equation(A, B), SizeError, "the sides are"),
    (lambda: Equation(A, scalar("s")), SizeError, "the sides are"),
    (lambda: Equation(A, A, relation="<="), SizeError, "<= between matrices of size m x n"),
    (lambda: Equation(SQUARE, SQUARE, relation="<"), SizeError, "< between matrices of size n x n"),
    (lambda: Equation(A, scalar("s"), relation="<"), SizeError, "the sides are"),
    *[(lambda word=word: Equation(scalar("s"), scalar("s"), relation=word), InputError, "unknown relation")
      for word in (">=", ">", "!=", "==", "", "<= ", None, ["<="])],
    (lambda: Statement(DECLARED, (), (Equation(scalar("s"), scalar("s"), relation="<"),), SHOW), InputError, "guard has no relation"),
    (lambda: Statement(DECLARED, (), (), (Claim(Equation(scalar("s"), scalar("s"), relation="<="), Declaration("W", (1, 1))),)), InputError,
     "show exists needs an equation"),
    (lambda: Statement(DECLARED, (), (), ()), InputError, "nothing to show"),
    (lambda: Statement((*DECLARED, Declaration("A", ("m", "n"))), (), (), SHOW), InputError, "declared twice"),
    (lambda: Statement((*DECLARED, Declaration("A", None)), (), (), SHOW), InputError, "declared twice"),
    (lambda: Statement(DECLARED, (), (), (Claim(Equation(B, B)),)), InputError, "B is not declared"),
    (lambda: Statement(DECLARED, (Equation(B, B),), (), SHOW), InputError, "B is not declared"),
    (lambda: Statement(DECLARED, (), (Equation(scalar("t"), scalar("t")),), SHOW), InputError, "t is not declared"),
    (lambda: Statement(DECLARED, (), (), (Claim(Equation(matrix("A", "n", "n"), SQUARE)),)), InputError, "A is not declared as n x n"),
    (lambda: Statement(DECLARED, (), (), (Claim(Equation(scalar("A"), scalar("A"))),)), InputError, "A is not declared as scalar"),
    (lambda: Statement(DECLARED, (), (), (Claim(Equation(matrix("s", 1, 1), scalar("s"))),)), InputError, "s is not declared as 1 x 1"),
    (lambda: Statement(DECLARED, (), (Equation(A, zero("m", "n")),), SHOW), SizeError, "!= between matrices"),
    (lambda: Statement(DECLARED, (), (), (Claim(Equation(A, A), Declaration("A", ("n", "n"))),)), InputError, "must be a new matrix"),
    (lambda: Statement(DECLARED, (), (), (Claim(Equation(A, A), Declaration("w", None)),)), InputError, "must be a new matrix"),
    (lambda: Statement(DECLARED, (), (), (Claim(Equation(A, A), Declaration("W", ("n", "n"), ("symmetric",))),)), InputError, "new matrix"),
    (lambda: Statement(DECLARED, (Equation(SQUARE, SQUARE),), (), (Claim(Equation(A, A), Declaration("S", ("n", "n"))),)), InputError,
     "S is not declared"),
])
def test_ill_formed_statement(build: Any, error: type[InputError], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        build()
    assert type(caught.value) is error


@pytest.mark.parametrize("word", PROPERTIES)
def test_every_property_needs_a_square(word: str) -> None:
    assert Declaration("A", ("n", "n"), (word,)).properties == (word,)
    assert Declaration("A", (2, 2), (word,)).properties == (word,)
    with pytest.raises(SizeError, match="square"):
        Declaration("A", ("m", "n"), (word,))


def test_statements_are_immutable() -> None:
    with pytest.raises(AttributeError):
        parse("show 1 = 1").claims = ()  # type: ignore[misc]


# ---- plain data ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_plain_data_round_trip(path: Path) -> None:
    statement = read_statement(path)
    data = json.loads(json.dumps(statement_to_data(statement)))
    back = statement_from_data(data)
    assert back == statement
    assert back.hash == statement.hash
    assert statement_to_data(back) == data


@pytest.mark.parametrize("relation", RELATIONS)
def test_relations_in_plain_data(relation: str) -> None:
    statement = parse(f"scalar s t\nmatrix D : 1 x 1\nassume s = t\nassume s {relation} D\nshow t {relation} s")
    data = json.loads(json.dumps(statement_to_data(statement)))
    assert [len(row) for row in (*data["hypotheses"], *data["claims"])] == ([2, 2, 2] if relation == "=" else [2, 3, 3])
    assert statement_from_data(data) == statement
    assert statement_from_data(data).hash == statement.hash


def test_shared_subterms_are_written_once() -> None:
    term = SQUARE
    for _ in range(100):
        term = term + term
    table, roots = terms_to_data([term, SQUARE])
    assert len(table) == 101
    assert roots == [100, 0]
    assert terms_from_data(table)[-1] == term


DATA = statement_to_data(parse(BASE))
MISSING = object()


def broken(path: list[Any], value: Any) -> dict[str, Any]:
    """Copy the data of BASE with one place changed (or, for MISSING, removed)."""
    data = copy.deepcopy(DATA)
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    if value is MISSING:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return data


BROKEN = [
    *[([field], MISSING) for field in DATA], (["extra"], []),
    *[([field], value) for field in DATA for value in (None, 1, [1], [[]], [None])],
    (["declarations", 0], ["A", ["m", "n"]]), (["declarations", 0], ["A", ["m", "n"], [], []]), (["declarations", 0, 0], 1),
    (["declarations", 0, 0], ""), (["declarations", 0, 0], "A'"), (["declarations", 0, 0], "a b"), (["declarations", 0, 0], "Ä"),
    (["declarations", 0, 0], "1/(s)"), (["declarations", 0, 0], "let.x"), (["declarations", 0, 0], "x" * 101),
    (["declarations", 0, 0], "B"), (["declarations", 0, 0], "s"), (["declarations", 0, 1], ["m"]), (["declarations", 0, 1], ["m", 0]),
    (["declarations", 0, 1], ["m", -1]), (["declarations", 0, 1], ["m", True]), (["declarations", 0, 1], ["m", 1.0]),
    (["declarations", 0, 1], ["m", 10**9]), (["declarations", 0, 1], ["m", None]), (["declarations", 0, 1], ["m", "k"]),
    (["declarations", 0, 1], ["m", "2"]), (["declarations", 0, 1], []), (["declarations", 0, 1], 1),
    (["declarations", 1, 2], ["positive"]), (["declarations", 1, 2], [1]), (["declarations", 1, 2], [["symmetric"]]),
    (["declarations", 1, 2], "symmetric"), (["declarations", 1, 2], None), (["declarations", 0, 2], ["symmetric"]),
    (["hypotheses", 0], [0]), (["hypotheses", 0], [0, 0, 0]), (["hypotheses", 0], [0, 0, "="]),
    (["hypotheses", 0], [0, 0, "<="]), (["guards", 0], [1, 2, "<"]), (["claims", 0], [0, 0, "<"]), (["claims", 1], [0, 0, "<", "W", "n", "m"]), (["hypotheses", 0, 0], -1), (["hypotheses", 0, 0], 10**6),
    (["hypotheses", 0, 0], True), (["hypotheses", 0, 0], "0"), (["hypotheses", 0, 0], None), (["hypotheses", 0, 0], 0.0),
    (["guards", 0], [0]), (["guards", 0, 0], -1), (["claims", 0], [0]), (["claims", 0, 0], -1), (["claims", 1], [0, 0, "W"]),
    (["claims", 1], [0, 0, "W", "n"]), (["claims", 1, 2], "A"), (["claims", 1, 2], 1), (["claims", 1, 3], 0),
    (["nodes", 0], ["matrix", "A", "m"]), (["nodes", 0], ["matrix", "A", "m", "n", "k"]), (["nodes", 0], ["matrix", "A", "m", 0]),
    (["nodes", 0], ["matrix", 1, "m", "n"]), (["nodes", 0], ["nothing", 0]), (["nodes", 0], []), (["nodes", 0], "A"),
    (["nodes", 0], ["neg", 0]), (["nodes", 0], ["neg", -1]), (["nodes", 0], [["neg"], 0]), (["nodes", 0], ["matrix"]),
    (["nodes", 0], {"op": "matrix"}), (["nodes", 0], None),
]


@pytest.mark.parametrize(("path", "value"), BROKEN)
def test_broken_data_is_refused(path: list[Any], value: Any) -> None:
    with pytest.raises(InputError):
        statement_from_data(broken(path, value))


LAX = [  # data of a wrong type or length that says nothing false, but that no writer makes
    (["declarations", 0, 1], "mn"), (["declarations", 0, 1], ["m", "n", "k"]), (["declarations", 3, 1], None),
    (["declarations", 3, 1], ""), (["declarations", 3, 1], 0), (["declarations", 3, 1], {}),
    (["declarations", 1, 2], {"symmetric": 1}), (["claims", 1], [*DATA["claims"][1], "extra"]),
]


@pytest.mark.parametrize(("path", "value"), LAX)
def test_data_of_a_wrong_type_is_refused(path: list[Any], value: Any) -> None:
    with pytest.raises(InputError):
        statement_from_data(broken(path, value))


@pytest.mark.parametrize("data", [None, [], 1, "statement", {}, {1: 2}, {"declarations": []}])
def test_not_a_statement(data: Any) -> None:
    with pytest.raises(InputError, match="exactly the fields"):
        statement_from_data(data)


NODES = [
    (["matrix", "A", "n", "n"], matrix("A", "n", "n")), (["scalar", "s"], scalar("s")), (["number", "12"], terms.number(12)),
    (["identity", "n"], terms.identity("n")), (["identity", 3], terms.identity(3)), (["zero", "m", 1], zero("m", 1)),
]


@pytest.mark.parametrize(("node", "term"), NODES)
def test_leaves(node: list[Any], term: terms.Term) -> None:
    assert terms_from_data([node]) == [term]
    assert terms_to_data([term]) == ([node], [0])


S_NODE = ["matrix", "S", "n", "n"]


@pytest.mark.parametrize(("node", "error"), [
    (["number", 1], InputError), (["number", "-1"], InputError), (["number", "1.5"], InputError), (["number", ""], InputError),
    (["number", "٣"], InputError), (["number", "9" * 1001], InputError), (["number", True], InputError), (["number", "1", "2"], InputError),
    (["scalar", "a b"], InputError), (["scalar"], InputError), (["identity", 0], InputError), (["identity", "n", "n"], InputError),
    (["zero", "n"], InputError), (["pow", 0, 0], InputError), (["pow", 65, 0], InputError), (["pow", True, 0], InputError),
    (["pow", "2", 0], InputError), (["pow", 2], InputError), (["pow", 2, 1], InputError), (["add"], InputError), (["mul"], InputError),
    (["add", 0, 1], InputError), (["add", 0, True], InputError), (["add", 0, -1], InputError), (["neg", 0, 0], InputError),
    (["div", 0], InputError), (["div", 0, 0], SizeError), (["tr"], InputError), (["transpose", 0, 0], InputError),
    (["__class__", 0], InputError), (["add", [0]], InputError), ([], InputError), (None, InputError), (5, InputError),
])
def test_broken_node(node: Any, error: type[InputError]) -> None:
    with pytest.raises(error) as caught:
        terms_from_data([S_NODE, node])
    assert type(caught.value) is error


def test_too_many_nodes() -> None:
    with pytest.raises(InputError, match="at most"):
        terms_from_data([S_NODE] * 100_001)


def test_deep_data() -> None:
    table: list[Any] = [S_NODE, *(["transpose", k] for k in range(1000))]
    with pytest.raises(LimitError, match="nested deeper"):
        terms_from_data(table)


@pytest.mark.parametrize("value", [0, -1, True, 1.0, None, "", "2", "a b", "n'", [], 10**9, "ñ"])
def test_not_a_size(value: Any) -> None:
    with pytest.raises(InputError, match="not a name"):
        size_from_data(value)


def test_sizes_and_names() -> None:
    assert [size_from_data(size) for size in (1, 999_999_999, "n", "d0")] == [1, 999_999_999, "n", "d0"]
    assert name_from_data("A_1") == "A_1"
