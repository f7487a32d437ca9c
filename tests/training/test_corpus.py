import json

import pytest

from why_nps.core.codebook import load_codebook
from why_nps.errors import InputError
from why_nps.training.corpus import (
    SHARED_SECTORS,
    TEST_SECTORS,
    CodedAnswer,
    CodedMention,
    cut_coded,
    is_for_training_only,
    load_clause_bank,
    load_corpus,
    read_coded_answers,
    split_corpus,
    to_clauses,
)
from why_nps.training.doubles import find_near_duplicates


@pytest.fixture(scope="module")
def corpus():
    return load_corpus(load_codebook())


@pytest.fixture(scope="module")
def split(corpus):
    return split_corpus(corpus, load_clause_bank())


def test_the_shipped_corpus_is_what_its_data_card_says(corpus):
    assert len(corpus) == 31583
    assert len({answer.answer_id for answer in corpus}) == 31583
    assert len(load_clause_bank()) == 53441 + 640


def test_no_figure_is_measured_on_what_was_written_for_training_only(corpus):
    files = [int(answer.answer_id[1:].partition("-")[0]) for answer in corpus]
    assert set(files) == set(range(1, 35))
    only = [is_for_training_only(answer) for answer in corpus]
    assert only == [number >= 10 for number in files]


def test_train_and_test_share_no_answer_and_no_near_duplicate(split):
    train = {answer.answer_id for answer in split.train}
    assert not train & {answer.answer_id for answer in split.test}
    known = [answer.text for answer in split.train] + [clause.text for clause in load_clause_bank()]
    assert not any(find_near_duplicates([answer.text for answer in split.test], known))


def test_test_sectors_are_left_out_whole(split):
    assert not {answer.sector for answer in split.train} & TEST_SECTORS
    assert {answer.sector for answer in split.test} <= TEST_SECTORS | SHARED_SECTORS
    assert 450 < len(split.test) < 600


def test_a_span_gives_its_labels_to_the_clauses_that_hold_it():
    answer = CodedAnswer(
        "1",
        "shop",
        "Snel geleverd, maar duur!",
        7,
        (CodedMention("Snel geleverd", "delivery", "delight"), CodedMention("duur", "price", "pain")),
        frozenset(),
    )
    cut = cut_coded(answer)
    assert [set(clause.pairs) for clause in cut] == [{("delivery", "delight")}, {("price", "pain")}]
    assert {clause.text for clause in to_clauses([answer])} >= {"Snel geleverd", "duur"}


def test_every_coded_mention_reaches_a_clause(corpus):
    lost = [
        answer.answer_id
        for answer in corpus[::10]
        if answer.pairs - {pair for clause in cut_coded(answer) for pair in clause.pairs}
    ]
    assert len(lost) <= 5  # marks and emoji alone, which hold no clause


GOOD = {"id": 1, "answer": "geheim duur", "mentions": [{"span": "duur", "theme": "price", "kind": "pain"}]}


@pytest.mark.parametrize(
    "line, says",
    [
        ("{", "line 1: not a coded answer"),
        ("[1]", "line 1: not a coded answer"),
        (json.dumps({"id": 1}), "needs id, answer and mentions"),
        (json.dumps(GOOD | {"answer": 5}), "line 1"),
        (json.dumps(GOOD | {"flags": ["spookvlag"]}), "'spookvlag' is not in the codebook"),
        (json.dumps(GOOD | {"mentions": [{"span": "duur", "theme": "x", "kind": "pain"}]}), "'x' is not in"),
        (
            json.dumps(GOOD | {"mentions": [{"span": "goed", "theme": "price", "kind": "pain"}]}),
            "a span does not",
        ),
        (json.dumps(GOOD | {"score": "tien"}), "line 1: not a coded answer"),
        ("", "holds no coded answers"),
    ],
)
def test_a_bad_record_names_its_line_and_never_its_text(tmp_path, line, says):
    path = tmp_path / "bad.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(InputError, match=says) as caught:
        read_coded_answers(path, load_codebook())
    assert "geheim" not in str(caught.value)


def test_a_missing_or_binary_file_is_an_error_of_ours(tmp_path):
    with pytest.raises(InputError, match=r"nergens\.jsonl"):
        read_coded_answers(tmp_path / "nergens.jsonl", load_codebook())
    (tmp_path / "b.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UnicodeDecodeError"):
        read_coded_answers(tmp_path / "b.jsonl", load_codebook())
