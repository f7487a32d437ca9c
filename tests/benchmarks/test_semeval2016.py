"""The reader of SemEval's restaurant reviews, on a small invented file of that format."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import semeval2016
from semeval_files import POLARITIES, read_sentences, read_split
from sklearn.metrics import accuracy_score, f1_score
from sklearn.preprocessing import MultiLabelBinarizer

from why_nps.errors import InputError

DATA = Path(__file__).parent / "data"
TRAIN, TEST = str(DATA / "semeval2016_train.xml"), str(DATA / "semeval2016_test.xml")


@pytest.fixture(scope="module")
def split():
    return read_split(TRAIN, TEST)


@pytest.fixture(scope="module")
def found(split):
    return semeval2016.read_categories(*split), semeval2016.read_polarities(*split)


def without_gold(sentences):
    return [replace(s, opinions=tuple(replace(o, polarity="neutral") for o in s.opinions)) for s in sentences]


def test_all_sentences_in_scope_are_read_with_their_targets(split):
    for path, sentences in zip((TRAIN, TEST), split, strict=True):
        elements = [e for e in ET.parse(path).iter("sentence") if "OutOfScope" not in e.attrib]  # noqa: S314  our own
        assert [s.text for s in sentences] == [e.findtext("text") for e in elements]
        targets = [o.get("target") for e in elements for o in e.iter("Opinion")]
        cut = [s.text[o.start : o.end] or "NULL" for s in sentences for o in s.opinions]
        assert cut == targets


def test_ours_learns_more_than_the_commonest_answer(split, found):
    train, test = split
    categories, polarities = found
    commonest = [{"FOOD#QUALITY"}] * len(test)
    assert semeval2016.rate_categories(test, categories) > semeval2016.rate_categories(test, commonest) + 20
    positive = ["positive"] * len(polarities)
    assert semeval2016.rate_polarities(test, polarities) > semeval2016.rate_polarities(test, positive) + 15
    assert {c for row in categories for c in row} <= {o.category for s in train for o in s.opinions}


def test_gold_polarities_and_categories_of_the_test_are_not_looked_at(split, found):
    train, test = split
    bare = [replace(sentence, opinions=()) for sentence in test]
    assert semeval2016.read_categories(train, bare) == found[0]
    assert semeval2016.read_polarities(train, without_gold(test)) == found[1]
    assert semeval2016.read_polarities_plainly(train, without_gold(test)) == (
        semeval2016.read_polarities_plainly(train, test)
    )


def test_figures_are_those_of_scikit_learn(split, found):
    _, test = split
    said = [{o.category for o in s.opinions} for s in test]
    coder = MultiLabelBinarizer().fit([*said, *found[0]])
    expected = f1_score(coder.transform(said), coder.transform(found[0]), average="micro")
    assert semeval2016.rate_categories(test, found[0]) == pytest.approx(100 * expected)
    polarities = [o.polarity for s in test for o in s.opinions]
    expected = accuracy_score(polarities, found[1])
    assert semeval2016.rate_polarities(test, found[1]) == pytest.approx(100 * expected)


def test_a_review_is_never_on_both_sides(split):
    train, _ = split
    held = []
    for seen, unseen in semeval2016.deal_reviews(train):
        assert not {train[i].review for i in seen} & {train[i].review for i in unseen}
        held += unseen.tolist()
    assert sorted(held) == list(range(len(train)))


def test_the_clause_of_a_target():
    text = "Lekker eten, maar de bediening was traag."
    start = text.index("bediening")
    assert semeval2016.find_clause(text, start, start + 9) == "maar de bediening was traag"
    assert semeval2016.find_clause(text, 0, 0) == text


def test_words_near_the_target_count_more():
    text = "De soep was heerlijk en de ober was vreselijk traag"
    soup, waiter = (
        semeval2016.average_words(text, text.index(w), text.index(w) + 4) for w in ("soep", "ober")
    )
    tasty, slow = semeval2016.average_words("heerlijk"), semeval2016.average_words("traag")
    assert soup @ tasty > waiter @ tasty
    assert waiter @ slow > soup @ slow
    assert np.linalg.norm(soup) == pytest.approx(1)
    assert not semeval2016.average_words("...").any()


def test_the_kinds_around_stay_inside_the_review(split):
    sentences = [replace(split[0][0], review=name) for name in "aabbb"]
    around = semeval2016.look_around(sentences, np.arange(1.0, 6.0)[:, None])
    assert around.tolist() == [[0, 2, 2], [1, 0, 1], [0, 4, 4.5], [3, 5, 4], [4, 0, 3.5]]


def test_the_table(capsys):
    semeval2016.main([TRAIN, TEST])
    table = capsys.readouterr().out
    rows = dict(re.findall(r"^(slot \d)(.+)$", table, re.MULTILINE))
    figures = {slot: [float(cell) for cell in row.split()] for slot, row in rows.items()}
    assert figures["slot 1"][0] == 60.15
    assert figures["slot 3"][0] == 77.81
    assert all(0 <= figure <= 100 for row in figures.values() for figure in row)


OPINION = '<Opinion target="soep" category="FOOD#QUALITY" polarity="positive" from="3" to="7"/>'


def write(folder, opinion=OPINION, text="<text>De soep geheim.</text>", before=""):
    path = folder / "reviews.xml"
    path.write_text(
        f'<?xml version="1.0"?>{before}<Reviews><Review rid="r1"><sentences><sentence id="r1:1">{text}'
        f"<Opinions>{opinion}</Opinions></sentence></sentences></Review></Reviews>",
        encoding="utf-8",
    )
    return str(path)


def test_the_smallest_file_is_read(tmp_path):
    (sentence,) = read_sentences(write(tmp_path))
    assert sentence.text[sentence.opinions[0].start : sentence.opinions[0].end] == "soep"
    assert sentence.opinions[0].polarity in POLARITIES


@pytest.mark.parametrize(
    "change,message",
    [
        (
            {"before": '<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>', "text": "<text>&b;</text>"},
            "docu",
        ),
        ({"before": '<!DOCTYPE r SYSTEM "file:///etc/hosts">'}, "document type"),
        ({"text": "<text>geheim"}, "well-formed"),
        ({"text": ""}, "no text"),
        ({"opinion": ""}, "no sentence with opinions"),
        ({"opinion": OPINION.replace("FOOD#QUALITY", "FOOD")}, "ENTITY#ATTRIBUTE"),
        ({"opinion": OPINION.replace("positive", "conflict")}, "polarity"),
        ({"opinion": OPINION.replace('"7"', '"70"')}, "15 characters"),
        ({"opinion": OPINION.replace('"7"', '"x"')}, "whole numbers"),
    ],
)
def test_a_wrong_file_is_refused_without_showing_its_text(tmp_path, change, message):
    with pytest.raises(InputError, match=message) as caught:
        read_sentences(write(tmp_path, **change))
    assert "geheim" not in str(caught.value)


def test_an_unknown_encoding_is_refused(tmp_path):
    path = tmp_path / "reviews.xml"
    path.write_bytes(b'<?xml version="1.0" encoding="nonsense"?><Reviews/>')
    with pytest.raises(InputError, match="well-formed"):
        read_sentences(str(path))


def test_a_missing_file_is_told_at_the_command_line(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        semeval2016.main([TRAIN, str(tmp_path / "none.xml")])
    assert caught.value.code == 2
    assert "Cannot read" in capsys.readouterr().err


def test_the_training_file_is_no_test_file():
    with pytest.raises(InputError, match="15 reviews"):
        read_split(TRAIN, TRAIN)


def test_one_review_is_too_few(tmp_path):
    with pytest.raises(InputError, match="two reviews"):
        semeval2016.deal_reviews(read_sentences(write(tmp_path)))
