import io

import matplotlib as mpl
import numpy as np
import pytest
from tests.report.conftest import PERIODS, row

from why_nps.report.canvas import NARROW, to_bytes, to_inline
from why_nps.report.figures import draw_drivers, draw_heat, draw_periods, draw_shares
from why_nps.report.gallery import list_pictures
from why_nps.report.titles import title_drivers, title_heat, title_periods, title_shares
from why_nps.report.wording import load_wording

NL = load_wording("nl")


def test_titles_say_the_finding(full):
    assert title_shares(full, NL).replace("\xa0", " ") == "47 % promotors min 25 % criticasters: NPS +22"
    assert title_drivers(full, NL) == "‘Bereikbaarheid’ als pijnpunt hangt het sterkst samen met het cijfer"
    assert title_periods(full, NL) == "NPS in 2025-K4 lager dan in 2025-K1"
    cells = full.estimates[
        (full.estimates["statistic"] == "mention_rate") & (full.estimates["by"] == "branch")
    ]
    cells = cells[(cells["kind"] == "pain") & (cells["period"] == "")]
    top = cells.loc[cells["estimate"].idxmax()]
    assert NL.share(top["estimate"]) in title_heat(full, NL, "branch")


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
    assert labels[-1] == "Bereikbaarheid"
    assert labels[0] == "Algemeen oordeel"


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


def test_suppressed_cells_are_marked(full):
    axes = draw_heat(full, NL, "branch").axes[0]
    words = [text.get_text() for text in axes.texts]
    assert words.count("te weinig") == 6
    assert "Lelystad" in [tick.get_text() for tick in axes.get_yticklabels()]


def test_nobody_gets_a_map_of_complaints_about_a_person(full):
    assert [picture.name for picture in list_pictures(full, NL)] == [
        "shares",
        "drivers",
        "periods",
        "heat-1",
        "heat-2",
    ]


@pytest.mark.parametrize("width", [7.2, NARROW])
def test_nothing_falls_off_the_paper(full, width):
    for picture in list_pictures(full, NL):
        figure = picture.draw(width=width)
        figure.savefig(io.BytesIO(), format="png")
        box = figure.get_tightbbox()
        assert box.x0 >= -0.05
        assert box.x1 <= width + 0.05


def test_svg_is_the_same_each_time_and_holds_text(full):
    first, second = (to_bytes(draw_drivers(full, NL), "svg") for _ in range(2))
    assert first == second
    assert b"Bereikbaarheid" in first


def test_inline_svg_has_ids_of_its_own_and_follows_the_colours_of_the_page(full):
    svg = to_inline(draw_drivers(full, NL), "x-1")
    assert "var(--pain)" in svg
    assert "<style" not in svg
    assert ' id="x-1-' in svg
    assert "url(#x-1-" in svg


def test_drawing_leaves_the_settings_of_the_caller_alone(full, tmp_path):
    before = dict(mpl.rcParams)
    paths = full.save_figures(tmp_path)
    assert dict(mpl.rcParams) == before
    assert {path.suffix for path in paths} == {".png", ".svg"}
    assert all(path.stat().st_size for path in paths)
