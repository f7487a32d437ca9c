import re
import xml.etree.ElementTree as ET
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import style
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from tests.report.conftest import HOSTILE, PERIODS, driver_rows, group_rows, row

from why_nps.core.tables import WORDS
from why_nps.errors import InputError
from why_nps.report import canvas, titles
from why_nps.report.canvas import FORMS, NARROW, to_bytes, to_inline
from why_nps.report.figures import (
    draw_change,
    draw_drivers,
    draw_heat,
    draw_periods,
    draw_quadrants,
    draw_shares,
    draw_words,
)
from why_nps.report.gallery import list_pictures, render_figures
from why_nps.report.wording import load_wording

NL, EN = load_wording("nl"), load_wording("en")
NAMES = ["shares", "drivers", "quadrants", "words", "periods", "change", "heat-1", "heat-2"]


def said(figure):
    """All words of a figure that are drawn inside its axes."""
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_titles_say_the_finding(full):
    assert titles.title_shares(full, NL).replace("\xa0", " ") == (
        "47 % promotors min 25 % criticasters: NPS +22"
    )
    assert titles.title_drivers(full, NL) == (
        "Telt naar schatting het zwaarst: ‘Medewerkers’ als pluspunt, +39 NPS-punten (+31 tot +47)"
    )
    assert titles.title_quadrants(full, NL) == (
        "Vaak genoemd, met een sterke gemeten samenhang: ‘Medewerkers’ (pluspunt), "
        "‘Bereikbaarheid’ (pijnpunt) en ‘Levering & bezorging’ (pijnpunt)"
    )
    assert titles.title_periods(full, NL) == "NPS in 2025-K4 lager dan in 2025-K1"
    assert titles.title_change(full, EN) == "No change shown from 2025-Q3 to 2025-Q4: −6.0 (−15.4 to +3.4)"
    assert titles.title_words(full, NL) == (
        "Promotors schrijven vaker ‘vriendelijk’ en ‘snel’; criticasters vaker ‘weken’ en ‘kapot’"
    )


def test_a_change_is_only_told_where_its_interval_leaves_out_none(build):
    rows = [row("nps", value, 5, period=p, n=99) for p, value in zip(PERIODS[:2], (30, 10), strict=True)]
    told = {
        half: titles.title_change(build([*rows, row("change", -20, half, period=PERIODS[1])]), EN)
        for half in (19, 21)
    }
    assert told[19] == "From 2025-Q1 to 2025-Q2 the NPS changed by −20.0 (−39.0 to −1.0)"
    assert told[21].startswith("No change shown")


def test_the_map_names_a_cell_only_where_it_stands_out(full):
    assert titles.title_heat(full, NL, "branch") == (
        "Aantoonbaar vaker genoemd dan elders: ‘Levering & bezorging’, in filiaal Utrecht sinds 2025-K3"
    )
    alike = "Geen aantoonbaar verschil in wat per contactpunt als pijnpunt genoemd wordt"
    assert titles.title_heat(full, NL, "touchpoint") == alike


def test_a_title_of_words_with_one_side_names_one_side(full):
    one = full.words[full.words["group"] == "detractors"]
    told = titles.title_words(type(full)(**{**_fields(full), "words": one}), EN)
    assert told == "Detractors more often write ‘weken’ and ‘kapot’ than promoters do"


def _fields(explanation):
    return {name: getattr(explanation, name) for name in explanation.__slots__}


def test_shares_are_drawn_to_scale(full):
    axes = draw_shares(full, NL).axes[0]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([0.246, 0.284, 0.47])


def test_drivers_stand_at_their_estimates(full):
    axes = draw_drivers(full, NL).axes[0]
    dots = sorted(float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "o")
    drivers = full.drivers()
    wanted = drivers.loc[drivers["kind"].isin(["pain", "delight"]), "adjusted_effect"].dropna()
    assert dots == pytest.approx(sorted(wanted))
    labels = [tick.get_text() for tick in axes.get_yticklabels()]
    assert labels[-3:] == ["Levering & bezorging", "Bereikbaarheid", "Medewerkers"]  # by effect times rate
    assert labels[0] == "Algemeen oordeel"


