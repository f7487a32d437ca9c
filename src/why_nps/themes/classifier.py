"""The theme classifier: clause texts in, themes and kinds out, as a scikit-learn estimator."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from why_nps.errors import InputError, InputTypeError
from why_nps.themes.blend import BlendedLabeller

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from numpy.typing import NDArray

Pair = tuple[str, str]


class ThemeClassifier(TransformerMixin, BaseEstimator):
    """Multi-label classifier of clauses into pairs of theme and kind.

    A theme is present where its probability reaches its threshold; its kind is the likeliest one. In place
    of a text stands, where wanted, a list of the clauses of one answer: it then mentions what its clauses
    mention, and is learned from as a whole.

    Parameters
    ----------
    threshold : float, default 0.3
        Probability from which a theme is present, until `thresholds_` are learned per theme.
    inverse_penalty : float, default 1.0
        scikit-learn's ``C``: larger fits the training texts closer.
    min_count : int, default 2
        Texts in which a word or feature must occur to be kept.
    share : float, default 0.5
        Weight of the network against the linear model, 0..1; at 0 no network is trained.
    epochs : int, default 8
        Times that the network sees every text; small collections are seen more often.
    seed : int, default 0
    n_jobs : int, optional
        Labels of the linear model fitted at once.

    Attributes
    ----------
    themes_, kinds_ : list of str
        Ids in the order of the probability columns.
    thresholds_ : ndarray of float64, shape (themes,)
        Probability from which each theme is present.
    confidence_ : (float, float)
        How the log odds of theme times kind read as those of a right mention; learned out of fold.
    labeller_ : BlendedLabeller
        Gives each theme and kind its probability.

    Examples
    --------
    >>> texts = ["snel geleverd", "te laat geleverd", "aardige mensen", "botte mensen"] * 3
    >>> pairs = [("delivery", "delight"), ("delivery", "pain"), ("staff", "delight"), ("staff", "pain")] * 3
    >>> classifier = ThemeClassifier().fit(texts, [[pair] for pair in pairs])
    >>> classifier.predict(["aardige mensen"])
    [[('staff', 'delight')]]
    """

    def __init__(
        self,
        *,
        threshold: float = 0.3,
        inverse_penalty: float = 1.0,
        min_count: int = 2,
        share: float = 0.5,
        epochs: int = 8,
        seed: int = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.threshold = threshold
        self.inverse_penalty = inverse_penalty
        self.min_count = min_count
        self.share = share
        self.epochs = epochs
        self.seed = seed
        self.n_jobs = n_jobs

    def fit(self, texts: Iterable[str | Sequence[str]], y: Iterable[Collection[Pair]]) -> Self:
        """Learn themes and kinds from coded clauses.

        Parameters
        ----------
        texts : iterable of str or of sequences of str, length n
            Clauses, or answers as lists of their clauses.
        y : iterable of collections of (theme, kind), length n
            What each clause mentions; empty where it mentions nothing.

        Returns
        -------
        ThemeClassifier

        Raises
        ------
        InputError
            If there are no texts, lengths differ, or no clause mentions anything.
        """
        pieces, owners, size = list_clauses(texts)
        clauses = [
            ", ".join(pieces[start:end]) for start, end in pairwise(np.searchsorted(owners, range(size + 1)))
        ]
        labels = [{(theme, kind) for theme, kind in pairs} for pairs in y]
        if not clauses or len(clauses) != len(labels):
            raise InputError(f"Need as many texts as labels, at least one: {len(clauses)} and {len(labels)}.")
        self.themes_ = sorted({theme for pairs in labels for theme, _ in pairs})
        self.kinds_ = sorted({kind for pairs in labels for _, kind in pairs})
        if not self.themes_:
            raise InputError("No clause mentions a theme: there is nothing to learn.")
        targets = code_targets(labels, self.themes_, self.kinds_)
        self.labeller_ = BlendedLabeller(
            inverse_penalty=self.inverse_penalty,
            min_count=self.min_count,
            share=self.share,
            epochs=self.epochs,
            seed=self.seed,
            n_jobs=self.n_jobs,
        )
        self.labeller_.fit(clauses, targets)
        self.thresholds_ = np.full(len(self.themes_), self.threshold)
        self.confidence_ = (1.0, 0.0)
        return self

    def predict_proba(self, texts: Iterable[str]) -> NDArray[np.float32]:
        """Return the probability of each theme, shape (n, themes), 0..1."""
        return self.predict_both(texts)[0]

    def predict_both(self, texts: Iterable[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return probabilities of themes and, given that there is a mention, of kinds.

        Returns
        -------
        themes : ndarray of float32, shape (n, themes)
            0..1, each theme on its own.
        kinds : ndarray of float32, shape (n, kinds)
            0..1, rows sum to 1.
        """
        check_is_fitted(self, "labeller_")
        return self.split_probability(self.labeller_.predict_proba(check_texts(texts)))

    def split_probability(self, probability: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Split the labeller's columns into themes, and kinds that sum to 1."""
        kinds = probability[:, len(self.themes_) :]
        return probability[:, : len(self.themes_)], kinds / kinds.sum(axis=1, keepdims=True)

    def predict(self, texts: Iterable[str | Sequence[str]]) -> list[list[Pair]]:
        """Return the pairs of theme and kind of each text."""
        clauses, owners, size = list_clauses(texts)
        themes, kinds = self.predict_both(clauses)
        best = kinds.argmax(axis=1)
        found: list[dict[Pair, None]] = [{} for _ in range(size)]
        for row, theme in zip(*np.nonzero(themes >= self.thresholds_), strict=True):
            found[owners[row]][self.themes_[theme], self.kinds_[best[row]]] = None
        return [list(pairs) for pairs in found]

    def transform(self, texts: Iterable[str | Sequence[str]]) -> NDArray[np.float32]:
        """Return what texts say as numbers for another model.

        Parameters
        ----------
        texts : iterable of str or of sequences of str, length n

        Returns
        -------
        ndarray of float32, shape (n, themes * kinds)
            Probability of each theme times that of each kind, 0..1; of an answer in clauses the highest.
            `get_feature_names_out` names the columns.
        """
        clauses, owners, size = list_clauses(texts)
        themes, kinds = self.predict_both(clauses)
        pairs = themes[:, :, None] * kinds[:, None, :]
        highest = np.zeros((size, *pairs.shape[1:]), np.float32)
        np.maximum.at(highest, owners, pairs)
        return highest.reshape(size, len(self.themes_) * len(self.kinds_))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:  # noqa: ARG002
        """Return the names of `transform`'s columns, such as ``delivery_pain``."""
        check_is_fitted(self, "labeller_")
        return np.array([f"{theme}_{kind}" for theme in self.themes_ for kind in self.kinds_], object)

    def score(
        self, texts: Iterable[str | Sequence[str]], y: Iterable[Collection[Pair]], sample_weight: None = None
    ) -> float:
        """Return the micro-F1 of pairs of theme and kind, 0..1."""
        if sample_weight is not None:
            raise InputError("sample_weight is not used here; leave it out.")
        predicted, truth = [set(pairs) for pairs in self.predict(texts)], [{(t, k) for t, k in p} for p in y]
        right = sum(len(p & t) for p, t in zip(predicted, truth, strict=True))
        total = sum(map(len, predicted)) + sum(map(len, truth))
        return 2 * right / total if total else 1.0


def check_texts(texts: Iterable[str], *, missing: Callable[[object], bool] | None = None) -> list[str]:
    """Return the texts as a list of str.

    Parameters
    ----------
    texts : iterable of str
    missing : callable, optional
        Tells which elements stand for an empty text; without it none do.

    Raises
    ------
    InputError
        For a bare str (a ValueError).
    InputTypeError
        For an element that is not a str (a TypeError), the row is named, its content is not; and for what is
        no list or column, such as a frame, which would give the names of its columns.
    """
    listed = list_column(texts)
    if missing is None and {*map(type, listed)} <= {str}:
        return listed
    for row, text in enumerate(listed):
        if missing is not None and missing(text):
            listed[row] = ""
        elif not isinstance(text, str):
            raise InputTypeError(
                f"Text {row} is of type {type(text).__name__}, not str; fill or drop it first."
            )
    return listed


def list_column(values: Iterable[Any]) -> list[Any]:
    """Return the values of a column, those of Arrow as Python's own.

    Raises
    ------
    InputError
        For a bare str.
    InputTypeError
        For what is no list or column, such as a frame.
    """
    if isinstance(values, str | bytes):
        raise InputError("Texts must be a list or column of str; a single str was given. Put it in a list.")
    if not hasattr(values, "__iter__") or hasattr(values, "columns") or isinstance(values, dict):
        raise InputTypeError(
            f"Texts must be a list or column of str, not {type(values).__name__}; take one column of it."
        )
    return [value.as_py() if hasattr(value, "as_py") else value for value in values]


def list_clauses(texts: Iterable[str | Sequence[str]]) -> tuple[list[str], NDArray[np.int64], int]:
    """Return the clauses of all texts, the text of each from 0, and how many texts there are.

    Examples
    --------
    >>> clauses, owners, size = list_clauses(["goed", ["snel", "duur"], []])
    >>> clauses, owners.tolist(), size
    (['goed', 'snel', 'duur'], [0, 1, 1], 3)
    """
    listed = list_column(texts)
    rows = [text if isinstance(text, list | tuple | np.ndarray) else [text] for text in listed]
    owners = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    clauses = [clause for row in rows for clause in row]
    for owner, clause in zip(owners.tolist(), clauses, strict=True):
        if not isinstance(clause, str):
            raise InputError(
                f"Text {owner} is of type {type(clause).__name__}, not str; fill or drop it first."
            )
    return clauses, owners, len(rows)


def code_targets(labels: list[set[Pair]], themes: list[str], kinds: list[str]) -> NDArray[np.float64]:
    """Code pairs as 0/1 columns of themes then kinds; kinds are NaN where nothing is mentioned.

    Examples
    --------
    >>> code_targets([{("price", "pain")}, set()], ["price"], ["delight", "pain"]).tolist()
    [[1.0, 0.0, 1.0], [0.0, nan, nan]]
    """
    targets = np.zeros((len(labels), len(themes) + len(kinds)))
    for row, pairs in enumerate(labels):
        if not pairs:
            targets[row, len(themes) :] = np.nan
        for theme, kind in pairs:
            targets[row, themes.index(theme)] = 1
            targets[row, len(themes) + kinds.index(kind)] = 1
    return targets
