import numpy as np

from why_nps.themes.lexicon import SPECIAL, build_lexicon
from why_nps.themes.runs import hash_runs
from why_nps.themes.vectors import WordVectors

DOCUMENTS = [["snel", "snel"], ["snel", "duur"], ["duur"]]


def test_words_of_enough_texts_have_a_vector_of_their_own():
    lexicon = build_lexicon([*DOCUMENTS, ["laat"]], None, 2)
    assert lexicon.known == ["snel", "duur"]
    own = dict(zip(lexicon.words, lexicon.own.tolist(), strict=True))
    assert (own["snel"], own["duur"], own["laat"]) == (0, 1, -1)


def test_a_repeated_word_counts_once_in_a_text():
    assert build_lexicon([["snel", "snel"]], None, 2).known == []


def test_runs_of_a_word_have_length_one_and_the_special_places_have_none():
    lexicon = build_lexicon(DOCUMENTS, None, 1)
    dense = lexicon.runs.toarray()
    assert not dense[:SPECIAL].any()
    row = lexicon.words.index("duur")
    assert set(np.flatnonzero(dense[row])) == set(hash_runs(["duur"])[0])
    np.testing.assert_allclose((dense[SPECIAL:] ** 2).sum(axis=1), 1, rtol=1e-6)


def test_given_vectors_stand_beside_their_words():
    vectors = WordVectors({"duur": 0}, np.array([[2, 4]], np.int8), np.array([0.5, 0.25], np.float32))
    lexicon = build_lexicon(DOCUMENTS, vectors, 1)
    assert lexicon.given[lexicon.words.index("duur")].tolist() == [1, 1]
    assert not lexicon.given[lexicon.words.index("snel")].any()
