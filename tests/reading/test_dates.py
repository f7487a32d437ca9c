"""Dates: the Dutch spellings, and never month first by guess."""

# ruff: noqa: DTZ001, E501 - wall clock, and tables of cases

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from why_nps.reading.dates import parse_dates

NEW_YEARS_EVE = pd.Timestamp("2025-12-31")
AFTERNOON = pd.Timestamp("2025-12-31 14:05")


@pytest.mark.parametrize(
    "cell, moment",
    [
        ("31-12-2025", NEW_YEARS_EVE), ("31/12/2025", NEW_YEARS_EVE), ("31.12.2025", NEW_YEARS_EVE),
        ("31-12-25", NEW_YEARS_EVE), ("2025-12-31", NEW_YEARS_EVE), ("2025/12/31", NEW_YEARS_EVE),
        ("31 dec 2025", NEW_YEARS_EVE), ("31 december 2025", NEW_YEARS_EVE), ("31-dec-2025", NEW_YEARS_EVE),
        ("31-12-2025 14:05", AFTERNOON), ("2025-12-31T14:05:00", AFTERNOON), ("2025-12-31 14:05:00.000", AFTERNOON),
        ("31/12/2025 02:05 PM", AFTERNOON), (dt.datetime(2025, 12, 31, 14, 5), AFTERNOON),
        (dt.date(2025, 12, 31), NEW_YEARS_EVE), (pd.Timestamp("2025-12-31"), NEW_YEARS_EVE),
        (np.datetime64("2025-12-31T14:05"), AFTERNOON), (46022, NEW_YEARS_EVE), (46022.586805556, AFTERNOON),
        ("31/12/2025 12:05 AM", pd.Timestamp("2025-12-31 00:05")), ("31/12/2025 12:05 PM", pd.Timestamp("2025-12-31 12:05")),
        ("1-5-2025", pd.Timestamp("2025-05-01")), ("9 mrt 2025", pd.Timestamp("2025-03-09")),
    ],
)  # fmt: skip
def test_spellings(cell, moment):
    dates = parse_dates([cell])
    assert dates.column.tolist() == [moment]
    assert dates.column.dtype == "datetime64[us]"
    assert (dates.orders.unreadable, dates.orders.month_first, dates.zoned) == (0, False, 0)


@pytest.mark.parametrize(
    "cell",
    ["gisteren", "31-02-2025", "2025", "99-99-9999", "0-0-0000", True, 7, [1], "25:00", "1-1-2025 13:00 PM"],
)
def test_what_is_no_date_is_missing_and_counted(cell):
    dates = parse_dates([cell, None, ""])
    assert dates.column.isna().all()
    assert dates.orders.unreadable == 1


@pytest.mark.parametrize(
    "cells, months, month_first, unreadable",
    [
        (["01/02/2025", "03/04/2025"], [2, 4], False, 0),  # both ways fit: day first
        (["01/02/2025", "31/12/2025", "12/31/2025"], [2, 12, None], False, 1),  # one slip among Dutch dates
        (["12/31/2025", "12/30/2025"], [12, 12], True, 0),
        (["01/02/2025", "12/31/2025"], [1, 12], True, 0),  # all fit month first, not all day first
        (["2025-02-01", "12/31/2025"], [2, 12], True, 0),
    ],
)
def test_month_first_only_where_nothing_else_fits(cells, months, month_first, unreadable):
    dates = parse_dates(cells)
    assert [None if pd.isna(moment) else moment.month for moment in dates.column] == months
    assert (dates.orders.month_first, dates.orders.unreadable) == (month_first, unreadable)


def test_a_time_zone_is_left_out_and_counted():
    dates = parse_dates(
        [
            "2025-12-31T14:05:00+01:00",
            "2025-12-31T14:05Z",
            pd.Timestamp("2025-12-31 14:05", tz="Europe/Amsterdam"),
        ]
    )
    assert dates.column.tolist() == [AFTERNOON] * 3
    assert dates.zoned == 3


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2099, 1, 1)))
def test_a_dutch_date_round_trips(moment):
    moment = moment.replace(microsecond=0)
    thirty_first = "31-12-2025 00:00:00"  # shows that the column is day first
    assert parse_dates([moment.strftime("%d-%m-%Y %H:%M:%S"), thirty_first]).column[0] == moment


@given(
    st.lists(
        st.one_of(
            st.text(max_size=40),
            st.text("0123456789-/: T", max_size=20),
            st.floats(),
            st.integers(),
            st.dates(),
        )
    )
)
def test_any_column_is_read(cells):
    dates = parse_dates(cells)
    assert len(dates.column) == len(cells)
    assert dates.orders.unreadable <= dates.column.isna().sum()
