import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from why_nps.errors import InputError
from why_nps.stats import correct_drivers, estimate_drivers, estimate_nps
from why_nps.stats.correction import _correct_rates, _take
from why_nps.stats.debiasing import debias, tune


def column(table, statistic, name="estimate"):
    return table[table["statistic"] == statistic][name].to_numpy()


def taken(d60, predicted, columns=(0,)):
    at = list(columns)
    labels = [d60.labels[i] for i in at]
    matrices = (predicted.mentions[:, at], d60.mentions[predicted.rows][:, at])
    return _take(d60.scores, matrices, labels, predicted.rows, predicted.probability, None)


def drawn(seed, n=1500, m=300):
    rng = np.random.default_rng(seed)
    truth = (rng.random((n, 2)) < [0.25, 0.3]).astype(int)
    found = np.where(rng.random((n, 2)) < 0.12, 1 - truth, truth)
    scores = np.clip(np.round(7 + truth @ [-3, 2] + 2 * rng.normal(size=n)), 0, 10)
    rows = rng.choice(n, m, replace=False)
    return scores, found, truth, rows, np.full(m, m / n)


LABELS = [("wait", "pain"), ("staff", "delight")]


def test_reference_share(d60, predicted):
    estimate, error, low, high = _correct_rates(taken(d60, predicted), 2000, np.random.default_rng(0))
    assert estimate[0] == pytest.approx(0.277083, abs=6e-7)
    assert error[0] == pytest.approx(0.0643, abs=6e-5)
    assert low[0] < estimate[0] - error[0] < estimate[0] + error[0] < high[0]


def test_reference_effects_of_two_phases(d60, predicted):
    sides = taken(d60, predicted)
    b, influence = debias(sides, np.array([0]), hc3=False)
    assert_allclose(b, [18.364419, -90.238862], atol=6e-7)
    assert_allclose(np.sqrt((influence**2).sum(axis=0)) / 60, [11.360853, 18.246978], atol=6e-7)


def test_reference_tuning(d60, predicted):
    sides = taken(d60, predicted)
    x, z, zh = sides.points[predicted.rows], sides.coded[:, 0], sides.predicted[predicted.rows][:, 0]
    influences = []
    for one in (z, zh):
        design = np.column_stack([np.ones(24), one])
        b = np.linalg.lstsq(design, x, rcond=None)[0]
        influences.append((x - design @ b)[:, None] * (design @ np.linalg.inv(design.T @ design)))
    assert_allclose(tune(*influences, sides), [0.941176, 0.918579], atol=6e-7)


def test_reference_prediction_powered_share(d60, predicted):
    # ppi_py without tuning: the predictions of the others plus the mean error among those coded.
    sides = taken(d60, predicted)
    coded, seen = sides.coded[:, 0], sides.predicted[sides.rows][:, 0]
    rest = np.delete(sides.predicted[:, 0], sides.rows)
    share = rest.mean() + (coded - seen).mean()
    half = 1.959963985 * np.sqrt(rest.var() / 36 + (coded - seen).var() / 24)
    assert_allclose([share, share - half, share + half], [0.263889, 0.093496, 0.434282], atol=6e-7)
    ours = correct_drivers(
        d60.scores, predicted.mentions[:, :1], d60.mentions[predicted.rows][:, :1], d60.labels[:1],
        rows=predicted.rows, probability=predicted.probability,
    )  # fmt: skip
    row = ours[ours["statistic"] == "corrected_rate"].iloc[0]
    assert share - half < row["estimate"] < share + half
    assert row["high"] - row["low"] < 2 * half  # tuning never makes it wider than that


def test_all_coded_is_the_plain_analysis():
    scores, found, truth, _, _ = drawn(1, 400, 300)
    table = correct_drivers(scores, found, truth, LABELS, rows=np.arange(400), probability=np.ones(400))
    plain = estimate_drivers(scores, truth, LABELS)
    assert_allclose(column(table, "corrected_rate"), column(plain, "mention_rate"))
    for name in ("estimate", "std_error"):
        assert_allclose(column(table, "corrected_effect", name), column(plain, "adjusted_effect", name))
        assert_allclose(
            column(table, "corrected_contribution", name), column(plain, "contribution", name), rtol=5e-3
        )


