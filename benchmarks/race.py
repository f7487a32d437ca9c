"""One timed run in a process and on a core of its own: ``python benchmarks/race.py TASK FOLDER ANSWERS``.

Prints seconds of the work, of the same work once more in the same process, of reading the model, and of
imports and model together, and the peak of the memory, all as JSON. Seconds are of the processor: on a shared
machine others' work does not count.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Work = Callable[[], object]

BATCH = 10_000  # clauses at a time, for every system
PARTS = ("floor", "text", "code", "code, a word of its own", "one")  # the other tasks are systems


def main(task: str, folder: Path, n: int) -> None:
    """Load what the task needs, do it cold and then warm, and print what it took."""
    start = time.process_time()
    work, load = choose(task, folder, n)
    ready = time.process_time()
    work()
    done = time.process_time()
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    work()
    again = time.process_time() - done
    figures = {"seconds": done - ready, "again": again, "load": load, "start": ready - start, "peak_mb": peak}
    print(json.dumps(figures))


def choose(task: str, folder: Path, n: int) -> tuple[Work, float]:
    """Return the work, and the seconds that reading its model took; imports are done before."""
    source = folder / "answers.txt"
    if task == "floor":
        word = re.compile(r"\b(?:prijs|duur|goedkoop)\b", re.IGNORECASE)
        return lambda: [word.search(line) for line in read_lines(source, n)], 0.0
    if task == "text":
        from why_nps.flow.finding import prepare_answers

        texts = read_lines(source, n)
        return lambda: prepare_answers(texts), 0.0
    if task in PARTS:
        from why_nps import Coder, code, load_bundle

        texts = read_lines(source, n)
        if task == "code, a word of its own":
            texts = [f"{text} x{row}" for row, text in enumerate(texts)]
        start = time.process_time()
        bundle = load_bundle(folder / "why_nps")
        load = time.process_time() - start
        if task == "one":
            coder = Coder(bundle)
            return lambda: [coder.code_one(text) for text in texts], load
        return lambda: code(texts, model=bundle), load
    return choose_reader(task, folder)


def choose_reader(system: str, folder: Path) -> tuple[Work, float]:
    """Return the reading of all clauses by a system's theme model."""
    from importlib import import_module

    from peers import PEERS, OurReader, PeerReader

    clauses = read_lines(folder / "clauses.txt")
    for module in PEERS.get(system, OurReader).modules:
        import_module(module)
    start = time.process_time()
    home = folder / system
    find = PeerReader(system, home).find if system in PEERS else OurReader(home).find
    load = time.process_time() - start
    starts = range(0, len(clauses), BATCH)
    return lambda: [find(clauses[at : at + BATCH]) for at in starts], load


def read_lines(path: Path, n: int | None = None) -> Sequence[str]:
    """Return the first lines of a file, all of them without a number."""
    with path.open(encoding="utf-8") as file:
        return [line.rstrip("\n") for _, line in zip(range(n or sys.maxsize), file, strict=False)]


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
