import json
import random

import numpy as np
import pytest

from why_nps.core.codebook import load_codebook
from why_nps.core.exchange import format_toml
from why_nps.errors import ModelError
from why_nps.themes import BlendedLabeller, Bundle, FlagClassifier, load_bundle, save_bundle

TOML = format_toml(load_codebook())


@pytest.fixture(scope="module")
def bundle(classifier, coded_clauses):
    texts = coded_clauses[0]
    targets = np.array([[float("laat" in text), 0.0] for text in texts])
    flags = FlagClassifier(("churn", "begged"), BlendedLabeller().fit(texts, targets), np.array([0.5, 0.6]))
    golden = [{"text": "te laat geleverd", "mentions": [["delivery", "pain"]]}]
    return Bundle(
        "klein",
        "3",
        "1",
        load_codebook(),
        TOML,
        classifier,
        flags,
        "toy",
        {"answers": 40, "theme_micro_f1": 0.5},
        golden,
        "# Kaart",
    )


@pytest.fixture
def folder(bundle, tmp_path):
    return save_bundle(bundle, tmp_path / "model")


def test_a_saved_bundle_loads_and_says_nearly_the_same(bundle, folder, coded_clauses):
    loaded = load_bundle(folder)
    assert (loaded.name, loaded.version, loaded.trained_on) == ("klein", "3", "toy")
    assert loaded.golden == bundle.golden
    assert loaded.card == "# Kaart"
    assert (loaded.summary.figures, loaded.summary.measured_on) == ({"theme_micro_f1": 0.5}, 40)
    assert loaded.codebook == bundle.codebook
    texts = coded_clauses[0]
    assert loaded.themes.predict(texts) == bundle.themes.predict(texts)
    owners = np.arange(len(texts))
    for found, expected in zip(
        loaded.predict(texts, texts, owners), bundle.predict(texts, texts, owners), strict=True
    ):
        np.testing.assert_allclose(found, expected, atol=3e-3)


def test_what_is_predicted_together_equals_what_is_predicted_apart(bundle, coded_clauses):
    clauses, owners = coded_clauses[0], np.arange(len(coded_clauses[0])) // 2
    themes, kinds, flags = bundle.predict([""] * (owners[-1] + 2), clauses, owners)
    alone = bundle.themes.predict_both(clauses)
    np.testing.assert_array_equal(themes, alone[0])
    np.testing.assert_array_equal(kinds, alone[1])
    np.testing.assert_array_equal(flags, bundle.flags.predict_proba(clauses, owners, owners[-1] + 2))


def test_saving_twice_gives_the_same_bytes(bundle, folder, tmp_path):
    again = save_bundle(bundle, tmp_path / "again")
    for path in folder.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes()


def test_a_loaded_bundle_saves_to_the_same_bytes(folder, tmp_path):
    again = save_bundle(load_bundle(folder), tmp_path / "again")
    assert (again / "weights.safetensors").read_bytes() == (folder / "weights.safetensors").read_bytes()


@pytest.mark.parametrize("seed", range(40))
def test_a_flipped_bit_or_a_cut_file_gives_one_clear_error(folder, seed):
    dice = random.Random(seed)
    path = dice.choice(sorted(folder.iterdir()))
    content = bytearray(path.read_bytes())
    if seed % 2:
        content = content[: dice.randrange(len(content))]
    else:
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    path.write_bytes(bytes(content))
    try:
        load_bundle(folder)
    except ModelError:
        return
    assert path.name == "manifest.json", "only a flip in the manifest's white space may go unnoticed"


@pytest.mark.parametrize("name", ["config.json", "weights.safetensors", "manifest.json"])
def test_a_missing_file_says_so(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match="no complete model bundle"):
        load_bundle(folder)


def test_another_format_is_refused(folder):
    import hashlib

    config = json.loads((folder / "config.json").read_text())
    content = json.dumps(config | {"format": 99}).encode()
    (folder / "config.json").write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sha256"]["config.json"] = hashlib.sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    with pytest.raises(ModelError, match="format 99"):
        load_bundle(folder)


def test_a_folder_that_is_no_bundle_is_refused(tmp_path):
    with pytest.raises(ModelError, match="no complete model bundle"):
        load_bundle(tmp_path)
