import tomllib

import pytest

from why_nps.core.codebook import build_codebook, load_codebook, parse_codebook
from why_nps.core.exchange import format_toml, save_codebook
from why_nps.errors import CodebookError

BOOK = build_codebook(
    {
        "name": "=klein",
        "version": "2",
        "themes": {
            "prijs": {"nl": 'Prijs "&" waarde', "en": "Price", "covers": "a\\b"},
            "tarief": {"nl": "Tarief", "parent": "prijs", "phrases": ["veel te duur", "de prijs, héél hoog"]},
            "korting": {"nl": "Korting", "parent": "prijs"},
        },
        "kinds": {"pain": {"nl": "pijnpunt", "en": "pain"}},
        "flags": {"churn": {"nl": "vertrekt"}},
        "changes": [
            {"version": "1", "what": "begin", "on": "2025-01-01"},
            {
                "version": "2",
                "what": "prijs in delen",
                "mapping": {"prijs": ["tarief", "korting"], "winkel": [], "duur": "tarief"},
                "added": ["prijs"],
            },
        ],
    }
    | {"version": "2"}
)


@pytest.mark.parametrize("kind", ["toml", "json", "xlsx"])
@pytest.mark.parametrize("book", [BOOK, load_codebook()], ids=["full", "shipped"])
def test_a_codebook_comes_back_as_it_went_out(tmp_path, kind, book):
    assert load_codebook(save_codebook(book, tmp_path / "nieuw" / f"boek.{kind}")) == book


def test_the_toml_is_toml():
    assert tomllib.loads(format_toml(BOOK))["changes"][1]["mapping"]["winkel"] == []
    assert parse_codebook(format_toml(BOOK)) == BOOK


def test_a_version_that_excel_made_a_number_is_still_that_version(tmp_path):
    import xlsxwriter

    path = tmp_path / "boek.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("codebook").write_row(0, 0, ["name", "version"])
        book.get_worksheet_by_name("codebook").write_row(1, 0, ["klein", 3])
        book.add_worksheet("themes").write_row(0, 0, ["nl", "mine", "id"])
        book.get_worksheet_by_name("themes").write_row(1, 0, ["Prijs", 7, "prijs"])
        book.add_worksheet("kinds").write_row(0, 0, ["id", "nl"])
        book.get_worksheet_by_name("kinds").write_row(1, 0, ["pain", "pijnpunt"])
    found = load_codebook(path)
    assert (found.version, found.theme_ids, found.label("prijs", "en")) == ("3", ("prijs",), "Prijs")


def test_a_row_without_an_id_is_told_by_its_number_in_the_sheet(tmp_path):
    import pandas as pd

    sheets = pd.read_excel(save_codebook(BOOK, tmp_path / "boek.xlsx"), sheet_name=None, engine="calamine")
    sheets["themes"].loc[4, "nl"] = "zonder id"  # row 6; row 5 stays blank
    with pd.ExcelWriter(tmp_path / "boek.xlsx", engine="xlsxwriter") as writer:
        for name, table in sheets.items():
            table.reindex(range(table.index.max() + 1)).to_excel(writer, sheet_name=name, index=False)
    with pytest.raises(CodebookError, match="sheet themes, row 6: needs an id"):
        load_codebook(tmp_path / "boek.xlsx")


@pytest.mark.parametrize("name", ["boek.json", "boek.xlsx"])
def test_a_damaged_file_is_an_error_of_ours(tmp_path, name):
    (tmp_path / name).write_text("[1, 2", encoding="utf-8")
    with pytest.raises(CodebookError, match=f"Cannot read the codebook '{name}'"):
        load_codebook(tmp_path / name)


def test_another_kind_of_file_is_refused(tmp_path):
    with pytest.raises(CodebookError, match=r"\.toml, \.json or \.xlsx"):
        save_codebook(BOOK, tmp_path / "boek.docx")


@pytest.mark.parametrize("kind", ["toml", "json", "xlsx"])
def test_a_full_disk_leaves_the_codebook_that_was_there(tmp_path, full_disk, kind):
    path = save_codebook(BOOK, tmp_path / f"boek.{kind}")
    before = path.read_bytes()
    with full_disk(100):
        save_codebook(load_codebook(), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
