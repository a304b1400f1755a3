"""What the README shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symcrit import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def block(containing: str) -> str:
    return next(text for text in re.findall(r"```[a-z]*\n(.*?)```", README, re.S) if containing in text)


def shown(command: str) -> str:
    """The output that the README shows for a command."""
    lines = block(f"$ {command}").split("\n")
    start = lines.index(f"$ {command}") + 1
    end = next((k for k in range(start, len(lines)) if lines[k].startswith("$ ")), len(lines))
    return "\n".join(lines[start:end]).strip()


def test_the_proof_is_checked_as_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lemma_1.thm").write_text(block("theorem lemma_1"))
    assert cli.main(["check", "lemma_1.thm"]) == 0
    assert re.sub(r"  \(\d+\.\d s\)", "", capsys.readouterr().out.strip()) == shown("symcrit check lemma_1.thm")


def test_the_false_step_is_refuted_as_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "step.thm").write_text(block('name "A2^+'))
    assert cli.main(["prove", "step.thm"]) == 1
    assert capsys.readouterr().out.strip() == shown("symcrit prove step.thm")


def test_the_point_is_as_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.json").write_text(block('"widths": [3, 2, 2]'))
    for command in ("symcrit values data.json --near 0.73", "symcrit build data.json --capture 1,0 -o p.json",
                    "symcrit classify p.json", "symcrit descend p.json"):
        assert cli.main(command.split()[1:]) == 0
        assert capsys.readouterr().out.strip() == shown(command)


def test_the_deep_point_is_as_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep.json").write_text(block('"widths": [2, 2, 2, 2]'))
    assert cli.main(["classify", "deep.json"]) == 0
    assert capsys.readouterr().out.strip() == shown("symcrit classify deep.json")


def test_the_landscape_is_as_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "example1.json").write_text(block('"widths": [2, 1, 2]'))
    assert cli.main(["relu", "example1.json"]) == 0
    assert capsys.readouterr().out.strip() == shown("symcrit relu example1.json")


def test_the_python_code_runs(capsys):
    exec(compile(block("import symcrit as sc"), "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("proved ('I(n) + A*B invertible', 'I(k) + B*A invertible')\nrefuted")


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)\)", README))
def test_links_lead_somewhere(target):
    assert (ROOT / target).exists()
