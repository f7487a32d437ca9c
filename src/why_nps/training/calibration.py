"""From scores on left-out sectors to honest probabilities and thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

from why_nps.themes import BlendedLabeller
from why_nps.themes.labeller import to_probability

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from why_nps.themes.mentions import Decisions

_GRID = np.round(np.arange(0.1, 0.81, 0.02), 2)
_PRIOR = 40
_GRID_OF_FEW = np.round(np.arange(0.04, 0.81, 0.02), 2)
_PRIOR_OF_FEW, _USUAL_OF_FEW = 3, 0.1
_USUAL_SHARE = 0.08  # of answers with a theme; a sheet made for it holds more of them


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Scores of left-out texts: log odds and truth, shape (n, labels); owning answer, shape (n,)."""

    scores: NDArray[np.float32]
    truth: NDArray[np.float64]
    owners: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """How to read a labeller's scores.

    Parameters
    ----------
    slopes, offsets : ndarray, shape (labels,)
        Platt's scaling: log odds = slope * score + offset.
    thresholds : ndarray, shape (labels,)
        Probability from which a label is present.
    """

    slopes: NDArray[np.float64]
    offsets: NDArray[np.float64]
    thresholds: NDArray[np.float64]


def learn_calibration(
    scores: NDArray[np.float32], truth: NDArray[np.float64], owners: NDArray[np.int64]
) -> Calibration:
    """Learn scaling and thresholds from scores that no model saw the truth of.

    Parameters
    ----------
    scores : ndarray, shape (n, labels)
        Log odds on left-out clauses.
    truth : ndarray, shape (n, labels)
        1, 0, or NaN where nobody said.
    owners : ndarray of int64, shape (n,)
        The answer that each clause belongs to: thresholds are chosen for answers.

    Returns
    -------
    Calibration
    """
    slopes, offsets = np.ones(scores.shape[1]), np.zeros(scores.shape[1])
    for label in range(scores.shape[1]):
        said = ~np.isnan(truth[:, label])
        hit = truth[said, label] > 0
        if hit.any() and not hit.all():
            model = LogisticRegression(C=1e3).fit(scores[said, label : label + 1], hit)
            if model.coef_[0, 0] > 0:
                slopes[label], offsets[label] = model.coef_[0, 0], model.intercept_[0]
    probability = to_probability(scores * slopes + offsets)
    return Calibration(slopes, offsets, choose_thresholds(probability, np.nan_to_num(truth), owners))


def learn_confidence(
    found: Decisions, truth: NDArray[np.float64], owners: NDArray[np.int64], themes: int
) -> tuple[float, float]:
    """Learn how the log odds of found mentions read as those of being right.

    A mention is right where its answer, in whichever clause, mentions that theme with that kind.

    Parameters
    ----------
    found : Decisions
        On clauses that no model saw the truth of, with the plain product as probability.
    truth : ndarray, shape (clauses, themes + kinds)
    owners : ndarray of int64, shape (clauses,)
        The answer that each clause belongs to.
    themes : int
        How many of the columns are themes.

    Returns
    -------
    slope, offset : float
        1 and 0 where all or none are right.
    """
    present = np.nan_to_num(truth) > 0
    said = {
        (owners[clause], theme, kind)
        for clause, theme in np.argwhere(present[:, :themes])
        for kind in np.flatnonzero(present[clause, themes:])
    }
    keys = zip(owners[found.clause], found.theme, found.kind, strict=True)
    right = np.array([key in said for key in keys], bool)
    if right.all() or not right.any():
        return 1.0, 0.0
    log_odds = np.log(found.probability / (1 - found.probability))[:, None]
    model = LogisticRegression(C=1e3).fit(log_odds, right)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def choose_thresholds(
    probability: NDArray[np.float64], truth: NDArray[np.float64], owners: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Choose for each label the threshold with the best F1 over answers, drawn to the common one.

    The common threshold has the best F1 over all labels together. A label's own counts in
    proportion to how many answers carry it, so that rare labels do not chase noise.
    """
    right, wrong, positives = _count(probability, truth, owners, _GRID)
    total = right + wrong + positives
    common = _GRID[(right.sum(axis=1) / np.maximum(total.sum(axis=1), 1)).argmax()]
    own = _GRID[(right / np.maximum(total, 1)).argmax(axis=0)]
    return np.asarray((positives * own + _PRIOR * common) / (positives + _PRIOR))


def choose_new_thresholds(
    probability: NDArray[np.float64], truth: NDArray[np.float64], owners: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Choose thresholds for labels of which a few examples are known.

    A model that learned from few examples is seldom sure, so what it says counts from far less than for
    labels that it knows well. A sheet made for a theme has more of it than answers have, so what is found
    wrongly there counts for as many answers as would be without it among others. As in `choose_thresholds`,
    but drawn to what was best for themes that were learned from few examples (`benchmarks/new_theme.py`).
    """
    right, wrong, positives = _count(probability, truth, owners, _GRID_OF_FEW)
    negatives = len(np.unique(owners)) - positives
    heavier = np.maximum(positives * (1 / _USUAL_SHARE - 1) / np.maximum(negatives, 1), 1)
    score = right / np.maximum(right + heavier * wrong + positives, 1)
    own = _GRID_OF_FEW[score.argmax(axis=0)]
    return np.asarray((positives * own + _PRIOR_OF_FEW * _USUAL_OF_FEW) / (positives + _PRIOR_OF_FEW))


def _count(
    probability: NDArray[np.float64],
    truth: NDArray[np.float64],
    owners: NDArray[np.int64],
    grid: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Count answers found rightly and wrongly, by threshold and label; and those that carry each label."""
    answers, row = np.unique(owners, return_inverse=True)
    best = np.zeros((len(answers), probability.shape[1]))
    np.maximum.at(best, row, probability)
    present = np.zeros_like(best)
    np.maximum.at(present, row, truth)
    found, carried = best[None] >= grid[:, None, None], present > 0
    return (found & carried).sum(axis=1), (found & ~carried).sum(axis=1), carried.sum(axis=0)


def calibrate_labeller(labeller: BlendedLabeller, calibration: Calibration) -> BlendedLabeller:
    """Return a labeller whose probabilities are scaled; the given one is left as it is."""
    scaled = BlendedLabeller(**labeller.get_params())
    scaled.scorer_ = labeller.scorer_.rescale(calibration.slopes, calibration.offsets)
    return scaled
