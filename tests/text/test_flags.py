"""Flags by their wording: every wording finds its example, near misses are left alone, nothing breaks."""

import re
import time
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from why_nps.text.flags import Alphabet, lay_out, read_wordings
from why_nps.text.remarks import find_remarks

FLAGS = read_wordings("words")["flags"]
ABOUT_TEXT = {"pii", "other_language"}  # found beside the wordings
SHARED = read_wordings("words")["lists"]
DATA = {flag: read_wordings(flag) for flag in FLAGS}
WORDINGS = [(flag, rule["pattern"], rule["example"]) for flag in FLAGS for rule in DATA[flag]["wordings"]]
NEAR_MISSES = [
    (flag, rule["pattern"], rule["example"]) for flag in FLAGS for rule in DATA[flag]["near_misses"]
]

# Not among the examples that stand beside the wordings.
SAID = [
    ("begged", "De monteur vroeg om een tien, dus vooruit"),
    ("begged", "ze bleven maar zeuren om een hoge score"),
    ("begged", "Er werd me gevraagd of ik een 9 of een 10 kon geven"),
    ("begged", "verkoper zei dat hij op die cijfers wordt afgerekend"),
    ("incentive", "Puur vanwege de cadeaubon"),
    ("incentive", "omdat ik een gratis powerbank heb gekregen"),
    ("incentive", "kreeg een kortingscode voor het invullen van de enquête"),
    ("never_top", "Een 10 geef ik nooit"),
    ("never_top", "hoger dan een 8 krijgt niemand van mij"),
    ("never_top", "ik geef uit principe nooit een 10"),
    ("never_top", "8 is voor mij heel hoog"),
    ("never_recommends", "ik beveel nooit iets aan"),
    ("never_recommends", "heb niemand in mijn omgeving die dit nodig heeft"),
    ("never_recommends", "Dat moet iedereen zelf weten"),
    ("never_recommends", "aanbevelen doe ik nooit"),
    ("churn", "ik ga overstappen"),
    ("churn", "Heb mijn abonnement opgezegd per 1 januari"),
    ("churn", "Als dit zo doorgaat stap ik over naar een ander"),
    ("churn", "we zijn aan het rondkijken"),
    ("churn", "Nooit meer!"),
    ("callback", "Bel mij even terug"),
    ("callback", "graag contact opnemen over mijn factuur"),
    ("callback", "Kunt u mij hierover bellen?"),
    ("callback", "Ik wil graag teruggebeld worden"),
    ("competitor", "bij bol is het goedkoper"),
    ("competitor", "Ziggo was sneller"),
    ("competitor", "mijn vorige aannemer deed dat beter"),
    ("competitor", "andere banken rekenen minder"),
    ("competitor", "de concurrent is goedkoper"),
    ("no_experience", "ben pas 2 weken klant"),
    ("no_experience", "nog geen ervaring mee"),
    ("no_experience", "Kan er nog weinig over zeggen"),
    ("no_experience", "heb jullie nog nooit nodig gehad"),
]
NOT_SAID = [
    "ik stap zeker niet over",
    "Ik ga nooit meer weg bij jullie",
    "niemand vroeg me om een tien",
    "je hoeft me niet terug te bellen",
    "ze belden netjes terug",
    "Ze zouden mij terugbellen maar niets gehoord",
    "nog nooit problemen gehad",
    "De monteur kwam om 10 uur, ik vroeg om 9",
    "binnen 10 minuten geholpen",
    "ik raad jullie iedereen aan",
    "Ik zou deze winkel nooit aanraden",
    "gratis parkeren voor de deur",
    "nooit meer zonder",
    "nooit meer last van storingen",
    "snelle levering, goede prijs",
    "Al 10 jaar klant en altijd tevreden",
    "mijn bank sinds jaar en dag",
    "pas na drie weken antwoord",
    "Met bpost thuisbezorgd",
    "",
]


def find_flags(text):
    return find_remarks([text])[0] - ABOUT_TEXT


@pytest.mark.parametrize("flag,pattern,example", WORDINGS)
def test_a_wording_finds_its_example(flag, pattern, example):
    assert flag in find_flags(example), pattern


@pytest.mark.parametrize("flag,pattern,example", NEAR_MISSES)
def test_a_near_miss_is_left_alone(flag, pattern, example):
    assert flag not in find_flags(example), pattern


