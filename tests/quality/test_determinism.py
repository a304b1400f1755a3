"""The same input gives the same output, whatever the hash seed; `python -O` takes no check away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
CORPUS = "tests/corpus"
FILES = [f"{CORPUS}/{name}.thm" for name in (
    "true/deep3layers", "true/gram_zero_sum", "true/scalar_sos", "true/lemma1_25_exists", "true/resolvent_div",
    "true/spectral_pair", "true/one_sylvester_det", "hard/hartwig_v_iv", "hard/traceless_anticommutator",
    "false/mp_scale", "false/ex_sylvester", "false/sherman_morrison_den", "false/proj_trace_less", "false/orth_sum",
    "malformed/sizes_sum", "malformed/div_s_minus_s")]


def run(*arguments: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    """Run Python in the repository with a hash seed."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
                          check=False)


def without_seconds(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_seconds(item) for key, item in value.items() if key != "seconds"}
    return [without_seconds(item) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, str]]:
    """Prove the same files under two hash seeds; return the JSON output and the certificates of each run."""
    results = []
    for seed in ("0", "1"):
        file = tmp_path_factory.mktemp("determinism") / "certificates.json"
        done = run("-m", "symcrit", "prove", "--json", "--certificate", str(file), *FILES, seed=seed)
        assert done.returncode == 4, done.stderr  # the largest: two files are malformed
        results.append((json.loads(done.stdout), file.read_text(encoding="utf-8")))
    return results


def test_output_does_not_depend_on_the_hash_seed(runs: list[tuple[Any, str]]) -> None:
    (first, _), (second, _) = runs
    assert [result["file"] for result in first["results"]] == FILES
    assert {result["verdict"] for result in first["results"]} == {"proved", "refuted", "ill_formed"}
    assert json.dumps(without_seconds(first)) == json.dumps(without_seconds(second))


def test_certificates_do_not_depend_on_the_hash_seed(runs: list[tuple[Any, str]]) -> None:
    (_, first), (_, second) = runs
    assert len(json.loads(first)["certificates"]) == 9
    assert first == second


REPLAY = """
import json, sys
from symcrit.errors import CertificateError
from symcrit.kernel import replay
assert False, "this is not python -O"
good = refused = 0
for data in json.load(open(sys.argv[1], encoding="utf-8"))["certificates"]:
    good += replay(data).statement.hash == data["hash"]
    for change in ("hash", "steps", "claims"):
        wrong = {**data, change: {"hash": "0" * 64, "steps": [["combine", 1, 1, "=", []]] * len(data["steps"]),
                                  "claims": data["claims"][1:]}[change]}
        try:
            replay(wrong)
        except CertificateError:
            refused += 1
print(good, refused)
"""


def test_replay_under_python_o(runs: list[tuple[Any, str]], tmp_path: Path) -> None:
    file = tmp_path / "certificates.json"
    file.write_text(runs[0][1], encoding="utf-8")
    done = run("-O", "-c", REPLAY, str(file))
    assert done.stderr == ""
    assert done.stdout.split() == ["9", "27"]


def test_prove_under_python_o(runs: list[tuple[Any, str]]) -> None:
    done = run("-O", "-m", "symcrit", "prove", "--json", *FILES, seed="2")
    assert done.returncode == 4, done.stderr
    assert without_seconds(json.loads(done.stdout)) == without_seconds(runs[0][0])
