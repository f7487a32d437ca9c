"""Scores per period, and per group and period; small cells withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from why_nps.stats.estimates import collect, suppressed_rows
from why_nps.stats.groups import MINIMUM_N, partition_rows, take_part
from why_nps.stats.sample import take_groups, take_mentions, take_sample
from why_nps.stats.scores import nps_rows
from why_nps.stats.suppression import hide_cells, mark_withheld
from why_nps.stats.tallies import Tally, tally_scores

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.sample import Labels
    from why_nps.stats.suppression import Cell


def estimate_periods(
    scores: ArrayLike,
    mentions: ArrayLike,
    labels: Labels,
    periods: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    counts: ArrayLike | None = None,
    minimum_n: int = MINIMUM_N,
    withheld: Collection[Cell] = (),
) -> pd.DataFrame:
    """Estimate the NPS, the shares and the mention rates of each period.

    Parameters
    ----------
    scores, mentions, labels, weights, counts, minimum_n, withheld
        As in `estimate_groups`.
    periods : array_like of shape (n,)
        Such as "2025-K3", compared and sorted as text; missing ones form no period.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES with `period` filled: ``nps``, the three shares and ``mention_rate`` per label. Withheld
        periods as in `estimate_groups`.

    Raises
    ------
    InputError
        If an input cannot be used.

    Examples
    --------
    >>> table = estimate_periods([10] * 20 + [3] * 12, [[0]] * 32, [("price", "pain")],
    ...                          ["2025-K1"] * 20 + ["2025-K2"] * 12)
    >>> table.query("statistic == 'nps'").set_index("period")[["estimate", "n"]]
             estimate   n
    period
    2025-K1     100.0  20
    2025-K2    -100.0  12
    """
    sample = take_sample(scores, weights, counts)
    matrix = take_mentions(mentions, labels, len(sample.kept))
    codes, names = take_groups(periods, len(sample.kept), what="periods")
    parts = (codes[sample.kept], names)
    names_of = ("mention_rate",)
    told = mark_withheld(withheld, [], names)[-1, :-1]
    rows = partition_rows(
        sample, matrix[sample.kept], labels, parts, drivers=names_of, minimum_n=minimum_n, withheld=told
    )
    return collect(frame.assign(period=name) for name, frame in rows)


def estimate_groups_by_period(
    scores: ArrayLike,
    groups: ArrayLike,
    periods: ArrayLike,
    *,
    by: str,
    weights: ArrayLike | None = None,
    counts: ArrayLike | None = None,
    minimum_n: int = MINIMUM_N,
    withheld: Collection[Cell] = (),
) -> pd.DataFrame:
    """Estimate the NPS of each group in each period.

    Parameters
    ----------
    scores, weights, counts, minimum_n, withheld
        As in `estimate_groups`.
    groups, periods : array_like of shape (n,)
        Compared as text; answers without the one or the other form no cell.
    by : str
        Name of the segment.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES with the statistic ``nps`` and `by`, `group` and `period` filled, one row for each
        pair that has an answer with a score; withheld ones last.

    Raises
    ------
    InputError
        If an input cannot be used.

    Notes
    -----
    Cells are withheld so that no small one follows from the others, together with the figures of
    `estimate_groups` and `estimate_periods` and the total.

    Examples
    --------
    >>> estimate_groups_by_period([10] * 20 + [3] * 12, ["A"] * 32, ["K1"] * 20 + ["K2"] * 12, by="branch")[
    ...     ["statistic", "group", "period", "estimate", "n"]]
      statistic group period  estimate   n
    0       nps     A     K1     100.0  20
    1       nps     A     K2    -100.0  12
    """
    sample = take_sample(scores, weights, counts)
    rows, groups_seen = take_groups(groups, len(sample.kept))
    columns, periods_seen = take_groups(periods, len(sample.kept), what="periods")
    rows, columns = rows[sample.kept], columns[sample.kept]
    table = cross_table(rows, columns, sample.counts, (len(groups_seen), len(periods_seen)))
    hidden = hide_cells(table, minimum_n, mark_withheld(withheld, groups_seen, periods_seen))
    row, column = np.nonzero(table[:-1, :-1])
    shown = ~hidden[row, column]
    named = (rows >= 0) & (columns >= 0)
    size = len(periods_seen)
    part = take_part(sample, np.flatnonzero(named))
    cells = tally_scores(part, (rows * size + columns)[named], len(groups_seen) * size)
    taken = (row * size + column)[shown]
    found = nps_rows(Tally(cells.counts[taken], cells.weights[taken], cells.squares[taken]))
    frames = []
    for frame, which in ((found, shown), (suppressed_rows(["nps"] * int((~shown).sum())), ~shown)):
        group, period = (
            [names[at] for at in place[which]]
            for names, place in ((groups_seen, row), (periods_seen, column))
        )
        frames.append(frame.assign(by=by, group=group, period=period))
    return collect(frames)


def cross_table(
    rows: NDArray[np.intp], columns: NDArray[np.intp], counts: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.intp]:
    """Count answers per pair of codes; the code -1 (missing) counts in the last row or column."""
    table = np.zeros((shape[0] + 1, shape[1] + 1), dtype=np.intp)
    np.add.at(table, (rows, columns), counts.astype(np.intp))
    return table
