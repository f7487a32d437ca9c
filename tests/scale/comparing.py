"""What Spark and Dask must give: what `code` and `explain` give here."""

import pandas as pd

from why_nps.core.tables import ESTIMATES, VERBATIMS


def check_rows(frame, coded):
    """Check a frame with a row an answer, its lists as lists of dicts, against the tables of `code`."""
    given = coded.answers.frame
    found = frame.set_index("answer_id").loc[given["answer_id"]]
    assert len(frame) == len(given)
    for name in ("status", "repairs"):
        assert found[name].tolist() == coded.screening[name].tolist()
    for name in ("clauses", "mentions", "flags"):
        rows = {answer_id: [] for answer_id in given["answer_id"]}
        for row in getattr(coded, name).to_dict("records"):
            rows[row.pop("answer_id")].append(row)
        assert [[dict(row) for row in told] for told in found[name]] == list(rows.values())
        assert any(rows.values())


def check_explained(found, local):
    """Check an explanation from counts, whatever the order of its rows."""
    key = list(ESTIMATES.key)
    pair = [one.estimates.sort_values(key, ignore_index=True) for one in (found, local)]
    pd.testing.assert_frame_equal(*pair, rtol=1e-9, atol=1e-9)
    key = [*VERBATIMS.key, "text"]
    pair = [one.verbatims.sort_values(key, ignore_index=True) for one in (found, local)]
    pd.testing.assert_frame_equal(*pair)
    assert len(pair[0]) > 50
    pd.testing.assert_frame_equal(found.words, local.words)
    assert (found.coding, found.segments) == (local.coding, local.segments)
