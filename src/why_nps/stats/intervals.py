"""Intervals for proportions, for the NPS and for differences; all take arrays and broadcast."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy.special import ndtri

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Limits: TypeAlias = "tuple[Floats, Floats]"

CONFIDENCE = 0.95
Z = float(ndtri(0.5 + CONFIDENCE / 2))


def quantile_of(confidence: float) -> float:
    """Return the two-sided normal quantile of a confidence level, 1.96 for 0.95."""
    return float(ndtri(0.5 + confidence / 2))


def tango_interval(
    detractors: ArrayLike, passives: ArrayLike, promoters: ArrayLike, *, confidence: float = CONFIDENCE
) -> Limits:
    """Score interval of an NPS, seen as a difference of paired proportions.

    Parameters
    ----------
    detractors, passives, promoters : array_like
        Counts, broadcast together; they may be non-integer (effective counts of weighted answers).
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : numpy.ndarray
        Limits on -1..1; NaN where there are no answers. Never of zero width.

    Notes
    -----
    Tango (1998), Statistics in Medicine 17; the "iterative" interval of Rocks (2016), Journal of
    Applied Statistics. Each limit is the root of the score equation, found by bisection.

    Examples
    --------
    >>> low, high = tango_interval(12, 8, 10)
    >>> print(f"{low:.6f} {high:.6f}")
    -0.353922 0.233369
    """
    d, s, p = np.broadcast_arrays(
        *(np.asarray(c, dtype=np.float64) for c in (detractors, passives, promoters))
    )
    z = quantile_of(confidence)
    return _tango_low(d, d + s + p, p, z) + 0.0, 0.0 - _tango_low(p, d + s + p, d, z)


def adjusted_wald_interval(
    detractors: ArrayLike, passives: ArrayLike, promoters: ArrayLike, *, confidence: float = CONFIDENCE
) -> Limits:
    """Return the adjusted Wald interval "AW3" of an NPS, for comparison with tools that use it.

    Parameters
    ----------
    detractors, passives, promoters : array_like
        Counts, broadcast together.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : numpy.ndarray
        Limits on -1..1.

    Notes
    -----
    Rocks (2016): add 3/4, 3/2 and 3/4 to the counts, then Wald. Of very few answers that are all
    alike it need not hold the estimate; `tango_interval` does.

    Examples
    --------
    >>> low, high = adjusted_wald_interval(12, 8, 10)
    >>> print(f"{low:.6f} {high:.6f}")
    -0.347780 0.226568
    """
    d, s, p = (np.asarray(c, dtype=np.float64) for c in (detractors, passives, promoters))
    d, s, p = d + 0.75, s + 1.5, p + 0.75
    n = d + s + p
    nps = (p - d) / n
    half = quantile_of(confidence) * np.sqrt(((p + d) / n - nps**2) / n)
    return np.maximum(nps - half, -1.0), np.minimum(nps + half, 1.0)


def wilson_interval(share: ArrayLike, n: ArrayLike, *, confidence: float = CONFIDENCE) -> Limits:
    """Wilson (1927) score interval of a proportion.

    Parameters
    ----------
    share : array_like
        Proportion, 0..1.
    n : array_like
        Answers it rests on, or the effective number of weighted ones.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : numpy.ndarray
        Limits on 0..1; NaN where `n` is 0.

    Examples
    --------
    >>> low, high = wilson_interval(0, 10)
    >>> print(f"{low:.3f} {high:.3f}")
    0.000 0.278
    """
    p, size = np.broadcast_arrays(np.asarray(share, dtype=np.float64), np.asarray(n, dtype=np.float64))
    z2 = quantile_of(confidence) ** 2
    filled = np.where(size > 0, size, 1.0)
    middle = (p + z2 / (2 * filled)) / (1 + z2 / filled)
    half = np.sqrt(z2 * (p * (1 - p) / filled + z2 / (4 * filled**2))) / (1 + z2 / filled)
    empty = ~(size > 0)
    low = np.where(p > 0, np.clip(middle - half, 0.0, 1.0), 0.0)
    high = np.where(p < 1, np.clip(middle + half, 0.0, 1.0), 1.0)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def difference_interval(
    estimate_a: ArrayLike, limits_a: Limits, estimate_b: ArrayLike, limits_b: Limits
) -> Limits:
    """Interval of a - b for independent a and b, from the limits of each (MOVER).

    Parameters
    ----------
    estimate_a, estimate_b : array_like
        The two estimates.
    limits_a, limits_b : tuple of numpy.ndarray
        Lower and upper limit of each.

    Returns
    -------
    low, high : numpy.ndarray
        Limits of the difference, in the unit of the estimates.

    Notes
    -----
    Zou and Donner (2008), Statistics in Medicine 27; on Wilson limits it is Newcombe's (1998) interval.

    Examples
    --------
    >>> low, high = difference_interval(0.5, wilson_interval(0.5, 20), 0.2, wilson_interval(0.2, 30))
    >>> print(f"{low:.3f} {high:.3f}")
    0.035 0.526
    """
    a, b = np.asarray(estimate_a, dtype=np.float64), np.asarray(estimate_b, dtype=np.float64)
    low = a - b - np.hypot(a - limits_a[0], limits_b[1] - b)
    high = a - b + np.hypot(limits_a[1] - a, b - limits_b[0])
    return low, high


def _tango_low(d: Floats, n: Floats, p: Floats, z: float) -> Floats:
    """Lower limit: the excess is positive at -1 and not positive at the estimate."""
    filled = np.where(n > 0, n, 1.0)
    low, high = np.full(n.shape, -1.0), (p - d) / filled
    for _ in range(60):
        middle = (low + high) / 2
        above = _excess(middle, d, filled, p, z) > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    limit = np.where(d >= n, -1.0, (low + high) / 2)
    return np.where(n > 0, limit, np.nan)


def _excess(delta: Floats, d: Floats, n: Floats, p: Floats, z: float) -> Floats:
    """Distance of the NPS from `delta`, less z standard errors under `delta` (times n)."""
    b = -d - p + (2 * n - p + d) * delta
    c = -d * delta * (1 - delta)
    root = np.sqrt(np.maximum(b * b - 8 * n * c, 0.0))
    # The two forms of the quadratic's root, each where it does not cancel.
    q = np.where(b > 0, -2 * c / np.where(b > 0, b + root, 1.0), (root - b) / (4 * n))
    variance = np.maximum(2 * q + delta * (1 - delta), 0.0)
    excess: Floats = p - d - n * delta - z * np.sqrt(n * variance)
    return excess
