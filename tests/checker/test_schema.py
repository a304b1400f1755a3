"""What `check --json` prints follows its published schema, whatever goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from symcrit import cli
from tests.checker.files import write

jsonschema = pytest.importorskip("jsonschema")
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "check.schema.json").read_text())
HEAD = "theorem t\nmatrix A : n x n\nscalar s\nassume h: A*A = A\n"
FILES = {
    "proved": HEAD + "step a: A*A*A = A by h settles x.one\n",
    "everything": HEAD + "assume fact symmetric_cube_root\nstep a: A*A = A by h\nrefute b: A = 0\ngap c: A' = A\nopen d: A = 2*A\n"
                         "use e: symmetric_cube_root with A = A*A', B = A*A' by nothing\nstep f: exists W : n x n. A*W = A by h\n"
                         "step g: s/s*A = A by nothing\n",
    "wrong": HEAD + "step a: A = 0\nrefute b: A*A = A\nstep c: A*A = A by nosuch\nuse d: nosuch\nstep e: 0 < tr(A'*A)\n",
    "plain": "matrix A : n x n\nshow A*pinv(A)*A = A\n",
    "malformed": "theorem t\nmatrix A : n x m\nstep a: A*A = A\n",
    "point": HEAD + 'instance a: "nil.json" is critical\n',
}


def document_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    code = cli.main(["check", "--json", "--jobs", "1", *arguments])
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    assert document["exit_code"] == code
    return document


@pytest.mark.parametrize("name", FILES)
def test_json_follows_the_schema(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write(tmp_path, {f"{name}.thm": FILES[name]}) / f"{name}.thm")
    document = document_of(capsys, path)
    assert document["exit_code"] == {"proved": 0, "plain": 0, "malformed": 4}.get(name, 1)
    if name != "malformed":
        document_of(capsys, path, "--update")
        (tmp_path / f"{name}.thm").write_text(FILES[name].replace("step a", "step z"))
        document_of(capsys, path)  # with what is unpinned, changed and missing


def test_the_schema_refuses() -> None:
    for broken in [[], {}, {"schema_version": 2}]:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, SCHEMA)
