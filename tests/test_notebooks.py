"""Every notebook runs, is the same as its text, and shows no personal data."""

import re
from html import unescape
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient

from why_nps.text import find_personal_data

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def test_there_are_notebooks():
    assert NOTEBOOKS
    assert [path.stem for path in NOTEBOOKS] == sorted(path.stem for path in FOLDER.glob("*.py"))


@pytest.mark.filterwarnings("default")  # of Jupyter itself; the notebook's own run in another process
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert all(cell.get("execution_count") for cell in notebook.cells if cell.cell_type == "code")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_the_same_as_its_text(path):
    def sources(notebook):
        return [(cell.cell_type, cell.source.strip()) for cell in notebook.cells]

    assert sources(nbformat.read(path, as_version=4)) == sources(jupytext.read(path.with_suffix(".py")))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_show_nobody(path):
    outputs = [
        str(output.get("text", "")) + " ".join(map(str, output.get("data", {}).values()))
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
    ]
    assert outputs
    shown = unescape(re.sub("<[^>]*>", "\n", "\n".join(outputs)))
    found = [line for line in shown.splitlines() if find_personal_data(line)]
    assert not found
    assert "/tmp/" not in shown  # noqa: S108  nor where it was run
