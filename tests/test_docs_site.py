"""The documentation site builds without a warning, is complete, and loads nothing from another host."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import symcrit
from symcrit import cli

DOCS = Path(__file__).parent.parent / "docs"
LOADED = {"src", "srcset", "data", "poster"}  # what a browser fetches by itself, with the href of all but links to follow
URL = re.compile(r"""(?:url\(|@import)\s*["']?([^"')\s;]+)""")


class Page(HTMLParser):
    """What a page loads, what it links to, and its anchors."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in LOADED or (name == "href" and tag != "a"):
                self.loaded.append(value or "")
            elif name == "style":
                self.loaded += URL.findall(value or "")
            elif name == "href":
                self.links.append(value or "")
            elif name == "id":
                self.anchors.add(value or "")


def elsewhere(targets: list[str]) -> list[str]:
    """Choose those that lead to another host; `data:` carries its content with it."""
    return [target for target in targets if urlsplit(target).netloc or urlsplit(target).scheme not in ("", "data")]


def lost(path: Path, targets: list[str]) -> Iterator[str]:
    """Find links within the site that lead to no file."""
    for target in targets:
        parts = urlsplit(target)
        if not parts.netloc and not parts.scheme and parts.path and not (path.parent / unquote(parts.path)).exists():
            yield f"{path.name}: {target}"


def commands() -> list[str]:
    """List the verbs of the command line."""
    parser = cli._parser()
    return next(list(action.choices) for action in parser._actions if isinstance(action, argparse._SubParsersAction))


@pytest.mark.parametrize("shown", [
    '<script src="https://cdn.example.org/a.js">', '<link rel="stylesheet" href="//example.org/a.css">',
    '<img src="http://example.org/a.png">', '<p style="background: url(https://example.org/a.png)">'])
def test_what_is_loaded_from_another_host_is_noticed(shown: str) -> None:
    assert elsewhere(Page(shown).loaded)
    assert not elsewhere(Page('<a href="https://example.org">x</a><img src="a.png"><script src="b.js?v=1">').loaded)


def test_the_site(tmp_path: Path) -> None:
    """One build, as the build takes most of the time."""
    for needed in ("sphinx", "myst_nb", "furo", "latex2mathml"):
        pytest.importorskip(needed, reason="pip install '.[docs]' brings what builds the documentation")
    site = tmp_path / "site"
    built = subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d",
                            tmp_path / "doctrees", DOCS, site], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr

    pages = {path.relative_to(site).as_posix(): Page(path.read_text()) for path in site.rglob("*.html")}
    sources = [path for folder in (DOCS, DOCS / "reference", DOCS / "notebooks") for path in folder.glob("*.*")
               if path.suffix in (".md", ".rst", ".ipynb")]
    assert [path for path in sources if path.relative_to(DOCS).with_suffix(".html").as_posix() not in pages] == []
    styles = [url for path in site.rglob("*.css") for url in URL.findall(path.read_text())]
    assert elsewhere([*styles, *(target for page in pages.values() for target in page.loaded)]) == []
    assert [found for name, page in pages.items() for found in lost(site / name, page.links)] == []

    anchors = {anchor for name, page in pages.items() if name.startswith("reference/") for anchor in page.anchors}
    assert [name for name in symcrit.__all__ if f"symcrit.{name}" not in anchors] == []
    help_pages = (site / "reference" / "commands.html").read_text()
    assert [verb for verb in commands() if f"usage: symcrit {verb} " not in help_pages] == []
