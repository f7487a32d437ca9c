"""From a user's coded sheets to a tuned bundle: what they agree on, what they teach, and whether it helps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.model_selection import GroupKFold

from why_nps.core.exchange import format_toml
from why_nps.errors import InputError
from why_nps.flow.coding import code, list_pairs
from why_nps.themes import Bundle, ThemeClassifier
from why_nps.themes.labeller import to_probability
from why_nps.themes.mentions import GENERAL, decide_mentions
from why_nps.training.ancestry import inherit_themes, read_as_before, trace_themes
from why_nps.training.calibration import choose_new_thresholds
from why_nps.training.coders import agree_with_model, check_flags, find_doubted, measure_coders, settle_coders
from why_nps.training.learned import Learned, compare_findings
from why_nps.training.phrases import load_bank, spread
from why_nps.training.placing import Lesson, make_lesson
from why_nps.training.tuning import (
    fit_corrections,
    fold_corrections,
    list_features,
    rotate,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook
    from why_nps.themes.blend import BlendedScorer
    from why_nps.training.corpus import CodedAnswer

    Floats = NDArray[np.float64]
    Pairs = list[set[tuple[str, str]]]

FEWEST = 20  # answers: fewer cannot be dealt into folds that tell anything
STRENGTHS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
FIGURES = ("theme_micro_f1", "theme_kind_micro_f1")  # of the bundle, on the left-out answers
_FOLDS = 5
_AT_LARGE = 4_000  # clauses on which merged themes are fitted
_SEED = 7


@dataclass(frozen=True, slots=True)
class Tuning:
    """Corrections learned out of fold.

    Parameters
    ----------
    strengths : ndarray, shape (labels,)
        How closely each label follows the user's answers; one number for labels that the model knew, one for
        new ones.
    scores : ndarray, shape (clauses, labels)
        Log odds of each clause by corrections, of a strength, that did not see its answer.
    thresholds : ndarray, shape (clauses, themes)
        For each clause, chosen without its fold.
    final : ndarray, shape (themes,)
        Thresholds chosen on all.
    """

    strengths: Floats
    scores: Floats
    thresholds: Floats
    final: Floats


def learn(answers: Sequence[CodedAnswer], bundle: Bundle, *, codebook: Codebook | None = None) -> Learned:
    """Tune a bundle to coded answers, and measure on answers held out whether it helps.

    Parameters
    ----------
    answers : sequence of CodedAnswer
        By one coder or several.
    bundle : Bundle
        What is known already; it stays as it is.
    codebook : Codebook, optional
        Where it has themes that the bundle does not know, they are learned from these answers and from the
        phrases that the codebook gives them; themes that it lacks are left out. What its change log renames
        or merges stays known; a merged theme begins as a sum of those that it was made of, and is compared
        with them. Kinds must be the bundle's.

    Returns
    -------
    Learned

    Raises
    ------
    InputError
        If there are too few answers, or the kinds differ.
    """
    bundle.check_words_alone("be tuned")
    book = codebook or bundle.codebook
    settled = settle_coders(answers)
    _check_enough(len({one.answer.text for one in settled}), book, bundle)
    sources = trace_themes(book, bundle)
    themes, known = list(sources), np.array([bool(columns) for columns in sources.values()])
    bank = [] if all(len(columns) == 1 for columns in sources.values()) else load_bank()
    base = inherit_themes(bundle, sources, spread(bank, _AT_LARGE))
    taught = [] if known.all() else bank
    lesson = make_lesson(settled, book, base.scorer, themes, bundle.themes.kinds_, new=~known, bank=taught)
    offsets = base.scorer.score(lesson.clauses).astype(np.float64)
    tuning, scorer = _fit(base.scorer, lesson, offsets, base.limits)
    old = read_as_before(lesson.clauses, offsets, base.limits, sources, bundle)
    before = _decide(*old, lesson, themes, bundle)
    after = _decide(tuning.scores, tuning.thresholds, lesson, themes, bundle)
    comparison = compare_findings([one.answer.pairs for one in settled], before, after, themes)
    tuned = _assemble(bundle, book, themes, scorer, tuning.final)
    return Learned(
        bundle=replace(tuned, **_describe(bundle, tuned, len(settled), comparison)),
        answers=len(settled),
        coders=measure_coders(answers, themes),
        contested=sum(bool(one.contested) for one in settled),
        with_model=agree_with_model(settled, before, [theme for theme in themes if sources[theme]]),
        doubted=find_doubted(settled, _surest(tuning.scores[:, : len(themes)], lesson), themes),
        strengths=_tell_strengths(tuning.strengths[: len(themes)], known),
        comparison=comparison,
        flags=check_flags([one.answer for one in settled], book, bundle),
        new=tuple(theme for theme in themes if not sources[theme]),
    )


def _check_enough(answers: int, book: Codebook, bundle: Bundle) -> None:
    if answers < FEWEST:
        raise InputError(
            f"{answers} different coded answers are too few to learn from; code at least {FEWEST}."
        )
    if set(book.kind_ids) != set(bundle.themes.kinds_):
        raise InputError(
            "The codebook has other kinds than the model; only themes can be learned from sheets."
        )


def _fit(
    base: BlendedScorer, lesson: Lesson, offsets: Floats, limits: Floats
) -> tuple[Tuning, BlendedScorer]:
    """Return what was learned out of fold, and the scorer that learned from all."""
    features = list_features(base, lesson.clauses)
    rotated = rotate(features)
    tuning = tune(rotated.rows, lesson, offsets, limits)
    weights = fit_corrections(rotated.rows, lesson.targets, offsets, tuning.strengths)
    return tuning, fold_corrections(base, features, rotated, weights)


def tune(rows: Floats, lesson: Lesson, offsets: Floats, limits: Floats) -> Tuning:
    """Learn corrections with each fold of answers left out, and with it how strong they should be.

    Answers with one text are left out together. Each fold is scored with the strength that does best on the
    other folds.
    """
    n, labels = offsets.shape
    folds = np.full(n, -1)
    said = np.flatnonzero(lesson.owners >= 0)
    dealt = GroupKFold(_FOLDS, shuffle=True, random_state=_SEED).split(said, groups=lesson.alike[said])
    for fold, (_, held) in enumerate(dealt):
        folds[said[held]] = fold
    scores = np.tile(offsets, (len(STRENGTHS), 1, 1))
    for at, strength in enumerate(STRENGTHS):
        for fold in range(_FOLDS):
            seen, held = folds != fold, folds == fold
            weights = fit_corrections(rows[seen], lesson.targets[seen], offsets[seen], strength)
            scores[at, held] += rows[held] @ weights
    told = ~np.isnan(lesson.targets) & (folds >= 0)[:, None]
    lost = np.where(told, np.logaddexp(0, scores) - np.nan_to_num(lesson.targets) * scores, 0.0)
    new = np.append(lesson.new, np.zeros(labels - len(lesson.new), bool))
    best = np.array(
        [[_choose(lost[:, folds != fold][..., side]) for side in (~new, new)] for fold in range(_FOLDS)]
    )
    final = [_choose(lost[:, folds >= 0][..., side]) for side in (~new, new)]
    chosen = np.where(new, best[folds][:, [1]], best[folds][:, [0]])
    picked = np.take_along_axis(scores, chosen[None], axis=0)[0]
    thresholds = np.empty((n, len(limits)))
    for fold in range(_FOLDS):
        thresholds[folds == fold] = _choose_limits(picked, lesson, limits, (folds >= 0) & (folds != fold))
    strengths = np.array(STRENGTHS)[np.where(new, final[1], final[0])]
    return Tuning(strengths, picked, thresholds, _choose_limits(picked, lesson, limits, folds >= 0))


def _choose(lost: Floats) -> int:
    return int(lost.reshape(len(lost), -1).sum(axis=1).argmin())


def _choose_limits(scores: Floats, lesson: Lesson, limits: Floats, rows: NDArray[np.bool_]) -> Floats:
    """Return the model's thresholds, and for new themes those that do best on the given answers."""
    if not lesson.new.any():
        return limits
    new, rows = np.flatnonzero(lesson.new), rows & lesson.said
    truth = np.nan_to_num(lesson.targets[np.ix_(rows, new)])
    chosen = limits.copy()
    chosen[new] = choose_new_thresholds(to_probability(scores[np.ix_(rows, new)]), truth, lesson.owners[rows])
    return chosen


