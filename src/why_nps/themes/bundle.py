"""A model bundle: a folder of arrays and JSON that classifies without its training code.

Nothing in it is a pickle. Every file's sha256 stands in the manifest and is checked before the
file is parsed, so a damaged or swapped bundle gives one clear error.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays

from why_nps.core.codebook import Codebook, parse_codebook
from why_nps.core.summaries import ModelSummary
from why_nps.errors import InputError, ModelError
from why_nps.themes.classifier import ThemeClassifier
from why_nps.themes.context import Context, add_context
from why_nps.themes.flags import FlagClassifier, read_answers
from why_nps.themes.labeller import to_probability
from why_nps.themes.reader import Reader
from why_nps.themes.soundness import (
    MANIFEST,
    check_config,
    check_numbers,
    check_shapes,
    read_checked,
    to_json,
    write_checked,
)
from why_nps.themes.weights import restore_labeller, store_scorer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DEFAULT_MODEL = "nl-base"
SHIPPED = {"accurate": "nl-accurate"}  # beside the default one
_FORMAT = 3
_FILES = ("config.json", "codebook.toml", "metrics.json", "golden.json", "card.md", "weights.safetensors")


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything needed to code answers.

    Parameters
    ----------
    name, version : str
        Which model this is.
    text_version : str
        Version of the cleaning that it was trained with.
    codebook : Codebook
        The themes, kinds and flags that it knows.
    codebook_toml : str
        The codebook as written, so that a saved bundle carries it letter by letter.
    themes : ThemeClassifier
        For clauses.
    flags : FlagClassifier
        For whole answers.
    trained_on : str
        One sentence on the training data.
    metrics : dict
        Measured quality.
    golden : list of dict
        Answers and the mentions that this model gives them, run again by ``why-nps check``.
    card : str
        The model card, Markdown.
    sha256 : str
        Of its manifest, and so of everything in it; empty for a bundle that was not loaded from files.
    context : Context, optional
        Reads clauses within their answers, beside `themes`; the accurate model has it.
    """

    name: str
    version: str
    text_version: str
    codebook: Codebook
    codebook_toml: str
    themes: ThemeClassifier
    flags: FlagClassifier
    trained_on: str
    metrics: dict[str, Any] = field(default_factory=dict)
    golden: list[dict[str, Any]] = field(default_factory=list)
    card: str = ""
    sha256: str = ""
    context: Context | None = None
    _reader: Reader = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        reader = Reader(self.themes.labeller_.scorer_, self.flags.labeller.scorer_)
        object.__setattr__(self, "_reader", reader)

    def predict(
        self, texts: Sequence[str], clauses: Sequence[str], owners: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Return what both classifiers say of answers; their words are looked up once.

        Parameters
        ----------
        texts : sequence of str, length size
            Answers, normalised.
        clauses : sequence of str, length n
            Clauses of answers, in order.
        owners : ndarray of int64, shape (n,)
            The answer of each clause, 0..size-1.

        Returns
        -------
        themes, kinds : ndarray of float32, shapes (n, themes) and (n, kinds)
            Probabilities for each clause, 0..1.
        flags : ndarray of float32, shape (size, flags)
            Probabilities for each answer, 0..1.
        """
        stream, (of_themes, of_flags) = self._reader.look_up(clauses)
        scores = self.themes.labeller_.scorer_.read(stream, of_themes)
        if self.context is not None:
            scores = self.context.join(scores, texts, clauses, owners)
        themes, kinds = self.themes.split_probability(to_probability(scores))
        flags = read_answers(self.flags.labeller.scorer_, stream, of_flags, owners, len(texts))
        return themes, kinds, to_probability(flags)

    def check_words_alone(self, what: str) -> None:
        """Raise an InputError if more than words decides, so that something cannot be done."""
        if self.context is not None:
            raise InputError(f"{self.name!r} reads whole answers and cannot {what}; use the default model.")

    def __repr__(self) -> str:
        return f"<Bundle: {self.name} {self.version}, {self.codebook!r}>"

    def _repr_html_(self) -> str:
        return self.summary._repr_html_()

    @property
    def summary(self) -> ModelSummary:
        """What a report tells about the model."""
        measured = {key: value for key, value in self.metrics.items() if isinstance(value, float)}
        figures = {key: value for key, value in measured.items() if isfinite(value)}
        answers = self.metrics.get("answers")
        measured_on = answers if isinstance(answers, int) else 0
        return ModelSummary(self.name, self.version, self.trained_on, figures, measured_on)


def save_bundle(bundle: Bundle, folder: str | Path) -> Path:
    """Write a bundle to a folder, the manifest last.

    Parameters
    ----------
    bundle : Bundle
    folder : str or Path
        Made where it does not exist.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If it cannot be written; a bundle that stood there is untouched. And for the accurate model.
    """
    bundle.check_words_alone("be saved again")
    config = {
        "format": _FORMAT,
        "name": bundle.name,
        "version": bundle.version,
        "text_version": bundle.text_version,
        "trained_on": bundle.trained_on,
        "themes": bundle.themes.themes_,
        "kinds": bundle.themes.kinds_,
        "theme_thresholds": bundle.themes.thresholds_.round(4).tolist(),
        "confidence": [round(number, 4) for number in bundle.themes.confidence_],
        "flags": list(bundle.flags.flags),
        "flag_thresholds": bundle.flags.thresholds.round(4).tolist(),
    }
    arrays = store_scorer("themes", bundle.themes.labeller_.scorer_)
    arrays |= store_scorer("flags", bundle.flags.labeller.scorer_)
    contents = {
        "config.json": to_json(config),
        "codebook.toml": bundle.codebook_toml.encode(),
        "metrics.json": to_json(bundle.metrics),
        "golden.json": to_json(bundle.golden),
        "card.md": bundle.card.encode(),
        "weights.safetensors": save_arrays(arrays),
    }
    write_checked(folder, contents)
    return Path(folder)


def load_bundle(model: str | Path | Bundle | None = None) -> Bundle:
    """Load a model bundle; without a path the one that ships with the package.

    Parameters
    ----------
    model : str, Path or Bundle, optional
        A bundle's folder, as written by ``why-nps train``; or ``"accurate"`` for the model that reads clauses
        within their answers: more often right, far slower, needs the extra ``accurate``. A bundle is
        returned as it is.

    Returns
    -------
    Bundle

    Raises
    ------
    ModelError
        If the folder is no bundle, a file is missing or damaged, or the format is another.
    MissingExtraError
        If the accurate model is wanted and its extra is not installed.

    Examples
    --------
    >>> len(load_bundle().themes.themes_)
    19
    """
    if isinstance(model, Bundle):
        return model
    if model is None or str(model) in SHIPPED:
        return _load_shipped(SHIPPED.get(str(model), DEFAULT_MODEL))
    return _load(Path(model))


@lru_cache(maxsize=len(SHIPPED) + 1)
def _load_shipped(name: str) -> Bundle:
    package = Path(__file__).parents[1]
    homes = [package / "models", package.parents[1] / "models"]  # a wheel; a checkout
    for home in homes:
        if (home / name / MANIFEST).is_file():
            if name == DEFAULT_MODEL:
                return _load(home / name)
            return add_context(_load_shipped(DEFAULT_MODEL), home / name)
    raise ModelError(f"The shipped model {name!r} is not installed; install why_nps again.")


def _load(folder: Path) -> Bundle:
    contents = read_checked(folder, _FILES)
    try:
        return _parse(contents, folder.name)
    except ModelError:
        raise
    except Exception as error:  # a bundle may come from anywhere: whatever its makers thought of
        raise ModelError(f"The model in {folder.name!r} cannot be read: {type(error).__name__}.") from error


def _parse(contents: dict[str, bytes], name: str) -> Bundle:
    config = json.loads(contents["config.json"])
    if config["format"] != _FORMAT:
        raise ModelError(f"The model in {name!r} has format {config['format']!r}, not {_FORMAT}.")
    metrics, toml = json.loads(contents["metrics.json"]), contents["codebook.toml"].decode()
    codebook = parse_codebook(toml)
    check_config(config, metrics, codebook)
    arrays = load_arrays(contents["weights.safetensors"])
    check_numbers(arrays)
    themes = ThemeClassifier()
    themes.themes_, themes.kinds_ = config["themes"], config["kinds"]
    themes.thresholds_ = np.array(config["theme_thresholds"])
    slope, offset = config["confidence"]
    themes.confidence_ = (float(slope), float(offset))
    themes.labeller_ = restore_labeller("themes", arrays)
    flags = FlagClassifier(
        tuple(config["flags"]), restore_labeller("flags", arrays), np.array(config["flag_thresholds"])
    )
    check_shapes(themes, flags)
    return Bundle(
        name=config["name"],
        version=config["version"],
        text_version=config["text_version"],
        codebook=codebook,
        codebook_toml=toml,
        themes=themes,
        flags=flags,
        trained_on=config["trained_on"],
        metrics=metrics,
        golden=json.loads(contents["golden.json"]),
        card=contents["card.md"].decode(),
        sha256=hashlib.sha256(contents[MANIFEST]).hexdigest(),
    )
