"""The figures of an explanation to look at and change: `Explanation.figures`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from why_nps.errors import InputError
from why_nps.report.canvas import WIDE
from why_nps.report.figures import (
    draw_change,
    draw_drivers,
    draw_heat,
    draw_periods,
    draw_quadrants,
    draw_shares,
    draw_words,
)
from why_nps.report.wording import load_wording

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from why_nps.report.canvas import Size
    from why_nps.report.explanation import Explanation


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of an explanation, each a `matplotlib.figure.Figure`.

    Every method takes a ``title`` (without it the title says the finding), a ``size`` (width, or width and
    height, in inches) and a ``language`` ("nl" or "en"), and raises InputError for another language.

    Parameters
    ----------
    explanation : Explanation
    """

    explanation: Explanation

    def shares(self, title: str | None = None, size: Size = WIDE, language: str = "nl") -> Figure:
        """Draw promoters, passives and detractors as one bar."""
        return draw_shares(self.explanation, load_wording(language), title=title, size=size)

    def drivers(self, title: str | None = None, size: Size = WIDE, language: str = "nl") -> Figure:
        """Draw the effect of each theme with its interval, pain left and delight right."""
        return draw_drivers(self.explanation, load_wording(language), title=title, size=size)

    def quadrants(self, title: str | None = None, size: Size = WIDE, language: str = "nl") -> Figure:
        """Draw the strength of each theme against how often it is named."""
        return draw_quadrants(self.explanation, load_wording(language), title=title, size=size)

    def periods(self, title: str | None = None, size: Size = WIDE, language: str = "nl") -> Figure:
        """Draw the NPS per period with its band, its n and the periods after which the scores shift."""
        return draw_periods(self.explanation, load_wording(language), title=title, size=size)

    def change(self, title: str | None = None, size: Size = WIDE, language: str = "nl") -> Figure:
        """Draw the parts of the change between the last two periods as a waterfall."""
        return draw_change(self.explanation, load_wording(language), title=title, size=size)

    def words(self, title: str | None = None, size: Size = WIDE, language: str = "nl") -> Figure:
        """Draw promoters' words against detractors'."""
        return draw_words(self.explanation, load_wording(language), title=title, size=size)

    def heat(self, by: str, title: str | None = None, size: Size = WIDE, language: str = "nl") -> Figure:
        """Draw how often each group of the segment ``by``, such as "branch", names each pain.

        Raises
        ------
        InputError
            If the explanation was not made by that segment.
        """
        if by not in self.explanation.segments:
            known = ", ".join(self.explanation.segments) or "none"
            raise InputError(f"There is no segment {by!r} in this explanation; there are: {known}.")
        return draw_heat(self.explanation, load_wording(language), by, title=title, size=size)
