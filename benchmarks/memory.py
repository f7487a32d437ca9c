"""How much memory a batch takes: ``python benchmarks/memory.py [answers ...]``.

Each number of answers is made up, written as CSV and coded by ``why-nps classify`` in a process of its own,
whose highest resident memory the system tells. Answers are those of the demo export, each with a number, and
every fifth with a word that stands nowhere else, so that whatever remembers words keeps growing if it can.
"""

from __future__ import annotations

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


def measure(rows: int) -> None:
    """Print the seconds and the highest memory of one batch."""
    with tempfile.TemporaryDirectory() as name:
        export = Path(name) / "export.csv"
        make_export(export, rows)
        command = [sys.executable, "-m", "why_nps.cli", "classify", str(export), "--out", f"{name}/out"]
        begin = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begin
        if status:
            raise SystemExit(f"The batch of {rows:,} answers failed.")
    print(f"{rows:10,} answers  {usage.ru_maxrss / 1024:6.0f} MB at most  {rows / seconds:8,.0f} a second")


def main() -> None:
    """Measure each number of answers."""
    for rows in [int(argument) for argument in sys.argv[1:]] or ANSWERS:
        measure(rows)


if __name__ == "__main__":
    main()
