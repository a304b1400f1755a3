"""The folder of pages in a real browser: nothing sticks out at the width of a phone, nothing is complained about."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from symcrit.checker.run import Options
from symcrit.checker.site import site

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update",
         "--disable-background-networking", "--disable-sync", "--enable-logging=stderr", "--allow-file-access-from-files",
         "--window-size=1600,900", "--dump-dom"]
PROBE = """<script>document.querySelectorAll("details").forEach(one => one.open = true);
document.title = JSON.stringify([document.documentElement.scrollWidth - document.documentElement.clientWidth,
                                 document.querySelectorAll("svg rect").length, performance.getEntriesByType("resource").length])
</script>"""
REPORT = "<script>onload = () => document.title = JSON.stringify(Array.from(frames).map(one => JSON.parse(one.document.title)))</script>"
PAGES = ["index.html", "files.html", "graph.html", "files/proofs_zhou_liang_2018_theorem_1.html"]


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
def test_pages_fit_and_are_quiet(tmp_path: Path) -> None:
    made, _ = site(["proofs/zhou_liang_2018/theorem_1.thm", "proofs/zhou_liang_2018/lemma_1.thm"], Options(jobs=1))
    (tmp_path / "files").mkdir()
    for place, text in made.items():
        (tmp_path / place).write_text(text.replace("</body>", f"{PROBE}</body>"), encoding="utf-8")
    looks = [(place, width) for place in PAGES for width in (375, 1280)]
    frames = "".join(f'<iframe src="{place}" width="{width}" height="800" style="border: 0"></iframe>' for place, width in looks)
    (tmp_path / "frames.html").write_text(frames + REPORT)  # a window has a least width, a frame has none
    done = subprocess.run([str(BROWSER), *FLAGS, f"--user-data-dir={tmp_path / 'user'}", (tmp_path / "frames.html").as_uri()],
                          capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r"<title>(.*?)</title>", done.stdout)
    assert found is not None, done.stdout[-500:]
    for (place, width), (sticks_out, drawn, fetched) in zip(looks, json.loads(unescape(found[1])), strict=True):
        assert (sticks_out, fetched) == (0, 0), (place, width)
        assert (drawn > 5) == (place == "graph.html"), place
    assert "CONSOLE" not in done.stderr, done.stderr
