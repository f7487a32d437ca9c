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
    text = "aardig personeel, ik stap over"
    whole, weak, strong = labeller.scorer_.score([text, text[:16], text[18:]])[:, 0]
    assert strong > weak
    found = score_answers(labeller.scorer_, [text], [[(0, 16), (18, len(text))]])
    np.testing.assert_allclose(found[0, 0], (whole + strong) / 2, rtol=1e-6)


def test_an_answer_without_clauses_is_scored_whole(labeller):
    found = score_answers(labeller.scorer_, ["prima winkel", "ik stap over"], [[], [(0, 12)]])
    np.testing.assert_array_equal(found, labeller.scorer_.score(["prima winkel", "ik stap over"]))


def test_a_flag_in_a_long_answer_is_found(labeller):
    classifier = FlagClassifier(("churn",), labeller, np.array([0.5]))
    text = "ik stap over. " + "prima winkel. " * 8
    spans = [(0, 13)] + [(start, start + 13) for start in range(14, len(text) - 13, 14)]
    with_clause, whole = classifier.predict_proba([text, text], [spans, []])[:, 0]
    assert with_clause > whole


def test_no_answers_give_no_rows(labeller):
    assert score_answers(labeller.scorer_, [], []).shape == (0, 1)
