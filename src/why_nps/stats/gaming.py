"""Scores that may have been asked for, bought or turned around: prompts to look, never accusations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.errors import InputError
from why_nps.stats.estimates import adjust_p, collect, make_rows, suppressed_rows
from why_nps.stats.groups import MINIMUM_N
from why_nps.stats.intervals import difference_interval, wilson_interval
from why_nps.stats.nps import compare_nps, estimate_nps
from why_nps.stats.sample import take_groups, take_mentions, take_sample
from why_nps.stats.suppression import hide_groups

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats
    from why_nps.stats.nps import Estimate
    from why_nps.stats.sample import Labels

LOOK, ONE_SIGNAL, TOO_FEW = "look", "one signal only", "too few answers"
CLEAR, FUNNEL = 0.05, 1.6448536269514722  # level of each test; the same one-sided, in standard deviations
WINSOR = 0.1
LOWEST = 3  # highest score of one who praises and yet gives almost nothing


@dataclass(frozen=True, slots=True)
class Funnel:
    """How unusual the share of hits of each unit is.

    Parameters
    ----------
    p : numpy.ndarray
        One-sided mid-p against the share of all other units.
    phi, tau : float
        Overdispersion, and the spread between units that it stands for.
    z : numpy.ndarray
        Standard deviations above the common share, that spread included.
    """

    p: Floats
    phi: float
    tau: float
    z: Floats


def measure_funnel(hits: ArrayLike, sizes: ArrayLike) -> Funnel:
    """Compare each unit's share with that of the others, allowing for units that differ anyway.

    Parameters
    ----------
    hits, sizes : array_like of shape (u,)
        Hits and answers of each unit; at least two units with an answer.

    Returns
    -------
    Funnel

    Raises
    ------
    InputError
        If the counts do not fit.

    Notes ----- Mid-p binomial against the leave-one-out share; additive overdispersion with z winsorised by
    10 % on either side (Spiegelhalter 2005, Statistics in Medicine 24).

    Examples
    --------
    >>> funnel = measure_funnel([41, 23, 18, 12, 58, 9, 4, 30], [50, 40, 30, 25, 60, 20, 6, 55])
    >>> round(funnel.phi, 4), round(funnel.tau, 4)
    (3.7475, 0.1436)
    """
    from scipy.stats import binom

    k, n = np.asarray(hits, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    fits = k.shape == n.shape and k.ndim == 1 and len(n) > 1
    if not fits or not ((k >= 0) & (k <= n) & (n > 0)).all():
        raise InputError(
            "Give hits and sizes of at least two units, each with answers and 0 <= hits <= size."
        )
    elsewhere = (k.sum() - k) / (n.sum() - n)
    p: Floats = np.asarray(binom.sf(k, n, elsewhere) + binom.pmf(k, n, elsewhere) / 2)
    share = k.sum() / n.sum()
    if share in {0.0, 1.0}:
        return Funnel(p, 0.0, 0.0, np.zeros(len(n)))
    variance = share * (1 - share) / n
    z = (k / n - share) / np.sqrt(variance)
    phi = float((np.clip(z, *np.quantile(z, [WINSOR, 1 - WINSOR])) ** 2).mean())
    w = 1 / variance
    excess = (len(n) * phi - (len(n) - 1)) / (w.sum() - (w**2).sum() / w.sum())
    tau = float(np.sqrt(max(excess, 0.0)))
    return Funnel(p, phi, tau, (k / n - share) / np.sqrt(variance + tau**2))


def find_begged(
    scores: ArrayLike,
    units: ArrayLike,
    signals: ArrayLike,
    *,
    by: str,
    minimum_n: int = MINIMUM_N,
) -> pd.DataFrame:
    """Where a high share of nines and tens comes together with a second signal that they were asked for.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Whole numbers 0..10 or missing.
    units : array_like of shape (n,)
        Employee (a pseudonym) or branch of each answer; missing ones belong to none.
    signals : array_like of shape (n,)
        1 where the text of the answer points at it: it names nothing but pain, or speaks of the score.
    by : str
        Name of the segment.
    minimum_n : int
        Units with fewer answers are withheld.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES with ``high_scores`` per unit: share of 9-10 less that of all others (-1..1),
        `n_effective` the signals among its nines and tens, `p_adjusted` of the share. The note is "look"
        only where the share is high by both the adjusted p and the funnel, **and** its nines and tens have
        the second signal more often than those of others (Fisher, p below .05); "one signal only" where
        just one holds. That is a prompt to look at how scores are asked for, not a finding about a person.

    Raises
    ------
    InputError
        If an input cannot be used.

    Examples
    --------
    >>> high, size = [41, 23, 18, 12, 58, 9, 30], [50, 40, 30, 25, 60, 20, 55]
    >>> scores = [9 if at < k else 7 for k, n in zip(high, size) for at in range(n)]
    >>> units = np.repeat(list("ABCDEFG"), size)
    >>> signals = [int(unit == "E" and at % 4 == 0) for at, unit in enumerate(units)]
    >>> find_begged(scores, units, signals, by="employee").set_index("group").loc[["A", "E"], "note"].tolist()
    ['', 'look']
    """
    sample = take_sample(scores)
    codes, names = take_groups(units, len(sample.kept), what="units")
    marked = take_mentions(np.asarray(signals).reshape(-1, 1), [("signal", "")], len(sample.kept))[:, 0]
    codes, marked = codes[sample.kept], marked[sample.kept].astype(bool)
    high = sample.classes[:, 2] == 1
    sizes = np.bincount(codes[codes >= 0], minlength=len(names))
    shown = np.flatnonzero(~hide_groups(sizes, int((codes < 0).sum()), minimum_n))
    withheld = suppressed_rows(["high_scores"] * (len(names) - len(shown)))
    withheld["group"] = [name for at, name in enumerate(names) if at not in set(shown)]
    if len(shown) < 2:  # noqa: PLR2004 - nothing to compare with
        return collect([withheld.assign(by=by)])
    hits, told = (
        np.bincount(codes[chosen & (codes >= 0)], minlength=len(names))[shown].astype(np.float64)
        for chosen in (high, high & marked)
    )
    n = sizes[shown].astype(np.float64)
    funnel = measure_funnel(hits, n)
    first = (adjust_p(funnel.p) < CLEAR) & (funnel.z > FUNNEL)
    second = _signal_more(told, hits)
    rate, rest = hits / n, (hits.sum() - hits) / (n.sum() - n)
    limits = difference_interval(rate, wilson_interval(rate, n), rest, wilson_interval(rest, n.sum() - n))
    rows = make_rows(
        "high_scores",
        estimate=rate - rest,
        std_error=np.sqrt(rate * (1 - rate) / n + rest * (1 - rest) / (n.sum() - n)),
        limits=limits,
        n=n,
        n_effective=told,
        p=funnel.p,
        note=np.select([first & second, first | second], [LOOK, ONE_SIGNAL], default="").astype(object),
    )
    rows["group"] = [names[at] for at in shown]
    return collect([rows.assign(by=by), withheld.assign(by=by)])


def _signal_more(told: Floats, hits: Floats) -> NDArray[np.bool_]:
    """Whether the signal is more frequent among a unit's nines and tens than among those of the others."""
    from scipy.stats import fisher_exact

    found = []
    for here, all_here in zip(told, hits, strict=True):
        there, all_there = told.sum() - here, hits.sum() - all_here
        table = np.array([[here, all_here - here], [there, all_there - there]])
        more = here * max(all_there, 1) > there * max(all_here, 1)
        found.append(bool(more and fisher_exact(table).pvalue < CLEAR))
    return np.array(found)


