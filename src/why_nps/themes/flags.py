"""The flags of whole answers: said in the answer as a whole, or in one clause of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from why_nps.themes.labeller import to_probability
from why_nps.themes.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.themes.blend import BlendedLabeller, BlendedScorer
    from why_nps.themes.reader import Stream, Tables

NO_CONTENT = "no_content"  # the label of answers that hold nothing to code


@dataclass(frozen=True, slots=True)
class FlagClassifier:
    """Finds the flags of whole answers, and the answers that hold nothing to code.

    Parameters
    ----------
    flags : tuple of str
        Ids in the order of the probability columns; `NO_CONTENT` may be among them.
    labeller : BlendedLabeller
        Fitted on whole answers and on clauses.
    thresholds : ndarray of float64, shape (flags,)
        Probability from which each flag is present.
    """

    flags: tuple[str, ...]
    labeller: BlendedLabeller
    thresholds: NDArray[np.float64]

    def predict_proba(
        self, clauses: Sequence[str], owners: NDArray[np.int64], size: int
    ) -> NDArray[np.float32]:
        """Return the probability of each flag, shape (answers, flags), 0..1.

        Parameters
        ----------
        clauses : sequence of str, length n
            Clauses of answers, in order.
        owners : ndarray of int64, shape (n,)
            The answer of each clause, 0..size-1.
        size : int
            How many answers there are.
        """
        return to_probability(score_answers(self.labeller.scorer_, clauses, owners, size))


def score_answers(
    scorer: BlendedScorer, clauses: Sequence[str], owners: NDArray[np.int64], size: int
) -> NDArray[np.float32]:
    """Return the mean of an answer's log odds and the highest of its clauses', shape (size, labels)."""
    stream, tables = Reader(scorer).look_up(clauses)
    return read_answers(scorer, stream, tables[0], owners, size)


def read_answers(
    scorer: BlendedScorer, stream: Stream, tables: Tables, owners: NDArray[np.int64], size: int
) -> NDArray[np.float32]:
    """Return the mean of an answer's log odds and the highest of its clauses', shape (size, labels).

    A flag stands in one clause, and the rest of a long answer dilutes it; but some flags need the
    whole. An answer without clauses counts as one without words.
    """
    return join_scores(scorer.read(stream.merge(owners, size), tables), scorer.read(stream, tables), owners)


def join_scores(
    whole: NDArray[np.floating], parts: NDArray[np.floating], owners: NDArray[np.int64]
) -> NDArray[np.floating]:
    """Return the mean of answers' log odds and the highest of their clauses'; without clauses their own.

    Examples
    --------
    >>> join_scores(np.array([[1.0], [2.0]]), np.array([[3.0], [5.0]]), np.array([0, 0])).ravel().tolist()
    [3.0, 2.0]
    """
    highest = np.full_like(whole, -np.inf)
    np.maximum.at(highest, owners, parts)
    return np.where(np.isfinite(highest), (whole + highest) / 2, whole)
