"""Paths and frames: every kind of source, and every source that is none."""

# ruff: noqa: E501 - tables of cases

import builtins

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from why_nps.errors import InputError, MissingExtraError
from why_nps.reading.files import read_cells, stream_cells

DATA = {"score": [9, None], "text": ["goed", None]}


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_any_frame(make):
    cells = read_cells(make(DATA))
    assert (cells.source, cells.place, list(cells.lines)) == ("frame", "row", [1, 2])
    assert cells.take("score")[0] == 9
    assert cells.take("text")[0] == "goed"
    assert pd.isna(cells.take("text")[1])


def test_names_that_are_no_text_become_text():
    assert list(read_cells(pd.DataFrame({0: [9], 1: ["a"]})).columns) == ["0", "1"]


@pytest.mark.parametrize(
    "source, message",
    [
        (["a", "b"], "not from list"), (None, "not from NoneType"), (5, "not from int"), ({"a": [1]}, "not from dict"),
        (pd.Series(["a"]), "not from Series"), (pl.LazyFrame(DATA), "collect"), (pd.DataFrame(), "is empty"),
        (pd.DataFrame({"score": []}), "no rows"), (pd.DataFrame([[1, 2]], columns=["a", "a"]), "same name.*'a'"),
        (pa.table([[1], [2]], names=["a", "a"]), "same name.*'a'"), (pd.DataFrame([[1, 2]], columns=["1", 1]), "same as text"),
        ("weg.csv", "no file 'weg.csv'"), ("weg/weg.csv", "folder does not exist"), ("x" * 5_000, "no path"), ("a\0b.csv", "no"),
    ],
)  # fmt: skip
def test_what_is_no_source_is_refused(source, message):
    with pytest.raises(InputError, match=message):
        read_cells(source)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "a.sav"])
def test_an_empty_file(tmp_path, name):
    (tmp_path / name).touch()
    with pytest.raises(InputError, match="0 bytes"):
        read_cells(tmp_path / name)


def test_a_folder_and_another_kind(tmp_path):
    with pytest.raises(InputError, match="folder"):
        read_cells(tmp_path)
    path = tmp_path / "a.docx"
    path.write_text("x")
    with pytest.raises(InputError, match=r"docx.*Read are: .csv"):
        read_cells(path)


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("score;text\n9;a\n")

    def refuse(_self, *_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(InputError, match="Permission denied"):
        read_cells(path)


def test_a_sheet_is_only_for_workbooks(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("score;text\n9;a\n")
    with pytest.raises(InputError, match="sheet="):
        read_cells(path, sheet="een")
    with pytest.raises(InputError, match="sheet="):
        read_cells(pd.DataFrame(DATA), sheet="een")


def test_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"id": [2**60 + 1, None], "text": ["NA", "null"]}), path)
    cells = read_cells(str(path))
    assert cells.source == "a.parquet"
    assert cells.take("id") == [2**60 + 1, None]
    assert cells.take("text") == ["NA", "null"]


@pytest.mark.parametrize("name", ["a.parquet", "a.sav"])
def test_a_damaged_file(tmp_path, name):
    (tmp_path / name).write_bytes(b"PAR1 and then nothing PAR1")
    with pytest.raises(InputError, match="cannot be read as"):
        read_cells(tmp_path / name)


def test_spss_without_the_extra_names_it(tmp_path, monkeypatch):
    path = tmp_path / "a.sav"
    path.write_bytes(b"$FL2")
    plain_import = builtins.__import__

    def without(name, *rest, **more):
        if name == "pyreadstat":
            raise ImportError(name)
        return plain_import(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"pip install 'why_nps\[spss\]'"):
        read_cells(path)


def test_parquet_that_unpacks_to_far_more_rows_than_bytes_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    nothing = pa.nulls(3_000_000, pa.int8())
    parquet.write_table(pa.table({"score": nothing, "text": nothing}), path)
    with pytest.raises(InputError, match=r"a.parquet is refused: .* unpack to 3,000,000 rows"):
        read_cells(path)
    with pytest.raises(InputError, match="refused"):
        next(stream_cells(path, size=10))


def test_spss_that_unpacks_too_large_is_refused(tmp_path, monkeypatch):
    pyreadstat = pytest.importorskip("pyreadstat")
    path = tmp_path / "a.zsav"
    pyreadstat.write_sav(pd.DataFrame({"text": ["goed" * 60] * 5_000}), str(path), compress=True)
    assert len(read_cells(path)) == 5_000
    monkeypatch.setattr("why_nps.reading.files.MAX_UNZIPPED", 1_000_000)
    with pytest.raises(InputError, match=r"a.zsav is refused: .* unpack to 1,"):
        read_cells(path)


def test_arrow_text_that_is_no_utf_8_is_refused():
    wrong = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.array([0, 2], pa.int32()).buffers()[1], pa.py_buffer(b"\xff\xfe")]
    )
    with pytest.raises(InputError, match="damaged"):
        read_cells(pa.table({"score": [9], "text": wrong}))
