"""The page as people see it: a real browser opens, filters, searches and prints it; no network is asked."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.report.chromium import Visit, open_browser
from tests.report.conftest import HOSTILE, full_rows, full_verbatims, row, verbatim
from tests.report.test_edges import many_branches

from why_nps.core.codebook import load_codebook
from why_nps.core.crossing import Crossing
from why_nps.report.filters import fill_filters
from why_nps.report.wording import load_wording
from why_nps.stats import cross_groups

BRANCHES = ["Amersfoort", "Utrecht", "Lelystad", HOSTILE[1]]
LABELS = [("delivery", "pain"), ("reachability", "pain"), ("staff", "delight"), ("digital", "tip")]
LONG = "Een thema waarvan de naam door niemand ooit is ingekort en dat tachtig tekens telt"


def make_crossing():
    dice = np.random.default_rng(8)
    n = 700
    branch = pd.Series(dice.choice(BRANCHES, n, p=[0.5, 0.3, 0.02, 0.18]))
    touchpoint = pd.Series(dice.choice(["Bezorging", "Winkel"], n, p=[0.3, 0.7]))
    period = pd.Series(dice.choice(["2025-K3", "2025-K4"], n))
    mentions = (dice.random((n, len(LABELS))) < [0.2, 0.1, 0.3, 0.003]).astype(np.uint8)
    figures = cross_groups(dice.integers(0, 11, n), mentions, LABELS, [branch, touchpoint], period)
    answers = [row["answer_id"] for row in full_verbatims()]
    places = [(answer, BRANCHES[at % 2], "", "2025-K4") for at, answer in enumerate(answers)]
    columns = ["answer_id", "group", "other", "period"]
    return Crossing(("branch", "touchpoint"), figures, pd.DataFrame(places, columns=columns))


@pytest.fixture(scope="module")
def browser():
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def explained(build):
    texts = full_verbatims()
    texts += [
        verbatim("price", "pain", at, f"{text} té duur", 3, "té duur") for at, text in enumerate(HOSTILE)
    ]
    texts += [verbatim("price", "pain", 20, "غالي جدا 😡 \u202ete duur", 1, "غالي جدا")]
    friendly = {"by": "employee", "group": "M-20"}  # stands behind the NPS of M-20 alone
    texts += [verbatim("staff", "delight", 30, "Attente collega", 9, "Attente collega", **friendly)]
    texts[0] = {**texts[0], "by": "branch", "group": BRANCHES[0]}  # only a filter shows it
    book = load_codebook()
    names = {"digital": HOSTILE[0], "ease": LONG}
    themes = [replace(theme, nl=names.get(theme.id, theme.nl)) for theme in book.themes]
    book = replace(book, themes=tuple(themes))
    return build(full_rows(), texts, codebook=book, crossing=make_crossing())


@pytest.fixture(scope="module")
def path(explained, tmp_path_factory):
    return explained.report(tmp_path_factory.mktemp("page") / "rapport.html")


@pytest.fixture
def visit(browser, path):
    with Visit(browser, path) as opened:
        yield opened
        assert opened.said == []
        assert opened.asked == [path.as_uri()]


def text_of(visit, selector):
    return visit.page.inner_text(selector).replace("\xa0", " ")


def test_the_first_screen_holds_the_score_and_every_finding(visit):
    for selector in (".nps strong", ".sure .told", ".findings li:last-child"):
        box = visit.page.locator(selector).bounding_box()
        assert box["y"] + box["height"] <= 900, selector


@pytest.mark.parametrize("width, scheme", [(360, "dark"), (1440, "light")])
def test_nothing_sticks_out_and_axe_finds_nothing(browser, path, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    with Visit(browser, path, width=width, color_scheme=scheme, reduced_motion="reduce") as visit:
        visit.choose(0, "1")
        for box in visit.page.locator("details.quotes:visible").all()[:3]:
            box.locator("summary").click()
        assert visit.overflow() == []
        found = Axe().run(visit.page).response["violations"]
        told = [
            (rule["id"], node["target"], node["failureSummary"]) for rule in found for node in rule["nodes"]
        ]
        assert told == []
        assert visit.said == []


def test_each_choice_tells_what_was_worked_out_for_it(visit, explained):
    wording = load_wording("nl")
    figures = explained.crossing.figures
    names = fill_filters(explained, wording)["names"]
    nps = figures[figures["statistic"] == "nps"].set_index(["group", "other", "period"])
    rates = figures[(figures["theme"] == "delivery")].set_index(["group", "other", "period"])
    few = shown = 0
    for at in np.ndindex(*(len(some) + 1 for some in names)):
        place = tuple(
            "" if value == len(some) else some[value] for value, some in zip(at, names, strict=True)
        )
        for axis, value in enumerate(at):
            visit.choose(axis, "" if value == len(names[axis]) else str(value))
        strip, here = text_of(visit, "#chosen"), visit.page.locator("[data-line='pain-delivery']").first
        if not any(place):
            assert strip == ""
            assert here.is_hidden()
        elif place not in nps.index:
            few += 1
            assert "te weinig antwoorden" in strip
            assert here.inner_text() == "te weinig antwoorden"
            assert not re.search(
                r"\d", strip.replace("2025-K3", "").replace("2025-K4", "").replace(HOSTILE[1], "")
            )
        else:
            shown += 1
            row, rate = nps.loc[place], rates.loc[place]
            assert f"NPS {wording.points(row['estimate'])} (" in strip
            assert wording.interval(row["low"], row["high"]) in strip
            assert f"{row['n']} cijfers" in strip
            told = here.inner_text()
            assert wording.share(rate["estimate"]) in told
            assert wording.share_interval(rate["low"], rate["high"]) in told
            assert f"van {rate['n']} antwoorden" in told
    assert few > 0
    assert shown > 10


def test_a_choice_sifts_the_answers_and_can_be_undone(visit):
    line = visit.page.locator("#pain-delivery + .behind")
    line.locator("summary").click()
    before = line.locator("li:visible").all_inner_texts()
    assert text_of(visit, "#pain-delivery + .behind summary") == "2 antwoorden van klanten"
    visit.choose(0, visit.page.locator("option", has_text="Utrecht").first.get_attribute("value"))
    assert line.get_by_text("Bank kapot bezorgd").is_visible()
    assert not line.get_by_text("bezorger reed weg").is_visible()
    visit.choose(0, visit.page.locator("option", has_text="Amersfoort").first.get_attribute("value"))
    assert line.get_by_text("Monteur was top").is_visible()  # quoted for this branch alone
    assert not line.get_by_text("Bank kapot bezorgd").is_visible()
    visit.page.get_by_role("button", name="Wis").click()
    assert text_of(visit, "#chosen") == ""
    assert line.locator("li:visible").all_inner_texts() == before
    assert visit.page.evaluate("document.activeElement.tagName") == "SELECT"


def test_answers_are_found_whatever_their_accents_and_script(visit):
    def find(words):
        visit.page.fill("#query", words)
        return visit.page.locator("#answers li").all_inner_texts()

    assert len(find("TE DUUR")) == len(HOSTILE) + 1
    assert "antwoorden gevonden" in text_of(visit, "#found")
    assert len(find("غالي")) == 1
    (found,) = find("onerror")
    assert HOSTILE[1] in found
    assert find("dit staat er niet") == []
    assert text_of(visit, "#found") == "Geen antwoord gevonden."
    find("")
    visit.page.select_option("#theme", "Medewerkers · pluspunt")
    assert visit.page.locator("#answers li").count() == 3
    assert text_of(visit, "#found") == "3 antwoorden gevonden"
    assert visit.page.locator("#answers .labels").all_inner_texts() == ["Medewerkers · pluspunt"] * 3


def test_evidence_is_one_click_away(visit):
    for link in visit.page.locator(".findings a").all():
        target = link.get_attribute("href")
        link.click()
        visit.page.wait_for_timeout(50)
        assert visit.page.locator(target).is_visible()
    visit.page.goto(visit.page.url.split("#")[0] + "#pain-reachability")
    behind = visit.page.locator("#pain-reachability + .behind")
    assert behind.get_by_text("Drie kwartier in de wacht").is_visible()


def test_what_is_hostile_stays_text(visit):
    assert visit.page.evaluate("document.scripts.length") == 2
    assert visit.page.locator("img, iframe, object, embed, link").count() == 0
    visit.choose(0, visit.page.locator("option", has_text="onerror").first.get_attribute("value"))
    assert HOSTILE[1] in text_of(visit, "#chosen")
    options = visit.page.locator("#theme option").all_inner_texts()
    assert f"{HOSTILE[0]} · tip" in options
    visit.page.evaluate(
        """() => {
            const added = document.createElement('script');
            added.textContent = 'window.ran = 1';
            document.body.append(added);
        }"""
    )
    assert visit.page.evaluate("window.ran") is None  # the policy knows one script only
    assert len(visit.said) == 1
    assert "Content Security Policy" in visit.said.pop()


def test_the_page_is_used_without_a_mouse(visit):
    roles = ("banner", "navigation", "main", "contentinfo", "search")
    assert all(visit.page.get_by_role(role).count() for role in roles)
    visited = []
    for _ in range(18):
        visit.page.keyboard.press("Tab")
        visited.append(visit.page.evaluate("document.activeElement.outerHTML.slice(0, 40)"))
    assert 'class="skip"' in visited[0]
    assert all('<a href="#' in tag for tag in visited[1:11])
    assert all("<select" in tag for tag in visited[11:14])
    assert all("<summary" in tag for tag in visited[14:17])  # criticasters, passieven, promotors
    assert "<a href=" in visited[17]
    summary = visit.page.locator("summary:visible").first
    summary.focus()
    visit.page.keyboard.press("Enter")
    assert visit.page.locator("details[open] li").first.is_visible()


def test_a_name_without_answers_waits_for_a_filter(browser, build, tmp_path):
    (one,) = [text for text in full_verbatims() if "drie keer" in text["text"]]
    quoted = {**one, "score": 8, "by": "branch", "group": BRANCHES[1]}
    shares = [row(f"share_{name}", 0.3, 0.02) for name in ("promoters", "passives", "detractors")]
    explanation = build([row("nps", 1, 5), *shares], [quoted], crossing=make_crossing())
    with Visit(browser, explanation.report(tmp_path / "r.html")) as visit:
        named = visit.page.locator(".voices .ends")
        assert not named.is_visible()
        visit.choose(0, visit.page.locator("option", has_text="Utrecht").first.get_attribute("value"))
        assert named.inner_text() == "passieven"


def test_a_long_table_opens(browser, build, tmp_path):
    with Visit(browser, build(many_branches()).report(tmp_path / "r.html")) as visit:
        table = visit.page.locator("table", has_text="Filiaal 1").last
        assert table.locator("tbody tr:visible").count() == 8
        visit.page.get_by_role("button", name="Toon alle 40").first.click()
        assert table.locator("tbody tr:visible").count() == 40


def test_paper_shows_everything_and_fits_a4(visit):
    pdf = visit.page.pdf(prefer_css_page_size=True)
    boxes = set(re.findall(rb"/MediaBox \[([^\]]+)\]", pdf))
    assert {tuple(round(float(side)) for side in box.split()) for box in boxes} == {(0, 0, 595, 842)}
    visit.page.emulate_media(media="print")
    assert visit.page.locator("#filters, nav, #find, .all").locator("visible=true").count() == 0
    assert visit.page.locator(".rest").locator("visible=true").count() == visit.page.locator(".rest").count()
    behind = visit.page.locator("#pain-price + .behind")
    assert behind.locator("li:visible").count() == 2  # of nine, so that nobody prints a book
    assert visit.page.locator(".paper").is_visible()


def test_without_scripts_all_can_be_read(browser, path):
    with Visit(browser, path, java_script_enabled=False) as visit:
        assert visit.page.locator("#filters, #find").locator("visible=true").count() == 0
        assert (
            visit.page.locator("table .rest").locator("visible=true").count()
            == visit.page.locator(".rest").count()
        )
        assert visit.page.locator("noscript").first.is_visible()
        assert visit.said == []
