"""Still pictures of an explanation: each a function from an explanation to a matplotlib figure.

No pyplot and no global state; foreign text is drawn as it is (``parse_math=False``). The title says the
finding, labels stand at what they name, and the colours are told apart by the colour-blind.
"""

from why_nps.report.figures.drivers import draw_drivers
from why_nps.report.figures.places import draw_heat
from why_nps.report.figures.quadrants import draw_quadrants
from why_nps.report.figures.score import draw_shares
from why_nps.report.figures.time import draw_change, draw_periods
from why_nps.report.figures.words import draw_words

__all__ = [
    "draw_change",
    "draw_drivers",
    "draw_heat",
    "draw_periods",
    "draw_quadrants",
    "draw_shares",
    "draw_words",
]
