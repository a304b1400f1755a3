"""The command line: `symcrit VERB [ARGS]`. Nothing but argparse is imported until a verb runs.

Exit codes: 0 done / proved / critical; 1 refuted, not established, not critical or a certificate that does not check;
2 interrupted; 3 a bug in symcrit, or a second opinion that disagrees; 4 usage or malformed input; 5 nothing selected.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from symcrit import __version__
from symcrit.errors import CertificateError, InputError, SymcritError

if TYPE_CHECKING:
    from symcrit.report.result import Result

INTERRUPTED, BUG, MALFORMED, NOTHING = 2, 3, 4, 5
SCHEMA_VERSION = 1


class _Parser(argparse.ArgumentParser):
    """argparse leaves with 2 on a usage error; here 2 means interrupted and 4 is usage."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(MALFORMED, f"symcrit: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    options = _parser().parse_args(arguments)
    if not getattr(options, "run", None):
        _parser().print_help()
        return MALFORMED
    try:
        code: int = options.run(options)
        return code
    except KeyboardInterrupt:
        _say("symcrit: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return INTERRUPTED
    except InputError as error:
        _say(f"symcrit: {error}")
        return MALFORMED
    except SymcritError as error:
        _say(f"symcrit: a bug in symcrit, please report it: {error}")
        return BUG
    except Exception:  # Python would leave with 1, which means "refuted" here
        traceback.print_exc()
        _say("symcrit: a bug in symcrit, please report it with the lines above")
        return BUG


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _parser() -> _Parser:
    parser = _Parser(prog="symcrit", description="Exact proofs for matrices of all sizes; exact answers about points.",
                     epilog="Exit codes: 0 proved/critical/done, 1 refuted, not established or not critical, "
                            "2 interrupted, 3 bug, 4 usage or malformed input, 5 nothing selected.")
    parser.add_argument("--version", action="version", version=f"symcrit {__version__}")
    verbs = parser.add_subparsers(metavar="VERB", title="verbs")

    def verb(name: str, run: Callable[[argparse.Namespace], int], text: str) -> _Parser:
        sub: _Parser = verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        sub.set_defaults(run=run)
        sub.add_argument("--json", action="store_true", help="print one JSON document")
        sub.add_argument("-o", metavar="FILE", dest="output", help="write the data to FILE instead of stdout")
        sub.add_argument("--budget", type=_seconds, default=60.0, metavar="SECONDS",
                         help="outer cap on the search for one statement (default 60)")
        sub.add_argument("-q", dest="quiet", action="store_true", help="only the first line of each result")
        sub.add_argument("-v", dest="verbose", action="store_true", help="also print the statements")
        sub.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colour verdicts")
        return sub

    check = verb("check", _check, "check every step of proof files: replay stored certificates, or search")
    check.add_argument("paths", nargs="*", metavar="PATH", help="files, folders, file::theorem or file::theorem::step "
                       "(default: proofs/, else the proofs shipped with symcrit)")
    check.add_argument("--search", action="store_true", help="ignore stored certificates and search again")
    check.add_argument("--update", action="store_true", help="store what is found, and pin every statement")
    check.add_argument("--jobs", type=_count, default=0, metavar="N",
                       help="processes to search in (default: one a core)")
    check.add_argument("--junit", metavar="FILE", help="also write JUnit XML to FILE")
    check.add_argument("--errata", metavar="FILE",
                       help="also write what the ledger finds wrong in a paper to FILE (Markdown)")
    check.add_argument("--permit", action="append", default=[], metavar="FACT", help="allow a named fact")
    check.add_argument("--allow-gaps", action="store_true", help="allow gap and open steps")
    axioms = verb("axioms", _axioms, "list everything that proof files assume, transitively")
    axioms.add_argument("paths", nargs="*", metavar="PATH")
    prove = verb("prove", _prove, "find a proof for all sizes, or a counterexample, for statement files")
    prove.add_argument("files", nargs="+", metavar="FILE.thm")
    prove.add_argument("--certificate", metavar="FILE", help="write the certificates to FILE (JSON)")
    replay = verb("replay", _replay, "check certificates with the kernel alone")
    replay.add_argument("files", nargs="+", metavar="CERT.json")
    tex = verb("tex", _tex, "typeset statements, proofs and points with their verdicts")
    tex.add_argument("paths", nargs="*", metavar="PATH")
    form = tex.add_mutually_exclusive_group()
    form.add_argument("--fragment", action="store_true", help="a fragment for \\input (default)")
    form.add_argument("--document", action="store_true", help="a complete document")
    tex.add_argument("--pdf", action="store_true",
                     help="compile the document into the file given by -o (default symcrit.pdf)")
    pages = verb("report", _report, "write what checking finds as a folder of static pages")
    pages.add_argument("paths", nargs="*", metavar="PATH")
    listing = verb("list", _list, "list proof files with their theorems and steps")
    listing.add_argument("paths", nargs="*", metavar="PATH")
    classify = verb("classify", _points("classify"), "is a point critical, what is it, and which way is down: exactly")
    classify.add_argument("files", nargs="+", metavar="POINT.json", help="points (.json or .npz)")
    classify.add_argument("--second-opinion", action="store_true", help="have SymPy and mpmath compute the same")
    classify.add_argument("--inertia", action="store_true", help="the Hessian's inertia also beyond 400 parameters")
    classify.add_argument("--nearest", action="store_true",
                          help="classify an exact critical point near the weights, and state the distance")
    classify.add_argument("--save", metavar="FILE", help="with --nearest: write the point that is found to FILE (JSON)")
    listed = verb("values", _points("values"), "list the critical values of data, best first")
    listed.add_argument("file", metavar="DATA.json")
    listed.add_argument("--near", metavar="NUMBER", help="the values nearest to a number, such as 0.73")
    listed.add_argument("--limit", type=_number, metavar="N", help="how many (default 100, or the 5 nearest)")
    _drawn(listed, "the values as a ladder")
    build = verb("build", _points("build"), "print an exact critical point that captures chosen singular values")
    build.add_argument("file", metavar="DATA.json")
    build.add_argument("--capture", type=_counts, required=True, metavar="P1,P2,...",
                       help="how many of each positive singular value, from the largest")
    build.add_argument("--null", type=_number, default=0, metavar="N", help="how many zero singular values (default 0)")
    build.add_argument("--c", choices=("identity", "random"), default="identity", help="the matrix C of Theorem 1")
    build.add_argument("--l1", choices=("zero", "random"), default="zero", help="the matrix L1 of Theorem 1")
    build.add_argument("--seed", type=_number, metavar="N", help="for a random subspace, C and L1")
    descend = verb("descend", _points("descend"), "find a curve through a point along which the loss falls")
    descend.add_argument("file", metavar="POINT.json")
    _drawn(descend, "the loss along the curve")
    landscape = verb("relu", _points("relu"), "the whole landscape of a ReLU network with one hidden unit")
    landscape.add_argument("file", metavar="DATA.json")
    landscape.add_argument("--jobs", type=_count, default=1, metavar="N", help="processes to look at faces in")
    landscape.add_argument("--resume", metavar="FILE", help="keep what is found in FILE, and go on from it")
    _drawn(landscape, "the landscape of two inputs")
    for sub in (classify, listed, build, descend, landscape, tex):
        sub.add_argument("--exact-floats", action="store_true",
                         help="take the floats of .npz files at their exact binary values")
    new = verb("new", _new, "start a proof file from a template")
    new.add_argument("name", metavar="NAME")
    return parser


def _drawn(sub: _Parser, what: str) -> None:
    sub.add_argument("--picture", type=_picture, metavar="FILE",
                     help=f"also draw {what} into FILE (.pdf, .png or .svg)")


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return value


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number such as 0, 1, 2")
    return int(text)


def _counts(text: str) -> list[int]:
    return [_number(part.strip()) for part in text.split(",")] if text.strip() else []


def _picture(text: str) -> str:
    if not text.endswith((".pdf", ".png", ".svg")):
        raise argparse.ArgumentTypeError(f"{text!r} is no picture: its name ends in .pdf, .png or .svg")
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes")
    return int(text)


# ---- verbs ---------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    from symcrit.report.output import Progress, paint_table, write
    from symcrit.report.table import table

    progress = Progress(0, options.quiet)
    try:
        from symcrit.checker.run import Options, check

        report = check(_proof_paths(options), Options(
            search=options.search, update=options.update, jobs=options.jobs, budget=options.budget,
            permit=tuple(options.permit), allow_gaps=options.allow_gaps, progress=progress.of))
    finally:
        progress.done()
    if options.junit:
        from symcrit.report.junit import junit

        write(junit(report), options.junit)
    if options.errata:
        from symcrit.report.errata import errata

        write(errata(report), options.errata)
    lines = table(report, quiet=options.quiet, verbose=options.verbose)
    _emit(options, report.to_json(), ["\n".join(lines)], paint_table)
    if report.interrupted:
        _say("symcrit: interrupted; with --update, what was found is stored")
    elif not report.steps and not report.errors:
        _say("symcrit: no proof files found")
    return report.exit_code


def _proof_paths(options: argparse.Namespace) -> list[str]:
    from symcrit.api import proof_paths

    return proof_paths(options.paths)


def _axioms(options: argparse.Namespace) -> int:
    from symcrit.checker.run import Options, check
    from symcrit.report.axioms import axioms, axioms_text

    report = check(_proof_paths(options), Options(budget=options.budget, allow_gaps=True))
    for error in report.errors:
        _say(f"symcrit: {error}")
    rows = axioms(report)
    _emit(options, {"theorems": rows}, [axioms_text(rows)])
    return MALFORMED if report.errors else 0 if report.steps else NOTHING


def _prove(options: argparse.Namespace) -> int:
    from symcrit.report.output import Progress

    results: list[Result] = []
    progress = Progress(len(options.files), options.quiet)
    interrupted = False
    try:
        from symcrit.api import prove_file

        for number, path in enumerate(options.files, 1):
            progress.at(number, path)
            results.append(prove_file(path, budget=options.budget))
    except KeyboardInterrupt:
        interrupted = True
    finally:
        progress.done()
    if options.certificate:
        _write_certificates(options.certificate, results)
    document = {"results": [result.to_json() for result in results]} | ({"interrupted": True} if interrupted else {})
    _emit(options, document, [_result_text(result, options) for result in results])
    if interrupted:
        _say(f"symcrit: interrupted after {len(results)} of {len(options.files)} files")
        return INTERRUPTED
    return max(result.exit_code for result in results)


def _result_text(result: Result, options: argparse.Namespace) -> str:
    if options.quiet:
        return str(result).split("\n", 1)[0]
    if options.verbose and result.statement is not None:
        from symcrit.lang.printer import statement_text

        return f"{result}\n" + "".join(f"    | {line}\n" for line in statement_text(result.statement).splitlines())
    return str(result)


def _write_certificates(path: str, results: Sequence[Result]) -> None:
    from symcrit.report.output import write

    found = [result.certificate for result in results if result.certificate is not None]
    write(json.dumps({"schema_version": SCHEMA_VERSION, "tool_version": __version__, "certificates": found},
                     separators=(",", ":")), path)


def _replay(options: argparse.Namespace) -> int:
    from symcrit.api import read_certificates
    from symcrit.kernel import replay

    rows: list[dict[str, Any]] = []
    texts: list[str] = []
    code = 0
    for path in options.files:
        try:
            theorems = [replay(data) for data in read_certificates(path)]
        except InputError as error:
            row, worst = {"file": path, "verdict": "malformed", "reason": str(error.at(path))}, MALFORMED
            theorems = []
        except (CertificateError, MemoryError) as error:
            row, worst = {"file": path, "verdict": "refused", "reason": str(error) or "out of memory"}, 1
            theorems = []
        else:
            worst = 0
        for theorem in theorems:
            rows.append({"file": path, "verdict": "proved", "statement_hash": theorem.statement.hash,
                         "guards": list(theorem.guards), "rests_on": sorted(theorem.rests_on)})
            texts.append(f"{path}: REPLAYED  statement {theorem.statement.hash[:16]}"
                         + (f"\n  guards       {'; '.join(theorem.guards)}" if theorem.guards else "")
                         + (f"\n  rests on     {'; '.join(sorted(theorem.rests_on))}" if theorem.rests_on else ""))
        if worst:
            rows.append(row)
            texts.append(f"{path}: {row['verdict'].upper()}\n  {row['reason']}")
        code = max(code, worst)
    _emit(options, {"results": rows}, texts)
    return code


def _tex(options: argparse.Namespace) -> int:
    from symcrit.api import statement_files, tex

    files = statement_files(_proof_paths(options))
    if not files:
        _say("symcrit: no proof files found")
        return NOTHING
    made = tex(files, budget=options.budget, exact_floats=options.exact_floats)
    for error in made.errors:
        _say(f"symcrit: {error}")
    if options.pdf and made.document:
        from symcrit.report.output import write_bytes
        from symcrit.typeset.pdf import compiled

        name = options.output or "symcrit.pdf"
        write_bytes(compiled(made.document), name)
        if not options.quiet:
            _say(f"symcrit: {name}")
        return MALFORMED if made.errors else 0
    text = made.document if options.document else made.fragment
    if options.json:
        results = [result.to_json() for result in made.results]
        theorems = [outcome.to_json() for outcome in made.report.theorems]
        _emit(options, {"results": results, "theorems": theorems, "tex": text}, [])
    elif text:
        _emit(options, {}, [text])
    return MALFORMED if made.errors else 0


def _report(options: argparse.Namespace) -> int:
    from symcrit.checker.run import Options
    from symcrit.checker.site import site
    from symcrit.report.output import Progress, write_folder

    if not options.output:
        raise InputError("a report is a folder of pages", "give it a name: symcrit report -o site")
    progress = Progress(0, options.quiet)
    try:
        pages, report = site(_proof_paths(options), Options(budget=options.budget, progress=progress.of))
    finally:
        progress.done()
    if report.steps:
        write_folder(pages, options.output)
    for error in report.errors:
        _say(f"symcrit: {error}")
    if not report.steps and not report.errors:
        _say("symcrit: no proof files found")
    elif not options.quiet and report.steps:
        _say(f"symcrit: {len(pages)} pages, from {options.output}/index.html")
    return report.exit_code


def _list(options: argparse.Namespace) -> int:
    from symcrit.api import statement_files
    from symcrit.lang.proof_parser import read_proofs

    files = statement_files(_proof_paths(options))
    if not files:
        _say("symcrit: no proof files found")
        return NOTHING
    rows: list[dict[str, Any]] = []
    texts, code = [], 0
    for path in files:
        try:
            theorems = read_proofs(path).theorems
        except InputError as error:
            rows.append({"file": path, "error": str(error)})
            texts.append(f"{path}: ILL FORMED\n  {error}")
            code = MALFORMED
            continue
        for theorem in theorems:
            steps = [{"label": step.label, "rule": step.kind, "line": step.line} for step in theorem.steps]
            rows.append({"id": f"{path}::{theorem.name}", "file": path, "line": theorem.line, "title": theorem.title,
                         "source": theorem.source, "steps": steps})
            texts.append(f"{path}::{theorem.name}  {theorem.title}\n  "
                         + ", ".join(f"{step['label']} ({step['rule']})" for step in steps))
    _emit(options, {"theorems": rows}, texts)
    return code


TEMPLATE = '''theorem {name} "{title}"
source "where it comes from"

# For all sizes: letters, then what is assumed about them.
matrix A : m x n
matrix B : n x p
let P = proj(A)
assume orthogonal: A*B = 0

text "Why the next line holds."
step product: pinv(B)*pinv(A) = 0  by orthogonal
step chain: P*A*B = A*B
  = 0  by orthogonal

# A claim that is false: the run succeeds when a counterexample is found.
refute identity: A*pinv(A) = I
'''


def _new(options: argparse.Namespace) -> int:
    import re
    from pathlib import Path

    from symcrit.report.output import write

    path = Path(options.output or (options.name if options.name.endswith(".thm") else f"{options.name}.thm"))
    if path.exists():
        raise InputError(f"{path} exists already", "choose another name")
    name = re.sub("[^A-Za-z0-9_]+", "_", path.stem).strip("_")
    name = name if re.match("[A-Za-z]", name) else f"theorem_{name}"
    write(TEMPLATE.format(name=name, title=path.stem.replace("_", " ").replace('"', "")), str(path))
    options.output = None
    _emit(options, {"file": str(path)}, [f"{path}  (try: symcrit check {path})"])
    return 0


def _points(verb: str) -> Callable[[argparse.Namespace], int]:
    """Make the function of a verb about data and points, which is imported when it runs."""
    def run(options: argparse.Namespace) -> int:
        from symcrit import cli_points

        code: int = getattr(cli_points, verb)(options, _emit)
        return code

    return run


def _emit(options: argparse.Namespace, document: dict[str, Any], texts: Sequence[str],
          painter: Callable[[str, bool], str] | None = None) -> None:
    """Print the one document of a command, as JSON or as text."""
    from symcrit.report.output import paint, use_colour, write

    if options.json:
        head = {"schema_version": SCHEMA_VERSION, "tool_version": __version__}
        write(json.dumps(head | document, indent=1, ensure_ascii=False), options.output)
    elif texts:
        colour = use_colour(options.color, options.output is not None)
        write("\n".join((painter or paint)(text, colour) for text in texts), options.output)
