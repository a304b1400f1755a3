"""The landscape of a ReLU network as sheets for people, from the documents that `relu --json` prints."""

from __future__ import annotations

from collections.abc import Sequence

from symcrit.sheets.numbers import Document, field_text, number_text
from symcrit.sheets.sheet import Entry, Sheet, weights

MAX_ROWS = 20  # of each part
MAX_NUMBERS = 12  # of one set of samples


def landscape_sheet(found: Document) -> Sheet:
    """Show the cones, critical points and local minima of a landscape."""
    best = found["global_minimum"]
    widths = "-".join(map(str, found["widths"]))
    count = len(found["cones"])
    where = "in an open cone" if best["interior"] else "at a kink" if not best["differentiable"] else "on a boundary"
    active = samples(best["J_positive"]) + (f", 0 at {samples(best['J_zero'])}" if best["J_zero"] else "")
    entries = [_note(f"attained {where}, active {active}, at {_weights(best['witness'])}")]
    if found["zero_columns"]:
        entries.append(_note(f"samples with x = 0, which are never active: {samples(found['zero_columns'])}"))
    for title, rows in (("cones: critical points with A2 not 0", _cones(found["cones"])),
                        ("zero output: critical points with A2 = 0, and the dead unit", _plain(found["zero_output"])),
                        ("boundaries: critical points and local minima", _boundary(found["boundary"])),
                        ("local minima that are not global", _spurious(found["spurious_local_minima"]))):
        entries.append(_part(title, rows))
    return Sheet(f"LEAST LOSS {number_text(best['loss'])}",
                 f"ReLU network, widths {widths}, {count} open cone{'s' * (count != 1)}", tuple(entries))


def cones_sheet(found: Document) -> Sheet:
    """Show what is critical in the cones of several hidden units, and what the cones leave out."""
    widths = "-".join(map(str, found["widths"]))
    cones, coverage = found["cones"], found["coverage"]
    rows: list[tuple[str, ...]] = [("active samples", "captured", "active units", "loss", "kind", "at")]
    for cone in cones:
        rows += [(samples(cone["J"]), ", ".join(map(number_text, family["captured"])), _units(family),
                  number_text(family["loss"]), family["kind"].replace("_", " "), _weights(family["witness"]))
                 for family in cone["families"]]
    entries = [_part("cones K_{I x J}: critical points with A2 not 0", rows)]
    if any(cone["partial"] for cone in cones):
        entries.append(_note("where conjugate singular values are irrational, families that capture some of them along "
                             "with others are not listed"))
    entries.append(_note(
        f"{coverage['patterns']} activation patterns; the cones K_{{I x J}} are {coverage['covered']} of them, "
        f"{coverage['gaps']} are left out; no two of the cones meet, but those of no unit and no sample are one"))
    return Sheet(f"{sum(len(cone['families']) for cone in cones)} FAMILIES of critical points in open cones",
                 f"ReLU network, widths {widths}", tuple(entries))


def _units(family: Document) -> str:
    """Print how many units may be active, and for which numbers the points are local minima."""
    minima = family["local_minimum_for"]
    told = ",".join(map(str, family["units"]))
    return f"{told} (minimum for {','.join(map(str, minima))})" if minima and minima != family["units"] else told


def _note(text: str) -> Entry:
    return Entry("", [[text]], under=True)


def _part(title: str, rows: Sequence[Sequence[str]]) -> Entry:
    if len(rows) == 1:
        return Entry(f"{title}: none", (), under=True)
    return Entry(title, rows[: MAX_ROWS + 1], headed=True, under=True, left=max(len(rows) - 1 - MAX_ROWS, 0))


def _cones(cones: Sequence[Document]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("active", "sigma", "loss", "kind", "at")]
    for cone in cones:
        for family in cone["families"]:
            rows.append((samples(cone["J"]), number_text(family["sigma"]), *_common(family)))
        if not cone["families"] and len(cones) <= MAX_ROWS:
            rows.append((samples(cone["J"]), "-", "-", "no critical point with A2 not 0", ""))
    return rows


def _plain(found: Sequence[Document]) -> list[tuple[str, ...]]:
    return [("active", "loss", "kind", "at"), *((samples(row["J"]), *_common(row)) for row in found)]


def _boundary(found: Sequence[Document]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("active", "zero", "loss", "kind", "at", "")]
    for row in found:
        note = "critical" if row["critical"] else "differentiable" if row["differentiable"] else "kink"
        rows.append((samples(row["J_positive"]), samples(row["J_zero"]), *_common(row), note))
    return rows


def _spurious(found: Sequence[Document]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("active", "loss", "at", "")]
    for row in found:
        note = "flat" if row["flat"] else "" if row["interior"] else "on a boundary"
        rows.append((samples(row["J"]), number_text(row["loss"]), _weights(row["witness"]), note))
    return rows


def _common(row: Document) -> tuple[str, str, str]:
    return number_text(row["loss"]), row["kind"].replace("_", " "), _weights(row["witness"])


def _weights(point: Document) -> str:
    text = ", ".join(map(str, weights(point)))
    return f"{text}, {field_text(point['field'])}" if "field" in point else text


def samples(numbers: Sequence[int]) -> str:
    """Print a set of samples.

    >>> samples([1, 3]), samples([])
    ('{1,3}', '{}')
    """
    shown = ",".join(map(str, numbers[:MAX_NUMBERS]))
    return "{" + shown + (f",... {len(numbers)} in all" if len(numbers) > MAX_NUMBERS else "") + "}"
