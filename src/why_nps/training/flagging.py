"""What is learned of whole answers: their flags, and whether they hold anything to code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from why_nps.themes import BlendedLabeller
from why_nps.themes.flags import NO_CONTENT, score_answers
from why_nps.training.calibration import LeftOut
from why_nps.training.corpus import CodedAnswer, CodedClause, cut_coded, forget_personal_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook
    from why_nps.training.recipe import Recipe

# Found by rule in every answer, so no model learns them.
_RULE_FLAGS = frozenset({"pii", "other_language"})


def list_learned(codebook: Codebook) -> tuple[str, ...]:
    """Return the codebook's flags that a model learns, and the label of answers without content."""
    return (*(flag for flag in codebook.flag_ids if flag not in _RULE_FLAGS), NO_CONTENT)


def fit_flags(
    seen: Sequence[CodedAnswer], bank: Sequence[CodedClause], codebook: Codebook, recipe: Recipe
) -> BlendedLabeller:
    """Fit on answers, on clauses written for a flag or without opinion, and on clauses of unflagged answers.

    Parameters
    ----------
    seen : sequence of CodedAnswer
        Those without coded flags are left out, where there are others.
    bank : sequence of CodedClause
    codebook : Codebook
    recipe : Recipe

    Returns
    -------
    BlendedLabeller
        Its labels are those of `list_learned`.
    """
    seen = [answer for answer in seen if answer.flags_coded] or seen  # where nobody coded flags, none is had
    clauses = [clause for clause in bank if clause.flags or not clause.pairs]
    cut = [[clause.text for clause in cut_coded(answer)] for answer in seen]
    without = [
        text
        for answer, texts in zip(seen, cut, strict=True)
        if not answer.flags and len(texts) > 1
        for text in texts
    ]
    texts = [" ".join(texts) for texts in cut] + [clause.text for clause in clauses] + without
    known = code_flags([*seen, *clauses], codebook)
    beside = np.zeros((len(without), known.shape[1]))
    beside[:, -1] = np.nan  # whether a clause alone would be worth coding, nobody said
    kept = [forget_personal_data(text) for text in texts]
    return BlendedLabeller(**recipe.flags).fit(kept, np.vstack([known, beside]))


def score_held(flags: BlendedLabeller, held: Sequence[CodedAnswer], codebook: Codebook) -> LeftOut:
    """Score left-out answers of which the flags are coded."""
    flagged = [answer for answer in held if answer.flags_coded]
    cut = [(row, clause.text) for row, answer in enumerate(flagged) for clause in cut_coded(answer)]
    owners = np.array([row for row, _ in cut], np.int64)
    scores = score_answers(flags.scorer_, [text for _, text in cut], owners, len(flagged))
    return LeftOut(scores, code_flags(flagged, codebook), np.arange(len(flagged)))


def code_flags(texts: Sequence[CodedAnswer | CodedClause], codebook: Codebook) -> NDArray[np.float64]:
    """Code the labels of `list_learned` as columns of 0 and 1."""
    learned = list_learned(codebook)
    rows = [[float(flag in text.flags) for flag in learned[:-1]] for text in texts]
    silent = [not text.pairs and not text.flags for text in texts]
    return np.column_stack([np.array(rows).reshape(len(texts), len(learned) - 1), silent])
