"""Proof files under pytest: the same steps with the same success as `symcrit check`, in any folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from symcrit.checker.run import Options, check

ROOT = Path(__file__).parent.parent
MIXED = """theorem mixed "One of each"
matrix A : n x n
assume square: A*A = A
step fine: A*A*A = A by square
step wrong: A*A*A = A' by square
refute not_symmetric: A' = A
refute not_false: A*A*A = A
gap left_out: A' = A
step unknown: A = A by sqare

theorem other
matrix B : m x n
step penrose: B*pinv(B)*B = B
"""
GOOD = {"fine", "not_symmetric", "penrose"}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "proofs").mkdir()
    (tmp_path / "proofs" / "mixed.thm").write_text(MIXED)
    return tmp_path


def results(folder: Path, *arguments: str) -> dict[str, bool]:
    """Run pytest and read its JUnit file: step id to success."""
    run(folder, "--junitxml=junit.xml", *arguments)
    cases = ElementTree.parse(folder / "junit.xml").getroot().iter("testcase")
    return {f"{case.get('classname')}::{case.get('name')}": len(case) == 0 or case[0].tag == "properties"
            and all(child.tag == "properties" for child in case) for case in cases}


def test_every_step_is_an_item(folder: Path) -> None:
    done = run(folder, "--collect-only", "proofs")
    assert [line for line in done.stdout.splitlines() if "::" in line] == [
        f"proofs/mixed.thm::{name}" for name in (
            "mixed::fine", "mixed::wrong", "mixed::not_symmetric", "mixed::not_false", "mixed::left_out", "mixed::unknown",
            "other::penrose")]


def test_pytest_and_check_agree(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    report = check(["proofs"], Options(jobs=1))
    expected = {step.label: step.success for step in report.steps}
    assert {name for name, success in expected.items() if success} == GOOD
    found = results(folder, "proofs")
    assert {name.rpartition("::")[2]: success for name, success in found.items()} == expected


@pytest.mark.skipif(not (ROOT / "proofs").is_dir(), reason="the proofs are not here")
def test_pytest_and_check_agree_on_the_shipped_proofs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    done = run(ROOT, "proofs", f"--junitxml={tmp_path}/junit.xml")
    steps = check(["proofs"], Options(jobs=1)).steps
    assert done.returncode == 0 and all(step.success for step in steps)
    cases = list(ElementTree.parse(tmp_path / "junit.xml").getroot().iter("testcase"))
    assert [case.get("name") for case in cases] == [step.label for step in steps]


def test_a_failure_says_where_and_why(folder: Path) -> None:
    done = run(folder, "proofs/mixed.thm::mixed::wrong")
    assert done.returncode == 1
    assert "proofs/mixed.thm:5: step 'wrong' of mixed: REFUTED" in done.stdout
    assert "claimed   A*A*A = A'" in done.stdout and "witness   n = 2" in done.stdout
    assert "Traceback" not in done.stdout and "symcrit/checker" not in done.stdout


def test_a_file_that_is_not_well_formed_is_an_error(folder: Path) -> None:
    (folder / "proofs" / "broken.thm").write_text("theorem t\nmatrix A : n x m\nstep s: A*A = A\n")
    done = run(folder, "proofs/broken.thm")
    assert done.returncode == 2
    assert "broken.thm:3:10: product of n x m and n x m: m is not n" in done.stdout
    assert "Traceback" not in done.stdout


def test_what_is_pinned_but_gone_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    path = folder / "proofs" / "mixed.thm"
    path.write_text("theorem t\nmatrix A : n x n\nstep a: A*pinv(A)*A = A\nstep b: pinv(A)*A*pinv(A) = pinv(A)\n")
    assert check(["proofs"], Options(update=True, jobs=1)).exit_code == 0
    path.write_text("theorem t\nmatrix A : n x n\nstep a: A*pinv(A)*A = A\n")
    assert {name.rpartition("::")[2]: ok for name, ok in results(folder, "proofs").items()} == {"a": True, "b": False}


def test_other_suites_pay_nothing(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(
        "import sys\ndef test_nothing_is_imported():\n"
        "    names = sorted(name for name in sys.modules if name.split('.')[0] in ('symcrit', 'sympy', 'flint', 'mpmath'))\n"
        "    assert names == ['symcrit', 'symcrit.pytest_plugin']\n")
    done = run(tmp_path, "test_other.py", "-p", "no:hypothesispytest")
    assert done.returncode == 0, done.stdout


def test_steps_run_in_parallel(folder: Path) -> None:
    done = run(folder, "-n", "2", "proofs")
    assert f"{7 - len(GOOD)} failed, {len(GOOD)} passed" in done.stdout
