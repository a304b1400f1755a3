"""Proved statements with their certificates: witnesses, calculations, stars for assumptions without a label."""

from __future__ import annotations

from fractions import Fraction

from symcrit.kernel import Instance, Theorem, terms
from symcrit.kernel.replay import replay
from symcrit.kernel.statement import Claim, Equation
from symcrit.lang.parser import parse
from symcrit.prover.decide import decide
from symcrit.typeset.latex import verdict_line
from symcrit.typeset.statement_latex import displayed, statement_latex

HEAD = "matrix A : n x k\nmatrix B : k x n\nmatrix C : n x m\n"


def printed(text: str) -> str:
    statement = parse(HEAD + text)
    certificate = decide(statement, float("inf")).certificate
    theorem = replay(certificate)
    assert isinstance(theorem, Theorem)
    return statement_latex(statement, verdict_line(statement, theorem), certificate)


def test_assumptions_that_are_used_are_referred_to() -> None:
    latex = printed("assume unused: A*B = B'*A'\nassume A*B*C = C\nassume C'*C = 0\nshow A*B*A*B*C*C' = C*C'")
    assert r"\tag{unused}" in latex and latex.count(r"\tag{$\ast$}") == 1 and r"\text{by ($\ast$)}" in latex
    assert "It holds by ($\\ast$).\n" in printed("assume A*B*C = C\nshow A*B*C*C' = C*C'")


def test_stars_are_numbered_where_there_are_several() -> None:
    latex = printed("assume B*A = I\nassume C'*C = I\nshow C'*A*B*A*B*C = C'*A*B*C*C'*C")
    assert all(f"({star})" in latex and rf"\tag{{{star}}}" in latex for star in (r"$\ast_{1}$", r"$\ast_{2}$"))


def test_a_witness_is_named_and_every_claim_has_its_calculation() -> None:
    latex = printed("assume A*B*C = C\nshow exists W : k x m. A*W = C\nshow inv(I + A*B)*A = A*inv(I + B*A)")
    assert "For instance, one may take\n\\begin{align*}\n\\mathbf{W} &= \\mathbf{B} \\mathbf{C}\n" in latex
    assert "For claim 2 in detail,\n" in latex and r"by the inverse of $\mathbf{I}_{n} + \mathbf{A} \mathbf{B}$" in latex


def test_one_step_is_a_sentence() -> None:
    assert "It holds by Penrose 1 for $\\mathbf{A}$.\n" in printed("show A*pinv(A)*A = A")
    assert "Multiplied out, both sides are the same.\n" in printed("show (A + B')*B = A*B + B'*B")


def test_no_calculation_without_the_certificate_of_the_statement() -> None:
    statement = parse(HEAD + "show A*pinv(A)*A*pinv(A)*A = A")
    certificate = decide(statement, float("inf")).certificate
    proved = verdict_line(statement, replay(certificate))
    assert "In detail" in statement_latex(statement, proved, certificate)
    assert "In detail" not in statement_latex(statement, proved)
    assert "In detail" not in statement_latex(statement, proved, {**certificate, "hash": "0"})
    assert "In detail" not in statement_latex(statement, verdict_line(statement, None), certificate)


def test_a_notebook_shows_what_is_assumed_and_what_exists() -> None:
    statement = parse("matrix A : n x n\nscalar s\nassume A*A = A\nassume s != 0\nshow exists W : n x 3. A*W = 0")
    shown = displayed(statement.claims, [*statement.hypotheses], "proved")
    assert shown == (r"$$\begin{aligned}\mathbf{A} \mathbf{A} &= \mathbf{A} && \text{assumed} \\ \mathbf{A} \mathbf{W} &= \mathbf{0}"
                     r" && \text{for some } \mathbf{W} \in \mathbb{R}^{n \times 3}\end{aligned} \qquad \text{(proved)}$$")


def test_a_notebook_tells_letters_apart() -> None:
    first, second = terms.matrix("A1", "n", "n"), terms.matrix("A_1", "n", "n")
    instance = Instance({"n": 1}, {}, {"A1": ((Fraction(1),),), "A_1": ((Fraction(2),),)})
    shown = displayed([Claim(Equation(first, second))], verdict="refuted", instance=instance)
    assert r"\mathbf{A}_{1} &= \mathtt{A\_1}" in shown and r"\mathtt{A\_1} = \left(" in shown


def test_equal_hypotheses_keep_their_labels() -> None:
    latex = printed("assume a: A*B*C = C\nassume b: A*B*C = C\nshow A*B*C*C' = C*C'")
    assert r"\tag{a}" in latex and r"\tag{b}" in latex
