"""Reading numbers and tables: exact or refused, and never slow."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq, fmpz

from symcrit.errors import InputError, LimitError, SizeError
from symcrit.exact.entries import MAX_DIGITS, fraction, number, table
from symcrit.exact.rational import RationalMatrix

GOOD = [
    (0, Fraction(0)), (-7, Fraction(-7)), ("3", Fraction(3)), ("-3", Fraction(-3)), ("2/4", Fraction(1, 2)), ("-0/5", Fraction(0)),
    ("0.125", Fraction(1, 8)), ("-1.50", Fraction(-3, 2)), ("007", Fraction(7)), (Fraction(5, 3), Fraction(5, 3)), (fmpz(4), Fraction(4)),
    (fmpq(1, 3), Fraction(1, 3)), ("0." + "0" * 50 + "1", Fraction(1, 10**51)),
]
BAD = [
    "", " 1", "1 ", "+1", "1/0", "1/-2", "1e5", ".5", "5.", "1.5/2", "1/2/3", "--1", "nan", "inf", "0x10", "1_000", "\u0661", "1\n", "__import__('os')",
    None, True, False, 1.0, 0.1, float("nan"), float("inf"), 1j, [], [1], {}, b"1",
]


@pytest.mark.parametrize(("value", "expected"), GOOD)
def test_exact_numbers_are_read(value: object, expected: Fraction) -> None:
    assert fraction(number(value)) == expected


@pytest.mark.parametrize("value", BAD, ids=repr)
def test_everything_else_is_refused(value: object) -> None:
    with pytest.raises(InputError):
        number(value)


@pytest.mark.parametrize(("value", "spelling"), [(0.1, '"0.1"'), (1e-7, '"0.0000001"'), (2.5e20, '"250000000000000000000"')])
def test_a_float_is_refused_with_the_string_to_write(value: float, spelling: str) -> None:
    with pytest.raises(InputError) as caught:
        number(value)
    assert spelling in caught.value.suggestion


@pytest.mark.parametrize("value", ["9" * (MAX_DIGITS + 1), "1/" + "9" * (MAX_DIGITS + 1), "0." + "1" * MAX_DIGITS, 10 ** (MAX_DIGITS + 50),
                                   "9" * 10**7, Fraction(1, 10 ** (MAX_DIGITS + 50))], ids=lambda value: type(value).__name__)
def test_a_number_that_is_too_long_is_a_limit(value: object) -> None:
    with pytest.raises(LimitError):
        number(value)


def test_a_number_at_the_limit_is_read() -> None:
    assert number("9" * MAX_DIGITS).p == fmpz(10) ** MAX_DIGITS - 1


@pytest.mark.parametrize("rows", [1, "12", None, {"a": 1}, [1, 2], ["12"], [[1], 2], [[1], None], [[[1]]]], ids=repr)
def test_what_is_no_table_is_refused(rows: object) -> None:
    with pytest.raises(InputError):
        table(rows, number)


@pytest.mark.parametrize(("rows", "shape"), [([[1, 2], [3]], None), ([[], [1]], None), ([[1]], (1, 2)), ([], (1, 0)), ([[1, 2]], (2, 1))])
def test_sizes_that_do_not_fit_name_both(rows: object, shape: tuple[int, int] | None) -> None:
    with pytest.raises(SizeError):
        table(rows, number, shape)


def test_empty_tables_keep_their_sizes() -> None:
    assert [table([], number)[:2], table([[], []], number)[:2], table([], number, (0, 4))[:2]] == [(0, 0), (2, 0), (0, 4)]


def test_a_bad_entry_is_named_by_its_place() -> None:
    with pytest.raises(InputError, match="row 2, column 1: 0.5 is a float"):
        RationalMatrix.of([[1], [0.5]])


def test_what_is_refused_is_shown_cut_short() -> None:
    nested: list[object] = []
    for _ in range(10_000):
        nested = [nested]
    for value in (nested, "x" * 20_000, {"a": "b" * 10**6}):
        with pytest.raises(InputError) as caught:
            number(value)
        assert len(str(caught.value)) < 200
