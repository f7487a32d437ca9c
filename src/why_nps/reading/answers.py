"""Reading answers: the one place where files, columns, scores and dates come together."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from why_nps.core.answers import Answers, ReadingReport
from why_nps.core.tables import ANSWERS
from why_nps.errors import InputError
from why_nps.reading.cells import as_text, has_surrogates, is_missing, is_plain
from why_nps.reading.columns import choose_columns
from why_nps.reading.dates import parse_dates
from why_nps.reading.files import read_cells
from why_nps.reading.scores import Scores, parse_score, parse_scores

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from narwhals.stable.v2.typing import IntoDataFrame

    from why_nps.reading.cells import Cells

_WEIGHT = re.compile(r"[0-9]{1,32}(?:[.,][0-9]{1,32})?(?:[eE][+-]?[0-9]{1,3})?")


def read_answers(
    source: str | os.PathLike[str] | IntoDataFrame,
    *,
    text: str | None = None,
    score: str | Literal[False] | None = None,
    answer_id: str | Literal[False] | None = None,
    date: str | Literal[False] | None = None,
    weight: str | Literal[False] | None = None,
    segments: Sequence[str] | Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> Answers:
    """Read answers with their scores from a file or a data frame.

    Columns are recognised by their Dutch or English names; the report of the answers says which column
    was taken as what. Where two fit, or none does, an error says so: nothing is guessed. Every row of
    the source is in the answers, whether or not it holds a score or a text.

    Parameters
    ----------
    source : str, Path or data frame
        A .csv, .tsv, .txt, .xlsx, .xlsm, .xls, .parquet, .sav or .zsav file, or a pandas, polars or
        pyarrow frame, which is not changed.
    text : str, optional
        Name of the column with the answers.
    score : str or False, optional
        Name of the column with the scores; False where there are none.
    answer_id : str or False, optional
        Name of a column that identifies each row. Without one, or with False, rows are numbered from 1.
    date : str or False, optional
        Name of the column that says when the answer was given; read day first.
    weight : str or False, optional
        Name of the column with weights, which must be above 0.
    segments : sequence of str or mapping of str to str, optional
        More columns to group by: their names, or our names to theirs. Columns known to be the branch,
        touchpoint, employee or wave are kept in any case.
    sheet : str, optional
        Name of the sheet, for a workbook with several.

    Returns
    -------
    Answers
        The answers, and under ``report`` what was read, mended, assumed and not usable.

    Raises
    ------
    InputError
        If the file, a column, an id or a weight cannot be used; the message names columns and lines,
        never an answer.
    MissingExtraError
        If an SPSS file is read without pyreadstat.

    Examples
    --------
    >>> import pandas as pd
    >>> export = pd.DataFrame({"Cijfer": ["9", "8,5"], "Reden": ["Top!", "NA"], "Winkel": ["Ede", ""]})
    >>> answers = read_answers(export)
    >>> answers.frame[["answer_id", "score", "branch"]]
      answer_id  score branch
    0         1      9    Ede
    1         2   <NA>    NaN
    >>> print(answers.report)
    Read 2 rows from frame.
    Columns taken: 'Reden' as text, 'Cijfer' as score, 'Winkel' as branch.
    Usable score: 1 of 2; any text: 2.
    Score not used, not a whole score: 1.
    """
    cells = read_cells(source, sheet=sheet)
    asked = {"text": text, "score": score, "answer_id": answer_id, "answered_on": date, "weight": weight}
    choice = choose_columns(cells, asked, segments)
    chosen = choice.columns
    notes = list(cells.notes)
    texts = _read_texts(cells, chosen["text"], notes)
    scores = _read_scores(cells, chosen.get("score"), notes)
    data: dict[str, object] = {
        "answer_id": _read_ids(cells, chosen.get("answer_id")),
        "score": scores.column.array,
        "text": texts,
        "answered_on": _read_dates(cells, chosen.get("answered_on"), notes),
        "weight": _read_weights(cells, chosen.get("weight")),
    }
    data |= {ours: _read_segment(cells, chosen[ours]) for ours in choice.segments}
    frame = ANSWERS.frame(data)
    neither = int((frame["score"].isna() & frame["text"].isna()).sum())
    if neither:
        notes.append(f"Rows with neither a score nor a text, kept: {neither:,}.")
    report = ReadingReport(
        source=cells.source,
        columns=dict(chosen),
        rows=len(frame),
        with_score=int(frame["score"].notna().sum()),
        with_text=int(frame["text"].notna().sum()),
        score_problems=scores.problems,
        notes=tuple(notes),
    )
    return Answers(frame, choice.segments, report)


def _read_texts(cells: Cells, column: str, notes: list[str]) -> object:
    found = cells.take(column)
    filled = [cell for cell in found if not is_missing(cell)]
    others = Counter(type(cell).__name__ for cell in filled if not isinstance(cell, str))
    if others and others.total() == len(filled):
        raise InputError(
            f"{cells.source}: column {column!r}, taken as the text, holds no text but {', '.join(others)}. "
            'Choose another with text="...".'
        )
    _refuse_nested(cells, column, found)
    if others:
        notes.append(
            f"Answers that the file holds as a number or date, written out as text: {others.total():,}."
        )
    halves = sum(has_surrogates(cell) for cell in filled)
    if halves:
        notes.append(
            f"Answers with half a character (a lone surrogate), mended or replaced by U+FFFD: {halves:,}."
        )
    return _text_array([as_text(cell) for cell in found])


def _read_scores(cells: Cells, column: str | None, notes: list[str]) -> Scores:
    if column is None:
        return Scores(pd.Series([None] * len(cells), dtype="Int64"), {}, 0)
    found = cells.take(column)
    labels = cells.value_labels.get(column)
    if labels:
        found = _unlabel_scores(cells, column, found, labels, notes)
    scores = parse_scores(found)
    if scores.labelled:
        notes.append(
            f"Scores taken from in front of a label, as in '10 - zeer waarschijnlijk': {scores.labelled:,}."
        )
    return scores


def _unlabel_scores(
    cells: Cells, column: str, found: list[Any], labels: Mapping[Any, str], notes: list[str]
) -> list[Any]:
    """Replace SPSS codes by the score in their label, where code 1 means "0 - zeer onwaarschijnlijk".

    Labels that only repeat the code, or hold no score, leave the codes as they are.
    """
    meant = {code: parse_score(label).value for code, label in labels.items()}
    shifted = [
        code for code, value in meant.items() if value is not None and value != parse_score(code).value
    ]
    if not shifted:
        return found
    bare = sum(cell not in labels for cell in found if not is_missing(cell))
    if bare:
        raise InputError(
            f"{cells.source}: the labels of {column!r} say that a code is not the score itself (code "
            f"{as_text(shifted[0])} means {meant[shifted[0]]}), but {bare:,} cells have no label. "
            "Label every code, or write the scores themselves."
        )
    notes.append(f"Scores in {column!r} were taken from the value labels, which differ from the codes.")
    return [cell if is_missing(cell) else labels[cell] for cell in found]


def _read_ids(cells: Cells, column: str | None) -> object:
    if column is None:
        return _text_array([str(number) for number in range(1, len(cells) + 1)])
    found = cells.take(column)
    _refuse_nested(cells, column, found)
    ids = [as_text(cell) for cell in found]
    instead = 'Choose another column with answer_id="...", or number the rows with answer_id=False.'
    empty = [row for row, answer_id in enumerate(ids) if answer_id is None]
    if empty:
        raise InputError(
            f"{cells.source}: {len(empty):,} rows have no id in column {column!r}, "
            f"the first on {cells.at(empty[0])}. {instead}"
        )
    if len(set(ids)) < len(ids):
        counts = Counter(ids)
        double = next(answer_id for answer_id in ids if counts[answer_id] > 1)
        first = ids.index(double)
        second = ids.index(double, first + 1)
        raise InputError(
            f"{cells.source}: {len(ids) - len(counts):,} rows repeat an id in column {column!r}, "
            f"as {cells.at(second)} repeats that of {cells.at(first)}. {instead}"
        )
    return _text_array(ids)


def _read_dates(cells: Cells, column: str | None, notes: list[str]) -> object:
    if column is None:
        return np.full(len(cells), np.datetime64("NaT", "us"), dtype="datetime64[us]")
    dates = parse_dates(cells.take(column))
    if dates.month_first:
        notes.append(f"Dates in {column!r} were read month first: all fit that, and not all fit day first.")
    if dates.zoned:
        notes.append(f"Dates with a time zone, which was left out; the clock time is kept: {dates.zoned:,}.")
    if dates.unreadable:
        notes.append(f"Dates in {column!r} that cannot be read and are missing: {dates.unreadable:,}.")
    return dates.column.array


def _read_weights(cells: Cells, column: str | None) -> object:
    if column is None:
        return np.ones(len(cells))
    weights = np.array([_parse_weight(cell) for cell in cells.take(column)], dtype=float)
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights > 0)))
    if len(wrong):
        raise InputError(
            f"{cells.source}: {len(wrong):,} weights in column {column!r} are empty, unreadable, zero "
            f"or negative, the first on {cells.at(int(wrong[0]))}. Mend them, or pass weight=False."
        )
    return weights


def _parse_weight(cell: Any) -> float:
    """Return a weight; NaN where the cell holds none."""
    if isinstance(cell, str):
        cell = cell.strip()
        return float(cell.replace(",", ".")) if _WEIGHT.fullmatch(cell) else np.nan
    if is_missing(cell) or isinstance(cell, bool):
        return np.nan
    number = isinstance(cell, (int, float, Decimal, np.integer, np.floating)) and is_plain(cell)
    return float(cell) if number else np.nan


def _read_segment(cells: Cells, column: str) -> object:
    found = cells.take(column)
    _refuse_nested(cells, column, found)
    labels = cells.value_labels.get(column, {})
    if labels:
        found = [cell if is_missing(cell) else labels.get(cell, cell) for cell in found]
    texts = (as_text(cell) for cell in found)
    return _text_array([None if text is None else text.strip() for text in texts])


def _refuse_nested(cells: Cells, column: str, found: Sequence[Any]) -> None:
    for row, cell in enumerate(found):
        if not isinstance(cell, str) and not is_missing(cell) and not is_plain(cell):
            raise InputError(
                f"{cells.source}: column {column!r} holds {type(cell).__name__} on {cells.at(row)}; "
                "texts, numbers and dates can be read."
            )


def _text_array(texts: Sequence[str | None]) -> object:
    return pd.array(list(texts), dtype="str")
