"""Sentences of typeset proofs: verdicts, full stops, places where a line may break."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from symcrit.typeset.notation import prose

RIGHT = r"\hspace*{\fill}\mbox"


def at_the_right(lines: Sequence[str]) -> list[str]:
    """Let a verdict at the right stand on a new line if the words before it leave no room."""
    return [rf"\hspace*{{\fill}}\penalty0{line}" if line.startswith(RIGHT) and before != r"\end{align*}" else line
            for before, line in pairwise(["", *lines])]


def fragment(lines: Iterable[str]) -> str:
    r"""Put lines together so that they fit on the pages of any document: lines stretch, displays break.

    >>> fragment(["So."])
    '\\begingroup\\sloppy\\allowdisplaybreaks\nSo.\n\\par\\endgroup\n'
    """
    return "\n".join([r"\begingroup\sloppy\allowdisplaybreaks", *lines, r"\par\endgroup"]) + "\n"


def not_established(reason: str) -> list[str]:
    """Say that a step is not established, and why."""
    return [rf"\emph{{Not established}} ({breakable(prose(reason))})." if reason else r"\emph{Not established.}"]


def sentence(words: str) -> str:
    """End with a full stop unless there is one.

    >>> sentence("So"), sentence("So?")
    ('So.', 'So?')
    """
    return words if words.endswith((".", "?", "!")) else f"{words}."


def upper(words: str) -> str:
    """Begin with a capital letter."""
    return words[:1].upper() + words[1:]


def breakable(latex: str) -> str:
    """Allow a line to break inside formulas and paths that are printed as text."""
    return re.sub(r"([*/=])", r"\1\\allowbreak{}", latex)
