"""The statements that steps make, compared with the same statements written as stand-alone files."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from symcrit.checker.library import Home, Library, Unresolved, homes
from symcrit.checker.statements import Statements
from symcrit.errors import InputError
from symcrit.kernel.statement import Statement
from symcrit.kernel.text import equation_text
from symcrit.lang.parser import parse
from tests.checker.files import homes_of, parts_of, write

HEAD = """theorem t
matrix A : n x n
matrix B : n x n symmetric
matrix C : m x n
scalar s r
let P = proj(A)
assume idem: A*A = A
assume zero: B*C' = 0
assume s != 0
"""
A = "matrix A : n x n\n"
B = "matrix B : n x n symmetric\n"
C = "matrix C : m x n\n"
IDEM, ZERO = "assume A*A = A\n", "assume B*C' = 0\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.thm"


def closed(path: Path, text: str, label: str) -> Statement:
    path.write_text(HEAD + text)
    statements, steps = homes_of(path)
    return statements.closed(steps[label])


LINKS = [  # steps, label, the statements to be shown
    ("step a: A*A*A = A by idem", "a", [A + IDEM + "show A*A*A = A"]),
    ("step a: P*A = A by nothing", "a", [A + "show proj(A)*A = A"]),
    ("step a: A*A*A = A", "a", [A + B + C + IDEM + ZERO + "show A*A*A = A"]),  # everything above
    ("step a: s*A = s*A by nothing", "a", [A + "scalar s\nassume s != 0\nshow s*A = s*A"]),  # the guard comes with its letter
    ("step a: r*A = r*A by nothing", "a", [A + "scalar r\nshow r*A = r*A"]),
    ("step a: C*0 = C*0 by nothing\nstep b: C'*C = C'*C by a, zero", "b", [B + C + ZERO + "assume C*0 = C*0\nshow C'*C = C'*C"]),
    ("step a: A*A*A = A by idem\nstep b: A*A*A*A = A*A by a", "b", [A + "assume A*A*A = A\nshow A*A*A*A = A*A"]),
    ("step a: A*A*A = A by idem\n  = A*A by idem", "a", [A + IDEM + "show A*A*A = A", A + IDEM + "show A = A*A"]),
    ("step a: A*A*A = A by idem\n  = A*A", "a", [A + IDEM + "show A*A*A = A", A + IDEM + "show A = A*A"]),
    ("step a: tr(A) = tr(A*A) by idem\n  <= tr(A*A) + tr(C*C') by nothing", "a",
     [A + IDEM + "show tr(A) = tr(A*A)", A + C + "show tr(A*A) <= tr(A*A) + tr(C*C')"]),
    ("step a: exists W : n x m. C*W*C = C by nothing", "a", [C + "show exists W : n x m. C*W*C = C"]),
    ("gap a: A = B by idem", "a", [A + B + IDEM + "show A = B"]),
]


@pytest.mark.parametrize(("text", "label", "expected"), LINKS)
def test_links(text: str, label: str, expected: list[str], path: Path) -> None:
    path.write_text(HEAD + text)
    assert [part.statement for part in parts_of(path, label)] == [parse(one) for one in expected]


def test_hypotheses_keep_the_lines_they_come_from(path: Path) -> None:
    path.write_text(HEAD + "step a: A*A*A = A by idem\nstep b: A*A*A*A = A by a, idem")
    (part,) = parts_of(path, "b")
    assert [line.label for line in part.cited] == ["idem", "a"]
    assert len(part.statement.hypotheses) == 2


CLOSED = [  # steps, label, what the step says from the assumptions alone
    ("step a: A*A*A = A by idem\nstep b: A*A*A*A = A*A by a", "b", A + IDEM + "show A*A*A*A = A*A"),
    ("step a: P*A = A by nothing\nstep b: P*A*A = A*A by a", "b", A + "show proj(A)*A*A = A*A"),
    ("step a: B*C' = 0 by zero\nstep b: A*A = A by idem\nstep c: A*B*C' = 0 by b, a", "c", A + B + C + IDEM + ZERO + "show A*B*C' = 0"),
    ("gap a: A = B by idem\nstep b: A' = A by a", "b", A + B + "assume A = B\nshow A' = A"),  # not what the gap cites
    ("open a: A = B by idem\nstep b: A' = A by a", "b", A + B + "assume A = B\nshow A' = A"),
    ("step a: A = A*A by idem\n  = A*A*A by idem", "a", A + IDEM + "show A = A*A*A"),
    ("step a: tr(A) = tr(A*A) by idem\n  < tr(A*A) + 1 by nothing", "a", A + IDEM + "show tr(A) < tr(A*A) + 1"),
]


@pytest.mark.parametrize(("text", "label", "expected"), CLOSED)
def test_closed(text: str, label: str, expected: str, path: Path) -> None:
    assert closed(path, text, label) == parse(expected)


def test_what_is_on_the_way_must_be_defined(path: Path) -> None:
    """A chain over inv(A) closes to a statement that grants inv(A), although its ends do not mention it."""
    statement = closed(path, "step a: A = A*inv(A)*A by nothing\n  = A by nothing", "a")
    assert statement == parse(A + "assume inv(A) = inv(A)\nshow A = A")
    assert statement != parse(A + "show A = A")


def test_refutations(path: Path) -> None:
    path.write_text(HEAD + "step a: A*A*A = A by idem\nrefute r: A = 0\nrefute q: A = 0 by a\nrefute z: A = 0 by nothing\ncheck c: A = 0 by idem\n")
    statements, steps = homes_of(path)
    expected = {"r": A + B + C + IDEM + ZERO + "show A = 0", "q": A + "assume A*A*A = A\nshow A = 0", "z": A + "show A = 0",
                "c": A + IDEM + "show A = 0"}
    assert {label: statements.evaluated(steps[label]).statement for label in expected} == {label: parse(text) for label, text in expected.items()}
    with pytest.raises(Unresolved, match="not a refute or check step"):
        statements.evaluated(steps["a"])


def test_everything(path: Path) -> None:
    """All assumptions above, none below, no steps; whatever the part cites."""
    path.write_text(HEAD + "step a: A*A*A = A by idem\nstep b: B*A = B*A by nothing\nassume late: A = B\nstep c: A = A by nothing")
    statements, steps = homes_of(path)
    (part,) = statements.links(steps["b"])
    assert statements.everything(steps["b"], part).statement == parse(A + B + C + IDEM + ZERO + "show B*A = B*A")


def test_the_setting_has_all_assumptions_and_nothing_to_show(path: Path) -> None:
    path.write_text(HEAD + "step a: A*A = A by idem\nassume late: C*A = C\n")
    statements, steps = homes_of(path)
    assert statements.setting(steps["a"]) == parse(A + B + C + IDEM + ZERO + "assume C*A = C\nshow 0 = 0")


# ---- use: what is put for letters, and what is asked for

LEMMA = '''theorem l
matrix V : k x j
matrix W : j x j symmetric
scalar c
assume c != 0
assume c*V*W = 0
step end: V*W = 0
'''
SETTING = '''theorem t
matrix A : n x m
matrix B : n x n
matrix W : m x m symmetric
scalar s c
assume s != 0
assume h: A*W = 0
lemma lem from "l.thm::l::end"
'''


def use(tmp_path: Path, values: str, setting: str = SETTING) -> tuple[Statements, Home]:
    write(tmp_path, {"l.thm": LEMMA, "t.thm": f"{setting}use u: lem{' with ' if values else ''}{values} by h\n"})
    statements = Statements(Library())
    (home,) = homes(statements.library.read(tmp_path / "t.thm"))
    return statements, home


def test_what_is_put_and_what_is_asked_for(tmp_path: Path) -> None:
    statements, home = use(tmp_path, "V = B*A, c = 2*s")
    put = statements.putting(home, statements.lemma(home))
    assert put.sizes == {"k": "n", "j": "m"}
    assert set(put.letters) == {"V", "W", "c"}
    assert equation_text(statements.claim(home).equation, {}) == "(B*A)*W = 0"
    assert [equation_text(equation, {}) for equation in statements.obligations(home)] == ["(2*s)*(B*A)*W = 0", "W' = W"]
    (part,) = statements.links(home)
    assert [equation_text(hypothesis, {}) for hypothesis in part.statement.hypotheses] == ["A*W = 0"]


def test_a_property_is_asked_for(tmp_path: Path) -> None:
    statements, home = use(tmp_path, "V = A, W = A'*B*A, c = s")
    asked = [equation_text(equation, {}) for equation in statements.obligations(home)]
    assert "s*A*(A'*B*A) = 0" in asked
    assert "(A'*B*A)' = A'*B*A" in asked
    assert len(asked) == 2


def test_what_is_plainly_so_is_not_asked_for(tmp_path: Path) -> None:
    lemma = "theorem l\nmatrix V : k x k\nmatrix W : k x k\nassume V = W\nassume tr(V) <= tr(W)\nstep end: V'*V = W'*W\n"
    write(tmp_path, {"l.thm": lemma, "t.thm": 'theorem t\nmatrix A : n x n\nlemma lem from "l.thm::l"\nuse u: lem with V = A, W = A by nothing\n'})
    statements, steps = homes_of(tmp_path / "t.thm")
    assert [equation_text(equation, {}) for equation in statements.obligations(steps["u"])] == ["tr(A) <= tr(A)"]


MISFITS = [
    ("c = s", "nothing is put for V of the lemma", "write with V = ..."),
    ("V = A, c = s, Z = A", "the lemma has no letter Z", "its letters are V, W, c"),
    ("V = A, c = A", "c of the lemma is scalar, but n x m is put for it", ""),
    ("V = s, c = s", "V of the lemma is k x j, but scalar is put for it", ""),
    ("V = A', c = s", "W of the lemma is n x n, but m x m is put for it", ""),
]


@pytest.mark.parametrize(("values", "message", "suggestion"), MISFITS)
def test_what_does_not_fit(values: str, message: str, suggestion: str, tmp_path: Path) -> None:
    statements, home = use(tmp_path, values)
    with pytest.raises(Unresolved) as caught:
        statements.links(home)
    assert (caught.value.code, caught.value.message, caught.value.suggestion) == ("unmet_obligation", message, suggestion)
    assert caught.value.line == SETTING.count("\n") + 1


def test_a_lemma_with_a_literal_size_takes_only_that(tmp_path: Path) -> None:
    write(tmp_path, {"l.thm": "theorem l\nmatrix V : 2 x j\nstep end: V = V\n",
                     "t.thm": 'theorem t\nmatrix A : 2 x m\nmatrix B : n x m\nlemma lem from "l.thm::l"\nuse u: lem with V = A\nuse v: lem with V = B\n'})
    statements, steps = homes_of(tmp_path / "t.thm")
    assert statements.stands(steps["u"]) and not statements.stands(steps["v"])


# ---- pins, order, cycles


def test_pins(path: Path) -> None:
    path.write_text(HEAD + "step a: A*A*A = A by idem\ngap g: A = B by idem\nrefute r: A = 0 by idem\n")
    statements, steps = homes_of(path)
    hashes = [parse(A + IDEM + "show A*A*A = A").hash, parse(A + B + IDEM + "show A = B").hash, parse(A + IDEM + "show A = 0").hash]
    assert [statements.pin(steps[label]) for label in "agr"] == [f"{kind} {hash_}" for kind, hash_ in zip(("step", "gap", "refute"), hashes, strict=True)]


def test_the_pin_of_an_instance_covers_its_point_file(path: Path) -> None:
    path.write_text(HEAD + 'instance i: "p.json" is critical\ninstance j: "p.json" is not critical\n')
    statements, steps = homes_of(path)
    missing = statements.pin(steps["i"])
    (path.parent / "p.json").write_text("{}")
    content = sha256(b"{}").hexdigest()
    told = json.dumps(["critical", "True", content])
    assert statements.pin(steps["i"]) == f"instance {sha256(told.encode()).hexdigest()}"
    (path.parent / "p.json").write_text("{} ")
    assert len({missing, statements.pin(steps["i"]), statements.pin(steps["j"]), f"instance {sha256(told.encode()).hexdigest()}"}) == 4


def test_order(path: Path) -> None:
    path.write_text(HEAD + "step a: A*A = A by idem\nstep b: B = B by nothing\nstep c: A*A*A = A by a, idem\nstep d: A = A by c, b\n")
    statements, steps = homes_of(path)
    labels = [home.step.label for home in statements.order(steps["d"])]
    assert sorted(labels) == ["a", "b", "c", "d"]  # each once, after all that it needs
    assert labels.index("a") < labels.index("c") < labels.index("d") > labels.index("b")
    assert [home.step.label for home in statements.order(steps["d"], {steps["c"]})] == ["b", "d"]
    assert statements.needs(steps["c"]) == [steps["a"]]


def test_a_long_proof_does_not_recurse(path: Path) -> None:
    lines = [f"step a{k}: A*A = A by {f'a{k - 1}' if k else 'idem'}" for k in range(300)]
    assert closed(path, "\n".join(lines), "a299") == parse(A + IDEM + "show A*A = A")


def test_cycles_through_lemmas(path: Path) -> None:
    path.write_text('theorem t\nmatrix A : n x n\nlemma l from "::u::y"\nuse x: l by nothing\n\n'
                    'theorem u\nmatrix A : n x n\nlemma l from "::t::x"\nuse y: l by nothing\nstep z: A = A by nothing\n')
    statements, steps = homes_of(path)
    for label in "xy":
        with pytest.raises(InputError, match="rests on itself"):
            statements.closed(steps[label])
    assert statements.stands(steps["z"]) and not statements.stands(steps["x"])
