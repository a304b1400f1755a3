"""Every error symcrit raises on purpose, in one tree.

Each class stands for one thing a user can do about it. None is ever raised to mean "no":
verdicts are values, not exceptions.
"""

from __future__ import annotations


class SymcritError(Exception):
    """The root of all errors raised on purpose."""


class InputError(SymcritError):
    """Something that was written is not well formed; correct it and try again.

    The inner layer says *what* is wrong; the outer layer adds *where*, through `at`.

    >>> str(InputError("unknown name B", "declare it first").at("a.thm", 3, 6))
    'a.thm:3:6: unknown name B\\n  suggestion: declare it first'
    """

    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion
        self.file = ""
        self.line = 0
        self.column = 0
        self.digest = b""  # of the term at fault, where a layer below the parser knows only that

    def at(self, file: str, line: int = 0, column: int = 0) -> InputError:
        """Fill in the place, unless an inner layer already knew it better."""
        self.file = self.file or file
        if not self.line:
            self.line, self.column = line, column
        return self

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        text = f"{place}: {self.message}" if place else self.message
        return f"{text}\n  suggestion: {self.suggestion}" if self.suggestion else text


class SizeError(InputError):
    """Two sizes do not fit; both are named in the message."""


class LimitError(InputError):
    """The input is too large for a stated limit; write it in smaller parts."""


class TooLarge(SymcritError):
    """A well-formed expression expands beyond what the kernel multiplies out; prove it in smaller steps."""


class CertificateError(SymcritError):
    """A certificate does not prove what it claims; the message names the step."""


class NotGranted(CertificateError):
    """An inverse or a denominator is used that no line of the statement grants."""


class Fails(CertificateError):
    """An instance does not meet a hypothesis, property or guard of its statement, or an inverse does not exist."""


class UndecidedError(SymcritError):
    """A result was used as a plain yes or no, but it is neither; read its `.verdict`."""
