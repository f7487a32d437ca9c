"""What should be asked of the figures, in words: change, errors of the model, silence, odd scores."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from why_nps.report.board import Board, Line
from why_nps.report.findings import label_kind
from why_nps.report.quotes import Quotes
from why_nps.report.selection import pick_change_points, pick_value
from why_nps.report.steps import PARTS, pick_change, pick_parts
from why_nps.report.wording import capitalise

if TYPE_CHECKING:
    import pandas as pd

    from why_nps.report.board import Quote
    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_MOST = 60
_WORTH = 0.005  # share by which a rate must move to be told
_FLAG, _DOUBT = "flag", "doubt"
_PRINCIPLES = ("never_top", "never_recommends", "incentive")


def is_corrected(explanation: Explanation) -> bool:
    """Tell whether figures corrected with answers coded by hand are there."""
    rows = explanation.estimates
    return bool(rows.loc[rows["statistic"] == "corrected_rate", "estimate"].notna().any())


def word_step(explanation: Explanation, wording: Wording) -> list[str]:
    """Say whether the last period differs from the one before, and how many answers would show it."""
    estimates, change = explanation.estimates, pick_change(explanation)
    if change is None:
        return []
    told = [
        wording.say(
            "time.step" if change.clear else "time.no_step",
            first=wording.period(change.first),
            last=wording.period(change.last),
            change=wording.points(change.points),
            interval=wording.interval(change.low, change.high),
        )
    ]
    needed = _one(estimates, "answers_needed")
    if needed is not None:
        told.append(
            wording.say("time.needed", n=wording.number(needed["estimate"]), here=wording.number(needed["n"]))
        )
    told += [
        wording.say("time.change_point", period=wording.period(period))
        for period in pick_change_points(estimates)
    ]
    return told


def board_step(explanation: Explanation, wording: Wording) -> Board:
    """Set what the change between the last two periods goes with, the largest parts first."""
    table = pick_parts(explanation.estimates)
    quotes = Quotes(explanation, wording)
    lines = []
    for _, row in table.head(_MOST).iterrows():
        theme, kind = row["theme"], row["kind"]
        cells, ends = zip(*(_tell_part(row, f"_{part}", wording) for part in PARTS), strict=True)
        lines.append(
            Line(
                _label(row, explanation, wording),
                cells,
                quotes=quotes.of_change(theme, kind, row["period"]),
                about=quotes.about(theme, kind),
                ends=ends,
            )
        )
    baseline = _one(explanation.estimates, "change_by_baseline")
    if lines and baseline is not None and math.isfinite(baseline["estimate"]):
        rest = table[f"estimate_{PARTS[0]}"].iloc[_MOST:].sum()
        alone = _tell_part(baseline, "", wording)
        told = (wording.points(baseline["estimate"] + rest, 1), "") if len(table) > _MOST else alone
        lines.append(Line(wording.say("time.baseline"), (told[0], "", ""), ends=(told[1], "", "")))
    return Board(
        wording.say("time.step_caption"),
        tuple(capitalise(wording.say(f"columns.{head}")) for head in ("theme", *PARTS)),
        tuple(lines),
    )


def _tell_part(row: pd.Series, part: str, wording: Wording) -> tuple[str, str]:
    interval = wording.interval(row[f"low{part}"], row[f"high{part}"], 1)
    return wording.points(row[f"estimate{part}"], 1), interval


def board_corrected(explanation: Explanation, wording: Wording) -> Board:
    """Set rates and effects as the model found them beside the corrected ones."""
    rows = explanation.estimates
    rows = rows[(rows["by"] == "") & (rows["period"] == "")]
    table = rows.loc[(rows["statistic"] == "corrected_rate") & rows["estimate"].notna(), ["theme", "kind"]]
    for name in ("mention_rate", "corrected_rate", "adjusted_effect", "corrected_effect"):
        part = rows.loc[rows["statistic"] == name, ["theme", "kind", "estimate", "low", "high", "note"]]
        names = {column: f"{column}_{name}" for column in ("estimate", "low", "high", "note")}
        table = table.merge(part.rename(columns=names), on=["theme", "kind"], how="left")
    quotes, lines = Quotes(explanation, wording), []
    for _, row in table.sort_values("estimate_corrected_rate", ascending=False, kind="stable").iterrows():
        rate = wording.share_interval(row["low_corrected_rate"], row["high_corrected_rate"])
        effect = wording.note(str(row["note_corrected_effect"]))
        if math.isfinite(row["estimate_corrected_effect"]):
            ends = wording.interval(row["low_corrected_effect"], row["high_corrected_effect"])
            effect = f"{wording.points(row['estimate_corrected_effect'])} ({ends})"
        cells = (
            wording.share(row["estimate_mention_rate"]),
            f"{wording.share(row['estimate_corrected_rate'])} ({rate})",
            wording.points(row["estimate_adjusted_effect"]),
            effect,
        )
        pair = row["theme"], row["kind"]
        lines.append(
            Line(
                _label(row, explanation, wording),
                cells,
                quotes=quotes.behind(*pair),
                about=quotes.about(*pair),
            )
        )
    heads = ("theme", "mention_rate", "corrected_rate", "adjusted_effect", "corrected_effect")
    return Board(
        wording.say("reading.corrected_caption"),
        tuple(capitalise(wording.say(f"columns.{head}")) for head in heads),
        tuple(lines),
    )


def _label(row: pd.Series, explanation: Explanation, wording: Wording) -> str:
    label = explanation.codebook.label(row["theme"], wording.language)
    return f"{label} ({label_kind(row['kind'], explanation, wording)})"


class Doubt(NamedTuple):
    """What could do something to the figures, in words, with the answers behind it and their name."""

    text: str
    quotes: tuple[Quote, ...] = ()
    about: str = ""


def list_doubts(explanation: Explanation, wording: Wording) -> list[Doubt]:
    """Word what silence, principles, gifts and contradictions could do to the figures."""
    quotes = Quotes(explanation, wording)
    return [
        *map(Doubt, _word_bounds(explanation, wording)),
        *_word_silent(explanation, wording, quotes),
        *_word_principles(explanation, wording, quotes),
        *_word_contradictions(explanation, wording, quotes),
    ]


def _word_bounds(explanation: Explanation, wording: Wording) -> list[str]:
    told = []
    for name in ("nps_bounds", "nps_bounds_likely"):
        row = _one(explanation.estimates, name)
        if row is not None:
            ends = wording.interval(row["low"], row["high"])
            told.append(wording.say(f"doubts.{name}", interval=ends))
    return told


def _word_silent(explanation: Explanation, wording: Wording, quotes: Quotes) -> list[Doubt]:
    rows = explanation.estimates[explanation.estimates["by"] == ""]
    rows = rows[rows["period"] == ""]
    alike, rates = (
        rows.loc[rows["statistic"] == name, ["theme", "kind", "estimate", "low", "high"]]
        for name in ("rate_if_alike", "mention_rate")
    )
    both = alike.merge(rates, on=["theme", "kind"], suffixes=("", "_now")).dropna(subset=["estimate_now"])
    both["moved"] = both["estimate"] - both["estimate_now"]
    most = both[both["moved"] >= _WORTH].sort_values("moved", ascending=False, kind="stable").head(1)
    told = []
    for _, row in most.iterrows():
        text = wording.say(
            "doubts.silent",
            theme=wording.quoted(explanation.codebook.label(row["theme"], wording.language)),
            kind=label_kind(row["kind"], explanation, wording),
            rate=wording.share(row["estimate_now"]),
            alike=wording.share(row["estimate"]),
            interval=wording.share_interval(row["low"], row["high"]),
        )
        pair = row["theme"], row["kind"]
        told.append(Doubt(text, quotes.behind(*pair), quotes.about(*pair)))
    return told


def _word_principles(explanation: Explanation, wording: Wording, quotes: Quotes) -> list[Doubt]:
    rows, nps = explanation.estimates, pick_value(explanation.estimates, "nps")
    told = []
    for flag in _PRINCIPLES:
        without = rows[(rows["statistic"] == "nps_without_flag") & (rows["theme"] == flag)]
        most = rows[(rows["statistic"] == "nps_if_promoters") & (rows["theme"] == flag)]
        if nps is None or without.empty or most.empty or not math.isfinite(without["estimate"].iloc[0]):
            continue
        text = wording.say(
            "doubts.never_top" if flag == "never_top" else "doubts.flag",
            flag=wording.quoted(explanation.codebook.label(flag, wording.language)),
            n=wording.number(without["n_effective"].iloc[0]),
            nps=wording.points(nps["estimate"], 1),
            **_tell_points("without", without.iloc[0], wording),
            **_tell_points("most", most.iloc[0], wording),
        )
        told.append(Doubt(text, quotes.behind(flag, _FLAG), quotes.about(flag, _FLAG)))
    return told


def _tell_points(name: str, row: pd.Series, wording: Wording) -> dict[str, str]:
    interval = wording.interval(row["low"], row["high"], 1)
    return {name: wording.points(row["estimate"], 1), f"{name}_interval": interval}


def _word_contradictions(explanation: Explanation, wording: Wording, quotes: Quotes) -> list[Doubt]:
    told = []
    for name in ("pain_only_promoters", "delight_only_detractors"):
        row = _one(explanation.estimates, name)
        if row is not None and row["estimate"] > 0:
            text = wording.say(
                f"doubts.{name}",
                share=wording.share(row["estimate"]),
                interval=wording.share_interval(row["low"], row["high"]),
                n=wording.number(row["n"]),
            )
            told.append(Doubt(text, quotes.behind(name, _DOUBT), quotes.about(name, _DOUBT)))
    return told


def _one(estimates: pd.DataFrame, statistic: str) -> pd.Series | None:
    rows = estimates[(estimates["statistic"] == statistic) & (estimates["by"] == "")]
    return None if rows.empty else rows.iloc[0]
