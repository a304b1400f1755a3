"""Names to symbols: bold matrices, Greek letters, digits and parts as subscripts; prose to safe LaTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_LOWER = ("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda",
          "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega")
_UPPER = ("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega")
GREEK = {name: f"\\{name}" for name in (*_LOWER, *_UPPER)} | {
    "Lam": r"\Lambda", "lam": r"\lambda", "eps": r"\varepsilon", "Sig": r"\Sigma", "sig": r"\sigma"}
_GREEK_LETTERS = {unicodedata.lookup(f"GREEK {case} LETTER {word}"): f"\\{name}"
                  for case, names in (("SMALL", _LOWER), ("CAPITAL", _UPPER)) for name in names
                  if not name.startswith("var") for word in [name.upper().replace("LAMBDA", "LAMDA")]}
_ACCENTS = {"\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
            "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c"}
_PROSE = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
          "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": "$<$", ">": "$>$", "|": "$|$",
          '"': "''", "ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "ø": r"\o{}", "Ø": r"\O{}", "ł": r"\l{}",
          "Ł": r"\L{}", "œ": r"\oe{}", "Œ": r"\OE{}", "\u2013": "--", "\u2014": "---", "\u2019": "'", "\u2018": "`",
          "\u201c": "``", "\u201d": "''", "\u2264": r"$\leq$", "\u2265": r"$\geq$", "\u2260": r"$\neq$",
          "\u2225": r"$\|$", "\u00b7": r"$\cdot$", "\u00d7": r"$\times$", "\u2020": r"$\dagger$", "\t": " "}


def symbol(name: str, bold: bool = False) -> str:
    r"""Turn a name into a symbol: trailing digits and parts after underscores become one subscript.

    >>> symbol("A1", bold=True), symbol("Sigma", bold=True), symbol("sigma12"), symbol("d_0_max")
    ('\\mathbf{A}_{1}', '\\boldsymbol{\\Sigma}', '\\sigma_{12}', 'd_{0,\\mathrm{max}}')
    >>> symbol("_")
    '\\mathtt{\\_}'
    """
    head, *rest = [part for part in name.split("_") if part] or [""]
    match = re.fullmatch(r"([A-Za-z]+)([0-9]*)", head)
    if match is None:
        return verbatim(name)
    subscripts = [*([match[2]] if match[2] else []), *map(_subscript, rest)]
    base = match[1]
    if base in GREEK:
        base = f"\\boldsymbol{{{GREEK[base]}}}" if bold else GREEK[base]
    elif bold:
        base = f"\\mathbf{{{base}}}"
    elif len(base) > 1:
        base = f"\\mathit{{{base}}}"
    return f"{base}_{{{','.join(subscripts)}}}" if subscripts else base


def _subscript(part: str) -> str:
    if part in GREEK:
        return GREEK[part]
    return part if len(part) == 1 or part.isdigit() else f"\\mathrm{{{part}}}"


def verbatim(name: str) -> str:
    """Print a name letter by letter, for names that would look like another symbol."""
    return "\\mathtt{" + name.replace("_", r"\_") + "}"


def symbols(names: Iterable[tuple[str, bool]], taken: Iterable[str] = ()) -> dict[tuple[str, bool], str]:
    r"""Choose a symbol for every name, no two alike; a name that comes second to a symbol prints verbatim.

    >>> symbols([("A1", True), ("A_1", True)])
    {('A1', True): '\\mathbf{A}_{1}', ('A_1', True): '\\mathtt{A\\_1}'}
    """
    used = set(taken)
    chosen: dict[tuple[str, bool], str] = {}
    for name, bold in names:
        if (name, bold) in chosen:
            continue
        made = symbol(name, bold)
        made = verbatim(name) if made in used else made
        used.add(made)
        chosen[name, bold] = made
    return chosen


def prose(text: str) -> str:
    r"""Turn any text into LaTeX that compiles with a bare preamble and prints the text.

    >>> prose("Größe_1: 50 % of ε")
    'Gr\\"{o}\\ss{}e\\_1: 50 \\% of $\\epsilon$'
    >>> prose("\x00")
    '[U+0000]'
    """
    return "".join(map(_prose_character, unicodedata.normalize("NFC", text)))


def _prose_character(character: str) -> str:
    if character in _PROSE:
        return _PROSE[character]
    if " " <= character <= "~":
        return character
    if character in _GREEK_LETTERS:
        return f"${_GREEK_LETTERS[character]}$"
    base, accents = character, unicodedata.normalize("NFD", character)
    if len(accents) == 2 and accents[1] in _ACCENTS and accents[0].isascii() and accents[0].isalpha():
        base = accents[0]
        base = {"i": r"\i", "j": r"\j"}.get(base, base)
        return f"\\{_ACCENTS[accents[1]]}{{{base}}}"
    return f"[U+{ord(character):04X}]"
