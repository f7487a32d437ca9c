"""The pictures of an explanation, by name: the page shows them, `save_figures` writes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from why_nps.core.storage import write_together
from why_nps.report.canvas import NARROW, WIDE, to_bytes, to_inline
from why_nps.report.figures import draw_drivers, draw_heat, draw_periods, draw_shares
from why_nps.report.selection import pick_periods
from why_nps.report.titles import (
    read_heat,
    read_shares,
    title_drivers,
    title_heat,
    title_periods,
    title_shares,
)
from why_nps.report.wording import load_wording

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.figure import Figure

    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

PEOPLE = (
    "employee",
)  # no map of who is complained about: their numbers are small and their customers differ


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure that is worth showing.

    Parameters
    ----------
    name : str
        Letters, digits and hyphens; the name of its file.
    alt : str
        What it shows, in words.
    draw : callable
        From a keyword ``width`` in inches to a figure.
    """

    name: str
    alt: str
    draw: Callable[..., Figure]

    def inline(self) -> tuple[str, str]:
        """Return the wide and the narrow drawing as SVG to stand in a page."""
        return (
            to_inline(self.draw(width=WIDE), f"{self.name}-wide"),
            to_inline(self.draw(width=NARROW), f"{self.name}-narrow"),
        )


def list_pictures(explanation: Explanation, wording: Wording) -> list[Picture]:
    """Return the pictures for which there is something to show, in the order of the report."""
    shown = read_shares(explanation)
    told = {g: wording.share(shown.get(g, float("nan"))) for g in ("promoters", "passives", "detractors")}
    bar = wording.say("figures.alt_shares", title=title_shares(explanation, wording), **told)
    pictures = [Picture("shares", bar, partial(draw_shares, explanation, wording))] if shown else []
    drivers = explanation.drivers()
    if drivers.loc[drivers["kind"].isin(["pain", "delight"]), "adjusted_effect"].notna().any():
        alt = wording.say("figures.alt", title=title_drivers(explanation, wording))
        pictures.append(Picture("drivers", alt, partial(draw_drivers, explanation, wording)))
    if len(pick_periods(explanation.estimates)) > 1:
        alt = wording.say("figures.alt", title=title_periods(explanation, wording))
        pictures.append(Picture("periods", alt, partial(draw_periods, explanation, wording)))
    for number, by in enumerate(explanation.segments, start=1):
        if by not in PEOPLE and min(read_heat(explanation, by).shape) > 1:
            alt = wording.say("figures.alt", title=title_heat(explanation, wording, by))
            pictures.append(Picture(f"heat-{number}", alt, partial(draw_heat, explanation, wording, by)))
    return pictures


def save_figures(explanation: Explanation, folder: str | Path, *, language: str = "nl") -> list[Path]:
    """Write every picture as PNG and SVG into ``folder``.

    Raises
    ------
    InputError
        If there is no report in ``language``, or the folder cannot be written.
    """
    return write_together(folder, render_figures(explanation, language=language))


def render_figures(explanation: Explanation, *, language: str) -> dict[str, bytes]:
    """Return the files that `save_figures` writes, by name."""
    drawn = [(picture.name, picture.draw()) for picture in list_pictures(explanation, load_wording(language))]
    return {f"{name}.{form}": to_bytes(figure, form) for name, figure in drawn for form in ("png", "svg")}
