"""The accurate model: how an encoder joins the shipped one, learned and measured out of fold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from why_nps.text import normalise_answer
from why_nps.themes.context import Context, read_by, read_clauses
from why_nps.themes.encoder import Encoder
from why_nps.themes.labeller import to_probability
from why_nps.training.calibration import LeftOut, learn_calibration, learn_confidence
from why_nps.training.card import ACCURATE, write_card
from why_nps.training.corpus import cut_coded, is_for_training_only
from why_nps.training.evaluate import evaluate_models
from why_nps.training.fit import assemble_bundle, decide, make_golden, stack_left_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook
    from why_nps.themes import Bundle
    from why_nps.training.corpus import CodedAnswer
    from why_nps.training.fit import Fit
    from why_nps.training.recipe import Recipe

    Arrays = Mapping[str, NDArray[Any]]

NAME = "nl-accurate"


@dataclass(frozen=True, slots=True)
class ContextFold:
    """A fold of sectors, read by models that saw nothing of them.

    Parameters
    ----------
    fit : Fit
        The shipped recipe's.
    arrays : mapping of str to ndarray
        What an encoder learned, as `Encoder.restore` takes it.
    scores : ndarray of float32, shape (clauses, labels)
        The encoder's, of the clauses of ``fit.theme_scores``.
    """

    fit: Fit
    arrays: Arrays
    scores: NDArray[np.float32]


def read_fold(fit: Fit, arrays: Arrays) -> ContextFold:
    """Score a fold's left-out answers by an encoder."""
    texts = [normalise_answer(answer.text).text for answer in fit.held]
    clauses = [clause.text for answer in fit.held for clause in cut_coded(answer)]
    scorer = fit.themes.labeller_.scorer_
    scores = read_clauses(Encoder.restore(arrays), scorer, texts, clauses, fit.theme_scores.owners)
    return ContextFold(fit, arrays, scores)


def train_accurate(
    base: Bundle,
    whole: Arrays,
    folds: Sequence[ContextFold],
    answers: Sequence[CodedAnswer],
    *,
    recipe: Recipe,
) -> tuple[Bundle, Arrays]:
    """Join an encoder that learned from everything with the shipped model.

    Parameters
    ----------
    base : Bundle
        The shipped model.
    whole : mapping of str to ndarray
        What the encoder learned.
    folds : sequence of ContextFold
        At least three of the recipe's; how to join is learned and measured on their left-out sectors.
    answers : sequence of CodedAnswer
        Those learned from; some become the golden answers.
    recipe : Recipe
        Of the shipped model.

    Returns
    -------
    bundle : Bundle
        Its metrics hold, under ``default``, the figures of the shipped recipe on the same answers.
    arrays : mapping of str to ndarray
        For `save_context`.
    """
    book = base.codebook
    default, accurate = [], []
    for fold in folds:
        others = [other for other in folds if other is not fold]
        own = _assemble(fold, others, book, recipe)
        bundle, _ = _join(own, fold.arrays, [_read_jointly(o, others, book, recipe) for o in others])
        held = [answer for answer in fold.fit.held if not is_for_training_only(answer)]
        default.append((held, own))
        accurate.append((held, bundle))
    evaluation = evaluate_models(accurate, book)
    figures = evaluate_models(default, book).figures
    bundle, arrays = _join(base, whole, [_read_jointly(fold, folds, book, recipe) for fold in folds])
    trained_on = f"{base.trained_on}; measured on {len(folds)} of {recipe.folds} folds of sectors"
    bundle = replace(
        bundle,
        name=NAME,
        trained_on=trained_on,
        metrics=evaluation.to_dict() | {"default": figures},
        card=write_card(NAME, base.version, trained_on, evaluation, kind=ACCURATE),
    )
    return replace(bundle, golden=make_golden(bundle, answers)), arrays


def _assemble(fold: ContextFold, others: Sequence[ContextFold], book: Codebook, recipe: Recipe) -> Bundle:
    fits = [other.fit for other in others]
    return assemble_bundle(fold.fit, fits, codebook=book, codebook_toml="", recipe=recipe)


def _read_jointly(fold: ContextFold, folds: Sequence[ContextFold], book: Codebook, recipe: Recipe) -> LeftOut:
    """Return the mean of both models' scores of a fold, calibrated on others of these folds."""
    bundle = _assemble(fold, [other for other in folds if other is not fold], book, recipe)
    clauses = [clause.text for answer in fold.fit.held for clause in cut_coded(answer)]
    scores = bundle.themes.labeller_.scorer_.score(clauses)
    return replace(fold.fit.theme_scores, scores=(scores + fold.scores) / np.float32(2))


def _join(base: Bundle, learned: Arrays, left_out: Sequence[LeftOut]) -> tuple[Bundle, Arrays]:
    """Join a base and an encoder, half each, read by what the left-out scores teach."""
    scores, truth, owners = stack_left_out(left_out)
    how = learn_calibration(scores, truth, owners)
    half = (how.slopes / 2).astype(np.float32)
    arrays = dict(learned) | {
        "share": half,
        "head.w": np.asarray(learned["head.w"] * half, np.float32),
        "head.b": np.asarray(learned["head.b"] * half + how.offsets, np.float32),
    }
    width = len(base.themes.themes_)
    themes = read_by(base.themes, how.thresholds[:width], (1.0, 0.0))
    found = decide(themes, to_probability(scores * how.slopes + how.offsets), owners)
    themes = read_by(themes, themes.thresholds_, learn_confidence(found, truth, owners, width))
    return replace(
        base, themes=themes, context=Context.restore(arrays, base.themes.labeller_.scorer_)
    ), arrays
