"""LaTeX of proof files: order, sentences, references, verdicts that follow from evidence; and it compiles."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from symcrit import cli
from symcrit.checker.library import homes
from symcrit.checker.run import Options, Run
from symcrit.checker.typeset import evidence_of, typeset
from symcrit.errors import InputError
from symcrit.kernel import Instance, Theory, rules, theorems
from symcrit.lang.parser import parse
from symcrit.lang.proof import ProofTheorem
from symcrit.lang.proof_parser import parse_proofs
from symcrit.typeset.document import document
from symcrit.typeset.evidence import Evidence, standings
from symcrit.typeset.lines import WIDTH, width
from symcrit.typeset.proof_latex import theorem_latex, theorem_pieces

ROOT = Path(__file__).parent.parent.parent

LEMMA = """theorem lemma_1 "A title & more"
source "Author 2018, Lemma 1"
matrix A1 : d1 x d0
matrix A2 : d2 x d1
matrix X : d0 x m
matrix Y : d2 x m
matrix unused : d2 x d2
let P = proj(A2)
assume grad1: A2'*(A2*A1*X - Y)*X' = 0
text "The first gradient is enough:"
step eq27: A2*A1*X = P*Y*pinv(X)*X  by grad1  settles lem1.eq27
step chain: P*A2*A1*X = A2*A1*X
  = P*Y*pinv(X)*X  by eq27
