"""Calculations from certificates: what is shown, why, and that every line is equal to the next on instances."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from symcrit.kernel import Instance
from symcrit.kernel.data import statement_from_data, statement_to_data
from symcrit.kernel.evaluate import value_of
from symcrit.kernel.replay import replay
from symcrit.kernel.text import text
from symcrit.lang.parser import parse
from symcrit.prover.counterexample import find_model
from symcrit.prover.decide import decide
from symcrit.typeset import derivation as module
from symcrit.typeset.derivation import Passage, derivation, is_brief

STORES = sorted(Path("proofs").rglob("*.cert.json"))


def certificate(statement: str):
    return decide(parse(statement), float("inf")).certificate


def passages(statement: str, *lets: str) -> tuple[Passage, ...]:
    given = parse(statement)
    return derivation(certificate(statement), [term for name, term in given.lets if name in lets])


def lines(passage: Passage) -> list[str]:
    return [f"{line.relation} {text(line.term)}" for line in passage.lines]


def shown(statement: str, *lets: str) -> list[str]:
    passage, = passages(statement, *lets)
    return lines(passage)


def reasons(passage: Passage) -> list:
    return [reason for line in passage.lines for reason in line.reasons]


def test_one_rewriting_a_line():
    assert shown("matrix A : n x n\nassume A*A = A\nshow A*A*A*A = A") == ["= A*A*A*A", "= A*A*A", "= A*A", "= A"]
    passage, = passages("matrix A : m x n\nshow A*pinv(A)*A*pinv(A) = A*pinv(A)")
    assert lines(passage) == ["= A*pinv(A)*A*pinv(A)", "= A*pinv(A)"] and is_brief([passage])
    reason, = passage.lines[1].reasons
    assert reason.penrose in (1, 2) and text(reason.argument) == "A"


def test_reasons_name_hypotheses_properties_and_inverses():
    passage, = passages("matrix S : n x n symmetric\nmatrix A : n x n invertible\nassume h: S*A = A\nshow S'*A*inv(A) = I")
    assert {reason.said for reason in reasons(passage)} == {"", "S is symmetric"}
    assert [reason.label for reason in reasons(passage) if reason.label] == ["assumption 1"]
    assert any(reason.argument is not None and not reason.penrose and text(reason.argument) == "A" for reason in reasons(passage))


def test_labels_name_hypotheses():
    source = "matrix A : n x n\nassume A*A = A\nshow A*A*A = A"
    passage, = derivation(certificate(source), labels={parse(source).hypotheses[0]: "fix"})
    assert {reason.label for reason in reasons(passage)} == {"fix"}


def test_abbreviations_are_used():
    source = "matrix A : m x n\nmatrix B : m x k\nlet P = proj(A)\nassume h: P*B = B\nshow P*P*B = B"
    assert "P" not in "".join(shown(source)) and len(shown(source, "P")) == len(shown(source))
    source = "matrix A : n x n\nmatrix B : n x n\nlet S = A + B\nshow S*pinv(S)*A*pinv(S)*S = S*pinv(S)*(S - B)*pinv(S)*S"
    passage, = passages("matrix A : n x n\nmatrix B : n x n\nlet S = A + B\nshow pinv(S)*A + pinv(S)*B = (pinv(S)*S)'", "S")
    assert [text(reason.argument) for reason in reasons(passage)] == ["A + B"]


def test_uses_of_symmetry_are_one_line():
    passage, = passages("matrix S : n x n symmetric\nmatrix A : n x n\nshow S*A*S = S'*A*S'")
    assert lines(passage) == ["= S*A*S", "= S'*A*S'"]


@pytest.mark.parametrize(("claim", "expected"), [
    ("0 <= tr(A'*A)", ["= tr(A'*A)", ">= 0"]),
    ("2*tr(A'*B) <= tr(A'*A) + tr(B'*B)", ["= tr(A'*A) + tr(B'*B) - 2*tr(A'*B)", "= tr((A - B)*(A - B)')", ">= 0"]),
])
def test_inequalities_end_in_what_is_not_negative(claim, expected):
    passage, = passages(f"matrix A : m x n\nmatrix B : m x n\nshow {claim}")
    assert lines(passage) == expected
    assert passage.lines[-1].reasons[0].said == "squares are not negative"


def test_what_has_square_zero_is_zero():
    passage, = passages("matrix A : m x n\nassume A'*A = 0\nshow A' = 0")
    assert (text(passage.so.left), text(passage.so.right)) == ("A'", "0")
    assert lines(passage) == ["= tr(A*A')", "= 0"] and not is_brief([passage])


def test_witnesses_are_put_in():
    passage, = passages("matrix A : m x n\nmatrix B : m x k\nassume B = A*A'*B\nshow exists W : n x k. A*W = B")
    assert lines(passage) == ["= A*(A'*B)", "= B"]


def test_long_calculations_have_lemmas():
    """The polar factor: A = 0 needs A*A' = 0, which needs A'*A = 0."""
    found = passages("matrix A : m x n\nassume A*A'*A = 0\nshow A = 0")
    numbers = [passage.number for passage in found]
    assert numbers == [*range(1, len(found)), 0] and len(found) > 1
    used = {reason.lemma for passage in found for reason in [*reasons(passage), *passage.by] if reason.lemma}
    assert used == set(numbers) - {0}


def test_too_long_certificates_have_none(monkeypatch):
    made = certificate("matrix A : n x n\nassume A*A = A\nshow A*A*A = A")
    assert len(derivation(made)[0].lines) == 3
    monkeypatch.setattr(module, "MOST_LETTERS", 1)
    assert derivation(made) == ()


@pytest.mark.parametrize("path", STORES, ids=lambda path: path.name)
def test_lines_hold_on_a_model(path):
    """Evaluated by the kernel's evaluator, which shares no code with the polynomials that the lines come from."""
    count = 0
    for made in json.loads(path.read_text())["certificates"].values():
        found = derivation(made)
        if is_brief(found) or count >= 8:
            continue
        statement = statement_from_data(made["statement"])
        model = find_model(statement, 300)
        if model is not None:
            count += 1
            for passage in found:
                look(passage, partial(value_of, statement, model.instance))


