"""NPS: reference numbers, brute force and coverage by enumeration."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import multinomial

from why_nps.errors import InputError
from why_nps.stats import adjusted_wald_interval, compare_nps, estimate_nps, tango_interval

COUNTS = [(12, 8, 10), (3, 10, 37), (0, 0, 10), (0, 10, 0)]
WEIGHTED = [10, 9, 0, 6, 7, 8, 10, 3, 9, 5, 10, 8]
WEIGHTS = [1.2, 0.8, 2, 1.5, 0.7, 1, 1, 2.2, 0.5, 1.1, 0.9, 1.3]
SCORES = st.lists(st.integers(0, 10), min_size=1, max_size=40)


def scores_of(detractors, passives, promoters):
    return [3] * detractors + [7] * passives + [10] * promoters


@pytest.mark.parametrize(
    "counts, tango, wald",
    [
        (COUNTS[0], (-0.353922, 0.233369), (-0.347780, 0.226568)),
        (COUNTS[1], (0.479031, 0.807848), (0.477420, 0.805599)),
        (COUNTS[2], (0.444934, 1), (0.475036, 1)),
        (COUNTS[3], (-0.277533, 0.277533), (-0.184650, 0.184650)),
    ],
)
def test_limits_are_those_of_the_reference(counts, tango, wald):
    assert_allclose(tango_interval(*counts), tango, atol=6e-7)
    assert_allclose(adjusted_wald_interval(*counts), wald, atol=6e-7)


def test_the_data_sets_have_the_known_nps(d60, d50):
    assert estimate_nps(d60.scores).estimate == pytest.approx(-6.666667, abs=6e-7)
    assert estimate_nps(d50.scores).estimate == pytest.approx(-10)


def test_finite_population_is_that_of_the_reference():
    scores = scores_of(*COUNTS[0])
    assert estimate_nps(scores).std_error == pytest.approx(15.5873, abs=6e-5)
    found = estimate_nps(scores, population=100)
    assert_allclose([found.std_error, found.low, found.high], [13.264189, -31.179342, 18.772847], atol=6e-7)


def test_weighted_is_that_of_the_reference():
    found = estimate_nps(WEIGHTED, weights=WEIGHTS)
    got = [found.estimate, found.std_error, found.n_effective, found.low, found.high]
    assert_allclose(got, [-16.901408, 27.758355, 9.043422, -62.100468, 37.476820], atol=6e-7)


def test_difference_is_that_of_the_reference():
    found = compare_nps(scores_of(395, 476, 291), scores_of(*COUNTS[0]))
    assert_allclose([found.low, found.high], [-32.6031, 26.7779], atol=6e-5)
    assert found.estimate == pytest.approx(100 * (291 - 395) / 1162 + 100 * 2 / 30)


@pytest.mark.parametrize("counts", [(4, 3, 5), (1, 0, 9), (0, 3, 2), (2.5, 1.5, 3.25)])
def test_tango_is_where_the_likelihood_score_is_z(counts):
    # Independent: maximise the trinomial likelihood under p - d = delta on a grid, no quadratic.
    d, s, p = counts
    n = d + s + p
    for limit in tango_interval(*counts):
        if abs(limit) == 1:
            continue
        q = np.linspace(max(0, -limit), (1 - limit) / 2, 400_001)[1:-1]  # share of detractors
        likelihood = d * np.log(q) + p * np.log(q + limit) + s * np.log1p(-2 * q - limit)
        best = q[likelihood.argmax()]
        score = (p - d - n * limit) / np.sqrt(n * (2 * best + limit - limit**2))
        assert abs(score) == pytest.approx(1.959964, abs=2e-4)


def test_tango_covers_at_n_10():
    grid = [(d, s, 10 - d - s) for d in range(11) for s in range(11 - d)]
    low, high = tango_interval(*np.transpose(grid))
    for shares in [(0.2, 0.3, 0.5), (0.1, 0.1, 0.8), (0.02, 0.08, 0.9), (0.5, 0.3, 0.2)]:
        holds = (low <= shares[2] - shares[0]) & (shares[2] - shares[0] <= high)
        assert multinomial.pmf(grid, 10, shares)[holds].sum() >= 0.926


@settings(deadline=None)
@given(SCORES)
def test_interval_holds_the_estimate_and_has_width(scores):
    for interval in ("tango", "adjusted_wald"):
        found = estimate_nps(scores, interval=interval)
        assert -100 <= found.low <= found.high <= 100
        assert found.high - found.low > 1
    tango = estimate_nps(scores)
    assert tango.low - 1e-9 <= tango.estimate <= tango.high + 1e-9


@settings(deadline=None)
@given(SCORES, st.floats(0.01, 100), st.randoms(use_true_random=False))
def test_equal_weights_and_order_change_nothing(scores, weight, random):
    shuffled = random.sample(scores, len(scores))
    assert estimate_nps(shuffled, weights=[weight] * len(scores)) == estimate_nps(scores)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10), st.floats(0.1, 10)), min_size=1, max_size=30), st.floats(0.01, 100)
)
def test_weights_matter_by_their_ratios_only(pairs, factor):
    scores, weights = zip(*pairs, strict=True)
    one, other = (estimate_nps(scores, weights=np.array(weights) * by) for by in (1, factor))
    got, expected = ([e.estimate, e.std_error, e.low, e.high] for e in (other, one))
    assert_allclose(got, expected, atol=1e-6)
    assert one.high > one.low
    assert 0 <= one.n_effective <= one.n


def test_missing_scores_are_left_out_whatever_they_are():
    expected = estimate_nps([10, 3, 9])
    assert expected.n == 3
    for scores in (
        [10, None, 3, 9],
        pd.Series([10, pd.NA, 3, 9], dtype="Int64"),
        np.array([10, np.nan, 3, 9]),
    ):
        assert estimate_nps(scores) == expected
    assert estimate_nps([10, None, 3, 9], weights=[1, np.nan, 1, 1]) == expected


def test_no_scores_are_said_to_be_none():
    for found in (estimate_nps([]), estimate_nps([None, np.nan]), compare_nps([10], [])):
        assert np.isnan(found.estimate)
        assert np.isnan(found.low)
        assert found.note == "no scores"
    assert compare_nps([10], []).n == 1


@pytest.mark.parametrize(
    "scores, options, message",
    [
        ([11, 3], {}, "whole numbers from 0 to 10"),
        ([-1], {}, "whole numbers"),
        ([8.5], {}, "whole numbers"),
        ([np.inf], {}, "whole numbers"),
        (["ten"], {}, "scores must be numbers"),
        ([True, False], {}, "booleans"),
        ([9, 3], {"weights": [1, 0]}, "positive"),
        ([9, 3], {"weights": [1, -1]}, "positive"),
        ([9, 3], {"weights": [1, None]}, "positive"),
        ([9, 3], {"weights": [1]}, "one value per answer"),
        ([9, 3], {"population": 2}, "larger than"),
        ([9, 3], {"population": 9, "weights": [1, 2]}, "together with weights"),
        ([9, 3], {"interval": "wald"}, "'tango' or 'adjusted_wald'"),
    ],
)
def test_what_cannot_be_used_is_said(scores, options, message):
    with pytest.raises(InputError, match=message):
        estimate_nps(scores, **options)


def test_one_answer_and_a_very_large_number_have_honest_limits():
    one = estimate_nps([10])
    assert (one.estimate, one.n, one.high) == (100, 1, 100)
    assert one.low < 0
    low, high = tango_interval(2e8, 3e8, 5e8)
    wald = 1.959964 * np.sqrt((0.7 - 0.09) / 1e9)
    assert_allclose([0.3 - low, high - 0.3], [wald, wald], rtol=1e-4)


def wave_of(points):
    return [{100: 10, 0: 8, -100: 2}[one] for one in points]


WAVE_1 = wave_of([100, 100, 0, -100, 0, 100, -100, 0, 100, 100])
WAVE_2 = wave_of([100, 0, 0, -100, 100, 100, 0, -100, 100, 0, 100, -100])
PEOPLE = (range(10), [*range(6), *range(20, 26)])


def test_reference_of_overlapping_waves():
    shared = compare_nps(WAVE_1, WAVE_2, respondents=PEOPLE)
    assert shared.estimate == pytest.approx(13.333333, abs=6e-7)  # the reference is wave 2 - wave 1
    assert compare_nps(WAVE_2, WAVE_1, respondents=PEOPLE[::-1]).estimate == pytest.approx(
        -13.333333, abs=6e-7
    )
    assert shared.std_error == pytest.approx(28.141059, abs=6e-7)
    nobody = compare_nps(WAVE_1, WAVE_2, respondents=(range(10), range(20, 32)))
    assert nobody.std_error == pytest.approx(35.476554, abs=6e-7)
    apart = compare_nps(WAVE_1, WAVE_2)
    assert (nobody.low, nobody.high) == pytest.approx((apart.low, apart.high))
    assert apart.low < shared.low < shared.high < apart.high


def test_the_same_answers_twice_differ_by_nothing_but_the_interval_has_a_width():
    twice = compare_nps(WAVE_1, WAVE_1, respondents=(PEOPLE[0], PEOPLE[0]))
    assert twice.estimate == 0
    assert twice.std_error == pytest.approx(0, abs=1e-6)
    assert twice.low < 0 < twice.high


@pytest.mark.parametrize("people", [(range(9), PEOPLE[1]), ([0] * 10, PEOPLE[1])])
def test_respondents_that_do_not_fit_are_refused(people):
    with pytest.raises(InputError, match="each person once"):
        compare_nps(WAVE_1, WAVE_2, respondents=people)
