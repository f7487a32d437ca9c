"""The command line: commands, no logic.

Exit codes: 0 done; 1 a check failed; 2 bad input or wrong use; 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import sys

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
    try:
        app()
    except WhyNpsError as error:
        tell(f"why-nps: {error}")
        sys.exit(2)
    except (KeyboardInterrupt, SystemExit) as stop:
        if isinstance(stop, SystemExit) and stop.code != _STOPPED:
            raise
        print("why-nps: stopped.", file=sys.stderr)  # typer turns Ctrl-C into this code, and says nothing
        sys.exit(_STOPPED)
