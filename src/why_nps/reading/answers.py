"""Reading answers: the one place where files, columns, scores and dates come together."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from why_nps.core.answers import Answers
from why_nps.core.tables import ANSWERS
from why_nps.errors import InputError, InputTypeError
from why_nps.reading.cells import as_text, has_surrogates, is_missing, is_plain
from why_nps.reading.columns import Choice, choose_columns
from why_nps.reading.dates import parse_dates
from why_nps.reading.files import read_cells
from why_nps.reading.scores import parse_score, parse_scores
from why_nps.reading.tally import Tally

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    from narwhals.stable.v2.typing import IntoDataFrame

    from why_nps.reading.cells import Cells

_OTHER_ID = 'Choose another column with answer_id="...", or number the rows with answer_id=False.'
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
    frame, tally = convert_cells(cells, choice)
    if "answer_id" in choice.columns:
        refuse_repeats(cells, choice.columns["answer_id"], zip(frame["answer_id"], cells.lines, strict=True))
    return Answers(frame, choice.segments, tally.report(cells, choice.columns))


def convert_cells(
    cells: Cells, choice: Choice, *, done: int = 0, month_first: bool | None = None
) -> tuple[pd.DataFrame, Tally]:
    """Turn cells into the answers table, row by row.

    Parameters
    ----------
    cells : Cells
        A source, or a piece of it.
    choice : Choice
        Which column is what.
    done : int
        Rows of the source before this piece; rows without an id of their own are numbered on from it.
    month_first : bool, optional
        The order of day and month in the dates; without it these cells decide.

    Returns
    -------
    frame : pandas.DataFrame
        The ``ANSWERS`` table with the segments. Whether ids repeat is not looked at.
    tally : Tally

    Raises
    ------
    InputError
        If an id, a weight or a cell cannot be used.
    """
    chosen = choice.columns
    texts = cells.take(chosen["text"])
    _refuse_nested(cells, chosen["text"], texts)
    found, relabelled = _take_scores(cells, chosen.get("score"))
    scores = parse_scores(found)
    dates = parse_dates(
        cells.take(chosen["answered_on"]) if "answered_on" in chosen else [None] * len(cells),
        month_first=month_first,
    )
    data: dict[str, object] = {
        "answer_id": _read_ids(cells, chosen.get("answer_id"), done),
        "score": scores.column.array,
        "text": _text_array([as_text(cell) for cell in texts]),
        "answered_on": dates.column.array,
        "weight": _read_weights(cells, chosen.get("weight")),
    }
    data |= {ours: _read_segment(cells, chosen[ours]) for ours in choice.segments}
    frame = ANSWERS.frame(data)
    scored, filled = frame["score"].notna(), frame["text"].notna()
    tally = Tally(
        rows=len(frame),
        with_score=int(scored.sum()),
        with_text=int(filled.sum()),
        with_neither=int((~scored & ~filled).sum()),
        blank=cells.blank,
        problems=Counter(scores.problems if "score" in chosen else {}),
        labelled=scores.labelled,
        relabelled=relabelled,
        no_text=Counter(type(c).__name__ for c in texts if not isinstance(c, str) and not is_missing(c)),
        halves=sum(has_surrogates(cell) for cell in texts),
        dates=dates.orders,
        zoned=dates.zoned,
    )
    return frame, tally


def refuse_repeats(cells: Cells, column: str, ids: Iterable[tuple[str, int]]) -> None:
    """Refuse ids that stand on more than one row.

    Parameters
    ----------
    cells : Cells
        The source, or a piece of it.
    column : str
        Of the ids.
    ids : iterable of (str, int)
        Each id and the line or row that it stands on.

    Raises
    ------
    InputError
        If an id is repeated; it names the first lines or rows that do.
    """
    first_of: dict[str, int] = {}
    repeats = 0
    first, second = 0, 0
    for answer_id, line in ids:
        before = first_of.setdefault(answer_id, line)
        if before != line:
            repeats += 1
            if not second:
                first, second = before, line
    if repeats:
        raise InputError(
            f"{cells.source}: {repeats:,} rows repeat an id in column {column!r}, "
            f"as {cells.place} {second:,} repeats that of {cells.place} {first:,}. {_OTHER_ID}"
        )


def _take_scores(cells: Cells, column: str | None) -> tuple[list[Any], int]:
    """Return the score cells, and how many of them stand for another score than their code.

    Where an SPSS code 1 is labelled "0 - zeer onwaarschijnlijk" the label counts. Labels that only repeat
    the code, or hold no score, leave the codes as they are.
    """
    if column is None:
        return [None] * len(cells), 0
    found = cells.take(column)
    labels = cells.value_labels.get(column, {})
    meant = {code: parse_score(label).value for code, label in labels.items()}
    shifted = [
        code for code, value in meant.items() if value is not None and value != parse_score(code).value
    ]
    if not shifted:
        return found, 0
    filled = [cell for cell in found if not is_missing(cell)]
    bare = sum(cell not in labels for cell in filled)
    if bare:
        raise InputError(
            f"{cells.source}: the labels of {column!r} say that a code is not the score itself (code "
            f"{as_text(shifted[0])} means {meant[shifted[0]]}), but {bare:,} cells have no label. "
            "Label every code, or write the scores themselves."
        )
    return [cell if is_missing(cell) else labels[cell] for cell in found], len(filled)


def _read_ids(cells: Cells, column: str | None, done: int) -> object:
    if column is None:
        return _text_array([str(number) for number in range(done + 1, done + len(cells) + 1)])
    found = cells.take(column)
    _refuse_nested(cells, column, found)
    ids = [as_text(cell) for cell in found]
    if None in ids:
        first = cells.at(ids.index(None))
        raise InputError(
            f"{cells.source}: rows have no id in column {column!r}, the first on {first}. {_OTHER_ID}"
        )
    return _text_array(ids)


def _read_weights(cells: Cells, column: str | None) -> object:
    if column is None:
        return np.ones(len(cells))
    weights = np.array([_parse_weight(cell) for cell in cells.take(column)], dtype=float)
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights > 0)))
    if len(wrong):
        raise InputError(
            f"{cells.source}: weights in column {column!r} are empty, unreadable, zero "
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
            raise InputTypeError(
                f"{cells.source}: column {column!r} holds {type(cell).__name__} on {cells.at(row)}; "
                "texts, numbers and dates can be read."
            )


def _text_array(texts: Sequence[str | None]) -> object:
    return pd.array(list(texts), dtype="str")