refute unique: A1 = pinv(A2)*Y*pinv(X)
"""

MIXED = """theorem base
matrix A : m x n
step gram: A*pinv(A'*A)*A' = proj(A)
step range: exists W : m x n. A = A*A'*W

theorem mixed "Everything else"
lemma gram from "::base::gram"
matrix B : p x q
matrix C : q x p
matrix S : q x q symmetric
matrix T : q x q symmetric
scalar s t
assume s != t
assume (s - t)*B*C = 0
assume cubes: S^3 = T^3
assume fact symmetric_cube_root
use g: gram with A = B*C
step zero: B*C = 0
step inverse: C*inv(C'*C)*C'*C = C
use cube: symmetric_cube_root with A = S, B = T by cubes
gap missing: B = 0 by zero
step from_gap: B*B' = 0 by missing
open unknown: C = 0
refute at_a_point: B = 0 by zero, cubes at s = 1, t = 2, B = [1 0], C = [0; 1], S = [0 0; 0 0], T = [0 0; 0 0]
step wrong: C*B = 0 by zero
step nowhere: B = 0 by nothing_there
"""


def pages(tmp_path: Path, text: str, place: str = "") -> list[str]:
    """Check a proof file and print its theorems."""
    (tmp_path / "a.thm").write_text(text)
    made = typeset([f"{tmp_path / 'a.thm'}{place}"], Options(jobs=1))
    assert not made.report.errors
    return [page.latex for page in made.pages]


def pieces(tmp_path: Path, text: str) -> dict[str, str]:
    """Print the steps of the last theorem of a file, by label."""
    (tmp_path / "a.thm").write_text(text)
    return {piece.label: piece.latex for piece in typeset([tmp_path / "a.thm"], Options(jobs=1)).pages[-1].pieces}


def found(tmp_path: Path, text: str) -> tuple[ProofTheorem, dict[str, Evidence]]:
    """Check a file with one theorem, and return the evidence for its steps."""
    (tmp_path / "e.thm").write_text(text)
    run = Run(Options(jobs=1))
    run.read([tmp_path / "e.thm"])
    run.search()
    outcomes = {step.label: step for theorem in run.outcomes() for step in theorem.steps}
    file = run.selected[0].file
    evidence = {home.step.label: evidence_of(run, home, outcomes[home.step.label]) for home in homes(file)}
    return file.theorems[0], evidence


# ---- pages -------------------------------------------------------------------------------------


def test_a_theorem_reads_as_its_author_wrote_it(tmp_path: Path) -> None:
    (page,) = pages(tmp_path, LEMMA)
    page = re.sub(r"statement [0-9a-f]{12}", "statement HASH", page)
    start, refuted = page.split("It is not true that")
    assert start == r"""\begingroup\sloppy\allowdisplaybreaks
\paragraph{A title \& more.} \emph{Author 2018, Lemma 1.}
Let $\mathbf{A}_{1} \in \mathbb{R}^{d_{1} \times d_{0}}$,
$\mathbf{A}_{2} \in \mathbb{R}^{d_{2} \times d_{1}}$,
$\mathbf{X} \in \mathbb{R}^{d_{0} \times m}$ and $\mathbf{Y} \in \mathbb{R}^{d_{2} \times m}$.
Write
\begin{align*}
\mathbf{P} &= \mathbf{A}_{2} \mathbf{A}_{2}^{\dagger}
\end{align*}
Suppose that
\begin{align*}
\mathbf{A}_{2}^{\top} (\mathbf{A}_{2} \mathbf{A}_{1} \mathbf{X} - \mathbf{Y}) \mathbf{X}^{\top} &= \mathbf{0} \tag{grad1}\label{lemma_1:grad1}
\end{align*}

The first gradient is enough:
% eq27 settles lem1.eq27
by \eqref{lemma_1:grad1},
\begin{align*}
\mathbf{A}_{2} \mathbf{A}_{1} \mathbf{X} &= \mathbf{P} \mathbf{Y} \mathbf{X}^{\dagger} \mathbf{X} \tag{eq27}\label{lemma_1:eq27}
\end{align*}
In detail,
\begin{align*}
\mathbf{A}_{2} \mathbf{A}_{1} \mathbf{X} &= \mathbf{A}_{2} \mathbf{A}_{1} \mathbf{X} \mathbf{X}^{\dagger} \mathbf{X} && \text{by Penrose 1 for $\mathbf{X}$} \\
&= \mathbf{A}_{2} \mathbf{A}_{1} \mathbf{X} \mathbf{X}^{\top} (\mathbf{X}^{\dagger})^{\top} && \text{by Penrose 4 for $\mathbf{X}$} \\
&= \mathbf{P} \mathbf{A}_{2} \mathbf{A}_{1} \mathbf{X} \mathbf{X}^{\top} (\mathbf{X}^{\dagger})^{\top} && \text{by Penrose 1 for $\mathbf{A}_{2}$} \\
&= \mathbf{P}^{\top} \mathbf{A}_{2} \mathbf{A}_{1} \mathbf{X} \mathbf{X}^{\top} (\mathbf{X}^{\dagger})^{\top} && \text{by Penrose 3 for $\mathbf{A}_{2}$} \\
&= \mathbf{P}^{\top} \mathbf{Y} \mathbf{X}^{\top} (\mathbf{X}^{\dagger})^{\top} && \text{by \eqref{lemma_1:grad1}} \\
&= \mathbf{P}^{\top} \mathbf{Y} \mathbf{X}^{\dagger} \mathbf{X} && \text{by Penrose 4 for $\mathbf{X}$} \\
&= \mathbf{P} \mathbf{Y} \mathbf{X}^{\dagger} \mathbf{X} && \text{by Penrose 3 for $\mathbf{A}_{2}$}
\end{align*}
\hspace*{\fill}\mbox{\emph{Proved for all sizes (statement HASH).}}

We have
\begin{align*}
\mathbf{P} \mathbf{A}_{2} \mathbf{A}_{1} \mathbf{X} &= \mathbf{A}_{2} \mathbf{A}_{1} \mathbf{X} \\
&= \mathbf{P} \mathbf{Y} \mathbf{X}^{\dagger} \mathbf{X} && \text{by \eqref{lemma_1:eq27}} \tag{chain}\label{lemma_1:chain}
\end{align*}
\hspace*{\fill}\mbox{\emph{Proved for all sizes (statement HASH).}}

"""
    assert r"\tag{unique}\label{lemma_1:unique}" in refuted
    assert r"\emph{Refuted.}" in refuted and r"$d_{1} = 1$" in refuted
    assert re.search(r"There \$\\mathbf\{A\}_\{1\} = \S+\$, but \$\\mathbf\{A\}_\{2\}\^\{\\dagger\} .* = \S+\$\.\n\\par\\endgroup\n$", refuted)


@pytest.mark.parametrize(("label", "expected"), [
    ("g", r"By the lemma \\emph{gram} \(base\) for \$\\mathbf{A} := \\mathbf{B} \\mathbf{C}\$,\n(?s:.*)\\mbox{\\emph{Proved"),
    ("zero", r"By \\eqref{mixed:assumption.1},\n(?s:.*)\\mbox{\\emph{Proved"),
    ("inverse", r"(?s:.*)Here it is supposed that \$\\mathbf{C}\^{\\top} \\mathbf{C}\$ is invertible.\n"
                r"It holds by the inverse of \$\\mathbf{C}\^{\\top} \\mathbf{C}\$.\n\\hspace\*{\\fill}\\penalty0"),
    ("cube", r"By the named fact \\emph{symmetric\\_cube\\_root} \(uniqueness of the symmetric cube root\) for .*, "
             r"which applies by \\eqref{mixed:cubes},\n(?s:.*)Proved(?s:.*)It rests on symmetric\\_cube\\_root."),
    ("missing", r"Let us take for granted that\n(?s:.*)\\emph{A gap: nothing shows this.}\n\n$"),
    ("from_gap", r"By \\eqref{mixed:missing},\n(?s:.*)\\emph{Follows from what is not proved}: \\eqref{mixed:missing} \("),
    ("unknown", r"It is left open whether\n(?s:.*)\\emph{Open: nobody has decided this.}"),
    ("at_a_point", r"It does not follow from \\eqref{mixed:zero} and \\eqref{mixed:cubes} that\n(?s:.*)"
                   r"There \$\\mathbf{B} = \\left\(\\begin{smallmatrix} 1 & 0 \\end{smallmatrix}\\right\)\$.\n\n$"),
    ("wrong", r"It is claimed, by \\eqref{mixed:zero}, that\n(?s:.*)\\emph{Refuted.}\nA counterexample: "),
    ("nowhere", r"It is claimed, by \(nothing\\_there\), that(?s:.*)\\emph{Not established} \(no assumption or step above"),
])
def test_every_kind_of_step(label: str, expected: str, tmp_path: Path) -> None:
    latex = pieces(tmp_path, MIXED)[label]
    assert re.match(expected, latex), latex


def test_assumptions_without_a_label_have_a_star_if_they_are_used(tmp_path: Path) -> None:
    setting = pieces(tmp_path, MIXED)[""]
    assert r"(s - t) \mathbf{B} \mathbf{C} &= \mathbf{0} \tag{$\ast$}\label{mixed:assumption.1}" in setting
    assert r"Here it is supposed that $s \neq t$." in setting
    assert r"symmetric\_cube\_root} (uniqueness of the symmetric cube root) is assumed, not proved here." in setting


def test_a_witness_is_named(tmp_path: Path) -> None:
    base = pages(tmp_path, MIXED)[0]
    assert r"there is $\mathbf{W} \in \mathbb{R}^{m \times n}$ such that" in base
    assert r"For instance, $\mathbf{W} = (\mathbf{A}^{\dagger})^{\top}$ will do." in base


@pytest.mark.parametrize(("words", "by", "lead"), [
    ("First.", " by h", "First.\nBy \\eqref{t:h},"),
    ("First:", " by h", "First:\nby \\eqref{t:h},"),
    ("So it reduces to", " by h", "So it reduces to\n(\\eqref{t:h})".replace("(\\", "(by \\")),
    ("So it reduces to", " by", None),
])
def test_sentences_go_on_with_the_prose_above(words: str, by: str, lead: str | None, tmp_path: Path) -> None:
    by = by if lead else ""
    text = f'theorem t\nmatrix A : n x n\nassume h: A*A = A\ntext "{words}"\nstep s: {"A*A*A = A" if by else "A = A"}{by}'
    (page,) = pages(tmp_path, text)
    assert f"\n\n{lead or words}\n\\begin{{align*}}" in page


def test_one_step_of_a_theorem(tmp_path: Path) -> None:
    (page,) = pages(tmp_path, MIXED, "::mixed::from_gap")
    assert r"\tag{from\_gap}\label{mixed:from_gap}" in page
    assert r"By (missing)," in page  # not printed here, so there is nothing to refer to
    assert "zero" not in page


def test_labels_only_where_they_are_safe(tmp_path: Path) -> None:
    text = "matrix A : n x n\nassume h: A*A = A\nstep s: A*A*A = A by h"
    (theorem,) = parse_proofs(text, "50% & more.thm").theorems
    assert "\\label" not in theorem_latex(theorem, {}) and "by (h)" in theorem_latex(theorem, {})
    for name in ("a.thm", "b.thm"):
        (tmp_path / name).write_text(f"theorem t\n{text}")
    made = typeset([tmp_path], Options(jobs=1))
    assert "\\label" not in "".join(page.latex for page in made.pages)


def test_text_is_escaped(tmp_path: Path) -> None:
    text = "50% of {it} & \\\\input{x} $1 #2 A_2^+ ~ <b> 漢 | ε"
    (page,) = pages(tmp_path, f'theorem t "{text}"\nsource "{text}"\nmatrix A : n x n\ntext "{text}"\nstep s: A = A')
    printed = r"50\% of \{it\} \& \textbackslash{}\textbackslash{}input\{x\} \$1 \#2 A\_2\textasciicircum{}+ \textasciitilde{} $<$b$>$ [U+6F22] $|$ $\epsilon$"
    assert page.count(printed) == 3


def test_abbreviations_print_from_where_they_stand(tmp_path: Path) -> None:
    text = "theorem t\nmatrix A : n x n\nstep a: (A*A)*A = A*A*A\nlet G = A*A\nstep b: (A*A)*A = G*A\nlet unused = A + A\n"
    (page,) = pages(tmp_path, text)
    before, after = page.split("Write")
    assert r"(\mathbf{A} \mathbf{A}) \mathbf{A} &=" in before
    assert r"\mathbf{G} \mathbf{A} &= \mathbf{G} \mathbf{A}" in after
    assert "unused" not in page


def test_long_chains_are_broken_and_keep_their_reasons(tmp_path: Path) -> None:
    word = "*".join(["(A*B)*(A*B)'"] * 3)
    long = " + ".join(f"{word}" for _ in range(3))
    text = (f"theorem t\nmatrix A : n x n\nmatrix B : n x n\nassume h_with_a_long_label: A*B = 0\n"
            f"step s: {word} = {long} - 2*{word} by h_with_a_long_label\n  = {word} + 0 by h_with_a_long_label\n")
    (page,) = pages(tmp_path, text)
    lines = [line for line in page.splitlines() if line.startswith("&")]
    assert all(width(line.split(r"\tag")[0]) <= WIDTH + 20 for line in lines)
    assert r"&\quad {}+ " in page
    assert ("Here the relations hold, in their order: by \\eqref{t:h_with_a_long_label}; "
            "by \\eqref{t:h_with_a_long_label}.") in page


def test_chains_that_do_not_fit_beside_their_first_side_hang_below_it(tmp_path: Path) -> None:
    left = "*".join(["A"] * 24)
    (page,) = pages(tmp_path, f"theorem t\nmatrix A : n x n\nassume h: A*A = A\nstep s: {left} = A*A*A*A*A by h\n = A by h\n")
    claim = page.partition("In detail")[0].partition("detail,")[0]
    assert "\n&\\quad = \\mathbf{A}" in claim and claim.count(r"&& \text{by \eqref{t:h}}") == 2


# ---- verdicts ----------------------------------------------------------------------------------


CHEAT = """theorem t
matrix A : n x n
matrix B : n x n
scalar s t
assume h: A*A = A
step good: A*A*A = A by h
step bad: A*A*A = B
step weak: exists W : n x n. A*W = A
refute no: A = B by h
assume s != t
assume later: A = B
step other: A*A*A*A = A by h
"""


@pytest.fixture
def cheat(tmp_path: Path) -> tuple[ProofTheorem, dict[str, Evidence]]:
    return found(tmp_path, CHEAT)


def test_the_evidence_itself_is_fine(cheat: tuple[ProofTheorem, dict[str, Evidence]]) -> None:
    theorem, evidence = cheat
    judged = standings(theorem, evidence)
    assert [label for label, standing in judged.items() if standing.proved] == ["good", "weak", "other"]
    assert judged["no"].counterexample and judged["bad"].counterexample
    assert judged["weak"].witness is not None


def test_no_evidence_never_prints_as_proved(cheat: tuple[ProofTheorem, dict[str, Evidence]]) -> None:
    theorem, evidence = cheat
    page = theorem_latex(theorem, {})
    assert "Proved" not in page and "Refuted" not in page
    assert page.count("Not established") == len(theorem.steps)
    assert page.count("It is claimed") == len(theorem.steps)  # said before the formula, too
    stripped = {label: replace(one, found=None) for label, one in evidence.items()}
    assert "Proved" not in theorem_latex(theorem, stripped)


@pytest.mark.parametrize(("label", "source"), [
    ("good", "bad"), ("bad", "good"), ("weak", "good"), ("good", "weak"), ("no", "good"), ("good", "no"),
    ("other", "good"), ("bad", "no"),
])
def test_evidence_of_another_step_is_refused(label: str, source: str, cheat: tuple[ProofTheorem, dict[str, Evidence]]) -> None:
    theorem, evidence = cheat
    with pytest.raises(InputError, match=f"the evidence for {label} is about something else"):
        theorem_pieces(theorem, {label: evidence[source]})


@pytest.mark.parametrize("text", [
    "matrix A : n x n\nassume A = 0\nshow A*A*A = A",  # supposes more than the page does
    "matrix A : n x n\nmatrix B : n x n\nassume A*A = A\nassume A = B\nshow A*A*A = A",  # what is assumed further below
    "matrix A : n x n symmetric\nassume A*A = A\nshow A*A*A = A",  # a property that the letter has not
    "matrix A : n x n\nscalar s t\nassume A*A = A\nassume s != t\nshow A*A*A = A",  # a guard from further below
    "matrix A : 2 x 2\nassume A*A = A\nshow A*A*A = A",  # one size only
    "matrix A : n x n\nassume A*A = A\nshow A*A*A = A*A",  # another claim
    "matrix A : n x n\nassume A*A = A\nshow A*A*A = A\nshow A = A",  # more than one claim
])
def test_theorems_about_less_than_the_page_says_are_refused(text: str, cheat: tuple[ProofTheorem, dict[str, Evidence]]) -> None:
    from symcrit.api import prove
    from symcrit.kernel import replay

    theorem, _ = cheat
    statement = parse(text)
    certificate = prove(statement).certificate
    assert certificate is not None
    proved = replay(certificate)
    with pytest.raises(InputError, match="about something else"):
        theorem_pieces(theorem, {"good": Evidence(proved.statement, proved)})


def test_a_theorem_needs_its_own_statement(cheat: tuple[ProofTheorem, dict[str, Evidence]]) -> None:
    theorem, evidence = cheat
    with pytest.raises(InputError, match="the theorem is that of another statement"):
        theorem_pieces(theorem, {"bad": Evidence(evidence["other"].statement, evidence["good"].found)})
    for nothing in ("proved", True, object()):
        with pytest.raises(InputError, match="is no evidence"):
            Evidence(evidence["good"].statement, nothing)  # type: ignore[arg-type]
        with pytest.raises(InputError, match="is no evidence"):
            theorem_pieces(theorem, {"good": nothing})  # type: ignore[dict-item]
    with pytest.raises(InputError, match="is no evidence"):
        Evidence(None, evidence["good"].found)


def test_an_inequality_is_no_equation() -> None:
    theory = Theory(parse("matrix A : n x n\nshow 0 <= tr(A'*A)"))
    square = rules.SQUARE(theory, theory.algebra.letter("A"))
    known = Evidence(theory.statement, theorems.QED(theory, [(square, None)]))
    steps = "matrix A : n x n\nstep le: 0 <= tr(A'*A)\nstep eq: 0 = tr(A'*A)\nstep less: 0 < tr(A'*A)\n"
    theorem = parse_proofs(steps, "t.thm").theorems[0]
    setting, le, *others = theorem_pieces(theorem, {"le": known})
    assert r"0 &\le \operatorname{tr}(\mathbf{A}^{\top} \mathbf{A}) \tag{le}" in le.latex and "Proved" in le.latex
    assert r"0 &< \operatorname{tr}" in others[-1].latex and "Proved" not in others[-1].latex
    for label in ("eq", "less"):
        with pytest.raises(InputError, match="about something else"):
            theorem_pieces(theorem, {label: known})


def test_a_counterexample_meets_everything_above(cheat: tuple[ProofTheorem, dict[str, Evidence]]) -> None:
    theorem, _ = cheat
    free = parse("matrix A : n x n\nmatrix B : n x n\nshow A*A*A = B")
    two, one = ((Fraction(2),),), ((Fraction(1),),)
    with pytest.raises(InputError, match="about something else"):
        theorem_pieces(theorem, {"bad": Evidence(free, Instance({"n": 1}, {}, {"A": two, "B": one}))})
    with pytest.raises(InputError, match="violates no claim"):
        theorem_pieces(theorem, {"bad": Evidence(free, Instance({"n": 1}, {}, {"A": one, "B": one}))})
    claim = parse("matrix A : n x n\nmatrix B : n x n\nassume A*A = A\nshow A = B")
    with pytest.raises(InputError, match="about something else"):
        theorem_pieces(theorem, {"no": Evidence(replace(claim, hypotheses=()), Instance({"n": 1}, {}, {"A": two, "B": one}))})


def test_a_witness_is_checked(cheat: tuple[ProofTheorem, dict[str, Evidence]]) -> None:
    theorem, evidence = cheat
    weak = evidence["weak"]
    assert weak.witness is not None and weak.statement is not None
    other = parse("matrix A : n x n\nmatrix B : n x n\nshow A = B").claims[0].equation.right
    with pytest.raises(InputError, match="about something else"):
        theorem_pieces(theorem, {"weak": replace(weak, witness=(other, weak.witness[1]))})
    with pytest.raises(InputError, match="about something else"):
        theorem_pieces(theorem, {"good": replace(evidence["good"], witness=weak.witness)})


def test_a_gap_that_is_not_used_does_not_weaken_a_step(tmp_path: Path) -> None:
    text = "theorem t\nmatrix A : n x n\nassume h: A*A = A\ngap g: A = 0\nstep s: A + 0 = A\n"
    assert "Proved" in pieces(tmp_path, text)["s"]
    weaker = pieces(tmp_path, text + "step w: A' = A\n")["w"]
    assert "Proved" not in weaker and r"\emph{Follows from what is not proved}: \eqref{t:g}" in weaker


def test_points_are_looked_at_again() -> None:
    theorem = parse_proofs('matrix A : n x n\ninstance kink: "p.json" is not critical\ninstance value: "a/b_1.json" has loss = 1/2').theorems[0]
    page = theorem_latex(theorem, {"kink": Evidence(holds=lambda: ""), "value": Evidence(holds=lambda: "its loss is 1")})
    assert "The point of \\texttt{p.json} is not critical.\n\\emph{Checked exactly.}" in page
    assert "The point of \\texttt{a/\\allowbreak{}b\\_1.json} has loss $1/2$.\n\\emph{Not established} (its loss is 1)." in page
    assert "Checked" not in theorem_latex(theorem, {"kink": Evidence(reason="there is no such file")})


# ---- the command line --------------------------------------------------------------------------


def test_the_command_line_keeps_the_order_and_leaves_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in {"a": "theorem a\nmatrix A : n x n\nstep s: A = A'", "b": "matrix B : n x n\nshow B = B",
                       "c": "theorem c\nmatrix C : n x n\nstep s: C = C", "broken": "theorem d\nstep s: A = A"}.items():
        (tmp_path / f"{name}.thm").write_text(text)
    paths = [str(tmp_path / f"{name}.thm") for name in ("c", "b", "a")]
    assert cli.main(["tex", *paths]) == 0
    out = capsys.readouterr().out
    assert out.index(r"\mathbf{C}") < out.index(r"\mathbf{B}") < out.index(r"\mathbf{A}")
    assert cli.main(["tex", "--document", "--json", *paths]) == 0
    assert r'"tex": "\\documentclass' in capsys.readouterr().out
    assert cli.main(["tex", str(tmp_path)]) == 4
    captured = capsys.readouterr()
    assert "broken.thm:2:" in captured.err and r"\mathbf{C}" in captured.out
    assert cli.main(["tex", f"{paths[0]}::c::s"]) == 0
    assert cli.main(["tex", f"{paths[0]}::c::nothing"]) == 4


# ---- it compiles -------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_documents_compile_without_overfull_lines(tmp_path: Path) -> None:
    fragments = [*pages(tmp_path, LEMMA.replace("lemma_1", "a_lemma")), *pages(tmp_path, MIXED), *pages(tmp_path, CHEAT)]
    fragments += [page.latex for page in typeset([ROOT / "proofs"], Options(jobs=1)).pages]
    (tmp_path / "all.tex").write_text(document([("", fragment) for fragment in fragments]), encoding="ascii")
    for _ in range(2):  # references need a second run
        done = subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"], cwd=tmp_path,
                              capture_output=True, check=False)
    log = (tmp_path / "all.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-2000:]
    assert [size for size in re.findall(r"Overfull \\hbox \(([0-9.]+)pt", log) if float(size) > 5] == []
    assert "undefined" not in log and "multiply" not in log
