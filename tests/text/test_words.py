import re

from hypothesis import given
from hypothesis import strategies as st

from why_nps.text.words import WordSets, split_words

texts = st.lists(st.text(alphabet="ab_ é1.\n-", max_size=12), max_size=6)


@given(st.text())
def test_words_are_those_of_the_expression(text):
    assert split_words(text) == re.findall(r"\w+", text)


@given(texts=texts, sets=st.lists(st.sets(st.sampled_from(["a", "b", "ab", "é", "a_b", "1"])), max_size=5))
def test_finds_the_sets_that_a_search_text_by_text_finds(texts, sets):
    words = [split_words(text) for text in texts]
    found = WordSets(sets).find(words)
    assert found.tolist() == [[not chosen.isdisjoint(some) for some in words] for chosen in sets]
