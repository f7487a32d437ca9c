"""Gradients against finite differences, and what the trained network must be able to learn."""

import numpy as np
import pytest

from why_nps.themes.descent import (
    Adam,
    deal_batches,
    draw_weights,
    fit_network,
    pass_back,
    pass_forward,
)
from why_nps.themes.features import tokenise
from why_nps.themes.lexicon import build_lexicon
from why_nps.themes.vectors import WordVectors

TEXTS = ["snel geleverd", "niet zo snel", "te duur maar goed", "goed", ""]
TARGETS = np.array([[1, 0, np.nan], [0, 1, 1], [1, 1, 0], [0, 0, 1], [0, 0, np.nan]])
VECTORS = WordVectors(
    {"snel": 0, "goed": 1}, np.array([[3, -5], [7, 2]], np.int8), np.array([0.1, 0.2], np.float32)
)


@pytest.fixture
def small():
    """A network of five filters in double precision, and the texts as word numbers."""
    documents = [tokenise(text) for text in TEXTS]
    lexicon = build_lexicon(documents, VECTORS, 1)
    dice = np.random.default_rng(0)
    drawn = draw_weights(lexicon, 6, 5, 3, dice)
    weights = {name: table + dice.standard_normal(table.shape) * 0.1 for name, table in drawn.items()}
    number = {word: row for row, word in enumerate(lexicon.words)}
    return weights, lexicon, [np.array([number[word] for word in words], np.int64) for words in documents]


def loss_of(weights, lexicon, texts):
    probability = 1 / (1 + np.exp(-pass_forward(weights, lexicon, texts, None).scores))
    likelihood = np.where(TARGETS > 0, probability, 1 - probability)
    return -np.log(likelihood[~np.isnan(TARGETS)]).sum()


@pytest.mark.parametrize("name", ["head", "intercepts", "bias", "taps", "given", "edges", "runs", "own"])
def test_gradients_equal_finite_differences(small, name):
    weights, lexicon, texts = small
    forward = pass_forward(weights, lexicon, texts, None)
    error = np.where(np.isnan(TARGETS), 0, 1 / (1 + np.exp(-forward.scores)) - np.nan_to_num(TARGETS))
    rows, gradient = pass_back(weights, forward, error)[name]
    table = weights[name]
    rows = np.arange(len(table)) if isinstance(rows, slice) else rows
    dice = np.random.default_rng(1)
    for _ in range(10):
        at = tuple(dice.integers(size) for size in gradient.shape)
        place = (rows[at[0]], *at[1:])
        kept = table[place]
        losses = []
        for step in (1e-4, -1e-4):
            table[place] = kept + step
            losses.append(loss_of(weights, lexicon, texts))
        table[place] = kept
        assert (losses[0] - losses[1]) / 2e-4 == pytest.approx(gradient[at], abs=1e-5)


def test_one_seed_gives_one_network_and_another_seed_another():
    documents = [tokenise(text) for text in TEXTS] * 2
    targets = np.vstack([TARGETS, TARGETS])
    one, two, other = (fit_network(documents, targets, size=8, filters=6, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.score(TEXTS), two.score(TEXTS))
    assert np.abs(one.score(TEXTS) - other.score(TEXTS)).max() > 1e-3


def test_it_learns_what_only_the_order_of_words_tells():
    texts = ["niet goed wel duur", "niet duur wel goed"] * 10
    targets = np.array([[1.0], [0.0]] * 10)
    scores = fit_network([tokenise(text) for text in texts], targets, size=16, filters=16).score(texts[:2])
    assert scores[0, 0] > 1
    assert scores[1, 0] < -1


def test_a_vector_known_beforehand_carries_over_to_a_word_never_seen():
    vectors = WordVectors(
        {"mooi": 0, "fraai": 1, "lelijk": 2, "wanstaltig": 3},
        np.array([[100, 1], [99, -2], [-100, 2], [-98, -1]], np.int8),
        np.array([0.01, 0.01], np.float32),
    )
    texts, targets = ["mooi", "lelijk"] * 10, np.array([[1.0], [0.0]] * 10)
    network = fit_network([[text] for text in texts], targets, vectors=vectors, size=16, filters=16)
    seen, unseen = network.score(["fraai", "wanstaltig"])[:, 0]
    assert seen > unseen + 1


def test_every_text_is_dealt_once():
    texts = [np.arange(length) for length in np.random.default_rng(0).integers(0, 9, 700)]
    dealt = np.concatenate(deal_batches(texts, np.random.default_rng(1)))
    np.testing.assert_array_equal(np.sort(dealt), np.arange(700))


def test_adam_finds_the_bottom_of_a_bowl():
    weights = {"x": np.array([[5.0, -3.0]])}
    adam = Adam(weights)
    for _ in range(2000):
        adam.step({"x": (slice(None), 2 * (weights["x"] - 1))}, 0.05)
    np.testing.assert_allclose(weights["x"], 1, atol=1e-2)
