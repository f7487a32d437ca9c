"""What changed between the periods of real answers, against the same worked out by other ways."""

import numpy as np
import pandas as pd
import pytest

from why_nps import code, explain, read_answers
from why_nps.report.steps import pick_change, pick_whole_change
from why_nps.stats import compare_nps

WAVES = {"2025-02-01": (9, 9, 10, 3, 8), "2025-05-01": (8, 8, 9, 7, 2), "2025-08-01": (9, 2, 4, 3, 8)}


def explain_waves(days):
    rows = [
        {"Cijfer": score, "Toelichting": "Prima", "Datum": day}
        for day in days
        for score in WAVES[day] * (20 if day != "2025-08-01" else 13)
    ]
    return explain(code(read_answers(pd.DataFrame(rows))))


@pytest.mark.parametrize("days", [list(WAVES), list(WAVES)[1:]])
def test_the_change_since_the_first_period_is_that_of_its_two_samples(days):
    explained = explain_waves(days)
    first, last = WAVES[days[0]] * 20, WAVES[days[-1]] * 13
    expected = compare_nps(np.array(last), np.array(first))
    change = pick_whole_change(explained)
    told = (change.points, change.low, change.high)
    assert told == pytest.approx((expected.estimate, expected.low, expected.high))
    assert (change.n_before, change.n_after) == (100, 65)
    assert (pick_change(explained) == change) == (len(days) == 2)


def test_two_waves_are_told_of_once(tmp_path):
    page = explain_waves(list(WAVES)[1:]).report(tmp_path / "r.html", language="en").read_text("utf-8")
    section = page[page.index('id="time"') : page.index('id="tips"')]
    assert "Latest change" in section
    assert "The NPS is lower in" not in section
    longer = explain_waves(list(WAVES)).report(tmp_path / "r.html", language="en").read_text("utf-8")
    assert "The NPS is lower in 2025-Q3 than in 2025-Q1" in longer[longer.index('id="time"') :]


def test_contradictions_are_quoted_and_only_they():
    said = {"Veel te duur": 10, "Pakket kwam te laat": 9, "Vriendelijke medewerkers": 10, "Te duur": 8}
    said |= {"Snelle levering": 2, "Erg vriendelijk geholpen": 3, "De app werkt niet": 1, "Fijne winkel": 4}
    said |= {"Vriendelijk personeel, maar veel te duur": 9}
    rows = [{"Cijfer": score, "Toelichting": text} for text, score in said.items()] * 5
    explained = explain(code(read_answers(pd.DataFrame(rows))))
    quoted = explained.verbatims[explained.verbatims["kind"] == "doubt"]
    told = {name: set(part["text"]) for name, part in quoted.groupby("theme")}
    assert told == {
        "pain_only_promoters": {"Veel te duur", "Pakket kwam te laat"},
        "delight_only_detractors": {"Snelle levering", "Erg vriendelijk geholpen"},
    }
    counted = explained.estimates.set_index("statistic")["n_effective"]
    assert counted[list(told)].tolist() == [10, 10]
