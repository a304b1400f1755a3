"""The result of trying to prove a statement: one object that prints, becomes JSON and decides the exit code."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from typing import Any

from symcrit.errors import InputError, UndecidedError
from symcrit.kernel.evaluate import Instance, value_of
from symcrit.kernel.matrices import Value
from symcrit.kernel.replay import replay
from symcrit.kernel.statement import Statement
from symcrit.kernel.text import equation_text, text

PROVED, REFUTED, NOT_ESTABLISHED, ILL_FORMED = "proved", "refuted", "not_established", "ill_formed"
MAX_SHOWN = 12  # rows and columns of a matrix in text output


@dataclass(frozen=True)
class Result:
    """A verdict with its evidence: a certificate, or an instance that refutes.

    `bool()` of a result is True if it is proved and raises otherwise: "refuted" and "not established"
    are different answers, and neither is a plain no.

    >>> bool(Result(PROVED))
    True
    >>> bool(Result(NOT_ESTABLISHED))
    Traceback (most recent call last):
    symcrit.errors.UndecidedError: the statement is not established; read .verdict
    """

    verdict: str
    statement: Statement | None = None
    file: str = ""
    certificate: dict[str, Any] | None = None
    witness: Instance | None = None
    violated: tuple[int, ...] = ()
    model: Instance | None = None
    trivial: bool = False
    vacuous: bool = False
    guards: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    found: tuple[tuple[int, str, str], ...] = ()  # witnesses of `exists`: claim, unknown, term
    reason: str = ""
    bug: bool = False
    error: InputError | None = field(default=None, compare=False)
    seconds: float = field(default=0.0, compare=False)

    def __repr__(self) -> str:
        return f"<Result {self.verdict}{f': {self.name}' if self.name else ''}>"

    def __bool__(self) -> bool:
        if self.verdict == PROVED:
            return True
        raise UndecidedError(f"the statement is {self.verdict.replace('_', ' ')}; read .verdict")

    @property
    def name(self) -> str:
        """The name of the statement, or of its file."""
        if self.statement is not None and self.statement.name:
            return self.statement.name
        return self.file.rsplit("/", 1)[-1].removesuffix(".thm")

    @property
    def exit_code(self) -> int:
        """0 proved, 1 refuted or not established, 3 a bug in symcrit, 4 ill-formed."""
        return 3 if self.bug else {PROVED: 0, ILL_FORMED: 4}.get(self.verdict, 1)

    def to_json(self) -> dict[str, Any]:
        """Return the entry of `prove --json`."""
        entry: dict[str, Any] = {"name": self.name, "file": self.file, "verdict": self.verdict}
        if self.statement is not None:
            entry["statement_hash"] = self.statement.hash
        if self.error is not None:
            entry["error"] = {"message": self.error.message, "line": self.error.line, "column": self.error.column,
                              "suggestion": self.error.suggestion}
        if self.certificate is not None:
            entry["certificate"] = summary(self.certificate)
        if self.witness is not None:
            entry["witness"] = {**instance_to_json(self.witness), "violated": list(self.violated)}
        if self.verdict == PROVED:
            entry["model"] = None if self.model is None else instance_to_json(self.model)
            if self.model is not None:
                entry["model"]["trivial"] = self.trivial
            entry["vacuous"] = self.vacuous
            if self.found:
                entry["found"] = [{"claim": k, "unknown": name, "term": term} for k, name, term in self.found]
        if self.reason:
            entry["reason"] = self.reason
        return entry | {"guards": list(self.guards), "rests_on": list(self.rests_on),
                        "seconds": round(self.seconds, 3)}

    def __str__(self) -> str:
        lines = [f"{self.file or self.name or 'statement'}: {self.verdict.replace('_', ' ').upper()}"
                 + (f"  {self.name}" if self.file else "")]
        if self.error is not None:
            return f"{lines[0]}\n  {self.error}"
        if self.certificate is not None:
            numbers = summary(self.certificate)
            words = f"{numbers['terms']} term{'s' * (numbers['terms'] != 1)}"
            lines.append(f"  certificate  {numbers['hash'][:16]}, {words}, "
                         f"degree {numbers['max_degree']}; replayed by the kernel")
        lines += [f"  witness      {unknown} = {term}   (claim {number})" for number, unknown, term in self.found]
        if self.guards:
            lines.append("  guards       " + "; ".join(self.guards))
        if self.rests_on:
            lines.append("  rests on     " + "; ".join(self.rests_on))
        if self.witness is not None:
            lines += self._refutation(self.witness)
        elif self.verdict == PROVED:
            lines.append("  model        " + self._model())
        if self.reason:
            lines.append(f"  reason       {self.reason}")
        return "\n".join(lines)

    def _model(self) -> str:
        if self.model is None:
            return "none found: the hypotheses contradict each other" if self.vacuous else "none found"
        sizes = ", ".join(f"{name} = {size}" for name, size in self.model.sizes.items()) or "fixed sizes"
        return f"{sizes}" + (", only zero matrices (trivial)" if self.trivial else ": the hypotheses can be met")

    def _refutation(self, witness: Instance) -> list[str]:
        lines = ["  counterexample"]
        if witness.sizes:
            lines.append("    sizes  " + ", ".join(f"{name} = {size}" for name, size in witness.sizes.items()))
        lines += [f"    {name} = {value}" for name, value in witness.scalars.items()]
        lines += [f"    {name} = {matrix_text(value)}" for name, value in witness.matrices.items()]
        for number in self.violated[:1]:
            claim = self.statement.claims[number - 1] if self.statement is not None else None
            if claim is None or self.statement is None:
                continue
            if claim.unknown is not None:
                lines.append(f"  claim {number} fails: no {claim.unknown.name} solves {equation_text(claim.equation)}")
                continue
            values = []
            for side, term in (("left ", claim.equation.left), ("right", claim.equation.right)):
                values.append(matrix_text(value_of(self.statement, witness, term)))
                lines.append(f"  claim {number} fails: {side} {text(term)[:80]} = {values[-1]}")
            if claim.equation.relation != "=":
                lines.append(f"  claim {number} fails: {f' {claim.equation.relation} '.join(values)} does not hold")
        return lines

    def latex(self) -> str:
        """Typeset the statement as a LaTeX fragment with the verdict that its evidence shows, checked again."""
        from symcrit.typeset.latex import verdict_line
        from symcrit.typeset.statement_latex import statement_latex

        if self.statement is None:
            raise self.error or InputError("there is no statement to typeset")
        evidence = self.witness if self.certificate is None else replay(self.certificate)
        return statement_latex(self.statement, verdict_line(self.statement, evidence), self.certificate)

    def _repr_latex_(self) -> str:
        from symcrit.typeset.statement_latex import displayed

        if self.statement is None:
            return ""
        return displayed(self.statement.claims, self.statement.hypotheses, self.verdict.replace("_", " "), self.witness)


def summary(certificate: dict[str, Any]) -> dict[str, Any]:
    """Return hash, number of terms (summands) and maximal degree of a certificate."""
    terms = 0
    degrees: list[int] = []
    for step in certificate["steps"]:
        degree = 1
        if step[0] == "combine":
            terms += len(step[4])
            degree = max((len(left.split()) + len(right.split()) + degrees[position]
                          for _, _, left, position, right in step[4]), default=0)
        elif step[0] in ("transpose", "trace", "vanish", "reciprocal"):
            degree = degrees[step[1]]
        elif step[0] == "penrose":
            degree = 3
        elif step[0] == "assume":
            degree = 1
        degrees.append(degree)
    return {"hash": certificate_hash(certificate), "terms": terms, "max_degree": max(degrees, default=0)}


def certificate_hash(certificate: dict[str, Any]) -> str:
    """Return the hash of a certificate's plain data."""
    return sha256(json.dumps(certificate, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def instance_to_json(instance: Instance) -> dict[str, Any]:
    """Write an instance as sizes, scalars and matrices of exact numbers."""
    return {"sizes": dict(instance.sizes), "scalars": {name: str(value) for name, value in instance.scalars.items()},
            "matrices": {name: [[str(x) for x in row] for row in value] for name, value in instance.matrices.items()}}


def matrix_text(value: Value) -> str:
    """Print a small matrix by rows, large ones cut: [1 2; 3 4]."""
    if len(value) == 1 and len(value[0]) == 1:
        return _entry(value[0][0])
    rows = [" ".join(_entry(x) for x in row[:MAX_SHOWN]) + (" ..." if len(row) > MAX_SHOWN else "")
            for row in value[:MAX_SHOWN]]
    return "[" + "; ".join(rows) + ("; ..." if len(value) > MAX_SHOWN else "") + "]"


def _entry(value: Fraction) -> str:
    shown = str(value) if value.numerator.bit_length() + value.denominator.bit_length() < 400 else "(long number)"
    return shown
