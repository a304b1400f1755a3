"""The ladder of critical values: where the rungs are, what is marked, and which labels are left out."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import pytest

import symcrit as sc
from symcrit import cli
from symcrit.errors import InputError
from symcrit.networks.values import Values
from symcrit.networks.values_picture import FRAME, LINE, labels


def diagonal(*entries: int | str, hidden: int | None = None) -> dict[str, object]:
    """Data whose Sigma has the squares of the entries as eigenvalues."""
    size = len(entries)
    return {"X": [[int(i == j) for j in range(size)] for i in range(size)],
            "Y": [[entry if i == j else 0 for j in range(size)] for i, entry in enumerate(entries)],
            "widths": [size, hidden or size, size]}


def rungs(found: Values) -> list[float]:
    """The heights of the rungs, in the order of the values."""
    axes, = found.plot().axes
    lines = [line for line in axes.lines if line.get_linestyle() == "-"]
    assert all(list(line.get_xdata()) == [0, 1] and len(set(line.get_ydata())) == 1 for line in lines)
    return [line.get_ydata()[0] for line in lines]


def texts(found: Values) -> dict[str, float]:
    """The labels of the rungs with their heights."""
    axes, = found.plot().axes
    return {text.get_text(): text.xy[1] for text in axes.texts}


def named(found: Values) -> list[str]:
    """What the legend says."""
    return [text.get_text() for text in found.plot().legends[0].get_texts()]


def test_a_rung_for_every_value():
    """Sigma = diag(4, 1), tr YY' = 5, one hidden unit: (5 - 4)/2, (5 - 1)/2 and 5/2."""
    found = sc.values(diagonal(2, 1, hidden=1))
    assert rungs(found) == [0.5, 2, 2.5]
    assert texts(found) == {"p = 1 0": 0.5, "p = 0 1": 2, "p = 0 0": 2.5}
    assert named(found) == ["global minimum 1/2", "critical value"]
    assert found.plot().get_suptitle() == "3 critical values of p-vectors, widths 2-1-2"


def test_irrational_values():
    """Sigma = [2 1; 1 1] has the eigenvalues (3 ± sqrt 5)/2, tr YY' = 3: with one unit (3 ∓ sqrt 5)/4 and 3/2."""
    found = sc.values({"X": [[1, 0], [0, 1]], "Y": [[1, 1], [0, 1]], "widths": [2, 1, 2]})
    assert rungs(found) == pytest.approx([(3 - math.sqrt(5)) / 4, (3 + math.sqrt(5)) / 4, 1.5], rel=1e-15)
    assert named(found)[0] == "global minimum ≈ 0.190983"


def test_near_is_marked():
    found = sc.values(diagonal(2, 1), near="2.1", limit=2)
    axes, = found.plot().axes
    line, = (line for line in axes.lines if line.get_linestyle() == "--")
    assert list(line.get_ydata()) == [2.1, 2.1]
    assert rungs(found) == [2, 2.5]  # of 0, 1/2, 2 and 5/2
    assert named(found) == ["critical value", "near 2.1"]
    assert found.plot().get_suptitle() == "2 of 4 critical values of p-vectors, widths 2-2-2"


def test_the_best_of_many_say_so():
    assert sc.values(diagonal(*range(1, 11)), limit=3).plot().get_suptitle() == (
        "the best 3 of 1024 critical values of p-vectors, widths 10-10-10")


def test_one_value():
    """Y = 0: nothing to learn, and the range is zero."""
    found = sc.values({"X": [[1]], "Y": [[0]], "widths": [1, 1, 1]})
    axes, = found.plot().axes
    assert (rungs(found), texts(found), axes.get_ylim()) == ([0], {"p = -": 0}, (-0.5, 0.5))


def test_equal_and_close_values_share_a_label():
    """Sigma = diag(1, 1 + delta) with delta = 2e-9 + 1e-18: p = 1 0 and 0 1 differ by delta/2."""
    found = sc.values(diagonal("1.000000001", 1))
    assert len(rungs(found)) == 4
    assert list(texts(found)) == ["p = 1 1", "p = 1 0  and 1 more", "p = 0 0"]


def test_many_rungs_have_labels_that_do_not_overlap():
    """Sigma = diag(36, ..., 1): 64 values (91 - sum of squares)/2, of which some are equal."""
    found = sc.values(diagonal(6, 5, 4, 3, 2, 1))
    expected = sorted(Fraction(91 - sum((6 - i) ** 2 for i in range(6) if n >> i & 1), 2) for n in range(64))
    assert rungs(found) == expected
    made = found.plot()
    axes, = made.axes
    heights = sorted(texts(found).values())
    inches = (made.get_figheight() - FRAME) / (axes.get_ylim()[1] - axes.get_ylim()[0])
    assert min(b - a for a, b in zip(heights, heights[1:], strict=False)) * inches >= LINE
    more = [int(text.split(" and ")[1].split()[0]) for text in texts(found) if " and " in text]
    assert len(heights) + sum(more) == 64


def test_drawn_labels_do_not_touch():
    """The same, in what matplotlib has drawn."""
    made = sc.values(diagonal(6, 5, 4, 3, 2, 1)).plot()
    made._repr_png_()
    boxes = sorted((text.get_window_extent() for text in made.axes[0].texts), key=lambda box: box.y0)
    assert all(below.y1 <= above.y0 for below, above in zip(boxes, boxes[1:], strict=False))
    assert all(box.x1 <= made.bbox.x1 for box in boxes)


def test_the_minimum_comes_before_the_nearest():
    """0 is the global minimum, 1/2 is nearer to 0.4: with little room for labels the minimum has the one."""
    found = sc.values(diagonal(1), near="0.4")
    assert [value.p for value in found.values] == [(0,), (1,)]
    assert labels(found.values, [0.5, 0.0], 1.0) == [("p = 1  and 1 more", 0.0)]
    assert labels(found.values, [0.5, 0.0], 0.5) == [("p = 1", 0.0), ("p = 0", 0.5)]


def test_nothing_to_draw():
    with pytest.raises(InputError, match="no critical value is listed, so there is nothing to draw"):
        sc.values(diagonal(1), limit=0).plot()


def test_the_command_draws(tmp_path, capsys):
    (tmp_path / "data.json").write_text(json.dumps(diagonal(2, 1)))
    data, picture = str(tmp_path / "data.json"), tmp_path / "a.svg"
    assert cli.main(["values", data, "--near", "0.7", "-q", "--picture", str(picture)]) == 0
    assert picture.read_text().startswith("<?xml")
    assert cli.main(["values", data, "--picture", str(tmp_path / "no" / "a.svg")]) == 4
    assert "cannot write" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="4"):
        cli.main(["values", data, "--picture", "a.gif"])
