"""What the commands share: their common options, reading and coding, and ways to tell."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.progress import Progress

from why_nps.core.inert import make_inert
from why_nps.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from why_nps.flow import Coded
    from why_nps.themes import Bundle

Source = Annotated[
    Path | None,
    typer.Argument(help="CSV, xlsx, Parquet or SPSS file with the answers, or a folder of `classify`."),
]
TextColumn = Annotated[str | None, typer.Option("--text", help="Column with the answers.")]
ScoreColumn = Annotated[str | None, typer.Option("--score", help="Column with the scores, 0-10.")]
Model = Annotated[
    Path | None, typer.Option("--model", help="Folder of a model, or accurate; else the shipped one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, and nothing else.")]
Language = Annotated[Literal["nl", "en"], typer.Option("--language", help="Language of the report.")]


def obtain(
    source: Path | None,
    *,
    demo: bool,
    text: str | None,
    score: str | Literal[False] | None,
    model: Path | None,
    by: list[str] | None = None,
) -> Coded:
    """Read and code a file, or read back a folder that was coded before."""
    from why_nps.flow import code
    from why_nps.reading import read_answers

    if source is not None and source.is_dir() and not demo:
        from why_nps.scale import read_coded

        if text or score or model:
            raise InputError("A folder is coded already: leave out --text, --score and --model.")
        return read_coded(source)
    with open_source(source, demo=demo) as path:
        answers = read_answers(path, text=text, score=score, segments=list_own_columns(by))
    with show_progress("coding answers") as advance:
        return code(answers, model=load_model(model), progress=advance)


@contextmanager
def open_source(source: Path | None, *, demo: bool) -> Iterator[Path]:
    """Go with the file that was named, or with the demo export."""
    if demo == (source is not None):
        raise InputError("Give one file with answers, or --demo for the demo export.")
    if source is not None:
        yield source
        return
    with as_file(files("why_nps").joinpath("data", "demo", "demo_export.csv")) as path:
        yield path


def list_own_columns(by: list[str] | None) -> list[str]:
    """Return those columns to compare by that are not known by name."""
    from why_nps.reading import SEGMENTS

    return [column for column in by or [] if column not in SEGMENTS]


def load_model(model: Path | None) -> Bundle:
    """Load a model's folder, or the shipped model."""
    from why_nps.themes import load_bundle

    return load_bundle(model)


@contextmanager
def show_progress(description: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar in a terminal, and nothing elsewhere."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(description, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def tell(message: str) -> None:
    """Print what is no result, beside the results."""
    print(make_inert(message), file=sys.stderr)


def print_json(data: object) -> None:
    """Print a result as JSON."""
    print(json.dumps(data, indent=1))
