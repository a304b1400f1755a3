"""A page that was read, held against the theorem that it was printed from.

Read and written terms are the same, and so are the hashes of statements, but for what LaTeX does not show:

- `proj(A)` prints as what it is short for, the product A A^+. Hashes agree exactly for every statement without
  `proj`, and for the others where each A A^+ is read as one, or it is written as `A*pinv(A)`. Nothing else is
  identified: sums and products keep their grouping, and abbreviations are put in.
- A symbol may stand for several names (A1, A_1), so the names that may occur are known; letters of one space are
  declared together, so their order is the author's; a condition in words may be assumed, or what a quotient needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from symcrit.checker.library import Home
from symcrit.checker.run import Options, Run
from symcrit.checker.typeset import evidence_of
from symcrit.errors import TooLarge
from symcrit.kernel import Instance, Theorem, terms, walk
from symcrit.kernel.evaluate import value_of
from symcrit.kernel.named_facts import EXISTENCES, NAMED_FACTS
from symcrit.kernel.statement import RELATIONS, Claim, Declaration, Equation, Statement
from symcrit.kernel.terms import Term
from symcrit.kernel.text import text
from symcrit.kernel.theory import Theory
from symcrit.lang.proof import CHECK, GAP, OPEN, REFUTE, Assumption, ProofTheorem, Step
from symcrit.typeset.derivation import Passage
from symcrit.typeset.evidence import Evidence
from symcrit.typeset.proof_latex import theorem_latex
from tests.typeset.fragment_reader import Chain, Claimed, Fragment, read_fragment
from tests.typeset.latex_reader import names_of

Sides = tuple[list[Term], list[str]]  # of a formula, with the relations between them
Condition = tuple[Term, Term | None]  # what differs from what, or what is invertible
NOTHING = terms.number(0)


# ---- what LaTeX does not show ------------------------------------------------------------------


def spelled(term: Term) -> Term:
    """Write A*pinv(A) for proj(A), everywhere: both print alike.

    >>> A = terms.matrix("A", "m", "n")
    >>> spelled(terms.proj(A).T) == (A * terms.pinv(A)).T
    True
    """
    def rule(node: Term) -> Term:
        return terms.mul(node.args[0], terms.pinv(node.args[0])) if node.op == "proj" else node

    return _rewritten(term, rule)


def projected(term: Term) -> Term:
    """Write proj(A) for every product that is A*pinv(A), for authors who never write that.

    >>> A = terms.matrix("A", "m", "n")
    >>> projected(A * terms.pinv(A)) == terms.proj(A)
    True
    """
    def rule(node: Term) -> Term:
        fits = node.op == "mul" and len(node.args) == 2 and node.args[1].op == "pinv"
        return terms.proj(node.args[0]) if fits and node.args[1].args == node.args[:1] else node

    return _rewritten(term, rule)


def _rewritten(term: Term, rule: Callable[[Term], Term]) -> Term:
    done: dict[Term, Term] = {}
    for node in walk.postorder([term]):
        args = tuple(done[arg] for arg in node.args)
        done[node] = rule(walk.rebuild(node.op, node.data, args)) if args else node
    return done[term]


def rewritten(statement: Statement, rule: Callable[[Term], Term]) -> Statement:
    """Write all terms of a statement in another way."""
    def equation(given: Equation) -> Equation:
        return Equation(rule(given.left), rule(given.right), relation=given.relation)

    claims = tuple(Claim(equation(claim.equation), claim.unknown) for claim in statement.claims)
    return Statement(statement.declarations, tuple(map(equation, statement.hypotheses)),
                     tuple(map(equation, statement.guards)), claims)


def sameness(read: Statement, given: Statement) -> str:
    """Say how a statement has the hash of the given one: as it was read, or else with one way to write A A^+."""
    if read.hash == given.hash:
        return "exactly"
    if rewritten(read, projected).hash == given.hash:
        return "with proj for A A^+"
    return "with A A^+ for proj" if read.hash == rewritten(given, spelled).hash else "not at all"


def sides_in(statement: Statement) -> list[Term]:
    """List both sides of all that a statement says."""
    equations = [*statement.hypotheses, *statement.guards, *(claim.equation for claim in statement.claims)]
    return [side for equation in equations for side in (equation.left, equation.right)]


def says_proj(statement: Statement) -> bool:
    """Tell whether the author wrote proj, so that the hash cannot be found again exactly."""
    return any(node.op == "proj" for node in walk.postorder(sides_in(statement)))


def names_in(declarations: Iterable[Declaration], claims: Iterable[Claim], lets: Iterable[tuple[str, Term]],
             ) -> dict[str, bool]:
    """List the names that may stand on a page, of letters, unknowns, abbreviations and sizes: which are matrices."""
    declared = [*declarations, *(claim.unknown for claim in claims if claim.unknown is not None)]
    names = {size: False for one in declared for size in one.shape or () if isinstance(size, str)}
    names |= {name: term.shape is not None for name, term in lets}
    return names | {one.name: one.shape is not None for one in declared}


def names_of_statement(statement: Statement) -> dict[str, bool]:
    """List the names that may stand on the page of a statement."""
    return names_in(statement.declarations, statement.claims, statement.lets)


def whole(chain: Chain) -> Equation:
    """Return what a chain of relations shows: its ends, with the strictest of the relations."""
    strictest = max(chain.relations, key=RELATIONS.index)
    return Equation(chain.sides[0], chain.sides[-1], relation=strictest)


# ---- statements --------------------------------------------------------------------------------


def statement_of_page(latex: str, given: Statement) -> Statement:
    """Make the statement that a fragment says, its letters in the order of the given one."""
    page = read_fragment(latex, names_of_statement(given))
    order = [declaration.name for declaration in given.declarations]
    letters = sorted(page.letters, key=lambda declaration: order.index(declaration.name))
    guards = [Equation(left, right) for left, right in page.conditions[: len(given.guards)] if right is not None]
    claims = [Claim(whole(claim.chain), claim.unknown) for claim in page.claims]
    hypotheses = [replace(whole(chain), label=_untagged(chain.tag)) for chain in page.hypotheses]
    return Statement(tuple(letters), tuple(hypotheses), tuple(guards), tuple(claims))


def conditions_of(statement: Statement) -> set[Condition]:
    """List the guards of a statement, and what it grants as inverses and quotients need it."""
    found: set[Condition] = {(spelled(guard.left), spelled(guard.right)) for guard in statement.guards}
    try:
        needed = Theory(statement).guards
    except TooLarge:
        return found
    nodes = [node.args[-1] for node in walk.postorder(sides_in(statement)) if node.op in ("inv", "div")]
    found |= {(spelled(node), None) for node in nodes if f"{text(node)} invertible" in needed}
    return found | {(spelled(node), NOTHING) for node in nodes if text(node) in needed}


# ---- theorems ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Printed:
    """A theorem of a proof file, what checking it found, and its page."""

    place: str
    theorem: ProofTheorem
    evidence: Mapping[str, Evidence]
    latex: str

    @property
    def claims(self) -> list[tuple[Step, Claim]]:
        """The steps that make a claim, with it; that of a `use` step comes from its lemma."""
        made = []
        for step in self.theorem.steps:
            statement = self.evidence[step.label].statement
            claim = step.claim or (statement.claims[0] if statement is not None else None)
            made += [(step, claim)] if claim is not None else []
        return made

    def read(self, latex: str) -> Fragment:
        """Read the page, or one that may say the same."""
        return read_fragment(latex, names_in(self.theorem.declarations, [claim for _, claim in self.claims],
                                             self.theorem.lets))


@cache
def printed_proofs(folder: Path) -> tuple[Printed, ...]:
    """Check all proof files of a folder and print their theorems, as `symcrit tex` does; once for all tests."""
    run = Run(Options(jobs=1, permit=(*NAMED_FACTS, *EXISTENCES), allow_gaps=True))
    run.read([folder])
    run.search()
    outcomes = {(step.file, step.theorem, step.label): step for theorem in run.outcomes() for step in theorem.steps}
    printed = []
    for file in (selected.file for selected in run.selected):
        for theorem in file.theorems:
            homes = {step.label: Home(file, theorem, step) for step in theorem.steps}
            evidence = {label: evidence_of(run, home, outcomes[file.path, theorem.name, label])
                        for label, home in homes.items()}
            printed.append(Printed(f"{file.path}::{theorem.name}", theorem, evidence, theorem_latex(theorem, evidence)))
    return tuple(printed)


@dataclass(frozen=True)
class Said:
    """A formula of the page that a step may cite: an assumption, or what a step claims."""

    name: str  # the label, or `line 7` of an assumption without one
    equation: Equation
    line: int  # of the file
    place: int  # the number of the display
    label: str
    step: Step | None = None

    @property
    def is_given(self) -> bool:
        """Whether nothing is below it."""
        return self.step is None or self.step.kind in (GAP, OPEN)


class Comparison:
    """One page, read; its differences from the theorem are found one by one."""

    def __init__(self, printed: Printed, latex: str = "") -> None:
        self.printed, self.theorem = printed, printed.theorem
        self.page = printed.read(latex or printed.latex)
        self.same: dict[str, str] = {}  # how the statements of steps were found again

    def differences(self) -> Iterator[str]:
        """List what the page says otherwise than the theorem."""
        yield from self._setting()
        yield from self._conditions()
        if len(self.page.claims) != len(self.printed.claims):
            yield f"{len(self.page.claims)} claims instead of {len(self.printed.claims)}"
            return
        for (step, claim), claimed in zip(self.printed.claims, self.page.claims, strict=True):
            known = self.printed.evidence[step.label]
            for part in (self._claim(step, claim, claimed), self._reasons(step, claimed, known),
                         self._statement(step, claimed, known), self._found(claimed, known),
                         self._calculations(step, claimed, known)):
                yield from (f"{step.label}: {what}" for what in part)

    # ---- what is supposed

    @cached_property
    def assumptions(self) -> list[Assumption]:
        """The author's assumptions that stand in displays, in their order."""
        lines = [line for line in self.theorem.lines if isinstance(line, Assumption)]
        return [line for line in lines if line.label or not line.guard]

    def _setting(self) -> Iterator[str]:
        declared = {declaration.name: declaration for declaration in self.theorem.declarations}
        yield from (f"the letter {letter}" for letter in self.page.letters if declared.get(letter.name) != letter)
        lets = {name: spelled(term) for name, term in self.theorem.lets}
        yield from (f"the definition of {name}" for name, term in self.page.definitions if lets.get(name) != term)
        found = [(chain.sides, chain.relations) for chain in self.page.hypotheses]
        expected = [_sides([line.equation], "!=" if line.guard else "") for line in self.assumptions]
        if found != expected:
            yield "the hypotheses"
        following = [*(line.line for line in self.assumptions[1:]), 0]
        for line, after, chain in zip(self.assumptions, following, self.page.hypotheses, strict=False):
            label = line.label if after != line.line else ""  # an `obtain` line has one label
            if _untagged(chain.tag) != label and (line.label or not chain.tag.startswith(r"$\ast")):
                yield f"the tag {chain.tag}"

    def _conditions(self) -> Iterator[str]:
        """What is inverted or divided by is said in words: all that needs a guard, and nothing but what is there."""
        lines = [line for line in self.theorem.lines if isinstance(line, Assumption)]
        guards = {(spelled(line.equation.left), spelled(line.equation.right)) for line in lines if line.guard}
        statements = [known.statement for known in self.printed.evidence.values() if known.statement is not None]
        needed = guards | {condition for statement in statements for condition in conditions_of(statement)}
        sides = [side for line in lines for side in (line.equation.left, line.equation.right)]
        inverted = {spelled(node.args[-1]) for node in walk.postorder(sides) if node.op in ("inv", "div")}
        said = set(self.page.conditions)
        labelled = {(chain.sides[0], chain.sides[1]) for chain in self.page.hypotheses if chain.relations == ["!="]}
        yield from (f"a condition on {text(left)}" for left, right in said - needed
                    if left not in inverted or right not in (None, NOTHING))
        yield from (f"no condition on {text(left)}" for left, _ in needed - said - labelled)

    # ---- what a step says

    def _claim(self, step: Step, claim: Claim, claimed: Claimed) -> Iterator[str]:
        links = [link.claim.equation for link in step.links] or [claim.equation]
        if (claimed.chain.sides, claimed.chain.relations) != _sides(links):
            yield "another claim"
        if _untagged(claimed.chain.tag) != step.label:
            yield f"the tag {claimed.chain.tag}"
        if claimed.unknown != claim.unknown:
            yield f"the unknown {claimed.unknown}"
        for symbol, term in claimed.put.items():
            if term not in [spelled(value) for name, value in step.values.items() if names_of(symbol).fullmatch(name)]:
                yield f"what is put for {symbol}"
        if len(claimed.put) != len(step.values):
            yield f"{len(claimed.put)} letters that something is put for"

    def _reasons(self, step: Step, claimed: Claimed, known: Evidence) -> Iterator[str]:
        """What a step is by: of a chain the author's reasons, else the author's, or those of the proof."""
        if step.links:
            expected = [[reference.name for reference in link.reason] for link in step.links]
            found = [self._cited(words) for words in claimed.chain.reasons]
            if found != (expected if any(expected) else [[] for _ in found]):
                yield f"the reasons {found}"
            return
        names = known.uses if step.by is None else [reference.name for reference in step.by]
        names = [name for name in names if "::" not in name] if step.kind not in (GAP, OPEN) else []
        if [self.names.get(label, label) for label in claimed.cited] != names:
            yield f"the reasons {claimed.cited}"

    def _cited(self, words: str) -> list[str]:
        return [self.names.get(label, label) for label in re.findall(r"\\eqref\{([^}]*)\}", words)]

    @cached_property
    def names(self) -> dict[str, str]:
        """What the labels of the page belong to."""
        found = {said.label: said.name for said in self.said if said.label}
        for claimed in self.page.claims:
            found |= {chain.label: _untagged(chain.tag) for chain in claimed.calculation if chain.label}
        return found

    # ---- its statement

    @cached_property
    def said(self) -> list[Said]:
        """All that a step may cite, in its order."""
        found = [Said(line.label or f"line {line.line}", whole(chain), line.line, chain.place, chain.label)
                 for line, chain in zip(self.assumptions, self.page.hypotheses, strict=False) if not line.guard]
        found += [Said(step.label, whole(claimed.chain), step.line, claimed.chain.place, claimed.chain.label, step)
                  for (step, claim), claimed in zip(self.printed.claims, self.page.claims, strict=False)
                  if claim.unknown is None]
        return sorted(found, key=lambda said: said.place)

    @cached_property
    def reasons(self) -> dict[str, set[str] | None]:
        """The labels that every step is by, as the page has them; None where the author leaves that open."""
        return {step.label: None if step.by is None else
                {name for words in claimed.chain.reasons for name in self._cited(words)} if step.links else
                {self.names.get(label, label) for label in claimed.cited}
                for (step, _), claimed in zip(self.printed.claims, self.page.claims, strict=False)}

    def reached(self, label: str, place: int) -> set[int]:
        """Find the assumptions (and gaps) below a step, through the labels on the page; without any, all above it."""
        names = self.reasons[label]
        found: set[int] = set()
        for number, said in enumerate(self.said):
            if said.place >= place:
                break
            if said.is_given and (names is None or said.name in names):
                found.add(number)
            elif names is not None and said.name in names:
                found |= self.reached(said.name, said.place)
        return found

    def _statement(self, step: Step, claimed: Claimed, known: Evidence) -> Iterator[str]:
        """Make the statement of a step again, of what the page says; its hash must be that of the author's."""
        statement = known.statement
        if statement is None:
            return
        if claimed.hash != (statement.hash[:12] if isinstance(known.found, Theorem) else ""):
            yield f"the hash {claimed.hash}"
        place = claimed.chain.place
        if step.kind in (REFUTE, CHECK):  # these are held against what they cite itself
            names = self.reasons[step.label]
            numbers = {number for number, said in enumerate(self.said) if said.place < place
                       and (said.name in names if names is not None else said.step is None)}
        else:
            numbers = self.reached(step.label, place)
        order = sorted(numbers, key=lambda number: (self.said[number].line, -number))  # of one line, the last first
        hypotheses = [self.said[number].equation for number in order]
        defined = [spelled(equation.left) for equation in statement.hypotheses[len(numbers) :]
                   if equation.left == equation.right and equation.relation == "="]  # only that it is defined
        hypotheses += [Equation(term, term) for term in defined if term in self.written]
        letters = {letter.name: letter for letter in self.page.letters}
        given = [letters[letter.name] for letter in statement.declarations if letter.name in letters]
        pairs = [(spelled(guard.left), spelled(guard.right)) for guard in statement.guards]
        guards = [Equation(*pair) for pair in pairs if pair in self.differ]
        claim = Claim(whole(claimed.chain), claimed.unknown)
        again = Statement(tuple(given), tuple(hypotheses), tuple(guards), (claim,))
        self.same[step.label] = sameness(again, statement)
        if self.same[step.label] == "not at all":
            yield "another statement"

    @cached_property
    def written(self) -> set[Term]:
        """All terms that are parts of what the page says."""
        chains = [*self.page.hypotheses, *(claimed.chain for claimed in self.page.claims)]
        put = [term for claimed in self.page.claims for term in claimed.put.values()]
        return set(walk.postorder([*(side for chain in chains for side in chain.sides), *put,
                                   *(term for _, term in self.page.definitions)]))

    @cached_property
    def differ(self) -> set[Condition]:
        """The pairs of scalars that the page says differ."""
        return {(chain.sides[0], chain.sides[1]) for chain in self.page.hypotheses if chain.relations == ["!="]} | set(
            self.page.conditions)

    # ---- what was found

    def _found(self, claimed: Claimed, known: Evidence) -> Iterator[str]:
        """A witness, or a counterexample with the values of both sides there."""
        if claimed.witness != (spelled(known.witness[0]) if known.witness is not None else None):
            yield "the witness"
        if not isinstance(known.found, Instance):
            return
        numbers = {**known.found.sizes, **known.found.scalars}
        if claimed.instance != {name: ((value,),) for name, value in numbers.items()} | dict(known.found.matrices):
            yield f"the counterexample {claimed.instance}"
        sides = (claimed.chain.sides[0], claimed.chain.sides[-1])
        for term, value in claimed.values:
            if known.statement is None or term not in sides or value_of(known.statement, known.found, term) != value:
                yield f"the value of {text(term)}"

    def _calculations(self, step: Step, claimed: Claimed, known: Evidence) -> Iterator[str]:
        """Every line of a calculation, with what is cited and the formulas beside it."""
        found = [shown._replace(cited=[self._cited(words) for words in chain.reasons])
                 for chain in claimed.calculation for shown in [shown_by(chain)]]
        labels = [f"{step.label}.{number}" if known.calculations[1:] else step.label for number in range(1, len(known.calculations) + 1)]
        expected = [[shown for passage in passages for shown in shown_in(passage, label)]
                    for label, passages in zip(labels, known.calculations, strict=True)]
        if not follows(found, expected):
            yield "another calculation"
        if claimed.because and claimed.because != [one for shown in expected[0] for one in shown.arguments]:
            yield "another reason"
        if claimed.calculation and known.statement is not None and not step.links and claimed.unknown is None:
            yield from _ends(claimed, Theory(rewritten(known.statement, spelled)))


