"""Proof files as a folder of static pages: the ledger, every theorem with its steps, and what uses what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import chain, count, pairwise
from pathlib import Path
from urllib.parse import quote

from symcrit import __version__
from symcrit.checker.compose import NotShown, witnessed
from symcrit.checker.library import Home
from symcrit.checker.run import Options, Run
from symcrit.checker.typeset import calculations
from symcrit.errors import InputError
from symcrit.kernel.evaluate import Instance
from symcrit.kernel.named_facts import EXISTENCES, NAMED_FACTS, REFERENCES
from symcrit.kernel.statement import Claim, Declaration
from symcrit.kernel.terms import Term
from symcrit.lang.proof import (
    ILL_FORMED,
    INSTANCE,
    REFUTE,
    STEP,
    USE,
    Abbreviation,
    Assumption,
    Lemma,
    NamedFact,
    ProofFile,
    ProofTheorem,
    Prose,
    Step,
)
from symcrit.report.html import Node, badge, graph, page, terms
from symcrit.report.outcome import WEAKER, CheckReport, ClaimOutcome, StepOutcome, TheoremOutcome
from symcrit.typeset import mathml
from symcrit.typeset.derivation import Passage, Reason, is_brief


def site(paths: Sequence[str | Path], options: Options | None = None) -> tuple[dict[str, str], CheckReport]:
    """Check proof files and write what was found as pages, by their place in a folder.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "t.thm")
    ...     _ = path.write_text("matrix A : n x n\\nstep good: A*pinv(A)*A = A\\nstep bad: A*A = A")
    ...     pages, report = site([path], Options(jobs=1))
    >>> sorted(place for place in pages if "/" not in place), report.exit_code
    (['files.html', 'graph.html', 'index.html'], 1)
    """
    run = Run(options or Options())
    run.read(paths)
    run.search()
    theorems = run.outcomes()
    report = CheckReport(theorems, tuple(run.errors), notes=tuple(run.notes), claims=tuple(run.ledger(theorems)))
    return _Site(run, report).pages(), report


class _Site:
    """The pages of one run."""

    def __init__(self, run: Run, report: CheckReport) -> None:
        self.run, self.report = run, report
        self.files = list({selection.file.path: selection.file for selection in run.selected}.values())
        self.steps = {step.id: step for step in report.steps}
        self.claims = {claim.id for claim in report.claims}
        self.places: dict[str, str] = {}
        self.note = f"symcrit {__version__}. Verdicts come from the kernel; none was typed by hand."
        # where the proofs are on this machine is nothing that a reader of the pages needs to know
        tops = {selection.top for selection in run.selected if selection.top is not None}
        self.elsewhere = sorted(f"{top.parent}/" for top in tops if top.is_absolute())

    def pages(self) -> dict[str, str]:
        found = {self._place(file.path): self._file(file) for file in self.files}
        found |= {"index.html": self._index(), "files.html": self._list(), "graph.html": self._graph()}
        return {place: self._here(text) for place, text in found.items()}

    def _here(self, text: str) -> str:
        """Take out where the folder of the proofs is on this machine."""
        for prefix in self.elsewhere:
            text = text.replace(prefix, "").replace(escape(prefix), "")
        return text

    def _place(self, path: str) -> str:
        """Name the page of a file; files that would have one page get a number."""
        if path not in self.places:
            parts = [part for part in Path(self._here(path)).with_suffix("").parts if part not in ("/", "..")]
            names = chain([""], (f"-{number}" for number in count(2)))
            free = (f"files/{'_'.join(parts)}{end}.html" for end in names)
            self.places[path] = next(place for place in free if place not in self.places.values())
        return self.places[path]

    def _url(self, path: str) -> str:
        return escape(quote(self._place(path)))

    def _link(self, step: str, up: str = "") -> str:
        """Link a step by its id; plain text if it is not among the pages."""
        path, _, rest = step.partition("::")
        short = rest if rest else step
        if step not in self.steps:
            return f"<code>{escape(short)}</code>"
        return f'<a href="{up}{self._url(path)}#{escape(rest)}">{escape(short)}</a>'

    # ---- the ledger ----------------------------------------------------------------------------

    def _index(self) -> str:
        report = self.report
        counts = Counter(claim.verdict for claim in report.claims)
        words = ", ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in counts.most_common())
        steps = ", ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in report.counts().most_common())
        body = [f"<p>{len(report.steps)} steps: {steps or 'none'}.</p>", self._rests_on()]
        body += [f'<div class="box failed"><code>{escape(str(error))}</code></div>' for error in report.errors]
        if not report.claims:
            return page("Checked proofs", "\n".join([*body, self._listing()]), note=self.note)
        title = next((claim.paper for claim in report.claims if claim.paper), "The ledger")
        body.append(f"<p>{len(report.claims)} claims: {words}.</p>")
        body.append(self._filter(list(counts)))
        body += [self._claim(claim) for claim in report.claims]
        return page(title, "\n".join(body), note=self.note)

    def _filter(self, verdicts: Sequence[str]) -> str:
        rules = "".join(f"body:has(#only-{verdict}:checked) .claim:not(.is-{verdict}) {{ display: none; }}"
                        for verdict in verdicts)
        rules += "body:has(#only-argument:checked) .claim:not(.is-argued) { display: none; }"
        choices = [("all", "all"), *((verdict, verdict.replace("_", " ")) for verdict in verdicts),
                   ("argument", "another argument than printed")]
        inputs = "".join(f'<label><input type="radio" name="only" id="only-{name}"'
                         f'{" checked" if name == "all" else ""}> {escape(word)}</label>' for name, word in choices)
        return f"<style>{rules}</style><fieldset><legend>Show</legend>{inputs}</fieldset>"

    def _rests_on(self) -> str:
        rows = []
        for name in self.report.rests_on():
            kind, _, what = name.partition(" ")
            fact = NAMED_FACTS.get(what) or EXISTENCES.get(what)
            told = f"{fact.name}. {REFERENCES[what]}" if fact is not None else ""
            rows.append((kind, f"<code>{escape(what)}</code> {escape(told)}"))
        return "<p>They rest on:</p>" + terms(rows) if rows else "<p>They rest on nothing but their assumptions.</p>"

    def _claim(self, claim: ClaimOutcome) -> str:
        argued = claim.argument not in (None, "proved", "checked")
        shown = [step for step in (self.steps.get(name) for name in claim.steps) if step is not None]
        role: dict[str, list[str]] = {"": [], "corrected": []}
        for step in shown:
            for item in step.settles:
                name, _, what = item.partition(" ")
                if name == claim.id and what in role:
                    role[what].append(self._formula(step))
        rows = [
            ("printed", f"<code>{escape(claim.printed)}</code>"),
            ("formally", "<br>".join(dict.fromkeys(role[""]))),
            ("but", escape("; ".join([*claim.points, *([claim.clash] if claim.clash else [])]))),
            ("false for", _instance(claim.counterexample, {}) if claim.counterexample is not None else ""),
            ("true instead", "<br>".join(dict.fromkeys(role["corrected"]))
             + (" " + badge(claim.corrected_verdict) if claim.corrected_verdict else "")),
            ("argument", badge(claim.argument) if claim.argument else ""),
            ("part of", ", ".join(f'<a href="#{name}">{name}</a>' for name in claim.enclosing)),
            ("note", escape(claim.note)),
            ("rests on", escape(", ".join(claim.rests_on))),
            ("steps", ", ".join(self._link(name) for name in claim.steps))]
        kinds = f"claim box is-{claim.verdict}{' is-argued' if argued else ''}"
        head = (f'<a class="label" href="#{claim.id}"><code>{claim.id}</code></a> {escape(claim.where)} '
                + badge(claim.verdict) + (f" argument: {badge(str(claim.argument))}" if argued else ""))
        return f'<section class="{kinds}" id="{claim.id}">{head}{terms(rows)}</section>'

    def _formula(self, step: StepOutcome) -> str:
        home = self._home(step)
        claim = self._claim_of(home) if home is not None else None
        if home is None or claim is None:
            return f"<code>{escape(step.claim)}</code>"
        return f'<span class="wide">{mathml.math(self._stated(claim, home.theorem))}</span>'

    # ---- one file ------------------------------------------------------------------------------

    def _file(self, file: ProofFile) -> str:
        outcomes = {outcome.name: outcome for outcome in self.report.theorems if outcome.file == file.path}
        parts = [self._theorem(file, theorem, outcomes.get(theorem.name)) for theorem in file.theorems]
        return page(file.path, "\n".join(parts), "../", self.note)

    def _theorem(self, file: ProofFile, theorem: ProofTheorem, outcome: TheoremOutcome | None) -> str:
        head = f'<h2 id="{escape(theorem.name)}">{escape(theorem.title or theorem.name)}</h2>'
        lines = [head, f'<p class="source">{escape(theorem.source)}</p>' if theorem.source else ""]
        letters = ", ".join(_letter(declaration, _names(theorem)) for declaration in theorem.declarations)
        lines.append(f'<p class="wide">Letters: {letters}.</p>' if letters else "")
        names = _names(theorem)
        for before, line in pairwise([None, *theorem.lines]):
            match line:
                case Prose(words=words) if isinstance(before, Prose):  # it goes on
                    lines[-1] = f"{lines[-1].removesuffix('</p>')} {escape(words)}</p>"
                case Prose(words=words):
                    lines.append(f"<p>{escape(words)}</p>")
                case Abbreviation(name=name, term=term):
                    left = mathml.identifier(names.get(term, name), bold=term.shape is not None)
                    lines.append(f'<p class="wide">Write {mathml.math(f"{left}<mo>=</mo>{mathml.term(term)}")}.</p>')
                case Assumption():
                    lead = f"By {EXISTENCES[line.fact].name} there are letters with" if line.fact else "Assume"
                    shown = mathml.equation(line.equation, names, "!=" if line.guard else "")
                    label = f' <span class="label">({escape(line.label)})</span>' if line.label else ""
                    lines.append(f'<p class="wide">{lead} {mathml.math(shown)}{label}</p>')
                case NamedFact(name=name):
                    lines.append(f"<p>The named fact <code>{escape(name)}</code> is assumed.</p>")
                case Step():
                    lines.append(self._step(Home(file, theorem, line)))
                case Lemma():
                    pass
        if outcome is not None and outcome.model is not None:
            model = _instance(outcome.model, names)
            lines.append(f"<details><summary>A model of the assumptions</summary>{model}</details>")
        return "\n".join(filter(None, lines))

    def _step(self, home: Home) -> str:
        step, outcome = home.step, self.steps.get(home.id)
        name = f"{home.theorem.name}::{step.label}"
        shown = "".join(self._said(home))
        if outcome is None:
            return f'<div class="box" id="{escape(name)}"><span class="label">{escape(step.label)}</span> {shown}</div>'
        meant = step.kind in (REFUTE, ILL_FORMED) and outcome.success
        head = (f'<a class="label" href="#{escape(name)}">{escape(step.label)}</a> '
                f"{badge(outcome.verdict, meant=meant, success=outcome.success)}")
        inside = f"{head}{shown}{self._facts(outcome, _names(home.theorem))}{self._calculations(home)}"
        return f'<div class="box" id="{escape(name)}">{inside}</div>'

    def _said(self, home: Home) -> Iterator[str]:
        step, theorem = home.step, home.theorem
        if step.kind in (INSTANCE, ILL_FORMED):
            outcome = self.steps.get(home.id)
            yield f'<p class="wide"><code>{escape(outcome.claim if outcome else step.words)}</code></p>'
            return
        if len(step.links) > 1:
            for number, link in enumerate(step.links):
                row = mathml.equation(link.claim.equation, _names(theorem))
                if number:
                    left = mathml.term(link.claim.equation.left, _names(theorem))
                    row = row.removeprefix(left)
                reason = ", ".join(reference.name for reference in link.reason)
                yield f'<p class="wide">{mathml.math(row)}{f" by {escape(reason)}" if reason else ""}</p>'
            return
        claim = self._claim_of(home)
        if claim is not None:
            yield f'<p class="wide">{mathml.math(self._stated(claim, theorem))}{self._witness(home, claim)}</p>'

    def _witness(self, home: Home, claim: Claim) -> str:
        """Show the matrix that a proof of existence names."""
        if claim.unknown is None or home.step.kind != STEP:
            return ""
        try:
            certificate, = self.run.composer.shown(home).certificates
        except (NotShown, InputError):
            return ""
        term = mathml.term(witnessed(certificate)[1], _names(home.theorem))
        return f", with {mathml.math(f'{mathml.identifier(claim.unknown.name, bold=True)}<mo>=</mo>{term}')}"

    def _calculations(self, home: Home) -> str:
        """Show the calculations that the certificates amount to, folded away."""
        try:
            found = calculations(self.run, home, self.run.composer.shown(home)) if home.step.kind == STEP else ()
        except (NotShown, InputError):
            return ""
        parts = []
        for number, passages in enumerate(found, 1):
            if passages and not is_brief(passages):
                summary = f"Relation {number} in detail" if len(found) > 1 else "In detail"
                label = home.step.label if len(found) == 1 else f"{home.step.label}.{number}"
                inside = "".join(_passage(passage, home, label) for passage in passages)
                parts.append(f"<details><summary>{summary}</summary>{inside}</details>")
        return "".join(parts)

    def _facts(self, outcome: StepOutcome, names: Mapping[Term, str]) -> str:
        size = sum(proof.terms for proof in outcome.proofs)
        degree = max((proof.max_degree for proof in outcome.proofs), default=0)
        near = {use: f"{outcome.file}::{use}" if "::" in use else f"{outcome.file}::{outcome.theorem}::{use}"
                for use in outcome.uses}
        uses = ", ".join(f'<a href="#{near[use].removeprefix(f"{outcome.file}::")}">{escape(use)}</a>'
                         if near[use] in self.steps else self._link(use, "../") if use in self.steps else escape(use)
                         for use in outcome.uses)
        settles = ", ".join(f'<a href="../index.html#{item.partition(" ")[0]}">{escape(item)}</a>'
                            if item.partition(" ")[0] in self.claims else escape(item) for item in outcome.settles)
        rows = [
            ("by", uses), ("rests on", escape(", ".join(outcome.rests_on))),
            ("given", escape("; ".join(outcome.guards))),
            ("false for", _instance(outcome.witness, names) if outcome.witness is not None else ""),
            ("", escape(outcome.reason)), ("settles", settles),
            ("certificate", f"{size} term{'s' * (size != 1)} of degree at most {degree}" if outcome.proofs else ""),
            ("time", f"{outcome.seconds:.2f} s" if outcome.seconds >= 0.01 else ""),
            ("statement", f"<code>{outcome.statement_hash[:16]}</code>" if outcome.statement_hash else "")]
        return f'<div class="facts">{terms(rows)}</div>'

    # ---- the rest ------------------------------------------------------------------------------

    def _list(self) -> str:
        return page("Proof files", self._listing(), note=self.note)

    def _listing(self) -> str:
        lines = []
        for file in self.files:
            lines.append(f'<h2><a href="{self._url(file.path)}">{escape(file.path)}</a></h2><ul>')
            for outcome in (one for one in self.report.theorems if one.file == file.path):
                failed = sum(not step.success for step in outcome.steps)
                lines.append(f'<li><a href="{self._url(file.path)}#{escape(outcome.name)}">'
                             f"{escape(outcome.title or outcome.name)}</a> "
                             f"{badge(outcome.verdict, success=not failed)}</li>")
            lines.append("</ul>")
        return "\n".join(lines)

    def _graph(self) -> str:
        """Draw which theorems use which; the colour is the weakest verdict of a theorem and of all that it uses."""
        edges: dict[str, list[str]] = {}
        known = {f"{outcome.file}::{outcome.name}": outcome for outcome in self.report.theorems}
        for name, outcome in known.items():
            used = [use.rpartition("::")[0] for step in outcome.steps for use in step.uses]
            used = [use if use in known else f"{outcome.file}::{use}" for use in used]
            edges[name] = [use for use in dict.fromkeys(used) if use in known and use != name]
        verdicts = {name: outcome.verdict for name, outcome in known.items()}
        changed = True
        while changed:  # verdicts only get weaker, so this ends
            changed = False
            for name, used in edges.items():
                weakest = max([verdicts[name], *(verdicts[use] for use in used)], key=WEAKER.index)
                changed, verdicts[name] = changed or weakest != verdicts[name], weakest
        nodes = [Node(name, outcome.name, f"{quote(self._place(outcome.file))}#{outcome.name}", verdicts[name])
                 for name, outcome in known.items() if edges[name] or any(name in used for used in edges.values())]
        told = (f"<p>{len(nodes)} theorems that use another one or are used; what is used stands to the left. The "
                "colour is the weakest verdict of a theorem and of all that it uses.</p>")
        return page("What uses what", f'{told}<div class="wide box">{graph(nodes, edges)}</div>', note=self.note)

    def _home(self, step: StepOutcome) -> Home | None:
        for file in self.files:
            for theorem in file.theorems:
                if (file.path, theorem.name) == (step.file, step.theorem):
                    return next((Home(file, theorem, one) for one in theorem.steps if one.label == step.label), None)
        return None

    def _claim_of(self, home: Home) -> Claim | None:
        if home.step.kind in (INSTANCE, ILL_FORMED):
            return None
        try:
            return self.run.statements.claim(home) if home.step.kind == USE else home.step.claim
        except InputError:
            return None

    @staticmethod
    def _stated(claim: Claim, theorem: ProofTheorem) -> str:
        shown = mathml.equation(claim.equation, _names(theorem))
        if claim.unknown is None:
            return shown
        return f"<mo>∃</mo>{mathml.identifier(claim.unknown.name, bold=True)}<mo>:</mo>{shown}"


def _passage(passage: Passage, home: Home, label: str) -> str:
    """Show one calculation, the equation that follows from it, and the number of a lemma."""
    names, rows = _names(home.theorem), []
    for number, line in enumerate(passage.lines):
        formula = mathml.term(line.term, names)
        relation = f"<mo>{mathml.RELATIONS[line.relation]}</mo>" if number else ""
        rows.append(f"{mathml.math(f'{relation}{formula}')} {_because(line.reasons, label)}".rstrip())
    if passage.so is not None:
        why = _because(passage.by, label)
        rows.append(f"{f'{why}, so' if why else 'so'} {mathml.math(mathml.equation(passage.so, names))}")
    if passage.number:
        rows[-1] += f" ({escape(label)}.{passage.number})"
    return "".join(f'<p class="wide">{row}</p>' for row in rows)


def _because(reasons: Sequence[Reason], label: str) -> str:
    """Say what a line is by."""
    parts = []
    for reason in reasons:
        if reason.label or reason.lemma:
            parts.append(f"by {escape(reason.label or f'({label}.{reason.lemma})')}")
        elif reason.argument is not None:
            words = f"by Penrose {reason.penrose} for" if reason.penrose else "by the inverse of"
            parts.append(f"{words} {mathml.math(mathml.term(reason.argument))}")
        elif reason.said:
            parts.append(f"as {escape(reason.said)}")
    return ", ".join(parts)


def _names(theorem: ProofTheorem) -> dict[Term, str]:
    """Name the abbreviations of a theorem, and letters that would look alike."""
    sizes = {size for declaration in theorem.declarations for size in declaration.shape or ()}
    return mathml.told_apart([declaration.letter for declaration in theorem.declarations], theorem.names, sizes)


def _letter(declaration: Declaration, names: Mapping[Term, str]) -> str:
    letter = mathml.term(declaration.letter, names)
    if declaration.shape is None:
        return mathml.math(letter)
    rows, cols = (f"<mn>{size}</mn>" if isinstance(size, int) else mathml.identifier(size)
                  for size in declaration.shape)
    words = f" ({', '.join(declaration.properties)})" if declaration.properties else ""
    return mathml.math(f"{letter}<mo>∈</mo><msup><mi>ℝ</mi><mrow>{rows}<mo>×</mo>{cols}</mrow></msup>") + escape(words)


def _instance(instance: Instance, names: Mapping[Term, str]) -> str:
    alike = {name.removeprefix(mathml.VERBATIM): name for name in names.values() if name.startswith(mathml.VERBATIM)}
    parts = [f"{mathml.identifier(alike.get(name, name))}<mo>=</mo><mn>{value}</mn>"
             for name, value in {**instance.sizes, **instance.scalars}.items()]
    parts += [f"{mathml.identifier(alike.get(name, name), bold=True)}<mo>=</mo>{mathml.matrix(value)}"
              for name, value in instance.matrices.items()]
    return ", ".join(map(mathml.math, parts))
