import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_recall_fscore_support

from why_nps import code
from why_nps.core.codebook import load_codebook
from why_nps.training.corpus import CodedAnswer, CodedMention
from why_nps.training.evaluate import (
    calibration_error,
    evaluate_predictions,
    kind_accuracy,
    micro_f1,
    score_labels,
)

LABELS = ("a", "b", "c")
sets = st.lists(st.sets(st.sampled_from(LABELS)), min_size=1, max_size=12)


def indicator(found):
    return np.array([[label in one for label in LABELS] for one in found], int)


@given(sets, st.randoms())
def test_figures_equal_scikit_learns(truth, dice):
    predicted = [{label for label in LABELS if dice.random() < 0.5} for _ in truth]
    true, seen = indicator(truth), indicator(predicted)
    if true.any() or seen.any():
        assert micro_f1(truth, predicted) == pytest.approx(
            f1_score(true, seen, average="micro", zero_division=0)
        )
    table = score_labels(truth, predicted, LABELS)
    precision, recall, f1, support = precision_recall_fscore_support(true, seen, zero_division=0)
    np.testing.assert_allclose(table["precision"], precision, atol=6e-5)
    np.testing.assert_allclose(table["recall"], recall, atol=6e-5)
    np.testing.assert_allclose(table["f1"], f1, atol=6e-5)
    assert table["support"].tolist() == support.tolist()


def test_the_interval_holds_the_figure_and_narrows_with_more_answers():
    few = score_labels([{"a"}, set(), {"a"}, {"a"}] * 5, [{"a"}, set(), set(), {"a"}] * 5, ["a"]).iloc[0]
    many = score_labels([{"a"}, set(), {"a"}, {"a"}] * 50, [{"a"}, set(), set(), {"a"}] * 50, ["a"]).iloc[0]
    assert few["f1_low"] < few["f1"] < few["f1_high"]
    assert many["f1_high"] - many["f1_low"] < few["f1_high"] - few["f1_low"]


def test_kind_accuracy_counts_only_themes_found_rightly():
    truth = [{("price", "pain")}, {("staff", "delight")}, {("speed", "pain")}]
    predicted = [{("price", "pain")}, {("staff", "pain")}, {("price", "pain")}]
    assert kind_accuracy(truth, predicted) == 0.5
    assert kind_accuracy([], []) == 1.0


def test_calibration_error_by_hand():
    probability = np.array([0.05, 0.05, 0.95, 0.95])
    assert calibration_error(probability, np.array([False, False, True, True])) == pytest.approx(0.05)
    assert calibration_error(probability, np.array([True, True, False, False])) == pytest.approx(0.95)
    assert calibration_error(np.array([]), np.array([], bool)) == 0.0


def test_a_perfect_reading_scores_one_everywhere():
    texts = ["Snelle levering", "Veel te duur", "nvt"]
    coded = code(texts)
    pairs: dict[str, list] = {"1": [], "2": [], "3": []}
    for row in coded.mentions.itertuples():
        pairs[row.answer_id].append(CodedMention("x", row.theme, row.kind))
    answers = [
        CodedAnswer(i, "s", text, None, tuple(pairs[i]), frozenset())
        for i, text in zip(pairs, texts, strict=True)
    ]
    evaluation = evaluate_predictions([(answers, coded)], load_codebook())
    perfect = {key: value for key, value in evaluation.figures.items() if key != "calibration_error"}
    assert set(perfect.values()) == {1.0}
    json.dumps(evaluation.to_dict())
    assert "3 coded answers" in evaluation.to_text()


def test_flags_are_scored_only_on_answers_the_rules_were_written_without():
    coded = code(["Ik stap over", "Ik stap over"])
    answers = [
        CodedAnswer(i, "s", "Ik stap over", 2, (), frozenset({"churn"})) for i in ("t1-0001", "t2-0001")
    ]
    table = evaluate_predictions([(answers, coded)], load_codebook()).flags.set_index("label")
    assert table.loc["churn", "support"] == 1


def test_no_answers_give_zeros():
    assert score_labels([], [], ["a"])["support"].tolist() == [0]