def _decide(scores: Floats, limits: Floats, lesson: Lesson, themes: list[str], bundle: Bundle) -> Pairs:
    """Return what each answer mentions by the scores of its clauses."""
    rows = lesson.said
    of_themes, of_kinds = np.split(to_probability(scores[rows]), [len(themes)], axis=1)
    over = np.broadcast_to(limits, scores[:, : len(themes)].shape)[rows]
    general = themes.index(GENERAL) if GENERAL in themes else None
    found = decide_mentions(of_themes, of_kinds, lesson.owners[rows], over, general)
    pairs: Pairs = [set() for _ in range(lesson.answers)]
    for clause, theme, kind in zip(found.clause, found.theme, found.kind, strict=True):
        pairs[lesson.owners[rows][clause]].add((themes[theme], bundle.themes.kinds_[kind]))
    return pairs


def _surest(scores: Floats, lesson: Lesson) -> Floats:
    """Return each answer's highest probability of each theme."""
    surest = np.zeros((lesson.answers, scores.shape[1]))
    rows = lesson.said
    np.maximum.at(surest, lesson.owners[rows], to_probability(scores[rows]))
    return surest


def _assemble(
    bundle: Bundle, book: Codebook, themes: list[str], scorer: BlendedScorer, thresholds: Floats
) -> Bundle:
    tuned = ThemeClassifier(**bundle.themes.get_params())
    tuned.themes_, tuned.kinds_ = themes, bundle.themes.kinds_
    tuned.labeller_ = type(bundle.themes.labeller_)(**bundle.themes.labeller_.get_params())
    tuned.labeller_.scorer_ = scorer
    tuned.thresholds_, tuned.confidence_ = thresholds, bundle.themes.confidence_
    return replace(bundle, codebook=book, codebook_toml=format_toml(book), themes=tuned, sha256="")


def _describe(bundle: Bundle, tuned: Bundle, answers: int, comparison: pd.DataFrame) -> dict[str, Any]:
    """Tell what a tuned bundle is; its golden answers are the old ones: a user's own do not travel."""
    own = f"{answers:,} coded answers of the user's own"
    texts = [golden["text"] for golden in bundle.golden]
    found = list_pairs(code(texts, model=tuned)) if texts else []
    return {
        "name": bundle.name.removesuffix("-tuned") + "-tuned",
        "trained_on": f"{bundle.trained_on}; tuned to {own}",
        "golden": [{"text": text, "mentions": pairs} for text, pairs in zip(texts, found, strict=True)],
        "metrics": {"answers": answers} | dict(zip(FIGURES, comparison["after"].tolist(), strict=False)),
        "card": f"{bundle.card}\n\n## Tuned\n\nTuned to {own}; the figures above are those of before.\n",
    }


def _tell_strengths(strengths: Floats, known: NDArray[np.bool_]) -> dict[str, float]:
    groups = {"known": strengths[known], "new": strengths[~known]}
    return {name: float(group[0]) for name, group in groups.items() if len(group)}
