"""What was written is read back, explains the same, and holds no personal data."""

import pandas as pd
import pytest

from why_nps import code, explain, read_answers
from why_nps.errors import JobError
from why_nps.scale import code_file, read_coded


@pytest.fixture(scope="module")
def folder(export, tmp_path_factory):
    folder = tmp_path_factory.mktemp("back") / "out"
    code_file(export, folder, part_rows=150, segments=["Regio"])
    return folder


def test_a_folder_explains_as_its_file_does(export, folder):
    from_file = explain(code(read_answers(export, segments=["Regio"])))
    from_folder = explain(read_coded(folder))
    pd.testing.assert_frame_equal(from_folder.estimates, from_file.estimates)
    assert from_folder.segments == from_file.segments == ("branch", "employee", "regio")
    assert from_folder.reading == from_file.reading
    assert from_folder.coding == from_file.coding
    assert from_folder.model == from_file.model
    assert from_folder.codebook == from_file.codebook


def test_verbatims_show_the_clause_that_mentions(folder):
    shown = explain(read_coded(folder)).verbatims
    late = shown[(shown["theme"] == "delivery") & (shown["kind"] == "pain") & (shown["by"] == "")]
    cut = {text[start:end] for text, start, end in late[["text", "start", "end"]].to_numpy()}
    assert cut
    assert all("laat" in clause for clause in cut)
    assert "[telefoon]" in " ".join(late["text"])


def test_nothing_written_tells_a_person(folder):
    for name in ("answers", "clauses", "mentions"):
        everything = pd.read_parquet(folder / name).to_csv()
        assert "12345678" not in everything
        assert "Sanne" not in everything
    frame = pd.read_parquet(folder / "answers")
    assert set(frame["employee"].dropna()) == {"medewerker 1", "medewerker 2"}


def test_offsets_point_into_the_masked_answers(folder):
    coded = read_coded(folder)
    text_of = coded.answers.frame.set_index("answer_id")["text"]
    for answer_id, start, end, text in coded.clauses[["answer_id", "start", "end", "text"]].to_numpy():
        assert text_of[answer_id][start:end] == text


def test_employees_are_named_when_asked(export, tmp_path):
    code_file(export, tmp_path / "out", name_employees=True)
    assert set(read_coded(tmp_path / "out").answers.frame["employee"].dropna()) == {"Sanne", "Piet"}


def test_what_is_no_finished_job_is_refused(export, tmp_path):
    with pytest.raises(JobError, match="holds no coded answers"):
        read_coded(tmp_path)
    code_file(export, tmp_path / "csv", kind="csv")
    with pytest.raises(JobError, match="written as CSV"):
        read_coded(tmp_path / "csv")
    (tmp_path / "csv" / "job" / "manifest.json").write_text("{}")
    with pytest.raises(JobError, match="cannot be read"):
        read_coded(tmp_path / "csv")
    (tmp_path / "csv" / "job" / "manifest.json").unlink()
    (tmp_path / "csv" / "job" / "manifest.json").mkdir()
    with pytest.raises(JobError, match="Cannot read the job"):
        read_coded(tmp_path / "csv")


def test_csv_holds_no_formulas(export, tmp_path):
    code_file(export, tmp_path / "out", kind="csv", part_rows=150)
    for name in ("answers", "clauses", "mentions"):
        table = pd.concat(pd.read_csv(path, dtype="str") for path in (tmp_path / "out" / name).iterdir())
        cells = pd.Series(table.to_numpy().ravel()).dropna()
        assert not cells.str.startswith(("=", "+", "-", "@")).any()
    answers = pd.read_csv(tmp_path / "out" / "answers" / "part-00000.csv")
    assert answers["text"][5] == "'=1+1 veel te duur!!! 5"
    assert len(pd.read_csv(tmp_path / "out" / "flags" / "part-00002.csv").columns) == 3
