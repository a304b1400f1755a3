"""Shared settings: hypothesis runs the same examples on every machine, so no test is flaky."""

from __future__ import annotations

import os

from hypothesis import settings

collect_ignore_glob = ["*.thm"]  # the corpus is data for tests, not proofs to be checked

settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=False)
settings.register_profile("explore", derandomize=False, deadline=None)
settings.load_profile("explore" if os.environ.get("SYMCRIT_EXPLORE") else "ci")
