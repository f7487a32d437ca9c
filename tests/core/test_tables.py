import pandas as pd
import pytest

from why_nps.core import tables

ALL = [
    tables.ANSWERS,
    tables.SCREENING,
    tables.CLAUSES,
    tables.MENTIONS,
    tables.FLAGS,
    tables.ESTIMATES,
    tables.VERBATIMS,
    tables.WORDS,
]


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_an_empty_frame_has_the_declared_columns_and_dtypes(table):
    frame = table.frame([])
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == dict(table.columns)
    assert set(table.key) <= set(frame.columns)


def test_segments_follow_the_declared_columns_and_the_source_is_left_alone():
    given = pd.DataFrame({"branch": ["Ede"], "answer_id": ["1"], "score": [9]})
    before = given.copy()
    frame = tables.ANSWERS.frame(given)
    assert frame.columns.tolist() == [*tables.ANSWERS.columns, "branch"]
    assert frame["text"].isna().all()
    pd.testing.assert_frame_equal(given, before)
