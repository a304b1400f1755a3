"""Pictures of landscapes: that they are drawn, what is marked, and what cannot be drawn."""

from __future__ import annotations

import json
import math

import pytest

from symcrit.api import relu
from symcrit.cli import main
from symcrit.errors import InputError
from symcrit.landscape import relu_picture as picture

EXAMPLE_1 = {"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "widths": [2, 1, 2]}
KINK = {"X": [[-1, 0, -2], [0, -1, 1]], "Y": [[-1, 1, -1]], "widths": [2, 1, 1]}


@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")])
def test_formats(tmp_path, suffix, start):
    picture.draw(relu(EXAMPLE_1), tmp_path / f"a{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes().startswith(start)


def test_marks_stand_where_the_points_are():
    """The kink of the global minimum is at A1 = (-1, 0), in the direction of 180 degrees."""
    found = relu(KINK)
    (angle, loss, kind, smooth), = [mark for mark in picture._marks(found) if mark[2] == "global_minimum"]
    assert (abs(angle), loss, smooth) == (math.pi, 0.6, False)
    assert picture._losses(found)(angle) == pytest.approx(0.6)


def test_many_samples_and_flat_data(tmp_path):
    turned = [[round(100 * math.cos(k)) for k in range(40)], [round(100 * math.sin(k)) for k in range(40)]]
    picture.draw(relu({"X": turned, "Y": [[1] * 40], "widths": [2, 1, 1]}), tmp_path / "many.png")
    picture.draw(relu({"X": [[1, 0], [0, 1]], "Y": [[0, 0]], "widths": [2, 1, 1]}), tmp_path / "flat.png")


@pytest.mark.parametrize(("data", "message"), [
    ({"X": [[1]], "Y": [[1]], "widths": [1, 1, 1]}, "two inputs that are independent, not 1"),
    ({"X": [[1, 2], [1, 2]], "Y": [[1, 1]], "widths": [2, 1, 1]}, "two inputs that are independent, not 1"),
    ({"X": [[1, 0], [0, 1], [1, 1]], "Y": [[1, 1]], "widths": [3, 1, 1]}, "two inputs"),
    ({**EXAMPLE_1, "widths": [2, 2, 2]}, "one hidden unit"),
])
def test_what_is_not_drawn(tmp_path, data, message):
    with pytest.raises(InputError, match=message):
        picture.draw(relu(data), tmp_path / "a.png")


def test_without_matplotlib(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    with pytest.raises(InputError, match="not installed"):
        picture.draw(relu(EXAMPLE_1), tmp_path / "a.png")


def test_the_command_draws(tmp_path, capsys):
    (tmp_path / "data.json").write_text(json.dumps(EXAMPLE_1))
    assert main(["relu", str(tmp_path / "data.json"), "-q", "--picture", str(tmp_path / "a.svg")]) == 0
    assert (tmp_path / "a.svg").exists()
    assert main(["relu", str(tmp_path / "data.json"), "--picture", str(tmp_path / "no" / "a.svg")]) == 4
    assert "cannot write" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="4"):
        main(["relu", str(tmp_path / "data.json"), "--picture", "a.gif"])
