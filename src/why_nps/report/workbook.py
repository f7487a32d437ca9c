"""The tables as files: one workbook with a sheet each, and a CSV file each."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from why_nps.core.inert import defuse, make_inert
from why_nps.report.doubts import is_corrected
from why_nps.report.storage import write_atomically
from why_nps.report.tables import LIMITS, Sheet, list_sheets
from why_nps.report.wording import load_wording

if TYPE_CHECKING:
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
_WIDEST = 60


def write_tables(explanation: Explanation, folder: str | Path, *, language: str = "nl") -> list[Path]:
    """Write the workbook and the CSV files into ``folder``.

    Text that begins with ``=``, ``+``, ``-``, ``@`` or a tab gets a ``'`` before it, so that no
    spreadsheet takes it for a formula. Dutch CSV has semicolons and decimal commas, English CSV commas
    and decimal points; both are UTF-8 with a byte order mark.

    Parameters
    ----------
    explanation : Explanation
        What to write.
    folder : str or Path
        Made where it is not there.
    language : str
        "nl" or "en".

    Returns
    -------
    list of Path
        The workbook first.

    Raises
    ------
    InputError
        If there is no report in ``language``, or the folder cannot be written.
    """
    wording = load_wording(language)
    sheets = [Sheet(sheet.name, _defused(sheet.frame)) for sheet in list_sheets(explanation, wording)]
    book = _workbook(sheets, _notes(explanation, wording), wording)
    name = wording.say("files.workbook")
    written = [write_atomically(Path(folder) / f"{name}.xlsx", book)]
    for sheet in sheets:
        target = Path(folder) / f"{wording.say(f'files.{sheet.name}')}.csv"
        written.append(write_atomically(target, _csv(sheet, wording)))
    return written


def _defused(frame: pd.DataFrame) -> pd.DataFrame:
    table = frame.reset_index(drop=True).copy()
    for column in table.columns:
        if not pd.api.types.is_numeric_dtype(table[column]):
            table[column] = [defuse(str(cell)) if pd.notna(cell) else "" for cell in table[column]]
    return table


def _csv(sheet: Sheet, wording: Wording) -> bytes:
    table = sheet.frame.rename(columns=lambda column: _head(column, wording))
    separator, decimal = (";", ",") if wording.language == "nl" else (",", ".")
    text = table.to_csv(index=False, sep=separator, decimal=decimal, lineterminator="\r\n")
    return text.encode("utf-8-sig")


def _workbook(sheets: list[Sheet], notes: list[str], wording: Wording) -> bytes:
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        page = book.add_worksheet(wording.say("sheets.notes"))
        page.set_column(0, 0, 110, book.add_format({"text_wrap": True, "valign": "top"}))
        for line, note in enumerate(notes):
            page.write_string(line, 0, make_inert(note))
        for sheet in sheets:
            _fill(book, sheet, wording)
    return stream.getvalue()


def _fill(book: Any, sheet: Sheet, wording: Wording) -> None:
    page = book.add_worksheet(wording.say(f"sheets.{sheet.name}"))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for place, column in enumerate(sheet.frame.columns):
        cells, head = sheet.frame[column], _head(column, wording)
        page.write_string(0, place, head, bold)
        if pd.api.types.is_numeric_dtype(cells):
            page.set_column(place, place, max(11, min(len(head), 16)))
            form = book.add_format({"num_format": _number_format(column, sheet.name), "valign": "top"})
            for line in cells.index[cells.notna()]:
                page.write_number(line + 1, place, float(cells[line]), form)
        else:
            longest = max([len(head), *(len(cell) for cell in cells)])
            page.set_column(place, place, min(longest + 2, _WIDEST))
            for line, cell in enumerate(cells, start=1):
                page.write_string(line, place, cell, wrapped)
    page.freeze_panes(1, 0)
    if len(sheet.frame):
        page.autofilter(0, 0, len(sheet.frame), len(sheet.frame.columns) - 1)


def _number_format(column: str, sheet: str) -> str:
    if column in _COUNT_COLUMNS:
        return _COUNT
    if column == "p_adjusted":
        return _P
    if sheet == "estimates":  # points and shares stand in one column here
        return _PLAIN
    return _POINTS if column in _POINT_COLUMNS else _SHARE


def _head(column: str, wording: Wording) -> str:
    return wording.name("columns", column)


def _notes(explanation: Explanation, wording: Wording) -> list[str]:
    model = explanation.model
    return [
        wording.say("workbook.lead"),
        wording.say("workbook.missing"),
        wording.say("workbook.defused"),
        wording.say("reading.model_name", name=model.name, version=model.version),
        model.trained_on,
        wording.say("reading.corrected" if is_corrected(explanation) else "reading.uncorrected"),
        *(wording.say(f"limits.{limit}", minimum=explanation.minimum_n) for limit in LIMITS),
    ]
