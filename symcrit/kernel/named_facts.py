"""Named standard facts: true, expressible as statements, not provable by the rules of this kernel.

`NAMED_FACTS` say that something holds: what uses one says so in `rests_on`. `EXISTENCES` say that something exists.
A proof takes the equations of one as assumptions about letters that it obtains; that there are such letters is the
fact, and the step rests on it. Reports compare what is rested on with an allow-list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from symcrit.errors import InputError, SizeError
from symcrit.kernel import terms, walk
from symcrit.kernel.statement import Claim, Declaration, Equation, Statement
from symcrit.kernel.terms import Size, Term


@dataclass(frozen=True)
class Existence:
    """For every `given` matrix there are the `obtained` ones, with their properties and these equations."""

    name: str
    given: Declaration
    obtained: tuple[Declaration, ...]
    equations: tuple[Equation, ...]

    def instance(self, value: Term, letters: tuple[Declaration, ...]) -> tuple[Equation, ...]:
        """Return the equations for a term in place of what is given, and declared letters for what is obtained.

        Raises InputError for a letter that is declared with more than it has, SizeError for one of another size.

        >>> A, V, W = terms.matrix("A", "m", "n"), Declaration("V", ("m", "n")), Declaration("W", ("n", "n"))
        >>> fact = EXISTENCES["partial_isometry"]
        >>> fact.instance(A, (V,))[1] == Equation(V.letter * V.letter.T, terms.proj(A))
        True
        >>> fact.instance(A, (W,))
        Traceback (most recent call last):
        symcrit.errors.SizeError: W must be m x n
        """
        if len(letters) != len(self.obtained):
            raise InputError(f"{len(letters)} letters for the {len(self.obtained)} that this fact gives")
        shape = self.given.shape or (1, 1)
        other = value.shape
        if other is None or (shape[0] == shape[1] and other[0] != other[1]):
            raise SizeError(f"{terms.show_shape(other)} is put for {self.given.name}, which is "
                            f"{terms.show_shape(shape)}")
        sizes: Mapping[str, Size] = {str(symbol): size for symbol, size in zip(shape, other, strict=True)}
        put = {self.given.name: value}
        for letter, pattern in zip(letters, self.obtained, strict=True):
            rows, cols = (walk.resize(size, sizes) for size in pattern.shape or (1, 1))
            if letter.shape != (rows, cols):
                raise SizeError(f"{letter.name} must be {rows} x {cols}")
            if not set(letter.properties) <= set(pattern.properties):
                raise InputError(f"this fact does not give {letter.name} the property "
                                 f"{min(set(letter.properties) - set(pattern.properties))}")
            if letter.letter in walk.postorder([value]) or letter.letter in put.values():
                raise InputError(f"{letter.name} is not new")
            put[pattern.name] = letter.letter
        return tuple(Equation(walk.substitute(e.left, put, sizes), walk.substitute(e.right, put, sizes))
                     for e in self.equations)


def _symmetric_cube_root() -> Statement:
    """Symmetric matrices with equal cubes are equal (by the spectral theorem: t -> t^3 is one to one)."""
    a, b = terms.matrix("A", "n", "n"), terms.matrix("B", "n", "n")
    declarations = (Declaration("A", ("n", "n"), ("symmetric",)), Declaration("B", ("n", "n"), ("symmetric",)))
    return Statement(declarations, (Equation(a * a * a, b * b * b),), (), (Claim(Equation(a, b)),),
                     name="uniqueness of the symmetric cube root")


def _spectral_theorem() -> Existence:
    """A symmetric matrix, here A + A' for any A, has an orthonormal basis of eigenvectors."""
    a, u, d = (terms.matrix(name, "n", "n") for name in "AUD")
    obtained = Declaration("U", ("n", "n"), ("orthogonal",)), Declaration("D", ("n", "n"), ("diagonal",))
    return Existence("the spectral theorem", Declaration("A", ("n", "n")), obtained, (Equation(a + a.T, u * d * u.T),))


def _partial_isometry() -> Existence:
    """The polar decomposition A = V (A'A)^(1/2): V maps the row space onto the column space, keeping lengths."""
    a, v = terms.matrix("A", "m", "n"), terms.matrix("V", "m", "n")
    equations = Equation(v.T * v, terms.pinv(a) * a), Equation(v * v.T, terms.proj(a))
    return Existence("the partial isometry of the polar decomposition", Declaration("A", ("m", "n")),
                     (Declaration("V", ("m", "n")),), equations)


NAMED_FACTS: Final[Mapping[str, Statement]] = MappingProxyType({"symmetric_cube_root": _symmetric_cube_root()})
EXISTENCES: Final[Mapping[str, Existence]] = MappingProxyType({
    "spectral_theorem": _spectral_theorem(), "partial_isometry": _partial_isometry()})
REFERENCES: Final[Mapping[str, str]] = MappingProxyType({
    "symmetric_cube_root": "R. A. Horn, C. R. Johnson: Matrix Analysis, 2nd ed. 2013, section 7.2",
    "spectral_theorem": "R. A. Horn, C. R. Johnson: Matrix Analysis, 2nd ed. 2013, section 4.1",
    "partial_isometry": "R. A. Horn, C. R. Johnson: Matrix Analysis, 2nd ed. 2013, section 7.3"})
