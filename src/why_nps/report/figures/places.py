"""Where it plays: how often each group names each pain."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

from why_nps.report.canvas import (
    HEAT,
    HIDDEN,
    INK,
    MUTED,
    ON_DARK,
    ON_HIDDEN,
    ON_LIGHT,
    RULE,
    TELEPHONE,
    WIDE,
    fit,
    open_canvas,
    plain_style,
    read_width,
    say_empty,
    write_text,
)
from why_nps.report.titles import list_clear_cells, read_heat, read_sizes, title_heat

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from why_nps.report.canvas import Size
    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_SIZE = 0.75  # of a column, for n
_DARK = 0.55  # of the heat, above which white reads better


@plain_style()
def draw_heat(
    explanation: Explanation, wording: Wording, by: str, *, title: str | None = None, size: Size = WIDE
) -> Figure:
    """Draw how often each group names each pain.

    A cell with too few answers is hatched; one with demonstrably more than elsewhere is framed.

    Parameters
    ----------
    explanation : Explanation
        What to draw.
    wording : Wording
        The language.
    by : str
        The segment whose groups are the rows.
    title : str, optional
        In place of the finding.
    size : float or tuple of two floats
        Width, or width and height, in inches.

    Returns
    -------
    matplotlib.figure.Figure
    """
    width = read_width(size)
    heat = read_heat(explanation, by, 8 if width > TELEPHONE else 4)
    height = 1.7 + 0.34 * max(len(heat), 1)
    figure, axes = open_canvas(size, height, title or title_heat(explanation, wording, by))
    if heat.empty or heat.isna().to_numpy().all():
        say_empty(axes, wording.say("figures.heat_title_none"))
        return figure
    values = heat.to_numpy(dtype=float)
    top = max(float(heat.max().max()), 0.01)
    hidden = wording.say("figures.hidden") if width > TELEPHONE else wording.say("format.missing")
    clear = {(row["group"], row["theme"]) for row in list_clear_cells(explanation, by, heat)}
    for i, j in product(range(len(heat)), range(heat.shape[1])):
        label = wording.share(values[i, j]) if math.isfinite(values[i, j]) else hidden
        _cell(axes, (i, j), values[i, j] / top, label, framed=(heat.index[i], heat.columns[j]) in clear)
    _name_axes(axes, heat, explanation, wording, by, width)
    return figure


def _name_axes(  # noqa: PLR0917 - a map and its words
    axes: Axes, heat: pd.DataFrame, explanation: Explanation, wording: Wording, by: str, width: float
) -> None:
    """Write the themes above, the groups on the left, and on the right how many answers each has."""
    rows, columns = heat.shape
    axes.set(xlim=(0, columns + _SIZE), ylim=(rows, 0))
    names = [fit(explanation.codebook.label(str(theme), wording.language), width, 26, 18) for theme in heat]
    places = [j + 0.5 for j in range(columns)]
    axes.set_xticks([*places, columns + _SIZE / 2], [*names, "n"], rotation=35, ha="left", va="bottom",
                    rotation_mode="anchor", parse_math=False)  # fmt: skip
    axes.xaxis.tick_top()
    groups = [fit(str(group), width, 26, 14) for group in heat.index]
    axes.set_yticks([i + 0.5 for i in range(rows)], groups, parse_math=False)
    sizes = read_sizes(explanation, by)
    for i, group in enumerate(heat.index):
        write_text(axes, columns + _SIZE / 2, i + 0.5, wording.number(sizes[group]), color=MUTED, size=8)


def _cell(axes: Axes, at: tuple[int, int], level: float, label: str, *, framed: bool) -> None:
    row, column = at
    known = math.isfinite(level)
    left, on = column + 0.02, (ON_DARK if level > _DARK else ON_LIGHT) if known else ON_HIDDEN
    if known:
        axes.barh(row + 0.5, 0.96, left=left, height=0.9, color=HEAT(level))
    else:
        axes.barh(row + 0.5, 0.96, left=left, height=0.9, color=HIDDEN, hatch="////", edgecolor=RULE, lw=0)
    if framed:
        axes.barh(row + 0.5, 0.92, left=column + 0.04, height=0.82, color="none", edgecolor=INK, lw=1.6)
    write_text(axes, column + 0.5, row + 0.5, label, color=on, weight="bold" if framed else "normal")
