"""The folded form of a linear model: a row of label scores for every distinct word.

Sum the rows of a text's words, add the rows of its word pairs, divide by the length. A word that
was never seen is scored once from its characters and remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from why_nps.themes.features import END, SEPARATOR, START, indices, spell
from why_nps.themes.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.themes.features import WordFeatures


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
    _numbers: dict[str, int] = field(init=False, repr=False, compare=False)
    _keys: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    _sorted_pairs: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    _reader: Reader = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = [word for pair in self.pairs for word in pair.split(" ")]
        self._numbers = {word: number for number, word in enumerate(dict.fromkeys([START, END, *words]))}
        sides = np.array([self._numbers[word] for word in words], np.int64).reshape(-1, 2)
        keys = self._key(sides[:, 0], sides[:, 1])
        order = keys.argsort()
        # A pair that nobody knows finds the last row, which is zero.
        self._keys = np.append(keys[order], np.iinfo(np.int64).max)
        self._sorted_pairs = np.zeros((len(keys) + 1, len(self.intercepts) + 1), np.float32)
        self._sorted_pairs[:-1] = self.pair_table[order]
        self._reader = Reader(self)

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
        return self._reader.score(texts)

    @property
    def labels(self) -> int:
        """Scores of a text."""
        return len(self.intercepts)

    @property
    def width(self) -> int:
        """Numbers in a word's row: its scores, its squared length, and its number among pairs."""
        return len(self.intercepts) + 2

    def fold_words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the rows of words, shape (words, width)."""
        spelled = [[] if word == SEPARATOR else indices(spell(word), self.grams) for word in words]
        numbers = np.array([self._numbers.get(word, -1) for word in words], np.float32)
        return np.column_stack([sum_rows(self.gram_table, spelled), numbers])

    def read(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Score texts of one length, shape (n, labels), from rows of shape (n, words + 2, width)."""
        numbers = rows[:, :, -1].astype(np.int64)
        numbers[:, 0] = self._numbers[START]
        left, right = numbers[:, :-1], numbers[:, 1:].copy()
        right[:, -1] = self._numbers[END]
        wanted = np.where((left < 0) | (right < 0), -1, self._key(left, right))
        found = np.searchsorted(self._keys, wanted)
        found[self._keys[found] != wanted] = len(self._keys) - 1
        sums = rows[:, 1:-1, :-1].sum(axis=1) + self._sorted_pairs.take(found, axis=0).sum(axis=1)
        lengths = np.sqrt(np.maximum(sums[:, -1:], 1))
        return np.asarray(sums[:, :-1] / lengths + self.intercepts, np.float32)

    def _key(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
        return left * len(self._numbers) + right


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
