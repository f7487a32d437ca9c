import pandas as pd
import pytest

from why_nps import code, read_answers
from why_nps.core.codebook import load_codebook
from why_nps.errors import InputError
from why_nps.flow import draw_sample, read_sample, write_sample
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
        (0, {"theme_1": "onzin"}, r"vel\.csv, line 2: theme_1 and kind_1 must be"),
        (0, {"kind_1": None}, "line 2: .* both filled in"),
        (1, {"kind_1": "pain"}, "line 3: .* both filled in"),
        (0, {"span_1": "goedkoop"}, "line 2: span_1 does not occur"),
        (0, {"flags": "churn, spookvlag"}, "line 2: flags must be of the codebook"),
        (0, {"text": None}, "line 2: has a theme but no text"),
        (1, {"answer_id": None}, "line 3: has no answer_id"),
        (1, {"answer_id": "7"}, "line 3: its answer_id stands in a row above"),
        (2, {"theme_1": "price", "kind_1": "pain"}, "line 4: has a theme but nothing in 'coded'"),
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
