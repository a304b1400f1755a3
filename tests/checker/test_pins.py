"""Pins: keys relative to their folder, the nearest file above counts, updates touch only what they name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from symcrit.checker.pins import Pins, find_pins
from symcrit.errors import InputError

PINNED = {"a.thm::t::x": "step 1", "a.thm::t::y": "gap 2", "a.thm::u::x": "step 3", "b.thm::t::x": "step 4", "sub/a.thm::t::x": "step 5", "a.thm.thm::t::x": "step 6"}


@pytest.fixture
def pins(tmp_path: Path) -> Pins:
    return Pins(tmp_path, dict(PINNED))


def test_keys_are_relative_to_the_folder(pins: Pins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pins.key(tmp_path / "sub" / "a.thm") == "sub/a.thm"
    assert pins.key(tmp_path / "sub" / ".." / "a.thm", "t::x") == "a.thm::t::x"
    assert pins.key(tmp_path.parent / "a.thm", "t::x") == "../a.thm::t::x"
    monkeypatch.chdir(tmp_path)
    assert pins.key("ü b.thm", "t::x") == "ü b.thm::t::x"


def test_the_same_key_by_a_link(pins: Pins, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert Pins(tmp_path / "link").key(tmp_path / "real" / "a.thm") == "a.thm"
    assert Pins(tmp_path / "real").key(tmp_path / "link" / "a.thm") == "a.thm"


def test_files(pins: Pins, tmp_path: Path) -> None:
    assert pins.files() == [tmp_path.resolve() / name for name in ("a.thm", "b.thm", "sub/a.thm", "a.thm.thm")]


def test_gone(pins: Pins, tmp_path: Path) -> None:
    assert pins.gone(tmp_path / "a.thm", ["t::x", "t::z"]) == ["t::y", "u::x"]
    assert pins.gone(tmp_path / "a.thm", ["t::x", "t::y", "u::x"]) == []
    assert pins.gone(tmp_path / "c.thm", []) == []


def test_an_update_replaces_whole_files_and_single_steps(pins: Pins, tmp_path: Path) -> None:
    pins.update([tmp_path / "a.thm"], {"a.thm::t::z": "step 7", "b.thm::t::x": "step 8"})
    assert pins.steps == {"a.thm.thm::t::x": "step 6", "a.thm::t::z": "step 7", "b.thm::t::x": "step 8", "sub/a.thm::t::x": "step 5"}
    assert list(pins.steps) == sorted(pins.steps)


def test_an_update_of_steps_alone_drops_nothing(pins: Pins) -> None:
    pins.update([], {"a.thm::t::x": "step 9"})
    assert pins.steps == PINNED | {"a.thm::t::x": "step 9"}


def test_saved_pins_are_found_again(tmp_path: Path) -> None:
    pins = Pins(tmp_path, {"ü.thm::t::x": "step 1"}, ("symmetric_cube_root",), ("ü.thm::t::y",))
    assert not pins.exists
    pins.save()
    assert pins.exists
    assert json.loads((tmp_path / "pins.json").read_text(encoding="utf-8")) == {
        "schema_version": 1, "allow": {"facts": ["symmetric_cube_root"], "gaps": ["ü.thm::t::y"]}, "pins": {"ü.thm::t::x": "step 1"}}
    found = find_pins(tmp_path / "ü.thm")
    assert found == pins


def test_the_nearest_pins_count(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    Pins(tmp_path).save()
    assert find_pins(deep / "x.thm").folder == tmp_path
    assert find_pins(deep / "x.thm", tmp_path / "a").folder == tmp_path  # pins that exist come before the folder asked for
    Pins(tmp_path / "a").save()
    assert find_pins(deep / "x.thm").folder == tmp_path / "a"
    assert find_pins(tmp_path / "x.thm").folder == tmp_path


def test_pins_that_do_not_exist_yet(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    beside = find_pins(tmp_path / "sub" / "x.thm")
    assert (beside.folder, beside.exists, beside.steps) == (tmp_path / "sub", False, {})
    assert find_pins(tmp_path / "sub" / "x.thm", tmp_path).folder == tmp_path


GOOD: dict[str, Any] = {"schema_version": 1, "allow": {"facts": [], "gaps": []}, "pins": {"a.thm::t::x": "step 1"}}


def test_the_good_document_is_read(tmp_path: Path) -> None:
    (tmp_path / "pins.json").write_text(json.dumps(GOOD))
    assert find_pins(tmp_path / "a.thm").steps == GOOD["pins"]


@pytest.mark.parametrize("broken", [
    None, [], {}, GOOD | {"schema_version": 2}, GOOD | {"more": 1}, GOOD | {"pins": []}, GOOD | {"pins": {"a": 1}}, GOOD | {"pins": {"a": None}},
    GOOD | {"allow": {"facts": []}}, GOOD | {"allow": {"facts": [], "gaps": [], "all": []}}, GOOD | {"allow": {"facts": [1], "gaps": []}},
    GOOD | {"allow": {"facts": None, "gaps": []}}, GOOD | {"allow": []}, {"schema_version": 1, "pins": {}}], ids=str)
def test_pins_that_are_not_well_formed(broken: Any, tmp_path: Path) -> None:
    (tmp_path / "pins.json").write_text(json.dumps(broken))
    with pytest.raises(InputError, match="not a file of pins") as caught:
        find_pins(tmp_path / "a.thm")
    assert caught.value.file == str(tmp_path / "pins.json")
