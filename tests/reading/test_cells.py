"""Cells: what is missing, and how a cell is written as text."""

# ruff: noqa: E501 - tables of cases

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from why_nps.reading.cells import as_text, has_surrogates, is_missing, mend_surrogates

NOTHING = [
    "",
    " ",
    "\xa0",
    "\n\t",
    None,
    float("nan"),
    np.float32("nan"),
    pd.NA,
    pd.NaT,
    np.datetime64("NaT", "s"),
    Decimal("nan"),
]


@pytest.mark.parametrize("cell", NOTHING)
def test_nothing(cell):
    assert is_missing(cell)
    assert as_text(cell) is None


@pytest.mark.parametrize(
    "cell", ["NA", "null", "None", "nan", "geen", "-", "nvt", "n.v.t.", 0, False, [], [None]]
)
def test_something(cell):
    assert not is_missing(cell)


@pytest.mark.parametrize(
    "cell, text",
    [
        ("007", "007"), (" a ", " a "), (7, "7"), (7.0, "7"), (7.5, "7.5"), (np.int64(7), "7"), (np.float64(7), "7"),
        (12345678901234567890, "12345678901234567890"), (Decimal("1.50"), "1.50"), (dt.date(2025, 3, 1), "2025-03-01"),
        (dt.datetime(2025, 3, 1), "2025-03-01"), (dt.datetime(2025, 3, 1, 9, 5), "2025-03-01 09:05:00"),  # noqa: DTZ001
        (np.datetime64("2025-03-01"), "2025-03-01"), (pd.Period("2025Q3"), "2025Q3"), (float("inf"), "inf"),
    ],
)  # fmt: skip
def test_as_text(cell, text):
    assert as_text(cell) == text


@given(st.text(st.characters(exclude_categories=[]), max_size=50))
def test_mended_text_can_be_held_by_every_string_type(text):
    mended = mend_surrogates(text)
    mended.encode()
    assert not has_surrogates(mended)
    assert has_surrogates(text) or mended == text


def test_pairs_are_joined_and_halves_replaced():
    assert mend_surrogates("\ud83d\ude00 \ud83d") == "\U0001f600 \ufffd"
