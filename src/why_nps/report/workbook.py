"""The tables as files: one workbook with a sheet each, and a CSV file each."""

from __future__ import annotations

import io
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xlsxwriter

from why_nps.core.inert import INERT_WORKBOOK, defuse, make_inert
from why_nps.core.storage import write_together
from why_nps.report.doubts import is_corrected
from why_nps.report.retelling import retell
from why_nps.report.tables import LIMITS, Sheet, list_sheets
from why_nps.report.wording import load_wording

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_SHARE, _POINTS, _P, _COUNT, _PLAIN = "0.0%", "+0.0;-0.0;0.0", "0.0000", "#,##0", "0.0000"
_POINT_COLUMNS = frozenset(
    (
        *("nps", "low", "high", "nps_with", "nps_without", "gap", "impact", "contribution"),
        *("adjusted_effect", "adjusted_effect_low", "adjusted_effect_high"),
    )
)
_COUNT_COLUMNS = frozenset(("n", "count", "score"))
_FORMATS = {"count": _COUNT, "p": _P, "plain": _PLAIN, "odds": _PLAIN, "points": _POINTS, "share": _SHARE}
_UNITS_OF_SHEETS = {"estimates": "plain", "words": "odds"}  # where columns do not tell
_WIDEST = 60
_LETTER = 0.95  # width of a letter, in a column's unit
_LINE, _MOST_LINES = 15, 27  # a line, in points; lines of the highest row
_A4 = 9
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)  # the same bytes each time


def write_tables(
    explanation: Explanation, folder: str | Path, *, language: str = "nl", formula_safe: bool = True
) -> list[Path]:
    """Write the workbook and the CSV files into ``folder``.

    No cell of the workbook is a formula. Dutch CSV has semicolons and decimal commas, English CSV commas
    and decimal points; both are UTF-8 with a byte order mark.

    Parameters
    ----------
    explanation : Explanation
        What to write.
    folder : str or Path
        Made where it is not there.
    language : str
        "nl" or "en".
    formula_safe : bool
        Put a ``'`` before text that begins with ``=``, ``+``, ``-``, ``@`` or a tab, so that no spreadsheet
        takes it for a formula. Without it, texts are as they are: for programs, not for spreadsheets.

    Returns
    -------
    list of Path
        The workbook first.

    Raises
    ------
    InputError
        If there is no report in ``language``, or the folder cannot be written.
    """
    return write_together(folder, render_tables(explanation, language=language, formula_safe=formula_safe))


def render_tables(explanation: Explanation, *, language: str, formula_safe: bool = True) -> dict[str, bytes]:
    """Return the files that `write_tables` writes, by name."""
    wording = load_wording(language)
    guard = defuse if formula_safe else make_inert
    sheets = [Sheet(sheet.name, _as_cells(sheet.frame, guard)) for sheet in list_sheets(explanation, wording)]
    book = _workbook(sheets, _notes(explanation, wording, formula_safe=formula_safe), wording)
    return {
        f"{wording.say('files.workbook')}.xlsx": book,
        **{f"{wording.say(f'files.{sheet.name}')}.csv": _csv(sheet, wording) for sheet in sheets},
    }


def _as_cells(frame: pd.DataFrame, guard: Callable[[str], str]) -> pd.DataFrame:
    table = frame.reset_index(drop=True).copy()
    for column in table.columns:
        if not pd.api.types.is_numeric_dtype(table[column]):
            codes, distinct = pd.factorize(table[column])  # the same few names stand in many rows
            safe = np.array([*(guard(str(cell)) for cell in distinct), ""], dtype=object)
            table[column] = pd.Series(safe[codes], dtype="str")  # a missing cell has the code -1, the last
    return table


def _csv(sheet: Sheet, wording: Wording) -> bytes:
    table = sheet.frame.rename(columns=lambda column: _head(column, wording))
    separator, decimal = (";", ",") if wording.language == "nl" else (",", ".")
    text = table.to_csv(index=False, sep=separator, decimal=decimal, lineterminator="\r\n")
    return text.encode("utf-8-sig")


def _workbook(sheets: list[Sheet], notes: list[str], wording: Wording) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, INERT_WORKBOOK) as book:
        book.set_properties({"created": _NO_DATE})
        _explain(book, sheets, notes, wording)
        for sheet in sheets:
            _fill(book, sheet, wording)
    return stream.getvalue()


