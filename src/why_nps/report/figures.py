"""Still pictures of an explanation: each a function from an explanation to a matplotlib figure.

No pyplot and no global state; foreign text is drawn as it is (``parse_math=False``). The title says the
finding, labels stand at what they name, and the colours are told apart by the colour-blind.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

from why_nps.report.canvas import (
    DELIGHT,
    HEAT,
    HIDDEN,
    INK,
    MUTED,
    ON,
    PAIN,
    PAPER,
    PASSIVE,
    RULE,
    TELEPHONE,
    WIDE,
    fit,
    mark_points,
    open_canvas,
    say_empty,
    write_text,
)
from why_nps.report.selection import SIGNIFICANT, VERDICTS, pick_drivers, pick_periods
from why_nps.report.titles import (
    read_heat,
    read_shares,
    title_drivers,
    title_heat,
    title_periods,
    title_shares,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_ON_LIGHT, _ON_DARK, _ON_HIDDEN = "#20242b", "#fefefe", "#5a6069"  # the same by day and by night
_MOST_THEMES = 12


def draw_shares(explanation: Explanation, wording: Wording, *, width: float = WIDE) -> Figure:
    """Draw promoters, passives and detractors as one bar of 100 %.

    Parameters
    ----------
    explanation : Explanation
        What to draw.
    wording : Wording
        The language.
    width : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure
    """
    shares = read_shares(explanation)
    figure, axes = open_canvas(width, 1.3, title_shares(explanation, wording))
    axes.set(xlim=(0, 1), ylim=(-0.75, 0.35))
    axes.axis("off")
    start = 0.0
    look = (("detractors", PAIN, ON), ("passives", PASSIVE, _ON_LIGHT), ("promoters", DELIGHT, ON))
    for group, colour, on in look:
        share = shares.get(group, 0.0)
        axes.barh(0, share, left=start, height=0.62, color=colour, edgecolor=PAPER, linewidth=1.5)
        middle = start + share / 2
        if share > (0.05 if width > TELEPHONE else 0.1):
            write_text(axes, middle, 0, wording.share(share), color=on, size=11, weight="bold")
        if share > (0.12 if width > TELEPHONE else 0.22):
            write_text(axes, middle, -0.55, wording.say(f"groups.{group}"), color=MUTED)
        start += share
    return figure


def draw_drivers(explanation: Explanation, wording: Wording, *, width: float = WIDE) -> Figure:
    """Draw the adjusted effect of each theme with its 95 % interval, pain left and delight right.

    Parameters and result are those of `draw_shares`.
    """
    table = pick_drivers(explanation.estimates, explanation.codebook)
    table = table[table["kind"].isin(["pain", "delight"])].dropna(subset=["adjusted_effect"])
    reach = table.assign(size=table["adjusted_effect"].abs()).groupby("theme")["size"].max()
    ranked = list(reach.sort_values(kind="stable").index[-_MOST_THEMES:])
    themes = sorted(ranked, key=lambda theme: theme not in VERDICTS)  # a bare verdict stands below
    figure, axes = open_canvas(width, 1.1 + 0.36 * max(len(themes), 1), title_drivers(explanation, wording))
    if not themes:
        say_empty(axes, wording.say("figures.drivers_empty"))
        return figure
    table = table[table["theme"].isin(themes)]
    shift = table["theme"].duplicated(keep=False) * table["kind"].map({"delight": 0.13, "pain": -0.13})
    for (_, row), aside in zip(table.iterrows(), shift, strict=True):
        _whisker(axes, row, themes.index(row["theme"]) + aside)
    axes.axvline(0, color=MUTED, lw=1, zorder=1)
    labels = [fit(explanation.codebook.label(theme, wording.language), width, 30, 15) for theme in themes]
    axes.set_yticks(range(len(themes)), labels, parse_math=False)
    axes.set_ylim(-0.6, len(themes) - 0.4)
    axes.set_xlabel(fit(wording.say("figures.drivers_axis"), width, 80, 30), color=MUTED, size=9)
    axes.grid(axis="x", color=RULE, lw=0.7)
    axes.margins(x=0.08)
    for at, side, kind, colour in ((0, "left", "pain", PAIN), (1, "right", "delight", DELIGHT)):
        label = ("← {}" if kind == "pain" else "{} →").format(
            explanation.codebook.label(kind, wording.language)
        )
        axes.text(at, 1.02, label, transform=axes.transAxes, ha=side, color=colour, weight="bold", size=9,
                  parse_math=False)  # fmt: skip
    mark_points(axes, wording, "x")
    return figure


def draw_periods(explanation: Explanation, wording: Wording, *, width: float = WIDE) -> Figure:
    """Draw the NPS per period with its 95 % band and the number of scores below.

    Parameters and result are those of `draw_shares`.
    """
    table = pick_periods(explanation.estimates).reset_index(drop=True)
    figure, axes = open_canvas(width, 2.9, title_periods(explanation, wording))
    if not table["estimate"].notna().any():
        say_empty(axes, wording.say("figures.time_title_none"))
        return figure
    at = list(range(len(table)))
    axes.fill_between(
        at, table["low"].astype(float), table["high"].astype(float), color=DELIGHT, alpha=0.16, lw=0
    )
    axes.vlines(at, table["low"], table["high"], color=DELIGHT, lw=1, alpha=0.5)
    axes.plot(at, table["estimate"], color=DELIGHT, lw=2, marker="o", ms=6)
    every = math.ceil(len(table) / (10 if width > TELEPHONE else 4))
    shown = [i for i in at if (len(at) - 1 - i) % every == 0]
    for i in shown:
        label = wording.points(table["estimate"][i]) if math.isfinite(table["estimate"][i]) else ""
        axes.annotate(label, (i, table["high"].fillna(0)[i]), (0, 4), textcoords="offset points", ha="center",
                      color=INK, size=10, weight="bold")  # fmt: skip
    ticks = [f"{wording.period(table['period'][i])}\n{_count(table.iloc[i], wording)}" for i in shown]
    axes.set_xticks(shown, ticks, parse_math=False)
    axes.set_xlim(-0.5, len(table) - 0.5)
    axes.margins(y=0.14)
    axes.grid(axis="y", color=RULE, lw=0.7)
    mark_points(axes, wording, "y")
    return figure


def draw_heat(explanation: Explanation, wording: Wording, by: str, *, width: float = WIDE) -> Figure:
    """Draw how often each group names each pain; a cell with too few answers is grey.

    Parameters
    ----------
    explanation : Explanation
        What to draw.
    wording : Wording
        The language.
    by : str
        The segment whose groups are the rows.
    width : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure
    """
    heat = read_heat(explanation, by, 8 if width > TELEPHONE else 4)
    figure, axes = open_canvas(width, 1.7 + 0.34 * max(len(heat), 1), title_heat(explanation, wording, by))
    if heat.empty or heat.isna().to_numpy().all():
        say_empty(axes, wording.say("figures.heat_title_none"))
        return figure
    values = heat.to_numpy(dtype=float)
    top = max(float(heat.max().max()), 0.01)
    hidden = wording.say("figures.hidden") if width > TELEPHONE else wording.say("format.missing")
    for i, j in product(range(len(heat)), range(heat.shape[1])):
        label = wording.share(values[i, j]) if math.isfinite(values[i, j]) else hidden
        _cell(axes, i, j, values[i, j] / top, label)
    axes.set(xlim=(0, heat.shape[1]), ylim=(len(heat), 0))
    names = [
        fit(explanation.codebook.label(theme, wording.language), width, 26, 18) for theme in heat.columns
    ]
    across = [j + 0.5 for j in range(len(names))]
    axes.set_xticks(
        across, names, rotation=35, ha="left", va="bottom", rotation_mode="anchor", parse_math=False
    )
    axes.xaxis.tick_top()
    groups = [fit(str(group), width, 26, 14) for group in heat.index]
    axes.set_yticks([i + 0.5 for i in range(len(heat))], groups, parse_math=False)
    return figure


def _whisker(axes: Axes, row: pd.Series, at: float) -> None:
    colour = DELIGHT if row["kind"] == "delight" else PAIN
    ends = [row["adjusted_effect_low"], row["adjusted_effect_high"]]
    axes.plot(ends, [at, at], color=colour, lw=2, solid_capstyle="round")
    fill = colour if row["p_adjusted"] < SIGNIFICANT else PAPER
    axes.plot([row["adjusted_effect"]], [at], "o", color=colour, markerfacecolor=fill, ms=6.5, mew=1.6)


def _cell(axes: Axes, row: int, column: int, level: float, label: str) -> None:
    known = math.isfinite(level)
    colour = HEAT(level) if known else HIDDEN
    axes.barh(row + 0.5, 0.96, left=column + 0.02, height=0.9, color=colour)
    on = (_ON_DARK if level > 0.55 else _ON_LIGHT) if known else _ON_HIDDEN  # noqa: PLR2004 - where white reads better
    write_text(axes, column + 0.5, row + 0.5, label, color=on)


def _count(row: pd.Series, wording: Wording) -> str:
    return (
        f"n = {wording.number(row['n'])}" if math.isfinite(row["estimate"]) else wording.say("figures.hidden")
    )
