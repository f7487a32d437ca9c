import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from why_nps.errors import InputError
from why_nps.stats import rank_groups


def rows(table, statistic):
    return table[table["statistic"] == statistic].set_index("group")


def test_equal_groups_are_pulled_together_and_not_told_apart():
    rng = np.random.default_rng(0)
    names = [f"g{at}" for at in range(40)]
    table = rank_groups(20 + 8 * rng.normal(size=40), np.full(40, 8.0), names, by="branch")
    shrunk, rank = rows(table, "shrunk"), rows(table, "rank")
    assert (shrunk["note"] == "not distinguishable").all()
    assert shrunk["estimate"].std() < 4
    assert ((rank["high"] - rank["low"]) > 15).all()


def test_a_group_that_is_far_off_is_told_and_a_small_one_is_pulled_more():
    table = rank_groups([10, 12, 11, 60, 60], [3, 3, 3, 3, 30], list("abcde"), by="branch")
    shrunk = rows(table, "shrunk")
    assert shrunk.loc["d", "note"] == ""
    assert shrunk.loc["e", "note"] == "not distinguishable"
    assert shrunk.loc["e", "estimate"] < shrunk.loc["d", "estimate"]
    assert rows(table, "rank").loc["d", "estimate"] == 1


def test_shrunk_intervals_cover_and_err_less_than_raw_ones():
    rng = np.random.default_rng(1)
    covered, raw, ours = [], [], []
    for _ in range(60):
        truth, s = 20 + 10 * rng.normal(size=30), rng.uniform(4, 15, 30)
        y = truth + s * rng.normal(size=30)
        shrunk = rows(rank_groups(y, s, [f"{at:02d}" for at in range(30)], by="x", draws=10), "shrunk")
        covered.append(((shrunk["low"] <= truth) & (truth <= shrunk["high"])).mean())
        raw.append(((y - truth) ** 2).mean())
        ours.append(((shrunk["estimate"] - truth) ** 2).mean())
    assert np.mean(covered) == pytest.approx(0.95, abs=0.03)
    assert np.mean(ours) < 0.75 * np.mean(raw)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(1, 30)), min_size=2, max_size=8))
def test_shrinking_stays_between_the_figure_and_the_mean_and_knows_no_order(groups):
    y, s = np.array(groups).T
    names = [str(at) for at in range(len(y))]
    shrunk = rows(rank_groups(y, s, names, by="x", draws=20), "shrunk")
    assert (shrunk["estimate"] >= y.min() - 1e-6).all()
    assert (shrunk["estimate"] <= y.max() + 1e-6).all()
    turned = rows(rank_groups(y[::-1], s[::-1], names[::-1], by="x", draws=20), "shrunk")
    assert_allclose(turned.loc[names, "estimate"], shrunk.loc[names, "estimate"], atol=1e-4)


@pytest.mark.parametrize("y, s", [([1], [1]), ([1, 2], [1, 0]), ([1, np.nan], [1, 1])])
def test_figures_that_cannot_be_ranked_are_refused(y, s):
    with pytest.raises(InputError):
        rank_groups(y, s, ["a", "b"][: len(y)], by="x")
