"""Scores that may have been asked for: two signals, and a prompt to look, never an accusation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from why_nps.errors import InputError
from why_nps.stats.estimates import adjust_p, collect, make_rows, suppressed_rows
from why_nps.stats.groups import MINIMUM_N, count_codes
from why_nps.stats.intervals import difference_interval, wilson_interval
from why_nps.stats.sample import take_groups, take_mentions, take_sample
from why_nps.stats.suppression import hide_groups, mark_withheld

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats
    from why_nps.stats.suppression import Cell

LOOK, ONE_SIGNAL = "look", "one signal only"
CLEAR, FUNNEL = 0.05, 1.6448536269514722  # level of each test; the same one-sided, in standard deviations
WINSOR = 0.1


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
    counts: ArrayLike | None = None,
    minimum_n: int = MINIMUM_N,
    withheld: Collection[Cell] = (),
) -> pd.DataFrame:
    """Where a high share of nines and tens comes together with a second signal that they were asked for.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Whole numbers 0..10 or missing.
    units : array_like of shape (n,)
        Employee (a pseudonym) or branch of each answer; missing ones belong to none.
    signals : array_like of shape (n,) or (n, signals)
        1 where the text of the answer points at it: it names nothing but pain, or speaks of the score. Each
        is tested apart, so that one that is often wrong does not hide another.
    by : str
        Name of the segment.
    counts : array_like of shape (n,), optional
        How many equal answers each row stands for, as in `estimate_drivers`.
    minimum_n : int
        Units with fewer answers are withheld.
    withheld : collection of (group, period), default ()
        What to withhold beside, as from `find_disclosing`; "" stands for all.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES with ``high_scores`` per unit: share of 9-10 less that of all others (-1..1),
        `n_effective` the signals among its nines and tens, `p_adjusted` of the share. The note is "look"
        only where the share is high by both the adjusted p and the funnel, **and** its nines and tens have
        a signal more often than those of others (Fisher, p below .05 over the number of signals); "one
        signal only" where just one holds. That is a prompt to look at how scores are asked for, not a
        finding about a person.

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
    sample = take_sample(scores, counts=counts)
    codes, names = take_groups(units, len(sample.kept), what="units")
    given = np.asarray(signals).reshape(len(sample.kept), -1)
    marked = take_mentions(given, [("signal", str(at)) for at in range(given.shape[1])], len(given))
    codes, marked = codes[sample.kept], marked[sample.kept].astype(bool)
    high = sample.classes[:, 2] == 1
    unnamed, *counted = count_codes(codes, sample.counts, len(names))
    sizes = np.array(counted, dtype=np.intp)
    unseen = hide_groups(sizes, int(unnamed), minimum_n, mark_withheld(withheld, names, [])[:-1, -1])
    shown = np.flatnonzero(~unseen)
    hidden_rows = suppressed_rows(["high_scores"] * (len(names) - len(shown)))
    hidden_rows["group"] = [name for at, name in enumerate(names) if at not in set(shown)]
    if len(shown) < 2:  # noqa: PLR2004 - nothing to compare with
        return collect([hidden_rows.assign(by=by)])
    hits, told, *apart = (
        count_codes(codes[chosen], sample.counts[chosen], len(names))[1:][shown].astype(np.float64)
        for chosen in (high, high & marked.any(axis=1), *(high & signal for signal in marked.T))
    )
    n = sizes[shown].astype(np.float64)
    funnel = measure_funnel(hits, n)
    first = (adjust_p(funnel.p) < CLEAR) & (funnel.z > FUNNEL)
    second = np.any([_signal_more(signal, hits, CLEAR / len(apart)) for signal in apart], axis=0)
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
    return collect([rows.assign(by=by), hidden_rows.assign(by=by)])


def _signal_more(told: Floats, hits: Floats, level: float) -> NDArray[np.bool_]:
    """Whether the signal is more frequent among a unit's nines and tens than among those of the others."""
    from scipy.stats import fisher_exact

    found = []
    for here, all_here in zip(told, hits, strict=True):
        there, all_there = told.sum() - here, hits.sum() - all_here
        table = np.array([[here, all_here - here], [there, all_there - there]])
        more = here * max(all_there, 1) > there * max(all_here, 1)
        found.append(bool(more and fisher_exact(table).pvalue < level))
    return np.array(found)
