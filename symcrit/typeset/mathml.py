"""Terms and matrices of numbers as MathML, which browsers show without any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise

from symcrit.errors import InputError
from symcrit.kernel import terms, walk
from symcrit.kernel.matrices import Value
from symcrit.kernel.statement import Equation
from symcrit.kernel.terms import Size, Term
from symcrit.typeset.notation import GREEK

_SUM, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4  # how tightly a formula binds
RELATIONS = {"=": "=", "<=": "≤", "<": "&lt;", "!=": "≠", ">=": "≥", ">": "&gt;"}
_MARKS = {"transpose": "<mo>⊤</mo>", "pinv": "<mo>†</mo>", "inv": "<mrow><mo>−</mo><mn>1</mn></mrow>"}
VERBATIM = "\0"  # before a name that prints letter by letter
Formula = tuple[str, int]


def math(inside: str, *, display: bool = False) -> str:
    """Wrap a formula as an element of its own."""
    shown = ' display="block"' if display else ""
    return f"<math{shown}><mrow>{inside}</mrow></math>"


def equation(given: Equation, names: Mapping[Term, str] | None = None, relation: str = "") -> str:
    """Print both sides of an equation or inequality.

    >>> from symcrit.kernel.terms import matrix
    >>> A = matrix("A", "m", "n")
    >>> equation(Equation(A.T.T, A))
    '<msup><mrow><mo>(</mo><msup><mi>𝐀</mi><mo>⊤</mo></msup><mo>)</mo></mrow><mo>⊤</mo></msup><mo>=</mo><mi>𝐀</mi>'
    """
    sign = RELATIONS[relation or given.relation]
    return f"{term(given.left, names)}<mo>{sign}</mo>{term(given.right, names)}"


def term(given: Term, names: Mapping[Term, str] | None = None) -> str:
    """Print a term; subterms that are abbreviated print by their name.

    >>> from symcrit.kernel.terms import matrix, scalar
    >>> term(scalar("eps")), term(matrix("A1", "m", "n").T)
    ('<mi>ε</mi>', '<msup><msub><mi>𝐀</mi><mn>1</mn></msub><mo>⊤</mo></msup>')
    """
    done: dict[bytes, Formula] = {}
    for node in walk.postorder([given]):
        name = (names or {}).get(node)
        if name is not None:
            done[node.digest] = identifier(name, bold=node.shape is not None), _ATOM
        else:
            done[node.digest] = _node(node, [done[arg.digest] for arg in node.args])
    return done[given.digest][0]


def identifier(name: str, *, bold: bool = False) -> str:
    """Print a name: trailing digits and parts after underscores are one subscript.

    >>> identifier("Sigma", bold=True), identifier("d_0_max")
    ('<mi>𝚺</mi>', '<msub><mi>d</mi><mrow><mn>0</mn><mo>,</mo><mi>max</mi></mrow></msub>')
    """
    if name.startswith(VERBATIM):
        return f"<mtext>{escape(name.removeprefix(VERBATIM))}</mtext>"
    head, *rest = [part for part in name.split("_") if part] or [name]
    match = re.fullmatch(r"([A-Za-z]+)([0-9]*)", head)
    if match is None:
        return f"<mtext>{escape(name)}</mtext>"
    parts = [*([match[2]] if match[2] else []), *rest]
    base = f"<mi>{_letters(match[1], bold)}</mi>"
    if not parts:
        return base
    inside = "<mo>,</mo>".join(f"<mn>{part}</mn>" if part.isdigit() else f"<mi>{_letters(part, False)}</mi>"
                               for part in parts)
    return f"<msub>{base}{inside if len(parts) == 1 else f'<mrow>{inside}</mrow>'}</msub>"


def told_apart(letters: Iterable[Term], abbreviations: Mapping[Term, str], sizes: Iterable[Size]) -> dict[Term, str]:
    """Name abbreviations, and letters that would look like another one or an identity matrix: these letter by letter.

    >>> from symcrit.kernel.terms import matrix
    >>> first, second = matrix("A1", "n", "n"), matrix("A_1", "n", "n")
    >>> names = told_apart([first, second], {}, ["n"])
    >>> term(first, names), term(second, names)
    ('<msub><mi>𝐀</mi><mn>1</mn></msub>', '<mtext>A_1</mtext>')
    """
    used = {term(terms.identity(size)) for size in sizes}
    found: dict[Term, str] = {}
    named = [(letter, str(letter.data)) for letter in letters] + list(abbreviations.items())
    for node, name in named:
        shown = identifier(name, bold=node.shape is not None)
        if node in abbreviations or shown in used:
            found[node] = VERBATIM + name if shown in used else name
        used.add(shown)
    return found


def matrix(value: Value) -> str:
    """Print a matrix of numbers; one number prints as itself.

    >>> from fractions import Fraction
    >>> matrix(((Fraction(1, 2),),))
    '<mn>1/2</mn>'
    """
    if len(value) == len(value[0]) == 1:
        return f"<mn>{value[0][0]}</mn>"
    rows = "".join("<mtr>" + "".join(f"<mtd><mn>{entry}</mn></mtd>" for entry in row) + "</mtr>" for row in value)
    return f"<mrow><mo>(</mo><mtable>{rows}</mtable><mo>)</mo></mrow>"


def _letters(name: str, bold: bool) -> str:
    greek = GREEK.get(name)
    if greek is None:
        return "".join(map(_bold, name)) if bold else name
    word = greek.lstrip("\\").removeprefix("var")
    case = "CAPITAL" if word[0].isupper() else "SMALL"
    letter = unicodedata.lookup(f"GREEK {case} LETTER {word.upper().replace('LAMBDA', 'LAMDA')}")
    return _bold(letter) if bold else letter


def _bold(letter: str) -> str:
    """Find the bold letter of mathematics, which needs no font style."""
    for first, last, start in (("A", "Z", 0x1D400), ("a", "z", 0x1D41A), ("Α", "Ω", 0x1D6A8), ("α", "ω", 0x1D6C2)):
        if first <= letter <= last:
            return chr(start + ord(letter) - ord(first))
    return letter


def _node(node: Term, args: Sequence[Formula]) -> Formula:
    match node.op:
        case "matrix" | "scalar":
            return identifier(str(node.data), bold=node.op == "matrix"), _ATOM
        case "number":
            return f"<mn>{node.data}</mn>", _ATOM
        case "identity":
            size = f"<mn>{node.data}</mn>" if isinstance(node.data, int) else identifier(str(node.data))
            return f"<msub><mi>𝐈</mi>{size}</msub>", _ATOM
        case "zero":
            return "<mn>𝟎</mn>", _ATOM
        case "add":
            return _sum(node, args), _SUM
        case "neg":
            return f"<mo>−</mo>{_inside(args[0], _PRODUCT)}", _SUM
        case "mul":
            return _product([_inside(arg, _PRODUCT) for arg in args]), _PRODUCT
        case "div":
            return f"<mfrac><mrow>{args[0][0]}</mrow><mrow>{args[1][0]}</mrow></mfrac>", _ATOM
        case "pow":
            return f"<msup>{_grouped(args[0])}<mn>{node.data}</mn></msup>", _POWER
        case "transpose" | "inv" | "pinv":
            return f"<msup>{_grouped(args[0])}{_MARKS[node.op]}</msup>", _POWER
        case "proj":
            return f"{_inside(args[0], _PRODUCT)}<msup>{_grouped(args[0])}<mo>†</mo></msup>", _PRODUCT
        case "tr":
            return f"<mi>tr</mi><mo>(</mo>{args[0][0]}<mo>)</mo>", _ATOM
    raise InputError(f"unknown operation {node.op}")


def _product(factors: Sequence[str]) -> str:
    """Put factors side by side, with a dot where numbers would run together."""
    result = factors[0]
    for before, after in pairwise(factors):
        numbers = after.startswith("<mn>") or (after.startswith("<mfrac>") and before.endswith("</mn>"))
        result += ("<mo>·</mo>" if numbers else "<mo>&#8290;</mo>") + after
    return result


def _sum(node: Term, args: Sequence[Formula]) -> str:
    result = args[0][0]
    for arg, formula in zip(node.args[1:], args[1:], strict=True):
        minus = "<mo>−</mo>"
        if arg.op == "neg" and formula[0].startswith(minus):
            result += formula[0]
        else:
            result += f"<mo>+</mo>{_inside(formula, _PRODUCT)}"
    return result


def _inside(formula: Formula, level: int) -> str:
    text, binds = formula
    return text if binds >= level else f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>"


def _grouped(formula: Formula) -> str:
    """Make a formula one element: a single symbol as it is, anything else in parentheses if it is loose."""
    text, binds = formula
    if binds < _ATOM or text.startswith("<mfrac>"):
        return f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>"
    single = text.startswith("<m") and _is_one_element(text)
    return text if single else f"<mrow>{text}</mrow>"


def _is_one_element(text: str) -> bool:
    depth = 0
    for match in re.finditer(r"<(/?)m[a-z]+[^>]*>", text):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.end() == len(text)
    return False
