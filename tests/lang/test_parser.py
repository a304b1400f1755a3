"""The grammar as two lists, accepted and refused; and the corpus.

In refused texts the mark § stands where the error must point; it is taken out before parsing.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from symcrit.errors import InputError, LimitError, SizeError
from symcrit.kernel.terms import (
    Term,
    add,
    div,
    identity,
    inverse,
    matrix,
    mul,
    neg,
    number,
    pinv,
    power,
    proj,
    scalar,
    trace,
    transpose,
    zero,
)
from symcrit.lang.parser import parse, parse_bytes, read_statement

CORPUS = Path(__file__).parent.parent / "corpus"
WELL_FORMED = sorted(path for kind in ("true", "hard", "false") for path in (CORPUS / kind).glob("*.thm"))
MALFORMED = sorted((CORPUS / "malformed").glob("*.thm"))
UNPLACED = {"bom", "bom_no_comment", "empty"}  # nothing to point at, or only the file as a whole

LETTERS = "matrix A : n x n\nmatrix B : n x n\nmatrix C : m x n\nmatrix k : 1 x 1\nvector u : n\nvector v : n\nscalar s t\n"
A, B, C = matrix("A", "n", "n"), matrix("B", "n", "n"), matrix("C", "m", "n")
K, U, V = matrix("k", 1, 1), matrix("u", "n", 1), matrix("v", "n", 1)
s, t = scalar("s"), scalar("t")
one, two, three, half = number(1), number(2), number(3), div(number(1), number(2))
I = identity("n")  # noqa: E741

# ---- accepted ------------------------------------------------------------------------------------------

EXPRESSIONS: list[tuple[str, str, Term]] = [  # the claim "left = right", and the term on the left
    ("A", "A", A), ("(A)", "A", A), ("((A))", "A", A), ("A + B", "A", add(A, B)), ("A - B", "A", add(A, neg(B))),
    ("A + B + A", "A", add(A, B, A)), ("A - B - A", "A", add(A, neg(B), neg(A))), ("A - (B - A)", "A", add(A, neg(add(B, neg(A))))),
    ("A*B*A", "A", mul(A, B, A)), ("A*(B*A)", "A", mul(A, mul(B, A))), ("(A*B)*A", "A", mul(mul(A, B), A)),
    ("A + B*A", "A", add(A, mul(B, A))), ("(A + B)*A", "A", mul(add(A, B), A)), ("A*B + A", "A", add(mul(A, B), A)),
    ("-A", "A", neg(A)), ("-A*B", "A", neg(mul(A, B))), ("-A^2", "A", neg(power(A, 2))), ("(-A)^2", "A", power(neg(A), 2)),
    ("-A + B", "A", add(neg(A), B)), ("-(A + B)", "A", neg(add(A, B))), ("-A/2*B", "A", neg(mul(div(A, two), B))),
    ("A*(-B)", "A", mul(A, neg(B))), ("A'", "A", transpose(A)), ("A''", "A", transpose(transpose(A))), ("A^2'", "A", transpose(power(A, 2))),
    ("A'^2", "A", power(transpose(A), 2)), ("A^2^3", "A", power(power(A, 2), 3)), ("A*B'", "A", mul(A, transpose(B))),
    ("(A*B)'", "A", transpose(mul(A, B))), ("A*B^2", "A", mul(A, power(B, 2))), ("(A*B)^2", "A", power(mul(A, B), 2)), ("A^64", "A", power(A, 64)),
    ("1/2*A", "A", mul(half, A)), ("A*1/2", "A", div(mul(A, one), two)), ("A/2", "A", div(A, two)), ("A/2/3", "A", div(div(A, two), three)),
    ("A/(2/3)", "A", div(A, div(two, three))), ("A*B/2", "A", div(mul(A, B), two)), ("A/2*B", "A", mul(div(A, two), B)),
    ("A*(B/2)", "A", mul(A, div(B, two))), ("2*A/3*B", "A", mul(div(mul(two, A), three), B)), ("s*A", "A", mul(s, A)), ("A*s", "A", mul(A, s)),
    ("A/s", "A", div(A, s)), ("A/(s*t)", "A", div(A, mul(s, t))), ("A/s*t", "A", mul(div(A, s), t)), ("A/s^2", "A", div(A, power(s, 2))),
    ("inv(A)", "A", inverse(A)), ("pinv(C)", "C'", pinv(C)), ("proj(A*B)", "A", proj(mul(A, B))), ("inv(A)'", "A", transpose(inverse(A))),
    ("inv(A)^2", "A", power(inverse(A), 2)), ("tr(A)*B", "A", mul(trace(A), B)), ("pinv(pinv(A))", "A", pinv(pinv(A))),
    ("I", "A", I), ("I(n)", "A", I), ("A + I", "A", add(A, I)), ("I*A", "A", mul(I, A)), ("2*I", "A", mul(two, I)), ("A - 2*I", "A", add(A, neg(mul(two, I)))),
    ("C*I*A", "C", mul(C, I, A)), ("C'*I*C", "A", mul(transpose(C), identity("m"), C)), ("inv(I + A)", "A", inverse(add(I, A))),
    ("0", "A", zero("n", "n")), ("0", "C", zero("m", "n")), ("0", "u", zero("n", 1)), ("0", "s", number(0)), ("0", "k", number(0)),
    ("A + 0", "A", add(A, zero("n", "n"))), ("0*A", "A", mul(zero("n", "n"), A)), ("0", "u'*v", number(0)),
    ("s + 1", "s", add(s, one)), ("s^2 - t^2", "s", add(power(s, 2), neg(power(t, 2)))), ("s/t/s", "s", div(div(s, t), s)), ("007", "s", number(7)),
    ("u'*v", "s", mul(transpose(U), V)), ("u'*v + s", "s", add(mul(transpose(U), V), s)), ("s + u'*v", "k", add(s, mul(transpose(U), V))),
    ("u*v'", "A", mul(U, transpose(V))), ("A/(u'*v)", "A", div(A, mul(transpose(U), V))), ("u*(u'*v)", "u", mul(U, mul(transpose(U), V))),
    ("tr(u'*v)*A", "A", mul(trace(mul(transpose(U), V)), A)), ("u*k*v'", "A", mul(U, K, transpose(V))), ("k^2", "s", power(K, 2)), ("k'", "k", transpose(K)),
    ("tr(A)", "s", trace(A)), ("tr(I(n))", "s", trace(I)), ("tr(I(3))", "s", trace(identity(3))), ("tr(A)^2/2", "s", div(power(trace(A), 2), two)),
    ("A  *\tB", "A", mul(A, B)), ("A*B# no comment mark in a name", "A", mul(A, B)),
]


@pytest.mark.parametrize(("left", "right", "term"), EXPRESSIONS)
def test_expression(left: str, right: str, term: Term) -> None:
    body, *comment = left.split("#")
    text = f"{LETTERS}show {body} = {right}" + "".join(f" #{part}" for part in comment)
    assert parse(text).claims[0].equation.left == term


SAME = [  # pairs of texts that are one statement
    ("matrix A : n x n\nshow A = A", "matrix A:n x n\nshow A=A"), ("matrix A : n x n\nshow A = A", "\n\n# c\nmatrix A : n x n # c\n\nshow A = A\n"),
    ("matrix A : n x n\nshow A = A", "matrix A : n x n\r\nshow A = A\r\n"), ("matrix A : n x n\nshow A = A", "  matrix\tA : n x n\n\tshow A = A"),
    ("vector u : n\nshow u = u", "matrix u : n x 1\nshow u = u"), ("scalar s t\nshow s = t", "scalar s\nscalar t\nshow s = t"),
    ("matrix A : n x n\nlet B = A*A\nshow B = A", "matrix A : n x n\nshow A*A = A"),
    ("matrix A : n x n\nlet B = A + A\nshow B*A = A", "matrix A : n x n\nshow (A + A)*A = A"),
    ("matrix A : n x n\nlet J = I\nshow J*A = A", "matrix A : n x n\nshow I(n)*A = A"),
    ("matrix A : n x n\nlet Z = 0\nshow Z*A = A*Z", "matrix A : n x n\nshow 0*A = A*0"),
    ("matrix A : n x n\nassume one: A = 0\nshow A = 0", "matrix A : n x n\nassume A = 0\nshow A = 0"),
    ("matrix A : n x n symmetric symmetric\nshow A = A", "matrix A : n x n symmetric\nshow A = A"),
    ("matrix A : n x n symmetric idempotent\nshow A = A", "matrix A : n x n idempotent symmetric\nshow A = A"),
    ("name \"a # b\"\nshow 1 = 1", "show 1 = 1"), ("matrix A : 2 x 2\nshow A = I", "matrix A : 02 x 2\nshow A = I(2)"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_same_statement(first: str, second: str) -> None:
    assert parse(first).hash == parse(second).hash


DIFFERENT = [
    ("matrix A : n x n\nshow -A^2 = A", "matrix A : n x n\nshow (-A)^2 = A"), ("matrix A : n x n\nshow A*A*A = A", "matrix A : n x n\nshow A*(A*A) = A"),
    ("matrix A : n x n\nshow A^2' = A", "matrix A : n x n\nshow A'^2 = A"), ("matrix A : n x n\nshow 1/2*A = A", "matrix A : n x n\nshow A/2 = A"),
    ("matrix A : n x n\nmatrix B : m x m\nshow tr(I(n)) = 1", "matrix A : n x n\nmatrix B : m x m\nshow tr(I(m)) = 1"),
    ("matrix A : n x n\nshow exists W : n x n. W = A", "matrix A : n x n\nshow exists V : n x n. V = A"),
]


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_different_statement(first: str, second: str) -> None:
    assert parse(first).hash != parse(second).hash


def test_structure() -> None:
    statement = parse('name "all of it"\nmatrix P : n x n projector\nvector u : n\nscalar s\nlet q = P*u\nassume fix: q = u\nassume s != 0\n'
                      "show s*q = s*u\nshow exists W : n x 1. P*W = u")
    assert statement.name == "all of it"
    assert [(d.name, d.shape, d.properties) for d in statement.declarations] == [
        ("P", ("n", "n"), ("projector",)), ("u", ("n", 1), ()), ("s", None, ())]
    assert [(e.label, e.right) for e in statement.hypotheses] == [("fix", U)]
    assert [(e.left, e.right) for e in statement.guards] == [(s, number(0))]
    plain, exists = statement.claims
    assert plain.unknown is None
    assert exists.unknown is not None
    assert (exists.unknown.name, exists.unknown.shape) == ("W", ("n", 1))
    assert statement.lets == (("q", mul(matrix("P", "n", "n"), U)),)


def test_the_unknown_is_local_to_its_line() -> None:
    text = "matrix A : n x n\nshow exists W : n x n. W = A\nshow exists W : n x n. A*W = A"
    assert [claim.unknown.name for claim in parse(text).claims if claim.unknown] == ["W", "W"]
    assert parse("matrix A : n x n\nshow exists W : n x n. W = A\nlet W = A\nshow W = A").claims[1].equation.left == A


# ---- refused -------------------------------------------------------------------------------------------

M = "matrix A : n x n\nmatrix C : m x n\nvector u : n\nscalar s t\n"
REFUSED: list[tuple[str, type[InputError], str]] = [
    # lines
    ("§foo A = B", InputError, "a line starts with"), ("§A = A", InputError, "a line starts with"), ("§= A", InputError, "a line starts with"),
    ("matrix A : n x n show§ A = A".replace("show§", "§show"), InputError, "unknown property"), ("§Matrix A : n x n", InputError, "a line starts with"),
    # names
    ("name §A", InputError, "text in quotes"), ('name "a" §"b"', InputError, "unexpected"), ('name "a"\nname §"b"', InputError, "second name"),
    ("name §\"a", InputError, "unexpected character"), ("matrix §: n x n", InputError, "expected a name"), ("matrix §I : n x n", InputError, "reserved"),
    ("matrix §x : n x n", InputError, "reserved"), ("matrix §tr : n x n", InputError, "reserved"), ("matrix §let : n x n", InputError, "reserved"),
    ("matrix §symmetric : n x n", InputError, "reserved"), ("matrix A : n x n\nmatrix §A : n x n", InputError, "already declared"),
    ("matrix A : n x n\nscalar §A", InputError, "already declared"), ("matrix A : n x n\nscalar §n", InputError, "already a size"),
    ("matrix A : n x n\nlet §A = A", InputError, "already declared"), ("scalar s\nmatrix A : §s x s", InputError, "already declared"),
    ("scalar", InputError, "expected a name"), ("scalar s §, t", InputError, "unexpected ','"), (f"matrix §{'A' * 101} : n x n", InputError, "100 characters"),
    # declarations
    ("matrix A §n x n", InputError, "expected ':'"), ("matrix A : n §n", InputError, "expected x"), ("matrix A : n §* n", InputError, "expected x"),
    ("matrix A : n x", InputError, "expected a size"), ("matrix A : §0 x n", InputError, "not a size"), ("matrix A : §-1 x n", InputError, "expected a size"),
    ("matrix A : n x n §x n", InputError, "unknown property"), ("matrix A : n x n §nice", InputError, "unknown property"),
    ("matrix A : m x n §symmetric", SizeError, "square"), ("matrix A : 2 x 3 §orthogonal", SizeError, "square"), ("vector u : n §x n", InputError, "unexpected"),
    ("matrix A : n x §1000000000", InputError, "not a size"), ("matrix A : 1§.5 x n", InputError, "expected x"),
    # unknown names, and names in the wrong place
    (M + "show §B = A", InputError, "unknown name B"), (M + "show A*§B = A", InputError, "unknown name B"), (M + "show §n*A = A", InputError, "sizes are not scalars"),
    (M + "show §det(A) = s", InputError, "unknown name det"), (M + "show §show = A", InputError, "keyword"), (M + "let B = §B", InputError, "unknown name B"),
    (M + "show I(§k)*A = A", InputError, "expected a size"), (M + "show I(§A)*A = A", InputError, "expected a size"), (M + "show I(§0) = A", InputError, "not a size"),
    # expressions
    (M + "show = A".replace("=", "§="), InputError, "expected an expression"), (M + "show A =", InputError, "expected an expression"),
    (M + "show A", InputError, "expected ="), (M + "show A = A §= A", InputError, "unexpected"), (M + "show A =§= A", InputError, "expected an expression"),
    (M + "show A §A = A", InputError, "unexpected"), (M + "show 2§A = A", InputError, "unexpected"), (M + "show A§(A) = A", InputError, "unexpected"),
    (M + "show A**§ = A".replace("*§", "§*"), InputError, "expected an expression"), (M + "show A + §- A = A", InputError, "expected an expression"),
    (M + "show §+A = A", InputError, "expected an expression"), (M + "show §*A = A", InputError, "expected an expression"),
    (M + "show §'A = A", InputError, "expected an expression"), (M + "show (A §= A", InputError, "expected ')'"), (M + "show A§) = A", InputError, "unexpected"),
    (M + "show (§) = A", InputError, "expected an expression"), (M + "show inv §A = A", InputError, "expected '('"), (M + "show inv(A§, A) = A", InputError, "expected ')'"),
    (M + "show A §< A", SizeError, "inequalities compare scalars"), (M + "show A §> A", InputError, "smaller side first"), (M + "show A §!= A", InputError, "only assumed"), (M + "show A = A§;", InputError, "unexpected ';'"),
    (M + "show 1§.5*A = A", InputError, "decimal"), (M + "show A§ᵀ = A", InputError, "unexpected character"), (M + "show A §− A = A", InputError, "unexpected character"),
    (M + "show A§[1] = A", InputError, "unexpected"), (M + "show A§@A = A", InputError, "unexpected character"), (M + "show A§\0 = A", InputError, "unexpected character"),
    # exponents
    (M + "show A^§0 = A", InputError, "exponent"), (M + "show A^§65 = A", InputError, "exponent"), (M + "show A^§-1 = A", InputError, "exponent"),
    (M + "show A^§s = A", InputError, "exponent"), (M + "show A^§(2) = A", InputError, "exponent"), (M + "show A^§T = A", InputError, "exponent"),
    (M + f"show A^§{'9' * 900} = A", InputError, "exponent"), (M + "show s^§65 = s", InputError, "exponent"),
    # sizes
    (M + "show A§*C = A", SizeError, "product of n x n and m x n: n is not m"), (M + "show A §+ C = A", SizeError, "sum of n x n and m x n"),
    (M + "show A §- u = A", SizeError, "sum of n x n and n x 1"), (M + "show A §= C", SizeError, "equation of n x n and m x n"),
    (M + "assume C §= C'\nshow A = A", SizeError, "equation of m x n and n x m"), (M + "show A §= s", SizeError, "equation of n x n and scalar"),
    (M + "show A §+ 1 = A", SizeError, "sum of n x n and scalar"), (M + "show u'*u§*A = A", SizeError, "product of 1 x 1 and n x n: 1 is not n"),
    (M + "show (u'*u)§*A = A", SizeError, "product of 1 x 1 and n x n: 1 is not n"), (M + "show §C^2 = C", SizeError, "power of a matrix of size m x n"),
    (M + "show §inv(C) = C", SizeError, "inv of a matrix of size m x n"), (M + "show §tr(C) = s", SizeError, "tr of a matrix of size m x n"),
    (M + "show §tr(s) = s", SizeError, "tr of a scalar"), (M + "show §pinv(s) = s", SizeError, "pinv of a scalar"),
    (M + "let B = A§*C\nshow A = A", SizeError, "n is not m"), (M + "show §I = I", InputError, "nothing fixes"), (M + "let J = §I\nshow A = A", InputError, "nothing fixes"),
    (M + "show tr(§I) = s", InputError, "nothing fixes"), (M + "show A§*I(m) = A", SizeError, "n is not m"),
    # division and guards
    (M + "show s/§A = s", InputError, "division by a matrix"), (M + "show A/§u = A", InputError, "division by a matrix"),
    (M + "assume §A != 0\nshow A = A", SizeError, "!= of a matrix"),
    (M + "show exists §A : n x n. A = A", InputError, "already declared"), (M + "show exists W §n x n. W = A", InputError, "expected ':'"),
    (M + "show exists W : n x n §W = A", InputError, "full stop"), (M + "show exists W : n x §k. W = A", InputError, "expected a size"),
    (M + "show exists §I : n x n. A = A", InputError, "reserved"), (M + "show exists W : n x n. A", InputError, "expected ="),
    (M + "show exists W : n x n. W = A\nshow §W = A", InputError, "unknown name W"), (M + "assume §exists W : n x n. W = A\nshow A = A", InputError, "keyword"),
]


@pytest.mark.parametrize(("marked", "error", "message"), REFUSED)
def test_refused(marked: str, error: type[InputError], message: str) -> None:
    before, mark, after = marked.partition("§")
    with pytest.raises(error) as caught:
        parse(before + after)
    assert type(caught.value) is error
    assert message in str(caught.value)
    lines = before.split("\n") if mark else marked.split("\n")
    column = len(lines[-1]) + 1  # without a mark: at the end of the text
    assert (caught.value.line, caught.value.column) == (len(lines), column)


@pytest.mark.parametrize("denominator", ["0", "s - s", "tr(A) - tr(A')", "0*s", "(1 - 1)", "u'*u - tr(u*u')", "0/2"])
@pytest.mark.parametrize("line", ["show s/({}) = s", "assume s/({}) = s\nshow s = s", "let q = s/({})\nshow q = s", "show exists W : n x n. s/({}) = s"])
def test_denominators_that_are_identically_0(denominator: str, line: str) -> None:
    number_of_line = (M + line).count("\n", 0, (M + line).index("{}")) + 1
    with pytest.raises(InputError, match="identically 0") as caught:
        parse(M + line.format(denominator))
    assert caught.value.line == number_of_line


def test_a_guard_that_is_identically_0() -> None:
    with pytest.raises(InputError, match="identically 0"):
        parse(M + "assume s != s\nshow s = s")


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", "matrix A : n x n", "matrix A : n x n\nassume A = 0", "# comment\rshow 1 = 1", "   \t "])
def test_nothing_to_show(text: str) -> None:
    with pytest.raises(InputError, match="nothing to show"):
        parse(text)


BYTES = [
    (b"", "nothing to show", 1), (b"\xef\xbb\xbfshow 1 = 1", "byte order mark", 1), ("show 1 = 1".encode("utf-16"), "not UTF-8", 1),
    (b"show 1 = 1\n# \xe9\n", "not UTF-8", 2), (b"# \xc0\x80\nshow 1 = 1", "not UTF-8", 1), (b"# \xed\xa0\x80", "not UTF-8", 1),
    ("matrix Ä : n x n".encode(), "unexpected character", 1), (b"matrix A : n x n\rshow A = A", "", 1), (b"\x00" * 100, "unexpected character", 1),
    (b"\rshow 1 = 1\r", "unexpected character", 1), (b"show 1 = 1\x0c", "unexpected character", 1), ("show 1 = 1\u2028".encode(), "unexpected character", 1), (b"\x7fELF\x02\x01\x01", "unexpected character", 1),
]


@pytest.mark.parametrize(("data", "message", "line"), BYTES)
def test_bytes(data: bytes, message: str, line: int) -> None:
    with pytest.raises(InputError) as caught:
        parse_bytes(data)
    assert message in str(caught.value)
    assert caught.value.line == line


def test_comments_may_be_in_any_language() -> None:
    assert parse_bytes("# Σ ∈ ℝ, „Anführung“\nshow 1 = 1 # ✓".encode()).hash == parse("show 1 = 1").hash


def test_a_file_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.thm"
    path.write_text("show B = B")
    with pytest.raises(InputError, match=re.escape(f"{path}:1:6: unknown name B")):
        read_statement(path)
    for bad in (tmp_path / "missing.thm", tmp_path):
        with pytest.raises(InputError, match="cannot read"):
            read_statement(bad)


# ---- limits ----------------------------------------------------------------------------------------------

MILLION = 1_000_000
HUGE = [
    ("parentheses", "show " + "(" * MILLION + "1" + ")" * MILLION + " = 1", LimitError),
    ("unbalanced parentheses", "show " + "(" * 300_000, LimitError),
    ("functions", "matrix A : n x n\nshow " + "pinv(" * 100_000 + "A" + ")" * 100_000 + " = A", LimitError),
    ("transposes", "matrix A : n x n\nshow A" + "'" * 100_000 + " = A", LimitError),
    ("powers", "matrix A : n x n\nshow A" + "^2" * 50_000 + " = A", LimitError),
    ("quotients", "matrix A : n x n\nshow A" + "/2" * 50_000 + " = A", LimitError),
    ("digits", "show " + "9" * MILLION + " = 1", LimitError),
    ("exponent", "scalar s\nshow s^" + "9" * 900 + " = 1", InputError),
    ("size", "matrix A : " + "9" * 900 + " x n\nshow A = A", InputError),
    ("sum", "show 1" + " + 1" * 100_000 + " = 1", LimitError),
    ("product", "show 1" + "*1" * 30_000 + " = 1", LimitError),
    ("lines", "show 1 = 1\n" * 50_000, LimitError),
    ("bytes", "#" * 5_000_000, LimitError),
    ("a name", "scalar " + "a" * 900_000 + "\nshow 1 = 1", InputError),
    ("lets", "matrix A0 : n x n\n" + "".join(f"let A{k + 1} = A{k}*A{k}\n" for k in range(600)) + "show A600 = A0", LimitError),
    ("text", 'name "' + "a" * 900_000, InputError),
]


@pytest.mark.parametrize(("text", "error"), [row[1:] for row in HUGE], ids=[row[0] for row in HUGE])
def test_huge_input_is_refused_quickly(text: str, error: type[InputError]) -> None:
    start = time.perf_counter()
    with pytest.raises(error) as caught:
        parse_bytes(text.encode())
    assert type(caught.value) is error
    assert len(str(caught.value)) < 500
    assert time.perf_counter() - start < 5


def test_what_expands_too_far_is_well_formed_all_the_same() -> None:
    text = "matrix A0 : n x n\nmatrix B : n x n\n" + "".join(f"let A{k + 1} = (A{k} + B)*(A{k} - B)\n" for k in range(9)) + "show A9 = A0"
    assert parse(text).claims[0].equation.left.shape == ("n", "n")


def test_nesting_within_the_limit() -> None:
    assert parse("show " + "(" * 90 + "1" + ")" * 90 + " = 1").hash == parse("show 1 = 1").hash


# ---- the corpus -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", WELL_FORMED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_well_formed_file(path: Path) -> None:
    assert read_statement(path).claims


@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.stem)
def test_malformed_file(path: Path) -> None:
    start = time.perf_counter()
    with pytest.raises(InputError) as caught:
        read_statement(path)
    assert time.perf_counter() - start < 1
    assert caught.value.file == str(path)
    if path.stem not in UNPLACED:
        assert caught.value.line >= 1
    assert len(str(caught.value)) < 1_000


def test_the_corpus_is_there() -> None:
    assert len(WELL_FORMED) > 300
    assert len(MALFORMED) > 150


# ---- semidefinite matrices and >=


def test_the_larger_side_first() -> None:
    assert parse("scalar s t\nassume s >= t\nshow t^2 >= s") == parse("scalar s t\nassume t <= s\nshow s <= t^2")


def test_psd_is_a_gram_matrix_where_it_is_assumed_and_two_claims_where_it_is_shown() -> None:
    found = parse("matrix A : n x n\nmatrix psd_root_1 : m x m\nassume a: psd(A - I)\nshow psd(A*A')\nshow psd(I(n))")
    written = parse("matrix A : n x n\nmatrix psd_root_1 : m x m\nmatrix psd_root_2 : n x n\nvector psd_vector_1 : n\nvector psd_vector_2 : n\n"
                    "assume a: A - I = psd_root_2'*psd_root_2\nshow (A*A')' = A*A'\nshow 0 <= tr(psd_vector_1'*(A*A')*psd_vector_1)\n"
                    "show I(n)' = I\nshow 0 <= tr(psd_vector_2'*I(n)*psd_vector_2)")
    assert found == written


@pytest.mark.parametrize(("text", "message"), [
    ("matrix A : m x n\nshow psd(A)", "psd of a matrix of size m x n: m is not n"),
    ("scalar s\nassume psd(s)\nshow s = s", "psd of a scalar"),
    ("matrix A : n x n\nshow psd(I)", "nothing fixes the size"),
    ("matrix A : n x n\nshow psd(A) + A = A", "unexpected '\\+'"),
    ("matrix A : n x n\nshow A + psd(A) = A", "unknown name psd"),
    ("matrix psd : n x n\nshow psd = psd", "psd is reserved"),
])
def test_psd_that_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse(text)
