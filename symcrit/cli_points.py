"""The verbs of the command line that answer questions about data and points."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from symcrit import api
from symcrit.errors import InputError
from symcrit.report.output import Progress, write
from symcrit.sheets.points import classification_sheet, curve_sheet, values_sheet
from symcrit.sheets.relu import cones_sheet, landscape_sheet

INTERRUPTED, MALFORMED = 2, 4
Answer = tuple[dict[str, Any], str, int]  # the document, the text, the exit code
Work = Callable[[str, Progress], Answer]
Emit = Callable[[argparse.Namespace, dict[str, Any], Sequence[str]], None]


def classify(options: argparse.Namespace, emit: Emit) -> int:
    """Classify every point given."""
    if options.save and (not options.nearest or len(options.files) > 1):
        raise InputError("--save is for the point that --nearest finds, near one point", "symcrit classify --help")

    def answer(path: str, _: Progress) -> Answer:
        found = api.classify(path, inertia=options.inertia or None, second_opinion=options.second_opinion,
                             nearest=options.nearest, exact_floats=options.exact_floats)
        document = found.to_json()
        if options.save:
            write(_point_text(document["nearest"]["point"]), options.save)
        return document, classification_sheet(document).text(path), found.exit_code

    return _each(options, emit, options.files, answer)


def values(options: argparse.Namespace, emit: Emit) -> int:
    """List the critical values of data, and draw them."""
    def answer(path: str, _: Progress) -> Answer:
        found = api.values(path, limit=options.limit, near=options.near, exact_floats=options.exact_floats)
        if options.picture:
            found.plot(options.picture)
        document = found.to_json()
        return document, values_sheet(document).text(path), 0

    return _each(options, emit, [options.file], answer)


def build(options: argparse.Namespace, emit: Emit) -> int:
    """Print a critical point that captures what is asked for."""
    point = api.build(options.file, capture=options.capture, null=options.null, c=options.c, l1=options.l1,
                      seed=options.seed, exact_floats=options.exact_floats)
    emit(options, point.to_json(), [_point_text(point.to_json())])
    return 0


def _point_text(point: dict[str, Any]) -> str:
    """Write a point as a file that a person reads, a part a line."""
    return "{\n" + ",\n".join(f" {json.dumps(key)}: {json.dumps(part)}" for key, part in point.items()) + "\n}"


def descend(options: argparse.Namespace, emit: Emit) -> int:
    """Print a curve along which the loss falls, and draw the loss."""
    def answer(path: str, _: Progress) -> Answer:
        found = api.descend(path, exact_floats=options.exact_floats)
        if options.picture:
            found.plot(options.picture)
        document = found.to_json()
        return document, curve_sheet(document).text(path), 0

    return _each(options, emit, [options.file], answer)


def relu(options: argparse.Namespace, emit: Emit) -> int:
    """Print the landscape of a ReLU network, the whole of it with one hidden unit, and draw it."""
    def answer(path: str, progress: Progress) -> Answer:
        with _executor(options.jobs) as executor:
            found = api.relu(path, exact_floats=options.exact_floats, executor=executor, resume=options.resume,
                             progress=lambda number, total: progress.of(number, total, f"faces of {path}"))
        if options.picture:
            from symcrit.landscape.relu_picture import draw

            draw(found, options.picture)
        document = found.to_json()
        return document, (cones_sheet if "coverage" in document else landscape_sheet)(document).text(path), 0

    return _each(options, emit, [options.file], answer)


def _executor(jobs: int) -> AbstractContextManager[Executor | None]:
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(jobs) if jobs > 1 else nullcontext()


def _each(options: argparse.Namespace, emit: Emit, paths: Sequence[str], answer: Work) -> int:
    """Answer for each file; one that is malformed spoils no other, and the exit code is the largest."""
    answers: list[Answer] = []
    codes = []
    progress = Progress(len(paths), options.quiet)
    try:
        for number, path in enumerate(paths, 1):
            progress.at(number, path)
            answers.append(_answered(path, answer, progress))
            codes.append(answers[-1][2])
    except KeyboardInterrupt:
        print(f"symcrit: interrupted after {len(answers)} of {len(paths)} files", file=sys.stderr)
        codes = [INTERRUPTED]
    finally:
        progress.done()
    documents = [document for document, _, _ in answers]
    texts = [shown.split("\n", 1)[0] if options.quiet else shown for _, shown, _ in answers if shown]
    emit(options, documents[0] if len(paths) == len(documents) == 1 else {"results": documents}, texts)
    return max(codes)


def _answered(path: str, answer: Work, progress: Progress) -> Answer:
    try:
        document, shown, code = answer(path, progress)
    except InputError as error:
        print(f"symcrit: {error.at(path)}", file=sys.stderr)
        return {"file": path, "error": str(error)}, "", MALFORMED
    return {"file": path, **document}, shown, code
