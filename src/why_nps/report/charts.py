"""The numbers of the charts on slides: categories and series as a spreadsheet has them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from why_nps.report.canvas import DELIGHT, PAIN, PASSIVE, drawable
from why_nps.report.selection import pick_periods, rank_drivers
from why_nps.report.titles import read_shares
from why_nps.report.wording import capitalise

if TYPE_CHECKING:
    import pandas as pd

    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_MOST_DRIVERS = 8
_GROUPS = (("detractors", PAIN), ("passives", PASSIVE), ("promoters", DELIGHT))


@dataclass(frozen=True, slots=True)
class Series:
    """One row of numbers of a chart.

    Parameters
    ----------
    name : str
    values : tuple of float or None
        One a category; None where it is not known.
    colour : str
        Hexadecimal, with a #.
    """

    name: str
    values: tuple[float | None, ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that can be edited.

    Parameters
    ----------
    form : "bars", "stack" or "line"
        Horizontal bars, one stacked bar of 100 %, or a line over time.
    unit : "points", "share" or "count"
        How numbers are written.
    categories : tuple of str
    series : tuple of Series
        Of a line, the second and third are the ends of the interval.
    """

    form: Literal["bars", "stack", "line"]
    unit: Literal["points", "share", "count"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]


def chart_shares(explanation: Explanation, wording: Wording) -> Chart | None:
    """Return promoters, passives and detractors as one bar; None where they are not known."""
    shares = read_shares(explanation)
    if len(shares) < len(_GROUPS):
        return None
    series = [
        Series(capitalise(wording.say(f"groups.{group}")), (shares[group],), colour)
        for group, colour in _GROUPS
    ]
    return Chart("stack", "share", (wording.say("score.label"),), tuple(series))


def chart_drivers(explanation: Explanation, wording: Wording, kind: str) -> Chart | None:
    """Return the effects of the themes of one kind, largest contribution first, each with its interval."""
    table = rank_drivers(explanation.drivers(), kind)
    table = table[table["adjusted_effect"].notna()].head(_MOST_DRIVERS)
    if table.empty:
        return None
    names = [
        f"{explanation.codebook.label(row['theme'], wording.language)} "
        f"({wording.interval(row['adjusted_effect_low'], row['adjusted_effect_high'])})"
        for _, row in table.iterrows()
    ]
    colour = DELIGHT if kind == "delight" else PAIN
    effects = Series(wording.say("slides.effect"), _numbers(table["adjusted_effect"]), colour)
    return Chart("bars", "points", _categories(names), (effects,))


def chart_periods(explanation: Explanation, wording: Wording) -> Chart | None:
    """Return the NPS per period with the ends of its interval; None where there are no two periods."""
    table = pick_periods(explanation.estimates)
    if table["estimate"].notna().sum() < 2:  # noqa: PLR2004 - a change takes two
        return None
    names = [
        f"{wording.period(row['period'])} (n = {wording.number(row['n'])})"
        if math.isfinite(row["estimate"])
        else f"{wording.period(row['period'])} ({wording.say('figures.hidden')})"
        for _, row in table.iterrows()
    ]
    series = (
        Series("NPS", _numbers(table["estimate"]), DELIGHT),
        Series(wording.say("slides.low"), _numbers(table["low"]), PASSIVE),
        Series(wording.say("slides.high"), _numbers(table["high"]), PASSIVE),
    )
    return Chart("line", "points", _categories(names), series)


def chart_standout(row: pd.Series, wording: Wording) -> Chart | None:
    """Return how often a theme is named here and elsewhere; None where only the difference is known."""
    if not math.isfinite(row["rate"]) or not math.isfinite(row["elsewhere"]):
        return None
    names = [str(row["group"]), wording.say("slides.elsewhere")]
    colour = DELIGHT if row["kind"] == "delight" else PAIN
    rates = Series(wording.say("slides.share"), (float(row["rate"]), float(row["elsewhere"])), colour)
    return Chart("bars", "share", _categories(names), (rates,))


def chart_reading(explanation: Explanation, wording: Wording) -> Chart:
    """Return how many answers hold something to read."""
    items = ("with_content", "no_content", "empty")
    counts = tuple(float(getattr(explanation.coding, item)) for item in items)
    names = [wording.say(f"reading.{item}") for item in items]
    return Chart("bars", "count", _categories(names), (Series(wording.say("page.n"), counts, PASSIVE),))


def _categories(names: list[str]) -> tuple[str, ...]:
    return tuple(drawable(name) for name in names)


def _numbers(column: pd.Series) -> tuple[float | None, ...]:
    return tuple(float(value) if math.isfinite(value) else None for value in column.astype(float))