def test_a_title_keeps_its_interval_on_a_telephone(build):
    explanation = build(driver_rows("product_quality", "delight", 0.15, 24, 0.001))
    title = draw_drivers(explanation, NL, size=NARROW).get_suptitle()
    assert title.endswith("(+16 tot +32)")
    assert "Kwaliteit" in title


def test_a_rare_theme_does_not_lead_however_strong(build):
    rare = driver_rows("billing", "pain", 0.004, -90, 0.001)
    crowd = [
        line
        for at, theme in enumerate(build([]).codebook.theme_ids[:13])
        for line in driver_rows(theme, "delight", 0.2 + at / 100, 20, 0.001)
        if theme != "billing"
    ]
    explanation = build([*rare, *crowd, *driver_rows("delivery", "pain", 0.3, -47, 0.001)])
    assert "‘Levering & bezorging’ als pijnpunt, −47" in titles.title_drivers(explanation, NL)
    labels = [tick.get_text() for tick in draw_drivers(explanation, NL).axes[0].get_yticklabels()]
    assert labels[-1] == "Levering & bezorging"
    assert "Betaling & administratie" not in labels


def test_quadrants_hold_rate_and_strength_and_are_named(full):
    figure = draw_quadrants(full, NL)
    dots = {
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in figure.axes[0].lines
        if line.get_marker() == "o"
    }
    assert (0.12, 58) in dots
    assert (0.31, 39) in dots
    assert len(dots) == 9  # bare verdicts are left aside
    corners = {"vaak genoemd, sterk", "vaak genoemd, zwak", "zelden genoemd, sterk", "zelden genoemd, zwak"}
    assert corners <= set(said(figure))
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_periods_say_their_numbers_and_leave_a_gap(build):
    rows = [
        row("nps", value, 5, period=period, n=80)
        for period, value in zip(PERIODS, (10, np.nan, 30, 40), strict=True)
    ]
    rows[1]["note"] = "suppressed"
    axes = draw_periods(build(rows), NL).axes[0]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == [
        "2025-K1\nn = 80", "2025-K2\nte weinig", "2025-K3\nn = 80", "2025-K4\nn = 80",
    ]  # fmt: skip
    drawn = axes.lines[0].get_ydata()
    assert np.isnan(drawn[1])
    assert drawn[0] == 10


def test_a_change_point_stands_after_its_period(full):
    axes = draw_periods(full, NL).axes[0]
    assert "omslag na 2025-K2" in [text.get_text() for text in axes.texts]
    assert [1.5, 1.5] in [list(line.get_xdata()) for line in axes.lines]


def test_the_steps_lead_from_one_score_to_the_next(full):
    axes = draw_change(full, NL).axes[0]
    ends = [float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "D"]
    assert ends == pytest.approx([18, 12])
    steps = [(bar.get_x(), bar.get_width()) for bar in axes.patches]
    assert [width for _, width in steps] == pytest.approx([-5, -1.5, -1, 0.5, 1])
    at = 18.0
    for start, width in steps:
        assert start == pytest.approx(at)
        at += width
    assert at == pytest.approx(12)
    filled = [bar.get_facecolor()[:3] != to_rgb(canvas.PAPER) for bar in axes.patches]
    assert filled == [True, False, False, False, True]  # only the first can be told from nothing


def test_suppressed_cells_are_marked_and_clear_ones_framed(full):
    axes = draw_heat(full, NL, "branch").axes[0]
    assert [text.get_text() for text in axes.texts].count("te weinig") == 6
    assert sum(bar.get_hatch() is not None for bar in axes.patches) == 6
    assert sum(bar.get_edgecolor()[:3] == to_rgb(canvas.INK) for bar in axes.patches) == 1
    told = [text.get_text() for text in axes.texts]
    assert [told.count(n) for n in ("402", "398", "400", "–", "4")] == [1, 1, 1, 1, 0]  # none of Lelystad
    assert "Lelystad" in [tick.get_text() for tick in axes.get_yticklabels()]


