"""What the filters of the page choose between, and bad luck of every kind through the whole river."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest
from tests.report.chromium import Visit, open_browser

from why_nps import code, explain, read_answers

LONG = "Een thema waarvan de naam door niemand ooit is ingekort en dat tachtig tekens telt"
TEXTS = {
    "Snelle levering, maar de app werkt niet": 7,
    "Vriendelijke medewerkers en goed geholpen": 9,
    "Veel te duur": 4,
    "Veel te duur غالي جدا": 2,
    "غالي جدا ولا أحد يرد على الهاتف": 3,
    "😡😡😡 pakket te laat 👎🏽": 1,
    "": 6,
}


def make(branches, texts=TEXTS, **more):
    """Answers to the texts in turn, at the branches in turn."""
    rows = [
        {"Cijfer": score, "Toelichting": text, "Vestiging": branch, **more}
        for at, branch in enumerate(branches)
        for text, score in [list(texts.items())[at % len(texts)]]
    ]
    return code(read_answers(pd.DataFrame(rows)))


def read_data(page):
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return json.loads(found.group(1))


@pytest.fixture(scope="module")
def browser():
    with open_browser() as opened:
        yield opened


def look(browser, path):
    with Visit(browser, path, width=360) as visit:
        assert visit.overflow() == []
        assert visit.said == []


def test_every_verbatim_is_filed_where_it_belongs_and_may_be_shown(coded):
    explained = explain(coded)
    crossing = explained.crossing
    assert crossing.by == ("branch",)
    shown = set(crossing.figures[["group", "other", "period"]].itertuples(index=False, name=None))
    answers = coded.answers.frame.set_index("answer_id")
    assert set(crossing.places["answer_id"]) == set(explained.verbatims["answer_id"])
    for answer, *place in crossing.places.itertuples(index=False, name=None):
        assert tuple(place) in shown
        assert place[0] in {"", answers["branch"][answer]}
    assert "Urk" not in set(crossing.figures["group"]) | set(crossing.places["group"])


def test_forty_branches_one_of_three_answers_a_long_theme_and_other_scripts(browser, tmp_path):
    branches = [f"Filiaal {at}" for at in range(40)] * 14 + ["Urk"] * 3
    coded = make(branches, Datum="15-03-2025")
    themes = tuple(
        replace(theme, nl=LONG) if theme.id == "price" else theme for theme in coded.codebook.themes
    )
    explained = explain(replace(coded, codebook=replace(coded.codebook, themes=themes)))
    path = explained.report(tmp_path / "r.html")
    page = path.read_text(encoding="utf-8")
    names = read_data(page)["filters"]["names"]
    assert "Urk" not in names[0]
    assert len(names[0]) == 39  # with Urk the smallest other one is withheld
    assert "te weinig antwoorden" in page
    assert "2 groepen met te weinig antwoorden" in page
    assert LONG in page
    assert "غالي" in page
    look(browser, path)


def test_one_branch_and_no_dates(browser, tmp_path):
    path = explain(make(["Ede"] * 60)).report(tmp_path / "r.html")
    page = path.read_text(encoding="utf-8")
    assert "Alle antwoorden horen bij één filiaal: Ede" in page
    assert "geen bruikbare datum" in page
    assert read_data(page)["filters"]["names"] == [["Ede"], [], []]
    look(browser, path)


def test_no_mentions_at_all(browser, tmp_path):
    path = explain(make(["Ede", "Tiel"] * 20, {"nvt": 8, "": 3, "-": 9})).report(tmp_path / "r.html")
    page = path.read_text(encoding="utf-8")
    assert "over redenen is niets te zeggen" in page
    assert "Er zijn geen antwoorden om te tonen" in page
    data = read_data(page)["filters"]
    assert data["lines"] == []
    assert len(data["cells"]) == 3
    look(browser, path)


def test_promoters_alone_for_nine_quarters(tmp_path):
    rows = [
        {
            "Cijfer": 10,
            "Toelichting": "Vriendelijk geholpen",
            "Datum": f"15-{1 + 3 * (at % 4):02d}-{2023 + at % 3}",
        }
        for at in range(240)
    ]
    page = (
        explain(code(read_answers(pd.DataFrame(rows))))
        .report(tmp_path / "r.html")
        .read_text(encoding="utf-8")
    )
    assert "100\u00a0%" in page
