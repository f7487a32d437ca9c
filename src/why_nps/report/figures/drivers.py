"""What goes with the score: the adjusted effect of each theme, pain left and delight right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from why_nps.report.canvas import (
    DELIGHT,
    MUTED,
    PAIN,
    PAPER,
    RULE,
    WIDE,
    fit,
    mark_points,
    open_canvas,
    plain_style,
    read_width,
    say_empty,
)
from why_nps.report.selection import SIGNIFICANT, VERDICTS, pick_drivers
from why_nps.report.titles import title_drivers, weigh_drivers

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from why_nps.report.canvas import Size
    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_MOST_THEMES = 12


@plain_style()
def draw_drivers(
    explanation: Explanation, wording: Wording, *, title: str | None = None, size: Size = WIDE
) -> Figure:
    """Draw the adjusted effect of each theme with its 95 % interval, pain left and delight right.

    Parameters and result are those of `draw_shares`.
    """
    table = pick_drivers(explanation.estimates, explanation.codebook)
    table = table[table["kind"].isin(["pain", "delight"])].dropna(subset=["adjusted_effect"])
    weight = table.assign(size=weigh_drivers(table)).groupby("theme")["size"].max()
    ranked = list(weight.sort_values(kind="stable").index[-_MOST_THEMES:])  # what weighs heaviest on top
    themes = sorted(ranked, key=lambda theme: theme not in VERDICTS)  # a bare verdict stands below
    height = 1.1 + 0.36 * max(len(themes), 1)
    figure, axes = open_canvas(size, height, title or title_drivers(explanation, wording))
    if not themes:
        say_empty(axes, wording.say("figures.drivers_empty"))
        return figure
    table = table[table["theme"].isin(themes)]
    shift = table["theme"].duplicated(keep=False) * table["kind"].map({"delight": 0.13, "pain": -0.13})
    for (_, row), aside in zip(table.iterrows(), shift, strict=True):
        _whisker(axes, row, themes.index(row["theme"]) + aside)
    width = read_width(size)
    labels = [fit(explanation.codebook.label(theme, wording.language), width, 30, 15) for theme in themes]
    axes.set_yticks(range(len(themes)), labels, parse_math=False)
    axes.set_ylim(-0.6, len(themes) - 0.4)
    axes.axvline(0, color=MUTED, lw=1, zorder=1)
    axes.set_xlabel(fit(wording.say("figures.drivers_axis"), width, 80, 30), color=MUTED, size=9)
    axes.grid(axis="x", color=RULE, lw=0.7)
    axes.margins(x=0.08)
    _name_sides(axes, explanation, wording)
    mark_points(axes, wording, "x")
    return figure


def _name_sides(axes: Axes, explanation: Explanation, wording: Wording) -> None:
    pain, delight = (explanation.codebook.label(kind, wording.language) for kind in ("pain", "delight"))
    for at, side, label, colour in ((0, "left", f"← {pain}", PAIN), (1, "right", f"{delight} →", DELIGHT)):
        axes.text(at, 1.02, label, transform=axes.transAxes, ha=side, color=colour, weight="bold", size=9,
                  parse_math=False)  # fmt: skip


def _whisker(axes: Axes, row: pd.Series, at: float) -> None:
    colour = DELIGHT if row["kind"] == "delight" else PAIN
    ends = [row["adjusted_effect_low"], row["adjusted_effect_high"]]
    axes.plot(ends, [at, at], color=colour, lw=2, solid_capstyle="round")
    fill = colour if row["p_adjusted"] < SIGNIFICANT else PAPER
    axes.plot([row["adjusted_effect"]], [at], "o", color=colour, markerfacecolor=fill, ms=6.5, mew=1.6)
