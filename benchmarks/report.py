"""What a report takes beyond coding: ``python benchmarks/report.py [answers ...]``.

The demo export is coded once, and its answers are drawn again and again, each with an id of its own, one of
40 branches, 6 touchpoints, 25 employees and 8 regions, and a date in two years. Explaining them and writing
page, tables and pictures are timed in a process of its own, whose highest resident memory the system tells.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from why_nps.flow import Coded

ANSWERS = 100_000
SEGMENTS = {"branch": 40, "touchpoint": 6, "employee": 25, "Regio": 8}


def multiply(coded: Coded, size: int) -> Coded:
    """Draw `size` answers out of coded ones, each with an id of its own, and put them somewhere."""
    dice = np.random.default_rng(1)
    given = coded.answers.frame
    drawn = dice.integers(0, len(given), size)
    ids = pd.DataFrame(
        {"answer_id": given["answer_id"].to_numpy()[drawn], "new": [f"R{row}" for row in range(size)]}
    )
    frame = given.iloc[drawn].reset_index(drop=True).assign(answer_id=ids["new"])
    numbered = " (" + ids["new"] + ")"
    frame["text"] = frame["text"] + numbered.where(dice.random(size) < 0.5, "")  # noqa: PLR2004 - half of them
    for name, groups in SEGMENTS.items():
        shares = dice.dirichlet(np.full(groups, 2.0))
        frame[name] = pd.Series(dice.choice([f"{name} {at}" for at in range(groups)], size, p=shares))
    days = pd.to_timedelta(dice.integers(0, 730, size), unit="D")
    frame["answered_on"] = (pd.Timestamp("2024-01-01") + days).astype("datetime64[us]")
    answers = replace(coded.answers, frame=frame, segments=tuple(SEGMENTS))
    tables = {}
    for name in ("screening", "clauses", "mentions", "flags"):
        table = ids.merge(getattr(coded, name), on="answer_id")
        tables[name] = table.assign(answer_id=table["new"]).drop(columns="new")
    return replace(coded, answers=answers, **tables)


def work(size: int) -> None:
    """Code the demo, then tell what each step takes for `size` answers."""
    import why_nps

    demo = files("why_nps").joinpath("data", "demo", "demo_export.csv")
    coded = multiply(why_nps.code(why_nps.read_answers(str(demo))), size)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begin = time.monotonic(), time.process_time()
        explained = why_nps.explain(coded, by=list(SEGMENTS))
        tell("explain", begin)
        page = explained.report(folder / "rapport.html")
        tell("explain and page", begin)
        explained.tables(folder / "tables")
        explained.save_figures(folder / "figures")
        tell("all files", begin)
        print(f"page {page.stat().st_size / 1e6:.2f} MB")


def tell(step: str, begin: tuple[float, float]) -> None:
    """Print the seconds since `begin`, by a clock and of the processor, where others' work does not count."""
    clock, worked = time.monotonic() - begin[0], time.process_time() - begin[1]
    print(f"{step:18s} {clock:6.1f} s, {worked:6.1f} s of the processor", flush=True)


def main() -> None:
    """Measure each number of answers in a process of its own."""
    if "--inside" in sys.argv:
        work(int(sys.argv[-1]))
        return
    for size in [int(argument) for argument in sys.argv[1:]] or [ANSWERS]:
        print(f"{size:,} answers, {len(SEGMENTS)} groupings", flush=True)
        child = subprocess.Popen([sys.executable, __file__, "--inside", str(size)])  # noqa: S603
        _, status, usage = os.wait4(child.pid, 0)
        if status:
            raise SystemExit(f"The report on {size:,} answers failed.")
        print(f"memory {usage.ru_maxrss / 1024:,.0f} MB at most, the answers themselves included")


if __name__ == "__main__":
    main()
