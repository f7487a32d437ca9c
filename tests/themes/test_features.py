import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from why_nps.themes.features import WordFeatures, pair, spell, tokenise, tokenise_each


def test_words_are_lower_case_without_accents_and_digits_become_zero():
    assert tokenise("Één MONTEUR kwam 2x, om 10:30!! 👍") == [
        "een",
        "monteur",
        "kwam",
        "0x",
        "om",
        "00",
        "00",
        "!!",
        "👍",
    ]


def test_an_apostrophe_inside_a_word_stays():
    assert tokenise("foto's van m'n auto") == ["foto's", "van", "m'n", "auto"]


@given(st.lists(st.text(alphabet="aé9!? .'ßσΣ👍", max_size=12)))
def test_many_texts_are_cut_as_one_is(texts):
    lowered = [text.lower() for text in texts]
    expected = [word for text in lowered for word in [*tokenise(text), "\0"]]
    assert tokenise_each(lowered, "\0") == expected


def test_a_word_is_spelled_by_all_runs_of_two_to_five_letters():
    word = "duur"
    edged = f"<{word}>"
    expected = {edged[i:j] for i in range(len(edged)) for j in range(i + 2, len(edged) + 1) if j - i <= 5}
    assert set(spell(word)) == expected | {edged}


def test_rows_equal_a_sum_by_hand():
    texts = ["goed goed", "goed slecht", "slecht"]
    features = WordFeatures(min_count=1).fit(texts)
    weight = dict(zip(features.word_index_, features.word_weights_, strict=True))
    weight_pair = dict(zip(features.pair_index_, features.pair_weights_, strict=True))
    row = dict.fromkeys([*weight, *weight_pair], 0.0)
    length = 0.0
    for word in tokenise(texts[0]):
        for gram in spell(word):
            row[gram] += weight[gram]
            length += weight[gram] ** 2
    for two in pair(tokenise(texts[0])):
        row[two] += weight_pair[two]
        length += weight_pair[two] ** 2
    expected = np.array(list(row.values())) / np.sqrt(length)
    np.testing.assert_allclose(features.transform(texts[:1]).toarray()[0], expected, rtol=1e-5)


def test_frequent_features_weigh_less():
    features = WordFeatures(min_count=1).fit(["de bus", "de trein", "de tram"])
    weight = dict(zip(features.word_index_, features.word_weights_, strict=True))
    assert weight["<de>"] < weight["<bus>"]


def test_rare_features_are_dropped_and_unknown_texts_give_zero_rows():
    features = WordFeatures(min_count=2).fit(["bus", "bus", "zeppelin"])
    assert "<zeppelin>" not in features.word_index_
    assert features.transform(["qqq", ""]).nnz == 0


def test_clone_keeps_parameters():
    assert clone(WordFeatures(min_count=5)).min_count == 5


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_any_text_has_a_row_of_length_at_most_about_the_number_of_words(texts):
    matrix = WordFeatures(min_count=1).fit_transform(texts)
    assert matrix.shape[0] == len(texts)
    assert np.isfinite(matrix.toarray()).all()
