import io
import json
import math
import zipfile
from importlib.resources import files

import pandas as pd
import pytest
from jsonschema import Draft202012Validator
from python_calamine import CalamineWorkbook
from tests.report.conftest import HOSTILE, group_rows, row

from why_nps.core.inert import defuse
from why_nps.report.wording import load_wording


def sheets(path):
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_workbook_and_csv_hold_the_same(full, tmp_path):
    book, *others = full.tables(tmp_path)
    assert book.name == "why_nps_tabellen.xlsx"
    held = sheets(book)
    assert list(held) == ["toelichting", "score", "thema's", "groepen", "perioden", "opvallend", "tips",
                          "antwoorden", "lezing", "alle schattingen", "woorden"]  # fmt: skip
    for path, rows in zip(others, list(held.values())[1:], strict=True):
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
    book, *others = build(rows, segments=("branch",)).tables(tmp_path)
    with zipfile.ZipFile(book) as parts:
        xml = "".join(
            parts.read(name).decode() for name in parts.namelist() if name.endswith((".xml", ".rels"))
        )
    assert "<f>" not in xml
    assert "hyperlink" not in xml
    names = [line[1] for line in sheets(book)["groepen"]]
    assert "'=1+1" in names
    groups = next(path for path in others if path.stem == "groepen").read_text(encoding="utf-8-sig")
    assert ";'=1+1;" in groups
    assert ";'@x;" in groups
    assert ";=" not in groups


def test_the_guard_against_formulas_can_be_left_out(build, tmp_path):
    rows = [row("nps", 1, 5), *group_rows("branch", "=1+1", 1, 50)]
    book, *others = build(rows, segments=("branch",)).tables(tmp_path, formula_safe=False)
    groups = next(path for path in others if path.stem == "groepen").read_text(encoding="utf-8-sig")
    assert ";=1+1;" in groups
    with zipfile.ZipFile(book) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())
    assert sheets(book)["groepen"][1][1] == "=1+1"
    assert not any("rekenblad" in str(cell) for line in sheets(book)["toelichting"] for cell in line)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_notes_say_what_each_column_means(full, tmp_path, language):
    held = sheets(full.tables(tmp_path, language=language)[0])
    notes = held.pop("toelichting" if language == "nl" else "notes")
    begin = next(i for i, line in enumerate(notes) if line[0] in {"tabel", "table"})
    told = {(line[0], line[1]): (line[2], line[3]) for line in notes[begin + 1 :]}
    assert set(told) == {(name, column) for name, lines in held.items() for column in lines[0]}
    wording = load_wording(language)
    assert all(meaning in wording.texts.values() and unit for meaning, unit in told.values())
    sheet, effect = wording.say("sheets.drivers"), wording.say("columns.adjusted_effect")
    assert told[sheet, effect][1] == wording.say("units.points")


def test_the_workbook_is_the_same_each_time_and_keeps_its_heads_in_sight(full, tmp_path):
    first, second = (full.tables(tmp_path / part)[0].read_bytes() for part in "ab")
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        pages = [parts.read(f"xl/worksheets/sheet{number}.xml").decode() for number in range(2, 12)]
    assert all('state="frozen"' in page and "<cols>" in page for page in pages)


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


def schema():
    return json.loads(files("why_nps").joinpath("data", "explanation.schema.json").read_text("utf-8"))


def test_json_keeps_to_its_schema(full, build):
    checker = Draft202012Validator(schema(), format_checker=None)
    Draft202012Validator.check_schema(schema())
    for explanation in (full, build([row("nps", n=0, note="no scores")], segments=())):
        assert not [error.message for error in checker.iter_errors(json.loads(explanation.to_json()))]


def test_the_schema_refuses_what_it_does_not_describe(full):
    checker = Draft202012Validator(schema())
    content = json.loads(full.to_json())
    content["estimates"][0]["surprise"] = 1
    del content["words"][0]["n"]
    told = sorted(error.message for error in checker.iter_errors(content))
    assert [message.split(" ")[0] for message in told] == ["'n'", "Additional"]
