"""A complete LaTeX document: preamble, the notation that it uses, the parts, and what comes after them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symcrit.errors import InputError
from symcrit.typeset.notation import prose
from symcrit.typeset.words import breakable

Section = tuple[str, str]  # a title (or nothing) and LaTeX

_PREAMBLE = r"""\documentclass{article}
\usepackage{amsmath}
\usepackage{amssymb}
\usepackage[hidelinks]{hyperref}
\begin{document}
\sloppy
"""
_NOTATION = (  # what is looked for, the symbol, its meaning
    (r"\in \mathbb{R}^{", r"\mathbf{A} \in \mathbb{R}^{m \times n}",
     "a real matrix; sizes that are letters stand for any positive whole numbers"),
    (r"^{\top}", r"\mathbf{A}^{\top}", "the transpose"),
    (r"^{\dagger}", r"\mathbf{A}^{\dagger}", r"the pseudoinverse, the one $\mathbf{X}$ that meets Penrose's equations"
     r" (1)~$\mathbf{A} \mathbf{X} \mathbf{A} = \mathbf{A}$, (2)~$\mathbf{X} \mathbf{A} \mathbf{X} = \mathbf{X}$,"
     r" (3)~$(\mathbf{A} \mathbf{X})^{\top} = \mathbf{A} \mathbf{X}$,"
     r" (4)~$(\mathbf{X} \mathbf{A})^{\top} = \mathbf{X} \mathbf{A}$; reasons name them by their number"),
    (r"^{-1}", r"\mathbf{A}^{-1}", "the inverse, where it is said that there is one"),
    (r"\operatorname{tr}", r"\operatorname{tr}(\mathbf{A})", "the trace"),
    (r"\mathbf{I}_{", r"\mathbf{I}_{n}", r"the identity matrix of size $n$"),
    (r"\mathbf{0}", r"\mathbf{0}", "the zero matrix of the size that fits"),
    ("Proved for all sizes", "", r"\emph{Proved for all sizes}: a certificate of this statement was checked by a kernel"
     " that multiplies it out; the first digits of the statement's hash follow"),
    ("Refuted", "", r"\emph{Refuted}: the matrices below meet everything that is supposed and violate the claim"),
    ("Not established", "", r"\emph{Not established}: neither a proof nor a counterexample is known"),
    ("not proved.}", "", r"\emph{Holds on instances}: evaluated exactly on so many instances, and not proved"),
)


def document(parts: Sequence[Section], after: Sequence[Section] = ()) -> str:
    r"""Put parts into a complete article that compiles as it stands; several with titles get a table of contents.

    >>> document([("", "text\n")]).splitlines()[0]
    '\\documentclass{article}'
    >>> document([])
    Traceback (most recent call last):
    symcrit.errors.InputError: a document needs at least one part
    """
    if not any(body.strip() for _, body in parts):
        raise InputError("a document needs at least one part")
    titled = len(parts) > 1 and any(title for title, _ in parts)
    table = notation("\n".join(body for _, body in parts))
    made = [_PREAMBLE, "\\tableofcontents\n" if titled else ""]
    made += [f"\\section*{{Notation}}\n{table}"] if table else []
    made += [f"\\section{{{breakable(prose(title))}}}\n{body}" if titled and title else body for title, body in parts]
    made += [f"\\section*{{{prose(title)}}}\n{body}" for title, body in after if body]
    return "\n".join(part for part in made if part) + "\n\\end{document}\n"


def notation(body: str) -> str:
    r"""Explain the notation and the verdicts that LaTeX uses, and no other.

    >>> print(notation(r"$\mathbf{A}^{\top}$"), end="")
    \noindent\begin{tabular}{@{}lp{10cm}@{}}
    $\mathbf{A}^{\top}$ & the transpose \\
    \end{tabular}
    >>> notation("words")
    ''
    """
    rows = [(symbol, meaning) for needle, symbol, meaning in _NOTATION if needle in body]
    lines = [f"${symbol}$ & {meaning} \\\\" for symbol, meaning in rows if symbol]
    table = ["\\noindent\\begin{tabular}{@{}lp{10cm}@{}}", *lines, "\\end{tabular}"] if lines else []
    told = [f"\n\\noindent {meaning}." for symbol, meaning in rows if not symbol]
    return "\n".join([*table, *told]) + "\n" if table or told else ""


def from_markdown(text: str) -> str:
    r"""Turn the little Markdown that symcrit writes (headings, items, code) into LaTeX; the first heading is left out.

    >>> print(from_markdown("# Title\n\nSo:\n\n## Part\n- `a_b` is it"), end="")
    So:
    <BLANKLINE>
    \subsection*{Part}
    \begin{itemize}
    \item[--] \texttt{a\_b} is it
    \end{itemize}
    """
    lines: list[str] = []
    items = False
    for line in text.splitlines():
        if items and not line.startswith("- "):
            lines.append(r"\end{itemize}")
            items = False
        if line.startswith("### "):
            lines.append(rf"\paragraph{{{_inline(line[4:])}}}\leavevmode")
        elif line.startswith("## "):
            lines.append(rf"\subsection*{{{_inline(line[3:])}}}")
        elif line.startswith("- "):
            lines += [] if items else [r"\begin{itemize}"]
            items = True
            lines.append(rf"\item[--] {_inline(line[2:])}")
        elif not line.startswith("# ") and (line or (lines and lines[-1])):
            lines.append(_inline(line))
    return "\n".join([*lines, r"\end{itemize}"] if items else lines) + "\n"


def _inline(text: str) -> str:
    """Print text with code in it; code may break behind signs."""
    parts = re.split(r"(``.*?``|`.*?`)", text)
    return "".join(rf"\texttt{{{_code(part.strip('`'))}}}" if part.startswith("`") else prose(part) for part in parts)


def _code(text: str) -> str:
    return re.sub(r"(?<=[*/=+;,(])", r"\\allowbreak{}", breakable(prose(text)))
