r"""Theorems of proof files as LaTeX: every line in the author's order and notation, every step with its verdict.

A fragment uses amsmath and amssymb and no private macros. Verdicts follow from evidence, see `evidence`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from symcrit.errors import InputError
from symcrit.kernel import terms, walk
from symcrit.kernel.named_facts import EXISTENCES, NAMED_FACTS
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement
from symcrit.kernel.terms import Term
from symcrit.lang.proof import (
    GAP,
    ILL_FORMED,
    INSTANCE,
    OPEN,
    REFUTE,
    Abbreviation,
    Assumption,
    Lemma,
    Line,
    NamedFact,
    ProofTheorem,
    Prose,
    Step,
)
from symcrit.typeset.calculation_latex import CalculationPrinter
from symcrit.typeset.derivation import is_brief
from symcrit.typeset.display import Row, chained, listed
from symcrit.typeset.evidence import Evidence, Standing, standings
from symcrit.typeset.latex import (
    Printer,
    belongs,
    conditions,
    declared,
    joined,
    supposed,
    symbols_of,
    values_latex,
)
from symcrit.typeset.lines import WIDTH, solid, width
from symcrit.typeset.notation import prose, symbol
from symcrit.typeset.words import RIGHT, at_the_right, breakable, fragment, not_established, sentence, upper

_SAFE = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)
_LEADS = {GAP: "let us take for granted that", OPEN: "it is left open whether"}
_WORDS = {GAP: "A gap: nothing shows this.", OPEN: "Open: nobody has decided this."}


class Piece(NamedTuple):
    """The LaTeX of a step, or (without a label) of what stands between steps."""

    label: str
    latex: str


def theorem_latex(theorem: ProofTheorem, evidence: Mapping[str, Evidence]) -> str:
    r"""Print a theorem of a proof file, its steps with the verdicts that follow from evidence, by label.

    >>> from symcrit.lang.proof_parser import parse_proofs
    >>> theorem = parse_proofs("theorem t\nmatrix A : n x n\nassume h: A*A = A\nstep s: A*A*A = A by h").theorems[0]
    >>> print(theorem_latex(theorem, {}), end="")
    \begingroup\sloppy\allowdisplaybreaks
    \paragraph{t.}
    Let $\mathbf{A} \in \mathbb{R}^{n \times n}$.
    Suppose that
    \begin{align*}
    \mathbf{A} \mathbf{A} &= \mathbf{A} \tag{h}\label{t:h}
    \end{align*}
    It is claimed, by \eqref{t:h}, that
    \begin{align*}
    \mathbf{A} \mathbf{A} \mathbf{A} &= \mathbf{A} \tag{s}\label{t:s}
    \end{align*}
    \emph{Not established.}
    \par\endgroup
    >>> theorem_latex(theorem, {"s": "proved"})
    Traceback (most recent call last):
    symcrit.errors.InputError: 'proved' is no evidence
    """
    return whole(theorem_pieces(theorem, evidence))


def whole(pieces: Iterable[Piece]) -> str:
    r"""Put the pieces of a theorem together.

    >>> print(whole([Piece("", "Let this be so.\n"), Piece("s", "So it is.\n\n")]), end="")
    \begingroup\sloppy\allowdisplaybreaks
    Let this be so.
    So it is.
    \par\endgroup
    """
    return fragment(["".join(piece.latex for piece in pieces).rstrip("\n")])


def theorem_pieces(theorem: ProofTheorem, evidence: Mapping[str, Evidence], *, only: str = "",
                   anchors: bool = True) -> list[Piece]:
    r"""Print a theorem in pieces: its steps (or only one), and what stands between them.

    `anchors` puts a `\label{theorem:step}` behind every tag; leave them out where two theorems have one name.

    >>> from symcrit.lang.proof_parser import parse_proofs
    >>> theorem = parse_proofs("matrix A : n x n\ngap s: A = A'").theorems[0]
    >>> [piece.label for piece in theorem_pieces(theorem, {})]
    ['', 's']
    >>> theorem_pieces(theorem, {"s": True})
    Traceback (most recent call last):
    symcrit.errors.InputError: True is no evidence
    """
    for one in evidence.values():
        if not isinstance(one, Evidence):
            raise InputError(f"{one!r} is no evidence", "give what checking the step found")
    return list(_Page(theorem, evidence, only, anchors).pieces())


# ---- a theorem ---------------------------------------------------------------------------------


class _Page:
    """One theorem while it is printed, line by line."""

    def __init__(self, theorem: ProofTheorem, evidence: Mapping[str, Evidence], only: str, anchors: bool) -> None:
        self.theorem, self.evidence, self.only = theorem, evidence, only
        self.standings = standings(theorem, evidence)
        claims = [step.claim for step in theorem.steps if step.claim is not None]
        roots = _roots(theorem, claims, evidence.values())
        nodes = walk.postorder(roots)
        used = set(nodes)
        self.letters = _letters(theorem.declarations, nodes, [claim.unknown for claim in claims])
        self.lets = [(name, term) for name, term in theorem.lets if term.args and term in used]
        self.printer = Printer(symbols_of(roots, theorem.declarations, claims, self.lets))
        self.said: set[str] = set()  # conditions that were said
        self.tags: dict[str, str] = {}
        self.by_line: dict[str, str] = {}  # `line 7` to the name of the assumption there
        self._choose_tags()
        self.anchors = {name: f"{theorem.name}:{name}" for name in self.tags if anchors
                        and _SAFE.fullmatch(theorem.name + name) and self._is_printed(name)}

    def _choose_tags(self) -> None:
        """Choose what stands in parentheses: labels, and stars for assumptions without one that are used."""
        used = {name for one in self.evidence.values() for name in one.uses}
        starred = []
        for line in self.theorem.lines:
            if isinstance(line, (Assumption, Step)) and line.label:
                self.tags[line.label] = prose(line.label)
            elif isinstance(line, Assumption) and not line.guard and f"line {line.line}" in used:
                starred.append(line)
        for number, line in enumerate(starred, 1):
            name = f"assumption.{number}"
            self.by_line[f"line {line.line}"] = name
            self.tags[name] = r"$\ast$" if len(starred) == 1 else rf"$\ast_{{{number}}}$"

    def _is_printed(self, name: str) -> bool:
        return self.only in ("", name) or all(step.label != name for step in self.theorem.steps)

    def pieces(self) -> Iterator[Piece]:
        """Print the heading, then setting and steps in their order."""
        title = sentence(prose(self.theorem.title or self.theorem.name))
        source = rf" \emph{{{sentence(prose(self.theorem.source))}}}" if self.theorem.source else ""
        lines = [rf"\paragraph{{{title}}}{source}", *declared(self.letters, self.printer)]
        before: Line | None = None
        for group in _groups(self.theorem.lines):
            step = group[0]
            if not isinstance(step, Step):
                goes_on = isinstance(step, Prose) and isinstance(before, Prose)
                lines += self._setting(group, [] if goes_on else lines)
                before = group[-1]
                continue
            written = _Written(self, step, before.words if isinstance(before, Prose) else "").lines()
            before = step
            if self.only in ("", step.label):
                yield from _piece("", lines)
                lines = []
                yield from _piece(step.label, written)
        yield from _piece("", lines)

    def _setting(self, group: Sequence[Line], before: Sequence[str]) -> list[str]:
        match group[0]:
            case Abbreviation():
                rows = [self.printer.definition(line.name, line.term) for line in group
                        if isinstance(line, Abbreviation) and (line.name, line.term) in self.lets]
                return ["Write", *listed(rows)] if rows else []
            case Assumption():
                lines = [line for line in group if isinstance(line, Assumption)]
                return self._obtained(lines) if lines[0].fact else self._assumed(lines)
            case Prose(words=words):
                return ["", prose(words)] if before else [prose(words)]
            case NamedFact(name=name):
                title = f" ({prose(NAMED_FACTS[name].name)})" if name in NAMED_FACTS else ""
                return [rf"The named fact \emph{{{prose(name)}}}{title} is assumed, not proved here."]
        return []

    def _obtained(self, lines: Sequence[Assumption]) -> list[str]:
        """Print the equations of an `obtain` line; they share one label."""
        rows = [self.row(line.equation, line.label if line is lines[-1] else "") for line in lines]
        return [f"By {prose(EXISTENCES[lines[0].fact].name)} there are letters with", *listed(rows)]

    def _assumed(self, lines: Sequence[Assumption]) -> list[str]:
        rows = []
        for line in lines:
            name = line.label or self.by_line.get(f"line {line.line}", "")
            row = self.row(line.equation, name)
            if not line.guard:
                rows.append(row)
            elif line.label:  # a guard that can be cited
                rows.append(row._replace(relation="!="))
                self.new_conditions(self._statement((), (line.equation,)))
        plain = tuple(line.equation for line in lines if not line.guard)
        guards = tuple(line.equation for line in lines if line.guard and not line.label)
        made = ["Suppose that", *listed(rows)] if rows else []
        return made + supposed(self.new_conditions(self._statement(plain, guards)))

    def _statement(self, hypotheses: tuple[Equation, ...], guards: tuple[Equation, ...]) -> Statement:
        nothing = Equation(terms.number(0), terms.number(0))
        return Statement(self.theorem.declarations, hypotheses, guards, (Claim(nothing),))

    def new_conditions(self, statement: Statement) -> list[str]:
        """List the conditions of a statement that were not said before."""
        parts = [part for part in conditions(statement, self.printer) if part not in self.said]
        self.said.update(parts)
        return parts

    def row(self, equation: Equation, name: str = "") -> Row:
        """Print an equation, with the tag of a label."""
        return self.printer.equation(equation, self.tags.get(name, ""), self.anchors.get(name, ""))

    def references(self, names: Sequence[str]) -> str:
        """Print labels as references, or as they stand where nothing here has them."""
        known = [self.by_line.get(name, name) for name in names]
        return joined([rf"\eqref{{{self.anchors[name]}}}" if name in self.anchors
                       else f"({self.tags.get(name, prose(name))})" for name in known])

    def width_of(self, names: Sequence[str]) -> float:
        """Estimate the width of references with the words around them."""
        return width("by " + " and ".join(f"({self.tags.get(name, name)})" for name in names))


def _piece(label: str, lines: Sequence[str]) -> Iterator[Piece]:
    if lines:
        yield Piece(label, "\n".join(lines) + "\n")


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Put neighbouring abbreviations together, and neighbouring assumptions; lemmas are named where they are used."""
    groups: list[list[Line]] = []
    for line in lines:
        if isinstance(line, Lemma):
            continue
        if groups and _together(groups[-1][0], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _together(first: Line, line: Line) -> bool:
    """Tell whether two neighbouring lines print as one."""
    if isinstance(first, Assumption) and isinstance(line, Assumption):
        return first.fact == line.fact and (not first.fact or first.line == line.line)
    return isinstance(first, Abbreviation) and isinstance(line, Abbreviation)


def _letters(declarations: Sequence[Declaration], nodes: Sequence[Term], unknowns: Sequence[Declaration | None],
             ) -> list[Declaration]:
    """Leave out letters that a theorem does not use, shared ones say; every size needs some letter that has it."""
    used = {str(node.data) for node in nodes if node.op in ("matrix", "scalar")}
    shapes = [node.shape for node in nodes if node.op in ("identity", "zero")]
    shapes += [unknown.shape for unknown in unknowns if unknown is not None]
    missing = {size for shape in shapes for size in shape or () if isinstance(size, str)}
    for declaration in declarations:
        if declaration.name in used:
            missing -= set(declaration.shape or ())
    chosen = []
    for declaration in declarations:
        if declaration.name in used or missing & set(declaration.shape or ()):
            missing -= set(declaration.shape or ())
            chosen.append(declaration)
    return chosen


def _roots(theorem: ProofTheorem, claims: Sequence[Claim], evidence: Collection[Evidence]) -> list[Term]:
    """List all terms that may be printed."""
    equations = [line.equation for line in theorem.lines if isinstance(line, Assumption)]
    equations += [claim.equation for claim in claims]
    equations += [link.claim.equation for step in theorem.steps for link in step.links]
    equations += [claim.equation for one in evidence if one.statement is not None for claim in one.statement.claims]
    values = [value for step in theorem.steps for value in step.values.values()]
    values += [one.witness[0] for one in evidence if one.witness is not None]
    return [side for equation in equations for side in (equation.left, equation.right)] + values


# ---- a step ------------------------------------------------------------------------------------


@dataclass
class _Written:
    """One step while it is printed: what it says, what it uses, and its verdict."""

    page: _Page
    step: Step
    before: str  # the prose right above
    known: Evidence = field(init=False)
    standing: Standing = field(init=False)

    def __post_init__(self) -> None:
        self.known = self.page.evidence.get(self.step.label, Evidence())
        self.standing = self.page.standings[self.step.label]

    def lines(self) -> list[str]:
        """Print the step."""
        step, statement = self.step, self.known.statement
        head = [f"% {step.label} settles {', '.join(step.settles)}"] if step.settles else []
        if step.kind == INSTANCE:
            return [*head, *self._point(), ""]
        if step.kind == ILL_FORMED:
            return [*head, *self._misfit(), ""]
        claim = step.claim or (statement.claims[0] if statement is not None else None)
        if claim is None:  # of `use`, where its lemma is not to be found
            return [*head, f"{' '.join(self._lead('something follows'))}.", *self._verdict(None), ""]
        lines = self._chain() if step.links else self._single(claim)
        if statement is not None:
            lines += supposed(self.page.new_conditions(statement))
        lines += [*self._instance(claim), *self._calculations(), *self._verdict(claim)]
        return [*head, *at_the_right(lines), ""]

    # ---- what it says

    def _single(self, claim: Claim) -> list[str]:
        unknown = claim.unknown
        there = f"there is {belongs(unknown, self.page.printer)} such that" if unknown is not None else ""
        return [*self._lead(there), *listed([self.page.row(claim.equation, self.step.label)])]

    def _lead(self, there: str) -> list[str]:
        """Start the sentence that the claim ends, or go on with the prose above."""
        words = self._start(there)
        if not self.before or self.before.endswith((".", "?", "!")):
            return [upper(words)]
        if self.step.links or not self.standing.proved or there:
            return [words]
        reason = self._reason()
        if not reason:
            return []
        return [f"{reason},"] if self.before.endswith((":", ",", ";")) else [f"({reason})"]

    def _start(self, there: str) -> str:
        """Say how the claim stands; what is not proved says so before the formula."""
        step, standing = self.step, self.standing
        if step.kind == REFUTE:
            cited = self.page.references([reference.name for reference in step.by or ()])
            start = f"does not follow from {cited} that" if cited else "is not true that"
            claimed = "it" if standing.counterexample is not None else "it is claimed, but not shown, that it"
            return f"{claimed} {start} {there}".rstrip()
        if step.kind in _LEADS:
            return f"{_LEADS[step.kind]} {there}".rstrip()
        reason = "" if step.links else self._reason()
        if not standing.proved:
            return f"it is claimed{f', {reason},' if reason else ''} that {there}".rstrip()
        return f"{reason}, {there}".rstrip() if reason else there or "we have"

    def _reason(self) -> str:
        """Say what a step uses: the lemma of a `use` step, and labels: the author's, else those of the proof."""
        names = self.known.uses if self.step.by is None else [reference.name for reference in self.step.by]
        labels = [name for name in names if "::" not in name]  # the step that a `use` step uses is its lemma
        cited = f"by {self.page.references(labels)}" if labels else ""
        lemma = self.step.lemma
        if lemma is None:
            return cited
        known = any(isinstance(line, NamedFact) and line.name == lemma.name for line in self.page.theorem.lines)
        title = f" ({prose(self.known.lemma)})" if self.known.lemma else ""
        put = [f"${symbol(letter, value.shape is not None)} := {self.page.printer.line(value)}$"
               for letter, value in self.step.values.items()]
        told = rf"by the {'named fact' if known else 'lemma'} \emph{{{prose(lemma.name)}}}{title}"
        told += f" for {joined(put)}" if put else ""
        return f"{told}, which applies {cited}" if cited else told

    def _chain(self) -> list[str]:
        """Print one relation a line, its reason at the right; after the display where there is no room."""
        links = self.step.links
        rows = [self.page.row(link.claim.equation) for link in links]
        rows = [rows[0], *(row._replace(left="") for row in rows[1:])]
        tagged = self.page.row(links[-1].claim.equation, self.step.label)
        rows[-1] = rows[-1]._replace(tag=tagged.tag, anchor=tagged.anchor)
        names = [[reference.name for reference in link.reason] for link in links]
        reasons = [f"by {self.page.references(cited)}" if cited else "" for cited in names]
        lead = self._lead("")
        lines, told = chained(rows, reasons, max(self.page.width_of(cited) for cited in names))
        if told or not any(reasons):
            return [*lead, *lines]
        given = [reason or "by what is above" for reason in reasons]
        return [*lead, *lines, f"Here the relations hold, in their order: {'; '.join(given)}."]

    def _point(self) -> list[str]:
        step = self.step
        says = f"has {prose(step.predicate)} ${step.expected}$"
        if isinstance(step.expected, bool):
            says = f"is {'' if step.expected else 'not '}{prose(step.predicate)}"
        line = rf"The point of \texttt{{{breakable(prose(step.file))}}} {says}."
        if self.known.holds is None:
            return [line, *not_established(self.known.reason)]
        wrong = self.known.holds()
        return [line, *(not_established(wrong) if wrong else [r"\emph{Checked exactly.}"])]

    def _misfit(self) -> list[str]:
        written = rf"\texttt{{{breakable(prose(self.step.words))}}}"
        if not self.step.clash:
            return [f"{written} is said not to fit together, but it does.", *not_established(self.known.reason)]
        return [f"As it stands {written} does not fit together: {breakable(prose(self.step.clash))}."]

    def _calculations(self) -> list[str]:
        """Print the calculations that the certificates amount to, one for each relation that needs one."""
        page, calculations = self.page, self.known.calculations
        printer = CalculationPrinter(page.printer, page.references, page.width_of, self.step.label,
                                     page.anchors.get(self.step.label, ""))
        many = len(calculations) > 1
        if len(calculations) == 1 and not calculations[0]:
            terms = f"{self.known.terms} term{'s' * (self.known.terms != 1)}"
            return [f"The certificate, of {terms}, has no short calculation and is not written out."]
        if len(calculations) == 1 and is_brief(calculations[0]):
            said = printer.briefly(calculations[0][0], told=True)
            return [said] if said else []
        lines = []
        for number, passages in enumerate(calculations, 1):
            if passages and not is_brief(passages):
                one = printer if not many else replace(printer, label=f"{printer.label}.{number}",
                                                       anchor=printer.anchor and f"{printer.anchor}:{number}")
                lines += one.lines(passages, f"For relation {number} in detail" if many else "In detail")
        return lines

    # ---- whether it holds

    def _verdict(self, claim: Claim | None) -> list[str]:
        step, standing, verdict = self.step, self.standing, self.standing.verdict
        if step.kind in _WORDS:
            return [rf"\emph{{{_WORDS[step.kind]}}}"]
        if self.known.surveyed is not None and not self.known.reason:
            return [rf"\emph{{{upper(prose(self.known.surveyed()))}; not proved.}}"]
        if verdict is None or claim is None:
            return not_established(self.known.reason)
        if standing.counterexample is not None:
            return [verdict.latex(self.page.printer.symbols),
                    *values_latex(verdict.statement, standing.counterexample, self.page.printer)]
        told = verdict.latex(self.page.printer.symbols, self.page.references(standing.gaps))
        plain = not standing.gaps and "\n" not in told
        lines = [f"{RIGHT}{{{told}}}" if plain else told]
        fails = f"The check fails all the same ({breakable(prose(self.known.reason))})."
        return [*lines, fails] if self.known.reason else lines

    def _instance(self, claim: Claim) -> list[str]:
        """Say which matrix will do."""
        witness = self.standing.witness
        if claim.unknown is None or witness is None:
            return []
        row = Row(self.page.printer.symbols[claim.unknown.name, True], self.page.printer.latex(witness))
        if width(row.right) < WIDTH / 2:
            return [f"For instance, ${row.left} = {solid(row.right)}$ will do."]
        return ["For instance, one may take", *listed([row])]
