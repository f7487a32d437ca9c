from dataclasses import replace

import pandas as pd
import pytest
from tests.conftest import tiny_records

from why_nps import code, load_bundle
from why_nps.core.codebook import load_codebook
from why_nps.errors import InputError
from why_nps.training import cross_evaluate, evaluate_file, evaluate_test_split, train_from_files
from why_nps.training.fit import fit_folds
from why_nps.training.flagging import list_learned
from why_nps.training.recipe import load_recipe

RECIPE = """
name = "klein"
version = "9"
folds = 3
seed = 1
[themes]
inverse_penalty = 20.0
[flags]
inverse_penalty = 20.0
"""


@pytest.fixture(scope="module")
def recipe_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("recipe") / "recipe.toml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def trained(tiny_file, recipe_file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "klein"
    train_from_files([tiny_file], recipe=recipe_file, out=folder)
    return folder


def test_the_recipe_makes_a_bundle_that_reads(trained):
    bundle = load_bundle(trained)
    coded = code(["aardige medewerkers, bestelling te laat geleverd"], model=bundle)
    assert set(zip(coded.mentions["theme"], coded.mentions["kind"], strict=True)) == {
        ("staff", "delight"),
        ("delivery", "pain"),
    }
    assert bundle.metrics["theme_micro_f1"] > 0.9
    assert "klein 9" in bundle.card


def test_the_recipe_makes_the_same_bytes_again(trained, tiny_file, recipe_file, tmp_path):
    train_from_files([tiny_file], recipe=recipe_file, out=tmp_path / "again")
    for path in trained.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_a_trained_bundle_is_evaluated_on_a_file(trained, tiny_file):
    assert evaluate_file(tiny_file, load_bundle(trained)).figures["theme_kind_micro_f1"] > 0.9


def test_no_fold_sees_its_own_sectors(tiny_answers, recipe_file):
    folds = fit_folds(
        tiny_answers, [], codebook=load_codebook(), recipe=load_recipe(recipe_file), progress=lambda _: None
    )
    held = [{answer.sector for answer in fold.held} for fold in folds]
    assert sum(len(fold.held) for fold in folds) == len(tiny_answers)
    assert not held[0] & held[1]
    assert not held[1] & held[2]
    for fold, sectors in zip(folds, held, strict=True):
        others = {str(answer.sector)[6:] for answer in tiny_answers if answer.sector not in sectors}
        assert len(others) == 12 - len(sectors)
        assert len(fold.theme_scores.scores) == len(fold.theme_scores.owners)


def test_rule_flags_are_not_learned():
    assert not {"pii", "other_language"} & set(list_learned(load_codebook()))


@pytest.mark.parametrize("text", ["folds = ", "folds = 3", RECIPE + "[extra]\na = 1"])
def test_a_bad_recipe_says_so(tmp_path, text):
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="Cannot use the recipe"):
        load_recipe(path)


def test_too_few_sectors_are_refused(tiny_answers, recipe_file):
    one = [answer for answer in tiny_answers if answer.sector == "sector1"]
    with pytest.raises(InputError, match="at least 3 sectors; found 1"):
        fit_folds(one, [], codebook=load_codebook(), recipe=load_recipe(recipe_file), progress=lambda _: None)


def test_a_codebook_without_coded_answers_is_refused(tmp_path):
    with pytest.raises(InputError, match="needs answers coded with it"):
        train_from_files([], codebook=tmp_path / "x.toml", out=tmp_path / "m")


def test_a_codebook_of_your_own_trains(tiny_file, recipe_file, tmp_path):
    book = tmp_path / "boek.toml"
    book.write_text(
        'name = "eigen"\nversion = "1"\n'
        '[themes]\ndelivery = { nl = "Bezorging" }\nstaff = { nl = "Mensen" }\n'
        '[kinds]\ndelight = { nl = "plus" }\npain = { nl = "min" }\n[flags]\nchurn = { nl = "weg" }\n',
        encoding="utf-8",
    )
    bundle = train_from_files([tiny_file], codebook=book, recipe=recipe_file, out=tmp_path / "m")
    assert bundle.themes.themes_ == ["delivery", "staff"]
    assert bundle.flags.flags == ("churn", "no_content")
    assert load_bundle(tmp_path / "m").codebook.name == "eigen"


def test_a_coded_sheet_without_sectors_and_flags_trains(tmp_path):
    recipe = tmp_path / "recipe.toml"  # the linear model alone, which is quick
    recipe.write_text(RECIPE.replace("20.0", "20.0\nshare = 0.0"), encoding="utf-8")
    rows = []
    for record in tiny_records():
        rows.append({"answer_id": record["id"], "text": record["answer"], "coded": "x"})
        for place, mention in enumerate(record["mentions"], start=1):
            rows[-1] |= {f"{part}_{place}": mention[part] for part in ("theme", "kind", "span")}
    sheet = tmp_path / "vel.csv"
    pd.DataFrame(rows).to_csv(sheet, index=False)
    bundle = train_from_files([sheet], recipe=recipe, out=tmp_path / "m")
    assert bundle.metrics["answers"] == 96
    assert bundle.metrics["theme_kind_micro_f1"] > 0.9
    assert "no_content_f1" not in bundle.metrics
    assert "not collected from customers" not in bundle.card
    coded = code(["onbeschofte medewerkers", "ik stap over"], model=bundle)
    assert ("staff", "pain") in set(zip(coded.mentions["theme"], coded.mentions["kind"], strict=True))
    assert set(coded.flags["flag"]) <= {"churn"}  # by rule; a model that saw no flag gives none


def test_answers_of_which_nobody_coded_flags_teach_none(tiny_answers):
    """Half of the answers, of which nobody looked for flags, count neither as with nor as without one."""
    recipe, book = replace(load_recipe(), themes={"share": 0.0}, flags={"share": 0.0}), load_codebook()
    unlooked = [replace(a, answer_id=f"{a.answer_id}-2", flags_coded=False) for a in tiny_answers[::2]]
    folds = fit_folds([*tiny_answers, *unlooked], [], codebook=book, recipe=recipe, progress=lambda _: None)
    for fold in folds:
        assert len(fold.flag_scores.truth) == sum(answer.flags_coded for answer in fold.held) < len(fold.held)


def test_cross_evaluation_of_the_shipped_corpus_runs_whole(monkeypatch):
    """On a thirtieth of the corpus and one epoch, so that it takes seconds."""
    from why_nps.training import run

    recipe = load_recipe()
    short = replace(recipe, themes=recipe.themes | {"epochs": 1})
    monkeypatch.setattr(run, "load_recipe", lambda: short)
    monkeypatch.setattr(run, "load_corpus", lambda book, load=run.load_corpus: load(book)[::30])
    monkeypatch.setattr(run, "load_clause_bank", lambda load=run.load_clause_bank: load()[::30])
    steps = []
    evaluation = cross_evaluate(progress=steps.append)
    assert len(steps) == load_recipe().folds
    assert 0.2 < evaluation.figures["theme_micro_f1"] < 0.9


def test_the_test_split_is_evaluated_with_a_bundle(monkeypatch):
    """With a toy answer in place of the split, which is read once per release and not by tests."""
    from why_nps.training import run
    from why_nps.training.corpus import CodedAnswer, CodedMention, Split

    toy = CodedAnswer(
        "1", "s", "Veel te duur", 3, (CodedMention("Veel te duur", "price", "pain"),), frozenset()
    )
    monkeypatch.setattr(run, "split_corpus", lambda *_: Split([], [toy]))
    assert evaluate_test_split(load_bundle()).answers == 1
