"""A batch says what `code` says, and only goes on with what it began with."""

import dataclasses
import shutil

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why_nps import code, read_answers
from why_nps.errors import InputError, JobError
from why_nps.flow import mask_coded
from why_nps.scale import code_file, parts, read_coded
from why_nps.themes import load_bundle
from why_nps.themes.bundle import save_bundle

from .conftest import read_tree, write_export


@pytest.fixture(scope="module")
def whole(export):
    return mask_coded(code(read_answers(export)))


def test_the_parts_together_are_what_code_gives_for_the_whole(export, whole, tmp_path):
    result = code_file(export, tmp_path / "out", part_rows=90)
    found = read_coded(tmp_path / "out")
    for name in ("screening", "clauses", "mentions", "flags"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(whole, name).reset_index(drop=True))
    columns = ["answer_id", "score", "text", "answered_on", "weight", "branch"]
    pd.testing.assert_frame_equal(found.answers.frame[columns], whole.answers.frame[columns])
    assert (result.parts, result.kept, result.summary) == (5, 0, whole.summary)
    assert found.answers.report == whole.answers.report
    assert str(len(whole.mentions)) in str(result)


@settings(max_examples=4, deadline=None)
@given(st.permutations(range(400)), st.tuples(st.integers(30, 450), st.integers(7, 90)))
def test_rows_in_any_order_and_parts_of_any_size_are_coded_as_the_whole(
    whole, export, tmp_path_factory, order, sizes
):
    head, *lines = export.read_text(encoding="utf-8").split("\nR")
    folder = tmp_path_factory.mktemp("shuffled")
    shuffled = "\nR".join([head, *(lines[row].rstrip("\n") for row in order)])
    (folder / "export.csv").write_text(shuffled + "\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as few:
        few.setattr(parts, "_SLICE", sizes[1])
        code_file(folder / "export.csv", folder / "out", part_rows=sizes[0])
    found = read_coded(folder / "out")
    ids = {f"R{row}": place for place, row in enumerate(order)}
    for name in ("screening", "clauses", "mentions", "flags"):
        table = getattr(whole, name)
        expected = table.loc[table["answer_id"].map(ids).sort_values(kind="stable").index]
        pd.testing.assert_frame_equal(getattr(found, name), expected.reset_index(drop=True))


def test_any_number_of_jobs_writes_the_same_bytes(export, reference, tmp_path):
    code_file(export, tmp_path / "out", part_rows=40, jobs=2)
    assert read_tree(tmp_path / "out") == reference


def test_a_finished_job_is_left_as_it_is(export, reference, tmp_path):
    code_file(export, tmp_path / "out", part_rows=40)
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("part-*")}
    assert code_file(export, tmp_path / "out", part_rows=40).kept == 10
    assert {path: path.stat().st_mtime_ns for path in stamps} == stamps
    assert read_tree(tmp_path / "out") == reference


@pytest.mark.parametrize("harm", ["flip", "cut", "remove", "remove record", "damage record"])
def test_a_damaged_part_is_coded_again(harm, export, reference, tmp_path):
    out = tmp_path / "out"
    code_file(export, out, part_rows=40)
    path = out / ("job/part-00003.json" if "record" in harm else "mentions/part-00003.parquet")
    content = path.read_bytes()
    if "remove" in harm:
        path.unlink()
    else:
        path.write_bytes(content[:-9] if harm == "cut" else b"x" + content[1:])
    with pytest.raises(JobError, match="run the command of the job again"):
        read_coded(out)
    assert code_file(export, out, part_rows=40).kept == 9
    assert read_tree(out) == reference


@pytest.fixture
def begun(export, tmp_path):
    own = tmp_path / "export.csv"
    shutil.copy(export, own)
    code_file(own, tmp_path / "out", part_rows=200)
    return own, tmp_path / "out"


def refuse(begun, **options):
    before = read_tree(begun[1])
    with pytest.raises(JobError, match="choose another folder") as told:
        code_file(*begun, **{"part_rows": 200} | options)
    assert read_tree(begun[1]) == before
    return str(told.value)


def test_a_changed_input_is_refused(begun):
    write_export(begun[0], 399)
    told = refuse(begun)
    assert "the input 'export.csv' (sha256" in told
    assert "model" not in told


def test_an_input_that_only_has_another_name_is_not(begun, tmp_path):
    assert code_file(begun[0].rename(tmp_path / "other.csv"), begun[1], part_rows=200).kept == 2


def test_a_changed_model_is_refused(begun, tmp_path):
    save_bundle(dataclasses.replace(load_bundle(), card="another"), tmp_path / "model")
    assert "the model 'nl-base' (sha256" in refuse(begun, model=tmp_path / "model")


def test_a_changed_codebook_version_and_option_are_refused(begun, tmp_path, monkeypatch):
    bundle = load_bundle()
    book = bundle.codebook_toml.replace("Levering", "Leveren", 1)
    save_bundle(dataclasses.replace(bundle, codebook_toml=book), tmp_path / "model")
    assert "the codebook" in refuse(begun, model=tmp_path / "model")
    assert "the option kind (parquet, now csv)" in refuse(begun, kind="csv")
    monkeypatch.setattr("why_nps.scale.manifest.__version__", "9.9")
    assert "why_nps (0.1.0, now 9.9)" in refuse(begun)


def test_an_input_that_changes_while_it_is_read_is_not_called_done(export, reference, tmp_path):
    own = tmp_path / "export.csv"
    shutil.copy(export, own)

    def change(done, _total):
        if done == 200:
            own.write_text(own.read_text().replace("Snelle", "Vlugge"))

    with pytest.raises(JobError, match="changed while it was read"):
        code_file(own, tmp_path / "out", part_rows=40, progress=change)
    assert read_tree(tmp_path / "out").items() <= reference.items()
    assert not (tmp_path / "out" / "_SUCCESS").exists()
    with pytest.raises(JobError, match="not finished"):
        read_coded(tmp_path / "out")
    shutil.copy(export, own)  # the input is as it was
    assert code_file(own, tmp_path / "out", part_rows=40).kept == 5
    assert read_tree(tmp_path / "out") == reference


def test_bad_input_leaves_no_folder_behind(tmp_path):
    (tmp_path / "a.csv").write_text("Respondentnr;Toelichting\n1;a\n1;b\n")
    with pytest.raises(InputError, match=r"repeat an id.*line 3 repeats that of line 2"):
        code_file(tmp_path / "a.csv", tmp_path / "out")
    with pytest.raises(InputError, match="no file"):
        code_file(tmp_path / "weg.csv", tmp_path / "out")
    with pytest.raises(InputError, match="at least 1"):
        code_file(tmp_path / "a.csv", tmp_path / "out", jobs=0)
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_files_keeps_them(export, tmp_path):
    (tmp_path / "rapport.html").write_text("x")
    with pytest.raises(InputError):
        code_file(tmp_path / "weg.csv", tmp_path)
    code_file(export, tmp_path, part_rows=400)
    assert (tmp_path / "rapport.html").read_text() == "x"


def test_progress_counts_answers(export, tmp_path):
    seen = []
    code_file(export, tmp_path / "out", part_rows=150, progress=lambda *at: seen.append(at))
    assert seen == [(150, 400), (300, 400), (400, 400)]
