"""Our pipeline beside scikit-learn, fastText and spaCy: how fast, how large and how right, in one run.

Every system learns from the same clauses and reads the same clauses of the same 100,000 answers; each
timed run has a process and a core of its own. Seeded. Takes about half an hour.

Run: make bench (or python benchmarks/speed.py), which writes docs/benchmarks.md
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from page import Figures, write_page

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
OURS = "why_nps"
CODE = "code"
PARTS = ("text", "code, a word of its own")
ONE = "one"
ONES = 1_000  # answers that are coded one at a time
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB_MAXIMUM")}


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done.

    Parameters
    ----------
    timed : int
        Answers that every system reads.
    growth : tuple of int
        Numbers of answers for the whole of `code`.
    repeats : int
        Runs of which the median counts; the last of `growth` is run once.
    thin : int
        Each so manieth coded answer and clause is learned from and scored.
    """

    timed: int
    growth: tuple[int, ...]
    repeats: int
    thin: int


FULL = Size(100_000, (10_000, 100_000, 1_000_000), 3, 1)
SMALL = Size(200, (200, 300), 1, 50)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure everything and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=PAGE, help="page to write")
    parser.add_argument("--small", action="store_true", help="only try whether it runs; figures mean nothing")
    options = parser.parse_args(arguments)
    size = SMALL if options.small else FULL
    busy = os.getloadavg()[0]
    with TemporaryDirectory() as name:
        folder = Path(name)
        facts = call("contest.py", "prepare", folder, max(size.growth), size.timed, size.thin)
        for peer in facts["missing"]:
            tell(f"{peer} is not installed and left out: pip install 'why_nps[bench]'")
        fit_all(folder, facts["systems"])
        quality = call("contest.py", "rate", folder, *facts["systems"])
        runs = race_all(folder, facts["systems"], size)
        disk = {system: measure_size(folder / system) for system in facts["systems"]}
    write_page(options.out, Figures(facts, describe_machine(busy), quality, disk, runs, size.growth))
    print(options.out.read_text(encoding="utf-8"))


def fit_all(folder: Path, systems: Sequence[str]) -> None:
    """Fit each system twice, one fit a core; ours takes longest and goes first."""
    jobs = [(system, part) for system in reversed(systems) for part in ("inner", "outer")]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for system, part in pool.map(lambda job: (call("contest.py", "fit", folder, *job), job)[1], jobs):
            tell(f"fitted {system}, {part}")


def race_all(folder: Path, systems: Sequence[str], size: Size) -> dict[tuple[str, int], dict[str, float]]:
    """Time every task; medians of runs in fresh processes, by task and number of answers."""
    jobs = [(task, size.timed) for task in ("floor", *systems, *PARTS)]
    jobs += [(CODE, n) for n in sorted({*size.growth, size.timed})]
    jobs.append((ONE, min(ONES, size.timed)))
    figures = {}
    for task, n in jobs:
        repeats = 1 if n > size.timed else size.repeats
        runs = [call("race.py", task, folder, n) for _ in range(repeats)]
        figures[task, n] = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        tell(f"{task}, {n:,} answers: {figures[task, n]['seconds']:.2f} s")
    return figures


def call(script: str, *arguments: object) -> Any:
    """Run a step in a process of its own and return what it printed.

    This process imports nothing large: on Linux the peak memory of a process is at least its parent's.
    """
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    done = subprocess.run(command, env=os.environ | ONE_THREAD, stdout=subprocess.PIPE, check=True)  # noqa: S603
    return json.loads(done.stdout) if done.stdout else None


def measure_size(home: Path) -> float:
    """Return the size of a folder's files, in MB."""
    return sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6


def describe_machine(busy: float) -> str:
    """Name the processor and what else ran."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = named[0] if named else platform.processor() or platform.machine()
    pinned = "pinned to one core" if hasattr(os, "sched_setaffinity") else "not pinned to a core"
    python, system = platform.python_version(), platform.system()
    return (
        f"{model}, {os.cpu_count()} cores; {system}, Python {python}; timed runs {pinned}, one thread. "
        f"Load average {busy:.1f} at the start, {os.getloadavg()[0]:.1f} at the end"
    )


def tell(line: str) -> None:
    """Say how far the run is."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
