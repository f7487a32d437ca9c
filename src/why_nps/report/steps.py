"""The change of the NPS, and the parts that add up to the last one: picked, never estimated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from why_nps.report.selection import pick_periods

if TYPE_CHECKING:
    from why_nps.report.explanation import Explanation

_STEPS = ("change_by_rate", "change_by_effect")
PARTS = ("change_by_label", *_STEPS)


@dataclass(frozen=True, slots=True)
class Change:
    """The NPS of two periods.

    Parameters
    ----------
    first, last : str
        The periods.
    before, after : float
        Their NPS, in points.
    points, low, high : float
        The difference and its 95 % interval, in points.
    n_before, n_after : int
        Scores in either.
    """

    first: str
    last: str
    before: float
    after: float
    points: float
    low: float
    high: float
    n_before: int
    n_after: int

    @property
    def direction(self) -> str:
        """How the NPS went: "steady" where the interval of the difference holds "no change"."""
        return "rise" if self.low > 0 else "fall" if self.high < 0 else "steady"

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out "no change"."""
        return self.direction != "steady"


def pick_change(explanation: Explanation) -> Change | None:
    """Return the change between the last two periods that can be shown; None where there is none."""
    return _pick(explanation.estimates, "change", whole=False)


def pick_whole_change(explanation: Explanation) -> Change | None:
    """Return the change from the first period that can be shown to the last; None where there is none."""
    return _pick(explanation.estimates, "change_since_first", whole=True)


def _pick(estimates: pd.DataFrame, statistic: str, *, whole: bool) -> Change | None:
    rows = estimates[(estimates["statistic"] == statistic) & (estimates["by"] == "")]
    shown = pick_periods(estimates).dropna(subset=["estimate"]).reset_index(drop=True)
    at = shown.index[shown["period"].isin(rows["period"])]
    if rows.empty or not len(at) or at[0] == 0 or not math.isfinite(rows["estimate"].iloc[0]):
        return None
    row, before, after = rows.iloc[0], shown.iloc[0 if whole else at[0] - 1], shown.iloc[at[0]]
    return Change(
        str(before["period"]),
        str(after["period"]),
        float(before["estimate"]),
        float(after["estimate"]),
        float(row["estimate"]),
        float(row["low"]),
        float(row["high"]),
        int(before["n"]),
        int(after["n"]),
    )


def pick_steps(explanation: Explanation, change: Change, most: int) -> pd.DataFrame:
    """Return the largest parts of a change, and the rest in one.

    Returns
    -------
    pandas.DataFrame
        ``statistic`` ("change_by_rate", "change_by_effect", or "rest" in the last row), ``theme``, ``kind``,
        ``estimate``, ``low`` and ``high`` (points; the interval of the rest is missing). The estimates add
        up to the change.
    """
    rows = explanation.estimates
    rows = rows[rows["statistic"].isin(_STEPS) & (rows["period"] == change.last) & rows["estimate"].notna()]
    order = rows["estimate"].abs().sort_values(ascending=False, kind="stable").index[:most]
    columns = ["statistic", "theme", "kind", "estimate", "low", "high"]
    shown = rows.loc[order, columns]
    rest = {"statistic": "rest", "theme": "", "kind": "", "estimate": change.points - shown["estimate"].sum()}
    return pd.concat([shown, pd.DataFrame([rest])], ignore_index=True).reindex(columns=columns)


def pick_parts(estimates: pd.DataFrame) -> pd.DataFrame:
    """Set the parts of a change side by side, those that moved most first.

    Returns
    -------
    pandas.DataFrame
        A row a theme and kind: ``theme``, ``kind``, ``period``, and of each of `PARTS` its estimate and
        interval, such as ``low_change_by_rate`` (points).
    """
    keys = ["theme", "kind", "period"]
    table = pd.DataFrame(columns=keys)
    for at, part in enumerate(PARTS):
        rows = estimates.loc[
            (estimates["statistic"] == part) & estimates["estimate"].notna(),
            [*keys, "estimate", "low", "high"],
        ]
        rows = rows.rename(columns={name: f"{name}_{part}" for name in ("estimate", "low", "high")})
        table = rows if at == 0 else table.merge(rows, on=keys)
    size = table[[f"estimate_{part}" for part in _STEPS]].abs().sum(axis=1)
    return table.loc[size.sort_values(ascending=False, kind="stable").index]
