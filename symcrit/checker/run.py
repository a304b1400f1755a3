"""One run of `check`: read, search for what is wanted, replay, judge every step, store and pin if asked to."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symcrit.checker.compose import Composer, certified
from symcrit.checker.judge import Judge
from symcrit.checker.ledger import catalogue, ledger, unknown_ids
from symcrit.checker.library import Home, Library, Unresolved, homes
from symcrit.checker.pins import Pins, find_pins
from symcrit.checker.search import MODEL, PROVE, Found, Task, search_all
from symcrit.checker.search import REFUTE as REFUTE_FIRST
from symcrit.checker.statements import Statements
from symcrit.checker.store import Store, instance_from_json, load, store_path
from symcrit.errors import CertificateError, InputError
from symcrit.kernel.statement import Statement
from symcrit.kernel.text import equation_text
from symcrit.lang.proof import REFUTE, SHOW, STEP, USE, Assumption, ProofFile
from symcrit.report.outcome import CheckReport, ClaimOutcome, StepOutcome, TheoremOutcome
from symcrit.report.result import NOT_ESTABLISHED

BUDGET = 60.0


@dataclass(frozen=True)
class Options:
    """How to check: search afresh, store what is found, in how many processes, what may be assumed."""

    search: bool = False
    update: bool = False
    jobs: int = 0  # 0: as many as there are processors
    budget: float = BUDGET
    permit: tuple[str, ...] = ()
    allow_gaps: bool = False
    progress: Callable[[int, int, str], None] = lambda number, total, what: None


def check(paths: Sequence[str | Path], options: Options | None = None) -> CheckReport:
    """Check every step of the proof files given, folders standing for the files below them.

    A path may go on with `::theorem` and `::step`. Stored certificates are replayed; see `Options` for more.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "t.thm")
    ...     _ = path.write_text("matrix A : n x n\\nstep good: A*pinv(A)*A = A\\nstep bad: A*A = A")
    ...     [(step.label, step.verdict) for step in check([path], Options(jobs=1)).steps]
    [('good', 'proved'), ('bad', 'refuted')]
    """
    started = time.monotonic()
    run = Run(options or Options())
    run.read(paths)
    try:
        run.search()
    except KeyboardInterrupt:
        run.interrupted = True
    finally:
        if run.options.update:
            run.save_stores()
    outcomes = () if run.interrupted else run.outcomes()
    claims = run.ledger(outcomes)
    if run.options.update and not run.interrupted:
        run.save_pins()
    return CheckReport(outcomes, tuple(run.errors), run.interrupted, tuple(run.notes), time.monotonic() - started,
                       tuple(claims))


@dataclass
class Selection:
    """A file, and which of its steps are asked for (an empty name: all)."""

    file: ProofFile
    theorem: str = ""
    step: str = ""
    top: Path | None = None  # the folder on the command line that it was found in
    asked: str = ""  # the path as it was given

    def homes(self) -> list[Home]:
        """List the steps asked for."""
        return [home for home in homes(self.file)
                if self.theorem in ("", home.theorem.name) and self.step in ("", home.step.label)]


@dataclass
class Run:
    """The state of one run."""

    options: Options
    library: Library = field(default_factory=Library)
    selected: list[Selection] = field(default_factory=list)
    tops: list[Path] = field(default_factory=list)  # the whole folders on the command line
    errors: list[InputError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stores: dict[Path, Store | None] = field(default_factory=dict)
    pins: dict[Path, Pins] = field(default_factory=dict)
    found: dict[tuple[str, str], Found] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)  # statements whose stored certificates are not looked at
    interrupted: bool = False

    def __post_init__(self) -> None:
        self.statements = Statements(self.library)
        self.composer = Composer(self.statements, self.certificate)

    # ---- reading

    def read(self, paths: Sequence[str | Path]) -> None:
        """Read the files, each with its store and pins."""
        for path in paths:
            name, *rest = str(path).split("::")
            theorem, step, *more = [*rest, "", ""]
            place = Path(name)
            top = place if place.is_dir() else None
            if top is not None and not theorem:
                self.tops.append(top)
            for file in sorted(place.rglob("*.thm")) if top else [place]:
                try:
                    if "::" in str(file):
                        raise InputError("the name of the file has ::, which stands before theorems and steps",
                                         "rename it")
                    selection = Selection(self.library.read(file), theorem, step, top, str(path))
                    if not selection.homes() or any(more):
                        raise InputError(f"there is no step {'::'.join(rest)} in this file").at(str(file))
                    self._attach(selection.file, top)
                except InputError as error:
                    self.errors.append(error.at(str(file)))
                    continue
                self.selected.append(selection)

    def _attach(self, file: ProofFile, top: Path | None = None) -> None:
        path = Path(file.path)
        if path not in self.stores:
            self.stores[path] = load(store_path(path))
            pins = find_pins(path, top)
            self.pins[path] = next((known for known in self.pins.values() if known.folder == pins.folder), pins)

    def certificate(self, home: Home, statement: Statement) -> dict[str, Any] | None:
        """Find the certificate of a statement of a step: just found, or stored beside its file."""
        found = self.found.get((PROVE, statement.hash))
        if found is not None and found.certificate is not None:
            return found.certificate
        store = self.stores.get(Path(home.file.path))
        if store is None or statement.hash in self.fresh:
            return None
        return store.certificates.get(statement.hash)

    # ---- searching

    def search(self) -> None:
        """Search for all that is wanted and not stored."""
        tasks = self._tasks()
        jobs = self.options.jobs or os.cpu_count() or 1
        count = 0

        def done(task: Task, found: Found) -> None:
            nonlocal count
            count += 1
            self.found[task.kind, task.statement.hash] = found
            self.options.progress(count, len(tasks), task.what)

        if tasks:
            self.options.progress(0, len(tasks), "searching")
            search_all(tasks, self.options.budget, jobs, done)

    def _tasks(self) -> list[Task]:
        tasks: dict[tuple[str, str], Task] = {}
        chosen = {home for selection in self.selected for home in selection.homes()}
        for home in self._needed(chosen):
            for kind, statement in self._wanted(home):
                if self._may_search(home, kind, statement, home in chosen):
                    tasks.setdefault((kind, statement.hash), Task(kind, statement, home.id))
        return list(tasks.values())

    def _needed(self, chosen: set[Home]) -> list[Home]:
        """List the chosen steps and all that they cite or use, in a fixed order; attach their files."""
        order: dict[Home, None] = {}
        stack = sorted(chosen, key=lambda home: (home.file.path, home.theorem.line, home.step.line), reverse=True)
        while stack:
            home = stack.pop()
            if home in order:
                continue
            order[home] = None
            try:
                below = self.statements.needs(home)
            except InputError:
                continue  # the judge says what is wrong
            for needed in below:
                self._attach_lemma(needed.file)
            stack += [home for home in reversed(below) if home not in order]
        return list(order)

    def _attach_lemma(self, file: ProofFile) -> None:
        """Attach a file that a lemma stands in; a store or pins that are not well formed are an error."""
        try:
            self._attach(file)
        except InputError as error:
            self.errors.append(error)
            self.stores[Path(file.path)], self.pins[Path(file.path)] = None, Pins(Path(file.path).parent)

    def _wanted(self, home: Home) -> list[tuple[str, Statement]]:
        try:
            wanted: list[tuple[str, Statement]] = []
            if home.step.kind == REFUTE and home.step.witness is None:
                wanted = [(REFUTE_FIRST, self.statements.evaluated(home).statement)]
            elif home.step.kind in (STEP, SHOW, USE):
                wanted = [(PROVE, part.statement) for part in self.statements.links(home)]
            if home.step is home.theorem.steps[-1] and self._has_assumptions(home):
                wanted.append((MODEL, self.statements.setting(home)))
            return wanted
        except InputError:
            return []

    def _has_assumptions(self, home: Home) -> bool:
        return any(isinstance(line, Assumption) for line in home.theorem.lines)

    def _may_search(self, home: Home, kind: str, statement: Statement, chosen: bool) -> bool:
        path = Path(home.file.path)
        store = self.stores.get(path)
        if self.options.search and chosen:
            self.fresh.add(statement.hash)
            return True
        if store is not None and statement.hash in store.section(kind):
            return self.options.update and not _does(kind, statement, store.section(kind)[statement.hash])
        if self.options.search or self.options.update:
            return True
        return kind != MODEL and store is None

    # ---- judging

    def outcomes(self) -> tuple[TheoremOutcome, ...]:
        """Judge every selected step."""
        judge = Judge(self.statements, self.composer, self)
        outcomes = []
        reported: set[Home] = set()  # what is named twice is reported once
        for selection in self.selected:
            for theorem in selection.file.theorems:
                chosen = [home for home in selection.homes() if home.theorem is theorem and home not in reported]
                reported |= set(chosen)
                steps = [judge.outcome(home) for home in chosen]
                if not steps:
                    continue
                model = self._model(Home(selection.file, theorem, theorem.steps[-1]))
                assumptions = tuple(equation_text(line.equation, theorem.names, relation="!=" if line.guard else "")
                                    for line in theorem.lines if isinstance(line, Assumption))
                outcomes.append(TheoremOutcome(selection.file.path, theorem.name, theorem.title, theorem.source,
                                               theorem.line, tuple(steps), assumptions, model))
        if not self.options.update:
            outcomes += self._missing()
        return tuple(outcomes)

    def ledger(self, outcomes: Sequence[TheoremOutcome]) -> list[ClaimOutcome]:
        """Put together what the steps say of the claims in the catalogues of their folders."""
        rows: list[ClaimOutcome] = []
        for folder in dict.fromkeys(Path(selection.file.path).parent for selection in self.selected):
            try:
                claims = catalogue(folder)
            except InputError as error:
                self.errors.append(error)
                continue
            if claims:
                whole = any(selection.top is not None and not selection.theorem for selection in self.selected
                            if Path(selection.file.path).parent == folder)
                rows += ledger(claims, outcomes, whole=whole)
                self.errors += unknown_ids(claims, [one for one in outcomes if Path(one.file).parent == folder])
        return rows

    def _model(self, home: Home) -> Any:
        if not self._has_assumptions(home):
            return None
        try:
            statement = self.statements.setting(home)
        except Unresolved:
            return None
        store = self.stores.get(Path(home.file.path))
        found = self.found.get((MODEL, statement.hash))
        model = instance_from_json(found.witness) if found and found.witness else None
        if model is None and store is not None:
            model = store.models.get(statement.hash)
        return model if model is not None and Judge.meets(statement, model) else None

    def _missing(self) -> list[TheoremOutcome]:
        """Report pinned steps that are not in their file any more, and those of files that are not in their folder."""
        gone: dict[tuple[str, str], TheoremOutcome] = {}
        for file in {id(one.file): one.file for one in self.selected if not one.theorem}.values():
            pins = self.pins[Path(file.path)]
            here = [f"{home.theorem.name}::{home.step.label}" for home in homes(file)]
            gone |= {(file.path, name): _gone(file.path, name, pins) for name in pins.gone(file.path, here)}
        for pins, path in self._lost():
            gone |= {(str(path), name): _gone(str(path), name, pins) for name in pins.gone(path, [])}
        return list(gone.values())

    def _lost(self) -> list[tuple[Pins, Path]]:
        """List pinned files below the folders asked for that are not there any more, with the pins that name them."""
        lost: dict[Path, tuple[Pins, Path]] = {}
        for top in dict.fromkeys(self.tops):
            above = find_pins(top / "any.thm", top)
            for pins in {id(pins): pins for pins in [*self.pins.values(), above]}.values():
                for path in pins.files():
                    if path.is_relative_to(top.resolve()) and (path.is_symlink() or not path.is_file()):
                        lost[path] = pins, top / path.relative_to(top.resolve())
        return list(lost.values())

    # ---- storing

    def save_stores(self) -> None:
        """Write the stores of the selected files: what was found, and what was stored and still belongs to a step."""
        for selection in {selection.file.path: selection for selection in self.selected}.values():
            path = Path(selection.file.path)
            store = self.stores.get(path) or Store()
            wanted = [task for home in homes(selection.file) for task in self._wanted(home)]
            for kind, statement in wanted:
                found = self.found.get((kind, statement.hash))
                if found is None:
                    continue
                if kind == PROVE and found.certificate is not None:
                    store.certificates[statement.hash] = found.certificate
                elif kind != PROVE and found.witness is not None:
                    store.section(kind)[statement.hash] = instance_from_json(found.witness)
            self.stores[path] = store
            store.save(store_path(path), list(dict.fromkeys(statement.hash for _, statement in wanted)))

    def save_pins(self) -> None:
        """Pin the statements of the selected files as they stand now."""
        for pins in {id(pins): pins for pins in self.pins.values()}.values():
            selected = [one for one in self.selected if self.pins[Path(one.file.path)] is pins]
            steps: dict[str, str] = {}
            for home in [home for selection in selected for home in selection.homes()]:
                with suppress(InputError):  # a step whose names stand for nothing fails, pinned or not
                    pin = self.statements.pin(home)
                    steps[pins.key(home.file.path, f"{home.theorem.name}::{home.step.label}")] = pin
            if selected:
                lost = [path for owner, path in self._lost() if owner.folder == pins.folder]
                pins.update([*(one.file.path for one in selected if not one.theorem), *lost], steps)
                pins.save()


def _does(kind: str, statement: Statement, stored: Any) -> bool:
    """Tell whether what is stored for a statement shows what it is there for."""
    if kind != PROVE:
        return Judge.refutes(statement, stored) if kind == REFUTE_FIRST else Judge.meets(statement, stored)
    try:
        certified(statement, stored)
    except (CertificateError, InputError):
        return False
    return True


def _gone(file: str, name: str, pins: Pins) -> TheoremOutcome:
    theorem, _, label = name.partition("::")
    step = StepOutcome(file, theorem, label, "missing", 0, NOT_ESTABLISHED, False, code="missing",
                       reason=f"this step is pinned in {pins.folder / 'pins.json'} but not in the file",
                       suggestion="symcrit check --update drops the pin")
    return TheoremOutcome(file, theorem, "", "", 0, (step,))
