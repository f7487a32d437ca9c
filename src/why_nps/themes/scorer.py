"""The folded form of a linear model: a row of label scores for every distinct word.

Sum the rows of a text's words, add the rows of its word pairs, divide by the length. A word that
was never seen is scored once from its characters and remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Self

import numpy as np

from why_nps.themes.features import indices, pair, spell, tokenise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from why_nps.themes.features import WordFeatures

_REMEMBERED = 200_000
_BATCH = 20_000


@dataclass(slots=True)
class FoldedScorer:
    """Weights of a linear model over `WordFeatures`, ready to score texts.

    Parameters
    ----------
    grams, pairs : dict of str to int
        Row of each feature in the tables below.
    gram_table, pair_table : ndarray of float32, shape (features, labels + 1)
        What a feature adds to each label's score, its frequency weight included; in the last
        column what it adds to the squared length.
    intercepts : ndarray of float32, shape (labels,)
    """

    grams: dict[str, int]
    pairs: dict[str, int]
    gram_table: NDArray[np.float32]
    pair_table: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    _memory: Memory = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._memory = Memory(self.gram_table.shape[1], _REMEMBERED)

    @classmethod
    def fold(
        cls, features: WordFeatures, weights: NDArray[np.float32], intercepts: NDArray[np.float32]
    ) -> Self:
        """Fold fitted weights, shape (features, labels), into the tables."""
        frequency = np.concatenate([features.word_weights_, features.pair_weights_])[:, None]
        table = np.hstack([weights * frequency, frequency**2]).astype(np.float32)
        n = len(features.word_index_)
        return cls(features.word_index_, features.pair_index_, table[:n], table[n:], intercepts)

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        state = (self.grams, self.pairs, self.gram_table, self.pair_table, self.intercepts)
        return type(self), state

    def rescale(self, slopes: NDArray[np.float64], offsets: NDArray[np.float64]) -> FoldedScorer:
        """Return a scorer whose scores are ``slopes * score + offsets``."""
        widened = np.append(slopes, 1).astype(np.float32)
        intercepts = (self.intercepts * slopes + offsets).astype(np.float32)
        return FoldedScorer(
            self.grams, self.pairs, self.gram_table * widened, self.pair_table * widened, intercepts
        )

    def score(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Score texts.

        Parameters
        ----------
        texts : sequence of str, length n

        Returns
        -------
        ndarray of float32, shape (n, labels)
            Log odds of each label. A text scores the same alone and in any batch.
        """
        parts = [self._score_batch(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        return np.concatenate(parts) if parts else np.empty((0, len(self.intercepts)), np.float32)

    def _score_batch(self, texts: Sequence[str]) -> NDArray[np.float32]:
        documents = [tokenise(text) for text in texts]
        words, table = self._memory.look_up(documents, self._fold_words)
        sums = sum_rows(table, words) + sum_rows(
            self.pair_table, [indices(pair(document), self.pairs) for document in documents]
        )
        lengths = np.sqrt(np.maximum(sums[:, -1:], 1))
        return np.asarray(sums[:, :-1] / lengths + self.intercepts, np.float32)

    def _fold_words(self, words: list[str]) -> NDArray[np.float32]:
        return sum_rows(self.gram_table, [indices(spell(word), self.grams) for word in words])


class Memory:
    """Rows of words already folded, forgotten all at once beyond ``most``; threads may share it."""

    def __init__(self, width: int, most: int) -> None:
        self._lock = Lock()
        self._most = most
        self._forget(width)

    def _forget(self, width: int) -> None:
        self._index: dict[str, int] = {}
        self._table = np.empty((1024, width), np.float32)

    def look_up(
        self, documents: list[list[str]], fold: Callable[[list[str]], NDArray[np.float32]]
    ) -> tuple[list[list[int]], NDArray[np.float32]]:
        """Return each document's word rows and the table they point into."""
        with self._lock:
            if len(self._index) > self._most:
                self._forget(self._table.shape[1])
            index = self._index
            new = list({word: 0 for words in documents for word in words if word not in index})
            if new:
                self._remember(new, fold(new))
            return [[index[word] for word in words] for words in documents], self._table

    def _remember(self, words: list[str], rows: NDArray[np.float32]) -> None:
        used, needed = len(self._index), len(self._index) + len(words)
        if needed > len(self._table):
            larger = np.empty((max(needed, 2 * len(self._table)), self._table.shape[1]), np.float32)
            larger[:used] = self._table[:used]
            self._table = larger
        self._table[used:needed] = rows
        self._index.update(zip(words, range(used, needed), strict=True))


def sum_rows(table: NDArray[np.float32], chosen: list[list[int]]) -> NDArray[np.float32]:
    """Sum rows of a table for each list of row numbers; no rows give zeros.

    Examples
    --------
    >>> sum_rows(np.array([[1.0], [2.0]], np.float32), [[0, 1, 1], []]).ravel().tolist()
    [5.0, 0.0]
    """
    lengths = np.fromiter(map(len, chosen), np.int64, len(chosen))
    sums = np.zeros((len(chosen), table.shape[1]), np.float32)
    if not lengths.any():
        return sums
    rows = table[np.fromiter((row for some in chosen for row in some), np.int64, lengths.sum())]
    filled = lengths > 0
    starts = (lengths.cumsum() - lengths)[filled]
    sums[filled] = np.add.reduceat(rows, starts, axis=0)
    return sums