# ---- calculations ------------------------------------------------------------------------------


class Shown(NamedTuple):
    """One formula of a calculation: what its relations are by, and the formulas in the words for that."""

    sides: list[Term]
    relations: list[str]
    cited: list[list[str]]
    arguments: list[Term]
    penrose: list[str]  # numbers


def shown_by(chain: Chain) -> Shown:
    """Return what a line of a page says; labels are still open."""
    penrose = re.findall(r"Penrose (\d)", " ".join(chain.reasons))
    return Shown(chain.sides, chain.relations, [], chain.arguments, penrose)


def shown_in(passage: Passage, label: str = "") -> Iterator[Shown]:
    """List the formulas that a part of a calculation has."""
    if passage.lines:
        reasons = [line.reasons for line in passage.lines[1:]]
        cited = [[one.label or f"{label}.{one.lemma}" for one in line if one.label or one.lemma] for line in reasons]
        arguments = [spelled(one.argument) for line in reasons for one in line if one.argument is not None]
        penrose = [str(one.penrose) for line in reasons for one in line if one.penrose]
        relations = [line.relation for line in passage.lines[1:]]
        yield Shown([spelled(line.term) for line in passage.lines], relations, cited, arguments, penrose)
    if passage.so is not None and passage.number:
        yield Shown(*_sides([passage.so]), [[]], [], [])


