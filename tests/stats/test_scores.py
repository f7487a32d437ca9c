"""The NPS and its shares as rows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from statsmodels.stats.proportion import proportion_confint

from why_nps.core.tables import ESTIMATES
from why_nps.stats import estimate_nps, estimate_scores


def test_rows_are_the_nps_and_three_shares(d60):
    table = estimate_scores(d60.scores).set_index("statistic")
    assert list(table.index) == ["nps", "share_promoters", "share_passives", "share_detractors"]
    assert_allclose(table["estimate"], [-20 / 3, 18 / 60, 20 / 60, 22 / 60])
    assert_allclose(
        table.loc["share_promoters", ["low", "high"]].tolist(), proportion_confint(18, 60, method="wilson")
    )
    nps = estimate_nps(d60.scores)
    assert_allclose(
        table.loc["nps", ["std_error", "low", "high"]].tolist(), [nps.std_error, nps.low, nps.high]
    )
    assert (table["n"] == 60).all()


def test_the_schema_is_kept():
    table = estimate_scores([10, 9, 3])
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == dict(ESTIMATES.columns)
    assert (table[["by", "group", "period", "theme", "kind", "note"]] == "").all(axis=None)


def test_weighted_shares_have_the_survey_standard_error():
    # Independent: Taylor linearisation of a ratio, written out.
    y, w = np.array([1, 0, 1, 1, 0, 0, 1]), np.array([1, 2, 0.5, 1, 3, 1, 1])
    table = estimate_scores(np.where(y, 10, 5), weights=w).set_index("statistic")
    mean = np.average(y, weights=w)
    linear = w * (y - mean) / w.sum()
    assert table.loc["share_promoters", "estimate"] == pytest.approx(mean)
    assert table.loc["share_promoters", "std_error"] == pytest.approx(np.sqrt(7 / 6 * (linear**2).sum()))


def test_no_scores_are_noted():
    table = estimate_scores([None, None])
    assert table["estimate"].isna().all()
    assert (table["note"] == "no scores").all()
    assert (table["n"] == 0).all()
