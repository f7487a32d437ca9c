"""What Spark and Dask take on two cores of this machine: ``python benchmarks/cluster.py spark 1000000``.

Answers are the corpus's own, numbered so that no two are the same, at 20 branches in 8 quarters; scores are
chance. Coding begins with workers that have read a thousand answers before, as most of a large job does.
Core seconds are those of every process at work, so that others' work on a shared machine counts less.
Needs Linux and psutil.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["PYSPARK_PYTHON"] = sys.executable

import pandas as pd
import psutil
import pyarrow as pa
from pyarrow import parquet

from why_nps.core.codebook import load_codebook
from why_nps.scale.counts import count_answers, merge_cells
from why_nps.training.corpus import load_corpus

if TYPE_CHECKING:
    from collections.abc import Callable

CORES, PARTS = 2, 8
ANSWERS = (20_000, 60_000)
Engine = tuple["Callable[[Path, Path], None]", "Callable[[Path], Any]"]


def make_answers(path: Path, rows: int) -> None:
    """Write answers as Parquet files of equal size."""
    dice = random.Random(rows)  # noqa: S311 - invented answers
    texts = [answer.text for answer in load_corpus(load_codebook())]
    quarters = pd.date_range("2024-01-15", periods=8, freq="QS")
    frame = pd.DataFrame(
        {
            "answer_id": [f"A{row}" for row in range(rows)],
            "text": [f"{texts[row % len(texts)]} {row}" for row in range(rows)],
            "score": dice.choices(range(11), k=rows),
            "branch": [f"F{dice.randrange(20)}" for _ in range(rows)],
            "answered_on": dice.choices(quarters.astype("datetime64[us]"), k=rows),
        }
    )
    path.mkdir()
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for part in range(PARTS):
        size = -(-rows // PARTS)
        parquet.write_table(table.slice(part * size, size), path / f"part-{part}.parquet")


def start_spark() -> Engine:
    """Start Spark here; return what codes a folder to a folder, and what explains one."""
    from pyspark.sql import SparkSession

    from why_nps.scale import spark

    builder = SparkSession.builder.master(f"local[{CORES}]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.files.openCostInBytes", "0").config("spark.log.level", "ERROR")
    session = builder.config("spark.sql.shuffle.partitions", str(CORES)).getOrCreate()
    return (
        lambda given, folder: spark.code(session.read.parquet(str(given))).write.parquet(str(folder)),
        lambda folder: spark.explain(session.read.parquet(str(folder)), by="branch"),
    )


def start_dask() -> Engine:
    """Start Dask here."""
    import dask.dataframe as dd
    from distributed import Client

    from why_nps.scale import dask

    Client(n_workers=CORES, threads_per_worker=1, dashboard_address=":0")

    def code(given: Path, folder: Path) -> None:
        dask.code(dd.read_parquet(given, split_row_groups=True)).to_parquet(folder)

    return code, lambda folder: dask.explain(dd.read_parquet(folder, dtype_backend="pyarrow"), by="branch")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a piece of work took.

    Parameters
    ----------
    seconds : float
        By the clock.
    core_seconds : float
        Of all processes together.
    """

    seconds: float
    core_seconds: float

    def __str__(self) -> str:
        return f"{self.seconds:6.1f} s, {self.core_seconds:6.1f} core seconds"


def take(work: Callable[..., Any], *given: Path) -> Cost:
    """Do a piece of work, and tell what it took."""
    begin, spent = time.perf_counter(), count_core_seconds()
    work(*given)
    return Cost(time.perf_counter() - begin, count_core_seconds() - spent)


def count_core_seconds() -> float:
    """Return the seconds of the processor that this process, and all that it started, have taken so far."""
    mine = psutil.Process()
    total = 0.0
    for process in (mine, *mine.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])  # with those of its children that have ended
    return total


def measure(engine: Engine, rows: int, folder: Path) -> None:
    """Print what coding and explaining take, and how much of it comes to this process."""
    code, explain = engine
    given, coded = folder / f"given-{rows}", folder / f"coded-{rows}"
    make_answers(given, rows)
    coding = take(code, given, coded)
    hours = coding.core_seconds / rows * 1e6 / 3600
    print(f"{rows:9,} answers  coded in {coding}: {hours:.2f} core hours a million", flush=True)
    Path("/proc/self/clear_refs").write_text("5")  # forget the highest memory so far
    explaining = take(explain, coded)
    (peak,) = re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    tables = map(parquet.read_table, sorted(coded.glob("*.parquet")))
    cells = merge_cells(pd.concat([count_answers(table, ["branch"]) for table in tables]))
    size = cells.memory_usage(deep=True).sum() / 1e6
    print(
        f"{rows:9,} answers  explained in {explaining}, from {len(cells):,} counts ({size:.1f} MB); "
        f"this process took {int(peak) / 1e3:,.0f} MB at most",
        flush=True,
    )


def main() -> None:
    """Measure each number of answers."""
    engine = {"spark": start_spark, "dask": start_dask}[sys.argv[1]]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_answers(folder / "given", 1_000)
        engine[0](folder / "given", folder / "coded")
        for rows in [int(argument) for argument in sys.argv[2:]] or ANSWERS:
            measure(engine, rows, folder)


if __name__ == "__main__":
    main()
