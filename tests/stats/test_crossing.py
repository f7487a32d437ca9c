"""Figures per combination are those of its answers alone, and no small combination follows from them."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from why_nps.stats import (
    cross_groups,
    estimate_drivers,
    estimate_groups,
    estimate_groups_by_period,
    estimate_periods,
    estimate_scores,
)
from why_nps.stats.crossing import MOST_GROUPS, MOST_PERIODS

LABELS = [("price", "pain"), ("staff", "delight")]
KEYS = ["group", "other", "period"]


def draw(seed, answers, shape, missing=0.1):
    """Answers with uneven segments and periods, some of them without one."""
    dice = np.random.default_rng(seed)
    frame = pd.DataFrame({"score": dice.integers(0, 11, answers)})
    for name, size in zip(KEYS, shape, strict=True):
        values = dice.choice(size, answers, p=dice.dirichlet(np.ones(size)))
        frame[name] = pd.Series([f"{name[0]}{value:02d}" for value in values])
        frame.loc[dice.random(answers) < missing, name] = None
    return frame, (dice.random((answers, 2)) < 0.2).astype(np.uint8)


def cross(frame, mentions, **more):
    groups = [frame["group"], frame["other"]]
    return cross_groups(frame["score"], mentions, LABELS, groups, frame["period"], **more)


def inside(frame, cell):
    rows = np.ones(len(frame), dtype=bool)
    for name in KEYS:
        if cell[name]:
            rows &= (frame[name] == cell[name]).to_numpy()
    return rows


@pytest.mark.parametrize("weighted", [False, True])
def test_each_combination_has_the_figures_of_its_answers_alone(weighted):
    frame, mentions = draw(1, 2_000, (3, 2, 2))
    weights = np.random.default_rng(2).uniform(0.5, 2, len(frame)) if weighted else None
    found = cross(frame, mentions, weights=weights)
    cells = found[found["statistic"] == "nps"]
    assert (cells[KEYS] != "").all(axis=1).sum() > 5
    for _, cell in cells.iterrows():
        rows = inside(frame, cell)
        own = None if weights is None else weights[rows]
        alone = pd.concat(
            [
                estimate_scores(frame["score"][rows], weights=own),
                estimate_drivers(frame["score"][rows], mentions[rows], LABELS, weights=own),
            ]
        ).set_index(["statistic", "theme", "kind"])
        same = found[(found[KEYS] == cell[KEYS]).all(axis=1)]
        for _, row in same.iterrows():
            expected = alone.loc[(row["statistic"], row["theme"], row["kind"])]
            for name in ("estimate", "low", "high", "n"):
                assert row[name] == pytest.approx(expected[name], abs=1e-9), (row["statistic"], name)


def test_counts_stand_for_answers():
    frame, mentions = draw(3, 300, (3, 2, 2))
    times = np.random.default_rng(4).integers(1, 4, len(frame))
    at = np.repeat(np.arange(len(frame)), times)
    whole = cross(frame.iloc[at].reset_index(drop=True), mentions[at])
    pd.testing.assert_frame_equal(cross(frame, mentions, counts=times), whole)


def other_tables(frame, mentions, minimum_n):
    """Combinations that other tables of the report show."""
    told = {("", "", "")}
    for place, name in ((0, "group"), (1, "other")):
        alone = estimate_groups(frame["score"], mentions, LABELS, frame[name], by=name, minimum_n=minimum_n)
        crossed = estimate_groups_by_period(
            frame["score"], frame[name], frame["period"], by=name, minimum_n=minimum_n
        )
        for table in (alone, crossed):
            rows = table[(table["statistic"] == "nps") & table["estimate"].notna()]
            for group, period in zip(rows["group"], rows["period"], strict=True):
                told.add((group, "", period) if place == 0 else ("", group, period))
    periods = estimate_periods(frame["score"], mentions, LABELS, frame["period"], minimum_n=minimum_n)
    shown = periods[(periods["statistic"] == "nps") & periods["estimate"].notna()]
    return told | {("", "", period) for period in shown["period"]}


def small_that_follow(frame, told, minimum_n):
    """Combinations below the minimum that are a sum of the known ones, by rank of the whole system."""
    filled = frame[KEYS].fillna("?")
    cells = filled.value_counts()
    places = list(cells.index)

    def row(cell):
        return [
            all(not want or want == has for want, has in zip(cell, place, strict=True)) for place in places
        ]

    system = np.array([row(cell) for cell in sorted(told)], dtype=float)
    rank = np.linalg.matrix_rank(system)
    values = [["", *sorted(set(filled[name]))] for name in KEYS]
    follow = set()
    for cell in product(*values):
        line = np.array(row(cell), dtype=float)
        if (
            0 < line @ cells.to_numpy() < minimum_n
            and np.linalg.matrix_rank(np.vstack([system, line])) == rank
        ):
            follow.add(cell)
    return follow


@pytest.mark.parametrize("seed", range(12))
def test_no_small_combination_follows_from_what_is_shown(seed):
    frame, mentions = draw(seed, 150 + 40 * seed, (4, 3, 3), missing=0.05 * (seed % 3))
    told = other_tables(frame, mentions, 10)
    found = cross(frame, mentions)
    shown = set(found.loc[found["statistic"] == "nps", KEYS].itertuples(index=False, name=None))
    assert told <= shown
    assert found["n"].min() >= 10
    assert small_that_follow(frame, shown, 10) == small_that_follow(frame, told, 10)


def test_the_check_itself_finds_what_follows():
    frame, _ = draw(5, 200, (3, 2, 1), missing=0)
    sizes = frame[KEYS].value_counts()
    small = sizes[sizes < 10].index[0]
    told = {("", "", ""), *set(sizes.index) - {small}}
    assert small in small_that_follow(frame, told, 10)


def test_of_many_groups_the_largest_take_part_and_of_many_periods_the_last():
    frame, mentions = draw(6, 9000, (70, 2, 20), missing=0)
    found = cross(frame, mentions)
    groups, periods = (set(found[name]) - {""} for name in ("group", "period"))
    assert len(groups) == MOST_GROUPS
    assert periods == set(sorted(set(frame["period"]))[-MOST_PERIODS:])
    sizes = frame["group"].value_counts()
    assert groups == set(sizes.index[:MOST_GROUPS]) or sizes[list(groups)].min() >= sizes.iloc[MOST_GROUPS]


def test_without_segments_or_dates_there_is_the_whole():
    frame, mentions = draw(7, 60, (3, 2, 2), missing=1)
    found = cross(frame, mentions)
    assert found[KEYS].drop_duplicates().to_numpy().tolist() == [["", "", ""]]
    assert found.loc[found["statistic"] == "nps", "n"].tolist() == [60]
