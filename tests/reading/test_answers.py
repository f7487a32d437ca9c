"""Reading from end to end: whatever the source, the declared table and an honest report."""

# ruff: noqa: E501 - tables of cases

import contextlib
import datetime as dt
import time
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from why_nps.core.tables import ANSWERS
from why_nps.errors import InputError
from why_nps.reading import read_answers


@pytest.fixture
def write(tmp_path):
    def _write(content, name="export.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return _write


def test_a_dutch_export(write):
    answers = read_answers(
        write(
            "Klantnummer;Cijfer;Toelichting;Datum;Gewicht;Filiaal\n"
            '007;10 - zeer waarschijnlijk;"Top;\nsnel";31-12-2025;1,5;Ede \n'
            "12345678901234567890;8,5;NA;gisteren;0,5;\n"
            "9;;;;1;Urk\n"
        )
    )
    frame, report = answers.frame, answers.report
    assert frame.dtypes.astype(str).to_dict() == {**ANSWERS.columns, "branch": "str"}
    assert frame["answer_id"].tolist() == ["007", "12345678901234567890", "9"]
    assert frame["score"].fillna(-1).tolist() == [10, -1, -1]
    assert frame["text"].fillna("?").tolist() == ["Top;\nsnel", "NA", "?"]
    assert frame["answered_on"].tolist() == [pd.Timestamp("2025-12-31"), pd.NaT, pd.NaT]
    assert frame["weight"].tolist() == [1.5, 0.5, 1.0]
    assert frame["branch"].fillna("?").tolist() == ["Ede", "?", "Urk"]
    assert answers.segments == ("branch",)
    assert (report.source, report.rows, report.with_score, report.with_text) == ("export.csv", 3, 1, 2)
    assert report.columns["score"] == "Cijfer"
    assert report.score_problems == {"not a whole score": 1, "empty": 1}
    assert [note.rsplit(": ", 1)[-1] for note in report.notes] == ["1.", "1.", "1."]
    assert "label" in report.notes[0]
    assert "cannot be read" in report.notes[1]
    assert "neither" in report.notes[2]


def test_numbered_ids_no_dates_and_equal_weights_where_the_file_has_none(write):
    frame = read_answers(write("score,text\n9,a\n8,b\n")).frame
    assert frame["answer_id"].tolist() == ["1", "2"]
    assert frame["weight"].tolist() == [1.0, 1.0]
    assert frame["answered_on"].isna().all()


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_every_frame_gives_the_same_answers_and_stays_as_it_was(make):
    data = {
        "id": [2**60 + 1, 2],
        "nps": [9.0, None],
        "reden": ["null", None],
        "datum": [dt.datetime(2025, 12, 31, 14, 5), None],  # noqa: DTZ001
        "winkel": ["Ede", None],
    }
    source = make(data)
    before = source.copy(deep=True) if isinstance(source, pd.DataFrame) else source
    frame = read_answers(source).frame
    assert frame["answer_id"].tolist() == [str(2**60 + 1), "2"]
    assert frame["score"].fillna(-1).tolist() == [9, -1]
    assert frame["text"].fillna("?").tolist() == ["null", "?"]
    assert frame["answered_on"].tolist() == [pd.Timestamp("2025-12-31 14:05"), pd.NaT]
    assert frame["branch"].fillna("?").tolist() == ["Ede", "?"]
    frame["text"] = "veranderd"
    if isinstance(source, pd.DataFrame):
        pd.testing.assert_frame_equal(source, before)


def test_what_it_writes_it_reads():
    frame = read_answers(
        pd.DataFrame({"cijfer": [9, None], "reden": ["a", "b"], "winkel": ["x", None]})
    ).frame
    pd.testing.assert_frame_equal(read_answers(frame).frame, frame)


def test_pandas_types_of_all_kinds():
    source = pd.DataFrame(
        {
            "score": pd.array([9, None], dtype="Int8"),
            "text": pd.Series(["a", None], dtype="category"),
            "golf": pd.Series(pd.period_range("2025Q1", periods=2, freq="Q")),
        }
    ).set_axis([7, 7])
    frame = read_answers(source).frame
    assert frame.index.tolist() == [0, 1]
    assert frame["score"].fillna(-1).tolist() == [9, -1]
    assert frame["wave"].tolist() == ["2025Q1", "2025Q2"]


def test_a_workbook(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("Export")
        date = book.add_format({"num_format": "d-m-yyyy"})
        sheet.write_row(0, 0, ["Respondent", "NPS", "Waarom?", "Datum", "Vestiging"])
        sheet.write_row(1, 0, [12345678, 9, "Goed", None, 12])
        sheet.write_row(2, 0, ["007", "8,0", 10])
        sheet.write_row(3, 0, [3, None, None, 46022, "Ede"])
        sheet.write_datetime(1, 3, dt.datetime(2025, 12, 31), date)  # noqa: DTZ001
        sheet.write_datetime(3, 1, dt.datetime(2025, 10, 9), date)  # noqa: DTZ001
    answers = read_answers(tmp_path / "a.xlsx")
    frame = answers.frame
    assert frame["answer_id"].tolist() == ["12345678", "007", "3"]
    assert frame["score"].fillna(-1).tolist() == [9, 8, -1]
    assert answers.report.score_problems == {"a date": 1}
    assert frame["text"].fillna("?").tolist() == ["Goed", "10", "?"]
    assert any("written out as text: 1." in note for note in answers.report.notes)
    assert frame["answered_on"].tolist() == [pd.Timestamp("2025-12-31"), pd.NaT, pd.Timestamp("2025-12-31")]
    assert frame["branch"].fillna("?").tolist() == ["12", "?", "Ede"]


def spss(path, codes, labels):
    frame = pd.DataFrame({"Q1": codes, "Q2": ["Top", "", "Prima"], "winkel": [1.0, 2.0, np.nan]})
    pyreadstat.write_sav(
        frame, path, column_labels=["Hoe waarschijnlijk is het dat u ons aanbeveelt?", "Waarom geeft u dit cijfer?", ""],
        variable_value_labels={"Q1": labels, "winkel": {1.0: "Ede", 2.0: "Urk"}},
    )  # fmt: skip
    return path


@pytest.mark.parametrize(
    "codes, labels, scores",
    [
        ([0.0, 10.0, 7.0], {0.0: "0 - zeer onwaarschijnlijk", 10.0: "10 - zeer waarschijnlijk"}, [0, 10, 7]),
        ([0.0, 10.0, 7.0], {0.0: "Zeer onwaarschijnlijk", 10.0: "Zeer waarschijnlijk"}, [0, 10, 7]),
        (
            [1.0, 11.0, 2.0],
            {1.0: "0 - zeer onwaarschijnlijk", 2.0: "1", 11.0: "10 - zeer waarschijnlijk"},
            [0, 10, 1],
        ),
    ],
)
def test_spss_with_value_labels(tmp_path, codes, labels, scores):
    answers = read_answers(spss(tmp_path / "a.sav", codes, labels))
    assert answers.frame["score"].tolist() == scores
    assert answers.frame["branch"].fillna("?").tolist() == ["Ede", "Urk", "?"]
    assert answers.frame["text"].fillna("?").tolist() == ["Top", "?", "Prima"]


def test_spss_codes_that_are_no_scores_and_have_no_label_are_refused(tmp_path):
    path = spss(tmp_path / "a.sav", [1.0, 11.0, 5.0], {1.0: "0 - nooit", 11.0: "10 - zeker"})
    with pytest.raises(InputError, match=r"code 1 means 0.*1 cells have no label"):
        read_answers(path)


def test_qualtrics_and_surveymonkey(write):
    qualtrics = read_answers(
        write(
            "StartDate,RecordedDate,ResponseId,Q1_NPS_GROUP,Q1,Q2\n"
            'Start,Recorded,Response ID,Hoe waarschijnlijk is het dat u ons aanbeveelt? - Group,"Hoe waarschijnlijk is '
            'het dat u ons aanbeveelt?",Waarom geeft u deze score?\n'
            '"{""ImportId"":""startDate""}","{""ImportId"":""r""}","{""ImportId"":""i""}","{""ImportId"":""g""}",'
            '"{""ImportId"":""q""}","{""ImportId"":""t""}"\n'
            "2025-12-30 10:00:00,2025-12-31 10:00:00,R_1,3,9,Top\n"
        )
    )
    assert qualtrics.frame.iloc[0].tolist() == ["R_1", 9, "Top", pd.Timestamp("2025-12-31 10:00"), 1.0]
    monkey = read_answers(
        write(
            "Respondent ID,Collector ID,Start Date,End Date,How likely are you to recommend us?,,Why?\n"
            ",,,,Response,Group,Open-Ended Response\n"
            "1,2,12/30/2025 01:00:00 PM,12/31/2025 01:00:00 PM,9,Promoter,Great\n"
        )
    )
    assert monkey.frame.iloc[0].tolist() == ["1", 9, "Great", pd.Timestamp("2025-12-31 13:00"), 1.0]
    assert len(monkey.report.notes) == 2


@pytest.mark.parametrize(
    "content, message",
    [
        (
            "id;score;text\n1;9;geheim\n2;8;geheim\n1;7;geheim\n1;7;geheim\n",
            "2 rows repeat an id.*line 4 repeats that of line 2.*answer_id=False",
        ),
        ("id;score;text\n1;9;geheim\n;8;geheim\n", "rows have no id.*line 3.*answer_id=False"),
        (
            "score;text;gewicht\n9;geheim;1\n8;geheim;0\n7;geheim;-1\n6;geheim;x\n5;geheim;\n",
            "weights.*line 3.*weight=False",
        ),
        ("score;text\n", "no rows"),
        ("\n\n", "empty"),
    ],
)
def test_errors_name_column_and_line_and_never_an_answer(write, content, message):
    with pytest.raises(InputError, match=message) as caught:
        read_answers(write(content))
    assert "geheim" not in str(caught.value)


def test_double_ids_can_be_left_for_row_numbers(write):
    path = write("id;score;text\n1;9;a\n1;8;b\n")
    assert read_answers(path, answer_id=False).frame["answer_id"].tolist() == ["1", "2"]


@pytest.mark.parametrize("weight", ["1,5", "1.5", " 1,5 ", 1.5, "15e-1"])
def test_weights(weight):
    assert read_answers(pd.DataFrame({"score": [9], "text": ["a"], "gewicht": [weight]})).frame[
        "weight"
    ].tolist() == [1.5]


@pytest.mark.parametrize("weight", ["1.234,5", "inf", float("inf"), None, True, "1_0", "٣", [1]])
def test_wrong_weights(weight):
    with pytest.raises(InputError, match=r"weights in column 'gewicht'.*row 1"):
        read_answers(pd.DataFrame({"score": [9], "text": ["a"], "gewicht": [weight]}))


@pytest.mark.parametrize(
    "texts, message",
    [([1, 2], "no text but int"), ([b"x", "a"], "bytes on row 1"), (["a", ["x"]], "list on row 2")],
)
def test_a_text_column_must_hold_text(texts, message):
    with pytest.raises(InputError, match=message):
        read_answers(pd.DataFrame({"score": [9, 8], "text": pd.Series(texts, dtype=object)}))


@pytest.mark.parametrize("role", ["score", "text", "id", "datum", "gewicht", "winkel"])
@pytest.mark.parametrize(
    "cell",
    [
        np.datetime64("12000-01-01"), pd.Timestamp(np.datetime64("12000-01-01", "s")), dt.date.max, 10**5000,
        -(10**5000), object(), 1j, pd.Timedelta(1), [1], {"a": 1}, b"x", Decimal("1e400"), "\ud800",
    ],
    ids=lambda cell: type(cell).__name__,
)  # fmt: skip
def test_cells_of_any_kind_are_read_or_refused(role, cell):
    source = {"score": [9, 8], "text": ["a", "b"]} | {role: pd.Series([cell, None], dtype=object)}
    try:
        found = len(read_answers(pd.DataFrame(source)))
    except InputError:
        return
    assert found == 2


def test_lone_surrogates_are_mended_and_told():
    source = pd.DataFrame(
        {
            "score": [9],
            "text": pd.Series(["top \ud83d"], dtype=object),
            "winkel": pd.Series(["\udc00"], dtype=object),
        }
    )
    answers = read_answers(source)
    assert answers.frame["text"].tolist() == ["top \ufffd"]
    assert answers.frame["branch"].tolist() == ["\ufffd"]
    assert "U+FFFD: 1." in answers.report.notes[0]


def test_answers_without_scores(write):
    answers = read_answers(write("toelichting\ngoed; snel\n"), score=False)
    assert answers.frame["score"].isna().all()
    assert answers.report.score_problems == {}


def test_answers_that_look_like_nothing_stay(write):
    typed = ["NA", "null", "None", "geen", "-", "nvt", "n.v.t.", "nan", "=1+1", "<script>"]
    path = write("score;text\n" + "".join(f"9;{text}\n" for text in typed))
    assert read_answers(path).frame["text"].tolist() == typed


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(
    content=st.binary(max_size=400) | st.text(max_size=200).map(str.encode),
    kind=st.sampled_from([".csv", ".xlsx", ".xls", ".parquet", ".sav"]),
    head=st.sampled_from([b"", b"score;text\n", b"PK\x03\x04", b"PAR1", b"$FL2", b"\xff\xfe"]),
)
def test_random_bytes_are_read_or_refused(write, content, kind, head):
    path = write(head + content, f"random{kind}")
    try:
        answers = read_answers(path)
    except InputError:
        return
    assert len(answers.frame) == answers.report.rows


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(place=st.floats(0, 1), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_workbook_or_parquet_is_read_or_refused(tmp_path, place, byte, cut):
    source = pd.DataFrame({"score": [9, 8], "text": ["goed", "slecht"]})
    source.to_parquet(tmp_path / "a.parquet")
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([source.columns, *source.to_numpy()]):
            sheet.write_row(number, 0, row)
    for path in (tmp_path / "a.parquet", tmp_path / "a.xlsx"):
        data = bytearray(path.read_bytes())
        at = int(place * (len(data) - 1))
        data[at] = byte
        path.write_bytes(data[:at] if cut else data)
        with contextlib.suppress(InputError):
            assert len(read_answers(path)) >= 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=30),
        min_size=1,
        max_size=20,
    )
)
def test_what_was_typed_is_what_is_read(write, texts):
    rows = "".join(f'9;"{text.replace(chr(34), chr(34) * 2)}"\n' for text in texts)
    found = read_answers(write(f"score;text\n{rows}")).frame["text"]
    assert [None if pd.isna(text) else text for text in found] == [
        text if text.strip() else None for text in texts
    ]


def test_growth_is_linear(write):
    def seconds(rows):
        path = write("score;text;datum;winkel\n" + "9;Goed geholpen;31-12-2025;Ede\n" * rows)
        begin = time.perf_counter()
        read_answers(path)
        return time.perf_counter() - begin

    seconds(1_000)
    assert min(seconds(40_000) for _ in range(2)) < 6 * min(seconds(20_000) for _ in range(2))
