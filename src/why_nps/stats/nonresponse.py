"""What those who did not answer could change: sensitivity, never one silent correction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.core.cards import make_record
from why_nps.errors import InputError
from why_nps.stats.estimates import collect, make_rows
from why_nps.stats.intervals import CONFIDENCE
from why_nps.stats.sample import take_counts, take_mentions, take_sample
from why_nps.stats.tallies import share_limits, stack_tallies, summarise, tally_labels

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats
    from why_nps.stats.sample import Labels

_SPAN = 200.0  # points between the lowest and the highest NPS


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what the NPS lies, whoever the others are.

    Parameters
    ----------
    low, high : float
        Points: lowest and highest NPS of all who were asked.
    interval_low, interval_high : float
        The same with 95 % confidence, sampling error included; NaN where no standard error was given.
    """

    low: float
    high: float
    interval_low: float
    interval_high: float

    def _repr_html_(self) -> str:
        return make_record(self, "NPS of all who were asked, in points")


def weight_text_back(scores: ArrayLike, has_text: ArrayLike, *, counts: ArrayLike | None = None) -> Floats:
    """Weights that give those with text the split of all who scored over detractors, passives, promoters.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Whole numbers 0..10 or missing.
    has_text : array_like of shape (n,)
        Whether anything was said.
    counts : array_like of shape (n,), optional
        How many equal answers each row stands for, as in `estimate_drivers`.

    Returns
    -------
    numpy.ndarray
        (n,) weights, 0 where there is no text or no score. A class without any text keeps none: compare the
        sum of the weights with the number of scores to see what is missing.

    Raises
    ------
    InputError
        If a score cannot be one.

    Examples
    --------
    >>> weight_text_back([10, 10, 10, 3], [True, False, False, True]).tolist()
    [3.0, 0.0, 0.0, 1.0]
    """
    sample = take_sample(scores, counts=counts)
    spoke = np.asarray(has_text).astype(bool)
    if spoke.shape != sample.kept.shape:
        raise InputError(f"has_text must have one value per score, here {len(sample.kept)}.")
    told = sample.classes * spoke[sample.kept, None]
    everyone, heard = (sample.counts @ side for side in (sample.classes, told))
    ratio = np.where(heard > 0, everyone / np.where(heard > 0, heard, 1.0), 0.0)
    weights = np.zeros(len(sample.kept))
    weights[sample.kept] = told @ ratio
    return weights


def estimate_rates_if_alike(
    scores: ArrayLike,
    mentions: ArrayLike,
    labels: Labels,
    has_text: ArrayLike,
    *,
    counts: ArrayLike | None = None,
) -> pd.DataFrame:
    """Mention rates if the silent had named what others with such a score name.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Whole numbers 0..10 or missing.
    mentions : array_like of shape (n, k)
        0/1.
    labels : sequence of k (theme, kind) pairs
        What the columns of `mentions` are.
    has_text : array_like of shape (n,)
        Whether anything was said.
    counts : array_like of shape (n,), optional
        How many equal answers each row stands for, as in `estimate_drivers`.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES with ``rate_if_alike`` (0..1): a "what if" beside the mention rate, which counts the silent
        as naming nothing.

    Raises
    ------
    InputError
        If an input cannot be used.

    Examples
    --------
    >>> table = estimate_rates_if_alike([10, 10, 3, 3], [[0], [0], [1], [0]], [("price", "pain")],
    ...                                 [True, False, True, False])
    >>> table["estimate"].tolist()
    [0.5]
    """
    weights = weight_text_back(scores, has_text, counts=counts)
    spoke = weights > 0
    matrix = take_mentions(mentions, labels, len(weights))
    given = pd.Series(np.asarray(pd.Series(scores).astype("Float64").to_numpy(float, na_value=np.nan)))
    times = take_counts(counts, len(weights))
    cells = tally_labels(take_sample(given[spoke], weights[spoke], times[spoke]), matrix[spoke])
    rate = summarise(stack_tallies(cells.without.total(), cells.within.total()), (0, 1))
    return collect(
        [
            make_rows(
                "rate_if_alike",
                labels=labels,
                estimate=rate.mean,
                std_error=rate.std_error,
                limits=share_limits(rate),
                n=rate.n,
                n_effective=cells.mentioned,
                note="" if spoke.any() else "no text",
            )
        ]
    )


