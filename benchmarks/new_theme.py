"""A new theme from a few examples: `python benchmarks/new_theme.py` prints the table of docs/analyst.md.

Each theme in turn is learned by the parts of `why_nps.training.learning.learn`, as if no model knew it,
from a sheet of sectors that no model here saw: answers with 10, 20, 30 or 50 clauses of the theme, and
100 drawn at random; from the same background as there, in which clauses of the theme count as of none;
and, where phrases are told, from the ten that `phrases.toml` names for it and the clauses of the bank that
hold them. F1 is on answers that are not in the sheet, beside that of the model that learned the theme from
all other sectors. The test split is not read.
"""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from simulated import train_stranger

from why_nps.themes.labeller import to_probability
from why_nps.training.ancestry import NEW
from why_nps.training.corpus import cut_coded, load_clause_bank
from why_nps.training.learning import tune
from why_nps.training.phrases import split_bank
from why_nps.training.placing import Lesson
from why_nps.training.tuning import Features, fit_corrections, list_features, rotate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from why_nps.themes.blend import BlendedScorer
    from why_nps.training.corpus import CodedAnswer

SIZES, PLAIN, FEWEST = (10, 20, 30, 50), 100, 15
DEAL = 2  # of answers into sheet and rest; settings were tried on the first
NAMED = Path(__file__).with_name("phrases.toml")


@dataclass(frozen=True, slots=True)
class Clauses:
    """All clauses, their features, themes and answers; behind them phrases and a bank (owner -1).

    Parameters
    ----------
    phrases, bank : ndarray of int64
        Where these stand.
    """

    features: Features
    texts: list[str]
    owners: NDArray[np.int64]
    themes: list[set[str]]
    phrases: dict[str, NDArray[np.int64]]
    bank: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64], *, vectors: bool) -> Features:
        """Return the features of some clauses."""
        found, dense = self.features, self.features.vectors[rows]
        return Features(found.grams, found.pairs, found.matrix[rows], dense if vectors else 0 * dense)


def learn_theme(
    clauses: Clauses,
    theme: str,
    sheet: NDArray[np.int64],
    test: NDArray[np.int64],
    *,
    phrases: bool = False,
    vectors: bool = True,
) -> float:
    """Learn a theme from the clauses of a sheet; return its F1 on the answers of other clauses."""
    named = clauses.phrases[theme] if phrases else clauses.phrases[theme][:0]
    bank = [clauses.texts[row] for row in clauses.bank]
    (pointed,), background = split_bank([[clauses.texts[row] for row in named]], bank)
    like = np.append(named, clauses.bank[pointed])
    rows = np.concatenate([sheet, like, clauses.bank[background]])
    targets = np.array([[float(theme in clauses.themes[row])] for row in sheet])
    targets = np.concatenate([targets, np.ones((len(like), 1)), np.zeros((len(background), 1))])
    _, owners = np.unique(clauses.owners[sheet], return_inverse=True)
    answers = int(owners.max()) + 1
    owners = np.concatenate([owners, np.full(len(like), -1), answers + np.arange(len(background))])
    lesson = Lesson([], owners, targets, np.array([True]), answers, owners)
    features, others = (clauses.take(part, vectors=vectors) for part in (rows, test))
    rotated, offsets = rotate(features), np.full(targets.shape, NEW)
    tuning = tune(rotated.rows, lesson, offsets, np.array([0.3]))
    alpha = rotated.back @ fit_corrections(rotated.rows, targets, offsets, tuning.strengths)
    kernel = others.matrix @ features.matrix.T + others.vectors @ features.vectors.T + 1
    return rate(clauses, theme, test, NEW + np.asarray(kernel @ alpha)[:, 0], tuning.final[0])


def rate(
    clauses: Clauses, theme: str, test: NDArray[np.int64], scores: NDArray[np.float64], limit: float
) -> float:
    """Return the F1 of a theme over answers."""
    found, truth = set(), set()
    for row, chance in zip(test.tolist(), to_probability(scores), strict=True):
        found |= {clauses.owners[row]} if chance >= limit else set()
        truth |= {clauses.owners[row]} if theme in clauses.themes[row] else set()
    return 2 * len(found & truth) / max(len(found) + len(truth), 1)


def gather(answers: list[CodedAnswer], scorer: BlendedScorer, themes: list[str]) -> Clauses:
    """Gather the clauses of answers, phrases of themes, and the bank of other sectors."""
    cut = [(owner, clause) for owner, answer in enumerate(answers) for clause in cut_coded(answer)]
    seen = {answer.sector for answer in answers}
    bank = [clause for clause in load_clause_bank() if not clause.flags and clause.sector not in seen]
    named = tomllib.loads(NAMED.read_text(encoding="utf-8"))
    said = [(theme, phrase) for theme in themes for phrase in named[theme]]
    texts = [clause.text for _, clause in cut] + [phrase for _, phrase in said] + [c.text for c in bank]
    first = len(cut) + len(said)
    return Clauses(
        list_features(scorer, texts),
        texts,
        np.array([owner for owner, _ in cut] + [-1] * (len(texts) - len(cut))),
        [{t for t, _ in c.pairs} for _, c in cut] + [set() for _ in said] + [set() for _ in bank],
        {t: len(cut) + np.flatnonzero([theme == t for theme, _ in said]) for t in themes},
        np.arange(first, len(texts)),
    )


def main() -> None:
    """Measure every theme that enough answers have; print the table and its means."""
    stranger, users, others = train_stranger()
    scorer, themes = stranger.themes.labeller_.scorer_, stranger.themes.themes_
    rows = []
    answers = random.Random(DEAL).sample([*users, *others], len(users) + len(others))  # noqa: S311
    clauses, half = gather(answers, scorer, themes), len(answers) // 2
    test = np.flatnonzero(clauses.owners >= half)
    known = scorer.score([clauses.texts[row] for row in test])
    for column, theme in enumerate(themes):
        given = np.array([theme in found for found in clauses.themes])
        if len(np.unique(clauses.owners[test[given[test]]])) < FEWEST:
            continue
        row: dict[str, float | str] = {"theme": theme}
        for size in SIZES:
            sheet = choose_sheet(clauses.owners, given, half, size)
            row[str(size)] = learn_theme(clauses, theme, sheet, test)
            row[f"{size} and phrases"] = learn_theme(clauses, theme, sheet, test, phrases=True)
        sheet = choose_sheet(clauses.owners, given, half, SIZES[0])
        row["10, no vectors"] = learn_theme(clauses, theme, sheet, test, vectors=False)
        sheet = choose_sheet(clauses.owners, given, half, SIZES[0], plain=0)
        row["10, no other answers"] = learn_theme(clauses, theme, sheet, test)
        row["all"] = rate(clauses, theme, test, known[:, column], stranger.themes.thresholds_[column])
        rows.append(row)
        print({name: round(f, 2) if isinstance(f, float) else f for name, f in row.items()}, flush=True)
    table = pd.DataFrame(rows).set_index("theme")
    print(table.round(2).to_string())
    print(table.mean().round(3).to_string())


def choose_sheet(
    owners: NDArray[np.int64], given: NDArray[np.bool_], half: int, size: int, *, plain: int = PLAIN
) -> NDArray[np.int64]:
    """Return the clauses of the first answers with `size` clauses of a theme, and of `plain` others."""
    with_theme = np.flatnonzero(given & (owners >= 0) & (owners < half))[:size]
    chosen = {*owners[with_theme].tolist(), *range(half - plain, half)}
    return np.flatnonzero(np.isin(owners, list(chosen)))


if __name__ == "__main__":
    main()
