import numpy as np
import pytest

from why_nps.themes.vectors import load_word_vectors, pack_words, unpack_words


def test_related_words_lie_closer_than_unrelated_ones():
    vectors = load_word_vectors()
    bill, invoice, friendly = vectors.look_up(["rekening", "factuur", "vriendelijk"])
    near = bill @ invoice / np.linalg.norm(bill) / np.linalg.norm(invoice)
    far = bill @ friendly / np.linalg.norm(bill) / np.linalg.norm(friendly)
    assert near > far + 0.2


def test_an_unknown_word_has_no_vector():
    found = load_word_vectors().look_up(["wlepzerkje", "factuur"])
    assert not found[0].any()
    assert found[1].any()


def test_no_words_give_no_rows():
    assert load_word_vectors().look_up([]).shape[0] == 0


def test_words_that_are_cut_off_or_endless_are_refused(monkeypatch):
    packed = pack_words(["snel", "duur"] * 1_000)
    assert unpack_words(packed) == ["snel", "duur"] * 1_000
    with pytest.raises(ValueError, match="cut off"):
        unpack_words(packed[:-6])
    monkeypatch.setattr("why_nps.themes.vectors._MOST_LETTERS", 100)
    with pytest.raises(ValueError, match="more than any model has"):
        unpack_words(packed)
