"""Whoever edits one character of a claim in `proofs/` is found out: the step or the file fails."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from symcrit.checker import judge
from symcrit.checker.run import Options, check

PROOFS = Path(__file__).parent.parent.parent / "proofs"
FILES = sorted(PROOFS.rglob("*.thm"))
CLAIM = re.compile(r"^(?:step|refute) (\w+):(.*?)(?=  by | by | settles |  at |$)|^  (?:=|<=|<)(.*?)(?=  by | by |$)", re.M)
EDITS = "AXY'+-*/12B()= "


def claims(text: str) -> Iterator[tuple[int, int]]:
    """Find the spans of the claims in a file, relations of chains included."""
    for match in CLAIM.finditer(text):
        yield match.span(2) if match.group(1) else match.span(3)


def edits(text: str) -> Iterator[str]:
    """Change one character of every claim, chosen by the hash of the claim, to another one."""
    for start, end in claims(text):
        number = int.from_bytes(sha256(text[start:end].encode()).digest()[:8], "big")
        places = [place for place in range(start, end) if text[place] != " "]
        if places:
            place = places[number % len(places)]
            choices = [character for character in EDITS if character != text[place]]
            yield text[:place] + choices[number // len(places) % len(choices)] + text[place + 1 :]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROOFS)))
def test_an_edited_claim_fails(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "_quick", lambda statement: None)  # what would be shown besides
    folder = tmp_path / "proofs"
    shutil.copytree(PROOFS, folder)
    copy = folder / path.relative_to(PROOFS)
    text = path.read_text()
    assert check([copy], Options(jobs=1)).exit_code == 0
    edited = list(edits(text))
    assert edited or not any(True for _ in claims(text))
    for version in edited:
        copy.write_text(version)
        assert check([copy], Options(jobs=1)).exit_code in (1, 4), _difference(text, version)


def _difference(text: str, version: str) -> str:
    return "\n".join(f"{mine}\n{its}" for mine, its in zip(text.splitlines(), version.splitlines(), strict=False) if mine != its)
