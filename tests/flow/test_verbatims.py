import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from why_nps import code, read_answers
from why_nps.flow.verbatims import choose_verbatims, pick_diverse


@given(st.lists(st.text(max_size=20), unique=True, max_size=40), st.randoms())
def test_the_pick_is_the_same_whatever_the_order(texts, dice):
    picked = {texts[i] for i in pick_diverse(texts)}
    shuffled = texts.copy()
    dice.shuffle(shuffled)
    assert {shuffled[i] for i in pick_diverse(shuffled)} == picked
    assert len(picked) == min(6, len(texts))


def test_what_differs_is_preferred():
    texts = [f"snelle levering nummer {i}" for i in range(20)] + ["heel aardig personeel"]
    assert 20 in pick_diverse(texts)


def quote(texts, theme="delivery", kind="pain"):
    coded = code(read_answers(pd.DataFrame({"Cijfer": [3] * len(texts), "Toelichting": texts})))
    ids = coded.mentions.loc[
        (coded.mentions["theme"] == theme) & (coded.mentions["kind"] == kind), "answer_id"
    ]
    return choose_verbatims(coded, [("", "", theme, kind, ids)])


def test_personal_data_is_masked_and_the_mention_is_marked():
    text = "Bel 06-12345678, pakket kwam veel te laat"
    row = quote([text, text]).iloc[0]
    assert "12345678" not in row["text"]
    assert "[telefoon]" in row["text"]
    assert "te laat" in row["text"][row["start"] : row["end"]]


def test_a_long_answer_is_shown_around_its_mention():
    text = (
        "Ik woon hier al jaren en vind het een mooie straat. " * 30
        + "Pakket kwam veel te laat. "
        + "Verder niets. " * 60
    )
    row = quote([text]).iloc[0]
    assert len(row["text"]) < 620
    assert "te laat" in row["text"][row["start"] : row["end"]]


def test_the_same_words_are_shown_once():
    assert len(quote(["Pakket te laat bezorgd"] * 10)) == 1
