"""The recipe: from coded answers to a model bundle, the same bytes for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from joblib import Parallel, delayed
from sklearn.model_selection import GroupKFold

from why_nps.errors import InputError
from why_nps.flow.coding import code, list_pairs
from why_nps.text import TEXT_VERSION, find_personal_data
from why_nps.themes import BlendedLabeller, Bundle, FlagClassifier, ThemeClassifier
from why_nps.themes.classifier import code_targets
from why_nps.themes.labeller import to_probability
from why_nps.themes.mentions import GENERAL, Decisions, decide_mentions
from why_nps.training.calibration import LeftOut, calibrate_labeller, learn_calibration, learn_confidence
from why_nps.training.card import write_card
from why_nps.training.corpus import (
    CodedAnswer,
    CodedClause,
    cut_coded,
    forget_personal_data,
    is_for_training_only,
    to_clauses,
)
from why_nps.training.doubles import find_near_duplicates
from why_nps.training.evaluate import Evaluation, evaluate_models
from why_nps.training.flagging import fit_flags, list_learned, score_held

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook
    from why_nps.training.recipe import Recipe

_GOLDEN = 20

_Text = TypeVar("_Text", CodedAnswer, CodedClause)


@dataclass(frozen=True, slots=True)
class Fit:
    """Classifiers as fitted, before calibration, with what they say of answers left out.

    Parameters
    ----------
    themes : ThemeClassifier
    flags : BlendedLabeller
    held : list of CodedAnswer
        Answers of sectors that the classifiers never saw; empty for the final fit.
    theme_scores, flag_scores : LeftOut
    """

    themes: ThemeClassifier
    flags: BlendedLabeller
    held: list[CodedAnswer]
    theme_scores: LeftOut
    flag_scores: LeftOut


def train_bundle(
    answers: Sequence[CodedAnswer],
    bank: Sequence[CodedClause],
    *,
    codebook: Codebook,
    codebook_toml: str,
    recipe: Recipe,
    progress: Callable[[str], None] | None = None,
) -> Bundle:
    """Train a bundle: fit folds, learn calibration on left-out sectors, fit on everything.

    Parameters
    ----------
    answers : sequence of CodedAnswer
        To train on; test answers must not be among them.
    bank : sequence of CodedClause
        Single clauses to learn from as well.
    codebook, codebook_toml : Codebook, str
        What the labels mean, parsed and as written.
    recipe : Recipe
    progress : callable, optional
        Called with a line on each step.

    Returns
    -------
    Bundle
    """
    tell = progress or (lambda _: None)
    folds = fit_folds(answers, bank, codebook=codebook, recipe=recipe, progress=tell)
    evaluation = evaluate_folds(folds, codebook=codebook, recipe=recipe)
    tell("fitting on all training answers")
    final = _fit(list(answers), [], bank, codebook, recipe)
    bundle = assemble_bundle(final, folds, codebook=codebook, codebook_toml=codebook_toml, recipe=recipe)
    trained_on = f"{len(answers):,} coded answers and {len(bank):,} single clauses"
    if bank:  # comes with the shipped corpus only
        trained_on += ", written for this project and not collected from customers"
    golden = make_golden(bundle, answers)
    card = write_card(recipe.name, recipe.version, trained_on, evaluation)
    return Bundle(
        name=bundle.name,
        version=bundle.version,
        text_version=bundle.text_version,
        codebook=codebook,
        codebook_toml=codebook_toml,
        themes=bundle.themes,
        flags=bundle.flags,
        trained_on=trained_on,
        metrics=evaluation.to_dict(),
        golden=golden,
        card=card,
    )


def fit_folds(
    answers: Sequence[CodedAnswer],
    bank: Sequence[CodedClause],
    *,
    codebook: Codebook,
    recipe: Recipe,
    progress: Callable[[str], None],
) -> list[Fit]:
    """Fit once per fold of sectors, each time without that fold's sectors.

    Clauses of a left-out sector, and whatever nearly equals a left-out answer, are left out with it. Answers
    that tell no sector are dealt one by one.
    Folds are fitted side by side, one a core.
    """
    parts = deal_folds(answers, recipe)
    fitted = Parallel(n_jobs=-1, return_as="generator")(
        delayed(fit_without)(seen, held, bank, codebook, recipe) for seen, held in parts
    )
    fits = []
    for number, fit in enumerate(fitted, start=1):
        progress(f"fold {number} of {recipe.folds}: {len(fit.held):,} answers of left-out sectors")
        fits.append(fit)
    return fits


def deal_folds(
    answers: Sequence[CodedAnswer], recipe: Recipe
) -> list[tuple[list[CodedAnswer], list[CodedAnswer]]]:
    """Deal answers into folds of whole sectors: for each fold the answers of the others, and its own."""
    sectors = [answer.sector or answer.answer_id for answer in answers]
    if len(set(sectors)) < recipe.folds:
        raise InputError(f"Need answers of at least {recipe.folds} sectors; found {len(set(sectors))}.")
    dealt = GroupKFold(recipe.folds, shuffle=True, random_state=recipe.seed).split(sectors, groups=sectors)
    return [([answers[i] for i in seen], [answers[i] for i in unseen]) for seen, unseen in dealt]


def leave_out(
    held: Sequence[CodedAnswer], seen: list[CodedAnswer], bank: Sequence[CodedClause]
) -> tuple[list[CodedAnswer], list[CodedClause]]:
    """Return what may be learned from beside held answers: nothing of their sectors, nothing near them."""
    texts, gone = [answer.text for answer in held], {answer.sector for answer in held if answer.sector}
    clauses = [clause for clause in bank if clause.sector not in gone]
    return _drop_near(seen, texts), _drop_near(clauses, texts)


def gather_clauses(seen: Sequence[CodedAnswer], bank: Sequence[CodedClause]) -> list[CodedClause]:
    """Return the clauses that themes are learned from, without personal data."""
    clauses = [*to_clauses(seen), *(clause for clause in bank if not clause.flags)]
    return [replace(clause, text=forget_personal_data(clause.text)) for clause in clauses]


def fit_without(
    seen: list[CodedAnswer],
    held: list[CodedAnswer],
    bank: Sequence[CodedClause],
    codebook: Codebook,
    recipe: Recipe,
) -> Fit:
    """Fit on what `leave_out` leaves, and score the held answers."""
    answers, clauses = leave_out(held, seen, bank)
    return _fit(answers, held, clauses, codebook, recipe)


def _drop_near(items: list[_Text], texts: list[str]) -> list[_Text]:
    near = find_near_duplicates([item.text for item in items], texts)
    return [item for item, double in zip(items, near, strict=True) if not double]


def _fit(
    seen: list[CodedAnswer],
    held: list[CodedAnswer],
    bank: Sequence[CodedClause],
    codebook: Codebook,
    recipe: Recipe,
) -> Fit:
    clauses = gather_clauses(seen, bank)
    themes = ThemeClassifier(**recipe.themes).fit([c.text for c in clauses], [c.pairs for c in clauses])
    flags = fit_flags(seen, bank, codebook, recipe)
    cut = [(row, clause) for row, answer in enumerate(held) for clause in cut_coded(answer)]
    return Fit(
        themes,
        flags,
        held,
        LeftOut(
            themes.labeller_.scorer_.score([clause.text for _, clause in cut]),
            code_targets([set(clause.pairs) for _, clause in cut], themes.themes_, themes.kinds_),
            np.array([row for row, _ in cut], np.int64),
        ),
        score_held(flags, held, codebook),
    )


def assemble_bundle(
    fit: Fit, others: Sequence[Fit], *, codebook: Codebook, codebook_toml: str, recipe: Recipe
) -> Bundle:
    """Read a fit's scores by what was learned from other fits' left-out answers."""
    scores, truth, owners = stack_left_out([other.theme_scores for other in others])
    of_themes = learn_calibration(scores, truth, owners)
    of_flags = learn_calibration(*stack_left_out([other.flag_scores for other in others]))
    themes = ThemeClassifier(**fit.themes.get_params())
    themes.themes_, themes.kinds_ = fit.themes.themes_, fit.themes.kinds_
    themes.labeller_ = calibrate_labeller(fit.themes.labeller_, of_themes)
    themes.thresholds_ = of_themes.thresholds[: len(themes.themes_)]
    themes.confidence_ = learn_confidence(
        decide(themes, to_probability(scores * of_themes.slopes + of_themes.offsets), owners),
        truth,
        owners,
        len(themes.themes_),
    )
    flags = FlagClassifier(
        list_learned(codebook), calibrate_labeller(fit.flags, of_flags), of_flags.thresholds
    )
    return Bundle(recipe.name, recipe.version, TEXT_VERSION, codebook, codebook_toml, themes, flags, "")


def decide(themes: ThemeClassifier, probability: NDArray[np.float64], owners: NDArray[np.int64]) -> Decisions:
    """Decide what clauses mention, from probabilities of themes and kinds side by side."""
    of_themes, of_kinds = themes.split_probability(probability)
    general = themes.themes_.index(GENERAL) if GENERAL in themes.themes_ else None
    return decide_mentions(of_themes, of_kinds, owners, themes.thresholds_, general)


def stack_left_out(parts: Sequence[LeftOut]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Put left-out scores, truth and owners under each other; owners count on."""
    sizes = [int(part.owners.max(initial=-1)) + 1 for part in parts]
    starts = np.cumsum([0, *sizes[:-1]])
    return (
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.truth for part in parts]),
        np.concatenate([part.owners + start for part, start in zip(parts, starts, strict=True)]),
    )


