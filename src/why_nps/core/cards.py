"""Results as small cards of HTML for a notebook.

A notebook gives tables and headings styles of its own, and a result must not touch anything outside it. So
the card takes over nothing but the colour of letters, for light and dark alike, and every element in it first
undoes what would apply to it (``all: revert``) and carries its style itself. There are no classes, no style
sheets and no scripts.
"""

from __future__ import annotations

from dataclasses import fields
from html import escape
from math import isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LINE = "1px solid rgba(128, 128, 128, .4)"
_CARD = (
    "all: initial; display: block; color: inherit; font: 14px/1.45 system-ui, sans-serif; max-width: 46rem; "
    "overflow-x: auto"
)
_TITLE = "font-weight: 600; font-size: 1.1em; margin: 0 0 .3em"
_PARAGRAPH = "margin: 0 0 .5em"
_TABLE = "border-collapse: collapse; margin: 0 0 .6em; font: inherit"
_CELL = f"padding: .15em .7em .15em 0; border-bottom: {_LINE}; font-weight: 400; vertical-align: top"
_WORD = f"{_CELL}; text-align: left"
_NUMBER = f"{_CELL}; text-align: right; font-variant-numeric: tabular-nums"
_HEAD = "font-weight: 600"
_FIGURES = "0123456789+-−–<"  # a cell of a column of numbers begins with one of these


def make_card(title: str, *blocks: str, language: str = "en") -> str:
    """Return a card.

    Parameters
    ----------
    title : str
        Plain text; escaped here.
    *blocks : str
        HTML from the other functions of this module.
    language : str
        Of the words in it.

    Examples
    --------
    >>> "&lt;b&gt;" in make_card("<b>")
    True
    """
    head = _element("p", escape(title), _TITLE)
    return _element("div", head + "".join(blocks), _CARD, f' lang="{escape(language)}"')


def make_paragraph(text: str) -> str:
    """Return plain text as a paragraph; "" where there is none."""
    return _element("p", escape(text), _PARAGRAPH) if text else ""


def make_list(lines: Iterable[str]) -> str:
    """Return lines of plain text as a list; "" where there are none."""
    items = "".join(_element("li", escape(line), "margin: 0 0 .2em") for line in lines)
    return _element("ul", items, "margin: 0 0 .6em; padding-left: 1.3em") if items else ""


def make_table(head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str = "") -> str:
    """Return cells of plain text as a table; "" where there are no rows.

    Parameters
    ----------
    head : sequence of str
        Names of the columns, of which the first names the rows; none: no header.
    rows : iterable of sequence of str
    caption : str
    """
    listed = [tuple(row) for row in rows]
    if not listed:
        return ""
    styles = [_NUMBER if place and cell[:1] in _FIGURES else _WORD for place, cell in enumerate(listed[0])]
    named = _element("caption", escape(caption), f"text-align: left; {_HEAD}") if caption else ""
    cells = "".join(
        _element("th", escape(name), f"{style}; {_HEAD}", ' scope="col"')
        for name, style in zip(head, styles, strict=bool(head))
    )
    top = _element("thead", _element("tr", cells, ""), "") if head else ""
    body = "".join(_element("tr", _row(row, styles), "") for row in listed)
    return _element("table", named + top + _element("tbody", body, ""), _TABLE)


def make_bar(parts: Iterable[tuple[str, float, str]]) -> str:
    """Return shares as one bar, each with its label under it in words.

    Parameters
    ----------
    parts : iterable of (label, share, colour)
        Plain text with the share in it; 0..1; a colour of CSS.
    """
    listed = list(parts)
    strips = "".join(
        _element("span", "", f"display: block; width: {100 * share:.2f}%; background: {escape(colour)}")
        for _, share, colour in listed
    )
    words = " · ".join(label for label, _, _ in listed)
    bar = _element("div", strips, "display: flex; height: .7em; margin: .2em 0", ' aria-hidden="true"')
    return bar + make_paragraph(words)


def make_record(record: Any, title: str) -> str:
    """Return a frozen dataclass of numbers and short texts as a card, one row a field.

    Examples
    --------
    >>> from why_nps.core.summaries import ModelSummary
    >>> "nl-base" in make_record(ModelSummary("nl-base", "1", "40 answers"), "Model")
    True
    """
    pairs = ((field.name, getattr(record, field.name)) for field in fields(record))
    rows = [(name.replace("_", " "), _word(value)) for name, value in pairs if value != ""]
    return make_card(title, make_table((), rows))


def _word(value: Any) -> str:
    if isinstance(value, float):
        return "–" if isnan(value) else f"{value:,.2f}" if abs(value) >= 1 else f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _row(cells: Sequence[str], styles: Sequence[str]) -> str:
    first = _element("th", escape(cells[0]), styles[0], ' scope="row"')
    pairs = zip(cells[1:], styles[1:], strict=True)
    return first + "".join(_element("td", escape(cell), style) for cell, style in pairs)


def _element(name: str, content: str, style: str, attributes: str = "") -> str:
    own = f"all: revert; {style}" if style else "all: revert"
    return f'<{name}{attributes} style="{own}">{content}</{name}>'
