"""Slides as PowerPoint, with python-pptx: native charts, placed and coloured; nothing is decided here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from why_nps.errors import MissingExtraError
from why_nps.report.canvas import INK, MUTED, ON_LIGHT, PAPER, PASSIVE, RULE, drawable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from why_nps.report.charts import Chart
    from why_nps.report.slides import Slide
    from why_nps.report.wording import Wording

_WIDTH, _HEIGHT, _MARGIN = 13.333, 7.5, 0.6  # inches, 16:9
_TITLE_ONLY = 5  # of the layouts that python-pptx brings
_FORMATS = {"points": '+0;"−"0;0', "share": "0%", "count": "#,##0"}
_LONG = 110  # characters, above which a title is set smaller
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)


def compose(slides: Sequence[Slide], wording: Wording) -> Any:
    """Return the slides as a presentation of python-pptx.

    Raises
    ------
    MissingExtraError
        If python-pptx is not installed.
    """
    try:
        from pptx import Presentation
        from pptx.util import Inches
    except ImportError as error:
        raise MissingExtraError("Slides need python-pptx: pip install 'why_nps[pptx]'.") from error
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(_WIDTH), Inches(_HEIGHT)
    deck.core_properties.title = slides[0].title
    deck.core_properties.author = "why_nps"
    deck.core_properties.language = wording.language
    deck.core_properties.created = deck.core_properties.modified = _NO_DATE
    for number, slide in enumerate(slides):
        page = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
        top = 2.6 if number == 0 else 0.4
        _write_title(page.shapes.title, slide.title, top, large=number == 0)
        if slide.under:
            _write(page, slide.under, top + 1.3, 0.6, size=20 if number == 0 else 16, colour=MUTED)
        if slide.lines:
            _write(page, "\n".join(slide.lines), 1.7, _HEIGHT - 2.0, size=17, colour=INK)
        if slide.chart is not None:
            _draw(page, slide.chart, wording.say("slides.alt", title=drawable(slide.title)))
        if slide.notes:
            page.notes_slide.notes_text_frame.text = drawable_lines(slide.notes)
    return deck


def drawable_lines(text: str) -> str:
    """Return foreign text without control characters, its lines kept."""
    return "\n".join(drawable(line) for line in text.splitlines())


def _write_title(shape: Any, text: str, top: float, *, large: bool) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Inches, Pt

    shape.left, shape.top = Inches(_MARGIN), Inches(top)
    shape.width, shape.height = Inches(_WIDTH - 2 * _MARGIN), Inches(1.25)
    frame = shape.text_frame
    frame.text, frame.word_wrap, frame.vertical_anchor = drawable(text), True, MSO_ANCHOR.MIDDLE
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    font = frame.paragraphs[0].runs[0].font
    font.size, font.bold = Pt(40 if large else 22 if len(text) > _LONG else 26), True
    font.color.rgb = _rgb(INK)


def _write(page: Any, text: str, top: float, height: float, *, size: int, colour: str) -> None:
    from pptx.util import Inches, Pt

    box = page.shapes.add_textbox(Inches(_MARGIN), Inches(top), Inches(_WIDTH - 2 * _MARGIN), Inches(height))
    box.text_frame.word_wrap = True
    box.text_frame.text = drawable_lines(text)
    for paragraph in box.text_frame.paragraphs:
        paragraph.space_after = Pt(size // 2)
        for run in paragraph.runs:
            run.font.size, run.font.color.rgb = Pt(size), _rgb(colour)


def _draw(page: Any, chart: Chart, alt: str) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.util import Inches, Pt

    kinds = {
        "bars": XL_CHART_TYPE.BAR_CLUSTERED,
        "stack": XL_CHART_TYPE.BAR_STACKED_100,
        "line": XL_CHART_TYPE.LINE_MARKERS,
    }
    data = CategoryChartData(number_format=_FORMATS[chart.unit])
    data.categories = chart.categories
    for series in chart.series:
        data.add_series(series.name, series.values)
    place = Inches(_MARGIN), Inches(2.4), Inches(_WIDTH - 2 * _MARGIN), Inches(_HEIGHT - 2.7)
    frame = page.shapes.add_chart(kinds[chart.form], *place, data)
    frame.element.nvGraphicFramePr.cNvPr.set("descr", alt)  # python-pptx has no name for alternative text
    drawn = frame.chart
    drawn.has_title, drawn.font.size = chart.form == "bars", Pt(14)
    drawn.has_legend = chart.form == "line"
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        _style_line(drawn, chart)
    else:
        _style_bars(drawn, chart)
    if drawn.has_title:
        drawn.chart_title.text_frame.text = chart.series[0].name
        drawn.chart_title.text_frame.paragraphs[0].runs[0].font.size = Pt(12)


def _style_bars(drawn: Any, chart: Chart) -> None:
    from pptx.enum.chart import XL_TICK_LABEL_POSITION

    drawn.category_axis.reverse_order = True  # the first category above
    drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    drawn.category_axis.format.line.fill.background()
    drawn.category_axis.visible = chart.form == "bars"
    drawn.value_axis.has_major_gridlines = drawn.value_axis.visible = False
    plot = drawn.plots[0]
    plot.gap_width = 60
    for series, told in zip(plot.series, chart.series, strict=True):
        series.invert_if_negative = False
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _rgb(told.colour)
        labels = series.data_labels
        labels.show_value, labels.number_format = True, _FORMATS[chart.unit]
        labels.number_format_is_linked = False
        if chart.form == "stack":  # inside its part, with its name
            labels.show_series_name = True
            labels.font.color.rgb = _rgb(ON_LIGHT if told.colour == PASSIVE else PAPER)


def _style_line(drawn: Any, chart: Chart) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    drawn.value_axis.major_gridlines.format.line.color.rgb = _rgb(RULE)
    drawn.value_axis.tick_labels.number_format = _FORMATS[chart.unit]
    drawn.value_axis.tick_labels.number_format_is_linked = False
    drawn.value_axis.format.line.fill.background()
    for number, (series, told) in enumerate(zip(drawn.plots[0].series, chart.series, strict=True)):
        series.smooth = False
        series.format.line.color.rgb = _rgb(told.colour)
        series.format.line.width = Pt(3 if number == 0 else 1.5)
        if number == 0:
            series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 9
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = _rgb(told.colour)
            labels = series.data_labels
            labels.show_value, labels.number_format = True, _FORMATS[chart.unit]
            labels.number_format_is_linked, labels.position = False, XL_LABEL_POSITION.ABOVE
        else:
            series.marker.style = XL_MARKER_STYLE.NONE
            series.format.line.dash_style = MSO_LINE.DASH


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.lstrip("#").upper())
