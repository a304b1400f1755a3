"""The statements that a step makes.

A *link* statement says: what the step cites gives its claim (or one relation of its chain). The *closed*
statement says the same from the assumptions of the theorem alone; it is what is pinned, and what others use.
Both depend on the file only, never on a certificate.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from symcrit.checker.library import Circular, Cited, Home, Library, Unresolved
from symcrit.errors import InputError
from symcrit.kernel import terms, walk
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement, obligations_of
from symcrit.kernel.terms import Size, Term
from symcrit.lang.proof import (
    CHECK,
    GAP,
    ILL_FORMED,
    INSTANCE,
    OPEN,
    REFUTE,
    USE,
    Assumption,
    ProofTheorem,
    Reference,
    Step,
)

UNPROVED = (GAP, OPEN)  # their claims enter what uses them as hypotheses, and are reported


@dataclass(frozen=True)
class Putting:
    """What a `use` step puts for the letters and sizes of a lemma."""

    letters: Mapping[str, Term]
    sizes: Mapping[str, Size]

    def equation(self, equation: Equation) -> Equation:
        """Put them into an equation; raises SizeError where they do not fit."""
        left = walk.substitute(equation.left, self.letters, self.sizes)
        right = walk.substitute(equation.right, self.letters, self.sizes)
        return Equation(left, right, relation=equation.relation)


@dataclass(frozen=True)
class Part:
    """One statement behind a step, and the lines its hypotheses come from."""

    statement: Statement
    cited: tuple[Cited, ...]


@dataclass
class Statements:
    """Statements of the steps of all files, each made once."""

    library: Library
    _closed: dict[Home, Statement | InputError] = field(default_factory=dict)
    _open: list[Home] = field(default_factory=list)  # being closed: a cycle shows here

    def links(self, home: Home) -> list[Part]:
        """List what must be shown for a step: its claim or the relations of its chain; of `use`, its obligations."""
        step = home.step
        self.stands(home)  # so that it is known what stands for nothing
        if step.kind == USE:
            obligations = self.obligations(home)
            return [self._part(home, step.by, [Claim(e) for e in obligations])] if obligations else []
        if step.claim is None:
            return []
        return [self._part(home, link.by, [link.claim]) for link in step.links] or [
            self._part(home, step.by, [step.claim])]

    def everything(self, home: Home, part: Part) -> Part:
        """Return a part with all assumptions above the step as hypotheses, whatever it cites."""
        above = [line for line in home.theorem.above(home.step) if isinstance(line, Assumption)]
        return self._made(home, above, part.statement.claims)

    def evaluated(self, home: Home) -> Part:
        """Return what a `refute` or `check` step evaluates: without `by`, its claim under all assumptions above."""
        claim = home.step.claim
        if home.step.kind not in (REFUTE, CHECK) or claim is None:
            raise Unresolved("internal", "not a refute or check step")
        if home.step.by is not None:
            return self._part(home, home.step.by, [claim])
        above = [line for line in home.theorem.above(home.step) if isinstance(line, Assumption)]
        return self._made(home, above, [claim])

    def setting(self, home: Home) -> Statement:
        """Return a statement with all assumptions of a theorem, and what its steps need to be defined: for a model."""
        lines = [line for line in home.theorem.lines if isinstance(line, Assumption) and not line.guard]
        claims = [step.claim for step in home.theorem.steps if step.claim is not None and step.claim.unknown is None]
        nothing = Claim(Equation(terms.number(0), terms.number(0)))
        last = Home(home.file, home.theorem, home.theorem.steps[-1])
        return self._made(last, lines, [nothing], claims).statement

    def pin(self, home: Home) -> str:
        """Return the kind of a step and the hash of what it states; raises Unresolved if names stand for nothing."""
        if home.step.kind == INSTANCE:
            point = Path(home.file.path).parent / home.step.file
            content = sha256(point.read_bytes()).hexdigest() if point.is_file() else "missing"
            told = json.dumps([home.step.predicate, str(home.step.expected), content])
            return f"{INSTANCE} {sha256(told.encode()).hexdigest()}"
        if home.step.kind == ILL_FORMED:
            return f"{ILL_FORMED} {sha256(home.step.words.encode()).hexdigest()}"
        evaluated = home.step.kind in (REFUTE, CHECK)
        return f"{home.step.kind} {(self.evaluated(home).statement if evaluated else self.closed(home)).hash}"

    def claim(self, home: Home) -> Claim:
        """Return what a step claims; of `use`, the claim of its lemma with terms put in."""
        if home.step.claim is not None:
            return home.step.claim
        lemma = self.lemma(home)
        return Claim(self.putting(home, lemma).equation(lemma.claims[0].equation))

    def lemma(self, home: Home) -> Statement:
        """Return the statement that a `use` step uses: closed, or that of a named fact."""
        found = self.library.lemma(home)
        return self.closed(found) if isinstance(found, Home) else found

    def obligations(self, home: Home) -> list[Equation]:
        """List what the lemma of a `use` step asks for, with terms put in; what is plainly so is left out."""
        lemma = self.lemma(home)
        put = self.putting(home, lemma)
        equations = [put.equation(equation) for equation in obligations_of(lemma)]
        return [equation for equation in equations if equation.left != equation.right or equation.relation != "="]

    def putting(self, home: Home, lemma: Statement) -> Putting:
        """Complete what a `use` step puts: letters not mentioned stand for themselves, sizes follow."""
        own = {declaration.name: declaration.letter for declaration in home.theorem.declarations}
        own |= dict(home.theorem.lets)
        letters: dict[str, Term] = {}
        sizes: dict[str, Size] = {}
        for declaration in lemma.declarations:
            value = home.step.values.get(declaration.name, own.get(declaration.name))
            if value is None:
                raise self._misfit(home, f"nothing is put for {declaration.name} of the lemma",
                                   f"write with {declaration.name} = ...")
            letters[declaration.name] = value
            self._fit(home, declaration, value, sizes)
        for name in home.step.values:
            if name not in letters:
                raise self._misfit(home, f"the lemma has no letter {name}",
                                   f"its letters are {', '.join(letters) or 'none'}")
        return Putting(letters, sizes)

    def _fit(self, home: Home, declaration: Declaration, value: Term, sizes: dict[str, Size]) -> None:
        """Match the shape of a lemma's letter with that of a term; sizes of the lemma become those of the term."""
        shape, other = declaration.shape, value.shape
        if shape is None or other is None:
            fits = shape == other
            pairs = []
        else:
            pairs = list(zip(shape, other, strict=True))
            fits = all(sizes.setdefault(size, new) == new if isinstance(size, str) else size == new
                       for size, new in pairs)
        if not fits:
            expected = None if shape is None else (walk.resize(shape[0], sizes), walk.resize(shape[1], sizes))
            raise self._misfit(home, f"{declaration.name} of the lemma is {terms.show_shape(expected)}, "
                                     f"but {terms.show_shape(other)} is put for it",
                               "write tr(...) for a scalar" if shape is None and terms.is_scalar(value) else "")

    def _misfit(self, home: Home, message: str, suggestion: str = "") -> Unresolved:
        error = Unresolved("unmet_obligation", message, suggestion)
        place = home.step.lemma
        error.at("", place.line if place else home.step.line, place.column if place else home.step.column)
        return error

    def cited(self, home: Home) -> list[tuple[Cited, bool]]:
        """List all that a step cites, over its whole chain, and whether it is cited by name."""
        lines: dict[int, tuple[Cited, bool]] = {}
        for by in [link.by for link in home.step.links] or [home.step.by]:
            for line in self._lines(home, by):
                lines[id(line)] = line, by is not None or lines.get(id(line), (line, False))[1]
        return sorted(lines.values(), key=lambda entry: entry[0].line)

    def _lines(self, home: Home, by: tuple[Reference, ...] | None) -> list[Cited]:
        """List what may be used; without `by`, what is known to state nothing is passed over: it fails by itself."""
        lines = self.library.cited(home, by)
        if by is None:
            return [line for line in lines if not self._states_nothing(home, line)]
        return lines

    def _states_nothing(self, home: Home, line: Cited) -> bool:
        """Tell whether a line is a `use` step that was found to state nothing, as a name in it stands for nothing."""
        if isinstance(line, Assumption) or line.kind != USE:
            return False
        found = self._closed.get(Home(home.file, home.theorem, line))
        return isinstance(found, InputError) and not isinstance(found, Circular)

    def needs(self, home: Home) -> list[Home]:
        """List the steps that a step cites, and its lemma; raises Unresolved if names stand for nothing."""
        steps = [Home(home.file, home.theorem, line) for line, _ in self.cited(home) if isinstance(line, Step)]
        lemma = self.library.lemma(home) if home.step.lemma else None
        return [*steps, lemma] if isinstance(lemma, Home) else steps

    def order(self, home: Home, known: Container[Home] = ()) -> list[Home]:
        """List a step and all that it rests on, as far as the files say, each after what it needs but for cycles.

        What is known is left out, with all that only it needs.
        """
        order: list[Home] = []
        seen: set[Home] = set()
        stack = [(home, False)]
        while stack:
            step, ready = stack.pop()
            if ready:
                order.append(step)
            elif step not in seen and step not in known:
                seen.add(step)
                stack.append((step, True))
                try:
                    stack += [(below, False) for below in reversed(self.needs(step))]
                except InputError:
                    continue  # whoever judges this step says what is wrong
        return order

    def stands(self, home: Home) -> bool:
        """Tell whether a step has a closed statement: all names that it reaches stand for something."""
        try:
            self.closed(home)
        except InputError:
            return False
        return True

    def closed(self, home: Home) -> Statement:
        """Return the statement of a step from the assumptions (and gaps) that it reaches; raises Unresolved."""
        if home in self._open:
            raise Circular().at("", home.step.line, home.step.column)
        for below in self.order(home, self._closed):  # in order, so that long proofs do not recurse deeply
            if below in self._open or below in self._closed:
                continue
            self._open.append(below)
            try:
                self._closed[below] = self._close(below)
            except InputError as error:
                self._closed[below] = error
            finally:
                self._open.pop()
        found = self._closed[home]
        if isinstance(found, InputError):
            raise found
        return found

    def _close(self, home: Home) -> Statement:
        reached, way = self._reached(home)
        return self._made(home, reached, [self.claim(home)], way).statement

    def _reached(self, home: Home) -> tuple[list[Cited], list[Claim]]:
        """List the assumptions and gaps below a step, and the claims on the way to them."""
        reached: dict[int, Cited] = {}
        claims: dict[int, list[Claim]] = {}
        stack = self.cited(home)
        way = self._way(home)
        while stack:
            line, named = stack.pop()
            if isinstance(line, Assumption) or line.kind in UNPROVED:
                reached[id(line)] = line
                continue
            below = Home(home.file, home.theorem, line)
            if named:
                self.closed(below)  # raises Unresolved for a step that is at fault
            if line.line not in claims:
                claims[line.line] = [self.claim(below), *self._way(below)]
                if self.stands(below):
                    stack += self.cited(below)
        way += [claim for number in sorted(claims) for claim in claims[number]]
        return sorted(reached.values(), key=lambda line: line.line), way

    def _way(self, home: Home) -> list[Claim]:
        """List what a step says on the way: the relations of its chain, and of what `use` puts that it is itself."""
        if home.step.kind != USE:
            return [link.claim for link in home.step.links]
        put = self.putting(home, self.lemma(home)).letters
        return [Claim(Equation(term, term)) for term in put.values()]

    def _part(self, home: Home, by: tuple[Reference, ...] | None, claims: Sequence[Claim]) -> Part:
        return self._made(home, self._lines(home, by), claims)

    def _made(self, home: Home, cited: Iterable[Cited], claims: Sequence[Claim], way: Sequence[Claim] = ()) -> Part:
        """Make a statement of cited lines; letters, guards and abbreviations come in as they are needed.

        Claims on the way to what is claimed bring in their letters, and say what must be defined.
        """
        lines = tuple(line for line in cited if not (isinstance(line, Assumption) and line.guard))
        hypotheses = [*(self._equation(home, line) for line in lines), *_partial(way)]
        theorem = home.theorem
        sides = [side for e in [*hypotheses, *(claim.equation for claim in [*claims, *way])]
                 for side in (e.left, e.right)]
        letters = _letters(theorem, walk.postorder(sides), [claim.unknown for claim in claims])
        names = {declaration.name for declaration in letters}
        guards = [line.equation for line in theorem.above(home.step) if isinstance(line, Assumption) and line.guard
                  and _names([line.equation.left, line.equation.right]) <= names]
        lets = tuple((name, term) for name, term in theorem.lets if _names([term]) <= names)
        statement = Statement(letters, tuple(hypotheses), tuple(guards), tuple(claims),
                              f"{theorem.name}::{home.step.label}", lets)
        return Part(statement, lines)

    def _equation(self, home: Home, line: Cited) -> Equation:
        if isinstance(line, Assumption):
            return line.equation
        equation = self.claim(Home(home.file, home.theorem, line)).equation
        return Equation(equation.left, equation.right, line.label, equation.relation)


