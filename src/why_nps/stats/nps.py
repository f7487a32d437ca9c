"""The Net Promoter Score of a set of answers, and the difference between two sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from why_nps.errors import InputError
from why_nps.stats.intervals import adjusted_wald_interval, difference_interval
from why_nps.stats.sample import take_sample
from why_nps.stats.tallies import POINTS, nps_limits, summarise, tally_scores

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

NO_SCORES = "no scores"


@dataclass(frozen=True, slots=True)
class Estimate:
    """An NPS, or a difference of two, with its uncertainty.

    Parameters
    ----------
    estimate, std_error, low, high : float
        Points, -100..100 (a difference: -200..200); the interval is of 95 %. NaN where there are no scores.
    n : int
        Answers with a score.
    n_effective : float
        The same, less what weights cost or plus what a finite population gives.
    note : str
        What should be known about the figure; "" where nothing.
    """

    estimate: float
    std_error: float
    low: float
    high: float
    n: int
    n_effective: float
    note: str = ""


def estimate_nps(
    scores: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    population: int | None = None,
    interval: Literal["tango", "adjusted_wald"] = "tango",
) -> Estimate:
    """Estimate the NPS: promoters (9, 10) less detractors (0 to 6), in points.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Whole numbers 0..10; missing ones are left out, so `n` in the result counts the rest.
    weights : array_like of shape (n,), optional
        Positive; only their ratios matter, and equal weights are no weights.
    population : int, optional
        How many could have answered, where that is known and not much larger than `n`.
    interval : {"tango", "adjusted_wald"}
        Which interval; `tango_interval` covers best.

    Returns
    -------
    Estimate
        Without any score: NaN, with the note "no scores". The interval never has zero width.

    Raises
    ------
    InputError
        If a score or weight cannot be one, if `population` is not larger than the number of scores, or
        if it is given together with weights.

    Notes
    -----
    Tango (1998) on n* answers. Weighted: Korn and Graubard's (1998) effective n. Finite population of
    N: n* = n (N - 1) / (N - n), standard error sqrt(s^2 / n * (1 - n / N)).

    Examples
    --------
    >>> nps = estimate_nps([10, 9, 7, 3, 10, 8, None, 6, 9, 10])
    >>> print(f"{nps.estimate:.1f} ({nps.low:.1f} to {nps.high:.1f}), n = {nps.n}")
    33.3 (-23.5 to 72.2), n = 9
    """
    sample = take_sample(scores, weights)
    n = len(sample.classes)
    if n == 0:
        return Estimate(np.nan, np.nan, np.nan, np.nan, 0, 0.0, NO_SCORES)
    tally = tally_scores(sample)
    moments = summarise(tally, POINTS)
    error, effective = float(moments.std_error), float(moments.n_effective)
    if population is not None:
        _check_population(population, n, weighted=bool((sample.weights != 1).any()))
        error *= float(np.sqrt(n / max(n - 1, 1) * (1 - n / population)))
        effective = n * (population - 1) / (population - n)
    if interval == "tango":
        low, high = nps_limits(tally, effective)
    elif interval == "adjusted_wald":
        counts = tally.weights / tally.weights.sum() * effective
        low, high = (100 * limit for limit in adjusted_wald_interval(*counts))
    else:
        raise InputError(f"interval must be 'tango' or 'adjusted_wald'; {interval!r} was given.")
    return Estimate(float(moments.mean), error, float(low), float(high), n, effective)


def compare_nps(scores_a: ArrayLike, scores_b: ArrayLike) -> Estimate:
    """Estimate NPS of a - NPS of b, for two sets of answers by different people.

    Parameters
    ----------
    scores_a, scores_b : array_like
        Whole numbers 0..10; missing ones are left out.

    Returns
    -------
    Estimate
        Points, -200..200; `n` counts both sets. NaN with the note "no scores" where one set has none.

    Raises
    ------
    InputError
        If a score cannot be one.

    Notes
    -----
    MOVER on Tango limits: Zou and Donner (2008). Do not use it where the same people are in both
    sets: the interval is then too wide.

    Examples
    --------
    >>> change = compare_nps([10] * 12 + [7] * 5 + [3] * 3, [10] * 8 + [7] * 5 + [3] * 7)
    >>> print(f"{change.estimate:.1f} ({change.low:.1f} to {change.high:.1f})")
    40.0 (-11.3 to 84.4)
    """
    a, b = estimate_nps(scores_a), estimate_nps(scores_b)
    if not (a.n and b.n):
        return Estimate(np.nan, np.nan, np.nan, np.nan, a.n + b.n, float(a.n + b.n), NO_SCORES)
    limits = [(np.float64(one.low), np.float64(one.high)) for one in (a, b)]
    low, high = difference_interval(a.estimate, limits[0], b.estimate, limits[1])  # type: ignore[arg-type]
    error = float(np.hypot(a.std_error, b.std_error))
    return Estimate(a.estimate - b.estimate, error, float(low), float(high), a.n + b.n, float(a.n + b.n))


def _check_population(population: int, n: int, *, weighted: bool) -> None:
    if weighted:
        raise InputError("population cannot be used together with weights; leave one of them out.")
    if population <= n:
        raise InputError(
            f"population must be larger than the number of scores ({n}); {population} was given. "
            "Where everyone answered, leave it out: the interval then tells how such answers vary by chance."
        )
