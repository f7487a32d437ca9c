import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from why_nps.errors import InputError
from why_nps.stats import compare_nps, decompose_change

LABELS = [("a", "pain"), ("b", "pain"), ("c", "delight")]


def column(table, statistic, name="estimate"):
    return table[table["statistic"] == statistic][name].to_numpy()


def drawn(seed, n=200, rates=(0.3, 0.4, 0.3)):
    rng = np.random.default_rng(seed)
    z = (rng.random((n, 3)) < rates).astype(int)
    return np.clip(np.round(7 + z @ [-3, -1, 2] + 2 * rng.normal(size=n)), 0, 10), z


def test_reference(d60, d50):
    table = decompose_change((d60.scores, d60.mentions), (d50.scores, d50.mentions), d60.labels)
    assert column(table, "change") == pytest.approx(-3.333333, abs=6e-7)
    assert column(table, "change_by_baseline") == pytest.approx(-12.577838, abs=6e-7)
    assert_allclose(column(table, "change_by_rate"), [7.614138, -1.156668, 0.127321, 0.836683], atol=6e-7)
    assert_allclose(column(table, "change_by_effect"), [11.345069, 3.691171, -6.938581, -6.274629], atol=6e-7)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 9999), st.booleans())
def test_parts_sum_to_the_change_and_turn_with_the_order(seed, weighted):
    before, after = drawn(seed, 70), drawn(seed + 1, 50)
    weights = tuple(np.random.default_rng(seed).uniform(0.4, 2, len(s)) for s, _ in (before, after))
    table = decompose_change(before, after, LABELS, weights=weights if weighted else None)
    parts = table[~table["statistic"].isin(["change", "change_by_label"])]
    assert parts["estimate"].sum() == pytest.approx(column(table, "change")[0], abs=1e-8)
    both = column(table, "change_by_rate") + column(table, "change_by_effect")
    assert_allclose(column(table, "change_by_label"), both, atol=1e-8)
    back = decompose_change(after, before, LABELS, weights=weights[::-1] if weighted else None)
    assert_allclose(back["estimate"], -table["estimate"], atol=1e-8)
    assert_allclose(back["std_error"], table["std_error"], rtol=1e-7, atol=1e-9)
    told = parts[parts["note"] == ""]
    assert np.isfinite(told[["estimate", "low", "high"]].to_numpy()).all()


def test_the_change_is_that_of_the_two_scores():
    before, after = drawn(1), drawn(2)
    row = decompose_change(before, after, LABELS).iloc[0]
    alone = compare_nps(after[0], before[0])
    assert_allclose(row[["estimate", "low", "high"]].astype(float), [alone.estimate, alone.low, alone.high])


def test_standard_errors_agree_with_the_bootstrap():
    before, after = drawn(3, 300), drawn(4, 250, (0.2, 0.6, 0.4))
    rng, found = np.random.default_rng(0), []
    for _ in range(150):
        parts = []
        for scores, z in (before, after):
            at = rng.integers(0, len(scores), len(scores))
            parts.append((scores[at], z[at]))
        found.append(decompose_change(*parts, LABELS)["estimate"])
    table = decompose_change(before, after, LABELS)
    assert_allclose(table["std_error"], np.std(found, axis=0), rtol=0.25)


def test_a_label_of_one_period_alone_stays_in_the_baseline():
    before, after = drawn(5), drawn(6)
    after[1][:, 0] = 0
    table = decompose_change(before, after, LABELS)
    assert column(table, "change_by_rate", "note").tolist() == ["too few mentions in either period", "", ""]
    assert np.isnan(column(table, "change_by_effect")[0])
    total = table.loc[~table["statistic"].isin(["change", "change_by_label"]), "estimate"].sum()
    assert total == pytest.approx(column(table, "change")[0])


def test_twins_and_empty_periods_are_said():
    before, after = drawn(7), drawn(8)
    twins = [(scores, np.column_stack([z, z[:, 0]])) for scores, z in (before, after)]
    table = decompose_change(*twins, [*LABELS, ("d", "pain")])
    assert (
        column(table, "change_by_rate", "note")[[0, 3]].tolist()
        == ["cannot be told apart from other labels"] * 2
    )
    empty = decompose_change(([None], [[0, 0, 0]]), after, LABELS)
    assert empty["note"].tolist() == ["no scores"]
    with pytest.raises(InputError):
        decompose_change(([11], [[0, 0, 0]]), after, LABELS)
