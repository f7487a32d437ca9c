"""The tables of the page, worded and ready to be set."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from why_nps.report.board import Board, Line, name_line, place_bar
from why_nps.report.findings import label_kind, tell_difference, word_measured, word_when
from why_nps.report.quotes import Quotes
from why_nps.report.selection import (
    DISAGREE,
    SIGNIFICANT,
    pick_alike,
    pick_ends,
    pick_groups,
    pick_periods,
    pick_rates,
    pick_standouts,
    rank_drivers,
)
from why_nps.report.tables import CODING_ITEMS
from why_nps.report.wording import capitalise

if TYPE_CHECKING:
    import pandas as pd

    from why_nps.report.board import Bar, Quote
    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_MOST_LINES = 60
TWO_SIGNALS = "look"
_ABOUT_READING = ("pii", "other_language")  # counted where the report tells how it read


def board_drivers(explanation: Explanation, wording: Wording, kind: str) -> Board:
    """Set the themes of one kind, largest contribution first, with the answers behind each."""
    table = rank_drivers(explanation.drivers(), kind)
    chance = "promoter_ame" if kind == "delight" else "detractor_ame"
    columns = ["mention_rate", "mention_rate_promoters", "mention_rate_detractors", chance, "contribution"]
    intervals = {column: pick_ends(explanation.estimates, column) for column in columns}
    effects = table[["adjusted_effect_low", "adjusted_effect_high"]].to_numpy(dtype=float).ravel()
    quotes = Quotes(explanation, wording)
    lines = []
    for _, row in table.head(_MOST_LINES).iterrows():
        pair = (row["theme"], kind)
        ends = [intervals[column].get(pair, (math.nan, math.nan, math.nan)) for column in columns]
        lines.append(
            Line(
                explanation.codebook.label(row["theme"], wording.language),
                (*_tell_cells(row, columns, wording), wording.points(row["adjusted_effect"])),
                _tell_effect(row, wording),
                _draw_effect(row, effects),
                quotes.with_filtered(*pair),
                quotes.about(*pair),
                name_line(kind=kind, theme=row["theme"]),
                (*_tell_ends(columns, ends, wording), ""),
                _tell_mentions(ends[0][2], wording),
            )
        )
    section = "promoters" if kind == "delight" else "detractors"
    heads = [_head(column, wording) for column in ("theme", *columns, "adjusted_effect")]
    caption = wording.say(f"drivers.{section}_caption")
    hidden = max(0, len(table) - _MOST_LINES)
    return Board(
        caption,
        (*heads, wording.say("page.interval")),
        tuple(lines),
        tone=kind,
        intervals=True,
        hidden=hidden,
    )


def _tell_cells(row: pd.Series, columns: list[str], wording: Wording) -> list[str]:
    rates, chance, contribution = columns[:3], columns[3], columns[4]
    cells = [wording.share(row[column]) for column in rates]
    return [*cells, wording.points(100 * row[chance]), wording.points(row[contribution], 1)]


def _tell_ends(columns: list[str], ends: list[tuple[float, float, float]], wording: Wording) -> list[str]:
    told = []
    for column, (low, high, _) in zip(columns, ends, strict=True):
        if not (math.isfinite(low) and math.isfinite(high)):
            told.append("")
        elif column.startswith("mention_rate"):
            told.append(wording.share_interval(low, high))
        else:
            scale, decimals = (1, 1) if column == "contribution" else (100, 0)
            told.append(wording.interval(scale * low, scale * high, decimals))
    return told


def _tell_mentions(mentions: float, wording: Wording) -> str:
    if not math.isfinite(mentions):
        return ""
    return wording.say("page.mention" if mentions == 1 else "page.mentions", n=wording.number(mentions))


def _tell_effect(row: pd.Series, wording: Wording) -> str:
    if not math.isfinite(row["adjusted_effect"]):
        return wording.note(row["note"])
    told = wording.interval(row["adjusted_effect_low"], row["adjusted_effect_high"])
    told += "" if row["p_adjusted"] < SIGNIFICANT else f" · {wording.say('drivers.not_distinct')}"
    return told + (f" · {wording.note(row['note'])}" if row["note"] == DISAGREE else "")


def _draw_effect(row: pd.Series, ends: object) -> Bar | None:
    low, high = row["adjusted_effect_low"], row["adjusted_effect_high"]
    return place_bar(low, row["adjusted_effect"], high, ends, sure=bool(row["p_adjusted"] < SIGNIFICANT))


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
    quotes = Quotes(explanation, wording)
    lines = []
    for _, row in rates.head(_MOST_LINES).iterrows():
        label = capitalise(explanation.codebook.label(row["theme"], wording.language))
        cells = (wording.share(row["estimate"]), wording.share_interval(row["low"], row["high"]))
        lines.append(
            Line(
                label,
                cells,
                quotes=quotes.with_filtered(row["theme"], row["kind"]),
                about=quotes.about(row["theme"], row["kind"]),
                key=name_line(kind=row["kind"], theme=row["theme"]),
                told=_tell_mentions(row["n_effective"], wording),
            )
        )
    heads = (_head("theme" if section == "tips" else "flag", wording), _head("mention_rate", wording))
    hidden = max(0, len(rates) - _MOST_LINES)
    caption = wording.say(f"{section}.caption")
    return Board(caption, (*heads, wording.say("page.interval")), tuple(lines), hidden=hidden)


def board_periods(explanation: Explanation, wording: Wording) -> Board:
    """Set the NPS of each period."""
    rows = pick_periods(explanation.estimates)
    named = Quotes(explanation, wording)
    told = [(wording.period(period), named.of_period(period)) for period in rows["period"]]
    return _board_nps(rows, told, _head("period", wording), wording.say("time.caption"), wording)


def board_groups(explanation: Explanation, wording: Wording, by: str) -> Board:
    """Set the NPS of each group of a segment, highest first."""
    rows = pick_groups(explanation.estimates, by)
    segment = wording.name("segments", by)
    caption = wording.say("where.caption", segment=segment)
    alike = pick_alike(explanation.estimates, by)
    named = Quotes(explanation, wording)
    told = [(str(group), named.of_group(by, group)) for group in rows["group"]]
    return _board_nps(rows, told, capitalise(segment), caption, wording, alike=alike)


def board_standouts(explanation: Explanation, wording: Wording) -> Board:
    """Set where a theme is named demonstrably more or less often than elsewhere."""
    table = pick_standouts(explanation.estimates)
    table = table[~is_begged(table)]
    quotes = Quotes(explanation, wording)
    lines = []
    for at, row in table.head(_MOST_LINES).iterrows():
        theme, kind, by, group = row["theme"], row["kind"], row["by"], row["group"]
        label = explanation.codebook.label(theme, wording.language)
        told = f"{label} ({label_kind(kind, explanation, wording)})"
        when = word_when(row, wording) or wording.say("periods.whole")
        numbers = (wording.share(row["rate"]), wording.share(row["elsewhere"]))
        differs = tell_difference(row, wording)
        lines.append(
            Line(
                capitalise(wording.place(by, group)),
                (told, when, *numbers, differs["difference"]),
                quotes=quotes.behind(theme, kind, by=by, group=group),
                about=quotes.about(theme, kind),
                key=f"standout-{at}",
                ends=(
                    "",
                    "",
                    wording.say("page.of", n=differs["n"], measured=word_measured(row, wording)),
                    "",
                    differs["interval"],
                ),
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
    quotes, told = Quotes(explanation, wording), []
    for _, row in table[is_begged(table) & (table["difference"] > 0)].iterrows():
        if (row["by"], row["group"]) not in named:
            continue
        template = "where.begged_line" if math.isfinite(row["rate"]) else "where.begged_line_only"
        line = wording.say(
            template,
            place=capitalise(wording.place(row["by"], row["group"])),
            rate=wording.share(row["rate"]),
            elsewhere=wording.share(row["elsewhere"]),
            **tell_difference(row, wording),
        )
        told.append((line, quotes.behind(row["theme"], row["kind"], by=row["by"], group=row["group"])))
    return told


def is_begged(standouts: pd.DataFrame) -> pd.Series:
    """Tell which standouts are about scores that were asked for."""
    return (standouts["kind"] == "flag") & (standouts["theme"] == "begged")


def _board_nps(
    rows: pd.DataFrame,
    named: list[tuple[str, tuple[Quote, ...]]],
    head: str,
    caption: str,
    wording: Wording,
    *,
    alike: frozenset[str] = frozenset(),
) -> Board:
    ends = rows[["low", "high"]].to_numpy(dtype=float).ravel()
    lines = []
    shown = zip(named[:_MOST_LINES], rows.head(_MOST_LINES).iterrows(), strict=True)
    for (label, quotes), (_, row) in shown:
        known = math.isfinite(row["estimate"])
        cells = (wording.number(row["n"] if known else math.nan), wording.points(row["estimate"]))
        told = wording.interval(row["low"], row["high"]) if known else wording.note(row["note"])
        sure = str(row["group"]) not in alike
        told += "" if sure else f" · {wording.say('where.not_distinct')}"
        bar = place_bar(row["low"], row["estimate"], row["high"], ends, sure=sure)
        lines.append(Line(label, cells, told, bar, quotes if known else ()))
    heads = (head, _head("n", wording), _head("nps", wording), wording.say("page.interval"))
    hidden = max(0, len(rows) - _MOST_LINES)
    return Board(caption, heads, tuple(lines), intervals=True, hidden=hidden)


def _head(column: str, wording: Wording) -> str:
    return capitalise(wording.say(f"columns.{column}"))
