"""symcrit: an exact verifier for the theory of critical points of neural networks.

Names are resolved when they are first used: importing symcrit imports no algebra.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "symcrit.api": ("build", "check", "classify", "descend", "prove", "prove_file", "read_certificates", "relu",
                    "values"),
    "symcrit.interop.points": ("read_data", "read_point"),
    "symcrit.networks.points": ("Data", "Point"),
    "symcrit.exact.rational": ("RationalMatrix",),
    "symcrit.report.outcome": ("CheckReport",),
    "symcrit.report.result": ("Result",),
    "symcrit.lang.build": ("Eq", "Le", "Lt", "Ne", "declare", "identity", "inv", "matrix", "pinv", "proj",
                           "scalar", "tr", "vector", "zero"),
    "symcrit.lang.parser": ("parse", "read_statement"),
    "symcrit.lang.printer": ("statement_text",),
    "symcrit.lang.sympy_io": ("from_sympy", "to_sympy"),
    "symcrit.kernel": ("Statement", "Term", "Theorem", "replay"),
    "symcrit.notebook": ("load_ipython_extension",),
    "symcrit.errors": ("InputError", "SizeError", "CertificateError", "SymcritError", "UndecidedError"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}
__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'symcrit' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
