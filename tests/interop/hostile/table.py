"""Hostile and odd POINT files: name, bytes, and a part of the message each must be answered with."""

from __future__ import annotations

import json
from typing import Any

GOOD: dict[str, Any] = {"X": [[1, "1/2"]], "Y": [["0.5", "-3"]], "widths": [1, 1, 1], "weights": [[[0]], [["2/4"]]]}
FIELD: dict[str, Any] = {"name": "s", "minpoly": [-2, 0, 1], "root_from_top": 1}


def _with(**changes: Any) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


def _without(key: str) -> bytes:
    return json.dumps({name: value for name, value in GOOD.items() if name != key}).encode()


def _x(spelled: str) -> bytes:
    return _with(X="@").replace(b'"@"', f"[[{spelled}, 1]]".encode())


def _field(entry: Any = "s", **changes: Any) -> bytes:
    return _with(field={**FIELD, **changes}, weights=[[[entry]], [[1]]])


GOOD_BYTES = _with()
HOSTILE: dict[str, tuple[bytes, str]] = {
    # sizes
    "ragged X": (_with(widths=[2, 1, 1], X=[[1, 2], [1]]), "X[1]: expected 2 entries"),
    "Y of another length": (_with(Y=[[1]]), "Y[0]: expected 2 entries"),
    "X of too many rows": (_with(X=[[1, 2], [3, 4]]), "X: expected 1 rows"),
    "width does not fit a weight": (_with(widths=[1, 2, 1]), "weights[0]: expected 2 rows"),
    "weight of a wrong width": (_with(weights=[[[0, 1]], [[1]]]), "weights[0][0]: expected 1 entries"),
    "too few weights": (_with(weights=[[[0]]]), "weights: expected 2 matrices"),
    "too many weights": (_with(weights=[[[0]]] * 3), "weights: expected 2 matrices"),
    "no weights": (_with(weights=[]), "weights: expected 2 matrices"),
    "two widths": (_with(widths=[1, 1]), "widths: expected at least 3"),
    "no widths": (_with(widths=[]), "widths: expected at least 3"),
    "many widths": (_with(widths=[1] * 1000), "widths: 999 layers"),
    "negative width": (_with(widths=[1, -1, 1]), "widths[1]: expected"),
    "boolean width": (_with(widths=[1, True, 1]), "widths[1]: expected"),
    "float width": (_with(widths=[1, 1.0, 1]), "widths[1]: expected"),
    "string width": (_with(widths=[1, "1", 1]), "widths[1]: expected"),
    "width 10^9": (_with(widths=[1, 10**9, 1]), "weights[0]: expected 1000000000 rows"),
    "width 10^30": (_with(widths=[1, 10**30, 1]), "widths[1]: expected"),
    "widths a number": (_with(widths=3), "widths: expected a list"),
    # numbers
    "NaN": (_x("NaN"), "X[0][0]: NaN is not a number"),
    "Infinity": (_x("Infinity"), "X[0][0]: Infinity is not a number"),
    "-Infinity": (_x("-Infinity"), "X[0][0]: -Infinity is not a number"),
    "string nan": (_x('"nan"'), "X[0][0]: 'nan'"),
    "float": (_x("0.1"), 'write the string "0.1"'),
    "long float": (_x("0.1000000000000000055"), 'write the string "0.1000000000000000055"'),
    "float with exponent": (_x("25e-3"), 'write the string "0.025"'),
    "float of a huge exponent": (_x("1e999999999"), "without exponent"),
    "string of a huge exponent": (_x('"1e999999999"'), "X[0][0]: '1e999999999'"),
    "float of an exponent beyond decimal": (_x("1e99999999999999999999"), "X[0][0]:"),
    "denominator 0": (_x('"1/0"'), "X[0][0]: '1/0' divides by 0"),
    "0/0": (_x('"0/0"'), "divides by 0"),
    "negative denominator": (_x('"1/-2"'), "X[0][0]:"),
    "million digits": (_x("9" * 10**6), "X[0][0]:"),
    "string of a million digits": (_x('"' + "9" * 10**6 + '"'), "X[0][0]:"),
    "denominator of a million digits": (_x('"1/' + "9" * 10**6 + '"'), "X[0][0]:"),
    "million decimals": (_x("0." + "1" * 10**6), "X[0][0]:"),
    "empty string": (_x('""'), "X[0][0]: ''"),
    "space": (_x('" 1"'), "X[0][0]:"),
    "underscore": (_x('"1_0"'), "X[0][0]:"),
    "digits of another script": (_x('"\\u0661"'), "X[0][0]:"),
    "plus": (_x('"+1"'), "X[0][0]:"),
    "code in X": (_x('"__import__(\'os\')"'), "X[0][0]:"),
    "true": (_x("true"), "X[0][0]: expected"),
    "null": (_x("null"), "X[0][0]: expected"),
    "list as an entry": (_x("[1]"), "X[0][0]: expected"),
    "object as an entry": (_x("{}"), "X[0][0]: expected"),
    "row a number": (_with(X=[1]), "X[0]: expected a row"),
    "X null": (_with(X=None), "X: expected a list of rows"),
    "weights an object": (_with(weights={}), "weights: expected a list"),
    # keys
    **{f"{key} missing": (_without(key), f"the key {key} is missing") for key in GOOD},
    "unknown key": (_with(wieghts=1), "suggestion: write weights"),
    "unknown key, long": (_with(**{"k" * 10**5: 1}), "unknown key kkk"),
    "activation": (_with(activation="tanh"), "activation: expected"),
    "activation a list": (_with(activation=["relu"]), "activation: expected"),
    "schema of the future": (_with(schema_version=2), "schema_version: expected 1"),
    "duplicate keys": (GOOD_BYTES[:-1] + b', "X": [[1, 1]]}', "the key 'X' occurs twice"),
    # fields
    "reducible": (_field(minpoly=[-1, 0, 1]), "field"),
    "not primitive": (_field(minpoly=[-4, 0, 2]), "field"),
    "negative leading": (_field(minpoly=[2, 0, -1]), "field"),
    "root 0": (_field(root_from_top=0), "field"),
    "root 3 of 2": (_field(root_from_top=3), "field"),
    "root a string": (_field(root_from_top="1"), "field"),
    "root a boolean": (_field(root_from_top=True), "field"),
    "root a float": (_field(root_from_top=1.0), "field"),
    "no real root": (_field(minpoly=[1, 0, 1]), "field"),
    "zero polynomial": (_field(minpoly=[0, 0]), "field"),
    "empty polynomial": (_field(minpoly=[]), "field"),
    "constant polynomial": (_field(minpoly=[1]), "field"),
    "degree 100000": (_field(minpoly=[-2] + [0] * 99_999 + [1]), "field"),
    "huge coefficient": (_with(field="@", weights=[[["s"]], [[1]]]).replace(
        b'"@"', b'{"name": "s", "minpoly": [-' + b"7" * 10**6 + b', 0, 1], "root_from_top": 1}'), "field"),
    "fraction in the polynomial": (_field(minpoly=["-1/2", 0, 1]), "field"),
    "minpoly a string": (_field(minpoly="s^2-2"), "field.minpoly"),
    "name not a name": (_field(name="1"), "field"),
    "name a list": (_field(name=["s"]), "field"),
    "name empty": (_field(name=""), "field"),
    "field a list": (_with(field=[1]), "field"),
    "field key unknown": (_field(root=1), "field: unknown key root"),
    "code in an entry": (_field("__import__('os')"), "weights[0][0][0]"),
    "power of Python": (_field("s**2"), "weights[0][0][0]"),
    "tower": (_field("2**9999999"), "weights[0][0][0]"),
    "huge power": (_field("s^1000000000"), "weights[0][0][0]"),
    "power of a million digits": (_field("s^" + "9" * 10**6), "weights[0][0][0]"),
    "unknown name": (_field("t + 1"), "weights[0][0][0]"),
    "brackets": (_field("(" * 10**5 + "s" + ")" * 10**5), "weights[0][0][0]"),
    "many terms": (_field("+".join(["s"] * 10**5)), "weights[0][0][0]"),
    "division by 0": (_field("1/0*s"), "weights[0][0][0]"),
    "float entry in a field": (_field(0.5), 'write the string "0.5"'),
    "name without a field": (_with(weights=[[["s"]], [[1]]]), "weights[0][0][0]"),
    # the file
    "empty": (b"", ""),
    "only spaces": (b"  \n", ""),
    "truncated": (GOOD_BYTES[:-10], ":1:84: the file is not JSON"),
    "top-level list": (b"[]", "expected an object"),
    "top-level null": (b"null", "expected an object"),
    "two documents": (GOOD_BYTES * 2, ""),
    "trailing comma": (GOOD_BYTES[:-1] + b",}", ""),
    "deep lists": (b"[" * 10**6, ""),
    "deep lists in X": (_with(X="@").replace(b'"@"', b"[" * 10**5 + b"]" * 10**5), ""),
    "deep objects": (b'{"X":' * 10**5, ""),
    "UTF-16": (GOOD_BYTES.decode().encode("utf-16"), ""),
    "UTF-8 with a mark": (b"\xef\xbb\xbf" + GOOD_BYTES, ""),
    "not UTF-8": (b'{"X": "\xff\xfe"}', ""),
    "zero bytes": (b"\0" * 1000, ""),
    "lone surrogate": (_x('"\\ud800"'), "X[0][0]"),
}
