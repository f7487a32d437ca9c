import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import fisher_exact

from why_nps.stats import find_begged, measure_funnel
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


def test_a_signal_that_is_often_wrong_does_not_hide_another():
    high, size = [41, 23, 18, 12, 58, 9, 30], [50, 40, 30, 25, 60, 20, 55]
    scores = [9 if at < k else 7 for k, n in zip(high, size, strict=True) for at in range(n)]
    units = np.repeat(list("ABCDEFG"), size)
    wrong = np.arange(len(units)) % 4 == 0
    clear = (units == "E") & (np.arange(len(units)) % 10 == 1)
    apart = find_begged(scores, units, np.column_stack([wrong, clear]), by="employee").set_index("group")
    together = find_begged(scores, units, wrong | clear, by="employee").set_index("group")
    assert apart.loc["E", "note"] == "look"
    assert together.loc["E", "note"] == "one signal only"
    assert apart["n_effective"].tolist() == together["n_effective"].tolist()
