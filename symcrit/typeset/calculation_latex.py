"""Calculations from certificates as LaTeX: lemmas first, one rewriting a line, its reason at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symcrit.kernel.statement import Equation
from symcrit.typeset.derivation import Line, Passage, Reason
from symcrit.typeset.display import Row, explained, listed
from symcrit.typeset.latex import Printer, joined
from symcrit.typeset.lines import width
from symcrit.typeset.notation import prose
from symcrit.typeset.words import upper

WORDS = 0.95  # of the width of letters in formulas, with the spaces that `width` leaves out


@dataclass(frozen=True)
class CalculationPrinter:
    r"""Prints the calculations of one step. `cite` prints references to labels, `width_of` estimates their width.

    Lemmas are tagged by the label of the step and their number; `anchor` is the `\label` of the step, if it has one.
    """

    printer: Printer
    cite: Callable[[Sequence[str]], str]
    width_of: Callable[[Sequence[str]], float]
    label: str
    anchor: str = ""

    def lines(self, passages: Sequence[Passage], lead: str = "In detail") -> list[str]:
        """Print lemmas in their order and the calculation that shows the claim."""
        made = []
        for place, passage in enumerate(passages):
            if len(passages) == 1:
                start = lead
            else:
                start = "Hence" if not passage.number else "Next" if place else f"{lead}, first"
            made += self._passage(passage, start)
        return made

    def briefly(self, passage: Passage, *, told: bool) -> str:
        """Say why one step holds; nothing where its reason is a label that was told before the claim."""
        if len(passage.lines) > 1 and passage.lines[1].relation == "=" and not passage.lines[1].reasons:
            return "Multiplied out, both sides are the same."
        reasons = [reason for line in passage.lines for reason in line.reasons]
        if not reasons or (told and all(reason.label for reason in reasons)):
            return ""
        return f"It holds {self._why(reasons)}."

    def _passage(self, passage: Passage, start: str) -> list[str]:
        number, so = passage.number, passage.so
        if not passage.lines:
            why = self._why(passage.by)
            return [f"{start}, {why},", *self._so(so, number)] if number else [f"{upper(why)}, the claim follows."]
        shown = self._chain(passage.lines, number if so is None else 0)
        if so is None:
            return [f"{start},", *shown]
        return [f"{start},", *shown, *(["so that, all matrices being real,", *self._so(so, number)] if number
                                       else ["which shows the claim, as all matrices are real."])]

    def _so(self, equation: Equation | None, number: int) -> list[str]:
        return listed([self._tagged(self.printer.equation(equation), number)]) if equation is not None else []

    def _chain(self, lines: Sequence[Line], number: int) -> list[str]:
        sides = [self.printer.latex(line.term) for line in lines]
        rows = [Row(sides[0], sides[1], lines[1].relation)]
        rows += [Row("", side, line.relation) for side, line in zip(sides[2:], lines[2:], strict=True)]
        rows[-1] = self._tagged(rows[-1], number)
        given = [line.reasons for line in lines[1:]]
        return explained(rows, list(map(self._why, given)), list(map(self._room, given)))

    def _tagged(self, row: Row, number: int) -> Row:
        """Put the tag of a lemma behind a row."""
        if not number:
            return row
        return row._replace(tag=f"{prose(self.label)}.{number}", anchor=self.anchor and f"{self.anchor}:{number}")

    # ---- reasons -------------------------------------------------------------------------------

    def _why(self, reasons: Sequence[Reason]) -> str:
        """Say what a line is by: labels and lemmas first, then what is said in words."""
        cited = [self._cited(reason) for reason in reasons if reason.label or reason.lemma]
        words = [self._words(reason) for reason in reasons if not (reason.label or reason.lemma)]
        parts = [f"by {joined(cited)}"] if cited else []
        return ", and ".join([*parts, *(word for word in words if word)])

    def _cited(self, reason: Reason) -> str:
        if reason.label:
            return self.cite([reason.label])
        if self.anchor:
            return rf"\eqref{{{self.anchor}:{reason.lemma}}}"
        return f"({prose(self.label)}.{reason.lemma})"

    def _words(self, reason: Reason) -> str:
        if reason.argument is not None:
            argument = self.printer.line(reason.argument)
            return f"by {f'Penrose {reason.penrose} for' if reason.penrose else 'the inverse of'} ${argument}$"
        return f"as {prose(reason.said)}" if reason.said else ""

    def _room(self, reasons: Sequence[Reason]) -> float:
        """Estimate the width of what `_why` says."""
        total = 0.0
        for reason in reasons:
            if reason.label or reason.lemma:
                total += self.width_of([reason.label or f"{self.label}.{reason.lemma}"])
            elif reason.argument is not None:
                words = "by Penrose 1 for" if reason.penrose else "by the inverse of"
                total += WORDS * width(words) + width(self.printer.line(reason.argument))
            else:
                total += WORDS * width(f"as {reason.said}")
        return total + (len(reasons) - 1) * width(", and ")
