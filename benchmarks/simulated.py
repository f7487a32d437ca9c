"""A model that never saw the sectors of its users, for benchmarks that play an analyst.

Linear, so that it is trained in a minute or two; folds, calibration and thresholds as in the recipe.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from why_nps.core.codebook import load_codebook
from why_nps.themes import Bundle, ThemeClassifier, load_bundle
from why_nps.themes.classifier import code_targets
from why_nps.training.calibration import calibrate_labeller, learn_calibration
from why_nps.training.corpus import cut_coded, load_clause_bank, load_corpus, split_corpus
from why_nps.training.fit import deal_folds, gather_clauses, leave_out
from why_nps.training.recipe import load_recipe

if TYPE_CHECKING:
    from why_nps.training.corpus import CodedAnswer

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
    book, bank, recipe = load_codebook(), load_clause_bank(), load_recipe()
    seen, held = deal_folds(split_corpus(load_corpus(book), bank).train, recipe)[0]
    clauses = gather_clauses(*leave_out(held, seen, bank))
    settings = recipe.themes | {"share": 0.0}
    themes = ThemeClassifier(**settings).fit([c.text for c in clauses], [c.pairs for c in clauses])
    others = [answer for answer in held if answer.sector not in USERS]
    cut = [(owner, clause) for owner, answer in enumerate(others) for clause in cut_coded(answer)]
    calibration = learn_calibration(
        themes.labeller_.scorer_.score([clause.text for _, clause in cut]),
        code_targets([set(clause.pairs) for _, clause in cut], themes.themes_, themes.kinds_),
        np.array([owner for owner, _ in cut]),
    )
    themes.labeller_ = calibrate_labeller(themes.labeller_, calibration)
    themes.thresholds_ = calibration.thresholds[: len(themes.themes_)]
    users = [answer for answer in held if answer.sector in USERS]
    return replace(load_bundle(), themes=themes), users, others
