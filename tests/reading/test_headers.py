"""Header rows of survey tools, doubles and blanks."""

# ruff: noqa: E501 - tables of cases

import pytest

from why_nps.errors import InputError
from why_nps.reading.delimited import Rows
from why_nps.reading.headers import name_columns


def named(*rows):
    return name_columns(Rows(list(rows), list(range(1, len(rows) + 1))), "a.csv", "line")


def test_qualtrics():
    cells = named(
        ["RecordedDate", "ResponseId", "Q1", "Q2"],
        ["Recorded Date", "Response ID", "Hoe waarschijnlijk?", "Waarom?"],
        [
            '{"ImportId":"recordedDate"}',
            '{"ImportId":"_recordId"}',
            '{"ImportId":"QID1"}',
            '{"ImportId":"QID2_TEXT"}',
        ],
        ["2025-12-31 10:00:00", "R_1", "9", "Top"],
    )
    assert dict(cells.columns) == {
        "RecordedDate": ("2025-12-31 10:00:00",), "ResponseId": ("R_1",), "Q1": ("9",), "Q2": ("Top",),
    }  # fmt: skip
    assert cells.labels["Q2"] == "Waarom?"
    assert cells.known == {"answered_on": "RecordedDate", "answer_id": "ResponseId"}
    assert cells.lines == [4]
    assert "Qualtrics" in cells.notes[0]


def test_surveymonkey():
    cells = named(
        ["Respondent ID", "End Date", "Hoe waarschijnlijk?", "", "Waarom?", "Hoe oud bent u?"],
        ["", "", "Response", "Group", "Open-Ended Response", ""],
        ["1", "12/31/2025", "9", "Promoter", "Top", "30"],
    )
    assert list(cells.columns) == [
        "Respondent ID", "End Date", "Hoe waarschijnlijk?", "Hoe waarschijnlijk? - Group", "Waarom?", "Hoe oud bent u?",
    ]  # fmt: skip
    assert cells.known == {"answered_on": "End Date", "answer_id": "Respondent ID"}
    assert cells.lines == [3]
    assert "SurveyMonkey" in cells.notes[0]


def test_an_ordinary_file_with_a_respondent_id_has_one_header_row():
    assert named(["Respondent ID", "Score"], ["12", "9"]).lines == [2]
    assert named(["Respondent ID", "Score"], ["", ""], ["1", "9"]).lines == [2, 3]
    assert named(["Respondent ID", "Reden"], ["12", "Antwoord"]).lines == [2]
    assert named(["Respondent ID", "Score"], ["", "9"], ["1", "9"]).lines == [2, 3]


def test_double_and_blank_names():
    cells = named([" Score ", "Score", "", "", "Score (2)"], ["9", "8", "", "x", "7"])
    assert list(cells.columns) == ["Score", "Score (3)", "column 4", "Score (2)"]
    assert "'Score (3)'" in cells.notes[0]


def test_nothing_and_only_a_header():
    with pytest.raises(InputError, match="empty"):
        named()
    with pytest.raises(InputError, match="no rows"):
        named(["score", "text"])
