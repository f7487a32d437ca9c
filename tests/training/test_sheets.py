import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from why_nps import code, explain, read_answers
from why_nps.core.codebook import load_codebook
from why_nps.errors import InputError
from why_nps.flow import draw_sample, draw_useful, read_sample, write_sample
from why_nps.training.corpus import CodedMention, cut_coded, to_clauses
from why_nps.training.sheets import read_coded_sheet

BOOK = load_codebook()
ROWS = [
    {
        "answer_id": "7",
        "text": "geheim, maar veel te duur",
        "coded": "x",
        "theme_1": "price",
        "kind_1": "pain",
    },
    {"answer_id": "8", "text": "gewoon", "coded": "x"},
    {"answer_id": "9", "text": "nog niet gelezen"},
]


def write(path, rows):
    pd.DataFrame(rows).to_csv(path, index=False, sep=";")
    return path


@pytest.fixture
def sheet(tmp_path):
    return write(tmp_path / "vel.csv", ROWS)


def test_only_answers_marked_as_coded_are_read(sheet):
    found, nothing = read_coded_sheet(sheet, BOOK)
    assert (found.answer_id, found.text, found.pairs) == ("7", ROWS[0]["text"], {("price", "pain")})
    assert (nothing.answer_id, nothing.pairs) == ("8", set())
    assert (found.score, found.sector, found.flags_coded) == (None, "", False)


@pytest.mark.parametrize("yes, no", [("x", "nee"), ("Ja", "-"), (1, 0), (True, False)])
def test_a_box_that_is_not_ticked_is_no_answer_that_was_read(tmp_path, yes, no):
    marked = pd.DataFrame(ROWS).assign(coded=[yes, yes, no])
    marked.to_excel(tmp_path / "vel.xlsx", index=False, engine="xlsxwriter")
    marked.to_csv(tmp_path / "vel.csv", index=False)
    for name in ("vel.xlsx", "vel.csv"):
        assert [answer.answer_id for answer in read_coded_sheet(tmp_path / name, BOOK)] == ["7", "8"]


def test_spans_flags_score_sector_and_labels_are_read_where_they_are_there(tmp_path):
    rows = [
        ROWS[0]
        | {"theme_1": "Prijs & waarde", "kind_1": "Pijnpunt", "span_1": "veel te duur", "score": 3.0}
        | {"flags": "churn, wil contact", "sector": "bank", "theme_2": "general", "kind_2": "neutral"},
        ROWS[1],
    ]
    first, second = read_coded_sheet(write(tmp_path / "vel.csv", rows), BOOK)
    assert first.mentions == (
        CodedMention("veel te duur", "price", "pain"),
        CodedMention("", "general", "neutral"),
    )
    assert (first.score, first.sector, first.flags) == (3, "bank", {"churn", "callback"})
    assert (second.flags, second.flags_coded) == (frozenset(), True)


def test_a_workbook_of_sample_reads_as_report_reads_it(tmp_path):
    texts = ["Snelle levering", "Veel te duur", "Vriendelijke medewerkers", "Slechte bereikbaarheid"]
    coded = code(read_answers(pd.DataFrame({"Cijfer": [9, 3, 8, 2], "Toelichting": texts})))
    path = write_sample(draw_sample(coded, seed=2), BOOK, tmp_path / "vel.xlsx")
    # Filled in place of the empty cells, so that the workbook keeps its second sheet.
    table = pd.read_excel(path, engine="calamine", dtype={"answer_id": "str"}).astype(object)
    table.loc[:2, "coded"] = "x"
    table.loc[0, ["theme_1", "kind_1", "theme_2", "kind_2"]] = [
        "Levering & bezorging",
        "tip",
        "price",
        "pain",
    ]
    with pd.ExcelWriter(path, engine="xlsxwriter") as writer:
        table.to_excel(writer, index=False, sheet_name="sample")
        pd.DataFrame({"staff": ["speed"]}).to_excel(writer, index=False, sheet_name="codebook")
    answers = read_coded_sheet(path, BOOK)
    sample = read_sample(path, BOOK)
    assert tuple(answer.answer_id for answer in answers) == sample.answer_ids
    assert {(a.answer_id, *pair) for a in answers for pair in a.pairs} == sample.mentions
    assert len(sample.mentions) == 2


