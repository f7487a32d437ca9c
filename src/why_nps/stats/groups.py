"""Scores and drivers per group, small groups withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from why_nps.stats.drivers import driver_rows
from why_nps.stats.estimates import collect, suppressed_rows
from why_nps.stats.sample import Sample, scale_weights, take_groups, take_mentions, take_sample
from why_nps.stats.scores import score_rows
from why_nps.stats.suppression import hide_groups, mark_withheld

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.sample import Labels
    from why_nps.stats.suppression import Cell

MINIMUM_N = 10
SCORE_STATISTICS = ("nps", "share_promoters", "share_passives", "share_detractors")
DRIVERS = ("mention_rate", "gap", "impact", "adjusted_effect")


def estimate_groups(
    scores: ArrayLike,
    mentions: ArrayLike,
    labels: Labels,
    groups: ArrayLike,
    *,
    by: str,
    weights: ArrayLike | None = None,
    counts: ArrayLike | None = None,
    minimum_n: int = MINIMUM_N,
    withheld: Collection[Cell] = (),
) -> pd.DataFrame:
    """Estimate scores and drivers within each value of a segment.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Whole numbers 0..10 or missing.
    mentions : array_like of shape (n, k)
        0/1.
    labels : sequence of k (theme, kind) pairs
        What the columns of `mentions` are.
    groups : array_like of shape (n,)
        Value of the segment, compared as text; missing or blank ones form no group.
    by : str
        Name of the segment.
    weights : array_like of shape (n,), optional
        Positive.
    counts : array_like of shape (n,), optional
        How many equal answers each row stands for, as in `estimate_drivers`.
    minimum_n : int
        Groups with fewer scored answers are withheld.
    withheld : collection of (group, period), default ()
        What to withhold beside, as from `find_disclosing`; "" stands for all.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES with `by` and `group` filled: ``nps``, the three shares, and per label ``mention_rate``,
        ``gap``, ``impact`` and ``adjusted_effect``. p-values are adjusted over all groups
        and labels together. A withheld group has its score rows alone, with `n` 0, NaN and the note
        "suppressed".

    Raises
    ------
    InputError
        If an input cannot be used.

    Notes
    -----
    Where the withheld answers, those without a group included, would be fewer than `minimum_n` together,
    the next smallest group is withheld too: no small group can be had from the total by subtraction. In a
    shown group every mention rate is shown, however few mention it; relations to the score need at
    least 10 answers with the label and 10 without it.

    Examples
    --------
    >>> table = estimate_groups([10] * 20 + [3] * 12, [[0]] * 32, [("price", "pain")],
    ...                         ["A"] * 20 + ["B"] * 12, by="branch")
    >>> table.query("statistic == 'nps'").set_index("group")[["by", "estimate", "n"]]
               by  estimate   n
    group
    A      branch     100.0  20
    B      branch    -100.0  12
    """
    sample = take_sample(scores, weights, counts)
    matrix = take_mentions(mentions, labels, len(sample.kept))
    codes, names = take_groups(groups, len(sample.kept))
    parts = (codes[sample.kept], names)
    told = mark_withheld(withheld, names, [])[:-1, -1]
    rows = partition_rows(
        sample, matrix[sample.kept], labels, parts, drivers=DRIVERS, minimum_n=minimum_n, withheld=told
    )
    return collect(frame.assign(by=by, group=name) for name, frame in rows)


def partition_rows(
    sample: Sample,
    mentions: NDArray[Any],
    labels: Labels,
    parts: tuple[NDArray[np.intp], list[str]],
    *,
    drivers: Collection[str],
    minimum_n: int,
    withheld: NDArray[np.bool_],
) -> list[tuple[str, pd.DataFrame]]:
    """Score rows and the named driver rows of each part (codes and names), small ones withheld."""
    codes, names = parts
    unnamed, *sizes = count_codes(codes, sample.counts, len(names))
    hidden = hide_groups(np.array(sizes, dtype=np.intp), int(unnamed), minimum_n, withheld)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(names) + 1))
    rows = []
    for name, start, end, hide in zip(names, starts[:-1], starts[1:], hidden, strict=True):
        if hide:
            rows.append((name, suppressed_rows(SCORE_STATISTICS)))
            continue
        taken = order[start:end]
        part = take_part(sample, taken)
        rows.append((name, score_rows(part)))
        rows += [(name, frame) for frame in driver_rows(part, mentions[taken], labels, drivers) if len(frame)]
    return rows


def count_codes(codes: NDArray[np.intp], counts: NDArray[np.float64], size: int) -> NDArray[np.intp]:
    """Answers without a code (-1), and then those of each code 0..size-1."""
    return np.bincount(codes + 1, weights=counts, minlength=size + 1).astype(np.intp)


def take_part(sample: Sample, rows: NDArray[np.intp]) -> Sample:
    """Return the sample of some of the scored answers."""
    counts = sample.counts[rows]
    weights = scale_weights(sample.weights[rows], counts)
    return Sample(sample.classes[rows], weights, counts, np.ones(len(rows), dtype=bool))
