"""Periods, and groups in periods."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from pandas.testing import assert_frame_equal

from why_nps.errors import InputError
from why_nps.stats import estimate_groups, estimate_groups_by_period, estimate_nps, estimate_periods

LABELS = [("delivery", "pain")]


def answers(n=400, seed=1):
    rng = np.random.default_rng(seed)
    periods = rng.choice(["2025-K1", "2025-K2", "2025-K3"], n)
    return (
        rng.integers(0, 11, n),
        rng.integers(0, 2, (n, 1)),
        rng.choice(["A", "B"], n),
        periods,
        rng.uniform(1, 3, n),
    )


def test_periods_are_groups_with_their_name_in_another_column():
    scores, mentions, _, periods, weights = answers()
    table = estimate_periods(scores, mentions, LABELS, periods, weights=weights)
    groups = estimate_groups(scores, mentions, LABELS, periods, by="x", weights=weights)
    groups = groups[groups["statistic"].isin(table["statistic"])].reset_index(drop=True)
    assert_frame_equal(
        table.drop(columns=["by", "group", "period"]), groups.drop(columns=["by", "group", "period"])
    )
    assert table["period"].tolist() == groups["group"].tolist()
    assert (table[["by", "group"]] == "").all(axis=None)


@pytest.mark.parametrize("weighted", [False, True])
def test_each_cell_is_the_nps_of_its_answers(weighted):
    scores, _, groups, periods, weights = answers()
    table = estimate_groups_by_period(
        scores, groups, periods, by="branch", weights=weights if weighted else None
    )
    assert len(table) == 6
    for row in table.itertuples():
        mine = (groups == row.group) & (periods == row.period)
        expected = estimate_nps(scores[mine], weights=weights[mine] if weighted else None)
        got = [row.estimate, row.std_error, row.low, row.high, row.n, row.n_effective]
        wanted = [expected.estimate, expected.std_error, expected.low, expected.high, expected.n]
        assert_allclose(got, [*wanted, expected.n_effective])


def test_a_small_cell_takes_three_others_with_it():
    groups = np.repeat(["A", "B", "C"], 120)
    periods = np.tile(["K1", "K2", "K3", "K4"], 90)
    few = (groups == "A") & (periods == "K1")
    few[np.flatnonzero(few)[:3]] = False
    table = estimate_groups_by_period([9] * (360 - few.sum()), groups[~few], periods[~few], by="branch")
    withheld = table[table["note"] == "suppressed"]
    assert len(table) == 12
    assert len(withheld) == 4
    assert (withheld["n"] == 0).all()
    assert withheld["estimate"].isna().all()
    assert (withheld["group"].value_counts() == 2).all()
    assert (withheld["period"].value_counts() == 2).all()


def test_missing_periods_form_no_cell_and_lengths_must_agree():
    scores, _, groups, periods, _ = answers()
    periods = np.where(np.arange(400) < 100, None, periods)
    table = estimate_groups_by_period(scores, groups, periods, by="branch")
    assert table["n"].sum() == 300
    with pytest.raises(InputError, match="periods must have one value"):
        estimate_groups_by_period(scores, groups, periods[:3], by="branch")
