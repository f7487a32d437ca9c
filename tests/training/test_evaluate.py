import json

import pytest

from why_nps import code
from why_nps.core.codebook import load_codebook
from why_nps.training.corpus import CodedAnswer, CodedMention
from why_nps.training.evaluate import evaluate_predictions

BOOK = load_codebook()


def as_found(texts, sectors=None):
    """Return coded answers in which the coder saw what the model sees, and the model's own tables."""
    coded = code(texts)
    mentions = [
        tuple(
            CodedMention("x", row.theme, row.kind)
            for row in coded.mentions.itertuples()
            if row.answer_id == i
        )
        for i in coded.answers.frame["answer_id"]
    ]
    sectors = sectors or [""] * len(texts)
    return [
        CodedAnswer(str(number), sector, text, None, found, frozenset())
        for number, (sector, text, found) in enumerate(zip(sectors, texts, mentions, strict=True))
    ], coded


def test_a_perfect_reading_scores_one_everywhere():
    evaluation = evaluate_predictions([as_found(["Snelle levering", "Veel te duur", "nvt"])], BOOK)
    perfect = {key: value for key, value in evaluation.figures.items() if key != "calibration_error"}
    assert set(perfect.values()) == {1.0}
    assert (evaluation.confusion["coder"] == evaluation.confusion["model"]).all()
    assert set(evaluation.calibration["right"]) == {1.0}
    assert set(evaluation.slices["theme_kind_micro_f1"]) == {1.0}
    assert evaluation.kinds.set_index("label").loc[["delight", "pain"], "f1"].tolist() == [1.0, 1.0]


def test_a_theme_taken_for_another_is_told():
    answers, coded = as_found(["Snelle levering", "Veel te duur"])
    wrong = CodedAnswer(
        "9", "", "Veel te duur", 3, (CodedMention("Veel te duur", "brand", "pain"),), frozenset()
    )
    evaluation = evaluate_predictions([([answers[0], wrong], coded)], BOOK)
    confused = evaluation.confusion[evaluation.confusion["coder"] == "brand"]
    assert confused.to_dict(orient="records") == [{"coder": "brand", "model": "price", "answers": 1}]
    assert evaluation.kinds.set_index("label").loc["pain", "f1"] == 1.0
    assert "brand price" in " ".join(evaluation.to_text().split())


def test_slices_by_length_and_by_sector_cover_all_answers():
    texts = ["Snelle levering", "Veel te duur", "De medewerkers waren erg vriendelijk en dachten goed mee"]
    evaluation = evaluate_predictions([as_found(texts, ["bank", "shop", "shop"])], BOOK)
    groups = evaluation.slices.set_index(["by", "group"])["n"].to_dict()
    assert list(groups.items()) == [
        (("length", "up to 5 words"), 2),
        (("length", "6 to 15 words"), 1),
        (("sector", "shop"), 2),
        (("sector", "bank"), 1),
    ]
    nameless = evaluate_predictions([as_found(texts)], BOOK)
    assert set(nameless.slices["by"]) == {"length"}


def test_everything_is_json_and_the_terminal_shows_the_first_rows():
    texts = ["Snelle levering"] * 30
    evaluation = evaluate_predictions([as_found(texts, [f"sector{n}" for n in range(30)])], BOOK)
    told = json.loads(json.dumps(evaluation.to_dict(), allow_nan=False))
    assert {"themes", "flags", "kinds", "confusion", "calibration", "slices", "theme_micro_f1"} <= set(told)
    assert len([row for row in told["slices"] if row["by"] == "sector"]) == 30
    shown = evaluation.to_text()
    assert "30 coded answers" in shown
    assert "and 20 more, with --json" in shown


def test_flags_are_scored_only_on_answers_the_rules_were_written_without():
    coded = code(["Ik stap over", "Ik stap over"])
    answers = [
        CodedAnswer(i, "s", "Ik stap over", 2, (), frozenset({"churn"})) for i in ("t1-0001", "t2-0001")
    ]
    table = evaluate_predictions([(answers, coded)], BOOK).flags.set_index("label")
    assert table.loc["churn", "support"] == 1


@pytest.mark.parametrize("others", [0, 1])
def test_flags_that_nobody_looked_for_are_no_errors_of_the_model(others):
    texts = ["Ik stap over", "Ik stap over"][: others + 1]
    unlooked = CodedAnswer("1", "", texts[0], 2, (), frozenset(), flags_coded=False)
    looked = [CodedAnswer("2", "", texts[0], 2, (), frozenset({"churn"}))] * others
    evaluation = evaluate_predictions([([unlooked, *looked], code(texts))], BOOK)
    if others:
        assert evaluation.flags.set_index("label").loc["churn", "f1"] == 1.0
    else:
        assert not {"flags_macro_f1", "no_content_f1"} & set(evaluation.figures)
        assert "Flags" not in evaluation.to_text()
