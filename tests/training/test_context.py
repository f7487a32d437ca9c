import json

import numpy as np
import pytest
from tests.encoders import as_published
from tests.training.test_fit import RECIPE

from why_nps import code
from why_nps.core.codebook import load_codebook
from why_nps.flow.coding import check_golden, list_pairs
from why_nps.themes.context import add_context, save_context
from why_nps.training.context import read_fold, train_accurate
from why_nps.training.fit import fit_folds, train_bundle
from why_nps.training.recipe import load_recipe


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    path = tmp_path_factory.mktemp("recipe") / "recipe.toml"
    path.write_text(RECIPE.replace("20.0", "20.0\nshare = 0.0"), encoding="utf-8")
    return load_recipe(path)


@pytest.fixture(scope="module")
def answers(tiny_answers):
    return tiny_answers[:32]  # an encoder takes its time


@pytest.fixture(scope="module")
def base(answers, recipe):
    return train_bundle(answers, [], codebook=load_codebook(), codebook_toml="", recipe=recipe)


@pytest.fixture(scope="module")
def accurate(answers, recipe, base):
    """With an encoder whose scores mean nothing."""
    labels = len(base.themes.themes_) + len(base.themes.kinds_)
    arrays = as_published(np.random.default_rng(0).normal(0, 0.02, (384, labels)).astype(np.float32))
    fits = fit_folds(answers, [], codebook=load_codebook(), recipe=recipe, progress=lambda _: None)
    folds = [read_fold(fit, arrays) for fit in fits]
    for fold in folds:
        assert fold.scores.shape == fold.fit.theme_scores.scores.shape
    return train_accurate(base, arrays, folds, answers, recipe=recipe)


def test_an_encoder_that_knows_nothing_does_no_great_harm(base, accurate):
    bundle, arrays = accurate
    assert bundle.metrics["theme_micro_f1"] > bundle.metrics["default"]["theme_micro_f1"] - 0.1
    assert bundle.metrics["default"]["theme_micro_f1"] == pytest.approx(base.metrics["theme_micro_f1"])
    assert (arrays["share"] > 0).all()
    assert "measured on 3 of 3 folds" in bundle.card
    assert "e5-small" in bundle.card


def test_what_is_written_reads_as_what_was_learned(answers, base, accurate, tmp_path):
    bundle, arrays = accurate
    save_context(bundle, base, arrays, tmp_path / "accurate")
    loaded = add_context(base, tmp_path / "accurate")
    texts = [answer.text for answer in answers[:6]]
    assert list_pairs(code(texts, model=loaded)) == list_pairs(code(texts, model=bundle))
    assert check_golden(loaded) == []
    assert loaded.metrics == json.loads(json.dumps(bundle.metrics))
