import pytest
from hypothesis import given
from hypothesis import strategies as st

from why_nps.themes.spelling import Speller, is_one_slip

WORDS = ["levering", "personeel", "wachttijd", "bereikbaar", "leveren"]
LETTERS = "abcdeilnr"


def apart(left, right):
    """The distance of Damerau and Levenshtein with neighbours swapped once, by the textbook's table."""
    rows = [[max(i, j) if not i * j else 0 for j in range(len(right) + 1)] for i in range(len(left) + 1)]
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            rows[i][j] = min(
                rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (left[i - 1] != right[j - 1])
            )
            if i > 1 and j > 1 and left[i - 2 : i] == right[j - 1] + right[j - 2]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(st.text(LETTERS, max_size=7), st.text(LETTERS, max_size=7))
def test_one_slip_is_a_distance_of_one(left, right):
    assert is_one_slip(left, right) == (apart(left, right) == 1)


@given(st.sampled_from(WORDS), st.data())
def test_every_slip_behind_the_first_letter_is_mended(word, data):
    place = data.draw(st.integers(1, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    slips = [
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
    ]
    for slip in slips:
        assert apart(Speller(WORDS, set()).respell(slip), slip) <= 1
        assert Speller([word], set()).respell(slip) == word


@pytest.mark.parametrize("word", ["levering", "korte", "lever", "fiets", "3leveringen", "naam", "\0"])
def test_other_words_stay(word):
    assert Speller(WORDS, {"leverink"}).respell(word) == word
    assert Speller(WORDS, {"leverink"}).respell("leverink") == "leverink"


def test_the_commonest_word_wins():
    assert Speller(["goede", "goedes"], set()).respell("goedee") == "goede"
    assert Speller(["goedes", "goede"], set()).respell("goedee") == "goedes"
