"""A simulated analyst: what 50 more coded answers are worth, drawn at random or the most useful first.

`python benchmarks/analyst.py` prints the table of docs/analyst.md and draws docs/images/analyst.png. The
answers are of four sectors that the model never saw, from the training split; the labels are the corpus's.
The test split is not read.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from simulated import train_stranger

from why_nps import code
from why_nps.flow.coding import list_pairs
from why_nps.flow.useful import choose_useful
from why_nps.training.learning import learn
from why_nps.training.measures import micro_f1, score_labels

if TYPE_CHECKING:
    from why_nps.themes import Bundle
    from why_nps.training.corpus import CodedAnswer

STEP, STEPS, SPLITS = 50, 4, 2
RANDOM, USEFUL = "at random", "most useful first"
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "analyst.png"


def measure(answers: list[CodedAnswer], bundle: Bundle) -> tuple[float, float]:
    """Return micro- and macro-F1 of themes."""
    truth = [{theme for theme, _ in answer.pairs} for answer in answers]
    pairs = list_pairs(code([answer.text for answer in answers], model=bundle))
    found = [{theme for theme, _ in of_answer} for of_answer in pairs]
    table = score_labels(truth, found, bundle.codebook.theme_ids)
    return micro_f1(truth, found), float(table.loc[table["support"] > 0, "f1"].mean())


def choose(pool: list[CodedAnswer], bundle: Bundle, way: str) -> list[int]:
    """Choose the next answers to code; the pool is in random order."""
    if way == RANDOM:
        return list(range(STEP))
    return choose_useful([answer.text for answer in pool], bundle, STEP)


def main() -> None:
    """Code, learn, measure; print the table and draw it."""
    stranger, answers, _ = train_stranger()
    rows = []
    for split in range(SPLITS):
        dealt = random.Random(split).sample(answers, len(answers))  # noqa: S311
        test, whole = dealt[: len(dealt) // 3], dealt[len(dealt) // 3 :]
        begin = measure(test, stranger)
        for way in (RANDOM, USEFUL):
            rows.append((split, way, 0, *begin))
            pool, coded, bundle = list(whole), [], stranger
            for _ in range(STEPS):
                chosen = choose(pool, bundle, way)
                coded += [pool[at] for at in chosen]
                pool = [answer for at, answer in enumerate(pool) if at not in set(chosen)]
                bundle = learn(coded, stranger).bundle
                rows.append((split, way, len(coded), *measure(test, bundle)))
                print(*rows[-1], flush=True)
    table = pd.DataFrame(rows, columns=["split", "way", "coded", "micro", "macro"])
    means = table.pivot_table(index="coded", columns="way", values=["micro", "macro"]).round(3)
    print(f"{len(answers)} answers, a third of them to test on, mean of {SPLITS} deals")
    print(means.to_string())
    draw(table)


def draw(table: pd.DataFrame) -> None:
    """Draw micro-F1 against coded answers, a thin line a deal."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
    for way, colour in ((RANDOM, "#888888"), (USEFUL, "#1565c0")):
        rows = table[table["way"] == way]
        for _, deal in rows.groupby("split"):
            axes.plot(deal["coded"], deal["micro"], color=colour, linewidth=0.6, alpha=0.5)
        mean = rows.groupby("coded")["micro"].mean()
        axes.plot(mean.index, mean, color=colour, marker="o", label=way)
    axes.set_xlabel("answers coded by the analyst")
    axes.set_ylabel("theme F1 on other answers")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, title="drawn", loc="lower right")
    figure.savefig(PICTURE, dpi=150)


if __name__ == "__main__":
    main()
