"""An attacker with every published set, and linear algebra: no small set of answers may follow."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from why_nps.stats import (
    estimate_groups,
    estimate_groups_by_period,
    estimate_periods,
    find_disclosing,
    find_standouts,
)
from why_nps.stats.suppression import hide_cells, hide_groups, mark_withheld

MINIMUM = 10


def hide(answers, segments, withheld):
    """Every (by, group, period) that is shown, from what hides groups and cells of one segment."""
    periods = sorted(answers["period"].dropna().unique())
    shown = []
    for by in segments:
        groups = sorted(answers[by].dropna().unique())
        index = [answers[by].fillna("\uffff"), answers["period"].fillna("\uffff")]
        table = pd.crosstab(*index, dropna=False).reindex(
            index=[*groups, "\uffff"], columns=[*periods, "\uffff"], fill_value=0
        )
        told, n = mark_withheld(withheld[by], groups, periods), table.to_numpy()
        cells = hide_cells(n, MINIMUM, told)
        rows = hide_groups(n.sum(axis=1)[:-1], n.sum(axis=1)[-1], MINIMUM, told[:-1, -1])
        columns = hide_groups(n.sum(axis=0)[:-1], n.sum(axis=0)[-1], MINIMUM, told[-1, :-1])
        shown += [(by, group, "") for group, hidden in zip(groups, rows, strict=True) if not hidden]
        shown += [(by, groups[g], periods[t]) for g, t in np.argwhere(~cells)]
    return shown + [("", "", period) for period, hidden in zip(periods, columns, strict=True) if not hidden]


def publish(answers, segments, withheld):
    """Every (by, group, period) of which a figure is told by the functions that estimate."""
    scores, mentions = np.full(len(answers), 9), np.zeros((len(answers), 0))
    limits = {"minimum_n": MINIMUM}
    told = [estimate_periods(scores, mentions, [], answers["period"], **limits, withheld=withheld[""])]
    for by in segments:
        more = {"by": by, "withheld": withheld[by], **limits}
        told += [
            estimate_groups(scores, mentions, [], answers[by], **more),
            estimate_groups_by_period(scores, answers[by], answers["period"], **more),
            find_standouts(
                np.eye(len(answers), 1),
                [("a", "pain")],
                answers[by],
                minimum_mentions=1,
                periods=answers["period"],
                **more,
            ),
        ]
    rows = pd.concat(told)
    rows = rows[rows["estimate"].notna()]
    assert (rows["n"] >= MINIMUM).all()
    return set(rows[["by", "group", "period"]].itertuples(index=False, name=None))


def guard(answers, segments):
    return find_disclosing({by: answers[by] for by in segments}, answers["period"], MINIMUM)


def attack(answers, segments, shown):
    """List the small sets of answers whose sum follows from sums over the shown sets and all answers.

    The attacker knows who is in which group. A set's sum follows where its indicator has no part in the
    null space of the shown ones; sets are tried up to four kinds of answers that are in the same groups.
    """
    kinds = answers.groupby(["period", *segments], dropna=False).size().rename("n").reset_index()
    sizes = kinds["n"].to_numpy()
    sets = [np.ones(len(kinds), bool)]
    for by, group, period in shown:
        wanted = {name: value for name, value in ((by, group), ("period", period)) if value}
        sets.append(np.all([kinds[name] == value for name, value in wanted.items()], axis=0).astype(bool))
    _, strength, right = np.linalg.svd(np.array(sets, float))
    null = right[(strength > 1e-9).sum() :]
    hit = null.T @ np.random.default_rng(1).standard_normal(len(null)) if len(null) else np.zeros(len(kinds))
    few = [at for at in range(len(kinds)) if sizes[at] < MINIMUM][:22]
    return [
        list(chosen)
        for size in range(1, 5)
        for chosen in combinations(few, size)
        if sizes[list(chosen)].sum() < MINIMUM and abs(hit[list(chosen)].sum()) < 1e-7
    ]


@st.composite
def answers_of_groups(draw):
    """Answers in branches of regions, asked through channels in quarters, some without one or other."""
    branches, regions, channels, quarters = (draw(st.integers(1, most)) for most in (5, 3, 3, 3))
    of_region = [f"R{draw(st.integers(1, regions))}" for _ in range(branches)]
    rows = []
    for _ in range(draw(st.integers(1, 16))):
        branch = draw(st.integers(0, branches))
        row = {
            "branch": f"B{branch}" if branch else None,
            "region": of_region[branch - 1] if branch else draw(st.sampled_from([None, *of_region])),
            "channel": draw(st.sampled_from([None, *(f"C{at}" for at in range(channels))])),
            "period": draw(st.sampled_from([None, *(f"2025-K{at + 1}" for at in range(quarters))])),
        }
        rows += [row] * draw(st.sampled_from([1, 2, 3, 5, 8, 10, 11, 15, 25, 60]))
    rows += [rows[0]] * max(0, MINIMUM - len(rows))
    return pd.DataFrame(rows).astype("str")


SEGMENTS = ["region", "branch", "channel"]


def count(**sizes):
    rows = [(*name.split("_"), None)[:3] for name, size in sizes.items() for _ in range(size)]
    return pd.DataFrame(rows, columns=["region", "branch", "period"]).assign(channel=None).astype("str")


NESTED = count(N_A=25, N_B=15, N_C=3, S_D=22, S_E=8)
IN_A_QUARTER = count(
    N_A_K1=20, N_B_K1=14, N_C_K1=3, N_A_K2=30, N_B_K2=30, N_C_K2=15, S_D_K1=3, S_E_K1=4, S_D_K2=30
)


@settings(max_examples=50, deadline=None)
@example(NESTED)
@example(IN_A_QUARTER)
@given(answers_of_groups())
def test_no_small_set_of_answers_follows_from_all_segments_together(answers):
    shown = hide(answers, SEGMENTS, guard(answers, SEGMENTS))
    assert attack(answers, SEGMENTS, shown) == []


@pytest.mark.parametrize("answers", [NESTED, IN_A_QUARTER])
def test_the_attack_succeeds_where_segments_are_looked_at_one_by_one(answers):
    alone = dict.fromkeys(["", *SEGMENTS], ())
    assert attack(answers, SEGMENTS, hide(answers, SEGMENTS, alone))


@pytest.mark.parametrize("answers", [NESTED, IN_A_QUARTER])
def test_what_is_estimated_is_what_may_be_shown(answers):
    withheld = guard(answers, SEGMENTS)
    assert publish(answers, SEGMENTS, withheld) == set(hide(answers, SEGMENTS, withheld))
