import numpy as np
import pytest

from why_nps.themes import BlendedLabeller

TEXTS = ["snel geleverd", "te laat geleverd", "aardig personeel", "bot personeel"] * 4
TARGETS = np.array([[1, 0], [1, 1], [0, 0], [0, 1]] * 4, float)


@pytest.fixture(scope="module")
def labeller():
    return BlendedLabeller(min_count=1, share=0.25).fit(TEXTS, TARGETS)


def test_the_blend_is_the_weighted_mean_of_the_log_odds(labeller):
    scorer = labeller.scorer_
    expected = 0.75 * scorer.linear.score(TEXTS) + 0.25 * scorer.network.score(TEXTS)
    np.testing.assert_allclose(scorer.score(TEXTS), expected, rtol=1e-5)
    np.testing.assert_allclose(labeller.predict_proba(TEXTS), 1 / (1 + np.exp(-expected)), rtol=1e-4)


def test_it_learns(labeller):
    assert ((labeller.predict_proba(TEXTS) > 0.5) == (TARGETS == 1)).all()


def test_without_a_share_there_is_no_network():
    linear = BlendedLabeller(min_count=1, share=0.0).fit(TEXTS, TARGETS).scorer_
    assert linear.network is None
    np.testing.assert_array_equal(linear.score(TEXTS), linear.linear.score(TEXTS))


@pytest.mark.parametrize("share", [0.0, 0.25])
def test_rescaled_scores_are_scaled_and_shifted(labeller, share):
    scorer = (
        BlendedLabeller(min_count=1, share=0.0).fit(TEXTS, TARGETS).scorer_ if not share else labeller.scorer_
    )
    slopes, offsets = np.array([2.0, 0.5]), np.array([-1.0, 3.0])
    np.testing.assert_allclose(
        scorer.rescale(slopes, offsets).score(TEXTS),
        scorer.score(TEXTS) * slopes + offsets,
        rtol=1e-3,
        atol=1e-4,
    )
