"""Which clause of a coded answer carries which of its mentions, told by its span or by the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from why_nps.text import normalise_answer, split_clauses
from why_nps.themes.classifier import code_targets
from why_nps.training.corpus import cut_coded
from why_nps.training.phrases import split_bank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook
    from why_nps.themes.blend import BlendedScorer
    from why_nps.training.coders import Settled

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Clauses to learn from.

    Parameters
    ----------
    clauses : list of str, length n
        Those of the answers, behind them the phrases of new themes, what these point at, and a background.
    owners : ndarray of int64, shape (n,)
        The answer of each clause; -1 for a phrase and what it points at, from `answers` on for a clause of
        the background.
    targets : ndarray, shape (n, themes + kinds)
        1, 0, or NaN where nobody said.
    new : ndarray of bool, shape (themes,)
        Themes that the model does not know yet.
    answers : int
        How many answers there are.
    alike : ndarray of int64, shape (n,)
        As owners, but one number for answers with one text: what learned from some was not tested on others.
    """

    @property
    def said(self) -> NDArray[np.bool_]:
        """Which clauses are of an answer, shape (n,)."""
        return (self.owners >= 0) & (self.owners < self.answers)

    clauses: list[str]
    owners: NDArray[np.int64]
    targets: Floats
    new: NDArray[np.bool_]
    answers: int
    alike: NDArray[np.int64]


def make_lesson(
    settled: Sequence[Settled],
    book: Codebook,
    scorer: BlendedScorer,
    themes: list[str],
    kinds: list[str],
    *,
    new: NDArray[np.bool_],
    bank: Sequence[str] = (),
) -> Lesson:
    """Cut coded answers into clauses, with what is known of each.

    Parameters
    ----------
    settled : sequence of Settled
    book : Codebook
        The phrases of new themes are learned from too, and clauses of the bank that hold them.
    scorer : BlendedScorer
        Tells which clause a mention without a span is in.
    themes, kinds : list of str
        In the order of the scorer's labels.
    new : ndarray of bool, shape (themes,)
        Themes that the scorer knows nothing of.
    bank : sequence of str
        Clauses at large. Those without a phrase of a new theme are taken not to mention it: a sheet made for
        it has more of it than answers have.

    Returns
    -------
    Lesson
    """
    clauses: list[str] = []
    owners: list[int] = []
    targets: list[Floats] = []
    for owner, one in enumerate(settled):
        texts, truth = _cut(one, scorer, themes, kinds, new)
        clauses += texts
        owners += [owner] * len(texts)
        targets.append(truth)
    phrases = {themes.index(entry.id): entry.phrases for entry in book.themes if new[themes.index(entry.id)]}
    pointed, background = split_bank(list(phrases.values()), bank)
    for (column, said), rows in zip(phrases.items(), pointed, strict=True):
        like = [*said, *(bank[row] for row in rows)]
        truth = np.full((len(like), len(themes) + len(kinds)), np.nan)
        truth[:, column] = 1
        clauses += like
        owners += [-1] * len(like)
        targets.append(truth)
    truth = np.full((len(background), len(themes) + len(kinds)), np.nan)
    truth[:, np.flatnonzero(new)] = 0
    clauses += [bank[row] for row in background]
    owners += range(len(settled), len(settled) + len(background))
    targets.append(truth)
    first: dict[str, int] = {}
    same = [first.setdefault(one.answer.text, owner) for owner, one in enumerate(settled)]
    alike = [same[owner] if 0 <= owner < len(same) else owner for owner in owners]
    return Lesson(
        clauses,
        np.array(owners, np.int64),
        np.concatenate(targets),
        new,
        len(settled),
        np.array(alike, np.int64),
    )


def _cut(
    one: Settled, scorer: BlendedScorer, themes: list[str], kinds: list[str], new: NDArray[np.bool_]
) -> tuple[list[str], Floats]:
    """Return an answer's clauses and their targets."""
    answer = one.answer
    if all(mention.span for mention in answer.mentions):
        cut = cut_coded(answer)
        texts = [clause.text for clause in cut]
        truth = code_targets([set(clause.pairs) for clause in cut], themes, kinds)
    else:
        normal = normalise_answer(answer.text).text
        texts = [normal[start:end] for start, end in split_clauses(normal)] or [normal]
        truth = _place(answer.pairs, scorer.score(texts), themes, kinds, new)
    truth[:, [themes.index(theme) for theme in one.contested]] = np.nan
    return texts, truth


def _place(
    pairs: set[tuple[str, str]],
    scores: NDArray[np.float32],
    themes: list[str],
    kinds: list[str],
    new: NDArray[np.bool_],
) -> Floats:
    """Place mentions in the clause that looks most like them; of the other clauses they say nothing.

    A theme that the model does not know is in the clause that looks least like the themes it knows.
    """
    truth = np.zeros(scores.shape)
    truth[:, len(themes) :] = np.nan
    for theme, kind in sorted(pairs):
        column = themes.index(theme)
        strange = -scores[:, : len(themes)][:, ~new].max(axis=1, initial=-np.inf)
        at = int((strange if new[column] else scores[:, column]).argmax())
        others = np.arange(len(scores)) != at
        truth[others & (truth[:, column] == 0), column] = np.nan
        truth[at, column] = 1
        truth[at, len(themes) :] = np.nan_to_num(truth[at, len(themes) :])
        truth[at, len(themes) + kinds.index(kind)] = 1
    return truth
