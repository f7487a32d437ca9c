"""How many answers are needed to say something; round up what comes out."""

from __future__ import annotations

from scipy.special import ndtri

from why_nps.errors import InputError
from why_nps.stats.intervals import CONFIDENCE, quantile_of


def plan_share(
    share: float, *, margin: float, population: int | None = None, confidence: float = CONFIDENCE
) -> float:
    """Answers needed to know a share within a margin.

    Parameters
    ----------
    share : float
        The share expected, 0..1; 0.5 needs most.
    margin : float
        Half the width of the interval wanted, 0..1.
    population : int, optional
        How many could answer, where that is known.
    confidence : float
        Of the interval, 0..1.

    Returns
    -------
    float
        Answers, not rounded.

    Raises
    ------
    InputError
        If a share or margin is out of range.

    Notes
    -----
    z^2 p (1 - p) / e^2; in a population of N: n / (1 + (n - 1) / N) (Cochran 1977).

    Examples
    --------
    >>> round(plan_share(0.1, margin=0.03), 4)
    384.1459
    """
    _check(0 < share < 1 and 0 < margin < 1, "share and margin must lie between 0 and 1")
    n = quantile_of(confidence) ** 2 * share * (1 - share) / margin**2
    return n if population is None else n / (1 + (n - 1) / population)


def plan_nps(promoters: float, detractors: float, *, margin: float, confidence: float = CONFIDENCE) -> float:
    """Answers needed to know the NPS within a margin.

    Parameters
    ----------
    promoters, detractors : float
        Shares expected, 0..1.
    margin : float
        Half the width of the interval wanted, in points.
    confidence : float
        Of the interval, 0..1.

    Returns
    -------
    float
        Answers, not rounded.

    Raises
    ------
    InputError
        If the shares are no shares or the margin is not positive.

    Examples
    --------
    >>> round(plan_nps(0.5, 0.15, margin=5), 4)
    810.5478
    """
    _check(margin > 0, "margin must be above 0, in points")
    return quantile_of(confidence) ** 2 * _variance(promoters, detractors) / margin**2


def plan_change(promoters: float, detractors: float, *, points: float = 5.0, power: float = 0.8) -> float:
    """Answers needed in each of two periods to see a change of the NPS.

    Parameters
    ----------
    promoters, detractors : float
        Shares expected before the change, 0..1.
    points : float
        The change to be seen, taken half from detractors and half to promoters (or the reverse).
    power : float
        Chance to see it where it is there, with a two-sided test at 5 %.

    Returns
    -------
    float
        Answers a period, not rounded.

    Raises
    ------
    InputError
        If the shares are no shares or `points` is 0.

    Notes
    -----
    (v1 + v2) (z + z_power)^2 / points^2, with v the variance of one answer's points in each period.

    Examples
    --------
    >>> round(plan_change(0.5, 0.15))
    3194
    """
    _check(points != 0 and 0 < power < 1, "points must not be 0 and power must lie between 0 and 1")
    moved = points / 200
    after = min(max(promoters + moved, 0.0), 1.0), min(max(detractors - moved, 0.0), 1.0)
    spread = _variance(promoters, detractors) + _variance(*after)
    return spread * (quantile_of(CONFIDENCE) + float(ndtri(power))) ** 2 / points**2


def _variance(promoters: float, detractors: float) -> float:
    """Variance of one answer's points, -100, 0 or 100."""
    fits = promoters >= 0 and detractors >= 0 and promoters + detractors <= 1 + 1e-9
    _check(fits, "promoters and detractors must be shares that sum to at most 1")
    return 1e4 * (promoters + detractors - (promoters - detractors) ** 2)


def _check(holds: bool, rule: str) -> None:  # noqa: FBT001 - it is what was found
    if not holds:
        raise InputError(f"Cannot plan with these numbers: {rule}.")
