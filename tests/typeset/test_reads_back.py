"""What is printed reads back: a reader that knows nothing of the printer finds the author's statements on the page.

`page_comparison` says what counts as the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from symcrit.errors import InputError
from symcrit.kernel.data import terms_from_data
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement
from symcrit.kernel.text import text
from symcrit.lang.parser import read_statement
from symcrit.lang.printer import statement_text, usable_lets
from symcrit.lang.proof import GAP, ILL_FORMED, INSTANCE, OPEN
from symcrit.lang.proof_parser import parse_proofs
from symcrit.prover.decide import decide
from symcrit.typeset.derivation import derivation
from symcrit.typeset.evidence import Evidence
from symcrit.typeset.latex import verdict_line
from symcrit.typeset.proof_latex import theorem_latex
from symcrit.typeset.statement_latex import statement_latex
from tests.lang.test_printer import statements
from tests.typeset.fragment_reader import read_fragment
from tests.typeset.latex_reader import Unreadable
from tests.typeset.page_comparison import (
    Comparison,
    Printed,
    follows,
    names_of_statement,
    printed_proofs,
    sameness,
    says_proj,
    shown_by,
    shown_in,
    spelled,
    statement_of_page,
)

ROOT = Path(__file__).parent.parent.parent
CORPUS = sorted(path for folder in ("true", "hard", "false") for path in (ROOT / "tests/corpus" / folder).glob("*.thm"))
SAME = {("exactly", False), ("with proj for A A^+", True), ("with A A^+ for proj", True)}  # True: the author says proj
SEARCH = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


# ---- single statements -------------------------------------------------------------------------


def again(statement: Statement) -> str:
    """Print a statement, read it, and say whether it is the same."""
    read = statement_of_page(statement_latex(statement, verdict_line(statement, None)), statement)
    assert [equation.label for equation in read.hypotheses] == [equation.label for equation in statement.hypotheses]
    return sameness(read, statement)


def test_every_statement_of_the_corpus_reads_back() -> None:
    found: Counter[tuple[str, bool]] = Counter()
    for path in CORPUS:
        statement = read_statement(path)
        found[again(statement), says_proj(statement)] += 1
    assert set(found) <= SAME, found
    assert found["exactly", False] >= 400 and found["with A A^+ for proj", True] <= 4


@SEARCH
@given(statements())
def test_random_statements_read_back(statement: Statement) -> None:
    assert again(statement) != "not at all"


NAMES = st.from_regex(r"\A(A|a|b|I|Q|Lam|Lambda|lambda|lam|sigma|eps|omega|row|_)(_?[0-9]|_n|_max|_sigma|b|_){0,3}\Z")


@SEARCH
@given(st.lists(NAMES, min_size=4, max_size=9, unique=True), st.integers(1, 2))
def test_letters_with_any_names_read_back(names: list[str], scalars: int) -> None:
    size, *rest = names
    matrices = [Declaration(name, (size, size)) for name in rest[scalars:]]
    letters = [Declaration(name, None) for name in rest[:scalars]] + matrices
    product = letters[0].letter
    for one in letters[1:]:
        product = product * one.letter
    statement = Statement(tuple(letters), (), (), (Claim(Equation(product, matrices[-1].letter)),))
    assert again(statement) == "exactly"


@pytest.mark.parametrize("width", [40.0, 90.0])
@SEARCH
@given(statement=statements())
def test_statements_on_narrow_pages_read_back(width: float, statement: Statement) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("symcrit.typeset.display.WIDTH", width)  # lines are broken wherever they may be
        patch.setattr("symcrit.typeset.latex.WIDTH", width)  # fractions become slashes
        assert again(statement) != "not at all"


def test_proved_statements_read_back_with_their_witnesses_and_calculations() -> None:
    lines = witnesses = 0
    true = [path for path in CORPUS if path.parent.name == "true"]
    for path in [*true[::4], *(path for path in true if path.stem.startswith("ex_"))]:
        statement = read_statement(path)
        proved = decide(statement, float("inf"), rungs=1)
        if proved.certificate is None:
            continue  # a proof that takes longer
        latex = statement_latex(statement, verdict_line(statement, proved.theorem), proved.certificate)
        page = read_fragment(latex, names_of_statement(statement))
        assert sameness(statement_of_page(latex, statement), statement) != "not at all", path
        given = [terms_from_data(witness[0])[-1] for _, *witness in proved.certificate["claims"] if witness]
        assert [claim.witness for claim in page.claims if claim.unknown] == list(map(spelled, given)), path
        found = [shown_by(chain) for claim in page.claims for chain in claim.calculation]
        lets = [term for _, term in usable_lets(statement) if term.args]
        expected = [[shown._replace(cited=[]) for passage in derivation(proved.certificate, lets, claim=number)
                     for shown in shown_in(passage)] for number in range(len(statement.claims))]
        assert follows(found, expected), path
        lines += sum(len(shown.relations) for shown in found)
        witnesses += len(given)
    assert lines > 200 and witnesses > 10, (lines, witnesses)


# ---- proof files -------------------------------------------------------------------------------


@SEARCH
@given(statements(), st.sampled_from([40.0, 322.0]))
def test_random_theorems_read_back(statement: Statement, width: float) -> None:
    claim = statement.claims[0].equation
    left, right = text(claim.left), text(claim.right)
    chain = f"step chain: {left} = {right}\n = {left} by show_1\n = {right} by show_1 settles a.b\n"
    try:
        theorem, = parse_proofs(statement_text(statement) + chain).theorems
    except InputError:
        reject()  # the language has no way to write some zeros
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("symcrit.typeset.display.WIDTH", width)
        patch.setattr("symcrit.typeset.latex.WIDTH", width)
        latex = theorem_latex(theorem, {})
    printed = Printed("", theorem, {step.label: Evidence() for step in theorem.steps}, latex)
    assert list(Comparison(printed).differences()) == []


@pytest.fixture(scope="module")
def proofs() -> Sequence[Printed]:
    return printed_proofs(ROOT / "proofs")


def test_every_step_of_the_proofs_reads_back(proofs: Sequence[Printed]) -> None:
    found: Counter[tuple[str, bool]] = Counter()
    without = {GAP, OPEN, INSTANCE, ILL_FORMED}  # kinds of steps that have no statement to be found again
    lines = 0
    for printed in proofs:
        comparison = Comparison(printed)
        assert list(comparison.differences()) == [], printed.place
        stated = {step.label for step in printed.theorem.steps if step.kind not in without}
        assert set(comparison.same) == stated, printed.place  # every one was made again, of what the page says
        for label in stated:
            statement = printed.evidence[label].statement
            found[comparison.same[label], statement is not None and says_proj(statement)] += 1
        lines += sum(len(chain.relations) for claimed in comparison.page.claims for chain in claimed.calculation)
    assert set(found) <= SAME, found
    assert found["exactly", False] >= 588 and found["with proj for A A^+", True] >= 259, found
    assert found["with A A^+ for proj", True] <= 1, found  # this author says both proj(A) and A*pinv(A)
    assert lines > 1500


def test_no_letter_of_the_proofs_looks_like_a_product(proofs: Sequence[Printed]) -> None:
    for printed in proofs:
        matrices = [declaration.name for declaration in printed.theorem.declarations if declaration.shape is not None]
        matrices += [name for name, term in printed.theorem.lets if term.shape is not None]
        assert [name for name in matrices if len(name) > 1 and set(name) <= set(matrices)] == [], printed.place


# ---- what is wrong is noticed ------------------------------------------------------------------

FORMULAS = {  # what is changed in a formula, and into what
    "plus to minus": (r"(?<=\})( |\{\})\+ ", r"\1- "),
    "minus to plus": (r"(?<=[\}\d])( |\{\})- ", r"\1+ "),
    "a sign before a term": (r"(?<== )(?=\\mathbf)", "-"),
    "no transpose": (r"\^\{\\top\}", ""),
    "transpose to pseudoinverse": (r"\\top", r"\\dagger"),
    "pseudoinverse to inverse": (r"\\dagger", "-1"),
    "pseudoinverse to transpose": (r"\\dagger", r"\\top"),
    "inverse to transpose": (r"\^\{-1\}", r"^{\\top}"),
    "another exponent": (r"\^\{2\}", "^{3}"),
    "another number": (r"\{2\}", "{3}"),
    "another letter": (r"\\mathbf\{([A-HJ-Z])\}", r"\\mathbf{Z\1}"),
    "another declared letter": (r"\\mathbf\{A\}", r"\\mathbf{B}"),
    "another subscript": (r"(\\mathbf\{[A-HJ-Z]\})_\{1\}", r"\1_{2}"),
    "another identity": (r"\\mathbf\{I\}_\{[^}]*\}", r"\\mathbf{I}_{7}"),
    "factors in another order": (r"\\mathbf\{([A-Z])\} \\mathbf\{((?!\1)[A-Z])\}", r"\\mathbf{\2} \\mathbf{\1}"),
    "a factor left out": (r"\\mathbf\{([A-HJ-Z])\} (?=\\mathbf\{[A-Z]\})", ""),
    "a factor twice": (r"(\\mathbf\{[A-HJ-Z]\}) (?=\\mathbf\{[A-Z]\})", r"\1 \1 "),
    "no parentheses": (r"(?<!tr\})\(([^()]*(?:\+|-|\}) [^()]*)\)", r"\1"),
    "equation to inequality": (r"(?<=[&}])= ", r"\\le "),
    "inequality to equation": (r"\\le(?= )", "="),
    "strict inequality": (r"\\le(?= )", "<"),
    "zero to a number": (r"= 0(?= |$)", "= 1"),
    "zero matrix to identity": (r"\\mathbf\{0\}", r"\\mathbf{I}_{n}"),
    "fraction upside down": (r"\\frac\{(\w+)\}\{(\w+)\}", r"\\frac{\2}{\1}"),
    "trace left out": (r"\\operatorname\{tr\}", ""),
    "a dot to a plus": (r"\{\}\\cdot ", r"{}+ "),
    "another reason": (r"\\text\{by \\eqref\{(\w+):\w+\}\}", r"\\text{by \\eqref{\1:other}}"),
    "another equation of Penrose": (r"Penrose 1", "Penrose 2"),
    "another tag": (r"\\tag\{(\w)", r"\\tag{\1x"),
}
SENTENCES = {
    "another shape": (r"\\mathbb\{R\}\^\{([^}]\S*) \\times (?!\1\})(\S*)\}", r"\\mathbb{R}^{\2 \\times \1}"),
    "another property": (r"\(symmetric\)", "(diagonal)"),
    "a property left out": (r" \(orthogonal\)", ""),
    "another condition": (r"\\neq 0\$", r"\\neq 1$"),
    "no condition": (r"Here it is supposed that .*", ""),
    "another lemma instance": (r":= \\mathbf\{(\w)\}", r":= \\mathbf{\1}^{\\top}"),
    "another witness": (r"(For instance, \$[^$]*)\$", r"\1 + \\mathbf{0}$"),
    "another counterexample": (r"smallmatrix\} 1 ", r"smallmatrix} 5 "),
    "another hash": (r"\(statement \w{4}", "(statement 0000"),
    "another citation": (r"(?m)^By \\eqref\{(\w+):\w+\}", r"By \\eqref{\1:other}"),
    "no claim": (r"(?s)\\begin\{align\*\}(?:(?!\\end).)*\\tag\{\w+\}\S*\n\\end\{align\*\}\n\\h", r"\\h"),
}


def mutants(proofs: Sequence[Printed], kind: str, most: int = 6) -> Iterator[tuple[Printed, str]]:
    """Change one place of a page at a time: a few places, far from each other, of all where that kind of change is possible."""
    pattern, into = FORMULAS.get(kind) or SENTENCES[kind]
    places = []
    for printed in proofs:
        spans = [found.span() for found in re.finditer(r"(?s)\\begin\{align\*\}\n.*?\\end\{align\*\}", printed.latex)]
        for found in re.finditer(pattern, printed.latex):
            if kind in SENTENCES or any(start <= found.start() < end for start, end in spans):
                places.append((printed, found))
    for printed, found in places[:: max(1, len(places) // most)][:most]:
        yield printed, printed.latex[: found.start()] + found.expand(into) + printed.latex[found.end() :]


def notices(printed: Printed, latex: str) -> bool:
    """Tell whether a page is found to be another one."""
    try:
        return next(Comparison(printed, latex).differences(), "") != ""
    except (Unreadable, InputError):
        return True


@pytest.mark.parametrize("kind", [*FORMULAS, *SENTENCES])
def test_a_change_of_one_place_is_noticed(kind: str, proofs: Sequence[Printed]) -> None:
    changed = list(mutants(proofs, kind))
    assert changed, "nothing to change"
    for printed, latex in changed:
        assert latex != printed.latex and notices(printed, latex), difference(printed.latex, latex)


def difference(before: str, after: str) -> str:
    """Show the line that was changed."""
    return "\n".join(line for line in after.splitlines() if line not in before.splitlines())
