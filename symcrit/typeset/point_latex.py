"""What a point is as one page of LaTeX, from the documents of `classify --json` and `descend --json`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from symcrit.sheets.numbers import MAX_TEXT, polynomial_text, short
from symcrit.typeset.lines import SIGN, broken, width
from symcrit.typeset.notation import prose
from symcrit.typeset.words import fragment

Document = Mapping[str, Any]
ROOM = 300.0  # points: the text of an article is 345 wide, less what stands before a matrix
MAX_COLUMNS, MAX_ROWS = 10, 20  # that amsmath sets in one matrix, and that leave room on a page
MAX_CHANGE = 1_000  # characters of the change of the loss
_SIGMA = r"\boldsymbol{\Sigma}"
MAX_CELL = 200  # points, of a cell on one line
SEPARATION = 12.0  # between the columns of a matrix


def point_latex(name: str, point: Document, found: Document, sigma: Sequence[Sequence[str]] | None = None,
                curve: Document | None = None) -> str:
    """Print data, Sigma, spectrum, what is captured, the loss, and the curve down, as a fragment to be included.

    `sigma` is the matrix Sigma = Y X^+ X Y' of a linear network; a ReLU network has a pattern of signs instead.
    """
    lines = [rf"\paragraph{{{prose(name)}.}} A point of the {_network(found['network'], point['widths'])}, with",
             *_rows([(r"\mathbf{X}", point["X"]), (r"\mathbf{Y}", point["Y"]), *_weights(point["weights"])])]
    lines += _field(point.get("field"))
    if sigma is not None:
        product = r"\mathbf{Y} \mathbf{X}^{\dagger} \mathbf{X} \mathbf{Y}^{\top}"
        lines += ["Then", *_rows([(f"{_SIGMA} = {product}", sigma)])]
    for layer in found.get("layers") or [found]:
        lines += _spectrum(layer) if "spectrum" in layer else []
    if "activation_pattern" in found:
        lines += _pattern(found)
    lines += _verdict(found)
    if curve is not None and curve["curve"] is not None:
        lines += _curve(curve, None if point.get("field") == curve.get("field") else curve.get("field"))
    return fragment([*lines, r"\emph{All of this was computed in exact arithmetic.}"])


def _network(network: str, widths: Sequence[int]) -> str:
    kind = "ReLU" if network == "relu" else network
    return f"{kind} network of widths ${', '.join(map(str, widths))}$"


def _weights(weights: Sequence[Any], head: str = r"\mathbf{{A}}_{{{}}}") -> list[tuple[str, Any]]:
    return [(head.format(k), weight) for k, weight in enumerate(weights, 1)]


def _field(field: Document | None) -> list[str]:
    if field is None:
        return []
    return [f"where ${field['name']}$ is root {field['root_from_top']}, counted from the largest, of "
            f"${_polynomial(field['minpoly'], field['name'])}$.", ""]


def _spectrum(layer: Document) -> list[str]:
    """Print the eigenvalues of Sigma_k with their multiplicities, and what is captured of them."""
    head = f"{_SIGMA}_{{{layer['k']}}}" if layer.get("k") else _SIGMA
    rows = [f"{_number(pair['value'])} & {pair['multiplicity']} & "
            f"{'--' if pair.get('captured') is None else pair['captured']}" for pair in layer["spectrum"]]
    if not rows:
        return []
    column = "l" if max(map(width, rows)) < MAX_CELL else rf"p{{{MAX_CELL}pt}}"
    return [rf"\begin{{center}}\begin{{tabular}}{{{column}cc}}",
            rf"eigenvalue of ${head}$ & multiplicity & captured \\ \hline\rule{{0pt}}{{2.5ex}}%",
            *(rf"{row} \\" for row in rows), r"\end{tabular}\end{center}"]


def _pattern(found: Document) -> list[str]:
    marks = {-1: "-", 0: "0", 1: "+"}
    signs = [[marks[side] for side in row] for row in found["activation_pattern"]]
    place = "on a boundary of the cones" if found["on_boundary"] else "in an open cone"
    smooth = "has a derivative there" if found["differentiable"] else "has a kink there"
    return [r"The signs of $\mathbf{A}_{1} \mathbf{X}$ are",
            *_rows([(r"\operatorname{sign}(\mathbf{A}_{1} \mathbf{X})", signs)]),
            f"so the point is {place}, and the loss {smooth}."]


def _verdict(found: Document) -> list[str]:
    kind = found["kind"].replace("non_strict", "non-strict").replace("_", " ")
    zero = [rf"\nabla_{{\mathbf{{A}}_{{{k}}}}} L {'=' if is_zero else chr(92) + 'neq'} \mathbf{{0}}"
            for k, is_zero in enumerate(found["gradients_zero"], 1)]
    gradients = f"The gradients: ${'$, $'.join(zero)}$. " if found.get("differentiable", True) else ""
    lines = [f"{gradients}The loss is {_number(found['loss'])}" +
             (f"; the least loss is {_number(found['global_minimum'])}." if found["global_minimum"] else ".")]
    category = f" (category {found['category'].replace('_', ' ')})" if found.get("category") else ""
    lines.append(rf"The point is {_article(kind)} \textbf{{{kind}}}{category}."
                 if found["kind"] not in ("not_critical", "undetermined") else rf"The point is \textbf{{{kind}}}.")
    signs = found.get("hessian_inertia")
    if signs:
        lines.append(f"Of the eigenvalues of the Hessian {signs['positive']} are positive, {signs['zero']} zero and "
                     f"{signs['negative']} negative.")
    return lines


def _article(kind: str) -> str:
    return "the" if kind == "global minimum" else "a"


def _curve(curve: Document, field: Document | None) -> list[str]:
    """Print the perturbed weights and the exact change of the loss; its series if it is no polynomial."""
    lines = ["", f"Along the curve ({prose(curve['theorem'])})",
             *_rows(_weights(curve["curve"], r"\tilde{{\mathbf{{A}}}}_{{{}}}(\varepsilon)")), *_field(field),
             "the loss changes by", *_display(curve["loss_change"])]
    if "/(" in curve["loss_change"] and curve.get("series"):
        lines += ["that is", *_display(curve["series"])]
    if curve.get("interval"):
        sharp = "" if curve["interval_sharp"] else ", at least"
        lines.append(f"which is negative for ${_expression(curve['interval'])}${sharp}.")
    return lines


# ---- numbers and matrices ------------------------------------------------------------------------


def _number(value: Document) -> str:
    r"""Print an exact number for a line of text.

    >>> _number({"exact": "-1/2", "approx": "-0.5"})
    '$-\\frac{1}{2}$'
    >>> _number({"minpoly": [-2, 0, 1], "root_from_top": 1, "approx": "1.4142135623730950488"})
    '$\\approx 1.4142135624$ (root 1 of $s^{2} - 2$)'
    """
    if "exact" in value and len(value["exact"]) <= MAX_TEXT:
        return f"${_fraction(value['exact'])}$"
    about = rf"$\approx {short(value['approx'])}$"
    if "minpoly" in value:
        polynomial = _polynomial(value["minpoly"], "s")
        if len(polynomial) <= 2 * MAX_TEXT:
            return f"{about} (root {value['root_from_top']} of ${polynomial}$)"
        return f"{about} (algebraic of degree {len(value['minpoly']) - 1})"
    return about


def _fraction(text: str) -> str:
    match = re.fullmatch(r"(-?)(\d+)/(\d+)", text)
    return rf"{match[1]}\frac{{{match[2]}}}{{{match[3]}}}" if match else text


def _polynomial(coefficients: Sequence[Any], letter: str) -> str:
    return _expression(polynomial_text(coefficients, letter, downwards=True)).replace(SIGN, "")


def _expression(text: str) -> str:
    r"""Turn an expression as `--json` has it into LaTeX, with marks where it may be broken.

    >>> _expression("-3/2*ε^12/sqrt(1 + ε^2)").replace(SIGN, "")
    '-3/2\\,\\varepsilon^{12}/\\sqrt{1 + \\varepsilon^{2}}'
    """
    made, root = "", 0  # under how many roots, where a line cannot be broken
    closing: list[str] = []
    for token in re.findall(r"sqrt\(|\^\d+| [+-] |.", text):
        if token in ("sqrt(", "("):
            made += r"\sqrt{" if token == "sqrt(" else token
            closing.append("}" if token == "sqrt(" else ")")
            root += token == "sqrt("
        elif token == ")":
            made += closing.pop()
            root -= made.endswith("}")
        elif token.startswith("^"):
            made += f"^{{{token[1:]}}}"
        elif token in (" + ", " - "):
            made += token if root else SIGN + token
        else:
            made += {"*": r"\,", "ε": r"\varepsilon", "|": r"\lvert "}.get(token, token)
    return re.sub(r"\\lvert (\\varepsilon)\\lvert ", r"\\lvert\1\\rvert", re.sub(r"\\varepsilon(?=[A-Za-z])",
                  r"\\varepsilon ", made))


def _rows(pairs: Sequence[tuple[str, Sequence[Sequence[str]]]]) -> list[str]:
    """Display matrices, one a line."""
    shown = [rf"{head} &= {_matrix(rows)}" for head, rows in pairs]
    return [r"\begin{align*}", " \\\\\n".join(shown), r"\end{align*}"]


def _matrix(rows: Sequence[Sequence[str]]) -> str:
    """Print a matrix; one that is too wide for a page as the transpose of another, or described."""
    if not rows or not rows[0]:
        return rf"\text{{a matrix without entries ({len(rows)} rows)}}"
    entries = [[_expression(_bare(str(entry))).replace(SIGN, "") for entry in row] for row in rows]
    turned = list(zip(*entries, strict=True))
    for shown, mark in ((entries, ""), (turned, r"^{\top}")):
        wide = sum(max(map(width, column)) + SEPARATION for column in zip(*shown, strict=True))
        if wide <= ROOM and len(shown[0]) <= MAX_COLUMNS and len(shown) <= MAX_ROWS:
            return r"\begin{bmatrix} " + r" \\ ".join(" & ".join(row) for row in shown) + rf" \end{{bmatrix}}{mark}"
    longest = max(len(str(entry)) for row in rows for entry in row)
    return rf"\text{{a ${len(rows)} \times {len(rows[0])}$ matrix, entries of up to {longest} characters}}"


def _bare(entry: str) -> str:
    """Take off parentheses around a whole entry."""
    inside = entry[1:-1]
    return inside if entry.startswith("(") and entry.endswith(")") and not {"(", ")"} & set(inside) else entry


def _display(change: str) -> list[str]:
    """Display the change of the loss, broken into lines; one that fills a page is described."""
    lines = [line if k == 0 else rf"\quad {line}"
             for k, line in enumerate(broken(rf"L(\varepsilon) - L = {_expression(change)}", ROOM))]
    if len(change) > MAX_CHANGE or max(map(width, lines)) > ROOM:
        lines = [rf"L(\varepsilon) - L = \text{{an expression of {len(change)} characters}}"]
    return [r"\begin{align*}", " \\\\\n".join("&" + line for line in lines), r"\end{align*}"]
