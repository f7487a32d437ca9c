import numpy as np
import pytest

from why_nps.themes import BlendedLabeller, FlagClassifier
from why_nps.themes.flags import score_answers

TEXTS = ["ik stap over", "prima winkel", "aardig personeel", "wij stappen over"] * 4
TARGETS = np.array([[1.0], [0.0], [0.0], [1.0]] * 4)


@pytest.fixture(scope="module")
def labeller():
    return BlendedLabeller(min_count=1, share=0.0).fit(TEXTS, TARGETS)


def test_an_answer_scores_halfway_between_the_whole_and_its_strongest_clause(labeller):
    clauses = ["aardig personeel", "ik stap over"]
    weak, strong, whole = labeller.scorer_.score([*clauses, " ".join(clauses)])[:, 0]
    assert strong > weak
    found = score_answers(labeller.scorer_, clauses, np.array([0, 0]), 1)
    np.testing.assert_allclose(found[0, 0], (whole + strong) / 2, rtol=1e-6)


def test_an_answer_without_clauses_is_scored_as_one_without_words(labeller):
    found = score_answers(labeller.scorer_, ["ik stap over"], np.array([1]), 3)
    np.testing.assert_array_equal(found, labeller.scorer_.score(["", "ik stap over", ""]))


def test_a_flag_in_a_long_answer_is_found(labeller):
    classifier = FlagClassifier(("churn",), labeller, np.array([0.5]))
    clauses = ["ik stap over", *["prima winkel"] * 8]
    cut = classifier.predict_proba(clauses, np.zeros(9, np.int64), 1)[0, 0]
    whole = classifier.predict_proba([" ".join(clauses)], np.array([0]), 1)[0, 0]
    assert cut > whole


def test_no_answers_give_no_rows(labeller):
    assert score_answers(labeller.scorer_, [], np.empty(0, np.int64), 0).shape == (0, 1)
