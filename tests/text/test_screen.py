import json
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from why_nps.text import screen
from why_nps.text.screen import is_other_language, screen_answer

CORPUS = files("why_nps").joinpath("data", "corpus")


@pytest.fixture(scope="module")
def answers():
    lines = [
        json.loads(line)
        for number in range(1, 10)
        for line in CORPUS.joinpath(f"answers_{number}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert len(lines) > 5_000
    return lines


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\xa0", " " * 200])
def test_spaces_are_empty(text):
    assert screen_answer(text) == "empty"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "nvt",
            "N.v.t.",
            "n.v.t",
            "NVT!!",
            "-",
            "--",
            ".",
            "...",
            "?",
            "x",
            "XX",
            "NA",
            "n/a",
            "null",
            "None",
        ),
        *(
            "geen",
            "Geen.",
            "geen idee",
            "Echt geen idee",
            "gin idee",
            "weet niet",
            "weet ik niet",
            "weet het niet zo goed",
        ),
        *(
            "ik zou het niet weten",
            "kweetni",
            "geen opmerkingen",
            "verder geen opmerkingen",
            "Geen toelichting",
            "idem",
        ),
        *(
            "niks",
            "niets",
            "zie boven",
            "geen commentaar",
            "zomaar",
            "asdf",
            "qwerty",
            "sdfsdf",
            "jjjjj",
            "7",
            "8/10",
            "10!",
        ),
        *("gn idee joh", "zou t nie weten", "gene commentaar", "zomaar n cijfer eigelijk", "moet dit?"),
        *("verplicht veld", "Joost mag het weten", "omdat het moet", "zou het eerlijk gezegd niet weten"),
    ],
)
def test_nothing_to_code(text):
    assert screen_answer(text) == "no_content"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "prima",
            "ok",
            "Top",
            "geen klachten",
            "geen problemen",
            "niks op aan te merken",
            "niets te klagen",
        ),
        *(
            "👍",
            "😡",
            ":)",
            ":-(",
            "❤",
            "prijs",
            "was",
            "glas",
            "geen reactie",
            "geen uitleg",
            "niet je van het",
        ),
        *("geen op- of aanmerkingen", "niks aan", "niks op te zeggen", "niks bijzonders", "t is er over"),
        *("weet niet hoe ik moet inloggen", "geen idee waarom het zo duur is", "x" * 100 + " goed", "wel ok"),
    ],
)
def test_a_verdict_or_a_reason_is_content(text):
    assert screen_answer(text) == "content"


def test_few_answers_with_a_point_are_screened_out(answers):
    with_point = [answer["answer"] for answer in answers if answer["mentions"]]
    lost = sum(screen_answer(text) != "content" for text in with_point)
    assert lost <= 0.002 * len(with_point)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "top service, super team",
            "Customer service top",
            "great service",
            "nice!",
            "perfect",
            "merci",
            "helpdesk chat",
        ),
        *(
            "gaan schoon winkel en propere toiletten",
            "'t Is hiel sjoen, aardege luuj",
            "moi, best volk hiel vrundelijk",
        ),
        *("kheb da nie gevonden ze", "snele levring en behulpzaam personneel", "Tige tefreden, moaie winkel"),
        *("", "123", "👍", "x", "klantvriendelijkheid", "prijs/kwaliteit"),
    ],
)
def test_dialect_typing_errors_and_loanwords_are_dutch(text):
    assert not is_other_language(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Worst customer service ever, nobody answers the phone",
            "very good",
            "sehr freundlich und schnell",
        ),
        *("le service est très bon", "muy profesional, gracias", "bardzo dobra obsługa", "çok iyi hizmet"),
        *("хорошо", "ممتاز", "服务很好", "πολύ καλό"),
    ],
)
def test_other_languages_are_seen(text):
    assert is_other_language(text)


def test_almost_no_dutch_answer_is_called_another_language(answers):
    dutch = [answer["answer"] for answer in answers if "other_language" not in answer["flags"]]
    assert sum(map(is_other_language, dutch)) <= 0.005 * len(dutch)


@settings(deadline=None)  # the first example loads the word lists
@given(st.text())
def test_any_text_has_a_status_and_a_language(text):
    assert screen_answer(text) in {"empty", "no_content", "content"}
    assert screen_answer(text) == screen_answer(f" {text}\n") or len(text) > 50
    assert is_other_language(text) in {True, False}


def test_what_is_left_of_the_language_model_judges_as_the_whole(answers):
    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    left = screen._identifier()
    whole.set_languages(left.labels)
    foreign = (
        "excellent customer support",
        "sehr freundlich bedient worden",
        "livraison rapide et soignée",
        "atención excelente siempre",
        "servizio sempre impeccabile",
        "szybka dostawa, polecam",
        "çok memnun kaldım teşekkürler",
        "serviciu foarte prompt",
        "entrega muito rápida, não recomendo",
    )
    texts = [*foreign, *(answer["answer"] for answer in answers[::5] if len(answer["answer"]) > 11)]
    said = [(left.classify(text), whole.classify(text)) for text in texts]
    assert [language for (language, _), _ in said[: len(foreign)]] == [
        "en",
        "de",
        "fr",
        "es",
        "it",
        "pl",
        "tr",
        "ro",
        "pt",
    ]
    other = [(one, two) for one, two in said if one[0] != two[0]]
    assert len(other) <= len(texts) / 200
    assert all(max(one[1], two[1]) < 0.9 for one, two in other)  # where neither is sure
    sure = [(one[1] >= 0.9) == (two[1] >= 0.9) for one, two in said]
    assert sum(sure) >= 0.99 * len(sure)
