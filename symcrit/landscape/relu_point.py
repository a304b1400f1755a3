"""What a point of a ReLU network with one hidden layer is: differentiable, critical, its kind, the way down.

With one hidden unit that is not dead everything is decided. With more of them these are decided, in this order:

1. a loss as small as the data allow for any network: a global minimum;
2. a derivative that is not 0, or a one-sided one that is negative: not critical, unless the point is a local maximum;
3. a way down for one unit, the others fixed: a saddle;
4. if every ray that leaves the faces of the point goes strictly up, the loss on the product of the faces decides, which
   is a polynomial: a negative eigenvalue of its Hessian makes a saddle. A positive semidefinite one makes a local
   minimum if its kernel is no larger than the directions in which the loss is constant (Morse and Bott), and also if
   units with different active samples have none in common, since then the loss is a sum of losses of shallow linear
   networks, which have strict saddles only.

What is left is undetermined, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flint import fmpq

from symcrit.errors import InputError
from symcrit.exact.algebraic import Algebraic
from symcrit.exact.field import FieldElement, number_to_json, sign
from symcrit.exact.inertia import Inertia, inertia, negative_direction
from symcrit.landscape.descent import Descent
from symcrit.landscape.faces import Arrangement
from symcrit.landscape.relu import relu
from symcrit.landscape.relu_face import Surroundings
from symcrit.landscape.relu_hessian import FaceHessian
from symcrit.landscape.relu_unit import Step, Unit
from symcrit.networks import linear
from symcrit.networks.points import Data, Point
from symcrit.networks.relu import error, hidden, loss, loss_along, pattern

if TYPE_CHECKING:
    from symcrit.landscape.second_opinion import Opinion

MOST_PARAMETERS = 400
MOST_FACES = 60_000  # a bound, beyond which the global minimum is not looked for
GLOBAL, LOCAL_MINIMUM, LOCAL_MAXIMUM = "global_minimum", "local_minimum", "local_maximum"
FLAT, STRICT_SADDLE, SADDLE = "degenerate_extremum", "strict_saddle", "saddle"
NOT_CRITICAL, UNDETERMINED = "not_critical", "undetermined"


@dataclass(frozen=True)
class ReluClassification:
    """All that is known of a point of a ReLU network, as `classify --json` prints it.

    `gradients_zero` tells for each layer whether all one-sided derivatives are 0. `global_minimum` is None where it is
    not known.
    """

    point: Point
    gradients_zero: tuple[bool, bool]
    differentiable: bool
    on_boundary: bool
    loss: Any
    global_minimum: Algebraic | None
    kind: str
    hessian_inertia: Inertia | None
    descent: Descent | None
    reason: str = ""
    category: None = None  # the categories of the paper are those of linear networks
    opinion: Opinion | None = None

    @property
    def critical(self) -> bool:
        """Whether the loss is differentiable with gradient 0."""
        return self.differentiable and all(self.gradients_zero)

    @property
    def exit_code(self) -> int:
        """0 if the point is critical, 1 if not, 3 if the second opinion disagrees."""
        if self.opinion is not None and not self.opinion.agrees:
            return 3
        return 0 if self.critical else 1

    def _repr_html_(self) -> str:
        from symcrit.sheets.points import classification_sheet

        return classification_sheet(self.to_json()).html()

    def to_json(self) -> dict[str, Any]:
        """Return the document of `classify --json`, without its head."""
        document = {
            "network": self.point.activation, "depth": self.point.depth, "critical": self.critical,
            "gradients_zero": list(self.gradients_zero), "differentiable": self.differentiable,
            "activation_pattern": [list(row) for row in pattern(self.point)], "on_boundary": self.on_boundary,
            "loss": number_to_json(self.loss),
            "global_minimum": None if self.global_minimum is None else self.global_minimum.to_json(),
            "kind": self.kind, "category": self.category, "rank": self.point.weights[1].rank(),
            "hessian_inertia": None if self.hessian_inertia is None else vars(self.hessian_inertia),
            "descent": None if self.descent is None else self.descent.to_json()}
        if self.kind == SADDLE:
            document["strict"] = None
        if self.reason:
            document["reason"] = self.reason
        if self.opinion is not None:
            document["second_opinion"] = self.opinion.to_json()
        return document


def classify_relu(point: Point, *, inertia: bool | None = None) -> ReluClassification:
    """Classify a point of a ReLU network with one hidden layer exactly, or say why it is undetermined.

    The inertia of the Hessian is computed in open cones, up to 400 parameters; with `inertia` always, or never if it is
    False. Raises InputError for deeper networks.

    >>> from symcrit.exact.rational import RationalMatrix
    >>> eye, y = RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[2, 0], [0, 1]])
    >>> found = classify_relu(Point(eye, y, (RationalMatrix.of([[2, -1]]), RationalMatrix.of([[1], [0]])), "relu"))
    >>> found.kind, found.critical, found.loss
    ('global_minimum', True, 1/2)
    >>> classify_relu(Point(eye, eye, (eye, eye, eye), "relu"))
    Traceback (most recent call last):
    symcrit.errors.InputError: points of ReLU networks with 2 layers are classified, not with 3
    """
    if point.depth != 2:
        raise InputError(f"points of ReLU networks with 2 layers are classified, not with {point.depth}")
    return _Classifier(point).result(inertia)


class _Classifier:
    """The parts of the decision, each computed once."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.loss = loss(point)
        self.arrangement = Arrangement(point.X)
        self.hidden = hidden(point)
        self.error = error(point)

    @cached_property
    def units(self) -> list[Unit]:
        """The hidden units, each with what the others leave for it to do."""
        second, found = self.point.weights[1], []
        for i, signs in enumerate(pattern(self.point)):
            row = self.hidden.block([i], range(self.hidden.cols))
            output = second.block(range(second.rows), [i])
            around = Surroundings(self.point.data, self.arrangement, self.arrangement.at(signs))
            found.append(Unit(around, output @ row - self.error, row.T, output))
        return found

    @cached_property
    def outer(self) -> Any:
        """The gradient with respect to A2."""
        return self.error @ self.hidden.T

    def result(self, wanted: bool | None) -> ReluClassification:
        """Put all parts together."""
        smooth = all(unit.differentiable for unit in self.units)
        still = all(not slope for unit in self.units for slope in unit.slopes)
        boundary = any(unit.around.face.zero for unit in self.units)
        kind, way, reason = self.kind()
        least = self.least
        if kind in (LOCAL_MINIMUM, FLAT) and least is not None and self._is(least):
            kind = GLOBAL
        if kind in (LOCAL_MINIMUM, FLAT) and least is None:
            reason = reason or "whether it is a global minimum is not known: the least loss was not computed"
        if wanted is None:
            wanted = self.point.parameters <= MOST_PARAMETERS
        signs = self.inertia() if wanted and not boundary else None
        return ReluClassification(self.point, (smooth and still, self.outer.is_zero()), smooth, boundary, self.loss,
                                  least, kind, signs, way, reason)

    # ---- the least loss ------------------------------------------------------------------------

    @cached_property
    def bound(self) -> fmpq:
        """Half the squares that no network attains: outputs are the same multiple for parallel samples, 0 for x = 0."""
        missed = self.point.data.yy
        y = self.point.Y
        for plane in range(len(self.arrangement.planes)):
            distances = dict(self.arrangement.distances(plane))
            for way in (1, -1):
                chosen = [j for j, side in self.arrangement.members[plane] if side == way]
                total = sum((distances[j] ** 2 for j in chosen), fmpq(0))
                for i in range(y.rows):
                    gain = sum((distances[j] * y.entry(i, j) for j in chosen), fmpq(0))
                    missed -= gain * gain / total if chosen else 0
        return missed / 2

    @cached_property
    def least(self) -> Algebraic | None:
        """The least loss of all, where it is known."""
        if not self.loss - self.bound:
            return Algebraic.rational(self.bound)
        if self.point.widths[1] == 0 or not self.arrangement.planes:
            return Algebraic.rational(self.point.data.yy / 2)
        if self.point.widths[1] != 1 or self.arrangement.most_faces > MOST_FACES:
            return None
        found = relu(Data(self.point.X, self.point.Y, self.point.widths))
        return found.loss(found.best)

    def _is(self, value: Algebraic) -> bool:
        own = self.loss.algebraic() if isinstance(self.loss, FieldElement) else Algebraic.rational(self.loss)
        return bool(own == value)

    # ---- the kind ------------------------------------------------------------------------------

    def kind(self) -> tuple[str, Descent | None, str]:
        """Decide the kind, with a way down where there is one and the reason where it is undetermined."""
        if self.least is not None and self._is(self.least):
            return GLOBAL, None, ""
        if all(unit.dead for unit in self.units):
            return FLAT, None, ""
        first = self._first_order()
        if first is not None:
            silent = not any(unit.around.face.positive for unit in self.units)
            return LOCAL_MAXIMUM if silent and all(unit.highest() for unit in self.units) else NOT_CRITICAL, first, ""
        for number, unit in enumerate(self.units):
            step = None if unit.dead else unit.second_order()
            if step is not None:
                return self._saddle(self._direction(number, step))
        alive = [unit for unit in self.units if not unit.dead]
        if len(alive) == 1:
            return LOCAL_MINIMUM, None, ""
        return self._together(alive)

    def _saddle(self, direction: tuple[Any, Any]) -> tuple[str, Descent, str]:
        boundary = any(unit.around.face.zero for unit in self.units)
        return SADDLE if boundary else STRICT_SADDLE, self._checked(2, direction), ""

    def _first_order(self) -> Descent | None:
        first, second = self.point.weights
        if not self.outer.is_zero():
            return self._checked(1, (first.scale(0), -self.outer))
        for number, unit in enumerate(self.units):
            step = unit.first_order()
            if step is not None:
                return self._checked(1, self._direction(number, step))
        return None

    def _together(self, alive: list[Unit]) -> tuple[str, Descent | None, str]:
        """Decide by the polynomial on the product of the faces of several units."""
        form = FaceHessian(alive, self.error)
        negative = negative_direction(form.matrix) if form.matrix.rows else None
        if negative is not None:
            places = [number for number, unit in enumerate(self.units) if not unit.dead]
            return self._saddle(self._changed(dict(zip(places, form.steps(negative), strict=True))))
        kinked = any(unit.level_kinks() for unit in alive)
        if kinked:
            return UNDETERMINED, None, ("on a boundary of cones of several units, with one-sided derivatives of 0: "
                                        "each unit by itself is at a minimum, which does not decide for all together")
        if form.separate() or form.constant() == form.inertia.zero:
            return LOCAL_MINIMUM, None, ""
        return UNDETERMINED, None, ("the Hessian is positive semidefinite, and its kernel larger than the directions "
                                    "in which the loss is constant: the second order does not decide")

    # ---- ways down -----------------------------------------------------------------------------

    def _direction(self, number: int, step: Step) -> tuple[Any, Any]:
        return self._changed({number: step})

    def _changed(self, steps: dict[int, Step]) -> tuple[Any, Any]:
        first, second = self.point.weights
        ring = max((part for step in steps.values() for part in step), key=lambda part: part.level)
        inner = {i: self.arrangement.lifted(row).to_rows()[0] for i, (row, _) in steps.items()}
        outer = {i: [entry for (entry,) in column.to_rows()] for i, (_, column) in steps.items()}
        none = [fmpq(0)] * first.cols
        rows = [inner.get(i, none) for i in range(first.rows)]
        return (ring.make(first.rows, first.cols, [entry for row in rows for entry in row]),
                ring.make(second.rows, second.cols, [outer[i][k] if i in outer else fmpq(0)
                                                     for k in range(second.rows) for i in range(second.cols)]))

    def _checked(self, order: int, direction: tuple[Any, Any]) -> Descent:
        """Take a direction and check exactly that the loss falls along it; raises AssertionError if not: a bug."""
        found = loss_along(self.point, direction)
        if any(sign(value) for value in found[1:order]) or len(found) <= order or sign(found[order]) >= 0:
            raise AssertionError(f"the loss does not fall along a direction of order {order}")
        return Descent(order, True, direction, tuple(found), linear.line(self.point, direction))

    # ---- the Hessian ---------------------------------------------------------------------------

    def inertia(self) -> Inertia:
        """Count the signs of the Hessian at a point of an open cone; dead units and inputs that X misses add zeros."""
        alive = [unit for unit in self.units if not unit.dead]
        matrix = FaceHessian(alive, self.error).matrix
        found = inertia(matrix) if matrix.rows else Inertia(0, 0, 0)
        return Inertia(found.positive, self.point.parameters - found.positive - found.negative, found.negative)
