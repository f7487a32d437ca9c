"""What the figures of several segments together would give away, and which to withhold against it.

`hide_groups` and `hide_cells` look at one segment. But a region less its branches, or a branch less its
employees, is a set of answers too, and where that is small nobody may know its score.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import chain, combinations
from typing import TYPE_CHECKING

import numpy as np

from why_nps.stats.following import draw_beside, follow, solve
from why_nps.stats.sample import take_counts, take_groups
from why_nps.stats.suppression import hide_cells, hide_groups, mark_withheld

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array

    from why_nps.stats.intervals import Floats
    from why_nps.stats.suppression import Cell

    _Coded = dict[str, tuple[NDArray[np.intp], list[str]]]

_USED = 1e-3  # of the largest coefficient
_MOST_KINDS = 40
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class _Split:
    """Sets of answers that are shown beside each other: groups, periods, or groups in periods.

    `codes` says in which set each kind of answer is, -1 in none; `names`, `sizes` and `hidden` are by set.
    """

    by: str
    codes: NDArray[np.intp]
    names: list[Cell]
    sizes: NDArray[np.intp]
    hidden: NDArray[np.bool_]


def find_disclosing(
    segments: Mapping[str, ArrayLike],
    periods: ArrayLike | None,
    minimum_n: int,
    *,
    counts: ArrayLike | None = None,
) -> dict[str, frozenset[Cell]]:
    """Find what must be withheld so that no small set follows from all segments and periods together.

    Parameters
    ----------
    segments : mapping of str to array_like of shape (n,)
        Each segment's value for each scored answer, missing or blank where it has none.
    periods : array_like of shape (n,), optional
        Such as "2025-K3".
    minimum_n : int
        Smallest set of answers that may be known.
    counts : array_like of shape (n,), optional
        How many equal answers each row stands for.

    Returns
    -------
    dict of str to frozenset of (group, period)
        For each segment, and for ``""`` (all answers), what to withhold beside what `hide_groups` and
        `hide_cells` withhold: give it to the functions that estimate. The period is "" for a group as a
        whole, the group "" for a period as a whole.

    Notes
    -----
    What is shown are sums over sets of answers; `follow` tests which other sums follow from them. Tested
    are withheld sets, answers without a group, what a known set leaves beside the known sets within it, and
    what up to four of the forty smallest kinds of answers make together. Of the sets that give a small one
    away the smallest is withheld, until none follows.

    Examples
    --------
    >>> regions = ["North"] * 43 + ["South"] * 30
    >>> branches = ["A"] * 25 + ["B"] * 15 + ["C"] * 3 + ["D"] * 22 + ["E"] * 8
    >>> sorted(find_disclosing({"region": regions, "branch": branches}, None, 10)["branch"])
    [('B', ''), ('D', '')]
    """
    atoms = _merge_alike(segments, periods, counts)
    withheld: dict[str, set[Cell]] = defaultdict(set)
    while True:
        splits = _split(*atoms, minimum_n, withheld)
        fresh = _find_needed(splits, atoms[-1], minimum_n)
        if not fresh:
            return {by: frozenset(withheld[by] | withheld[""]) for by in ("", *segments)}
        for by, cell in fresh:
            withheld[by].add(cell)


def _merge_alike(
    segments: Mapping[str, ArrayLike], periods: ArrayLike | None, counts: ArrayLike | None
) -> tuple[_Coded, NDArray[np.intp]]:
    """Put answers that are in the same sets together: codes and names per column, and how many they are."""
    columns = dict(segments) if periods is None else {"": periods, **segments}
    lines = len(np.asarray(next(iter(columns.values()))))
    coded = {by: take_groups(column, lines) for by, column in columns.items()}
    table = np.column_stack([codes for codes, _ in coded.values()])
    kinds, place = np.unique(table, axis=0, return_inverse=True)
    sizes = np.bincount(place.ravel(), weights=take_counts(counts, lines), minlength=len(kinds))
    merged = {by: (kinds[:, at], names) for at, (by, (_, names)) in enumerate(coded.items())}
    return merged, sizes.astype(np.intp)


def _split(
    coded: _Coded, counts: NDArray[np.intp], minimum_n: int, withheld: Mapping[str, set[Cell]]
) -> list[_Split]:
    """Divide the answers every way that is shown, and say which sets are not."""
    splits = []
    when, periods = coded.get("", (np.full(len(counts), -1), []))
    for by, (codes, names) in coded.items():
        forced = mark_withheld(withheld[by] | withheld[""], names if by else [], periods)
        told = forced[:-1, -1] if by else forced[-1, :-1]
        unnamed, *sizes = np.bincount(codes + 1, weights=counts, minlength=len(names) + 1).astype(np.intp)
        named = np.array(sizes, dtype=np.intp)
        pairs = [(name, "") if by else ("", name) for name in names]
        splits.append(_Split(by, codes, pairs, named, hide_groups(named, int(unnamed), minimum_n, told)))
        if by and periods:
            table = np.zeros((len(names) + 1, len(periods) + 1), dtype=np.intp)
            np.add.at(table, (codes, when), counts)
            crossed = np.where((codes >= 0) & (when >= 0), codes * len(periods) + when, -1)
            pairs = [(name, period) for name in names for period in periods]
            hidden = hide_cells(table, minimum_n, forced).ravel()
            splits.append(_Split(by, crossed, pairs, table[:-1, :-1].ravel(), hidden))
    return splits


def _find_needed(splits: list[_Split], counts: NDArray[np.intp], minimum_n: int) -> set[tuple[str, Cell]]:
    """For each small set that follows from those shown: the smallest of the sets it follows from."""
    from scipy.sparse import vstack

    shown, owners = _stack_shown(splits, len(counts))
    beside = draw_beside(shown)
    small = _list_small([_reveal(split, beside) for split in splits], splits, counts, minimum_n)
    small = vstack([small, _combine_few(shown, counts, minimum_n)], format="csr")
    tested = small[np.flatnonzero(follow(small, beside))]
    sizes = shown @ counts
    needed = set()
    for row in range(tested.shape[0]):
        share = np.abs(solve(shown.T, tested[[row]].toarray().ravel()))
        used = np.flatnonzero(share[1:] > _USED * share.max()) + 1  # the first is all answers
        if len(used):
            needed.add(owners[int(used[sizes[used].argmin()])])
    return needed


def _stack_shown(splits: list[_Split], atoms: int) -> tuple[csr_array, list[tuple[str, Cell]]]:
    """Return the sets that are shown as rows over kinds of answers, all answers first, and their names."""
    from scipy.sparse import csr_array, vstack

    rows, owners = [csr_array(np.ones((1, atoms)))], [("", ("", ""))]
    for split in splits:
        kept = np.flatnonzero(~split.hidden & (split.sizes > 0))
        rows.append(_indicate(split)[kept])
        owners += [(split.by, split.names[at]) for at in kept]
    return csr_array(vstack(rows)), owners


def _indicate(split: _Split) -> csr_array:
    """Return a row a set, with 1 for each kind of answer in it."""
    from scipy.sparse import csr_array

    inside = np.flatnonzero(split.codes >= 0)
    place = (split.codes[inside], inside)
    return csr_array((np.ones(len(inside)), place), shape=(len(split.names), len(split.codes)))


def _list_small(
    known: list[_Split], splits: list[_Split], counts: NDArray[np.intp], minimum_n: int
) -> csr_array:
    """List the sets of fewer answers than may be known: withheld, unnamed, or left by shown ones."""
    from scipy.sparse import csr_array, vstack

    sets = []
    for split in splits:
        sets += [
            _indicate(split)[np.flatnonzero(split.hidden)],
            csr_array(split.codes[None] < 0, dtype=float),
        ]
    for outer in known:
        for inner in known:
            if outer is not inner:
                sets.append(_leave(outer, inner))
    found = csr_array(vstack(sets))
    size = found @ counts
    return found[np.flatnonzero((size > 0) & (size < minimum_n))]


def _leave(outer: _Split, inner: _Split) -> csr_array:
    """Return, for each known set, its answers that are in none of the known sets within it."""
    from scipy.sparse import csr_array

    whole, parts = _indicate(outer), np.flatnonzero(~inner.hidden & (inner.sizes > 0))
    shown = np.append(~inner.hidden, False)[inner.codes]  # the code -1 is of no set
    reach = np.zeros((len(inner.names), 2), dtype=np.intp)
    reach[:, 0] = len(outer.names)
    np.minimum.at(reach[:, 0], inner.codes[shown], outer.codes[shown])
    reach[:, 1] = -1
    np.maximum.at(reach[:, 1], inner.codes[shown], outer.codes[shown])
    within = np.zeros(len(inner.names) + 1, dtype=bool)
    within[parts] = (reach[parts, 0] == reach[parts, 1]) & (reach[parts, 0] >= 0)
    outside = ~within[inner.codes]
    left = csr_array(whole.multiply(outside[None].astype(float)))
    return left[np.flatnonzero(~outer.hidden)]


def _combine_few(shown: csr_array, counts: NDArray[np.intp], minimum_n: int) -> csr_array:
    """Join up to four kinds of answers that the shown sets tell apart into sets too small to be known."""
    from scipy.sparse import csr_array

    marks = shown.T @ np.random.default_rng(1).random(shown.shape[0])
    _, kind = np.unique(marks.round(_DIGITS), return_inverse=True)
    sizes = np.bincount(kind, weights=counts)
    few = np.argsort(sizes, kind="stable")[: min(_MOST_KINDS, int((sizes < minimum_n).sum()))]
    joined = [
        chosen
        for size in (1, 2, 3, 4)
        for chosen in combinations(few.tolist(), size)
        if sizes[list(chosen)].sum() < minimum_n
    ]
    rows = np.repeat(np.arange(len(joined)), [len(chosen) for chosen in joined])
    columns = np.fromiter(chain.from_iterable(joined), np.intp, len(rows))
    members = csr_array((np.ones(len(kind)), (kind, np.arange(len(kind)))), shape=(len(sizes), len(kind)))
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(joined), len(sizes))) @ members


def _reveal(split: _Split, beside: Floats) -> _Split:
    """Return the sets with those that follow from the shown ones no longer hidden."""
    return replace(split, hidden=split.hidden & ~follow(_indicate(split), beside))
