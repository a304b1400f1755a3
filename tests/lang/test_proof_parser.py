"""The grammar of proof files as two lists, accepted and refused; limits, the corpus, and random texts.

In refused texts the mark § stands where the error must point; it is taken out before parsing.
"""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcrit.errors import InputError, LimitError, SizeError
from symcrit.kernel.statement import Equation
from symcrit.kernel.terms import add, matrix, mul, number, pinv, transpose
from symcrit.lang.parser import parse
from symcrit.lang.proof import Abbreviation, Assumption, Lemma, NamedFact, ProofTheorem, Prose, Step
from symcrit.lang.proof_parser import parse_proofs, read_proofs
from symcrit.lang.tokens import decode

CORPUS = Path(__file__).parent.parent / "corpus"
WELL_FORMED = sorted(path for kind in ("true", "hard", "false") for path in (CORPUS / kind).glob("*.thm"))
MALFORMED = sorted((CORPUS / "malformed").glob("*.thm"))

HEAD = "theorem t\nmatrix A : n x n\nmatrix B : n x n\nmatrix C : m x n\nscalar s\nassume h: A*B = B*A\nassume k: A = A'\n"
A, B = matrix("A", "n", "n"), matrix("B", "n", "n")


def theorem(text: str) -> ProofTheorem:
    (found,) = parse_proofs(text).theorems
    return found


def step(line: str) -> Step:
    """Parse one item below HEAD."""
    return theorem(HEAD + line).steps[-1]


def cites(by: tuple[object, ...] | None) -> list[str] | None:
    return None if by is None else [reference.name for reference in by]  # type: ignore[attr-defined]


# ---- accepted ------------------------------------------------------------------------------------------


def test_a_theorem_with_every_kind_of_line() -> None:
    found = theorem('theorem lemma_1 "A title"\nsource "Author 2018, Lemma 1"\nmatrix A : n x n symmetric\nvector u : n\nscalar s\n'
                    'let q = A*u\nassume h: q = s*u\nassume s != 0\nassume fact symmetric_cube_root\ntext "First, ..."\n'
                    'lemma gram from "../facts.thm::f18::gram"\nstep a: u = 1/s*q by h settles lem1.a\nuse b: gram with A = A*A by h, a\n'
                    'refute c: A = 0\ngap d: A = I\nopen e: A = A*A\ninstance f: "point.json" is not critical\nshow u = u')
    assert (found.name, found.title, found.source, found.line) == ("lemma_1", "A title", "Author 2018, Lemma 1", 1)
    assert [(d.name, d.shape, d.properties) for d in found.declarations] == [
        ("A", ("n", "n"), ("symmetric",)), ("u", ("n", 1), ()), ("s", None, ())]
    kinds = (Abbreviation, Assumption, Assumption, NamedFact, Prose, Lemma, Step, Step, Step, Step, Step, Step, Step)
    assert tuple(type(line) for line in found.lines) == kinds
    assert [line.line for line in found.lines] == [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]
    assert [(s.label, s.kind, s.line, s.column) for s in found.steps] == [
        ("a", "step", 12, 6), ("b", "use", 13, 5), ("c", "refute", 14, 8), ("d", "gap", 15, 5), ("e", "open", 16, 6),
        ("f", "instance", 17, 10), ("show_1", "show", 18, 1)]
    assumed = [line for line in found.lines if isinstance(line, Assumption)]
    assert [(line.label, line.guard) for line in assumed] == [("h", False), ("", True)]
    (lemma,) = (line for line in found.lines if isinstance(line, Lemma))
    assert (lemma.name, lemma.file, lemma.theorem, lemma.step) == ("gram", "../facts.thm", "f18", "gram")
    (prose,) = (line for line in found.lines if isinstance(line, Prose))
    assert prose.words == "First, ..."


def test_what_an_obtain_line_says() -> None:
    found = theorem("theorem t\nmatrix S : n x n\nmatrix U : n x n orthogonal\nmatrix D : n x n diagonal\n"
                    "obtain svd: U, D from spectral_theorem\n  with A = S*S'\nstep s: D = D by svd")
    (line,) = (line for line in found.lines if isinstance(line, Assumption))
    S, U, D = (matrix(name, "n", "n") for name in "SUD")
    assert (line.label, line.fact, line.guard, line.line) == ("svd", "spectral_theorem", False, 5)
    assert line.equation == Equation(S * S.T + (S * S.T).T, U * D * U.T)
    two = theorem("theorem t\nmatrix B : m x n\nmatrix V : m x n\nobtain polar: V from partial_isometry with A = B\nstep s: V = V")
    assert [(line.label, line.fact) for line in two.lines if isinstance(line, Assumption)] == [("polar", "partial_isometry")] * 2


OBTAIN = "theorem t\nmatrix S : n x n\nmatrix T : m x n\nmatrix U : n x n orthogonal\nmatrix D : n x n diagonal\nscalar s\n"


