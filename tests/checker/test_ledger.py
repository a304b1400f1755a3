"""The ledger: verdicts of claims from the steps that settle them, and catalogues that are not well formed."""

from __future__ import annotations

import json

import pytest

from symcrit.checker.ledger import catalogue
from symcrit.checker.run import Options, check
from symcrit.cli import main
from symcrit.errors import InputError
from symcrit.report.table import table

CLAIMS = """
["eq.1"]
where = "Sec 1"
printed = "A A^+ A = A"

["eq.2"]
where = "Sec 1"
printed = "A^+ A = I"
note = "a slip"

["eq.3"]
where = "proof of Thm 1"
printed = "A = 0"
enclosing = ["eq.1", "eq.2"]

["eq.4"]
where = "Sec 2"
printed = "nothing said"
enclosing = ["eq.3"]
"""
PROOF = """
matrix A : m x n
step penrose: A*pinv(A)*A = A
  settles eq.1
refute inverse: pinv(A)*A = I at A = [1 0]
  settles eq.2
step inside: pinv(A)*A*pinv(A)*A = pinv(A)*A
  settles eq.2 corrected, eq.1 argument
refute zero: A = 0 at A = 1
  settles eq.3
"""


def rows(tmp_path, proof=PROOF, claims=CLAIMS, path=None):
    (tmp_path / "claims.toml").write_text(claims)
    (tmp_path / "t.thm").write_text(proof)
    report = check([path or tmp_path], Options(jobs=1))
    return report, {claim.id: claim for claim in report.claims}


def test_verdicts_come_from_steps(tmp_path):
    report, found = rows(tmp_path)
    assert list(found) == ["eq.1", "eq.2", "eq.3", "eq.4"] and report.exit_code == 0
    assert [claim.verdict for claim in found.values()] == ["proved", "refuted", "refuted", "open"]
    assert (found["eq.1"].argument, found["eq.2"].argument) == ("refuted", "refuted")  # eq.3 is a part of both
    assert (found["eq.3"].argument, found["eq.4"].argument) == ("open", None)
    assert (found["eq.2"].corrected, found["eq.2"].corrected_verdict) == ("pinv(A)*A*pinv(A)*A = pinv(A)*A", "proved")
    assert found["eq.2"].formal == "pinv(A)*A = I(n)" and found["eq.2"].note == "a slip"
    assert found["eq.2"].counterexample.sizes == {"m": 1, "n": 2}
    assert found["eq.3"].enclosing_survives is True and found["eq.4"].enclosing_survives is False
    assert found["eq.2"].enclosing_survives is None
    assert [step.rpartition("::")[2] for step in found["eq.2"].steps] == ["inverse", "inside"]


def test_the_weakest_step_decides(tmp_path):
    weak = PROOF + "step wrong: A = A*A'*A settles eq.1\n"
    report, found = rows(tmp_path, weak)
    assert report.exit_code == 1 and found["eq.1"].verdict == "open"  # a step that was not to be refuted, and is


def test_a_refutation_that_fails_refutes_nothing(tmp_path):
    report, found = rows(tmp_path, PROOF.replace("at A = [1 0]", "at A = 1"))
    assert report.exit_code == 1 and found["eq.2"].verdict != "refuted" and found["eq.2"].counterexample is None


def test_a_point_may_be_the_counterexample(tmp_path):
    point = {"X": [[1]], "Y": [[1]], "widths": [1, 1, 1], "weights": [[[0]], [[1]]]}
    (tmp_path / "p.json").write_text(json.dumps(point))
    line = 'instance origin: "p.json" is {}critical\n  settles eq.4 counterexample\n'
    report, found = rows(tmp_path, PROOF + line.format("not "))
    assert report.exit_code == 0 and found["eq.4"].verdict == "refuted"
    assert found["eq.4"].to_json()["counterexample"] == {"points": ['"p.json" is not critical']}
    report, found = rows(tmp_path, PROOF + line.format(""))
    assert report.exit_code == 1 and found["eq.4"].verdict == "open"


def test_sizes_that_clash_refute_a_claim_as_printed(tmp_path):
    report, found = rows(tmp_path, PROOF + "ill_formed misprint: A*A = A\n  settles eq.4\n")
    assert report.exit_code == 0 and found["eq.4"].verdict == "refuted" and found["eq.4"].formal == "A*A = A"
    assert found["eq.4"].to_json()["counterexample"] == {"sizes": "product of m x n and m x n: n is not m"}
    report, found = rows(tmp_path, PROOF + "ill_formed misprint: A*A' = 0\n  settles eq.4\n")
    assert report.exit_code == 1 and found["eq.4"].verdict == "not_established" and not found["eq.4"].clash


