"""The drawing paper: colours, type and layout of the figures, and their way to SVG, PNG and PDF."""

from __future__ import annotations

import io
import re
import warnings
from contextlib import contextmanager
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib import style
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from why_nps.report.wording import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from why_nps.report.wording import Wording

INK, MUTED, RULE, PAPER = "#20242a", "#646a73", "#d9dce1", "#ffffff"
DELIGHT, PASSIVE, PAIN, HIDDEN, ON = "#0072b2", "#aab0b8", "#d55e00", "#e9ebee", "#fffffe"
ON_LIGHT, ON_DARK, ON_HIDDEN = "#20242b", "#fefefe", "#5a6069"  # the same by day and by night
HEAT = LinearSegmentedColormap.from_list("pain", ["#fdf3ea", "#f3b27a", "#d45d00", "#8a3a00"])
Size = float | tuple[float, float]
WIDE, NARROW = 7.2, 3.5  # inches
TELEPHONE = 5.0  # inches; below this, labels are short
_VARIABLES = {INK: "ink", MUTED: "muted", RULE: "rule", DELIGHT: "delight", PASSIVE: "passive", PAIN: "pain",
              PAPER: "paper", HIDDEN: "hidden", ON: "on"}  # fmt: skip
_NO_METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
FORMS = tuple(_NO_METADATA)
_FIXED_SPACE = "\xa0"
_ID = re.compile(r'(?<= id=")|(?<=href="#)|(?<=url\(#)')
_COLOUR = re.compile("|".join(_VARIABLES))
_TAG = re.compile("<[^>]*>")
_IDLE = re.compile(r'<g id="[^"]*"|(<text style="[^"]*?)font-family: [^;"]*; ')


@contextmanager
def plain_style() -> Iterator[None]:
    """Draw in matplotlib's own style: a user's may draw white on white, or hand foreign text to TeX."""
    with style.context("default"):
        yield


def open_canvas(size: Size, height: float, title: str) -> tuple[Figure, Axes]:
    """Open a figure under a title, with one bare axes.

    Parameters
    ----------
    size : float or tuple of two floats
        Its width, or width and height, in inches.
    height : float
        The height that it takes where none is asked for, without the further lines of a long title.
    title : str
    """
    width = read_width(size)
    lines = break_lines(title, int(width * 9.3), max_lines=6)  # on a telephone three names fill five
    whole = size if isinstance(size, tuple) else (width, height + 0.22 * (len(lines) - 1))
    figure = Figure(figsize=whole, layout="constrained", facecolor=PAPER)
    figure.suptitle(
        "\n".join(lines), x=0.003, ha="left", size=11.5, weight="bold", color=INK, parse_math=False
    )
    axes = figure.add_subplot(facecolor="none")
    strip_axes(axes)
    return figure, axes


def read_width(size: Size) -> float:
    """Return the width of a size, in inches."""
    return float(size[0] if isinstance(size, tuple) else size)


@plain_style()
def add_note(figure: Figure, note: str) -> None:
    """Write below a figure how to read it; the figure grows by as much."""
    width = figure.get_figwidth()
    lines = break_lines(note, int(width * 15.5), max_lines=6)
    figure.set_figheight(figure.get_figheight() + 0.08 + 0.16 * len(lines))
    figure.supxlabel("\n".join(lines), x=0.003, ha="left", size=8, color=MUTED, parse_math=False)


@plain_style()
def settle(figure: Figure) -> None:
    """Lay a figure out for good, so that it is not done again for each form that it is written in."""
    with boxes_for_strangers():
        figure.draw_without_rendering()
    figure.set_layout_engine("none")


def strip_axes(axes: Axes) -> None:
    """Take the frame and the tick marks off the axes."""
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelcolor=INK, labelsize=9)
    axes.set_axisbelow(True)


