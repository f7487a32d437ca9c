"""Scores that may have been bought, given on principle or turned around: sensitivity, not findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.core.scores import LOWEST_PROMOTER
from why_nps.errors import InputError
from why_nps.stats.estimates import collect, make_rows
from why_nps.stats.intervals import wilson_interval
from why_nps.stats.nps import compare_nps, estimate_nps
from why_nps.stats.sample import take_counts, take_mentions, take_sample

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats
    from why_nps.stats.nps import Estimate
    from why_nps.stats.sample import Labels

TOO_FEW = "too few answers"
LOWEST = 3  # highest score of one who praises and yet gives almost nothing


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


def find_contradictions(
    scores: ArrayLike, pain: ArrayLike, delight: ArrayLike, *, counts: ArrayLike | None = None
) -> pd.DataFrame:
    """Share of answers whose text says the opposite of their score.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Whole numbers 0..10 or missing.
    pain, delight : array_like of shape (n,)
        1 where the text names any pain, any delight.
    counts : array_like of shape (n,), optional
        How many equal answers each row stands for, as in `estimate_drivers`.

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
    sample = take_sample(scores, counts=counts)
    sides = [
        take_mentions(np.asarray(side).reshape(-1, 1), [("text", "")], len(sample.kept))[sample.kept, 0] == 1
        for side in (pain, delight)
    ]
    values = np.asarray(
        pd.Series(scores).astype("Float64").to_numpy(float, na_value=np.nan)[sample.kept], np.float64
    )
    told = mark_contradictions(values, sides[0], sides[1])
    spoke = sides[0] | sides[1]
    asked = (values >= LOWEST_PROMOTER) & spoke, (values <= LOWEST) & spoke
    hits, n = (
        np.array([sample.counts[rows].sum() for rows in part], np.float64) for part in (told.values(), asked)
    )
    share = np.where(n > 0, hits / np.maximum(n, 1), np.nan)
    return collect(
        [
            make_rows(
                list(told),
                estimate=share,
                std_error=np.sqrt(share * (1 - share) / np.maximum(n, 1)),
                limits=wilson_interval(np.nan_to_num(share), n),
                n=n,
                n_effective=hits,
                note=np.where(n > 0, "", TOO_FEW).astype(object),
            )
        ]
    )


def mark_contradictions(
    scores: Floats, pain: NDArray[np.bool_], delight: NDArray[np.bool_]
) -> dict[str, NDArray[np.bool_]]:
    """Mark the answers whose text says the opposite of their score, by the statistic that counts them.

    Examples
    --------
    >>> pain, delight = np.array([True, True, False]), np.array([False, True, True])
    >>> marked = mark_contradictions(np.array([9.0, 10.0, 3.0]), pain, delight)
    >>> {name: rows.tolist() for name, rows in marked.items()}
    {'pain_only_promoters': [True, False, False], 'delight_only_detractors': [False, False, True]}
    """
    return {
        "pain_only_promoters": (scores >= LOWEST_PROMOTER) & pain & ~delight,
        "delight_only_detractors": (scores <= LOWEST) & delight & ~pain,
    }


def measure_principles(
    scores: ArrayLike, flagged: ArrayLike, labels: Labels, *, counts: ArrayLike | None = None
) -> pd.DataFrame:
    """Show what answers with a flag, such as "never gives a 10", do to the NPS.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Whole numbers 0..10 or missing.
    flagged : array_like of shape (n, k)
        0/1.
    labels : sequence of k (flag, kind) pairs
        What the columns of `flagged` are.
    counts : array_like of shape (n,), optional
        How many equal answers each row stands for, as in `estimate_drivers`.

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
    sample = take_sample(scores, counts=counts)
    times = take_counts(counts, len(sample.kept))
    matrix = take_mentions(flagged, labels, len(sample.kept))
    values = np.asarray(pd.Series(scores).astype("Float64").to_numpy(float, na_value=np.nan))
    passive = (values == 7) | (values == 8)  # noqa: PLR2004 - the passives
    rows = []
    for name in ("nps_without_flag", "nps_if_promoters"):
        found = []
        for column in matrix.T == 1:
            if name == "nps_without_flag":
                found.append(estimate_nps(values[~column], counts=times[~column]))
            else:
                found.append(estimate_nps(np.where(column & passive, 9.0, values), counts=times))
        rows.append(
            make_rows(
                name,
                labels=labels,
                estimate=[one.estimate for one in found],
                std_error=[one.std_error for one in found],
                limits=(np.array([one.low for one in found]), np.array([one.high for one in found])),
                n=[one.n for one in found],
                n_effective=sample.counts @ matrix[sample.kept],
                note=np.array([one.note for one in found], dtype=object),
            )
        )
    return collect(rows)
