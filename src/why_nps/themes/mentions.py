"""From probabilities to mentions: which themes of which clauses count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GENERAL = "general"
DIGITS = 6  # of a probability: the last ones of a logarithm differ from processor to processor


@dataclass(frozen=True, slots=True)
class Decisions:
    """Mentions as parallel arrays, ordered by clause and theme.

    Parameters
    ----------
    clause, theme, kind : ndarray of int64, shape (mentions,)
        Row of the clause, and columns of the theme and the kind.
    probability : ndarray of float64, shape (mentions,)
        Probability that the clause mentions this theme with this kind, 0..1.
    """

    clause: NDArray[np.int64]
    theme: NDArray[np.int64]
    kind: NDArray[np.int64]
    probability: NDArray[np.float64]


def decide_mentions(
    themes: NDArray[np.float32],
    kinds: NDArray[np.float32],
    answers: NDArray[np.int64],
    thresholds: NDArray[np.float64],
    general: int | None,
    *,
    confidence: tuple[float, float] = (1.0, 0.0),
) -> Decisions:
    """Keep the themes that reach their threshold, each with its likeliest kind.

    A bare verdict ("prima") is dropped where another mention of the same answer carries the same
    kind, as the coding guide has it.

    Parameters
    ----------
    themes, kinds : ndarray, shapes (clauses, themes) and (clauses, kinds)
        Probabilities, 0..1.
    answers : ndarray of int64, shape (clauses,)
        Which answer each clause belongs to.
    thresholds : ndarray, shape (themes,)
    general : int or None
        Column of the theme for bare verdicts; None where the codebook has none.
    confidence : (float, float)
        Slope and offset that turn the log odds of theme times kind into those of a right mention.

    Returns
    -------
    Decisions

    Examples
    --------
    >>> themes, kinds = np.array([[0.9, 0.1]]), np.array([[0.2, 0.8]])
    >>> found = decide_mentions(themes, kinds, np.array([0]), np.array([0.5, 0.5]), None)
    >>> found.theme.tolist(), found.kind.tolist(), found.probability.round(2).tolist()
    ([0], [1], [0.72])
    """
    clause, theme = np.nonzero(themes >= thresholds)
    kind = kinds.argmax(axis=1)[clause] if len(kinds) else np.empty(0, np.int64)
    keep = np.ones(len(clause), bool)
    if general is not None:
        verdict = answers[clause] * kinds.shape[1] + kind
        keep = (theme != general) | ~np.isin(verdict, verdict[theme != general])
    clause, theme, kind = clause[keep], theme[keep], kind[keep]
    joint = np.clip(themes[clause, theme].astype(np.float64) * kinds[clause, kind], 1e-6, 1 - 1e-6)
    slope, offset = confidence
    probability = 1 / (1 + np.exp(-slope * np.log(joint / (1 - joint)) - offset))
    return Decisions(clause, theme, kind, probability.round(DIGITS))
