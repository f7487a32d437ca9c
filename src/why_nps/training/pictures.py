"""An evaluation as one picture: how honest its probabilities are, and which themes it takes for others.

Drawn like the pictures of a report, in English: titles say the finding, colours are told apart by the
colour-blind.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np

from why_nps.core.storage import write_atomically
from why_nps.errors import InputError
from why_nps.report.canvas import (
    DELIGHT,
    FORMS,
    HEAT,
    HIDDEN,
    INK,
    MUTED,
    ON_DARK,
    RULE,
    WIDE,
    fit,
    open_canvas,
    plain_style,
    say_empty,
    strip_axes,
    to_bytes,
    write_text,
)
from why_nps.report.wording import printable
from why_nps.training.measures import list_confused

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from why_nps.report.canvas import Size
    from why_nps.training.evaluate import Evaluation

_MOST_THEMES = 12
_DARK = 0.55  # of the heat, above which white reads better


def save_picture(evaluation: Evaluation, path: str | Path) -> Path:
    """Write the picture of an evaluation as PNG, SVG or PDF, by the end of its name.

    Raises
    ------
    InputError
        If the name ends otherwise, or the file cannot be written.
    """
    form = Path(path).suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise InputError(f"Cannot draw {Path(path).name!r}: give a name that ends in .png, .svg or .pdf.")
    return write_atomically(path, to_bytes(draw_evaluation(evaluation), form))


@plain_style()
def draw_evaluation(evaluation: Evaluation, *, title: str | None = None, size: Size = WIDE) -> Figure:
    """Draw calibration above confusion.

    Parameters
    ----------
    evaluation : Evaluation
    title : str, optional
        In place of the finding.
    size : float or tuple of two floats
        Width, or width and height, in inches.

    Returns
    -------
    matplotlib.figure.Figure
    """
    themes = _pick_themes(evaluation)
    heights = (2.6, 1.5 + 0.3 * max(len(themes), 2))
    figure, above = open_canvas(size, sum(heights) + 0.4, title or _title(evaluation))
    grid = figure.add_gridspec(2, 1, height_ratios=heights)
    above.set_subplotspec(grid[0])
    below = figure.add_subplot(grid[1], facecolor="none")
    strip_axes(below)
    _draw_calibration(above, evaluation)
    _draw_confusion(below, evaluation, themes)
    return figure


def _title(evaluation: Evaluation) -> str:
    table = evaluation.confusion
    both = table.loc[table["coder"] == table["model"], "answers"].sum()
    seen = evaluation.themes["support"].sum()
    found = f"{round(100 * both / seen)} of 100 themes" if seen else "no theme, for there is none,"
    return f"The model finds {found} that the coder saw in {evaluation.answers:,} answers"


def _draw_calibration(axes: Axes, evaluation: Evaluation) -> None:
    table = evaluation.calibration
    if table.empty:
        say_empty(axes, "The model found no mentions, so that no probability can be checked.")
        return
    _head(axes, _find_calibration(evaluation))
    axes.plot([0, 1], [0, 1], color=MUTED, lw=1, zorder=1)
    axes.vlines(table["probability"], table["right_low"], table["right_high"], color=DELIGHT, lw=2)
    axes.plot(table["probability"], table["right"], "o", color=DELIGHT, ms=6.5)
    for row in table.itertuples():
        axes.annotate(f"{row.n:,}", (row.probability, row.right_high), (0, 3), textcoords="offset points",
                      ha="center", color=MUTED, size=8)  # fmt: skip
    ticks = np.linspace(0, 1, 6)
    axes.set(xlim=(0, 1.02), ylim=(0, 1.1))
    axes.set_xticks(ticks, [f"{tick:.0%}" for tick in ticks])
    axes.set_yticks(ticks, [f"{tick:.0%}" for tick in ticks])
    axes.grid(color=RULE, lw=0.7)
    axes.set_xlabel("probability of a found mention (number: mentions; line: equal)", color=MUTED, size=9)
    axes.set_ylabel("of these right (bar: 95 %)", color=MUTED, size=9)


def _find_calibration(evaluation: Evaluation) -> str:
    table = evaluation.calibration
    said = float(np.average(table["probability"], weights=table["n"]))
    right = float(np.average(table["right"], weights=table["n"]))
    return f"Mentions have a mean probability of {said:.0%}; {right:.0%} of them are right"


def _draw_confusion(axes: Axes, evaluation: Evaluation, themes: list[str]) -> None:
    if not themes:
        say_empty(axes, "No theme was given where the coder saw another.")
        return
    first = list_confused(evaluation.confusion).iloc[0]
    name = {theme: printable(evaluation.codebook.label(theme, "en")) for theme in themes}
    _head(
        axes,
        f"Most often ‘{name[first['model']]}’ is given where the coder saw ‘{name[first['coder']]}’: "
        f"{first['answers']:,} answers",
    )
    counts = evaluation.confusion.pivot_table(index="coder", columns="model", values="answers", fill_value=0)
    values = counts.reindex(index=themes, columns=themes, fill_value=0).to_numpy(int)
    top = int(first["answers"])
    for (row, column), n in np.ndenumerate(values):
        alike = row == column
        colour = HIDDEN if alike else HEAT(n / top)
        axes.barh(row + 0.5, 0.96, left=column + 0.02, height=0.9, color=colour if n else "none")
        if n:
            on = MUTED if alike else (ON_DARK if n / top > _DARK else INK)
            write_text(axes, column + 0.5, row + 0.5, f"{n:,}", color=on, size=8)
    axes.set(xlim=(0, len(themes)), ylim=(len(themes), 0))
    places = [place + 0.5 for place in range(len(themes))]
    labels = [shorten(name[theme], 30, placeholder="…") for theme in themes]
    axes.set_xticks(places, labels, rotation=35, ha="right", rotation_mode="anchor", size=8, parse_math=False)
    axes.set_yticks(places, labels, size=8, parse_math=False)
    axes.set_xlabel("only the model gave it (grey: answers in which both did)", color=MUTED, size=9)
    axes.set_ylabel("only the coder saw it", color=MUTED, size=9)


def _pick_themes(evaluation: Evaluation) -> list[str]:
    """Return the themes in most confusions, in the order of the codebook."""
    confused = list_confused(evaluation.confusion)
    n = (
        confused.groupby("coder")["answers"]
        .sum()
        .add(confused.groupby("model")["answers"].sum(), fill_value=0)
    )
    most = set(n.sort_values(ascending=False, kind="stable").index[:_MOST_THEMES])
    if len(confused):
        most |= {confused.loc[0, "coder"], confused.loc[0, "model"]}  # of these the title speaks
    return [theme for theme in evaluation.codebook.theme_ids if theme in most]


def _head(axes: Axes, finding: str) -> None:
    axes.set_title(fit(finding, WIDE, 68, 68), loc="left", size=10, color=INK, parse_math=False)
