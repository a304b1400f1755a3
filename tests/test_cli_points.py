"""The commands about data and points; every expected value is worked out by hand in a comment."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import symcrit as sc
from symcrit import api, cli, cli_points

jsonschema = pytest.importorskip("jsonschema")
SCHEMA = json.loads((Path(__file__).parents[1] / "docs" / "points.schema.json").read_text())

# Sigma = Y Y' = diag(4, 1), tr YY' = 5: the losses are (5 - 4)/2, (5 - 1)/2 and 5/2.
DATA = {"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "widths": [2, 1, 2]}
# Sigma = Y Y' = [2 1; 1 1] with eigenvalues (3 ± sqrt 5)/2, tr YY' = 3.
IRRATIONAL = {"X": [[1, 0], [0, 1]], "Y": [[1, 1], [0, 1]], "widths": [2, 1, 2]}
POINTS = {
    "saddle": {**DATA, "weights": [[[0, 1]], [[0], [1]]]},
    "minimum": {**DATA, "weights": [[[2, 0]], [[1], [0]]]},
    "no": {**DATA, "weights": [[[1, 1]], [[1], [0]]]},
    "broken": {**DATA, "weights": [[[0.5, 1]], [[0], [1]]]},
}
CODES = {"saddle": 0, "minimum": 0, "no": 1, "broken": 4}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    trees = {"data": DATA, "irrational": IRRATIONAL, **POINTS}
    for name, tree in trees.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(tree))
    return {name: str(tmp_path / f"{name}.json") for name in trees}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    _, out, _ = run(capsys, *arguments, "--json")
    found = json.loads(out)
    jsonschema.validate(found, SCHEMA)
    return found


@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize("options", [[], ["--json"], ["-q"], ["--inertia"]])
def test_exit_codes_are_the_same_in_every_format(name, options, files, capsys):
    code, out, err = run(capsys, "classify", files[name], *options)
    assert code == CODES[name]
    assert bool(err) == (name == "broken")
    assert bool(out) == (name != "broken" or options == ["--json"])


def test_classify(files, capsys):
    found = document(capsys, "classify", files["saddle"])
    assert found["kind"] == "strict_saddle"
    assert found["category"] == "non_optimal_order"
    assert found["loss"]["exact"] == "2"
    assert found["global_minimum"]["exact"] == "1/2"
    assert [(pair["value"]["exact"], pair["captured"]) for pair in found["spectrum"]] == [("4", 0), ("1", 1)]
    assert found["descent"]["order"] == 2


def test_several_files_keep_their_order_and_give_the_largest_code(files, capsys):
    names = ["no", "broken", "saddle"]
    code, out, err = run(capsys, "classify", *(files[name] for name in names), "--json")
    results = json.loads(out)["results"]
    assert code == 4
    assert [result["file"] for result in results] == [files[name] for name in names]
    assert [result.get("kind") for result in results] == ["not_critical", None, "strict_saddle"]
    assert "0.5 is a float" in results[1]["error"]
    assert "0.5 is a float" in err


def test_the_text_says_what_the_document_says(files, capsys):
    _, out, _ = run(capsys, "classify", files["saddle"])
    assert out.splitlines()[0].endswith("STRICT SADDLE  linear network with 2 layers, category non_optimal_order")
    assert "critical    yes" in out
    assert run(capsys, "classify", files["saddle"], "-q")[1].count("\n") == 1
    _, out, _ = run(capsys, "classify", files["no"])
    assert "the gradient with respect to A1, A2 is not 0" in out


def test_values(files, capsys):
    found = document(capsys, "values", files["data"])
    assert found["count"] == 3
    assert [(value["loss"]["exact"], value["p"], value["global"]) for value in found["values"]] == [
        ("1/2", [1, 0], True), ("2", [0, 1], False), ("5/2", [0, 0], False)]
    assert document(capsys, "values", files["data"], "--limit", "1")["count"] == 3
    near = document(capsys, "values", files["data"], "--near", "2.3", "--limit", "1")["values"]
    assert [(value["p"], value["distance"]["exact"]) for value in near] == [([0, 0], "1/5")]
    _, out, _ = run(capsys, "values", files["data"])
    assert [line.split()[0] for line in out.splitlines()[-3:]] == ["1/2", "2", "5/2"]


def test_build_round_trips_with_an_irrational_spectrum(files, capsys, tmp_path):
    # capturing the smaller eigenvalue leaves the loss (3 + sqrt 5)/4, the larger root of 4 x^2 - 6 x + 1
    path = str(tmp_path / "p.json")
    assert run(capsys, "build", files["irrational"], "--capture", "0,1", "-o", path) == (0, "", "")
    found = document(capsys, "classify", path)
    assert found["loss"]["minpoly"] == [1, -6, 4]
    assert found["loss"]["root_from_top"] == 1
    assert [pair["captured"] for pair in found["spectrum"]] == [0, 1]


def test_what_build_prints_as_json_is_a_point(files, capsys, tmp_path):
    made = document(capsys, "build", files["data"], "--capture", "0, 1", "--c", "random", "--l1", "random", "--seed", "3")
    assert made["schema_version"] == 1
    (tmp_path / "made.json").write_text(json.dumps(made))
    assert document(capsys, "classify", str(tmp_path / "made.json"))["category"] == "non_optimal_order"
    (tmp_path / "made.json").write_text(json.dumps({**made, "schema_version": 2}))
    assert run(capsys, "classify", str(tmp_path / "made.json"))[0] == 4


def test_nothing_captured(capsys, tmp_path):
    # Sigma = 0 has no positive eigenvalue: there is nothing to give counts for
    path = tmp_path / "zero.json"
    path.write_text(json.dumps({**DATA, "Y": [[0, 0], [0, 0]]}))
    code, out, _ = run(capsys, "build", str(path), "--capture", "", "--null", "1")
    assert code == 0
    assert json.loads(out)["weights"][1] != [["0"], ["0"]]


@pytest.mark.parametrize(("arguments", "part"), [
    (["values", "{data}", "--near", "0,7"], "0,7"),
    (["values", "{data}", "--near", "0.7.3"], "0.7.3"),
    (["build", "{data}", "--capture", "1"], "1 counts are given"),
    (["build", "{data}", "--capture", "2,0"], "p_1 = 2"),
    (["build", "{data}", "--capture", "1,1"], "rank 1 at most"),
    (["build", "{data}", "--capture", "0,0", "--null", "1"], "0 has multiplicity 0"),
    (["classify", "{data}"], "the key weights is missing"),
    (["values", "{saddle}"], "unknown key weights\n  suggestion: this is a point"),
    (["classify", "{data}x"], "cannot read the file"),
])
def test_bad_input_is_named(arguments, part, files, capsys):
    code, out, err = run(capsys, *(argument.format(**files) for argument in arguments))
    assert (code, out) == (4, "")
    assert part in err


@pytest.mark.parametrize("arguments", [
    ["values", "d.json", "--limit", "-1"], ["values", "d.json", "--limit", "x"], ["build", "d.json"],
    ["build", "d.json", "--capture", "1,a"], ["build", "d.json", "--capture", "1,,1"], ["classify"],
    ["build", "d.json", "--capture", "1", "--c", "other"],
])
def test_usage_errors(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    assert left.value.code == 4
    assert "usage" in capsys.readouterr().err


def test_descend(files, capsys, tmp_path):
    # at the saddle 1 is captured instead of 4: the loss changes by -1/2 (4 - 1) e^2/(1 + e^2)
    found = document(capsys, "descend", files["saddle"])
    assert found["loss_change"] == "-3/2*ε^2/(1 + ε^2)"
    assert (found["order"], found["leading_coefficient"]["exact"]) == (2, "-3/2")
    assert (found["rank_before"], found["rank_after"]) == (1, 1)
    assert found["theorem"] == "Zhou & Liang 2018, Proposition 3, item 1"
    assert found["interval"] == "0 < |ε|"
    assert found["curve"] == [[["2*ε/(1 + ε^2)", "1/(1 + ε^2)"]], [["ε"], ["1"]]]
    _, out, _ = run(capsys, "descend", files["saddle"])
    assert "change      -3/2*ε^2/(1 + ε^2)" in out
    assert document(capsys, "descend", files["no"])["order"] == 1
    bottom = document(capsys, "descend", files["minimum"])
    assert (bottom["curve"], bottom["reason"]) == (None, "the point is a global minimum")
    code, out, _ = run(capsys, "descend", files["minimum"])
    assert code == 0
    assert "NO WAY DOWN" in out
    run(capsys, "build", files["irrational"], "--capture", "0,1", "-o", str(tmp_path / "p.json"))
    assert "field" in document(capsys, "descend", str(tmp_path / "p.json"))


def test_a_second_opinion(files, capsys, monkeypatch):
    found = document(capsys, "classify", files["saddle"], "--second-opinion")
    assert found["second_opinion"]["agrees"] is True
    assert all(check["agrees"] for check in found["second_opinion"]["checks"])
    _, out, _ = run(capsys, "classify", files["saddle"], "--second-opinion")
    assert "2nd opinion agrees" in out
    honest = api.classify

    def wrong(*arguments: Any, **options: Any) -> Any:
        said = honest(*arguments, **options)
        checks = (*said.opinion.checks[:-1], replace(said.opinion.checks[-1], agrees=False))
        return replace(said, opinion=replace(said.opinion, checks=checks))

    monkeypatch.setattr(cli_points.api, "classify", wrong)
    code, out, _ = run(capsys, "classify", files["saddle"], "--second-opinion")
    assert code == 3
    assert "DISAGREES" in out


def test_the_nearest_critical_point(files, capsys, tmp_path):
    # A2 = (1/100, 1)' is projected onto the second eigenvector; A1 = A2^+ Y X^+ is (0, 1)
    path = tmp_path / "near.json"
    path.write_text(json.dumps({**DATA, "weights": [[[0, 1]], [["0.01"], [1]]]}))
    assert run(capsys, "classify", str(path))[0] == 1
    found = document(capsys, "classify", str(path), "--nearest")
    assert found["critical"] is True
    assert found["nearest"]["point"]["weights"] == [[["0", "1"]], [["0"], ["1"]]]
    assert found["nearest"]["distance"]["squared"]["exact"] == "1/10000"
    assert found["nearest"]["distance"]["approx"] == "0.01"
    code, out, _ = run(capsys, "classify", str(path), "--nearest")
    assert code == 0
    assert "at distance 0.01 from the one given" in out


def test_an_interrupted_run_keeps_what_it_has(files, capsys, monkeypatch):
    classify = api.classify

    def interrupted(path: str, **options: Any) -> Any:
        if path == files["minimum"]:
            raise KeyboardInterrupt
        return classify(path, **options)

    monkeypatch.setattr(cli_points.api, "classify", interrupted)
    code, out, err = run(capsys, "classify", files["saddle"], files["minimum"], files["no"], "--json")
    assert code == 2
    assert [result["kind"] for result in json.loads(out)["results"]] == ["strict_saddle"]
    assert "interrupted after 1 of 3" in err


def test_functions_take_paths_trees_and_objects(files):
    point = sc.read_point(files["saddle"])
    kinds = {sc.classify(given).kind for given in (point, files["saddle"], Path(files["saddle"]), POINTS["saddle"])}
    assert kinds == {"strict_saddle"}
    assert len({str(sc.values(given).to_json()) for given in (point.data, files["data"], DATA)}) == 1
    assert sc.classify(sc.build(DATA, [1, 0])).kind == "global_minimum"
    with pytest.raises(sc.InputError, match="p_2 = 2"):
        sc.build(DATA, [0, 2])


# ---- depth and ReLU ------------------------------------------------------------------------------

ZERO = {"X": [[1]], "Y": [[1]], "widths": [1, 1, 1, 1], "weights": [[[0]], [[0]], [[0]]]}  # 1/2 (abc - 1)^2
BENT = {"X": [[1, 0], [0, 1]], "Y": [[1, 0], [0, 0]], "widths": [2, 1, 1, 2], "weights": [[[0, 1]], [[0]], [[0], [1]]]}


def test_deep_points(tmp_path, capsys):
    (tmp_path / "zero.json").write_text(json.dumps(ZERO))
    (tmp_path / "bent.json").write_text(json.dumps(BENT))
    found = document(capsys, "classify", str(tmp_path / "zero.json"))
    assert (found["kind"], found["category"], found["descent"]["order"]) == ("non_strict_saddle", "uncovered", 3)
    assert [(layer["k"], layer["rank"]) for layer in found["layers"]] == [(0, 0), (1, 0)]
    found = document(capsys, "classify", str(tmp_path / "bent.json"))
    assert found["descent"]["curve"] == [[["t", "1"]], [["t^2"]], [["t"], ["1"]]]
    assert "along A2(t) = [t^2]" in run(capsys, "classify", str(tmp_path / "bent.json"))[1]
    found = document(capsys, "descend", str(tmp_path / "zero.json"))
    assert (found["loss_change"], found["rank_before"], found["rank_after"]) == ("-ε^3 + 1/2*ε^6", 0, 1)


def test_deep_points_are_built(tmp_path, capsys):
    (tmp_path / "data.json").write_text(json.dumps({**IRRATIONAL, "widths": [2, 2, 2, 2]}))
    point = str(tmp_path / "p.json")
    assert run(capsys, "build", str(tmp_path / "data.json"), "--capture", "0,1", "--c", "random", "-o", point)[0] == 0
    found = document(capsys, "classify", point, "--second-opinion")
    assert [[pair["captured"] for pair in layer["spectrum"]] for layer in found["layers"]] == [[0, 1], [1, 0]]
    assert found["category"] == "deep_non_optimal_order" and all(row["agrees"] for row in found["second_opinion"]["checks"])


def test_relu_points_and_landscapes(files, tmp_path, capsys):
    point = tmp_path / "relu.json"
    point.write_text(json.dumps({**DATA, "weights": [[[0, 1]], [[0], [1]]], "activation": "relu"}))
    found = document(capsys, "classify", str(point))
    assert (found["kind"], found["strict"], found["on_boundary"], found["activation_pattern"]) == ("saddle", None, True, [[0, 1]])
    assert "A1 X        0+" in run(capsys, "classify", str(point))[1]
    code, out, err = run(capsys, "classify", str(point), "--second-opinion")
    assert code == 0 and "agrees   loss" in out
    found = document(capsys, "relu", files["data"])
    assert [cone["J"] for cone in found["cones"]] == [[1, 2], [1], [2], []]
    assert found["global_minimum"]["loss"]["exact"] == "1/2" and len(found["spurious_local_minima"]) == 2
    assert document(capsys, "relu", files["irrational"])["global_minimum"]["witness"]["field"]["minpoly"] == [1, -3, 1]
    assert run(capsys, "descend", str(point))[0] == 4


def test_the_nearest_point_is_saved(files, tmp_path, capsys):
    saved = tmp_path / "near.json"
    assert cli.main(["classify", files["saddle"], "--nearest", "--save", str(saved)]) == 0
    capsys.readouterr()
    assert document(capsys, "classify", str(saved))["critical"]
    assert cli.main(["classify", files["saddle"], "--save", str(saved)]) == 4
    assert "--save is for the point that --nearest finds" in capsys.readouterr().err


def test_arrays_are_typeset(files, tmp_path, capsys):
    numpy = pytest.importorskip("numpy")
    numpy.savez(tmp_path / "p.npz", X=[[1.0]], Y=[[1.0]], widths=[1, 1, 1], A1=[[0.0]], A2=[[0.0]])
    assert cli.main(["tex", str(tmp_path / "p.npz"), "--exact-floats"]) == 0
    assert "strict saddle" in capsys.readouterr().out
    assert cli.main(["tex", str(tmp_path / "p.npz")]) == 4
    assert "is a float, which is not exact" in capsys.readouterr().err


def test_a_run_that_cannot_be_kept_is_refused(files, tmp_path, capsys):
    (tmp_path / "relu.json").write_text('{"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "widths": [2, 1, 2]}')
    assert cli.main(["relu", str(tmp_path / "relu.json"), "--resume", str(tmp_path / "none" / "run.jsonl")]) == 4
    assert "cannot write" in capsys.readouterr().err


def test_at_a_kink_there_is_no_gradient(tmp_path, capsys):
    (tmp_path / "kink.json").write_text('{"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "widths": [2, 1, 2], "activation": "relu",'
                                        ' "weights": [[[0, -1]], [[-1], [0]]]}')
    assert cli.main(["classify", str(tmp_path / "kink.json")]) == 1
    assert "no: the loss has no derivative there" in capsys.readouterr().out
    assert cli.main(["tex", str(tmp_path / "kink.json")]) == 0
    out = capsys.readouterr().out
    assert "kink" in out and "gradients" not in out
