import io
import zipfile

import xlsxwriter

from why_nps.core.inert import INERT_WORKBOOK


def test_a_workbook_takes_no_text_for_a_formula_or_a_link():
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, INERT_WORKBOOK) as book:
        book.add_worksheet().write_column(0, 0, ["=1+1", "https://example.org", "mailto:x@example.org"])
    with zipfile.ZipFile(stream) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert b"=1+1" in parts.read("xl/sharedStrings.xml")
    assert sheet.count('t="s"') == 3
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
