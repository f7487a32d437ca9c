import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from why_nps.text.normalise import MAX_CHARACTERS, NormalisedText, normalise_answer

# Letters that the rules are about come up often, beside anything at all.
_AWKWARD = (
    "aé e\u0301\u200b\xad\ufeff\u202e\xa0\u2019\u2013\u2026\ud83d\ude00\ufb01\u0133\u0130"
    "ÃÂ©âĄ‚¬\x00\x85\x92\x1b\t\n\r&amp;#x1ltg<br/>:!)"
)
anything = st.text(
    st.one_of(st.sampled_from(_AWKWARD), st.characters(), st.characters(categories=["Cs", "Mn", "Cf", "Cc"]))
)


@pytest.mark.parametrize(
    "raw,text,repair",
    [
        ("cafÃ© was dicht", "café was dicht", "mojibake"),
        ("cafÃƒÂ© was dicht", "café was dicht", "mojibake"),  # twice over
        ("â‚¬ 5,- te duur", "€ 5,- te duur", "mojibake"),
        ("drieÃ«n Ã\xa0 la carte", "drieën à la carte", "mojibake"),
        ("\x92t was goed", "'t was goed", "controls"),
        ("goed &amp; snel", "goed & snel", "entities"),
        ("&amp;amp; &euro;5", "& €5", "entities"),
        ("goeeeeed!!!!!!", "goeeed!!!", "repeats"),
        ("g\xadoe\u200bd\ufeff \u202esnel", "goed snel", "invisible"),
        ("goed\x00\x1b", "goed", "invisible"),
        ("goed\r\nsnel\rnetjes\u2028top", "goed\nsnel\nnetjes\ntop", "breaks"),
        ("goed<br />snel", "goed\nsnel", "breaks"),
        ("goed\xa0en\u2003snel", "goed en snel", "typography"),
        ("\u201cgoed\u201d \u2013 zo\u2019n\u2026", '"goed" - zo\'n...', "typography"),
        ("\ufb01jn \u0133s \u0132s", "fijn ijs IJs", "variants"),
        ("\u0130stanbul", "Istanbul", "variants"),
        ("\uff27oed \U0001d420oed", "Goed goed", "variants"),
        ("cafe\u0301", "café", "composition"),
        ("\ud83d\ude00 goed", "\U0001f600 goed", "surrogates"),
        ("goed \ud83d", "goed \ufffd", "surrogates"),
    ],
)
def test_a_broken_character_is_mended_and_told(raw, text, repair):
    mended = normalise_answer(raw)
    assert mended.text == text
    assert repair in mended.repairs


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "Prima!!!",
        "één coördinator, € 10000,00 per jaar... 👍",
        "&lt;b&gt; blijft staan",
        "a < b > c",
        "Ångström én São Paulo",
        "bel 0600000000",
        "tab\ten\nregel",
    ],
)
def test_an_answer_that_is_sound_is_returned_as_it_is(raw):
    assert normalise_answer(raw) == NormalisedText(raw)


def test_entities_never_make_a_tag():
    assert "<" not in normalise_answer("&lt;script&gt; &amp;lt;img&amp;gt;").text


def test_spans_lead_back_to_the_text_as_typed():
    raw = "\ufeffcafÃ© wa\u200bs goeeeeed, \ufb01jn cafe\u0301!"
    mended = normalise_answer(raw)
    found = {}
    for word in ("café", "was", "goeeed", "fijn", "café!"):
        start = mended.text.index(word)
        first, last = mended.to_raw(start, start + len(word))
        found[word] = raw[first:last]
    assert found == {
        "café": "cafÃ©",
        "was": "wa\u200bs",
        "goeeed": "goeeeeed",
        "fijn": "\ufb01jn",
        "café!": "cafe\u0301!",
    }


def test_half_a_ligature_leads_back_to_the_whole():
    mended = normalise_answer("\ufb01jn")
    assert mended.to_raw(0, 1) == (0, 1)
    assert mended.to_raw(1, 2) == (0, 1)
    assert mended.to_raw(2, 2) == (1, 1)


def test_a_long_answer_is_cut_and_told():
    mended = normalise_answer("goed " * 220_000)
    assert len(mended.text) == MAX_CHARACTERS
    assert "cut" in mended.repairs
    assert mended.to_raw(0, MAX_CHARACTERS) == (0, MAX_CHARACTERS)


def test_a_letter_carries_at_most_thirty_marks():
    mended = normalise_answer("a" + "\u0301\u0302" * 100_000)
    assert sum(unicodedata.combining(c) != 0 for c in unicodedata.normalize("NFD", mended.text)) <= 30
    assert "marks" in mended.repairs


@settings(deadline=None)  # the first example loads ftfy
@given(anything)
@example("&#x1b;&amp;#38;amp;")
@example("Ã\u200b©" * 3)
def test_offsets_are_in_range_and_mending_twice_changes_nothing(raw):
    mended = normalise_answer(raw)
    mended.text.encode()  # no lone surrogate is left
    assert mended.text.isprintable() or not any(ord(c) < 32 and c not in "\t\n" for c in mended.text)
    if mended.offsets is None:
        assert mended.text == raw
        assert mended.repairs == ()
    else:
        assert len(mended.offsets) == len(mended.text) + 1
        assert list(mended.offsets) == sorted(mended.offsets)
        assert mended.offsets[0] >= 0
        assert mended.offsets[-1] <= len(raw)
        assert len(set(mended.repairs)) == len(mended.repairs) > 0
    assert normalise_answer(mended.text).text == mended.text


@settings(deadline=None)  # the first example loads ftfy
@given(anything, st.data())
def test_every_span_has_a_source(raw, data):
    mended = normalise_answer(raw)
    start = data.draw(st.integers(0, len(mended.text)))
    end = data.draw(st.integers(start, len(mended.text)))
    first, last = mended.to_raw(start, end)
    assert 0 <= first <= last <= len(raw)
    assert (last > first) or start == end


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "👍",
        "!",
        "(",
        '"',
        "://",
        "<",
        "&",
        " ",
        "Ã© ",
        "e\u0301 ",
        "a\u0301\u0302",
        "\ufdfa",
        "goed ",
        "&amp; ",
    ],
)
def test_double_the_length_takes_about_double_the_time(unit):
    def seconds(raw):
        best = float("inf")
        for _ in range(5):
            start = time.perf_counter()
            normalise_answer(raw)
            best = min(best, time.perf_counter() - start)
        return best

    seconds(unit)  # ftfy is imported outside the clock
    assert seconds(unit * 16_000) < 3.5 * seconds(unit * 8_000) + 0.02
