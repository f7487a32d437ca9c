"""Score cells: every case of the reading rules, and properties over any cell."""

# ruff: noqa: E501 - tables of cases

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from why_nps.reading.scores import ScoreCell, parse_score, parse_scores

WHOLE = [
    (10, 10), ("10", 10), (" 9\n", 9), ("9\xa0", 9), ("8.0", 8), ("8,0", 8), (9.0, 9), ("0", 0), (0, 0),
    (np.int64(7), 7), (np.float32(7.0), 7), (Decimal("6.0"), 6), ("\ufeff9", 9), ("010", 10), ("8,00", 8),
]  # fmt: skip
LABELLED = [
    ("10 - zeer waarschijnlijk", 10), ("0 (helemaal niet)", 0), ("10/10", 10), ("8 / 10", 8), ("7: neutraal", 7),
    ("9 = goed", 9), ("10 zeer waarschijnlijk", 10), ("8 van de 10", 8), ("0 – zéér onwaarschijnlijk", 0),
    ("10 enorm blij", 10), ("5 Totaal neutraal", 5), ("9 - officieel", 9),
]  # fmt: skip
PROBLEMS = [
    ("8,5", "not a whole score"), (0.8, "not a whole score"), ("7.25", "not a whole score"),
    (11, "out of range"), (-1, "out of range"), ("-1", "out of range"), ("99", "out of range"), (1e300, "out of range"),
    ("9" * 60, "out of range"), ("11 - bestaat niet", "out of range"),
    ("tien", "unreadable"), ("8-9", "unreadable"), ("1e1", "unreadable"), ("1_0", "unreadable"), (True, "unreadable"),
    (np.True_, "unreadable"), (float("inf"), "unreadable"), ("inf", "unreadable"), ("nan", "unreadable"),
    ("٣", "unreadable"), ("８", "unreadable"), ("0x9", "unreadable"), ("8 of 9", "unreadable"), ("9" * 70, "unreadable"),
    ("9/5", "unreadable"), (b"9", "unreadable"), ([9], "unreadable"), ("8+", "unreadable"), ("NA", "unreadable"),
    *((cell, "unreadable") for cell in ("8 of negen", "7 tot acht", "8 en een half", "7 komma vijf", "9 half", "9 en hoger")),
    ("9-okt", "a date"), ("okt-09", "a date"), ("9 oktober 2025", "a date"), ("2025-10-09", "a date"),
    ("09-10-2025", "a date"), ("9/10/25", "a date"), (dt.date(2025, 10, 9), "a date"), ("2025-10-09 00:00:00", "a date"),
    (pd.Timestamp("2025-10-09"), "a date"), (np.datetime64("2025-10-09"), "a date"), (dt.time(9), "a date"),
    ("", "empty"), ("  \xa0", "empty"), (None, "empty"), (float("nan"), "empty"), (pd.NA, "empty"), (pd.NaT, "empty"),
    (Decimal("nan"), "empty"),
]  # fmt: skip


@pytest.mark.parametrize("cell, value", WHOLE)
def test_a_whole_number_is_a_score(cell, value):
    assert parse_score(cell) == ScoreCell(value)


@pytest.mark.parametrize("cell, value", LABELLED)
def test_a_label_behind_the_score_is_left_out_and_told(cell, value):
    assert parse_score(cell) == ScoreCell(value, labelled=True)


@pytest.mark.parametrize("cell, reason", PROBLEMS)
def test_anything_else_has_a_reason(cell, reason):
    assert parse_score(cell) == ScoreCell(None, reason)


def test_a_column_equals_its_cells_and_keeps_true_apart_from_one():
    cells = [1, True, 1.0, "1", None, "8,5", "10/10", [9], [9], float("nan")]
    scores = parse_scores(cells)
    assert scores.column.dtype == "Int64"
    assert [None if pd.isna(value) else value for value in scores.column] == [
        parse_score(cell).value for cell in cells
    ]
    assert scores.problems == {"unreadable": 3, "empty": 2, "not a whole score": 1}
    assert scores.labelled == 1


def test_a_series_goes_in_as_well():
    assert parse_scores(pd.Series(["9", "x"])).column.tolist()[0] == 9


@given(
    st.one_of(
        st.text(max_size=300), st.text("0123456789 -.,/eE_()a", max_size=12), st.integers(), st.floats(), st.none(),
        st.booleans(), st.binary(), st.dates(), st.datetimes(), st.decimals(), st.lists(st.integers()),
    )
)  # fmt: skip
def test_any_cell_is_a_score_or_has_a_reason(cell):
    found = parse_score(cell)
    assert (found.value is None) == bool(found.reason)
    assert found.value is None or 0 <= found.value <= 10
    assert parse_scores([cell]).column.isna().tolist() == [found.value is None]


@given(st.integers(0, 10), st.sampled_from(["{}", " {} ", "{}.0", "{},0", "{}\n", "{}/10", "{} - label"]))
def test_every_score_survives_its_spellings(score, spelling):
    assert parse_score(spelling.format(score)).value == score
