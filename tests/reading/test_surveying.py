"""Reading in pieces gives what reading the whole gives, for every kind of file and every size of piece."""

import pandas as pd
import pytest

from why_nps import read_answers
from why_nps.errors import InputError
from why_nps.reading import survey_answers, surveying

ROWS = 25


def frame():
    return pd.DataFrame(
        {
            "Respondentnr": [f"R{row}" for row in range(ROWS)],
            # Only the last one shows that the dates are month first.
            "Datum": [f"{1 + row % 12}/{1 + row % 12}/2025" for row in range(ROWS - 1)] + ["2/28/2025"],
            "Cijfer": ["10 - zeer waarschijnlijk", "8,5", "", "9-okt", "7"] * 5,
            "Toelichting": ["goed", "", "een\ntweede regel", 'met "quote"; en', "nvt"] * 5,
            "Gewicht": ["1,5", "1", "2", "0.5", "1"] * 5,
            "Winkel": ["Ede", "Tiel", "", "Ede ", "Urk"] * 5,
            "Medewerker": ["Piet", "", "Sanne", "Piet", "Piet"] * 5,
        }
    )


def write(kind, path):
    table = frame()
    if kind == "utf-8":
        table.to_csv(path.with_suffix(".csv"), sep=";", index=False)
    elif kind == "cp1252":  # what is not UTF-8 comes after the first pieces
        table.loc[ROWS - 1, "Toelichting"] = "café"
        table.to_csv(path.with_suffix(".csv"), sep=";", index=False, encoding="cp1252")
    elif kind == "utf-16, sep= and blank lines":
        text = "sep=|\n" + table.to_csv(sep="|", index=False).replace("\nR7|", "\n\n\nR7|") + "\n\n"
        path.with_suffix(".csv").write_text(text, encoding="utf-16")
    elif kind == "parquet":
        table.to_parquet(path.with_suffix(".parquet"))
    elif kind == "xlsx":
        table.to_excel(path.with_suffix(".xlsx"), index=False, engine="xlsxwriter")
    (written,) = path.parent.iterdir()
    return written


KINDS = ["utf-8", "cp1252", "utf-16, sep= and blank lines", "parquet", "xlsx"]


@pytest.mark.parametrize("size", [1, 4, 7, 100])
@pytest.mark.parametrize("kind", KINDS)
def test_pieces_add_up_to_the_whole(kind, size, tmp_path, monkeypatch):
    monkeypatch.setattr(surveying, "_PIECE", size)
    path = write(kind, tmp_path / "export")
    whole = read_answers(path)
    file = survey_answers(path)
    assert file.report == whole.report
    assert file.month_first
    assert file.employees == ("Piet", "Sanne")
    pieces, done = [], 0
    for cells in file.stream(size=size):
        assert len(cells) <= size
        pieces.append(file.to_answers(cells, done=done).frame)
        done += len(cells)
    pd.testing.assert_frame_equal(pd.concat(pieces, ignore_index=True), whole.frame)
    assert len(whole.frame) == ROWS


def test_rows_without_an_id_are_numbered_through(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Toelichting\n" + "goed\n" * 7)
    file = survey_answers(path)
    ids = [
        i for n, c in enumerate(file.stream(size=3)) for i in file.to_answers(c, done=3 * n).frame.answer_id
    ]
    assert ids == [str(number) for number in range(1, 8)]
    assert "cannot be explained" in file.report.notes[-1]


def test_survey_tool_headers_are_no_rows(tmp_path):
    path = tmp_path / "a.csv"
    names = '{"ImportId":"QID1"}'.replace('"', '""')
    path.write_text(f'Q1,Q2\nCijfer,Waarom?\n"{names}","{names}"\n9,Top\n8,Goed\n')
    file = survey_answers(path, score="Q1", text="Q2")
    assert [len(cells) for cells in file.stream(size=1)] == [1, 1]
    assert file.report == read_answers(path, score="Q1", text="Q2").report


@pytest.mark.parametrize(
    "content, message",
    [
        ("id;score;text\n" + "".join(f"{n};9;geheim\n" for n in (1, 2, 3, 4, 1)), "line 6 repeats .* line 2"),
        ("id;score;text\n1;9;geheim\n2;9;geheim\n;8;geheim\n", r"no id.*line 4"),
        ("score;text;gewicht\n9;geheim;1\n8;geheim;1\n8;geheim;0\n", r"weights.*line 4"),
        ("score;text\n9;geheim\n9;geheim\n9\n", r"line 4: 1 field"),
        ('score;text\n9;geheim\n9;geheim\n9;"geheim\n', r"line 4: a quote"),
        ("score;text\n", "no rows"),
        ("score;kleur\n9;geheim\n", "known to be the text"),
        ("score;cijfer;text\n9;9;geheim\n", "more than one column can be the score"),
    ],
)
def test_errors_in_any_piece_name_the_line_and_never_an_answer(content, message, tmp_path, monkeypatch):
    monkeypatch.setattr(surveying, "_PIECE", 2)
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=message) as told:
        survey_answers(path)
    assert "geheim" not in str(told.value)


def test_ids_with_the_same_hash_are_not_the_same(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("id;text\n1;a\n2;b\n")
    monkeypatch.setattr(surveying, "_hash_ids", lambda ids: surveying.np.zeros(len(ids), "uint64"))
    assert survey_answers(path).report.rows == 2


def test_a_damaged_parquet_is_an_error_of_ours(tmp_path):
    path = write("parquet", tmp_path / "export")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        survey_answers(path)
    frame()[:0].to_parquet(path)
    with pytest.raises(InputError, match="no rows"):
        survey_answers(path)
