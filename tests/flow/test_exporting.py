import traceback
from dataclasses import replace

import pandas as pd
import pytest

from why_nps import code, explain, read_answers
from why_nps.core.tables import MENTIONS
from why_nps.errors import InputError
from why_nps.flow import list_mentions, mask_coded
from why_nps.flow.exporting import read_mentions, write_mentions


@pytest.fixture(scope="module")
def small():
    return code(
        [
            "Bel 06-12345678: pakket kwam te laat",
            "Hééééééél snel geleverd, cafÃ© ook top, bel 06-12345678 maar",
            "nvt 06-12345678",
            "Veel te duur",
        ]
    )


def test_masked_answers_hold_no_personal_data_and_offsets_point_into_them(small):
    masked = mask_coded(small)
    assert not masked.answers.frame["text"].str.contains("12345678").any()
    texts = masked.answers.frame.set_index("answer_id")["text"]
    assert texts["2"] == "Hééél snel geleverd, café ook top, bel [telefoon] maar"
    for answer_id, start, end, text in masked.clauses[["answer_id", "start", "end", "text"]].to_numpy():
        assert texts[answer_id][start:end] == text
    whole = masked.mentions.merge(masked.clauses, on=["answer_id", "clause"], suffixes=("", "_clause"))
    assert (whole["start"] == whole["start_clause"]).all()
    assert (whole["end"] == whole["end_clause"]).all()
    pd.testing.assert_frame_equal(
        masked.mentions.drop(columns=["start", "end"]), small.mentions.drop(columns=["start", "end"])
    )


def test_masking_leaves_the_given_alone_and_does_nothing_twice(small):
    masked = mask_coded(small)
    assert small.answers.frame["text"].str.contains("12345678").any()
    again = mask_coded(masked)
    pd.testing.assert_frame_equal(again.answers.frame, masked.answers.frame)
    pd.testing.assert_frame_equal(again.clauses, masked.clauses)
    plain = code(["Veel te duur"])
    assert mask_coded(plain) is plain


def test_mentions_are_listed_with_their_masked_clause(small):
    listed = list_mentions(small)
    assert len(listed) == len(small.mentions)
    assert not listed["clause_text"].str.contains("12345678").any()
    assert listed["clause_text"].notna().all()


def test_names_of_employees_are_masked_where_answers_mention_them():
    people = ["Xandra Quispel", "Wibe", "Xandra Quispel"]
    texts = ["wat een topper die xandra", "Prijs goed, Quispel ook", "Veel te duur, zei Wibe"]
    table = pd.DataFrame({"Cijfer": [9, 8, 3], "Toelichting": texts, "Medewerker": people})
    masked = mask_coded(code(read_answers(table)))
    assert masked.answers.frame["text"].tolist() == [
        "wat een topper die [naam]", "Prijs goed, [naam] ook", "Veel te duur, zei [naam]"
    ]  # fmt: skip
    assert not masked.clauses["text"].str.contains("xandra|Quispel|Wibe").any()
    verbatims = explain(code(read_answers(table)), minimum_n=1).verbatims
    assert len(verbatims)
    assert not verbatims["text"].str.contains("xandra|Quispel|Wibe").any()


def test_answers_are_masked_too_where_the_codebook_has_no_flag_for_personal_data(small):
    flags = tuple(entry for entry in small.codebook.flags if entry.id != "pii")
    codebook = replace(small.codebook, flags=flags)
    untold = replace(small, codebook=codebook, flags=small.flags[small.flags["flag"] != "pii"])
    pd.testing.assert_frame_equal(mask_coded(untold).answers.frame, mask_coded(small).answers.frame)


HOSTILE = ["=1+1", "NA", "007"]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_mentions_come_back_and_no_id_is_a_formula(tmp_path, kind):
    rows = {"answer_id": HOSTILE, "clause": 0, "theme": "price", "kind": "pain", "probability": 0.5}
    mentions = MENTIONS.frame(pd.DataFrame(rows | {"start": 0, "end": 3}))
    path = write_mentions(mentions, tmp_path / "new" / f"mentions.{kind}")
    back = read_mentions(path)
    safe = mentions.assign(answer_id=mentions["answer_id"].replace("=1+1", "'=1+1"))
    pd.testing.assert_frame_equal(back, safe if kind == "csv" else mentions)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_full_disk_leaves_the_mentions_that_were_there(small, tmp_path, full_disk, kind):
    path = write_mentions(small.mentions, tmp_path / f"mentions.{kind}")
    before = path.read_bytes()
    with full_disk(20):
        write_mentions(small.mentions.head(1), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_spoilt_table_of_mentions_is_one_error_that_tells_no_cell(tmp_path):
    path = tmp_path / "mentions.csv"
    path.write_text("answer_id,clause,theme,kind,probability,start,end\n1,0,a,b,kanarie,0,1\n", "utf-8")
    with pytest.raises(InputError, match=r"Cannot read mentions from 'mentions\.csv'") as caught:
        read_mentions(path)
    assert "kanarie" not in "".join(traceback.format_exception(caught.value))
