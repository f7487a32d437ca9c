"""The score alone as estimates: the NPS and the shares of which it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.stats.estimates import collect, make_rows
from why_nps.stats.nps import NO_SCORES
from why_nps.stats.sample import take_sample
from why_nps.stats.tallies import POINTS, Tally, nps_limits, share_limits, summarise, tally_scores

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from why_nps.stats.sample import Sample

CLASSES = ("detractors", "passives", "promoters")


def estimate_scores(
    scores: ArrayLike, *, weights: ArrayLike | None = None, counts: ArrayLike | None = None
) -> pd.DataFrame:
    """Estimate the NPS and the shares of promoters, passives and detractors.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Whole numbers 0..10 or missing.
    weights : array_like of shape (n,), optional
        Positive.
    counts : array_like of shape (n,), optional
        How many equal answers each row stands for, as in `estimate_drivers`.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES with the statistics ``nps`` (points, Tango interval) and ``share_promoters``,
        ``share_passives`` and ``share_detractors`` (0..1, Wilson interval on the effective n).

    Raises
    ------
    InputError
        If a score or weight cannot be one.

    Examples
    --------
    >>> table = estimate_scores([10, 9, 7, 3, 10, 8, 6, 9, 10, 9])
    >>> table[["statistic", "estimate", "n"]].round(2)
             statistic  estimate   n
    0              nps      40.0  10
    1  share_promoters       0.6  10
    2   share_passives       0.2  10
    3  share_detractors       0.2  10
    """
    return collect([score_rows(take_sample(scores, weights, counts))])


def score_rows(sample: Sample) -> pd.DataFrame:
    """Rows of `estimate_scores` for a sample taken before."""
    tally = tally_scores(sample)
    shares = [_share_row(tally, name) for name in reversed(CLASSES)]
    return pd.concat([nps_rows(Tally(tally.counts[None], tally.weights[None], tally.squares[None])), *shares])


def nps_rows(tally: Tally) -> pd.DataFrame:
    """One row ``nps`` for each cell of a tally of shape (cells, 3)."""
    nps = summarise(tally, POINTS)
    return make_rows(
        "nps",
        estimate=nps.mean,
        std_error=nps.std_error,
        limits=nps_limits(tally, nps.n_effective),
        n=nps.n,
        n_effective=nps.n_effective,
        note=np.where(nps.n > 0, "", NO_SCORES).astype(object),
    )


def _share_row(tally: Tally, name: str) -> pd.DataFrame:
    share = summarise(tally, [float(one == name) for one in CLASSES])
    low, high = share_limits(share)
    return make_rows(
        f"share_{name}",
        estimate=[share.mean],
        std_error=[share.std_error],
        limits=(low[None], high[None]),
        n=share.n,
        n_effective=share.n_effective,
        note="" if share.n else NO_SCORES,
    )
