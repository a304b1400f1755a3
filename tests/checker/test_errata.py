"""The errata are what the ledger says, and those that are shipped are up to date."""

from __future__ import annotations

from pathlib import Path

from symcrit.checker.run import Options, check
from symcrit.cli import main
from symcrit.report.errata import errata
from tests.checker.test_ledger import CLAIMS, PROOF, rows


def test_the_shipped_errata_are_those_of_the_proofs() -> None:
    assert Path("docs/errata.md").read_text(encoding="utf-8") == errata(check(["proofs"], Options(jobs=1)))


def test_what_is_written_of_a_claim(tmp_path: Path) -> None:
    report, _ = rows(tmp_path, PROOF + "ill_formed misprint: A*A = A\n  settles eq.4\n")
    text = errata(report)
    assert "4 claims: 3 wrong as printed, 1 true, but not by the argument of the paper." in text
    wrong, _, argued = text.partition("## True, but not by the argument of the paper")
    assert "- Printed: `A^+ A = I`\n- Formally: `pinv(A)*A = I(n)`\n- False for `m = 1`, `n = 2`, `A = [1 0]`.\n" in wrong
    assert "- True instead (proved): `pinv(A)*A*pinv(A)*A = pinv(A)*A`\n- a slip\n" in wrong
    assert "- It is not well formed: product of m x n and m x n: n is not m.\n" in wrong
    assert "- Its argument: refuted, at `eq.3`.\n- The claim itself: proved.\n" in argued


def test_the_command_writes_them(tmp_path: Path) -> None:
    rows(tmp_path, claims='paper = "Author 2018"\n' + CLAIMS)
    assert main(["check", "-q", str(tmp_path), "--errata", str(tmp_path / "errata.md")]) == 0
    assert (tmp_path / "errata.md").read_text(encoding="utf-8").startswith("# Errata to Author 2018\n")
