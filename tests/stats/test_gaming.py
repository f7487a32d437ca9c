import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import fisher_exact

from why_nps.errors import InputError
from why_nps.stats import (
    compare_campaign,
    compare_nps,
    estimate_nps,
    estimate_reversed,
    find_begged,
    find_contradictions,
    measure_funnel,
    measure_principles,
)
from why_nps.stats.estimates import adjust_p

HITS, SIZES = [41, 23, 18, 12, 58, 9, 4, 30], [50, 40, 30, 25, 60, 20, 6, 55]
NAMES = list("ABCDEFGH")


def answers(signals_of):
    """The eight units of the reference; `signals_of` gives each how many of its nines and tens are marked."""
    rows = []
    for name, high, size in zip(NAMES, HITS, SIZES, strict=True):
        marked = signals_of.get(name, 0)
        rows += [(9 if at < high else 7, name, int(at < marked)) for at in range(size)]
    return [list(column) for column in zip(*rows, strict=True)]


def test_reference_funnel():
    funnel = measure_funnel(HITS, SIZES)
    assert sum(HITS) / sum(SIZES) == pytest.approx(0.681818, abs=6e-7)
    assert funnel.p[4] == pytest.approx(3.743e-11, abs=6e-15)
    assert funnel.p[0] == pytest.approx(5.0887e-3, abs=6e-8)
    assert adjust_p(funnel.p)[0] == pytest.approx(0.020355, abs=6e-7)
    assert funnel.phi == pytest.approx(3.747515, abs=6e-7)
    assert funnel.tau == pytest.approx(0.143635, abs=6e-7)
    assert funnel.z[4] == pytest.approx(1.829309, abs=6e-7)


def test_reference_second_signal():
    assert fisher_exact([[14, 44], [9, 128]]).pvalue == pytest.approx(0.001124, abs=6e-7)
    scores, units, signals = answers({"E": 14, "A": 4, "B": 2, "C": 2, "H": 1})
    table = find_begged(scores, units, signals, by="employee", minimum_n=6).set_index("group")
    assert table.loc["E", "note"] == "look"
    assert table.loc["A", "note"] == ""
    assert table.loc["E", "p_adjusted"] < 1e-9
    assert table.loc["E", "n_effective"] == 14


def test_one_signal_names_nobody():
    scores, units, _ = answers({})
    table = find_begged(scores, units, [0] * len(scores), by="employee", minimum_n=6)
    assert table.set_index("group").loc["E", "note"] == "one signal only"
    assert "look" not in set(table["note"])
    scores, units, signals = answers({"F": 6})
    table = find_begged(scores, units, signals, by="employee", minimum_n=6).set_index("group")
    assert table.loc["F", "note"] == "one signal only"


def test_small_units_are_withheld_with_a_second():
    scores, units, signals = answers({"G": 4})
    table = find_begged(scores, units, signals, by="employee", minimum_n=10).set_index("group")
    hidden = table[table["note"] == "suppressed"]
    assert set(hidden.index) == {"F", "G"}
    assert hidden["estimate"].isna().all()
    alone = find_begged([9, 9], ["A", "B"], [0, 0], by="branch")
    assert alone["note"].tolist() == ["suppressed"] * 2


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=9))
def test_a_funnel_is_finite_and_does_not_know_the_order(units):
    hits = np.array([one for one, _ in units])
    sizes = hits + [other + 1 for _, other in units]
    funnel, turned = measure_funnel(hits, sizes), measure_funnel(hits[::-1], sizes[::-1])
    assert np.isfinite(funnel.z).all()
    assert_allclose(turned.z, funnel.z[::-1], atol=1e-9)
    assert ((funnel.p >= 0) & (funnel.p <= 1)).all()


def test_reference_reversed_scale():
    assert estimate_reversed(0.06, usual=0.02, reversed_=0.85) == pytest.approx(0.048193, abs=6e-7)
    assert estimate_reversed(0.01, usual=0.02, reversed_=0.85) == 0
    with pytest.raises(InputError):
        estimate_reversed(0.5, usual=0.6, reversed_=0.5)


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