def compare_campaign(
    scores: ArrayLike, dates: ArrayLike, *, start: str, end: str, days: int = 30
) -> dict[str, Estimate]:
    """Set the NPS during a campaign, such as free gifts, against before and after it.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Whole numbers 0..10 or missing.
    dates : array_like of shape (n,)
        When each was given.
    start, end : str
        First and last day, such as "2025-03-01".
    days : int
        How long before and after it are looked at.

    Returns
    -------
    dict of str to Estimate
        ``before``, ``during``, ``after``: NPS; ``lift``: during - before; ``hangover``: after - before. A
        hangover below 0 says that the gift moved goodwill in time, or that who answers changed.

    Raises
    ------
    InputError
        If the dates are none, or the end lies before the start.

    Examples
    --------
    >>> scores = [8] * 40 + [9] * 40 + [6] * 40
    >>> dates = ["2025-02-20"] * 40 + ["2025-03-05"] * 40 + ["2025-03-20"] * 40
    >>> found = compare_campaign(scores, dates, start="2025-03-01", end="2025-03-14")
    >>> found["lift"].estimate, found["hangover"].estimate
    (100.0, -100.0)
    """
    try:
        when = pd.to_datetime(pd.Series(dates), format="ISO8601")
        first, last = pd.Timestamp(start).normalize(), pd.Timestamp(end).normalize() + pd.Timedelta(days=1)
    except (ValueError, TypeError):
        raise InputError("dates, start and end must be dates such as 2025-03-01.") from None
    values = pd.Series(np.asarray(pd.Series(scores).astype("Float64").to_numpy(float, na_value=np.nan)))
    if len(values) != len(when) or last <= first or days < 1:
        raise InputError(
            "Give one date per score, an end that is not before the start, and at least one day."
        )
    reach = pd.Timedelta(days=days)
    parts = {
        "before": values[((when >= first - reach) & (when < first)).to_numpy()],
        "during": values[((when >= first) & (when < last)).to_numpy()],
        "after": values[((when >= last) & (when < last + reach)).to_numpy()],
    }
    found = {name: estimate_nps(part) for name, part in parts.items()}
    found["lift"] = compare_nps(parts["during"], parts["before"])
    found["hangover"] = compare_nps(parts["after"], parts["before"])
    return found


