import numpy as np
import pytest
from numpy.testing import assert_allclose

from why_nps.errors import InputError
from why_nps.stats import chart_control, find_change_points

MONTHS = np.array(
    [
        (22, 31, 47), (25, 33, 42), (18, 30, 44), (24, 36, 50), (20, 29, 41), (26, 34, 48), (21, 33, 45),
        (19, 28, 40), (27, 35, 52), (23, 32, 46), (31, 33, 36), (34, 35, 38), (29, 30, 33), (36, 34, 40),
        (30, 31, 37), (33, 32, 35),
    ]
)  # fmt: skip
NAMES = [f"{month:02d}" for month in range(1, 17)]


def test_reference_control_chart():
    table = chart_control(MONTHS, NAMES, baseline=10)
    chart = {name: part.reset_index() for name, part in table.groupby("statistic")}
    first = chart["control"].iloc[0]
    assert_allclose([first["low"], first["high"]], [-0.769002, 46.723048], atol=6e-7)
    assert (first["low"] + first["high"]) / 2 == pytest.approx(22.977023, abs=6e-7)
    n = MONTHS[0].sum()
    assert first["std_error"] ** 2 * n == pytest.approx(6265.263208, abs=6e-7)
    assert (chart["control"]["note"] == "").all()
    for name in ("ewma", "cusum_down"):
        signals = chart[name].loc[chart[name]["note"] != "", "period"]
        assert signals.iloc[0] == "13"
    assert (chart["cusum_up"]["note"] == "").all()


def test_reference_change_point():
    table = find_change_points(MONTHS, NAMES, draws=1999)
    first = table.iloc[0]
    assert first["period"] == "10"
    assert first["estimate"] == pytest.approx(20.415404, abs=6e-7)
    assert first["p_adjusted"] == pytest.approx(0.0005, abs=1e-9)
    assert (table["note"].iloc[1:] == "not distinguishable").all()


def test_the_best_split_is_the_largest_ratio_of_all():
    from scipy.stats import chi2_contingency

    rng = np.random.default_rng(4)
    counts = rng.multinomial(80, [0.3, 0.3, 0.4], size=9)
    ratios = []
    for at in range(1, 9):
        table = np.array([counts[:at].sum(axis=0), counts[at:].sum(axis=0)])
        ratios.append(chi2_contingency(table, lambda_="log-likelihood", correction=False).statistic)
    row = find_change_points(counts, NAMES[:9], draws=99).iloc[0]
    assert row["estimate"] == pytest.approx(max(ratios))
    assert row["period"] == NAMES[int(np.argmax(ratios))]


def test_bootstrap_p_is_uniform_where_nothing_changes():
    rng = np.random.default_rng(1)
    found = [
        find_change_points(rng.multinomial(60, [0.2, 0.3, 0.5], size=8), NAMES[:8], draws=99)[
            "p_adjusted"
        ].iloc[0]
        for _ in range(150)
    ]
    assert 0.01 <= np.mean(np.array(found) < 0.05) <= 0.11
    assert 0.4 < np.mean(found) < 0.6


def test_two_changes_are_found():
    counts = [[20, 30, 50]] * 5 + [[50, 30, 20]] * 5 + [[10, 20, 70]] * 5
    table = find_change_points(counts, NAMES[:15], draws=199)
    assert sorted(table.loc[table["note"] == "signal", "period"]) == ["05", "10"]


def test_one_period_has_no_change_point():
    assert find_change_points([[1, 2, 3]], ["01"]).empty


@pytest.mark.parametrize(
    "counts, baseline, message",
    [
        ([[1, 2], [3, 4]], 2, "shape"),
        ([[1, 2, 3], [0, 0, 0]], 2, "each period"),
        ([[1, 2, -3], [1, 0, 0]], 2, "negative"),
        ([[0, 0, 9], [0, 0, 9]], 2, "no usual variation"),
        ([[1, 2, 3], [1, 2, 3]], 1, "between 2 and"),
    ],
)
def test_counts_that_cannot_be_charted_are_refused(counts, baseline, message):
    with pytest.raises(InputError, match=message):
        chart_control(counts, NAMES[: len(counts)], baseline=baseline)
