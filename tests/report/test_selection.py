import numpy as np
import pytest
from tests.report.conftest import PERIODS, row, standout

from why_nps.core.codebook import load_codebook
from why_nps.core.tables import ESTIMATES
from why_nps.report.selection import pick_drivers, pick_groups, pick_standouts, pick_value, rank_drivers


def told(rows):
    return pick_standouts(ESTIMATES.frame(rows))


def run(*periods, p=0.001, difference=0.2):
    rows = [row("nps", 10, 5, period=period) for period in PERIODS]
    for i, period in enumerate(periods):
        rows += standout("branch", "Utrecht", period, "delivery", "pain", difference + i / 100, 0.4, p=p)
    return rows


def test_drivers_are_the_estimates_turned(full):
    drivers = full.drivers().set_index(["theme", "kind"])
    plain = full.estimates[(full.estimates["by"] == "") & (full.estimates["period"] == "")]
    plain = plain.set_index(["statistic", "theme", "kind"])
    for statistic in ("mention_rate", "gap", "impact", "adjusted_effect", "contribution", "promoter_effect"):
        for theme, kind in (("price", "pain"), ("staff", "delight")):
            assert drivers.loc[(theme, kind), statistic] == plain.loc[(statistic, theme, kind), "estimate"]
    assert drivers.loc[("price", "pain"), "p_adjusted"] == 0.002
    assert (
        drivers.loc[("price", "pain"), "adjusted_effect_low"]
        == plain.loc[("adjusted_effect", "price", "pain"), "low"]
    )
    assert drivers.loc[("digital", "tip"), "note"] == "too few mentions"
    assert np.isnan(drivers.loc[("digital", "tip"), "adjusted_effect"])
    assert list(dict.fromkeys(drivers.index.get_level_values(0))) == [
        theme for theme in load_codebook().theme_ids if theme in drivers.index.get_level_values(0)
    ]


def test_drivers_without_estimates_keep_their_columns():
    drivers = pick_drivers(ESTIMATES.frame([]), load_codebook())
    assert drivers.empty
    assert {"theme", "kind", "adjusted_effect", "adjusted_effect_low", "p_adjusted", "note"} <= set(
        drivers.columns
    )


def test_ranking_puts_bare_verdicts_after_reasons(full):
    ranked = rank_drivers(full.drivers(), "pain")["theme"].tolist()
    assert ranked == ["reachability", "delivery", "price", "digital", "billing", "general"]


def test_nps_is_the_overall_row(full):
    assert pick_value(full.estimates, "nps")["estimate"] == 22.4
    assert pick_value(full.estimates, "contribution")["estimate"] == 17.6  # the base, not a theme
    assert pick_value(full.estimates, "unheard") is None


def test_suppressed_groups_come_last(full):
    assert pick_groups(full.estimates, "branch")["group"].tolist() == [
        "Zwolle",
        "Amersfoort",
        "Utrecht",
        "Lelystad",
    ]


@pytest.mark.parametrize(
    "periods, shape, since",
    [
        (("2025-K3", "2025-K4"), "since", "2025-K3"),
        (("2025-K1", "2025-K2"), "between", "2025-K1"),
        (("2025-K2",), "in", "2025-K2"),
        (("2025-K4",), "in", "2025-K4"),
        (PERIODS, "always", "2025-K1"),
        (("2025-K1", "2025-K3", "2025-K4"), "since", "2025-K3"),
    ],
)
def test_runs_of_periods(periods, shape, since):
    table = told(run(*periods))
    assert len(table) == 1
    assert (table["shape"][0], table["since"][0], table["until"][0]) == (shape, since, periods[-1])
    assert table["rate"][0] == 0.4
    assert table["elsewhere"][0] == pytest.approx(0.4 - table["difference"][0])
    assert table["period"][0] == periods[-1]


def test_a_run_of_two_directions_is_not_one_run():
    rows = run("2025-K4") + standout("branch", "Utrecht", "2025-K3", "delivery", "pain", -0.2, 0.1)
    table = told(rows)
    assert (table["shape"][0], table["since"][0]) == ("in", "2025-K4")


def test_what_is_not_significant_is_not_told():
    assert told(run("2025-K3", "2025-K4", p=0.06)).empty


def test_an_ongoing_run_takes_the_place_of_the_whole():
    rows = run("2025-K3", "2025-K4") + standout("branch", "Utrecht", "", "delivery", "pain", 0.1, 0.2)
    assert told(rows)["shape"].tolist() == ["since"]
    rows = run("2025-K2") + standout("branch", "Utrecht", "", "delivery", "pain", 0.1, 0.2)
    assert told(rows)["shape"].tolist() == ["always"]


def test_the_frame_of_the_caller_stays_as_it_is(full):
    before = full.estimates.copy(deep=True)
    full.drivers()
    pick_standouts(full.estimates)
    assert full.estimates.equals(before)
