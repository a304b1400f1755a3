"""What comes after the proofs of a document: hashes, what all of it rests on, errata."""

from __future__ import annotations

from pathlib import Path

from symcrit import api
from symcrit.checker.run import Options, check
from symcrit.report.appendices import appendices
from tests.checker.test_ledger import rows

PROOF = """theorem t
matrix A : n x n symmetric
matrix B : n x n symmetric
step good: A*B = A'*B
refute bad: A*B = B*A
theorem u
matrix A : n x n
gap missing: A*A = A
step after: A*A*A = A by missing
"""


def test_certificates_and_what_they_rest_on(tmp_path: Path) -> None:
    path = tmp_path / "t.thm"
    path.write_text(PROOF)
    report = check([path], Options(jobs=1, allow_gaps=True))
    (first, certificates), (second, rests_on) = appendices(report)
    assert (first, second) == ("Certificates", "What this rests on")
    good = next(step for step in report.steps if step.label == "good")
    assert rf"\texttt{{good}}: statement \texttt{{{good.statement_hash[:12]}}}, by \texttt{{{good.proofs[0].hash[:12]}}}" in certificates
    assert r"\texttt{bad}" not in certificates and r"\texttt{after}" in certificates
    assert rests_on.count(r"\item") == 1 and "u::after" in rests_on and "t::good" not in rests_on


def test_nothing_is_rested_on(tmp_path: Path) -> None:
    path = tmp_path / "t.thm"
    path.write_text(PROOF.partition("theorem u")[0])
    assert dict(appendices(check([path], Options(jobs=1))))["What this rests on"] == "Nothing but what each theorem supposes.\n"


def test_errata_of_a_paper(tmp_path: Path) -> None:
    report, _ = rows(tmp_path)
    assert r"\subsection*{Wrong as printed}" in dict(appendices(report))["Errata"]


def test_a_document_has_them_in_the_order_of_the_paper() -> None:
    """Theorem 1 stands in section 2, Lemma 1 in the appendix."""
    document = api.tex(["proofs/zhou_liang_2018/lemma_1.thm", "proofs/zhou_liang_2018/theorem_1.thm"]).document
    assert document.index("\\section{theorem\\_1}") < document.index("\\section{lemma\\_1}") < document.index("\\section*{Errata}")
