import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from why_nps.text import split_clauses
from why_nps.themes.spelling import is_one_slip
from why_nps.training.typos import make_typo, mistype_answers

words = st.lists(st.sampled_from(["levering", "op", "personeel", "snel", "aardig"]), min_size=1, max_size=6)


@given(words=words, seed=st.integers(0, 999))
def test_one_word_gets_one_slip(words, seed):
    typed = make_typo(" ".join(words), np.random.default_rng(seed)).split(" ")
    changed = [(a, b) for a, b in zip(words, typed, strict=True) if a != b]
    assert len(changed) <= 1  # a doubled letter that loses one is the word again
    assert all(is_one_slip(a, b) for a, b in changed)


def test_short_words_and_numbers_stay():
    assert make_typo("wel ok 12345", np.random.default_rng(0)) == "wel ok 12345"


def test_every_clause_gets_one():
    texts = ["snelle levering, aardig personeel", "niet bereikbaar! factuur klopte niet", "", "nvt"]
    wrong = mistype_answers(texts, seed=3)
    assert wrong == mistype_answers(texts, seed=3)
    assert wrong[2:] == texts[2:]
    for text, typed in zip(texts[:2], wrong, strict=False):
        assert len(split_clauses(typed)) == len(split_clauses(text)) == 2
        assert sum(a != b for a, b in zip(text.split(), typed.split(), strict=True)) == 2
