"""The labeller in use: the linear model, which knows words, and the network, which knows order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from why_nps.themes.descent import fit_network
from why_nps.themes.features import tokenise
from why_nps.themes.labeller import LinearLabeller, to_probability
from why_nps.themes.reader import EDGE, Reader
from why_nps.themes.spelling import Speller
from why_nps.themes.vectors import load_word_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.themes.network import FoldedNetwork
    from why_nps.themes.reader import Stream, Tables
    from why_nps.themes.scorer import FoldedScorer


@dataclass(slots=True)
class BlendedScorer:
    """The weighted mean of two models' log odds.

    Parameters
    ----------
    linear : FoldedScorer
    network : FoldedNetwork or None
    share : float
        Weight of the network, 0..1; 0 where there is none.
    """

    linear: FoldedScorer
    network: FoldedNetwork | None
    share: float
    _reader: Reader = field(init=False, repr=False, compare=False)
    _speller: Speller | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._speller = None  # takes a moment to build, so not while loading
        self._reader = Reader(self)

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        return type(self), (self.linear, self.network, self.share)

    def score(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the log odds of each label, shape (n, labels); the same alone and in any batch."""
        return self._reader.score(texts)

    @property
    def labels(self) -> int:
        """Scores of a text."""
        return self.linear.labels

    def fold_words(self, words: Sequence[str]) -> Tables:
        """Return the tables of both models; the network's vocabulary tells which words are typing errors."""
        if self.network is None:
            return self.linear.fold_words(words)
        meant = self._respell(words) if words != [EDGE] else words
        return *self.linear.fold_words(meant), *self.network.fold_words(meant)

    def divide(self, text: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Divide a text's scores over its words, those of `tokenise`.

        Returns
        -------
        shares : ndarray of float64, shape (words, labels)
            What each word adds to the log odds of each label.
        rest : ndarray of float64, shape (labels,)
            What no word carried; it and the shares sum to the scores, but for rounding.
        """
        words = self.read_words(text)
        if self.network is None:
            return self.linear.divide(words)
        (linear, of_linear), (network, of_network) = self.linear.divide(words), self.network.divide(words)
        share = self.share
        return (1 - share) * linear + share * network, (1 - share) * of_linear + share * of_network

    def read_words(self, text: str) -> list[str]:
        """List a text's words as they are read: those of `tokenise`, typing errors mended."""
        words = tokenise(text)
        return words if self.network is None else self._respell(words)

    def _respell(self, words: Sequence[str]) -> list[str]:
        if self._speller is None:
            known = self.network.words if self.network else {}
            self._speller = Speller(self.linear.list_words(), known.keys())
        return [self._speller.respell(word) for word in words]

    def read(self, stream: Stream, tables: Tables) -> NDArray[np.float32]:
        """Score texts, shape (n, labels)."""
        scores = self.linear.read(stream, tables[:2])
        if self.network is None:
            return scores
        share = np.float32(self.share)
        return (1 - share) * scores + share * self.network.read(stream, tables[2:])

    def rescale(self, slopes: NDArray[np.float64], offsets: NDArray[np.float64]) -> BlendedScorer:
        """Return a scorer whose scores are ``slopes * score + offsets``."""
        network = self.network and self.network.rescale(slopes, offsets)
        return BlendedScorer(self.linear.rescale(slopes, offsets), network, self.share)


class BlendedLabeller(BaseEstimator):
    """Each label's probability from a linear model and a small network together.

    Parameters
    ----------
    inverse_penalty : float, default 1.0
        scikit-learn's ``C`` of the linear model: larger fits the training texts closer.
    min_count : int, default 2
        Texts in which a word or feature must occur to be kept.
    share : float, default 0.5
        Weight of the network's log odds, 0..1; at 0 no network is trained.
    epochs : int, default 8
        Times that the network sees every text; small collections are seen more often.
    seed : int, default 0
    n_jobs : int, optional
        Labels of the linear model fitted at once.

    Attributes
    ----------
    scorer_ : BlendedScorer
        The fitted weights.
    """

    def __init__(
        self,
        *,
        inverse_penalty: float = 1.0,
        min_count: int = 2,
        share: float = 0.5,
        epochs: int = 8,
        seed: int = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.inverse_penalty = inverse_penalty
        self.min_count = min_count
        self.share = share
        self.epochs = epochs
        self.seed = seed
        self.n_jobs = n_jobs

    def fit(self, texts: Sequence[str], targets: NDArray[np.float64]) -> Self:
        """Fit both models.

        Parameters
        ----------
        texts : sequence of str, length n
        targets : ndarray, shape (n, labels)
            1 where the label holds, 0 where it does not, NaN where nobody said.

        Returns
        -------
        BlendedLabeller
        """
        linear = LinearLabeller(self.inverse_penalty, self.min_count, self.n_jobs).fit(texts, targets)
        network = None
        if self.share > 0:
            network = fit_network(
                [tokenise(text) for text in texts],
                targets,
                vectors=load_word_vectors(),
                epochs=self.epochs,
                min_count=self.min_count,
                seed=self.seed,
            )
        self.scorer_ = BlendedScorer(linear.scorer_, network, self.share)
        return self

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the probability of each label, shape (n, labels), 0..1."""
        check_is_fitted(self, "scorer_")
        return to_probability(self.scorer_.score(texts))