def test_an_answer_without_spans_is_learned_whole(sheet):
    found, nothing = read_coded_sheet(sheet, BOOK)
    assert [(clause.text, set(clause.pairs)) for clause in cut_coded(found)] == [
        (ROWS[0]["text"], {("price", "pain")})
    ]
    assert {clause.text for clause in to_clauses([found, nothing])} == {ROWS[0]["text"], "gewoon"}


@pytest.mark.parametrize(
    "row, change, says",
    [
        (
            0,
            {"theme_1": "onzin"},
            r"vel\.csv, line 2: theme_1 holds no theme .* `why-nps codebook` shows its themes",
        ),
        (0, {"kind_1": "negatief"}, "kind_1 holds no kind .* It has pluspunt, pijnpunt, tip, neutraal"),
        (0, {"kind_1": None}, "line 2: kind_1 is empty; a mention has a theme and a kind"),
        (1, {"kind_1": "pain"}, "line 3: theme_1 is empty"),
        (0, {"span_1": "goedkoop"}, "line 2: span_1 does not occur"),
        (0, {"flags": "churn, spookvlag"}, "line 2: flags holds no flag of the codebook"),
        (0, {"flags": "churn, wil contakt"}, "flags holds no flag .* Did you mean 'wil contact'"),
        (0, {"text": None}, "line 2: has a theme but no text"),
        (1, {"answer_id": None}, "line 3: is marked as coded but has no answer_id"),
        (1, {"answer_id": "7"}, "line 3: its answer_id stands in a row above"),
        (2, {"theme_1": "price", "kind_1": "pain"}, "line 4: has a theme but no x in 'coded'"),
        (0, {"coded": "nee"}, "line 2: has a theme but no x in 'coded'"),
        (0, {"theme_2": "price"}, "lacks the column 'kind_2'"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_its_text_is_not_told(tmp_path, row, change, says):
    rows = [dict(each) for each in ROWS]
    rows[row] |= change
    with pytest.raises(InputError, match=says) as caught:
        read_coded_sheet(write(tmp_path / "vel.csv", rows), BOOK)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("column", ["answer_id", "text", "coded", "theme_1", "kind_1"])
def test_a_sheet_without_a_column_is_refused(tmp_path, column):
    rows = [{name: cell for name, cell in row.items() if name != column} for row in ROWS]
    with pytest.raises(InputError, match=f"lacks the column '{column}'"):
        read_coded_sheet(write(tmp_path / "vel.csv", rows), BOOK)


def test_a_sheet_in_which_nothing_is_marked_is_refused(tmp_path):
    with pytest.raises(InputError, match="is marked as coded"):
        read_coded_sheet(
            write(tmp_path / "vel.csv", [ROWS[2] | {"coded": " ", "theme_1": "", "kind_1": ""}]), BOOK
        )


def test_every_row_that_cannot_be_used_is_told_at_once(tmp_path):
    rows = [
        ROWS[0] | {"theme_1": "Prijs & warde"},
        ROWS[0] | {"answer_id": "10", "span_1": "geheimx"},
        ROWS[1] | {"answer_id": "11", "theme_1": "price"},
    ]
    with pytest.raises(InputError) as raised:
        read_coded_sheet(write(tmp_path / "vel.csv", rows), BOOK)
    told = str(raised.value)
    assert told.startswith("3 rows cannot be used:")
    assert "line 2: theme_1 holds no theme of the codebook. Did you mean 'Prijs & waarde'?" in told
    assert "line 3: span_1 does not occur in the text" in told
    assert "geheim" not in told


def test_a_sheet_that_excel_sorted_and_gave_columns_reads_the_same(tmp_path, sheet):
    rows = [{"Kolom1": 3, "answer_id": "8", "Opmerking": "?", "coded": "X", "text": "gewoon", "Kolom2": None}]
    rows.append({"Kolom1": 1} | ROWS[0])
    path = tmp_path / "gesorteerd.xlsx"
    pd.DataFrame(rows).to_excel(path, index=False, engine="xlsxwriter")
    assert sorted(map(str, read_coded_sheet(path, BOOK))) == sorted(map(str, read_coded_sheet(sheet, BOOK)))


def test_two_coders_of_one_answer_have_a_row_each(tmp_path):
    rows = [ROWS[0] | {"coder": "an"}, ROWS[0] | {"coder": "bo", "theme_1": "general"}]
    answers = read_coded_sheet(write(tmp_path / "vel.csv", rows), BOOK)
    assert [(a.answer_id, a.coder, a.mentions[0].theme) for a in answers] == [
        ("7", "an", "price"),
        ("7", "bo", "general"),
    ]


def test_an_empty_sheet_is_refused(tmp_path):
    pd.DataFrame(columns=list(ROWS[0])).to_excel(tmp_path / "leeg.xlsx", index=False, engine="xlsxwriter")
    with pytest.raises(InputError):
        read_coded_sheet(tmp_path / "leeg.xlsx", BOOK)


def tasks(coded, path, change=None):
    """Annotate tasks as Label Studio exports them: the first span of each is its first word."""
    write_sample(draw_sample(coded, seed=2), BOOK, path)
    found = json.loads(path.read_text(encoding="utf-8"))
    for number, task in enumerate(found[:-1]):
        word = task["data"]["text"].split()[0]
        value = {"start": 0, "end": len(word), "text": word}
        result = [
            {"id": "r1", "from_name": "theme", "type": "labels", "value": value | {"labels": ["price"]}},
            {"id": "r1", "from_name": "kind", "type": "choices", "value": value | {"choices": ["Pijnpunt"]}},
        ]
        task["annotations"] = [{"completed_by": {"id": 5}, "result": result if number else []}]
        task["annotations"].append({"was_cancelled": True, "result": []})
    if change:
        change(found)
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def coded():
    texts = ["Snelle levering", "Veel te duur", "Vriendelijke medewerkers", "Slechte bereikbaarheid"]
    return code(read_answers(pd.DataFrame({"Cijfer": [9, 3, 8, 2], "Toelichting": texts})))


def test_tasks_of_label_studio_come_back_with_their_spans(coded, tmp_path):
    path = tasks(coded, tmp_path / "taken.json")
    answers = read_coded_sheet(path, BOOK)
    assert [len(answer.mentions) for answer in answers] == [0, 1, 1]
    first = answers[1]
    assert first.mentions == (CodedMention(first.text.split()[0], "price", "pain"),)
    assert first.coder == "5"
    sample = read_sample(path, BOOK)
    assert sample.answer_ids == tuple(answer.answer_id for answer in answers)
    assert sample.probabilities == (1.0, 1.0, 1.0)
    config = path.with_suffix(".xml").read_text(encoding="utf-8")
    assert 'value="Prijs &amp; waarde" alias="price"' in config
    assert len(ET.fromstring(config).findall(".//Label")) == 19  # noqa: S314  our own file


def test_flags_chosen_in_label_studio_are_read(coded, tmp_path):
    def change(found):
        chosen = {"from_name": "flag", "type": "choices", "value": {"choices": ["churn", "Wil contact"]}}
        found[1]["annotations"][0]["result"].append({"id": "r2", **chosen})

    first, second, _ = read_coded_sheet(tasks(coded, tmp_path / "taken.json", change), BOOK)
    assert (second.flags, len(second.mentions)) == ({"churn", "callback"}, 1)
    assert (first.flags, first.flags_coded) == (frozenset(), True)
    assert not read_coded_sheet(tasks(coded, tmp_path / "taken.json"), BOOK)[0].flags_coded
    view = ET.fromstring((tmp_path / "taken.xml").read_text(encoding="utf-8"))  # noqa: S314  our own file
    assert len(view.findall(".//Choices[@name='flag'][@choice='multiple']/Choice")) == len(BOOK.flags)


def test_a_codebook_without_flags_asks_for_none_in_label_studio(coded, tmp_path):
    write_sample(draw_sample(coded), replace(BOOK, flags=()), tmp_path / "taken.json")
    view = ET.fromstring((tmp_path / "taken.xml").read_text(encoding="utf-8"))  # noqa: S314  our own file
    assert [choices.get("name") for choices in view.findall("Choices")] == ["kind"]


def test_an_export_of_annotated_tasks_alone_corrects_as_one_of_all(coded, tmp_path):
    whole = read_sample(tasks(coded, tmp_path / "taken.json"), BOOK)
    assert read_sample(tasks(coded, tmp_path / "taken.json", lambda found: found.pop()), BOOK) == whole


def test_a_span_of_another_text_is_refused(coded, tmp_path):
    def change(found):
        found[1]["data"]["text"] = "iets anders"

    with pytest.raises(InputError, match=r"taken\.json, task .*: a span no longer matches its text"):
        read_coded_sheet(tasks(coded, tmp_path / "taken.json", change), BOOK)


def test_a_file_that_is_no_export_is_refused(tmp_path):
    for written in ('{"a": 1}', '[{"id": 1, "text": "duur", "answer_id": "3", "kind": "pijnpunt"}]'):
        (tmp_path / "taken.json").write_text(written, encoding="utf-8")
        with pytest.raises(InputError, match=r"no JSON export of Label Studio .* not as JSON-MIN"):
            read_coded_sheet(tmp_path / "taken.json", BOOK)


def test_what_was_drawn_for_use_never_corrects_figures(coded, tmp_path):
    drawn = draw_useful(coded, size=3)
    for kind in ("xlsx", "csv", "json"):
        path = write_sample(drawn, BOOK, tmp_path / f"vel.{kind}")
        if kind == "json":
            found = json.loads(path.read_text(encoding="utf-8"))
            found[0]["annotations"] = [{"completed_by": 1, "result": []}]
            path.write_text(json.dumps(found), encoding="utf-8")
        with pytest.raises(InputError, match="useful to learn from"):
            read_sample(path, BOOK)
    path = write_sample(drawn, BOOK, tmp_path / "vel.xlsx")
    table = pd.read_excel(path, engine="calamine").drop(columns="drawn")
    table["coded"] = "x"
    table.to_excel(tmp_path / "gewist.xlsx", index=False, engine="xlsxwriter")
    with pytest.raises(InputError, match=r"'probability' .* was changed"):
        read_sample(tmp_path / "gewist.xlsx", BOOK)


def test_a_sample_may_be_coded_in_csv_with_decimal_commas(coded, tmp_path):
    path = write_sample(draw_sample(coded, size=2, seed=2), BOOK, tmp_path / "vel.csv")
    text = path.read_text(encoding="utf-8-sig").replace(";0.5", ";0,5")
    lines = [line.replace(";;;;;;;;;;;", ";x;price;pain;;;;;;;;", 1) for line in text.splitlines()]
    path.write_text("\n".join(lines), encoding="utf-8")
    sample = read_sample(path, BOOK)
    assert sample.probabilities == (0.5, 0.5)
    assert len(sample.mentions) == 2
    assert len(read_coded_sheet(path, BOOK)) == 2
    estimates = explain(coded, sample=path, minimum_n=1).estimates
    assert (estimates["statistic"] == "corrected_rate").any()
