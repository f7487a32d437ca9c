import numpy as np

from why_nps.themes import BlendedLabeller
from why_nps.themes.labeller import to_probability
from why_nps.themes.mentions import Decisions
from why_nps.training.calibration import (
    calibrate_labeller,
    choose_new_thresholds,
    choose_thresholds,
    learn_calibration,
    learn_confidence,
)


def test_scaling_recovers_the_true_probabilities():
    rng = np.random.default_rng(0)
    log_odds = rng.normal(-1, 2, size=20_000)
    truth = (rng.random(20_000) < 1 / (1 + np.exp(-log_odds))).astype(float)
    scores = ((log_odds - 0.7) / 2.5)[:, None].astype(np.float32)  # too timid by 2.5 and shifted
    found = learn_calibration(scores, truth[:, None], np.arange(20_000))
    np.testing.assert_allclose(found.slopes, 2.5, rtol=0.05)
    np.testing.assert_allclose(found.offsets, 0.7, atol=0.08)


def test_thresholds_find_the_best_f1_of_answers():
    probability = np.array([[0.9], [0.2], [0.6], [0.55], [0.3], [0.1]] * 200)
    truth = np.array([[1], [0], [1], [0], [0], [0]] * 200, float)
    assert 0.55 < choose_thresholds(probability, truth, np.arange(1200))[0] <= 0.6


def test_a_rare_label_stays_near_the_common_threshold():
    rng = np.random.default_rng(1)
    common = rng.random(2000)
    truth = np.zeros((2000, 2))
    truth[:, 0] = common > 0.5
    truth[:2, 1] = 1
    probability = np.column_stack([common, np.where(truth[:, 1] > 0, 0.75, 0.05)])
    thresholds = choose_thresholds(probability, truth, np.arange(2000))
    assert abs(thresholds[1] - thresholds[0]) < 0.05


def test_thresholds_of_few_examples_may_lie_far_lower():
    probability = np.array([[0.07]] * 30 + [[0.02]] * 300)
    truth = np.array([[1.0]] * 30 + [[0.0]] * 300)
    found = choose_new_thresholds(probability, truth, np.arange(330))[0]
    assert 0.02 < found <= 0.07 < choose_thresholds(probability, truth, np.arange(330))[0]


def test_a_sheet_with_much_of_a_theme_makes_no_low_threshold():
    """What is found wrongly in half a sheet stands for far more answers than what is found rightly."""
    probability = np.array([[0.5]] * 30 + [[0.1]] * 20 + [[0.1]] * 10 + [[0.02]] * 40)
    truth = np.array([[1.0]] * 50 + [[0.0]] * 50)
    assert choose_new_thresholds(probability, truth, np.arange(100))[0] > 0.1
    probability, truth = np.vstack([probability, [[0.02]] * 900]), np.vstack([truth, [[0.0]] * 900])
    assert choose_new_thresholds(probability, truth, np.arange(1000))[0] <= 0.1


def test_one_example_that_was_not_found_makes_no_threshold_of_nought():
    probability, truth = np.array([[0.01]] * 50), np.array([[1.0]] + [[0.0]] * 49)
    assert choose_new_thresholds(probability, truth, np.arange(50))[0] > 0.05


def test_labels_nobody_has_keep_their_scores():
    found = learn_calibration(np.zeros((5, 1), np.float32), np.zeros((5, 1)), np.arange(5))
    assert (found.slopes[0], found.offsets[0]) == (1, 0)


def test_a_calibrated_labeller_scales_and_leaves_the_first_alone():
    texts, targets = ["goed", "slecht"] * 5, np.array([[1.0], [0.0]] * 5)
    labeller = BlendedLabeller(min_count=1).fit(texts, targets)
    before = labeller.scorer_.score(texts)
    learned = learn_calibration(before, targets, np.arange(10))
    scaled = calibrate_labeller(labeller, learned)
    np.testing.assert_allclose(
        scaled.predict_proba(texts), to_probability(before * learned.slopes + learned.offsets), rtol=1e-4
    )
    np.testing.assert_array_equal(labeller.scorer_.score(texts), before)


def test_confidence_recovers_how_often_mentions_are_right():
    rng = np.random.default_rng(2)
    log_odds = rng.normal(0, 1.5, size=20_000)
    right = rng.random(20_000) < 1 / (1 + np.exp(-(0.6 * log_odds - 0.8)))
    rows, zeros = np.arange(20_000), np.zeros(20_000, np.int64)
    truth = np.column_stack([right, right]).astype(float)  # one theme, one kind
    found = Decisions(rows, zeros, zeros, 1 / (1 + np.exp(-log_odds)))
    np.testing.assert_allclose(learn_confidence(found, truth, rows, 1), [0.6, -0.8], atol=0.05)


def test_a_mention_is_right_where_another_clause_of_the_answer_says_it():
    zeros = np.zeros(4, np.int64)
    found = Decisions(np.array([0, 1, 2, 3]), zeros, zeros, np.array([0.9, 0.8, 0.2, 0.1]))
    truth = np.array([[0, 0], [1, 1], [0, np.nan], [0, np.nan]], float)
    together = learn_confidence(found, truth, np.array([7, 7, 8, 9]), 1)
    both_right = np.array([[1, 1], [1, 1], [0, np.nan], [0, np.nan]], float)
    assert together == learn_confidence(found, both_right, np.array([5, 6, 8, 9]), 1)


def test_mentions_that_are_all_right_keep_their_probability():
    one = np.zeros(1, np.int64)
    assert learn_confidence(Decisions(one, one, one, np.array([0.7])), np.ones((1, 2)), one, 1) == (1.0, 0.0)
