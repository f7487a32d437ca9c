"""A small model for a browser: one JSON file, read by ``examples/browser/why_nps.js`` while a customer types.

It is the linear model alone, its commonest and weightiest features, in whole numbers. What it leaves out is
told in the file. It is right less often than the model that it comes from, and says nothing to a server.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from why_nps.core.storage import write_atomically
from why_nps.themes import BlendedLabeller, ThemeClassifier
from why_nps.themes.blend import BlendedScorer
from why_nps.themes.network import Quantised
from why_nps.themes.scorer import FoldedScorer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from why_nps.themes import Bundle

_GRAMS, _PAIRS = 25_000, 2_000
LEFT_OUT = (
    "the network, which knows the order of words; of words, runs of letters and pairs of words all but "
    f"{_GRAMS:,} and {_PAIRS:,}; mending, screening and splitting of answers; typing errors; flags; masking"
)


def export_browser(path: str | Path, bundle: Bundle) -> Path:
    """Write the small model of a bundle's themes.

    Parameters
    ----------
    path : str or Path
        A .json file.
    bundle : Bundle
        From `load_bundle`.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If the model reads more than words, as the accurate one does.
    """
    bundle.check_words_alone("be written for a browser")
    scorer = bundle.themes.labeller_.scorer_.linear
    grams, gram_table = _prune(scorer.grams, scorer.gram_table, _GRAMS)
    pairs, pair_table = _prune(scorer.pairs, scorer.pair_table, _PAIRS)
    table = np.vstack([gram_table, pair_table])
    weights = Quantised.quantise(table[:, :-1])
    content = {
        "format": 1,
        "model": f"{bundle.name} {bundle.version}",
        "left_out": LEFT_OUT,
        "themes": {name: bundle.codebook.label(name) for name in bundle.themes.themes_},
        "kinds": bundle.themes.kinds_,
        "thresholds": bundle.themes.thresholds_.tolist(),
        "confidence": list(bundle.themes.confidence_),
        "intercepts": scorer.intercepts.tolist(),
        "grams": grams,
        "pairs": pairs,
        "codes": _pack(weights.codes),
        "steps": _pack(weights.steps.astype("<f4")),
        "lengths": _pack(table[:, -1].astype("<f4")),
    }
    return write_atomically(path, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def read_browser(path: str | Path) -> ThemeClassifier:
    """Read the small model back as a classifier of clauses: what the browser must say.

    Parameters
    ----------
    path : str or Path
        From `export_browser`.

    Returns
    -------
    ThemeClassifier
    """
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    steps = np.frombuffer(b64decode(content["steps"]), "<f4")
    codes = np.frombuffer(b64decode(content["codes"]), np.int8).reshape(len(steps), -1)
    lengths = np.frombuffer(b64decode(content["lengths"]), "<f4")
    table = np.hstack([codes * steps[:, None], lengths[:, None]]).astype(np.float32)
    cut = len(content["grams"])
    linear = FoldedScorer(
        {gram: row for row, gram in enumerate(content["grams"])},
        {pair: row for row, pair in enumerate(content["pairs"])},
        table[:cut],
        table[cut:],
        np.array(content["intercepts"], np.float32),
    )
    classifier = ThemeClassifier(share=0)
    classifier.themes_, classifier.kinds_ = list(content["themes"]), content["kinds"]
    classifier.thresholds_ = np.array(content["thresholds"])
    slope, offset = content["confidence"]
    classifier.confidence_ = (slope, offset)
    classifier.labeller_ = BlendedLabeller(share=0)
    classifier.labeller_.scorer_ = BlendedScorer(linear, None, 0)
    return classifier


def _prune(
    index: dict[str, int], table: NDArray[np.float32], most: int
) -> tuple[list[str], NDArray[np.float32]]:
    """Keep the features that move scores most: by their weight, and by the root of how often they occur."""
    rarity = np.sqrt(table[:, -1])  # one plus the log of texts per text with the feature
    moved = np.abs(table[:, :-1]).max(axis=1) * np.exp(-rarity / 2)
    kept = np.sort(np.argsort(-moved, kind="stable")[:most])
    names = list(index)
    return [names[row] for row in kept], table[kept]


def _pack(array: NDArray[np.generic]) -> str:
    return b64encode(array.tobytes()).decode()