def write_text(
    axes: Axes, x: float, y: float, text: str, *, color: str, size: float = 9, weight: str = "normal"
) -> None:
    """Write foreign text in the middle of a point of the axes, never read as mathematics."""
    axes.text(
        x,
        y,
        printable(text),
        color=color,
        size=size,
        weight=weight,
        ha="center",
        va="center",
        parse_math=False,
    )


def say_empty(axes: Axes, text: str) -> None:
    """Say in words why there is nothing to draw."""
    axes.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
    lines = break_lines(text, 40, max_lines=6)
    axes.text(0, 0.5, "\n".join(lines), color=MUTED, size=10, va="center", parse_math=False)


def mark_points(axes: Axes, wording: Wording, axis: str) -> None:
    """Write the ticks of an axis as NPS points in the language."""
    line = axes.xaxis if axis == "x" else axes.yaxis
    line.set_major_locator(mpl.ticker.MaxNLocator(5, steps=[1, 2, 5, 10], integer=True))
    line.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: wording.points(value)))


def fit(text: str, figure_width: float, wide: int, narrow: int) -> str:
    r"""Return text on at most two lines of ``wide`` (or on a telephone ``narrow``) characters.

    What does not fit is left out of the middle: names that begin alike, such as of branches, end differently.

    Examples
    --------
    >>> fit("Winkelcentrum Hoog Catharijne, begane grond, nummer 23", 7.2, 26, 14)
    'Winkelcentrum Hoog\n…begane grond, nummer 23'
    """
    room = wide if figure_width > TELEPHONE else narrow
    first, *rest = break_lines(text, room, max_lines=len(text) + 1) or [""]
    if len(rest) <= 1:
        return "\n".join([first, *rest])
    words = " ".join(rest).split(" ")
    while len(words) > 1 and len(" ".join(words)) >= room:
        del words[0]
    return f"{first}\n…{' '.join(words)[1 - room :]}"


def break_lines(text: str, width: int, *, max_lines: int) -> list[str]:
    """Return foreign text as lines of ``width`` characters; never between a number and its percent sign."""
    return wrap(drawable(text), width, max_lines=max_lines, placeholder="…")


def drawable(text: str) -> str:
    """Return foreign text as `printable` does, with the spaces kept that hold "15 %" together."""
    return _FIXED_SPACE.join(printable(part) for part in text.split(_FIXED_SPACE))


@contextmanager
def boxes_for_strangers() -> Iterator[None]:
    """Let a sign that the font lacks, such as an emoji in a branch name, be drawn as a box, unwarned."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        yield


@plain_style()
def to_bytes(figure: Figure, form: str) -> bytes:
    """Return the figure as "svg", "png" or "pdf", the same bytes each time."""
    stream = io.BytesIO()
    settings: dict[Any, Any] = {"svg.hashsalt": "why_nps", "svg.fonttype": "none"}
    with mpl.rc_context(settings), boxes_for_strangers():
        figure.savefig(
            stream, format=form, dpi=160 if form == "png" else "figure", metadata=_NO_METADATA[form]
        )
    return stream.getvalue()


def to_inline(figure: Figure, name: str) -> str:
    """Return the figure as SVG to stand in a page: ids of its own, colours and type that follow the page.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What to draw.
    name : str
        Prefix of its ids, unique in the page; letters, digits and hyphens.
    """
    svg = to_bytes(figure, "svg").decode("utf-8")
    svg = svg[svg.index("<svg") :]
    style = svg.find("<style"), svg.find("</style>")  # it would speak to the whole page
    svg = svg[: style[0]] + svg[style[1] + len("</style>") :]
    svg = _TAG.sub(lambda tag: _settle_in(tag[0], name), svg)
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def _settle_in(tag: str, name: str) -> str:
    """Return a tag without what the page knows already, its id and colours those of the page."""
    tag = _ID.sub(f"{name}-", _IDLE.sub(lambda found: found[1] or "<g", tag))
    return _COLOUR.sub(lambda found: f"var(--{_VARIABLES[found[0]]})", tag)
