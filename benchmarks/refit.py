"""Tuning beside training anew: `python benchmarks/refit.py` prints the lines of docs/analyst.md.

A simulated analyst codes 200 answers of four sectors that a (linear) model never saw, drawn at random. They
are learned by `learn`, and by training the same model anew on its own clauses and those of the sheet; scores
and thresholds are read as before. F1 of themes is on the other answers of these sectors, the cost is in
seconds of one core. The test split is not read.
"""

from __future__ import annotations

import random
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from analyst import measure
from simulated import gather_strange, read_alike, train_stranger

from why_nps.themes import ThemeClassifier
from why_nps.training.fit import gather_clauses
from why_nps.training.learning import learn

if TYPE_CHECKING:
    from why_nps.themes import Bundle
    from why_nps.training.corpus import CodedAnswer

CODED = 200


def train_anew(stranger: Bundle, coded: list[CodedAnswer], others: list[CodedAnswer]) -> Bundle:
    """Train the stranger again with coded answers beside what it learned from."""
    clauses = [*gather_strange(), *gather_clauses(coded, [])]
    themes = ThemeClassifier(**stranger.themes.get_params())
    themes.fit([clause.text for clause in clauses], [clause.pairs for clause in clauses])
    return replace(stranger, themes=read_alike(themes, others))


def main() -> None:
    """Learn both ways; print F1 and cost."""
    stranger, answers, others = train_stranger()
    dealt = random.Random(0).sample(answers, len(answers))  # noqa: S311
    coded, test = dealt[:CODED], dealt[CODED:]
    print(f"{len(test)} answers to test on")
    print("as it was: micro {:.3f}, macro {:.3f}".format(*measure(test, stranger)))
    begun = time.process_time()
    tuned = learn(coded, stranger).bundle
    spent = time.process_time() - begun
    print("tuned: micro {:.3f}, macro {:.3f}, {:.0f} s".format(*measure(test, tuned), spent), flush=True)
    begun = time.process_time()
    anew = train_anew(stranger, coded, others)
    spent = time.process_time() - begun
    print("trained anew: micro {:.3f}, macro {:.3f}, {:.0f} s".format(*measure(test, anew), spent))


if __name__ == "__main__":
    main()
