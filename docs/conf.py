"""The documentation site: `sphinx-build -W --keep-going -b html docs BUILD_DIR`. Nothing is fetched, at any time.

Pages are Markdown, as they also read on their own. What Sphinx does not know is taught to it here: docstrings are
Markdown, proof files have a language, commands print their help, and formulas are MathML, which needs no script.
"""

from __future__ import annotations

import io
import os
import re
from contextlib import redirect_stdout, suppress
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes
from latex2mathml.converter import convert
from pygments import token
from pygments.lexer import RegexLexer, words
from pygments.lexers import find_lexer_class_by_name
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from symcrit import __version__, cli
from symcrit.lang.tokens import CONTINUATIONS, FUNCTIONS, KEYWORDS, LONG_LINES

project, author, release = "symcrit", "The symcrit authors", __version__
copyright = author
extensions = ["myst_nb", "sphinx.ext.autodoc"]
exclude_patterns = ["_build", "**.ipynb_checkpoints"]
highlight_language = "text"

myst_heading_anchors = 3
myst_enable_extensions = ["dollarmath"]
nb_execution_mode = "off"  # what notebooks show is stored in them, and a test runs them again

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
add_module_names = False

html_theme = "furo"
html_title = f"symcrit {release}"
html_copy_source = html_show_sourcelink = False
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["symcrit.css"]
NOTEBOOKS = Path(__file__).parent / "notebooks"

log = logging.getLogger(__name__)


# ---- docstrings ------------------------------------------------------------------------------------

CODE = re.compile(r"`+([^`]+)`+")
MARKED = re.compile(r"(?<!\S)\\\*([A-Za-z]{3,})\\\*")  # a word between stars, which are escaped by then


def markdown_docstring(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Turn a docstring into reStructuredText: code in backticks, everything else as it stands; doctests stay."""
    if what == "data":
        lines.clear()  # it would be that of its type
    paragraphs = "\n".join(lines).split("\n\n")
    lines[:] = "\n\n".join(part if part.lstrip().startswith(">>>") else _prose(part) for part in paragraphs).split("\n")


def _prose(text: str) -> str:
    pieces = CODE.split(text)  # prose and code take turns
    pieces[::2] = [MARKED.sub(r"*\1*", re.sub(r"([\\*_|])", r"\\\1", piece)) for piece in pieces[::2]]
    pieces[1::2] = [f"``{' '.join(piece.split())}``" for piece in pieces[1::2]]
    return "".join(pieces)


# ---- proof files -----------------------------------------------------------------------------------


class ThmLexer(RegexLexer):
    """Colours for `.thm` files."""

    name = "thm"
    tokens = {"root": [
        (r"#.*", token.Comment), (r'"[^"]*"', token.String), (r"\d+", token.Number), (r"\s+", token.Whitespace),
        (words((*KEYWORDS, *LONG_LINES, *CONTINUATIONS, "theorem", "source", "text", "from"), suffix=r"\b"),
         token.Keyword),
        (words((*FUNCTIONS, "psd"), suffix=r"(?=\()"), token.Name.Function),
        (r"\w+", token.Name), (r"[^\w\s]", token.Operator)]}


# ---- commands --------------------------------------------------------------------------------------


class Commands(SphinxDirective):
    """The help of every command, as it prints, a section each."""

    def run(self) -> list[nodes.Node]:
        overview = help_of()
        found: list[nodes.Node] = [nodes.literal_block(overview, overview, language="text")]
        for name in re.findall(r"^    ([a-z]+) ", overview, re.M):
            text = help_of(name)
            section = nodes.section("", nodes.title("", "", nodes.literal("", f"symcrit {name}")), ids=[name])
            section += nodes.literal_block(text, text, language="text")
            found.append(section)
        return found


def help_of(*names: str) -> str:
    """Return what `--help` prints, 88 columns wide."""
    os.environ |= {"COLUMNS": "88", "NO_COLOR": "1"}
    with redirect_stdout(io.StringIO()) as out, suppress(SystemExit):
        cli.main([*names, "--help"])
    return out.getvalue()


# ---- formulas --------------------------------------------------------------------------------------


def mathml(latex: str, display: str, place: nodes.Element) -> str:
    """Convert a formula; one that the converter does not understand is a warning, and so an error."""
    known = {"aligned": "align*", "gathered": "matrix"}  # the same, under names that the converter knows
    for name, other in known.items():
        latex = latex.replace(f"{{{name}}}", f"{{{other}}}")
    try:
        found: str = convert(latex, display=display)
        ElementTree.fromstring(found)
        if "\\" in found:
            raise ValueError("a command that is not known")
    except Exception as error:  # the converter has no error class of its own
        log.warning("a formula cannot be shown: %s: %s", latex, error, location=place)
        return ""
    return found


def visit_inline(self: nodes.NodeVisitor, node: nodes.math) -> None:
    self.body.append(mathml(node.astext(), "inline", node))
    raise nodes.SkipNode


def visit_block(self: nodes.NodeVisitor, node: nodes.math_block) -> None:
    self.body.append(f'<div class="formula">{mathml(node.astext(), "block", node)}</div>')
    raise nodes.SkipNode


# ---- pages -----------------------------------------------------------------------------------------

FILE = re.compile(r"^```(\w+) (\S+)\n", re.M)
README = re.compile(r"\]\(((?:\.\./)*)\.\./README\.md\)")


def read_page(app: Sphinx, page: str, content: list[str]) -> None:
    """Adapt a page that also reads on its own.

    Links to the README lead to the first page, blocks that are files (```thm a.thm) show their name, and notebooks are
    not listed where there are none.
    """
    text = FILE.sub(r"```{code-block} \1\n:caption: `\2`\n\n", README.sub(r"](\1index.md)", content[0]))
    content[0] = text if any(NOTEBOOKS.glob("*.ipynb")) else text.replace("notebooks/*\n", "")


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-docstring", markdown_docstring)
    app.connect("source-read", read_page)
    app.add_lexer("thm", ThmLexer)
    app.add_lexer("python", find_lexer_class_by_name("ipython3"))  # notebooks run commands, too
    app.add_directive("commands", Commands)
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
