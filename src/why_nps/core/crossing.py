"""What the filters of the report choose between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """Figures for each combination of at most two segments and the period, and where each verbatim is filed.

    Parameters
    ----------
    by : tuple of str
        The segments, such as ``("branch", "touchpoint")``.
    figures : pandas.DataFrame
        The ``CROSSED`` table; what is not in it has too few answers.
    places : pandas.DataFrame
        ``answer_id``, ``group``, ``other``, ``period``: for each verbatim the most exact combination of
        `figures` that it belongs to.
    """

    by: tuple[str, ...]
    figures: pd.DataFrame
    places: pd.DataFrame
