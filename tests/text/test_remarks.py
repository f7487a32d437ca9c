"""What is found in many answers at once must be what the rules find in each by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from why_nps.core.codebook import load_codebook
from why_nps.text import find_personal_data, find_remarks, normalise_answer, remarks
from why_nps.text.screen import is_other_language
from why_nps.training.corpus import load_corpus

from .test_privacy import PERSONAL, SETS, read_evaluation


@pytest.fixture(scope="module")
def answers():
    return [normalise_answer(answer.text).text for answer in load_corpus(load_codebook())[::4]]


def test_personal_data_is_found_where_the_rules_find_it(answers):
    found = ["pii" in said for said in find_remarks(answers)]
    assert found == [bool(find_personal_data(text)) for text in answers]
    assert 0 < sum(found) < len(found)


@pytest.mark.parametrize("name", SETS)
def test_personal_data_of_the_sets_is_found_in_many_at_once(name):
    typed = [record["text"] for record in read_evaluation(name)]
    texts = typed + [text.lower() for text in typed]
    assert ["pii" in said for said in find_remarks(texts)] == [bool(find_personal_data(t)) for t in texts]


@pytest.mark.parametrize("text", [text for text, *_ in PERSONAL])
def test_no_kind_of_personal_data_is_missed_in_many_at_once(text):
    assert ["pii" in said for said in find_remarks(["top", text, "goed"])] == [False, True, False]


def test_other_languages_are_found_where_the_rules_find_them(answers):
    found = ["other_language" in said for said in find_remarks(answers)]
    assert found == [is_other_language(text) for text in answers]
    assert 0 < sum(found) < len(found)


def test_an_answer_gets_the_same_alone_and_in_any_batch(answers, monkeypatch):
    few = answers[:300]
    together = find_remarks(few)
    assert together == [find_remarks([text])[0] for text in few]
    monkeypatch.setattr(remarks, "_BATCH", 7)
    assert find_remarks(few[::-1])[::-1] == together


@given(st.lists(st.text(max_size=60), max_size=5))
def test_never_fails_and_agrees_with_the_rules(texts):
    found = find_remarks(texts)
    assert ["pii" in said for said in found] == [bool(find_personal_data(text)) for text in texts]
    assert ["other_language" in said for said in found] == [is_other_language(text) for text in texts]
