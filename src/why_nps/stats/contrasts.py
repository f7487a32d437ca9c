"""Which of many counts tell two groups apart: log odds with an informative Dirichlet prior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.errors import InputError
from why_nps.stats.estimates import adjust_p
from why_nps.stats.intervals import Z

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def contrast_counts(first: ArrayLike, second: ArrayLike, prior: ArrayLike) -> pd.DataFrame:
    """Say of each count how much larger its share is in the first group than in the second.

    Parameters
    ----------
    first, second : array_like of shape (k,)
        How often each of k things, such as words, was seen in either group.
    prior : array_like of shape (k,)
        Positive pseudo-counts that both groups begin with. In proportion to how often each is seen
        anywhere they draw what is rare towards "no difference"; their sum says how strongly.

    Returns
    -------
    pandas.DataFrame
        Row by row ``log_odds`` (natural; above 0 where the first group has more), ``std_error``, ``low`` and
        ``high`` (95 %), and ``p_adjusted`` (two-sided, Benjamini-Hochberg over the k).

    Raises
    ------
    InputError
        If the three differ in length, a count is negative or missing, or a prior is not positive.

    Notes
    -----
    Monroe, Colaresi and Quinn (2008), "Fightin' words", Political Analysis 16: the difference of the log odds
    of y + a in n + a0, with the variance 1 / (y1 + a) + 1 / (y2 + a), normal.

    Examples
    --------
    >>> table = contrast_counts([40, 5, 200], [4, 28, 210], prior=[4.5, 3.4, 42])
    >>> table[["log_odds", "low", "high"]].round(2).to_numpy().tolist()
    [[1.78, 1.05, 2.51], [-1.41, -2.18, -0.65], [-0.32, -0.5, -0.15]]
    """
    y1, y2, a = (np.asarray(values, dtype=np.float64) for values in (first, second, prior))
    if not y1.shape == y2.shape == a.shape or y1.ndim != 1:
        raise InputError(
            f"first, second and prior must be as long; they are {y1.shape}, {y2.shape} and {a.shape}."
        )
    if not (np.isfinite(y1 + y2 + a).all() and (y1 >= 0).all() and (y2 >= 0).all() and (a > 0).all()):
        raise InputError("Counts must not be negative or missing, and each prior must be above zero.")
    rest = [(y.sum() + a.sum()) - (y + a) for y in (y1, y2)]
    odds = [  # of a thing that is all there is: the same in either group
        np.divide(y + a, other, out=np.ones_like(y), where=other > 0)
        for y, other in zip((y1, y2), rest, strict=True)
    ]
    log_odds = np.log(odds[0]) - np.log(odds[1])
    error = np.sqrt(1 / (y1 + a) + 1 / (y2 + a))
    return pd.DataFrame(
        {
            "log_odds": log_odds,
            "std_error": error,
            "low": log_odds - Z * error,
            "high": log_odds + Z * error,
            "p_adjusted": adjust_p(_two_sided(log_odds / error)),
        }
    )


def _two_sided(z: ArrayLike) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    from scipy.special import ndtr

    return np.asarray(2 * ndtr(-np.abs(np.asarray(z, dtype=np.float64))))
