"""Drivers: reference numbers, parity with statsmodels, and what must hold for any answers."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from pandas.testing import assert_frame_equal
from statsmodels.stats.multitest import multipletests

from why_nps.core.tables import ESTIMATES
from why_nps.errors import InputError
from why_nps.stats import estimate_drivers, estimate_nps

EFFECTS = ("adjusted_effect", "promoter_effect", "detractor_effect")


def column(table, statistic, name="estimate"):
    rows = table[(table["statistic"] == statistic) & (table["theme"] != "")]
    return rows[name].to_numpy()


def baseline(table):
    return table[(table["statistic"] == "contribution") & (table["theme"] == "")].iloc[0]


def labels_of(k):
    return [(f"theme{i}", "pain") for i in range(k)]


def random_answers(seed, n=200, k=5):
    rng = np.random.default_rng(seed)
    mentions = (rng.random((n, k)) < 0.3).astype(np.uint8)
    scores = np.clip(np.round(7 + rng.normal(size=n) * 2 + mentions @ np.linspace(-2, 2, k)), 0, 10)
    return scores.astype(int), mentions, rng.uniform(0.3, 3, n)


@pytest.fixture
def table(d60):
    return estimate_drivers(d60.scores, d60.mentions, d60.labels)


@pytest.mark.parametrize(
    "statistic, name, expected",
    [
        ("gap", "estimate", [-98.074454, 59.722222, -17.391304, 73.611111]),
        ("impact", "estimate", [-31.056911, 23.888889, -6.666667, 29.444444]),
        ("impact", "std_error", [7.958686, 9.118655, 8.127471, 9.230790]),
        ("adjusted_effect", "estimate", [-99.906831, 53.101121, -29.106340, 49.486121]),
        ("adjusted_effect", "std_error", [16.114209, 15.146236, 14.016562, 16.273035]),
        ("contribution", "estimate", [-31.637163, 21.240448, -11.157430, 19.794448]),
    ],
)
def test_reference(table, statistic, name, expected):
    assert_allclose(column(table, statistic, name), expected, atol=6e-7)


def test_reference_of_the_gap_interval_and_the_baseline(table):
    gap = table[table["statistic"] == "gap"].iloc[0]
    assert_allclose([gap["low"], gap["high"]], [-124.079984, -54.598675], atol=6e-7)
    assert_allclose(baseline(table)[["estimate", "std_error"]].tolist(), [-4.906970, 14.517704], atol=6e-7)


def test_parts_of_the_contribution_agree_with_the_second_data_set(d50, table):
    # The twofold decomposition of the change between the two sets, from what is shown of each.
    other = estimate_drivers(d50.scores, d50.mentions, d50.labels)
    rates, effects = (
        [column(one, name) for one in (table, other)] for name in ("mention_rate", "adjusted_effect")
    )
    assert baseline(other)["estimate"] - baseline(table)["estimate"] == pytest.approx(-12.577838, abs=6e-7)
    expected = [7.614138, -1.156668, 0.127321, 0.836683]
    assert_allclose((rates[1] - rates[0]) * (effects[0] + effects[1]) / 2, expected, atol=6e-7)
    expected = [11.345069, 3.691171, -6.938581, -6.274629]
    assert_allclose((effects[1] - effects[0]) * (rates[0] + rates[1]) / 2, expected, atol=6e-7)


def test_rates_count_who_mentions(d60, table):
    assert_allclose(column(table, "mention_rate"), d60.mentions.mean(axis=0))
    promoters = d60.scores >= 9
    assert_allclose(column(table, "mention_rate_promoters"), d60.mentions[promoters].mean(axis=0))
    assert (column(table, "mention_rate_promoters", "n") == 18).all()
    assert_allclose(column(table, "mention_rate", "n_effective"), d60.mentions.sum(axis=0))


def test_sides_of_the_gap_are_the_nps_of_their_answers(d60, table):
    for at in range(4):
        for statistic, value in (("nps_with", 1), ("nps_without", 0)):
            expected = estimate_nps(d60.scores[d60.mentions[:, at] == value])
            got = [column(table, statistic, name)[at] for name in ("estimate", "std_error", "low", "high")]
            assert_allclose(got, [expected.estimate, expected.std_error, expected.low, expected.high])


def test_schema_and_key(table):
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == dict(ESTIMATES.columns)
    assert not table.duplicated(list(ESTIMATES.key)).any()
    assert len(table) == 4 * 18 + 1 + 1  # and one row each of contribution and equal split without a label


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("statistic", EFFECTS)
def test_effects_are_those_of_statsmodels(statistic, weighted):
    scores, mentions, weights = random_answers(4)
    outcome = {
        "adjusted_effect": 100.0 * ((scores >= 9) * 1 - (scores <= 6)),
        "promoter_effect": 1.0 * (scores >= 9),
        "detractor_effect": 1.0 * (scores <= 6),
    }[statistic]
    given_weights = weights if weighted else np.ones(len(scores))
    fit = sm.WLS(outcome, sm.add_constant(mentions.astype(float)), weights=given_weights).fit(
        cov_type="HC3", use_t=True
    )
    table = estimate_drivers(scores, mentions, labels_of(5), weights=weights if weighted else None)
    assert_allclose(column(table, statistic), fit.params[1:], rtol=1e-8)
    assert_allclose(column(table, statistic, "std_error"), fit.bse[1:], rtol=1e-8)
    limits = np.column_stack([column(table, statistic, side) for side in ("low", "high")])
    assert_allclose(limits, fit.conf_int()[1:], rtol=1e-8)
    expected = multipletests(fit.pvalues[1:], method="fdr_bh")[1]
    assert_allclose(column(table, statistic, "p_adjusted"), expected, rtol=1e-6)
    if statistic == "adjusted_effect":
        assert_allclose(
            baseline(table)[["estimate", "std_error"]].tolist(), [fit.params[0], fit.bse[0]], rtol=1e-8
        )


def test_weighted_impact_and_its_error_follow_the_influence_function():
    scores, mentions, w = random_answers(5)
    x, z = 100.0 * ((scores >= 9) * 1 - (scores <= 6)), mentions[:, 0]
    nps, without = np.average(x, weights=w), np.average(x[z == 0], weights=w[z == 0])
    influence = (x - nps) - (1 - z) / (1 - np.average(z, weights=w)) * (x - without)
    table = estimate_drivers(scores, mentions, labels_of(5), weights=w)
    assert column(table, "impact")[0] == pytest.approx(nps - without)
    assert column(table, "impact", "std_error")[0] == pytest.approx(
        np.sqrt(((w * influence) ** 2).sum()) / w.sum()
    )


def test_contribution_errors_agree_with_the_bootstrap():
    scores, mentions, _ = random_answers(6, n=600, k=3)
    rng = np.random.default_rng(0)
    x, design = 100.0 * ((scores >= 9) * 1 - (scores <= 6)), np.column_stack([np.ones(600), mentions])
    drawn = []
    for _ in range(1500):
        at = rng.integers(0, 600, 600)
        effects = np.linalg.lstsq(design[at], x[at], rcond=None)[0]
        drawn.append(effects * design[at].mean(axis=0))
    table = estimate_drivers(scores, mentions, labels_of(3))
    got = [baseline(table)["std_error"], *column(table, "contribution", "std_error")]
    assert_allclose(got, np.std(drawn, axis=0), rtol=0.08)


ANSWERS = st.integers(1, 60).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 10), min_size=n, max_size=n),
        st.lists(st.lists(st.integers(0, 1), min_size=3, max_size=3), min_size=n, max_size=n),
    )
)


@settings(max_examples=60, deadline=None)
@given(ANSWERS, st.integers(1, 5))
def test_for_any_answers_contributions_add_up_and_nothing_is_silently_missing(answers, minimum):
    scores, mentions = answers
    table = estimate_drivers(scores, mentions, labels_of(3), minimum_mentions=minimum)
    contributions = table.loc[table["statistic"] == "contribution", "estimate"]
    assert contributions.sum() == pytest.approx(estimate_nps(scores).estimate, abs=1e-8)
    split = 100 * (column(table, "promoter_effect") - column(table, "detractor_effect"))
    assert_allclose(column(table, "adjusted_effect"), split, atol=1e-9)
    missing = table[["estimate", "std_error", "low", "high"]].isna().any(axis=1)
    assert (table.loc[missing, "note"] != "").all()
    told = table[~missing]
    assert (told["low"] < told["high"]).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_order_of_answers_and_labels_and_weights_of_one_change_nothing(seed):
    scores, mentions, _ = random_answers(seed, n=80, k=4)
    labels = labels_of(4)
    expected = estimate_drivers(scores, mentions, labels)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(80), rng.permutation(4)
    moved = estimate_drivers(
        scores[rows], mentions[rows][:, columns], [labels[at] for at in columns], weights=np.full(80, 2.5)
    )
    key = list(ESTIMATES.key)
    got, wanted = (one.sort_values(key, ignore_index=True) for one in (moved, expected))
    assert_frame_equal(got, wanted, rtol=1e-7, atol=1e-9)


def test_chunks_do_not_show(monkeypatch):
    scores, mentions, weights = random_answers(3)
    expected = estimate_drivers(scores, mentions, labels_of(5), weights=weights)
    for module in ("tallies", "patterns", "regression", "sample"):
        monkeypatch.setattr(f"why_nps.stats.{module}.CHUNK", 7)
    assert_frame_equal(estimate_drivers(scores, mentions, labels_of(5), weights=weights), expected)


def test_few_mentions_are_left_out_of_the_regression_and_said():
    scores, mentions, _ = random_answers(8)
    more = np.column_stack([mentions, np.arange(200) < 9, np.arange(200) < 195])
    table = estimate_drivers(scores, more, labels_of(7))
    expected = estimate_drivers(scores, mentions, labels_of(5))
    assert_allclose(column(table, "adjusted_effect")[:5], column(expected, "adjusted_effect"))
    assert baseline(table)["estimate"] == pytest.approx(baseline(expected)["estimate"])
    for statistic in (*EFFECTS, "nps_with", "nps_without", "gap", "impact", "contribution"):
        assert np.isnan(column(table, statistic)[5:]).all()
        assert column(table, statistic, "note")[5:].tolist() == [
            "too few mentions",
            "too few answers without it",
        ]
    assert_allclose(column(table, "mention_rate")[5:], [9 / 200, 195 / 200])


def test_labels_that_always_come_together_are_flagged_and_the_others_stay_right():
    scores, mentions, _ = random_answers(9)
    twin = np.column_stack([mentions, mentions[:, 2]])
    table = estimate_drivers(scores, twin, labels_of(6))
    expected = estimate_drivers(scores, mentions, labels_of(5))
    assert_allclose(
        column(table, "adjusted_effect")[[0, 1, 3, 4]], column(expected, "adjusted_effect")[[0, 1, 3, 4]]
    )
    for at in (2, 5):
        assert np.isnan(column(table, "adjusted_effect")[at])
        assert column(table, "adjusted_effect", "note")[at] == "cannot be told apart from other labels"
    folded = baseline(expected)["estimate"] + column(expected, "contribution")[2]
    assert baseline(table)["estimate"] == pytest.approx(folded)
    complement = estimate_drivers(scores, np.column_stack([mentions, 1 - mentions[:, 2]]), labels_of(6))
    assert baseline(complement)["estimate"] == pytest.approx(folded)
    assert baseline(complement)["std_error"] == pytest.approx(baseline(table)["std_error"])


def test_an_effect_that_rests_on_one_answer_is_flagged():
    scores, mentions, _ = random_answers(10, k=3)
    almost = mentions[:, 0].copy()
    almost[np.flatnonzero(almost == 0)[0]] = 1
    table = estimate_drivers(scores, np.column_stack([mentions, almost]), labels_of(4))
    assert column(table, "adjusted_effect", "note").tolist() == [
        "rests on a single answer", "", "", "rests on a single answer"
    ]  # fmt: skip
    assert np.isfinite(column(table, "adjusted_effect")[1:3]).all()
    assert np.isfinite(baseline(table)[["low", "high"]].astype(float)).all()


@pytest.mark.parametrize("score", [10, 7, 0])
def test_scores_that_do_not_vary_have_no_effect_and_no_interval(score):
    mentions = (np.arange(60)[:, None] % [2, 3] == 0).astype(int)
    table = estimate_drivers([score] * 60, mentions, labels_of(2))
    for statistic in ("impact", *EFFECTS):
        assert_allclose(column(table, statistic), 0, atol=1e-9)
        assert np.isnan(column(table, statistic, "low")).all()
        assert (column(table, statistic, "note") == "no variation in the score").all()
    assert (column(table, "gap", "high") - column(table, "gap", "low") > 1).all()


def test_opposite_signs_are_flagged():
    # Staff alone is bad, but it mostly comes with speed, which is very good.
    scores = [10] * 150 + [2] * 30 + [7] * 100 + [10] * 40
    mentions = [[1, 1]] * 150 + [[1, 0]] * 30 + [[0, 0]] * 100 + [[0, 1]] * 40
    table = estimate_drivers(scores, mentions, [("staff", "delight"), ("speed", "delight")])
    assert column(table, "impact")[0] > 0 > column(table, "adjusted_effect")[0]
    for statistic in ("impact", "adjusted_effect"):
        assert column(table, statistic, "note").tolist() == ["impact and adjusted effect disagree", ""]


def test_missing_scores_and_no_answers():
    scores, mentions, _ = random_answers(11)
    gaps = pd.Series(scores, dtype="Int64").mask(np.arange(200) < 50)
    expected = estimate_drivers(scores[50:], mentions[50:], labels_of(5))
    assert_frame_equal(estimate_drivers(gaps, pd.DataFrame(mentions).astype(bool), labels_of(5)), expected)
    none = estimate_drivers([None] * 3, np.ones((3, 2)), labels_of(2))
    assert none["estimate"].isna().all()
    assert (none["note"] != "").all()
    bare = estimate_drivers([10, 3, 9, 9], np.zeros((4, 0)), [])
    assert bare["estimate"].tolist() == [50, 50]


@pytest.mark.parametrize(
    "mentions, labels, message",
    [
        ([[1], [2]], [("a", "pain")], "0 and 1 only; 1 of its 2"),
        ([[1], [np.nan]], [("a", "pain")], "0 and 1 only"),
        ([[1], [None]], [("a", "pain")], "0 and 1 only"),
        ([1, 0], [("a", "pain")], "has the shape"),
        ([[1, 0], [0, 1]], [("a", "pain")], "has the shape"),
        ([[1], [0], [0]], [("a", "pain")], "has the shape"),
        ([[1, 0], [0, 1]], [("a", "pain"), ("a", "pain")], "distinct"),
        ([[1], [0]], ["ab"], "pairs"),
    ],
)
def test_what_cannot_be_used_is_said(mentions, labels, message):
    with pytest.raises(InputError, match=message):
        estimate_drivers([9, 3], mentions, labels)


def test_inputs_are_left_as_they_are():
    scores, mentions, weights = random_answers(12)
    for array in (scores, mentions, weights):
        array.flags.writeable = False
    estimate_drivers(scores, mentions, labels_of(5), weights=weights)
