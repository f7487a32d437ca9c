"""Twice the worst case takes about twice the time, for every pattern and every step that reads text."""

import re

import growth
import pytest

THIN = 16  # `python benchmarks/reliability.py` tries all
TRIALS = growth.list_trials()


@pytest.mark.parametrize("start", range(4))
def test_double_the_length_takes_about_double_the_time(start):
    slow = [
        f"{name} on {unit!r}"
        for name, work, unit in TRIALS[start :: 4 * THIN]
        if growth.find_growth(work, unit) > growth.MOST
    ]
    assert not slow


def test_all_patterns_are_found():
    patterns = growth.list_patterns()
    assert len(patterns) > 250
    assert "why_nps.text.privacy.shapes._LOOSE_NUMBERS[3][1]" in patterns
    assert len(list(growth.list_wordings())) > 700


@pytest.mark.parametrize("pattern, unit", [(r"\s+x", " "), (r"<[^>]+>", "<"), (r"[\w.+-]+@\w", "a")])
def test_a_pattern_without_a_bound_is_noticed(pattern, unit):
    assert growth.find_growth(growth.search(re.compile(pattern)), unit, 4_000) > growth.MOST
