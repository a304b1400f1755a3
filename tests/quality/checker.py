"""A second, tiny checker of certificates, that shares no arithmetic with the kernel.

It multiplies nothing out. It puts random matrices over a prime field in for all letters, Moore-Penrose
letters and inverses included (they are values of uninterpreted functions, which know no equation but
f(M') = f(M)' and inv(inv(M)) = M), follows the steps as numbers and compares each claim with the step that
is said to show it. A certificate whose identity is wrong passes with a probability of about 2^-50, unless it
holds for all matrices of the sizes taken: literal sizes are what they are, size symbols are 3 or 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest import mock

from symcrit.kernel import terms, theorems, walk
from symcrit.kernel.data import statement_from_data, terms_from_data
from symcrit.kernel.named_facts import NAMED_FACTS
from symcrit.kernel.poly import Poly
from symcrit.kernel.replay import replay
from symcrit.kernel.statement import Equation, Statement
from symcrit.kernel.terms import Size, Term
from symcrit.kernel.theorems import Theorem
from symcrit.kernel.theory import Theory
from tests.quality import prime_field as field
from tests.quality.prime_field import Matrix, P

SHOWN_BY = {"=": ["="], "<=": ["=", ">=", ">"], "<": [">"]}
Shape = tuple[Size, Size]


class Wrong(AssertionError):
    """An accepted certificate does not prove its statement."""


@contextmanager
def recorded() -> Iterator[list[Theory]]:
    """Collect the theories of whatever is replayed inside, lemmas first (for the names of letters)."""
    theories: list[Theory] = []
    qed = theorems.QED

    def watched(theory: Theory, proofs: Any) -> Theorem:
        theories.append(theory)
        return qed(theory, proofs)

    with mock.patch.object(theorems, "QED", watched):
        yield theories


def check(data: Any, seeds: Sequence[int] = (1, 2)) -> None:
    """Check an accepted certificate again, on random instances; raises Wrong if it proves nothing."""
    theories = theories_of(data)
    for seed in seeds:
        check_with(data, theories, seed)


def theories_of(data: Any) -> list[Theory]:
    """Replay a certificate and list its theories, lemmas first."""
    with recorded() as theories:
        replay(data)
    return theories


def check_with(data: Any, theories: Sequence[Theory], seed: int) -> None:
    """Check a certificate on one random instance, with the letters of given theories."""
    _check(data, iter(theories), seed)


def _check(data: Any, theories: Iterator[Theory], seed: int) -> Statement:
    lemmas = [_check(lemma, theories, seed) for lemma in data["lemmas"]]
    theory = next(theories)
    statement = statement_from_data(data["statement"])
    if statement.hash != data["hash"]:
        raise Wrong("the hash is not that of the statement")
    run = _Run(statement, theory, lemmas, Random(f"{seed} {statement.hash}"))
    for step in data["steps"]:
        run.facts.append(run.step(step))
    if len(data["claims"]) != len(statement.claims):
        raise Wrong("a claim has no proof")
    for claim, (position, *nodes) in zip(statement.claims, data["claims"], strict=True):
        relation, shape, value = run.facts[position]
        local = dict(run.values)
        if claim.unknown is not None:
            witness = terms_from_data(nodes[0])[-1]
            if witness.shape != claim.unknown.shape:
                raise Wrong("the witness has another shape")
            local[claim.unknown.letter.digest] = run.term(witness)
        left, right = claim.equation.left, claim.equation.right
        if relation not in SHOWN_BY[claim.equation.relation] or shape != (left.shape or right.shape or (1, 1)):
            raise Wrong("a claim is shown by something of another kind")
        if run.difference(claim.equation, local) != value:
            raise Wrong("the fact is not the claim")
    return statement


Step = tuple[str, Shape, Matrix]


class _Run:
    """The steps of one certificate, as numbers on one random instance."""

    def __init__(self, statement: Statement, theory: Theory, lemmas: Sequence[Statement], rng: Random) -> None:
        self.statement, self.theory, self.lemmas, self.rng = statement, theory, lemmas, rng
        self.facts: list[Step] = []
        self.sizes: dict[str, int] = {}
        self.letters: dict[str, Matrix] = {}
        self.atoms: dict[tuple[str, ...], int] = {}
        self.values: dict[bytes, Matrix] = {}  # of terms
        self.pinvs: dict[Matrix, Matrix] = {}
        self.inverses: dict[Matrix, Matrix] = {}
        self.factor = self.number()  # 1/d is factor/d: all that is known of it is that 1/(c d) = (1/d)/c
        for declaration in statement.declarations:
            if declaration.shape is None:
                value: Matrix = ((self.atom((declaration.name,)),),)
            else:
                value = self.letters[declaration.name] = self.random(declaration.shape)
            self.values[declaration.letter.digest] = value

    # ---- random values

    def number(self) -> int:
        return self.rng.randrange(2, P - 2)

    def size(self, size: Size) -> int:
        if isinstance(size, int):
            return size
        if size not in self.sizes:
            self.sizes[size] = 3 + (len(self.sizes) + self.rng.randrange(2)) % 2
        return self.sizes[size]

    def random(self, shape: Shape) -> Matrix:
        return self.fresh(self.size(shape[0]), self.size(shape[1]))

    def fresh(self, rows: int, cols: int) -> Matrix:
        return tuple(tuple(self.number() for _ in range(cols)) for _ in range(rows))

    def pinv(self, value: Matrix) -> Matrix:
        if not any(map(any, value)):
            return field.transpose(value)
        return self._uninterpreted(self.pinvs, value)

    def inverse(self, value: Matrix) -> Matrix:
        if len(value) == 1:
            return ((self.reciprocal(value[0][0]),),)
        found = self._uninterpreted(self.inverses, value)
        self.inverses[found] = value
        return found

    def _uninterpreted(self, table: dict[Matrix, Matrix], value: Matrix) -> Matrix:
        if value in table:
            return table[value]
        flipped = field.transpose(value)
        if flipped in table:
            return field.transpose(table[flipped])
        table[value] = self.fresh(len(flipped), len(value))
        return table[value]

    def reciprocal(self, value: int) -> int:
        if not value:
            raise Wrong("a denominator is identically 0")
        return self.factor * pow(value, -1, P) % P

    # ---- values of letters, words and polynomials

    def atom(self, atom: tuple[str, ...]) -> int:
        """Value of a scalar, a reciprocal, or a trace."""
        if atom not in self.atoms:
            name = atom[0]
            if len(atom) == 1 and name in self.theory.inverses:
                value = self.reciprocal(self.poly(self.theory.inverses[name])[0][0])
            elif len(atom) == 2 and name == "tr":
                value = self.size(atom[1])
            elif name == "tr" and atom[1:2] == ("",) and self._closed(atom[2:]):
                value = field.trace(self.word(atom[2:], self.theory.algebra.types[atom[2]][0]))
            else:
                value = self.number()  # anything else is a scalar that nothing is known of
            self.atoms[atom] = value
        return self.atoms[atom]

    def _closed(self, word: Sequence[str]) -> bool:
        types = self.theory.algebra.types
        return all(letter in types for letter in word) and all(
            types[a][1] == types[b][0] for a, b in zip(word, [*word[1:], word[0]], strict=True))

    def letter(self, letter: str) -> Matrix:
        if letter.endswith("'"):
            return field.transpose(self.letter(letter[:-1]))
        if letter not in self.letters:
            if letter in self.theory.penrose:
                self.letters[letter] = self.pinv(self.poly(self.theory.penrose[letter]))
            elif letter in self.theory.inverses:
                self.letters[letter] = self.inverse(self.poly(self.theory.inverses[letter]))
            else:
                self.letters[letter] = self.random(self.theory.algebra.types[letter])
        return self.letters[letter]

    def word(self, word: Sequence[str], rows: Size) -> Matrix:
        value, at = field.identity(self.size(rows)), rows
        for letter in word:
            shape = self.theory.algebra.types[letter]
            if shape[0] != at:
                raise Wrong("a word does not fit together")
            value, at = field.multiply(value, self.letter(letter)), shape[1]
        return value

    def central(self, central: Any) -> int:
        value = 1
        for atom, exponent in central:
            value = value * pow(self.atom(tuple(atom)), exponent, P) % P
        return value

    def poly(self, poly: Poly) -> Matrix:
        """Value of a polynomial of the kernel (the argument of an inverse or pseudoinverse)."""
        total = field.zero(self.size(poly.rows), self.size(poly.cols))
        for (central, word), coefficient in poly.terms.items():
            total = field.add(total, field.scale(self.central(central) * field.rational(str(coefficient)), self.word(word, poly.rows)))
        return total

    def data(self, data: Any) -> tuple[Shape, Matrix]:
        """Value of a polynomial written in the certificate."""
        rows, cols, monomials = data
        total = field.zero(self.size(rows), self.size(cols))
        for coefficient, central, word in monomials:
            total = field.add(total, field.scale(field.rational(coefficient) * self.central(central), self.word(word.split(), rows)))
        return (rows, cols), total

    # ---- values of terms

    def term(self, root: Term, values: dict[bytes, Matrix] | None = None) -> Matrix:
        values = self.values if values is None else values
        for node in walk.postorder([root]):
            if node.digest not in values:
                values[node.digest] = self._node(node, [values[arg.digest] for arg in node.args])
        return values[root.digest]

    def _node(self, node: Term, args: list[Matrix]) -> Matrix:
        match node.op:
            case "number":
                return ((int(node.data or 0) % P,),)
            case "identity":
                return field.identity(self.size(node.data or 1))
            case "zero":
                rows, cols = node.shape or (1, 1)
                return field.zero(self.size(rows), self.size(cols))
            case "add":
                total = args[0]
                for value in args[1:]:
                    total = field.add(total, value)
                return total
            case "neg":
                return field.scale(-1, args[0])
            case "mul":
                return self._product(node.args, args)
            case "pow":
                count = int(node.data or 1)
                return self._product(node.args * count, args * count)
            case "transpose":
                return field.transpose(args[0])
            case "tr":
                return ((field.trace(args[0]),),)
            case "pinv":
                return self.pinv(args[0])
            case "proj":
                return field.multiply(args[0], self.pinv(args[0]))
            case "inv" if _is_number(node.args[0]):
                return field.scale(pow(args[0][0][0], -1, P), field.identity(len(args[0])))
            case "inv":
                return self.inverse(args[0])
            case "div":
                number = args[1][0][0]
                one_over = pow(number, -1, P) if _is_number(node.args[1]) else self.reciprocal(number)
                return field.scale(one_over, args[0])
        raise Wrong(f"{node.op} {node.data} has no value")

    def _product(self, factors: Sequence[Term], values: Sequence[Matrix]) -> Matrix:
        value, shape = values[0], factors[0].shape
        for factor, right in zip(factors[1:], values[1:], strict=True):
            if factor.shape is None:
                value = field.scale(right[0][0], value)
            elif shape is None:
                value, shape = field.scale(value[0][0], right), factor.shape
            else:
                value = field.multiply(value, right)
        return value

    # ---- steps

    def equation(self, equation: Equation) -> Step:
        relation = {"=": "=", "<=": ">=", "<": ">"}[equation.relation]
        return relation, equation.left.shape or equation.right.shape or (1, 1), self.difference(equation)

    def difference(self, equation: Equation, values: dict[bytes, Matrix] | None = None) -> Matrix:
        """Value of left - right; of right - left, for an inequality."""
        sides = self.term(equation.left, values), self.term(equation.right, values)
        return field.subtract(*(sides if equation.relation == "=" else sides[::-1]))

    def step(self, step: Any) -> Step:
        match step:
            case ["assume", name]:
                return self._granted(name)
            case ["penrose", letter, number]:
                return self._penrose(letter, number)
            case ["definition", letter]:
                shape = self.theory.algebra.types[letter]
                return "=", shape, field.subtract(self.letter(letter), self.poly(self.theory.definitions[letter]))
            case ["units", size, first, second]:
                return self._units(size, first, second)
            case ["square", poly]:
                _, e = self.data(poly)
                return ">=", (1, 1), ((field.trace(field.multiply(field.transpose(e), e)),),)
            case ["positive", value]:
                if value.startswith("-") or not field.rational(value):
                    raise Wrong("a number is not positive")
                return ">", (1, 1), ((field.rational(value),),)
            case ["combine", rows, cols, relation, summands]:
                return self._combine((rows, cols), relation, summands)
            case ["transpose", position]:
                shape, value = self._equal(position)
                return "=", (shape[1], shape[0]), field.transpose(value)
            case ["trace", position]:
                shape, value = self._equal(position)
                if shape[0] != shape[1]:
                    raise Wrong("the trace of something that is not square")
                return "=", (1, 1), ((field.trace(value),),)
            case ["product", first, second]:
                (sign, shape, value), (other, other_shape, other_value) = self.facts[first], self.facts[second]
                if "=" in (sign, other) or shape != (1, 1) or other_shape != (1, 1):
                    raise Wrong("only inequalities are multiplied")
                return ">" if sign == other == ">" else ">=", (1, 1), ((value[0][0] * other_value[0][0] % P,),)
            case ["antisymmetry", first, second]:
                _, shape, value = self.facts[first]
                if (shape, field.scale(-1, value)) != self.facts[second][1:]:
                    raise Wrong("the two inequalities are not opposite")
                return "=", shape, value
            case ["vanish", position, poly]:
                shape, e = self.data(poly)
                if self._equal(position) != ((1, 1), ((field.trace(field.multiply(field.transpose(e), e)),),)):
                    raise Wrong("not the norm of that matrix")
                return "=", shape, e
            case ["reciprocal", position, bound]:
                relation, shape, value = self.facts[position]
                number = (value[0][0] + field.rational(bound)) % P
                if shape != (1, 1) or bound.startswith("-") or not (field.rational(bound) or relation == ">"):
                    raise Wrong("the bound is not positive")
                return "=", (1, 1), (((number * self.reciprocal(number) - 1) % P,),)
            case [("instance" | "named") as kind, which, nodes, letters, sizes, obligations, claim]:
                statement = self.lemmas[which] if kind == "instance" else NAMED_FACTS[which]
                made = terms_from_data(nodes)
                return self._instance(statement, {name: made[root] for name, root in letters.items()}, sizes,
                                      [self.facts[position] for position in obligations], claim)
        raise Wrong(f"not a step: {step}")

    def _equal(self, position: int) -> tuple[Shape, Matrix]:
        relation, shape, value = self.facts[position]
        if relation != "=":
            raise Wrong("an inequality is used as an equation")
        return shape, value

    def _combine(self, shape: Shape, relation: str, summands: Any) -> Step:
        total = field.zero(self.size(shape[0]), self.size(shape[1]))
        if relation not in ("=", ">=", ">") or (relation != "=" and shape != (1, 1)):
            raise Wrong("an inequality between matrices")
        strict = [coefficient for coefficient, _, _, position, _ in summands if self.facts[position][0] == ">"]
        if relation == ">" and not any(map(field.rational, strict)):
            raise Wrong("a strict inequality comes from nothing strict")
        for coefficient, central, left, position, right in summands:
            kind, inner, value = self.facts[position]
            if kind != "=" and (relation == "=" or coefficient.startswith("-") or central or left or right):
                raise Wrong("an inequality is multiplied by something that may be negative")
            factor = field.rational(coefficient) * self.central(central)
            if inner == (1, 1):
                word = [*left.split(), *right.split()]
                self._fits(word, *shape)
                part = field.scale(value[0][0], self.word(word, shape[0]))
            else:
                self._fits(left.split(), shape[0], inner[0])
                self._fits(right.split(), inner[1], shape[1])
                before, after = self.word(left.split(), shape[0]), self.word(right.split(), inner[1])
                part = field.multiply(field.multiply(before, value), after)
            total = field.add(total, field.scale(factor, part))
        return relation, shape, total

    def _fits(self, word: Sequence[str], rows: Size, cols: Size) -> None:
        types = self.theory.algebra.types
        if (types[word[-1]][1] if word else rows) != cols:
            raise Wrong("a word has another shape")

    def _penrose(self, letter: str, number: int) -> Step:
        argument = self.theory.penrose[letter]
        a, x = self.poly(argument), self.letter(letter)
        ax, xa = field.multiply(a, x), field.multiply(x, a)
        rows, cols = argument.shape
        left, right, shape = {1: (field.multiply(ax, a), a, (rows, cols)), 2: (field.multiply(xa, x), x, (cols, rows)),
                              3: (field.transpose(ax), ax, (rows, rows)), 4: (field.transpose(xa), xa, (cols, cols))}[number]
        return "=", shape, field.subtract(left, right)

    def _units(self, size: int, first: int, second: int) -> Step:
        vectors = [self.letter(self.theory.unit(size, number)) for number in range(1, size + 1)]
        if first and second:
            product = field.multiply(field.transpose(vectors[first - 1]), vectors[second - 1])
            return "=", (1, 1), field.subtract(product, field.scale(int(first == second), field.identity(1)))
        if first or second:
            raise Wrong("half a pair of unit vectors")
        total = field.identity(size)
        for vector in vectors:
            total = field.subtract(total, field.multiply(vector, field.transpose(vector)))
        return "=", (size, size), total

    def _granted(self, name: str) -> Step:
        stem, _, number = name.rpartition(" ")
        if stem == "assume":
            return self.equation(self.statement.hypotheses[int(number) - 1])
        if stem in self.theory.inverses:
            argument = self.theory.inverses[stem]
            value = self.poly(argument)
            inverse = self.letter(stem) if stem in self.theory.algebra.types else ((self.atom((stem,)),),)
            product = field.multiply(value, inverse) if number == "1" else field.multiply(inverse, value)
            return "=", argument.shape, field.subtract(product, field.identity(len(value)))
        stem, _, word = stem.rpartition(" ")
        declaration = next(d for d in self.statement.declarations if d.name == stem)
        if word not in declaration.properties or declaration.shape is None:
            raise Wrong(f"{stem} is not {word}")
        a = self.letter(stem)
        at, one = field.transpose(a), field.identity(len(a))
        value = {"symmetric 1": field.subtract(at, a), "projector 1": field.subtract(at, a),
                 "idempotent 1": field.subtract(field.multiply(a, a), a), "projector 2": field.subtract(field.multiply(a, a), a),
                 "orthogonal 1": field.subtract(field.multiply(at, a), one),
                 "orthogonal 2": field.subtract(field.multiply(a, at), one)}[f"{word} {number}"]
        return "=", declaration.shape, value

    def _instance(self, statement: Statement, letters: Mapping[str, Term], sizes: Mapping[str, Size],
                  given: Sequence[Step], claim: int) -> Step:
        def put(equation: Equation) -> Step:
            return self.equation(Equation(walk.substitute(equation.left, letters, sizes),
                                          walk.substitute(equation.right, letters, sizes), "", equation.relation))

        needed = list(statement.hypotheses)
        for declaration in statement.declarations:
            a = declaration.letter
            for word in declaration.properties:
                if word in ("symmetric", "projector"):
                    needed.append(Equation(terms.transpose(a), a))
                if word in ("idempotent", "projector"):
                    needed.append(Equation(terms.mul(a, a), a))
                if word == "orthogonal":
                    one = terms.identity((declaration.shape or (1, 1))[0])
                    needed += [Equation(terms.mul(a.T, a), one), Equation(terms.mul(a, a.T), one)]
        for equation in needed:
            relation, shape, value = put(equation)
            enough = [(kind, shape, value) for kind in SHOWN_BY[equation.relation]]
            if (any(map(any, value)) or relation == ">") and not any(step in given for step in enough):
                raise Wrong("an obligation of the instance is not given")
        return put(statement.claims[claim].equation)


def _is_number(term: Term) -> bool:
    return all(node.op in ("number", "neg", "div", "add", "mul", "pow", "identity") and node.shape in (None, (1, 1))
               or (node == term and node.op == "identity") for node in walk.postorder([term]))
