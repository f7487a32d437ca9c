"""Whether a model from a file is whole, and whether its parts fit together."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from why_nps.core.storage import write_together
from why_nps.errors import ModelError
from why_nps.themes.network import TAPS
from why_nps.themes.runs import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook
    from why_nps.themes.blend import BlendedScorer
    from why_nps.themes.classifier import ThemeClassifier
    from why_nps.themes.flags import FlagClassifier
    from why_nps.themes.network import FoldedNetwork

MANIFEST = "manifest.json"
_MAX_BYTES = 2**30


def read_checked(folder: Path, names: Sequence[str]) -> dict[str, bytes]:
    """Read files of a folder, and check each against the manifest before anybody parses it.

    Only ``names`` are read, whatever the manifest names: no path in it leads anywhere.

    Parameters
    ----------
    folder : Path
    names : sequence of str

    Returns
    -------
    dict of str to bytes
        The files, and the manifest.

    Raises
    ------
    ModelError
        If one is missing, damaged or larger than any model.
    """
    contents = {MANIFEST: _read(folder, MANIFEST)}
    try:
        told = json.loads(contents[MANIFEST])["sha256"]
        hashes = {name: str(told[name]) for name in names}
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise _incomplete(folder, error) from error
    if contents[MANIFEST] != make_manifest(hashes):
        raise _damaged(folder, MANIFEST)
    for name in names:
        contents[name] = _read(folder, name)
        if hashlib.sha256(contents[name]).hexdigest() != hashes[name]:
            raise _damaged(folder, name)
    return contents


def _read(folder: Path, name: str) -> bytes:
    path = folder / name
    try:
        if path.is_file() and path.stat().st_size > _MAX_BYTES:
            raise ModelError(f"{name} of the model {folder.name!r} is refused: over {_MAX_BYTES:,} bytes.")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise _incomplete(folder, error) from error


def _incomplete(folder: Path, error: Exception) -> ModelError:
    return ModelError(
        f"{folder.name!r} is no complete model bundle ({type(error).__name__}); train or copy it again."
    )


def _damaged(folder: Path, name: str) -> ModelError:
    return ModelError(f"{name} of the model {folder.name!r} is damaged or was changed; copy it again.")


def write_checked(folder: str | Path, contents: Mapping[str, bytes]) -> None:
    """Write files to a folder with their manifest, all or none, for `read_checked`."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    write_together(folder, {**contents, MANIFEST: make_manifest(hashes)})


def to_json(data: object) -> bytes:
    """Write plain values as JSON, one way for all files of a model."""
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def make_manifest(hashes: Mapping[str, str]) -> bytes:
    """Write down the sha256 of each file, in the one way that is read."""
    return (json.dumps({"sha256": dict(hashes)}, ensure_ascii=False, indent=1) + "\n").encode()


def check_shapes(themes: ThemeClassifier, flags: FlagClassifier) -> None:
    """Check that every table has a row for each word and a column for each label.

    Checksums only say that a file is as somebody wrote it.

    Raises
    ------
    ModelError
        If one does not; reading an answer would fail later, or read past its rows.
    """
    labels = len(themes.themes_) + len(themes.kinds_)
    found = [
        (themes.thresholds_.shape, (len(themes.themes_),)),
        (flags.thresholds.shape, (len(flags.flags),)),
        *_list_shapes(themes.labeller_.scorer_, labels),
        *_list_shapes(flags.labeller.scorer_, len(flags.flags)),
    ]
    if not themes.themes_ or not themes.kinds_ or any(shape != wanted for shape, wanted in found):
        raise ModelError("The parts of the model do not fit together; train or copy it again.")


def check_config(config: Mapping[str, Any], metrics: object, codebook: Codebook) -> None:
    """Check that what a model tells of itself is of the kinds that are read, and in its own codebook.

    Raises
    ------
    ModelError
        If it is not; a report would fail later.
    """
    texts = [config[name] for name in ("name", "version", "text_version", "trained_on")]
    lists = [config[name] for name in ("themes", "kinds", "flags")]
    known = codebook.theme_ids, codebook.kind_ids, config["flags"]  # an own codebook may have no flags
    listed = all(
        isinstance(names, list) and len(set(names)) == len(names) and set(names) <= set(ids)
        for names, ids in zip(lists, known, strict=True)
    )
    numbers = np.array([*config["theme_thresholds"], *config["flag_thresholds"], *config["confidence"]])
    if (
        not listed
        or not all(isinstance(text, str) for text in (*texts, *config["flags"]))
        or not isinstance(metrics, dict)
        or numbers.dtype.kind not in "fi"
        or not np.isfinite(numbers).all()
    ):
        raise ModelError("What the model tells of itself cannot be read; train or copy it again.")


def check_numbers(arrays: Mapping[str, NDArray[Any]]) -> None:
    """Check that no number of a model is infinite or none at all: it would find nothing, and not say why."""
    floats = {name: array for name, array in arrays.items() if array.dtype.kind == "f"}
    wrong = [name for name, array in floats.items() if not np.isfinite(array).all()]
    if wrong:
        raise ModelError(f"The model holds what is no number, in {wrong[0]!r}; train or copy it again.")


def _list_shapes(scorer: BlendedScorer, labels: int) -> Iterator[tuple[object, object]]:
    linear = scorer.linear
    yield linear.intercepts.shape, (labels,)
    yield linear.gram_table.shape, (len(linear.grams), labels + 1)
    yield linear.pair_table.shape, (len(linear.pairs), labels + 1)
    if scorer.network is not None:
        yield from _list_network_shapes(scorer.network, labels)


def _list_network_shapes(network: FoldedNetwork, labels: int) -> Iterator[tuple[object, object]]:
    dimensions, filters = network.edges.shape[-1], len(network.bias)
    for table, rows in ((network.word_table, len(network.words)), (network.run_table, BUCKETS)):
        yield table.codes.shape, (rows, dimensions)
        yield table.steps.shape, (rows,)
        yield table.codes.dtype, np.dtype(np.int8)
    yield network.edges.shape, (2, dimensions)
    yield network.taps.shape, (dimensions, TAPS * filters)
    yield network.bias.shape, (filters,)
    yield network.head.shape, (filters, labels)
    yield network.bag_head.shape, (dimensions, labels)
    yield network.intercepts.shape, (labels,)
