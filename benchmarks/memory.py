"""What a batch takes: ``python benchmarks/memory.py [answers ...] [--jobs workers ...]``.

Each number of answers is made up, written as CSV and coded by ``why-nps classify`` in a process of its own,
whose highest resident memory the system tells. Answers are those of the demo export, each with a number, and
every fifth with a word that stands nowhere else, so that whatever remembers words keeps growing if it can.
The memory is that of the largest process: with more than one job there are as many of about that size.

How much faster more workers are shows on a machine with a free core for each, such as two:
``python benchmarks/memory.py 200000 --jobs 1 2``, by the clock. On a busy one the seconds of the processor
tell: what the first process does itself is not shared out, and its start is in it.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path

ANSWERS = (50_000, 200_000)
CLASSIFY = """import atexit, resource
from why_nps.cli import main
atexit.register(lambda: print(sum(resource.getrusage(resource.RUSAGE_SELF)[:2])))
main()"""


def make_export(path: Path, rows: int) -> None:
    """Write an export of made-up answers."""
    demo = files("why_nps").joinpath("data", "demo", "demo_export.csv").read_text(encoding="cp1252")
    texts = [row["Toelichting"] for row in csv.DictReader(demo.splitlines(), delimiter=";")]
    texts = [text for text in texts if text]
    dice = random.Random(1)  # noqa: S311 - made-up answers
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(["Respondentnr", "Datum", "Cijfer", "Toelichting", "Vestiging"])
        for row in range(rows):
            rare = "".join(dice.choices("abdefgiklmnoprstuvz", k=9)) if row % 5 == 0 else ""
            text = f"{dice.choice(texts)} {row} {rare}"
            writer.writerow([f"R{row}", f"{1 + row % 28}-3-2025", row % 11, text, f"F{row % 40}"])


def measure(rows: int, jobs: int) -> float:
    """Print the seconds and the highest memory of one batch; return the seconds."""
    with tempfile.TemporaryDirectory() as name:
        export = Path(name) / "export.csv"
        make_export(export, rows)
        command = [sys.executable, "-c", CLASSIFY, "classify", str(export), "--out", f"{name}/out"]
        command += ["--jobs", str(jobs)]
        begin = time.perf_counter()
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        child = subprocess.Popen(command, stdout=pipe, stderr=nowhere, encoding="utf-8")  # noqa: S603
        told, (_, status, usage) = child.stdout.read(), os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begin
        if status:
            raise SystemExit(f"The batch of {rows:,} answers failed.")
    memory = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    print(
        f"{rows:10,} answers  {jobs:2} jobs  {memory:6.0f} MB at most  {rows / seconds:8,.0f} a second  "
        f"{usage.ru_utime + usage.ru_stime:6.1f} s of the processor, "
        f"{float(told.split()[-1]):.1f} of them in the first process",
        flush=True,
    )
    return seconds


def main() -> None:
    """Measure each number of answers with each number of workers."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("answers", type=int, nargs="*", default=ANSWERS)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1])
    options = parser.parse_args()
    for rows in options.answers:
        seconds = {jobs: measure(rows, jobs) for jobs in options.jobs}
        first, *others = options.jobs
        for jobs in others:
            print(f"{jobs} jobs are {seconds[first] / seconds[jobs]:.2f} times as fast as {first}")


if __name__ == "__main__":
    main()