def find_contradictions(scores: ArrayLike, pain: ArrayLike, delight: ArrayLike) -> pd.DataFrame:
    """Share of answers whose text says the opposite of their score.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Whole numbers 0..10 or missing.
    pain, delight : array_like of shape (n,)
        1 where the text names any pain, any delight.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES: ``pain_only_promoters``, the part of 9-10 with text that name pain alone, and
        ``delight_only_detractors``, the part of 0-3 with text that name delight alone (0..1, Wilson). The
        first can be scores that were asked for, the second a scale read upside down; both can be irony or a
        model that erred. No single case is ever changed.

    Raises
    ------
    InputError
        If an input cannot be used.

    Examples
    --------
    >>> find_contradictions([10, 9, 9, 0, 1], [1, 0, 0, 0, 1], [0, 1, 1, 1, 0])["estimate"].round(2).tolist()
    [0.33, 0.5]
    """
    sample = take_sample(scores)
    sides = [
        take_mentions(np.asarray(side).reshape(-1, 1), [("text", "")], len(sample.kept))[sample.kept, 0] == 1
        for side in (pain, delight)
    ]
    values = np.asarray(pd.Series(scores).astype("Float64").to_numpy(float, na_value=np.nan))[sample.kept]
    spoke = sides[0] | sides[1]
    found = []
    for chosen, this, other in ((values >= 9, 0, 1), (values <= LOWEST, 1, 0)):  # noqa: PLR2004 - promoters
        asked = chosen & spoke
        found.append((int((asked & sides[this] & ~sides[other]).sum()), int(asked.sum())))
    hits, n = np.array(found, dtype=np.float64).T
    share = np.where(n > 0, hits / np.maximum(n, 1), np.nan)
    return collect(
        [
            make_rows(
                ["pain_only_promoters", "delight_only_detractors"],
                estimate=share,
                std_error=np.sqrt(share * (1 - share) / np.maximum(n, 1)),
                limits=wilson_interval(np.nan_to_num(share), n),
                n=n,
                n_effective=hits,
                note=np.where(n > 0, "", TOO_FEW).astype(object),
            )
        ]
    )


def estimate_reversed(share: float, *, usual: float, reversed_: float) -> float:
    """Which part of the answers read the scale upside down, from how often low scores praise.

    Parameters
    ----------
    share : float
        Share of low scores with praise alone here, 0..1.
    usual, reversed_ : float
        The same where the scale is read as meant, and where it is read upside down.

    Returns
    -------
    float
        Share, 0..1. It is about all of them: no single case is ever changed.

    Raises
    ------
    InputError
        If the two known shares do not differ.

    Examples
    --------
    >>> round(estimate_reversed(0.06, usual=0.02, reversed_=0.85), 6)
    0.048193
    """
    if not 0 <= usual < reversed_ <= 1 or not 0 <= share <= 1:
        raise InputError(
            "Shares must lie between 0 and 1, and praise be more usual where the scale is reversed."
        )
    return float(np.clip((share - usual) / (reversed_ - usual), 0.0, 1.0))


def measure_principles(scores: ArrayLike, flagged: ArrayLike, labels: Labels) -> pd.DataFrame:
    """Show what answers with a flag, such as "never gives a 10", do to the NPS.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Whole numbers 0..10 or missing.
    flagged : array_like of shape (n, k)
        0/1.
    labels : sequence of k (flag, kind) pairs
        What the columns of `flagged` are.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES: ``nps_without_flag``, the NPS of all other answers (Tango), and ``nps_if_promoters``, the
        NPS if the passives among them had counted as promoters: the most that the habit can explain. Both
        stand beside the NPS, neither replaces it.

    Raises
    ------
    InputError
        If an input cannot be used.

    Examples
    --------
    >>> table = measure_principles([8, 8, 9, 4], [[1], [0], [0], [0]], [("never_top", "flag")])
    >>> table[["statistic", "estimate"]].round(1).to_numpy().tolist()
    [['nps_without_flag', 0.0], ['nps_if_promoters', 25.0]]
    """
    sample = take_sample(scores)
    matrix = take_mentions(flagged, labels, len(sample.kept))
    values = np.asarray(pd.Series(scores).astype("Float64").to_numpy(float, na_value=np.nan))
    passive = (values == 7) | (values == 8)  # noqa: PLR2004 - the passives
    rows = []
    for name in ("nps_without_flag", "nps_if_promoters"):
        found = []
        for column in matrix.T == 1:
            changed = np.where(column & passive, 9.0, values)
            found.append(estimate_nps(values[~column] if name == "nps_without_flag" else changed))
        rows.append(
            make_rows(
                name,
                labels=labels,
                estimate=[one.estimate for one in found],
                std_error=[one.std_error for one in found],
                limits=(np.array([one.low for one in found]), np.array([one.high for one in found])),
                n=[one.n for one in found],
                n_effective=matrix[sample.kept].sum(axis=0),
                note=np.array([one.note for one in found], dtype=object),
            )
        )
    return collect(rows)
