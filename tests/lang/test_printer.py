"""The printer and the parser are inverse to each other, up to what the language can express."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from symcrit.errors import InputError, LimitError
from symcrit.kernel import terms, walk
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement
from symcrit.kernel.terms import Size, Term
from symcrit.kernel.theory import Theory
from symcrit.lang.parser import parse, read_statement
from symcrit.lang.printer import statement_text, usable_lets
from tests.lang.random_terms import Terms, letters

CORPUS = Path(__file__).parent.parent / "corpus"
FILES = sorted(path for folder in ("true", "hard", "false") for path in (CORPUS / folder).glob("*.thm"))
SIZES: tuple[Size, ...] = ("n", "k", 1, 2)
PROFILE = settings(derandomize=True, database=None, deadline=None, max_examples=150,
                   suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_corpus_file_prints_and_reads_back(path: Path) -> None:
    statement = read_statement(path)
    printed = statement_text(statement)
    again = parse(printed)
    assert again.hash == statement.hash
    assert (again.name, again.lets) == (statement.name, statement.lets)
    assert [e.label for e in again.hypotheses] == [e.label for e in statement.hypotheses]
    assert statement_text(again) == printed


def test_the_corpus_is_there() -> None:
    assert len(FILES) > 300


@st.composite
def statements(draw: st.DrawFn, zeros: bool = False) -> Statement:
    source = Terms(draw, SIZES, zeros=zeros)

    def equation(label: str = "") -> Equation:
        rows, cols = source.size(), source.size()
        zero = draw(st.booleans()) and (rows, cols) != (1, 1)
        right = terms.zero(rows, cols) if zero else source.matrix(rows, cols, 2)
        return Equation(source.matrix(rows, cols, 3), right, label)

    hypotheses = tuple(equation(draw(st.sampled_from(["", "h1", "eq_27"]))) for _ in range(draw(st.integers(0, 2))))
    others = [terms.number(0), terms.scalar("t"), terms.number(3)]
    guards = tuple(Equation(terms.scalar("s"), other) for other in draw(st.lists(st.sampled_from(others), max_size=2)))
    claims = [Claim(equation())]
    if draw(st.booleans()):
        unknown = Declaration("W", (source.size(), source.size()))
        rows, cols = unknown.shape or (1, 1)
        left = terms.mul(source.matrix(rows, rows, 1), unknown.letter)
        claims.append(Claim(Equation(left, source.matrix(rows, cols, 2)), unknown))
    pool = [node for claim in claims[:1] for node in walk.postorder([claim.equation.left]) if node.args]
    named = draw(st.lists(st.sampled_from(pool), max_size=3)) if pool else []
    lets = tuple((f"L{k}", term) for k, term in enumerate(named))
    title = draw(st.sampled_from(["", "Größe 1"]))
    statement = Statement(letters(SIZES), hypotheses, guards, tuple(claims), title, lets)
    try:
        Theory(statement)
    except InputError:  # such as a pseudoinverse of identities of two sizes, or inv(0)
        reject()
    return statement


@PROFILE
@given(statements())
def test_random_statements_print_and_read_back(statement: Statement) -> None:
    printed = statement_text(statement)
    again = parse(printed)
    assert again.hash == statement.hash
    assert again.name == statement.name
    assert [e.label for e in again.hypotheses] == [e.label for e in statement.hypotheses]


@PROFILE
@given(statements(zeros=True))
def test_zeros_anywhere_print_and_read_back_or_are_refused_by_name(statement: Statement) -> None:
    try:
        printed = statement_text(statement)
    except InputError as error:
        assert "zero matrix" in error.message or "of a scalar" in error.message  # pinv(0/2), tr(0), ...
    else:
        assert parse(printed).hash == statement.hash


# ---- abbreviations -----------------------------------------------------------------------------


def roundtrip(source: str) -> str:
    statement = parse(source)
    printed = statement_text(statement)
    assert parse(printed).hash == statement.hash
    return printed


def test_abbreviations_use_earlier_ones_and_are_used_below_operations() -> None:
    printed = roundtrip("matrix A : m x n\nlet G = A'*A\nlet H = G + I\nshow H*(G + I)' - (A'*A + I) = A'*A*H")
    assert "let G = A'*A\nlet H = G + I(n)\nshow H*H' - H = A'*A*H\n" in printed


def test_an_abbreviated_negative_keeps_its_sign() -> None:
    printed = roundtrip("matrix A : n x n\nmatrix B : n x n\nlet N = -A\nshow B - A = B + N")
    assert "show B + N = B + N\n" in printed


def test_abbreviations_of_letters_are_declared_but_not_used() -> None:
    assert roundtrip("matrix A : n x n\nlet B = A\nshow A*B = B*A").endswith("let B = A\nshow A*A = A*A\n")


def test_an_abbreviation_named_like_an_unknown_is_left_out() -> None:
    statement = parse("matrix A : n x n\nshow exists W : n x n. A*W = A\nlet W = A*A\nshow W*A = A*W")
    assert usable_lets(statement) == []
    assert parse(statement_text(statement)).hash == statement.hash


def test_a_zero_that_has_its_size_from_another_line_prints_by_its_name() -> None:
    printed = roundtrip("matrix A : m x n\nmatrix B : k x n\nlet Z = 0\nassume Z*A = B\nshow proj(Z)*B = 0")
    assert "assume Z*A = B\n" in printed


def test_vectors_scalars_and_properties() -> None:
    source = ("vector u : n\nscalar s t\nmatrix P : n x n orthogonal symmetric\nscalar r\n"
              "assume s != t\nshow s*(t*(r*P*u)) = t*s*r*P*u\n")
    assert roundtrip(source) == source


# ---- what cannot be written --------------------------------------------------------------------


def claim(left: Term, right: Term, *declarations: Declaration) -> Statement:
    return Statement(declarations, (), (), (Claim(Equation(left, right)),))


A = Declaration("A", ("m", "n"))
G = Declaration("G", ("n", "n"))
ZERO = "a zero matrix of size "


@pytest.mark.parametrize(("left", "right", "message"), [
    (terms.mul(terms.number(0), A.letter), A.letter, "0 as a scalar cannot be written here: it reads back as " + ZERO),
    (terms.zero(1, 1), terms.number(0), ZERO + "1 x 1 cannot be written here: it reads back as 0 as a scalar"),
    (terms.zero("m", "n"), terms.zero("m", "n"), ZERO + "m x n cannot be written here"),
    (terms.trace(terms.zero("n", "n")), terms.number(0), "'show tr(0) = 0' cannot be read: tr of a scalar"),
    (terms.proj(terms.zero("m", "n")), terms.proj(A.letter), ZERO + "m x n cannot be written here"),
    (terms.add(A.letter), A.letter, "A of size m x n cannot be written here"),
    (terms.mul(A.letter), A.letter, "A of size m x n cannot be written here"),
    (terms.trace(terms.identity("q")), terms.scalar("s"), "expected a size, found 'q'"),
    (terms.trace(terms.identity(10**9)), terms.scalar("s"), "1000000000 is not a size"),
])
def test_terms_without_a_spelling_are_refused(left: Term, right: Term, message: str) -> None:
    with pytest.raises(InputError) as caught:
        statement_text(claim(left, right, A, G, Declaration("s", None)))
    assert message in caught.value.message


def test_sums_nested_too_deeply_are_refused_as_a_limit() -> None:
    total = G.letter
    for _ in range(150):
        total = G.letter + total
    with pytest.raises(LimitError, match="nested deeper"):
        statement_text(claim(total, G.letter, G))


@pytest.mark.parametrize("name", ["x", "I", "pinv", "symmetric", "Größe", "a b", "1a", "a" * 101])
def test_names_without_a_spelling_are_refused(name: str) -> None:
    letter = Declaration(name, ("n", "n"))
    with pytest.raises(InputError, match="cannot be a name"):
        statement_text(claim(letter.letter, letter.letter, letter))


def test_labels_and_titles_without_a_spelling_are_refused() -> None:
    equation = Equation(G.letter, G.letter, "eq. 27")
    with pytest.raises(InputError, match="the label 'eq. 27' cannot be written"):
        statement_text(Statement((G,), (equation,), (), (Claim(equation),)))
    with pytest.raises(InputError, match="cannot be written"):
        statement_text(Statement((G,), (), (), (Claim(Equation(G.letter, G.letter)),), 'say "no"'))
