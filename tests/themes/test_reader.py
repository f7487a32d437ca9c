"""Reading by stacks must equal reading word by word, whatever the texts hold."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from why_nps.themes import reader
from why_nps.themes.features import SEPARATOR, find_words, settle, tokenise
from why_nps.themes.reader import Reader


class Counting:
    """A model whose scores are the number of words and the sum of their lengths."""

    width = 2
    labels = 2

    def fold_words(self, words):
        return np.array([[0, 0] if word == SEPARATOR else [1, len(word)] for word in words], np.float32)

    def read(self, rows):
        return rows[:, 1:-1].sum(axis=1)


def count(text):
    words = tokenise(text)
    return [len(words), sum(map(len, words))]


texts = st.lists(st.text(alphabet="aé9!? .\x1e\n'👍ß", max_size=20), min_size=1, max_size=8)


@given(texts=texts)
def test_stacks_equal_word_by_word(texts):
    plain = [text.replace(SEPARATOR, " ") for text in texts]
    assert Reader(Counting()).score(texts).tolist() == [count(text) for text in plain]


@given(texts=texts)
def test_words_found_together_are_those_found_apart(texts):
    plain = [text.replace(SEPARATOR, " ") for text in texts]
    parts: list[list[str]] = [[]]
    for word in find_words(texts):
        if word == SEPARATOR:
            parts.append([])
        else:
            parts[-1].append(settle(word))
    assert parts == [tokenise(text) for text in plain]


@pytest.mark.parametrize("name, value", [("_BATCH", 3), ("_PLACES", 4), ("_REMEMBERED", 2)])
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
