"""Small cells: nothing may be had by subtraction, checked by linear algebra."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from why_nps.stats.suppression import hide_cells, hide_groups

MINIMUM = 10


@pytest.mark.parametrize(
    "sizes, unnamed, expected",
    [
        ([40, 30, 25], 0, [0, 0, 0]),
        ([40, 3, 25], 0, [0, 1, 1]),  # one small group takes the next smallest with it
        ([40, 3, 25], 20, [0, 1, 0]),  # enough hides among those without a group
        ([40, 30], 4, [0, 1]),  # those without a group would follow by subtraction
        ([40, 30], 12, [0, 0]),
        ([40, 4, 5, 30], 0, [0, 1, 1, 1]),  # two small ones are together still too few
        ([40, 5, 6, 30], 0, [0, 1, 1, 0]),
        ([12], 0, [0]),
        ([4], 0, [1]),
        ([100, 3], 0, [1, 1]),
        ([50, 0], 0, [0, 1]),  # nobody can be seen in an empty group
        ([], 5, []),
    ],
)
def test_groups_that_are_hidden(sizes, unnamed, expected):
    assert hide_groups(np.array(sizes, dtype=int), unnamed, MINIMUM).tolist() == [
        bool(one) for one in expected
    ]


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=8), st.integers(0, 30))
def test_withheld_answers_are_none_or_enough(sizes, unnamed):
    sizes = np.array(sizes)
    hidden = hide_groups(sizes, unnamed, MINIMUM)
    assert hidden[sizes < MINIMUM].all()
    pool = sizes[hidden].sum() + unnamed
    assert pool == 0 or pool >= MINIMUM or hidden.all()


def known(table, hidden):
    """Equations of what is published, over the cells that are not: shown margins and the grand total."""
    rows, columns = (
        np.append(hide_groups(table.sum(axis=axis)[:-1], table.sum(axis=axis)[-1], MINIMUM), [True])
        for axis in (1, 0)
    )
    unknown = np.ones(table.shape, dtype=bool)
    unknown[:-1, :-1] = hidden
    places = np.argwhere(unknown & (table > 0))
    equations = [places[:, 0] == row for row in np.flatnonzero(~rows)]
    equations += [places[:, 1] == column for column in np.flatnonzero(~columns)]
    return np.array([*equations, np.ones(len(places), dtype=bool)], dtype=float), places


def all_hidden_of(table, hidden, places):
    """Whether no cell with answers is left to hide in the line these cells share."""
    for axis in (0, 1):
        if len(set(places[:, axis])) == 1 and places[0, axis] < hidden.shape[axis]:
            line = np.take(table, places[0, axis], axis=axis)[:-1]
            if (np.take(hidden, places[0, axis], axis=axis) | (line == 0)).all():
                return True
    return False


TABLES = st.tuples(st.integers(2, 6), st.integers(2, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(st.sampled_from([0, 0, 1, 3, 8, 11, 12, 20, 35]), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


@settings(max_examples=200, deadline=None)
@example([[1, 1, 0], [11, 0, 11], [11, 1, 0]])  # the small column follows, though none of its cells does
@given(TABLES)
def test_no_small_cell_or_margin_follows_from_what_is_shown(table):
    table = np.array(table)
    hidden = hide_cells(table, MINIMUM)
    assert hidden[table[:-1, :-1] < MINIMUM].all()
    equations, places = known(table, hidden)
    if not len(places) or hidden[table[:-1, :-1] > 0].all():
        return  # all is withheld: nothing is left to hide
    for equation in equations:
        places_in = places[equation > 0]
        pool = table[tuple(places_in.T)].sum()
        assert pool == 0 or pool >= MINIMUM or all_hidden_of(table, hidden, places_in)
    space = np.linalg.pinv(equations) @ equations

    def follows(wanted):
        return np.allclose(wanted @ space, wanted, atol=1e-8)

    for at, (row, column) in enumerate(places):
        near = [*hidden[row, :], *hidden[:, column]] if row < len(hidden) and column < hidden.shape[1] else []
        if table[row, column] < MINIMUM and near and not all(near):
            assert not follows(np.eye(len(places))[at]), (table, hidden, row, column)
    for axis in (0, 1):
        for line in range(table.shape[axis] - 1):
            size = table.sum(axis=1 - axis)[line]
            shown = table[:-1, :-1].sum() - (table[:-1, :-1] * hidden).sum()
            if 0 < size < MINIMUM and shown:
                assert not follows((places[:, axis] == line).astype(float)), (table, hidden, axis, line)


def test_a_bridge_between_two_cycles_is_hidden():
    # Each line has two withheld cells or more, and yet the 3 in the middle would follow.
    table = np.full((5, 5), 50)
    table[:2, :2] = 5
    table[2:4, 2:4] = 5
    table[1, 2] = 3
    table[4] = table[:, 4] = 0
    hidden = hide_cells(table, MINIMUM)
    assert hidden[table[:-1, :-1] < MINIMUM].all()
    assert hidden.sum() > 9


def test_a_large_table_is_quick_enough_to_finish_and_shows_its_large_cells():
    table = np.full((2001, 13), 40)
    table[-1] = table[:, -1] = 0
    table[7, 3] = 2
    hidden = hide_cells(table, MINIMUM)
    assert hidden[7, 3]
    assert hidden.sum() == 4
