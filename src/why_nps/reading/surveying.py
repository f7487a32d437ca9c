"""A file of answers that is too large for memory: read through once, then piece by piece."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.core.answers import Answers, ReadingReport
from why_nps.reading.answers import convert_cells, refuse_repeats
from why_nps.reading.cells import as_text
from why_nps.reading.columns import Choice, choose_columns
from why_nps.reading.files import stream_cells
from why_nps.reading.tally import Tally

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    from why_nps.reading.cells import Cells

_PIECE = 10_000  # rows
_EMPLOYEE = "employee"


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """A file of answers of which everything is known that takes the whole file to know.

    Parameters
    ----------
    path : Path
    choice : Choice
        Which column is what.
    month_first : bool
        The order of day and month in the dates.
    employees : tuple of str
        The names of employees, each once.
    report : ReadingReport
        What reading found, over all rows.
    """

    path: Path
    choice: Choice
    month_first: bool
    employees: tuple[str, ...] = field(repr=False)
    report: ReadingReport

    def stream(self, *, size: int) -> Iterator[Cells]:
        """Yield the rows in pieces of at most ``size``, only the columns that are used."""
        columns = list(dict.fromkeys(self.choice.columns.values()))
        for cells in stream_cells(self.path, size=size):
            for start in range(0, len(cells), size):
                yield cells.pick(columns, start, start + size)

    def to_answers(self, cells: Cells, *, done: int) -> Answers:
        """Turn a piece into answers; ``done`` rows came before it."""
        frame, _ = convert_cells(cells, self.choice, done=done, month_first=self.month_first)
        return Answers(frame, self.choice.segments, self.report)


def survey_answers(
    source: str | os.PathLike[str],
    *,
    text: str | None = None,
    score: str | None = None,
    segments: Sequence[str] = (),
) -> AnswerFile:
    """Read a file of answers through once, in little memory, and check every row of it.

    Encoding, repeated ids and the order of day and month take the whole file to know. Text and Parquet
    files are read in pieces; workbooks and SPSS files at once. Of ids a number of eight bytes is kept.

    Parameters
    ----------
    source : str or Path
        As `read_answers` reads.
    text, score : str, optional
        Names of columns; without them they are recognised, and there may be no score.
    segments : sequence of str
        More columns to group by.

    Returns
    -------
    AnswerFile

    Raises
    ------
    InputError
        As `read_answers`.
    """
    asked = {"text": text, "score": score, "answer_id": None, "answered_on": None, "weight": None}
    pieces = stream_cells(source, size=_PIECE)
    first = next(pieces)  # a source without rows is refused there
    choice = choose_columns(first, asked, segments, needed=("text",))
    tally = Tally()
    employees: set[str] = set()
    hashes: list[np.ndarray] = []
    for cells in chain([first], pieces):
        frame, found = convert_cells(cells, choice, done=tally.rows)
        tally += found
        if _EMPLOYEE in choice.segments:
            employees.update(frame[_EMPLOYEE].dropna())
        if "answer_id" in choice.columns:
            hashes.append(_hash_ids(frame["answer_id"].tolist()))
    if hashes:
        _refuse_repeats(source, choice.columns["answer_id"], np.concatenate(hashes))
    report = tally.report(cells, choice.columns)
    if "score" not in choice.columns:
        note = "No column is known to be the score: answers are coded, but cannot be explained."
        report = replace(report, notes=(*report.notes, note))
    return AnswerFile(Path(source), choice, tally.dates.month_first, tuple(sorted(employees)), report)


def _hash_ids(ids: list[str | None]) -> np.ndarray:
    return pd.util.hash_array(np.array(ids, dtype=object), categorize=False)


def _refuse_repeats(source: str | os.PathLike[str], column: str, hashes: np.ndarray) -> None:
    """Look up the ids whose hash is seen twice, which is nearly always because the id is."""
    hashes.sort()
    twice = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
    if not len(twice):
        return
    suspects: list[tuple[str, int]] = []
    for cells in stream_cells(source, size=_PIECE):
        ids = [as_text(cell) for cell in cells.take(column)]
        rows = np.flatnonzero(np.isin(_hash_ids(ids), twice))
        suspects += [(str(ids[row]), cells.lines[int(row)]) for row in rows]
    refuse_repeats(cells, column, suspects)
