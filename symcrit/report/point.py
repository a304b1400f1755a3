"""Points, critical values and curves as text for people, from the documents that `--json` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MAX_SHOWN = 6  # rows and columns of a matrix, and degrees of a polynomial
MAX_TEXT = 28  # characters of an exact number
Document = Mapping[str, Any]


def classification_text(found: Document, name: str) -> str:
    """Print what a point is, from the document of `classify --json`."""
    kind = found["kind"].replace("_", " ").upper()
    category = f", category {found['category']}" if found.get("category") else ""
    lines = [f"{name}: {kind}  {found['network']} network with {found['depth']} layers{category}"]
    which = [f"A{k}" for k, zero in enumerate(found["gradients_zero"], 1) if not zero]
    lines.append(_line("critical", "yes: every gradient is exactly 0" if found["critical"]
                       else f"no: the gradient with respect to {', '.join(which)} is not 0"))
    lines.append(_line("loss", number_text(found["loss"])))
    lines.append(_line("least loss", number_text(found["global_minimum"]) if found["global_minimum"] else "not known"))
    if found.get("reason"):
        lines.append(_line("reason", found["reason"]))
    layers = found.get("layers") or [found]
    for layer in layers:
        subscript = f"_{layer['k']}" if "k" in layer else ""
        lines.append(_line(f"rank{subscript}", str(layer["rank"])))
        lines += _spectrum(layer["spectrum"], f"Sigma{subscript}") if "spectrum" in layer else []
    lines += _activation(found) if "activation_pattern" in found else []
    signs = found.get("hessian_inertia")
    if signs:
        lines.append(_line("Hessian", ", ".join(f"{signs[sign]} {sign}" for sign in ("positive", "zero", "negative"))))
    return "\n".join([*lines, *_descent(found.get("descent")), *_opinion(found.get("second_opinion")),
                      *_nearest(found.get("nearest"))])


def _activation(found: Document) -> list[str]:
    """Print the signs of A1 X, and whether the loss has a derivative."""
    marks = {-1: "-", 0: "0", 1: "+"}
    rows = found["activation_pattern"][:MAX_SHOWN]
    lines = [_line("A1 X" if k == 0 else "", "".join(marks[side] for side in row)) for k, row in enumerate(rows)]
    place = "on a boundary of cones" if found["on_boundary"] else "in an open cone"
    return [*lines, _line("place", f"{place}, {'differentiable' if found['differentiable'] else 'a kink'}")]


def _spectrum(pairs: Sequence[Document], title: str) -> list[str]:
    rows = [(title, "multiplicity", "captured")]
    for pair in pairs:
        captured = "-" if pair.get("captured") is None else str(pair["captured"])
        rows.append((number_text(pair["value"]), str(pair["multiplicity"]), captured))
    return [_line("spectrum" if k == 0 else "", row) for k, row in enumerate(columns(rows))]


def _descent(descent: Document | None) -> list[str]:
    if descent is None:
        return []
    order = f"order {descent['order']}" + ("" if descent.get("minimal") else ", perhaps less")
    about = "about " if any(isinstance(value, Mapping) and "exact" not in value for value in descent["loss"]) else ""
    lines = [_line("way down", f"{order}: the loss is {about}{polynomial_text(descent['loss'], 't')}")]
    if "direction" in descent:
        lines += [_line("", f"along A{k} + t*{matrix_text(part)}") for k, part in enumerate(descent["direction"], 1)]
    else:
        lines += [_line("", f"along A{k}(t) = {matrix_text(part)}") for k, part in enumerate(descent["curve"], 1)]
    if "field" in descent:
        lines.append(_line("", field_text(descent["field"])))
    return lines


def _opinion(opinion: Document | None) -> list[str]:
    if opinion is None:
        return []
    words = {True: "agrees", False: "DISAGREES", None: "skipped"}
    rows = [(words[row["agrees"]], row["name"], row["detail"]) for row in opinion["checks"]]
    return [_line("2nd opinion" if k == 0 else "", row) for k, row in enumerate(columns(rows))]


def _nearest(nearest: Document | None) -> list[str]:
    if nearest is None:
        return []
    return [_line("nearest", f"this critical point is at distance {nearest['distance']['approx']} from the one given"),
            *(_line("", f"A{k} = {matrix_text(part)}") for k, part in enumerate(nearest["point"]["weights"], 1))]


def values_text(found: Document, name: str) -> str:
    """Print critical values, from the document of `values --json`."""
    widths = "-".join(map(str, found["widths"]))
    count = found["count"]
    title = f"{name}: {count} critical value{'s' * (count != 1)} of p-vectors, widths {widths}"
    rows = [("loss", "p", "null", "distance" if "near" in found else "", "")]
    for value in found["values"]:
        spare = value["null_up_to"]
        notes = ["global minimum"] * value["global"] + ["not separated"] * value.get("unseparated", False)
        rows.append((number_text(value["loss"]), " ".join(map(str, value["p"])) or "-",
                     f"0..{spare}" if spare else "0",
                     _short(value["distance"]["approx"]) if "distance" in value else "", ", ".join(notes)))
    lines = [title, *_spectrum_of_data(found["spectrum"])]
    if "near" in found:
        lines.append(_line("near", found["near"]))
    lines += ["  " + row for row in columns(rows)]
    left = count - len(found["values"])
    return "\n".join([*lines, f"  ({left} more)"] if left else lines)


def _spectrum_of_data(pairs: Sequence[Document]) -> list[str]:
    rows = [("Sigma", "multiplicity"), *((number_text(pair["value"]), str(pair["multiplicity"])) for pair in pairs)]
    return [_line("spectrum" if k == 0 else "", row) for k, row in enumerate(columns(rows))]


def curve_text(found: Document, name: str) -> str:
    """Print a curve along which the loss falls, from the document of `descend --json`."""
    if found["curve"] is None:
        return f"{name}: NO WAY DOWN\n{_line('reason', found['reason'])}"
    lines = [f"{name}: DESCENDS  order {found['order']}, {found['theorem']}"]
    lines += [_line(f"A{k}(ε)", matrix_text(part)) for k, part in enumerate(found["curve"], 1)]
    if "field" in found:
        lines.append(_line("", field_text(found["field"])))
    lines.append(_line("change", found["loss_change"]))
    lines.append(_line("leading", f"{number_text(found['leading_coefficient'])} * ε^{found['order']}"))
    if found.get("series"):
        lines.append(_line("series", found["series"]))
    if found.get("interval"):
        lines.append(_line("lower for", found["interval"] + ("" if found["interval_sharp"] else " at least")))
    lines.append(_line("rank", f"{found['rank_before']} before, {found['rank_after']} after"))
    return "\n".join(lines)


# ---- numbers, polynomials, matrices --------------------------------------------------------------


def number_text(value: Document) -> str:
    """Print an exact number: short ones whole, others rounded, with what they are.

    >>> number_text({"exact": "-3/2", "approx": "-1.5"})
    '-3/2'
    >>> number_text({"minpoly": [-2, 0, 1], "root_from_top": 1, "approx": "1.4142135623730950488"})
    '1.4142135624 (root 1 of s^2 - 2)'
    """
    if "exact" in value:
        exact: str = value["exact"]
        return exact if len(exact) <= MAX_TEXT else f"{_short(value['approx'])} (a fraction of {len(exact)} characters)"
    if "sum" in value:
        return f"{_short(value['approx'])} (a sum of {len(value['sum'])} numbers)"
    polynomial = polynomial_text(value["minpoly"], "s", downwards=True)
    if len(polynomial) > MAX_TEXT + 12:
        polynomial = f"a polynomial of degree {len(value['minpoly']) - 1}"
    return f"{_short(value['approx'])} (root {value['root_from_top']} of {polynomial})"


def _short(approx: str) -> str:
    """Round a decimal of 20 digits to 11, for display only."""
    return f"{float(approx):.11g}" if abs(float(approx)) < 1e300 else approx


def polynomial_text(coefficients: Sequence[Any], letter: str, *, downwards: bool = False) -> str:
    """Print a polynomial given by its coefficients, low to high.

    >>> polynomial_text(["1/2", "0", "-1"], "t")
    '1/2 - t^2'
    >>> polynomial_text([1, -3, 1], "s", downwards=True)
    's^2 - 3*s + 1'
    """
    terms = [(k, _coefficient(value)) for k, value in enumerate(coefficients)]
    terms = [(k, value) for k, value in terms if value != "0"]
    text = ""
    for k, value in reversed(terms) if downwards else terms:
        power = "" if k == 0 else letter if k == 1 else f"{letter}^{k}"
        sign, size = ("-", value[1:]) if value.startswith("-") else ("+", value)
        shown = size if not power else power if size == "1" else f"{size}*{power}"
        text += f" {sign} {shown}" if text else f"{'-' * (sign == '-')}{shown}"
    return text or "0"


def _coefficient(value: Any) -> str:
    if isinstance(value, Mapping):
        return _short(value["approx"]) if "exact" not in value else value["exact"]
    text = str(value)
    return text if len(text) <= 3 * MAX_TEXT else f"({len(text)} characters)"


def matrix_text(rows: Sequence[Sequence[str]]) -> str:
    """Print a matrix by rows, a large one cut."""
    if not rows or not rows[0]:
        return f"[] ({len(rows)} rows)" if rows else "[] (0 rows)"
    shown = [" ".join(_coefficient(x).replace(" ", "") for x in row[:MAX_SHOWN]) + " ..." * (len(row) > MAX_SHOWN)
             for row in rows[:MAX_SHOWN]]
    return "[" + "; ".join(shown) + "; ..." * (len(rows) > MAX_SHOWN) + "]"


def field_text(field: Document) -> str:
    """Say which number the letter of a number field stands for."""
    polynomial = polynomial_text(field["minpoly"], field["name"], downwards=True)
    return f"{field['name']} is root {field['root_from_top']}, from the top, of {polynomial}"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align rows of cells.

    >>> columns([("a", "bb"), ("ccc", "d")])
    ['a    bb', 'ccc  d']
    """
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _line(label: str, text: str) -> str:
    return f"  {label:<11} {text}".rstrip()
