"""Two themes that became one: `python benchmarks/merged.py` prints the figures of docs/analyst.md.

A model that never saw the users' sectors comes under a codebook in which two of its themes are one. F1 of
that theme on answers that were not coded: where either part is found, as `report --codebook` recodes; by the
sum of the parts, with which `learn` begins; by what `learn` makes of it with 200 coded answers; and learned
from them alone, the parts forgotten. The test split is not read.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from simulated import train_stranger

from why_nps import code
from why_nps.core.codebook import build_codebook
from why_nps.flow.coding import list_pairs
from why_nps.themes.labeller import to_probability
from why_nps.training.ancestry import inherit_themes, trace_themes
from why_nps.training.learning import learn
from why_nps.training.phrases import load_bank, spread

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from why_nps.core.codebook import Codebook
    from why_nps.themes import Bundle
    from why_nps.training.corpus import CodedAnswer

PAIRS = (
    ("delivery", "speed"),
    ("price", "billing"),
    ("staff", "personal_attention"),
    ("digital", "ease"),
    ("information", "reachability"),
    ("resolution", "reliability"),
)
CODED, DEAL, ONE = 200, 0, "merged"


def merge(book: Codebook, parts: Sequence[str], mapping: dict[str, Any], added: list[str]) -> Codebook:
    """Return the codebook with one theme in place of some."""
    data = book.to_dict()
    data["themes"] = {t: told for t, told in data["themes"].items() if t not in parts} | {ONE: {"nl": "Eén"}}
    return build_codebook(
        data | {"version": "2", "changes": [{"version": "2", "mapping": mapping, "added": added}]}
    )


def relabel(answer: CodedAnswer, parts: Sequence[str]) -> CodedAnswer:
    """Return the answer as coded under that codebook."""
    mentions = (replace(m, theme=ONE) if m.theme in parts else m for m in answer.mentions)
    return replace(answer, mentions=tuple(dict.fromkeys(mentions)))


def measure(answers: Sequence[CodedAnswer], bundle: Bundle, themes: Collection[str]) -> float:
    """Return the F1 of any of the themes being found."""
    pairs = list_pairs(code([answer.text for answer in answers], model=bundle))
    truth, found = (
        np.array([any(theme in themes for theme, _ in one) for one in part])
        for part in ([answer.pairs for answer in answers], pairs)
    )
    return float(2 * (truth & found).sum() / (truth.sum() + found.sum()))


def main() -> None:
    """Merge each pair, learn, measure; print the table and its means."""
    stranger, answers, _ = train_stranger()
    dealt = random.Random(DEAL).sample(answers, len(answers))  # noqa: S311
    rows = []
    for parts in PAIRS:
        merged = merge(stranger.codebook, parts, dict.fromkeys(parts, ONE), [])
        forgotten = merge(stranger.codebook, parts, {part: [] for part in parts}, [ONE])
        coded, test = ([relabel(one, parts) for one in part] for part in (dealt[:CODED], dealt[CODED:]))
        row = {
            "parts": " and ".join(parts),
            "support": sum(ONE in {theme for theme, _ in answer.pairs} for answer in coded),
            "either": measure(dealt[CODED:], stranger, parts),
            "sum": measure_sum(test, stranger, merged),
            "learned": measure(test, learn(coded, stranger, codebook=merged).bundle, [ONE]),
            "alone": measure(test, learn(coded, stranger, codebook=forgotten).bundle, [ONE]),
        }
        rows.append(row)
        print({name: round(f, 2) if isinstance(f, float) else f for name, f in row.items()}, flush=True)
    print(pd.DataFrame(rows).mean(numeric_only=True).round(3).to_string())


def measure_sum(answers: Sequence[CodedAnswer], stranger: Bundle, book: Codebook) -> float:
    """Return the F1 of the merged theme as `learn` finds it."""
    sources = trace_themes(book, stranger)
    begun = inherit_themes(stranger, sources, spread(load_bank(), 4_000))
    at = list(sources).index(ONE)
    found = []
    for answer, clauses in zip(answers, cut(answers), strict=True):
        chances = to_probability(begun.scorer.score(clauses)[:, at])
        found.append((ONE in {theme for theme, _ in answer.pairs}, bool((chances >= begun.limits[at]).any())))
    truth, said = np.array(found).T
    return float(2 * (truth & said).sum() / (truth.sum() + said.sum()))


def cut(answers: Sequence[CodedAnswer]) -> list[list[str]]:
    """Return the clauses of each answer, as they are cut in use."""
    coded = code([answer.text for answer in answers])
    of_answer = coded.clauses.groupby("answer_id")["text"].apply(list)
    return [of_answer.get(str(row), []) for row in range(1, len(answers) + 1)]


if __name__ == "__main__":
    main()
