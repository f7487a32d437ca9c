import re
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from why_nps.text.words import WordSets, split_texts

texts = st.lists(st.text(alphabet="ab_ é1.\n-\0", max_size=12), max_size=6)


@given(st.lists(st.text(), max_size=4))
def test_words_are_those_of_the_expression(texts):
    expected = [[*re.findall(r"\w+", text), "\0"] for text in texts]
    assert split_texts(texts) == list(chain.from_iterable(expected))


@given(texts=texts, sets=st.lists(st.sets(st.sampled_from(["a", "b", "ab", "é", "a_b", "1"])), max_size=5))
def test_finds_the_sets_that_a_search_text_by_text_finds(texts, sets):
    words = [re.findall(r"\w+", text) for text in texts]
    found = WordSets(sets).find(texts)
    assert found.tolist() == [[not chosen.isdisjoint(some) for some in words] for chosen in sets]