def test_one_file_or_step_has_the_claims_it_settles(tmp_path):
    assert list(rows(tmp_path, path=tmp_path / "t.thm")[1]) == ["eq.1", "eq.2", "eq.3"]
    assert list(rows(tmp_path, path=f"{tmp_path / 't.thm'}::t::zero")[1]) == ["eq.3"]


def test_text(tmp_path):
    report, _ = rows(tmp_path)
    lines = table(report)
    start = lines.index("claims that are not proved as printed, or not by the argument of the paper")
    assert lines[start + 1:start + 6] == [
        "  eq.1  proved   Sec 1           argument: refuted",
        "  eq.2  refuted  Sec 1           at m = 1, n = 2; corrected: proved; argument: refuted",
        "  eq.3  refuted  proof of Thm 1  at m = 1, n = 1; argument: open",
        "  eq.4  open     Sec 2",
        "4 claims: 2 refuted, 1 proved, 1 open"]
    assert lines[start] not in table(report, quiet=True)


def test_an_argument_is_no_better_than_its_parts(tmp_path):
    apart = CLAIMS.replace('enclosing = ["eq.1", "eq.2"]', 'enclosing = ["eq.2"]')
    report, found = rows(tmp_path, claims=apart)
    assert found["eq.1"].argument == "proved"  # the step inside
    assert "eq.1" not in "".join(line for line in table(report) if line.startswith("  eq."))
    report, found = rows(tmp_path, PROOF + "gap leap: A = A*A'*A settles eq.1 argument\n", apart)
    assert found["eq.1"].verdict == "proved" and found["eq.1"].argument == "gap"


def test_an_unknown_id_is_an_error(tmp_path, capsys):
    rows(tmp_path, PROOF.replace("settles eq.1\n", "settles eq.l\n", 1))
    assert main(["check", str(tmp_path)]) == 4
    assert "t.thm:3: the step penrose settles eq.l, which is not in claims.toml\n  suggestion: write eq." in capsys.readouterr().out


def test_without_a_catalogue_ids_are_free(tmp_path):
    (tmp_path / "t.thm").write_text(PROOF)
    report = check([tmp_path], Options(jobs=1))
    assert report.exit_code == 0 and report.claims == ()


@pytest.mark.parametrize(("text", "message"), [
    ("[a", "not a TOML file"),
    ("a = 1", "a stands outside of a claim"),
    ("[a]\nwhere = 'x'", "the claim a: where or printed is missing"),
    ("[a]\nwhere = 'x'\nprinted = 1", "the claim a: printed is a string"),
    ("[a]\nwhere = 'x'\nprinted = 'y'\nverdict = 'proved'", "the claim a: unknown key verdict"),
    ("[a]\nwhere = 'x'\nprinted = 'y'\nenclosing = [1]", "the claim a: enclosing is a list of ids"),
    ("[a]\nwhere = 'x'\nprinted = 'y'\nenclosing = ['b']", "the claim a: enclosing names b"),
])
def test_catalogues_that_are_not_well_formed(tmp_path, text, message):
    (tmp_path / "claims.toml").write_text(text)
    with pytest.raises(InputError, match=message) as found:
        catalogue(tmp_path)
    assert found.value.file == str(tmp_path / "claims.toml")
    (tmp_path / "t.thm").write_text(PROOF)
    assert check([tmp_path], Options(jobs=1)).exit_code == 4


def test_the_shipped_catalogue_is_settled():
    """136 claims, each proved or refuted; whatever is refuted has its counterexample and a corrected statement that is proved."""
    report = check(["proofs"], Options(jobs=1))
    assert len(report.claims) == 136 and report.exit_code == 0
    assert {claim.verdict for claim in report.claims} == {"proved", "refuted"}
    refuted = [claim for claim in report.claims if claim.verdict == "refuted"]
    assert all(claim.counterexample is not None or claim.points or claim.clash for claim in refuted)
    assert all(claim.corrected_verdict == "proved" for claim in refuted)
    calibration = {"thm1.suff": "proved", "prop1.loss": "proved", "tax.exhaustive": "refuted", "ex1.J1": "proved",
                   "app.eq21": "proved", "lem1.eq27": "proved", "thm1p.pinv": "refuted", "prop3p.change1": "refuted",
                   "prop3p.sign": "refuted", "prop3p.cubic": "proved"}
    assert {claim.id: claim.verdict for claim in report.claims if claim.id in calibration} == calibration
