"""LaTeX of terms and statements: order, grouping, notation, verdicts; and it compiles."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from symcrit.errors import InputError
from symcrit.kernel import Instance, Statement, Theorem, Theory, rules, terms, theorems
from symcrit.lang.parser import parse, read_statement
from symcrit.typeset.document import document
from symcrit.typeset.latex import VerdictLine, term_latex, verdict_line
from symcrit.typeset.lines import WIDTH, broken, solid, width
from symcrit.typeset.notation import prose, symbol
from symcrit.typeset.statement_latex import statement_latex

CORPUS = Path(__file__).parent.parent / "corpus"
FILES = sorted(path for folder in ("true", "hard", "false") for path in (CORPUS / folder).glob("*.thm"))
LETTERS = ("matrix A : n x n\nmatrix B : n x n\nmatrix C : n x n\nmatrix R : m x n\nmatrix Sigma : n x n\n"
           "vector u : n\nscalar s t sigma si\n")


def printed(expression: str) -> str:
    """Print the left side of a claim the way a reader would type it, fonts left out."""
    term = parse(f"{LETTERS}show {expression} = {expression}").claims[0].equation.left
    return re.sub(r"\\math(?:bf|it)\{(\w+)\}", r"\1", term_latex(term))


@pytest.mark.parametrize(("expression", "expected"), [
    ("B + A", "B + A"),
    ("A - (B - C)", "A - (B - C)"),
    ("(A + B) + C", "(A + B) + C"),
    ("-A*B + C", "-A B + C"),
    ("A - (-B)", "A - (-B)"),
    ("-(A - B)", "-(A - B)"),
    ("(-A)*(-1)", "(-A) (-1)"),
    ("A*(B*C)", "A (B C)"),
    ("(A*B)*C", "(A B) C"),
    ("2*3*A*4", r"2 \cdot 3 A \cdot 4"),
    ("A^2^3", "(A^{2})^{3}"),
    ("A'*A''", r"A^{\top} (A^{\top})^{\top}"),
    ("pinv(A)'", r"(A^{\dagger})^{\top}"),
    ("inv(A*B)^2", "((A B)^{-1})^{2}"),
    ("proj(R)*R", r"(R R^{\dagger}) R"),
    ("R'*proj(R*A)", r"R^{\top} ((R A) (R A)^{\dagger})"),
    ("I(n) - proj(A)", r"I_{n} - A A^{\dagger}"),
    ("tr(A*B)^2*A", r"\operatorname{tr}(A B)^{2} A"),
    ("1/2*A", r"\frac{1}{2} A"),
    ("2*(1/2)*A", r"2 \cdot \frac{1}{2} A"),
    ("A*B/s", r"\frac{A B}{s}"),
    ("A*(B/s)", r"A \frac{B}{s}"),
    ("(s/t)^2*A", r"\left(\frac{s}{t}\right)^{2} A"),
    ("si*s*A", r"si\, s A"),
    ("Sigma - sigma*I(n)", r"\boldsymbol{\Sigma} - \sigma I_{n}"),
    ("u*(u'*u)", r"u (u^{\top} u)"),
    ("A + 0", r"A + 0"),
])
def test_terms_keep_their_order_and_grouping(expression: str, expected: str) -> None:
    assert printed(expression) == expected


@pytest.mark.parametrize(("name", "bold", "expected"), [
    ("A", True, r"\mathbf{A}"), ("A1", True, r"\mathbf{A}_{1}"), ("d0", False, "d_{0}"),
    ("A_1_2", True, r"\mathbf{A}_{1,2}"), ("sigma", False, r"\sigma"),
    ("A1_max", True, r"\mathbf{A}_{1,\mathrm{max}}"), ("Lam", True, r"\boldsymbol{\Lambda}"),
    ("sigma12", False, r"\sigma_{12}"), ("x_sigma", False, r"x_{\sigma}"), ("dl", False, r"\mathit{dl}"),
    ("_", True, r"\mathtt{\_}"), ("a1b", False, r"\mathtt{a1b}"), ("A__1", True, r"\mathbf{A}_{1}"),
])
def test_names_become_symbols(name: str, bold: bool, expected: str) -> None:
    assert symbol(name, bold) == expected


def test_two_letters_never_look_alike() -> None:
    assert term_latex(terms.matrix("A1", "n", "n") * terms.matrix("A_1", "n", "n")) == r"\mathbf{A}_{1}\, \mathtt{A\_1}"
    assert term_latex(terms.matrix("I_n", "n", "n") * terms.identity("n")) == r"\mathtt{I\_n}\, \mathbf{I}_{n}"


def test_no_double_scripts_in_the_corpus() -> None:
    for path in FILES:
        statement = read_statement(path)
        fragment = statement_latex(statement, verdict_line(statement, None))
        assert not re.search(r"\^\{[^{}]*\}\^|_\{[^{}]*\}_|\^\{\\top\}'", fragment), path
        assert fragment.count("{") - fragment.count(r"\{") == fragment.count("}") - fragment.count(r"\}"), path


def test_prose_is_safe() -> None:
    assert prose("50% & $x_1$ \\cmd{}") == r"50\% \& \$x\_1\$ \textbackslash{}cmd\{\}"
    assert prose("ε Ž 漢") == r"$\epsilon$ \v{Z} [U+6F22]"


# ---- statements --------------------------------------------------------------------------------

SOURCE = """name "the name"
matrix A1 : d1 x d0
matrix P : d1 x d1 symmetric
vector u : d1
scalar s t
let G = A1*A1'
let H = G + P
assume grad_1: H*P = 0
assume u = P*u
assume s != t
show G*P/(s - t) = inv(H)*u*u'
show exists W : d0 x d1. A1*W = P
show P = P
"""


def test_a_statement_shows_everything_it_says() -> None:
    statement = parse(SOURCE)
    assert statement_latex(statement, verdict_line(statement, None)) == r"""\begingroup\sloppy\allowdisplaybreaks
