"""Models and folders that come from anywhere: checked before they are parsed, and nothing in them can run."""

import contextlib
import hashlib
import json
import subprocess
import sys

import faults
import numpy as np
import pytest
import trials
from safetensors.numpy import load, save

from why_nps import code_file, load_bundle, read_coded
from why_nps.errors import JobError, ModelError
from why_nps.themes import save_bundle

# An audit hook hears every class that any pickle looks up, through whatever library.
LOADING = """
import sys
def refuse(event, arguments):
    if event.startswith("pickle."):
        raise SystemExit("a pickle was loaded: " + str(arguments))
import joblib, numpy, pickle, pandas, sklearn  # what is imported may do as it likes
sys.addaudithook(refuse)
import why_nps
bundle = why_nps.load_bundle(sys.argv[1])
why_nps.code(["goed", "xyzzy foo bar baz quux lorem", "caf\\u00c3\\u00a9"], model=bundle)
why_nps.read_coded(sys.argv[2])
print("loaded")
try:
    pickle.loads(pickle.dumps(numpy.zeros(1)))
except SystemExit:
    print("and a pickle would have been heard")
"""


@pytest.fixture
def model(tmp_path):
    return save_bundle(load_bundle(), tmp_path / "model")


@pytest.fixture
def folder(tmp_path):
    export = faults.write_export(tmp_path / "export.csv")
    code_file(export, tmp_path / "coded", part_rows=20)
    return tmp_path / "coded"


def test_every_flipped_bit_and_cut_of_a_model_is_the_one_error(tmp_path):
    result = trials.try_models(tmp_path, 400, seed=7)
    assert result.tried == 400
    assert not result.wrong


def test_what_is_damaged_in_a_coded_folder_is_told_or_does_not_matter(tmp_path):
    assert not trials.try_jobs(tmp_path, faults.write_export(tmp_path / "export.csv"), 60, seed=8).wrong


