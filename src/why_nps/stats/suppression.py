"""Which cells to withhold so that no small one can be had, not even by subtraction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

Cell = tuple[str, str]  # group and period; "" for all of them


def mark_withheld(
    withheld: Collection[Cell], groups: Sequence[str], periods: Sequence[str]
) -> NDArray[np.bool_]:
    """Mark what is withheld in a table of groups and periods.

    Returns
    -------
    numpy.ndarray
        (g + 1, t + 1) boolean; the last column is of groups as a whole, the last row of periods as a whole.

    Examples
    --------
    >>> mark_withheld({("A", ""), ("", "K1")}, ["A", "B"], ["K1"]).tolist()
    [[False, True], [False, False], [True, False]]
    """
    rows = {name: at for at, name in enumerate([*groups, ""])}
    columns = {name: at for at, name in enumerate([*periods, ""])}
    marked = np.zeros((len(rows), len(columns)), dtype=bool)
    for group, period in withheld:
        if group in rows and period in columns:
            marked[rows[group], columns[period]] = True
    return marked


def hide_groups(
    sizes: NDArray[np.intp], unnamed: int, minimum_n: int, withheld: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """Which groups to withhold, given that the figure over all answers is known.

    Parameters
    ----------
    sizes : numpy.ndarray
        (g,) answers in each group.
    unnamed : int
        Answers in no group. They are never shown, but subtracting all groups from the total would show
        them: they count as one more withheld group.
    minimum_n : int
        Smallest group that may be shown.
    withheld : numpy.ndarray, optional
        (g,) boolean: groups to withhold for another reason.

    Returns
    -------
    numpy.ndarray
        (g,) boolean. The withheld answers together, if any, are at least `minimum_n` unless all groups are
        withheld; so one small group takes at least one other with it, the smallest first.

    Examples
    --------
    >>> hide_groups(np.array([40, 3, 25]), 0, 10).tolist()
    [False, True, True]
    """
    hidden = sizes < minimum_n
    if withheld is not None:
        hidden = hidden | withheld
    pool = int(sizes[hidden].sum()) + unnamed
    for index in np.argsort(sizes, kind="stable"):
        if not 0 < pool < minimum_n:
            break
        if not hidden[index]:
            hidden[index] = True
            pool += int(sizes[index])
    return hidden


def hide_cells(
    table: NDArray[np.intp], minimum_n: int, withheld: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """Which cells of two crossed segments to withhold, given that the total and the shown margins are known.

    Parameters
    ----------
    table : numpy.ndarray
        (g + 1, t + 1) answers; the last row and column hold those without a group or period.
    minimum_n : int
        Smallest cell that may be shown.
    withheld : numpy.ndarray, optional
        (g + 1, t + 1) boolean, from `mark_withheld`: what to withhold for another reason.

    Returns
    -------
    numpy.ndarray
        (g, t) boolean. What is withheld of a shown row or column is together at least `minimum_n`, and
        no small cell follows from those that are shown and the margins. Empty cells are withheld.
    """
    told = np.zeros(table.shape, dtype=bool) if withheld is None else withheld
    rows, columns = (
        np.append(hide_groups(sums[:-1], int(sums[-1]), minimum_n, line), [True])
        for sums, line in ((table.sum(axis=1), told[:-1, -1]), (table.sum(axis=0), told[-1, :-1]))
    )
    hidden = (table < minimum_n) | rows[:, None] | columns | told
    while (extra := _closing(table, hidden, _exposed(table, hidden, rows, columns, minimum_n))) or (
        extra := _thin_lines(table, hidden, rows, columns, minimum_n)
    ):
        hidden[tuple(np.transpose(extra))] = True
    return np.asarray(hidden[:-1, :-1])


def _thin_lines(
    table: NDArray[np.intp],
    hidden: NDArray[np.bool_],
    rows: NDArray[np.bool_],
    columns: NDArray[np.bool_],
    minimum_n: int,
) -> list[tuple[int, int]]:
    """Cells to hide where a shown total leaves fewer than `minimum_n` withheld answers in its line."""
    extra = []
    for withheld, flip in ((rows, False), (columns, True)):
        sizes, mask = (table.T, hidden.T) if flip else (table, hidden)
        pool = (sizes * mask).sum(axis=1)
        for line in np.flatnonzero(~withheld & (pool > 0) & (pool < minimum_n) & ~mask.all(axis=1)):
            other = int(np.where(mask[line], np.iinfo(np.int64).max, sizes[line]).argmin())
            extra.append((other, int(line)) if flip else (int(line), other))
    return extra


def _closing(
    table: NDArray[np.intp], hidden: NDArray[np.bool_], exposed: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """For each exposed cell the other three corners of the rectangle that costs the fewest answers."""
    extra = set()
    price = np.where(hidden, 0.0, table)
    price[table == 0] = np.inf  # an empty cell hides nothing
    for row, column in np.argwhere(exposed):
        cost = price + price[row] + price[:, [column]]
        cost[row], cost[:, column] = np.inf, np.inf
        other_row, other_column = np.unravel_index(int(cost.argmin()), cost.shape)
        corners = [(row, other_column), (other_row, column), (other_row, other_column)]
        if not np.isfinite(cost.min()):  # no rectangle: the smallest cell beside it, or else of all
            shown = [(int(r), int(c)) for r, c in np.argwhere(~hidden)]
            beside = [cell for cell in shown if row == cell[0] or column == cell[1]]
            corners = sorted(beside or shown, key=lambda cell: table[cell])[:1]
        extra |= {(int(r), int(c)) for r, c in corners if not hidden[r, c]}
    if exposed.any() and not extra:  # a whole small line follows, and no rectangle is left to close
        shown = [(int(r), int(c)) for r, c in np.argwhere(~hidden)]
        return sorted(shown, key=lambda cell: table[cell])[:1]
    return sorted(extra)


def _exposed(
    table: NDArray[np.intp],
    hidden: NDArray[np.bool_],
    rows: NDArray[np.bool_],
    columns: NDArray[np.bool_],
    minimum_n: int,
) -> NDArray[np.bool_]:
    """Withheld cells that are small, or lie in a small group, and follow from the totals by subtraction.

    Rows and columns are the nodes of a graph, withheld cells its edges, and each withheld margin an edge to
    one more node for the grand total. What follows from the totals are exactly the bridges of that graph.
    """
    height, width = table.shape
    r, c = np.nonzero(hidden & (table > 0))
    slack_r, slack_c = (
        np.flatnonzero(rows & (table.sum(axis=1) > 0)),
        np.flatnonzero(columns & (table.sum(axis=0) > 0)),
    )
    starts = np.concatenate([r, slack_r, np.full(len(slack_c), height + width + 1)])
    ends = np.concatenate([height + c, np.full(len(slack_r), height + width), height + slack_c])
    bridge = _bridges(starts, ends, height + width + 2)
    exposed = np.zeros(table.shape, dtype=bool)
    exposed[r, c] = bridge[: len(r)] & (table[r, c] < minimum_n)
    lone_r, lone_c = np.split(bridge[len(r) :], [len(slack_r)])
    for row in slack_r[lone_r & (table.sum(axis=1)[slack_r] < minimum_n)]:
        exposed[row] |= hidden[row] & (table[row] > 0)
    for column in slack_c[lone_c & (table.sum(axis=0)[slack_c] < minimum_n)]:
        exposed[:, column] |= hidden[:, column] & (table[:, column] > 0)
    return exposed


def _bridges(starts: NDArray[np.intp], ends: NDArray[np.intp], nodes: int) -> NDArray[np.bool_]:
    """Which edges of a graph lie on no cycle.

    Each edge outside a spanning forest gets a random number; an edge of the forest is on a cycle unless
    the numbers that leave the part of the tree behind it cancel (exclusive or). Deterministic: fixed seed.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order

    graph = coo_array((np.ones(len(starts)), (starts, ends)), shape=(nodes, nodes)).tocsr()
    parent, order, seen = np.full(nodes, -1), [], np.zeros(nodes, dtype=bool)
    for root in np.unique(starts):
        if not seen[root]:
            reached, before = breadth_first_order(graph, root, directed=False)
            parent[reached], seen[reached] = before[reached], True
            order.append(reached)
    parent[parent < 0] = -1
    forest = (parent[starts] == ends) | (parent[ends] == starts)
    numbers = np.random.default_rng(0).integers(1, 2**63, len(starts), dtype=np.uint64)
    leaving = np.zeros(nodes, dtype=np.uint64)
    for side in (starts, ends):
        np.bitwise_xor.at(leaving, side[~forest], numbers[~forest])
    for tree in order:
        for node in tree[:0:-1]:
            leaving[parent[node]] ^= leaving[node]
    below = np.where(parent[starts] == ends, starts, ends)
    return np.asarray(forest & (leaving[below] == 0))
