"""Has anything changed over many periods: control chart, EWMA, CUSUM and change points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from why_nps.errors import InputError
from why_nps.stats.estimates import collect, make_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike

    from why_nps.stats.intervals import Floats

LAMBDA, SLACK, DECISION, SIGMAS = 0.2, 0.5, 5.0, 3.0
OUTSIDE, SIGNAL = "outside the limits", "signal"
_CLASSES = 3


def chart_control(counts: ArrayLike, periods: Sequence[str], *, baseline: int) -> pd.DataFrame:
    """Set the NPS of each period against what the first periods lead one to expect.

    Parameters
    ----------
    counts : array_like of shape (t, 3)
        Detractors, passives and promoters of each period, in order of time.
    periods : sequence of t str
        Their names.
    baseline : int
        How many of the first periods are taken as "as usual"; at least 2.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES with `period`: ``control`` (NPS in points; low and high are the 3 sigma limits), ``ewma``
        (exponentially weighted mean of the standardised NPS, with its limits), ``cusum_up`` and
        ``cusum_down`` (sums of what is above or below by more than half a sigma; high is the limit). The
        note says where a limit is passed.

    Raises
    ------
    InputError
        If a count is negative or missing, a period has none, or the baseline has no variation.

    Notes
    -----
    z_t = (NPS_t - N0) / (sigma / sqrt n_t); EWMA lambda .2, CUSUM k .5 and h 5 (Montgomery 2013).

    Examples
    --------
    >>> table = chart_control([[20, 30, 50], [22, 30, 48], [40, 30, 30]], ["1", "2", "3"], baseline=2)
    >>> table.loc[table["statistic"] == "control", "note"].tolist()
    ['', '', 'outside the limits']
    """
    table = _take_counts(counts)
    if len(periods) != len(table):
        raise InputError(f"periods must have one name per row of counts, here {len(table)}.")
    if not 2 <= baseline <= len(table):  # noqa: PLR2004 - one period shows no usual
        raise InputError(f"baseline must be between 2 and the {len(table)} periods, not {baseline}.")
    n = table.sum(axis=1)
    usual = table[:baseline].sum(axis=0) / n[:baseline].sum()
    level = usual[2] - usual[0]
    spread = np.sqrt((usual[0] + usual[2] - level**2) / n)
    if not spread.all():
        raise InputError("All scores of the baseline are in one class: there is no usual variation.")
    nps = (table[:, 2] - table[:, 0]) / n
    limits = (100 * (level - SIGMAS * spread), 100 * (level + SIGMAS * spread))
    z = (nps - level) / spread
    bound = SIGMAS * np.sqrt(LAMBDA / (2 - LAMBDA) * (1 - (1 - LAMBDA) ** (2 * np.arange(1, len(z) + 1))))
    frames = [_rows("control", 100 * nps, 100 * spread, limits, n, OUTSIDE)]
    frames.append(_rows("ewma", _smooth(z), bound / SIGMAS, (-bound, bound), n, SIGNAL))
    for name, side in (("cusum_up", z), ("cusum_down", -z)):
        highest = np.full(len(z), DECISION)
        frames.append(_rows(name, _sum_up(side), np.full(len(z), np.nan), (-highest, highest), n, SIGNAL))
        frames[-1]["low"] = np.nan
    return collect(frame.assign(period=list(periods)) for frame in frames)


def find_change_points(
    counts: ArrayLike, periods: Sequence[str], *, draws: int = 999, seed: int = 0
) -> pd.DataFrame:
    """Find after which periods the distribution of the scores changed.

    Parameters
    ----------
    counts : array_like of shape (t, 3)
        Detractors, passives and promoters of each period, in order of time.
    periods : sequence of t str
        Their names.
    draws : int
        Samples of the parametric bootstrap; the smallest p-value is 1 / (draws + 1).
    seed : int
        Of the draws, so that a result can be had again.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row ``change_point`` for each split that was tested: `period` is the last one before
        the change, `estimate` the likelihood ratio, `p_adjusted` the bootstrap p of the largest ratio over
        all places (not adjusted again). Parts are split further as long as p is below .05.

    Raises
    ------
    InputError
        If a count is negative or missing, or a period has none.

    Notes
    -----
    Cost of a segment: -2 sum c log(c / n), the multinomial deviance, minimised by binary segmentation
    (`ruptures`; Truong, Oudre and Vayatis 2020).

    Examples
    --------
    >>> table = find_change_points([[20, 30, 50]] * 4 + [[45, 30, 25]] * 4, list("abcdefgh"), draws=99)
    >>> table[["period", "note"]].iloc[0].tolist()
    ['d', 'signal']
    """
    table = _take_counts(counts)
    rng = np.random.default_rng(seed)
    found: list[tuple[int, float, float, float]] = []
    waiting = [(0, len(table))]
    while waiting:
        start, end = waiting.pop(0)
        if end - start < 2:  # noqa: PLR2004 - a split needs two
            continue
        part = table[start:end]
        at, ratio = _split(part)
        p = _bootstrap(part, ratio, draws, rng)
        found.append((start + at - 1, ratio, p, float(part.sum())))
        if p < 0.05:  # noqa: PLR2004 - the level of every test here
            waiting += [(start, start + at), (start + at, end)]
    values = np.array(found, dtype=np.float64).reshape(-1, 4)
    nothing = np.full(len(values), np.nan)
    rows = make_rows(
        "change_point",
        estimate=values[:, 1],
        std_error=nothing,
        limits=(nothing, nothing),
        n=values[:, 3],
        n_effective=values[:, 3],
        note=np.where(values[:, 2] < 0.05, SIGNAL, "not distinguishable"),  # noqa: PLR2004 - as above
    )
    rows["period"] = [periods[int(at)] for at in values[:, 0]]
    return collect([rows]).assign(p_adjusted=values[:, 2])


def _take_counts(counts: ArrayLike) -> Floats:
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != _CLASSES:  # noqa: PLR2004 - rows and columns
        raise InputError(f"counts must be (periods, 3); it has the shape {table.shape}.")
    if not (np.isfinite(table).all() and (table >= 0).all() and (table.sum(axis=1) > 0).all()):
        raise InputError("counts must not be negative or missing, and each period must have an answer.")
    return table


def _rows(  # noqa: PLR0917 - a row as one reads it
    name: str, estimate: Floats, error: Floats, limits: tuple[Floats, Floats], n: Floats, note: str
) -> pd.DataFrame:
    passed = (estimate < limits[0]) | (estimate > limits[1])
    return make_rows(
        name,
        estimate=estimate,
        std_error=error,
        limits=limits,
        n=n,
        n_effective=n,
        note=np.where(passed, note, "").astype(object),
    )


def _smooth(z: Floats) -> Floats:
    from scipy.signal import lfilter

    smoothed: Floats = lfilter([LAMBDA], [1.0, LAMBDA - 1.0], z)
    return smoothed


def _sum_up(z: Floats) -> Floats:
    sums, last = np.zeros(len(z)), 0.0
    for at, value in enumerate(z):
        last = max(0.0, last + value - SLACK)
        sums[at] = last
    return sums


def _split(table: Floats) -> tuple[int, float]:
    """Best place to split (rows before it) and its likelihood ratio."""
    import ruptures

    cost = _multinomial_cost()
    at = ruptures.Binseg(custom_cost=cost, min_size=1, jump=1).fit(table).predict(n_bkps=1)[0]
    cuts = _ratios(table[None])[0]
    return int(at), float(cuts[at - 1])


def _bootstrap(table: Floats, ratio: float, draws: int, rng: np.random.Generator) -> float:
    sizes = table.sum(axis=1).astype(np.int64)
    shares = table.sum(axis=0) / table.sum()
    drawn = rng.multinomial(sizes, shares, size=(draws, len(sizes))).astype(np.float64)
    largest = _ratios(drawn).max(axis=1)
    return float((1 + (largest >= ratio - 1e-9).sum()) / (draws + 1))


def _ratios(tables: Floats) -> Floats:
    """Likelihood ratio of each split of each table: (draws, t, 3) to (draws, t - 1)."""
    before = np.cumsum(tables, axis=1)
    whole = before[:, -1:]
    ratios: Floats = _deviance(whole) - _deviance(before[:, :-1]) - _deviance(whole - before[:, :-1])
    return ratios


def _deviance(counts: Floats) -> Floats:
    from scipy.special import xlogy

    n = counts.sum(axis=-1, keepdims=True)
    deviance: Floats = -2 * xlogy(counts, counts / n).sum(axis=-1)
    return deviance


def _multinomial_cost() -> Any:
    from ruptures.base import BaseCost

    class MultinomialCost(BaseCost):  # type: ignore[misc] # ruptures ships no types
        """Deviance of a segment; ruptures wants a class of its own kind."""

        model = "multinomial"
        min_size = 1

        def fit(self, signal: Floats) -> MultinomialCost:
            self.signal = signal
            return self

        def error(self, start: int, end: int) -> float:
            return float(_deviance(self.signal[start:end].sum(axis=0)))

    return MultinomialCost()
