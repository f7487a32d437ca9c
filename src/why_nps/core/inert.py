"""Foreign text made harmless for whatever shows it: a page, a terminal, a spreadsheet, Markdown."""

from __future__ import annotations

import re

# C0 but tab and newline, DEL and C1, zero-width and bidi marks, the byte order mark, lone surrogates. What
# joins emoji stays.
_ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_FORMULA = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
_START = re.compile(rf"^(?=\s*{_FORMULA}|[\t\n])")
# A spreadsheet set to another country cuts at another sign, and there a quote holds no lines together.
_LATER = re.compile(rf"(?<=[;,|\t\n])(?=(?:[^\S\t\n]|[\"'])*+{_FORMULA})")
_CALLS = re.compile(r"[(|!]")  # without one of these a formula only reckons
# For xlsxwriter: nothing becomes a formula or a link, and no temporary file holds the cells.
INERT_WORKBOOK = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_MARKDOWN = re.compile(r"[\\`*_\[\]<>|#!]")


def make_inert(text: str) -> str:
    r"""Put a space in the place of every character that does something instead of being seen.

    Examples
    --------
    >>> make_inert("rood\x1b[31m\u202egroen")
    'rood [31m groen'
    """
    return _ACTIVE.sub(" ", text)


def defuse(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: with an apostrophe where one might begin.

    That is at its start, and behind what parts cells in one country or another, such as in "5;=cmd|x".

    Examples
    --------
    >>> defuse("=1+1"), defuse(" @SUM(A1)"), defuse("duur;=cmd|x;"), defuse("goed, 5,-")
    ("'=1+1", "' @SUM(A1)", "duur;'=cmd|x;", 'goed, 5,-')
    """
    whole = _START.sub("'", make_inert(text))
    return _LATER.sub("'", whole) if _CALLS.search(whole) else whole


def escape_markdown(text: str) -> str:
    r"""Return text that Markdown shows as it is, on one line.

    Examples
    --------
    >>> escape_markdown("prijs | <b>waarde</b>")
    'prijs \\| \\<b\\>waarde\\</b\\>'
    """
    return _MARKDOWN.sub(r"\\\g<0>", " ".join(make_inert(text).split()))