def evaluate_folds(folds: Sequence[Fit], *, codebook: Codebook, recipe: Recipe) -> Evaluation:
    """Evaluate each fold's answers by a model and by thresholds that never saw their sectors.

    Answers of the files for training only are left out: the hand that wrote them also wrote clauses of
    other sectors, so they are easier than those of a writer that the model has not read. Thresholds are
    learned from them too, because flags are rare without them.
    """
    parts = []
    for fold in folds:
        others = [other for other in folds if other is not fold]
        bundle = assemble_bundle(fold, others, codebook=codebook, codebook_toml="", recipe=recipe)
        held = [answer for answer in fold.held if not is_for_training_only(answer)]
        if held:
            parts.append((held, bundle))
    return evaluate_models(parts, codebook)


def make_golden(bundle: Bundle, answers: Sequence[CodedAnswer]) -> list[dict[str, Any]]:
    """Note what the bundle makes of some answers, spread over the corpus, without personal data."""
    clean = [a.text for a in answers if not a.flags and (a.flags_coded or not find_personal_data(a.text))]
    chosen = clean[:: max(1, len(clean) // _GOLDEN)][:_GOLDEN]
    found = list_pairs(code(chosen, model=bundle))
    return [{"text": text, "mentions": pairs} for text, pairs in zip(chosen, found, strict=True)]