def test_a_perfect_model_needs_no_correction_and_gains_its_precision():
    scores, _, truth, rows, chance = drawn(2)
    table = correct_drivers(scores, truth, truth[rows], LABELS, rows=rows, probability=chance)
    plain = estimate_drivers(scores, truth, LABELS)
    assert_allclose(column(table, "corrected_rate"), column(plain, "mention_rate"))
    assert_allclose(column(table, "corrected_effect"), column(plain, "adjusted_effect"), atol=1.0)
    assert_allclose(
        column(table, "corrected_effect", "std_error"),
        column(plain, "adjusted_effect", "std_error"),
        rtol=0.05,
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 9999), st.booleans())
def test_contributions_sum_to_the_nps_and_order_changes_nothing(seed, weighted):
    scores, found, truth, rows, chance = drawn(seed, 400, 120)
    weights = np.random.default_rng(seed).uniform(0.5, 2, 400) if weighted else None
    given_rows = {"rows": rows, "probability": chance, "weights": weights}
    table = correct_drivers(scores, found, truth[rows], LABELS, **given_rows)
    total = column(table, "corrected_contribution").sum()
    assert total == pytest.approx(estimate_nps(scores, weights=weights).estimate, abs=1e-8)
    turned = correct_drivers(
        scores, found, truth[rows][::-1], LABELS, rows=rows[::-1], probability=chance, weights=weights
    )
    names = ["estimate", "std_error", "n_effective"]
    assert_allclose(turned[names], table[names], rtol=1e-6, atol=1e-9)
    if weighted:
        doubled = correct_drivers(
            scores, found, truth[rows], LABELS, rows=rows, probability=chance, weights=2 * weights
        )
        assert_allclose(doubled[names], table[names], rtol=1e-6)


def test_unequal_probabilities_are_weighed():
    # Answers with a mention are drawn four times as often; unweighted, the rate would be far too high.
    estimates = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        scores, found, truth, _, _ = drawn(seed, 2000, 10)
        chance = np.where(found[:, 0] == 1, 0.4, 0.1)
        rows = np.flatnonzero(rng.random(2000) < chance)
        table = correct_drivers(
            scores, found, truth[rows], LABELS, rows=rows, probability=chance[rows], draws=50
        )
        estimates.append(column(table, "corrected_rate")[0] - truth[:, 0].mean())
    assert np.mean(estimates) == pytest.approx(0, abs=3 * np.std(estimates) / np.sqrt(30))


def test_too_few_labels_are_said_and_give_no_figure():
    scores, found, truth, rows, chance = drawn(3)
    few = truth[rows].copy()
    few[np.flatnonzero(few[:, 0])[4:], 0] = 0
    table = correct_drivers(scores, found, few, LABELS, rows=rows, probability=chance)
    for statistic in ("corrected_rate", "corrected_effect"):
        assert column(table, statistic, "note").tolist() == ["too few labels", ""]
        assert np.isnan(column(table, statistic)[0])
    nothing = correct_drivers(scores, found, truth[:0], LABELS, rows=np.array([], int), probability=[])
    assert (nothing.loc[nothing["theme"] != "", "note"] == "too few labels").all()


def test_unscored_answers_are_left_out():
    scores, found, truth, rows, chance = drawn(4)
    gaps = scores.copy()
    gaps[rows[:50]] = np.nan
    keep = ~np.isnan(gaps)
    number = np.cumsum(keep) - 1
    expected = correct_drivers(
        scores[keep], found[keep], truth[rows[50:]], LABELS, rows=number[rows[50:]], probability=chance[50:]
    )
    got = correct_drivers(gaps, found, truth[rows], LABELS, rows=rows, probability=chance)
    assert_allclose(got["estimate"], expected["estimate"])


@pytest.mark.parametrize(
    "change, message",
    [
        ({"rows": [0, 0]}, "different positions"),
        ({"rows": [0, 99]}, "different positions"),
        ({"probability": [0.5, 0]}, "above 0"),
        ({"probability": [0.5]}, "one value per coded"),
    ],
)
def test_samples_that_cannot_be_are_refused(change, message):
    given_rows = {"rows": [0, 1], "probability": [0.5, 0.5]} | change
    with pytest.raises(InputError, match=message):
        correct_drivers([9, 3, 5], [[1], [0], [0]], [[1], [0]], LABELS[:1], **given_rows)
