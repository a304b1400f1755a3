"""One run of `check`: what is selected, what is searched for and what is replayed, what is stored and pinned."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from symcrit.checker import run as module
from symcrit.checker.judge import Judge
from symcrit.checker.search import Found
from symcrit.lang.parser import parse
from tests.checker.files import edit_store, parts_of, run, verdicts, write

ONE = """theorem one
matrix A : n x n
assume idem: A*A = A
step cube: A*A*A = A by idem
step four: A*A*A*A = A*A by cube
theorem two
matrix B : m x n
step penrose: B*pinv(B)*B = B by nothing
refute symmetric: pinv(B)*B = I
"""
OTHER = "theorem other\nmatrix C : k x k\nstep plain: C*pinv(C)*C = C by nothing\n"
USER = 'theorem user\nmatrix D : n x n\nassume h: D*D = D\nlemma l from "one.thm::one::four"\nuse put: l with A = D by h\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, {"one.thm": ONE, "sub/other.thm": OTHER})


@pytest.fixture
def stored(folder: Path) -> Path:
    assert run(folder, update=True).exit_code == 0
    return folder


def ids(folder: Path, *paths: str, **options: Any) -> list[str]:
    report = run(*(folder / path for path in paths), **options)
    return [step.id.removeprefix(f"{folder}/") for step in report.steps]


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def searches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record which steps are searched for, in what kind of search."""
    seen: list[str] = []
    real = module.search_all

    def record(tasks: list[Any], *rest: Any) -> None:
        seen.extend(f"{task.kind} {task.what.rpartition('::')[2]}" for task in tasks)
        real(tasks, *rest)

    monkeypatch.setattr(module, "search_all", record)
    return seen


# ---- what is selected

ALL_ONE = ["one.thm::one::cube", "one.thm::one::four", "one.thm::two::penrose", "one.thm::two::symmetric"]
ALL_OTHER = ["sub/other.thm::other::plain"]


@pytest.mark.parametrize(("paths", "expected"), [
    (["one.thm"], ALL_ONE), (["."], ALL_ONE + ALL_OTHER), (["sub/other.thm", "one.thm"], ALL_OTHER + ALL_ONE), (["one.thm::two"], ALL_ONE[2:]),
    (["one.thm::one::four"], ALL_ONE[1:2]), (["one.thm::two", "one.thm::one::cube"], [*ALL_ONE[2:], ALL_ONE[0]]), (["one.thm", "one.thm"], ALL_ONE),
    (["one.thm::one", "one.thm"], ALL_ONE), (["sub"], ALL_OTHER)])
def test_selection(paths: list[str], expected: list[str], stored: Path) -> None:
    assert ids(stored, *paths) == expected


@pytest.mark.parametrize("path", ["nil.thm", "one.thm::three", "one.thm::one::fuor", "one.thm::one::four::x", "one.thm::::four::x"])
def test_what_is_not_there_is_an_error(path: str, stored: Path) -> None:
    report = run(stored / path, stored / "sub")
    assert report.exit_code == 4
    assert [error.file for error in report.errors] == [str(stored / path.split("::")[0])]
    assert [step.label for step in report.steps] == ["plain"]  # the rest is checked all the same


def test_a_malformed_file_does_not_stop_the_others(stored: Path) -> None:
    (stored / "bad.thm").write_text("theorem t\nmatrix A : n x m\nstep s: A*A = A\n")
    report = run(stored)
    assert report.exit_code == 4 and len(report.steps) == 5 and all(step.success for step in report.steps)
    assert [(Path(error.file).name, error.line, error.column) for error in report.errors] == [("bad.thm", 3, 10)]


# ---- what is searched for


