import string
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from why_nps.errors import InputError
from why_nps.report.wording import capitalise, load_wording, printable


def fields(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_keys_and_placeholders():
    nl, en = load_wording("nl").texts, load_wording("en").texts
    assert nl.keys() == en.keys()
    assert {key: fields(nl[key]) for key in nl} == {key: fields(en[key]) for key in en}


def test_no_sentence_claims_a_cause():
    for language in ("nl", "en"):
        for key, text in load_wording(language).texts.items():
            if not key.startswith("limits.") and key not in {"headings.promoters", "headings.detractors"}:
                for word in (
                    "veroorza",
                    "doordat",
                    "leidt tot",
                    "zorgt voor",
                    "causes",
                    "because of",
                    "leads to",
                ):
                    assert word not in text.lower(), key


def test_an_unknown_language_is_refused():
    with pytest.raises(InputError, match="'nl' or 'en'"):
        load_wording("fr")


@pytest.mark.parametrize(
    "value, nl, en",
    [
        (0.384, "38 %", "38%"),
        (0, "0 %", "0%"),
        (0.001, "< 1 %", "< 1%"),
        (1, "100 %", "100%"),
        (np.nan, "–", "–"),
    ],
)
def test_shares(value, nl, en):
    assert load_wording("nl").share(value).replace("\xa0", " ") == nl
    assert load_wording("en").share(value) == en


@pytest.mark.parametrize(
    "value, text",
    [(12.3, "+12"), (-12.6, "−13"), (0.4, "0"), (-0.4, "0"), (np.nan, "–"), (np.inf, "–"), (100, "+100")],
)
def test_points(value, text):
    assert load_wording("nl").points(value) == text


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_numbers_can_be_read_back(value, decimals):
    text = load_wording("nl").points(value, decimals)
    back = float(text.replace(".", "").replace(",", ".").replace("−", "-"))
    assert back == pytest.approx(value, abs=0.5 * 10**-decimals + 1e-9)
    assert text != "−0"


def test_narrow_shares_get_a_decimal():
    assert load_wording("en").share_interval(0.037, 0.043) == "3.7 to 4.3%"
    assert load_wording("en").share_interval(0.1, 0.2) == "10 to 20%"
    assert load_wording("en").share_interval(np.nan, 0.2) == "–"


def test_notes_are_translated_and_unknown_ones_kept():
    wording = load_wording("nl")
    assert wording.note("suppressed") == "te weinig antwoorden"
    assert wording.note("too few mentions") == "te weinig vermeldingen"
    assert wording.note("") == "niet te bepalen"
    assert wording.note("iets anders") == "iets anders"


def test_foreign_text_is_not_a_template():
    place = load_wording("nl").place("branch", "{0.__class__}")
    assert place == "in filiaal {0.__class__}"
    assert load_wording("nl").place("Regio {x}", "Zuid") == "bij Zuid (Regio {x})"


def test_control_characters_go():
    assert printable("a\x1b[31m\x00\ud83db") == "a [31m  b"
    assert capitalise("") == ""


def test_the_texts_ship_with_the_package():
    assert {entry.name for entry in files("why_nps.report").joinpath("texts").iterdir()} == {
        "nl.toml",
        "en.toml",
        "told.toml",
    }
