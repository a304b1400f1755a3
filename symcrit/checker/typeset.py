"""Proof files as LaTeX: they are checked, and what the check found becomes the evidence for every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from symcrit.checker.compose import NotShown, Shown, specialised
from symcrit.checker.library import Home, Unresolved
from symcrit.checker.run import Options, Run
from symcrit.checker.survey import survey
from symcrit.errors import CertificateError, InputError, TooLarge
from symcrit.kernel import Instance, Theorem, violated
from symcrit.kernel.named_facts import EXISTENCES, NAMED_FACTS
from symcrit.kernel.statement import Statement
from symcrit.kernel.terms import Term
from symcrit.lang.proof import CHECK, GAP, ILL_FORMED, INSTANCE, OPEN, REFUTE, STEP
from symcrit.report.outcome import CheckReport, StepOutcome
from symcrit.typeset.derivation import Passage, derivation
from symcrit.typeset.evidence import Evidence
from symcrit.typeset.proof_latex import Piece, theorem_pieces, whole


@dataclass(frozen=True)
class Page:
    """A theorem as LaTeX, in pieces; `asked` is the path that it was asked for by."""

    asked: str
    file: str
    theorem: str
    pieces: tuple[Piece, ...]

    @property
    def latex(self) -> str:
        """The whole fragment."""
        return whole(self.pieces)


@dataclass(frozen=True)
class Typeset:
    """The pages of some proof files; `report` has the verdicts, and the files that are not well formed."""

    pages: tuple[Page, ...]
    report: CheckReport


def typeset(paths: Sequence[str | Path], options: Options | None = None) -> Typeset:
    """Check proof files and print their theorems; gaps and facts are named on the page, whether allowed or not.

    A path may go on with `::theorem` and `::step`, as in `check`.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "t.thm")
    ...     _ = path.write_text("matrix A : n x n\\nstep good: A*pinv(A)*A = A\\nstep bad: A*A = A")
    ...     made = typeset([path], Options(jobs=1))
    >>> [(piece.label, "Proved" in piece.latex) for piece in made.pages[0].pieces]
    [('', False), ('good', True), ('bad', False)]
    >>> typeset(["no_such_file.thm"]).report.exit_code
    4
    """
    run = Run(replace(options or Options(), permit=(*NAMED_FACTS, *EXISTENCES), allow_gaps=True))
    run.read(paths)
    run.search()
    theorems = run.outcomes()
    report = CheckReport(theorems, tuple(run.errors), notes=tuple(run.notes), claims=tuple(run.ledger(theorems)))
    outcomes = {(step.file, step.theorem, step.label): step for step in report.steps}
    chosen = [(selection, theorem) for selection in run.selected for theorem in selection.file.theorems
              if selection.theorem in ("", theorem.name)]
    names = Counter(theorem.name for _, theorem in chosen)
    pages = []
    for selection, theorem in chosen:
        file = selection.file
        evidence = {step.label: evidence_of(run, Home(file, theorem, step),
                                            outcomes.get((file.path, theorem.name, step.label)))
                    for step in theorem.steps}
        pieces = theorem_pieces(theorem, evidence, only=selection.step, anchors=names[theorem.name] == 1)
        pages.append(Page(selection.asked, file.path, theorem.name, tuple(pieces)))
    return Typeset(tuple(pages), report)


def evidence_of(run: Run, home: Home, outcome: StepOutcome | None) -> Evidence:
    """Collect what a run found for one step: the kernel's theorem, or a counterexample."""
    reason = "" if outcome is None or outcome.success else outcome.reason
    witness = outcome.witness if outcome is not None else None
    try:
        if home.step.kind in (GAP, OPEN):
            return Evidence()
        if home.step.kind == INSTANCE:
            return _point(home, reason)
        if home.step.kind == ILL_FORMED:
            return Evidence(reason=home.step.clash)
        if home.step.kind == CHECK:
            return _surveyed(run.statements.evaluated(home).statement, witness, reason)
        if home.step.kind == REFUTE:
            statement = run.statements.evaluated(home).statement
            return Evidence(statement, witness if outcome and outcome.success else None, reason=reason)
        closed, lemma = run.statements.closed(home), _title(run, home)
        try:
            shown = run.composer.shown(home)
        except NotShown:
            return _refuted(run, home, outcome) or Evidence(closed, lemma=lemma, reason=reason)
        uses = outcome.uses if outcome is not None else ()
        return Evidence(closed, shown.theorem, _witness(home, shown), uses, lemma, reason,
                        calculations=calculations(run, home, shown),
                        terms=sum(proof.terms for proof in outcome.proofs) if outcome is not None else 0)
    except (Unresolved, InputError, TooLarge):
        return Evidence(reason=reason)


def calculations(run: Run, home: Home, shown: Shown) -> tuple[tuple[Passage, ...], ...]:
    """Turn the certificates of a step into calculations, one for each relation; empty where too long."""
    if home.step.kind != STEP:
        return ()
    made = []
    for part, certificate in zip(run.statements.links(home), shown.certificates, strict=True):
        labels = {equation: line.label or f"line {line.line}"
                  for line, equation in zip(part.cited, part.statement.hypotheses, strict=True)}
        made.append(derivation(certificate, [term for _, term in home.theorem.lets], labels))
    return tuple(made)


def _point(home: Home, reason: str) -> Evidence:
    from symcrit.checker.instances import holds

    return Evidence(reason=reason, holds=lambda: holds(Path(home.file.path).parent / home.step.file, home.step))


def _surveyed(statement: Statement, witness: Instance | None, reason: str) -> Evidence:
    if witness is not None:
        return Evidence(statement, witness, reason=reason)
    return Evidence(statement, reason=reason, surveyed=lambda: str(survey(statement)))


def _title(run: Run, home: Home) -> str:
    """Name the lemma of a `use` step as its own file does."""
    if home.step.lemma is None:
        return ""
    found = run.library.lemma(home)
    return found.theorem.title or found.theorem.name if isinstance(found, Home) else found.name


def _witness(home: Home, shown: Shown) -> tuple[Term, Theorem] | None:
    """Return the witness of a step that says that something exists, with the theorem that it is one."""
    if home.step.claim is None or home.step.claim.unknown is None:
        return None
    theorem, witness = specialised(shown.certificates[0])
    return witness, theorem


def _refuted(run: Run, home: Home, outcome: StepOutcome | None) -> Evidence | None:
    """Find the relation of a step that a counterexample to it violates, though it meets every assumption above."""
    if outcome is None or outcome.witness is None:
        return None
    for part in run.statements.links(home) if home.step.claim is not None else []:
        statement = run.statements.everything(home, part).statement
        try:
            if violated(statement, outcome.witness):
                return Evidence(statement, outcome.witness)
        except CertificateError:
            continue  # it meets what is cited, not everything above
    return None
