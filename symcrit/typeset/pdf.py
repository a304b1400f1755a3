"""LaTeX documents as PDF, by whichever of latexmk, tectonic and pdflatex is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from symcrit.errors import InputError

TOOLS = {
    "latexmk": ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "-quiet", "document.tex"],
    "tectonic": ["tectonic", "--chatter", "minimal", "document.tex"],
    "pdflatex": ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "document.tex"],
}
RUNS = {"pdflatex": 2}  # for the references
MAX_SECONDS = 300
SHOWN = 600  # characters of a log


def compiled(document: str) -> bytes:
    """Compile a document in a folder of its own; raises InputError if that does not work, with the end of the log.

    >>> import shutil
    >>> if any(map(shutil.which, TOOLS)):
    ...     print(compiled("\\\\documentclass{article}\\\\begin{document}a\\\\end{document}")[:4])
    ... else:
    ...     print(b"%PDF")
    b'%PDF'
    """
    tool = next((name for name in TOOLS if shutil.which(name)), None)
    if tool is None:
        raise InputError(f"none of {', '.join(TOOLS)} is installed, which make a PDF",
                         "install TeX Live or tectonic, or write the document: symcrit tex --document -o FILE.tex")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "document.tex").write_text(document, encoding="utf-8")
        said = ""
        for _ in range(RUNS.get(tool, 1)):
            try:
                done = subprocess.run(TOOLS[tool], cwd=folder, capture_output=True, timeout=MAX_SECONDS, check=False,
                                      text=True, errors="replace")
            except subprocess.TimeoutExpired:
                raise InputError(f"{tool} took more than {MAX_SECONDS} seconds", "choose fewer proofs") from None
            said = (done.stdout + done.stderr).strip()
        found = Path(folder, "document.pdf")
        if done.returncode or not found.exists():
            log = Path(folder, "document.log")
            said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else said
            raise InputError(f"{tool} failed: ...{said[-SHOWN:]}")
        return found.read_bytes()
