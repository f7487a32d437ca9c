import numpy as np
import pytest

from why_nps.errors import InputError
from why_nps.training.coders import find_doubted, measure_agreement, measure_coders, settle_coders
from why_nps.training.corpus import CodedAnswer, CodedMention


def coding(answer_id, coder, *themes, text="tekst"):
    mentions = tuple(CodedMention("", theme, "pain") for theme in themes)
    return CodedAnswer(answer_id, "", text, None, mentions, frozenset(), flags_coded=False, coder=coder)


def test_what_half_of_the_coders_gave_is_contested_and_what_more_gave_stands():
    two = settle_coders([coding("1", "a", "price", "staff"), coding("1", "b", "price", "speed")])
    assert [one.answer.pairs for one in two] == [{("price", "pain")}]
    assert two[0].contested == {"staff", "speed"}
    three = settle_coders([coding("1", coder, *themes) for coder, *themes in ("ax", "bx", "c")])
    assert (three[0].answer.pairs, three[0].contested) == ({("x", "pain")}, frozenset())
    (alone,) = settle_coders([coding("1", "a")])
    assert (alone.answer.mentions, alone.contested) == ((), frozenset())


def test_one_answer_with_two_texts_is_refused():
    with pytest.raises(InputError, match="1 answers have two texts in the sheets, the first is '1'"):
        settle_coders([coding("1", "a"), coding("1", "b", text="anders")])


def test_alpha_per_theme_is_that_of_the_formula():
    # Krippendorff's alpha for two coders and yes or no: 1 - (2n - 1) * disagreements / (2 * zeros * ones).
    codings = [[{"x"}, {"x"}], [{"x"}, set()], [set(), set()], [set(), set()]]
    table = measure_agreement(codings, ["x", "never"]).set_index("theme")
    assert table.loc["x", "alpha"] == pytest.approx(1 - 7 * 2 / (2 * 3 * 5))
    assert table.loc["x", "given"] == 2
    assert "never" not in table.index


def test_only_answers_with_two_coders_tell_of_agreement():
    answers = [coding("1", "a", "x"), coding("1", "b", "x"), coding("2", "a", "y"), coding("3", "b")]
    answers += [coding("4", "a"), coding("4", "b")]
    table = measure_coders(answers, ["x", "y"])
    assert table["answers"].tolist() == [2, 2]
    assert table["alpha"].tolist() == [1.0, 1.0]
    assert measure_coders(answers[2:4], ["x"]).empty


def test_labels_that_a_model_contradicts_are_doubted_the_worst_first():
    given = [("x",)] * 10 + [()] * 10
    settled = settle_coders([coding(str(at), "a", *themes) for at, themes in enumerate(given)])
    probability = np.array([0.8] * 9 + [0.02] + [0.1] * 9 + [0.99])[:, None]
    found = find_doubted(settled, probability, ["x"])
    assert found[["answer_id", "coder"]].to_numpy().tolist() == [["19", "did not"], ["9", "gave it"]]
    assert find_doubted(settled, 1 - probability, ["x"]).empty
