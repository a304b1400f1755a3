"""Random well-sized terms for tests: every operation, symbolic and literal sizes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from symcrit.kernel import terms
from symcrit.kernel.statement import Declaration
from symcrit.kernel.terms import Size, Term

SCALARS = ("s", "t")


def letters(sizes: tuple[Size, ...]) -> tuple[Declaration, ...]:
    """Declare one matrix for every pair of sizes, one invertible matrix for every size, and two scalars."""
    pairs = [Declaration(f"A_{a}_{b}", (a, b)) for a in sizes for b in sizes]
    regular = [Declaration(f"G_{a}", (a, a), ("invertible",)) for a in sizes]
    return (*pairs, *regular, *(Declaration(name, None) for name in SCALARS))


@dataclass(frozen=True)
class Terms:
    """Draws terms of a given shape over the letters of some sizes.

    With `zeros`, zero matrices appear wherever a matrix may; else only as parts of a sum with a letter,
    where the statement language can express their size.
    """

    draw: st.DrawFn
    sizes: tuple[Size, ...]
    zeros: bool = False
    inverses: bool = True
    one_by_one: bool = True

    def pick(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def size(self) -> Size:
        return self.draw(st.sampled_from(self.sizes))

    def matrix(self, rows: Size, cols: Size, depth: int) -> Term:
        if depth == 0 or self.draw(st.integers(0, 5)) == 0:
            return self.leaf(rows, cols)
        choices = ["add", "add", "neg", "mul", "mul", "scale", "div", "transpose", "pinv", "zero sum"]
        square = ["pow", "proj", *(["inv"] if self.inverses else [])] if rows == cols else []
        match self.pick(*choices, *square):
            case "add":
                return terms.add(*(self.matrix(rows, cols, depth - 1) for _ in range(self.draw(st.integers(2, 3)))))
            case "zero sum":
                return terms.add(*self.draw(st.permutations([terms.zero(rows, cols) if (rows, cols) != (1, 1)
                                                             else terms.number(0), self.letter(rows, cols)])))
            case "neg":
                return terms.neg(self.matrix(rows, cols, depth - 1))
            case "mul":
                between = [self.size() for _ in range(self.draw(st.integers(1, 2)))]
                path = [rows, *between, cols]
                return terms.mul(*(self.matrix(a, b, depth - 1) for a, b in zip(path, path[1:], strict=False)))
            case "scale":
                factor = self.scalar(depth - 1)
                factors = [factor if factor.shape is None else terms.trace(factor), self.matrix(rows, cols, depth - 1)]
                return terms.mul(*self.draw(st.permutations(factors)))
            case "div":
                return terms.div(self.matrix(rows, cols, depth - 1), self.denominator())
            case "transpose":
                return terms.transpose(self.matrix(cols, rows, depth - 1))
            case "pinv":
                return terms.pinv(self.matrix(cols, rows, depth - 1))
            case "pow":
                return terms.power(self.matrix(rows, rows, depth - 1), self.draw(st.integers(1, 3)))
            case "proj":
                return terms.proj(self.matrix(rows, self.size(), depth - 1))
        return terms.inverse(terms.matrix(f"G_{rows}", rows, rows))

    def letter(self, rows: Size, cols: Size) -> Term:
        return terms.matrix(f"A_{rows}_{cols}", rows, cols)

    def leaf(self, rows: Size, cols: Size) -> Term:
        choices = ["letter", "letter", *(["identity"] if rows == cols else []), *(["zero"] if self.zeros else [])]
        match self.pick(*choices):
            case "identity":
                return terms.identity(rows)
            case "zero":
                return terms.zero(rows, cols)
        return self.letter(rows, cols)

    def scalar(self, depth: int) -> Term:
        if depth <= 0 or self.draw(st.integers(0, 4)) == 0:
            return self.scalar_leaf()
        match self.pick("add", "neg", "mul", "div", "pow", "tr", "tr", "one"):
            case "add":
                return terms.add(*(self.scalar(depth - 1) for _ in range(2)))
            case "neg":
                return terms.neg(self.scalar(depth - 1))
            case "mul":
                return terms.mul(*(self.scalar(depth - 1) for _ in range(self.draw(st.integers(2, 3)))))
            case "div":
                return terms.div(self.scalar(depth - 1), self.denominator())
            case "pow":
                return terms.power(self.scalar(depth - 1), self.draw(st.integers(1, 3)))
            case "one" if self.one_by_one and 1 in self.sizes:
                return self.matrix(1, 1, depth - 1)
        size = self.size()
        return terms.trace(self.matrix(size, size, depth - 1))

    def scalar_leaf(self) -> Term:
        if self.pick("letter", "number") == "letter":
            return terms.scalar(self.pick(*SCALARS))
        return terms.rational(Fraction(self.draw(st.integers(-5, 5)) or 7, self.draw(st.integers(1, 4))))

    def denominator(self) -> Term:
        """Draw a scalar that is not identically 0."""
        s, t = terms.scalar("s"), terms.scalar("t")
        choices = [terms.number(2), terms.number(12), s, s + t, s * t, s**2 + 1, -t, s / t, s / 2]
        return self.draw(st.sampled_from(choices))