def test_what_is_stored_is_replayed_and_not_searched_for(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = searches(monkeypatch)
    report = run(stored)
    assert seen == [] and report.exit_code == 0
    assert {step.verdict for step in report.steps} == {"proved", "refuted"}


def test_without_a_store_all_is_searched_for_and_nothing_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files_of(folder)
    seen = searches(monkeypatch)
    assert run(folder).exit_code == 0
    assert sorted(seen) == ["prove cube", "prove four", "prove penrose", "prove plain", "refute symmetric"]
    assert files_of(folder) == before


def test_search_looks_at_no_store(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replayed = verdicts(run(stored))
    edit_store(stored / "one.thm", lambda data: [certificate.update(steps=[]) for certificate in data["certificates"].values()])
    before = files_of(stored)
    seen = searches(monkeypatch)
    assert verdicts(run(stored, search=True)) == replayed
    assert sorted(seen) == ["model four", "prove cube", "prove four", "prove penrose", "prove plain", "refute symmetric"]
    assert files_of(stored) == before


def test_a_search_that_finds_nothing_does_not_fall_back_on_the_store(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "search_all", lambda tasks, budget, jobs, done: [done(task, Found(reason="none")) for task in tasks])
    found = verdicts(run(stored / "one.thm", search=True))
    assert found == {"cube": ("not_established", False, "not_established"), "four": ("not_established", False, "not_established"),
                     "penrose": ("not_established", False, "not_established"), "symmetric": ("not_established", False, "not_established")}
    assert run(stored / "one.thm").exit_code == 0


def test_search_of_one_step_replays_the_rest(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = searches(monkeypatch)
    assert run(stored / "one.thm::one::four", search=True).exit_code == 0
    assert [what for what in seen if what.startswith("prove")] == ["prove four"]


def test_a_gap_in_the_store_is_not_searched_for_unless_asked(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = parts_of(stored / "one.thm", "cube")[0].statement.hash
    edit_store(stored / "one.thm", lambda data: data["certificates"].pop(key))
    seen = searches(monkeypatch)
    found = verdicts(run(stored / "one.thm"))
    assert seen == []
    assert (found["cube"][2], found["four"][2]) == ("no_certificate", "rests_on_failed")
    assert run(stored / "one.thm", update=True).exit_code == 0
    assert seen == ["prove cube"]


# ---- models: the assumptions of a theorem can be met


def test_a_model_is_stored_and_meets_the_assumptions(stored: Path) -> None:
    first, second, _ = run(stored).theorems
    assert first.model is not None and Judge.meets(parse("matrix A : n x n\nassume A*A = A\nshow A = A"), first.model)
    assert (first.assumptions, second.assumptions, second.model) == (("A*A = A",), (), None)


def test_a_stored_model_that_is_none_is_not_shown(stored: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        (model,) = data["models"].values()
        model.update(sizes={"n": 1}, matrices={"A": [["2"]]})

    edit_store(stored / "one.thm", change)
    report = run(stored)
    assert report.theorems[0].model is None and report.exit_code == 0


# ---- what is stored and pinned


def test_a_second_update_changes_no_byte(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files_of(stored)
    assert set(before) == {"one.thm", "sub/other.thm", "one.cert.json", "sub/other.cert.json", "pins.json"}
    seen = searches(monkeypatch)
    assert run(stored, update=True).exit_code == 0
    assert files_of(stored) == before and seen == []


def test_what_is_pinned_is_what_the_steps_say(stored: Path) -> None:
    pins = json.loads((stored / "pins.json").read_text())["pins"]
    assert list(pins) == ALL_ONE + ALL_OTHER
    head = "matrix A : n x n\nassume A*A = A\n"
    assert pins["one.thm::one::four"] == f"step {parse(head + 'show A*A*A*A = A*A').hash}"
    assert pins["one.thm::two::symmetric"] == f"refute {parse('matrix B : m x n' + chr(10) + 'show pinv(B)*B = I').hash}"


def changed_files(folder: Path, before: dict[str, bytes]) -> set[str]:
    after = files_of(folder)
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def change_both(folder: Path) -> dict[str, Any]:
    """Change a claim of each file and theorem; return the pins as they were."""
    text = ONE.replace("A*A*A = A by", "A*A*A = A*A by").replace("B*pinv(B)*B = B by", "pinv(B)*B*pinv(B) = pinv(B) by")
    write(folder, {"one.thm": text, "sub/other.thm": OTHER.replace("C*pinv(C)*C = C", "pinv(C)*C*pinv(C) = pinv(C)")})
    pins: dict[str, Any] = json.loads((folder / "pins.json").read_text())["pins"]
    return pins


@pytest.mark.parametrize(("path", "written", "pinned"), [
    ("sub/other.thm", {"pins.json", "sub/other.cert.json"}, {"sub/other.thm::other::plain"}),
    ("sub", {"pins.json", "sub/other.cert.json"}, {"sub/other.thm::other::plain"}),
    ("one.thm::two", {"pins.json", "one.cert.json"}, {"one.thm::two::penrose"}),
    ("one.thm::one::cube", {"pins.json", "one.cert.json"}, {"one.thm::one::cube"}),
    ("one.thm", {"pins.json", "one.cert.json"}, {"one.thm::one::cube", "one.thm::two::penrose"})])
def test_an_update_touches_only_what_is_named(path: str, written: set[str], pinned: set[str], stored: Path) -> None:
    pins = change_both(stored)
    before = files_of(stored)
    run(stored / path, update=True)
    assert changed_files(stored, before) == written
    after = json.loads((stored / "pins.json").read_text())["pins"]
    assert list(after) == list(pins)
    assert {key for key in pins if pins[key] != after[key]} == pinned


def test_an_update_succeeds_on_what_it_pins_anew(stored: Path) -> None:
    change_both(stored)
    changed = {label for label, (_, _, code) in verdicts(run(stored, search=True)).items() if code == "changed"}
    assert changed == {"cube", "penrose", "plain"}  # `four` says the same as before, by another way
    assert run(stored, update=True).exit_code == 0


def test_an_update_of_a_step_keeps_the_certificates_of_the_others(stored: Path) -> None:
    before = files_of(stored)
    assert run(stored / "one.thm::one::cube", update=True).exit_code == 0
    assert changed_files(stored, before) == set()


def test_an_update_keeps_what_is_allowed(stored: Path) -> None:
    pins = json.loads((stored / "pins.json").read_text())
    allow = {"facts": ["symmetric_cube_root"], "gaps": ["one.thm::one::x"]}
    (stored / "pins.json").write_text(json.dumps(pins | {"allow": allow}))
    run(stored, update=True)
    assert json.loads((stored / "pins.json").read_text())["allow"] == allow


def test_what_belongs_to_no_step_any_more_is_dropped(stored: Path) -> None:
    before = json.loads((stored / "one.cert.json").read_text())["certificates"]
    (stored / "one.thm").write_text(ONE.replace("step four: A*A*A*A = A*A by cube\n", ""))
    run(stored / "one.thm", update=True)
    after = json.loads((stored / "one.cert.json").read_text())["certificates"]
    assert len(before) == 3 and len(after) == 2 and after.items() <= before.items()
    assert "one.thm::one::four" not in json.loads((stored / "pins.json").read_text())["pins"]


def test_lemmas_are_searched_for_but_their_files_are_not_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, {"user.thm": USER})
    seen = searches(monkeypatch)
    assert run(folder / "user.thm", update=True).exit_code == 0
    assert {"prove cube", "prove four", "prove put"} <= set(seen) and "prove penrose" not in seen
    assert set(files_of(folder)) == {"one.thm", "sub/other.thm", "user.thm", "user.cert.json", "pins.json"}
    assert list(json.loads((folder / "pins.json").read_text())["pins"]) == ["user.thm::user::put"]


def test_pins_of_another_folder_are_not_written(tmp_path: Path) -> None:
    folder = write(tmp_path, {"lib/one.thm": ONE, "own/user.thm": USER.replace('"one.thm', '"../lib/one.thm')})
    assert run(folder / "own", update=True).exit_code == 0
    assert set(files_of(folder)) == {"lib/one.thm", "own/user.thm", "own/user.cert.json", "own/pins.json"}


def test_steps_and_files_that_are_gone(stored: Path) -> None:
    (stored / "sub" / "other.thm").unlink()
    (stored / "one.thm").write_text(ONE.replace("step four: A*A*A*A = A*A by cube\n", ""))
    report = run(stored)
    assert {step.id.removeprefix(f"{stored}/"): step.code for step in report.failed} == {
        "one.thm::one::four": "missing", "sub/other.thm::other::plain": "missing"}
    assert run(stored / "one.thm::two").exit_code == 0  # nothing of it is gone
    run(stored, update=True)
    assert run(stored).exit_code == 0


# ---- interruption


def interrupt_after(count: int) -> Callable[[int, int, str], None]:
    def progress(number: int, total: int, what: str) -> None:
        if number == count:
            raise KeyboardInterrupt
    return progress


def test_an_interruption_keeps_what_was_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = run(folder, update=True, progress=interrupt_after(2))
    assert (report.interrupted, report.exit_code, report.steps) == (True, 2, [])
    assert not (folder / "pins.json").exists()  # what was not judged is not pinned
    kept = json.loads((folder / "one.cert.json").read_text())
    assert len(kept["certificates"]) == 2
    seen = searches(monkeypatch)
    assert run(folder, update=True).exit_code == 0
    assert not {"prove cube", "prove four"} & set(seen) and "prove plain" in seen
    assert len(seen) == 4  # of 6: penrose, symmetric, plain, and the model of one


def test_an_interruption_keeps_what_was_stored(stored: Path) -> None:
    before = files_of(stored)
    assert run(stored, search=True, update=True, progress=interrupt_after(0)).exit_code == 2
    assert changed_files(stored, before) == set()
