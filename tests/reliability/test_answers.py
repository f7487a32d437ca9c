"""Every answer that breaks readers is read, its row kept; what is no text is refused by name."""

import math

import hostile
import pandas as pd
import pyarrow as pa
import pytest
import trials

from why_nps import code, code_one, read_answers
from why_nps.errors import InputError, InputTypeError
from why_nps.text import mask_personal_data, normalise_answer

PLAIN = [answer for answer in hostile.ANSWERS if answer.plain]


def themes(text):
    return [(said.theme, said.kind) for said in code_one(text).mentions]


@pytest.mark.parametrize("answer", hostile.ANSWERS, ids=lambda answer: answer.name)
def test_it_is_read_and_told(answer):
    mended = normalise_answer(answer.text)
    found = code_one(answer.text)
    assert len(mended.text) <= 10_000
    assert not answer.repair or answer.repair in mended.repairs
    assert not answer.status or found.status == answer.status
    mask_personal_data(mended.text).text.encode()


@pytest.mark.parametrize("answer", PLAIN, ids=lambda answer: answer.name)
def test_it_says_what_its_plain_spelling_says(answer):
    assert themes(answer.text) == themes(answer.plain) != []


def test_together_each_keeps_its_row_and_says_what_it_says_alone():
    texts = [answer.text for answer in hostile.ANSWERS]
    coded = code(texts)
    assert coded.screening["answer_id"].tolist() == [str(number + 1) for number in range(len(texts))]
    assert coded.screening["status"].tolist() == [code_one(text).status for text in texts]


@pytest.mark.parametrize("missing", [None, math.nan, pd.NA, pd.NaT], ids=str)
def test_a_missing_answer_is_empty(missing):
    assert code_one(missing).status == "empty"
    assert code(["goed", missing]).screening["status"].tolist() == ["content", "empty"]
    frame = pd.DataFrame({"score": [9, 8], "reden": pd.Series(["goed", missing], dtype=object)})
    assert code(read_answers(frame)).screening["status"].tolist() == ["content", "empty"]


def test_columns_of_every_kind_with_a_missing_answer_are_the_same():
    columns = (pd.Series(["goed", None]), pd.array(["goed", pd.NA], "string"), pa.array(["goed", None]))
    assert {tuple(code(column).screening["status"]) for column in columns} == {("content", "empty")}


@pytest.mark.parametrize("name", hostile.NO_TEXTS)
def test_what_is_no_text_is_a_type_error_that_names_the_row(name):
    wrong = hostile.NO_TEXTS[name]
    with pytest.raises(TypeError, match=f"Text 1 is of type {name}") as caught:
        code(["goed", wrong])
    assert isinstance(caught.value, InputTypeError)
    assert "geheim" not in str(caught.value)
    frame = pd.DataFrame({"score": [9, 8], "reden": pd.Series(["goed", wrong], dtype=object)})
    if name != "int":  # a workbook holds a number where "3" was typed
        with pytest.raises(TypeError, match=r"'reden'.*row 2"):
            read_answers(frame)


@pytest.mark.parametrize("bare", ["goed", b"goed"])
def test_a_bare_text_is_a_value_error(bare):
    with pytest.raises(ValueError, match="single str") as caught:
        code(bare)
    assert not isinstance(caught.value, TypeError)


@pytest.mark.parametrize("frame", [pd.DataFrame({"reden": ["goed"]}), {"reden": ["goed"]}, 3])
def test_a_frame_is_not_taken_for_its_column_names(frame):
    with pytest.raises(InputError, match="take one column"):
        code(frame)


def test_made_up_answers_are_read_and_the_trial_notices_what_fails(monkeypatch):
    wrong = [
        line for line in trials.try_answers(10, seed=5).wrong if " ms" not in line
    ]  # not a test's to say
    assert not wrong
    monkeypatch.setattr("hostile.ANSWERS", [hostile.Answer("x", "goed!!!!!", "cut", "empty")])
    assert trials.try_answers(0, seed=5).wrong
