"""Texts to rows: what a model knows of each word is worked out once and remembered.

Texts of one length are stacked, so that everything after the look-up is whole arrays.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np

from why_nps.themes.features import SEPARATOR, find_words, settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_REMEMBERED = 20_000
_BATCH = 10_000
_PLACES = 2_000


class Folded(Protocol):
    """A model that reads a text through one row per word."""

    @property
    def width(self) -> int:
        """Numbers in a word's row."""

    @property
    def labels(self) -> int:
        """Scores of a text."""

    def fold_words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the rows of words, shape (words, width); `SEPARATOR` stands for a text's edge."""

    def read(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Score texts of one length, shape (n, labels), from rows of shape (n, words + 2, width)."""


class Reader:
    """Scores texts with a folded model; threads may share it.

    Parameters
    ----------
    model : Folded
    """

    def __init__(self, model: Folded) -> None:
        self._model = model
        self._lock = Lock()
        self._index: dict[str, int] = {}
        self._table = np.empty((0, model.width), np.float32)

    def score(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the scores of texts, shape (n, labels); a text scores the same alone and in any batch."""
        scores = np.empty((len(texts), self._model.labels), np.float32)
        for start in range(0, len(texts), _BATCH):
            self._score_batch(texts[start : start + _BATCH], scores[start : start + _BATCH])
        return scores

    def _score_batch(self, texts: Sequence[str], scores: NDArray[np.float32]) -> None:
        places, table = self._look_up([SEPARATOR, *find_words(texts), SEPARATOR])
        edges = np.flatnonzero(places == 0)
        lengths = np.diff(edges) - 1
        for length in np.unique(lengths):
            chosen = np.flatnonzero(lengths == length)
            parts = min(len(chosen), -(-len(chosen) * (length + 2) // _PLACES))
            for part in np.array_split(chosen, parts):
                rows = places[edges[part, None] + np.arange(length + 2)]
                scores[part] = self._model.read(table.take(rows, axis=0))

    def _look_up(self, words: list[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return each word's row number and the table that it points into; row 0 is the separator's."""
        with self._lock:
            if len(self._index) > _REMEMBERED:
                self._index = {}
            found = list(map(self._index.get, words))
            if None in found:
                self._remember([word for word in dict.fromkeys(words) if word not in self._index])
                found = list(map(self._index.get, words))
            return np.array(found, np.int64), self._table

    def _remember(self, words: list[str]) -> None:
        used, needed = len(self._index), len(self._index) + len(words)
        if not used or needed > len(self._table):
            larger = np.empty((max(needed, 2 * used), self._model.width), np.float32)
            larger[:used] = self._table[:used]
            self._table = larger
        self._table[used:needed] = self._model.fold_words([settle(word) for word in words])
        self._index.update(zip(words, range(used, needed), strict=True))
