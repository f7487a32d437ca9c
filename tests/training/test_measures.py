import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, f1_score, precision_recall_fscore_support

from why_nps.training.measures import (
    calibration_error,
    count_confusion,
    kind_accuracy,
    micro_f1,
    score_labels,
    score_slices,
    tabulate_calibration,
)

LABELS = ("a", "b", "c")
sets = st.lists(st.sets(st.sampled_from(LABELS)), min_size=1, max_size=12)


def indicator(found):
    return np.array([[label in one for label in LABELS] for one in found], int)


@given(sets, st.randoms())
def test_figures_equal_scikit_learns(truth, dice):
    predicted = [{label for label in LABELS if dice.random() < 0.5} for _ in truth]
    true, seen = indicator(truth), indicator(predicted)
    if true.any() or seen.any():
        assert micro_f1(truth, predicted) == pytest.approx(
            f1_score(true, seen, average="micro", zero_division=0)
        )
    table = score_labels(truth, predicted, LABELS)
    precision, recall, f1, support = precision_recall_fscore_support(true, seen, zero_division=0)
    np.testing.assert_allclose(table["precision"], precision, atol=6e-5)
    np.testing.assert_allclose(table["recall"], recall, atol=6e-5)
    np.testing.assert_allclose(table["f1"], f1, atol=6e-5)
    assert table["support"].tolist() == support.tolist()


def test_the_interval_holds_the_figure_and_narrows_with_more_answers():
    few = score_labels([{"a"}, set(), {"a"}, {"a"}] * 5, [{"a"}, set(), set(), {"a"}] * 5, ["a"]).iloc[0]
    many = score_labels([{"a"}, set(), {"a"}, {"a"}] * 50, [{"a"}, set(), set(), {"a"}] * 50, ["a"]).iloc[0]
    assert few["f1_low"] < few["f1"] < few["f1_high"]
    assert many["f1_high"] - many["f1_low"] < few["f1_high"] - few["f1_low"]


def test_no_answers_give_zeros():
    assert score_labels([], [], ["a"])["support"].tolist() == [0]


def test_kind_accuracy_counts_only_themes_found_rightly():
    truth = [{("price", "pain")}, {("staff", "delight")}, {("speed", "pain")}]
    predicted = [{("price", "pain")}, {("staff", "pain")}, {("price", "pain")}]
    assert kind_accuracy(truth, predicted) == 0.5
    assert kind_accuracy([], []) == 1.0


@given(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1))
def test_confusion_of_single_labels_is_scikit_learns(pairs):
    truth, predicted = zip(*pairs, strict=True)
    table = count_confusion([{label} for label in truth], [{label} for label in predicted], LABELS)
    counts = table.pivot_table(index="coder", columns="model", values="answers", fill_value=0)
    found = counts.reindex(index=LABELS, columns=LABELS, fill_value=0).to_numpy()
    assert found.tolist() == confusion_matrix(truth, predicted, labels=LABELS).tolist()


@given(sets, st.randoms())
def test_confusion_sets_aside_what_both_found(truth, dice):
    predicted = [{label for label in LABELS if dice.random() < 0.5} for _ in truth]
    table = count_confusion(truth, predicted, LABELS).set_index(["coder", "model"])["answers"].to_dict()
    for coder in LABELS:
        both = sum(coder in t & p for t, p in zip(truth, predicted, strict=True))
        alone = sum(
            coder in t and not p - t and coder not in p for t, p in zip(truth, predicted, strict=True)
        )
        assert table.get((coder, coder), 0) == both
        assert table.get((coder, ""), 0) == alone
        for model in set(LABELS) - {coder}:
            instead = sum(coder in t - p and model in p - t for t, p in zip(truth, predicted, strict=True))
            assert table.get((coder, model), 0) == instead
    assert ("", "") not in table


def test_calibration_error_by_hand():
    probability = np.array([0.05, 0.05, 0.95, 0.95])
    assert calibration_error(probability, np.array([False, False, True, True])) == pytest.approx(0.05)
    assert calibration_error(probability, np.array([True, True, False, False])) == pytest.approx(0.95)
    assert calibration_error(np.array([]), np.array([], bool)) == 0.0


def test_the_calibration_table_is_scikit_learns_curve_and_sums_to_the_error():
    rng = np.random.default_rng(5)
    probability = rng.random(400) * 0.8
    right = rng.random(400) < probability**2
    table = tabulate_calibration(probability, right)
    shares, means = calibration_curve(right, probability, n_bins=10)
    np.testing.assert_allclose(table["right"], shares, atol=6e-5)
    np.testing.assert_allclose(table["probability"], means, atol=6e-5)
    assert table["n"].sum() == 400
    assert ((table["low"] <= table["probability"]) & (table["probability"] < table["high"])).all()
    assert ((table["right_low"] <= table["right"]) & (table["right"] <= table["right_high"])).all()
    gap = (table["n"] * (table["probability"] - table["right"]).abs()).sum() / 400
    assert gap == pytest.approx(calibration_error(probability, right), abs=1e-4)


def test_certainty_falls_in_the_last_bin_and_nothing_gives_no_rows():
    assert tabulate_calibration(np.array([1.0]), np.array([True]))["high"].tolist() == [1.0]
    assert tabulate_calibration(np.array([]), np.array([], bool)).empty


def test_slices_are_scored_apart_the_largest_first():
    truth = [{("price", "pain")}, {("staff", "pain")}, {("staff", "pain")}]
    predicted = [set(), {("staff", "pain")}, {("staff", "tip")}]
    table = score_slices("sector", ["bank", "shop", "shop"], truth, predicted)
    assert table["group"].tolist() == ["shop", "bank"]
    assert table["n"].tolist() == [2, 1]
    assert table["theme_micro_f1"].tolist() == [1.0, 0.0]
    assert table["theme_kind_micro_f1"].tolist() == [0.5, 0.0]


def test_a_codebook_may_have_nothing_to_score():
    assert score_labels([set(), set()], [set(), set()], ()).empty
