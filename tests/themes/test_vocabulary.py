"""What a model remembers of the answers it was trained on: words, and nobody's data."""

import re

import pytest

from why_nps.text.privacy import find_personal_data
from why_nps.themes import load_bundle
from why_nps.training.corpus import CodedAnswer, CodedMention
from why_nps.training.fit import gather_clauses

CUES = ("mevrouw ", "meneer ", "dhr ", "dr ", "zuster ", "monteur ", "geholpen door ")


@pytest.fixture(scope="module")
def vocabulary():
    """Words, pairs of words and runs of characters of the shipped model."""
    bundle = load_bundle()
    scorers = (bundle.themes.labeller_.scorer_, bundle.flags.labeller.scorer_)
    known = [index for scorer in scorers for index in (scorer.linear.grams, scorer.linear.pairs)]
    return {word for index in (*known, scorers[0].network.words) for word in index}


def test_no_number_is_remembered_as_it_was_typed(vocabulary):
    assert len(vocabulary) > 10_000
    assert not [word for word in vocabulary if re.search(r"[1-9]", word) and len(re.findall(r"\d", word)) > 2]


def test_no_address_of_mail_is_remembered(vocabulary):
    assert not [word for word in vocabulary if re.search(r"\w@\w+\.\w", word)]


def test_no_name_behind_a_title_is_remembered(vocabulary):
    pairs = [word for word in vocabulary if word.startswith(CUES)]
    assert not [pair for pair in pairs if any(item.kind == "name" for item in find_personal_data(pair))]


def test_training_leaves_personal_data_out():
    span = "Geholpen door Sanne de Vries"
    text = f"{span}, bel 06-12345678 of sanne@example.nl"
    mention = CodedMention(span, "staff", "delight")
    answer = CodedAnswer("1", "", text, None, (mention,), frozenset({"callback"}))
    learned = " ".join(clause.text for clause in gather_clauses([answer], []))
    assert "Geholpen door" in learned
    assert not re.search(r"[Ss]anne|Vries|\d|@", learned)
