import pickle
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from why_nps.themes import reader
from why_nps.themes.features import WordFeatures
from why_nps.themes.scorer import FoldedScorer

TEXTS = ["snel geleverd", "te laat geleverd", "aardig personeel", "bot personeel", "niet te duur"]
LABELS = 3


@pytest.fixture(scope="module")
def model():
    """Features, random weights and intercepts: the scorer must equal the plain matrix product."""
    features = WordFeatures(min_count=1).fit(TEXTS)
    rng = np.random.default_rng(1)
    width = len(features.word_index_) + len(features.pair_index_)
    weights = rng.normal(size=(width, LABELS)).astype(np.float32)
    return features, weights, rng.normal(size=LABELS).astype(np.float32)


@pytest.fixture
def folded(model):
    return FoldedScorer.fold(*model)


@given(texts=st.lists(st.text(alphabet="snel laat persoduig !3é", max_size=30), min_size=1, max_size=6))
def test_the_folded_form_equals_the_matrix_product(model, texts):
    features, weights, intercepts = model
    expected = features.transform(texts) @ weights + intercepts
    np.testing.assert_allclose(FoldedScorer.fold(*model).score(texts), expected, rtol=2e-4, atol=2e-4)


def test_a_text_scores_the_same_alone_in_a_batch_and_in_another_order(folded):
    texts = TEXTS * 7 + ["onbekend woord", ""]
    together = folded.score(texts)
    alone = np.concatenate([folded.score([text]) for text in texts])
    turned = folded.score(texts[::-1])[::-1]
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together, turned)


def test_no_texts_give_no_rows(folded):
    assert folded.score([]).shape == (0, LABELS)


def test_forgetting_words_changes_nothing(folded, monkeypatch):
    before = folded.score(TEXTS)
    monkeypatch.setattr(reader, "_MOST_WORDS", 2)
    for _ in range(3):
        np.testing.assert_array_equal(folded.score(TEXTS), before)


def test_batches_join_seamlessly(folded, monkeypatch):
    before = folded.score(TEXTS * 3)
    monkeypatch.setattr(reader, "_BATCH", 4)
    np.testing.assert_array_equal(folded.score(TEXTS * 3), before)


def test_threads_share_one_scorer(model):
    folded = FoldedScorer.fold(*model)
    texts = [f"woord{i} geleverd" for i in range(2000)]
    expected = FoldedScorer.fold(*model).score(texts)
    results: list[np.ndarray] = [np.empty(0)] * 4

    def work(slot):
        results[slot] = np.concatenate([folded.score([text]) for text in texts])

    threads = [threading.Thread(target=work, args=(slot,)) for slot in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        np.testing.assert_array_equal(result, expected)


def test_a_pickled_scorer_scores_the_same(folded):
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(folded)).score(TEXTS), folded.score(TEXTS))  # noqa: S301
