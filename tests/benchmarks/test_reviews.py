"""Reading real reviews with the shipped model, on a small invented file of that format."""

from pathlib import Path

import pytest
import reviews
from semeval_files import Opinion, Sentence, read_sentences

TRAIN = str(Path(__file__).parent / "data" / "semeval2016_train.xml")


def say(*opinions):
    return Sentence("r", "-", tuple(Opinion(category, polarity, 0, 0) for category, polarity in opinions))


def test_a_verdict_beside_a_reason_of_its_kind_is_dropped():
    both = [say(("RESTAURANT#GENERAL", "positive")), say(("FOOD#QUALITY", "positive"))]
    assert reviews.list_truth(both) == {("product_quality", "delight")}
    against = [*both, say(("RESTAURANT#GENERAL", "negative"), ("RESTAURANT#MISCELLANEOUS", "negative"))]
    assert reviews.list_truth(against) == {("product_quality", "delight"), ("general", "pain")}


def test_the_rate_is_micro_f1():
    truth, found = [{("a", "x"), ("b", "x")}, set()], [{("a", "x")}, {("c", "x")}]
    assert reviews.rate(truth, found) == pytest.approx(2 * 1 / (2 + 2))  # one right, two marked, two found


def test_what_is_found_is_told_in_the_categories_of_the_file():
    found = reviews.read(["Lang moeten wachten", "De factuur klopt niet"], None)
    assert found == [{("staff", "pain")}, set()]


def test_the_command_tells_both_figures(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["reviews.py", TRAIN])
    reviews.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == ["sentences:", "reviews:"]
    assert lines[0].split()[0] == str(len(read_sentences(TRAIN)))
