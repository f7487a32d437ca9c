import numpy as np
import pytest

from why_nps.errors import InputError
from why_nps.stats import (
    compare_campaign,
    compare_nps,
    estimate_nps,
    find_contradictions,
    measure_principles,
)


def test_a_campaign_is_set_against_before_and_after():
    scores = [7] * 30 + [10] * 30 + [3] * 30 + [0] * 30
    dates = ["2025-02-27"] * 30 + ["2025-03-14 23:50"] * 30 + ["2025-03-15"] * 30 + ["2025-06-01"] * 30
    found = compare_campaign(scores, dates, start="2025-03-01", end="2025-03-14", days=10)
    assert [found[name].n for name in ("before", "during", "after")] == [30, 30, 30]
    assert (found["lift"].estimate, found["hangover"].estimate) == (100, -100)
    expected = compare_nps([10] * 30, [7] * 30)
    assert (found["lift"].low, found["lift"].high) == (expected.low, expected.high)
    assert (
        compare_campaign([9], ["2024-01-01"], start="2025-03-01", end="2025-03-02")["lift"].note
        == "no scores"
    )
    with pytest.raises(InputError):
        compare_campaign([9], ["2025-01-01"], start="2025-03-02", end="2025-03-01")
    with pytest.raises(InputError):
        compare_campaign([9], ["geen datum"], start="2025-03-02", end="2025-03-05")


def test_contradictions_count_among_those_who_said_something():
    scores = [9, 9, 10, 10, 0, 2, 3, 5, None]
    pain = [1, 1, 0, 0, 0, 1, 0, 0, 1]
    delight = [0, 1, 1, 0, 1, 0, 0, 1, 0]
    table = find_contradictions(scores, pain, delight)
    assert table["n"].tolist() == [3, 2]
    assert table["estimate"].tolist() == [pytest.approx(1 / 3), 0.5]
    empty = find_contradictions([8], [1], [0])
    assert empty["estimate"].isna().all()
    assert (empty["note"] == "too few answers").all()


def test_principles_are_shown_beside_the_nps():
    scores, flags = (
        np.array([8, 8, 7, 9, 10, 3, 6, 9]),
        np.array([[1, 0], [1, 0], [0, 0], [0, 1], *[[0, 0]] * 4]),
    )
    table = measure_principles(scores, flags, [("never_top", "flag"), ("never_recommends", "flag")])
    got = table.set_index(["statistic", "theme"])["estimate"]
    assert got["nps_without_flag", "never_top"] == pytest.approx(estimate_nps(scores[2:]).estimate)
    assert got["nps_if_promoters", "never_top"] == pytest.approx(estimate_nps([9, 9, *scores[2:]]).estimate)
    assert got["nps_if_promoters", "never_recommends"] == pytest.approx(estimate_nps(scores).estimate)
    assert table["n_effective"].tolist() == [2, 1, 2, 1]
