"""Everything that theorems assume, transitively: named facts, gaps, guards, and the assumptions of their setting."""

from __future__ import annotations

from typing import Any

from symcrit.kernel.named_facts import EXISTENCES, NAMED_FACTS, REFERENCES
from symcrit.report.outcome import CheckReport


def axioms(report: CheckReport) -> list[dict[str, Any]]:
    """List per theorem what its steps rest on, what must be defined, and what is assumed."""
    return [{"id": f"{theorem.file}::{theorem.name}", "title": theorem.title,
             "rests_on": sorted({name for step in theorem.steps for name in step.rests_on}),
             "guards": sorted({guard for step in theorem.steps for guard in step.guards}),
             "assumptions": list(theorem.assumptions),
             "failed": [step.label for step in theorem.steps if not step.success]} for theorem in report.theorems]


def _told(fact: str) -> str:
    """Say of a named fact what it is and where it is proved."""
    title = NAMED_FACTS[fact].name if fact in NAMED_FACTS else EXISTENCES[fact].name
    return f"{fact}: {title} ({REFERENCES[fact]})"


def axioms_text(rows: list[dict[str, Any]]) -> str:
    """Print the named facts and gaps first, then each theorem with what it assumes."""
    rests_on = sorted({name for row in rows for name in row["rests_on"]})
    lines = [f"named facts and gaps: {'; '.join(rests_on) or 'none'}"]
    lines += [f"  {_told(name.removeprefix('fact '))}" for name in rests_on if name.startswith("fact ")]
    for row in rows:
        lines.append(f"{row['id']}  {row['title']}".rstrip())
        lines += [f"  rests on {name}" for name in row["rests_on"]]
        lines += [f"  assumes  {assumption}" for assumption in row["assumptions"]]
        lines += [f"  guard    {guard}" for guard in row["guards"]]
        lines += [f"  fails    {label}" for label in row["failed"]]
    return "\n".join(lines)
