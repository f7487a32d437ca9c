"""Run the notebooks from their texts and write them with their outputs: `python tools/run_notebooks.py`.

Nothing in them tells when or where they were run, so that only what changed shows in a comparison.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import jupytext
import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"


def run(source: Path) -> Path:
    """Run one notebook in an empty folder, and write it beside its text."""
    notebook = jupytext.read(source)
    with TemporaryDirectory() as folder:
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}).execute()
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
        cell.metadata.pop("execution", None)
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.validate(notebook)
    nbformat.write(notebook, source.with_suffix(".ipynb"))
    return source.with_suffix(".ipynb")


if __name__ == "__main__":
    for path in [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.py")):
        print(run(path))