\paragraph{the name.}
Let $\mathbf{A}_{1} \in \mathbb{R}^{d_{1} \times d_{0}}$,
$\mathbf{P} \in \mathbb{R}^{d_{1} \times d_{1}}$ (symmetric),
$\mathbf{u} \in \mathbb{R}^{d_{1}}$ and $s$, $t \in \mathbb{R}$.
Write
\begin{align*}
\mathbf{G} &= \mathbf{A}_{1} \mathbf{A}_{1}^{\top} \\
\mathbf{H} &= \mathbf{G} + \mathbf{P}
\end{align*}
Suppose that
\begin{align*}
\mathbf{H} \mathbf{P} &= \mathbf{0} \tag{grad\_1} \\
\mathbf{u} &= \mathbf{P} \mathbf{u}
\end{align*}
Here it is supposed that $s \neq t$ and $\mathbf{H}$ is invertible.
Then
\begin{align*}
\frac{\mathbf{G} \mathbf{P}}{s - t} &= \mathbf{H}^{-1} \mathbf{u} \mathbf{u}^{\top}
\end{align*}
and there is $\mathbf{W} \in \mathbb{R}^{d_{0} \times d_{1}}$ such that
\begin{align*}
\mathbf{A}_{1} \mathbf{W} &= \mathbf{P}
\end{align*}
and
\begin{align*}
\mathbf{P} &= \mathbf{P}
\end{align*}
\emph{Not established.}
\par\endgroup
"""


def test_guards_of_denominators_are_said_in_words() -> None:
    statement = parse("scalar s t\nshow t/s*(2/3) = inv(1/(1 + s)*I(1))*t")
    assert r"Here it is supposed that $s \neq 0$ and $1 + s \neq 0$" in statement_latex(
        statement, verdict_line(statement, None))


def theorem() -> Theorem:
    theory = Theory(parse("matrix A : n x n\nshow A = A"))
    return theorems.QED(theory, [(rules.COMBINE(theory, "n", "n", "=", []), None)])


def test_only_a_theorem_about_this_very_statement_prints_as_proved() -> None:
    proved = theorem()
    statement = proved.statement
    fragment = statement_latex(statement, verdict_line(statement, proved))
    assert f"\\emph{{Proved for all sizes (statement {statement.hash[:12]}).}}" in fragment
    other = parse("matrix A : n x n\nshow A = A'")
    with pytest.raises(InputError, match="another statement"):
        verdict_line(other, proved)
    with pytest.raises(InputError, match="another statement"):
        statement_latex(other, verdict_line(statement, proved))
    with pytest.raises(InputError, match="is no evidence"):
        VerdictLine(other, "Proved for all sizes.")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="another statement"):
        replace(verdict_line(other, None), evidence=proved)
    with pytest.raises(InputError, match="another statement"):
        statement_latex(other, "Proved for all sizes.")  # type: ignore[arg-type]
    assert "Proved" not in statement_latex(other, verdict_line(other, None))


def test_a_refutation_prints_its_witness() -> None:
    statement = parse("scalar s_1\nmatrix A1 : m x n\nshow A1 = 0\nshow s_1 = s_1")
    rows = ((Fraction(1, 2), Fraction(0)), (Fraction(0), Fraction(-1)))
    instance = Instance({"m": 2, "n": 2}, {"s_1": Fraction(3)}, {"A1": rows})
    fragment = statement_latex(statement, verdict_line(statement, instance))
    assert r"\emph{Refuted (claim 1).}" in fragment
    assert r"$m = 2$" in fragment and r"$s_{1} = 3$" in fragment
    assert r"\left(\begin{smallmatrix} 1/2 & 0 \\ 0 & -1 \end{smallmatrix}\right)" in fragment
    with pytest.raises(InputError, match="violates no claim"):
        verdict_line(statement, Instance({"m": 1, "n": 1}, {"s_1": Fraction(0)}, {"A1": ((Fraction(0),),)}))


# ---- long lines --------------------------------------------------------------------------------


def test_long_sums_break_at_signs() -> None:
    words = " - ".join(f"A*B{'*C' * (k % 3)}" for k in range(1, 25))
    statement = parse(f"{LETTERS}show {words} = C")
    fragment = statement_latex(statement, verdict_line(statement, None))
    assert "\\\\\n&\\quad {}- \\mathbf{A}" in fragment
    assert all(width(line) <= WIDTH + 20 for line in fragment.splitlines() if line.startswith("&"))


def test_breaking_loses_nothing() -> None:
    formula = "a\x00 + (b\x00 - c)\x00 + d \x02= e \x01f"
    for limit in (1.0, 20.0, 40.0, 1000.0):
        joined = "".join(broken(formula, limit)).replace("{}", "").replace(r"\cdot ", "")
        assert joined.replace(" ", "") == solid(formula).replace(" ", "")


def test_relations_are_preferred_to_signs_and_signs_to_factors() -> None:
    assert broken("aaa\x00 + bbb \x02= ccc\x00 + ddd \x01eee", 100)[:2] == ["aaa + bbb", "{}= ccc + ddd eee"]


# ---- it compiles -------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_the_whole_corpus_compiles_without_overfull_lines(tmp_path: Path) -> None:
    statements: list[Statement] = [read_statement(path) for path in FILES] + [parse(SOURCE), theorem().statement]
    statements += [replace(statement, lets=()) for statement in statements if statement.lets]
    fragments = [statement_latex(statement, verdict_line(statement, None)) for statement in statements]
    refuted = parse("matrix A_1 : m x n\nshow A_1 = 0")
    rows = tuple((Fraction(1, 3),) * 3 for _ in range(3))
    fragments.append(statement_latex(refuted, verdict_line(refuted, Instance({"m": 3, "n": 3}, {}, {"A_1": rows}))))
    (tmp_path / "all.tex").write_text(document([("", fragment) for fragment in fragments]), encoding="ascii")
    done = subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"], cwd=tmp_path,
                          capture_output=True, check=False)
    log = (tmp_path / "all.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-2000:]
    assert [size for size in re.findall(r"Overfull \\hbox \(([0-9.]+)pt", log) if float(size) > 5] == []
