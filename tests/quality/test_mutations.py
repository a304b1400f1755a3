"""Whoever changes one place of a certificate, or of a true statement, must be found out.

Certificates: none that is changed is accepted for a statement it does not prove. What the kernel accepts is
checked again by `checker`, and if the statement changed too, a counterexample to it is looked for.
Statements: none that is changed is proved unless it is still true on exact instances drawn here, and nearly
all of the false ones are refuted, by a witness that the kernel confirms.
Everything is drawn from fixed seeds; `python -m tests.quality.test_mutations` prints the totals.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from symcrit.api import prove_file
from symcrit.errors import CertificateError, InputError, TooLarge
from symcrit.kernel.data import statement_from_data
from symcrit.kernel.evaluate import Instance, violated
from symcrit.kernel.replay import replay
from symcrit.kernel.statement import Statement
from symcrit.kernel.theory import Theory
from symcrit.lang.parser import parse, read_statement
from symcrit.lang.printer import statement_text
from symcrit.prover.counterexample import find_counterexample
from symcrit.prover.program import Program
from symcrit.prover.sampling import Sampler
from symcrit.prover.search import Prover
from tests.certificates import certificate, combine
from tests.quality.checker import Wrong, check, check_with, theories_of
from tests.quality.mutate import STATEMENT_KINDS, certificate_mutants
from tests.quality.mutate_statements import statement_mutants

CORPUS = Path(__file__).parent.parent / "corpus"

# ---- certificates ------------------------------------------------------------------------------------

MUTANTS = 90  # of each certificate
EFFORT = 200  # candidates in the search for a counterexample to what a mutant proves
SOURCES = (
    "true/penrose", "true/idem_sym", "true/mp_ep", "true/lemma1_26", "true/f14_if", "true/sigma_zero",  # pinv
    "true/woodbury", "true/inv_commute_guard", "true/inv_prod", "true/resolvent_div", "true/eig_guard_ineq",  # guards
    "true/eig_inv", "true/mp_scale", "true/scalar_cancel", "true/sc_quadratic_inverse",  # guards, stated
    "true/tr_orth", "true/tr_similar", "true/orth_props",  # traces
    "true/gram_zero", "true/trace_zero", "true/scalar_sos2", "true/proj_trace_zero",  # squares, vanish, antisymmetry
    "true/scalar_sos",  # reciprocal
    "true/lemma1_25_exists", "true/ex_witness_sum", "true/ex_two_lines", "true/ex_inverse",  # exists
    "true/one_by_one_matrices", "true/householder_div", "true/one_pinv_vector",  # 1 x 1
    "true/sc_circle", "true/sc_div",  # scalars
    "true/deep3layers", "hard/hartwig_v_iv",  # abbreviations
    "hard/cayley_hamilton2", "hard/traceless_anticommutator",  # the standard basis
    "composed/instance", "composed/guarded instance", "composed/named",  # rules that the prover does not use
)


def proved(name: str) -> Any:
    """Let the prover write a certificate, and read it back as plain data."""
    return json.loads(json.dumps(prove_file(CORPUS / f"{name}.thm").certificate))


def composed(name: str) -> Any:
    """Write by hand a certificate that uses a lemma or a named fact."""
    if name == "instance":
        return certificate("matrix B : p x q\nmatrix C : q x r\nassume B*B' = 0\nshow B' = 0\nshow B*C = 0", [
            ["assume", "assume 1"],
            ["instance", 0, [["matrix", "B", "p", "q"], ["transpose", 0]], {"A": 1}, {"m": "q", "n": "p"}, [0], 0],
            ["transpose", 1],
            combine("p", "r", ["1", [], "", 2, "C"]),
        ], [[1], [3]], lemmas=[proved("true/gram_zero")])
    if name == "guarded instance":
        main = "matrix S : p x p symmetric\nmatrix T : p x p\nshow inv(S*T) = inv(T)*inv(S)"
        lemma = parse("matrix A : n x n\nmatrix B : n x n\nshow inv(A*B) = inv(B)*inv(A)")
        prover = Prover(lemma)
        assert prover.climb(0)
        table = [["matrix", "S", "p", "p"], ["matrix", "T", "p", "p"]]
        steps = [["instance", 0, table, {"A": 0, "B": 1}, {"n": "p"}, [], 0]]
        return certificate(main, steps, [[0]], lemmas=[json.loads(json.dumps(prover.certificate()))])
    return certificate("matrix S : p x p symmetric\nassume S^3 = 0\nshow S = 0\nshow tr(S*S) = 0", [
        ["assume", "assume 1"],
        ["assume", "S symmetric 1"],
        ["named", "symmetric_cube_root", [["matrix", "S", "p", "p"], ["zero", "p", "p"]], {"A": 0, "B": 1}, {"n": "p"},
         [0, 1], 0],
        combine("p", "p", ["1", [], "S", 2, ""]),
        ["trace", 3],
    ], [[2], [4]])


@cache
def source(name: str) -> str:
    folder, _, rest = name.partition("/")
    return json.dumps(composed(rest) if folder == "composed" else proved(name))


def with_its_hash(mutant: Any) -> Any:
    """Copy a mutant, with the hash of the statement that it now has; None if it has none."""
    try:
        return {**copy.deepcopy(mutant), "hash": statement_from_data(mutant["statement"]).hash}
    except InputError:
        return None


def try_mutants(name: str) -> Counter[tuple[str, str]]:
    """Try the mutants of one certificate; count kinds and outcomes."""
    original = json.loads(source(name))
    counts: Counter[tuple[str, str]] = Counter()
    for kind, mutant in certificate_mutants(original, Random(f"mutants of {name}"), MUTANTS):
        result = outcome(mutant, original)
        renamed = with_its_hash(mutant) if kind in STATEMENT_KINDS else None
        if renamed is None or renamed["hash"] == mutant["hash"]:
            counts[kind, result] += 1
        else:
            assert result == "CertificateError", "a stale hash"
            counts[f"{kind}, stale hash", result] += 1
            counts[f"{kind}, new hash", outcome(renamed, original)] += 1
    return counts


def outcome(mutant: Any, original: Any) -> str:
    """Replay a mutant (anything but a refusal or acceptance is an error of the test); check what is accepted."""
    try:
        theorem = replay(mutant)
    except CertificateError:
        return "CertificateError"
    except InputError:
        return "InputError"
    assert theorem.statement.hash == mutant["hash"] == statement_from_data(mutant["statement"]).hash
    check(mutant)
    if mutant["statement"] != original["statement"] and mutant["hash"] != original["hash"]:
        assert find_counterexample(theorem.statement, EFFORT) is None, statement_text(theorem.statement)
    return "accepted"


@pytest.mark.parametrize("name", SOURCES)
def test_no_mutant_of_a_certificate_proves_what_it_should_not(name: str) -> None:
    counts = try_mutants(name)
    for (kind, result), count in sorted(counts.items()):
        print(f"{count:5} {result:16} {kind}")
    assert counts.total() >= MUTANTS
    refused = sum(count for (_, result), count in counts.items() if result != "accepted")
    assert refused >= 0.7 * counts.total()


def test_enough_mutants_of_certificates() -> None:
    assert len(set(SOURCES)) * MUTANTS >= 2_000


@pytest.mark.parametrize("name", SOURCES)
def test_the_unchanged_certificate_passes_both_checks(name: str) -> None:
    data = json.loads(source(name))
    assert replay(data).statement.hash == data["hash"]
    check(data)


@pytest.mark.parametrize("name", ["true/mp_ep", "true/gram_zero", "true/woodbury", "true/deep3layers",
                                  "true/scalar_sos", "true/tr_similar", "true/ex_two_lines", "composed/instance"])
def test_the_second_checker_can_say_no(name: str) -> None:
    """What the kernel refuses because the algebra does not come out, the second checker refuses too."""
    original = json.loads(source(name))
    theories = theories_of(original)
    tried = 0
    for kind, mutant in certificate_mutants(original, Random(f"checker {name}"), 4 * MUTANTS):
        if kind not in ("coefficient", "word letter", "word transpose", "summand", "summand added"):
            continue
        if mutant["letters"] != original["letters"]:
            continue
        try:
            replay(mutant)
        except CertificateError as error:
            if "shows something else" in str(error) or "is not tr(E'E)" in str(error) or "not opposite" in str(error):
                tried += 1
                with pytest.raises(Wrong):
                    check_with(mutant, theories, 1)
        except InputError:
            continue
    assert tried >= 8


# ---- statements --------------------------------------------------------------------------------------

CHUNKS = 10
PER_FILE = 2
LADDER = (400, 3_000)  # candidate instances, before and after
INSTANCES = 20
SAMPLES = 3_000
SLOW = {  # takes longer than 0.2 s, itself or a mutant of it
    "deep33", "deep3layers", "gram_zero", "gram_zero_sum", "left_inverse_square", "lemma1_25_exists", "mp_zero",
    "normal_nilpotent", "prop31_loss_staged", "prop31_range", "prop31_t", "prop32_loss", "prop32_ortho",
    "push_through_scalar", "scalar_sos", "scalar_sos2", "skew_square_zero", "spectral_pair", "sym_nilpotent",
    "sym_nilpotent4", "trace_zero", "unit_zero",
}


def chunk_of_mutants(chunk: int) -> list[tuple[str, Statement]]:
    """Make the mutants of every tenth file."""
    found = []
    files = [path for path in sorted((CORPUS / "true").glob("*.thm")) if path.stem not in SLOW]
    for path in files[chunk::CHUNKS]:
        for kind, mutant in statement_mutants(read_statement(path), Random(path.stem), PER_FILE):
            try:
                Theory(mutant)
            except (InputError, CertificateError, TooLarge):  # a denominator that is identically 0
                continue
            found.append((f"{path.stem}: {kind}", mutant))
    return found


def decide(statement: Statement) -> str:
    """Search for a proof and a counterexample, with limited effort; have the kernel confirm either."""
    prover = Prover(statement)
    if prover.climb(0):
        data = json.loads(json.dumps(prover.certificate()))
        assert replay(data).statement.hash == statement.hash
        check(data)
        return "proved, vacuous" if prover.contradicts() else "proved"
    for effort in LADDER:
        refuted = find_counterexample(statement, effort)
        if refuted is not None:
            instance, claims = refuted
            assert claims and violated(statement, instance) == claims
            return "refuted"
    return "not established"


def instances_met(statement: Statement) -> int:
    """Draw instances with seeds of our own; count those that meet all hypotheses. None may violate a claim.

    Where only zeros are found to meet the hypotheses, zeros of further sizes are tried.
    """
    program, rng = Program(statement), Random(f"sizes {statement.hash}")
    sampler = Sampler(program, f"quality {statement.hash}", None, zero_rate=10)
    met, nonzero, different = 0, False, set[str]()
    while sampler.spent < SAMPLES and len(different) < INSTANCES:
        sizes = {symbol: rng.randint(1, 3) for symbol in program.symbols}
        for values in sampler.leaves(sizes):
            instance = program.instance(values, sizes)
            if holds(statement, instance):
                met += 1
                nonzero |= any(x for matrix in instance.matrices.values() for row in matrix for x in row)
                different.add(repr(instance))
    if not nonzero:
        met += sum(holds(statement, zeros(statement, rng)) for _ in range(INSTANCES))
    return met


def holds(statement: Statement, instance: Instance) -> bool:
    """Tell whether an instance meets all hypotheses; then no claim may fail on it."""
    try:
        claims = violated(statement, instance)
    except CertificateError:
        return False
    assert claims == [], f"proved, but false: {statement_text(statement)}\n{instance}"
    return True


def zeros(statement: Statement, rng: Random) -> Instance:
    """Make an instance of random sizes in which everything is 0."""
    sizes: dict[str, int] = {}
    matrices = {}
    for name, shape in ((d.name, d.shape) for d in statement.declarations if d.shape is not None):
        rows, cols = (size if isinstance(size, int) else sizes.setdefault(size, rng.randint(1, 4)) for size in shape)
        matrices[name] = ((Fraction(0),) * cols,) * rows
    return Instance(sizes, {d.name: Fraction(0) for d in statement.declarations if d.shape is None}, matrices)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_mutants_of_true_statements(chunk: int) -> None:
    counts: Counter[str] = Counter()
    for name, mutant in chunk_of_mutants(chunk):
        verdict = decide(mutant)
        counts[verdict] += 1
        if verdict == "proved":
            met = instances_met(mutant)
            counts["never met"] += met == 0  # contradictory, it seems, such as A'*A = -I
            assert met >= INSTANCES or met == 0, f"{met} instances only\n{name}\n{statement_text(mutant)}"
        elif verdict == "proved, vacuous":
            assert instances_met(mutant) == 0, f"{name}\n{statement_text(mutant)}"
        elif verdict == "not established":
            print(f"not established: {name}\n{statement_text(mutant)}")
    print(dict(counts))
    false = counts["refuted"] + counts["not established"]
    assert counts.pop("never met", 0) <= 2
    assert counts.total() >= 300 / CHUNKS
    assert false >= 15
    assert counts["refuted"] >= 0.9 * false


def main() -> None:
    """Print the totals."""
    total: Counter[tuple[str, str]] = Counter()
    for name in SOURCES:
        total += try_mutants(name)
    for (kind, result), count in sorted(total.items()):
        print(f"{count:5} {result:16} {kind}")
    print(f"{total.total():5} mutants of certificates")
    verdicts = Counter(decide(mutant) for chunk in range(CHUNKS) for _, mutant in chunk_of_mutants(chunk))
    print(f"{verdicts.total():5} mutants of statements: {dict(verdicts)}")


if __name__ == "__main__":
    main()
