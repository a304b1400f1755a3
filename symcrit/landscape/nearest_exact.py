"""Exact critical points next to proposals (see `nearest_proposal`), with short entries.

Let B, D and N be bases of the three parts of the output space, over a number field if need be, R the rows of
B^+ Y X^+ that are not 0, J the columns of the identity that they have in it, Q = X Y' Sigma^+ Y X^+, and

    A_1 = H R + S D' Y X^+ + U (X X^+ - Q) + V (I - X X^+),    A_l = B L_(l-1) + D T + N O;

all other letters, and the layers between, are rational. With rows L_k and E_k and columns F_k let

    L_k A_k = L_(k-1)  for 1 < k < l,    L_1 H = J,  L_1 S = 0,  L_1 U = 0;
    T = P E_(l-1),  E_k A_k = P E_(k-1)  for j < k < l,  E_j A_j = 0    (T = 0 if j = l);
    S = F_1 P,  A_k F_(k-1) = F_k P  for 1 < k < i,  A_i F_(i-1) = 0    (S = 0 if i = 1),    L_k F_k = 0,

where each P is any matrix. Then B^+ A_l ... A_1 X = L_1 A_1 X = J R X = B^+ Y X^+ X; D' A_l ... A_j = 0; and
A_i ... A_1 X Y' D = 0, because R X Y' D = 0 and Q X Y' D = X Y' D. Let O besides satisfy what T does (`at_start`), or U
what S does and O A_(l-1) ... A_2 H = 0: then N' A_l ... A_1 X = 0. So the point is critical, whatever the rest is.

L, E, F and all that is free are rounded to few places, and then each layer is moved by the least that its equations
need: first those of L and E, then those of F, which keep the others since L_k F_k = 0.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.nearest_proposal import Basis, Proposal
from symcrit.landscape.rounding import floated, orthonormal, rounded, scaled
from symcrit.networks.points import Data

Matrices = dict[int, RationalMatrix]  # one a hidden layer, counted from 1


class Snap:
    """An exact critical point next to a proposal, with entries of so many binary places where they are free.

    *Shapes*: L_k has a row for every column of B; E_k is e_k x d_k, F_k is d_k x f_k.

    >>> from symcrit.landscape.nearest_proposal import Frame, proposals
    >>> from symcrit.networks.points import Point
    >>> unit, e1 = RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[1], [0]])
    >>> point = Point(unit, unit, (unit.scale("1.1"), unit.scale("0.4")))
    >>> basis = Basis(e1, e1.block([0, 1], []))
    >>> near = next(proposals(point, Frame.of(point.data, unit, basis, 80)))
    >>> Snap(point.data, unit, basis, near, 3).weights()
    (RationalMatrix.of([['8/3', '0'], ['0', '0']]), RationalMatrix.of([['3/8', '0'], ['0', '0']]))
    >>> Snap(point.data, unit, basis, near, 0).weights() is None  # 0.4 is rounded to 0
    True
    """

    def __init__(self, data: Data, sigma: RationalMatrix, basis: Basis, proposal: Proposal, places: int) -> None:
        self.data, self.sigma, self.near, self.places = data, sigma, proposal, places
        self.stop, self.start, self.depth = proposal.stop, proposal.start, data.depth
        kernel = scaled(sigma.kernel())
        self.positive, null = scaled(basis.positive), scaled(basis.null)
        self.B = self.positive.beside(null)
        self.N = scaled(kernel @ (null.T @ kernel).kernel())
        self.D = scaled(self.positive.beside(kernel).T.kernel())

    def weights(self) -> tuple[Any, ...] | None:
        """Build the layers; None if so few places do not suffice."""
        if not self._independent():
            return None
        hidden = [self._hidden(k) for k in range(2, self.depth)]
        signal, first = self._first()
        for weight in hidden:
            signal = weight @ signal
        return first, *hidden, self._last(signal)

    # ---- rows and columns at the hidden layers ---------------------------------------------------

    @cached_property
    def signal(self) -> Matrices:
        """The rows L_k."""
        rows, found = _left_inverse(self._long(self.B)), {}
        for k in range(self.depth - 1, 0, -1):
            rows = self._long(rows @ self.near.weights[k])
            found[k] = rounded(rows, self.places)
        return found

    @cached_property
    def leaving(self) -> Matrices:
        """Orthonormal columns that span what goes from a layer k >= j to the outputs in question."""
        columns, found = self.near.outputs, {}
        for k in range(self.depth - 1, self.start - 1, -1):
            columns = found[k] = self._span(self.near.weights[k].T @ columns, self.near.weights[k])
        return found

    @cached_property
    def arriving(self) -> Matrices:
        """Orthonormal columns that span what comes to a layer k < i from the inputs in question."""
        columns, found = self.near.inputs, {}
        for k in range(1, self.stop):
            columns = found[k] = self._span(self.near.weights[k - 1] @ columns, self.near.weights[k - 1])
        return found

    @cached_property
    def E(self) -> Matrices:
        """Rows as short as the L_k."""
        return {k: rounded(columns.T, self.places) for k, columns in self.leaving.items()}

    @cached_property
    def F(self) -> Matrices:
        """Short columns, moved so that L_k F_k = 0."""
        short = {k: rounded(columns, self.places) for k, columns in self.arriving.items()}
        return {k: _unseen(self.signal[k], columns) for k, columns in short.items()}

    def _independent(self) -> bool:
        """Tell whether rounding left the rows at every layer independent, and the columns."""
        rows = {k: rows.above(self.E[k]) if k in self.E else rows for k, rows in self.signal.items()}
        return all(matrix.rank() == matrix.rows for matrix in [*rows.values(), *(f.T for f in self.F.values())])

    def _starting(self, rows: Any, k: int) -> Any:
        """Write rows at layer k by those of E_k; 0 if k < j."""
        if k not in self.E:
            return rows.zeros(*rows.shape)
        return rounded(rows @ self.leaving[k], self.places) @ self.E[k]

    def _stopping(self, columns: Any, k: int) -> Any:
        """Write columns at layer k by those of F_k; 0 if k >= i."""
        if k not in self.F:
            return columns.zeros(*columns.shape)
        return self.F[k] @ rounded(self.arriving[k].T @ columns, self.places)

    # ---- layers ------------------------------------------------------------------------------------

    def _hidden(self, k: int) -> Any:
        """Build A_k for 1 < k < l."""
        near = self.near.weights[k - 1]
        rows, goal = self.signal[k], self.signal[k - 1]
        if k in self.E:
            rows, goal = rows.above(self.E[k]), goal.above(self._starting(self.leaving[k].T @ near, k - 1))
        weight = rounded(near, self.places)
        weight = weight + rows.pinv() @ (goal - rows @ weight)
        if k - 1 in self.F:
            columns = self.F[k - 1]
            goal = self._stopping(near @ self.arriving[k - 1], k)
            weight = weight + (goal - weight @ columns) @ columns.pinv()
        return weight

    def _first(self) -> tuple[Any, Any]:
        """Build H and A_1."""
        near, rows, data, places = self.near.weights[0], self.signal[1], self.data, self.places
        x_pinv = data.X.pinv()
        outputs = data.Y @ x_pinv
        seen = data.X @ x_pinv
        blind = seen - data.yx.T @ (self.sigma.pinv() @ outputs)
        signal = rounded(near @ self._dual(self.positive, _left_inverse(self._long(self.positive))), places)
        unit = rows.identity(rows.rows).block(range(rows.rows), range(signal.cols))
        signal = signal + rows.pinv() @ (unit - rows @ signal)
        missed = self._stopping(self._long(near @ self._dual(self.D, self.D.T)), 1)
        other = _unseen(rows, rounded(near, places)) if self.near.at_start else self._stopping(near @ blind, 1)
        free = rounded(near, places) @ (seen.identity(seen.rows) - seen)
        captured = signal @ (_left_inverse(self.positive) @ outputs)
        return signal, captured + missed @ (self.D.T @ outputs) + (other @ blind + free)

    def _last(self, signal: Any) -> Any:
        """Build A_l; `signal` is A_(l-1) ... A_2 H."""
        near, k = self.near.weights[-1], self.depth - 1
        missed = self._starting(_left_inverse(self._long(self.D)) @ near, k)
        null = _left_inverse(self.N) @ near
        if self.near.at_start:
            null = self._starting(null, k)
        else:
            null = rounded(null, self.places)
            null = null - (null @ signal) @ signal.pinv()
        return self.B @ self.signal[k] + self.D @ missed + self.N @ null

    def _dual(self, columns: Any, rows: Any) -> RationalMatrix:
        """Approximate the columns of X Y' B that are dual to the rows of B^+ Y X^+, or the same with D."""
        columns, rows = self._long(columns), self._long(rows)
        return self._long(self.data.yx.T @ columns @ self._long(rows @ self.sigma @ columns).inverse())

    def _long(self, matrix: Any) -> RationalMatrix:
        return floated(matrix, self.near.frame.bits)

    def _span(self, columns: RationalMatrix, beside: RationalMatrix) -> RationalMatrix:
        return orthonormal(columns, self.near.frame.bits, beside=beside)


def _left_inverse(columns: Any) -> Any:
    """Compute B^+ for independent columns."""
    return (columns.T @ columns).inverse() @ columns.T


def _unseen(rows: RationalMatrix, columns: RationalMatrix) -> Any:
    """Move columns by the least such that some rows are 0 on them."""
    return columns - rows.pinv() @ (rows @ columns)
