"""Groups in order, with what chance alone would do to that order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from why_nps.errors import InputError
from why_nps.stats.effects import NOT_DISTINCT
from why_nps.stats.estimates import adjust_p, collect, make_rows
from why_nps.stats.intervals import CONFIDENCE, Z

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike

    from why_nps.stats.intervals import Floats

_CLEAR = 0.05


def rank_groups(
    estimates: ArrayLike,
    std_errors: ArrayLike,
    groups: Sequence[str],
    *,
    by: str,
    draws: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """Shrink the figures of groups towards their common mean and say how sure their order is.

    Parameters
    ----------
    estimates, std_errors : array_like of shape (g,)
        Of each group, such as its NPS; give a standard error that is never 0, for instance the width of the
        Tango interval over 3.92. At least two groups.
    groups : sequence of g str
        Their names.
    by : str
        Name of the segment.
    draws, seed : int
        Of the draws behind the ranks.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES: ``shrunk`` in the unit of the estimates, with `p_adjusted` of each group against all others
        and the note "not distinguishable" where that is .05 or more; and ``rank`` (1 is highest) with the
        range in which it lies in 95 % of the draws.

    Raises
    ------
    InputError
        If a value is missing or a standard error not above 0.

    Notes
    -----
    Empirical Bayes with the spread between groups by Paule and Mandel (1982, from statsmodels); ranks after
    Goldstein and Spiegelhalter (1996).

    Examples
    --------
    >>> table = rank_groups([10, 12, 40], [4, 5, 4], ["A", "B", "C"], by="branch")
    >>> table.loc[table["statistic"] == "shrunk", ["group", "estimate"]].round(0).to_numpy().tolist()
    [['A', 11.0], ['B', 13.0], ['C', 39.0]]
    """
    y, s = _take_figures(estimates, std_errors, len(groups))
    shrunk, error, kept = _shrink(y, s)
    p = _p_against_others(y, s)
    told = np.where(adjust_p(p) < _CLEAR, "", NOT_DISTINCT).astype(object)
    rank, low, high = _ranks(shrunk, error, draws, np.random.default_rng(seed))
    rows = [
        make_rows(
            "shrunk",
            estimate=shrunk,
            std_error=error,
            limits=(shrunk - Z * error, shrunk + Z * error),
            n=len(y),
            n_effective=kept,
            p=p,
            note=told,
        ),
        make_rows(
            "rank", estimate=rank, std_error=np.nan, limits=(low, high), n=len(y), n_effective=kept, note=told
        ),
    ]
    return collect(row.assign(by=by, group=list(groups)) for row in rows)


def _take_figures(estimates: ArrayLike, std_errors: ArrayLike, groups: int) -> tuple[Floats, Floats]:
    y, s = np.asarray(estimates, dtype=np.float64), np.asarray(std_errors, dtype=np.float64)
    if y.shape != s.shape or y.shape != (groups,) or groups < 2:  # noqa: PLR2004 - one group has no rank
        raise InputError("Give one estimate and one standard error for each of at least two groups.")
    if not (np.isfinite(y).all() and np.isfinite(s).all() and (s > 0).all()):
        raise InputError("Estimates must not be missing, and standard errors must be above 0.")
    return y, s


def _shrink(y: Floats, s: Floats) -> tuple[Floats, Floats, Floats]:
    """Each figure drawn towards the common mean, its standard error, and the share of its own it kept."""
    tau2 = _spread_between(y, s)
    w = 1 / (s**2 + tau2)
    mean, kept = (w @ y) / w.sum(), tau2 / (tau2 + s**2)
    return mean + kept * (y - mean), np.sqrt(kept * s**2 + (1 - kept) ** 2 / w.sum()), kept


def _spread_between(y: Floats, s: Floats) -> float:
    from statsmodels.stats.meta_analysis import combine_effects

    w = 1 / s**2
    if w @ (y - (w @ y) / w.sum()) ** 2 <= len(y) - 1:
        return 0.0  # no more than chance
    return float(max(combine_effects(y, s**2, method_re="iterated").tau2, 0.0))


def _p_against_others(y: Floats, s: Floats) -> Floats:
    """Two-sided p of each group against all others together."""
    from scipy.special import ndtr

    w = 1 / s**2
    rest = w.sum() - w
    mean = (w @ y - w * y) / rest
    z = (y - mean) / np.sqrt(s**2 + 1 / rest)
    p: Floats = 2 * ndtr(-np.abs(z))
    return p


def _ranks(
    mean: Floats, error: Floats, draws: int, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    from scipy.stats import rankdata

    drawn = rankdata(-(mean + error * rng.standard_normal((draws, len(mean)))), axis=1)
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    return np.asarray(rankdata(-mean, method="min"), dtype=np.float64), low, high
