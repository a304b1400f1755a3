"""The example notebooks: what is stored in them is what happens when they are executed.

A notebook whose text has changed fails; with `--accept` it is executed, written and fails all the same, so that only the
next run passes, on what somebody has seen. Of pictures only is compared that there is one; they are written along with
the text (clear the outputs to have them drawn anew).
"""

from __future__ import annotations

import copy
import difflib
import importlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOKS = sorted((Path(__file__).parent.parent / "docs" / "notebooks").glob("*.ipynb"))
METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"}}
MAY_FAIL = "raises-exception"
SECONDS = 300  # for one cell


@pytest.fixture(scope="module", autouse=True)
def fonts() -> None:
    """Have matplotlib list the fonts of a new machine now: where that takes long, a notebook would tell."""
    importlib.import_module("matplotlib.font_manager")


def read(text: str) -> Any:
    """Read a notebook of format 4."""
    return nbformat.reads(text, as_version=4)


def executed(notebook: Any, folder: Path) -> Any:
    """Execute all cells in a folder, with the programs of this Python; an error without its tag is raised."""
    made = copy.deepcopy(notebook)
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    path = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
    client = NotebookClient(made, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.execute(env={**environment, "PATH": path, "NO_COLOR": "1", "COLUMNS": "80"})
    return clean(made)


def clean(notebook: Any) -> Any:
    """Leave of a notebook what does not depend on when and where it was executed."""
    made = copy.deepcopy(notebook)
    made.metadata, made.nbformat, made.nbformat_minor = nbformat.from_dict(METADATA), 4, 5
    for number, cell in enumerate(made.cells, 1):
        cell.id = f"cell-{number}"
        cell.metadata = nbformat.from_dict({"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {})
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
            for output in cell.outputs:
                strip(output)
    return made


def strip(output: Any) -> None:
    """Take away metadata, the line ends of terminals, the places in tracebacks, `repr` where people have another form."""
    if "metadata" in output:
        output.metadata = nbformat.from_dict({})
    if output.output_type == "stream":
        output.text = output.text.replace("\r\n", "\n")
    if output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]
    if "data" in output and {"text/html", "text/latex", "image/png"} & set(output.data):
        output.data.pop("text/plain", None)


def joined(outputs: list[Any]) -> list[Any]:
    """Join pieces of one stream, which arrive as they come."""
    found: list[Any] = []
    for output in outputs:
        if output.output_type == "stream" and found and found[-1].get("name") == output.name:
            found[-1].text += output.text
        else:
            found.append(copy.deepcopy(output))
    return found


def shown(notebook: Any, folder: Path | None = None) -> list[str]:
    """List what a reader sees of the outputs: texts to the letter but addresses, the folder and seconds."""
    lines = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            lines.append(f"{cell.id} [{cell.execution_count}]")
            lines += [line for output in cell.outputs for line in pieces(output)]
    text = "\n".join(lines)
    if folder is not None:
        text = text.replace(str(folder), "FOLDER")
    text = re.sub(r"0x[0-9a-f]{6,}", "0x...", text)
    return re.sub(r"\(\d+\.\d s\)", "(... s)", text).split("\n")


def pieces(output: Any) -> Iterator[str]:
    """Print one output, each of its forms under its name."""
    if output.output_type == "stream":
        yield from (f"-- {output.name}", output.text)
    elif output.output_type == "error":
        yield f"-- error {output.ename}: {output.evalue}"
    else:
        for form, content in sorted(output.data.items()):
            yield f"-- {form}"
            if form.startswith("text/"):
                yield content


def hold(path: Path, folder: Path, accept: bool) -> None:
    """Execute a notebook and compare; write it if it is to be accepted, and fail then too."""
    stored = read(path.read_text(encoding="utf-8"))
    made = executed(stored, folder)
    before, after = shown(clean(stored), folder), shown(made, folder)
    if before == after and path.read_text(encoding="utf-8") == written(clean(stored)):
        return
    if accept:
        path.write_text(written(made), encoding="utf-8")
        pytest.fail(f"{path.name} has changed and was written: read it, commit it; the next run passes", pytrace=False)
    lines = difflib.unified_diff(before, after, "stored", "now", lineterm="")
    what = "has changed" if before != after else "is stored with more than sources and outputs"
    pytest.fail(f"{path.name} {what}; pytest tests/test_notebooks.py --accept writes it\n" + "\n".join(lines), pytrace=False)


def written(notebook: Any) -> str:
    """Print a notebook as it is stored."""
    return nbformat.writes(notebook) + "\n"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_stored_is_what_happens(path: Path, tmp_path: Path, accept: bool) -> None:
    hold(path, tmp_path, accept)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_form(path: Path) -> None:
    """A title in the first cell and no other, all cells executed in order, errors only where they are meant."""
    notebook = read(path.read_text(encoding="utf-8"))
    titles = [number for number, cell in enumerate(notebook.cells) if cell.cell_type == "markdown"
              for line in cell.source.split("\n") if line.startswith("# ")]
    assert titles == [0]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    failing = [cell for cell in code if any(output.output_type == "error" for output in cell.outputs)]
    assert failing == [cell for cell in code if MAY_FAIL in cell.metadata.get("tags", [])]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_links_lead_somewhere(path: Path) -> None:
    texts = [cell.source for cell in read(path.read_text(encoding="utf-8")).cells if cell.cell_type == "markdown"]
    for target in re.findall(r"\]\(([^)#:]+)\)", "\n".join(texts)):
        assert (path.parent / target).exists(), target


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) == 4


# ---- the rules themselves ----------------------------------------------------------------------


def notebook_of(*sources: str, tags: tuple[str, ...] = ()) -> Any:
    """Make a notebook of code cells, with all that editors leave in it."""
    made = nbformat.v4.new_notebook(metadata={"kernelspec": {"display_name": "mine", "name": "mine"}, "widgets": {}})
    made.cells = [nbformat.v4.new_code_cell(source, metadata={"tags": list(tags), "execution": {"started": "now"}})
                  for source in sources]
    return made


def test_a_notebook_is_accepted_once_it_was_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(written(notebook_of("print(1)", "object()", "import os\nprint(os.getcwd())")))
    with pytest.raises(pytest.fail.Exception, match=r"(?s)a.ipynb has changed; .*--accept writes it.*\+1\n"):
        hold(path, tmp_path, accept=False)
    with pytest.raises(pytest.fail.Exception, match="has changed and was written"):
        hold(path, tmp_path, accept=True)
    hold(path, tmp_path, accept=False)  # another address, the same text
    stored = read(path.read_text())
    assert stored.metadata == METADATA
    assert [(cell.id, cell.metadata, cell.execution_count) for cell in stored.cells] == [
        ("cell-1", {}, 1), ("cell-2", {}, 2), ("cell-3", {}, 3)]
    stored.cells[0].metadata["editor"] = "mine"
    path.write_text(written(stored))
    with pytest.raises(pytest.fail.Exception, match="stored with more than sources and outputs"):
        hold(path, tmp_path, accept=False)


def test_an_error_needs_its_tag(tmp_path: Path) -> None:
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        executed(notebook_of("1/0"), tmp_path)
    made = executed(notebook_of("1/0", tags=(MAY_FAIL,)), tmp_path)
    assert shown(made) == ["cell-1 [1]", "-- error ZeroDivisionError: division by zero"]


def test_what_is_compared() -> None:
    """Streams arrive in pieces; of a picture only its form counts; addresses, folder and seconds do not."""
    cell = nbformat.v4.new_code_cell("", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("stream", text="a "), nbformat.v4.new_output("stream", text="b\r\n"),
                    nbformat.v4.new_output("stream", name="stderr", text="no\n"),
                    nbformat.v4.new_output("display_data", {"text/plain": "<A at 0x7f0123456789> in /a/b (1.5 s)"}),
                    nbformat.v4.new_output("display_data", {"text/plain": "<Figure>", "image/png": "aa"}),
                    nbformat.v4.new_output("display_data", {"text/plain": "A(...)", "text/latex": "$A$"})]
    made = clean(nbformat.v4.new_notebook(cells=[cell]))
    assert shown(made, Path("/a/b")) == ["cell-1 [1]", "-- stdout", "a b", "", "-- stderr", "no", "", "-- text/plain",
                                         "<A at 0x...> in FOLDER (... s)", "-- image/png", "-- text/latex", "$A$"]
