"""Shared settings: hypothesis runs the same examples on every machine, so no test is flaky."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

collect_ignore_glob = ["*.thm"]  # the corpus is data for tests, not proofs to be checked

settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=False)
settings.register_profile("explore", derandomize=False, deadline=None)
settings.load_profile("explore" if os.environ.get("SYMCRIT_EXPLORE") else "ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that accepts golden files and notebooks."""
    parser.addoption("--accept", action="store_true",
                     help="write golden files and notebooks that are new or changed (and fail)")


@pytest.fixture
def accept(pytestconfig: pytest.Config) -> bool:
    """Tell whether golden files and notebooks are to be written."""
    return bool(pytestconfig.getoption("--accept"))
