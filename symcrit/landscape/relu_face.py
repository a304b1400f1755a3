"""The loss of a ReLU network with one hidden unit on one face of the arrangement, and around it.

With h = max(A1 X, 0) not 0, the best A2 is Yh / |h|^2, and the loss is then 1/2 tr YY' - 1/2 |Yh|^2 / |h|^2.

*On a face* h is linear in A1, so the stationary points are those of a shallow linear network with the samples that are
active, its inputs restricted to the span of the face: an eigenvalue of Sigma of these data, and the part of its
eigenvectors that lies in the face (Proposition 7, for every face instead of open cones).

*Around a point* with h = h0 and s = |Yh0|^2 / |h0|^2, the quotient does not exceed s if and only if

    F(d) = |Yh|^2 - s |h|^2 = 2 h0'M k(d) + k(d)'M k(d) <= 0,    M = Y'Y - s I,  h = h0 + k(d),

where k is linear on each cone of the hyperplanes through the point. Quadratic functions on polyhedral cones have a
local maximum at 0 if and only if h0'M k(d) <= 0 on every ray, and k'Mk <= 0 on the cone of the rays (and lines) where
this vanishes. All one-sided derivatives are 0 if and only if h0'M k = 0 on every ray: this is the exact condition for
a point on a boundary to be a critical point of the loss itself.

*Where h = 0* the loss at A2 = b + c is 1/2 tr YY' - (b + c)'Yk + 1/2 |b + c|^2 |k|^2. It is a local minimum if and
only if b'Yk <= 0 on every ray and Yk = 0 where this vanishes; a local maximum if and only if b'Yk > 0 where k is not 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq, fmpq_poly, fmpz_mat

from symcrit.exact.algebraic import Algebraic, primitive, sorted_roots
from symcrit.exact.cones import not_copositive, strictly
from symcrit.exact.field import NumberField, sign
from symcrit.exact.field_matrix import scaled
from symcrit.exact.rational import RationalMatrix
from symcrit.landscape.faces import Arrangement, Face
from symcrit.networks.points import Data


@dataclass(frozen=True)
class Family:
    """The stationary points of one face that belong to one eigenvalue: those columns of `basis` z that lie in it.

    `point` is one of them, in the relative interior of all; everything is in the coordinates of the arrangement.
    """

    value: Algebraic
    exact: Any  # the eigenvalue, as a number of the ring of the basis
    basis: Any
    point: Any  # a column
    top: bool  # whether the eigenvalue is the largest


class Surroundings:
    """The loss on one face and around it."""

    def __init__(self, data: Data, arrangement: Arrangement, face: Face) -> None:
        self.data = data
        self.arrangement = arrangement
        self.face = face

    # ---- on the face ---------------------------------------------------------------------------

    @cached_property
    def x(self) -> RationalMatrix:
        """The active columns of X, in the coordinates of the arrangement."""
        found: RationalMatrix = self.data.X.block(self.arrangement.kept, self.face.positive)
        return found

    @cached_property
    def y(self) -> RationalMatrix:
        """The active columns of Y."""
        found: RationalMatrix = self.data.Y.block(range(self.data.Y.rows), self.face.positive)
        return found

    @cached_property
    def span(self) -> RationalMatrix:
        """A basis of the span of the face, as columns."""
        size = self.arrangement.size
        planes = [entry for i in self.face.on for entry in self.arrangement.planes[i]]
        if not planes:
            return RationalMatrix(fmpz_mat(size, size, [int(i == j) for i in range(size) for j in range(size)]))
        return RationalMatrix(fmpz_mat(len(self.face.on), size, planes)).kernel()

    @cached_property
    def across(self) -> RationalMatrix:
        """The matrix YX' of the active samples."""
        found: RationalMatrix = self.y @ self.x.T
        return found

    def families(self) -> list[Family]:
        """Find every positive eigenvalue that has a stationary point in the face, from the largest."""
        if not self.face.positive:
            return []
        inputs = self.span.T @ self.x
        kept = inputs.pivots()[0]
        free = self.span @ inputs.T.kernel()
        rows = inputs.block(kept, range(inputs.cols))
        right = self.y @ rows.T
        left = (rows @ rows.T).inverse() @ right.T
        chosen = self.span.block(range(self.span.rows), kept)
        if right.rows <= right.cols:
            matrix, lift = right @ left, chosen @ left
        else:
            matrix, lift = left @ right, chosen
        found = []
        roots = _positive_roots(matrix)
        for place, root in enumerate(roots):
            exact, space = _eigenvectors(matrix, root)
            basis = (lift @ space).beside(free) if free.cols else lift @ space
            point = self.inside(basis)
            if point is not None:
                found.append(Family(root, exact, basis, point, place == 0))
        return found

    def silent(self) -> Any:
        """Find a point of the face with Yh = 0, where A2 = 0 is the best: a column; None if there is none."""
        rays = RationalMatrix(fmpz_mat([list(ray) for ray in self.face.rays]))
        for line in (self.across @ rays.T).to_rows():
            if any(line) and (min(line) >= 0 or max(line) <= 0):
                return None
        return self.inside(self.span @ (self.across @ self.span).kernel())

    def inside(self, basis: Any, weak: Any = None) -> Any:
        """Find a combination of columns that lies in the face, and makes every row of `weak` >= 0, > 0 if possible."""
        if not basis.cols:
            return None
        off = [i for i, side in enumerate(self.face.signs) if side]
        heights = (self.arrangement.normals @ basis)
        if basis.cols == 1 and weak is None:
            way = sign(heights.entry(off[0], 0)) * self.face.signs[off[0]]
            if all(sign(heights.entry(i, 0)) == way * self.face.signs[i] for i in off) and way:
                return basis if way > 0 else -basis
            return None
        rows = [[entry * self.face.signs[i] for entry in heights.to_rows()[i]] for i in off]
        found = strictly(rows, basis.cols, [] if weak is None else weak.to_rows())
        return None if found is None else basis @ basis.make(basis.cols, 1, found)

    # ---- around it -----------------------------------------------------------------------------

    @cached_property
    def rays(self) -> list[tuple[int, ...]]:
        """All rays of the cones around the face, modulo its span, then the span in both directions."""
        fan = self.arrangement.fan(self.face.on)
        found = dict.fromkeys(ray for rays in fan.values() for ray in rays)
        lines = [tuple(int(entry) for entry in column) for column in self.span.T.integers()[0].tolist()]
        return [*found, *lines, *(tuple(-entry for entry in line) for line in lines)]

    @cached_property
    def cones(self) -> list[list[int]]:
        """The rays of every full cone around the face, by their numbers in `rays`, the span among them."""
        whole = (1 << len(self.face.on)) - 1
        number = {ray: k for k, ray in enumerate(self.rays)}
        common = list(range(len(self.rays) - 2 * self.span.cols, len(self.rays)))
        return [[number[ray] for ray in rays] + common
                for (plus, minus), rays in self.arrangement.fan(self.face.on).items() if plus | minus == whole]

    @cached_property
    def changes(self) -> RationalMatrix:
        """The change k of h along every ray, as rows with one entry a sample."""
        rays = RationalMatrix(fmpz_mat(len(self.rays), self.arrangement.size, [x for ray in self.rays for x in ray]))
        heights = (rays @ self.data.X.block(self.arrangement.kept, range(self.data.X.cols))).to_rows()
        active, kinks = set(self.face.positive), set(self.face.zero)
        entries = [z if j in active or (j in kinks and z > 0) else fmpq(0)
                   for row in heights for j, z in enumerate(row)]
        return RationalMatrix.of([], (0, 0)).make(len(self.rays), self.data.X.cols, entries)

    @cached_property
    def outputs(self) -> RationalMatrix:
        """The vectors Yk, as rows, for every ray."""
        found: RationalMatrix = self.changes @ self.data.Y.T
        return found

    def hidden(self, points: Any) -> Any:
        """Compute h = max(A1 X, 0) for points of the face, as columns."""
        chosen = self.x.T @ points
        place = {j: i for i, j in enumerate(self.face.positive)}
        zero = [fmpq(0)] * points.cols
        rows = chosen.to_rows()
        return points.make(self.data.X.cols, points.cols, [
            entry for j in range(self.data.X.cols) for entry in (rows[place[j]] if j in place else zero)])

    def slopes(self, hidden: Any, value: Any) -> Any:
        """Compute h0'M k for every ray (rows) and column of h0, with M = Y'Y - value I."""
        return self.outputs @ (self.data.Y @ hidden) - (self.changes @ hidden).scale(value)

    def higher(self, flat: Sequence[int], value: Any, outputs: Any = None) -> tuple[Any, list[int]] | None:
        """Find a direction among the rays `flat` along which k'Mk > 0: multiples and numbers of rays, else None.

        `outputs` are the vectors Yk, if another Y is meant.
        """
        outputs = self.outputs if outputs is None else outputs
        wanted, seen = set(flat), set()
        for cone in self.cones:
            chosen = tuple(k for k in cone if k in wanted)
            if chosen in seen:
                continue
            seen.add(chosen)
            part = outputs.block(chosen, range(outputs.cols))
            changes = self.changes.block(chosen, range(self.changes.cols))
            form = scaled(changes @ changes.T, value) - part @ part.T
            found = not_copositive(form.to_rows(), self.arrangement.size)
            if found is not None:
                return found, list(chosen)
        return None

    def mute(self) -> bool:
        """Tell whether Yk = 0 on every ray: the output cannot be moved towards Y at all."""
        return self.outputs.is_zero()

    def differentiable(self, output: Any) -> bool:
        """Tell whether the loss has a derivative where A2 is a multiple of `output` (a column).

        Along a hyperplane, c_j the distance of x_j from 0 on its normal, the slopes on its two sides add up to
        -(sum of |c_j| y_j)'A2; it must be 0 for each hyperplane.
        """
        weights = (output.T @ self.data.Y).to_rows()[0]
        return not any(sum((weights[j] * distance for j, distance in self.arrangement.distances(i)), fmpq(0))
                       for i in self.face.on)


def _positive_roots(matrix: RationalMatrix) -> list[Algebraic]:
    """Order the eigenvalues that are not 0, from the largest; all of them are positive."""
    return [root for root in sorted_roots(primitive(fmpq_poly(matrix.charpoly()))) if root.minpoly[0] != 0]


def _eigenvectors(matrix: RationalMatrix, root: Algebraic) -> tuple[Any, Any]:
    """Find an eigenvalue in its field and a basis of its eigenspace, as columns."""
    exact = root.exact
    if exact is not None:
        return exact, (matrix - matrix.identity(matrix.rows).scale(exact)).kernel()
    field = NumberField(root, "s")
    value = field("s")
    return value, (matrix - scaled(matrix.identity(matrix.rows), value)).kernel()

