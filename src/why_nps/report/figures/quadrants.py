"""How strongly a theme goes with the score against how often it is named: four named quadrants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from why_nps.report.canvas import (
    DELIGHT,
    MUTED,
    PAIN,
    PAPER,
    RULE,
    TELEPHONE,
    WIDE,
    boxes_for_strangers,
    fit,
    open_canvas,
    plain_style,
    read_width,
    say_empty,
)
from why_nps.report.titles import read_quadrants, title_quadrants

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

    from why_nps.report.canvas import Size
    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_TICKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_CORNERS = (("rare_strong", 0, 1), ("often_strong", 1, 1), ("rare_weak", 0, 0), ("often_weak", 1, 0))
_BEHIND = {"boxstyle": "square,pad=0.05", "facecolor": PAPER, "edgecolor": "none"}  # no line through a name
_PLACES = ((7, 0, "left", "center"), (-7, 0, "right", "center"), (0, 6, "center", "bottom"),
           (0, -6, "center", "top"), (6, 6, "left", "bottom"), (-6, 6, "right", "bottom"),
           (6, -6, "left", "top"), (-6, -6, "right", "top"))  # fmt: skip


@plain_style()
def draw_quadrants(
    explanation: Explanation, wording: Wording, *, title: str | None = None, size: Size = WIDE
) -> Figure:
    """Draw the strength of each theme against how often it is named; the medians part the quadrants.

    Parameters and result are those of `draw_shares`.
    """
    table = read_quadrants(explanation)
    figure, axes = open_canvas(size, 4.6, title or title_quadrants(explanation, wording))
    if table.empty:
        say_empty(axes, wording.say("figures.drivers_empty"))
        return figure
    for _, row in table.iterrows():
        colour = DELIGHT if row["kind"] == "delight" else PAIN
        fill = colour if row["clear"] else PAPER
        axes.plot([row["rate"]], [row["strength"]], "o", color=colour, markerfacecolor=fill, ms=6.5, mew=1.6,
                  zorder=4)  # fmt: skip
    width = read_width(size)
    _scale(axes, table, wording, width)
    corners = _name_corners(axes, wording, width)
    labels = [fit(explanation.codebook.label(t, wording.language), width, 28, 16) for t in table["theme"]]
    _name_points(axes, table, labels, corners)
    return figure


def _scale(axes: Axes, table: pd.DataFrame, wording: Wording, width: float) -> None:
    least, most = table["rate"].min() / 1.5, min(1.0, table["rate"].max() * 3)
    axes.set_xscale("log")
    top = table["strength"].max()
    axes.set(xlim=(least, max(most, least * 2)), ylim=(-0.1 * top, 1.16 * top))  # with room for the corners
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in _TICKS if least <= tick <= most]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _percent(value, wording)))
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: wording.number(value) if value >= 0 else "")
    )
    axes.axvline(table["rate"].median(), color=MUTED, lw=0.8)
    axes.axhline(table["strength"].median(), color=MUTED, lw=0.8)
    axes.grid(color=RULE, lw=0.5)
    axes.set_xlabel(fit(wording.say("figures.quadrants_x"), width, 80, 34), color=MUTED, size=9)
    axes.set_ylabel(fit(wording.say("figures.quadrants_y"), width, 44, 44), color=MUTED, size=9)


def _percent(share: float, wording: Wording) -> str:
    return wording.number(100 * share, 0 if share >= 0.01 else 1) + wording.say("format.percent")  # noqa: PLR2004


def _name_corners(axes: Axes, wording: Wording, width: float) -> list[Bbox]:
    """Write what each quadrant is, and return where, so that no label is written over it."""
    written = []
    for name, right, up in _CORNERS:
        label = fit(wording.say(f"figures.{name}"), width, 40, 14)
        text = axes.text(0.99 if right else 0.01, 0.985 if up else 0.015, label, transform=axes.transAxes,
                         ha="right" if right else "left", va="top" if up else "bottom", color=MUTED,
                         size=8.5 if width > TELEPHONE else 7, style="italic", parse_math=False)  # fmt: skip
        written.append(text)
    axes.get_figure(root=True).draw_without_rendering()  # type: ignore[union-attr] # settles the layout
    return [text.get_window_extent() for text in written]


def _name_points(axes: Axes, table: pd.DataFrame, labels: list[str], taken: list[Bbox]) -> None:
    """Write the name of a point beside it where there is room, the largest contributions first."""
    paper, dots = axes.get_window_extent(), axes.transData.transform(table[["rate", "strength"]].to_numpy())
    for at, (label, (_, row)) in enumerate(zip(labels, table.iterrows(), strict=True)):
        colour = DELIGHT if row["kind"] == "delight" else PAIN
        for x, y, ha, va in _PLACES:
            text = axes.annotate(label, (row["rate"], row["strength"]), (x, y), textcoords="offset points",
                                 ha=ha, va=va, size=8, color=colour, bbox=_BEHIND,
                                 parse_math=False)  # fmt: skip
            text.set_in_layout(False)
            with boxes_for_strangers():
                box = text.get_window_extent().padded(1)
            others = np.delete(dots, at, axis=0)
            inside = paper.x0 <= box.x0 and box.x1 <= paper.x1 and paper.y0 <= box.y0 and box.y1 <= paper.y1
            if inside and not box.count_overlaps(taken) and not any(box.contains(*dot) for dot in others):
                taken.append(box)
                break
            text.remove()
