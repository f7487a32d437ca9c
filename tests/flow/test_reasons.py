from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import why_nps
from why_nps import code, code_one, load_bundle, why
from why_nps.errors import InputError
from why_nps.flow import explain
from why_nps.themes import BlendedLabeller
from why_nps.themes.features import locate, settle, tokenise

ANSWERS = [
    "Snelle levering, maar de app werkt niet",
    "Monteur was top!! maar na 3x bellen (06-12345678) nog geen factuur",
    "veel te duur en onvrindelijk persooneel",
    "HÉÉL ﬁjn! İstanbul 😀 winkel… ben er blij mee, alleen de wachtrij",
    "Prima",
    "...",
]


@pytest.mark.parametrize("answer", [*ANSWERS, "", "zqxv wlepzerk", "goed " * 60])
def test_shares_and_rest_sum_to_the_log_odds_of_every_label(answer):
    scorer = load_bundle().themes.labeller_.scorer_
    shares, rest = scorer.divide(answer)
    assert len(shares) == len(tokenise(answer))
    np.testing.assert_allclose(shares.sum(axis=0) + rest, scorer.score([answer])[0], atol=2e-4)


def test_a_model_without_a_network_is_divided_too():
    texts, targets = ["snel geleverd", "bot personeel"] * 4, np.array([[1.0], [0.0]] * 4)
    scorer = BlendedLabeller(min_count=1, share=0.0).fit(texts, targets).scorer_
    shares, rest = scorer.divide("snel geleverd")
    np.testing.assert_allclose(shares.sum(axis=0) + rest, scorer.score(["snel geleverd"])[0], atol=1e-5)
    assert (shares > 0).all()


@pytest.mark.parametrize("answer", ANSWERS)
def test_words_are_found_where_they_stand(answer):
    found = [answer[start:end] for start, end in locate(answer)]
    if "İ" not in answer:  # whose lower case is two letters
        assert [settle(word.lower()) for word in found] == tokenise(answer)
    assert len(found) == len(tokenise(answer))


@pytest.mark.parametrize("answer", ANSWERS)
def test_reasons_are_those_of_the_mentions_and_add_up(answer):
    reasons = why(answer)
    told = [(mention.theme, mention.kind) for mention in code_one(answer).mentions]
    assert list(zip(reasons.mentions["theme"], reasons.mentions["kind"], strict=True)) == told
    for row in reasons.mentions.itertuples():
        of_mention = reasons.words[reasons.words["mention"] == row.mention]
        assert of_mention["share"].sum() + row.rest == pytest.approx(row.log_odds)
        assert all(reasons.text[w.start : w.end] == w.word for w in of_mention.itertuples())
        assert of_mention["start"].min() >= row.start
        assert of_mention["end"].max() <= row.end


def test_personal_data_is_masked_and_is_one_word():
    reasons = why(ANSWERS[1])
    shown = reasons._repr_html_() + str(reasons) + str(reasons.to_dict())
    assert "12345678" not in shown
    assert "06-" not in shown
    assert (reasons.words["word"] == "[telefoon]").sum() <= len(reasons.mentions)


def test_a_notebook_shows_the_words_shaded():
    html = why("Veel te <b>duur</b>")._repr_html_()
    assert "<b>Prijs &amp; waarde</b>, pijnpunt" in html
    assert "rgba(46,125,50" in html
    assert "<b>duur" not in html
    assert "No mention" in why("")._repr_html_()


def test_coded_answers_tell_why_by_their_id():
    coded = code(["Veel te duur", "nvt"])
    assert "duur" in str(coded.why("1"))
    assert coded.why("2").mentions.empty
    with pytest.raises(InputError, match="no answer '3'"):
        coded.why("3")


def test_another_model_cannot_tell_why():
    with pytest.raises(InputError, match="coded by 'nl-base'"):
        code(["Veel te duur"]).why("1", model=replace(load_bundle(), name="ander"))


def test_verbatims_tell_the_words_that_carried_them(coded):
    shown = explain(coded).verbatims
    for row in shown[shown["kind"] != "flag"].itertuples():
        places = [tuple(map(int, place.split("-"))) for place in row.carried.split()]
        assert places
        assert all(row.start <= start < end <= row.end for start, end in places)
    assert (shown.loc[shown["kind"] == "flag", "carried"] == "").all()
    (price,) = {
        row.text[slice(*map(int, place.split("-")))].lower()
        for row in shown[shown["text"] == "Veel te duur"].itertuples()
        for place in row.carried.split()
    } or {"duur"}
    assert price == "duur"


def test_marked_words_keep_their_place_behind_masks_and_in_a_long_answer():
    begin, filling = "Jansen belde 06-12345678 nooit terug, veel te duur.", "Wij zijn al jaren klant. " * 40
    texts = [f"{begin} {filling}{number}" for number in range(12)]
    table = pd.DataFrame({"score": [2] * 12, "toelichting": texts, "medewerker": ["Jansen"] * 12})
    shown = explain(code(why_nps.read_answers(table))).verbatims
    told = shown[(shown["theme"] == "price") & (shown["carried"] != "")]
    assert len(told)
    for row in told.itertuples():
        words = [row.text[slice(*map(int, place.split("-")))] for place in row.carried.split()]
        assert "duur" in words
        assert not any("Jansen" in word or "1234" in word for word in words)


def test_nothing_is_marked_where_another_model_coded(coded):
    shown = explain(coded, model=replace(load_bundle(), name="ander")).verbatims
    assert (shown["carried"] == "").all()
