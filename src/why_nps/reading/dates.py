"""Date cells to moments: day first, as the Dutch write them."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from why_nps.reading.cells import in_calendar, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable

_MONTHS = {
    month: number
    for number, months in enumerate(
        (
            ("jan", "januari", "january"),
            ("feb", "februari", "february"),
            ("mrt", "maart", "mar", "march"),
            ("apr", "april"),
            ("mei", "may"),
            ("jun", "juni", "june"),
            ("jul", "juli", "july"),
            ("aug", "augustus", "august"),
            ("sep", "sept", "september"),
            ("okt", "oktober", "oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for month in months
}
_TIME = (
    r"(?:(?:T|,?\s{1,4})(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?(?:\s?(?P<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_NUMERIC = re.compile(
    rf"(?P<a>[0-9]{{1,2}})([-/.])(?P<b>[0-9]{{1,2}})\2(?P<year>[0-9]{{4}}|[0-9]{{2}}){_TIME}"
)
_ISO = re.compile(rf"(?P<year>[0-9]{{4}})([-/.])(?P<b>[0-9]{{1,2}})\2(?P<a>[0-9]{{1,2}}){_TIME}")
_NAMED = re.compile(
    rf"(?P<a>[0-9]{{1,2}})[-/. ](?P<month>[A-Za-z]{{3,9}})\.?[-/. ](?P<year>[0-9]{{4}}|[0-9]{{2}}){_TIME}"
)

_EXCEL_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - wall clock, as everything here
_EXCEL_DAYS = (20_000, 80_000)  # 1954 to 2119: a number outside is no date of a survey


@dataclass(frozen=True, slots=True)
class DateOrders:
    """Which orders of day and month the cells of a column fit; pieces of a column add up.

    Parameters
    ----------
    only_day_first, only_month_first, neither : int
        Cells that fit one order only, and that hold something which is no date.
    """

    only_day_first: int = 0
    only_month_first: int = 0
    neither: int = 0

    def __add__(self, other: DateOrders) -> DateOrders:
        return DateOrders(
            self.only_day_first + other.only_day_first,
            self.only_month_first + other.only_month_first,
            self.neither + other.neither,
        )

    @property
    def month_first(self) -> bool:
        """Whether some cells only fit month first, and none only fits day first."""
        return bool(self.only_month_first) and not self.only_day_first

    @property
    def unreadable(self) -> int:
        """Cells that hold something which is no date in the order that the column has."""
        return self.neither + (0 if self.month_first else self.only_month_first)


@dataclass(frozen=True, slots=True)
class Dates:
    """A parsed column of dates.

    Parameters
    ----------
    column : pandas.Series
        datetime64[us] on the wall clock, missing where a cell is empty or unreadable.
    orders : DateOrders
        Which orders the cells fit, and from that the order of the column.
    zoned : int
        Cells with a time zone, which was left out.
    """

    column: pd.Series
    orders: DateOrders
    zoned: int


@dataclass(frozen=True, slots=True)
class _DateCell:
    day_first: dt.datetime | None = None
    month_first: dt.datetime | None = None
    empty: bool = False
    zoned: bool = False


def parse_dates(cells: Iterable[Any], *, month_first: bool | None = None) -> Dates:
    """Read a column of date cells; each distinct cell is read once.

    Parameters
    ----------
    cells : iterable
        Text ("31-12-2025", "31/12/2025 14:05", ISO, "9 okt 2025"), dates, or the day numbers of a
        spreadsheet.
    month_first : bool, optional
        The order of day and month where that is known from more than these cells.

    Returns
    -------
    Dates

    Examples
    --------
    >>> parse_dates(["01-02-2025", "31-12-2025 14:05"]).column.astype(str).tolist()
    ['2025-02-01 00:00:00', '2025-12-31 14:05:00']
    """
    seen: dict[tuple[type, Any], _DateCell] = {}
    parsed = []
    for cell in cells:
        key = (type(cell), cell if isinstance(cell, (str, int, float)) else repr(cell))
        if key not in seen:
            seen[key] = _parse_date(cell)
        parsed.append(seen[key])
    fits = Counter((cell.day_first is not None, cell.month_first is not None) for cell in parsed)
    empty = sum(cell.empty for cell in parsed)
    orders = DateOrders(fits[True, False], fits[False, True], fits[False, False] - empty)
    if month_first is None:
        month_first = orders.month_first
    moments = [cell.month_first if month_first else cell.day_first for cell in parsed]
    return Dates(
        column=pd.Series(np.array(moments, dtype="datetime64[us]")),
        orders=orders,
        zoned=sum(cell.zoned for cell in parsed),
    )


def _parse_date(cell: Any) -> _DateCell:
    if is_missing(cell):
        return _DateCell(empty=True)
    if isinstance(cell, str):
        return _parse_text(cell.strip())
    if isinstance(cell, (np.datetime64, pd.Timestamp)):
        cell = pd.Timestamp(cell) if in_calendar(cell) else None
    if isinstance(cell, dt.datetime):
        zoned = cell.tzinfo is not None
        plain = cell.to_pydatetime(warn=False) if isinstance(cell, pd.Timestamp) else cell
        return _settled(plain.replace(tzinfo=None), zoned=zoned)
    if isinstance(cell, dt.date):
        return _settled(dt.datetime(cell.year, cell.month, cell.day))  # noqa: DTZ001
    number = isinstance(cell, (int, float, np.integer, np.floating))
    if number and _EXCEL_DAYS[0] <= cell <= _EXCEL_DAYS[1]:
        return _settled(_EXCEL_EPOCH + dt.timedelta(seconds=round(float(cell) * 86_400)))
    return _DateCell()


def _parse_text(text: str) -> _DateCell:
    match = _ISO.fullmatch(text) or _NAMED.fullmatch(text)
    if match:
        parts = match.groupdict()
        month = int(parts["b"]) if "b" in parts else _MONTHS.get(parts["month"].lower(), 0)
        return _settled(_moment(match, day=int(parts["a"]), month=month), zoned=bool(parts["zone"]))
    match = _NUMERIC.fullmatch(text)
    if not match:
        return _DateCell()
    a, b = int(match["a"]), int(match["b"])
    return _DateCell(
        day_first=_moment(match, day=a, month=b),
        month_first=_moment(match, day=b, month=a),
        zoned=bool(match["zone"]),
    )


def _settled(moment: dt.datetime | None, *, zoned: bool = False) -> _DateCell:
    return _DateCell(moment, moment, zoned=zoned)


def _moment(match: re.Match[str], *, day: int, month: int) -> dt.datetime | None:
    year = int(match["year"])
    hour = int(match["hour"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - the clock's face
            return None
        hour = hour % 12 + (12 if match["half"] in "Pp" else 0)
    try:
        return dt.datetime(  # noqa: DTZ001
            year + 2000 if len(match["year"]) == 2 else year,  # noqa: PLR2004 - written '25
            month,
            day,
            hour,
            int(match["minute"] or 0),
            int(match["second"] or 0),
        )
    except ValueError:
        return None
