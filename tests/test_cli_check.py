"""`symcrit check` and the verbs around it: one exit code in every format, the same verdicts in every way of running."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from symcrit import cli
from symcrit.checker import run as checker
from tests.checker.files import write

HEAD = "theorem {0}\nmatrix A : n x n\nassume idem: A*A = A\n"
FILES = {
    "good": HEAD + "step {0}_cube: A*A*A = A by idem\nrefute {0}_sym: A' = A\n",
    "false": HEAD + "step {0}_bad: A*A*A = A' by idem\nstep {0}_fine: A*A*A = A by idem\n",
    "label": HEAD + "step {0}_on: A*A*A = A by idm\n",
    "true": HEAD + "refute {0}_ref: A*A*A = A\n",
    "gap": HEAD + "gap {0}_gap: A' = A\nstep {0}_uses: A*A' = A by {0}_gap, idem\n",
    "open": HEAD + "open {0}_open: A' = A\n",
    "fact": HEAD + "assume fact symmetric_cube_root\nuse {0}_fact: symmetric_cube_root with A = A*A', B = A*A' by nothing\n",
    "malformed": "theorem t\nmatrix A : n x m\nstep s: A*A = A\n",
    "empty": "# nothing\n",
}
FILES = {name: text.format(name) for name, text in FILES.items()}
CODES = {"good": 0, "false": 1, "label": 1, "true": 1, "gap": 1, "open": 1, "fact": 1, "malformed": 4, "empty": 4}
VERDICTS = {"good_cube": ("proved", True), "good_sym": ("refuted", True), "false_bad": ("refuted", False), "false_fine": ("proved", True),
            "label_on": ("not_established", False), "true_ref": ("proved", False), "gap_gap": ("gap", False), "gap_uses": ("gap", False),
            "open_open": ("open", False), "fact_fact": ("proved", False)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path, {f"{name}.thm": text for name, text in FILES.items()})


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """Run with --json: one document, with the exit code in it."""
    code, out, _ = run(capsys, *arguments, "--json")
    data = json.loads(out)
    assert data["exit_code"] == code
    return data


def verdicts(data: Any) -> dict[str, tuple[str, bool]]:
    return {step["label"]: (step["verdict"], step["success"]) for theorem in data["theorems"] for step in theorem["steps"]}


def without_seconds(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: without_seconds(value) for key, value in data.items() if key != "seconds"}
    return [without_seconds(value) for value in data] if isinstance(data, list) else data


# ---- exit codes and formats


@pytest.mark.parametrize("options", [[], ["--json"], ["-q"], ["-v"], ["--color", "always"], ["--junit", "j.xml"], ["-o", "out.txt"], ["--search"]], ids=str)
@pytest.mark.parametrize("name", CODES)
def test_the_exit_code_is_the_same_in_every_format(name: str, options: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", f"{name}.thm", "--jobs", "1", *options)
    assert code == CODES[name]
    assert bool(out) != ("-o" in options)


def test_the_largest_code_of_several_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for names, code in ((["good", "false"], 1), (["false", "malformed", "good"], 4), (["good"], 0)):
        assert document(capsys, "check", "--jobs", "1", *(f"{name}.thm" for name in names))["exit_code"] == code


def test_nothing_selected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options in ([], ["--json"]):
        code, _, err = run(capsys, "check", str(tmp_path), *options)
        assert code == 5 and "no proof files found" in err


@pytest.mark.parametrize("arguments", [["--jobs", "0"], ["--jobs", "x"], ["--budget", "0"], ["--permit"], ["--nosuch"]])
def test_usage_errors(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["check", *arguments])
    assert caught.value.code == 4


def test_a_bug_leaves_with_3(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from symcrit.prover import decide

    def refused(*arguments: object, **options: object) -> None:
        raise decide.RefusedCertificate("step 3")

    monkeypatch.setattr(decide, "decide", refused)
    for options in ([], ["--json"]):
        assert run(capsys, "check", "label.thm", "good.thm", "--jobs", "1", *options)[0] == 3


def test_junit_has_every_step(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = document(capsys, "check", ".", "--jobs", "1", "--junit", "j.xml")
    root = ElementTree.parse("j.xml").getroot()
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert {name: case.find("failure") is None for name, case in cases.items() if name != "file"} == {
        label: success for label, (_, success) in VERDICTS.items()}
    failure = cases["false_bad"].find("failure")
    assert failure is not None and failure.get("type") == "refuted" and "A*A*A = A'" in str(failure.text)
    assert cases["false_bad"].get("line") == "4"
    assert len(list(root.iter("error"))) == len(data["errors"]) == 2


def test_the_text_names_every_step_and_what_failed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "check", "good.thm", "false.thm", "--jobs", "1")
    rows = [line.split()[:2] for line in out.splitlines()]
    assert ["good_cube", "proved"] in rows and ["good_sym", "refuted"] in rows and ["x", "false_bad"] in rows
    assert "false.thm:4: step 'false_bad' of false: REFUTED  (refuted)" in out
    _, quiet, _ = run(capsys, "check", "good.thm", "--jobs", "1", "-q")
    assert quiet.splitlines()[0].startswith("2 steps: 1 proved, 1 refuted; all as they should be")


# ---- the same in every way of running


def test_processes_give_the_same_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alone, two = (document(capsys, "check", ".", "--jobs", jobs) for jobs in ("1", "2"))
    assert verdicts(alone) == VERDICTS
    assert without_seconds(alone) == without_seconds(two)


def test_replaying_and_searching_give_the_same_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document(capsys, "check", "good.thm", "--jobs", "1", "--update")
    replayed, searched = document(capsys, "check", "good.thm"), document(capsys, "check", "good.thm", "--jobs", "1", "--search")
    assert replayed["exit_code"] == 0
    assert without_seconds(replayed) == without_seconds(searched)


def test_updating_twice_changes_no_byte(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contents = []
    for _ in range(2):
        assert run(capsys, "check", ".", "--jobs", "1", "--update")[0] == 4
        contents.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert contents[0] == contents[1]
    assert {"pins.json", "good.cert.json", "false.cert.json"} <= set(contents[0]) and "malformed.cert.json" not in contents[0]


def test_pytest_and_check_agree_on_every_verdict(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=pytest.xml", "--continue-on-collection-errors", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout
    found, errors = {}, set()
    for case in ElementTree.parse("pytest.xml").getroot().iter("testcase"):
        told = {one.get("name"): one.get("value") for one in case.iter("property")}
        if case.find("error") is None:
            found[case.get("name")] = told["verdict"], case.find("failure") is None
        else:
            errors.add(str(case.get("name")).removesuffix(".thm"))
    assert found == verdicts(document(capsys, "check", ".", "--jobs", "1")) == VERDICTS
    assert errors == {"malformed", "empty"}


# ---- interruption


def test_an_interruption_leaves_with_2_and_keeps_what_was_found(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    real = checker.search_all

    def interrupted(tasks: list[Any], budget: float, jobs: int, done: Any) -> None:
        real(tasks[:1], budget, jobs, done)
        raise KeyboardInterrupt

    monkeypatch.setattr(checker, "search_all", interrupted)
    for options in ([], ["--json"]):
        code, out, err = run(capsys, "check", "good.thm", "--jobs", "1", *options)
        assert code == 2 and "interrupted" in err and not Path("good.cert.json").exists()
    data = json.loads(out)
    assert data["interrupted"] is True and data["exit_code"] == 2 and data["theorems"] == []
    assert run(capsys, "check", "good.thm", "--jobs", "1", "--update")[0] == 2
    store = json.loads(Path("good.cert.json").read_text())
    assert len(store["certificates"]) == 1 and not Path("pins.json").exists()
    monkeypatch.setattr(checker, "search_all", real)
    assert run(capsys, "check", "good.thm", "--jobs", "1", "--update")[0] == 0
    assert json.loads(Path("good.cert.json").read_text())["certificates"] == store["certificates"]


# ---- what is allowed


@pytest.mark.parametrize(("name", "options", "code"), [
    ("gap", ["--allow-gaps"], 0), ("open", ["--allow-gaps"], 0), ("fact", ["--permit", "symmetric_cube_root"], 0),
    ("gap", ["--permit", "symmetric_cube_root"], 1), ("fact", ["--allow-gaps"], 1), ("fact", ["--permit", "symmetric_square_root"], 1),
    ("fact", ["--permit", "x", "--permit", "symmetric_cube_root"], 0), ("false", ["--allow-gaps", "--permit", "symmetric_cube_root"], 1)])
def test_what_is_allowed(name: str, options: list[str], code: int, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = document(capsys, "check", f"{name}.thm", "--jobs", "1", *options)
    assert data["exit_code"] == code
    assert [theorem["success"] for theorem in data["theorems"]] == [code == 0]


def test_pins_allow_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "check", "gap.thm", "fact.thm", "--jobs", "1", "--update")
    pins = json.loads(Path("pins.json").read_text())
    assert pins["allow"] == {"facts": [], "gaps": []}  # updating allows nothing
    Path("pins.json").write_text(json.dumps(pins | {"allow": {"facts": ["symmetric_cube_root"], "gaps": ["gap.thm::gap::gap_gap"]}}))
    assert run(capsys, "check", "gap.thm", "fact.thm")[0] == 0


# ---- paths


def test_spaces_and_letters_of_any_alphabet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    path = "mes preuves/Übung 1 – лемма.thm"
    write(tmp_path, {path: FILES["good"]})
    for arguments in ([path, "--update"], ["mes preuves"], [f"{path}::good::good_cube"], [f"{path}::good"]):
        data = document(capsys, "check", *arguments, "--jobs", "1", "--junit", "é.xml")
        assert data["exit_code"] == 0 and data["theorems"][0]["id"] == f"{path}::good"
    assert sorted(name.name for name in (tmp_path / "mes preuves").iterdir()) == ["pins.json", "Übung 1 – лемма.cert.json", "Übung 1 – лемма.thm"]
    suite = ElementTree.parse("é.xml").getroot().find("testsuite")
    assert suite is not None and suite.get("name") == f"{path}::good"
    assert path in run(capsys, "check", path)[1]


def test_without_paths_the_folder_proofs_is_checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"proofs/deep/own.thm": FILES["good"]})
    data = document(capsys, "check", "--jobs", "1")
    assert [theorem["file"] for theorem in data["theorems"]] == ["proofs/deep/own.thm"]


def test_without_such_a_folder_the_shipped_proofs_are_meant(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "list", "--json")
    names = {theorem["id"].rpartition("::")[2] for theorem in json.loads(out)["theorems"]}
    assert code == 0 and "lemma_1" in names and "good" not in names


# ---- axioms, list, new


def test_axioms(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "axioms", "good.thm", "gap.thm", "fact.thm", "false.thm", "--json")
    rows = {row["id"]: row for row in json.loads(out)["theorems"]}
    assert code == 0
    assert {name: row["rests_on"] for name, row in rows.items()} == {
        "good.thm::good": [], "gap.thm::gap": ["gap gap.thm::gap::gap_gap"], "fact.thm::fact": ["fact symmetric_cube_root"], "false.thm::false": []}
    assert {name: row["failed"] for name, row in rows.items()} == {
        "good.thm::good": [], "gap.thm::gap": [], "fact.thm::fact": ["fact_fact"], "false.thm::false": ["false_bad"]}
    assert {tuple(row["assumptions"]) for row in rows.values()} == {("A*A = A",)}
    _, text, _ = run(capsys, "axioms", "gap.thm", "fact.thm")
    assert text.splitlines()[0] == "named facts and gaps: fact symmetric_cube_root; gap gap.thm::gap::gap_gap"
    code, _, err = run(capsys, "axioms", "good.thm", "malformed.thm")
    assert code == 4 and "malformed.thm:3:10" in err


def test_axioms_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "axioms", str(tmp_path))[0] == 5


def test_list_goes_on_after_a_malformed_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "list", "malformed.thm", "good.thm", "--json")
    bad, good = json.loads(out)["theorems"]
    assert code == 4 and "malformed.thm:3:10" in bad["error"]
    assert [(step["label"], step["rule"], step["line"]) for step in good["steps"]] == [("good_cube", "step", 4), ("good_sym", "refute", 5)]
    assert (good["id"], good["line"]) == ("good.thm::good", 1)
    assert "good_cube (step), good_sym (refute)" in run(capsys, "list", "good.thm")[1]


@pytest.mark.parametrize(("name", "file", "theorem"), [
    ("my_lemma", "my_lemma.thm", "my_lemma"), ("x.thm", "x.thm", "x"), ("2nd try", "2nd try.thm", "theorem_2nd_try"),
    ("Übung", "Übung.thm", "bung"), ('a"b', 'a"b.thm', "a_b"), ("–", "–.thm", "theorem_")])
def test_a_new_file_passes_its_check(name: str, file: str, theorem: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "new", name, "--json")
    assert code == 0 and json.loads(out)["file"] == file
    data = document(capsys, "check", file, "--jobs", "1")
    assert data["exit_code"] == 0 and data["theorems"][0]["id"] == f"{file}::{theorem}"
    assert [step["verdict"] for step in data["theorems"][0]["steps"]] == ["proved", "proved", "refuted"]
    before = Path(file).read_text()
    assert run(capsys, "new", name)[0] == 4 and Path(file).read_text() == before
