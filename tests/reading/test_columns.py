"""Choosing columns: clear ones are taken, doubtful ones are asked about."""

import pytest

from why_nps.errors import InputError
from why_nps.reading.cells import Cells
from why_nps.reading.columns import OPTIONS, choose_columns


def choose(*names, segments=None, labels=None, known=None, source="a.csv", **asked):
    cells = Cells(source, {key: ["x"] for key in names}, [2], "line", labels or {}, known=known or {})
    ours = {ours: asked.get(option) for ours, option in OPTIONS.items()}
    return choose_columns(cells, ours, segments)


def test_dutch_and_english_names():
    found = choose(
        "Klantnummer", "Cijfer", "Toelichting", "Ingevuld op", "Gewicht", "Filiaal", "Kanaal", "Regio"
    )
    assert found.columns == {
        "text": "Toelichting", "score": "Cijfer", "answer_id": "Klantnummer", "answered_on": "Ingevuld op",
        "weight": "Gewicht", "branch": "Filiaal", "touchpoint": "Kanaal",
    }  # fmt: skip
    assert found.segments == ("branch", "touchpoint")


@pytest.mark.parametrize(
    "names, message",
    [
        (("score", "reden", "opmerking"), r"text: 'reden', 'opmerking'. Choose one with text="),
        (("score", "cijfer", "reden"), r"score: 'score', 'cijfer'. Choose one with score=.*score=False"),
        (("score", "Score (2)", "reden"), r"'score', 'Score \(2\)'"),
        (
            ("score", "reden", "datum", "date"),
            r"answered_on: 'datum', 'date'. Choose one with date=.*date=False",
        ),
        (("score", "reden", "id", "klantnummer"), r"answer_id=False"),
        (("score", "reden", "winkel", "filiaal"), r"segments=\{\"branch\": "),
    ],
)
def test_two_that_fit_are_asked_about(names, message):
    with pytest.raises(InputError, match=message):
        choose(*names)


def test_a_choice_or_none_settles_it():
    assert choose("score", "reden", "opmerking", text="reden").columns == {"text": "reden", "score": "score"}
    assert "answered_on" not in choose("score", "reden", "datum", "date", date=False).columns
    assert "score" not in choose("reden", score=False).columns
    assert choose("winkel", "filiaal", "score", "reden", segments=["winkel"]).columns["branch"] == "winkel"


def test_none_that_fits_lists_what_was_found_and_the_nearest():
    with pytest.raises(InputError, match=r"Found: 'scoore', 'Reden'. Nearest: 'scoore'. Name it with score="):
        choose("scoore", "Reden")
    with pytest.raises(InputError, match=r"Found: 'score', 'Q7'. Name it with text="):
        choose("score", "Q7")


def test_a_named_column_that_is_missing():
    with pytest.raises(InputError, match=r"no column for text='Toelichtng'. Found: .*Nearest: 'toelichting'"):
        choose("score", "toelichting", text="Toelichtng")
    with pytest.raises(InputError, match=r"no column for segments=\['Regoi'\].*Nearest: 'Regio'"):
        choose("score", "reden", "Regio", segments=["Regoi"])


@pytest.mark.parametrize("beside", ["9", "10001", "31-12-2025"])
def test_a_first_line_of_answers_is_never_shown(beside):
    with pytest.raises(InputError, match="lack column names") as caught:
        choose(beside, "Mijn geheime antwoord")
    assert "geheim" not in str(caught.value)


def test_wide_files_and_long_names_are_shortened():
    with pytest.raises(InputError, match="and 160 more") as caught:
        choose(*[f"{number} {'x' * 500}" for number in range(20, 220)])
    assert len(str(caught.value)) < 7_000


def test_one_column_for_two_is_refused():
    with pytest.raises(InputError, match="as text and as score"):
        choose("a", "b", text="a", score="a")


@pytest.mark.parametrize(
    "asked", [{"text": False}, {"text": True}, {"score": True}, {"date": 3}, {"segments": "winkel"}]
)
def test_values_that_are_no_column_name(asked):
    with pytest.raises(InputError, match="="):
        choose("score", "reden", "winkel", **asked)


def test_questions_behind_short_names():
    labels = {
        "Q1": "Hoe waarschijnlijk is het dat u ons aanbeveelt?",
        "Q1_NPS_GROUP": "Hoe waarschijnlijk is het dat u ons aanbeveelt? - Group",
        "Q2": "Waarom geeft u deze score?",
    }
    assert choose("Q1", "Q1_NPS_GROUP", "Q2", labels=labels).columns == {"text": "Q2", "score": "Q1"}


def test_what_an_export_always_calls_so_settles_it():
    found = choose("score", "reden", "datum", "End Date", known={"answered_on": "End Date"})
    assert found.columns["answered_on"] == "End Date"


def test_segments_by_list_and_by_mapping():
    found = choose(
        "score", "reden", "Regio / provincie", "Winkel", "golf", segments=["Regio / provincie", "Winkel"]
    )
    assert found.columns["regio_provincie"] == "Regio / provincie"
    assert found.segments == ("wave", "regio_provincie", "branch")
    found = choose(
        "score",
        "reden",
        "Kanaal",
        "Contactmoment",
        segments={"touchpoint": "Kanaal", "moment": "Contactmoment"},
    )
    assert found.segments == ("touchpoint", "moment")
    assert choose("score", "reden", "Winkel", "Filiaal", segments=["Winkel", "Filiaal"]).segments == (
        "winkel",
        "filiaal",
    )


@pytest.mark.parametrize(
    "segments, message",
    [
        (["Regio", "regio"], "both be called 'regio'"),
        ({"score": "Regio"}, "cannot be a column"),
        ({"a b": "Regio"}, "cannot"),
    ],
)
def test_segment_names_that_clash(segments, message):
    with pytest.raises(InputError, match=message):
        choose("score", "reden", "Regio", "regio", segments=segments)