def test_no_pickle_is_in_the_way_of_loading(model, folder):
    command = [sys.executable, "-c", LOADING, str(model), str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout == "loaded\nand a pickle would have been heard\n", done.stderr


def reseal(model, name, content):
    """Put another file in a model, with the checksum that it wants."""
    (model / name).write_bytes(content)
    manifest = json.loads((model / "manifest.json").read_bytes())
    manifest["sha256"][name] = hashlib.sha256(content).hexdigest()
    (model / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


@pytest.mark.parametrize("name", ["config.json", "metrics.json", "golden.json", "codebook.toml", "card.md"])
@pytest.mark.parametrize("content", [b"[" * 100_000, b"\xff", b"[]", b"null", b'{"format": 2}'])
def test_a_sealed_file_of_anything_is_the_one_error_or_says_nothing(model, name, content):
    reseal(model, name, content)
    told = {"metrics.json", "golden.json", "card.md"}  # and never used to read answers
    with contextlib.suppress(ModelError) if name in told else pytest.raises(ModelError):
        load_bundle(model)


@pytest.mark.parametrize(
    "array, change",
    [
        ("themes.gram_table", lambda array: array[:-1]),
        ("themes.pair_table", lambda array: array[:, :-1]),
        ("themes.intercepts", lambda array: array[:-1]),
        ("flags.intercepts", lambda array: np.append(array, 0).astype(array.dtype)),
        ("themes.net.run_codes", lambda array: array[:10]),
        ("themes.net.word_steps", lambda array: array[:-1]),
        ("themes.net.taps", lambda array: array[:, :-3]),
        ("themes.net.head", lambda array: array.T.copy()),
        ("themes.share", lambda array: array[:0]),
        ("themes.pairs", lambda array: array[::2].copy()),
    ],
)
def test_sealed_arrays_that_do_not_fit_are_the_one_error(model, array, change):
    arrays = load((model / "weights.safetensors").read_bytes())
    arrays[array] = change(arrays[array])
    reseal(model, "weights.safetensors", save(arrays))
    with pytest.raises(ModelError):
        load_bundle(model)


@pytest.mark.parametrize(
    "name, wrong",
    [
        *(("name", wrong) for wrong in (None, ["x"], {"a": "<b>"})),
        ("version", 3),
        ("trained_on", ["a"]),
        ("themes", "x" * 19),
        ("themes", lambda themes: ["onbekend", *themes[1:]]),
        ("themes", lambda themes: [themes[1], *themes[1:]]),
        ("kinds", lambda kinds: ["vreemd", *kinds[1:]]),
        ("flags", lambda flags: [["vreemd"], *flags[1:]]),
        ("flags", lambda flags: [7, *flags[1:]]),
        ("theme_thresholds", lambda numbers: ["x", *numbers[1:]]),
        ("flag_thresholds", lambda numbers: [float("nan"), *numbers[1:]]),
        ("confidence", [float("inf"), 0]),
    ],
)
def test_what_a_sealed_model_tells_of_itself_is_the_one_error_where_it_makes_no_sense(model, name, wrong):
    config = json.loads((model / "config.json").read_bytes())
    config[name] = wrong(config[name]) if callable(wrong) else wrong
    reseal(model, "config.json", json.dumps(config).encode())
    with pytest.raises(ModelError):
        load_bundle(model)


@pytest.mark.parametrize("content", [b"[1, 2]", b"3"])
def test_measures_that_are_no_table_are_the_one_error(model, content):
    reseal(model, "metrics.json", content)
    with pytest.raises(ModelError):
        load_bundle(model)


def test_a_measure_that_is_no_number_is_not_told(model):
    reseal(model, "metrics.json", b'{"a": NaN, "b": Infinity, "c": 0.5}')
    assert load_bundle(model).summary.figures == {"c": 0.5}


@pytest.mark.parametrize("array", ["themes.intercepts", "themes.net.word_steps", "themes.share"])
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_sealed_number_that_is_none_is_the_one_error(model, array, wrong):
    arrays = load((model / "weights.safetensors").read_bytes())
    arrays[array] = np.append(arrays[array].ravel()[:-1], wrong).astype(np.float32)
    reseal(model, "weights.safetensors", save(arrays))
    with pytest.raises(ModelError, match=array):
        load_bundle(model)


def test_a_path_in_a_model_leads_nowhere(model, tmp_path):
    secret = tmp_path / "elsewhere.json"
    secret.write_text("{}")
    manifest = json.loads((model / "manifest.json").read_bytes())
    manifest["sha256"]["../elsewhere.json"] = hashlib.sha256(b"{}").hexdigest()
    (model / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    with pytest.raises(ModelError, match="manifest"):
        load_bundle(model)


@pytest.mark.parametrize("leading", ["../answers.parquet", "/etc/hostname", "answers/../../answers.parquet"])
def test_a_path_in_a_record_leads_nowhere(folder, tmp_path, leading):
    stolen = folder / "answers" / "part-00000.parquet"
    (tmp_path / "answers.parquet").write_bytes(stolen.read_bytes())
    record = folder / "job" / "part-00000.json"
    data = json.loads(record.read_bytes())
    data["sha256"][leading] = data["sha256"].pop("answers/part-00000.parquet")
    record.write_text(json.dumps(data))
    with pytest.raises(JobError, match="lacks parts"):
        read_coded(folder)


@pytest.mark.parametrize(
    "name, content",
    [
        ("job/manifest.json", b"[" * 100_000),
        ("job/manifest.json", b"[]"),
        ("job/part-00000.json", b"[" * 100_000),
        ("job/part-00000.json", b"[]"),
        ("job/part-00000.json", b'{"sha256": [], "counts": {}}'),
        ("job/codebook.toml", b"\xff"),
        ("_SUCCESS", b"[" * 100_000),
    ],
)
def test_a_folder_with_anything_in_it_is_the_one_error(folder, name, content):
    (folder / name).write_bytes(content)
    with pytest.raises(JobError):
        read_coded(folder)


def test_a_manifest_that_names_other_columns_is_the_one_error(folder):
    path = folder / "job" / "manifest.json"
    path.write_text(path.read_text().replace('"branch"\n', '"weg"\n', 1))
    with pytest.raises(JobError, match="cannot be read back"):
        read_coded(folder)