def test_words_stand_on_their_side_with_their_number(full):
    figure = draw_words(full, EN)
    axes = figure.axes[0]
    dots = {float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "o"}
    assert dots == {1.6, 1.1, -1.9, -2.4}
    assert {"vriendelijk (62)", "weken (33)"} <= set(said(figure))
    ticks = [tick.get_text() for tick in axes.get_xticklabels()]
    places = axes.get_xticks()
    assert dict(zip(ticks, np.exp(np.abs(places)), strict=True))["2×"] == pytest.approx(2)


def test_a_line_never_runs_through_a_name_nor_a_name_over_a_point(full):
    axes = draw_quadrants(full, NL).axes[0]
    named = [text for text in axes.texts if text.get_color() in {canvas.DELIGHT, canvas.PAIN}]
    assert named
    lines = [line for line in axes.lines if line.get_marker() == "None"]
    points = [line for line in axes.lines if line.get_marker() == "o"]
    for text in named:
        assert to_rgb(text.get_bbox_patch().get_facecolor()) == to_rgb(canvas.PAPER)
        assert max(line.zorder for line in lines) < text.zorder < min(point.zorder for point in points)


def test_nobody_gets_a_map_of_complaints_about_a_person(full):
    assert [picture.name for picture in list_pictures(full, NL)] == NAMES


@pytest.mark.parametrize("width", [7.2, NARROW])
def test_nothing_falls_off_the_paper(full, width):
    for picture in list_pictures(full, EN):
        figure = picture.draw(size=width)
        figure.draw_without_rendering()
        box = figure.get_tightbbox()
        assert box.x0 >= -0.05, picture.name
        assert box.x1 <= width + 0.05, picture.name


def test_a_figure_takes_a_title_and_a_size(full):
    figure = full.figures.drivers(title="Onze titel $x$", size=(8, 3), language="en")
    assert isinstance(figure, Figure)
    assert figure.get_suptitle() == "Onze titel $x$"
    assert figure.get_size_inches().tolist() == [8, 3]
    assert full.figures.heat("branch", size=5).get_figwidth() == 5
    for name in ("shares", "quadrants", "periods", "change", "words"):
        assert getattr(full.figures, name)(title="T", size=6).get_suptitle() == "T"
    with pytest.raises(InputError, match="branch, touchpoint, employee"):
        full.figures.heat("regio")


def test_still_pictures_say_how_to_read_them(full):
    notes = {picture.name: picture.still().get_supxlabel() for picture in list_pictures(full, NL)}
    assert all(notes.values())
    assert "+18 tot +27, op basis van 1.204 cijfers" in notes["shares"]
    assert "n = 1.204" in notes["drivers"].replace("\n", " ")


@pytest.mark.parametrize("form", FORMS)
def test_files_are_the_same_each_time(full, form):
    for draw in (draw_drivers, draw_words):
        first, second = (to_bytes(draw(full, NL), form) for _ in range(2))
        assert first == second
        assert b"2025-" not in first.replace(b"2025-K", b"").replace(b"2025-Q", b"")


def test_svg_holds_text(full):
    assert b"Bereikbaarheid" in to_bytes(draw_drivers(full, NL), "svg")


def test_inline_svg_has_ids_of_its_own_and_follows_the_colours_of_the_page(full):
    svg = to_inline(draw_drivers(full, NL), "x-1")
    assert "var(--pain)" in svg
    assert "<style" not in svg
    assert ' id="x-1-' in svg
    assert "url(#x-1-" in svg


STYLES = ({"text.usetex": True, "axes.grid": True, "savefig.bbox": "tight"}, "dark_background")


@pytest.mark.parametrize("own", STYLES, ids=["of TeX", "by night"])
def test_the_style_of_the_user_does_not_reach_the_pictures(full, own):
    ours = render_figures(full, language="nl")
    with style.context(own):
        assert render_figures(full, language="nl") == ours


