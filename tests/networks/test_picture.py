"""What pictures have in common: they show themselves, and what goes wrong is said."""

from __future__ import annotations

import pytest

from symcrit.errors import InputError
from symcrit.networks.picture import figure, legend, number_label, saved


def test_a_figure_shows_itself_in_a_notebook():
    assert figure(2, 1)._repr_png_().startswith(b"\x89PNG")


def test_a_legend_names_what_is_drawn_and_nothing_has_none():
    made, empty = figure(4, 3), figure(4, 3)
    legend(made, {"line": made.subplots().plot((0, 1), (0, 1))[0]}, 2)
    legend(empty, {}, 2)
    assert [text.get_text() for text in made.legends[0].get_texts()] == ["line"]
    assert empty.legends == []


@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")])
def test_formats(tmp_path, suffix, start):
    made = figure(2, 1)
    assert saved(made, tmp_path / f"a{suffix}") is made
    assert (tmp_path / f"a{suffix}").read_bytes().startswith(start)


@pytest.mark.parametrize(("name", "message"), [("no/a.png", "cannot write .*No such file"), ("a.xyz", "cannot write .*not supported")])
def test_a_file_that_cannot_be_written(tmp_path, name, message):
    with pytest.raises(InputError, match=message):
        saved(figure(2, 1), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    with pytest.raises(InputError, match=r"not installed\n  suggestion: pip install matplotlib"):
        figure(2, 1)


@pytest.mark.parametrize(("value", "text"), [
    ({"exact": "0", "approx": "0"}, "0"),
    ({"exact": "123456789/10", "approx": "12345678.9"}, "123456789/10"),  # 12 characters
    ({"exact": "1234567891/10", "approx": "123456789.1"}, "≈ 1.23457e+08"),
    ({"minpoly": [-2, 0, 1], "root_from_top": 1, "approx": "1.4142135623730950488"}, "≈ 1.41421"),
])
def test_numbers(value, text):
    assert number_label(value) == text
