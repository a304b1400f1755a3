r"""Statements as LaTeX: the author's terms in the author's order, with the verdict that is known.

A fragment uses amsmath and amssymb and no private macros. It says the verdict of the evidence it is
given: `proved` needs a theorem of the kernel for this very statement, `refuted` an instance that the
kernel's evaluator finds to violate a claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from symcrit.errors import InputError, TooLarge
from symcrit.kernel import Instance, Theorem, violated, walk
from symcrit.kernel.evaluate import value_of
from symcrit.kernel.matrices import Value
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement, guarded_terms
from symcrit.kernel.terms import Shape, Size, Term
from symcrit.kernel.text import difference_text, text
from symcrit.kernel.theory import Theory
from symcrit.typeset.display import Row
from symcrit.typeset.lines import FACTOR, SIGN, WIDTH, solid, width
from symcrit.typeset.notation import prose, symbols

_LEVEL = {"add": 0, "neg": 0, "mul": 1, "proj": 1, "slash": 1, "frac": 2, "pow": 3, "transpose": 3, "inv": 3,
          "pinv": 3}
_ATOM = 4
_SUPERSCRIPTS = {"transpose": r"\top", "inv": "-1", "pinv": r"\dagger"}
_HASH = 12
Symbols = Mapping[tuple[str, bool], str]


def term_latex(term: Term) -> str:
    r"""Print a term in math mode, in the author's order and grouping.

    >>> from symcrit.kernel import terms
    >>> A, s = terms.matrix("A1", "m", "n"), terms.scalar("sigma")
    >>> term_latex(terms.proj(A) - A * terms.pinv(A) / s)
    '\\mathbf{A}_{1} \\mathbf{A}_{1}^{\\dagger} - \\frac{\\mathbf{A}_{1} \\mathbf{A}_{1}^{\\dagger}}{\\sigma}'
    >>> term_latex(terms.Term("hadamard", None, (A, A), A.shape))
    Traceback (most recent call last):
    symcrit.errors.InputError: unknown operation hadamard
    """
    return solid(Printer(symbols_of([term], [])).latex(term))


# ---- verdicts ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class VerdictLine:
    """What is known about one statement: its words follow from the evidence, nobody can choose them.

    Raises InputError if the theorem is about another statement or the instance violates no claim.

    >>> from symcrit.lang.parser import parse
    >>> VerdictLine(parse("scalar s\\nshow s = 0"), None).words
    'Not established.'
    >>> VerdictLine(parse("scalar s\\nshow s = 0"), "proved")
    Traceback (most recent call last):
    symcrit.errors.InputError: 'proved' is no evidence
    """

    statement: Statement
    evidence: Theorem | Instance | None

    def __post_init__(self) -> None:
        evidence = self.evidence
        if isinstance(evidence, Theorem):
            if evidence.statement.hash != self.statement.hash:
                raise InputError("the theorem is that of another statement")
        elif isinstance(evidence, Instance):
            if not violated(self.statement, evidence):
                raise InputError("the instance violates no claim")
        elif evidence is not None:
            raise InputError(f"{evidence!r} is no evidence", "give a theorem, an instance or None")

    @property
    def words(self) -> str:
        """Say the verdict in one sentence."""
        if isinstance(self.evidence, Theorem):
            return f"Proved for all sizes (statement {self.evidence.statement.hash[:_HASH]})."
        if self.evidence is None:
            return "Not established."
        if len(self.statement.claims) == 1:
            return "Refuted."
        failed = violated(self.statement, self.evidence)
        return f"Refuted (claim {', '.join(map(str, failed))})."

    def latex(self, chosen: Symbols, gaps: str = "") -> str:
        """Print the verdict, with what a proof rests on (gaps come as LaTeX) or the witness of a refutation."""
        line = rf"\emph{{{self.words}}}"
        if gaps:
            line = rf"\emph{{Follows from what is not proved}}: {gaps} (statement {self.statement.hash[:_HASH]})."
        if isinstance(self.evidence, Theorem) and self.evidence.rests_on:
            line += "\nIt rests on " + joined([prose(name) for name in sorted(self.evidence.rests_on)]) + "."
        return f"{line}\n{witness_latex(self.evidence, chosen)}" if isinstance(self.evidence, Instance) else line


def verdict_line(statement: Statement, evidence: Theorem | Instance | None) -> VerdictLine:
    """Say what the evidence shows: a theorem proves, an instance refutes, and nothing establishes nothing.

    >>> from fractions import Fraction
    >>> from symcrit.lang.parser import parse
    >>> statement = parse("scalar s\\nshow s = 0")
    >>> verdict_line(statement, Instance({}, {"s": Fraction(1)}, {})).words
    'Refuted.'
    >>> verdict_line(statement, Instance({}, {"s": Fraction(0)}, {}))
    Traceback (most recent call last):
    symcrit.errors.InputError: the instance violates no claim
    """
    return VerdictLine(statement, evidence)


def witness_latex(instance: Instance, chosen: Symbols) -> str:
    """Print a counterexample: sizes, scalars and small matrices."""
    parts = [f"${chosen.get((name, False), name)} = {size}$" for name, size in instance.sizes.items()]
    parts += [f"${chosen.get((name, False), name)} = {value}$" for name, value in instance.scalars.items()]
    parts += [f"${chosen.get((name, True), name)} = {matrix_latex(rows)}$" for name, rows in instance.matrices.items()]
    return "A counterexample: " + ",\n".join(parts) + "."


def values_latex(statement: Statement, instance: Instance, printer: Printer) -> list[str]:
    """Print both sides of the claims that fail on a counterexample, but for plain numbers."""
    lines = []
    for claim in (statement.claims[number - 1] for number in violated(statement, instance)):
        if claim.unknown is not None:
            lines.append(f"There no ${printer.symbols[claim.unknown.name, True]}$ is a solution.")
            continue
        sides = []
        for term in (claim.equation.left, claim.equation.right):
            value = value_of(statement, instance, term)
            number = str(value[0][0]) if len(value) == len(value[0]) == 1 else matrix_latex(value)
            if term.op not in ("zero", "number", "identity"):
                sides.append(f"${printer.line(term)} = {number}$")
        lines += [f"There {', but '.join(sides)}."] if sides else []
    return lines


def matrix_latex(rows: Value) -> str:
    r"""Print a matrix of numbers, small enough for a line of text.

    >>> from fractions import Fraction
    >>> matrix_latex(((Fraction(1, 2), Fraction(0)),))
    '\\left(\\begin{smallmatrix} 1/2 & 0 \\end{smallmatrix}\\right)'
    """
    entries = r" \\ ".join(" & ".join(map(str, row)) for row in rows)
    return rf"\left(\begin{{smallmatrix}} {entries} \end{{smallmatrix}}\right)"


# ---- parts of a statement ----------------------------------------------------------------------


def sides_of(statement: Statement) -> list[Term]:
    equations = (*statement.hypotheses, *statement.guards, *(claim.equation for claim in statement.claims))
    return [side for equation in equations for side in (equation.left, equation.right)]


def symbols_of(roots: Sequence[Term], declarations: Iterable[Declaration], claims: Iterable[Claim] = (),
                lets: Iterable[tuple[str, Term]] = ()) -> Symbols:
    """Choose symbols for sizes, letters and abbreviations, none like another or like an identity matrix."""
    nodes = walk.postorder([*roots, *(term for _, term in lets)])
    declared = [*declarations, *(claim.unknown for claim in claims if claim.unknown)]
    letters = [(d.name, d.shape) for d in declared]
    letters += [(str(node.data), node.shape) for node in nodes if node.op in ("matrix", "scalar")]
    shapes = [shape for _, shape in letters] + [node.shape for node in nodes if node.op in ("identity", "zero")]
    sizes = [size for shape in shapes for size in shape or () if isinstance(size, str)]
    names = [(name, False) for name in sizes]
    chosen = symbols(names)
    taken = [*chosen.values(), r"\mathbf{I}", r"\mathbf{0}"]
    taken += [rf"\mathbf{{I}}_{{{_size(size, chosen)}}}" for shape in shapes for size in shape or ()]
    names = [(name, shape is not None) for name, shape in letters]
    names += [(name, term.shape is not None) for name, term in lets]
    return {**symbols(names, taken), **chosen}


def _size(size: Size | None, chosen: Symbols) -> str:
    return chosen[size, False] if isinstance(size, str) else str(size)


def _space(shape: Shape | None, printer: Printer) -> str:
    if shape is None:
        return r"\mathbb{R}"
    rows, cols = (_size(size, printer.symbols) for size in shape)
    return rf"\mathbb{{R}}^{{{rows}}}" if shape[1] == 1 != shape[0] else rf"\mathbb{{R}}^{{{rows} \times {cols}}}"


def belongs(unknown: Declaration, printer: Printer) -> str:
    """Say what an unknown matrix is."""
    return f"${printer.symbols[unknown.name, True]} \\in {_space(unknown.shape, printer)}$"


def declared(declarations: Sequence[Declaration], printer: Printer) -> list[str]:
    """Introduce the letters, those of one space with the same properties together."""
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for declaration in declarations:
        key = _space(declaration.shape, printer), declaration.properties
        groups.setdefault(key, []).append(printer.symbols[declaration.name, declaration.shape is not None])
    parts = []
    for (space, properties), names in groups.items():
        words = f" ({', '.join(properties)})" if properties else ""
        parts.append(", ".join(f"${name}$" for name in names[:-1]) + (", " if len(names) > 1 else "")
                     + rf"${names[-1]} \in {space}$" + words)
    return ["Let " + joined(parts, ",\n") + "."] if parts else []


def joined(parts: Sequence[str], comma: str = ", ") -> str:
    return comma.join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)


def supposed(parts: Sequence[str]) -> list[str]:
    """Say conditions in words, if there are any."""
    return [f"Here it is supposed that {joined(parts)}."] if parts else []


def conditions(statement: Statement, printer: Printer) -> list[str]:
    """List the guards in words: those that are assumed, and those that inverses and quotients need."""
    parts = [f"${printer.line(guard.left)} \\neq {printer.line(guard.right)}$" for guard in statement.guards]
    nodes = [node for node in walk.postorder(guarded_terms(statement)) if node.op in ("inv", "div")]
    try:
        needed = set(Theory(statement).guards)
    except TooLarge:
        return [*parts, "what is inverted is invertible"] if nodes else parts
    needed -= {difference_text(guard) for guard in statement.guards}
    for node in nodes:
        inside = node.args[-1]
        spelled = text(inside)
        if node.op == "inv" and f"{spelled} invertible" in needed:
            parts.append(f"${printer.line(inside)}$ is invertible")
            needed.discard(f"{spelled} invertible")
        elif spelled in needed:
            parts.append(f"${printer.line(inside)} \\neq 0$")
            needed.discard(spelled)
    return parts


# ---- terms -------------------------------------------------------------------------------------


class Printer:
    """Prints terms with given symbols; subterms that were abbreviated print by their symbol."""

    def __init__(self, chosen: Symbols) -> None:
        self.symbols = chosen
        self.names: dict[Term, str] = {}

    def definition(self, name: str, term: Term) -> Row:
        """Print an abbreviation with the earlier ones, and use it from here on."""
        made = self.symbols[name, term.shape is not None]
        right = self.latex(term)
        self.names.setdefault(term, made)
        return Row(made, right)

    def equation(self, equation: Equation, tag: str = "", anchor: str = "") -> Row:
        """Print both sides of an equation or inequality."""
        return Row(self.latex(equation.left), self.latex(equation.right), equation.relation, tag, anchor)

    def line(self, term: Term) -> str:
        """Print a term without places to break it."""
        return solid(self.latex(term))

    def latex(self, term: Term) -> str:
        done: dict[bytes, tuple[str, int]] = {}  # the formula and how tightly it binds
        for node in walk.postorder([term]):
            name = self.names.get(node)
            if name is not None:
                done[node.digest] = name, _ATOM
                continue
            op, formula = self._node(node, [done[arg.digest] for arg in node.args])
            done[node.digest] = formula, _LEVEL.get(op, _ATOM)
            if len(formula) > 1_000_000:
                raise InputError("a term of more than a million characters", "abbreviate parts of it by let")
        return done[term.digest][0]

    def _node(self, node: Term, args: list[tuple[str, int]]) -> tuple[str, str]:
        match node.op:
            case "matrix" | "scalar":
                return "", self.symbols[str(node.data), node.op == "matrix"]
            case "number":
                return "", str(node.data)
            case "identity":
                return "", rf"\mathbf{{I}}_{{{_size(node.data, self.symbols)}}}"
            case "zero":
                return "", r"\mathbf{0}"
            case "add":
                return "add", _sum(args, [arg.op == "neg" and arg not in self.names for arg in node.args])
            case "neg":
                return "neg", "-" + _inside(args[0], 1)
            case "mul":
                return "mul", _product([_inside(arg, 2) for arg in args])
            case "div":
                return _quotient(*args)
            case "pow":
                return "pow", rf"{_inside(args[0], _ATOM)}^{{{node.data}}}"
            case "transpose" | "inv" | "pinv":
                return node.op, rf"{_inside(args[0], _ATOM)}^{{{_SUPERSCRIPTS[node.op]}}}"
            case "proj":
                return "proj", _product([_inside(args[0], 2), rf"{_inside(args[0], _ATOM)}^{{\dagger}}"])
            case "tr":
                return "", r"\operatorname{tr}" + _parentheses(args[0][0])
        raise InputError(f"unknown operation {node.op}")


def _parentheses(formula: str) -> str:
    """Put a formula in parentheses, tall ones around a fraction; what is wide stays breakable."""
    if r"\frac" not in formula:
        return f"({formula})"
    return rf"\left({solid(formula)}\right)" if width(formula) < WIDTH / 3 else rf"\bigl({formula}\bigr)"


def _inside(arg: tuple[str, int], level: int) -> str:
    formula, binds = arg
    return formula if binds >= level else _parentheses(formula)


def _sum(args: Sequence[tuple[str, int]], negative: Sequence[bool]) -> str:
    result = args[0][0] if negative[0] else _inside(args[0], 1)
    for arg, minus in zip(args[1:], negative[1:], strict=True):
        result += f" {SIGN}- {arg[0][1:]}" if minus else f" {SIGN}+ {_inside(arg, 1)}"
    return result


def _product(factors: Sequence[str]) -> str:
    """Put factors side by side, with a dot between numbers and a thin space around longer symbols."""
    result = factors[0]
    for factor, before, after in zip(factors[1:], map(solid, factors), map(solid, factors[1:]), strict=False):
        if after[0].isdigit() or (before[-1].isdigit() and after.startswith(r"\frac")):
            between = rf" {FACTOR}\cdot "
        else:
            between = rf"\, {FACTOR}" if _is_word(before) or _is_word(after) else f" {FACTOR}"
        result += between + factor
    return result


def _is_word(formula: str) -> bool:
    """Tell whether a factor starts with a symbol of several letters, which needs space around it."""
    return re.match(r"\(*\\math(?:it|tt|bf)\{(?:\\?\w){2}", formula) is not None


def _quotient(above: tuple[str, int], below: tuple[str, int]) -> tuple[str, str]:
    """Print a fraction, or a slash where its parts would be too wide for one."""
    if max(width(above[0]), width(below[0])) <= WIDTH / 2:
        return "frac", rf"\frac{{{solid(above[0])}}}{{{solid(below[0])}}}"
    return "slash", f"{_inside(above, 1)} / {_inside(below, 2)}"
