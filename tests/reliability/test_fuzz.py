"""Anything at all, from the text to what is shown; `make fuzz` looks longer, led by what the code does."""

import json

import hostile
from hypothesis import given, settings
from hypothesis import strategies as st

from why_nps import code, code_one
from why_nps.flow import mask_coded

pieces = st.one_of(
    st.sampled_from(hostile.WORST),
    st.sampled_from([answer.text[:40] for answer in hostile.ANSWERS]),
    st.characters(),
    st.characters(categories=["Cs", "Mn", "Cf", "Cc"]),
)
answers = st.lists(st.tuples(pieces, st.integers(1, 40)), max_size=12).map(
    lambda some: "".join(piece * times for piece, times in some)
)


@settings(deadline=None, max_examples=25)
@given(st.lists(answers, min_size=1, max_size=4))
def test_any_answers_keep_their_rows_and_their_places(texts):
    coded = code(texts)
    assert coded.screening["answer_id"].tolist() == [str(number + 1) for number in range(len(texts))]
    told = coded.answers.frame.set_index("answer_id")["text"].fillna("")
    for table in (coded.clauses, coded.mentions):
        for answer_id, start, end in table[["answer_id", "start", "end"]].itertuples(index=False):
            assert 0 <= start < end <= len(told[answer_id])
    masked = mask_coded(coded)
    assert len(masked.answers) == len(texts)
    for answer_id, text, start, end in masked.clauses[["answer_id", "text", "start", "end"]].to_numpy():
        assert masked.answers.frame.set_index("answer_id")["text"][answer_id][start:end] == text


@settings(deadline=None, max_examples=25)
@given(answers)
def test_any_answer_gives_what_json_can_hold(text):
    found = code_one(text)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["status"] == found.status
    assert code_one(text) == found
