import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from why_nps.themes.mentions import decide_mentions

GENERAL = 1


def decide(themes, kinds, answers):
    return decide_mentions(np.array(themes), np.array(kinds), np.array(answers), np.full(2, 0.5), GENERAL)


def test_a_bare_verdict_yields_to_a_reason_of_the_same_kind_in_the_same_answer():
    found = decide([[0.9, 0.0], [0.0, 0.9]], [[0.8, 0.2], [0.9, 0.1]], [0, 0])
    assert found.theme.tolist() == [0]


def test_a_bare_verdict_stays_beside_a_reason_of_another_kind_or_in_another_answer():
    other_kind = decide([[0.9, 0.0], [0.0, 0.9]], [[0.8, 0.2], [0.1, 0.9]], [0, 0])
    other_answer = decide([[0.9, 0.0], [0.0, 0.9]], [[0.8, 0.2], [0.9, 0.1]], [0, 1])
    assert other_kind.theme.tolist() == other_answer.theme.tolist() == [0, 1]


def test_no_clauses_give_no_mentions():
    found = decide_mentions(np.empty((0, 2)), np.empty((0, 2)), np.empty(0, int), np.full(2, 0.5), None)
    assert len(found.clause) == len(found.probability) == 0


@given(nps.arrays(float, (6, 2), elements=st.floats(0, 1)), st.permutations(range(3)))
def test_what_an_answer_mentions_does_not_depend_on_its_neighbours(themes, order):
    kinds = np.tile([0.7, 0.3], (6, 1))
    answers = np.repeat(np.arange(3), 2)
    together = decide(themes, kinds, answers)
    for answer in order:
        own = decide(themes[answers == answer], kinds[:2], np.zeros(2, int))
        assert together.theme[answers[together.clause] == answer].tolist() == own.theme.tolist()


def test_confidence_scales_log_odds_and_changes_no_decision():
    themes, kinds = np.array([[0.8, 0.1], [0.4, 0.9]]), np.array([[0.5, 0.5], [0.1, 0.9]])
    arguments = (themes, kinds, np.array([0, 1]), np.array([0.3, 0.3]), None)
    plain, scaled = decide_mentions(*arguments), decide_mentions(*arguments, confidence=(0.5, 1.0))
    np.testing.assert_array_equal(plain.theme, scaled.theme)
    log_odds = np.log(plain.probability / (1 - plain.probability))
    np.testing.assert_allclose(scaled.probability, 1 / (1 + np.exp(-0.5 * log_odds - 1)), rtol=1e-6)