def _names(roots: Sequence[Term]) -> set[str]:
    return {str(node.data) for node in walk.postorder(roots) if node.op in ("matrix", "scalar")}


def _letters(theorem: ProofTheorem, nodes: Sequence[Term], unknowns: Sequence[Declaration | None],
             ) -> tuple[Declaration, ...]:
    """Choose the declarations that terms need: their letters, and some letter of every size they mention."""
    used = {str(node.data) for node in nodes if node.op in ("matrix", "scalar")}
    needed = {size for node in nodes if node.op in ("identity", "zero") for size in
              ((node.data,) if node.op == "identity" else node.shape or ())}
    needed |= {size for unknown in unknowns if unknown is not None for size in unknown.shape or ()}
    for declaration in theorem.declarations:
        if declaration.name in used:
            needed -= set(declaration.shape or ())
    chosen = []
    for declaration in theorem.declarations:
        if declaration.name in used or needed & set(declaration.shape or ()):
            needed -= set(declaration.shape or ())
            chosen.append(declaration)
    return tuple(chosen)


def _partial(claims: Iterable[Claim]) -> list[Equation]:
    """Say of every inverse and quotient in some claims that it is defined: an equation t = t grants its guard."""
    nodes = walk.postorder(side for claim in claims for side in (claim.equation.left, claim.equation.right))
    return [Equation(node, node) for node in nodes
            if node.op == "inv" or (node.op == "div" and _names([node.args[1]]))]
