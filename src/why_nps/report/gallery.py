"""The pictures of an explanation, by name: the page shows them, `save_figures` writes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from why_nps.core.storage import write_together
from why_nps.report import titles
from why_nps.report.canvas import FORMS, NARROW, WIDE, add_note, settle, to_bytes, to_inline
from why_nps.report.figures import (
    draw_change,
    draw_drivers,
    draw_heat,
    draw_periods,
    draw_quadrants,
    draw_shares,
    draw_words,
)
from why_nps.report.selection import pick_groups, pick_periods, pick_value
from why_nps.report.steps import pick_change, pick_steps
from why_nps.report.wording import load_wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from matplotlib.figure import Figure

    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

PEOPLE = (
    "employee",
)  # no map of who is complained about: their numbers are small and their customers differ
_QUADRANT = 4  # points, below which medians part nothing


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure that is worth showing.

    Parameters
    ----------
    name : str
        Letters, digits and hyphens; the name of its file.
    alt : str
        What it shows, in words.
    note : str
        How to read it.
    draw : callable
        From keywords ``title`` and ``size`` to a figure.
    """

    name: str
    alt: str
    note: str
    draw: Callable[..., Figure]

    def inline(self) -> tuple[str, str]:
        """Return the wide and the narrow drawing as SVG for a page."""
        return (
            to_inline(self.draw(size=WIDE), f"{self.name}-wide"),
            to_inline(self.draw(size=NARROW), f"{self.name}-narrow"),
        )

    def still(self) -> Figure:
        """Return the wide drawing with how to read it below, to stand alone."""
        figure = self.draw()
        add_note(figure, self.note)
        settle(figure)
        return figure


def list_pictures(explanation: Explanation, wording: Wording) -> list[Picture]:
    """Return the pictures for which there is something to show, in the order of the report."""
    return [
        *_picture_score(explanation, wording),
        *_picture_drivers(explanation, wording),
        *_picture_words(explanation, wording),
        *_picture_time(explanation, wording),
        *_picture_places(explanation, wording),
    ]


def save_figures(explanation: Explanation, folder: str | Path, *, language: str = "nl") -> list[Path]:
    """Write every picture as SVG, PNG and PDF into ``folder``.

    Raises
    ------
    InputError
        If there is no report in ``language``, or the folder cannot be written.
    """
    return write_together(folder, render_figures(explanation, language=language))


def render_figures(explanation: Explanation, *, language: str) -> dict[str, bytes]:
    """Return the files that `save_figures` writes, by name."""
    drawn = [
        (picture.name, picture.still()) for picture in list_pictures(explanation, load_wording(language))
    ]
    return {f"{name}.{form}": to_bytes(figure, form) for name, figure in drawn for form in FORMS}


def _picture_score(explanation: Explanation, wording: Wording) -> Iterator[Picture]:
    shown = titles.read_shares(explanation)
    nps = pick_value(explanation.estimates, "nps")
    if not shown or nps is None:
        return
    told = {g: wording.share(shown.get(g, float("nan"))) for g in ("promoters", "passives", "detractors")}
    alt = wording.say("figures.alt_shares", title=titles.title_shares(explanation, wording), **told)
    ends = {"low": wording.points(nps["low"]), "high": wording.points(nps["high"])}
    note = wording.say("score.interval", n=wording.number(nps["n"]), **ends)
    yield Picture("shares", alt, note, partial(draw_shares, explanation, wording))


def _picture_drivers(explanation: Explanation, wording: Wording) -> Iterator[Picture]:
    drivers = explanation.drivers()
    known = drivers[drivers["kind"].isin(["pain", "delight"]) & drivers["adjusted_effect"].notna()]
    if known.empty:
        return
    n = wording.number(known["n"].max())
    alt = wording.say("figures.alt", title=titles.title_drivers(explanation, wording))
    note = f"{wording.say('drivers.figure_note')} {wording.say('figures.n', n=n)}"
    yield Picture("drivers", alt, note, partial(draw_drivers, explanation, wording))
    if len(titles.read_quadrants(explanation)) >= _QUADRANT:
        alt = wording.say("figures.alt", title=titles.title_quadrants(explanation, wording))
        note = wording.say("figures.quadrants_note", n=n)
        yield Picture("quadrants", alt, note, partial(draw_quadrants, explanation, wording))


def _picture_words(explanation: Explanation, wording: Wording) -> Iterator[Picture]:
    words = explanation.words
    if words.empty:
        return
    told = {
        group: ", ".join(words.loc[words["group"] == group, "word"].head(10)) or wording.say("format.missing")
        for group in ("promoters", "detractors")
    }
    alt = wording.say("figures.alt_words", title=titles.title_words(explanation, wording), **told)
    yield Picture("words", alt, wording.say("figures.words_note"), partial(draw_words, explanation, wording))


def _picture_time(explanation: Explanation, wording: Wording) -> Iterator[Picture]:
    if len(pick_periods(explanation.estimates)) > 1:
        alt = wording.say("figures.alt", title=titles.title_periods(explanation, wording))
        note = wording.say("time.figure_note")
        yield Picture("periods", alt, note, partial(draw_periods, explanation, wording))
    change = pick_change(explanation)
    if change is not None and len(pick_steps(explanation, change, 1)) > 1:
        alt = wording.say("figures.alt", title=titles.title_change(explanation, wording))
        note = wording.say("figures.change_note", n=wording.number(change.n_before + change.n_after))
        yield Picture("change", alt, note, partial(draw_change, explanation, wording))


def _picture_places(explanation: Explanation, wording: Wording) -> Iterator[Picture]:
    for number, by in enumerate(explanation.segments, start=1):
        if by not in PEOPLE and min(titles.read_heat(explanation, by).shape) > 1:
            alt = wording.say("figures.alt", title=titles.title_heat(explanation, wording, by))
            note = wording.say("where.heat_note")
            if len(pick_groups(explanation.estimates, by)) > titles.MOST_GROUPS:
                note += " " + wording.say("where.heat_most", most=titles.MOST_GROUPS)
            yield Picture(f"heat-{number}", alt, note, partial(draw_heat, explanation, wording, by))
