import operator
import pickle
from fractions import Fraction

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from why_nps.themes import reader
from why_nps.themes.descent import fit_network
from why_nps.themes.features import tokenise
from why_nps.themes.network import Quantised, multiply, round_weights
from why_nps.themes.reader import EDGE

TEXTS = ["snel geleverd", "te laat geleverd!", "aardig", "", "botte mensen aan de balie vandaag", "🙂"]


@pytest.fixture(scope="module")
def network():
    targets = np.array([[1, 0], [1, 1], [0, 0], [0, 0], [0, 1], [0, 0]], float)
    return fit_network([tokenise(text) for text in TEXTS], targets, size=12, filters=10)


def score_plainly(network, text):
    """The network by its definition, place by place."""
    start, end = network.edges
    vectors = np.vstack([start, network.embed(tokenise(text)), end]).astype(float)
    filters = len(network.bias)
    taps = network.taps.astype(float).reshape(len(network.taps), 3, filters)
    places = [
        np.maximum(sum(vectors[place + tap] @ taps[:, tap] for tap in range(3)) + network.bias, 0)
        for place in range(len(vectors) - 2)
    ]
    highest = np.max(places, axis=0) if places else np.zeros(filters)
    bag = vectors[1:-1].sum(axis=0) / max(1, len(places)) ** 0.5
    return highest @ network.head + bag @ network.bag_head + network.intercepts


def score_in_steps(network, text):
    """The same of what each word gives in whole steps."""
    *given, bags = network.fold_words([EDGE, *tokenise(text), EDGE])
    after, here, before = (tap.astype(float) for tap in given)
    bias = np.rint(network.bias / network._tap_steps)
    places = [
        np.maximum(after[place] + here[place + 1] + before[place + 2] + bias, 0)
        for place in range(len(bags) - 2)
    ]
    highest = (np.max(places, axis=0) if places else 0 * bias) * network._tap_steps
    return highest @ network.head + bags.sum(axis=0) / max(1, len(places)) ** 0.5 + network.intercepts


@pytest.mark.parametrize("text", [*TEXTS, "nooit gezien woord", "snel"])
def test_a_clause_is_read_as_place_by_place(network, text):
    np.testing.assert_allclose(network.score([text])[0], score_in_steps(network, text), rtol=1e-5, atol=1e-5)


def test_what_a_word_gives_is_off_by_at_most_half_a_step(network):
    words = ["snel", "geleverd", "balie", "nooit"]
    exact = np.hsplit(network.embed(words).astype(float) @ network.taps, 3)
    for given, tap in zip(network.fold_words(words), exact, strict=False):
        assert np.abs(given - tap / network._tap_steps).max() < 0.51


@pytest.mark.parametrize("text", [*TEXTS, "nooit gezien woord", "snel"])
def test_the_folded_form_nearly_equals_the_definition(network, text):
    # What a word gives is rounded to steps of a few thousandths.
    np.testing.assert_allclose(network.score([text])[0], score_plainly(network, text), rtol=1e-3, atol=1e-3)


def test_a_text_scores_the_same_alone_and_in_any_batch(network, monkeypatch):
    dice = np.random.default_rng(0)
    words = [word for text in TEXTS for word in text.split()]
    texts = [" ".join(dice.choice(words, dice.integers(0, 9))) for _ in range(300)]
    together = network.score(texts)
    np.testing.assert_array_equal(np.vstack([network.score([text]) for text in texts]), together)
    monkeypatch.setattr(reader, "_BATCH", 7)
    monkeypatch.setattr(reader, "_PLACES", 5)
    np.testing.assert_array_equal(network.score(texts), together)


def test_a_pickled_network_scores_the_same(network):
    again = pickle.loads(pickle.dumps(network))  # noqa: S301  our own bytes
    np.testing.assert_array_equal(again.score(TEXTS), network.score(TEXTS))


def test_rescaled_scores_are_scaled_and_shifted(network):
    slopes, offsets = np.array([2.0, 0.5]), np.array([-1.0, 3.0])
    found = network.rescale(slopes, offsets).score(TEXTS)
    np.testing.assert_allclose(found, network.score(TEXTS) * slopes + offsets, rtol=1e-4, atol=1e-5)


def test_no_texts_give_no_rows(network):
    assert network.score([]).shape == (0, 2)


def test_rounding_errs_by_at_most_half_a_step():
    table = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    rounded = Quantised.quantise(table)
    error = np.abs(rounded.rows(np.arange(50)) - table).max(axis=1)
    assert (error <= np.abs(table).max(axis=1) / 254 * 1.001).all()
    assert not Quantised.quantise(np.zeros((2, 3), np.float32)).rows(np.arange(2)).any()


def test_products_are_exact_whatever_the_batch_and_the_threads():
    dice = np.random.default_rng(0)
    whole = dice.integers(-32_767, 32_767, (1_300, 128))
    table = dice.normal(size=(128, 23)).astype(np.float32)
    weights = round_weights(table)
    np.testing.assert_allclose(weights, table, atol=1e-6)
    exact = [
        [sum(map(operator.mul, map(int, row), column)) for column in to_fractions(weights)]
        for row in whole[:3]
    ]
    product = multiply(whole, weights)
    np.testing.assert_array_equal(product[:3], np.array(exact, float).astype(np.float32))
    with threadpool_limits(1):
        np.testing.assert_array_equal(multiply(whole, weights), product)
    np.testing.assert_array_equal(multiply(whole[5:700], weights), product[5:700])


def to_fractions(weights):
    """The columns of a table, each number as an exact fraction."""
    return [[Fraction(float(number)) for number in column] for column in weights.T]
