"""Raw cells of a source, before anything is known about its columns."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LONGEST_INTEGER = 3322  # bits: a thousand digits
_PLAIN = (str, float, Decimal, dt.date, dt.time, dt.timedelta, np.generic, pd.Period)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Cells:
    """The columns of a source as they were found, nothing converted.

    Parameters
    ----------
    source : str
        File name, or "frame".
    columns : mapping of str to sequence
        Column name to its cells, all of the same length; names are unique.
    lines : sequence of int
        Where each row begins in the source, counted from 1.
    place : str
        What ``lines`` counts: "line" or "row".
    labels : mapping of str to str
        Column name to the question it asks, where the source knows it.
    value_labels : mapping of str to mapping
        Column name to the labels of its values (SPSS).
    known : mapping of str to str
        Our name to the column that this kind of export always uses for it.
    notes : tuple of str
        What was mended or assumed, in words.
    blank : int
        Blank lines or rows between the others, left out.
    """

    source: str
    columns: Mapping[str, Sequence[Any] | nw.Series[Any]]
    lines: Sequence[int]
    place: str
    labels: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    blank: int = 0

    def __len__(self) -> int:
        return len(self.lines)

    def take(self, column: str) -> list[Any]:
        """Return the cells of one column as Python objects."""
        cells = self.columns[column]
        return cells.to_list() if isinstance(cells, nw.Series) else list(cells)

    def pick(self, columns: Iterable[str], start: int, stop: int) -> Cells:
        """Return a few columns of some of the rows."""
        picked = {name: self.columns[name][start:stop] for name in columns}
        cells = {name: c.to_list() if isinstance(c, nw.Series) else list(c) for name, c in picked.items()}
        return replace(self, columns=cells, lines=self.lines[start:stop])

    def at(self, row: int) -> str:
        """Say where row number ``row`` (from 0) stands in the source.

        Examples
        --------
        >>> Cells("a.csv", {"score": ["9", "8"]}, [2, 3], "line").at(1)
        'line 3'
        """
        return f"{self.place} {self.lines[row]:,}"


def is_missing(cell: Any) -> bool:
    r"""Tell whether a cell holds nothing; "NA", "null" and "geen" are something.

    Examples
    --------
    >>> [is_missing(cell) for cell in ("", " \xa0", None, float("nan"), "NA", 0)]
    [True, True, True, True, False, False]
    """
    if isinstance(cell, str):
        return not cell or cell.isspace()
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return True
    if isinstance(cell, (float, np.floating)):
        return bool(np.isnan(cell))
    if isinstance(cell, Decimal):
        return cell.is_nan()
    return isinstance(cell, (np.datetime64, np.timedelta64)) and bool(np.isnat(cell))


def is_plain(cell: Any) -> bool:
    """Tell whether a cell is a single value that can be written as text.

    Integers of over a thousand digits and dates after the year 9999 cannot.

    Examples
    --------
    >>> is_plain("a"), is_plain(7), is_plain(["a"]), is_plain(10**2000)
    (True, True, False, False)
    """
    if isinstance(cell, int):
        return cell.bit_length() <= _LONGEST_INTEGER
    if isinstance(cell, (pd.Timestamp, np.datetime64)):
        return in_calendar(cell)
    return isinstance(cell, _PLAIN)


def in_calendar(moment: pd.Timestamp | np.datetime64) -> bool:
    """Tell whether a moment lies in the years 1 to 9999, the only ones Python's dates know."""
    return dt.MINYEAR <= pd.Timestamp(moment).year <= dt.MAXYEAR


def as_text(cell: Any) -> str | None:
    """Write a cell as text, the way its owner sees it; None where it holds nothing.

    Whole floats lose their ".0" and midnight its time, because spreadsheets and SPSS have no other
    way to hold an integer or a date.

    Examples
    --------
    >>> as_text("007"), as_text(12.0), as_text(dt.datetime(2025, 3, 1)), as_text(" ")
    ('007', '12', '2025-03-01', None)
    """
    if is_missing(cell):
        return None
    if isinstance(cell, str):
        return mend_surrogates(cell)
    if isinstance(cell, np.datetime64):
        cell = pd.Timestamp(cell)
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)


def mend_surrogates(text: str) -> str:
    r"""Join surrogate pairs and replace lone halves by U+FFFD, which every string type can hold.

    Examples
    --------
    >>> mend_surrogates("goed \ud83d")
    'goed �'
    """
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def has_surrogates(cell: Any) -> bool:
    """Tell whether a cell is text with half a character in it."""
    return isinstance(cell, str) and not cell.isascii() and bool(_SURROGATE.search(cell))
