"""Terms: sizes are checked at construction, nothing is rearranged, sameness is sameness of what was written."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations

import pytest

from symcrit.errors import InputError, LimitError, SizeError
from symcrit.kernel import terms, walk
from symcrit.kernel.terms import (
    Term,
    add,
    div,
    identity,
    inverse,
    matrix,
    mul,
    neg,
    number,
    pinv,
    power,
    proj,
    scalar,
    trace,
    zero,
)

A, B = matrix("A", "m", "n"), matrix("B", "n", "m")
S = matrix("S", "n", "n")
K = matrix("K", 1, 1)
U, V = matrix("u", "n", 1), matrix("v", "n", 1)
s, t = scalar("s"), scalar("t")

SHAPES = [
    (lambda: A + A, ("m", "n")), (lambda: A - A, ("m", "n")), (lambda: -A, ("m", "n")), (lambda: A.T, ("n", "m")),
    (lambda: A * B, ("m", "m")), (lambda: B * A, ("n", "n")), (lambda: A * S * B, ("m", "m")), (lambda: S**64, ("n", "n")),
    (lambda: s * A, ("m", "n")), (lambda: A * s, ("m", "n")), (lambda: 2 * A, ("m", "n")), (lambda: A / 2, ("m", "n")),
    (lambda: A * Fraction(1, 2), ("m", "n")), (lambda: A / (U.T * V), ("m", "n")), (lambda: s * t, None),
    (lambda: U.T * V, (1, 1)), (lambda: U * V.T, ("n", "n")), (lambda: U.T * V + s, (1, 1)), (lambda: s + U.T * V, (1, 1)),
    (lambda: 1 - s, None), (lambda: 1 / s, None), (lambda: s**2, None), (lambda: s.T, None), (lambda: K**2, (1, 1)),
    (lambda: trace(S), None), (lambda: trace(A * B), None), (lambda: inverse(S), ("n", "n")), (lambda: pinv(A), ("n", "m")),
    (lambda: proj(A), ("m", "m")), (lambda: identity("n"), ("n", "n")), (lambda: identity(3), (3, 3)),
    (lambda: zero("m", 2), ("m", 2)), (lambda: number(7), None), (lambda: s * U * V.T, ("n", "n")),
    (lambda: U * K * V.T, ("n", "n")),
]


@pytest.mark.parametrize(("build", "shape"), SHAPES)
def test_shape(build: Callable[[], Term], shape: terms.Shape | None) -> None:
    assert build().shape == shape


REFUSED = [
    (lambda: A + B, SizeError, "sum of m x n and n x m"), (lambda: A - S, SizeError, "sum of m x n and n x n"),
    (lambda: A * A, SizeError, "n is not m"), (lambda: S + 1, SizeError, "sum of n x n and scalar"),
    (lambda: 1 + S, SizeError, "sum of scalar and n x n"), (lambda: s + U, SizeError, "sum of scalar and n x 1"),
    (lambda: (U.T * V) * A, SizeError, "product of 1 x 1 and m x n: 1 is not m"),
    (lambda: A * K, SizeError, "product of m x n and 1 x 1"), (lambda: A / S, SizeError, "division by a matrix"),
    (lambda: s / U, SizeError, "division by a matrix"), (lambda: A**2, SizeError, "power of a matrix of size m x n"),
    (lambda: inverse(A), SizeError, "inv of a matrix of size m x n"), (lambda: trace(A), SizeError, "tr of a matrix"),
    (lambda: trace(s), SizeError, "tr of a scalar"), (lambda: inverse(s), SizeError, "inv of a scalar"),
    (lambda: pinv(s), SizeError, "pinv of a scalar"), (lambda: proj(s), SizeError, "proj of a scalar"),
    (lambda: S**0, InputError, "exponent 0"), (lambda: S**65, InputError, "exponent 65"), (lambda: S**-1, InputError, "exponent -1"),
    (lambda: power(S, True), InputError, "exponent True"), (lambda: power(S, 2.0), InputError, "exponent 2.0"),  # type: ignore[arg-type]
    (lambda: A * 0.5, InputError, "not an exact number"), (lambda: A + True, InputError, "not an exact number"),
    (lambda: "A" * A, InputError, "not an exact number"), (lambda: matrix("A", 0, "n"), SizeError, "0 is not a size"),
    (lambda: matrix("A", -1, "n"), SizeError, "-1 is not a size"), (lambda: matrix("A", True, 1), SizeError, "True is not a size"),
    (lambda: identity(0), SizeError, "0 is not a size"), (lambda: zero("n", 0), SizeError, "0 is not a size"),
    (lambda: number(-1), LimitError, "digits"), (lambda: number(10**1000), LimitError, "digits"),
]


@pytest.mark.parametrize(("build", "error", "message"), REFUSED)
def test_refused(build: Callable[[], Term], error: type[InputError], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        build()
    assert type(caught.value) is error


def test_terms_are_immutable() -> None:
    for slot in Term.__slots__:
        with pytest.raises(AttributeError, match="immutable"):
            setattr(A, slot, None)
    assert not hasattr(A, "__dict__")


def test_equality_is_sameness_of_what_was_written() -> None:
    assert matrix("A", "m", "n") == A
    assert hash(matrix("A", "m", "n")) == hash(A)
    assert A != "A"
    different = [
        A, matrix("A", "n", "m"), matrix("A", "m", "m"), matrix("A", 1, "n"), matrix("A", "m", 1), matrix("B", "m", "n"),
        scalar("A"), A + A, 2 * A, A * 2, add(A, A, A), add(add(A, A), A), add(A, add(A, A)), A - A, neg(A), neg(neg(A)), A.T,
        A.T.T, mul(A, B, A), mul(mul(A, B), A), mul(A, mul(B, A)), proj(A), A * pinv(A), pinv(A), pinv(A.T).T, trace(A * B),
        trace(B * A), S**2, S * S, S**3, identity("m"), identity("n"), identity(1), identity(2), number(1), number(2),
        zero("m", "n"), zero("n", "m"), zero(1, 1), number(0), s, t, s * t, t * s, s + t, t + s, s / t, inverse(S), mul(S), add(S),
        div(s, number(2)), Fraction(1, 2) * s,
    ]
    assert all(first != second for first, second in combinations(different, 2))


def test_rationals_are_written_as_people_write_them() -> None:
    half = terms.rational(Fraction(-1, 2))
    assert (half.op, half.args[0].op, [arg.data for arg in half.args[0].args]) == ("neg", "div", [1, 2])
    assert terms.rational(Fraction(3)) == number(3)


def test_depth_is_limited() -> None:
    deep = S
    for _ in range(terms.MAX_DEPTH - 1):
        deep = deep.T
    assert deep.depth == terms.MAX_DEPTH
    with pytest.raises(LimitError, match="nested deeper"):
        deep.T  # noqa: B018


def test_postorder_lists_each_subterm_once_arguments_first() -> None:
    doubled = S
    for _ in range(100):
        doubled = doubled + doubled  # 2**100 leaves
    order = walk.postorder([doubled])
    assert len(order) == 101
    assert order[0] == S
    assert order[-1] == doubled


def test_substitute_replaces_letters_at_once() -> None:
    P, Q = matrix("P", "n", "n"), matrix("Q", "n", "n")
    assert walk.substitute(P * Q, {"P": Q, "Q": P}, {}) == Q * P


def test_substitute_replaces_sizes_of_identity_and_zero() -> None:
    term = S * identity("n") + zero("n", "n")
    put = matrix("S", "k", "k")
    assert walk.substitute(term, {"S": put}, {"n": "k"}) == put * identity("k") + zero("k", "k")


def test_substitute_does_not_resize_what_is_put_in() -> None:
    assert walk.substitute(S, {"S": matrix("T", "n", "k")}, {"n": "q"}) == matrix("T", "n", "k")


def test_substitute_checks_sizes_again() -> None:
    with pytest.raises(SizeError, match="n is not m"):
        walk.substitute(S * S, {"S": A}, {})


def test_rebuild_checks_the_exponent() -> None:
    assert walk.rebuild("pow", 2, (S,)) == S**2
    for exponent in ("2", None):
        with pytest.raises(InputError, match="exponent"):
            walk.rebuild("pow", exponent, (S,))
