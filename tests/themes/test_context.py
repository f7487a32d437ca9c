import json
import pickle
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from tests.encoders import as_published

from why_nps import Coder, code, explain, load_bundle, read_answers, why
from why_nps.core.tables import VERBATIMS
from why_nps.errors import InputError, ModelError
from why_nps.flow.coding import check_golden
from why_nps.flow.finding import prepare_answers
from why_nps.flow.reasons import mark_verbatims
from why_nps.hosts.browser import export_browser
from why_nps.themes import save_bundle
from why_nps.themes.context import add_context, find_clauses, mend_words, save_context
from why_nps.themes.encoder import Encoder
from why_nps.themes.labeller import to_probability
from why_nps.training.learning import learn

TEXTS = [
    "Snelle levering, maar de app werkt niet",
    "nvt",
    "goed, goed, goed; goed",
    "Te duur!! Niemand belt terug",
]


@pytest.fixture(scope="module")
def base():
    return load_bundle()


@pytest.fixture(scope="module")
def arrays(base):
    labels = len(base.themes.themes_) + len(base.themes.kinds_)
    head = np.random.default_rng(1).normal(0, 0.1, (384, labels)).astype(np.float32)
    return as_published(head) | {"share": np.linspace(0.2, 0.8, labels, dtype=np.float32)}


@pytest.fixture(scope="module")
def folder(base, arrays, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "context"
    save_context(base, base, arrays, folder)
    return folder


@pytest.fixture(scope="module")
def joined(base, folder):
    return add_context(base, folder)


def test_every_clause_is_found_where_it_was_cut():
    prepared = prepare_answers(TEXTS)
    bounds = find_clauses(prepared.texts, prepared.clauses, prepared.owners)
    found = [text[low:high] for text, own in zip(prepared.texts, bounds, strict=True) for low, high in own]
    assert found == prepared.clauses
    assert all(first[1] <= second[0] for own in bounds for first, second in pairwise(own))


def test_typing_errors_are_mended_and_clauses_found_again(base):
    scorer = base.themes.labeller_.scorer_
    text = "De leverign was vertraaagd, maar het personeeel aardig"
    assert mend_words(text, [(0, 26), (28, 54)], scorer) == (
        "De levering was vertraagd, maar het personeel aardig",
        [(0, 25), (27, 52)],
    )
    right = "De levering was vertraagd"
    assert mend_words(right, [(0, 25)], scorer) == (right, [(0, 25)])


def test_log_odds_are_the_weighted_sum_of_both(base, arrays, joined):
    prepared = prepare_answers(TEXTS)
    bounds = find_clauses(prepared.texts, prepared.clauses, prepared.owners)
    own = base.themes.labeller_.scorer_.score(prepared.clauses)
    encoder = Encoder.restore(arrays).score(prepared.texts, bounds)
    expected = to_probability(arrays["share"] * own + encoder)
    themes, kinds, flags = joined.predict(prepared.texts, prepared.clauses, prepared.owners)
    width = len(base.themes.themes_)
    np.testing.assert_allclose(themes, expected[:, :width], atol=1e-6)
    of_kinds = expected[:, width:]
    np.testing.assert_allclose(kinds, of_kinds / of_kinds.sum(axis=1, keepdims=True), atol=1e-6)
    np.testing.assert_array_equal(flags, base.predict(prepared.texts, prepared.clauses, prepared.owners)[2])


def test_it_passes_between_processes(joined):
    again = pickle.loads(pickle.dumps(Coder(joined)))  # noqa: S301  our own
    assert again.code_one(TEXTS[0]) == Coder(joined).code_one(TEXTS[0])


@pytest.mark.parametrize("damage", ["flip", "cut", "other base", "missing"])
def test_what_is_not_as_it_was_written_is_refused(base, folder, tmp_path, damage):
    copy = tmp_path / "context"
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    weights = copy / "context.safetensors"
    content = bytearray(weights.read_bytes())
    if damage == "flip":
        content[len(content) // 2] ^= 1
        weights.write_bytes(content)
    elif damage == "cut":
        weights.write_bytes(content[:-100])
    elif damage == "missing":
        weights.unlink()
    else:
        config = json.loads((copy / "config.json").read_bytes()) | {"base": "0" * 64}
        save_as(copy, config)
    with pytest.raises(ModelError):
        add_context(base, copy)


def save_as(folder, config):
    import hashlib

    (folder / "config.json").write_bytes((json.dumps(config, ensure_ascii=False, indent=1) + "\n").encode())
    manifest = json.loads((folder / "manifest.json").read_bytes())
    digest = hashlib.sha256((folder / "config.json").read_bytes()).hexdigest()
    manifest["sha256"]["config.json"] = digest
    (folder / "manifest.json").write_bytes((json.dumps(manifest, indent=1) + "\n").encode())


def test_what_needs_words_alone_is_refused(joined, tmp_path):
    with pytest.raises(InputError, match="cannot tell which words carried a mention; use the default model"):
        why("Te duur", model=joined)
    with pytest.raises(InputError, match="cannot be saved again"):
        save_bundle(joined, tmp_path / "again")
    with pytest.raises(InputError, match="cannot be tuned"):
        learn([], joined)
    with pytest.raises(InputError, match="cannot be written for a browser"):
        export_browser(tmp_path / "model.json", joined)


@pytest.fixture(scope="module")
def accurate():
    return load_bundle("accurate")


def test_the_shipped_one_says_what_it_said(accurate):
    assert len(accurate.golden) >= 20
    assert check_golden(accurate) == []


def test_no_words_are_marked_where_more_than_words_decides(accurate):
    frame = pd.DataFrame({"score": [2, 9] * 8, "text": ["Veel te duur", "Snel geleverd"] * 8})
    explained = explain(code(read_answers(frame), model="accurate"), model="accurate")
    assert explained.model.name == accurate.name
    assert len(explained.verbatims)
    assert set(explained.verbatims["carried"]) == {""}


def test_nor_where_verbatims_come_from_a_cluster(accurate):
    """There explaining marks them without looking at the model itself."""
    row = {"by": "", "group": "", "theme": "price", "kind": "pain", "answer_id": "1", "score": 2, "start": 0}
    verbatims = VERBATIMS.frame([row | {"text": "Veel te duur", "end": 12, "carried": ""}])
    for model, marked in ((load_bundle(), True), (accurate, False)):
        carried = mark_verbatims(verbatims, {"1": "Veel te duur"}, model)["carried"].tolist()
        assert [bool(places) for places in carried] == [marked]


def test_it_is_loaded_once_by_its_name_alone(accurate):
    assert load_bundle("accurate") is accurate
    assert load_bundle(accurate) is accurate
    assert Coder.load("accurate").bundle is accurate
    assert accurate.name == "nl-accurate"


def test_it_was_measured_to_be_more_often_right(accurate, base):
    for figure in ("theme_micro_f1", "theme_macro_f1", "theme_kind_micro_f1", "kind_accuracy"):
        assert accurate.metrics[figure] > base.metrics[figure] + 0.02


def test_code_takes_it_by_name(accurate):
    coded = code(["Pas na drie keer bellen kreeg ik iemand te pakken"], model="accurate")
    assert coded.model.name == accurate.name
    assert coded.mentions[["theme", "kind"]].to_numpy().tolist() == [["reachability", "pain"]]
