from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from why_nps import code, explain, read_answers
from why_nps.core import tables
from why_nps.errors import InputError
from why_nps.training import demo


def rows(explained, **wanted):
    table = explained.estimates
    for column, value in wanted.items():
        table = table[table[column] == value]
    return table


@pytest.fixture(scope="module")
def explained(coded):
    return explain(coded, by="branch")


@pytest.fixture(scope="module")
def story():
    return explain(code(read_answers(files("why_nps").joinpath("data", "demo", "demo_export.csv"))))


def test_the_nps_counts_every_scored_answer(explained, coded):
    score = coded.answers.frame["score"].dropna()
    nps = rows(explained, statistic="nps", by="", period="").iloc[0]
    assert nps["estimate"] == pytest.approx(100 * ((score >= 9).mean() - (score <= 6).mean()))
    assert nps["low"] < nps["estimate"] < nps["high"]
    assert nps["n"] == len(score)


def test_contributions_sum_to_the_nps(explained):
    nps = rows(explained, statistic="nps", by="", period="")["estimate"].iloc[0]
    parts = rows(explained, statistic="contribution", by="", period="")["estimate"]
    assert parts.sum() == pytest.approx(nps)


def test_estimates_have_their_declared_form_and_unique_keys(explained):
    estimates = explained.estimates
    assert {c: str(estimates[c].dtype) for c in tables.ESTIMATES.columns} == dict(tables.ESTIMATES.columns)
    assert not estimates.duplicated(list(tables.ESTIMATES.key)).any()
    silent = estimates["estimate"].isna()
    assert (estimates.loc[silent, "note"] != "").all(), "a number that is missing says why"


def test_a_group_below_the_minimum_shows_nothing(coded):
    explained = explain(coded, by="branch", minimum_n=10)
    small = rows(explained, by="branch", group="Urk")
    assert small["estimate"].isna().all()
    assert "Urk" not in set(explained.verbatims["group"])


def test_by_takes_our_names_the_files_names_or_all(coded):
    assert explain(coded, by="Vestiging").segments == ("branch",)
    assert explain(coded, by=["branch", "Medewerker"]).segments == ("branch", "employee")
    assert explain(coded).segments == ("branch", "employee")
    assert explain(coded, by=[]).segments == ()


@pytest.mark.parametrize("wrong", ["provincie", ["branch", "postcode"]])
def test_a_segment_that_was_not_read_is_an_error_that_lists_those_that_were(coded, wrong):
    with pytest.raises(InputError, match="there are: branch, employee"):
        explain(coded, by=wrong)


def test_a_minimum_below_one_is_refused(coded):
    with pytest.raises(InputError, match="at least 1"):
        explain(coded, minimum_n=0)


def test_rates_of_clear_cells_are_those_of_the_answers(story):
    cells = rows(story, statistic="standout")
    clear = cells[(cells["p_adjusted"] < 0.05) & (cells["period"] != "")]
    assert len(clear)
    for cell in clear.head(5).itertuples():
        statistic = "flag_rate" if cell.kind == "flag" else "mention_rate"
        place = {"by": cell.by, "group": cell.group, "period": cell.period}
        rate = rows(story, statistic=statistic, theme=cell.theme, kind=cell.kind, **place).iloc[0]
        assert rate["low"] <= rate["estimate"] <= rate["high"]
        assert rate["estimate"] * rate["n"] == pytest.approx(rate["n_effective"])


def test_the_planted_delivery_story_is_found_and_told(story):
    cells = rows(
        story, statistic="standout", by="branch", group=demo.STORY_BRANCH, theme="delivery", kind="pain"
    )
    clear = cells[(cells["p_adjusted"] < 0.05) & (cells["estimate"] > 0)]
    assert {"2025-K3", "2025-K4"} <= set(clear["period"])
    assert not {"2025-K1", "2025-K2"} & set(clear["period"])
    told = [finding for finding in story.findings() if "Breda" in finding]
    assert any("Levering" in finding and "sinds 2025-K3" in finding for finding in told)
    quoted = story.verbatims[(story.verbatims["group"] == "Breda") & (story.verbatims["theme"] == "delivery")]
    assert len(quoted) >= 3


def test_the_planted_begging_is_found_at_its_employee(story):
    cells = rows(story, statistic="standout", by="employee", theme="begged", kind="flag", period="")
    clear = cells[(cells["p_adjusted"] < 0.05) & (cells["estimate"] > 0)]
    assert clear["group"].tolist() == [demo.BEGGING_EMPLOYEE]


def test_shuffled_answers_give_the_same_explanation(coded, answers, export):
    shuffled = export.assign(id=answers.frame["answer_id"]).sample(frac=1, random_state=5)
    again = explain(code(read_answers(shuffled)), by="branch").estimates
    expected = explain(coded, by="branch").estimates
    key = list(tables.ESTIMATES.key)
    pd.testing.assert_frame_equal(
        again.sort_values(key, ignore_index=True), expected.sort_values(key, ignore_index=True), rtol=1e-9
    )


def frame(scores, texts):
    return pd.DataFrame({"Cijfer": scores, "Toelichting": texts, "Vestiging": ["Ede"] * len(scores)})


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(frame([8], ["Prima geholpen"]), id="one answer"),
        pytest.param(frame([8] * 30, ["Prima geholpen"] * 30), id="every score the same"),
        pytest.param(frame([10] * 30, ["Snelle levering"] * 30), id="all promoters"),
        pytest.param(frame([2, 7] * 20, ["Veel te duur", "Kan beter"] * 20), id="no promoters"),
        pytest.param(frame([2, 9] * 20, [None] * 40), id="no text at all"),
        pytest.param(frame([9, None] * 20, ["nvt", "-"] * 20), id="nothing to code"),
        pytest.param(frame([1, 9] * 20, ["🤬", "👍👍"] * 20), id="emoji"),
        pytest.param(frame([1, 9] * 20, ["خدمة سيئة جدا", "خدمة ممتازة"] * 20), id="Arabic"),
    ],
)
def test_poor_data_gives_an_honest_report(given, tmp_path):
    explained = explain(code(read_answers(given)), minimum_n=1)
    page = explained.report(tmp_path / "rapport.html").read_text(encoding="utf-8")
    explained.tables(tmp_path / "tables")
    text = explained.to_text()
    for shown in (page, text):
        assert "nan" not in shown.lower().split()
        assert "NaN" not in shown
        assert "None" not in shown
    assert np.isfinite(rows(explained, statistic="nps", by="", period="")["low"].iloc[0])
