"""The command line: commands, no logic.

Exit codes: 0 done; 1 a check failed; 2 bad input or wrong use; 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import io
import sys
from typing import NoReturn

import typer

from why_nps.cli.answers import alerts, classify, gaps, report, sample, serve
from why_nps.cli.models import check, codebook, evaluate, learn, train
from why_nps.cli.options import tell
from why_nps.errors import WhyNpsError

app = typer.Typer(
    name="why-nps",
    help="Reads open Dutch answers to 'Waarom geeft u deze score?' and explains the Net Promoter Score.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (report, sample, gaps, classify, alerts, serve, train, learn, evaluate, check, codebook):
    app.command()(command)

_STOPPED = 130


def main() -> None:
    """Run the command line; errors of ours become one line and an exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # not every terminal can show every sign
    try:
        app()
    except WhyNpsError as error:
        _end(f"why-nps: {error}", 2)
    except (KeyboardInterrupt, SystemExit) as stop:
        if isinstance(stop, SystemExit) and stop.code != _STOPPED:
            raise
        _end("why-nps: stopped.", _STOPPED)  # typer turns Ctrl-C into this code, and says nothing
    except OSError as error:
        if error.filename is not None:  # of a file, and not of where results are printed
            raise
        _end(f"why-nps: cannot write the result: {error.strerror}. Make room, or send it elsewhere.", 2)


def _end(told: str, code: int) -> NoReturn:
    tell(told)
    sys.exit(code)
