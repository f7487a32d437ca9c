"""The comparison with other systems, run whole at its smallest size with those that are installed."""

import re
import subprocess
import sys

import numpy as np
import pytest
import speed
from contest import deal, make_answers
from page import COLUMNS, NAMES, Figures, list_behind
from peers import PEERS, LinearSvm, list_missing
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from why_nps.core.codebook import load_codebook
from why_nps.training.corpus import is_for_training_only, load_clause_bank, load_corpus

TEXTS = ["snel geleverd", "te laat geleverd", "aardige mensen", "botte mensen", "de prijs is goed", "duur"]
TARGETS = np.array([[1, 0, 1], [1, 0, 0], [0, 1, 1], [0, 1, 0], [0, 0, 1], [0, 0, np.nan]])


@pytest.fixture(scope="module")
def training():
    answers = [answer for answer in load_corpus(load_codebook()) if is_for_training_only(answer)]
    return answers[::10], load_clause_bank()[::20]


def read_tables(page):
    """Return the tables of a page, each as rows of cells by their first cell."""
    tables = re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE)
    split = [[line.strip("| ").split(" | ") for line in table.splitlines()[2:]] for table in tables]
    return [{cells[0]: cells[1:] for cells in table} for table in split]


def test_the_whole_command(tmp_path):
    command = [sys.executable, speed.__file__, "--small", "--out", str(tmp_path / "page.md")]
    told = subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert page in told.stdout
    ratios, figures, intervals, growth, parts = read_tables(page)
    present = [name for name in PEERS if name not in list_missing()]
    assert list(figures) == [NAMES[task] for task in ("floor", *present, "why_nps", "code")]
    assert set(ratios[NAMES["scikit-learn"]]) == {"1.00"}
    assert all(float(cell.replace(",", "")) > 0 for cell in figures[NAMES["why_nps"]])
    assert list(intervals) == [*present[1:], "why_nps"]
    assert list(growth) == ["200", "300"]
    assert NAMES["text"] in parts
    assert re.search(r"One at a time, 200 answers .* took \d+\.\d\d ms each when warm", page)
    memory = [float(figures[NAMES[task]][4].replace(",", "")) for task in ("floor", "code")]
    assert memory[0] < memory[1] / 2  # a process is not charged with the memory of the one that started it
    for peer in list_missing():
        assert f"{peer} was not installed" in page
        assert f"{peer} is not installed" in told.stderr


def test_nothing_of_the_scored_sectors_is_learned_from(training):
    answers, bank = training
    parts = deal(answers, bank)
    scored, tuned = parts["outer"][1], parts["inner"][1]
    gone = {answer.sector for answer in scored}
    assert scored
    assert tuned
    for (seen, _, clauses), away in zip(
        (parts["outer"], parts["inner"]), (gone, gone | {answer.sector for answer in tuned}), strict=True
    ):
        assert not {answer.sector for answer in seen} & away
        assert not {clause.sector for clause in clauses} & away


def test_made_answers_are_distinct_and_the_same_again(training):
    made = make_answers(*training, 500)
    assert len(set(made)) == 500
    assert made[:100] == make_answers(*training, 100)
    assert 12 <= np.mean([len(text.split()) for text in made]) <= 18
    assert not any("\n" in text for text in made)


def test_scikit_learns_scores_are_those_of_its_own_pipeline():
    told = TARGETS[:, :2]
    plain = make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))
        ),
        OneVsRestClassifier(LinearSVC(random_state=0)),
    ).fit(TEXTS, told)
    assert LinearSvm().fit(TEXTS, told).score(TEXTS) == pytest.approx(plain.decision_function(TEXTS))


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_learns_and_says_the_same_when_loaded_again(name, tmp_path):
    if name in list_missing():
        pytest.skip(f"{name} is not installed; it comes with the extra bench")
    peer = PEERS[name]().fit(TEXTS * 60, np.tile(TARGETS, (60, 1)))
    scores = peer.score(TEXTS)
    assert scores.shape == TARGETS.shape
    assert ((scores[:, :2] > 0) == TARGETS[:, :2]).all()
    peer.save(tmp_path)
    assert PEERS[name].load(tmp_path).score(TEXTS) == pytest.approx(scores, abs=1e-5)


def test_where_another_is_ahead_is_told_and_where_not_is_not():
    run = {"seconds": 1.0, "again": 1.0, "load": 0.1, "start": 1.0, "peak_mb": 100.0}
    tasks = ("floor", "scikit-learn", "fastText", "why_nps", "code")
    runs = {(task, 10): dict(run) for task in tasks}
    runs["fastText", 10]["seconds"] = 0.5
    runs["code", 10]["seconds"] = 4.0
    quality = {task: {"theme": 0.5, "theme_kind": 0.4} for task in tasks[1:4]}
    quality["why_nps"]["theme"] = 0.6
    quality["why_nps"]["theme_kind"] = 0.3
    facts = {"systems": tasks[1:4], "counts": {"timed": 10}}
    behind = list_behind(Figures(facts, "", quality, dict.fromkeys(tasks[1:4], 5.0), runs, (10,)))
    assert [re.match(r"- \*\*(.+?)\*\*", line)[1] for line in behind] == [
        COLUMNS["theme_kind"][0],
        COLUMNS["speed"][0],
        "The whole of `code`",
    ]
    assert "fastText 20, ours 10" in behind[1]
    assert "4.0 times" in behind[2]
