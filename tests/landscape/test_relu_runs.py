"""Landscapes in several processes, and from files that an interrupted run left behind."""

from __future__ import annotations

import json
import random
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from symcrit.errors import InputError
from symcrit.interop.points import data_from_json
from symcrit.landscape import relu_runs
from symcrit.landscape.relu import relu


def data(seed=1, samples=14):
    """Make data with about a hundred faces, so that there are several lots."""
    source = random.Random(seed)
    x, y = ([[source.randint(-5, 5) for _ in range(samples)] for _ in range(2)] for _ in range(2))
    return data_from_json({"X": x, "Y": y, "widths": [2, 1, 2]})


@pytest.fixture(autouse=True)
def small_lots(monkeypatch):
    monkeypatch.setattr(relu_runs, "LOT", 8)


def test_any_executor_finds_the_same():
    expected = relu(data()).to_json()
    with ThreadPoolExecutor(2) as threads:
        assert relu(data(), executor=threads).to_json() == expected


def test_processes_find_the_same(monkeypatch):
    monkeypatch.setattr(relu_runs, "LOT", 64)  # what the processes have
    with ProcessPoolExecutor(1) as processes:
        assert relu(data(), executor=processes).to_json() == relu(data()).to_json()


class Interrupted(ThreadPoolExecutor):
    """An executor that is interrupted at the third lot."""

    def submit(self, *arguments, **options):
        self.count = getattr(self, "count", 0) + 1
        if self.count < 3:
            return super().submit(*arguments, **options)
        future: Future = Future()
        future.set_exception(KeyboardInterrupt())
        return future


def test_a_run_goes_on_where_it_was_interrupted(tmp_path, monkeypatch):
    file, seen = tmp_path / "run.jsonl", []
    with Interrupted(1) as executor, pytest.raises(KeyboardInterrupt):
        relu(data(), executor=executor, resume=file)
    kept = file.read_text().splitlines()
    assert json.loads(kept[0])["kind"] == "symcrit landscape"
    look = relu_runs.look
    monkeypatch.setattr(relu_runs, "look", lambda text, start: seen.append(start) or look(text, start))
    assert relu(data(), resume=file).to_json() == relu(data()).to_json()
    assert {json.loads(line)["start"] for line in kept[1:]}.isdisjoint(seen) and seen
    seen.clear()
    assert relu(data(), resume=file).to_json() == relu(data()).to_json() and not seen


def test_a_line_that_was_cut_off_is_made_again(tmp_path):
    file = tmp_path / "run.jsonl"
    relu(data(), resume=file)
    whole = file.read_text()
    file.write_text(whole[: len(whole) * 2 // 3])
    assert relu(data(), resume=file).to_json() == relu(data()).to_json()
    assert sorted(file.read_text().splitlines()) == sorted(whole.splitlines())


def test_progress_counts_faces(tmp_path):
    seen = []
    found = relu(data(), resume=tmp_path / "run.jsonl", progress=lambda done, total: seen.append((done, total)))
    total = len(found.arrangement.faces)
    assert seen[0] == (0, total) and seen[-1] == (total, total)


@pytest.mark.parametrize(("spoil", "message"), [
    (lambda lines: ["{}", *lines[1:]], "belongs to other data"),
    (lambda lines: ["nonsense", *lines[1:]], "belongs to other data"),
    (lambda lines: [lines[0], "nonsense", *lines[2:]], "this line is not a lot of faces"),
    (lambda lines: [lines[0], '{"start": 0, "faces": []}', *lines[2:]], "this line is not a lot of faces"),
    (lambda lines: [lines[0], json.dumps({"start": 0, "faces": [{"families": [1]}] * 8}), *lines[2:]], "not what symcrit wrote"),
    (lambda lines: [lines[0], json.dumps({"start": 0, "faces": [{"quiet": [{"value": {"exact": "x"}}]}] * 8}), *lines[2:]], "not"),
])
def test_files_that_are_not_what_was_written(tmp_path, spoil, message):
    file = tmp_path / "run.jsonl"
    relu(data(), resume=file)
    file.write_text("\n".join(spoil(file.read_text().splitlines())) + "\n")
    with pytest.raises(InputError, match=message):
        relu(data(), resume=file)


def test_a_file_of_other_data_is_kept_as_it_is(tmp_path):
    file = tmp_path / "run.jsonl"
    relu(data(), resume=file)
    before = file.read_text()
    with pytest.raises(InputError, match="belongs to other data"):
        relu(data(seed=2), resume=file)
    assert file.read_text() == before
