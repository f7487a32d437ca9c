"""The Net Promoter Score of a set of answers, and the difference between two sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from why_nps.core.cards import make_record
from why_nps.errors import InputError
from why_nps.stats.intervals import adjusted_wald_interval
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

    def _repr_html_(self) -> str:
        return make_record(self, "Estimate in NPS points, with its 95 % interval")


def estimate_nps(
    scores: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    counts: ArrayLike | None = None,
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
    counts : array_like of shape (n,), optional
        How many equal answers each row stands for, as in `estimate_drivers`.
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
    sample = take_sample(scores, weights, counts)
    n = sample.n
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
        shares = tally.weights / tally.weights.sum() * effective
        low, high = (100 * limit for limit in adjusted_wald_interval(*shares))
    else:
        raise InputError(f"interval must be 'tango' or 'adjusted_wald'; {interval!r} was given.")
    return Estimate(float(moments.mean), error, float(low), float(high), n, effective)


def compare_nps(
    scores_a: ArrayLike,
    scores_b: ArrayLike,
    *,
    respondents: tuple[ArrayLike, ArrayLike] | None = None,
) -> Estimate:
    """Estimate NPS of a - NPS of b.

    Parameters
    ----------
    scores_a, scores_b : array_like
        Whole numbers 0..10; missing ones are left out.
    respondents : tuple of two array_like, optional
        Who gave each score of a and of b, each person at most once in either. Give it where the same people
        are in both, such as two waves of a panel; without it they are taken to be different people.

    Returns
    -------
    Estimate
        Points, -200..200; `n` counts both sets. NaN with the note "no scores" where one set has none.

    Raises
    ------
    InputError
        If a score cannot be one, or someone is twice in one set.

    Notes
    -----
    MOVER on Tango limits: Zou and Donner (2008); with people in both sets with the correlation of the two
    means, from variance s1^2/n1 + s2^2/n2 - 2 n12 s12 / (n1 n2), n12 the people in both.

    Examples
    --------
    >>> change = compare_nps([10] * 12 + [7] * 5 + [3] * 3, [10] * 8 + [7] * 5 + [3] * 7)
    >>> print(f"{change.estimate:.1f} ({change.low:.1f} to {change.high:.1f})")
    40.0 (-11.3 to 84.4)
    """
    a, b = estimate_nps(scores_a), estimate_nps(scores_b)
    if not (a.n and b.n):
        return Estimate(np.nan, np.nan, np.nan, np.nan, a.n + b.n, float(a.n + b.n), NO_SCORES)
    difference = a.estimate - b.estimate
    error, correlation = float(np.hypot(a.std_error, b.std_error)), 0.0
    if respondents is not None:
        error, correlation = _paired_error((scores_a, scores_b), respondents)
    limits = []
    for (one, other), sign in zip(((a, b), (b, a)), (1, -1), strict=True):
        down, up = one.estimate - one.low, other.high - other.estimate
        square = down**2 + up**2 - 2 * correlation * down * up
        limits.append(difference - sign * float(np.sqrt(max(square, 0.0))))
    return Estimate(difference, error, limits[0], limits[1], a.n + b.n, float(a.n + b.n))


def _paired_error(
    scores: tuple[ArrayLike, ArrayLike], respondents: tuple[ArrayLike, ArrayLike]
) -> tuple[float, float]:
    """Return the standard error of the difference and the correlation of the two NPS."""
    sides = []
    for values, people in zip(scores, respondents, strict=True):
        sample = take_sample(values)
        names = pd.Series(people).reset_index(drop=True)
        if len(names) != len(sample.kept) or names.isna().any() or names[sample.kept].duplicated().any():
            raise InputError("respondents must name who gave each score, each person once in either set.")
        sides.append(pd.Series(sample.classes @ POINTS, index=names[sample.kept]))
    shared = pd.concat(sides, axis=1, join="inner")
    cov = float(np.cov(shared.to_numpy(dtype=np.float64), rowvar=False)[0, 1]) if len(shared) > 1 else 0.0
    first, second = (float(side.var() / len(side)) if len(side) > 1 else 0.0 for side in sides)
    between = len(shared) * cov / (len(sides[0]) * len(sides[1]))
    error = float(np.sqrt(max(first + second - 2 * between, 0.0)))
    correlation = between / np.sqrt(first * second) if first * second > 0 else 0.0
    return error, float(np.clip(correlation, -0.99, 0.99))


def _check_population(population: int, n: int, *, weighted: bool) -> None:
    if weighted:
        raise InputError("population cannot be used together with weights; leave one of them out.")
    if population <= n:
        raise InputError(
            f"population must be larger than the number of scores ({n}); {population} was given. "
            "Where everyone answered, leave it out: the interval then tells how such answers vary by chance."
        )
