import builtins

import pytest
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from tests.report.conftest import HOSTILE, PERIODS, driver_rows, group_rows, row, standout

from why_nps.errors import InputError, MissingExtraError
from why_nps.report.wording import load_wording

NL = load_wording("nl")
LINES = (XL_CHART_TYPE.LINE, XL_CHART_TYPE.LINE_MARKERS)


def charts(deck):
    """The charts of a presentation, by what their slide is called."""
    found = {}
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart:
                found[slide.shapes.title.text] = shape.chart
    return found


def opened(explanation, tmp_path, **options):
    """Write slides and open them again."""
    return Presentation(explanation.slides(tmp_path / "rapport.pptx", **options))


@pytest.fixture(scope="module")
def kept():
    return {}


@pytest.fixture
def deck(full, tmp_path, kept):
    """The slides of the full explanation, written once."""
    if not kept:
        kept["deck"] = opened(full, tmp_path)
    return kept["deck"]


def test_each_finding_is_a_slide_with_its_n_and_interval(full, deck):
    titles = [slide.shapes.title.text for slide in deck.slides]
    findings = full.findings()
    told = [NL.say("page.title"), *findings, NL.say("slides.limits")]
    assert [title for title in titles if title in set(told)] == told
    texts = [" ".join(s.text_frame.text for s in slide.shapes if s.has_text_frame) for slide in deck.slides]
    for finding, text in zip(titles, texts, strict=True):
        if finding in findings:
            assert "n = " in text
            assert "interval" in text or "NPS 2025-K4: +12 (+5 tot +19)" in text or "1.220" in text


def test_the_charts_hold_the_estimates(full, deck):
    found = charts(deck)
    shares, *_ = found.values()
    assert shares.chart_type == XL_CHART_TYPE.BAR_STACKED_100
    assert [s.values[0] for s in shares.plots[0].series] == pytest.approx([0.246, 0.284, 0.47])
    pains = next(chart for title, chart in found.items() if "pijnpunt noemt" in title)
    drivers = full.drivers()
    pain = drivers[(drivers["kind"] == "pain") & drivers["adjusted_effect"].notna()]
    (effects,) = pains.plots[0].series
    assert sorted(effects.values) == sorted(pain["adjusted_effect"])
    first = pains.plots[0].categories[0]
    assert first == "Bereikbaarheid (−66 tot −50)"
    assert effects.values[0] == -58
    time = next(chart for chart in found.values() if chart.chart_type in LINES)
    nps, low, high = (list(series.values) for series in time.plots[0].series)
    assert (nps, low, high) == ([31, 27, 18, 12], [24, 20, 11, 5], [38, 34, 25, 19])
    assert time.plots[0].categories[3] == "2025-K4 (n = 301)"
    here = next(chart for title, chart in found.items() if title.startswith("In filiaal Utrecht"))
    assert list(here.plots[0].series[0].values) == pytest.approx([0.38, 0.09])


def test_charts_can_be_edited_and_are_told_in_words(deck):
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart:
                assert shape.chart.part.chart_workbook.xlsx_part is not None
                assert slide.shapes.title.text in shape.element.nvGraphicFramePr.cNvPr.get("descr")


def test_the_notes_say_what_the_number_cannot(full, deck):
    findings = full.findings()
    for slide in deck.slides:
        if slide.shapes.title.text in findings:
            assert NL.say("slides.notes_interval") in slide.notes_slide.notes_text_frame.text
    pain = next(slide for slide in deck.slides if "pijnpunt noemt" in slide.shapes.title.text)
    assert NL.say("limits.causal") in pain.notes_slide.notes_text_frame.text


def test_suppressed_periods_and_english(build, tmp_path):
    rows = [row("nps", value, 5, period=p, n=80) for p, value in zip(PERIODS, (10, 5, 30, 40), strict=True)]
    rows[1] = row("nps", period=PERIODS[1], note="suppressed", n=3)
    rows += [row("change_since_first", 30, 7, period=PERIODS[3])]
    deck = opened(build(rows), tmp_path, language="en")
    (time,) = (c for c in charts(deck).values() if c.chart_type in LINES)
    assert time.plots[0].series[0].values == (10, None, 30, 40)
    assert time.plots[0].categories[1] == "2025-Q2 (too few)"
    assert deck.slides[0].shapes.title.text == "Why this NPS?"
    with pytest.raises(InputError, match="'nl' or 'en'"):
        build(rows).slides(tmp_path / "x.pptx", language="fr")


def test_bad_luck_leaves_slides_whole(build, tmp_path):
    rows = [row("nps", 10, 5), *driver_rows("price", "pain", 0.2, -30, 0.001)]
    for number, name in enumerate((*HOSTILE, "خدمة", "\U0001f600\x0b\x1b")):
        rows += group_rows("branch", name, number, 100) + standout(
            "branch", name, "", "staff", "pain", 0.2, 0.3
        )
    assert charts(opened(build(rows), tmp_path))
    nothing = build([row("nps", n=0, note="no scores")], segments=())
    assert not [title for title in charts(opened(nothing, tmp_path)) if "NPS" in title]


def test_without_python_pptx_the_extra_is_named(full, tmp_path, monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest):
        if name.startswith("pptx"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingExtraError, match=r"why_nps\[pptx\]"):
        full.slides(tmp_path / "rapport.pptx")
    assert not list(tmp_path.iterdir())
