"""How a file must be refused: at once, with one short error that names it, by the reader and on the command line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from symcrit.cli import main
from symcrit.errors import InputError
from symcrit.interop.points import read_point

SECONDS = 2


def assert_refused(path: Path, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Read a malformed point; the message has to contain `expected`."""
    start = time.perf_counter()
    with pytest.raises(InputError) as caught:
        read_point(path)
    assert time.perf_counter() - start < SECONDS
    text = str(caught.value)
    assert text.startswith(str(path))
    assert expected in text
    assert len(text) < len(str(path)) + 400
    assert main(["classify", str(path)]) == 4
    assert "Traceback" not in capsys.readouterr().err
