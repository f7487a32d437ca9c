"""Stand-outs: planted stories are found, chance is not, p and interval are the textbook ones."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import fisher_exact, hypergeom
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from why_nps.core.tables import ESTIMATES
from why_nps.stats import find_standouts
from why_nps.stats.standouts import _fisher_mid_p


def planted(seed=3, n=8000, labels=86):
    rng = np.random.default_rng(seed)
    branch, quarter = rng.integers(0, 40, n), rng.integers(1, 5, n)
    mentions = (rng.random((n, labels)) < 0.04).astype(np.uint8)
    story = (branch == 7) & (quarter >= 3)
    mentions[story, 5] |= rng.random(story.sum()) < 0.35
    begged = branch == 22
    mentions[begged, 80] |= rng.random(begged.sum()) < 0.25
    names = [(f"theme{i}", "pain") for i in range(80)] + [(f"flag{i}", "flag") for i in range(6)]
    return mentions, names, np.char.add("V", branch.astype(str)), np.char.add("2025-K", quarter.astype(str))


def test_a_planted_story_is_found_and_little_else():
    mentions, labels, branches, quarters = planted()
    table = find_standouts(mentions, labels, branches, by="branch", periods=quarters)
    assert len(table) == (40 + 160) * 86
    found = table[table["p_adjusted"] < 0.05]
    cells = set(zip(found["group"], found["period"], found["theme"], strict=True))
    assert {("V7", "2025-K3", "theme5"), ("V7", "2025-K4", "theme5"), ("V22", "", "flag0")} <= cells
    assert ("V7", "2025-K1", "theme5") not in cells
    true = found["group"].isin(["V7"]) & (found["theme"] == "theme5") | found["group"].isin(["V22"]) & (
        found["theme"] == "flag0"
    )
    assert (~true).sum() <= 2
    assert not table.duplicated(list(ESTIMATES.key)).any()


def test_chance_alone_stands_out_nowhere():
    rng = np.random.default_rng(5)
    mentions = (rng.random((3000, 40)) < 0.05).astype(int)
    labels = [(f"t{i}", "pain") for i in range(40)]
    table = find_standouts(mentions, labels, rng.integers(0, 30, 3000), by="branch")
    assert (table["p_adjusted"] > 0.05).all()


def test_a_row_is_newcombe_and_mid_p():
    rng = np.random.default_rng(6)
    groups = np.repeat(["A", "B", "C"], [40, 60, 100])
    mentions = (rng.random((200, 2)) < np.where(groups == "A", 0.4, 0.2)[:, None]).astype(int)
    table = find_standouts(mentions, [("a", "pain"), ("b", "pain")], groups, by="branch")
    raw = []
    for row in table.itertuples():
        at = {"a": 0, "b": 1}[row.theme]
        mine = groups == row.group
        counts = (mentions[mine, at].sum(), mine.sum(), mentions[~mine, at].sum(), (~mine).sum())
        assert row.estimate == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])
        assert_allclose([row.low, row.high], confint_proportions_2indep(*counts, method="newcomb"), atol=1e-9)
        assert (row.n, row.n_effective) == (counts[1], counts[0])
        cells = [[counts[0], counts[1] - counts[0]], [counts[2], counts[3] - counts[2]]]
        point = hypergeom.pmf(counts[0], 200, counts[0] + counts[2], counts[1])
        sides = [fisher_exact(cells, alternative=side).pvalue - point / 2 for side in ("less", "greater")]
        raw.append(min(1, 2 * min(sides)))
    assert_allclose(table["p_adjusted"], multipletests(raw, method="fdr_bh")[1], rtol=1e-6)


def test_p_is_sound_for_a_million_answers():
    inside, n, total = np.array([300.0, 900.0, 0.0]), np.full(3, 6250.0), np.full(3, 50_000.0)
    p = _fisher_mid_p(inside, n, total, 1_000_000)
    z = (inside - n * 0.05) / np.sqrt(n * 0.05 * 0.95 * (1 - n / 1e6))
    assert p[0] == pytest.approx(2 * 0.2, abs=0.1)
    assert abs(z[0]) < 1
    assert (p[1:] < 1e-60).all()
    assert (p >= 0).all()


def test_small_cells_are_withheld_and_rare_labels_untested():
    groups = np.repeat(["A", "B", "C"], [40, 4, 30])
    mentions = np.zeros((74, 2), dtype=int)
    mentions[::3, 0] = 1
    mentions[:4, 1] = 1
    table = find_standouts(mentions, [("a", "pain"), ("rare", "pain")], groups, by="branch")
    assert set(table.loc[table["note"] == "suppressed", "group"]) == {"B", "C"}
    assert (table.loc[table["note"] == "suppressed", "n"] == 0).all()
    assert set(table["theme"]) == {"a", ""}


def test_a_single_group_has_nothing_to_stand_out_from():
    assert find_standouts([[1]] * 30, [("a", "pain")], ["A"] * 30, by="branch").empty
