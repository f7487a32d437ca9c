"""A score cell to 0..10, or the reason why not: by rule, never by Python's own parsers."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from why_nps.core.scores import HIGHEST_SCORE
from why_nps.reading.cells import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EMPTY = "empty"
FRACTION = "not a whole score"
OUTSIDE = "out of range"
UNREADABLE = "unreadable"
DATE = "a date"

_INVISIBLE = "\u200b\u2060\ufeff"  # zero width, pasted along from web pages
_MONTH = (
    "jan(?:uari|uary)?|feb(?:ruari|ruary)?|mrt|maart|mar(?:ch)?|apr(?:il)?|mei|may|june?|juni|jul[iy]?|"
    "aug(?:ustus|ust)?|sept?(?:ember)?|okt(?:ober)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_NUMBER = re.compile(r"(-?[0-9]{1,64})(?:[.,]([0-9]{1,64}))?")
_DATES = re.compile(
    rf"[0-9]{{1,2}}[-/. ](?:{_MONTH})\.?(?:[-/. ][0-9]{{2,4}})?"
    rf"|(?:{_MONTH})\.?[-/. ][0-9]{{1,4}}"
    r"|[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2,4}(?:[T ].{1,16})?"
    r"|[0-9]{4}([-/.])[0-9]{1,2}\2[0-9]{1,2}(?:[T ].{1,24})?",
    re.IGNORECASE,
)
_OUT_OF_TEN = re.compile(r"([0-9]{1,2})\s{0,4}(?:/|van de|van|uit|out of)\s{0,4}10", re.IGNORECASE)
_LABELLED = re.compile(  # but "8 of negen" and "8 en een half" are no 8
    r"(-?[0-9]{1,2})(?:\s{0,4}[-–—:=.,(]|\s)\s{0,4}(?!(?:of|or|tot|en|and|à|komma|half|halve)(?!\w))[^\W\d_]\D{0,200}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """What a score cell says.

    Parameters
    ----------
    value : int or None
        0..10, or None where the cell holds no usable score.
    reason : str
        Why there is no value; "" where there is one.
    labelled : bool
        Whether the value was taken from in front of a label, as in "10 - zeer waarschijnlijk".
    """

    value: int | None
    reason: str = ""
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class Scores:
    """A parsed column of scores.

    Parameters
    ----------
    column : pandas.Series
        Int64, 0..10 or missing, in the order of the cells.
    problems : mapping of str to int
        Reason a cell holds no usable score, to how many cells.
    labelled : int
        Cells whose score stood in front of a label.
    """

    column: pd.Series
    problems: Mapping[str, int]
    labelled: int


def parse_score(cell: Any) -> ScoreCell:  # noqa: PLR0911 - one return a kind of cell
    r"""Read one score cell.

    Parameters
    ----------
    cell : object
        Whatever stood in the file or frame.

    Returns
    -------
    ScoreCell
        The score, or the reason there is none: "empty", "not a whole score", "out of range",
        "unreadable" or "a date" (a spreadsheet turned 8-9 into 8 September).

    Examples
    --------
    >>> parse_score("8,0").value, parse_score("10 - zeer waarschijnlijk").value
    (8, 10)
    >>> parse_score("8,5").reason, parse_score("9-okt").reason, parse_score("1e1").reason
    ('not a whole score', 'a date', 'unreadable')
    """
    if is_missing(cell):
        return ScoreCell(None, EMPTY)
    if isinstance(cell, str):
        return _parse_text(cell.strip().strip(_INVISIBLE).strip())
    if isinstance(cell, (bool, np.bool_)):
        return ScoreCell(None, UNREADABLE)
    if isinstance(cell, (int, np.integer)):
        return _in_range(int(cell))
    if isinstance(cell, (float, np.floating, Decimal)):
        return _parse_float(float(cell))
    if isinstance(cell, (dt.date, dt.time, dt.timedelta, np.datetime64, np.timedelta64, pd.Period)):
        return ScoreCell(None, DATE)
    return ScoreCell(None, UNREADABLE)


def parse_scores(cells: Iterable[Any]) -> Scores:
    """Read a column of score cells; each distinct cell is read once.

    Parameters
    ----------
    cells : iterable
        A list, a Series or anything else that yields cells.

    Returns
    -------
    Scores

    Examples
    --------
    >>> scores = parse_scores(["9", "tien", "9", None])
    >>> scores.column.tolist(), dict(scores.problems)
    ([9, <NA>, 9, <NA>], {'unreadable': 1, 'empty': 1})
    """
    seen: dict[tuple[type, Any], ScoreCell] = {}
    parsed = []
    for cell in cells:
        # The type is part of the key: True, 1 and 1.0 are equal, and only the last two are scores.
        key = (type(cell), cell if isinstance(cell, (str, int, float)) else repr(cell))
        if key not in seen:
            seen[key] = parse_score(cell)
        parsed.append(seen[key])
    problems = Counter(cell.reason for cell in parsed if cell.value is None)
    return Scores(
        column=pd.Series([cell.value for cell in parsed], dtype="Int64"),
        problems=dict(problems.most_common()),
        labelled=sum(cell.labelled for cell in parsed),
    )


def _parse_text(text: str) -> ScoreCell:
    number = _NUMBER.fullmatch(text)
    if number:
        whole, fraction = number.groups()
        if fraction and fraction.strip("0"):
            return ScoreCell(None, FRACTION)
        return _in_range(int(whole))
    if _DATES.fullmatch(text):
        return ScoreCell(None, DATE)
    labelled = _OUT_OF_TEN.fullmatch(text) or _LABELLED.fullmatch(text)
    if labelled:
        return _in_range(int(labelled[1]), labelled=True)
    return ScoreCell(None, UNREADABLE)


def _parse_float(number: float) -> ScoreCell:
    if not np.isfinite(number):
        return ScoreCell(None, UNREADABLE)
    return _in_range(int(number)) if number.is_integer() else ScoreCell(None, FRACTION)


def _in_range(value: int, *, labelled: bool = False) -> ScoreCell:
    if 0 <= value <= HIGHEST_SCORE:
        return ScoreCell(value, labelled=labelled)
    return ScoreCell(None, OUTSIDE)
