"""The author's term as text, in the language of statement files: it parses back to the same term."""

from __future__ import annotations

from collections.abc import Mapping

from symcrit.kernel import walk
from symcrit.kernel.poly import Atom, Poly
from symcrit.kernel.statement import Equation
from symcrit.kernel.terms import Term

_LEVEL = {"add": 0, "neg": 0, "mul": 1, "div": 1, "pow": 2, "transpose": 2}


def text(term: Term, names: Mapping[Term, str] | None = None, *, limit: int = 1_000_000) -> str:
    """Print a term in the language of statement files, in the author's order and grouping.

    Subterms that are keys of `names` print by that name. A text longer than `limit` prints as `...`.

    >>> from symcrit.kernel.terms import matrix
    >>> A, B = matrix("A", "n", "n"), matrix("B", "n", "n")
    >>> text((A + B) * A.T - B)
    "(A + B)*A' - B"
    >>> text((A + B) * A.T - B, {A + B: "S"})
    "S*A' - B"
    """
    names = names or {}
    done: dict[bytes, str] = {}
    for node in walk.postorder([term]):
        ops = ["" if arg in names else arg.op for arg in node.args]
        done[node.digest] = names.get(node) or _text_node(node, ops, [done[arg.digest] for arg in node.args])
        if len(done[node.digest]) > limit:
            return "..."
    return done[term.digest]


def _text_node(node: Term, ops: list[str], args: list[str]) -> str:
    def inside(position: int, level: int) -> str:
        return args[position] if _LEVEL.get(ops[position], 3) >= level else f"({args[position]})"

    match node.op:
        case "add":
            result = args[0] if ops[0] != "add" else f"({args[0]})"
            for op, part in zip(ops[1:], args[1:], strict=True):
                if op == "neg":
                    result += " - " + part[1:]
                else:
                    result += " + " + (f"({part})" if op == "add" else part)
            return result
        case "neg":
            return "-" + inside(0, 1)
        case "mul":
            first = args[0] if ops[0] == "div" else inside(0, 2)
            return "*".join([first, *(inside(k, 2) for k in range(1, len(args)))])
        case "div":
            return f"{inside(0, 1)}/{inside(1, 2)}"
        case "pow":
            return f"{inside(0, 2)}^{node.data}"
        case "transpose":
            return f"{inside(0, 2)}'"
        case "identity":
            return f"I({node.data})"
        case "zero":
            return "0"
        case "inv" | "pinv" | "proj" | "tr":
            return f"{node.op}({args[0]})"
    return str(node.data)


def equation_text(equation: Equation, names: Mapping[Term, str] | None = None, *, relation: str = "") -> str:
    """Print both sides with the relation between them (or another one, for a guard)."""
    return f"{text(equation.left, names)} {relation or equation.relation} {text(equation.right, names)}"


def difference_text(guard: Equation, *, limit: int = 1_000_000) -> str:
    """Print left - right, the scalar that a guard says is not 0."""
    left, right = text(guard.left, limit=limit), text(guard.right, limit=limit)
    if right == "0":
        return left
    return f"{left} - ({right})" if guard.right.op in ("add", "neg") else f"{left} - {right}"


# ---- polynomials -------------------------------------------------------------------------------


def atom_text(atom: Atom) -> str:
    """Print an atom the way authors write it."""
    if len(atom) == 1:
        return atom[0]
    return f"tr({'*'.join(atom[2:])})" if atom[1] == "" else f"tr(I({atom[1]}))"


def poly_text(poly: Poly) -> str:
    """Print a polynomial on one line without spaces, in a fixed order; different polynomials print differently."""
    text = ""
    for (central, word), value in sorted(poly.terms.items(), key=lambda item: (item[0][1], item[0][0])):
        factors = [atom_text(atom) + (f"^{e}" if e > 1 else "") for atom, e in central] + list(word)
        if not word and not poly.is_scalar:
            factors.append(f"I({poly.rows})")
        if abs(value) != 1 or not factors:
            factors.insert(0, str(abs(value)))
        text += ("-" if value < 0 else "+" if text else "") + "*".join(factors)
    return text or "0"
