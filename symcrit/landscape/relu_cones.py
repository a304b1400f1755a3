"""Several hidden units: the critical points in the open cones K_{I x J}, and what these cones leave out.

In K_{I x J} the units of I are active on the samples of J and on no others, the other units on none. There the loss is
that of a linear network of |I| units on the samples of J (eq. 9), and its critical points are those of Theorem 1 whose
rows of A1 lie in the cone (Proposition 6). Which singular values can be captured is decided cone by cone:

With S = YX+XY' of the active samples, a row that belongs to a vector z of the output space is z'YX+ plus what the
samples do not see. If some z with parts in chosen eigenspaces has its row in the cone, which is open, there are as many
independent ones as are wanted, near to it: so their span, any invariant space that holds z, is captured by units
whose rows all lie in the cone. A critical point is a local minimum of the loss of the ReLU network if and only if it
captures as many of the largest singular values as |I| units can; all others are saddles (Theorem 2).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq, fmpq_poly, fmpz_poly

from symcrit.errors import InputError, LimitError
from symcrit.exact.algebraic import Algebraic, factors, primitive, roots_with_multiplicities
from symcrit.exact.field import NumberField, sign
from symcrit.exact.field_matrix import scaled
from symcrit.exact.rational import RationalMatrix
from symcrit.exact.sums import AlgebraicSum
from symcrit.landscape.faces import Arrangement, Face
from symcrit.landscape.relu_face import Surroundings
from symcrit.networks.points import RELU, Data, Point

MOST_FAMILIES = 20_000
LOCAL, SADDLE = "local_minimum", "saddle"
Part = tuple[fmpz_poly, int]  # an irreducible polynomial, and how often every root of it is captured


@dataclass(frozen=True)
class Captured:
    """The critical points of one cone that capture some singular values, decreasing, each as often as it stands there.

    `units` are the possible numbers |I| of active units, `minima` those for which the points are local minima.
    """

    values: tuple[Algebraic, ...]
    units: tuple[int, ...]
    minima: tuple[int, ...]
    witness: Point


@dataclass(frozen=True)
class Cone:
    """An open cone of one row of A1 and what is captured there; `partial` if conjugate values may also be split."""

    face: Face
    families: tuple[Captured, ...]
    partial: bool


@dataclass(frozen=True)
class Cones:
    """The critical points in the open cones K_{I x J} of a ReLU network with one hidden layer."""

    data: Data
    arrangement: Arrangement
    cones: tuple[Cone, ...]

    def loss(self, family: Captured) -> AlgebraicSum:
        """Compute the loss at the points of a family."""
        terms = [(fmpq(-1, 2), value) for value in family.values]
        return AlgebraicSum([*terms, (self.data.yy / 2, Algebraic.rational(1))])

    @property
    def patterns(self) -> tuple[int, int]:
        """Count all activation patterns of the hidden units, and those that are some I x J."""
        units, rows = self.data.widths[1], len(self.cones)
        dead = any(not cone.face.positive for cone in self.cones)
        alive = rows - dead
        return rows**units, alive * (2**units - 1 if dead else 1) + dead

    def _repr_html_(self) -> str:
        from symcrit.sheets.relu import cones_sheet

        return cones_sheet(self.to_json()).html()

    def to_json(self) -> dict[str, Any]:
        """Return the document of `relu --json` for several hidden units, without its head."""
        every, covered = self.patterns
        return {
            "widths": list(self.data.widths), "zero_columns": [j + 1 for j in self.arrangement.zero_columns],
            "cones": [{"J": [j + 1 for j in cone.face.positive], "nonempty": True, "partial": cone.partial,
                       "families": [self._family(family) for family in cone.families]} for cone in self.cones],
            "coverage": {"patterns": every, "covered": covered, "gaps": every - covered,
                         "same_cone": "K_{I x {}} and K_{{} x J} are one cone, for all I and J"}}

    def _family(self, family: Captured) -> dict[str, Any]:
        return {"captured": [value.to_json() for value in family.values], "loss": self.loss(family).to_json(),
                "units": list(family.units), "local_minimum_for": list(family.minima),
                "kind": LOCAL if family.minima else SADDLE, "witness": family.witness.to_json()}


def cones(data: Data) -> Cones:
    """Find the critical points in all cones K_{I x J} of a ReLU network with one hidden layer.

    Raises InputError for deeper networks, LimitError if there are too many families.

    >>> data = Data(RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[2, 0], [0, 1]]), (2, 2, 2))
    >>> found = cones(data)
    >>> [(cone.face.positive, [found.loss(family).approx() for family in cone.families]) for cone in found.cones]
    [((0, 1), ['0']), ((0,), ['0.5']), ((1,), ['2']), ((), [])]
    >>> found.patterns
    (16, 10)
    >>> cones(Data(data.X, data.Y, (2, 2, 2, 2)))
    Traceback (most recent call last):
    symcrit.errors.InputError: cones are those of networks with one hidden layer, not of widths [2, 2, 2, 2]
    """
    if data.depth != 2:
        raise InputError(f"cones are those of networks with one hidden layer, not of widths {list(data.widths)}")
    arrangement = Arrangement(data.X)
    opened = [face for face in arrangement.faces if face.open]
    resting = next((face for face in opened if not face.positive), None)
    count, made = 0, []
    for face in opened:
        local = _Local(data, arrangement, face, resting)
        families = tuple(itertools.islice(local.families(), MOST_FAMILIES - count + 1))
        count += len(families)
        if count > MOST_FAMILIES:
            raise LimitError(f"more than {MOST_FAMILIES} families of critical points", "take fewer hidden units")
        made.append(Cone(face, families, local.partial))
    return Cones(data, arrangement, tuple(made))


class _Local:
    """The linear network of one open cone."""

    def __init__(self, data: Data, arrangement: Arrangement, face: Face, resting: Face | None) -> None:
        self.data, self.arrangement, self.resting = data, arrangement, resting
        self.around = Surroundings(data, arrangement, face)
        self.most = data.widths[1]

    @cached_property
    def lift(self) -> RationalMatrix:
        """The matrix (YX+)', which takes a vector of the output space to a row of A1, as a column."""
        kept = self.around.x.pivots()[0]
        rows = self.around.x.block(kept, range(self.around.x.cols))
        left = (rows @ rows.T).inverse() @ (self.around.y @ rows.T).T
        found: RationalMatrix = self.around.span.block(range(self.around.span.rows), kept) @ left
        return found

    @cached_property
    def free(self) -> RationalMatrix:
        """What the active samples do not see, as columns."""
        return self.around.x.T.kernel()

    @cached_property
    def sigma(self) -> RationalMatrix:
        """The matrix S of the active samples."""
        found: RationalMatrix = self.around.across @ self.lift
        return found

    @cached_property
    def parts(self) -> list[Part]:
        """The irreducible polynomials of the positive eigenvalues, with their multiplicities."""
        return [(poly, power) for poly, power in factors(primitive(fmpq_poly(self.sigma.charpoly()))) if poly[0] != 0]

    @property
    def partial(self) -> bool:
        """Whether some conjugate eigenvalues but not all could be captured along with others."""
        degrees = [poly.degree() for poly, _ in self.parts] if self.around.face.positive else []
        return self.most > 1 and max(degrees, default=1) > 1 and (max(degrees) > 2 or len(degrees) > 1)

    def families(self) -> Iterator[Captured]:
        """Find what can be captured, few values first."""
        if not self.around.face.positive:
            return
        for chosen in itertools.product(*(range(power + 1) for _, power in self.parts)):
            parts = [(poly, times) for (poly, _), times in zip(self.parts, chosen, strict=True) if times]
            if parts and sum(poly.degree() * times for poly, times in parts) <= self.most:
                yield from self._rational(parts)
        for poly, power in self.parts if self.parts else []:
            if poly.degree() > 1:
                for root, _ in roots_with_multiplicities([(poly, 1)]):
                    yield from self._single(root, power)

    # ---- what is captured ----------------------------------------------------------------------

    def _rational(self, parts: Sequence[Part]) -> Iterator[Captured]:
        """Capture all roots of some polynomials alike."""
        spaces = [_evaluated(poly, self.sigma).kernel() for poly, _ in parts]
        basis = spaces[0]
        for space in spaces[1:]:
            basis = basis.beside(space)
        start = self._inside(basis)
        if start is None:
            return
        values = roots_with_multiplicities([(poly, times) for poly, times in parts])
        yield self._captured(values, *self._spread(parts, spaces, *start))

    def _single(self, root: Algebraic, power: int) -> Iterator[Captured]:
        """Capture one irrational value, up to as often as it is there."""
        field = NumberField(root, "s")
        space = (self.sigma - scaled(self.sigma.identity(self.sigma.rows), field("s"))).kernel()
        start = self._inside(space)
        if start is None:
            return
        vector, rest = start
        for times in range(1, min(power, self.most) + 1):
            chosen = _independent(vector, space, times)
            yield self._captured([(root, times)], chosen, rest)

    def _inside(self, basis: Any) -> tuple[Any, Any] | None:
        """Find z in a space and a free part whose row lies in the cone; columns."""
        rows = self.lift @ basis
        point = self.around.inside(rows.beside(self.free) if self.free.cols else rows)
        if point is None:
            return None
        vector = basis @ (self.sigma @ basis).solve(self.around.across @ point)
        return vector, point - self.lift @ vector

    def _spread(self, parts: Sequence[Part], spaces: Sequence[Any], vector: Any, rest: Any) -> tuple[Any, Any]:
        """Find a basis, with z first, of an invariant space that has every root as often as it is to be captured."""
        wanted = sum(poly.degree() * times for poly, times in parts)
        step = fmpq(1)
        while True:
            found = self._krylov([vector])
            for space, (poly, times) in zip(spaces, parts, strict=True):
                for k in range(space.cols):
                    bigger = self._krylov([*found, space.block(range(space.rows), [k])])
                    part = _rank(_within(bigger, poly, self.sigma))
                    if part <= poly.degree() * times:
                        found = bigger
            if len(found) == wanted:
                return _beside(found), rest
            step /= 2  # some part of z is 0, or too much of the space is reached
            mixed = vector
            for number, space in enumerate(spaces, 1):
                for k in range(space.cols):
                    mixed = mixed + space.block(range(space.rows), [k]).scale(step / (number + k))
            if self._holds(self.lift @ mixed + rest):
                vector = mixed

    def _krylov(self, vectors: Sequence[Any]) -> list[Any]:
        """List the vectors and their images under S, as far as they are independent."""
        found: list[Any] = []
        for vector in vectors:
            while _rank([*found, vector]) > len(found):
                found.append(vector)
                vector = self.sigma @ vector
        return found

    def _holds(self, column: Any) -> bool:
        """Tell whether a row lies in the open cone."""
        heights = (self.arrangement.normals @ column).to_rows()
        return all(sign(height) == side for (height,), side in zip(heights, self.around.face.signs, strict=True))

    # ---- points --------------------------------------------------------------------------------

    def _captured(self, values: Sequence[tuple[Algebraic, int]], basis: Any, rest: Any) -> Captured:
        captured = tuple(value for value, times in values for _ in range(times))
        least = len(captured)
        units = tuple(range(least, self.most + 1)) if self.resting is not None else (self.most,)
        every = [value for value, times in roots_with_multiplicities(self.parts) for _ in range(times)]
        minima = tuple(k for k in units if captured == tuple(every[: min(k, len(every))]))
        return Captured(captured, units, minima, self._witness(basis, rest, (minima or units)[0]))

    def _witness(self, basis: Any, rest: Any, units: int) -> Point:
        """Make a critical point with so many active units, all in the cone; the others rest."""
        rows = self.lift @ basis
        first = rows.block(range(rows.rows), [0]) + rest
        step = fmpq(1)
        while not all(self._holds(first + rows.block(range(rows.rows), [k]).scale(step)) for k in range(1, rows.cols)):
            step /= 2
        mixing = basis.make(units, basis.cols, [
            fmpq(1) if k == 0 else step if k == i else fmpq(0) for i in range(units) for k in range(basis.cols)])
        ones = rest.make(1, units, [fmpq(1)] * units)
        inner = (rows @ mixing.T + rest @ ones).T
        outer = basis @ (basis.T @ basis).inverse() @ mixing.pinv()
        return self._point(inner, outer)

    def _point(self, inner: Any, outer: Any) -> Point:
        """Add the units that rest, and write the rows for all inputs."""
        idle = self.most - inner.rows
        still = [sum(ray[k] for ray in self.resting.rays) for k in range(self.arrangement.size)] if self.resting else []
        place = {i: k for k, i in enumerate(self.arrangement.kept)}
        lines = [*inner.to_rows(), *([[fmpq(x) for x in still]] * idle)]
        first = inner.make(self.most, self.data.widths[0], [
            line[place[i]] if i in place else fmpq(0) for line in lines for i in range(self.data.widths[0])])
        second = outer.make(outer.rows, self.most, [
            entry for line in outer.to_rows() for entry in (*line, *([fmpq(0)] * idle))])
        return Point(self.data.X, self.data.Y, (first, second), RELU)


