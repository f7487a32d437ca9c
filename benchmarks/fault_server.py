"""Writes what it is ordered to: a process to disturb, for `faults`.

It loads everything once, and then forks a child for each order, a line of JSON: a run starts in no time and
is a real process to kill.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

STOPPED, NOBODY, PART_ROWS = 130, 65_534, 20


def make_writers(export: Path) -> dict[str, Callable[[Path], object]]:
    """Return what writes each kind of output, everything but the writing done before."""
    from why_nps import code, code_file, explain, load_bundle, read_answers
    from why_nps.core.storage import write_together
    from why_nps.flow import draw_sample, write_sample
    from why_nps.themes import save_bundle

    coded = code(read_answers(export))
    files = explain(coded, by=["branch"]).render()
    drawn, bundle = draw_sample(coded, size=20), load_bundle()
    return {
        "report": lambda out: write_together(out, files),
        "sample": lambda out: write_sample(drawn, coded.codebook, out / "sample.xlsx"),
        "model": lambda out: save_bundle(bundle, out),
        "classify": lambda out: code_file(export, out, part_rows=PART_ROWS),
    }


def run(write: Callable[[Path], object], order: dict[str, Any]) -> int:
    """Write as ordered, the way the command line does; return the exit code."""
    from why_nps.core import storage
    from why_nps.errors import WhyNpsError

    storage._PATIENCE = order.get("patience", storage._PATIENCE)  # noqa: SLF001 - ten seconds are too long here
    room = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (order.get("limit", room[0]), room[1]))
    if order.get("nobody") and os.geteuid() == 0:  # root may write anywhere
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what is started in the background ignores it
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        write(Path(order["out"]))
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    except WhyNpsError as error:
        told, code = f"why-nps: {error}", 2
    except KeyboardInterrupt:
        told, code = "why-nps: stopped.", STOPPED
    else:
        return 0
    resource.setrlimit(resource.RLIMIT_FSIZE, room)  # what is told goes to a file too
    print(told, file=sys.stderr)
    return code


def serve(export: Path) -> None:
    """Answer each order with the number of the process, and then with how it ended."""
    writers = make_writers(export)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # it is for the writing, not for the fork
    with tempfile.TemporaryFile() as told:
        print("ready", flush=True)
        for line in sys.stdin:
            order = json.loads(line)
            told.truncate(0)
            child = os.fork()
            if not child:
                os.dup2(told.fileno(), 2)
                os.lseek(2, 0, os.SEEK_SET)
                code = 1
                try:
                    code = run(writers[order["kind"]], order)
                except BaseException as error:  # noqa: BLE001 - the child must never come back to the loop
                    print(f"{type(error).__name__}: {error}", file=sys.stderr)
                sys.stderr.flush()
                os._exit(code)
            print(child, flush=True)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            told.seek(0)
            print(json.dumps({"code": code, "told": told.read().decode()}), flush=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
