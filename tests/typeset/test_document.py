"""Complete documents: the notation that they use and no other, contents, sections, Markdown."""

from __future__ import annotations

import pytest

from symcrit.errors import InputError
from symcrit.typeset.document import document, from_markdown, notation


def test_notation_explains_what_is_used() -> None:
    assert "Penrose's equations" in notation(r"$\mathbf{A}^{\dagger}$") and r"& the trace" not in notation(r"$\mathbf{A}^{\dagger}$")
    assert notation(r"$\operatorname{tr}(\mathbf{A})$").count(r"\\") == 1
    assert r"\emph{Refuted}" in notation("It is Refuted.") and "tabular" not in notation("It is Refuted.")


def test_one_part_has_no_section_and_several_have_contents() -> None:
    assert "\\section{" not in document([("t", "one\n")]) and "\\tableofcontents" not in document([("t", "one\n")])
    made = document([("a_b", "one\n"), ("", "two\n")], [("After", "three\n"), ("Nothing", "")])
    assert made.index("\\tableofcontents") < made.index("\\section{a\\_b}\none") < made.index("two") < made.index("\\section*{After}")
    assert "Nothing" not in made and made.endswith("\\end{document}\n")


def test_an_empty_document_is_refused() -> None:
    with pytest.raises(InputError, match="at least one part"):
        document([("title", " ")])


def test_markdown_becomes_latex() -> None:
    made = from_markdown("# Left out\n\n## A_1\n\n### `x::y`: z\n- one `a*b`\n- ``a`b``\n\nend\n- last")
    assert made == ("\\subsection*{A\\_1}\n\n\\paragraph{\\texttt{x::y}: z}\\leavevmode\n\\begin{itemize}\n"
                    "\\item[--] one \\texttt{a*\\allowbreak{}\\allowbreak{}b}\n\\item[--] \\texttt{a`b}\n\\end{itemize}\n\nend\n"
                    "\\begin{itemize}\n\\item[--] last\n\\end{itemize}\n")
