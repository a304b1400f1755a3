"""Number fields: the parser, arithmetic against SymPy-free identities, exact signs, minimal polynomials."""

from __future__ import annotations

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from symcrit.errors import InputError, LimitError
from symcrit.exact.algebraic import Algebraic
from symcrit.exact.field import FieldElement, NumberField
from tests.exact.instances import fractions

ROOT2 = NumberField.of([-2, 0, 1], 1)
HALF = NumberField.of([-1, -2, 0, 2], 1)  # 2 s^3 = 2 s + 1, not monic
RATIONAL = NumberField.of([-3, 2], 1)  # s = 3/2
FIELDS = [ROOT2, HALF, RATIONAL, NumberField.of([-2, 0, 1], 2), NumberField.of([1, 0, -10, 0, 1], 2)]


@st.composite
def elements(draw: st.DrawFn, field: NumberField) -> FieldElement:
    """Draw an element from its coefficients."""
    total = field(0)
    for power in range(field.degree):
        total = total + field(draw(fractions)) * field(f"s^{power}")
    return total


@pytest.mark.parametrize(("text", "expected"), [
    ("0", "0"), ("3", "3"), ("-3/6", "-1/2"), ("0.25", "1/4"), ("s", "s"), ("-s", "-s"), ("s + 1", "s + 1"), ("1+s", "s + 1"), ("s^2", "2"),
    ("s^3", "2*s"), ("1/2*s^2 - 3", "-2"), ("2*s - s", "s"), ("s*s", "2"), ("s/2", "1/2*s"), ("3*s/4*2", "3/2*s"), ("s^0", "1"),
    ("  s  -  1  ", "s - 1"), ("s^1", "s"), ("-1*s", "-s"), ("2/3/2", "1/3"), ("s^1000", str(2**500)),
])
def test_entries_that_are_read(text: str, expected: str) -> None:
    assert str(ROOT2(text)) == expected


@pytest.mark.parametrize("text", [
    "", " ", "t", "S", "s s", "2s", "s2", "s^", "s^-1", "s^s", "s^1.5", "^2", "s**2", "1/s", "1/0", "s/0", "s/0.5", "s +", "* s", "+s", "- -s", "s - -1",
    "(s)", "s)", "s[0]", "s.real", "__import__('os')", "s;s", "s\n", "s\t", "\u0661", "s=1", "1e3", "0x1", "s,1", "'s'", "s\x00", "\u017f",
])
def test_entries_that_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        ROOT2(text)


@pytest.mark.parametrize("text", ["s^1001", "s^99999999999", "1" * 40_000, "s+" * 40_000, "9" * 10_001])
def test_limits(text: str) -> None:
    with pytest.raises(LimitError):
        ROOT2(text)


@pytest.mark.parametrize("value", [1.5, None, [], True, float("nan"), NumberField.of([-3, 0, 1], 1)("s")])
def test_other_things_are_refused(value: object) -> None:
    with pytest.raises(InputError):
        ROOT2(value)


@pytest.mark.parametrize("name", ["", "1s", "s t", "s-", "\u017f", "s" * 40, 1, None, "eval("])
def test_names_that_are_refused(name: object) -> None:
    with pytest.raises(InputError):
        NumberField.of([-2, 0, 1], 1, name)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.root!r}")
@given(st.data())
def test_field_laws(field: NumberField, data: st.DataObject) -> None:
    x, y, z = (data.draw(elements(field)) for _ in range(3))
    assert (x + y) * z == x * z + y * z
    assert (x * y) * z == x * (y * z)
    assert x - x == 0
    if x:
        assert x * x.inverse() == 1
        assert y / x * x == y
        assert x.sign() * x.inverse().sign() == 1
    assert (x * y).sign() == x.sign() * y.sign()
    assert field(str(x)) == x


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.root!r}")
@given(st.data())
def test_an_element_is_the_root_that_it_is_said_to_be(field: NumberField, data: st.DataObject) -> None:
    x = data.draw(elements(field))
    value = x.algebraic()
    total = field(0)
    for coefficient in reversed(value.minpoly.coeffs()):
        total = total * x + field(int(coefficient))
    assert not total
    assert Algebraic.root([int(c) for c in value.minpoly.coeffs()], value.root_from_top) == value
    assert value.sign() == x.sign()


def test_the_generator_is_a_root() -> None:
    s = HALF("s")
    assert 2 * s * s * s - 2 * s - 1 == 0
    assert s.algebraic() == HALF.root


def test_close_numbers_have_the_right_sign() -> None:
    assert ROOT2("s - 1.41421356237309504880168872420969807856967187537694").sign() == 1
    assert ROOT2("s - 1.41421356237309504880168872420969807856967187537695").sign() == -1
    assert ROOT2("0").sign() == 0


@pytest.mark.parametrize("degree", [2, 7, 8, 11])
def test_inverses_in_small_and_large_fields(degree: int) -> None:
    field = NumberField.of([-3, *[0] * (degree - 1), 1], 1)
    for text in ("s", "2", f"1/3*s^{degree - 1} - s + 5/7", "s^2 - 1"):
        assert field(text) * (1 / field(text)) == 1
    assert field("s").inverse() == field(f"1/3*s^{degree - 1}")


def test_division_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        ROOT2(1) / ROOT2("s^2 - 2")


def test_a_field_of_degree_one() -> None:
    assert RATIONAL("s").rational == fmpq(3, 2)
    assert (RATIONAL("s") * 2).algebraic() == Algebraic.rational(3)


def test_json_is_read_back() -> None:
    written = HALF.to_json()
    assert NumberField.of(written["minpoly"], written["root_from_top"], written["name"]) == HALF
    assert ROOT2("s + 1").to_json() == {"minpoly": [-1, -2, 1], "root_from_top": 1, "approx": "2.4142135623730950488"}
    assert ROOT2("s^2").to_json() == {"exact": "2", "approx": "2"}
