import pickle
from importlib.resources import as_file, files

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from why_nps import code, load_bundle, read_answers
from why_nps.core import tables
from why_nps.errors import InputError, ModelError
from why_nps.flow import check_golden
from why_nps.flow.finding import prepare_answers


def found(coded, answer_id):
    rows = coded.mentions[coded.mentions["answer_id"] == answer_id]
    return list(zip(rows["theme"], rows["kind"], strict=True))


def test_one_answer_is_walked_from_text_to_mentions():
    text = "Monteur was top!! maar na 3x bellen (06-12345678) nog geen factuur"
    coded = code([text])
    assert ("staff", "delight") in found(coded, "1")
    assert ("billing", "pain") in found(coded, "1")
    assert set(coded.flags["flag"]) >= {"pii"}
    for row in coded.mentions.itertuples():
        assert text[row.start : row.end]
        assert 0 < row.probability <= 1


def test_the_number_of_threads_changes_no_bit():
    with as_file(files("why_nps").joinpath("data", "demo", "demo_export.csv")) as path:
        texts = read_answers(path).frame["text"].tolist()[:200]
    bundle = pickle.dumps(load_bundle())  # each copy works its words out anew
    found = []
    for threads in (1, 4):
        with threadpool_limits(threads):
            found.append(code(texts, model=pickle.loads(bundle)).mentions)  # noqa: S301  our own bytes
    assert found[0].equals(found[1])


@pytest.mark.parametrize("name", ["ANSWERS", "SCREENING", "CLAUSES", "MENTIONS", "FLAGS"])
def test_every_table_has_its_declared_form(coded, name):
    table = getattr(tables, name)
    frame = coded.answers.frame if name == "ANSWERS" else getattr(coded, table.name)
    assert {c: str(frame[c].dtype) for c in table.columns} == dict(table.columns)
    assert not frame.duplicated(list(table.key)).any()


def test_offsets_point_into_the_text_as_typed(coded, answers):
    raw = answers.frame.set_index("answer_id")["text"]
    for row in coded.clauses.itertuples():
        assert raw[row.answer_id][row.start : row.end] == row.text


def test_every_answer_is_screened_once_in_order(coded, answers):
    assert coded.screening["answer_id"].tolist() == answers.frame["answer_id"].tolist()
    summary = coded.summary
    assert summary.with_content + summary.no_content + summary.empty == summary.answers == 160
    assert (summary.empty, summary.no_content) == (20, 20)
    assert summary.with_personal_data == 20
    assert summary.scored == answers.report.with_score


def test_coding_in_parts_or_shuffled_equals_coding_the_whole(export, coded):
    whole = coded.mentions
    shuffled = export.assign(id=[str(n) for n in range(1, 161)]).sample(frac=1, random_state=3)
    parts = [code(read_answers(part)).mentions for part in (shuffled.iloc[:50], shuffled.iloc[50:])]
    together = pd.concat(parts)
    together = together.sort_values(["answer_id", "clause", "theme"], key=_as_number, ignore_index=True)
    expected = whole.sort_values(["answer_id", "clause", "theme"], key=_as_number, ignore_index=True)
    pd.testing.assert_frame_equal(together, expected, check_exact=True)


def _as_number(column):
    return column.astype(int) if column.name == "answer_id" else column


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_any_text_is_coded_without_an_exception(texts):
    coded = code(texts)
    assert len(coded.screening) == len(texts)
    assert coded.mentions["start"].ge(0).all()
    for row in coded.mentions.itertuples():
        assert row.end <= len(texts[int(row.answer_id) - 1])


def test_a_frame_given_is_not_changed(export):
    before = export.copy(deep=True)
    code(read_answers(export))
    pd.testing.assert_frame_equal(export, before)


def test_progress_is_told():
    steps = []
    code(["goed", "slecht", "goed"], progress=lambda done, total: steps.append((done, total)))
    assert steps == [(2, 2)]


def test_only_empty_answers_give_empty_tables():
    coded = code(read_answers(pd.DataFrame({"Cijfer": [8, 9], "Toelichting": [None, " "]})))
    assert len(coded.mentions) == len(coded.clauses) == len(coded.flags) == 0
    assert coded.screening["status"].tolist() == ["empty", "empty"]
    assert coded.mentions.dtypes.astype(str).to_dict() == dict(tables.MENTIONS.columns)


@pytest.mark.parametrize("wrong", ["losse tekst", [3], []])
def test_what_is_no_list_of_texts_is_refused(wrong):
    with pytest.raises(InputError):
        code(wrong)


def test_a_model_of_another_text_version_is_refused(monkeypatch):
    monkeypatch.setattr("why_nps.flow.finding.TEXT_VERSION", "other")
    with pytest.raises(ModelError, match="train it again"):
        code(["goed"])


def test_the_shipped_model_still_says_what_it_said():
    bundle = load_bundle()
    assert len(bundle.golden) == 20
    assert check_golden(bundle) == []


def test_golden_answers_notice_a_changed_model():
    bundle = load_bundle()
    thresholds = bundle.themes.thresholds_
    try:
        bundle.themes.thresholds_ = np.zeros_like(thresholds)
        assert check_golden(bundle)
    finally:
        bundle.themes.thresholds_ = thresholds


def test_the_models_vocabulary_holds_no_numbers_or_addresses():
    scorer = load_bundle().themes.labeller_.scorer_
    known = (*scorer.linear.grams, *scorer.linear.pairs, *(scorer.network.words if scorer.network else ()))
    words = [gram for gram in known if len(gram) > 3]
    assert not [word for word in words if "@" in word[1:-1] or set(word) & set("123456789")]


def test_a_prepared_answer_keeps_the_way_back_to_what_was_typed():
    raw = "caf\u00c3\u00a9 was  goed, wc vies"
    prepared = prepare_answers([raw])
    assert prepared.texts[0].startswith("café")
    assert [raw[start:end] for start, end in prepared.bounds][-1] == "wc vies"