def follows(found: Sequence[Shown], expected: Sequence[Sequence[Shown]]) -> bool:
    """Tell whether what a page shows is all of some of the calculations, in their order; it may leave some out."""
    for shown in expected:
        if found[: len(shown)] == shown:
            found = found[len(shown) :]
    return not found


def _untagged(tag: str) -> str:
    return tag.replace(r"\_", "_")


def _sides(links: Sequence[Equation], relation: str = "") -> Sides:
    """List the sides of a chain of relations."""
    terms_in = [links[0].left, *(link.right for link in links)]
    return [spelled(term) for term in terms_in], [relation or link.relation for link in links]


def _ends(claimed: Claimed, theory: Theory) -> Iterator[str]:
    """A calculation leads from one side to the other, or from the difference of the sides, or its square, to 0."""
    chain, equation = claimed.calculation[-1], whole(claimed.chain)
    first, last = chain.sides[0], chain.sides[-1]
    if equation.relation == "=" and (first, last) == (equation.left, equation.right):
        return
    ring, difference = theory.algebra, theory.difference(equation)
    negative, root = ring.scale(-1, difference), _root(first)
    if equation.relation == "=":
        found = theory.lower(root) if root is not None else None
        fits = any(found in (one, ring.transpose(one)) for one in (difference, negative))
    else:
        fits = theory.lower(first) == negative
    if not fits or last not in (NOTHING, terms.zero(*(last.shape or (1, 1)))):
        yield f"a calculation from {text(first)} to {text(last)}"


def _root(square: Term) -> Term | None:
    """Return E of E'E, of tr(E'E) or of E^2."""
    inside = square.args[0] if square.op == "tr" else square
    if inside.op == "pow" and inside.data == 2:
        return inside.args[0]
    left, right = inside.args if inside.op == "mul" and len(inside.args) == 2 else (NOTHING, NOTHING)
    return right if left == right.T or right == left.T else None
