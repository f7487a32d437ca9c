"""The accurate model: the shipped one, and an encoder that reads each clause within its answer."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays

from why_nps.errors import MissingExtraError, ModelError
from why_nps.themes.classifier import ThemeClassifier
from why_nps.themes.encoder import Encoder
from why_nps.themes.features import locate, tokenise
from why_nps.themes.soundness import MANIFEST, read_checked, to_json, write_checked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from why_nps.themes.blend import BlendedScorer
    from why_nps.themes.bundle import Bundle

CONTEXT_FILES = ("config.json", "metrics.json", "golden.json", "card.md", "context.safetensors")


@dataclass(frozen=True, slots=True)
class Context:
    """What an answer as a whole adds to the scores of its clauses.

    Parameters
    ----------
    encoder : Encoder
        Its scores count as they are.
    share : ndarray of float32, shape (labels,)
        Weight of the other model's log odds.
    scorer : BlendedScorer
        The other model's: it knows which words are typing errors.
    """

    encoder: Encoder
    share: NDArray[np.float32]
    scorer: BlendedScorer

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]], scorer: BlendedScorer) -> Context:
        """Restore from the arrays of `Encoder.restore`, and ``share``."""
        return cls(Encoder.restore(arrays), np.asarray(arrays["share"], np.float32), scorer)

    def join(
        self,
        scores: NDArray[np.float32],
        texts: Sequence[str],
        clauses: Sequence[str],
        owners: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        """Join the other model's scores of clauses, shape (n, labels), with the encoder's."""
        return self.share * scores + read_clauses(self.encoder, self.scorer, texts, clauses, owners)


def read_clauses(
    encoder: Encoder,
    scorer: BlendedScorer,
    texts: Sequence[str],
    clauses: Sequence[str],
    owners: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Score clauses within their texts, shape (n, labels), in which a scorer mends the typing errors."""
    found = find_clauses(texts, clauses, owners)
    mended = [mend_words(text, own, scorer) for text, own in zip(texts, found, strict=True)]
    return encoder.score([text for text, _ in mended], [bounds for _, bounds in mended])


def mend_words(
    text: str, bounds: Sequence[tuple[int, int]], scorer: BlendedScorer
) -> tuple[str, list[tuple[int, int]]]:
    """Return a text with its typing errors mended as a scorer mends them, and where its clauses are then."""
    typed, meant = tokenise(text), scorer.read_words(text)
    parts, moved, place = [], np.arange(len(text) + 1), 0
    for (start, end), one, other in zip(locate(text), typed, meant, strict=True):
        if one != other:
            parts += [text[place:start], other]
            moved[end:] += len(other) - (end - start)
            place = end
    return "".join([*parts, text[place:]]), [(int(moved[low]), int(moved[high])) for low, high in bounds]


def find_clauses(
    texts: Sequence[str], clauses: Sequence[str], owners: NDArray[np.int64]
) -> list[list[tuple[int, int]]]:
    """Find clauses in their texts, in order.

    Examples
    --------
    >>> find_clauses(["goed, goed", "", "duur"], ["goed", "goed", "duur"], np.array([0, 0, 2]))
    [[(0, 4), (6, 10)], [], [(0, 4)]]
    """
    bounds: list[list[tuple[int, int]]] = [[] for _ in texts]
    for clause, owner in zip(clauses, owners.tolist(), strict=True):
        own = bounds[owner]
        start = texts[owner].index(clause, own[-1][1] if own else 0)
        own.append((start, start + len(clause)))
    return bounds


def add_context(base: Bundle, folder: Path) -> Bundle:
    """Load the accurate model, which is stored as what it adds to a base.

    Parameters
    ----------
    base : Bundle
        The one that it was made with.
    folder : Path

    Returns
    -------
    Bundle

    Raises
    ------
    MissingExtraError
        If the extra ``accurate`` is not installed.
    ModelError
        If a file is missing or damaged, or it was made with another base or encoder.
    """
    contents = read_checked(folder, CONTEXT_FILES)
    try:
        return _add(base, contents)
    except (ModelError, MissingExtraError):
        raise
    except Exception as error:
        raise ModelError(f"The model in {folder.name!r} cannot be read: {type(error).__name__}.") from error


def _add(base: Bundle, contents: Mapping[str, bytes]) -> Bundle:
    config = json.loads(contents["config.json"])
    if config["base"] != base.sha256:
        raise ModelError(f"The accurate model was made with another {base.name!r}; install why_nps again.")
    slope, offset = config["confidence"]
    themes = read_by(base.themes, np.array(config["theme_thresholds"]), (float(slope), float(offset)))
    return replace(
        base,
        name=config["name"],
        version=config["version"],
        themes=themes,
        trained_on=config["trained_on"],
        metrics=json.loads(contents["metrics.json"]),
        golden=json.loads(contents["golden.json"]),
        card=contents["card.md"].decode(),
        sha256=hashlib.sha256(contents[MANIFEST]).hexdigest(),
        context=Context.restore(load_arrays(contents["context.safetensors"]), base.themes.labeller_.scorer_),
    )


def read_by(
    classifier: ThemeClassifier, thresholds: NDArray[np.float64], confidence: tuple[float, float]
) -> ThemeClassifier:
    """Return the same classifier with other thresholds and confidence; the given one is left as it is."""
    other = ThemeClassifier(**classifier.get_params())
    other.themes_, other.kinds_, other.labeller_ = classifier.themes_, classifier.kinds_, classifier.labeller_
    other.thresholds_, other.confidence_ = thresholds, confidence
    return other


def save_context(bundle: Bundle, base: Bundle, arrays: Mapping[str, NDArray[Any]], folder: Path) -> None:
    """Write what the accurate model adds to its base.

    Parameters
    ----------
    bundle, base : Bundle
        The accurate one, and the one that it was made with, as loaded.
    arrays : mapping of str to ndarray
        Those of `Context.restore`.
    folder : Path
    """
    config = {
        "name": bundle.name,
        "version": bundle.version,
        "base": base.sha256,
        "trained_on": bundle.trained_on,
        "theme_thresholds": bundle.themes.thresholds_.round(4).tolist(),
        "confidence": [round(number, 4) for number in bundle.themes.confidence_],
    }
    contents = {
        "config.json": to_json(config),
        "metrics.json": to_json(bundle.metrics),
        "golden.json": to_json(bundle.golden),
        "card.md": bundle.card.encode(),
        "context.safetensors": save_arrays(dict(arrays)),
    }
    write_checked(folder, contents)