def look(passage: Passage, value) -> None:
    """Look at every relation of a calculation, and at what follows from it."""
    values = [value(line.term) for line in passage.lines]
    for line, before, after in zip(passage.lines[1:], values, values[1:], strict=False):
        if line.relation == "=":
            assert before == after, text(line.term)
        else:
            assert before[0][0] > after[0][0] or (line.relation == ">=" and before == after)
    if passage.so is not None:
        assert value(passage.so.left) == value(passage.so.right)


# ---- certificates that are made to confuse -----------------------------------------------------


def made(statement: str, steps: list, claim: int) -> dict:
    """A certificate written by hand; the kernel accepts it."""
    given = parse(statement)
    tree = {"kind": "symcrit certificate", "schema_version": 1, "hash": given.hash, "statement": statement_to_data(given),
            "lemmas": [], "letters": [], "steps": steps, "claims": [[claim]]}
    assert replay(tree).statement == given
    return tree


THREE = "scalar s\nscalar t\nscalar u\nassume hs: 0 <= s\nassume ht: 0 <= t\nassume hu: 0 <= u\nshow 0 <= s*t*u"


def test_a_product_of_products_is_not_its_own_reason():
    found = derivation(made(THREE, [["assume", "assume 1"], ["assume", "assume 2"], ["assume", "assume 3"],
                                    ["product", 0, 1], ["product", 3, 2]], 4))
    for passage in found:
        cited = {reason.lemma for reason in reasons(passage)} - {0}
        assert all(lemma < passage.number or not passage.number for lemma in cited)
    assert {reason.label for passage in found for reason in reasons(passage)} >= {"assumption 1", "assumption 2", "assumption 3"}


def test_a_scalar_fact_times_the_identity_has_the_shape_of_the_claim():
    passage, = passages("matrix A : n x n\nscalar s\nassume h: s = 0\nshow s*I(n) = 0")
    assert lines(passage)[0] == "= s*I(n)" and lines(passage)[-1] == "= 0"


@pytest.mark.parametrize(("statement", "steps", "claim"), [
    ("matrix A : n x n\nshow A = A", [["combine", 1, 1, "=", []], ["vanish", 0, ["n", "n", []]]], 1),  # 0'0 = 0
    ("matrix A : n x n\nassume h: A = 0\nshow A = 0", [["assume", "assume 1"], *(["transpose", k] for k in range(2000))], 2000),
    ("scalar s\nshow s = s", [["combine", 1, 1, "=", []], *(["combine", 1, 1, "=", [["1", [], "", k, ""], ["1", [], "", k, ""]]] for k in range(40))], 40),
], ids=["nothing vanishes", "deep", "doubling"])
def test_strange_certificates_are_written_or_not_but_end(statement, steps, claim):
    for passage in derivation(made(statement, steps, claim)):
        assert len(passage.lines) > 1 or passage.so is not None


def test_high_powers_and_sizes_without_a_letter_cost_nothing_but_the_calculation():
    source = "scalar s\nscalar t\nassume h: s*t = 1\nshow s^64*s^2*t*t*s = s^64*s*s*t"
    instance = Instance({}, {"s": Fraction(2), "t": Fraction(1, 2)}, {})
    for passage in derivation(certificate(source)):
        look(passage, partial(value_of, parse(source), instance))
    made_up = made("matrix A : n x n\nassume h: A = 0\nshow A = 0",
                   [["assume", "assume 1"], ["combine", "n", "n", "=", [["1", [[["tr", "q"], 1]], "", 0, ""]]],
                    ["combine", "n", "n", "=", [["1", [], "", 1, ""], ["-1", [[["tr", "q"], 1]], "", 0, ""], ["1", [], "", 0, ""]]]], 2)
    for passage in derivation(made_up):
        assert "q" not in "".join(lines(passage))  # of the two summands with tr(I(q)) nothing is left


def test_a_certificate_of_another_statement_is_not_written():
    other = certificate("matrix A : n x n\nassume A*A = -A\nshow A*A*A = A")
    assert derivation(other) and derivation({**other, "hash": parse("matrix A : n x n\nshow A = A").hash}) == ()
