"""A new theme from a few examples: `python benchmarks/new_theme.py` prints the table of docs/analyst.md.

Each theme in turn is learned by the parts of `why_nps.training.learning.learn`, as if no model knew it,
from a sheet of sectors that no model here saw: answers with 10, 20, 30 or 50 clauses of the theme, and
100 drawn at random, with the same background as there, in which clauses of the theme count as of none.
F1 is on answers that are not in the sheet, beside that of the model that learned the theme from all
other sectors. The test split is not read.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from simulated import train_stranger

from why_nps.themes.labeller import to_probability
from why_nps.training.corpus import cut_coded, load_clause_bank
from why_nps.training.learning import BACKGROUND, NEW, tune
from why_nps.training.placing import Lesson
from why_nps.training.tuning import Features, fit_corrections, list_features, rotate

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZES, PLAIN, FEWEST, PHRASES = (10, 20, 30, 50), 100, 15, 5


@dataclass(frozen=True, slots=True)
class Clauses:
    """All clauses, their features and answers; behind them phrases (owner -1) and a background."""

    features: Features
    owners: NDArray[np.int64]
    themes: list[set[str]]
    answers: int

    def take(self, rows: NDArray[np.int64], *, vectors: bool) -> Features:
        """Return the features of some clauses."""
        found, dense = self.features, self.features.vectors[rows]
        return Features(found.grams, found.pairs, found.matrix[rows], dense if vectors else 0 * dense)


def learn_theme(
    clauses: Clauses, theme: str, sheet: NDArray[np.int64], test: NDArray[np.int64], *, vectors: bool = True
) -> float:
    """Learn a theme from the clauses of a sheet; return its F1 on the answers of other clauses."""
    features, others = (clauses.take(rows, vectors=vectors) for rows in (sheet, test))
    rotated = rotate(features)
    targets = np.array([[float(theme in clauses.themes[row])] for row in sheet])
    _, owners = np.unique(clauses.owners[sheet], return_inverse=True)
    owners = np.where(clauses.owners[sheet] < 0, -1, owners)
    targets[clauses.owners[sheet] >= clauses.answers] = 0
    lesson = Lesson([], owners, targets, np.array([True]), int(owners.max()) + 1)
    offsets = np.full(targets.shape, NEW)
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


def main() -> None:
    """Measure every theme that enough answers have; print the table and its means."""
    stranger, users, others = train_stranger()
    answers = random.Random(1).sample([*users, *others], len(users) + len(others))  # noqa: S311
    cut = [(owner, clause) for owner, answer in enumerate(answers) for clause in cut_coded(answer)]
    bank = [clause for clause in load_clause_bank() if len(clause.pairs) == 1]
    phrases = {
        theme: [c for c in bank if {t for t, _ in c.pairs} == {theme}][:PHRASES]
        for theme in stranger.themes.themes_
    }
    cut += [(-1, clause) for found in phrases.values() for clause in found]
    plain = [clause for clause in bank if clause.sector not in {answer.sector for answer in answers}]
    cut += enumerate(plain[:: len(plain) // BACKGROUND][:BACKGROUND], start=len(answers))
    texts = [clause.text for _, clause in cut]
    scorer, owners = stranger.themes.labeller_.scorer_, np.array([owner for owner, _ in cut])
    clauses = Clauses(
        list_features(scorer, texts), owners, [{t for t, _ in c.pairs} for _, c in cut], len(answers)
    )
    half, known = len(answers) // 2, scorer.score(texts)
    test = np.flatnonzero((owners >= half) & (owners < len(answers)))
    rows = []
    for column, theme in enumerate(stranger.themes.themes_):
        given = np.array([theme in themes for themes in clauses.themes])
        if len(np.unique(owners[test[given[test]]])) < FEWEST:
            continue
        row: dict[str, float | str] = {"theme": theme}
        behind = np.flatnonzero(owners >= len(answers))
        sheets = {size: np.append(choose_sheet(owners, given, half, size), behind) for size in SIZES}
        for size, sheet in sheets.items():
            row[str(size)] = learn_theme(clauses, theme, sheet, test)
        helped = np.append(sheets[10], np.flatnonzero((owners < 0) & given))
        row["10 and phrases"] = learn_theme(clauses, theme, helped, test)
        row["10, no vectors"] = learn_theme(clauses, theme, sheets[10], test, vectors=False)
        limit = stranger.themes.thresholds_[column]
        row["all"] = rate(clauses, theme, test, known[test, column], limit)
        rows.append(row)
        print({name: round(f, 2) if isinstance(f, float) else f for name, f in row.items()}, flush=True)
    table = pd.DataFrame(rows).set_index("theme")
    print(table.mean().round(3).to_string())


def choose_sheet(
    owners: NDArray[np.int64], given: NDArray[np.bool_], half: int, size: int
) -> NDArray[np.int64]:
    """Return the clauses of the first answers with `size` clauses of a theme, and of 100 others."""
    with_theme = np.flatnonzero(given & (owners >= 0) & (owners < half))[:size]
    chosen = {*owners[with_theme].tolist(), *range(half - PLAIN, half)}
    return np.flatnonzero(np.isin(owners, list(chosen)))


if __name__ == "__main__":
    main()
