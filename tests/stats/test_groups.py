"""Groups: each is what it would be alone, and small ones stay hidden."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from pandas.testing import assert_frame_equal
from statsmodels.stats.multitest import multipletests

from why_nps.core.tables import ESTIMATES
from why_nps.errors import InputError
from why_nps.stats import estimate_drivers, estimate_groups, estimate_scores

LABELS = [("delivery", "pain"), ("staff", "delight"), ("price", "pain")]
SHOWN = ["mention_rate", "gap", "impact", "adjusted_effect"]


def answers(sizes, seed=0):
    rng = np.random.default_rng(seed)
    n = sum(sizes.values())
    groups = np.repeat(list(sizes), list(sizes.values()))
    mentions = (rng.random((n, 3)) < 0.4).astype(int)
    scores = np.clip(np.round(8 - 3 * mentions[:, 0] + rng.normal(size=n) * 2), 0, 10).astype(int)
    order = rng.permutation(n)
    return scores[order], mentions[order], groups[order], rng.uniform(0.5, 2, n)


@pytest.mark.parametrize("weighted", [False, True])
def test_a_group_is_what_it_would_be_alone(weighted):
    scores, mentions, groups, weights = answers({"A": 60, "B": 90})
    table = estimate_groups(
        scores, mentions, LABELS, groups, by="branch", weights=weights if weighted else None
    )
    mine = groups == "B"
    own = weights[mine] if weighted else None
    drivers = estimate_drivers(scores[mine], mentions[mine], LABELS, weights=own)
    expected = pd.concat(
        [estimate_scores(scores[mine], weights=own), drivers[drivers["statistic"].isin(SHOWN)]],
        ignore_index=True,
    )
    got = table[table["group"] == "B"].reset_index(drop=True)
    assert (got["by"] == "branch").all()
    drop = ["by", "group", "p_adjusted"]
    assert_frame_equal(got.drop(columns=drop), expected.drop(columns=drop))
    assert not table.duplicated(list(ESTIMATES.key)).any()


def test_p_values_are_adjusted_over_all_groups():
    scores, mentions, groups, _ = answers({"A": 60, "B": 90})
    table = estimate_groups(scores, mentions, LABELS, groups, by="branch")
    effects = table[table["statistic"] == "adjusted_effect"]
    # A family of six has the step-up values of all six, so p must be recovered from t.
    from scipy.stats import t

    p = 2 * t.sf(np.abs(effects["estimate"] / effects["std_error"]), effects["n"] - 4)
    assert_allclose(effects["p_adjusted"], multipletests(p, method="fdr_bh")[1])


def test_a_small_group_and_the_next_smallest_are_withheld():
    scores, mentions, groups, _ = answers({"A": 60, "B": 5, "C": 25, "D": 40})
    table = estimate_groups(scores, mentions, LABELS, groups, by="branch")
    withheld = table[table["note"] == "suppressed"]
    assert sorted(set(withheld["group"])) == ["B", "C"]
    assert set(table.loc[table["group"].isin(["B", "C"]), "note"]) == {"suppressed"}
    assert (withheld["n"] == 0).all()
    numbers = ["estimate", "std_error", "low", "high", "n_effective", "p_adjusted"]
    assert withheld[numbers].isna().all(axis=None)


def test_answers_without_a_score_do_not_make_a_group_large():
    scores, mentions, groups, _ = answers({"A": 60, "B": 14, "C": 25})
    scores = scores.astype(float)
    scores[np.flatnonzero(groups == "B")[:6]] = np.nan
    table = estimate_groups(scores, mentions, LABELS, groups, by="branch")
    assert set(table.loc[table["note"] == "suppressed", "group"]) == {"B", "C"}


def test_a_group_with_few_mentions_says_so():
    scores, mentions, groups, _ = answers({"A": 60, "B": 90})
    mentions[groups == "A", 2] = 0
    table = estimate_groups(scores, mentions, LABELS, groups, by="branch")
    mine = table[(table["group"] == "A") & (table["theme"] == "price")].set_index("statistic")
    assert mine.loc["mention_rate", "estimate"] == 0
    assert mine.loc[["gap", "impact", "adjusted_effect"], "note"].tolist() == ["too few mentions"] * 3


def test_missing_and_blank_values_form_no_group():
    scores, mentions, groups, _ = answers({"A": 60, "B": 40, "": 8, "x": 7})
    values = pd.Series(groups).mask(groups == "x")
    table = estimate_groups(scores, mentions, LABELS, values, by="branch")
    assert list(dict.fromkeys(table["group"])) == ["A", "B"]
    assert (table["note"] != "suppressed").all()
    few = estimate_groups(scores, mentions, LABELS, values.where(groups != "", "A"), by="branch")
    assert set(few.loc[few["note"] == "suppressed", "group"]) == {"B"}  # else the 7 follow by subtraction


def test_numbers_are_groups_too_and_lengths_must_agree():
    scores, mentions, groups, _ = answers({"A": 60, "B": 40})
    table = estimate_groups(scores, mentions, LABELS, np.where(groups == "A", 12, 7), by="branch")
    assert set(table["group"]) == {"12", "7"}
    with pytest.raises(InputError, match="groups must have one value per answer, here 100; it has 3"):
        estimate_groups(scores, mentions, LABELS, ["A"] * 3, by="branch")


def test_no_group_at_all_gives_an_empty_table():
    table = estimate_groups([9, 3], [[1, 0, 0], [0, 0, 1]], LABELS, [None, None], by="branch")
    assert table.empty
    assert list(table.columns) == list(ESTIMATES.columns)
