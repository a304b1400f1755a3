"""What the command line does, as functions.

`prove` searches for a proof and for a counterexample in turn; the kernel has the last word on both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symcrit.errors import InputError
from symcrit.files import read_json
from symcrit.kernel.replay import SCHEMA_VERSION
from symcrit.kernel.statement import Declaration, Equation, Statement
from symcrit.kernel.terms import Term
from symcrit.kernel.text import text
from symcrit.lang.build import Differ, statement_of
from symcrit.lang.parser import read_statement
from symcrit.report.result import ILL_FORMED, NOT_ESTABLISHED, PROVED, REFUTED, Result

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from symcrit.landscape.classify import Classification
    from symcrit.landscape.curve import Bottom, Curve
    from symcrit.landscape.relu import Landscape
    from symcrit.landscape.relu_cones import Cones
    from symcrit.landscape.relu_point import ReluClassification
    from symcrit.networks.points import Data, Point
    from symcrit.networks.values import Values

    GivenData = Data | Mapping[str, Any] | str | Path
    GivenPoint = Point | Mapping[str, Any] | str | Path
    from symcrit.report.outcome import CheckReport

BUDGET = 60.0
POINTS = (".json", ".npz")
MODEL_EFFORT = 1_000


def prove(claim: Statement | Equation | Sequence[Equation], given: Sequence[Equation | Differ | Declaration] = (), *,
          budget: float = BUDGET) -> Result:
    """Prove or refute a claim for all sizes.

    `claim` is a statement, an equation or several; `given` holds equations, guards (`Ne`) and declarations
    with properties. `budget` is an outer cap in seconds; the search itself counts its effort in S-polynomials,
    so that the same input gets the same answer everywhere.

    >>> from symcrit.lang.build import Eq, matrix, pinv
    >>> A = matrix("A", "m", "n")
    >>> prove(Eq(A * pinv(A) * A, A)).verdict
    'proved'
    >>> result = prove(Eq(pinv(A) * A, A.T * A))
    >>> result.verdict, result.violated
    ('refuted', (1,))
    """
    statement = claim if isinstance(claim, Statement) else statement_of(claim, given)
    started = time.monotonic()
    result = _prove(statement, started + budget)
    return replace(result, seconds=time.monotonic() - started)


def prove_file(path: str | Path, *, budget: float = BUDGET) -> Result:
    """Prove or refute a statement file; a file that is not well formed gives a result that says so."""
    started = time.monotonic()
    try:
        statement = read_statement(path)
    except InputError as error:
        return Result(ILL_FORMED, file=str(path), error=error, seconds=time.monotonic() - started)
    except MemoryError:
        return Result(NOT_ESTABLISHED, file=str(path), reason="out of memory", seconds=time.monotonic() - started)
    from symcrit.prover.decide import RefusedCertificate

    try:
        result = prove(statement, budget=budget)
    except InputError as error:  # what reading left aside because another part was too large
        result = Result(ILL_FORMED, statement, error=error)
    except RefusedCertificate as error:
        result = Result(NOT_ESTABLISHED, statement, reason=f"a bug in symcrit, please report it: {error}", bug=True)
    return replace(result, file=str(path), seconds=time.monotonic() - started)


@dataclass(frozen=True)
class Tex:
    """Statement and proof files as LaTeX, with their verdicts; `errors` are files that are not well formed.

    `parts` are the files with their fragments, `report` has the verdicts of proof files.
    """

    parts: tuple[tuple[str, str], ...]
    results: tuple[Result, ...]
    report: CheckReport
    errors: tuple[InputError, ...]

    @property
    def fragment(self) -> str:
        """All of it, for `\\input`."""
        return "\n".join(latex for _, latex in self.parts)

    @property
    def document(self) -> str:
        """A complete document, with notation, certificates, what all rests on and errata; empty if nothing is there."""
        from symcrit.report.appendices import appendices
        from symcrit.typeset.document import document

        parts = [(Path(path).stem, latex) for path, latex in sorted(self.parts, key=self._place)]
        return document(parts, appendices(self.report)) if parts else ""

    def _place(self, part: tuple[str, str]) -> int:
        """Say where in a paper a file belongs: at the first of its claims; files without any keep their order."""
        return next((place for place, claim in enumerate(self.report.claims)
                     if any(step.startswith(f"{part[0]}::") for step in claim.steps)), len(self.report.claims))


def tex(files: Sequence[str], *, budget: float = BUDGET, exact_floats: bool = False) -> Tex:
    """Typeset files in their order: statement files are proved or refuted, proof files checked, points classified.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "t.thm")
    ...     _ = path.write_text("theorem t\\nmatrix A : n x n\\nstep s: A*pinv(A)*A = A")
    ...     made = tex([str(path), str(path.with_name("none.thm"))])
    >>> "Proved" in made.fragment, len(made.errors)
    (True, 1)
    """
    from symcrit.checker.run import Options
    from symcrit.checker.typeset import typeset

    files = list(dict.fromkeys(files))
    points, errors = {}, []
    for path in (path for path in files if path.endswith(POINTS)):
        try:
            points[path] = _point_tex(path, exact_floats)
        except InputError as error:
            errors.append(error.at(path))
    statements = {path: prove_file(path, budget=budget) for path in files if _is_statement(path)}
    proofs = [path for path in files if path not in statements and not path.endswith(POINTS)]
    made = typeset(proofs, Options(budget=budget))
    parts: dict[str, list[str]] = {}
    for path in files:
        if path in statements:
            parts.setdefault(path, []).append(statements[path].latex())
        if path in points:
            parts.setdefault(path, []).append(points[path])
        for page in made.pages:
            if page.asked == path:
                parts.setdefault(page.file, []).append(page.latex)
    return Tex(tuple((path, "\n".join(latex)) for path, latex in parts.items()), tuple(statements.values()),
               made.report, (*errors, *made.report.errors))


def _point_tex(path: str, exact_floats: bool) -> str:
    """Typeset what a point is, with its curve down if it is a critical point of a linear network."""
    from symcrit.exact.spectrum import sigma_matrix
    from symcrit.typeset.point_latex import point_latex

    point = _point(path, exact_floats)
    found = classify(point)
    if point.activation != "linear":
        return point_latex(Path(path).name, point.to_json(), found.to_json())
    curve = descend(point).to_json() if found.critical else None
    sigma = sigma_matrix(point.X, point.Y).to_strings()
    return point_latex(Path(path).name, point.to_json(), found.to_json(), sigma, curve)


def _is_statement(path: str) -> bool:
    """Tell whether a file is a well-formed statement file, without the lines that only proof files have."""
    try:
        read_statement(path)
    except InputError:
        return False
    return True


def check(*paths: str | Path, search: bool = False, update: bool = False, jobs: int = 0, budget: float = BUDGET,
          permit: Sequence[str] = (), allow_gaps: bool = False) -> CheckReport:
    """Check every step of proof files; without paths, of `proofs/`, else of the proofs shipped with symcrit.

    A path is a file, a folder, `file::theorem` or `file::theorem::step`. Stored certificates are replayed;
    `search` ignores them, `update` stores what is found and pins every statement, `jobs` is the number of processes
    (0: one a core), `permit` and `allow_gaps` say what may be assumed.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "t.thm")
    ...     _ = path.write_text("matrix A : n x n\\nstep good: A*pinv(A)*A = A\\nstep bad: A*A = A")
    ...     [(step.label, step.verdict, step.success) for step in check(path, jobs=1).steps]
    [('good', 'proved', True), ('bad', 'refuted', False)]
    """
    from symcrit.checker.run import Options
    from symcrit.checker.run import check as run

    return run(proof_paths([str(path) for path in paths]), Options(
        search=search, update=update, jobs=jobs, budget=budget, permit=tuple(permit), allow_gaps=allow_gaps))


# ---- data and points -------------------------------------------------------------------------------


def classify(point: GivenPoint, *, inertia: bool | None = None, second_opinion: bool = False, nearest: bool = False,
             exact_floats: bool = False) -> Classification | ReluClassification:
    """Say exactly what a point is: critical or not, its kind and category, and which way is down.

    A point is a `Point`, what a POINT file holds, or the path of one. With `nearest`, an exact critical point near it
    is found, classified, and its distance stated. `second_opinion` has SymPy and mpmath compute the same.
    Raises InputError.

    >>> tree = {"X": [[1]], "Y": [[1]], "widths": [1, 1, 1], "weights": [[[0]], [[0]]]}
    >>> classify(tree).kind
    'strict_saddle'
    >>> classify({**tree, "weights": [[[0]]]})
    Traceback (most recent call last):
    symcrit.errors.InputError: weights: expected 2 matrices for 3 widths, found 1
    """
    from symcrit.landscape.classify import Classification
    from symcrit.landscape.classify import classify as classified
    from symcrit.landscape.nearest import nearest as snapped

    given = _point(point, exact_floats or nearest)
    near = snapped(given) if nearest else None
    found = classified(given if near is None else near.point, inertia=inertia)
    if isinstance(found, Classification):
        found = replace(found, nearest=near)
    if not second_opinion:
        return found
    from symcrit.landscape.second_opinion import second_opinion as asked

    return replace(found, opinion=asked(found.point, found))


def values(data: GivenData, *, limit: int | None = None, near: object = None, exact_floats: bool = False) -> Values:
    """List the critical values of data, best first, or those nearest to a number.

    >>> found = values({"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "widths": [2, 1, 2]}, near="0.73")
    >>> [(value.p, value.loss.approx()) for value in found.values]
    [((1, 0), '0.5'), ((0, 1), '2'), ((0, 0), '2.5')]
    >>> values({"X": [[1]], "widths": [1, 1, 1]})
    Traceback (most recent call last):
    symcrit.errors.InputError: the key Y is missing
      suggestion: an object with the keys X, Y, widths is needed
    """
    from symcrit.networks.values import values as listed

    return listed(_data(data, exact_floats), limit=limit, near=near)


def build(data: GivenData, capture: Sequence[int], *, null: int = 0, c: str = "identity", l1: str = "zero",
          seed: int | None = None, exact_floats: bool = False) -> Point:
    """Build an exact critical point that captures so many of each positive singular value, and `null` zero ones.

    With more than two layers, A_(l,2) captures them.

    >>> data = {"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "widths": [2, 1, 2]}
    >>> classify(build(data, [0, 1])).category
    'non_optimal_order'
    >>> build(data, [1])
    Traceback (most recent call last):
    symcrit.errors.InputError: 1 counts are given, but Sigma has 2 different positive eigenvalues: 4 (x 1), 1 (x 1)
      suggestion: give one count for each, from the largest
    """
    from symcrit.networks.theorem_3 import build as built

    return built(_data(data, exact_floats), capture, null, c=c, l1=l1, seed=seed)


def descend(point: GivenPoint, *, exact_floats: bool = False) -> Curve | Bottom:
    """Find a curve through a point along which the loss falls, symbolic in the letter of the curve.

    >>> tree = {"X": [[1]], "Y": [[1]], "widths": [1, 1, 1], "weights": [[[0]], [[0]]]}
    >>> descend(tree).order
    2
    """
    from symcrit.landscape.perturbation import descend as down

    return down(_point(point, exact_floats))


def relu(data: GivenData, *, exact_floats: bool = False, executor: Executor | None = None,
         resume: str | Path | None = None, progress: Callable[[int, int], None] | None = None) -> Landscape | Cones:
    """Find the whole landscape of a ReLU network with one hidden unit: cones, critical points, local minima.

    With more hidden units, find what is critical in the open cones K_{I x J} (a `Cones`). `executor` is any executor of
    `concurrent.futures`, or of Dask, MPI and the like, that looks at the faces of one hidden unit; `resume` a file in
    which what is found is kept, for another run. `progress` is told how many faces of how many are done. Raises
    InputError, LimitError if there are too many faces.

    >>> data = {"X": [[1, 0], [0, 1]], "Y": [[2, 0], [0, 1]], "widths": [2, 1, 2]}
    >>> found = relu(data).to_json()
    >>> [cone["J"] for cone in found["cones"]], found["global_minimum"]["loss"]["exact"]
    ([[1, 2], [1], [2], []], '1/2')
    >>> relu({**data, "widths": [2, 2, 2]}).to_json()["coverage"]["gaps"]
    6
    >>> relu({**data, "widths": [2, 2, 2, 2]})
    Traceback (most recent call last):
    symcrit.errors.InputError: cones are those of networks with one hidden layer, not of widths [2, 2, 2, 2]
    """
    from symcrit.landscape.relu import relu as found
    from symcrit.landscape.relu_cones import cones

    given = _data(data, exact_floats)
    if given.depth != 2 or given.widths[1] != 1:
        return cones(given)
    return found(given, executor=executor, resume=resume, progress=progress)


def _data(given: GivenData, exact_floats: bool) -> Data:
    from symcrit.interop.points import data_from_json, plain, read_data

    if isinstance(given, Mapping):
        return data_from_json(plain(given, exact_floats=exact_floats))
    return read_data(given, exact_floats=exact_floats) if isinstance(given, str | Path) else given


def _point(given: GivenPoint, exact_floats: bool) -> Point:
    from symcrit.interop.points import plain, point_from_json, read_point

    if isinstance(given, Mapping):
        return point_from_json(plain(given, exact_floats=exact_floats))
    return read_point(given, exact_floats=exact_floats) if isinstance(given, str | Path) else given


def _prove(statement: Statement, deadline: float) -> Result:
    from symcrit.prover.counterexample import find_model
    from symcrit.prover.decide import decide

    found = decide(statement, deadline)
    if found.witness is not None:
        return Result(REFUTED, statement, witness=found.witness, violated=found.violated, guards=found.guards)
    if found.theorem is None:
        return Result(NOT_ESTABLISHED, statement, guards=found.guards, reason=found.reason)
    model = find_model(statement, MODEL_EFFORT, deadline)
    vacuous = model is None and found.prover.contradicts()
    reason = ""
    if model is None:
        reason = ("vacuous: the hypotheses contradict each other" if vacuous
                  else f"no instance of the hypotheses among {MODEL_EFFORT} candidates")
    return Result(PROVED, statement, certificate=found.certificate, model=model.instance if model else None,
                  trivial=model.trivial if model else False, vacuous=vacuous, guards=found.guards,
                  rests_on=tuple(sorted(found.theorem.rests_on)), found=_found(statement, found.prover.witnesses),
                  reason=reason)


def _found(statement: Statement, witnesses: Mapping[int, Term]) -> tuple[tuple[int, str, str], ...]:
    return tuple((number + 1, claim.unknown.name, text(witnesses[number]))
                 for number, claim in enumerate(statement.claims)
                 if claim.unknown is not None and number in witnesses)


# ---- certificates and files ------------------------------------------------------------------------

MAX_CERTIFICATE_BYTES = 16_000_000


def read_certificates(path: str | Path) -> list[Any]:
    """Read a certificate file (as `prove --certificate` writes it, or one bare certificate)."""
    data = read_json(path, MAX_CERTIFICATE_BYTES, "write it with symcrit prove --certificate FILE")
    if isinstance(data, dict) and data.get("kind") == "symcrit proofs":
        from symcrit.checker.store import from_data

        return list(from_data(data, Path(path)).certificates.values())
    if isinstance(data, dict) and "certificates" in data:
        fields = {"schema_version", "tool_version", "certificates"}
        if set(data) != fields or not isinstance(data["certificates"], list):
            raise InputError("expected the fields schema_version, tool_version and a list of certificates")
        if data["schema_version"] != SCHEMA_VERSION:
            raise InputError(f"expected schema_version {SCHEMA_VERSION}, found {str(data['schema_version'])[:40]}")
        if not data["certificates"]:
            raise InputError("the file holds no certificate")
        return list(data["certificates"])
    return [data]


def proof_paths(paths: Sequence[str]) -> list[str]:
    """Return the paths given; without any, the folder `proofs`, else the proofs that are shipped with symcrit."""
    if paths:
        return list(paths)
    package = Path(__file__).parent
    places = [Path("proofs"), package / "proofs", package.parent / "proofs"]  # here, in a wheel, in a clone
    return [str(next(place for place in places if place.is_dir()))]


def statement_files(paths: Sequence[str]) -> list[str]:
    """List the files under paths, in order; a folder stands for its .thm files."""
    files: list[str] = []
    for path in paths:
        place = Path(path)
        if place.is_dir():
            files += sorted(str(file) for file in place.rglob("*.thm"))
        else:
            files.append(path)
    return files
