"""Bad input, damage and faults, all of them in one run: what was tried, what was survived, what was lost.

Run: ``python benchmarks/reliability.py``, which writes docs/reliability.md. Only the installed package is
used, whichever it is: a checkout, or a wheel in another environment (``make test-wheel``). Everything that is
made up comes from seeds. It ends with exit code 1 where anything was lost.
"""

# ruff: noqa: E501 - a page of Markdown

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import faults
import growth
import trials

import why_nps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
SEED = 20_260
HEAD = """# Reliability

Written by `python benchmarks/reliability.py`; do not edit. Inputs are those of `benchmarks/hostile.py`, and as
many as the table says made up from them. *Survived* means read as it is, or refused with the one error that is
wanted. *Lost* is everything else: an exception, a row gone, a file torn, an answer told in an error, over 50 ms.
"""
FAULTS = """
Each fault comes while something is written over what an earlier run wrote. Survived: one error, what stood there
untouched (after a late Ctrl-C: all of it new; after `kill -9`: every file whole), no temporary file, and the same command again writes what an
undisturbed one writes. A run that was done before the fault came is not counted, and another is tried.

| what is written | fault | injected | survived | lost |
|---|---|---|---|---|"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is tried.

    Parameters
    ----------
    answers, files, models, jobs : int
        Made up or damaged, of each.
    kills, rounds : int
        Times that each kind of output is stopped by kill -9 and by Ctrl-C, and meets each other fault.
    thin : int
        Each so manieth pattern and unit is timed.
    workers : int
        Worker processes killed.
    """

    answers: int
    files: int
    models: int
    jobs: int
    kills: int
    rounds: int
    thin: int
    workers: int


FULL = Size(400, 400, 400, 100, 10, 2, 2, 2)
SMALL = Size(10, 20, 14, 14, 1, 1, 400, 0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Try everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=PAGE, help="page to write")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--small", action="store_true", help="a little of everything, to test the command")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # one of the faults is a user who must get as far as the folder closed to him
        size = SMALL if options.small else FULL
        results = list(try_all(folder, size, options.seed))
        outcomes = list(faults.inject_all(folder, seed=options.seed, kills=size.kills, rounds=size.rounds))
    page = write_page(results, outcomes, options.seed)
    options.out.write_text(page, encoding="utf-8")
    wrong = [line for result in results for line in result.wrong]
    wrong += [f"{one.kind}, {one.fault}: {one.wrong}" for one in outcomes if one.wrong]
    print(page, *map(ascii, wrong), sep="\n")
    sys.exit(1 if wrong else 0)


def try_all(folder: Path, size: Size, seed: int) -> Iterator[trials.Result]:
    """Yield the result of each trial, told when it is done."""
    export = faults.write_export(folder / "trial.csv")
    for work in (
        lambda: trials.try_answers(size.answers, seed),
        trials.try_types,
        trials.try_scores,
        lambda: trials.try_files(folder, size.files, seed),
        lambda: trials.try_models(folder, size.models, seed),
        lambda: trials.try_jobs(folder, export, size.jobs, seed),
        lambda: trials.try_workers(folder, export, size.workers),
        lambda: try_growth(size.thin),
    ):
        result = work()
        print(f"{result.name}: {result.tried:,} tried, {len(result.wrong):,} lost", file=sys.stderr)
        yield result


def try_growth(thin: int) -> trials.Result:
    """Time patterns and steps on their worst case and on twice that."""
    result = trials.Result("patterns and steps at twice the length")
    for name, work, unit in growth.list_trials()[::thin]:
        result.check(
            f"{name} on {unit!r}", lambda work=work, unit=unit: _too_fast(growth.find_growth(work, unit))
        )
    return result


def _too_fast(times: float) -> str:
    return "" if times <= growth.MOST else f"takes {times:.1f} times as long"


def write_page(results: list[trials.Result], outcomes: list[faults.Outcome], seed: int) -> str:
    """Return the page."""
    slowest = results[0]
    lines = [HEAD, "| what is given | tried | survived | lost |", "|---|---|---|---|"]
    lines += [_row(result.name, result.tried, len(result.wrong)) for result in results if result.tried]
    lines.append(
        f"\nThe slowest answer took {slowest.slowest:.0f} ms of processor time ({slowest.slowest_name}); "
        f"{trials.ALLOWED:.0f} are allowed. Twice the length took at most {growth.MOST:.0f} times as long."
    )
    lines.append(FAULTS)
    injected = Counter((one.kind, one.fault) for one in outcomes if one.injected or one.wrong)
    lost = Counter((one.kind, one.fault) for one in outcomes if one.wrong)
    for kind, fault in dict.fromkeys((one.kind, one.fault) for one in outcomes):
        lines.append(_row(f"{kind} | {fault}", injected[kind, fault], lost[kind, fault]))
    total = sum(len(result.wrong) for result in results) + lost.total()
    lines += ["", f"Lost in all: **{total:,}**. Seed {seed}. {describe_machine()}", ""]
    return "\n".join(lines)


def _row(name: str, tried: int, lost: int) -> str:
    return f"| {name} | {tried:,} | {tried - lost:,} | {lost:,} |"


def describe_machine() -> str:
    """Say what it ran on, and whether from a checkout or installed."""
    model = "unknown processor"
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    home = "installed" if "site-packages" in why_nps.__file__ else "from a checkout"
    return (
        f"why_nps {why_nps.__version__} ({home}), Python {platform.python_version()}, {platform.system()}, "
        f"{os.cpu_count()} cores of {model}."
    )


if __name__ == "__main__":
    main()
