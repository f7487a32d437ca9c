"""Proportions and differences against statsmodels."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from why_nps.stats.estimates import adjust_p
from why_nps.stats.intervals import difference_interval, wilson_interval


@pytest.mark.parametrize("count, n", [(0, 10), (3, 10), (10, 10), (1, 1), (37, 12_000)])
def test_wilson_is_that_of_statsmodels(count, n):
    assert_allclose(wilson_interval(count / n, n), proportion_confint(count, n, method="wilson"), atol=1e-12)


def test_wilson_of_nothing_is_missing():
    assert np.isnan(wilson_interval(np.nan, 0)).all()


@pytest.mark.parametrize("a, b", [((7, 20), (5, 40)), ((0, 12), (9, 30)), ((12, 12), (3, 500))])
def test_difference_on_wilson_is_newcombe(a, b):
    shares = [count / n for count, n in (a, b)]
    limits = [wilson_interval(share, n) for share, (_, n) in zip(shares, (a, b), strict=True)]
    expected = confint_proportions_2indep(*a, *b, method="newcomb")
    assert_allclose(difference_interval(shares[0], limits[0], shares[1], limits[1]), expected, atol=1e-10)


def test_adjusted_p_is_that_of_the_reference():
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275]
    p += [0.34, 0.341, 0.384, 0.569, 0.594, 0.696, 0.762, 0.94, 0.942, 0.975, 0.986]
    expected = [0.025, 0.1, 0.21, 0.21, 0.21, 0.25, 0.264286, 0.491071]
    assert_allclose(adjust_p(p)[:8], expected, atol=6e-7)
    assert_allclose(adjust_p([np.nan, *p, np.nan])[1:9], expected, atol=6e-7)
    assert np.isnan(adjust_p([np.nan])).all()
