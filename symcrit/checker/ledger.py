"""The ledger: the claims of a paper, one by one, with what the steps of the proof files found.

A folder of proof files may hold a catalogue, `claims.toml`: for each id where the claim stands and how it is printed,
and nothing about its truth; before them perhaps `paper`, its title. A step says `settles ID` for the claim as printed,
`settles ID corrected` for what is true instead, `settles ID argument` for the argument that the paper gives, `settles
ID counterexample` if it is an `instance` step on a point that the claim as printed does not hold for. The argument for
a claim is also judged by the claims of the catalogue that are part of it.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from symcrit.errors import InputError
from symcrit.files import read_bytes
from symcrit.lang.proof import ILL_FORMED
from symcrit.report.outcome import CHECKED, OPEN, WEAKER, ClaimOutcome, StepOutcome, TheoremOutcome
from symcrit.report.result import PROVED, REFUTED

CATALOGUE = "claims.toml"
MAX_BYTES = 4_000_000
KEYS = {"where": str, "printed": str, "enclosing": list, "note": str}


@dataclass(frozen=True)
class Claim:
    """One entry of a catalogue; `enclosing` are the ids of the claims that it is part of the proof of."""

    id: str
    where: str
    printed: str
    enclosing: tuple[str, ...] = ()
    note: str = ""
    paper: str = ""


def catalogue(folder: Path) -> dict[str, Claim]:
    """Read the catalogue of a folder; without one it is empty.

    Raises InputError, with the entry at fault.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     path = Path(place, CATALOGUE)
    ...     _ = path.write_text('["eq.1"]\\nwhere = "Sec 1"\\nprinted = "A = B"')
    ...     print(catalogue(Path(place))["eq.1"].printed)
    ...     _ = path.write_text('["eq.1"]\\nwhere = 1')
    ...     catalogue(Path(place))
    Traceback (most recent call last):
    symcrit.errors.InputError: the claim eq.1: where is a string
    """
    path = folder / CATALOGUE
    if not path.is_file():
        return {}
    try:
        tree = tomllib.loads(read_bytes(path, MAX_BYTES).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not a TOML file: {error}").at(str(path)) from None
    try:
        paper = tree.pop("paper", "")
        claims = {name: _claim(name, entry, str(paper)) for name, entry in tree.items()}
        for claim in claims.values():
            for name in claim.enclosing:
                if name not in claims:
                    raise InputError(f"the claim {claim.id}: enclosing names {name}, which is not in the catalogue")
    except InputError as error:
        raise error.at(str(path)) from None
    return claims


def _claim(name: str, entry: object, paper: str) -> Claim:
    if not isinstance(entry, dict):
        raise InputError(f"{name} stands outside of a claim", 'a claim starts with its id in brackets: ["eq.1"]')
    for key, value in entry.items():
        if key not in KEYS:
            raise InputError(f"the claim {name}: unknown key {key}", f"the keys are {', '.join(KEYS)}")
        if not isinstance(value, KEYS[key]) or not all(isinstance(one, str) for one in value):
            raise InputError(f"the claim {name}: {key} is a {'list of ids' if KEYS[key] is list else 'string'}")
    if "where" not in entry or "printed" not in entry:
        raise InputError(f"the claim {name}: where or printed is missing")
    return Claim(name, entry["where"], entry["printed"], tuple(entry.get("enclosing", ())), entry.get("note", ""),
                 paper)


def ledger(claims: dict[str, Claim], theorems: Sequence[TheoremOutcome], *, whole: bool) -> list[ClaimOutcome]:
    """Make one row a claim, in the order of the catalogue; without `whole` those only that some step settles."""
    by_id: dict[str, dict[str, list[StepOutcome]]] = {}
    for step in (step for theorem in theorems for step in theorem.steps):
        for item in step.settles:
            name, _, role = item.partition(" ")
            by_id.setdefault(name, {}).setdefault(role, []).append(step)
    rows = {claim.id: _row(claim, by_id.get(claim.id, {})) for claim in claims.values() if whole or claim.id in by_id}
    parts: dict[str, list[ClaimOutcome]] = {}
    for row in rows.values():
        for name in claims[row.id].enclosing:
            parts.setdefault(name, []).append(row)
    return [_enclosed(_argued(row, parts.get(row.id, [])), claims[row.id], rows) for row in rows.values()]


def _row(claim: Claim, steps: dict[str, list[StepOutcome]]) -> ClaimOutcome:
    printed, corrected = steps.get("", []), steps.get("corrected", [])
    every = [step for part in steps.values() for step in part]
    witness = next((step.witness for step in printed if step.verdict == REFUTED and step.success), None)
    argument, against = _weakest(steps.get("argument", [])), steps.get("counterexample", [])
    verdict = REFUTED if against and all(step.success for step in against) else _weakest(printed) or OPEN
    return ClaimOutcome(
        claim.id, claim.where, claim.printed, _text([*printed, *against]), verdict, argument, witness,
        _text(corrected), _weakest(corrected), None, tuple(step.id for step in every),
        tuple(sorted({name for step in every for name in step.rests_on})), claim.note,
        tuple(step.claim for step in against) if verdict == REFUTED else (),
        next((step.reason for step in printed if step.kind == ILL_FORMED and step.success), ""),
        claim.enclosing, claim.paper)


def _argued(row: ClaimOutcome, parts: Sequence[ClaimOutcome]) -> ClaimOutcome:
    """Judge the argument for a claim by what steps say of it, and by the claims that are parts of it."""
    verdicts = [part.verdict for part in parts] + ([row.argument] if row.argument else [])
    return replace(row, argument=max(verdicts, key=WEAKER.index, default=None))


def _weakest(steps: Sequence[StepOutcome]) -> str | None:
    """Return the weakest verdict of some steps; None without any. A refutation that failed refutes nothing."""
    words = [step.verdict if step.success or step.verdict != REFUTED else OPEN for step in steps]
    return max(words, key=WEAKER.index, default=None)


def _text(steps: Sequence[StepOutcome]) -> str:
    return "; ".join(dict.fromkeys(step.claim for step in steps if step.claim))


def _enclosed(row: ClaimOutcome, claim: Claim, rows: dict[str, ClaimOutcome]) -> ClaimOutcome:
    """Tell whether what the claim is part of stands, as printed or corrected; None while that is open."""
    above = [rows[name] for name in claim.enclosing if name in rows]
    if len(above) < max(len(claim.enclosing), 1):
        return row
    standing = [bool({one.verdict, one.corrected_verdict} & {PROVED, CHECKED}) for one in above]
    if all(standing):
        return row.enclosed(True)
    return row.enclosed(False) if any(one.verdict == REFUTED and not stands
                                      for one, stands in zip(above, standing, strict=True)) else row


def unknown_ids(claims: dict[str, Claim], theorems: Sequence[TheoremOutcome]) -> list[InputError]:
    """List the ids that steps settle and a catalogue does not have."""
    found = []
    for step in (step for theorem in theorems for step in theorem.steps):
        for name in (item.partition(" ")[0] for item in step.settles):
            if name not in claims:
                near = [f"write {near}" for near in difflib.get_close_matches(name, claims, 1)]
                error = InputError(f"the step {step.label} settles {name}, which is not in {CATALOGUE}", *near)
                found.append(error.at(step.file, step.line))
    return found
