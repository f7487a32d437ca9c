"""Promoters' words against detractors': how many times as often, with intervals. No cloud."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.ticker import FixedLocator, FuncFormatter

from why_nps.report.canvas import (
    DELIGHT,
    MUTED,
    PAIN,
    RULE,
    TELEPHONE,
    WIDE,
    fit,
    open_canvas,
    plain_style,
    read_width,
    say_empty,
)
from why_nps.report.titles import title_words
from why_nps.report.wording import capitalise, printable

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from why_nps.report.canvas import Size
    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_MOST_WORDS = 10


@plain_style()
def draw_words(
    explanation: Explanation, wording: Wording, *, title: str | None = None, size: Size = WIDE
) -> Figure:
    """Draw the words that tell promoters' answers from detractors', the clearest above.

    Parameters and result are those of `draw_shares`.
    """
    words = explanation.words
    sides = {group: words[words["group"] == group].head(_MOST_WORDS) for group in ("detractors", "promoters")}
    most = max(map(len, sides.values()))
    figure, axes = open_canvas(size, 1.2 + 0.3 * max(most, 1), title or title_words(explanation, wording))
    if not most:
        say_empty(axes, wording.say("figures.words_none"))
        return figure
    for group, colour in (("detractors", PAIN), ("promoters", DELIGHT)):
        for at, (_, row) in enumerate(sides[group].iterrows()):
            _draw_word(axes, row, at, colour, wording)
    reach = max(float(side[["low", "high"]].abs().max().max()) for side in sides.values() if len(side))
    room = 1.45 if read_width(size) > TELEPHONE else 2.3  # for the words beyond the ends
    axes.set(xlim=(-reach * room, reach * room), ylim=(most - 0.4, -0.6), yticks=[])
    _mark_times(axes, reach, wording, 4 if read_width(size) > TELEPHONE else 1)
    axes.set_xlabel(fit(wording.say("figures.words_axis"), read_width(size), 90, 34), color=MUTED, size=9)
    for at, side, group, colour in ((0, "left", "detractors", PAIN), (1, "right", "promoters", DELIGHT)):
        name = capitalise(wording.say(f"groups.{group}"))
        label = f"← {name}" if side == "left" else f"{name} →"
        axes.text(at, 1.02, label, transform=axes.transAxes, ha=side, color=colour, weight="bold", size=9)
    return figure


def _draw_word(axes: Axes, row: pd.Series, at: int, colour: str, wording: Wording) -> None:
    middle, low, high = row["log_odds"], row["low"], row["high"]
    right = middle > 0
    axes.plot([low, high], [at, at], color=colour, lw=2, alpha=0.45, solid_capstyle="round")
    axes.plot([middle], [at], "o", color=colour, ms=6)
    label = f"{printable(row['word'])} ({wording.number(row['n'])})"
    end, aside, side = (high, 6, "left") if right else (low, -6, "right")
    axes.annotate(label, (end, at), (aside, 0), textcoords="offset points", ha=side, va="center", size=9,
                  color=colour, parse_math=False)  # fmt: skip


def _mark_times(axes: Axes, reach: float, wording: Wording, most: int) -> None:
    """Write the axis as how many times as often; to either side of "as often"."""
    axes.axvline(0, color=MUTED, lw=1, zorder=1)
    powers = range(1, int(reach / math.log(2)) + 1)
    step = max(1, math.ceil(len(powers) / most))
    marks = [math.log(2) * power for power in powers if power % step == 0]
    axes.xaxis.set_major_locator(FixedLocator([*(-mark for mark in reversed(marks)), 0, *marks]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{wording.number(math.exp(abs(value)))}×"))
    axes.grid(axis="x", color=RULE, lw=0.7)
