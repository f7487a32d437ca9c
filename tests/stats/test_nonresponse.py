import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import norm

from why_nps.errors import InputError
from why_nps.stats import (
    bound_nps,
    estimate_drivers,
    estimate_nps,
    estimate_rates_if_alike,
    find_straightliners,
    weight_text_back,
)


@pytest.mark.parametrize(
    "options, expected",
    [
        ({"response_rate": 0.18}, (-76.24, 87.76)),
        ({"response_rate": 0.60}, (-20.8, 59.2)),
        ({"response_rate": 0.18, "largest_difference": 20}, (15.6, 48.4)),
    ],
)
def test_reference_bounds(options, expected):
    bounds = bound_nps(32, **options)
    assert (bounds.low, bounds.high) == pytest.approx(expected)


def test_reference_of_imbens_and_manski():
    bounds = bound_nps(32, 0.98, std_error=4.115823)
    assert_allclose([bounds.interval_low, bounds.interval_high], [22.574318, 40.145682], atol=6e-7)


@given(st.floats(-100, 100), st.floats(0.01, 1), st.floats(0.1, 20))
def test_bounds_hold_the_nps_and_intervals_the_bounds(nps, rate, error):
    bounds = bound_nps(nps, rate, std_error=error)
    assert bounds.interval_low <= bounds.low <= nps + 1e-9
    assert nps - 1e-9 <= bounds.high <= bounds.interval_high
    if rate == 1:
        assert bounds.high - bounds.low == pytest.approx(0)
        assert bounds.interval_high - nps == pytest.approx(norm.ppf(0.975) * error)


def test_the_nps_of_those_with_text_weighted_back_is_that_of_all():
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 11, 300)
    spoke = rng.random(300) < np.where(scores <= 6, 0.8, 0.3)
    weights = weight_text_back(scores, spoke)
    kept = weights > 0
    assert estimate_nps(scores[kept], weights=weights[kept]).estimate == pytest.approx(
        estimate_nps(scores).estimate
    )
    assert weights.sum() == pytest.approx(300)
    assert not weights[~spoke].any()


def test_rates_if_alike_are_rates_within_each_class_put_together():
    rng = np.random.default_rng(1)
    scores = rng.integers(0, 11, 400)
    spoke = rng.random(400) < 0.5
    z = (rng.random((400, 1)) < 0.4) & spoke[:, None]
    table = estimate_rates_if_alike(scores, z, [("a", "pain")], spoke)
    classes = np.digitize(scores, [6.5, 8.5])
    expected = sum((classes == c).mean() * z[spoke & (classes == c), 0].mean() for c in range(3))
    assert table["estimate"].item() == pytest.approx(expected)
    everyone = estimate_rates_if_alike(scores, z, [("a", "pain")], np.ones(400))
    rate = estimate_drivers(scores, z, [("a", "pain")]).iloc[0]
    assert_allclose(
        everyone[["estimate", "low", "high"]].iloc[0].astype(float),
        rate[["estimate", "low", "high"]].astype(float),
    )


def test_straightliners():
    items = [[8, 8, 8, 8], [8, 8, None, 8], [8, 8, None, None], [1, 2, 3, 4], [None] * 4]
    assert find_straightliners(items).tolist() == [True, True, False, False, False]
    with pytest.raises(InputError, match="numbers or missing"):
        find_straightliners([["goed", "slecht", "matig"]])


@pytest.mark.parametrize("wrong", [{"nps": 120, "response_rate": 0.5}, {"nps": 0, "response_rate": 0}])
def test_impossible_rates_are_refused(wrong):
    with pytest.raises(InputError):
        bound_nps(**wrong)
