"""The flags of whole answers: said in the answer as a whole, or in one clause of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from why_nps.themes.labeller import to_probability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.themes.blend import BlendedLabeller, BlendedScorer


@dataclass(frozen=True, slots=True)
class FlagClassifier:
    """Finds the flags of whole answers.

    Parameters
    ----------
    flags : tuple of str
        Ids in the order of the probability columns.
    labeller : BlendedLabeller
        Fitted on whole answers and on clauses.
    thresholds : ndarray of float64, shape (flags,)
        Probability from which each flag is present.
    """

    flags: tuple[str, ...]
    labeller: BlendedLabeller
    thresholds: NDArray[np.float64]

    def predict_proba(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> NDArray[np.float32]:
        """Return the probability of each flag, shape (n, flags), 0..1.

        Parameters
        ----------
        texts : sequence of str, length n
            Normalised answers.
        spans : sequence of sequences of (int, int), length n
            Where the clauses of each answer start and end.
        """
        return to_probability(score_answers(self.labeller.scorer_, texts, spans))


def score_answers(
    scorer: BlendedScorer, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
) -> NDArray[np.float32]:
    """Return the mean of an answer's log odds and the highest of its clauses', shape (n, labels).

    A flag stands in one clause, and the rest of a long answer dilutes it; but some flags need the
    whole. An answer without clauses counts as one.
    """
    whole = scorer.score(texts)
    owner = np.array([row for row, cuts in enumerate(spans) for _ in cuts], np.int64)
    clauses = [text[start:end] for text, cuts in zip(texts, spans, strict=True) for start, end in cuts]
    highest = np.full_like(whole, -np.inf)
    np.maximum.at(highest, owner, scorer.score(clauses))
    return np.where(np.isfinite(highest), (whole + highest) / 2, whole)
