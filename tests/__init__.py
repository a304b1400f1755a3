"""The tests mirror the package; `reject/` holds minimal pairs, `corpus/` statement files with known verdicts."""
