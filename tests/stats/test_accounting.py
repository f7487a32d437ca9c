import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from why_nps.errors import InputError
from why_nps.stats import divide_r_squared, estimate_drivers, estimate_nps

# R's data set swiss: Fertility, Agriculture, Examination, Education, Catholic, Infant.Mortality.
SWISS = """80.2 17 15 12 9.96 22.2;83.1 45.1 6 9 84.84 22.2;92.5 39.7 5 5 93.4 20.2;85.8 36.5 12 7 33.77 20.3
76.9 43.5 17 15 5.16 20.6;76.1 35.3 9 7 90.57 26.6;83.8 70.2 16 7 92.85 23.6;92.4 67.8 14 8 97.16 24.9
82.4 53.3 12 7 97.67 21;82.9 45.2 16 13 91.38 24.4;87.1 64.5 14 6 98.61 24.5;64.1 62 21 12 8.52 16.5
66.9 67.5 14 7 2.27 19.1;68.9 60.7 19 12 4.43 22.7;61.7 69.3 22 5 2.82 18.7;68.3 72.6 18 2 24.2 21.2
71.7 34 17 8 3.3 20;55.7 19.4 26 28 12.11 20.2;54.3 15.2 31 20 2.15 10.8;65.1 73 19 9 2.84 20
65.5 59.8 22 10 5.23 18;65 55.1 14 3 4.52 22.4;56.6 50.9 22 12 15.14 16.7;57.4 54.1 20 6 4.2 15.3
72.5 71.2 12 1 2.4 21;74.2 58.1 14 8 5.23 23.8;72 63.5 6 3 2.56 18;60.5 60.8 16 10 7.72 16.3
58.3 26.8 25 19 18.46 20.9;65.4 49.5 15 8 6.1 22.5;75.5 85.9 3 2 99.71 15.1;69.3 84.9 7 6 99.68 19.8
77.3 89.7 5 2 100 18.3;70.5 78.2 12 6 98.96 19.4;79.4 64.9 7 3 98.22 20.2;65 75.9 9 9 99.06 17.8
92.2 84.6 3 3 99.46 16.3;79.3 63.1 13 13 96.83 18.1;70.4 38.4 26 12 5.62 20.3;65.7 7.7 29 11 13.79 20.5
72.7 16.7 22 13 11.22 18.9;64.4 17.6 35 32 16.92 23;77.6 37.6 15 7 4.97 20;67.6 18.7 25 7 8.65 19.5
35 1.2 37 53 42.34 18;44.7 46.6 16 29 50.43 18.2;42.8 27.7 22 29 58.33 19.3"""


@pytest.fixture
def swiss():
    rows = [[float(cell) for cell in row.split()] for row in SWISS.replace("\n", ";").split(";")]
    return np.array(rows)


def points(scores):
    return 100.0 * ((scores >= 9) * 1 - (scores <= 6))


def test_lmg_of_swiss_is_that_of_r(swiss):
    shares = divide_r_squared(swiss[:, 1:], swiss[:, 0], method="lmg")
    expected = [0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592]
    assert_allclose(shares, expected, atol=6e-9)
    assert shares.sum() == pytest.approx(0.7067350, abs=6e-8)


def test_reference_shares_of_r_squared(d60):
    lmg = divide_r_squared(d60.mentions, points(d60.scores), method="lmg")
    assert_allclose(lmg, [0.31902153, 0.10730907, 0.02173845, 0.13712351], atol=6e-9)
    assert lmg.sum() == pytest.approx(0.585192569, abs=6e-10)
    johnson = divide_r_squared(d60.mentions, points(d60.scores), method="johnson")
    assert_allclose(johnson, [0.31881772, 0.11015560, 0.02124709, 0.13497216], atol=6e-9)
    table = estimate_drivers(d60.scores, d60.mentions, d60.labels)
    rows = table[table["statistic"] == "relative_weight"]
    assert_allclose(rows["estimate"], johnson, rtol=1e-9)
    assert rows[["std_error", "low", "high", "p_adjusted"]].isna().all(axis=None)
    assert (rows["note"] == "description only").all()


def test_reference_equal_split(d60):
    rows = estimate_drivers(d60.scores, d60.mentions, d60.labels)
    rows = rows[rows["statistic"] == "equal_split"]
    assert_allclose(rows["estimate"], [-5, -14.444444, 6.944444, -4.444444, 10.277778], atol=6e-7)
    x, z = points(d60.scores), d60.mentions
    each = np.column_stack([z.sum(axis=1) == 0, z / np.maximum(z.sum(axis=1), 1)[:, None]]) * x[:, None]
    assert_allclose(rows["std_error"], each.std(axis=0) / np.sqrt(60))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 9999), st.booleans())
def test_an_equal_split_sums_to_the_nps_and_swaps_with_the_labels(seed, weighted):
    rng = np.random.default_rng(seed)
    scores, z = rng.integers(0, 11, 50), rng.random((50, 3)) < 0.3
    weights = rng.uniform(0.2, 3, 50) if weighted else None
    labels = [("a", "pain"), ("b", "pain"), ("c", "tip")]
    table = estimate_drivers(scores, z, labels, weights=weights)
    split = table[table["statistic"] == "equal_split"].set_index(["theme", "kind"])["estimate"]
    assert split.sum() == pytest.approx(estimate_nps(scores, weights=weights).estimate, abs=1e-8)
    other = estimate_drivers(scores, z[:, ::-1], labels[::-1], weights=weights)
    other = other[other["statistic"] == "equal_split"].set_index(["theme", "kind"])["estimate"]
    assert_allclose(other.sort_index(), split.sort_index(), atol=1e-9)


@pytest.mark.parametrize("method", ["lmg", "johnson"])
def test_shares_sum_to_r_squared_and_do_not_know_the_order(method):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(80, 4)) @ rng.normal(size=(4, 4))
    y = x @ [1, 0, -2, 0.5] + rng.normal(size=80)
    shares = divide_r_squared(x, y, method=method)
    assert shares.sum() == pytest.approx(sm.OLS(y, sm.add_constant(x)).fit().rsquared)
    assert_allclose(divide_r_squared(x[:, ::-1], y, method=method), shares[::-1], rtol=1e-8)
    assert (shares >= 0).all()


@pytest.mark.parametrize(
    "x, y, message",
    [
        ([[1, 2], [2, 4], [3, 6]], [1, 2, 4], "combination"),
        ([[1], [1], [1]], [1, 2, 4], "constant"),
        ([[1], [2], [np.nan]], [1, 2, 4], "missing"),
        (np.random.default_rng(0).normal(size=(40, 16)), np.arange(40), "at most 15"),
    ],
)
def test_what_cannot_be_divided_is_refused(x, y, message):
    with pytest.raises(InputError, match=message):
        divide_r_squared(x, y, method="lmg")
