import re
from dataclasses import replace

import pandas as pd
import pytest
from tests.report.conftest import row

from why_nps.core.crossing import Crossing
from why_nps.core.summaries import CodingSummary
from why_nps.errors import InputError
from why_nps.report.page import SECTIONS, render_page
from why_nps.report.sections import (
    board_drivers,
    board_flags,
    board_groups,
    board_periods,
    board_standouts,
    board_tips,
    list_begged,
)
from why_nps.report.wording import load_wording


@pytest.fixture
def page(full, tmp_path):
    return full.report(tmp_path / "nieuw" / "rapport.html").read_text(encoding="utf-8")


def test_the_page_answers_in_order(page):
    places = [page.index(f'<section id="{section}"') for section in SECTIONS]
    assert places == sorted(places)
    assert page.count("<h1") == 1


def test_every_link_and_label_leads_somewhere(page):
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    wanted = re.findall(r'href="#([^"]+)"', page) + re.findall(r'aria-labelledby="([^"]+)"', page)
    assert set(wanted) <= set(ids)


def test_the_page_asks_for_nothing(page):
    assert "default-src 'none'" in page
    assert page.count("<script") == page.count("</script>") == 2
    for needle in ("<link", "<img", "<iframe", "@import", "src=", "url(http"):
        assert needle not in page
    assert set(re.findall(r'https?://[^"\s<]+', page)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


def test_the_page_is_the_same_each_time(full):
    assert render_page(full) == render_page(full)


def test_tables_and_pictures_are_described(page):
    assert page.count("<table") == page.count("<caption")
    assert all(re.findall(r'role="img" aria-label="([^"]*)"', page))


def test_verbatims_stand_behind_their_theme_masked_and_marked(page):
    assert "Erg <mark><strong>vriendelijk</strong> geholpen</mark> door [naam]." in page
    assert "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_english(full, tmp_path):
    page = full.report(tmp_path / "r.html", language="en").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert "What makes promoters?" in page
    assert "2025-Q4" in page
    assert "2025-K4" not in page


def test_an_unknown_language_is_refused_before_anything_is_written(full, tmp_path):
    with pytest.raises(InputError):
        full.report(tmp_path / "r.html", language="fr")
    assert not list(tmp_path.iterdir())


def test_a_page_that_cannot_be_written_leaves_nothing(full, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(InputError, match="Cannot write"):
        full.report(tmp_path / "taken" / "r.html")
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(InputError, match="Cannot write"):
        full.report(tmp_path / "folder.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.html", "taken"]


def test_bars_stand_where_their_numbers_are(full):
    board = board_drivers(full, load_wording("nl"), "pain")
    first = board.lines[0]
    assert first.label == "Bereikbaarheid"
    assert first.bar.sure
    scale = 80  # the widest interval reaches from -78 to +2
    assert first.bar.dot == pytest.approx(100 * (-58 + 78) / scale, abs=0.01)
    assert first.bar.zero == pytest.approx(100 * 78 / scale, abs=0.01)
    assert first.bar.width == pytest.approx(100 * 16 / scale, abs=0.02)


def test_what_cannot_be_told_from_zero_says_so(full):
    lines = {line.label: line for line in board_drivers(full, load_wording("nl"), "pain").lines}
    assert "niet te onderscheiden van nul" in lines["Betaling & administratie"].interval
    assert not lines["Betaling & administratie"].bar.sure
    assert "niet te onderscheiden" not in lines["Bereikbaarheid"].interval


def test_begged_scores_are_a_prompt_to_look(full, page):
    (line, quotes), *rest = list_begged(full, load_wording("nl"))
    assert not rest
    assert line.replace("\xa0", " ") == (
        "Bij medewerker M-14: 19 % van 120 antwoorden, tegenover 2 % elders; "
        "verschil +11 tot +23 procentpunt."
    )
    assert quotes[0].mention == "een tien wilde geven"
    assert "geen oordeel over iemand" in page


def test_tips_and_signals_are_told_most_frequent_first(full):
    tips, flags = board_tips(full, load_wording("en")), board_flags(full, load_wording("en"))
    assert [(line.label, line.cells[0]) for line in tips.lines] == [
        ("Website & app", "4%"),
        ("Range & choice", "2%"),
        ("Price & value", "< 1%"),
    ]
    assert [(line.label, *line.cells) for line in flags.lines] == [
        ("Leaving or in doubt", "3%", "3 to 4%"),
        ("Asks for contact", "1%", "0 to 2%"),
    ]
    assert [quote.mention for quote in tips.lines[0].quotes] == ["inloggen zonder code", "in de app graag"]


def test_the_reading_is_told(page):
    for words in (
        "1.204",
        "buiten 0 tot en met 10: 12",
        "niet gecorrigeerd",
        "voor dit project geschreven",
        "0,74",
    ):
        assert words in page


def test_a_notebook_gets_no_styles_that_leak(full):
    html = full._repr_html_()
    assert "+22" in html
    assert not re.search(r"<style|<script|<link| class=| id=", html)


def test_the_model_is_told_with_how_many_answers_it_was_measured_on(full):
    page = render_page(full)
    assert "Gemeten op antwoorden die niet in de training zaten" in page
    assert (
        'Waarvan het leerde: <span lang="en">Trained on 2,400 answers written for this project</span>.<'
        in page
    )
    known = replace(full, model=replace(full.model, measured_on=1234))
    assert "Gemeten op 1.234 antwoorden die niet in de training zaten" in render_page(known)


def test_the_rates_of_a_standout_say_of_which_period_they_are(full):
    lines = board_standouts(full, load_wording("en")).lines
    told = {line.label: line.ends[2] for line in lines}
    assert told["In branch Utrecht"] == "of 120 answers (in 2025-Q4)"
    assert told["At touchpoint Winkel"] == "of 120 answers"


def test_a_heat_map_says_where_its_intervals_are(full):
    page = render_page(full, language="en")
    assert page.count("on the sheet ‘all estimates’") == 2
    filtered = render_page(replace(full, crossing=file_verbatims()), language="en")
    assert "Choose a branch in the filter at the top" in filtered
    assert filtered.count("on the sheet ‘all estimates’") == 1


def test_an_empty_page_says_why(build, tmp_path):
    silent = CodingSummary(1, 1, 0, 0, 1, 0, 0, 0, 0)
    page = (
        build([row("nps", 100, 20, n=1)], coding=silent)
        .report(tmp_path / "r.html")
        .read_text(encoding="utf-8")
    )
    assert page.count("over redenen is niets te zeggen") == 3
    assert "op basis van 1 cijfer<" in page
    assert "geen bruikbare datum" in page
    assert "niet uitgesplitst" in page
    assert "aantoonbaar" not in page


def file_verbatims(*places):
    """Return a crossing without figures that tells of verbatims under which filters they are."""
    figures = pd.DataFrame(columns=["statistic", "group", "other", "period", "theme", "kind", "estimate"])
    columns = ["answer_id", "group", "other", "period"]
    return Crossing(("branch",), figures, pd.DataFrame(places, columns=columns, dtype="str"))


def test_behind_the_score_of_a_group_or_a_period_stand_its_answers(full):
    wording = load_wording("nl")
    lines = {line.label: line for line in board_groups(full, wording, "branch").lines}
    assert [quote.mention for quote in lines["Utrecht"].quotes] == ["verkeerde bezorgdatum"]
    assert not lines["Zwolle"].quotes
    places = file_verbatims(("deliverypain1", "", "", "2025-K2"), ("staffdelight1", "", "", "2025-K4"))
    dated = replace(full, crossing=places)
    quotes = {
        line.label: [one.mention for one in line.quotes] for line in board_periods(dated, wording).lines
    }
    assert quotes["2025-K2"] == ["de levering kwam twee weken te laat"]
    assert quotes["2025-K4"] == ["vriendelijk geholpen"]
    assert not quotes["2025-K1"]


def test_a_page_from_counts_says_what_is_missing(full, page):
    assert "Dit rapport is gemaakt van tellingen" in page
    assert "Dit rapport is gemaakt van tellingen" not in render_page(replace(full, crossing=file_verbatims()))
