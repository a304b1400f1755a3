"""Points, critical values and curves as sheets for people, from the documents that `--json` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symcrit.sheets.numbers import MAX_SHOWN, Document, field_text, number_text, polynomial_text, short
from symcrit.sheets.sheet import Cell, Entry, Formula, Sheet, line, weights


def classification_sheet(found: Document) -> Sheet:
    """Show what a point is, from the document of `classify --json`."""
    category = f", category {found['category']}" if found.get("category") else ""
    entries = [line("critical", "yes: every gradient is exactly 0" if found["critical"] else _not_critical(found)),
               line("loss", number_text(found["loss"])),
               line("least loss", number_text(found["global_minimum"]) if found["global_minimum"] else "not known")]
    if found.get("reason"):
        entries.append(line("reason", found["reason"]))
    for layer in found.get("layers") or [found]:
        subscript = f"_{layer['k']}" if "k" in layer else ""
        entries.append(line(f"rank{subscript}", str(layer["rank"])))
        entries += [_spectrum(layer["spectrum"], f"Sigma{subscript}")] if "spectrum" in layer else []
    entries += _activation(found) if "activation_pattern" in found else []
    signs = found.get("hessian_inertia")
    if signs:
        entries.append(line("Hessian", ", ".join(f"{signs[sign]} {sign}" for sign in ("positive", "zero", "negative"))))
    entries += [*_descent(found.get("descent")), *_opinion(found.get("second_opinion")),
                *_nearest(found.get("nearest"))]
    return Sheet(found["kind"].replace("_", " ").upper(),
                 f"{found['network']} network with {found['depth']} layers{category}", tuple(entries))


def _not_critical(found: Document) -> str:
    """Say why a point is not critical: a gradient that is not 0, or none at a kink."""
    if not found.get("differentiable", True):
        return "no: the loss has no derivative there"
    which = [f"A{k}" for k, zero in enumerate(found["gradients_zero"], 1) if not zero]
    return f"no: the gradient with respect to {', '.join(which)} is not 0"


def _activation(found: Document) -> list[Entry]:
    """Show the signs of A1 X, and whether the loss has a derivative."""
    marks = {-1: "-", 0: "0", 1: "+"}
    rows = [["".join(marks[side] for side in row)] for row in found["activation_pattern"][:MAX_SHOWN]]
    place = "on a boundary of cones" if found["on_boundary"] else "in an open cone"
    return [Entry("A1 X", rows), line("place", f"{place}, {'differentiable' if found['differentiable'] else 'a kink'}")]


def _spectrum(pairs: Sequence[Document], title: str) -> Entry:
    rows = [(title, "multiplicity", "captured")]
    for pair in pairs:
        captured = "-" if pair.get("captured") is None else str(pair["captured"])
        rows.append((number_text(pair["value"]), str(pair["multiplicity"]), captured))
    return Entry("spectrum", rows, headed=True)


def _descent(descent: Document | None) -> list[Entry]:
    if descent is None:
        return []
    order = f"order {descent['order']}" + ("" if descent.get("minimal") else ", perhaps less")
    about = "about " if any(isinstance(value, Mapping) and "exact" not in value for value in descent["loss"]) else ""
    rows: list[Cell] = [f"{order}: the loss is {about}{polynomial_text(descent['loss'], 't')}"]
    if "direction" in descent:
        rows += [Formula(f"along A{k} + t*", part) for k, part in enumerate(descent["direction"], 1)]
    else:
        rows += [Formula(f"along A{k}(t) = ", part) for k, part in enumerate(descent["curve"], 1)]
    if "field" in descent:
        rows.append(field_text(descent["field"]))
    return [Entry("way down", [[row] for row in rows])]


def _opinion(opinion: Document | None) -> list[Entry]:
    if opinion is None:
        return []
    words = {True: "agrees", False: "DISAGREES", None: "skipped"}
    return [Entry("2nd opinion", [(words[row["agrees"]], row["name"], row["detail"]) for row in opinion["checks"]])]


def _nearest(nearest: Document | None) -> list[Entry]:
    if nearest is None:
        return []
    told = f"this critical point is at distance {nearest['distance']['approx']} from the one given"
    return [Entry("nearest", [[told], *([weight] for weight in weights(nearest["point"]))])]


def values_sheet(found: Document) -> Sheet:
    """Show critical values, from the document of `values --json`."""
    widths = "-".join(map(str, found["widths"]))
    count = found["count"]
    spectrum = [("Sigma", "multiplicity"),
                *((number_text(pair["value"]), str(pair["multiplicity"])) for pair in found["spectrum"])]
    entries = [Entry("spectrum", spectrum, headed=True)]
    if "near" in found:
        entries.append(line("near", found["near"]))
    rows = [("loss", "p", "null", "distance" if "near" in found else "", "")]
    for value in found["values"]:
        spare = value["null_up_to"]
        notes = ["global minimum"] * value["global"] + ["not separated"] * value.get("unseparated", False)
        rows.append((number_text(value["loss"]), " ".join(map(str, value["p"])) or "-",
                     f"0..{spare}" if spare else "0",
                     short(value["distance"]["approx"]) if "distance" in value else "", ", ".join(notes)))
    entries.append(Entry("", rows, headed=True, under=True, left=count - len(found["values"])))
    return Sheet(f"{count} critical value{'s' * (count != 1)} of p-vectors, widths {widths}", "", tuple(entries))


def curve_sheet(found: Document) -> Sheet:
    """Show a curve along which the loss falls, from the document of `descend --json`."""
    if found["curve"] is None:
        return Sheet("NO WAY DOWN", "", (line("reason", found["reason"]),))
    entries = [line(f"A{k}(ε)", Formula("", part)) for k, part in enumerate(found["curve"], 1)]
    if "field" in found:
        entries.append(line("", field_text(found["field"])))
    entries.append(line("change", found["loss_change"]))
    entries.append(line("leading", f"{number_text(found['leading_coefficient'])} * ε^{found['order']}"))
    if found.get("series"):
        entries.append(line("series", found["series"]))
    if found.get("interval"):
        entries.append(line("lower for", found["interval"] + ("" if found["interval_sharp"] else " at least")))
    entries.append(line("rank", f"{found['rank_before']} before, {found['rank_after']} after"))
    return Sheet("DESCENDS", f"order {found['order']}, {found['theorem']}", tuple(entries))
