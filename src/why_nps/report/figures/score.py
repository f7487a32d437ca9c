"""The score: promoters, passives and detractors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from why_nps.report.canvas import (
    DELIGHT,
    MUTED,
    ON,
    ON_LIGHT,
    PAIN,
    PAPER,
    PASSIVE,
    TELEPHONE,
    WIDE,
    open_canvas,
    plain_style,
    read_width,
    write_text,
)
from why_nps.report.titles import read_shares, title_shares

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from why_nps.report.canvas import Size
    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording


@plain_style()
def draw_shares(
    explanation: Explanation, wording: Wording, *, title: str | None = None, size: Size = WIDE
) -> Figure:
    """Draw promoters, passives and detractors as one bar of 100 %.

    Parameters
    ----------
    explanation : Explanation
        What to draw.
    wording : Wording
        The language.
    title : str, optional
        In place of the finding.
    size : float or tuple of two floats
        Width, or width and height, in inches.

    Returns
    -------
    matplotlib.figure.Figure
    """
    shares = read_shares(explanation)
    figure, axes = open_canvas(size, 1.3, title or title_shares(explanation, wording))
    wide = read_width(size) > TELEPHONE
    axes.set(xlim=(0, 1), ylim=(-0.75, 0.35))
    axes.axis("off")
    start = 0.0
    look = (("detractors", PAIN, ON), ("passives", PASSIVE, ON_LIGHT), ("promoters", DELIGHT, ON))
    for group, colour, on in look:
        share = shares.get(group, 0.0)
        axes.barh(0, share, left=start, height=0.62, color=colour, edgecolor=PAPER, linewidth=1.5)
        middle = start + share / 2
        if share > (0.05 if wide else 0.1):
            write_text(axes, middle, 0, wording.share(share), color=on, size=11, weight="bold")
        if share > (0.12 if wide else 0.22):
            write_text(axes, middle, -0.55, wording.say(f"groups.{group}"), color=MUTED)
        start += share
    return figure
