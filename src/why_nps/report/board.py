"""What a table of the page is made of."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

SHOWN_AT_FIRST = 8  # lines; where a table has clearly more, a button shows the rest


@dataclass(frozen=True, slots=True)
class Quote:
    """A masked answer, cut around the words that name the theme.

    Parameters
    ----------
    before, mention, after : str
        The answer in three parts.
    parts : tuple of (str, bool)
        The mention in parts, and whether each is a word that carried it.
    score : str
        The score given, in words.
    place : str
        Under which filters it may be shown, as `filters.code_place` gives it; "" where it is not filed.
    also : bool
        Only shown under a filter.
    about : str
        What it is quoted for, where it stands among answers about other things; else "".
    """

    before: str
    mention: str
    after: str
    parts: tuple[tuple[str, bool], ...]
    score: str
    place: str = ""
    also: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval drawn in a cell; all in percent of the width of the cell.

    Parameters
    ----------
    left, width : float
        Where the interval begins and how wide it is.
    dot : float
        Where the estimate stands.
    zero : float
        Where zero stands.
    sure : bool
        Whether the estimate can be told from zero; an open dot where not.
    """

    left: float
    width: float
    dot: float
    zero: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table.

    Parameters
    ----------
    label : str
        What it is about.
    cells : tuple of str
        Its values.
    interval : str
        The interval in words, and what should be known about it.
    bar : Bar or None
        The same, drawn.
    quotes : tuple of Quote
        The answers behind it.
    about : str
        The theme that they are quoted for, by which they can be found; "" where they are of several.
    key : str
        Names the row in links and filters; "" where it has no name.
    ends : tuple of str
        Below each cell its own interval, or "".
    told : str
        Below the label: what it rests on.
    """

    label: str
    cells: tuple[str, ...]
    interval: str = ""
    bar: Bar | None = None
    quotes: tuple[Quote, ...] = ()
    about: str = ""
    key: str = ""
    ends: tuple[str, ...] = ()
    told: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """A table of the page.

    Parameters
    ----------
    caption : str
        What it holds.
    heads : tuple of str
        Column titles: of the label, of the cells, and of the interval where ``intervals``.
    lines : tuple of Line
        The rows.
    tone : str
        "delight", "pain" or "plain": the colour of its intervals.
    words : int
        How many of the cells, from the first, are words and not numbers.
    intervals : bool
        Whether the rows end in an interval.
    hidden : int
        Rows that are only in the table files.
    """

    caption: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    tone: str = "plain"
    words: int = 0
    intervals: bool = False
    hidden: int = 0

    @property
    def first(self) -> int:
        """How many lines are shown at first."""
        count = len(self.lines)
        return count if count <= SHOWN_AT_FIRST + 2 else SHOWN_AT_FIRST


def place_bar(low: float, value: float, high: float, ends: object, *, sure: bool) -> Bar | None:
    """Place an interval on the scale that holds zero and all `ends`; None where a number is missing.

    Examples
    --------
    >>> place_bar(10, 20, 30, [-20, 30], sure=True)
    Bar(left=60.0, width=40.0, dot=80.0, zero=40.0, sure=True)
    """
    if not all(math.isfinite(end) for end in (low, value, high)):
        return None
    known = pd.Series(ends, dtype="float64").dropna()
    least, most = min(0.0, float(known.min())), max(0.0, float(known.max()))
    span = (most - least) or 1.0
    left, dot, right, zero = (round(100 * (float(at) - least) / span, 2) for at in (low, value, high, 0.0))
    return Bar(left, round(right - left, 2), dot, zero, sure)


def name_line(*, kind: str, theme: str) -> str:
    """Return the key of the row of a theme and kind.

    Examples
    --------
    >>> name_line(kind="pain", theme="delivery")
    'pain-delivery'
    """
    return f"{kind}-{theme}"
