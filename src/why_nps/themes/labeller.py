"""A linear labeller: texts in, one probability per label out, each label on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from joblib import Parallel, delayed
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.svm import LinearSVC
from sklearn.utils.validation import check_is_fitted

from why_nps.core.locks import make_lock
from why_nps.themes.features import WordFeatures
from why_nps.themes.scorer import FoldedScorer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy import sparse


# All threads draw from liblinear's one generator: side by side they would fit another model each time.
_LIBLINEAR = make_lock()
_ODDS = 3.0  # log odds per unit of margin, until they are calibrated; also the scale of the blend


class LinearLabeller(BaseEstimator):
    """One linear support vector machine per label over `WordFeatures`, scored in folded form.

    Its loss is the squared hinge: clauses that are clearly right pull no more, so that the hard ones count.

    Parameters
    ----------
    inverse_penalty : float, default 1.0
        scikit-learn's ``C``: larger fits the training texts closer.
    min_count : int, default 2
        Texts in which a feature must occur to be kept.
    n_jobs : int, optional
        Labels fitted at once.

    Attributes
    ----------
    scorer_ : FoldedScorer
        The fitted weights.
    """

    def __init__(self, inverse_penalty: float = 1.0, min_count: int = 2, n_jobs: int | None = None) -> None:
        self.inverse_penalty = inverse_penalty
        self.min_count = min_count
        self.n_jobs = n_jobs

    def fit(self, texts: Sequence[str], targets: NDArray[np.float64]) -> Self:
        """Fit every label.

        Parameters
        ----------
        texts : sequence of str, length n
        targets : ndarray, shape (n, labels)
            1 where the label holds, 0 where it does not, NaN where nobody said.

        Returns
        -------
        LinearLabeller
        """
        features = WordFeatures(min_count=self.min_count)
        matrix = features.fit_transform(texts)
        fitted = Parallel(n_jobs=self.n_jobs, mmap_mode="r")(
            delayed(fit_label)(matrix, column, self.inverse_penalty) for column in targets.T
        )
        weights = np.stack([weights for weights, _ in fitted], axis=1)
        intercepts = np.array([intercept for _, intercept in fitted], np.float32)
        self.scorer_ = FoldedScorer.fold(features, weights, intercepts)
        return self

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the probability of each label, shape (n, labels), 0..1."""
        check_is_fitted(self, "scorer_")
        return to_probability(self.scorer_.score(texts))


def fit_label(
    matrix: sparse.csr_matrix, target: NDArray[np.float64], inverse_penalty: float
) -> tuple[NDArray[np.float32], float]:
    """Fit one label; rows whose target is NaN are left out.

    Returns
    -------
    weights : ndarray of float32, shape (features,)
    intercept : float
        Where a label always or never holds in the data: no weights, and the log odds of its smoothed share.
    """
    said = ~np.isnan(target)
    truth = target[said] > 0
    if truth.all() or not truth.any():
        share = (truth.sum() + 0.5) / (len(truth) + 1)
        return np.zeros(matrix.shape[1], np.float32), float(np.log(share / (1 - share)))
    model = LinearSVC(C=inverse_penalty, dual=True, max_iter=10_000, random_state=0)
    with _LIBLINEAR:
        model.fit(matrix if said.all() else matrix[said], truth)
    return (_ODDS * model.coef_[0]).astype(np.float32), _ODDS * float(model.intercept_[0])


def to_probability(scores: NDArray[Any]) -> NDArray[Any]:
    """Return the logistic function of scores, 0..1."""
    return np.asarray(expit(scores))
