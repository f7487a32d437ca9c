"""Where a label is mentioned more or less than elsewhere: every group, and every group in every period."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from why_nps.stats.estimates import collect, make_rows, suppressed_rows
from why_nps.stats.groups import MINIMUM_N, count_codes
from why_nps.stats.intervals import difference_interval, wilson_interval
from why_nps.stats.periods import cross_table
from why_nps.stats.sample import CHUNK, take_counts, take_groups, take_mentions
from why_nps.stats.suppression import hide_cells, hide_groups, mark_withheld

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats
    from why_nps.stats.sample import Labels
    from why_nps.stats.suppression import Cell

_NOTHING = 1e-17  # of a sum


def find_standouts(
    mentions: ArrayLike,
    labels: Labels,
    groups: ArrayLike,
    *,
    by: str,
    periods: ArrayLike | None = None,
    counts: ArrayLike | None = None,
    minimum_n: int = MINIMUM_N,
    minimum_mentions: int = 5,
    withheld: Collection[Cell] = (),
) -> pd.DataFrame:
    """Compare each group's mention rates with those of all other answers.

    Parameters
    ----------
    mentions : array_like of shape (n, k)
        0/1; give the scored answers, so that the rates are those of the other tables.
    labels : sequence of k (theme, kind) pairs
        What the columns of `mentions` are; flags take part as a theme with the kind "flag".
    groups : array_like of shape (n,)
        Value of the segment as text; answers without one count among the others.
    by : str
        Name of the segment.
    periods : array_like of shape (n,), optional
        With it each group in each period is compared, too, with all answers outside that cell.
    counts : array_like of shape (n,), optional
        How many equal answers each row stands for, as in `estimate_drivers`.
    minimum_n : int
        Cells with fewer answers are withheld, and those from which one would follow.
    minimum_mentions : int
        Labels with fewer mentions in all answers together are not tested.
    withheld : collection of (group, period), default ()
        What to withhold beside, as from `find_disclosing`; "" stands for all.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES with the statistic ``standout``: rate in the cell less rate elsewhere (-1..1), Newcombe
        interval, `n` answers and `n_effective` mentions in the cell, and `p_adjusted` over every test of
        the call. Every tested row is there, found or not; `period` is "" for a group in all periods.

    Raises
    ------
    InputError
        If an input cannot be used.

    Notes
    -----
    p: Fisher's exact test, mid-p, both sides by doubling. Which labels are tested depends on their total
    alone, which the test conditions on, so the choice does not bias it.

    Examples
    --------
    >>> mentions = [[1]] * 15 + [[0]] * 5 + [[1]] * 4 + [[0]] * 56
    >>> table = find_standouts(mentions, [("delivery", "pain")], ["A"] * 20 + ["B"] * 60, by="branch")
    >>> table[["group", "theme", "estimate", "p_adjusted"]].round(3)
      group     theme  estimate  p_adjusted
    0     A  delivery     0.683         0.0
    1     B  delivery    -0.683         0.0
    """
    lines = len(np.asarray(groups))
    matrix = take_mentions(mentions, labels, lines)
    times = take_counts(counts, lines)
    where = take_groups(groups, lines)
    limits: _Limits = {"minimum_n": minimum_n, "withheld": withheld}
    cells = _split(matrix, times, where, **limits)
    if periods is not None:
        when = take_groups(periods, lines, what="periods")
        cells = cells.and_more(_cross(matrix, times, where, when, **limits))
    totals = _sum_within(matrix, times, np.zeros(lines, dtype=np.intp), 1)[0]
    tested = np.flatnonzero(totals >= max(minimum_mentions, 1))
    found = _test(cells, totals, tested, [labels[int(at)] for at in tested], int(times.sum()))
    return collect([found.assign(by=by), _withhold(cells).assign(by=by)])


class _Limits(TypedDict):
    minimum_n: int
    withheld: Collection[Cell]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Groups, or groups in periods: (group, period), answers, mentions per label, and what is withheld."""

    names: list[tuple[str, str]]
    sizes: NDArray[np.intp]
    mentions: Floats
    hidden: NDArray[np.bool_]

    def and_more(self, other: _Cells) -> _Cells:
        return _Cells(
            self.names + other.names,
            np.concatenate([self.sizes, other.sizes]),
            np.concatenate([self.mentions, other.mentions]),
            np.concatenate([self.hidden, other.hidden]),
        )


def _split(
    matrix: NDArray[Any],
    counts: Floats,
    groups: tuple[NDArray[np.intp], list[str]],
    *,
    minimum_n: int,
    withheld: Collection[Cell],
) -> _Cells:
    """Each group in all periods."""
    codes, names = groups
    unnamed, *sizes = count_codes(codes, counts, len(names))
    named = np.array(sizes, dtype=np.intp)
    told = mark_withheld(withheld, names, [])[:-1, -1]
    hidden = hide_groups(named, int(unnamed), minimum_n, told)
    return _Cells(
        [(name, "") for name in names], named, _sum_within(matrix, counts, codes, len(names)), hidden
    )