@pytest.mark.parametrize(("line", "message"), [
    ("obtain U, D from spectral_theorem with A = S", "expected ':'"),
    ("obtain svd: U, D in spectral_theorem with A = S", "expected from"),
    ("obtain svd: U, D from spectral_theorm with A = S", "no named fact spectral_theorm that gives letters"),
    ("obtain svd: U, D from symmetric_cube_root with A = S", "no named fact symmetric_cube_root that gives letters"),
    ("obtain svd: U, D from spectral_theorem with S = S", "expected with A = ..."),
    ("obtain svd: U from spectral_theorem with A = S", "1 letters for the 2"),
    ("obtain svd: U, W from spectral_theorem with A = S", "W is no matrix declared above"),
    ("obtain svd: U, D from spectral_theorem with A = T", "m x n is put for A"),
    ("obtain svd: U, D from spectral_theorem with A = s", "scalar is put for A"),
    ("obtain svd: U, D from spectral_theorem with A = U", "U is not new"),
    ("obtain svd: U, U from spectral_theorem with A = S", "does not give U the property orthogonal"),
    ("assume D = 0\nobtain svd: U, D from spectral_theorem with A = S", "'D' stands in a line above"),
    ("let E = D*S\nobtain svd: U, D from spectral_theorem with A = S", "'D' stands in a line above"),
    ("obtain a: U, D from spectral_theorem with A = S\nobtain b: U, D from spectral_theorem with A = S'", "'U' stands in a line above"),
    ("assume svd: S = S\nobtain svd: U, D from spectral_theorem with A = S", "a second line with the label svd"),
    ("obtain svd: D, U from spectral_theorem with A = S", "does not give D the property diagonal"),
])
def test_obtain_lines_that_are_refused(line: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as found:
        parse_proofs(OBTAIN + line + "\nstep x: S = S")
    assert found.value.line >= 7


def test_claims_that_are_kept_as_they_are_written() -> None:
    found = step("ill_formed a: A*C\n  = 0*A settles x.y")
    assert (found.kind, found.words, found.settles, found.claim) == ("ill_formed", "A*C = 0*A", ("x.y",), None)
    assert found.clash == "product of n x n and m x n: n is not m"
    assert step("ill_formed a: A*A = A").clash == ""
    with pytest.raises(InputError, match="unknown name W"):
        step("ill_formed a: A*W = A")


BY: list[tuple[str, list[str] | None]] = [
    ("step a: A = A", None), ("step a: A = A by h", ["h"]), ("step a: A = A by h, k", ["h", "k"]), ("step a: A = A by h k", ["h", "k"]),
    ("step a: A = A by k, h", ["k", "h"]), ("step a: A = A by nothing", []), ("step a: A = A by h settles x.y", ["h"]),
    ("step a: A = A settles x.y", None), ("refute a: A = B by h at A = 1, B = 2", ["h"]), ("refute a: A = B at A = 1, B = 2", None),
    ("use a: l with A = B by h k", ["h", "k"]), ("use a: l by h", ["h"]), ("use a: l", None), ("gap a: A = B by k", ["k"]), ("open a: A = B by k", ["k"]),
    ("step a: A = A\nby h", ["h"]), ("step a: A = A\n\n  # a comment\n  by h", ["h"]), ("step a: A = A by by", ["by"]), ("step a: A = A by step", ["step"]),
    ("step a: A = A by at", ["at"]), ("step a: A = A by settles", ["settles"]), ("step a: A = A by settles settles x", ["settles"]),
    ("step a: A = A by h, at, settles", ["h", "at", "settles"]), ("step a: exists W : n x n. A*W = A by h", ["h"]),
]


@pytest.mark.parametrize(("line", "expected"), BY)
def test_by(line: str, expected: list[str] | None) -> None:
    assert cites(step(line).by) == expected


def test_references_know_their_places() -> None:
    found = step("step a: A = A\n  by h, k")
    assert found.by is not None
    assert [(reference.line, reference.column) for reference in found.by] == [(9, 6), (9, 9)]


SETTLES = [("step a: A = A settles lem1", ("lem1",)), ("step a: A = A settles lem1.eq27", ("lem1.eq27",)), ("step a: A = A settles prop3.1.descent", ("prop3.1.descent",)),
           ("step a: A = A settles a.b, c.d", ("a.b", "c.d")), ("step a: A = A settles a.b c.d", ("a.b", "c.d")), ("step a: A = A\n  settles a.b", ("a.b",)),
           ("step a: A = A settles a.b corrected, c.d argument e", ("a.b corrected", "c.d argument", "e")),
           ("use a: l by h settles a", ("a",)), ("refute a: A = B at A = 1, B = 2 settles a", ("a",)), ("gap a: A = B settles a", ("a",)),
           ("open a: A = B settles a", ("a",)), ('instance a: "p" is critical settles a', ("a",)), ('instance a: "p" has loss = 1 settles a', ("a",)), ("step a: A = A", ())]


@pytest.mark.parametrize(("line", "expected"), SETTLES)
def test_settles(line: str, expected: tuple[str, ...]) -> None:
    assert step(line).settles == expected


@pytest.mark.parametrize("line", ["step a: A = A settles x.y counterexample", "refute a: A = B settles x.y, z counterexample",
                                  "check a: A = A settles x counterexample", "use a: l by h settles x counterexample"])
def test_only_a_point_is_a_counterexample(line: str) -> None:
    """A step that shows or refutes something says so by its own verdict."""
    with pytest.raises(InputError, match="is no counterexample"):
        step(line)
    assert step('instance a: "p" is not critical settles x counterexample').settles == ("x counterexample",)


CHAINS = [  # the step, its relation, its links: relation, labels, line below HEAD
    ("step a: s = s", "=", []), ("step a: s = s by h\n = s by k", "=", [("=", ["h"], 1), ("=", ["k"], 2)]),
    ("step a: s <= s\n <= s", "<=", [("<=", None, 1), ("<=", None, 2)]), ("step a: s = s <= s", "<=", [("=", None, 1), ("<=", None, 1)]),
    ("step a: s <= s = s", "<=", [("<=", None, 1), ("=", None, 1)]), ("step a: s < s = s", "<", [("<", None, 1), ("=", None, 1)]),
    ("step a: s <= s < s", "<", [("<=", None, 1), ("<", None, 1)]), ("step a: s < s <= s = s", "<", [("<", None, 1), ("<=", None, 1), ("=", None, 1)]),
    ("step a: s = s by h\n = s", "=", [("=", ["h"], 1), ("=", ["h"], 2)]), ("step a: s = s\n = s by k\n = s by h", "=", [("=", ["k", "h"], 1), ("=", ["k"], 2), ("=", ["h"], 3)]),
    ("step a: s = s by nothing\n = s by h", "=", [("=", [], 1), ("=", ["h"], 2)]), ("step a: s = s\n\n# so\n\n = s", "=", [("=", None, 1), ("=", None, 5)]),
]


@pytest.mark.parametrize(("line", "relation", "links"), CHAINS)
def test_chains(line: str, relation: str, links: list[tuple[str, list[str] | None, int]]) -> None:
    found = step(line)
    assert found.claim is not None and found.claim.equation.relation == relation
    top = HEAD.count("\n")
    assert [(link.claim.equation.relation, cites(link.by), link.line - top) for link in found.links] == links


def test_a_chain_shows_its_ends_and_its_links_join() -> None:
    found = step("step a: A*B = B*A by h\n  = B*A' by k\n  = B*A*I")
    assert found.claim is not None
    assert (found.claim.equation.left, found.claim.equation.right) == (mul(A, B), found.links[-1].claim.equation.right)
    sides = [(link.claim.equation.left, link.claim.equation.right) for link in found.links]
    assert sides[0] == (mul(A, B), mul(B, A)) and sides[1] == (mul(B, A), mul(B, transpose(A)))
    assert all(before[1] == after[0] for before, after in zip(sides, sides[1:], strict=False))


def test_long_expressions_go_on_at_an_operator() -> None:
    found = step("step a: A\n  + B\n  - A\n  * B = A")
    assert found.claim is not None and found.claim.equation.left == add(A, B, -mul(A, B))
    assert step("refute r: A\n  = B\n  at A = 1, B = 2").witness == {"A": 1, "B": 2}


WITNESSES = [
    ("A = 1", {"A": Fraction(1)}), ("A = -1/2", {"A": Fraction(-1, 2)}), ("A = [1]", {"A": ((Fraction(1),),)}),
    ("A = [1 2; 3 4]", {"A": ((Fraction(1), Fraction(2)), (Fraction(3), Fraction(4)))}), ("A = [1 -1/2]", {"A": ((Fraction(1), Fraction(-1, 2)),)}),
    ("A = [1; 2]", {"A": ((Fraction(1),), (Fraction(2),))}), ("A = 0, s = 007", {"A": Fraction(0), "s": Fraction(7)}), ("A = 4/6", {"A": Fraction(2, 3)}),
    ("A = [1 2;\t3 4]", {"A": ((Fraction(1), Fraction(2)), (Fraction(3), Fraction(4)))}),
]


@pytest.mark.parametrize(("given_", "expected"), WITNESSES)
def test_witnesses(given_: str, expected: dict[str, object]) -> None:
    assert step(f"refute r: A = B at {given_}").witness == expected


INSTANCES = [('"p.json" is critical', "critical", True), ('"p.json" is not critical', "critical", False), ('"p.json" has loss = 1/2', "loss", Fraction(1, 2)),
             ('"p.json" has loss = -3', "loss", Fraction(-3)), ('"p.json" is is', "is", True), ('"p.json" is not not', "not", False)]


@pytest.mark.parametrize(("line", "predicate", "expected"), INSTANCES)
def test_instances(line: str, predicate: str, expected: object) -> None:
    found = step(f"instance i: {line}")
    assert (found.file, found.predicate, found.expected) == ("p.json", predicate, expected)
    assert type(found.expected) is type(expected)


LEMMAS = [("f.thm::t::s", "f.thm", "t", "s"), ("f.thm::t", "f.thm", "t", ""), ("::t::s", "", "t", "s"), ("::t", "", "t", ""), ("../a b/f.thm::t::s", "../a b/f.thm", "t", "s"),
          ("ä.thm::t::s", "ä.thm", "t", "s")]


@pytest.mark.parametrize(("place", "file", "name", "label"), LEMMAS)
def test_lemmas(place: str, file: str, name: str, label: str) -> None:
    (lemma,) = (line for line in theorem(HEAD + f'lemma l from "{place}"\nuse u: l').lines if isinstance(line, Lemma))
    assert (lemma.file, lemma.theorem, lemma.step) == (file, name, label)


def test_use_puts_terms_for_letters() -> None:
    found = step("use u: gram with V = A*B, W = pinv(C), s = 2\n  by h")
    assert found.lemma is not None and (found.lemma.name, found.claim) == ("gram", None)
    assert found.values == {"V": mul(A, B), "W": pinv(matrix("C", "m", "n")), "s": number(2)}
    assert step("use u: gram\n  with V = A\n  by h\n  settles x.y").settles == ("x.y",)


def test_words_of_proof_files_are_not_reserved() -> None:
    words = ("by", "step", "text", "at", "with", "settles", "use", "refute", "gap", "open", "instance", "theorem", "source", "lemma", "fact", "from", "is", "has", "nothing")
    for word in words:
        found = theorem(f"theorem {word}\nmatrix {word} : {word}s x {word}s\nlet {word}2 = {word}*{word}\nassume {word}3: {word}2 = {word}\n"
                        f"step {word}4: {word} = {word}2 by {word}3\n  = {word}*{word} by {word}3 settles {word}.{word}\nrefute r: {word} = 0 at {word} = 1")
        letter = matrix(word, f"{word}s", f"{word}s")
        assert found.steps[0].claim is not None and found.steps[0].claim.equation.left == letter
        assert found.steps[1].witness == {word: 1}
    assert theorem("matrix fact : n x n\nassume fact: fact = 0\nassume fact = 0\nassume fact*fact = 0\nstep s: fact = 0 by fact").steps[0].by


SAME = [
    ("{}step a: A = A by h", "{}\n\n# c\nstep a: A = A by h # c\n"), ("{}step a: A = A by h", "{}step a :A=A by h"), ("{}step a: A = A by h", "{}step a: A = A\n\n\n by h"),
    ("{}step a: A = A by h", "{}step a: A\n= A\nby h"), ("{}step a: A = A by h k", "{}step a: A = A by h, k"),
    ("{}step a: A = A settles x.y", "{}step a: A = A settles x . y"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_same_file(first: str, second: str) -> None:
    def plain(text: str) -> list[object]:
        return [(line.label, line.claim, cites(line.by), line.settles) for line in theorem(text.format(HEAD)).steps]

    assert plain(first) == plain(second) == plain(second.replace("\n", "\r\n"))


def test_shared_lines_belong_to_every_theorem() -> None:
    text = 'source "both"\nmatrix A : n x n\nlet P = A*A\nassume h: P = A\n\ntheorem one\nmatrix B : m x n\nstep a: P = A by h\n\ntheorem two "2"\nsource "two"\nmatrix B : n x k\nstep a: A = P by h\n'
    one, two = parse_proofs(text).theorems
    assert (one.name, one.source, one.line, two.name, two.title, two.source, two.line) == ("one", "both", 6, "two", "2", "two", 10)
    assert [d.shape for d in one.declarations] == [("n", "n"), ("m", "n")] and [d.shape for d in two.declarations] == [("n", "n"), ("n", "k")]
    assert [line.line for line in one.lines] == [3, 4, 8] and [line.line for line in two.lines] == [3, 4, 13]
    assert one.lines[1] == two.lines[1]


def test_a_file_without_a_theorem_is_one_with_the_name_of_the_file() -> None:
    found = parse_proofs('name "a title"\nmatrix A : n x n\nshow A = A\nstep s: A = A\nshow A = A', "folder/my_lemma.thm").theorems
    assert [(t.name, t.title, t.line) for t in found] == [("my_lemma", "a title", 1)]
    assert [s.label for s in found[0].steps] == ["show_1", "s", "show_2"]


def test_labels_of_show_lines_are_free_ones() -> None:
    found = theorem("matrix A : n x n\nassume show_2: A = 0\nstep show_1: A = A\nshow A = 0\nshow A = A")
    assert [s.label for s in found.steps] == ["show_1", "show_3", "show_4"]


# ---- refused -------------------------------------------------------------------------------------------

S = "theorem t\nmatrix A : n x n\nmatrix C : m x n\nscalar s\nassume h: A = A'\n"
REFUSED: list[tuple[str, type[InputError], str]] = [
    # lines
    ("§foo A = B", InputError, "a line starts with theorem"), (S + "§A = A", InputError, "a line starts with"), (S + "§by h", InputError, "a line starts with"),
    ("§= A", InputError, "a line starts with"), ("§by h\nshow 1 = 1", InputError, "a line starts with"), (S + "§Step a: A = A", InputError, "a line starts with"),
    (S + "let B = A\n§by h", InputError, "a line starts with"), (S + 'text "a"\n§settles b', InputError, "a line starts with"), (S + "§steps a: A = A", InputError, "a line starts with"),
    # theorems
    ("theorem", InputError, "expected the name of a theorem"), ("theorem §1", InputError, "expected the name of a theorem"), ('theorem §"t"', InputError, "expected the name of a theorem"),
    ("theorem t §u\nstep a: 1 = 1", InputError, "unexpected 'u'"), ('theorem t "a" §"b"\nstep a: 1 = 1', InputError, "unexpected"), ("theorem t §: u", InputError, "unexpected ':'"),
    ("theorem t\nstep a: 1 = 1\ntheorem §t\nstep a: 1 = 1", InputError, "a second theorem t"), ("§theorem t", InputError, "nothing to check in t"),
    ("theorem t\n§matrix A : n x n\ntheorem u\nstep a: 1 = 1", InputError, "nothing to check in t"), ("theorem t\nstep a: 1 = 1\ntheorem u\n§matrix A : n x n", InputError, "nothing to check in u"),
    ("§step a: 1 = 1\ntheorem t\nstep b: 1 = 1", InputError, "before the first theorem"), ("§show 1 = 1\ntheorem t\nstep b: 1 = 1", InputError, "before the first theorem"),
    ("§refute r: 1 = 2\ntheorem t\nstep b: 1 = 1", InputError, "before the first theorem"), ("matrix A : n x n\n§gap g: A = 0\ntheorem t\nstep b: 1 = 1", InputError, "before the first theorem"),
    # texts
    (S + "text", InputError, "expected a text in quotes"), (S + "text §hello", InputError, "expected a text in quotes"), (S + 'text "a" §"b"', InputError, "unexpected"),
    (S + 'text §"a', InputError, "unexpected character"), (S + "source", InputError, "expected a text in quotes"), (S + "source §1", InputError, "expected a text in quotes"),
    (S + 'text §"a\tb"', InputError, "do not print"), ("name §A", InputError, "expected a text in quotes"), ('name "a"\n§name "b"\nshow 1 = 1', InputError, "a second name"),
    (S + 'text "a" §settles b', InputError, "unexpected 'settles'"),
    # lemmas and facts
    (S + "lemma", InputError, "expected a name for the lemma"), (S + "lemma l", InputError, "expected from"), (S + "lemma l §of \"a::b\"", InputError, "expected from"),
    (S + "lemma l from", InputError, "expected a text in quotes"), (S + "lemma l from §a", InputError, "expected a text in quotes"), (S + 'lemma l from §"f.thm"', InputError, "not the place of a step"),
    (S + 'lemma l from §"f.thm::"', InputError, "not the place of a step"), (S + 'lemma l from §"f::t::s::u"', InputError, "not the place of a step"), (S + 'lemma l from §"f::t::"', InputError, "not the place of a step"),
    (S + 'lemma l from §"::"', InputError, "not the place of a step"), (S + 'lemma l from "a::b"\nlemma §l from "a::b"', InputError, "a second lemma"), (S + 'lemma l from "a::b" §by', InputError, "unexpected 'by'"),
    (S + 'lemma l from "a::b"\nassume fact §l', InputError, "a second lemma or fact l"), (S + "assume fact f\nassume fact §f", InputError, "a second lemma or fact f"), (S + "assume fact f §g", InputError, "unexpected 'g'"),
    (S + "assume", InputError, "expected an expression"), (S + "assume §fact", InputError, "unknown name fact"), (S + "assume §: A = A", InputError, "expected an expression"),
    # labels
    (S + "step", InputError, "expected a label"), (S + "step §: A = A", InputError, "expected a label"), (S + "step §1: A = A", InputError, "expected a label"),
    (S + "step a §A = A", InputError, "expected ':' after the label"), (S + "step a§, b: A = A", InputError, "expected ':'"), (S + "step a: A = A\nstep §a: A = A", InputError, "a second line with the label a"),
    (S + "step §h: A = A", InputError, "a second line with the label h"), (S + "assume §h: A = A\nstep a: A = A", InputError, "a second line with the label h"),
    (S + "step a: A = A\nassume §a: A = A", InputError, "a second line with the label a"), (S + "step a: A = A\ngap §a: A = A", InputError, "a second line with the label a"),
    (S + "step §nothing: A = A", InputError, "nothing is no label"), (S + "assume §nothing: A = A\nstep a: A = A", InputError, "nothing is no label"), (S + "gap", InputError, "expected a label"),
    (S + "refute §\"r\": A = A", InputError, "expected a label"), (S + "instance", InputError, "expected a label"), (S + "use", InputError, "expected a label"), (S + "open §=", InputError, "expected a label"),
    # claims
    (S + "step a:", InputError, "expected an expression"), (S + "step a: A", InputError, "expected = or <= or <"), (S + "step a: A =", InputError, "expected an expression"),
    (S + "step a: §B = A", InputError, "unknown name B"), (S + "step a: A = A\n  = §B", InputError, "unknown name B"), (S + "step a: A§*C = A", SizeError, "product of n x n and m x n"),
    (S + "step a: A = A\n  §= C", SizeError, "equation of n x n and m x n"), (S + "step a: A §<= A", SizeError, "inequalities compare scalars"), (S + "step a: A = A\n  §<= A", SizeError, "inequalities compare scalars"),
    (S + "step a: s §> s", InputError, "smaller side first"), (S + "step a: s >= 0 §<= s", InputError, "does not go down"), (S + "step a: s §!= 0", InputError, "only assumed"), (S + "step a: s = s §!= 0", InputError, "unexpected '!='"), (S + "step a: A = A §A", InputError, "unexpected 'A'"),
    (S + "gap g: A = A §= A", InputError, "unexpected '='"), (S + "refute r: A = A §= A", InputError, "unexpected '='"), (S + "open g: s <= s §<= s", InputError, "unexpected '<='"), (S + "show A = A §= A", InputError, "unexpected '='"),
    (S + "step a: exists W : n x n. W = A §= A", InputError, "unexpected '='"), (S + "step a: exists W : n x n. W = A\nmatrix §W : n x n\nstep b: A = A", InputError, "the unknown of line 6"),
    (S + "step a: exists W : n x n. W = A\nstep b: §W = A", InputError, "unknown name W"), (S + "step a: exists §A : n x n. A = A", InputError, "already declared"), (S + "step a: A = A§;", InputError, "unexpected ';'"),
    (S + "step a: s§/(s - s) = s", InputError, "identically 0"), (S + "let q = s§/(s - s)\nstep a: A = A", InputError, "identically 0"), (S + "step a: §I = I", InputError, "nothing fixes"),
    # by
    (S + "step a: A = A by", InputError, "expected a label"), (S + "step a: A = A by §,", InputError, "expected a label"), (S + "step a: A = A by h,", InputError, "expected a label"), (S + "step a: A = A by §1", InputError, "expected a label"),
    (S + "step a: A = A by h §; k", InputError, "unexpected ';'"), (S + "step a: A = A by h§.k", InputError, "unexpected '.'"), (S + "step a: A = A by nothing §h", InputError, "unexpected 'h'"), (S + "step a: A = A by h §\"k\"", InputError, "unexpected"),
    (S + "show A = A §by h", InputError, "unexpected 'by'"), (S + 'instance i: "p" is critical §by h', InputError, "unexpected 'by'"), (S + "step a: A = A by h §with A = A", InputError, "unexpected 'with'"),
    (S + "use u: l by h §with A = A", InputError, "unexpected 'with'"),
    # settles
    (S + "step a: A = A settles", InputError, "expected the id of a claim"), (S + "step a: A = A settles §1", InputError, "expected the id of a claim"), (S + "step a: A = A settles a.", InputError, "expected the rest of an id"),
    (S + "step a: A = A settles a.b,", InputError, "expected the id of a claim"), (S + "step a: A = A settles a §= A", InputError, "unexpected '='"), (S + "step a: A = A settles a\n  §by h", InputError, "settles stands last"),
    (S + "use u: l settles a §with A = A", InputError, "settles stands last"), (S + "refute r: A = 0 settles a §at A = 1", InputError, "settles stands last"), (S + "step a: A = A settles a.§=", InputError, "expected the rest of an id"),
    # use
    (S + "use u:", InputError, "expected the name of a lemma"), (S + "use u: §\"l\"", InputError, "expected the name of a lemma"), (S + "use u: l with", InputError, "expected a letter of the lemma"), (S + "use u: l with §1 = A", InputError, "expected a letter"),
    (S + "use u: l with A", InputError, "expected '='"), (S + "use u: l with A =", InputError, "expected an expression"), (S + "use u: l with A = A, §A = A", InputError, "a second value for A"), (S + "use u: l with A = A,", InputError, "expected a letter"),
    (S + "use u: l with B = §Z", InputError, "unknown name Z"), (S + "use u: l §A = A", InputError, "unexpected 'A'"), (S + "use u: l §= A", InputError, "unexpected '='"), (S + "use u: l with A §<= A", InputError, "expected '='"),
    # refute
    (S + "refute r: A = 0 at", InputError, "expected a letter"), (S + "refute r: A = 0 at §n = 2", InputError, "no matrix or scalar declared above"), (S + "refute r: A = 0 at §Z = 2", InputError, "no matrix or scalar declared above"),
    (S + "refute r: A = 0 at A = 1, §A = 2", InputError, "given twice"), (S + "refute r: A = 0 at A §1", InputError, "expected '='"), (S + "refute r: A = 0 at A =", InputError, "expected a rational number"), (S + "refute r: A = 0 at A = §s", InputError, "expected a rational number"),
    (S + "refute r: A = 0 at A = 1/§0", InputError, "expected a denominator"), (S + "refute r: A = 0 at A = 1/", InputError, "expected a denominator"), (S + "refute r: A = 0 at A = 1§.5", InputError, "unexpected '.'"), (S + "refute r: A = 0 at A = [§]", InputError, "expected a rational number"),
    (S + "refute r: A = 0 at A = §[1 2; 3]", InputError, "different lengths"), (S + "refute r: A = 0 at A = [1 2", InputError, "expected a rational number"), (S + "refute r: A = 0 at A = [1§, 2]", InputError, "expected a rational number"), (S + "refute r: A = 0 at A = [1;§]", InputError, "expected a rational number"),
    (S + "refute r: A = 0 at A = [1 2] §[3]", InputError, "unexpected '['"), (S + "refute r: A = 0 at A = 1 §by h", InputError, "unexpected 'by'"), (S + "step a: A = 0 §at A = 1", InputError, "unexpected 'at'"), (S + "refute r: A = 0 at A = -§-1", InputError, "expected a rational number"),
    (S + "let B = A\nrefute r: B = 0 at §B = 1", InputError, "no matrix or scalar declared above"),
    # instance
    (S + "instance i:", InputError, "expected a text in quotes"), (S + "instance i: §p.json is critical", InputError, "expected a text in quotes"), (S + 'instance i: "p"', InputError, "expected is or has"), (S + 'instance i: "p" is', InputError, "expected a predicate"),
    (S + 'instance i: "p" is not', InputError, "expected a predicate"), (S + 'instance i: "p" is §1', InputError, "expected a predicate"), (S + 'instance i: "p" has', InputError, "expected a quantity"), (S + 'instance i: "p" has loss', InputError, "expected '='"),
    (S + 'instance i: "p" has loss = ', InputError, "expected a rational number"), (S + 'instance i: "p" has loss = §x', InputError, "expected a rational number"), (S + 'instance i: "p" §was x', InputError, "expected is or has"),
    (S + 'instance i: "p" is critical §loss', InputError, "unexpected 'loss'"), (S + 'instance i: "p" has loss §<= 1', InputError, "expected '='"), (S + 'instance i: "p" has loss = 0§.5', InputError, "unexpected '.'"),
]


@pytest.mark.parametrize(("marked", "error", "message"), REFUSED)
def test_refused(marked: str, error: type[InputError], message: str) -> None:
    before, mark, after = marked.partition("§")
    with pytest.raises(error) as caught:
        parse_proofs(before + after)
    assert type(caught.value) is error
    assert message in str(caught.value)
    lines = before.split("\n") if mark else marked.split("\n")
    assert (caught.value.line, caught.value.column) == (len(lines), len(lines[-1]) + 1)


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", "matrix A : n x n", 'name "a"', "matrix A : n x n\nassume h: A = 0", "   \t ", 'text "a"'])
def test_nothing_to_check(text: str) -> None:
    with pytest.raises(InputError, match="nothing to check"):
        parse_proofs(text)


@pytest.mark.parametrize(("line", "suggestion"), [
    ("step a: A = A by", "by eq1, eq2"), ("step a: 2A = A", "write * for a product"), ("step a: s > s", "smaller side first"),
    ("refute r: A = 0 at n = 2", "sizes follow"), ('lemma l from "f"\nuse u: l', "facts.thm::theorem::step"), ("step A = A", ""), ('instance i: "p" has loss = x', "-1/2"), ("use u: l with A", "with A = B"),
])
def test_errors_say_what_to_do(line: str, suggestion: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_proofs(S + line)
    assert suggestion in caught.value.suggestion


# ---- limits ----------------------------------------------------------------------------------------------

HUGE = [
    ("parentheses", "step a: " + "(" * 300_000 + "1" + ")" * 300_000 + " = 1", LimitError), ("a chain on one line", "scalar s\nstep a: s" + " = s" * 50_000, LimitError),
    ("a chain on many lines", "scalar s\nstep a: s" + "\n= s" * 12_000, LimitError), ("a chain of long lines", "scalar s\nstep a: s" + ("\n" + "+ s" * 100) * 200, LimitError),
    ("labels", "step a: 1 = 1 by" + " h" * 100_000, LimitError), ("ids", "step a: 1 = 1 settles a" + ".b" * 100_000, LimitError), ("a witness", "scalar s\nrefute r: s = 1 at s = [" + "1 " * 100_000 + "]", LimitError),
    ("digits", "scalar s\nrefute r: s = 1 at s = " + "9" * 2_000, LimitError), ("lines", "text \"a\"\n" * 20_000, LimitError), ("bytes", "#" * 2_000_000, LimitError),
    ("theorems with shared lines", "\n".join(f"matrix A{k} : n x n" for k in range(2_000)) + "\n" + "\n".join(f"theorem t{k}\nstep s: A0 = A0" for k in range(2_000)), LimitError),
    ("a label", "step " + "a" * 900_000 + " 1 = 1", InputError), ("a text", 'text "' + "a" * 900_000, InputError), ("a place", 'lemma l from "' + ":" * 900_000 + '"', InputError),
    ("a place of one part", 'lemma l from "' + "a" * 900_000 + '"', InputError), ("unknown", "theorem t\n" + "a" * 900_000, InputError), ("powers", "matrix A : n x n\nstep a: A" + "^2" * 9_000 + " = A", LimitError),
]


@pytest.mark.parametrize(("text", "error"), [row[1:] for row in HUGE], ids=[row[0] for row in HUGE])
def test_huge_input_is_refused_quickly(text: str, error: type[InputError]) -> None:
    start = time.perf_counter()
    with pytest.raises(error) as caught:
        parse_proofs(decode(text.encode()))
    assert type(caught.value) is error
    assert len(str(caught.value)) < 500
    assert time.perf_counter() - start < 5


def test_large_files_are_read() -> None:
    text = "theorem t\nmatrix A : n x n\nassume h: A*A = A\n" + "".join(f"step s{k}: A*A = A by {f's{k - 1}' if k else 'h'}\n" for k in range(3_000))
    start = time.perf_counter()
    assert len(theorem(text).steps) == 3_000
    assert time.perf_counter() - start < 10


# ---- bytes and files ---------------------------------------------------------------------------------------

BYTES = [(b"\xef\xbb\xbfshow 1 = 1", "byte order mark"), (b"show 1 = 1\n# \xe9\n", "not UTF-8"), (b"\x00", "unexpected character"), ("matrix Ä : n x n".encode(), "unexpected character"),
         (b"step a: 1 = 1\rby h", "unexpected character"), ("step a: 1 ≤ 1".encode(), "unexpected character"), ("step a: 1 = 1\u2028".encode(), "unexpected character"), (b"", "nothing to check")]


@pytest.mark.parametrize(("data", "message"), BYTES)
def test_bytes(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.thm"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        read_proofs(path)
    assert caught.value.file == str(path) and str(caught.value).startswith(f"{path}:")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for bad in (tmp_path / "missing.thm", tmp_path):
        with pytest.raises(InputError, match="cannot read") as caught:
            read_proofs(bad)
        assert caught.value.file == str(bad)


def test_texts_and_comments_may_be_in_any_language() -> None:
    assert theorem('theorem t "Σ ∈ ℝ, „Anführung“"\ntext "ein # ist kein Kommentar" # ✓\nstep a: 1 = 1').title == "Σ ∈ ℝ, „Anführung“"


@pytest.mark.parametrize("path", WELL_FORMED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_statement_file_is_a_proof_file(path: Path) -> None:
    statement = parse(path.read_text())
    (found,) = read_proofs(path).theorems
    assert [s.claim for s in found.steps] == list(statement.claims)
    assert found.declarations == statement.declarations
    assumed = [line for line in found.lines if isinstance(line, Assumption)]
    assert [line.equation for line in assumed if not line.guard] == list(statement.hypotheses)
    assert [line.equation for line in assumed if line.guard] == list(statement.guards)
    assert found.title == statement.name


@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.stem)
def test_a_malformed_statement_file_is_no_proof_file(path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_proofs(path)
    assert caught.value.file == str(path)
    assert len(str(caught.value)) < 1_000


# ---- read back ---------------------------------------------------------------------------------------------

NUMBERS = st.fractions(max_denominator=50, min_value=-100, max_value=100)


@settings(max_examples=100)
@given(st.integers(1, 3).flatmap(lambda columns: st.lists(st.lists(NUMBERS, min_size=columns, max_size=columns), min_size=1, max_size=3)))
def test_witnesses_are_read_back(rows: list[list[Fraction]]) -> None:
    written = "; ".join(" ".join(map(str, row)) for row in rows)
    assert step(f"refute r: A = B at A = [{written}]").witness == {"A": tuple(map(tuple, rows))}


NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True).filter(lambda name: name not in ("nothing", "h", "k"))


@settings(max_examples=100)
@given(st.lists(NAMES, min_size=1, max_size=5, unique=True), st.booleans())
def test_labels_are_read_back(labels: list[str], commas: bool) -> None:
    steps = "".join(f"step {label}: A = A by h\n" for label in labels)
    found = theorem(HEAD + steps + "step last_of_all: A = A by h, " + (", " if commas else " , ").join(labels))
    assert [s.label for s in found.steps] == [*labels, "last_of_all"]
    assert cites(found.steps[-1].by) == ["h", *labels]
