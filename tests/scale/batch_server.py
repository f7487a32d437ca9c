"""Runs batches, each in a process of its own that is forked when all is loaded: quick to start, real to kill.

Reads the arguments of `code_file` as JSON, a line each; writes the process number, and then its exit code.
The first line is run at once, to load everything.
"""

# ruff: noqa: T201, BLE001 - it talks by printing, and a child must never come back to the loop

import json
import os
import sys
import traceback

from why_nps.scale import code_file


def serve():
    """Answer each line."""
    code_file(**json.loads(sys.stdin.readline()))
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            try:
                code_file(**json.loads(line))
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    serve()
