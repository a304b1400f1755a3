"""The command line: exit codes are the same in every format, data on stdout, everything else on stderr."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from symcrit import cli

jsonschema = pytest.importorskip("jsonschema")
ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "docs" / "prove.schema.json").read_text())

FILES = {
    "true": "matrix A : m x n\nshow A*pinv(A)*A = A\n",
    "guarded": "scalar s t\nmatrix A : n x n\nassume s != t\nassume s*A = t*A\nshow A = 0\n",
    "exists": "matrix A : m x n\nshow exists W : m x n. A = A*A'*W\n",
    "false": "matrix A : n x n\nshow A*A = A\n",
    "no_solution": "matrix A : m x n\nmatrix B : m x p\nshow exists W : n x p. A*W = B\n",
    "open": "matrix A : n x n symmetric\nmatrix B : n x n symmetric\nassume A^3 = B^3\nshow A = B\n",
    "vacuous": "matrix A : n x n\nassume A*A = I\nassume A = 0\nshow A = 2*A*A\n",
    "broken": "matrix A : m x n\nshow A*A = A\n",
}
CODES = {"true": 0, "guarded": 0, "exists": 0, "false": 1, "no_solution": 1, "vacuous": 0, "broken": 4}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    for name, text in FILES.items():
        (tmp_path / f"{name}.thm").write_text(text)
    return {name: str(tmp_path / f"{name}.thm") for name in FILES}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize("options", [[], ["--json"], ["-q"], ["-v"], ["--color", "always"]])
def test_exit_code_is_the_same_in_every_format(name, options, files, capsys):
    code, out, _ = run(capsys, "prove", files[name], *options)
    assert code == CODES[name]
    assert out


@pytest.mark.parametrize("name", CODES)
def test_json_follows_the_schema(name, files, capsys):
    _, out, _ = run(capsys, "prove", files[name], "--json")
    document = json.loads(out)
    jsonschema.validate(document, SCHEMA)
    verdicts = {0: "proved", 1: "refuted", 4: "ill_formed"}
    assert document["results"][0]["verdict"] == verdicts[CODES[name]]


def test_several_files_give_the_largest_code_and_keep_their_order(files, capsys):
    code, out, _ = run(capsys, "prove", files["broken"], files["true"], files["false"], "--json")
    assert code == 4
    assert [r["verdict"] for r in json.loads(out)["results"]] == ["ill_formed", "proved", "refuted"]


def test_details_of_results(files, capsys):
    _, out, _ = run(capsys, "prove", *(files[name] for name in ("guarded", "exists", "no_solution", "vacuous")), "--json")
    guarded, exists, no_solution, vacuous = json.loads(out)["results"]
    assert guarded["guards"] == ["s - t"]
    assert guarded["model"]["trivial"] is True  # A = 0 is what was to be shown
    assert exists["found"] == [{"claim": 1, "unknown": "W", "term": "pinv(A)'"}]
    assert no_solution["witness"]["violated"] == [1]
    assert vacuous["vacuous"] is True
    assert vacuous["model"] is None


def test_not_established_says_so(files, capsys):
    code, out, _ = run(capsys, "prove", files["open"], "--budget", "0.5")
    assert code == 1
    assert "NOT ESTABLISHED" in out


def test_certificates_replay_and_a_changed_one_is_refused(files, tmp_path, capsys):
    certificates = tmp_path / "c.json"
    assert run(capsys, "prove", files["true"], files["exists"], "--certificate", str(certificates))[0] == 0
    code, out, _ = run(capsys, "replay", str(certificates), "--json")
    assert code == 0
    assert [row["verdict"] for row in json.loads(out)["results"]] == ["proved", "proved"]
    data = json.loads(certificates.read_text())
    data["certificates"][0]["hash"] = "0" * 64
    certificates.write_text(json.dumps(data))
    for options in ([], ["--json"]):
        assert run(capsys, "replay", str(certificates), *options)[0] == 1


@pytest.mark.parametrize("text", ["", "{}", "[1, 2", "{\"certificates\": []}", "[" * 100_000, "1" * 10_000, "\xff"])
def test_malformed_certificates(text, tmp_path, capsys):
    path = tmp_path / "c.json"
    path.write_bytes(text.encode("latin-1"))
    code, out, _ = run(capsys, "replay", str(path))
    assert code == 4
    assert "4300" not in out


def test_output_file_appears_whole(files, tmp_path, capsys):
    target = tmp_path / "out.json"
    code, out, _ = run(capsys, "prove", files["true"], "--json", "-o", str(target))
    assert (code, out) == (0, "")
    jsonschema.validate(json.loads(target.read_text()), SCHEMA)
    assert run(capsys, "prove", files["true"], "-o", str(tmp_path / "no" / "where"))[0] == 4


def test_usage_errors_leave_with_4(capsys):
    for arguments in (["prove"], ["nonsense"], ["prove", "a.thm", "--budget", "-1"], ["prove", "--unknown", "a.thm"]):
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        assert caught.value.code == 4
    assert cli.main([]) == 4
    assert cli.main(["prove", "no_such_file.thm"]) == 4


def test_new_and_list(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "list", ".")[0] == 5
    assert run(capsys, "new", "my_lemma")[0] == 0
    assert run(capsys, "new", "my_lemma")[0] == 4  # nothing is overwritten
    code, out, _ = run(capsys, "list", ".", "--json")
    assert code == 0
    (theorem,) = json.loads(out)["theorems"]
    assert theorem["id"] == "my_lemma.thm::my_lemma" and theorem["title"] == "my lemma"
    assert [step["rule"] for step in theorem["steps"]] == ["step", "step", "refute"]
    assert run(capsys, "check", "my_lemma.thm")[0] == 0
    assert run(capsys, "prove", "my_lemma.thm")[0] == 4  # a proof file is checked, not proved


def test_tex(files, capsys):
    code, out, _ = run(capsys, "tex", files["true"], files["false"], "--fragment")
    assert code == 0
    assert "\\mathbf{A}" in out and "Proved" in out and "Refuted" in out
    code, out, _ = run(capsys, "tex", files["true"], "--document")
    assert out.startswith("\\documentclass") and out.rstrip().endswith("\\end{document}")
    assert run(capsys, "tex", files["broken"])[0] == 4


def test_interruption_keeps_what_is_there(files, monkeypatch, capsys):
    from symcrit import api

    real = api.prove_file

    def interrupted(path, **options):
        if path == files["false"]:
            raise KeyboardInterrupt
        return real(path, **options)

    monkeypatch.setattr(api, "prove_file", interrupted)
    code, out, _ = run(capsys, "prove", files["true"], files["false"], "--json")
    document = json.loads(out)
    assert (code, document["interrupted"], len(document["results"])) == (2, True, 1)


def test_colour_only_when_asked_for(files, capsys):
    assert "\x1b[" not in run(capsys, "prove", files["true"])[1]
    assert "\x1b[32mPROVED" in run(capsys, "prove", files["true"], "--color", "always")[1]


def test_help_and_version_import_no_algebra():
    program = ("import sys; from symcrit.cli import main\n"
               "try: main(['--help'])\nexcept SystemExit as e: code = e.code\n"
               "bad = [m for m in ('sympy', 'mpmath', 'flint', 'numpy', 'rich', 'symcrit.kernel') if m in sys.modules]\n"
               "sys.exit(1 if bad or code else 0)")
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def test_an_unexpected_error_is_a_bug_and_not_a_refutation(files, monkeypatch, capsys):
    from symcrit import api

    def broken(path, **options):
        raise ValueError("unexpected")

    monkeypatch.setattr(api, "prove_file", broken)
    code, _, err = run(capsys, "prove", files["true"])
    assert code == 3
    assert "ValueError: unexpected" in err and "report it" in err


def test_a_proof_too_long_for_the_kernel_is_no_bug(files, monkeypatch, capsys):
    from symcrit.kernel import poly
    from symcrit.kernel.replay import replay as kernel_replay

    real = poly.Algebra.spend

    def heavy(data):
        monkeypatch.setattr(poly.Algebra, "spend", lambda self, work: real(self, poly.MAX_WORK + 1))
        try:
            return kernel_replay(data)
        finally:
            monkeypatch.setattr(poly.Algebra, "spend", real)

    monkeypatch.setattr("symcrit.prover.decide.replay", heavy)
    code, out, _ = run(capsys, "prove", files["true"])
    assert code == 1
    assert "NOT ESTABLISHED" in out and "too long for the kernel" in out
