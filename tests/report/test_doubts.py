"""Change, correction and sensitivity in words: nothing is calculated here, and nobody is accused."""

from dataclasses import replace

import pandas as pd
import pytest
from tests.report.conftest import verbatim

from why_nps.core.crossing import Crossing
from why_nps.core.tables import ESTIMATES, VERBATIMS
from why_nps.report.doubts import board_corrected, board_step, is_corrected, list_doubts, word_step
from why_nps.report.page import render_page
from why_nps.report.quotes import Quotes
from why_nps.report.sections import board_drivers, board_groups, list_begged
from why_nps.report.wording import load_wording


def add(explanation, build, **more):
    """The same explanation with one more estimate for each statistic of `more`."""
    blank = {name: "" for name, dtype in ESTIMATES.columns.items() if dtype == "str"}
    rows = explanation.estimates.to_dict(orient="records")
    rows += [{**blank, "statistic": name, "n": 200, **values} for name, values in more.items()]
    return build(rows)


@pytest.fixture
def nl():
    return load_wording("nl")


@pytest.fixture
def corrected(full, build):
    at = {"theme": "delivery", "kind": "pain"}
    return add(
        full,
        build,
        corrected_rate={**at, "estimate": 0.18, "low": 0.15, "high": 0.22},
        corrected_effect={**at, "note": "too few labels"},
    )


def test_the_latest_step_says_first_whether_there_is_a_change(full, nl):
    change, needed, shift = (line.replace("\xa0", " ") for line in word_step(full, nl))
    assert "of de NPS van 2025-K4 verschilt van die van 2025-K3 is niet aangetoond" in change
    assert "−6; −15 tot +3" in change
    assert "ongeveer 3.194 antwoorden per periode" in needed
    assert "na 2025-K2" in shift


def test_a_contradiction_has_its_answers_behind_it(full, nl):
    text = "Pakket kwam drie weken te laat"
    quoted = verbatim("pain_only_promoters", "doubt", 1, text, 10, "")
    told = list_doubts(replace(full, verbatims=VERBATIMS.frame([quoted])), nl)
    (doubt,) = [one for one in told if "alleen pijnpunten" in one.text]
    assert [(quote.after, quote.score) for quote in doubt.quotes] == [(text, "cijfer 10")]
    assert doubt.about == "9 of 10, met alleen pijnpunten · twijfel"


def test_a_clear_step_is_said(full, build, nl):
    rows = full.estimates.copy()
    rows.loc[rows["statistic"] == "change", "high"] = -1.0
    told = word_step(build(rows.to_dict(orient="records")), nl)[0]
    assert "verschilt van die van" in told
    assert "niet aangetoond" not in told


def test_the_board_of_the_step_adds_up(full, nl):
    board = board_step(full, nl)
    assert [line.label for line in board.lines] == [
        "Levering & bezorging (pijnpunt)",
        "Medewerkers (pluspunt)",
        "Basis en overige thema's",
    ]
    totals = [float(line.cells[0].replace("−", "-").replace(",", ".")) for line in board.lines]
    assert sum(totals) == pytest.approx(-6)
    assert [line.ends for line in board.lines] == [
        ("−9,0 tot −3,0", "−7,0 tot −3,0", "−3,0 tot +1,0"),
        ("−4,0 tot +2,0", "−1,5 tot +2,5", "−3,5 tot +0,5"),
        ("−4,0 tot +6,0", "", ""),
    ]


def test_a_step_has_the_answers_of_its_period_behind_it(full, nl):
    places = pd.DataFrame({"answer_id": ["deliverypain2"], "group": "", "other": "", "period": "2025-K4"})
    crossing = Crossing(
        ("branch",), pd.DataFrame({"statistic": [], "group": [], "other": [], "period": []}), places
    )
    delivery, staff, rest = board_step(replace(full, crossing=crossing), nl).lines
    assert [quote.mention for quote in delivery.quotes] == ["Bank kapot bezorgd"]
    assert len(staff.quotes) == 2  # of no known period, so all
    assert rest.quotes == ()
    assert len(board_step(full, nl).lines[0].quotes) == 3
    low = Quotes(replace(full, crossing=crossing), nl).of_scores(0, 6)
    assert {quote.score for quote in low} <= {f"cijfer {score}" for score in range(7)}
    assert [quote.mention for quote in low if quote.also] == ["verkeerde bezorgdatum"]  # of Utrecht alone


def test_without_periods_nothing_is_said_of_a_step(build, nl):
    empty = build([])
    assert word_step(empty, nl) == []
    assert board_step(empty, nl).lines == ()
    assert list_doubts(empty, nl) == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_doubts_are_prompts(full, language):
    page = render_page(full, language=language).replace("\xa0", " ")
    told = [doubt.text.replace("\xa0", " ") for doubt in list_doubts(full, load_wording(language))]
    assert len(told) == 4
    for line in told:
        assert line.split("‘")[0].split("'")[0] in page
    words = " ".join(told).lower()
    for accusation in ("fraud", "vals", "schuld", "cheat", "gelogen"):
        assert accusation not in words


def test_corrected_figures_stand_beside_those_found(corrected, nl):
    assert is_corrected(corrected)
    (line,) = board_corrected(corrected, nl).lines
    cells = [cell.replace("\xa0", " ") for cell in line.cells]
    assert cells == ["14 %", "18 % (15 tot 22 %)", "−47", "te weinig met de hand gecodeerd"]
    page = render_page(corrected)
    assert nl.say("reading.uncorrected") not in page
    assert "Gecorrigeerd voor fouten van het model" in page
    assert "Gecorrigeerd" in corrected.to_text()


def test_without_a_sample_the_report_says_uncorrected(full, nl):
    assert not is_corrected(full)
    assert nl.say("reading.uncorrected") in render_page(full)


def test_drivers_show_the_chance_of_a_promoter_and_of_a_detractor(full, nl):
    delight, pain = (board_drivers(full, nl, kind) for kind in ("delight", "pain"))
    assert "kans op promotor" in " ".join(delight.heads).lower()
    assert {line.label: line.cells[3] for line in delight.lines}["Medewerkers"] == "+19"
    assert {line.label: line.cells[3] for line in pain.lines}["Levering & bezorging"] == "+21"


def test_disagreement_of_impact_and_effect_is_said(full, build, nl):
    rows = full.estimates.copy()
    one = (rows["theme"] == "delivery") & (rows["kind"] == "pain") & (rows["statistic"] == "adjusted_effect")
    rows.loc[one, "note"] = "impact and adjusted effect disagree"
    lines = {line.label: line for line in board_drivers(build(rows.to_dict("records")), nl, "pain").lines}
    assert "ruwe impact wijst de andere kant op" in lines["Levering & bezorging"].interval


def test_groups_that_cannot_be_told_apart_say_so(full, nl):
    lines = {line.label: line for line in board_groups(full, nl, "branch").lines}
    assert "niet te onderscheiden" in lines["Amersfoort"].interval
    assert not lines["Amersfoort"].bar.sure
    assert "niet te onderscheiden" not in lines["Utrecht"].interval


def test_one_signal_names_nobody(full, build, nl):
    rows = full.estimates.copy()
    rows.loc[rows["statistic"] == "high_scores", "note"] = "one signal only"
    assert list_begged(build(rows.to_dict(orient="records")), nl) == []
    assert len(list_begged(full, nl)) == 1
