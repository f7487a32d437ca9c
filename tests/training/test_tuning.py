import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from why_nps import load_bundle
from why_nps.themes import BlendedLabeller
from why_nps.training.tuning import (
    fit_corrections,
    fold_corrections,
    list_features,
    mix_labels,
    rotate,
)

CLAUSES = ["veel te duur", "de kluis was stuk", "kluis deed het niet", "aardige mensen", "prima prijs", ""]
OTHERS = ["mijn kluis is kapot", "peperduur", "onvriendelijk persooneel", "zqxv", "goed op tijd", ""]


@pytest.fixture(scope="module")
def linear():
    texts, targets = ["snel geleverd", "bot personeel", "de prijs"] * 4, np.array([[1.0], [0.0], [0.0]] * 4)
    return BlendedLabeller(min_count=1, share=0.0).fit(texts, targets).scorer_


@pytest.fixture(params=["shipped", "linear"])
def scorer(request, linear):
    return linear if request.param == "linear" else load_bundle().themes.labeller_.scorer_


def test_the_fit_is_ridge_logistic_regression():
    rng = np.random.default_rng(0)
    rows, target = rng.normal(size=(60, 4)), (rng.random((60, 1)) < 0.4).astype(float)
    weights = fit_corrections(rows, target, np.zeros((60, 1)), 0.5)
    theirs = LogisticRegression(C=0.5, fit_intercept=False, tol=1e-8).fit(rows, target[:, 0])
    np.testing.assert_allclose(weights[:, 0], theirs.coef_[0], atol=1e-3)


def test_what_nobody_said_teaches_nothing():
    rows, targets = np.eye(3), np.array([[1.0], [0.0], [np.nan]])
    weights = fit_corrections(rows, targets, np.zeros((3, 1)), 1.0)
    assert weights[2, 0] == 0
    assert weights[0, 0] > 0 > weights[1, 0]


def test_offsets_are_corrected_and_not_replaced():
    sure = fit_corrections(np.ones((1, 1)), np.ones((1, 1)), np.full((1, 1), 9.0), 1.0)
    unsure = fit_corrections(np.ones((1, 1)), np.ones((1, 1)), np.zeros((1, 1)), 1.0)
    assert sure[0, 0] < 0.01 < unsure[0, 0]


def test_the_rotation_keeps_every_product(scorer):
    features = list_features(scorer, CLAUSES)
    kernel = features.matrix @ features.matrix.T + features.vectors @ features.vectors.T + 1
    rows = rotate(features).rows
    np.testing.assert_allclose(rows @ rows.T, kernel, atol=1e-4)


def test_a_folded_model_scores_what_was_fitted_and_more_only_where_words_are_near(scorer):
    features = list_features(scorer, CLAUSES)
    rotated = rotate(features)
    weights = np.random.default_rng(1).normal(size=(rotated.rows.shape[1], scorer.labels))
    folded = fold_corrections(scorer, features, rotated, weights)
    np.testing.assert_allclose(
        folded.score(CLAUSES), scorer.score(CLAUSES) + rotated.rows @ weights, atol=2e-3
    )
    none = fold_corrections(scorer, features, rotated, 0 * weights)
    np.testing.assert_allclose(none.score(OTHERS), scorer.score(OTHERS), atol=1e-4)
    shares, rest = folded.divide(OTHERS[0])
    np.testing.assert_allclose(shares.sum(axis=0) + rest, folded.score(OTHERS[:1])[0], atol=1e-3)


def test_word_vectors_carry_a_correction_to_words_that_were_not_coded(linear):
    features = list_features(linear, CLAUSES[:2])
    rotated = rotate(features)
    targets = np.array([[1.0], [0.0]])
    weights = fit_corrections(rotated.rows, targets, linear.score(CLAUSES[:2]).astype(float), 3.0)
    gain = fold_corrections(linear, features, rotated, weights).score(OTHERS) - linear.score(OTHERS)
    assert gain[1, 0] > gain[0, 0]


def test_labels_are_mixed_and_new_ones_say_what_is_given(scorer):
    old = scorer.score(OTHERS)
    mix = np.zeros((old.shape[1], 3))
    mix[-1, 0], mix[0, 2], mix[-1, 2] = 1, 0.5, 2
    mixed = mix_labels(scorer, mix, np.array([0, -3.0, 1])).score(OTHERS)
    np.testing.assert_allclose(mixed[:, 0], old[:, -1], atol=1e-4)
    np.testing.assert_allclose(mixed[:, 1], -3.0, atol=1e-4)
    np.testing.assert_allclose(mixed[:, 2], old @ mix[:, 2] + 1, atol=2e-3)
