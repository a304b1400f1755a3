"""Whatever is proposed, what is built is critical, with the critical value of what it was built to capture."""

from __future__ import annotations

import random

import pytest
from flint import fmpq

from symcrit.exact.entries import fraction
from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.nearest_exact import Snap
from symcrit.landscape.nearest_proposal import Frame, Proposal
from symcrit.landscape.nearest_subspace import Subspaces
from symcrit.networks.linear import gradients, loss
from symcrit.networks.points import Data, Point
from symcrit.networks.values import critical_value
from tests.networks.instances import random_deep_data, table

BITS = 100


def nonsense(source: random.Random, data: Data) -> tuple[Proposal, Subspaces, tuple[int, ...]]:
    """Propose weights that are near nothing, with random layers where things stop and start, for a random p-vector."""
    point = Point(data.X, data.Y, tuple(table(source, rows, columns, "fractions")
                                        for columns, rows in zip(data.widths, data.widths[1:], strict=False)))
    spaces = Subspaces(point, BITS)
    counts = source.choice(spaces.candidates())
    frame = Frame.of(data, spaces.sigma, spaces.basis(counts, BITS), BITS)
    start = source.randint(2, data.depth)
    stop = source.randint(1, start - 1)
    return Proposal(frame, point.weights, fmpq(0), stop, start, source.random() < 0.5), spaces, counts


def number(value: object) -> float:
    return float(fraction(value)) if isinstance(value, fmpq) else float(value.ball())


@pytest.mark.parametrize("seed", range(120))
def test_nonsense_becomes_critical(seed):
    source = random.Random(seed)
    data = random_deep_data(source, 4)
    proposal, spaces, counts = nonsense(source, data)
    places = source.randint(2, 12)
    weights = Snap(data, spaces.sigma, spaces.basis(counts, places), proposal, places).weights()
    if weights is None:  # no rows L_k of full rank
        return
    point = Point(data.X, data.Y, weights)
    assert all(gradient.is_zero() for gradient in gradients(point))
    captured = [(pair.value, count) for pair, count in zip(spaces.pairs, counts, strict=False)]
    assert float(critical_value(data, captured).approx()) == pytest.approx(number(loss(point)), rel=1e-12)


def test_enough_of_that_is_built():
    built = 0
    for seed in range(120):
        source = random.Random(seed)
        data = random_deep_data(source, 4)
        proposal, spaces, counts = nonsense(source, data)
        built += Snap(data, spaces.sigma, spaces.basis(counts, 12), proposal, 12).weights() is not None and any(counts)
    assert built > 30


def test_free_entries_are_short_and_what_is_free_is_kept():
    # nothing is captured; all stops at layer 2 and starts at layer 3: the others are about as proposed
    source = random.Random(1)
    one = RationalMatrix.of([[1, 0], [0, 1]])
    weights = tuple(table(source, 2, 2, "fractions") for _ in range(4))
    point = Point(one, RationalMatrix.of([[2, 1], [0, 1]]), weights)
    spaces = Subspaces(point, BITS)
    basis = spaces.basis((0, 0), 5)
    proposal = Proposal(Frame.of(point.data, spaces.sigma, basis, BITS), weights, fmpq(0), 2, 3, True)
    found = Snap(point.data, spaces.sigma, basis, proposal, 5).weights()
    for k, (new, old) in enumerate(zip(found, weights, strict=True), 1):
        differences = [abs(entry) for row in (new - old).to_rows() for entry in row]
        assert max(differences) <= fmpq(1, 8) if k in (1, 4) else new.is_zero()
