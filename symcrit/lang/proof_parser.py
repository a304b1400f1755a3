"""Proof files (`.thm`): text to a `ProofFile`. Nothing in a file is ever executed.

    file      := line*                      lines above the first `theorem` are shared by all theorems
    line      := theorem | source | text | lemma | fact | declaration | let | assume | obtain | item   [comment]
    theorem   := "theorem" NAME [STRING]
    source    := "source" STRING            text := "text" STRING
    lemma     := "lemma" NAME "from" STRING                     "file.thm::theorem::step"
    fact      := "assume" "fact" NAME
    obtain    := "obtain" LABEL ":" NAME {"," NAME} "from" NAME "with" NAME "=" expression
    item      := step | use | refute | check | gap | open | instance | ill_formed | show
    step      := "step" LABEL ":" claim [by] {relation expression [by]} [settles]
    use       := "use" LABEL ":" NAME ["with" NAME "=" expression {"," NAME "=" expression}] [by] [settles]
    refute    := "refute" LABEL ":" claim [by] ["at" NAME "=" value {"," NAME "=" value}] [settles]
    check     := "check" LABEL ":" claim [by] [settles]
    gap       := ("gap" | "open") LABEL ":" claim [by] [settles]
    instance  := "instance" LABEL ":" STRING ("is" ["not"] NAME | "has" NAME "=" RATIONAL) [settles]
    ill_formed := "ill_formed" LABEL ":" claim [settles]
    show      := "show" claim
    by        := "by" ("nothing" | LABEL {[","] LABEL})     settles := "settles" ID [role] {[","] ID [role]}
    value     := RATIONAL | "[" RATIONAL+ {";" RATIONAL+} "]"

Declarations, `let`, `assume`, claims and expressions are those of statement files, and a statement file is a
proof file too: its `show` lines are steps. A step `s: psd(E)` is two: that E is symmetric, `s_symmetric`, and `s`.
A line that starts with a relation, `+ - * /`, `by`, `at`, `with` or `settles` goes on with the step above it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import count
from pathlib import Path

from symcrit.errors import InputError, LimitError, SizeError
from symcrit.files import read_bytes
from symcrit.kernel.matrices import Value
from symcrit.kernel.named_facts import EXISTENCES
from symcrit.kernel.statement import RELATIONS, Claim, Declaration, Statement
from symcrit.lang.expressions import Cursor
from symcrit.lang.proof import (
    CHECK,
    COUNTEREXAMPLE,
    GAP,
    ILL_FORMED,
    INSTANCE,
    OPEN,
    REFUTE,
    ROLES,
    SHOW,
    STEP,
    USE,
    Abbreviation,
    Assumption,
    Lemma,
    Line,
    Link,
    NamedFact,
    ProofFile,
    ProofTheorem,
    Prose,
    Reference,
    Step,
)
from symcrit.lang.scope import Scope, Sides
from symcrit.lang.sizes import Node
from symcrit.lang.tokens import MAX_BYTES, Token, decode, logical_lines, shorten, source_of

CHECKED = (STEP, USE, REFUTE, CHECK, GAP, OPEN, INSTANCE, ILL_FORMED)
STARTS = ("theorem", "source", "text", "lemma", "matrix", "vector", "scalar", "let", "assume", "obtain", *CHECKED)
MAX_SHARED = 100_000  # lines above the first theorem, times theorems: each reads them again
Made = Callable[[], Line | list[Line]]  # makes a line (or several), once all sizes of its theorem are known


def read_proofs(path: str | Path) -> ProofFile:
    """Read a proof file; raises InputError with file, line and column if it is not well formed."""
    try:
        return parse_proofs(decode(read_bytes(path, MAX_BYTES)), str(path))
    except InputError as error:
        raise error.at(str(path)) from None


def parse_proofs(text: str, path: str = "proof.thm") -> ProofFile:
    """Parse a proof file.

    >>> file = parse_proofs("theorem t\\nmatrix A : n x n\\nassume h: A*A = A\\nstep s: A*A*A = A by h")
    >>> [(theorem.name, [step.label for step in theorem.steps]) for theorem in file.theorems]
    [('t', ['s'])]
    >>> parse_proofs("theorem t\\nmatrix A : n x n\\nstep s A = A")
    Traceback (most recent call last):
    symcrit.errors.InputError: 3:8: expected ':' after the label of a step, found 'A'
    """
    lines = logical_lines(text)
    starts = [number for number, tokens in enumerate(lines) if _is_theorem(tokens)]
    if not starts:
        theorem = _Reader(Path(path).stem).read(lines)
        return ProofFile(path, (theorem,))
    shared = lines[: starts[0]]
    if len(shared) * len(starts) > MAX_SHARED:
        raise lines[starts[0]][0].error(f"{len(shared)} lines above {len(starts)} theorems; all theorems share them",
                                        "put each theorem's own lines below it", LimitError)
    theorems: dict[str, ProofTheorem] = {}
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        reader = _Reader.of(Cursor(lines[start]))
        if reader.name in theorems:
            raise lines[start][1].error(f"a second theorem {reader.name}", "choose another name")
        theorems[reader.name] = reader.read(shared + lines[start + 1 : end], len(shared))
    return ProofFile(path, tuple(theorems.values()))


def _is_theorem(tokens: list[Token]) -> bool:
    return tokens[0].kind == "name" and tokens[0].text == "theorem"


@dataclass
class _Reader:
    """One theorem while it is being read."""

    name: str
    title: str = ""
    source: str = ""
    line: int = 1
    named: bool = False  # by a `name` line
    scope: Scope = field(default_factory=Scope)
    made: list[Made] = field(default_factory=list)
    labels: dict[str, Token] = field(default_factory=dict)
    lemmas: set[str] = field(default_factory=set)
    mentioned: set[str] = field(default_factory=set)  # names in lines that say something of them

    @classmethod
    def of(cls, cursor: Cursor) -> _Reader:
        """Read a `theorem` line."""
        line = cursor.next().line
        name = _name(cursor, "the name of a theorem", "write theorem lemma_1 \"A title\"")
        title = cursor.string() if cursor.token.kind == "string" else ""
        cursor.end()
        return cls(name.text, title, line=line)

    def read(self, lines: list[list[Token]], shared: int = 0) -> ProofTheorem:
        """Read the lines of the theorem; the first few are shared with other theorems and hold no steps."""
        for number, tokens in enumerate(lines):
            cursor = Cursor(tokens)
            token = cursor.next()
            word = token.text if token.kind == "name" else ""
            if number < shared and word in (*CHECKED, SHOW):
                raise token.error(f"{word} before the first theorem", "lines above it only declare and assume")
            self._line(word, token, cursor)
            cursor.end()
            if word not in ("matrix", "vector", "scalar"):
                self.mentioned |= {token.text for token in tokens if token.kind == "name"}
        self.scope.builder.finish()
        made = [make() for make in self.made]
        lines_made = [line for one in made for line in (one if isinstance(one, list) else [one])]
        theorem = ProofTheorem(self.name, self.title, self.source, self.line, tuple(self.scope.declarations),
                               tuple(lines_made))
        if not theorem.steps:
            raise InputError(f"nothing to check in {self.name}", "add a line such as: step eq1: A = B"
                             ).at("", lines[-1][0].line if lines else self.line, 1)
        self._check_denominators(theorem)
        return theorem

    def _line(self, word: str, token: Token, cursor: Cursor) -> None:
        if word == "let":
            self.scope.declare(word, cursor)
            name, node = self.scope.lets[-1]
            self.made.append(lambda: Abbreviation(name, self.scope.builder.term(node), token.line))
        elif word == "name":
            if self.named:
                raise token.error("a second name", "a file has at most one")
            self.title, self.named = cursor.string('write name "my lemma"'), True
        elif word == "source":
            self.source = cursor.string('write source "Author 2018, Lemma 1"')
        elif word == "text":
            prose = Prose(cursor.string('write text "First, ..."'), token.line)
            self.made.append(lambda: prose)
        elif word == "lemma":
            self._lemma(cursor)
        elif word == "assume":
            self._assume(token, cursor)
        elif word == "obtain":
            self._obtain(cursor)
        elif word in CHECKED or word == SHOW:
            self._step(word, token, cursor)
        elif not self.scope.declare(word, cursor):
            raise token.error(f"a line starts with {', '.join(STARTS)}; found {token}",
                              "close the line above, or start it with a keyword")

    # ---- lines

    def _lemma(self, cursor: Cursor) -> None:
        name = self._known(_name(cursor, "a name for the lemma", 'write lemma gram from "facts.thm::f18::gram"'))
        if not cursor.accept_word("from"):
            raise cursor.token.error(f"expected from, found {cursor.token}",
                                     'write lemma gram from "facts.thm::f18::gram"')
        place = cursor.token
        parts = cursor.string('write the place as "facts.thm::theorem::step"').split("::")
        if not 2 <= len(parts) <= 3 or not parts[1] or not parts[-1]:
            raise place.error(f"{place} is not the place of a step", 'write "facts.thm::theorem::step"')
        lemma = Lemma(name.text, parts[0], parts[1], parts[2] if len(parts) == 3 else "", place.line, place.column)
        self.made.append(lambda: lemma)

    def _known(self, name: Token) -> Token:
        """Take a name for a lemma or fact; both are used in the same way."""
        if name.text in self.lemmas:
            raise name.error(f"a second lemma or fact {shorten(name.text)}", "choose another name")
        self.lemmas.add(name.text)
        return name

    def _assume(self, token: Token, cursor: Cursor) -> None:
        following = cursor.tokens[min(cursor.place + 1, len(cursor.tokens) - 1)]
        if cursor.sees_word("fact") and following.kind == "name":
            cursor.next()
            name = self._known(cursor.next())
            self.made.append(lambda: NamedFact(name.text, name.line, name.column))
            return
        if following.text == ":":
            self._label(cursor.token)
        sides = self.scope.assumed(cursor)
        guard = sides.relation.text == "!="
        self.made.append(lambda: Assumption(sides.label, self.scope.equation(sides), token.line, guard))

    def _obtain(self, cursor: Cursor) -> None:
        """Read the letters that a fact gives; a letter is obtained before anything is said of it."""
        hint = "write obtain svd: U, D from spectral_theorem with A = S"
        label = cursor.next()
        self._label(label)
        cursor.expect(":", hint)
        letters = [self._fresh(_name(cursor, "a letter", hint))]
        while cursor.accept(","):
            letters.append(self._fresh(_name(cursor, "a letter", hint)))
        if not cursor.accept_word("from"):
            raise cursor.token.error(f"expected from, found {cursor.token}", hint)
        name = _name(cursor, "the name of a fact", hint)
        fact = EXISTENCES.get(name.text)
        if fact is None:
            raise name.error(f"there is no named fact {shorten(name.text)} that gives letters",
                             f"known are {', '.join(EXISTENCES)}")
        if not (cursor.accept_word("with") and cursor.accept_word(fact.given.name) and cursor.accept("=")):
            raise cursor.token.error(f"expected with {fact.given.name} = ..., found {cursor.token}", hint)
        node = self.scope.expression(cursor)

        def make() -> list[Line]:
            try:
                equations = fact.instance(self.scope.builder.term(node), tuple(letters))
            except InputError as error:
                raise error.at("", name.line, name.column) from None
            return [Assumption(label.text, equation, label.line, fact=name.text) for equation in equations]

        self.made.append(make)

    def _fresh(self, name: Token) -> Declaration:
        """Return the declaration of a letter that nothing has been said of yet."""
        declaration = next((one for one in self.scope.declarations if one.name == name.text), None)
        if declaration is None:
            raise name.error(f"{shorten(name.text)} is no matrix declared above", "declare it first, with its sizes")
        if name.text in self.mentioned:
            raise name.error(f"{name} stands in a line above", "obtain a letter before anything is said of it")
        return declaration

    def _label(self, token: Token) -> str:
        if token.kind != "name":
            raise token.error(f"expected a label, found {token}", "write step eq1: A = B")
        if token.text == "nothing":
            raise token.error("nothing is no label", "by nothing means that no line is used; choose another label")
        if token.text in self.labels:
            raise token.error(f"a second line with the label {shorten(token.text)}", "choose another label")
        self.labels[token.text] = token
        return token.text

    def _step(self, kind: str, token: Token, cursor: Cursor) -> None:
        if kind == SHOW:
            label = next(name for number in count(1) if (name := f"show_{number}") not in self.labels)
            token = Token("name", label, token.line, token.column)
            self._label(token)
        else:
            token = cursor.next()
            self._label(token)
            if not cursor.accept(":"):
                raise cursor.token.error(f"expected ':' after the label of a step, found {cursor.token}")
        read = {USE: self._use, INSTANCE: self._instance, ILL_FORMED: self._ill_formed}.get(kind, self._claimed)
        self.made.append(read(kind, token, cursor))

    def _claimed(self, kind: str, token: Token, cursor: Cursor) -> Made:
        chain: list[tuple[Sides, tuple[Reference, ...] | None]] = []
        *symmetry, sides = self.scope.claims(cursor)
        chain.append((sides, _by(cursor) if kind != SHOW else None))
        while kind == STEP and sides.unknown is None and not symmetry and cursor.sees(*RELATIONS):
            relation = cursor.next()
            if sides.flipped:
                raise relation.error("a chain does not go down", "write the smaller side first: b <= a")
            sides = self.scope.joined(sides.right, relation, self.scope.expression(cursor))
            chain.append((sides, _by(cursor)))
        witness = self._witness(cursor) if kind == REFUTE and cursor.accept_word("at") else None
        settles = _settles(cursor, kind)
        whole = self._whole(chain[0][0], [sides for sides, _ in chain])

        given = [by for _, by in chain if by is not None]
        union = tuple(dict.fromkeys(reference for by in given for reference in by)) if given else None

        beside = self._label(replace(token, text=f"{token.text}_symmetric")) if symmetry and kind != REFUTE else ""

        def make() -> list[Line]:
            links = tuple(Link(self.scope.claim(sides), union if by is None else by, sides.relation.line, by or ())
                          for sides, by in chain)
            step = Step(kind, token.text, token.line, token.column, self.scope.claim(whole), union, settles,
                        links if len(links) > 1 else (), witness=witness)
            lines: list[Line] = [replace(step, label=beside, claim=self.scope.claim(one)) for one in symmetry if beside]
            return [*lines, step]

        return make

    def _witness(self, cursor: Cursor) -> dict[str, Value | Fraction]:
        witness: dict[str, Value | Fraction] = {}
        letters = [declaration.name for declaration in self.scope.declarations]
        while not witness or cursor.accept(","):
            letter = _name(cursor, "a letter", "write at A = [1 0; 0 1], s = 1/2")
            if letter.text in witness:
                raise letter.error(f"{letter} is given twice")
            if letter.text not in letters:
                hint = "sizes follow from the matrices" if letter.text in self.scope.sizes else "declare it first"
                raise letter.error(f"{letter} is no matrix or scalar declared above", hint)
            cursor.expect("=", "write at A = [1 0; 0 1]")
            witness[letter.text] = _matrix(cursor) if cursor.sees("[") else _rational(cursor)
        return witness

    def _whole(self, first: Sides, chain: list[Sides]) -> Sides:
        """Return what a chain shows: its two ends, with the strictest of its relations."""
        relations = [sides.relation.text for sides in chain]
        strictest = max(relations, key=RELATIONS.index)
        token = next(sides.relation for sides in chain if sides.relation.text == strictest)
        return Sides(first.left, chain[-1].right, token, first.unknown)

    def _use(self, kind: str, token: Token, cursor: Cursor) -> Made:
        name = _name(cursor, "the name of a lemma or fact", "write use eq2: gram with A = B")
        values: dict[str, Node] = {}
        if cursor.accept_word("with"):
            while True:
                letter = _name(cursor, "a letter of the lemma", "write with A = B, C = D")
                if letter.text in values:
                    raise letter.error(f"a second value for {letter.text}")
                cursor.expect("=", "write with A = B")
                values[letter.text] = self.scope.expression(cursor)
                if not cursor.accept(","):
                    break
        by, settles = _by(cursor), _settles(cursor, kind)
        lemma = Reference(name.text, name.line, name.column)
        term = self.scope.builder.term
        return lambda: Step(kind, token.text, token.line, token.column, None, by, settles, lemma=lemma,
                            values={letter: term(node) for letter, node in values.items()})

    def _instance(self, kind: str, token: Token, cursor: Cursor) -> Made:
        file = cursor.string('write instance kink: "point.json" is critical')
        expected: bool | Fraction
        if cursor.accept_word("is"):
            expected = not cursor.accept_word("not")
            predicate = _name(cursor, "a predicate", "write is critical")
        elif cursor.accept_word("has"):
            predicate = _name(cursor, "a quantity", "write has loss = 1/2")
            cursor.expect("=", "write has loss = 1/2")
            expected = _rational(cursor)
        else:
            raise cursor.token.error(f"expected is or has, found {cursor.token}",
                                     'write "point.json" is critical, or "point.json" has loss = 1/2')
        step = Step(kind, token.text, token.line, token.column, settles=_settles(cursor, kind), file=file,
                    predicate=predicate.text, expected=expected)
        return lambda: step

    def _ill_formed(self, kind: str, token: Token, cursor: Cursor) -> Made:
        """Read a claim whose sizes do not fit together; it is kept as it is written."""
        start, clash = cursor.place, ""
        try:
            self.scope.claimed(cursor)
        except SizeError as error:
            clash = error.message
        while cursor.token.kind != "end" and not cursor.sees_word("settles"):
            cursor.next()
        words = source_of(cursor.tokens[start : cursor.place])
        step = Step(kind, token.text, token.line, token.column, settles=_settles(cursor, kind), words=words,
                    clash=clash)
        return lambda: step

    def _check_denominators(self, theorem: ProofTheorem) -> None:
        """Lower every equation of the theorem once, so that a denominator that is identically 0 is found."""
        equations = [line.equation for line in theorem.lines if isinstance(line, Assumption) and not line.guard]
        claims = [link.claim for step in theorem.steps for link in step.links]
        claims += [step.claim for step in theorem.steps if step.claim is not None]
        guards = tuple(line.equation for line in theorem.lines if isinstance(line, Assumption) and line.guard)
        plain = tuple(Claim(claim.equation, claim.unknown) for claim in claims)
        if plain:
            self.scope.check_denominators(Statement(theorem.declarations, tuple(equations), guards, plain,
                                                    lets=theorem.lets))


# ---- parts of lines --------------------------------------------------------------------------------


def _name(cursor: Cursor, what: str, suggestion: str = "") -> Token:
    token = cursor.next()
    if token.kind != "name":
        raise token.error(f"expected {what}, found {token}", suggestion)
    return token


def _by(cursor: Cursor) -> tuple[Reference, ...] | None:
    if not cursor.accept_word("by"):
        return None
    if cursor.accept_word("nothing"):
        return ()
    references: list[Reference] = []
    while not references or cursor.accept(",") or (
            cursor.token.kind == "name" and not cursor.sees_word("settles", "at", "with")):
        token = _name(cursor, "a label", "write by eq1, eq2")
        references.append(Reference(token.text, token.line, token.column))
    return tuple(references)


def _settles(cursor: Cursor, kind: str) -> tuple[str, ...]:
    """Read ids of claims, such as prop3.1.descent: names and numbers with full stops between; each with its role."""
    ids: list[str] = []
    if cursor.accept_word("settles"):
        while not ids or cursor.accept(",") or (
                cursor.token.kind == "name" and not cursor.sees_word("by", "at", "with")):
            parts = [_name(cursor, "the id of a claim", "write settles lem1.eq27").text]
            while cursor.accept("."):
                token = cursor.next()
                if token.kind not in ("name", "number"):
                    raise token.error(f"expected the rest of an id, found {token}", "write settles lem1.eq27")
                parts.append(token.text)
            said = cursor.token
            role = next((word for word in ROLES if cursor.accept_word(word)), "")
            if role == COUNTEREXAMPLE and kind != INSTANCE:
                raise said.error(f"a {kind} step is no counterexample", "only an instance is; write refute to refute")
            ids.append(" ".join(filter(None, (".".join(parts), role))))
    if ids and cursor.sees_word("by", "at", "with"):
        raise cursor.token.error(f"{cursor.token} after settles", "settles stands last")
    return tuple(ids)


def _matrix(cursor: Cursor) -> Value:
    start = cursor.next()
    rows: list[tuple[Fraction, ...]] = []
    while not rows or cursor.accept(";"):
        row: list[Fraction] = []
        while not row or not cursor.sees("]", ";"):
            row.append(_rational(cursor))
        rows.append(tuple(row))
    cursor.expect("]", "write [1 0; 0 1]")
    if len({len(row) for row in rows}) > 1:
        raise start.error("the rows of this matrix have different lengths", "write [1 0; 0 1]")
    return tuple(rows)


def _rational(cursor: Cursor) -> Fraction:
    sign = -1 if cursor.accept("-") else 1
    token = cursor.next()
    if token.kind != "number":
        raise token.error(f"expected a rational number, found {token}", "write -1/2")
    denominator = 1
    if cursor.accept("/"):
        below = cursor.next()
        if below.kind != "number" or not int(below.text):
            raise below.error(f"expected a denominator, found {below}", "write 1/2")
        denominator = int(below.text)
    return Fraction(sign * int(token.text), denominator)
