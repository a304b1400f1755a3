"""Characters to tokens, one line at a time; every token knows its line and column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from symcrit.errors import InputError, LimitError

MAX_BYTES = 1_000_000
MAX_LINES = 10_000
MAX_TOKENS = 20_000  # on one line
MAX_DIGITS = 1000
KEYWORDS = ("name", "matrix", "vector", "scalar", "let", "assume", "show", "exists")
FUNCTIONS = ("inv", "pinv", "proj", "tr")
_TOKEN = re.compile(
    r"(?P<space>[ \t]+)|(?P<comment>#.*)|(?P<string>\"[^\"]*\")|(?P<number>[0-9]+)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<symbol>!=|<=|>=|::|[-+*/^'()=:.<>,;\[\]])", re.ASCII)
LONG_LINES = ("step", "use", "refute", "check", "gap", "open", "instance", "ill_formed", "lemma",
              "obtain")  # may go on in the next line
CONTINUATIONS = ("by", "at", "with", "settles")
OPERATORS = ("=", "<=", "<", "+", "-", "*", "/")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line: kind is `name`, `number`, `string`, `symbol` or `end`."""

    kind: str
    text: str
    line: int
    column: int

    def error(self, message: str, suggestion: str = "", kind: type[InputError] = InputError) -> InputError:
        """Make an error placed at this token."""
        return kind(message, suggestion).at("", self.line, self.column)

    def __str__(self) -> str:
        return "end of line" if self.kind == "end" else repr(shorten(self.text))


def shorten(text: str, width: int = 40) -> str:
    """Cut a long text for a message."""
    return text if len(text) <= width else text[: width - 3] + "..."


def source_of(tokens: Sequence[Token]) -> str:
    """Write tokens as they stand in the file, on one line.

    >>> source_of(logical_lines("a  = b*c")[0])
    'a = b*c'
    """
    parts = [token.text for token in tokens[:1]]
    for before, token in pairwise(tokens):
        apart = (before.line, before.column + len(before.text)) != (token.line, token.column)
        parts.append(f" {token.text}" if apart else token.text)
    return "".join(parts).strip()


def decode(data: bytes) -> str:
    """Turn the bytes of a file into text; raises InputError unless it is UTF-8 without byte order mark."""
    if len(data) > MAX_BYTES:
        raise LimitError(f"more than {MAX_BYTES} bytes")
    if data.startswith(b"\xef\xbb\xbf"):
        raise InputError("the file starts with a byte order mark", "save it as UTF-8 without one").at("", 1, 1)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise InputError("the file is not UTF-8", "save it as UTF-8").at("", line, column) from None


def logical_lines(text: str) -> list[list[Token]]:
    """Split a text into lines of tokens; some go on in the next (a relation, an operator, by, ...).

    >>> [len(line) for line in logical_lines("step a: X = Y\\n\\n   = Z by b")]
    [11]
    """
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > MAX_LINES:
        raise LimitError(f"more than {MAX_LINES} lines").at("", MAX_LINES + 1, 1)
    logical: list[list[Token]] = []
    for number, line in enumerate(lines, 1):
        tokens = tokenize(line, number)
        first = tokens[0]
        goes_on = first.text in (OPERATORS if first.kind == "symbol" else CONTINUATIONS)
        if first.kind == "end":
            continue
        if goes_on and logical and logical[-1][0].text in LONG_LINES:
            logical[-1][-1:] = tokens
        else:
            logical.append(tokens)
        if len(logical[-1]) > MAX_TOKENS:
            raise LimitError(f"a line of more than {MAX_TOKENS} tokens", "split it with let").at("", number, 1)
    return logical


def tokenize(text: str, number: int) -> list[Token]:
    """Split one line into tokens, the last of kind `end`; raises InputError at a character that fits nowhere."""
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            character = text[place]
            hint = "a text needs a closing quote on its line" if character == '"' else ""
            raise InputError(f"unexpected character {character!r}", hint).at("", number, place + 1)
        kind = str(match.lastgroup)
        if kind == "number" and len(match.group()) > MAX_DIGITS:
            raise LimitError(f"a number of {len(match.group())} digits; at most {MAX_DIGITS} are read",
                             "write it as a product or a power").at("", number, place + 1)
        if len(tokens) > MAX_TOKENS:
            raise LimitError(f"a line of more than {MAX_TOKENS} tokens", "split it with let").at("", number, place + 1)
        if kind not in ("space", "comment"):
            tokens.append(Token(kind, match.group(), number, place + 1))
        place = match.end()
    tokens.append(Token("end", "", number, place + 1))
    return tokens
