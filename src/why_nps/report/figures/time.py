"""What changed: the NPS over time, and what the last change goes with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from why_nps.report.canvas import (
    DELIGHT,
    INK,
    MUTED,
    PAIN,
    PAPER,
    PASSIVE,
    RULE,
    TELEPHONE,
    WIDE,
    fit,
    mark_points,
    open_canvas,
    plain_style,
    read_width,
    say_empty,
)
from why_nps.report.findings import label_kind
from why_nps.report.selection import pick_change_points, pick_periods
from why_nps.report.steps import pick_change, pick_steps
from why_nps.report.titles import title_change, title_periods

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from why_nps.report.canvas import Size
    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_MOST_STEPS = 8


@plain_style()
def draw_periods(
    explanation: Explanation, wording: Wording, *, title: str | None = None, size: Size = WIDE
) -> Figure:
    """Draw the NPS per period with its 95 % band, the number of scores below, and where the scores shift.

    Parameters and result are those of `draw_shares`.
    """
    table = pick_periods(explanation.estimates).reset_index(drop=True)
    figure, axes = open_canvas(size, 2.9, title or title_periods(explanation, wording))
    if not table["estimate"].notna().any():
        say_empty(axes, wording.say("figures.time_title_none"))
        return figure
    at = list(range(len(table)))
    low, high = table["low"].astype(float), table["high"].astype(float)
    axes.fill_between(at, low, high, color=DELIGHT, alpha=0.16, lw=0)
    axes.vlines(at, low, high, color=DELIGHT, lw=1, alpha=0.5)
    axes.plot(at, table["estimate"], color=DELIGHT, lw=2, marker="o", ms=6)
    every = math.ceil(len(table) / (10 if read_width(size) > TELEPHONE else 4))
    shown = [i for i in at if (len(at) - 1 - i) % every == 0]
    behind = {"boxstyle": "round,pad=0.15", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.8}
    for i in shown:
        value = float(table["estimate"][i])
        if math.isfinite(value):
            axes.annotate(wording.points(value), (i, value), (0, 9), textcoords="offset points", ha="center",
                          color=INK, size=10, weight="bold", bbox=behind)  # fmt: skip
    ticks = [f"{wording.period(table['period'][i])}\n{_count(table.iloc[i], wording)}" for i in shown]
    axes.set_xticks(shown, ticks, parse_math=False)
    axes.set_xlim(-0.5, len(table) - 0.5)
    axes.margins(y=0.14)
    axes.grid(axis="y", color=RULE, lw=0.7)
    mark_points(axes, wording, "y")
    _mark_shifts(axes, explanation, list(table["period"]), wording)
    return figure


@plain_style()
def draw_change(
    explanation: Explanation, wording: Wording, *, title: str | None = None, size: Size = WIDE
) -> Figure:
    """Draw how the parts of the last change lead from the NPS of one period to that of the next.

    Parameters and result are those of `draw_shares`.
    """
    change = pick_change(explanation)
    heading = title or title_change(explanation, wording)
    if change is None:
        figure, axes = open_canvas(size, 1.3, heading)
        say_empty(axes, wording.say("figures.time_title_none"))
        return figure
    width = read_width(size)
    steps = pick_steps(explanation, change, _MOST_STEPS)
    figure, axes = open_canvas(size, 1.0 + (0.42 if width > TELEPHONE else 0.55) * (len(steps) + 2), heading)
    labels, level = [wording.period(change.first)], change.before
    _mark_level(axes, level, 0, wording, told=width > TELEPHONE)
    for at, (_, row) in enumerate(steps.iterrows(), start=1):
        _draw_step(axes, row, at, level, wording, told=width > TELEPHONE)
        labels.append(_name_step(row, explanation, wording, width))
        level += row["estimate"]
    labels.append(wording.period(change.last))
    _mark_level(axes, change.after, len(labels) - 1, wording, told=width > TELEPHONE)
    axes.set_yticks(range(len(labels)), labels, parse_math=False)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.use_sticky_edges = False
    axes.margins(x=0.2)
    axes.set_xlim(right=axes.get_xlim()[1] + (0.25 if width > TELEPHONE else 0.6) * np.ptp(axes.get_xlim()))
    axes.grid(axis="x", color=RULE, lw=0.7)
    axes.set_xlabel(wording.say("figures.change_axis"), color=MUTED, size=9)
    mark_points(axes, wording, "x")
    return figure


def _mark_shifts(axes: Axes, explanation: Explanation, periods: list[str], wording: Wording) -> None:
    for period in pick_change_points(explanation.estimates):
        if period not in periods:
            continue
        at = periods.index(period) + 0.5
        side = "right" if at > len(periods) / 2 - 0.5 else "left"
        axes.axvline(at, color=INK, lw=1.2, ls=(0, (4, 3)))
        label, aside = wording.say("figures.shift", period=wording.period(period)), 0.03
        at += -aside if side == "right" else aside
        axes.text(at, 1, label, transform=axes.get_xaxis_transform(), ha=side, va="top", color=INK, size=9,
                  parse_math=False)  # fmt: skip


def _mark_level(axes: Axes, level: float, at: int, wording: Wording, *, told: bool) -> None:
    axes.plot([level], [at], "D", color=INK, ms=6)
    label = f"NPS {wording.points(level, 1)}" if told else wording.points(level, 1)
    axes.annotate(label, (level, at), (8, 0), textcoords="offset points",
                  va="center", color=INK, size=9, weight="bold")  # fmt: skip


def _draw_step(axes: Axes, row: pd.Series, at: int, level: float, wording: Wording, *, told: bool) -> None:
    points, low, high = row["estimate"], row["low"], row["high"]
    rest = row["statistic"] == "rest"
    colour = PASSIVE if rest else DELIGHT if points > 0 else PAIN
    clear = rest or low > 0 or high < 0
    axes.plot([level, level], [at - 1, at], color=MUTED, lw=0.7, zorder=1)
    axes.plot([level + points] * 2, [at, at + 1], color=MUTED, lw=0.7, zorder=1)
    axes.barh(at, points, left=level, height=0.56, color=colour if clear else PAPER, edgecolor=colour, lw=1.4)
    interval = "" if rest else f"{' ' if told else chr(10)}({wording.interval(low, high, 1)})"
    right = max(level, level + points)
    axes.annotate(wording.points(points, 1) + interval, (right, at), (5, 0), textcoords="offset points",
                  va="center", color=INK, size=8.5 if told else 7.5)  # fmt: skip


def _name_step(row: pd.Series, explanation: Explanation, wording: Wording, width: float) -> str:
    if row["statistic"] == "rest":
        return fit(wording.say("time.baseline"), width, 44, 20)
    label = explanation.codebook.label(str(row["theme"]), wording.language)
    kind = label_kind(str(row["kind"]), explanation, wording)
    name = fit(f"{label} ({kind})", width, 44, 24)
    return f"{name}\n{wording.say('figures.' + str(row['statistic']))}"


def _count(row: pd.Series, wording: Wording) -> str:
    return (
        f"n = {wording.number(row['n'])}" if math.isfinite(row["estimate"]) else wording.say("figures.hidden")
    )
