"""What `symcrit check` of the shipped proofs costs: replaying, searching, and each file by itself.

    python benchmarks/check.py [FOLDER]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from symcrit.checker.run import Options, check


def seconds(paths: list[str], options: Options) -> tuple[float, int]:
    """Check some paths; return the time and the number of steps."""
    started = time.perf_counter()
    report = check(paths, options)
    if report.exit_code:
        raise SystemExit(f"the proofs do not check: {[step.id for step in report.failed]}")
    return time.perf_counter() - started, len(report.steps)


def main() -> None:
    """Print a table of times."""
    folder = sys.argv[1] if len(sys.argv) > 1 else "proofs"
    print(f"{'what':<50} {'steps':>6} {'replay':>9} {'search':>9}")
    for path in [folder, *sorted(map(str, Path(folder).rglob("*.thm")))]:
        replay, steps = seconds([path], Options(jobs=1))
        search, _ = seconds([path], Options(search=True))
        print(f"{path:<50} {steps:>6} {replay:>8.2f}s {search:>8.2f}s")


if __name__ == "__main__":
    main()
