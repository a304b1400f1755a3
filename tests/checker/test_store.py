"""The store beside a proof file: what is written comes back, what is not exact or not well formed is refused."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from symcrit.checker.store import Store, from_data, instance_from_json, load, store_path
from symcrit.errors import InputError
from symcrit.kernel.evaluate import Instance

INSTANCE = Instance({"n": 2}, {"s": Fraction(-1, 3)}, {"A": ((Fraction(1), Fraction(0)), (Fraction(1, 2), Fraction(-4)))})
AS_JSON = {"sizes": {"n": 2}, "scalars": {"s": "-1/3"}, "matrices": {"A": [["1", "0"], ["1/2", "-4"]]}}
EMPTY: dict[str, Any] = {"kind": "symcrit proofs", "schema_version": 1, "tool_version": "0", "certificates": {}, "counterexamples": {}, "models": {}}


@pytest.mark.parametrize(("proof", "store"), [("a.thm", "a.cert.json"), ("x/ü b.thm", "x/ü b.cert.json"), ("a.b.thm", "a.b.cert.json")])
def test_the_place_of_a_store(proof: str, store: str) -> None:
    assert store_path(proof) == Path(store)


def test_no_store(tmp_path: Path) -> None:
    assert load(tmp_path / "a.cert.json") is None


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "a.cert.json"
    store = Store({"h1": {"claims": [[0]], "ü": "<"}, "h2": {}}, {"h3": INSTANCE}, {"h1": INSTANCE})
    store.save(path, ["h2", "h1", "h3"])
    assert load(path) == store
    data = json.loads(path.read_text(encoding="utf-8"))
    assert list(data["certificates"]) == ["h2", "h1"]  # in the order asked for
    assert data["counterexamples"] == {"h3": AS_JSON}
    before = path.read_bytes()
    again = load(path)
    assert again is not None
    again.save(path, ["h2", "h1", "h3"])
    assert path.read_bytes() == before


def test_only_what_is_asked_for_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.cert.json"
    Store({"h1": {}, "h2": {}}, {"h3": INSTANCE}, {"h4": INSTANCE}).save(path, ["h1", "h4", "h9"])
    assert load(path) == Store({"h1": {}}, {}, {"h4": INSTANCE})


def test_one_line_an_entry(tmp_path: Path) -> None:
    path = tmp_path / "a.cert.json"
    Store({"h1": {"a": [1, 2]}, "h2": {}}).save(path, ["h1", "h2"])
    lines = path.read_text().splitlines()
    assert '"h1": {"a":[1,2]},' in lines and '"h2": {}' in lines


def test_sections() -> None:
    store = Store({"a": {}}, {"b": INSTANCE}, {"c": INSTANCE})
    assert [list(store.section(kind)) for kind in ("prove", "refute", "model")] == [["a"], ["b"], ["c"]]


def test_the_empty_store_is_read() -> None:
    assert from_data(EMPTY, Path("a")) == Store()


@pytest.mark.parametrize("broken", [
    None, [], {}, "x", EMPTY | {"kind": "symcrit certificate"}, EMPTY | {"more": {}}, {key: value for key, value in EMPTY.items() if key != "models"},
    EMPTY | {"schema_version": 2}, EMPTY | {"certificates": []}, EMPTY | {"models": None}, EMPTY | {"counterexamples": {"h": {}}}, EMPTY | {"models": {"h": []}}], ids=str)
def test_a_store_that_is_not_well_formed(broken: Any) -> None:
    with pytest.raises(InputError) as caught:
        from_data(broken, Path("a.cert.json"))
    assert caught.value.file == "a.cert.json"


def test_an_instance_is_read_exactly() -> None:
    assert instance_from_json(AS_JSON) == INSTANCE


@pytest.mark.parametrize("entry", ["0.5", "1e3", "", " 1", "1 ", "+1", "1/0", "1/00", "1/-2", "٣", "1_0", "nan", "inf", "--1", "1/2/3", 1, 0.5, None, True, ["1"], "1" * 4001])
def test_entries_that_are_not_exact(entry: Any) -> None:
    for changed in (AS_JSON | {"scalars": {"s": entry}}, AS_JSON | {"matrices": {"A": [[entry]]}}):
        with pytest.raises(InputError, match="exact numbers"):
            instance_from_json(changed)


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("-0", 0), ("007", 7), ("-4/6", Fraction(-2, 3)), ("1/02", Fraction(1, 2)), ("1" * 4000, int("1" * 4000))])
def test_entries_that_are_exact(text: str, value: Any) -> None:
    assert instance_from_json(AS_JSON | {"scalars": {"s": text}}).scalars == {"s": value}


@pytest.mark.parametrize("size", ["2", 2.0, True, None, [2]])
def test_sizes_that_are_not_integers(size: Any) -> None:
    with pytest.raises(InputError, match="exact numbers"):
        instance_from_json(AS_JSON | {"sizes": {"n": size}})