def test_inline_svg_holds_nothing_that_nobody_reads(build):
    names = ('<g id="x"> #0072b2', 'style="font-family: b; ')  # a branch may be called like that
    groups = [one for at, name in enumerate(names) for one in group_rows("branch", name, 5 * at, 50)]
    figure = draw_heat(build([*driver_rows("price", "pain", 0.2, -30, 0.001), *groups]), NL, "branch")
    whole, svg = to_bytes(figure, "svg").decode(), to_inline(figure, "x-1")
    texts = [re.findall(r"<text[^>]*>([^<]*)<", one) for one in (whole, svg)]
    assert texts[0] == texts[1]
    assert sum("font-family: b" in text or "#0072b2" in text for text in texts[1]) == 2
    ids = set(re.findall(r' id="([^"]*)"', re.sub(">[^<]*<", "><", svg)))
    assert ids <= set(re.findall(r'(?:href="#|url\(#)([^")]*)', svg))
    assert not re.search("font-family", re.sub(">[^<]*<", "><", svg))


def test_drawing_leaves_the_settings_of_the_caller_alone(full, tmp_path):
    before = dict(mpl.rcParams)
    paths = full.save_figures(tmp_path)
    assert dict(mpl.rcParams) == before
    assert [path.name for path in paths] == [f"{name}.{form}" for name in NAMES for form in FORMS]
    assert all(path.stat().st_size for path in paths)


FOREIGN = (*HOSTILE, "خدمة العملاء ممتازة", "\U0001f600 blij", "x" * 80)


def test_foreign_labels_are_drawn_as_they_are(build):
    rows = [row("nps", 10, 5), *driver_rows("price", "pain", 0.2, -30, 0.001)]
    rows += driver_rows("staff", "delight", 0.2, 30, 0.001)
    for number, name in enumerate(FOREIGN):
        rows += group_rows("branch", name, 10 * number, 100)
    told = [
        {"word": name, "group": "promoters", "n": 20, "log_odds": 1, "low": 0.5, "high": 1.5}
        for name in FOREIGN[-10:]
    ]
    words = WORDS.frame(told)
    words = words.assign(n=words["n"].astype("int64"))
    explanation = build(rows, segments=("branch",), words=words)
    for figure in (draw_heat(explanation, NL, "branch"), draw_words(explanation, NL)):
        drawn = to_bytes(figure, "svg")
        tree = ET.fromstring(drawn)  # noqa: S314 - our own file
        tags = {element.tag.split("}")[-1] for element in tree.iter()}
        assert not tags & {"script", "img", "a", "foreignObject", "image"}
        text = "".join(tree.itertext())
        assert "$\\frac$" in text
        assert "خدمة العملاء" in text
        for form in ("png", "pdf"):
            assert to_bytes(figure, form)


# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def seen(colour, blindness):
    """CIELAB of a colour as somebody with this blindness sees it (D65)."""
    raw = np.array(to_rgb(colour))
    linear = np.where(raw <= 0.04045, raw / 12.92, ((raw + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(np.array(BLINDNESS[blindness]) @ linear, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_colours_stay_apart_for_the_colour_blind(blindness):
    apart = [canvas.DELIGHT, canvas.PAIN, canvas.PASSIVE, canvas.PAPER, canvas.INK]
    for one, other in combinations(apart, 2):
        assert np.linalg.norm(seen(one, blindness) - seen(other, blindness)) > 20, (one, other)
    heat = [seen(canvas.HEAT(level), blindness)[0] for level in np.linspace(0, 1, 6)]
    assert (np.diff(heat) < -4).all()  # more is darker


def test_the_simulation_shows_red_and_green_alike():
    red, green = "#c4602d", "#808000"  # a pair that the test must refuse
    assert np.linalg.norm(seen(red, "none") - seen(green, "none")) > 40
    assert np.linalg.norm(seen(red, "deuteranopia") - seen(green, "deuteranopia")) < 20
