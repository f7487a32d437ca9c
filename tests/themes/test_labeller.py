import numpy as np
from sklearn.svm import LinearSVC

from why_nps.themes.features import WordFeatures
from why_nps.themes.labeller import LinearLabeller, to_probability

TEXTS = ["snel geleverd", "te laat geleverd", "aardig personeel", "bot personeel"] * 4
TARGETS = np.array([[1, 0], [1, 1], [0, 0], [0, 1]] * 4, float)


def test_margins_equal_scikit_learns_own():
    matrix = WordFeatures(min_count=1).fit_transform(TEXTS)
    expected = LinearSVC(random_state=0).fit(matrix, TARGETS[:, 0]).decision_function(matrix)
    found = LinearLabeller(min_count=1).fit(TEXTS, TARGETS).predict_proba(TEXTS)[:, 0]
    np.testing.assert_allclose(np.log(found / (1 - found)), 3 * expected, atol=1e-3)


def test_rows_that_nobody_judged_do_not_count():
    targets = TARGETS.copy()
    targets[:4, 1] = np.nan
    with_gaps = LinearLabeller(min_count=1).fit([*TEXTS, "zomaar wat"], np.vstack([targets, [0, np.nan]]))
    matrix = with_gaps.predict_proba(TEXTS)
    assert ((matrix[:, 1] > 0.5) == (TARGETS[:, 1] == 1)).all()


def test_a_label_that_never_or_always_holds_gives_its_smoothed_share():
    targets = np.column_stack([np.zeros(16), np.ones(16)])
    probability = LinearLabeller().fit(TEXTS, targets).predict_proba(["iets anders"])[0]
    np.testing.assert_allclose(probability, [0.5 / 17, 16.5 / 17], rtol=1e-5)


def test_the_number_of_jobs_changes_nothing():
    one = LinearLabeller(min_count=1, n_jobs=1).fit(TEXTS, TARGETS).predict_proba(TEXTS)
    two = LinearLabeller(min_count=1, n_jobs=2).fit(TEXTS, TARGETS).predict_proba(TEXTS)
    np.testing.assert_array_equal(one, two)


def test_scores_beyond_the_range_of_exponents_give_0_and_1():
    assert to_probability(np.array([-500.0, 500.0], np.float32)).tolist() == [0, 1]