def _evaluated(poly: fmpz_poly, matrix: RationalMatrix) -> RationalMatrix:
    """Evaluate a polynomial at a matrix."""
    identity = matrix.identity(matrix.rows)
    total: RationalMatrix = identity.scale(0)
    for coefficient in reversed(poly.coeffs()):
        total = total @ matrix + identity.scale(fmpq(coefficient))
    return total


def _independent(vector: Any, space: Any, count: int) -> Any:
    """Complete a vector to so many independent ones of a space."""
    found = [vector]
    for k in range(space.cols):
        column = space.block(range(space.rows), [k])
        if len(found) < count and _rank([*found, column]) > len(found):
            found.append(column)
    return _beside(found)


def _within(vectors: Sequence[Any], poly: fmpz_poly, sigma: RationalMatrix) -> list[Any]:
    """Project an invariant space, given by a basis, on the part on which a polynomial of S vanishes."""
    basis = _beside(vectors)
    image = _evaluated(poly, sigma) @ basis
    kernel = image.kernel()
    return [basis @ kernel.block(range(kernel.rows), [k]) for k in range(kernel.cols)]


def _beside(columns: Sequence[Any]) -> Any:
    found = columns[0]
    for column in columns[1:]:
        found = found.beside(column)
    return found


def _rank(columns: Sequence[Any]) -> int:
    return int(_beside(columns).rank()) if columns else 0
