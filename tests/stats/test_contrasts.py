import numpy as np
import pytest

from why_nps.errors import InputError
from why_nps.stats import contrast_counts


def test_the_figures_are_those_of_another_implementation():
    # "the quick brown fox jumps over the lazy pig" against "the lazy purple pig jumps over the lazier
    # donkey", prior .05: z-scores from the README of github.com/Wigder/fightin_words.
    words = ["the", "quick", "brown", "fox", "jumps", "over", "lazy", "pig", "purple", "lazier", "donkey"]
    first, second = [2, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0], [2, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]
    table = contrast_counts(first, second, np.full(len(words), 0.05))
    z = dict(zip(words, table["log_odds"] / table["std_error"], strict=True))
    once = 0.6894227886807968
    assert z == pytest.approx(
        dict.fromkeys(words, 0.0)
        | dict.fromkeys(("quick", "brown", "fox"), once)
        | dict.fromkeys(("purple", "lazier", "donkey"), -once)
    )


def test_groups_that_use_the_same_words_are_told_apart_no_more_often_than_said():
    rng = np.random.default_rng(5)
    shares = rng.dirichlet(np.full(200, 0.8))
    wrong = []
    for _ in range(200):
        first, second = rng.multinomial(3000, shares), rng.multinomial(1500, shares)
        every = first + second + 1
        table = contrast_counts(first, second, 500 * every / every.sum())
        wrong.append(np.mean((table["low"] > 0) | (table["high"] < 0)))
    assert np.mean(wrong) <= 0.055


def test_what_is_all_there_is_tells_nothing_apart():
    alone = contrast_counts([140], [66], [500])
    assert alone[["log_odds", "p_adjusted"]].to_numpy().tolist() == [[0, 1]]


def test_what_is_rare_does_not_lead():
    prior = 500 * np.array([3, 300, 9000]) / 9303
    table = contrast_counts([3, 250, 5000], [0, 50, 4000], prior)
    strength = (table["log_odds"] / table["std_error"]).abs()
    assert strength[1] > strength[0]
    assert table["p_adjusted"][0] > 0.05


def test_the_sign_turns_with_the_groups():
    there, back = contrast_counts([9, 1], [2, 8], [1, 1]), contrast_counts([2, 8], [9, 1], [1, 1])
    assert there["log_odds"].tolist() == pytest.approx((-back["log_odds"]).tolist())
    assert there["low"].tolist() == pytest.approx((-back["high"]).tolist())


@pytest.mark.parametrize(
    "first, second, prior",
    [([1, 2], [1], [1, 1]), ([-1], [1], [1]), ([1], [1], [0]), ([np.nan], [1], [1])],
)
def test_unusable_counts_are_refused(first, second, prior):
    with pytest.raises(InputError):
        contrast_counts(first, second, prior)
