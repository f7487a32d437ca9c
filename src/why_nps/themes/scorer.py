"""The folded form of a linear model: a row of label scores for every distinct word.

Sum the rows of a text's words, add the rows of its word pairs, divide by the length. A word that
was never seen is scored once from its characters and remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from why_nps.themes.features import END, START, pair
from why_nps.themes.hashing import Places
from why_nps.themes.reader import EDGE, Reader, sum_rows
from why_nps.themes.runs import KnownRuns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.themes.features import WordFeatures
    from why_nps.themes.reader import Stream, Tables


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
    _places: Places = field(init=False, repr=False, compare=False)
    _runs: KnownRuns | None = field(init=False, repr=False, compare=False)
    _reader: Reader = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._runs = None  # takes a moment to build, so not while loading
        words = " ".join(self.pairs).split(" ") if self.pairs else []
        self._numbers = {word: number for number, word in enumerate(dict.fromkeys([START, END, *words]))}
        sides = np.fromiter(map(self._numbers.__getitem__, words), np.int64, len(words)).reshape(-1, 2)
        self._places = Places(self._key(sides[:, 0], sides[:, 1]))
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

    def list_words(self) -> list[str]:
        """List the words that have a feature of their own, the commonest first.

        A word without a length was not learned from: it came with a correction (`why_nps.training.tuning`).
        """
        rarity = self.gram_table[:, -1]
        edged = [gram for gram in self.grams if gram[0] == "<" and gram[-1] == ">" and len(gram) > len("<>")]
        learned = [gram for gram in edged if rarity[self.grams[gram]] > 0]
        return [gram[1:-1] for gram in sorted(learned, key=lambda gram: rarity[self.grams[gram]])]

    def fold_words(self, words: Sequence[str]) -> Tables:
        """Return for each word its scores with its squared length, and its number among pairs."""
        if self._runs is None:
            self._runs = KnownRuns(self.grams)
        sums = sum_rows(self.gram_table, *self._runs.find(words))
        sums[[word == EDGE for word in words]] = 0
        numbers = np.array([self._numbers.get(word, -1) for word in words], np.float32)
        return sums, numbers

    def read(self, stream: Stream, tables: Tables) -> NDArray[np.float32]:
        """Score texts, shape (n, labels)."""
        scores, numbers = tables
        pairs = numbers[stream.numbers].astype(np.int64)
        left, right = pairs[:-1].copy(), pairs[1:].copy()
        left[stream.edges[:-1]] = self._numbers[START]
        right[stream.edges[1:] - 1] = self._numbers[END]
        found = self._places.find(np.where((left < 0) | (right < 0), -1, self._key(left, right)))
        known = found >= 0
        starts = np.append(0, known.cumsum())[stream.edges]
        sums = stream.sum(scores) + sum_rows(self.pair_table, found[known], starts)
        lengths = np.sqrt(np.maximum(sums[:, -1:], 1))
        return np.asarray(sums[:, :-1] / lengths + self.intercepts, np.float32)

    def divide(self, words: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Divide a text's scores over its words; a pair's part is halved between its two words.

        Returns
        -------
        shares : ndarray of float64, shape (words, labels)
        rest : ndarray of float64, shape (labels,)
            What no word carried; it and the shares sum to the scores.
        """
        parts = np.zeros((len(words) + 2, len(self.intercepts) + 1))
        parts[1:-1] = self.fold_words(words)[0] if words else 0
        for place, two in enumerate(pair(words)):
            if two in self.pairs:
                sides = [side for side in (place, place + 1) if 1 <= side <= len(words)] or [0]
                parts[sides] += self.pair_table[self.pairs[two]] / len(sides)
        shares = parts[:, :-1] / np.sqrt(max(parts[:, -1].sum(), 1))
        return shares[1:-1], self.intercepts + shares[0]

    def _key(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
        return left * len(self._numbers) + right
