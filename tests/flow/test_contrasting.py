import pandas as pd
import pytest

from why_nps import code, read_answers
from why_nps.flow.contrasting import contrast_words


def contrast(rows, minimum_n=10, **columns):
    table = pd.DataFrame(rows, columns=["Cijfer", "Toelichting"]).assign(**columns)
    return contrast_words(code(read_answers(table)), minimum_n)


@pytest.fixture(scope="module")
def rows():
    kind = [(9, f"Vriendelijk vriendelijk geholpen door de winkel nummer {i}") for i in range(30)]
    late = [(3, f"Het pakket kwam weken te laat in de winkel {i}") for i in range(30)]
    return [*kind, *late, *[(8, "Prima winkel")] * 10]


def test_each_group_keeps_its_words(rows):
    words = contrast(rows)
    told = words.groupby("group")["word"].agg(set)
    assert told["promoters"] == {"vriendelijk", "geholpen", "nummer"}
    assert told["detractors"] == {"pakket", "kwam", "weken", "laat"}
    assert "winkel" not in set(words["word"])  # both sides write it
    assert ((words["log_odds"] > 0) == (words["group"] == "promoters")).all()


def test_a_word_counts_once_an_answer(rows):
    words = contrast(rows).set_index("word")
    assert words.loc["vriendelijk", "n"] == 30


def test_a_word_of_too_few_answers_is_left_out(rows):
    few = [(9, "Gezellige koffiehoek")] * 15
    assert "koffiehoek" in set(contrast([*rows, *few], minimum_n=15)["word"])
    assert "koffiehoek" not in set(contrast([*rows, *few], minimum_n=16)["word"])


def test_the_minimum_is_that_of_its_own_side(rows):
    mixed = [(9, "Gezellige koffiehoek")] * 24 + [(3, "Gezellige koffiehoek")] * 2
    assert "koffiehoek" in set(contrast([*rows, *mixed], minimum_n=24)["word"])
    assert "koffiehoek" not in set(contrast([*rows, *mixed], minimum_n=25)["word"])


def test_neither_personal_data_nor_employees_are_words(rows):
    told = [(9, "Sanne hielp mij, bel 06-12345678 of mail jan.smit@example.nl")] * 40
    words = set(contrast([*rows, *told], Medewerker=["Sanne", "Piet"] * 55)["word"])
    assert "hielp" in words
    assert not words & {"sanne", "telefoon", "mail", "smit", "jan", "example"} - {"mail"}


def test_answers_without_content_or_score_do_not_count(rows):
    silent = [(None, "Vriendelijk geholpen")] * 20 + [(9, "nvt")] * 20
    pd.testing.assert_frame_equal(contrast([*rows, *silent]), contrast(rows))


def test_nothing_to_compare_is_an_empty_table():
    words = contrast([(9, ""), (3, "nvt")])
    assert words.empty
    assert {"word", "group", "n", "low", "high"} <= set(words.columns)
