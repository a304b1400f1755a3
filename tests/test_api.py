"""The functions behind the command line: they return what the commands print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq

from symcrit import api, cli
from symcrit.errors import InputError
from symcrit.kernel.replay import replay
from symcrit.lang.build import Eq, matrix, pinv
from symcrit.lang.parser import parse
from tests.checker.files import write

TRUE = "matrix A : m x n\nshow A*pinv(A)*A = A\n"
FALSE = "matrix A : n x n\nshow A*A = A\n"
PROOF = "theorem p\nmatrix A : n x n\nassume h: A*A = A\nstep a: A*A*A = A by h\nstep b: A = 0\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path, {"true.thm": TRUE, "false.thm": FALSE, "sub/proof.thm": PROOF, "broken.thm": "show A = A\n", "notes.txt": ""})


def without_seconds(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: without_seconds(value) for key, value in data.items() if key != "seconds"}
    return [without_seconds(value) for value in data] if isinstance(data, list) else data


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    cli.main([*arguments, "--json"])
    data = json.loads(capsys.readouterr().out)
    return without_seconds({key: value for key, value in data.items() if key not in ("schema_version", "tool_version")})


# ---- prove


def test_prove_takes_a_statement_an_equation_or_several() -> None:
    A = matrix("A", "m", "n")
    penrose = Eq(A * pinv(A) * A, A)
    assert api.prove(penrose).certificate == api.prove(parse(TRUE)).certificate is not None
    assert api.prove([penrose, Eq(pinv(A) * A, A.T * A)]).violated == (2,)
    assert api.prove([penrose, penrose]).verdict == "proved"


def test_prove_under_assumptions() -> None:
    A = matrix("A", "n", "n")
    result = api.prove(Eq(A * A * A, A), given=[Eq(A * A, A)])
    assert result.verdict == "proved" and result.model is not None and result.seconds > 0
    assert replay(result.certificate).statement == parse("matrix A : n x n\nassume A*A = A\nshow A*A*A = A")
    assert api.prove(Eq(A * A * A, A)).verdict == "refuted"


def test_prove_file_returns_what_the_command_prints(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ["true.thm", "false.thm", "broken.thm", "none.thm", "sub/proof.thm"]
    results = [api.prove_file(file) for file in files]
    assert [(result.verdict, result.file) for result in results] == list(zip(["proved", "refuted", *["ill_formed"] * 3], files, strict=True))
    assert without_seconds([result.to_json() for result in results]) == printed(capsys, "prove", *files)["results"]


def test_no_memory_is_no_verdict(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(path: str) -> None:
        raise MemoryError

    monkeypatch.setattr(api, "read_statement", exhausted)
    result = api.prove_file("true.thm")
    assert (result.verdict, result.reason) == ("not_established", "out of memory")


# ---- check and tex


def test_check_returns_what_the_command_prints(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = api.check("true.thm", "sub", jobs=1)
    assert [(step.verdict, step.success) for step in report.steps] == [("proved", True), ("proved", True), ("refuted", False)]
    assert without_seconds(report.to_json()) == printed(capsys, "check", "true.thm", "sub", "--jobs", "1")


def test_check_without_paths(folder: Path) -> None:
    write(folder, {"proofs/own.thm": TRUE})
    assert [step.file for step in api.check(jobs=1).steps] == ["proofs/own.thm"]


def test_check_passes_its_options_on(folder: Path) -> None:
    text = ("theorem q\nmatrix B : n x n symmetric\nassume fact symmetric_cube_root\ngap g: B*B = B by nothing\n"
            "use u: symmetric_cube_root with A = B, B = B by nothing\n")
    path = write(folder, {"q.thm": text}) / "q.thm"

    def succeed(**options: Any) -> list[bool]:
        return [step.success for step in api.check(path, jobs=1, **options).steps]

    assert succeed() == [False, False]
    assert succeed(allow_gaps=True) == [True, False]
    assert succeed(permit=["symmetric_cube_root"]) == [False, True]
    assert not (folder / "pins.json").exists()
    api.check(path, jobs=1, update=True)
    assert (folder / "pins.json").exists() and (folder / "q.cert.json").exists()


def test_tex_keeps_the_order_and_returns_what_the_command_prints(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ["sub/proof.thm", "true.thm", "none.thm", "true.thm"]
    made = api.tex(files)
    fragments = [latex for _, latex in made.parts]
    assert len(fragments) == 2 and [result.file for result in made.results] == ["true.thm"]
    assert [(one.file, [step.label for step in one.steps]) for one in made.report.theorems] == [("sub/proof.thm", ["a", "b"])]
    assert [error.file for error in made.errors] == ["none.thm"]
    assert made.fragment == "\n".join(fragments) and fragments[1] == made.results[0].latex()
    assert printed(capsys, "tex", *files)["tex"] == made.fragment
    assert made.document.startswith("\\documentclass") and all(one in made.document for one in fragments)


def test_tex_of_nothing_is_no_document(folder: Path) -> None:
    assert (api.tex(["none.thm"]).fragment, api.tex(["none.thm"]).document) == ("", "")


# ---- files


def certificate() -> dict[str, Any]:
    made = api.prove(parse(TRUE)).certificate
    assert made is not None
    return made


def test_certificates_are_read_in_each_form(folder: Path) -> None:
    one = certificate()
    Path("bare.json").write_text(json.dumps(one))
    Path("list.json").write_text(json.dumps({"schema_version": 1, "tool_version": "x", "certificates": [one, one]}))
    api.check("sub/proof.thm::p::a", jobs=1, update=True)
    assert api.read_certificates("bare.json") == [one]
    assert api.read_certificates("list.json") == [one, one]
    (stored,) = api.read_certificates("sub/proof.cert.json")
    assert replay(stored).statement == parse("matrix A : n x n\nassume A*A = A\nshow A*A*A = A")


@pytest.mark.parametrize(("changes", "message"), [
    ({"schema_version": 2}, "expected schema_version 1, found 2"), ({"certificates": []}, "holds no certificate"),
    ({"certificates": {}}, "a list of certificates"), ({"more": 1}, "expected the fields")])
def test_lists_of_certificates_that_are_not_well_formed(changes: dict[str, Any], message: str, folder: Path) -> None:
    good = {"schema_version": 1, "tool_version": "x", "certificates": [{}]}
    Path("list.json").write_text(json.dumps(good))
    assert api.read_certificates("list.json") == [{}]
    Path("list.json").write_text(json.dumps(good | changes))
    with pytest.raises(InputError, match=message):
        api.read_certificates("list.json")


def test_proof_paths(folder: Path) -> None:
    assert api.proof_paths(["x", "y"]) == ["x", "y"]
    (shipped,) = api.proof_paths([])
    assert Path(shipped).is_absolute() and (Path(shipped) / "zhou_liang_2018" / "lemma_1.thm").is_file()
    (folder / "proofs").write_text("")  # a file is not a folder of proofs
    assert api.proof_paths([]) == [shipped]
    (folder / "proofs").unlink()
    (folder / "proofs").mkdir()
    assert api.proof_paths([]) == ["proofs"]


def test_statement_files(folder: Path) -> None:
    assert api.statement_files(["."]) == ["broken.thm", "false.thm", "sub/proof.thm", "true.thm"]
    assert api.statement_files(["true.thm", "sub", "none.thm"]) == ["true.thm", "sub/proof.thm", "none.thm"]
    (folder / "nothing").mkdir()
    assert api.statement_files(["nothing"]) == []


# ---- arrays and floats from Python


def test_arrays_are_read_and_their_floats_taken_exactly_if_asked() -> None:
    numpy = pytest.importorskip("numpy")
    given = {"X": numpy.array([[1, 0], [0, 1]]), "Y": [[2, 0], [0, 1]], "widths": (2, 1, 2),
             "weights": [numpy.array([[0.1, 1.0]]), numpy.array([[0.0], [1.0]])]}
    point = api.classify(given, exact_floats=True).point
    assert point.weights[0].entry(0, 0) == fmpq(3602879701896397, 36028797018963968)  # the float nearest to 1/10
    assert api.classify(given, nearest=True).nearest is not None
    with pytest.raises(InputError, match=r"weights\[0\]\[0\]\[0\]: 0.1 is a float"):
        api.classify(given)
