"""Data and points of a network as exact matrices, in the paper's shapes: one column a sample, input side first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq

from symcrit.errors import SizeError
from symcrit.exact.matrix import Matrix
from symcrit.exact.rational import RationalMatrix

LINEAR, RELU = "linear", "relu"


@dataclass(frozen=True)
class Data:
    """Input and output data and the widths d_0, ..., d_l of a network.

    *Shapes*: X is d_0 x m, Y is d_l x m. The loss depends on them only through XX', YX' and tr YY'.

    >>> data = Data(RationalMatrix.of([[1, 2]]), RationalMatrix.of([[3, 4]]), (1, 1, 1))
    >>> data.xx, data.yx, data.yy
    (RationalMatrix.of([['5']]), RationalMatrix.of([['11']]), 25)
    >>> Data(RationalMatrix.of([[1, 2]]), RationalMatrix.of([[3, 4]]), (2, 1, 1))
    Traceback (most recent call last):
    symcrit.errors.SizeError: X is 1 x 2, but widths[0] = 2
    """

    X: RationalMatrix
    Y: RationalMatrix
    widths: tuple[int, ...]

    def __post_init__(self) -> None:
        for name, matrix, k in (("X", self.X, 0), ("Y", self.Y, len(self.widths) - 1)):
            if matrix.rows != self.widths[k]:
                raise SizeError(f"{name} is {matrix.rows} x {matrix.cols}, but widths[{k}] = {self.widths[k]}")
        if self.X.cols != self.Y.cols:
            raise SizeError(f"X has {self.X.cols} columns, but Y has {self.Y.cols}")

    @property
    def depth(self) -> int:
        """The number l of layers."""
        return len(self.widths) - 1

    @cached_property
    def xx(self) -> RationalMatrix:
        """The matrix XX'."""
        return RationalMatrix(self.X.flint * self.X.flint.transpose())

    @cached_property
    def yx(self) -> RationalMatrix:
        """The matrix YX'."""
        return RationalMatrix(self.Y.flint * self.X.flint.transpose())

    @cached_property
    def yy(self) -> fmpq:
        """The number tr YY'."""
        return sum((entry * entry for entry in self.Y.flint.entries()), fmpq(0))

    def to_json(self) -> dict[str, Any]:
        """Write the data as they are read from a file."""
        return {"X": self.X.to_strings(), "Y": self.Y.to_strings(), "widths": list(self.widths)}


@dataclass(frozen=True)
class Point:
    """Weights A_1, ..., A_l of a network on given data; those of a linear network may lie in a number field.

    *Shapes*: A_k is d_k x d_(k-1).

    >>> one = RationalMatrix.of([[1]])
    >>> Point(one, one, (one, one)).widths
    (1, 1, 1)
    >>> Point(one, one, (one, RationalMatrix.of([[1, 2]])))
    Traceback (most recent call last):
    symcrit.errors.SizeError: weights[1] is 1 x 2, but weights[0] has 1 rows
    """

    X: RationalMatrix
    Y: RationalMatrix
    weights: tuple[Any, ...]
    activation: str = LINEAR

    def __post_init__(self) -> None:
        if self.weights[0].cols != self.X.rows:
            raise SizeError(f"weights[0] has {self.weights[0].cols} columns, but X has {self.X.rows} rows")
        for k, (below, weight) in enumerate(zip(self.weights, self.weights[1:], strict=False)):
            if weight.cols != below.rows:
                raise SizeError(f"weights[{k + 1}] is {weight.rows} x {weight.cols}, but weights[{k}] has "
                                f"{below.rows} rows")
        if self.data.Y.rows != self.weights[-1].rows:
            raise SizeError(f"weights[{len(self.weights) - 1}] has {self.weights[-1].rows} rows, but Y has "
                            f"{self.Y.rows}")

    @property
    def depth(self) -> int:
        """The number l of layers."""
        return len(self.weights)

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths d_0, ..., d_l."""
        return (self.weights[0].cols, *(weight.rows for weight in self.weights))

    @cached_property
    def data(self) -> Data:
        """The data alone."""
        return Data(self.X, self.Y, self.widths)

    @property
    def parameters(self) -> int:
        """The number of entries of all weights."""
        return sum(weight.rows * weight.cols for weight in self.weights)

    def product(self, high: int, low: int) -> Any:
        """Multiply the layers A_high ... A_low, the paper's A_(high,low); the identity if high = low - 1."""
        if high < low:
            return RationalMatrix.of([], (0, 0)).identity(self.widths[high])
        factors: list[Matrix] = list(self.weights[low - 1 : high])
        result: Any = factors[-1]
        for factor in reversed(factors[:-1]):
            result = result @ factor
        return result

    def to_json(self) -> dict[str, Any]:
        """Write the point as it is read from a file; irrational weights with their field.

        >>> one = RationalMatrix.of([["1/2"]])
        >>> Point(one, one, (one, one)).to_json()["weights"]
        [[['1/2']], [['1/2']]]
        """
        tree = {**self.data.to_json(), "weights": [weight.to_strings() for weight in self.weights],
                "activation": self.activation}
        fields = [weight.field for weight in self.weights if weight.level]
        return {**tree, "field": fields[0].to_json()} if fields else tree

    def moved(self, weights: tuple[Any, ...]) -> Point:
        """Take other weights on the same data."""
        return Point(self.X, self.Y, weights, self.activation)
