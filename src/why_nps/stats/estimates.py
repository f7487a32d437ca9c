"""Rows of the ESTIMATES table, from arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.core.tables import ESTIMATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from why_nps.stats.intervals import Floats, Limits
    from why_nps.stats.sample import Labels

SUPPRESSED = "suppressed"


def make_rows(
    statistic: str | Sequence[str],
    *,
    estimate: ArrayLike,
    std_error: ArrayLike,
    limits: Limits,
    n: ArrayLike,
    n_effective: ArrayLike,
    labels: Labels | None = None,
    p: ArrayLike = np.nan,
    note: ArrayLike = "",
) -> pd.DataFrame:
    """Lay arrays of one length beside each other as rows, with the raw p-value in a column ``p``."""
    size = len(np.asarray(estimate))
    pairs = labels if labels is not None else [("", "")] * size
    columns = {
        "estimate": estimate,
        "std_error": std_error,
        "low": limits[0],
        "high": limits[1],
        "n": n,
        "n_effective": n_effective,
        "p": p,
    }
    numbers = {
        name: np.broadcast_to(np.asarray(value, dtype=np.float64), size) for name, value in columns.items()
    }
    text = {
        "statistic": [statistic] * size if isinstance(statistic, str) else list(statistic),
        "by": "",
        "group": "",
        "period": "",
        "theme": [theme for theme, _ in pairs],
        "kind": [kind for _, kind in pairs],
        "note": np.broadcast_to(np.asarray(note, dtype=object), size),
    }
    return pd.DataFrame({**numbers, **text})


def suppressed_rows(statistics: Sequence[str]) -> pd.DataFrame:
    """Rows that tell that a figure is withheld, and nothing else: n is 0, the rest missing."""
    nothing = np.full(len(statistics), np.nan)
    return make_rows(
        statistics,
        estimate=nothing,
        std_error=nothing,
        limits=(nothing, nothing),
        n=0,
        n_effective=nothing,
        note=SUPPRESSED,
    )


def collect(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Join rows into ESTIMATES, the p-values adjusted within each statistic (Benjamini-Hochberg)."""
    parts = list(frames)
    if not parts:
        return ESTIMATES.frame([])
    rows = pd.concat(parts, ignore_index=True)
    rows["p_adjusted"] = rows.groupby("statistic", sort=False)["p"].transform(_adjust)
    return ESTIMATES.frame({str(name): column for name, column in rows.drop(columns="p").items()})


def adjust_p(p: ArrayLike) -> Floats:
    """Adjust p-values after Benjamini and Hochberg (1995); a missing one stays missing and is no test.

    Examples
    --------
    >>> adjust_p([0.01, float("nan"), 0.04]).tolist()
    [0.02, nan, 0.04]
    """
    from scipy.stats import false_discovery_control

    values = np.array(p, dtype=np.float64)
    tested = ~np.isnan(values)
    if tested.any():
        values[tested] = false_discovery_control(values[tested], method="bh")
    return values


def _adjust(p: pd.Series) -> pd.Series:
    return pd.Series(adjust_p(p.to_numpy()), index=p.index)
