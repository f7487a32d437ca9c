"""Flags tuned to a sheet as themes are: `python benchmarks/flag_tuning.py` prints a table of docs/analyst.md.

A simulated analyst codes the flags of 50 to 400 answers of four sectors, drawn at random; the flags are of a
model that never saw these sectors. As in `learn`, what is added to its log odds, for whole answers and for
their strongest clause, is a ridge regression whose strength is chosen out of fold. Told are the F1 of flags
on other answers if it is taken always, and in how many sheets it is better on left-out answers beyond chance,
which `learn` asks of themes. Rules find flags as in use, before and after. The test split is not read.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from simulated import gather_users, train_strange_flags

from why_nps.flow.finding import find_flags, prepare_answers
from why_nps.themes import load_bundle
from why_nps.themes.flags import NO_CONTENT, FlagClassifier, join_scores, score_answers
from why_nps.themes.labeller import to_probability
from why_nps.training.learned import compare_findings
from why_nps.training.learning import tune
from why_nps.training.measures import micro_f1
from why_nps.training.placing import Lesson
from why_nps.training.tuning import fit_corrections, fold_corrections, list_features, rotate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.flow.finding import PreparedAnswers
    from why_nps.training.corpus import CodedAnswer

    Floats = NDArray[np.float64]

SIZES, DEALS, TESTED = (50, 100, 200, 400), 8, 900


@dataclass(frozen=True)
class Tuned:
    """Flags tuned to a sheet, and whether they are better on its left-out answers."""

    flags: FlagClassifier
    better: bool


def tune_flags(answers: Sequence[CodedAnswer], flags: FlagClassifier) -> Tuned:
    """Tune flags to coded answers."""
    prepared, scorer = prepare_answers([answer.text for answer in answers]), flags.labeller.scorer_
    lesson = make_lesson(answers, prepared, flags)
    features = list_features(scorer, lesson.clauses)
    rotated = rotate(features)
    offsets = scorer.score(lesson.clauses).astype(np.float64)
    tuning = tune(rotated.rows, lesson, offsets, np.zeros(0))
    size = len(answers)
    before, after = (
        find(prepared, join_scores(rows[:size], rows[size:], prepared.owners), flags)
        for rows in (offsets, tuning.scores)
    )
    found = [[{(flag, "") for flag in one} for one in part] for part in (tell(answers, flags), before, after)]
    compared = compare_findings(found[0], found[1], found[2], list(flags.flags))
    weights = fit_corrections(rotated.rows, lesson.targets, offsets, tuning.strengths)
    labeller = type(flags.labeller)(**flags.labeller.get_params())
    labeller.scorer_ = fold_corrections(scorer, features, rotated, weights)
    return Tuned(replace(flags, labeller=labeller), bool(compared["gain_low"].iloc[0] > 0))


def make_lesson(answers: Sequence[CodedAnswer], prepared: PreparedAnswers, flags: FlagClassifier) -> Lesson:
    """Take whole answers, and behind them their clauses; the likeliest clause of an answer has its flag."""
    size, owners = len(answers), prepared.owners
    texts = [
        " ".join(prepared.clauses[at] for at in np.flatnonzero(owners == row).tolist()) for row in range(size)
    ]
    truth = np.array([[float(flag in answer.flags) for flag in flags.flags] for answer in answers])
    truth[:, truth.sum(axis=0) == 0] = np.nan  # a flag that was never given was perhaps not looked for
    parts, scores = truth[owners], flags.labeller.scorer_.score(prepared.clauses)
    for row, column in np.argwhere(truth == 1):
        inside = np.flatnonzero(owners == row)
        parts[inside, column] = np.nan
        parts[inside[scores[inside, column].argmax()], column] = 1
    of_rows = np.concatenate([np.arange(size), owners])
    texts += prepared.clauses
    return Lesson(texts, of_rows, np.vstack([truth, parts]), np.zeros(0, bool), size, of_rows)


def find(prepared: PreparedAnswers, scores: Floats, flags: FlagClassifier) -> list[set[str]]:
    """Return the learned flags of each answer, those that rules find included."""
    content = np.array([status == "content" for status in prepared.statuses])
    bundle = replace(load_bundle(), flags=flags)
    found: list[set[str]] = [set() for _ in prepared.texts]
    for row, flag, _ in find_flags(prepared.texts, content, to_probability(scores), bundle):
        if flag in flags.flags:
            found[row].add(flag)
    return found


def tell(answers: Sequence[CodedAnswer], flags: FlagClassifier) -> list[set[str]]:
    """Return the learned flags that the coder gave."""
    return [set(answer.flags) & set(flags.flags) - {NO_CONTENT} for answer in answers]


def measure(answers: Sequence[CodedAnswer], flags: FlagClassifier) -> float:
    """Return the micro-F1 of learned flags."""
    prepared = prepare_answers([answer.text for answer in answers])
    scores = score_answers(flags.labeller.scorer_, prepared.clauses, prepared.owners, len(answers))
    return micro_f1(tell(answers, flags), find(prepared, scores.astype(np.float64), flags))


def main() -> None:
    """Tune, measure and print."""
    flags, answers = train_strange_flags(), gather_users()
    rows = []
    for deal in range(DEALS):
        dealt = random.Random(deal).sample(answers, len(answers))  # noqa: S311
        test, pool = dealt[:TESTED], dealt[TESTED:]
        begin = measure(test, flags)
        for size in SIZES:
            tuned = tune_flags(pool[:size], flags)
            given = sum(map(len, tell(pool[:size], flags)))
            rows.append((size, given, begin, measure(test, tuned.flags), tuned.better))
            print(deal, *rows[-1], flush=True)
    table = pd.DataFrame(rows, columns=["coded", "flags", "before", "after", "better"])
    table["gain"] = table["after"] - table["before"]
    means = table.groupby("coded")[["flags", "before", "after", "gain"]].mean().round(3)
    means["lowest gain"] = table.groupby("coded")["gain"].min().round(3)
    means["taken"] = table.groupby("coded")["better"].sum()
    print(means.to_string())


if __name__ == "__main__":
    main()
