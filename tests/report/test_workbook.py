import json
import math
import zipfile

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from tests.report.conftest import HOSTILE, group_rows, row

from why_nps.core.inert import defuse


def sheets(path):
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_workbook_and_csv_hold_the_same(full, tmp_path):
    book, *files = full.tables(tmp_path)
    assert book.name == "why_nps_tabellen.xlsx"
    held = sheets(book)
    assert list(held) == ["toelichting", "score", "thema's", "groepen", "perioden", "opvallend", "tips",
                          "antwoorden", "lezing", "alle schattingen"]  # fmt: skip
    for path, rows in zip(files, list(held.values())[1:], strict=True):
        table = pd.read_csv(path, sep=";", decimal=",", encoding="utf-8-sig")
        assert list(table.columns) == rows[0]
        assert len(table) == len(rows) - 1


@pytest.mark.parametrize("language, separator, decimal", [("nl", ";", ","), ("en", ",", ".")])
def test_numbers_stay_numbers(full, tmp_path, language, separator, decimal):
    paths = full.tables(tmp_path, language=language)
    path = next(path for path in paths if path.stem in {"groepen", "groups"})
    table = pd.read_csv(path, sep=separator, decimal=decimal, encoding="utf-8-sig")
    assert table["NPS"].dtype == "float64"
    nps = full.estimates[(full.estimates["statistic"] == "nps") & (full.estimates["group"] == "Utrecht")]
    assert table.set_index(table.columns[1]).loc["Utrecht", "NPS"] == nps["estimate"].iloc[0]
    rows = sheets(paths[0])[("groepen" if language == "nl" else "groups")]
    assert isinstance(rows[1][3], float)


def test_suppressed_groups_tell_neither_number_nor_count(full, tmp_path):
    rows = sheets(full.tables(tmp_path)[0])["groepen"]
    hidden = next(line for line in rows if line[1] == "Lelystad")
    assert hidden == ["filiaal", "Lelystad", "", "", "", "", "te weinig antwoorden"]
    everything = sheets(full.tables(tmp_path)[0])["alle schattingen"]
    place = everything[0].index("antwoorden")
    assert all(line[place] == "" for line in everything if "Lelystad" in line)


def test_no_cell_is_a_formula_or_a_link(build, tmp_path):
    rows = [row("nps", 1, 5)]
    for name in (*HOSTILE, "@x", "+1", "-1", "\t=1", "https://example.org"):
        rows += group_rows("branch", name, 1, 50)
    book, *files = build(rows, segments=("branch",)).tables(tmp_path)
    with zipfile.ZipFile(book) as parts:
        xml = "".join(
            parts.read(name).decode() for name in parts.namelist() if name.endswith((".xml", ".rels"))
        )
    assert "<f>" not in xml
    assert "hyperlink" not in xml
    names = [line[1] for line in sheets(book)["groepen"]]
    assert "'=1+1" in names
    groups = next(path for path in files if path.stem == "groepen").read_text(encoding="utf-8-sig")
    assert ";'=1+1;" in groups
    assert ";'@x;" in groups
    assert ";=" not in groups


@pytest.mark.parametrize(
    "text, safe",
    [
        ("=1", "'=1"),
        (" =1", "' =1"),
        ("-5", "'-5"),
        ("", ""),
        (" ", " "),
        ("a=b", "a=b"),
        ("\ud83d", " "),
        ("\0=1", "' =1"),
    ],
)
def test_defusing(text, safe):
    assert defuse(text) == safe


def test_json_holds_everything_and_no_nan(full):
    content = json.loads(full.to_json(), parse_constant=pytest.fail)
    assert len(content["estimates"]) == len(full.estimates)
    assert len(content["verbatims"]) == len(full.verbatims)
    nps = next(line for line in content["estimates"] if line["statistic"] == "nps")
    assert math.isclose(nps["estimate"], 22.4)
    assert content["coding"]["not_classified"] == 61
    assert any(line["estimate"] is None for line in content["estimates"])
