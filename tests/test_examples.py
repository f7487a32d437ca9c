"""Every example runs, with the real engine it is an example of."""

import runpy
import shutil
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "examples"
SCRIPTS = sorted(FOLDER.glob("*.py"))
PROGRAMS = {"postgres.py": "initdb", "browser_form.py": "node"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_an_example_runs(script, tmp_path, monkeypatch, capsys):
    program = PROGRAMS.get(script.name)
    if program and not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(script)])
    runpy.run_path(str(script), run_name="__main__")
    assert capsys.readouterr().out
