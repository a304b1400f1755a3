"""Parts of static pages: the frame, badges, tables, and a layered graph as SVG. No script, nothing from a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

STYLE = """
:root { color-scheme: light dark; --fg: #1b1f24; --bg: #ffffff; --soft: #f3f5f7; --line: #d5dae0; --link: #0b57b5;
  --proved: #1a7f37; --refuted: #b2182b; --checked: #8a5a00; --gap: #8a5a00; --open: #57606a; --failed: #b2182b; }
@media (prefers-color-scheme: dark) { :root { --fg: #e4e8ec; --bg: #14181d; --soft: #1d232a; --line: #38414b;
  --link: #7db7ff; --proved: #57c774; --refuted: #ff8a94; --checked: #e3b341; --gap: #e3b341; --open: #a5b0bb;
  --failed: #ff8a94; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: var(--fg); background: var(--bg); }
main, header, footer { max-width: 66rem; margin: 0 auto; padding: 0.6rem 1rem; }
header { border-bottom: 1px solid var(--line); } header nav a { margin-right: 1.2em; }
footer { border-top: 1px solid var(--line); margin-top: 3rem; color: var(--open); font-size: 0.9em; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, input:focus-visible { outline: 3px solid var(--link); }
h1, h2 { overflow-wrap: anywhere; } h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.25rem; margin-top: 2.2rem; }
code { background: var(--soft); padding: 0.1em 0.3em; border-radius: 3px; overflow-wrap: anywhere; }
.badge { font-weight: 600; font-size: 0.85em; white-space: nowrap; }
.proved { color: var(--proved); } .refuted { color: var(--refuted); } .checked { color: var(--checked); }
.gap { color: var(--gap); } .open, .not_established { color: var(--open); } .failed { color: var(--failed); }
.box { border: 1px solid var(--line); border-radius: 6px; padding: 0.5rem 0.9rem; margin: 0.8rem 0; }
.box:target, tr:target { outline: 2px solid var(--link); }
.wide { overflow-x: auto; overflow-y: hidden; padding-block: 0.15em; } math { font-size: 1.06em; }
.facts { color: var(--open); font-size: 0.9em; overflow-wrap: anywhere; }
.source { color: var(--open); } .label { font-weight: 600; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) minmax(0, 1fr); gap: 0.25rem 0.9rem;
  margin: 0.5rem 0; }
dt { color: var(--open); } dd { margin: 0; min-width: 0; overflow-x: auto; overflow-y: hidden;
  overflow-wrap: anywhere; }
fieldset { border: 1px solid var(--line); border-radius: 6px; display: flex; flex-wrap: wrap; gap: 0.3rem 1.1rem; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 1rem; top: 0.4rem; background: var(--bg); }
svg { max-width: none; } svg text { font: 12px system-ui, sans-serif; fill: var(--fg); }
svg rect { fill: var(--soft); stroke-width: 2; } svg path { fill: none; stroke: var(--line); stroke-width: 1.2; }
"""


def page(title: str, body: str, up: str = "", note: str = "") -> str:
    """Put a page together; `up` leads to the folder of the index."""
    links = "".join(f'<a href="{up}{name}">{word}</a>' for name, word in (
        ("index.html", "Claims"), ("files.html", "Proof files"), ("graph.html", "Graph")))
    return ('<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<title>{escape(title)}</title>\n<link rel="icon" href="data:,">\n<style>{STYLE}</style>\n</head>\n'
            '<body>\n<a class="skip" href="#main">To the content</a>\n<header>'
            f'<nav aria-label="Pages">{links}</nav></header>\n<main id="main">\n<h1>{escape(title)}</h1>\n{body}\n'
            f"</main>\n<footer>{escape(note)}</footer>\n</body>\n</html>\n")


def badge(verdict: str, *, meant: bool = False, success: bool = True) -> str:
    """Show a verdict in its colour, and in words.

    >>> badge("refuted", meant=True), badge("proved", success=False)
    ('<span class="badge refuted">refuted (meant)</span>', '<span class="badge failed">proved, but fails</span>')
    """
    words = verdict.replace("_", " ") + (" (meant)" if meant else "") + ("" if success else ", but fails")
    return f'<span class="badge {verdict if success else "failed"}">{escape(words)}</span>'


def terms(rows: Sequence[tuple[str, str]]) -> str:
    """Make a list of names and contents (HTML), leaving out what is empty."""
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{content}</dd>" for name, content in rows if content) + "</dl>"


@dataclass(frozen=True)
class Node:
    """One box of a graph."""

    name: str
    label: str
    link: str
    verdict: str


def graph(nodes: Sequence[Node], edges: Mapping[str, Sequence[str]]) -> str:
    """Draw a graph in layers, what uses something to the right of it; `edges` lead from a node to what it uses.

    >>> picture = graph([Node("a", "a", "#a", "proved"), Node("b", "b", "#b", "gap")], {"b": ["a"]})
    >>> picture.count("<rect"), picture.count("<path"), 'stroke="var(--gap)"' in picture
    (2, 1, True)
    """
    layers = _layers([node.name for node in nodes], edges)
    width, height, gap = 210, 26, 90
    columns: dict[int, list[Node]] = {}
    for node in nodes:
        columns.setdefault(layers[node.name], []).append(node)
    places = {node.name: (12 + layer * (width + gap), 12 + row * (height + 8))
              for layer, column in columns.items() for row, node in enumerate(column)}
    right = max((x for x, _ in places.values()), default=0) + width + 12
    bottom = max((y for _, y in places.values()), default=0) + height + 12
    lines = []
    for name, used in edges.items():
        for other in used:
            (x, y), (u, v) = places[name], places[other]
            start, end = (u + width, v + height // 2), (x, y + height // 2)
            lines.append(f'<path d="M{start[0]} {start[1]} C{start[0] + gap} {start[1]} {end[0] - gap} {end[1]} '
                         f'{end[0]} {end[1]}"/>')
    boxes = []
    for node in nodes:
        x, y = places[node.name]
        short = node.label if len(node.label) <= 30 else node.label[:29] + "…"
        told = f"{node.name}: {node.verdict.replace('_', ' ')}"
        boxes.append(f'<a href="{escape(node.link)}"><title>{escape(told)}</title>'
                     f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" stroke="var(--{node.verdict})"/>'
                     f'<text x="{x + 8}" y="{y + 17}">{escape(short)}</text></a>')
    return (f'<svg width="{right}" height="{bottom}" role="img" aria-label="What uses what">'
            f'{"".join(lines)}{"".join(boxes)}</svg>')


def _layers(names: Sequence[str], edges: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Find for each node the length of the longest way down from it; a cycle is cut where it closes."""
    layers: dict[str, int] = {}
    for name in names:
        stack, open_ = [name], set()
        while stack:
            top = stack[-1]
            waiting = [other for other in edges.get(top, ()) if other not in layers and other not in open_]
            if top not in layers and waiting and top not in open_:
                open_.add(top)
                stack += waiting
                continue
            layers.setdefault(top, max((layers.get(other, -1) for other in edges.get(top, ())), default=-1) + 1)
            stack.pop()
    return layers
