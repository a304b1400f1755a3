"""Random, mutated and shuffled proof files: whatever is wrong with them is an error with a place."""

from __future__ import annotations

import re
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from symcrit.errors import InputError
from symcrit.lang.proof_parser import parse_proofs
from symcrit.lang.tokens import decode

HEAD = "theorem t\nmatrix A : n x n\nmatrix B : n x n\nmatrix C : m x n\nscalar s\nassume h: A*B = B*A\nassume k: A = A'\n"
WORDS = ("theorem t", "theorem", "source", "text", "lemma", "matrix", "vector", "scalar", "let", "assume", "fact", "step", "use", "refute", "gap", "open", "instance", "show",
         "exists", "by", "at", "with", "settles", "from", "is", "has", "not", "nothing", "A", "B", "n", "m", "s", "a", "b", "h", "I", "x", "tr", "inv", "pinv", "proj", "symmetric",
         ":", "=", "<=", "<", "!=", ".", ",", ";", "[", "]", "(", ")", "+", "-", "*", "/", "'", "^", "0", "1", "2", '"f.thm::t::a"', '"::t::a"', '"text"', "\n", "\n", "\n", "#", "::",
         "\nmatrix A : n x n\n", "\nscalar s\n", "\nstep a: A = A", "\nassume h: A*A = A\n", "\nuse b: l with A = A", "\nrefute c: A = 0 at A = [1 0; 0 1]", "\nlemma l from \"::t::a\"\n")
VALID = (HEAD + 'lemma l from "::t::a"\ntext "so"\nstep a: A*B = B*A by h\n  = B*A\' by k\n  settles x.y\nuse b: l with A = A*A by h, a\nrefute c: A = 0 by k at A = [1 0; 0 1]\n'
         'gap d: A = B\nopen e: A = I\ninstance f: "p.json" has loss = 1/2\nstep g: exists W : n x n. A*W = A\nstep i: tr(A*A\') <= tr(A*A\') + s^2 by nothing\ntheorem u\nmatrix A : 2 x 2\nassume fact symmetric_cube_root\nshow A = A\n')


def only_input_errors(text: str) -> None:
    """Parse; whatever is wrong is an InputError with a place in the text."""
    try:
        found = parse_proofs(text)
    except InputError as error:
        lines = text.replace("\r\n", "\n").split("\n")
        if error.line:
            assert 1 <= error.line <= len(lines) and 1 <= error.column <= len(lines[error.line - 1]) + 1, (error, text)
        else:
            assert "nothing to check" in str(error), (error, text)
    else:
        assert all(t.steps for t in found.theorems)
        labels = [s.label for t in found.theorems for s in t.steps]
        assert all(re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", label) for label in labels)


@settings(max_examples=600)
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_soups_of_words(words: list[str]) -> None:
    only_input_errors(" ".join(words))


@settings(max_examples=600)
@given(st.data())
def test_mutated_files(data: st.DataObject) -> None:
    text = VALID
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(st.sampled_from(["", *WORDS])) + text[end:]
    only_input_errors(text)


@settings(max_examples=300)
@given(st.data())
def test_files_with_lines_moved(data: st.DataObject) -> None:
    lines = VALID.split("\n")
    only_input_errors("\n".join(data.draw(st.lists(st.sampled_from(lines), max_size=25))))


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    with suppress(InputError):
        only_input_errors(decode(data))
