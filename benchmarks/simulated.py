"""A model that never saw the sectors of its users, for benchmarks that play an analyst.

Linear, so that it is trained in a minute or two; folds, calibration and thresholds as in the recipe.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from why_nps.core.codebook import load_codebook
from why_nps.themes import Bundle, FlagClassifier, ThemeClassifier, load_bundle
from why_nps.themes.classifier import code_targets
from why_nps.training.calibration import calibrate_labeller, learn_calibration
from why_nps.training.corpus import cut_coded, load_clause_bank, load_corpus, split_corpus
from why_nps.training.fit import deal_folds, gather_clauses, leave_out
from why_nps.training.flagging import fit_flags, list_learned, score_held
from why_nps.training.recipe import load_recipe

if TYPE_CHECKING:
    from why_nps.training.corpus import CodedAnswer, CodedClause

USERS = ("bank", "telecom", "hotel", "energy_supplier")  # of the first fold; the rest of it calibrates


def train_stranger() -> tuple[Bundle, list[CodedAnswer], list[CodedAnswer]]:
    """Train without one fold of sectors of the training split, and return its answers.

    Returns
    -------
    Bundle
        Themes of its own; flags of the shipped model, which are not measured here.
    users, others : list of CodedAnswer
        Of four of these sectors; and of the rest, with which scores and thresholds were calibrated.
    """
    _, held = _deal()
    clauses = gather_strange()
    settings = load_recipe().themes | {"share": 0.0}
    themes = ThemeClassifier(**settings).fit([c.text for c in clauses], [c.pairs for c in clauses])
    others = [answer for answer in held if answer.sector not in USERS]
    return replace(load_bundle(), themes=read_alike(themes, others)), gather_users(), others


def gather_strange() -> list[CodedClause]:
    """Gather what the stranger learned from."""
    seen, held = _deal()
    return gather_clauses(*leave_out(held, seen, load_clause_bank()))


def read_alike(themes: ThemeClassifier, others: list[CodedAnswer]) -> ThemeClassifier:
    """Give a classifier its calibration and thresholds, from answers that it did not see."""
    cut = [(owner, clause) for owner, answer in enumerate(others) for clause in cut_coded(answer)]
    calibration = learn_calibration(
        themes.labeller_.scorer_.score([clause.text for _, clause in cut]),
        code_targets([set(clause.pairs) for _, clause in cut], themes.themes_, themes.kinds_),
        np.array([owner for owner, _ in cut]),
    )
    themes.labeller_ = calibrate_labeller(themes.labeller_, calibration)
    themes.thresholds_ = calibration.thresholds[: len(themes.themes_)]
    return themes


def gather_users() -> list[CodedAnswer]:
    """Gather the answers of the users' sectors."""
    return [answer for answer in _deal()[1] if answer.sector in USERS]


def train_strange_flags() -> FlagClassifier:
    """Train flags without the users' sectors, their thresholds chosen on the rest of the fold."""
    seen, held = _deal()
    answers, clauses = leave_out(held, seen, load_clause_bank())
    book, recipe = load_codebook(), load_recipe()
    labeller = fit_flags(answers, clauses, book, recipe)
    left_out = score_held(labeller, [answer for answer in held if answer.sector not in USERS], book)
    calibration = learn_calibration(left_out.scores, left_out.truth, left_out.owners)
    return FlagClassifier(
        list_learned(book), calibrate_labeller(labeller, calibration), calibration.thresholds
    )


@cache
def _deal() -> tuple[list[CodedAnswer], list[CodedAnswer]]:
    answers = split_corpus(load_corpus(load_codebook()), load_clause_bank()).train
    return deal_folds(answers, load_recipe())[0]
