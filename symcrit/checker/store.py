"""What is kept beside a proof file: `NAME.cert.json` holds certificates and counterexamples by statement hash.

Nothing in it is trusted: certificates are replayed, counterexamples evaluated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from symcrit import __version__
from symcrit.errors import InputError
from symcrit.files import read_json
from symcrit.kernel.evaluate import Instance
from symcrit.report.output import write
from symcrit.report.result import instance_to_json

KIND = "symcrit proofs"
SCHEMA_VERSION = 1
MAX_BYTES = 64_000_000
SECTIONS = ("certificates", "counterexamples", "models")
_RATIONAL = re.compile(r"-?[0-9]{1,4000}(/0*[1-9][0-9]{0,3999})?", re.ASCII)


@dataclass
class Store:
    """Certificates, counterexamples and models, by the hash of their statement."""

    certificates: dict[str, dict[str, Any]] = field(default_factory=dict)
    counterexamples: dict[str, Instance] = field(default_factory=dict)
    models: dict[str, Instance] = field(default_factory=dict)

    def section(self, kind: str) -> dict[str, Any]:
        """Return what is kept for one kind of search."""
        sections: dict[str, dict[str, Any]] = {
            "prove": self.certificates, "refute": self.counterexamples, "model": self.models}
        return sections[kind]

    def save(self, path: Path, hashes: Collection[str]) -> None:
        """Write what belongs to some statements, one line each, so that a change shows as a changed line."""
        sections = []
        for name in SECTIONS:
            kept = getattr(self, name)
            rows = [f"{json.dumps(key)}: {_line(kept[key])}" for key in hashes if key in kept]
            sections.append(f'"{name}": {{' + ("\n" + ",\n".join(rows) + "\n" if rows else "") + "}")
        head = [f'"kind": {json.dumps(KIND)}', f'"schema_version": {SCHEMA_VERSION}',
                f'"tool_version": {json.dumps(__version__)}']
        write("{" + ",\n".join(head + sections) + "}", str(path))


def _line(value: dict[str, Any] | Instance) -> str:
    data = instance_to_json(value) if isinstance(value, Instance) else value
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def store_path(proof: str | Path) -> Path:
    """Name the store of a proof file."""
    return Path(proof).with_suffix(".cert.json")


def load(path: Path) -> Store | None:
    """Read a store; None if there is none. Raises InputError if it is not well formed."""
    if not path.exists():
        return None
    return from_data(read_json(path, MAX_BYTES), path)


def from_data(data: Any, path: Path) -> Store:
    """Read a store from plain data; raises InputError."""
    fields = {"kind", "schema_version", "tool_version", *SECTIONS}
    if not isinstance(data, dict) or set(data) != fields or data["kind"] != KIND:
        raise InputError("not a store of certificates", "delete it and run symcrit check --update").at(str(path))
    if data["schema_version"] != SCHEMA_VERSION:
        raise InputError(f"expected schema_version {SCHEMA_VERSION}").at(str(path))
    sections = [data[name] for name in SECTIONS]
    if not all(isinstance(section, dict) for section in sections):
        raise InputError(f"{', '.join(SECTIONS)} are objects").at(str(path))
    certificates, *instances = sections
    try:
        return Store(dict(certificates), *({key: instance_from_json(value) for key, value in section.items()}
                                           for section in instances))
    except InputError as error:
        raise error.at(str(path)) from None


def instance_from_json(data: Any) -> Instance:
    """Read sizes, scalars and matrices of exact numbers; raises InputError."""
    try:
        sizes = {str(name): _size(size) for name, size in data["sizes"].items()}
        scalars = {str(name): _rational(value) for name, value in data["scalars"].items()}
        matrices = {str(name): tuple(tuple(map(_rational, row)) for row in rows)
                    for name, rows in data["matrices"].items()}
    except (TypeError, ValueError, KeyError, AttributeError):
        raise InputError("not an instance: expected sizes, scalars and matrices of exact numbers") from None
    return Instance(sizes, scalars, matrices)


def _size(value: Any) -> int:
    if type(value) is not int:
        raise ValueError(value)
    return value


def _rational(value: Any) -> Fraction:
    if not isinstance(value, str) or not _RATIONAL.fullmatch(value):
        raise ValueError(value)
    return Fraction(value)
