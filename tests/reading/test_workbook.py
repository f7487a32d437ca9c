"""Workbooks: typed cells, sheets, and files that would eat the memory."""

import datetime as dt
import zipfile

import pytest
import xlsxwriter

from why_nps.errors import InputError
from why_nps.reading.workbook import read_workbook


def write(path, **sheets):
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        date = book.add_format({"num_format": "dd-mm-yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(number, column, cell, date)
                    elif cell is not None:
                        sheet.write(number, column, cell)
    return path


def rezip(path, name, content):
    """Replace one member of a workbook."""
    with zipfile.ZipFile(path) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in (members | {name: content}).items():
            archive.writestr(member, data)
    return path


def test_cells_keep_their_type_and_rows_their_number(tmp_path):
    day = dt.date(2025, 10, 9)
    path = write(
        tmp_path / "a.xlsx", een=[[], [None, "score", "text"], [None, 9, "a"], [], [None, day, " b\n"]]
    )
    found = read_workbook(path)
    assert found.rows == [["", "score", "text"], ["", 9.0, "a"], ["", day, " b\n"]]
    assert found.lines == [2, 3, 5]
    assert (found.notes, found.blank) == (("Sheet 'een' was read.",), 1)


def test_cells_merged_over_rows_are_told(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("een")
        sheet.write_row(0, 0, ("vestiging", "score", "reden"))
        sheet.merge_range(1, 0, 3, 0, "Ede")
        sheet.merge_range(4, 0, 4, 2, "Tiel")  # within a row: the others are other columns
        sheet.write_column(1, 1, (9, 8, 7))
    found = read_workbook(path)
    assert [row[0] for row in found.rows] == ["vestiging", "Ede", "", "", "Tiel"]
    assert found.notes == (
        "Sheet 'een' was read.",
        "Cells merged over rows, of which only the first holds the value: 1.",
    )


def test_the_only_sheet_with_data_is_taken(tmp_path):
    path = write(tmp_path / "a.xlsx", leeg=[], data=[["score"], [9]], ook_leeg=[[""]])
    assert read_workbook(path).rows == [["score"], [9.0]]


def test_several_sheets_with_data_are_asked_about(tmp_path):
    path = write(tmp_path / "a.xlsx", mei=[["score"], [9]], juni=[["score"], [8]])
    with pytest.raises(InputError, match=r"'mei', 'juni'.*sheet="):
        read_workbook(path)
    assert read_workbook(path, "juni").rows == read_workbook(path, 1).rows == [["score"], [8.0]]
    with pytest.raises(InputError, match=r"no sheet 'juli'.*'mei', 'juni'"):
        read_workbook(path, "juli")
    with pytest.raises(InputError, match=r"no sheet 2.*'mei', 'juni'"):
        read_workbook(path, 2)


def test_an_empty_workbook(tmp_path):
    with pytest.raises(InputError, match="empty"):
        read_workbook(write(tmp_path / "a.xlsx", een=[]))


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path):
    path = rezip(write(tmp_path / "a.xlsx", een=[["score"]]), "xl/bomb.xml", b" " * 50_000_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(InputError, match="refused"):
        read_workbook(path)


def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path):
    path = rezip(
        write(tmp_path / "a.xlsx", een=[["score"]]),
        "xl/worksheets/sheet1.xml",
        b"<worksheet>" + b" " * 5_000_000,
    )
    size = (5_000_011).to_bytes(4, "little")
    data = path.read_bytes()
    assert data.count(size) == 2
    path.write_bytes(data.replace(size, (100).to_bytes(4, "little")))
    with pytest.raises(InputError, match="damaged"):
        read_workbook(path)


@pytest.mark.parametrize(
    "stray",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1048576'><c r = 'ZZ1048576'><v>1</v></c></row>",
    ],
)
def test_a_stray_cell_that_would_span_billions_is_refused(tmp_path, stray):
    path = write(tmp_path / "a.xlsx", een=[["score"], [9]])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    rezip(path, "xl/worksheets/sheet1.xml", sheet.replace(b"</sheetData>", stray + b"</sheetData>"))
    with pytest.raises(InputError, match="spans"):
        read_workbook(path)


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
@pytest.mark.parametrize(
    "content",
    [
        b"score;text\n9;a\n",
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(18),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"save it again|damaged"):
        read_workbook(path)


def test_a_large_sheet_of_one_column_is_not_taken_for_a_bomb(tmp_path):
    path = write(tmp_path / "a.xlsx", een=[["text"], *[[f"antwoord {number}"] for number in range(20_000)]])
    assert len(read_workbook(path).rows) == 20_001
