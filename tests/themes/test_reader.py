"""Reading by stacks must equal reading word by word, whatever the texts hold."""

import itertools
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from why_nps.themes import reader
from why_nps.themes.features import tokenise
from why_nps.themes.reader import EDGE, Reader, sum_rows


class Counting:
    """A model whose scores are the number of words and the sum of their lengths."""

    labels = 2

    def fold_words(self, words):
        return (np.array([[0, 0] if word == EDGE else [1, len(word)] for word in words], np.float32),)

    def read(self, stream, tables):
        return stream.sum(tables[0])


def count(text):
    words = tokenise(text)
    return [len(words), sum(map(len, words))]


texts = st.lists(st.text(alphabet="aé9!? .\0\n'👍ß", max_size=20), min_size=1, max_size=8)


@given(texts=texts)
def test_stacks_equal_word_by_word(texts):
    plain = [text.replace(EDGE, " ") for text in texts]
    assert Reader(Counting()).score(texts).tolist() == [count(text) for text in plain]


@given(texts=texts, data=st.data())
def test_merged_texts_are_the_texts_joined(texts, data):
    plain = [text.replace(EDGE, " ") for text in texts]
    size = data.draw(st.integers(1, len(texts) + 2))
    owners = sorted(data.draw(st.lists(st.integers(0, size - 1), min_size=len(texts), max_size=len(texts))))
    stream, (tables,) = Reader(Counting()).look_up(plain)
    merged = stream.merge(np.array(owners), size)
    joined = [" ".join(t for t, owner in zip(plain, owners, strict=True) if owner == n) for n in range(size)]
    assert merged.sum(tables[0]).tolist() == [count(text) for text in joined]
    assert (merged.numbers[merged.edges] == 0).all()
    assert (merged.numbers == 0).sum() == size + 1


@given(texts=texts)
def test_stacks_hold_every_text_once(texts):
    stream, _ = Reader(Counting()).look_up(texts)
    stacks = list(stream.stack())
    assert sorted(row for chosen, _ in stacks for row in chosen) == list(range(len(texts)))
    for chosen, places in stacks:
        for row, numbers in zip(chosen, places.T, strict=True):
            assert (numbers == stream.numbers[stream.edges[row] : stream.edges[row + 1] + 1]).all()


def test_sums_rows_as_a_loop_does():
    rng = np.random.default_rng(0)
    table, rows = rng.normal(size=(9, 4)).astype(np.float32), rng.integers(0, 9, 30)
    starts = np.array([2, 2, 5, 30])
    expected = [table[rows[low:high]].sum(axis=0) for low, high in itertools.pairwise(starts)]
    np.testing.assert_allclose(sum_rows(table, rows, starts), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "name, value", [("_BATCH", 3), ("_PLACES", 4), ("_MOST_WORDS", 2), ("_MOST_PIECES", 2)]
)
def test_sizes_of_the_machinery_change_nothing(monkeypatch, name, value):
    texts = ["een twee drie", "", "vier", "een twee", "vijf zes zeven acht negen"] * 4
    monkeypatch.setattr(reader, name, value)
    read = Reader(Counting())
    for _ in range(3):
        assert read.score(texts).tolist() == [count(text) for text in texts]


def test_threads_share_one_reader():
    read, texts = Reader(Counting()), [f"woord{'x' * (n % 50)} nog {'y' * (n % 31)}" for n in range(1500)]
    expected, wrong = [count(text) for text in texts], []

    def work():
        if [read.score([text])[0].tolist() for text in texts] != expected:
            wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


class Asked(Counting):
    """Remembers which words it was asked for."""

    def __init__(self):
        self.asked = []

    def fold_words(self, words):
        self.asked += words
        return super().fold_words(words)


def test_nothing_is_worked_out_before_it_is_asked_and_nothing_twice():
    model = Asked()
    one = Reader(model)
    assert model.asked == []
    for _ in range(2):
        assert one.score(["goed goed", ""]).tolist() == [[2, 8], [0, 0]]
    assert model.asked == [EDGE, "goed"]
