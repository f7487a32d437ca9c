import itertools
from dataclasses import replace

import numpy as np
import pytest

from why_nps import code, load_bundle
from why_nps.core.codebook import Entry, build_codebook
from why_nps.errors import InputError
from why_nps.flow.coding import check_golden, list_pairs
from why_nps.themes import load_bundle as load
from why_nps.themes import save_bundle
from why_nps.training.ancestry import inherit_themes
from why_nps.training.coders import settle_coders
from why_nps.training.corpus import CodedAnswer, CodedMention
from why_nps.training.learned import compare_findings
from why_nps.training.learning import learn
from why_nps.training.placing import make_lesson

LOCKERS = [
    "kluis ging niet open",
    "de kluisjes waren kapot",
    "geen kluis vrij",
    "kluis zat klem",
    "kluisje stuk",
]
OTHERS = ["veel te duur", "aardige mensen", "snelle levering", "de app werkt niet", "prima geholpen"]
PAIRS = {
    "veel te duur": ("price", "pain"),
    "aardige mensen": ("staff", "delight"),
    "snelle levering": ("delivery", "delight"),
    "de app werkt niet": ("digital", "pain"),
    "prima geholpen": ("staff", "delight"),
}


def answers(n=40, *, spans=True, coder=""):
    """Two clauses each: one of a known theme, and in every other answer one on lockers."""
    found = []
    for number in range(n):
        known, locker = OTHERS[number % 5], LOCKERS[(number // 2) % 5]
        text = f"{known}, maar {locker} in zaal {number}" if number % 2 else f"{known} bij balie {number}"
        mentions = [CodedMention(known if spans else "", *PAIRS[known])]
        mentions += [CodedMention(locker if spans else "", "lockers", "pain")] if number % 2 else []
        found.append(
            CodedAnswer(
                str(number), "", text, None, tuple(mentions), frozenset(), flags_coded=False, coder=coder
            )
        )
    return found


@pytest.fixture(scope="module")
def book():
    data = load_bundle().codebook.to_dict()
    data["themes"]["lockers"] = {"nl": "Kluisjes", "en": "Lockers", "phrases": ["het kluisje klemde"]}
    return build_codebook(data)


@pytest.fixture(scope="module")
def learned(book):
    return learn(answers(), load_bundle(), codebook=book)


def test_a_new_theme_is_learned_and_known_ones_stay(learned):
    assert learned.better
    found = list_pairs(code(["mijn kluis is kapot", "Veel te duur"], model=learned.bundle))
    assert ("lockers", "pain") in found[0]
    assert ("price", "pain") in found[1]
    row = learned.comparison.set_index("label").loc["lockers"]
    assert (row["before"], row["support"]) == (0, 20)
    assert row["after"] > 0.8
    assert set(learned.strengths) == {"known", "new"}
    assert "lockers" not in set(learned.with_model["theme"])


def test_the_report_tells_all_that_was_found(learned):
    text = learned.to_text()
    assert "40 coded answers" in text
    assert "The tuned model is better." in text
    plain = learned.to_dict()
    assert plain["better"] is True
    assert {"coders", "with_model", "doubted", "comparison"} <= plain.keys()


def test_a_tuned_bundle_is_a_bundle_like_any_other(learned, tmp_path):
    bundle = load(save_bundle(learned.bundle, tmp_path / "model"))
    assert check_golden(bundle) == []
    assert bundle.codebook.theme_ids[-1] == "lockers"
    assert bundle.name == "nl-base-tuned"
    assert bundle.summary.measured_on == 40  # on these, not on what the shipped model was measured on
    texts = [answer.text for answer in answers(6)]
    ours, theirs = (one.themes.labeller_.scorer_.score(texts) for one in (learned.bundle, bundle))
    np.testing.assert_allclose(ours, theirs, atol=0.05)  # kept in whole numbers of -127 to 127
    golden = " ".join(one["text"] for one in bundle.golden)
    assert "kluis" not in golden


def test_kinds_are_told_before_and_after(learned):
    rows = learned.comparison.set_index("label")
    assert {"mentions of kind pain", "mentions of kind delight"} <= set(rows.index)
    assert rows.loc["mentions of kind pain", "gain"] > 0.2  # lockers are all pain
    assert learned.flags.empty  # nobody coded them


def test_what_was_renamed_or_merged_stays_known_and_is_compared_with_its_parts():
    data = load_bundle().codebook.to_dict()
    gone = {"price", "staff", "delivery"}
    themes = {theme: told for theme, told in data["themes"].items() if theme not in gone}
    log = {"price": "tariff", "staff": "service", "delivery": "service"}
    data |= {"version": "2", "changes": [{"version": "2", "mapping": log}]}
    data["themes"] = {"tariff": {"nl": "Tarief"}} | themes | {"service": {"nl": "Service"}}
    later = [
        replace(one, mentions=tuple(replace(m, theme=log.get(m.theme, m.theme)) for m in one.mentions[:1]))
        for one in answers()
    ]
    learned = learn(later, load_bundle(), codebook=build_codebook(data))
    rows = learned.comparison.set_index("label")["before"]
    assert rows["tariff"] > 0.9
    assert rows["service"] > 0.8
    assert {"tariff", "service"} <= set(learned.with_model["theme"])
    assert learned.strengths.keys() == {"known"}
    said = [
        "Veel te duur",
        "Vriendelijke vrouw achter de kassa",
        "De doos werd beschadigd bezorgd",
        "De app hapert",
    ]
    found = list_pairs(code(said, model=learned.bundle))
    assert found == [
        [("tariff", "pain")],
        [("service", "delight")],
        [("service", "pain")],
        [("digital", "pain")],
    ]


def test_flags_are_measured_and_left_alone(book):
    flagged = [replace(answer, flags_coded=True) for answer in answers()]
    flagged[:4] = [
        replace(answer, text=f"{answer.text}, bel mij terug", flags=frozenset({"callback"}))
        for answer in flagged[:4]
    ]
    flagged[4] = replace(flagged[4], text=f"{flagged[4].text}, ik stap over naar een ander")
    learned = learn(flagged, load_bundle(), codebook=book)
    rows = learned.flags.set_index("label")
    assert rows.loc["callback", ["support", "recall"]].tolist() == [4, 1]
    assert rows.loc["churn", ["support", "precision"]].tolist() == [0, 0]  # the model's alone: told too
    assert "learning leaves them alone" in learned.to_text()
    assert learned.bundle.flags is load_bundle().flags


def test_a_flag_is_settled_by_most_of_its_coders():
    both = [replace(answers(1, coder=name)[0], flags_coded=True) for name in "abc"]
    given = [replace(answer, flags=frozenset({"churn"})) for answer in both[:2]]
    assert settle_coders([*given, both[2]])[0].answer.flags == {"churn"}
    assert settle_coders([given[0], both[2]])[0].answer.flags == frozenset()


def test_nothing_new_is_no_better():
    texts = [f"{text} in {place}" for place in ("Ede", "Tiel", "Urk", "Goes") for text in OTHERS]
    pairs = list_pairs(code(texts))
    same = [
        CodedAnswer(str(at), "", text, None, tuple(CodedMention(text, *pair) for pair in found), frozenset())
        for at, (text, found) in enumerate(zip(texts, pairs, strict=True))
    ]
    learned = learn(same, load_bundle())
    assert not learned.better
    assert "stays as it was" in learned.to_text()


@pytest.mark.parametrize(
    "together, low, of_new, better",
    [(0.1, 0.02, 0.0, True), (0.02, -0.01, 0.1, True), (0.02, -0.01, 0.0, False), (-0.01, -0.03, 0.1, False)],
)
def test_a_new_theme_that_is_found_makes_a_model_better_where_all_are_found_no_worse(
    learned, together, low, of_new, better
):
    assert learned.new == ("lockers",)
    table = learned.comparison.set_index("label")
    table.loc["all themes", ["gain", "gain_low"]] = together, low
    table.loc["lockers", "gain_low"] = of_new
    assert replace(learned, comparison=table.reset_index()).better is better
    if of_new:
        assert replace(learned, comparison=table.reset_index(), new=()).better is (low > 0)


def test_too_few_answers_and_other_kinds_are_refused(book):
    with pytest.raises(InputError, match="19 different coded answers are too few"):
        learn(answers(19), load_bundle(), codebook=book)
    twice = [
        replace(answer, answer_id=f"{answer.answer_id}{copy}") for answer in answers(12) for copy in "ab"
    ]
    with pytest.raises(InputError, match="12 different coded answers are too few"):
        learn(twice, load_bundle(), codebook=book)
    data = book.to_dict()
    data["kinds"]["hate"] = {"nl": "haat"}
    with pytest.raises(InputError, match="other kinds"):
        learn(answers(), load_bundle(), codebook=build_codebook(data))


def test_a_text_that_was_learned_from_is_not_tested_on(book):
    """Whether a word that nobody knows is on lockers cannot be told, unless its double was seen."""
    words = [
        "".join(two)
        for two in itertools.product(("zqx", "vwl", "plk", "grt", "xfj"), ("aw", "ig", "ud", "oz"))
    ]
    found = [
        CodedAnswer(
            f"{word}{copy}",
            "",
            word,
            None,
            (CodedMention(word, "lockers", "pain"),) if number % 2 else (),
            frozenset(),
        )
        for copy in range(3)
        for number, word in enumerate(words)
    ]
    row = learn(found, load_bundle(), codebook=book).comparison.set_index("label").loc["lockers"]
    assert row["support"] == 30
    assert row["after"] < 0.8


def test_a_theme_with_one_example_neither_breaks_nor_is_found_everywhere(book):
    one = [a for a in answers(60) if "kluis" not in a.text] + answers()[1:2]
    learned = learn(one, load_bundle(), codebook=book)
    found = list_pairs(code(OTHERS, model=learned.bundle))
    assert not any(theme == "lockers" for pairs in found for theme, _ in pairs)


@pytest.fixture(scope="module")
def widened():
    """The shipped scorer with a label for lockers, its themes and its kinds."""
    sources = {theme: [at] for at, theme in enumerate(load_bundle().themes.themes_)} | {"lockers": []}
    return inherit_themes(load_bundle(), sources, []).scorer, list(sources), load_bundle().themes.kinds_


def test_a_mention_without_a_span_is_placed_in_the_clause_that_looks_like_it(book, widened):
    _, themes, _ = widened
    new = np.array([theme == "lockers" for theme in themes])
    lesson = make_lesson(settle_coders(answers(2, spans=False)[1:]), book, *widened, new=new)
    staff, lockers = themes.index("staff"), themes.index("lockers")
    np.testing.assert_array_equal(lesson.targets[:2, [staff, lockers]], [[1, np.nan], [np.nan, 1]])
    assert lesson.owners.tolist() == [0, 0, -1]
    assert lesson.clauses[-1] == "het kluisje klemde"


def test_clauses_of_the_bank_that_hold_a_phrase_teach_the_theme_and_others_are_without_it(book, widened):
    _, themes, _ = widened
    new = np.array([theme == "lockers" for theme in themes])
    bank = ["veel te duur", "Het kluisje klemde weer"]
    lesson = make_lesson(settle_coders(answers(2)[:1]), book, *widened, new=new, bank=bank)
    assert lesson.clauses[-3:] == ["het kluisje klemde", "Het kluisje klemde weer", "veel te duur"]
    assert lesson.owners[-3:].tolist() == [-1, -1, 1]  # behind the one answer
    assert lesson.targets[-3:, themes.index("lockers")].tolist() == [1, 1, 0]
    assert np.isnan(np.delete(lesson.targets[-3:], themes.index("lockers"), axis=1)).all()
    assert lesson.said.sum() == len(lesson.clauses) - 3


def test_a_contested_theme_is_neither_learned_nor_unlearned():
    two = [
        answers(2, coder="a")[1],
        CodedAnswer("1", "", answers(2)[1].text, None, (), frozenset(), coder="b"),
    ]
    themes, kinds = load_bundle().themes.themes_, load_bundle().themes.kinds_
    scorer = load_bundle().themes.labeller_.scorer_
    settled = settle_coders(two)
    settled = [type(settled[0])(settled[0].answer, settled[0].contested - {"lockers"})]
    lesson = make_lesson(settled, load_bundle().codebook, scorer, themes, kinds, new=np.zeros(19, bool))
    assert np.isnan(lesson.targets[:, themes.index("staff")]).all()
    assert not np.isnan(lesson.targets[:, themes.index("price")]).any()


def test_a_comparison_counts_as_f1_does():
    truth = [{("a", "pain")}, {("a", "pain"), ("b", "tip")}, set()]
    before = [{("a", "tip")}, set(), {("b", "pain")}]
    found = compare_findings(truth, before, truth, ["a", "b", "c"]).set_index("label")
    assert found["before"].tolist() == pytest.approx([2 / 5, 0, 0, 0, 2 / 3, 0], abs=1e-4)
    assert (found["after"] == 1).all()
    kinds = ["mentions of kind pain", "mentions of kind tip"]
    assert found.index.tolist() == ["all themes", "all themes, with kind", *kinds, "a", "b"]
    assert (found["gain_low"] <= found["gain"]).all()


def test_an_entry_keeps_its_phrases(book):
    assert book.themes[-1] == Entry("lockers", "Kluisjes", "Lockers", "", "", ("het kluisje klemde",))
