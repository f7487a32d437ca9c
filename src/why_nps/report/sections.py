"""The tables of the page, worded and ready to be set."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from why_nps.report.findings import label_kind, word_when
from why_nps.report.selection import (
    DISAGREE,
    SIGNIFICANT,
    pick_alike,
    pick_groups,
    pick_periods,
    pick_rates,
    pick_standouts,
    pick_verbatims,
    rank_drivers,
)
from why_nps.report.tables import CODING_ITEMS
from why_nps.report.wording import capitalise

if TYPE_CHECKING:
    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_MOST_LINES = 60
TWO_SIGNALS = "look"
_ABOUT_READING = ("pii", "other_language")  # counted where the report tells how it read


@dataclass(frozen=True, slots=True)
class Quote:
    """A masked answer, cut around the words that name the theme.

    Parameters
    ----------
    before, mention, after : str
        The answer in three parts.
    score : str
        The score given, in words.
    """

    before: str
    mention: str
    after: str
    score: str


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
    """A row of a table: its label, its cells, its interval and the answers behind it."""

    label: str
    cells: tuple[str, ...]
    interval: str = ""
    bar: Bar | None = None
    quotes: tuple[Quote, ...] = ()


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


def board_drivers(explanation: Explanation, wording: Wording, kind: str) -> Board:
    """Set the themes of one kind, strongest association first, with the answers behind each."""
    table = rank_drivers(explanation.drivers(), kind)
    columns = ["mention_rate", "mention_rate_promoters", "mention_rate_detractors"]
    chance = "promoter_ame" if kind == "delight" else "detractor_ame"
    ends = table[["adjusted_effect_low", "adjusted_effect_high"]].to_numpy(dtype=float)
    lines = []
    for _, row in table.head(_MOST_LINES).iterrows():
        known = math.isfinite(row["adjusted_effect"])
        low, high = row["adjusted_effect_low"], row["adjusted_effect_high"]
        sure = bool(row["p_adjusted"] < SIGNIFICANT)
        reason = wording.interval(low, high) if known else wording.note(row["note"])
        cells = [wording.share(row[column]) for column in columns]
        cells += [wording.points(100 * row[chance]), wording.points(row["contribution"], 1)]
        cells.append(wording.points(row["adjusted_effect"]))
        doubt = "" if sure or not known else f" · {wording.say('drivers.not_distinct')}"
        doubt += f" · {wording.note(row['note'])}" if known and row["note"] == DISAGREE else ""
        bar = _bar(low, row["adjusted_effect"], high, ends.ravel(), sure=sure)
        label = explanation.codebook.label(row["theme"], wording.language)
        quotes = list_quotes(explanation, wording, row["theme"], kind)
        lines.append(Line(label, tuple(cells), reason + doubt, bar, quotes))
    heads = ["theme", *columns, chance, "contribution", "adjusted_effect"]
    section = "promoters" if kind == "delight" else "detractors"
    return Board(
        wording.say(f"drivers.{section}_caption"),
        (*(capitalise(wording.say(f"columns.{head}")) for head in heads), wording.say("page.interval")),
        tuple(lines),
        tone=kind,
        intervals=True,
        hidden=max(0, len(table) - _MOST_LINES),
    )


def board_tips(explanation: Explanation, wording: Wording) -> Board:
    """Set what customers ask for, the most frequent first."""
    return _board_rates(
        pick_rates(explanation.estimates, "mention_rate", "tip"), "tips", explanation, wording
    )


def board_flags(explanation: Explanation, wording: Wording) -> Board:
    """Set what answers say about the customer as a whole, such as leaving; the most frequent first."""
    rates = pick_rates(explanation.estimates, "flag_rate", "flag")
    return _board_rates(rates[~rates["theme"].isin(_ABOUT_READING)], "flags", explanation, wording)


def _board_rates(rates: pd.DataFrame, section: str, explanation: Explanation, wording: Wording) -> Board:
    lines = []
    for _, row in rates.head(_MOST_LINES).iterrows():
        label = explanation.codebook.label(row["theme"], wording.language)
        cells = (wording.share(row["estimate"]), wording.share_interval(row["low"], row["high"]))
        lines.append(
            Line(
                capitalise(label), cells, quotes=list_quotes(explanation, wording, row["theme"], row["kind"])
            )
        )
    heads = (_head("theme" if section == "tips" else "flag", wording), _head("mention_rate", wording))
    hidden = max(0, len(rates) - _MOST_LINES)
    caption = wording.say(f"{section}.caption")
    return Board(caption, (*heads, wording.say("page.interval")), tuple(lines), hidden=hidden)


def board_periods(explanation: Explanation, wording: Wording) -> Board:
    """Set the NPS of each period."""
    rows = pick_periods(explanation.estimates)
    labels = [wording.period(period) for period in rows["period"]]
    return _board_nps(rows, labels, _head("period", wording), wording.say("time.caption"), wording)


def board_groups(explanation: Explanation, wording: Wording, by: str) -> Board:
    """Set the NPS of each group of a segment, highest first."""
    rows = pick_groups(explanation.estimates, by)
    segment = wording.name("segments", by)
    caption = wording.say("where.caption", segment=segment)
    alike = pick_alike(explanation.estimates, by)
    labels = [str(group) for group in rows["group"]]
    return _board_nps(rows, labels, capitalise(segment), caption, wording, alike=alike)


def board_standouts(explanation: Explanation, wording: Wording) -> Board:
    """Set where a theme is named demonstrably more or less often than elsewhere."""
    table = pick_standouts(explanation.estimates)
    table = table[~is_begged(table)]
    lines = []
    for _, row in table.head(_MOST_LINES).iterrows():
        label = explanation.codebook.label(row["theme"], wording.language)
        told = f"{label} ({label_kind(row['kind'], explanation, wording)})"
        numbers = (wording.share(row["rate"]), wording.share(row["elsewhere"]))
        difference = wording.points(100 * row["difference"])
        quotes = list_quotes(
            explanation, wording, row["theme"], row["kind"], by=row["by"], group=row["group"]
        )
        place = capitalise(wording.place(row["by"], row["group"]))
        lines.append(
            Line(
                place,
                (told, word_when(row, wording) or wording.say("periods.whole"), *numbers, difference),
                quotes=quotes,
            )
        )
    heads = ("group", "theme", "when", "rate", "elsewhere", "difference")
    return Board(
        wording.say("where.standouts_caption"),
        tuple(_head(head, wording) for head in heads),
        tuple(lines),
        words=2,
        hidden=max(0, len(table) - _MOST_LINES),
    )


def board_reading(explanation: Explanation, wording: Wording) -> Board:
    """Set what happened to the answers on their way to themes."""
    coding = explanation.coding
    lines = []
    for item in CODING_ITEMS:
        count = getattr(coding, item)
        share = wording.share(count / coding.answers if coding.answers else math.nan)
        lines.append(Line(wording.say(f"reading.{item}"), (wording.number(count), share)))
    heads = (_head("item", wording), _head("count", wording), _head("share", wording))
    return Board(wording.say("reading.caption"), heads, tuple(lines))


def list_begged(explanation: Explanation, wording: Wording) -> list[tuple[str, tuple[Quote, ...]]]:
    """Word where high scores are more frequent and customers say more often that they were asked for."""
    table = pick_standouts(explanation.estimates)
    known = explanation.estimates
    seen = known[(known["statistic"] == "high_scores") & (known["note"] == TWO_SIGNALS)]
    named = set(zip(seen["by"], seen["group"], strict=True))
    told = []
    for _, row in table[is_begged(table) & (table["difference"] > 0)].iterrows():
        if (row["by"], row["group"]) not in named:
            continue
        template = "where.begged_line" if math.isfinite(row["rate"]) else "where.begged_line_only"
        line = wording.say(
            template,
            place=capitalise(wording.place(row["by"], row["group"])),
            rate=wording.share(row["rate"]),
            elsewhere=wording.share(row["elsewhere"]),
            difference=wording.points(100 * row["difference"]),
        )
        quotes = list_quotes(
            explanation, wording, row["theme"], row["kind"], by=row["by"], group=row["group"]
        )
        told.append((line, quotes))
    return told


def is_begged(standouts: pd.DataFrame) -> pd.Series:
    """Tell which standouts are about scores that were asked for."""
    return (standouts["kind"] == "flag") & (standouts["theme"] == "begged")


def list_quotes(
    explanation: Explanation, wording: Wording, theme: str, kind: str, *, by: str = "", group: str = ""
) -> tuple[Quote, ...]:
    """Return the masked answers behind a theme and kind, cut around the mention."""
    rows = pick_verbatims(explanation.verbatims, theme, kind, by=by, group=group)
    return tuple(_quote(row, wording) for _, row in rows.iterrows())


def _quote(row: pd.Series, wording: Wording) -> Quote:
    text = str(row["text"])
    start = min(max(int(row["start"]), 0), len(text))
    end = min(max(int(row["end"]), start), len(text))
    known = not pd.isna(row["score"])
    score = (
        wording.say("page.score_given", score=int(row["score"])) if known else wording.say("page.no_score")
    )
    return Quote(text[:start], text[start:end], text[end:], score)


def _board_nps(
    rows: pd.DataFrame,
    labels: list[str],
    head: str,
    caption: str,
    wording: Wording,
    *,
    alike: frozenset[str] = frozenset(),
) -> Board:
    ends = rows[["low", "high"]].to_numpy(dtype=float).ravel()
    lines = []
    for label, (_, row) in zip(labels[:_MOST_LINES], rows.head(_MOST_LINES).iterrows(), strict=True):
        known = math.isfinite(row["estimate"])
        cells = (wording.number(row["n"] if known else math.nan), wording.points(row["estimate"]))
        told = wording.interval(row["low"], row["high"]) if known else wording.note(row["note"])
        sure = str(row["group"]) not in alike
        told += "" if sure else f" · {wording.say('where.not_distinct')}"
        bar = _bar(row["low"], row["estimate"], row["high"], ends, sure=sure)
        lines.append(Line(label, cells, told, bar))
    heads = (head, _head("n", wording), _head("nps", wording), wording.say("page.interval"))
    hidden = max(0, len(rows) - _MOST_LINES)
    return Board(caption, heads, tuple(lines), intervals=True, hidden=hidden)


def _bar(low: float, value: float, high: float, ends: object, *, sure: bool) -> Bar | None:
    if not all(math.isfinite(end) for end in (low, value, high)):
        return None
    known = pd.Series(ends, dtype="float64").dropna()
    least, most = min(0.0, known.min()), max(0.0, known.max())
    span = (most - least) or 1.0
    left, dot, right, zero = (round(100 * (at - least) / span, 2) for at in (low, value, high, 0.0))
    return Bar(left, round(right - left, 2), dot, zero, sure)


def _head(column: str, wording: Wording) -> str:
    return capitalise(wording.say(f"columns.{column}"))