@pytest.mark.parametrize("flag,text", SAID)
def test_finds_what_is_said(flag, text):
    assert flag in find_flags(text)
    assert flag in find_flags(text.upper())
    assert flag in find_flags(f"Prima hoor!\n{text}\nVerder geen opmerkingen")


@pytest.mark.parametrize("text", NOT_SAID)
def test_leaves_the_rest_alone(text):
    assert find_flags(text) == frozenset()


@pytest.mark.parametrize("flag", FLAGS)
def test_each_pattern_finds_its_own_example_by_itself(flag):
    rules = [rule for kind in ("wordings", "near_misses") for rule in DATA[flag][kind]]
    alphabet = Alphabet([rule["pattern"] for rule in rules], SHARED | DATA[flag]["lists"])
    for rule in rules:
        letters = alphabet.write(lay_out(rule["example"].lower()))
        assert re.search(alphabet.express(rule["pattern"]), letters), rule


@pytest.mark.parametrize("flag", FLAGS)
def test_words_of_patterns_are_tokens(flag):
    lists = SHARED | DATA[flag]["lists"]
    rules = [rule for kind in ("wordings", "near_misses") for rule in DATA[flag][kind]]
    parts = [part.removesuffix("?") for rule in rules for part in rule["pattern"].split() if part != "@@"]
    pieces = {piece for part in parts if part[0] not in "~-" for piece in part.split("|")}
    words = {word for piece in pieces for word in (lists[piece[1:]] if piece[0] == "@" else [piece])}
    assert {word for word in words - {"$"} if lay_out(word) != [".", word, "."]} == set()
    assert {word for word in words if word != word.lower()} == set()


@pytest.mark.parametrize(
    "pattern, text, found",
    [
        ("geef|gaf ~2 nooit", "ik geef een tien nooit", "geef een tien nooit"),
        ("geef|gaf ~2 nooit", "geef een hele tien nooit", None),
        ("geef ~2 nooit", "geef een. nooit", None),
        ("geef -2 tien", "geef geen tien", None),
        ("bel @us? terug", "bel terug", "bel terug"),
        ("bel @us? terug", "bel ons terug", "bel ons terug"),
        ("$ bel", "bel maar", ". bel"),
        ("bel @@", "bel 06-12345678", "bel 06-12345678"),
        ("mail @@", "mail jan@example.nl", "mail jan@example.nl"),
        ("bel @@", "bel jan", None),
    ],
)
def test_reads_the_notation(pattern, text, found):
    alphabet, tokens = Alphabet([pattern], {"no": ["geen"], "us": ["ons", "mij"]}), lay_out(text)
    match = re.search(alphabet.express(pattern), alphabet.write(tokens))
    assert (match and " ".join(tokens[slice(*match.span())])) == found


def test_the_flags_are_those_of_the_codebook():
    codebook = files("why_nps").joinpath("data", "codebook.toml").read_text(encoding="utf-8")
    assert all(f"\n{flag} = " in codebook for flag in FLAGS)


@given(st.text(max_size=300))
def test_never_fails(text):
    assert find_flags(text) <= set(FLAGS)


@given(st.lists(st.sampled_from([example for _, _, example in WORDINGS]), max_size=4))
def test_only_known_flags_and_always_the_same(examples):
    text = " | ".join(examples)
    assert find_flags(text) == find_flags(text) <= set(FLAGS)


@pytest.mark.parametrize(
    "text", ["bel" * 5_000, "\ud800 bel me", "een 10 geef ik nooit " * 2_000, "9 " * 9_000, "\n" * 9_000]
)
def test_bears_long_and_broken_texts(text):
    assert find_flags(text) <= set(FLAGS)


def test_only_the_beginning_of_a_long_answer_is_read():
    assert find_flags("goed " * 500 + "bel mij even terug") == frozenset()


def test_time_grows_with_the_length():
    def measure(times):
        text = ("ik vroeg nooit om een 10 en geef hoger dan wat dan ook aan wie mij belt over " * times)[
            :2000
        ]
        best = float("inf")
        for _ in range(5):
            begin = time.process_time()
            for _ in range(20):
                find_flags(text)
            best = min(best, time.process_time() - begin)
        return best

    find_flags("een 10 geef ik nooit")
    assert measure(24) < 5 * measure(12) + 0.05