def _explain(book: Any, sheets: list[Sheet], notes: list[str], wording: Wording) -> None:
    """Write the notes, and below them what each column of each sheet means and its unit."""
    page = book.add_worksheet(wording.say("sheets.notes"))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    widths = (16, 34, 90, 56)
    for place, width in enumerate(widths):
        page.set_column(place, place, width, wrapped)
    for line, note in enumerate(notes):
        page.merge_range(line, 0, line, 3, "", wrapped)
        page.write_string(line, 0, make_inert(note), wrapped)
        _set_height(page, line, _count_lines(len(note), sum(widths)))
    first = len(notes) + 1
    bold = book.add_format({"bold": True, "bottom": 1})
    for place, head in enumerate(("sheet", "column", "meaning", "unit")):
        page.write_string(first, place, wording.say(f"workbook.{head}"), bold)
    line = first
    for sheet in sheets:
        for column in sheet.frame.columns:
            line += 1
            numeric = pd.api.types.is_numeric_dtype(sheet.frame[column])
            unit = wording.say(f"units.{_unit(column, sheet.name) if numeric else 'text'}")
            told = (
                wording.say(f"sheets.{sheet.name}"),
                _head(column, wording),
                wording.name("meanings", column),
            )
            for place, cell in enumerate((*told, unit)):
                page.write_string(line, place, cell, wrapped)
            needed = map(_count_lines, map(len, (*told, unit)), widths)
            _set_height(page, line, max(needed))
    _lay_out(page)


def _count_lines(letters: int, width: float) -> int:
    return math.ceil(_LETTER * letters / width)


def _set_height(page: Any, line: int, lines: int) -> None:
    """Make a row as high as its text needs: not every program works that out on opening."""
    if lines > 1:
        page.set_row(line, _LINE * min(lines, _MOST_LINES))


def _lay_out(page: Any) -> None:
    """Let a sheet be printed on A4 across, no wider than the paper."""
    page.set_paper(_A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _fill(book: Any, sheet: Sheet, wording: Wording) -> None:
    page = book.add_worksheet(wording.say(f"sheets.{sheet.name}"))
    forms = _Forms(book)
    needed = np.ones(len(sheet.frame) + 1, dtype=int)  # lines of text, of each row
    for place, column in enumerate(sheet.frame.columns):
        cells, head = sheet.frame[column], _head(column, wording)
        if pd.api.types.is_numeric_dtype(cells):
            width = max(11, min(len(head), 16))
            page.write_string(0, place, head, forms.head_right)
            form = book.add_format({"num_format": _FORMATS[_unit(column, sheet.name)], "valign": "top"})
            for line, cell in enumerate(cells.to_numpy(float, na_value=math.nan).tolist(), start=1):
                if not math.isnan(cell):
                    page.write_number(line, place, cell, form)
        else:
            texts = [head, *cells.tolist()]
            width = min(max(map(len, texts)) + 2, _WIDEST)
            for line, cell in enumerate(texts):
                if cell:
                    page.write_string(line, place, cell, forms.text if line else forms.head)
            needed = np.maximum(needed, [_count_lines(len(text), width) for text in texts])
        page.set_column(place, place, width)
        needed[0] = max(needed[0], _count_lines(len(head), width))
    for line, lines in enumerate(needed.tolist()):
        _set_height(page, line, lines)
    _lay_out(page)
    page.repeat_rows(0)
    page.freeze_panes(1, 0)
    if len(sheet.frame):
        page.autofilter(0, 0, len(sheet.frame), len(sheet.frame.columns) - 1)


class _Forms:
    """How heads and texts are set in a workbook."""

    def __init__(self, book: Any) -> None:
        wrapped = {"text_wrap": True, "valign": "top"}
        self.text = book.add_format(wrapped)
        self.head = book.add_format({**wrapped, "bold": True, "bottom": 1})
        self.head_right = book.add_format({**wrapped, "bold": True, "bottom": 1, "align": "right"})


def _unit(column: str, sheet: str) -> str:
    if column in _COUNT_COLUMNS:
        return "count"
    if column == "p_adjusted":
        return "p"
    return _UNITS_OF_SHEETS.get(sheet, "points" if column in _POINT_COLUMNS else "share")


def _head(column: str, wording: Wording) -> str:
    return wording.name("columns", column)


def _notes(explanation: Explanation, wording: Wording, *, formula_safe: bool) -> list[str]:
    model = explanation.model
    return [
        wording.say("workbook.lead"),
        wording.say("workbook.missing"),
        *([wording.say("workbook.defused")] if formula_safe else []),
        wording.say("reading.model_name", name=model.name, version=model.version),
        "; ".join(retell(part, wording).text for part in model.trained_on.split("; ")),
        wording.say("reading.corrected" if is_corrected(explanation) else "reading.uncorrected"),
        *(wording.say(f"limits.{limit}", minimum=explanation.minimum_n) for limit in LIMITS),
    ]
