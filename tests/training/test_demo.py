from importlib.resources import files

import pytest

from why_nps import read_answers
from why_nps.core.codebook import load_codebook
from why_nps.training import demo
from why_nps.training.corpus import load_clause_bank, load_corpus, split_corpus


@pytest.fixture(scope="module")
def shipped():
    return files("why_nps").joinpath("data", "demo", "demo_export.csv")


@pytest.fixture(scope="module")
def split():
    return split_corpus(load_corpus(load_codebook()), load_clause_bank())


def test_the_script_writes_the_shipped_export_again(shipped, split):
    assert demo.build_demo(split.test) == shipped.read_bytes()


def test_no_training_answer_is_in_the_demo(shipped, split):
    answers = read_answers(shipped)
    train = {answer.text for answer in split.train}
    assert not train & set(answers.frame["text"].dropna()) - set(demo._NO_CONTENT)


def test_the_demo_is_read_with_its_mess(shipped):
    answers = read_answers(shipped)
    assert len(answers) == demo.ROWS
    assert answers.segments == ("branch", "touchpoint", "employee")
    assert sum(answers.report.score_problems.values()) == len(answers) - answers.report.with_score > 10
    assert answers.frame["answered_on"].notna().all()
    assert answers.frame["answered_on"].dt.quarter.nunique() == 4
    assert set(answers.frame["branch"]) == set(demo._BRANCHES)


def test_main_writes_the_file(tmp_path, monkeypatch, shipped, capsys):
    monkeypatch.setattr("sys.argv", ["demo", str(tmp_path / "demo.csv")])
    demo.main()
    assert (tmp_path / "demo.csv").read_bytes() == shipped.read_bytes()
    assert "2,000 rows" in capsys.readouterr().out
