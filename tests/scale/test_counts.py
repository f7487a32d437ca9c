"""Counts of parts, however the answers are divided, explain what the answers explain."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from why_nps import explain, load_bundle
from why_nps.errors import InputError, JobError
from why_nps.flow.contrasting import count_words, name_words
from why_nps.flow.exporting import mask_texts
from why_nps.scale.counts import CELLS, count_answers, merge_cells
from why_nps.scale.explained import explain_cells
from why_nps.scale.nested import FOUND, code_texts
from why_nps.scale.parts import load_model
from why_nps.scale.quotes import draw_answers, keep_drawn
from why_nps.scale.words import Masking, add_counts, count_part

from .comparing import check_explained

BY = ("branch", "employee")


def nest(answers):
    texts = pa.array(answers.frame["text"], pa.string())
    found = code_texts(texts, model=None, sha256=load_bundle().sha256)
    table = pa.Table.from_pandas(answers.frame, preserve_index=False)
    for name in FOUND.names:
        table = table.append_column(name, found[name])
    return table


def divide(table, seed, parts=7):
    """Shuffle the answers and divide them into parts, one of them empty."""
    dice = np.random.default_rng(seed)
    rows = dice.permutation(table.num_rows)
    cuts = np.sort(dice.integers(0, len(rows), parts - 1))
    return [table.take(pa.array(part, pa.int64())) for part in (*np.split(rows, cuts), rows[:0])]


def explain_parts(parts, **options):
    cells = merge_cells(pd.concat([count_answers(part, BY) for part in parts]))

    def draw(wanted):
        return keep_drawn(pd.concat([draw_answers(part, wanted) for part in parts]))

    def count(masking):
        return add_counts(pd.concat([count_part(part, masking) for part in parts]))

    given = {"segments": BY, "minimum_n": 10, "asked": 1000, "shown": False} | options
    return explain_cells(cells, draw, count, load_bundle(), **given)


@pytest.mark.parametrize("seed", [0, 1])
def test_any_division_gives_the_same_explanation(answers, explained, seed):
    check_explained(explain_parts(divide(nest(answers), seed)), explained)


def test_weights_waves_and_names_are_kept(coded):
    frame = coded.answers.frame.assign(
        weight=np.resize([0.5, 1.0, 2.5], len(coded.answers)),
        wave=np.resize(["2025 najaar", "2026 voorjaar"], len(coded.answers)),
    )
    answers = replace(coded.answers, frame=frame)
    local = explain(replace(coded, answers=answers), asked=1000, name_employees=True)
    found = explain_parts(divide(nest(answers), 2), shown=True)
    check_explained(found, local)
    assert "Sanne" in set(found.estimates["group"])


@pytest.mark.parametrize("everywhere", [False, True])
def test_words_of_parts_add_up_to_those_of_the_whole(coded, everywhere):
    employees = tuple(coded.answers.frame["employee"].dropna().unique())
    parts = divide(nest(coded.answers), 3)
    found = add_counts(pd.concat([count_part(part, Masking(employees, everywhere)) for part in parts]))
    shown = mask_texts(coded)[coded.answers.frame["score"].notna()]
    status = coded.screening.set_index("answer_id")["status"]
    spoke = shown[(coded.answers.frame["answer_id"].map(status) == "content")[shown.index]]
    scores = coded.answers.frame.loc[spoke.index, "score"]
    whole = count_words(spoke, scores, name_words(employees)).sort_values("word", ignore_index=True)
    pd.testing.assert_frame_equal(found, whole)
    assert len(whole) > 20
    assert "sanne" not in set(whole["word"])


def test_many_silent_answers_are_few_cells(answers):
    silent = answers.frame.assign(text=None, score=9, branch="Ede", employee=None, answered_on=pd.NaT)
    cells = merge_cells(count_answers(nest(replace(answers, frame=silent)), BY))
    assert list(cells) == CELLS.names
    assert cells["n"].tolist() == [len(silent)] * 4


def test_no_scores_at_all(answers):
    unscored = answers.frame.assign(score=pd.array([pd.NA] * len(answers), "Int64"))
    with pytest.raises(InputError, match="None of the 500 answers has a usable score"):
        explain_parts([nest(replace(answers, frame=unscored))])


def test_a_score_that_cannot_be_one(answers):
    wrong = answers.frame.assign(score=11)
    with pytest.raises(InputError, match="whole numbers from 0 to 10"):
        explain_parts([nest(replace(answers, frame=wrong))])


def test_a_process_loads_the_model_once_and_no_other(answers):
    load_model.cache_clear()
    nest(answers)
    nest(answers)
    assert load_model.cache_info().misses == 1
    with pytest.raises(JobError, match="was changed"):
        code_texts(pa.array(["goed"]), model=None, sha256="another")


def test_nothing_to_code():
    assert code_texts(pa.array([], pa.string()), model=None, sha256=load_bundle().sha256).num_rows == 0


@pytest.mark.parametrize("extra", ["spark", "dask"])
def test_an_extra_that_is_not_installed_is_named(extra, monkeypatch):
    import importlib
    import sys

    from why_nps.errors import MissingExtraError

    engine = importlib.import_module(f"why_nps.scale.{extra}")
    for name in ("pyspark.sql", "dask.dataframe"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match=rf"why_nps\[{extra}\]"):
        engine.code(None)
