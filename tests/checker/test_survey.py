"""Claims on many exact instances: how many, of which kinds, and always the same ones."""

from __future__ import annotations

from symcrit.checker.survey import GRID, LEAST, survey
from symcrit.kernel.evaluate import violated
from symcrit.lang.parser import parse
from symcrit.prover.counterexample import draw_instances

CRITICAL = """matrix A1 : d1 x d0
matrix A2 : d2 x d1
matrix X : d0 x m
matrix Y : d2 x m
assume A2'*(A2*A1*X - Y)*X' = 0
assume (A2*A1*X - Y)*X'*A1' = 0
show {}"""


def test_the_grid_is_complete() -> None:
    """With two scalars in {-1, 0, 1} there are nine points; four of them have no zero."""
    assert survey(parse("scalar s t\nshow s*t = t*s")).grid == len(GRID) ** 2
    assert survey(parse("scalar s t\nassume s != 0\nassume t != 0\nshow s*t = t*s")).grid == 4


def test_a_counterexample_is_one() -> None:
    for text in ("scalar s\nshow s^3 = s^2", "scalar s\nshow s^3 = s", CRITICAL.format("A2*A1*X = Y*pinv(X)*X")):
        statement = parse(text)
        found = survey(statement)
        assert found.counterexample is not None and violated(statement, found.counterexample) == [1]


def test_degenerate_critical_points_are_among_the_instances() -> None:
    """Rank deficient and zero X, one sample, more hidden units than outputs, zero and nonzero weights."""
    statement = parse(CRITICAL.format("A2*A1*X*X'*A1'*A2' = Y*X'*A1'*A2'"))
    assert survey(statement).count == LEAST and survey(statement).counterexample is None
    drawn = list(draw_instances(statement, 400))
    assert all(violated(statement, instance) == [] for instance in drawn)
    sizes = [instance.sizes for instance in drawn]
    assert {size["m"] == 1 for size in sizes} == {size["d1"] > size["d2"] for size in sizes} == {True, False}
    for name in ("X", "A1", "A2"):
        assert {any(any(row) for row in instance.matrices[name]) for instance in drawn} == {True, False}
    assert drawn == list(draw_instances(statement, 400))