def bound_nps(
    nps: float,
    response_rate: float,
    *,
    largest_difference: float = _SPAN,
    std_error: float | None = None,
) -> Bounds:
    """Between what the NPS of all who were asked lies, given that of those who answered.

    Parameters
    ----------
    nps : float
        Of those who answered, -100..100.
    response_rate : float
        Part of those asked who answered, above 0 and at most 1.
    largest_difference : float
        How many points the others may differ at most; without it nothing is assumed.
    std_error : float, optional
        Of `nps`, for the interval.

    Returns
    -------
    Bounds

    Raises
    ------
    InputError
        If a value is out of range.

    Notes
    -----
    Manski (1989): r * NPS + (1 - r) * what the others could be. Interval: Imbens and Manski (2004), with the
    standard error of r * NPS.

    Examples
    --------
    >>> bounds = bound_nps(32, 0.18)
    >>> print(f"{bounds.low:.2f} to {bounds.high:.2f}")
    -76.24 to 87.76
    """
    fits = -100 <= nps <= 100 and 0 < response_rate <= 1 and largest_difference >= 0  # noqa: PLR2004 - points
    if not fits or (std_error is not None and not std_error >= 0):
        raise InputError(
            "Give an NPS of -100 to 100, a response rate above 0 and at most 1, and a difference and "
            "standard error that are not negative."
        )
    others = max(-100.0, nps - largest_difference), min(100.0, nps + largest_difference)
    low, high = (response_rate * nps + (1 - response_rate) * other for other in others)
    if std_error is None:
        return Bounds(low, high, float("nan"), float("nan"))
    error = response_rate * std_error
    reach = _reach(high - low, error) * error
    return Bounds(low, high, low - reach, high + reach)


def _reach(width: float, error: float) -> float:
    """Find how many standard errors to go beyond each bound: 1.96 where they meet, 1.645 far apart."""
    from scipy.optimize import brentq
    from scipy.special import ndtr

    if error <= 0:
        return 0.0
    return float(brentq(lambda c: ndtr(c + width / error) - ndtr(-c) - CONFIDENCE, 0.0, 10.0))


def find_straightliners(items: ArrayLike) -> NDArray[np.bool_]:
    """Who gave every rating question of a questionnaire the same answer.

    Parameters
    ----------
    items : array_like of shape (n, m)
        Ratings on m questions; missing ones are left out.

    Returns
    -------
    numpy.ndarray
        (n,) boolean; never of someone who answered fewer than three. All nines can also be an opinion:
        compare the NPS with and without them, do not delete.

    Raises
    ------
    InputError
        If `items` is no table of numbers.

    Examples
    --------
    >>> find_straightliners([[8, 8, 8], [8, 7, 9], [8, None, None]]).tolist()
    [True, False, False]
    """
    try:
        table = np.asarray(
            pd.DataFrame(np.asarray(items, dtype=object))
            .astype("Float64")
            .to_numpy(dtype=np.float64, na_value=np.nan)
        )
    except (TypeError, ValueError):
        raise InputError(
            "items must be numbers or missing: one row per answer, one column per question."
        ) from None
    known = ~np.isnan(table)
    low, high = np.where(known, table, np.inf).min(axis=1), np.where(known, table, -np.inf).max(axis=1)
    same: NDArray[np.bool_] = (known.sum(axis=1) >= 3) & (low == high)  # noqa: PLR2004 - two alike say little
    return same
