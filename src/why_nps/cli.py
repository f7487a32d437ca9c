"""The command line: commands, no logic.

Exit codes: 0 done; 1 a check failed; 2 bad input or wrong use; 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Optional

import typer
from rich.console import Console
from rich.progress import Progress

from why_nps.errors import WhyNpsError

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(
    name="why-nps",
    help="Reads open Dutch answers to 'Waarom geeft u deze score?' and explains the Net Promoter Score.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Source = Annotated[Optional[Path], typer.Argument(help="CSV, xlsx, Parquet or SPSS file with the answers.")]
TextColumn = Annotated[Optional[str], typer.Option("--text", help="Column with the answers.")]
ScoreColumn = Annotated[Optional[str], typer.Option("--score", help="Column with the scores, 0-10.")]
Model = Annotated[Optional[Path], typer.Option("--model", help="Folder of a model bundle; else the shipped one.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, and nothing else.")]
