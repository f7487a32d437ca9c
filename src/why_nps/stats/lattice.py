"""Which combinations of two segments and the period may be shown, so that no small one can be had."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from why_nps.stats.following import draw_beside, follow

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    Masks = NDArray[np.bool_]
    Sizes = NDArray[np.intp]

Number = TypeVar("Number", bound=np.generic)


def add_margins(table: NDArray[Number], axes: int = 3) -> NDArray[Number]:
    """Append to each of the first `axes` axes the sum over it: the last index then stands for all.

    Examples
    --------
    >>> add_margins(np.array([[1, 2], [3, 4]]), axes=2).tolist()
    [[1, 2, 3], [3, 4, 7], [4, 6, 10]]
    """
    for axis in range(axes):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    return table


def hide_crossed(table: Sizes, told: Masks, wanted: Masks, minimum_n: int) -> Masks:
    """Which combinations to show, given what other tables tell already.

    Parameters
    ----------
    table : numpy.ndarray
        (g + 1, h + 1, t + 1) answers; the last index of an axis holds those in none of its values.
    told : numpy.ndarray
        (g + 2, h + 2, t + 2) boolean: combinations, with their sums over an axis at its last index, that
        are known whatever is decided here.
    wanted : numpy.ndarray
        The same shape: combinations that would be shown.
    minimum_n : int
        Smallest number of answers that may be shown.

    Returns
    -------
    numpy.ndarray
        The part of `wanted` that may be shown: what is withheld of a known sum is together at least
        `minimum_n`, and no smaller combination follows from the known ones. What follows from `told` alone
        cannot be mended here and is left.

    Notes
    -----
    What is known are sums over combinations; `follow` tests which others follow from them.

    Examples
    --------
    >>> table = np.zeros((3, 3, 1), dtype=int)  # two branches, two touchpoints, no periods
    >>> table[:2, :2, 0] = [[40, 3], [30, 20]]
    >>> told, wanted = np.zeros((2, 4, 4, 2), dtype=bool)
    >>> told[[0, 1, 3, 3, 3], [3, 3, 0, 1, 3], 1] = True  # the four margins and the total
    >>> wanted[:2, :2, 1] = table[:2, :2, 0] >= 10
    >>> hide_crossed(table, told, wanted, 10)[:2, :2, 1].tolist()  # the 3 would follow from any other
    [[False, False], [False, False]]
    """
    wanted = wanted & ~told
    hopeless = set(_find_exposed(table, told, minimum_n))
    while True:
        exposed = [cell for cell in _find_exposed(table, told | wanted, minimum_n) if cell not in hopeless]
        extra = _choose(add_margins(table), wanted, exposed)
        if not extra:
            return wanted
        wanted[tuple(np.transpose(sorted(extra)))] = False


def _find_exposed(table: Sizes, known: Masks, minimum_n: int) -> list[tuple[int, ...]]:
    """List the small combinations that follow from the known sums, and sums of which little is withheld."""
    unknown = np.argwhere((table > 0) & ~known[:-1, :-1, :-1])
    if not len(unknown):
        return []
    size, counts = add_margins(table), table[tuple(unknown.T)]
    sums, of_sum = _spread(unknown, known)
    small, of_small = _spread(unknown, ~known & (size > 0) & (size < minimum_n), whole=True)
    thin = (sums @ counts > 0) & (sums @ counts < minimum_n)
    exposed = np.concatenate([of_small[follow(small, draw_beside(sums))], of_sum[thin]])
    return [tuple(int(at) for at in np.unravel_index(cell, known.shape)) for cell in exposed]


def _spread(unknown: Sizes, wanted: Masks, *, whole: bool = False) -> tuple[csr_array, Sizes]:
    """Lay combinations out as rows over the unknown cells; the second result names each row's combination.

    With `whole` the cells themselves are among the combinations, not only their sums.
    """
    from scipy.sparse import csr_array

    rows, columns = [], []
    last = np.array(wanted.shape) - 1
    for kept in product([False, True], repeat=3):
        if all(kept) and not whole:
            continue
        place = np.ravel_multi_index(tuple(np.where(kept, unknown, last).T), wanted.shape)
        inside = np.flatnonzero(wanted.ravel()[place])
        rows.append(place[inside])
        columns.append(inside)
    named, row = np.unique(np.concatenate(rows), return_inverse=True)
    column = np.concatenate(columns)
    matrix = csr_array((np.ones(len(row)), (row, column)), shape=(len(named), len(unknown)))
    return matrix, named


def _choose(sizes: Sizes, wanted: Masks, exposed: list[tuple[int, ...]]) -> set[tuple[int, ...]]:
    """Choose for each exposed combination the nearest shown one, the smallest where several are near."""
    shown = np.argwhere(wanted)
    if not len(shown):
        return set()
    answers = sizes[tuple(shown.T)]
    extra = set()
    for cell in exposed:
        shared = (shown == np.array(cell)).sum(axis=1)
        extra.add(tuple(int(at) for at in shown[np.lexsort((answers, -shared))[0]]))
    return extra