def _cross(
    matrix: NDArray[Any],
    counts: Floats,
    groups: tuple[NDArray[np.intp], list[str]],
    periods: tuple[NDArray[np.intp], list[str]],
    *,
    minimum_n: int,
    withheld: Collection[Cell],
) -> _Cells:
    """Each group in each period."""
    (rows, names), (columns, seen) = groups, periods
    table = cross_table(rows, columns, counts, (len(names), len(seen)))
    pairs = np.where((rows >= 0) & (columns >= 0), rows * len(seen) + columns, -1)
    sums = _sum_within(matrix, counts, pairs, len(names) * len(seen))
    hidden = hide_cells(table, minimum_n, mark_withheld(withheld, names, seen))
    return _Cells(list(product(names, seen)), table[:-1, :-1].ravel(), sums, hidden.ravel())


def _sum_within(matrix: NDArray[Any], counts: Floats, codes: NDArray[np.intp], cells: int) -> Floats:
    """Mentions of each label in each cell, (cells, k); answers with the code -1 are in none."""
    from scipy.sparse import csr_array

    sums = np.zeros((cells + 1, matrix.shape[1]))
    for start in range(0, len(matrix), CHUNK):
        part = codes[start : start + CHUNK]
        members = csr_array(
            (counts[start : start + CHUNK], (part % (cells + 1), np.arange(len(part)))),
            shape=(cells + 1, len(part)),
        )
        sums += members @ matrix[start : start + CHUNK].astype(np.float64)
    return sums[:-1]


def _test(cells: _Cells, totals: Floats, tested: NDArray[np.intp], labels: Labels, rows: int) -> pd.DataFrame:
    """Compare each shown cell with all answers outside it, for each tested label."""
    shown = np.flatnonzero(~cells.hidden & (cells.sizes < rows))
    found = _compare(cells.mentions[np.ix_(shown, tested)], cells.sizes[shown], totals[tested], rows)
    return found.assign(
        group=np.repeat([cells.names[at][0] for at in shown], len(tested)),
        period=np.repeat([cells.names[at][1] for at in shown], len(tested)),
        theme=[theme for theme, _ in labels] * len(shown),
        kind=[kind for _, kind in labels] * len(shown),
    )


def _withhold(cells: _Cells) -> pd.DataFrame:
    """Tell which cells are withheld."""
    unseen = [cells.names[at] for at in np.flatnonzero(cells.hidden & (cells.sizes > 0))]
    told = suppressed_rows(["standout"] * len(unseen))
    return told.assign(group=[name for name, _ in unseen], period=[when for _, when in unseen])


def _compare(mentioned: Floats, sizes: NDArray[np.intp], totals: Floats, rows: int) -> pd.DataFrame:
    """Compare each cell with all answers outside it: the rows of (cells, labels), cell by cell."""
    n = np.broadcast_to(sizes[:, None], mentioned.shape).ravel().astype(np.float64)
    inside = mentioned.ravel()
    total = np.broadcast_to(totals, mentioned.shape).ravel()
    rest = rows - n
    rate, other = inside / n, (total - inside) / rest
    return make_rows(
        "standout",
        estimate=rate - other,
        std_error=np.sqrt(rate * (1 - rate) / n + other * (1 - other) / rest),
        limits=difference_interval(rate, wilson_interval(rate, n), other, wilson_interval(other, rest)),
        n=n,
        n_effective=inside,
        p=_fisher_mid_p(inside, n, total, rows),
    )


def _fisher_mid_p(inside: Floats, n: Floats, total: Floats, rows: int) -> Floats:
    """Two-sided mid-p of `inside` mentions among `n` answers, of `total` among all `rows`.

    The smaller tail is summed term by term, each from the one before: scipy's took half the time of a report.
    """
    below = (
        inside * rows <= n * total
    )  # the smaller side lies there, or p is about 1; only that one is summed
    at, term = inside.copy(), np.exp(_log_hypergeometric(inside, n, total, rows))
    side, left = term / 2, np.arange(len(inside))  # half the point itself
    while len(left):
        k, drawn, marked = at[left], n[left], total[left]
        spare = rows - marked - drawn + k  # answers of neither
        down = k * spare / ((marked - k + 1) * (drawn - k + 1))
        up = (marked - k) * (drawn - k) / ((k + 1) * (spare + 1))
        term[left] *= np.where(below[left], down, up)
        at[left] += np.where(below[left], -1, 1)
        side[left] += term[left]
        left = left[term[left] > _NOTHING * side[left]]
    p: Floats = np.clip(2 * np.minimum(side, 1 - side), 0.0, 1.0)
    return p


def _log_hypergeometric(inside: Floats, n: Floats, total: Floats, rows: int) -> Floats:
    """Logarithm of the chance of exactly `inside` mentions."""
    from scipy.special import gammaln

    def choose(of: Floats, chosen: Floats) -> Floats:
        return np.asarray(gammaln(of + 1) - gammaln(chosen + 1) - gammaln(of - chosen + 1))

    ways = choose(total, inside) + choose(rows - total, n - inside)
    return np.asarray(ways - choose(np.full_like(n, rows), n))
