r"""Theorems of proof files as LaTeX: every line in the author's order and notation, every step with its verdict.

A fragment uses amsmath and amssymb and no private macros. Verdicts follow from evidence, see `evidence`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from symcrit.errors import InputError
from symcrit.kernel import Instance, terms
from symcrit.kernel.evaluate import value_of
from symcrit.kernel.named_facts import NAMED_FACTS
from symcrit.kernel.statement import Claim, Equation, Statement
from symcrit.kernel.terms import Term
from symcrit.lang.proof import (
    GAP,
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
from symcrit.typeset.evidence import Evidence, Standing, standings
from symcrit.typeset.latex import (
    Printer,
    Row,
    belongs,
    block,
    conditions,
    declared,
    free_width,
    joined,
    matrix_latex,
    supposed,
    symbols_of,
)
from symcrit.typeset.lines import INDENT, RELATION, WIDTH, broken, solid, width
from symcrit.typeset.notation import prose, symbol

_SAFE = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)
_LEADS = {GAP: "Let us take for granted that", OPEN: "It is left open whether"}
_WORDS = {GAP: "A gap: nothing shows this.", OPEN: "Open: nobody has decided this."}
_RIGHT = r"\hspace*{\fill}\mbox"
_GAP = 24.0  # points between a formula and its reason


class Piece(NamedTuple):
    """The LaTeX of a step, or (without a label) of what stands between steps."""

    label: str
    latex: str


def theorem_latex(theorem: ProofTheorem, evidence: Mapping[str, Evidence]) -> str:
    r"""Print a theorem of a proof file, its steps with the verdicts that follow from evidence, by label.

    >>> from symcrit.lang.proof_parser import parse_proofs
    >>> theorem = parse_proofs("theorem t\nmatrix A : n x n\nassume h: A*A = A\nstep s: A*A*A = A by h").theorems[0]
    >>> print(theorem_latex(theorem, {}), end="")
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
    >>> theorem_latex(theorem, {"s": "proved"})
    Traceback (most recent call last):
    symcrit.errors.InputError: 'proved' is no evidence
    """
    return "".join(piece.latex for piece in theorem_pieces(theorem, evidence))


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
        self.printer = Printer(symbols_of(_roots(theorem, claims, evidence.values()), theorem.declarations, claims,
                                          [(name, term) for name, term in theorem.lets if term.args]))
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
        title = _sentence(prose(self.theorem.title or self.theorem.name))
        source = rf" \emph{{{_sentence(prose(self.theorem.source))}}}" if self.theorem.source else ""
        lines = [rf"\paragraph{{{title}}}{source}", *declared(self.theorem.declarations, self.printer)]
        for group in _groups(self.theorem.lines):
            step = group[0]
            if not isinstance(step, Step):
                lines += self._setting(group, lines)
                continue
            written = _Written(self, step).lines()
            if self.only in ("", step.label):
                yield from _piece("", lines)
                lines = []
                yield from _piece(step.label, written)
        yield from _piece("", lines)

    def _setting(self, group: Sequence[Line], before: Sequence[str]) -> list[str]:
        match group[0]:
            case Abbreviation():
                rows = [self.printer.definition(line.name, line.term) for line in group
                        if isinstance(line, Abbreviation) and line.term.args]
                return ["Write", *block(rows)] if rows else []
            case Assumption():
                return self._assumed([line for line in group if isinstance(line, Assumption)])
            case Prose(words=words):
                return ["", prose(words)] if before else [prose(words)]
            case NamedFact(name=name):
                title = f" ({prose(NAMED_FACTS[name].name)})" if name in NAMED_FACTS else ""
                return [rf"The named fact \emph{{{prose(name)}}}{title} is assumed, not proved here."]
        return []

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
        made = ["Suppose that", *block(rows)] if rows else []
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
        if groups and type(groups[-1][0]) is type(line) and isinstance(line, (Abbreviation, Assumption)):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _roots(theorem: ProofTheorem, claims: Sequence[Claim], evidence: Iterable[Evidence]) -> list[Term]:
    """List all terms that may be printed."""
    equations = [line.equation for line in theorem.lines if isinstance(line, Assumption)]
    equations += [claim.equation for claim in claims]
    equations += [link.claim.equation for step in theorem.steps for link in step.links]
    equations += [claim.equation for one in evidence if one.statement is not None for claim in one.statement.claims]
    values = [value for step in theorem.steps for value in step.values.values()]
    return [side for equation in equations for side in (equation.left, equation.right)] + values


# ---- a step ------------------------------------------------------------------------------------


@dataclass
class _Written:
    """One step while it is printed: what it says, what it uses, and its verdict."""

    page: _Page
    step: Step
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
        claim = step.claim or (statement.claims[0] if statement is not None else None)
        if claim is None:  # of `use`, where its lemma is not to be found
            return [*head, f"{self._lead('something follows')}.", *self._verdict(None), ""]
        lines = self._chain() if step.links else self._single(claim)
        if statement is not None:
            lines += supposed(self.page.new_conditions(statement))
        return [*head, *_at_the_right([*lines, *self._verdict(claim)]), ""]

    # ---- what it says

    def _single(self, claim: Claim) -> list[str]:
        unknown = claim.unknown
        there = f"there is {belongs(unknown, self.page.printer)} such that" if unknown is not None else ""
        return [self._lead(there), *block([self.page.row(claim.equation, self.step.label)])]

    def _lead(self, there: str) -> str:
        """Start the sentence that the claim ends; what is not proved says so before the formula."""
        step, standing = self.step, self.standing
        reason = self._reason()
        if step.kind == REFUTE:
            cited = self.page.references([reference.name for reference in step.by or ()])
            start = f"does not follow from {cited} that" if cited else "is not true that"
            claimed = "It" if standing.counterexample is not None else "It is claimed, but not shown, that it"
            return f"{claimed} {start} {there}".rstrip()
        if step.kind in _LEADS:
            return f"{_LEADS[step.kind]} {there}".rstrip()
        if not standing.proved:
            return f"It is claimed{f', {reason},' if reason else ''} that {there}".rstrip()
        if reason:
            return f"{_upper(reason)}, {there}".rstrip()
        return _upper(there) or "We have"

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
        names = [[reference.name for reference in link.by or ()] for link in links]
        reasons = [f"by {self.page.references(cited)}" if cited else "" for cited in names]
        lead = "We have" if self.standing.proved else "It is claimed that"
        room = _GAP + max(self.page.width_of(cited) for cited in names) if any(names) else 0.0
        lines = _aligned(rows, reasons, room)
        if lines:
            return [lead, *lines]
        told = [reason or "by what is above" for reason in reasons]
        after = [f"Here the relations hold, in their order: {'; '.join(told)}."] if any(reasons) else []
        return [lead, *(_aligned(rows, [""] * len(rows), 0.0) or _flush(rows)), *after]

    def _point(self) -> list[str]:
        step = self.step
        says = f"has {prose(step.predicate)} ${step.expected}$"
        if isinstance(step.expected, bool):
            says = f"is {'' if step.expected else 'not '}{prose(step.predicate)}"
        line = rf"The point of \texttt{{{_breakable(prose(step.file))}}} {says}."
        if self.known.holds is None:
            return [line, *_not_established(self.known.reason)]
        wrong = self.known.holds()
        return [line, *(_not_established(wrong) if wrong else [r"\emph{Checked exactly.}"])]

    # ---- whether it holds

    def _verdict(self, claim: Claim | None) -> list[str]:
        step, standing, verdict = self.step, self.standing, self.standing.verdict
        if step.kind in _WORDS:
            return [rf"\emph{{{_WORDS[step.kind]}}}"]
        if verdict is None or claim is None:
            return _not_established(self.known.reason)
        if standing.counterexample is not None:
            return [verdict.latex(self.page.printer.symbols), *self._values(standing.counterexample)]
        lines = self._instance(claim, standing.witness) if standing.witness is not None else []
        told = verdict.latex(self.page.printer.symbols, self.page.references(standing.gaps))
        plain = not standing.gaps and "\n" not in told
        lines.append(f"{_RIGHT}{{{told}}}" if plain else told)
        fails = f"The check fails all the same ({_breakable(prose(self.known.reason))})."
        return [*lines, fails] if self.known.reason else lines

    def _instance(self, claim: Claim, witness: Term) -> list[str]:
        """Say which matrix will do."""
        if claim.unknown is None:
            return []
        row = Row(self.page.printer.symbols[claim.unknown.name, True], self.page.printer.latex(witness))
        if width(row.right) < WIDTH / 2:
            return [f"For instance, ${row.left} = {solid(row.right)}$ will do."]
        return ["For instance, one may take", *block([row])]

    def _values(self, instance: Instance) -> list[str]:
        """Print both sides of what fails on the counterexample, but for plain numbers."""
        statement = self.known.statement
        if statement is None:
            return []
        claim = statement.claims[0]
        if claim.unknown is not None:
            return [f"There no ${self.page.printer.symbols[claim.unknown.name, True]}$ is a solution."]
        sides = []
        for term in (claim.equation.left, claim.equation.right):
            value = value_of(statement, instance, term)
            number = str(value[0][0]) if len(value) == len(value[0]) == 1 else matrix_latex(value)
            if term.op not in ("zero", "number", "identity"):
                sides.append(f"${self.page.printer.line(term)} = {number}$")
        return [f"There {', but '.join(sides)}."] if sides else []


# ---- chains, words -----------------------------------------------------------------------------


def _aligned(rows: Sequence[Row], reasons: Sequence[str], room: float) -> list[str]:
    """Print a chain aligned at its signs, reasons at the right; nothing if that does not fit."""
    limit = free_width(rows) - room
    left, right = max(width(row.left) for row in rows), max(width(row.right) for row in rows)
    hangs = left + right + 20.0 > limit  # the first side stands on a line of its own
    if hangs and max(left, INDENT + 20.0 + right) > limit:
        return []
    lines = [f"& {solid(rows[0].left)}"] if hangs else []
    for row, reason in zip(rows, reasons, strict=True):
        start = r"&\quad " if hangs else f"{solid(row.left)} &".lstrip()
        told = rf" && \text{{{reason}}}" if reason else ""
        lines.append(f"{start}{row.sign} {solid(row.right)}{told}{row.end}")
    return [r"\begin{align*}", " \\\\\n".join(lines), r"\end{align*}"]


def _flush(rows: Sequence[Row]) -> list[str]:
    """Print a chain flush left, its long lines broken."""
    limit = max(free_width(rows), WIDTH / 2)
    lines: list[str] = []
    for row in rows:
        start = f"{row.left} {RELATION}" if row.left else ""
        parts = broken(f"{start}{row.sign} {row.right}", limit - INDENT)
        first = "& " if row.left else r"&\quad "
        later = r"&\quad " if row.left else r"&\qquad "
        printed = [first + solid(parts[0]), *(later + solid(part) for part in parts[1:])]
        lines.append(" \\\\\n".join(printed) + row.end)
    return [r"\begin{align*}", " \\\\\n".join(lines), r"\end{align*}"]


def _at_the_right(lines: Sequence[str]) -> list[str]:
    """Let a verdict at the right stand on a new line if the words before it leave no room."""
    return [rf"\hfill\linebreak[0]{line}" if line.startswith(_RIGHT) and before != r"\end{align*}" else line
            for before, line in pairwise(["", *lines])]


def _not_established(reason: str) -> list[str]:
    return [rf"\emph{{Not established}} ({_breakable(prose(reason))})." if reason else r"\emph{Not established.}"]


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _breakable(latex: str) -> str:
    """Allow a line to break inside formulas and paths that are printed as text."""
    return re.sub(r"([*/=])", r"\1\\allowbreak{}", latex)
