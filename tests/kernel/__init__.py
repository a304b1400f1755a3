"""Tests of the trusted kernel, one file per module."""
