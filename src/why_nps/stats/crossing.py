"""Scores and mention rates per combination of two segments and the period, small ones withheld."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from why_nps.core.tables import CROSSED
from why_nps.stats.groups import MINIMUM_N
from why_nps.stats.lattice import add_margins, hide_crossed
from why_nps.stats.sample import CHUNK, take_groups, take_mentions, take_sample
from why_nps.stats.scores import CLASSES
from why_nps.stats.suppression import hide_cells, hide_groups
from why_nps.stats.tallies import (
    POINTS,
    Tally,
    nps_limits,
    share_limits,
    stack_tallies,
    summarise,
    tally_scores,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats, Limits
    from why_nps.stats.sample import Labels, Sample

_SEGMENTS = 2
PERIOD = 2  # the axis; 0 and 1 are the segments
MOST_GROUPS, MOST_PERIODS = 40, 12


def cross_groups(
    scores: ArrayLike,
    mentions: ArrayLike,
    labels: Labels,
    groups: Sequence[ArrayLike],
    periods: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    counts: ArrayLike | None = None,
    minimum_n: int = MINIMUM_N,
) -> pd.DataFrame:
    """Estimate scores and mention rates for each combination of two segments and the period.

    Parameters
    ----------
    scores, mentions, labels, weights, counts, minimum_n
        As in `estimate_groups`.
    groups : sequence of at most two array_like of shape (n,)
        The segments.
    periods : array_like of shape (n,)
        Such as "2025-K3"; all missing where there are none.

    Returns
    -------
    pandas.DataFrame
        CROSSED: for each combination that may be shown, "" standing for all values, ``nps``, the three
        shares, and ``mention_rate`` per label. Of a segment the forty largest groups that may be shown take
        part, of the periods the last twelve.

    Raises
    ------
    InputError
        If an input cannot be used.

    Notes
    -----
    What `estimate_groups`, `estimate_periods` and `estimate_groups_by_period` withhold is withheld, and no
    small combination follows from these figures and theirs; see `hide_crossed`.

    Examples
    --------
    >>> table = cross_groups([10] * 20 + [3] * 12, [[0]] * 32, [("price", "pain")],
    ...                      [["A"] * 20 + ["B"] * 12], [None] * 32)
    >>> table.query("statistic == 'nps'")[["group", "other", "period", "estimate", "n"]]
      group other period  estimate   n
    0     A                  100.0  20
    1     B                 -100.0  12
    2                         25.0  32
    """
    sample = take_sample(scores, weights, counts)
    rows = len(sample.kept)
    matrix = take_mentions(mentions, labels, rows)[sample.kept]
    nothing: list[ArrayLike] = [np.full(rows, None)] * (_SEGMENTS - len(groups))
    axes = [take_groups(value, rows) for value in (*groups, *nothing, periods)]
    lattice = _lay_out([(codes[sample.kept], names) for codes, names in axes], sample.counts, minimum_n)
    return _estimate(sample, matrix, labels, lattice)


@dataclass(frozen=True, slots=True)
class _Lattice:
    """What takes part: the names on each axis, each answer's cell, and which combinations are shown.

    The last index but one of an axis stands for values that do not take part, the last for all.
    """

    names: list[list[str]]
    cells: NDArray[np.intp]
    shown: NDArray[np.bool_]


def _lay_out(axes: list[tuple[NDArray[np.intp], list[str]]], counts: Floats, minimum_n: int) -> _Lattice:
    """Choose the groups and periods that take part, and the combinations that may be shown."""
    whole = _count([codes for codes, _ in axes], counts, [len(names) for _, names in axes])
    taken = [_take_axis(whole, axis, minimum_n) for axis in range(3)]
    codes = []
    for (code, names), kept in zip(axes, taken, strict=True):
        place = np.full(len(names) + 1, len(kept), dtype=np.intp)
        place[kept] = np.arange(len(kept))
        codes.append(place[code])
    table = _count(codes, counts, [len(kept) for kept in taken])
    told = _list_told(whole, taken, minimum_n)
    wanted = _list_wanted(whole, table, taken, told, minimum_n)
    shown = told | hide_crossed(table, told, wanted, minimum_n)
    for axis, rest in enumerate(taken):
        np.moveaxis(shown, axis, 0)[len(rest)] = False
    chosen = [[every[at] for at in kept] for (_, every), kept in zip(axes, taken, strict=True)]
    named = [[*some, "", ""] for some in chosen]
    return _Lattice(named, np.ravel_multi_index(tuple(codes), table.shape), shown)


def _count(codes: list[NDArray[np.intp]], counts: Floats, sizes: list[int]) -> NDArray[np.intp]:
    table = np.zeros([size + 1 for size in sizes], dtype=np.intp)
    np.add.at(table, tuple(codes), counts.astype(np.intp))
    return table


def _hide_axis(whole: NDArray[np.intp], axis: int, minimum_n: int) -> NDArray[np.bool_]:
    sums = np.moveaxis(whole, axis, 0).sum(axis=(1, 2))
    return hide_groups(sums[:-1], int(sums[-1]), minimum_n)


def _take_axis(whole: NDArray[np.intp], axis: int, minimum_n: int) -> NDArray[np.intp]:
    """Return which values of an axis take part, in their order: the largest groups, the last periods."""
    shown = np.flatnonzero(~_hide_axis(whole, axis, minimum_n))
    if axis == PERIOD:
        return shown[-MOST_PERIODS:]
    sums = np.moveaxis(whole, axis, 0).sum(axis=(1, 2))
    return np.sort(shown[np.argsort(-sums[shown], kind="stable")[:MOST_GROUPS]])


def _list_told(whole: NDArray[np.intp], taken: list[NDArray[np.intp]], minimum_n: int) -> NDArray[np.bool_]:
    """Mark what other tables tell: the total, each group and period, each group in each period.

    Values that are shown there but do not take part here are known as a sum, so their rest is marked too.
    """
    told = np.zeros([len(kept) + 2 for kept in taken], dtype=bool)
    told[-1, -1, -1] = True
    listed = []
    for axis, kept in enumerate(taken):
        lumped = (~_hide_axis(whole, axis, minimum_n)).sum() > len(kept)
        listed.append(np.arange(len(kept) + lumped))
        told[_among(told, {axis: listed[axis]})] = True
    for axis in (0, 1):
        both = np.ones((len(listed[axis]), len(listed[PERIOD])), dtype=bool)
        hidden = hide_cells(whole.sum(axis=1 - axis), minimum_n)
        both[: len(taken[axis]), : len(taken[PERIOD])] = ~hidden[np.ix_(taken[axis], taken[PERIOD])]
        told[_among(told, {axis: listed[axis], PERIOD: listed[PERIOD]})] = np.expand_dims(both, 1 - axis)
    return told


def _list_wanted(
    whole: NDArray[np.intp],
    table: NDArray[np.intp],
    taken: list[NDArray[np.intp]],
    told: NDArray[np.bool_],
    minimum_n: int,
) -> NDArray[np.bool_]:
    """Mark what is worth showing: large pairs of groups, and those in each period within what is shown."""
    wanted = np.zeros_like(told)
    hidden = hide_cells(whole.sum(axis=PERIOD), minimum_n)
    pairs = ~hidden[np.ix_(taken[0], taken[1])]
    first, second, period = (slice(0, len(kept)) for kept in taken)
    wanted[first, second, -1] = pairs
    wanted[first, second, period] = (
        (table[first, second, period] >= minimum_n)
        & pairs[:, :, None]
        & told[first, -1:, period]
        & told[-1:, second, period]
    )
    return wanted


def _among(lattice: NDArray[np.bool_], chosen: dict[int, NDArray[np.intp]]) -> tuple[NDArray[np.intp], ...]:
    """Index the sums over every axis that is not among the chosen ones."""
    return np.ix_(*(chosen.get(axis, np.array([size - 1])) for axis, size in enumerate(lattice.shape)))


def _estimate(sample: Sample, matrix: NDArray[Any], labels: Labels, lattice: _Lattice) -> pd.DataFrame:
    """Estimate what is shown, combination by combination."""
    inner = tuple(size - 1 for size in lattice.shown.shape)
    shown = np.nonzero(lattice.shown)
    tally = _with_margins(tally_scores(sample, lattice.cells, int(np.prod(inner))), inner, shown)
    mentioned = _with_margins(
        _tally_mentions(sample, matrix, lattice.cells, int(np.prod(inner))), inner, shown
    )
    nps = summarise(tally, POINTS)
    found = [_lay_rows("nps", nps.mean, nps_limits(tally, nps.n_effective), nps.n)]
    for name in reversed(CLASSES):
        share = summarise(tally, [float(one == name) for one in CLASSES])
        found.append(_lay_rows(f"share_{name}", share.mean, share_limits(share), share.n))
    whole = tally.total()
    whole = Tally(*(part[:, None] for part in (whole.counts, whole.weights, whole.squares)))
    rate = summarise(stack_tallies(whole.minus(mentioned), mentioned), (0, 1))
    ends = share_limits(rate)
    for at, label in enumerate(labels):
        limits = (ends[0][:, at], ends[1][:, at])
        found.append(_lay_rows("mention_rate", rate.mean[:, at], limits, rate.n[:, at], label))
    keys = zip(("group", "other", "period"), lattice.names, shown, strict=True)
    named = {key: np.array(names, dtype=object)[at] for key, names, at in keys}
    return CROSSED.frame(pd.concat([frame.assign(**named) for frame in found], ignore_index=True))


def _lay_rows(
    statistic: str, estimate: Floats, limits: Limits, n: Floats, label: tuple[str, str] = ("", "")
) -> pd.DataFrame:
    columns = {"estimate": estimate, "low": limits[0], "high": limits[1], "n": n}
    return pd.DataFrame(columns).assign(statistic=statistic, theme=label[0], kind=label[1])


def _with_margins(tally: Tally, shape: tuple[int, ...], shown: tuple[NDArray[np.intp], ...]) -> Tally:
    """Add the sums over each axis to a tally of the inner cells, and take the combinations that are shown."""
    parts = (tally.counts, tally.weights, tally.squares)
    return Tally(*(add_margins(part.reshape(*shape, -1))[shown] for part in parts))


def _tally_mentions(sample: Sample, matrix: NDArray[Any], cells: NDArray[np.intp], size: int) -> Tally:
    """Tally the mentions of each label in each cell, (cells, k)."""
    from scipy.sparse import csr_array

    powers = [sample.counts * sample.weights**power for power in range(3)]
    sums = [np.zeros((size, matrix.shape[1])) for _ in powers]
    for start in range(0, len(matrix), CHUNK):
        part = slice(start, start + CHUNK)
        inside, said = cells[part], matrix[part].astype(np.float64)
        for total, times in zip(sums, powers, strict=True):
            members = csr_array((times[part], (inside, np.arange(len(inside)))), shape=(size, len(inside)))
            total[:] += members @ said
    return Tally(*sums)
